// -- vary: values for axes of the prompt, with the price before the click ---------------------------------------------------

const MOST_AXES = 6;

/** The dialog. What is typed in it stays until the panel goes. */
function vary(app) {
  const state = { axes: [], timer: 0, ask: false };
  const rows = el("div", { className: "axes" });
  const prompt = el("p", { className: "varied", dir: "auto" });
  const price = el("p", { className: "price", "aria-live": "polite" });
  const go = button("Generate", null, () => begin(), { className: "primary" });
  const add = button("Add an axis", "add", () => (more(), app.then(() => state.axes.at(-1).name.focus())));
  const dialog = el("dialog", { className: "vary", "aria-label": "Vary" },
    prompt, el("p", { className: "quiet" }, "Write {style} in the prompt and name the axis “style”; or name an option, such as model or aspect. Values stand between commas."),
    rows, el("div", { className: "row" }, add, el("span", { className: "spring" })), price,
    el("div", { className: "row" }, go, button("Close", "close", () => dialog.close())));

  function more(name = "", values = "") {
    if (state.axes.length >= MOST_AXES) return;
    const number = state.axes.length + 1;
    const axis = {
      name: el("input", { type: "text", maxLength: 60, value: name, "aria-label": `Axis ${number}`, placeholder: "style", oninput: () => settle() }),
      values: el("input", { type: "text", maxLength: 4000, value: values, "aria-label": `Values of Axis ${number}`, placeholder: "watercolor, ink, oil", dir: "auto", oninput: () => settle() }),
    };
    state.axes.push(axis);
    rows.append(el("div", { className: "axis" }, axis.name, axis.values));
    able(add, state.axes.length < MOST_AXES);
  }
  function asked() {
    const axes = state.axes.filter((one) => one.name.value.trim() && one.values.value.trim()).map((one) => ({ name: one.name.value.trim(), values: one.values.value }));
    const { prompt: text, base } = app.compose.asked;
    return { prompt: text, base, axes };
  }
  function settle() {
    clearTimeout(state.timer);
    state.ask = false;
    state.timer = setTimeout(() => {
      if (asked().axes.length) app.link.tell({ do: "foresee", ...asked() });
    }, SETTLE);
  }
  function begin() {
    if (app.away || !asked().axes.length) return;
    app.link.tell({ do: "vary", ...asked(), yes: state.ask });
    dialog.close();
  }
  app.link.on("forecast", ({ count, line, why, ask }) => {
    price.textContent = why || `${line}${ask ? " · above \`confirm_over\`; the click agrees to it" : ""}`;
    price.classList.toggle("warn", Boolean(why));
    state.ask = ask;
    go.lastChild.textContent = count ? `Generate ${plural(count, "picture")}` : "Generate";
    able(go, !why && count > 0);
  });
  return {
    dialog,
    /** Words that are selected in the prompt become the first axis. */
    open() {
      const chosen = app.compose.replaceSelection("choice");
      if (chosen) more("choice", /[,"]/.test(chosen) ? `"${chosen.replaceAll('"', "")}"` : chosen);
      if (!state.axes.length) more();
      prompt.textContent = app.compose.text.trim() || "There is no prompt yet: write one first.";
      price.textContent = "";
      able(go, false);
      app.compose.flush();
      dialog.showModal();
      settle();
      state.axes.at(-1)[chosen ? "values" : "name"].focus();
    },
  };
}
