// -- vary: values for axes of the prompt, with the price before the click ---------------------------------------------------

const MOST_AXES = 6;

/** Values between commas; what stands between double quotes is one, commas and all. */
function valuesOf(text) {
  return (text.match(/(?:"(?:\\"|[^"])*"|[^",])+/g) ?? []).map((one) => one.trim()).filter(Boolean);
}

/** The dialog. What is typed in it stays until the panel goes. */
function vary(app) {
  const state = { axes: [], timer: 0, ask: false, base: null, take: "", sent: null };
  const rows = el("div", { className: "axes" });
  const prompt = el("textarea", { rows: 3, dir: "auto", oninput: () => changed() });
  const place = button("Vary the selected words", "add", () => select(prompt.selectionStart, prompt.selectionEnd), { title: "They become the first value of a new axis" });
  const price = el("p", { className: "price", "aria-live": "polite" });
  const cut = el("p", { className: "quiet" });
  const offers = el("div", { className: "row", role: "group", "aria-label": "Cheaper" });
  const go = button("Generate", null, () => begin(), { className: "primary" });
  const add = button("Add an axis", "add", () => (more(), app.then(() => state.axes.at(-1).name.focus())));
  const dialog = el("dialog", { className: "vary", "aria-label": "Vary" },
    labelled("Prompt of the sweep", prompt), el("div", { className: "row" }, place, add),
    el("p", { className: "quiet" }, "Select words of the prompt, or name an option such as model or aspect. Separate values with commas."),
    rows, price, cut, offers,
    el("div", { className: "row" }, go, button("Copy as cell", "code", () => (app.link.tell({ do: "cell", turn: "", ...asked() }), dialog.close()), { title: "The cell with its `--vary`" }), el("span", { className: "spring" }), button("Close", "close", () => dialog.close())));

  function more(name = "", values = "") {
    if (state.axes.length >= MOST_AXES) return;
    const number = state.axes.length + 1;
    const chips = el("ul", { className: "chips", "aria-label": `Chips of Axis ${number}` });
    const axis = {
      chips,
      name: el("input", { type: "text", maxLength: 60, value: name, "aria-label": `Axis ${number}`, placeholder: "style", oninput: () => settle() }),
      values: el("input", { type: "text", maxLength: 4000, value: values, "aria-label": `Values of Axis ${number}`, placeholder: "watercolor, ink, oil", dir: "auto", oninput: () => (chip(axis), settle()), onkeydown: (event) => event.key === "Enter" && !event.ctrlKey && !event.metaKey && next(axis, event) }),
    };
    state.axes.push(axis);
    rows.append(el("div", { className: "axis" }, axis.name, axis.values, chips));
    chip(axis);
    able(add, state.axes.length < MOST_AXES);
  }
  /** Each value as a chip beneath what is typed, with a button that takes it away. */
  function chip(axis) {
    const found = valuesOf(axis.values.value);
    axis.chips.replaceChildren(...found.map((value, at) => el("li", {}, el("span", { dir: "auto" }, value.replace(/^"(.*)"$/, "$1")), iconButton(`Remove value ${value.replace(/^"(.*)"$/, "$1")}`, "close", () => {
      axis.values.value = found.filter((_, other) => other !== at).join(", ");
      chip(axis);
      settle();
      axis.values.focus(); // the button goes away with its value
    }))));
    shown(axis.chips, found.length > 0);
  }
  /** Enter ends a value: the next one is typed behind a comma. */
  function next(axis, event) {
    event.preventDefault();
    if (axis.values.value.trim() && !/,\s*$/.test(axis.values.value)) axis.values.value = `${axis.values.value.trimEnd()}, `;
  }
  /** Put an axis in the place of words of the prompt; its first value are those words. */
  function select(from, to) {
    const chosen = prompt.value.slice(from, to).trim();
    if (!chosen) return prompt.focus();
    const names = ["choice", ...Array.from({ length: MOST_AXES }, (_, at) => `choice${at + 2}`)];
    const name = names.find((one) => !prompt.value.includes(`{${one}}`) && !state.axes.some((axis) => axis.name.value === one));
    prompt.value = `${prompt.value.slice(0, from)}{${name}}${prompt.value.slice(to)}`;
    const values = /[,"]/.test(chosen) ? `"${chosen.replaceAll('"', "")}"` : chosen;
    const empty = state.axes.find((axis) => !axis.name.value.trim() && !axis.values.value.trim());
    if (empty) Object.assign(empty.name, { value: name }), (empty.values.value = values);
    else more(name, values);
    if (empty) chip(empty);
    changed();
    (empty ?? state.axes.at(-1)).values.focus();
  }
  function asked() {
    const axes = state.axes.filter((one) => one.name.value.trim() && one.values.value.trim()).map((one) => ({ name: one.name.value.trim(), values: one.values.value }));
    return { prompt: prompt.value, base: state.base ?? app.compose.asked.base, axes, ...(state.take ? { as: state.take } : {}) };
  }
  /** The words are those of the panel's prompt, unless it is varied around a turn. */
  function changed() {
    if (state.base === null) app.compose.write(prompt.value, false);
    settle();
  }
  function settle(take = "") {
    clearTimeout(state.timer);
    Object.assign(state, { ask: false, take });
    able(go, false);
    state.timer = setTimeout(() => {
      if (asked().axes.length && asked().prompt.trim()) app.link.tell({ do: "foresee", ...asked() });
      else tell({ count: 0, line: "", why: "" });
    }, SETTLE);
  }
  function begin() {
    if (app.away || !asked().axes.length || go.getAttribute("aria-disabled") === "true") return;
    state.sent = prompt.value;
    app.link.tell({ do: "vary", ...asked(), yes: state.ask });
    dialog.close();
  }
  function tell({ count, line, why, ask = false, cut: whatToCut = "", offers: found = [] }) {
    price.textContent = why || `${line}${ask ? " · above \`confirm_over\`; Generate confirms it" : ""}`;
    price.classList.toggle("warn", Boolean(why));
    state.ask = ask;
    cut.textContent = whatToCut;
    const focused = offers.contains(app.root.activeElement);
    offers.replaceChildren(...found.map(({ take, words }) => button(words, null, () => settle(take))), ...(state.take ? [button("Back to the full sweep", null, () => settle(""))] : []));
    shown(offers, offers.childElementCount > 0);
    if (focused) (offers.firstElementChild ?? go).focus();
    go.lastChild.textContent = count ? `Generate ${plural(count, "picture")}` : "Generate";
    able(go, !why && count > 0);
  }
  app.link.on("forecast", tell);
  function open(focus) {
    if (!state.axes.length) more();
    tell({ count: 0, line: "", why: "" });
    dialog.showModal();
    settle();
    focus().focus();
  }
  return {
    dialog,
    /** Words that are selected in the prompt become the first axis. */
    open() {
      const [from, to] = app.compose.selection;
      state.base = null;
      prompt.value = app.compose.text;
      app.compose.flush();
      open(() => (prompt.value.trim() ? state.axes.at(-1).name : prompt));
      if (prompt.value.slice(from, to).trim()) select(from, to);
    },
    /** The words of a turn stand; what is selected of them varies, from where it went on and with its settings. */
    around(turn, { prompt: words, base }) {
      app.link.tell({ do: "settings", turn: turn.id });
      state.base = base;
      for (const axis of state.axes.splice(0)) axis.name.parentElement.remove();
      prompt.value = words;
      open(() => prompt);
    },
    begin,
    /** The words of the last sweep: as long as they stand in the prompt, they are not something new. */
    get sent() {
      return state.sent;
    },
  };
}
