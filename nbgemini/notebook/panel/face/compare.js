// -- compare: two to four pictures side by side, moved together, with what differs beneath --------------------------------

const LETTERS = "ABCD";

/** The view that takes the place of the picture, and the words beneath it, which stand beneath the slider too. */
function comparison(app) {
  const state = { on: false, ids: [], zoom: 1, x: 0, y: 0, blink: false, asked: "", told: null };
  const panes = el("div", { className: "panes", tabIndex: 0, role: "group", "aria-label": "Pictures side by side: plus and minus zoom, arrows move all of them, hold Space to see the first one in every place" });
  const add = el("select", { "aria-label": "Add a picture", onchange: () => add.value && put([...state.ids, add.value]) });
  const slider = button("Slider", "slide", () => app.slide(state.ids), { title: "Lay one over the other" });
  const whole = button("Fit all", "fit", () => move(1, 0, 0), { title: "All of every picture" });
  const note = el("p", { className: "quiet" }, "Plus and minus zoom, arrows or dragging move all of them. Hold Space to see the first one in every place.");
  const element = el("div", { className: "compareview", role: "region", "aria-label": "Compare" }, el("div", { className: "row" }, add, slider, whole, el("span", { className: "spring" }), button("Close", "close", () => toggle(false))), panes, note);
  const differs = el("div", { className: "differs", role: "region", "aria-label": "What differs" });
  element.hidden = differs.hidden = true;

  app.link.on("compared", (message) => {
    state.told = message;
    differ();
  });
  function toggle(on = !state.on) {
    state.on = on;
    if (on) {
      app.show("compare");
      const chosen = app.sheet.compared;
      put(chosen.length > 1 ? chosen : [app.before(app.look), app.look].filter(Boolean));
      app.then(() => reveal(element, panes));
    } else app.then(() => app.focusFrame());
    app.changed();
  }
  function put(ids) {
    state.ids = [...new Set(ids)].filter((id) => app.turn(id)?.width).slice(0, MOST_COMPARED);
    app.sheet.compared = state.ids;
    move(1, 0, 0);
    app.changed();
  }
  function remove(id) {
    put(state.ids.filter((one) => one !== id));
    panes.focus({ preventScroll: true });
  }
  function pane(id, at) {
    const turn = app.turn(id);
    const image = el("img", { alt: turn.alt, draggable: false });
    const name = `Turn ${turn.n}`;
    return el("figure", {}, el("div", { className: "window" }, image),
      el("figcaption", {}, el("span", { className: "badge" }, LETTERS[at]), el("span", { className: "name", title: turn.prompt }, [name, starred(turn.stars)].filter(Boolean).join(" · ")),
        iconButton(`Take ${name.toLowerCase()} out`, "close", () => remove(id))));
  }
  function draw() {
    const options = [["", "Add a picture…"], ...app.turns.filter((turn) => turn.width && !state.ids.includes(turn.id)).map((turn) => [turn.id, `Turn ${turn.n}: ${short(turn.prompt, 40)}`])];
    fill(add, options, "");
    add.disabled = state.ids.length >= MOST_COMPARED;
    shown(slider, state.ids.length === 2);
    const told = state.ids.map((id) => `${id} ${app.turn(id).stars}`).join();
    if (panes.told !== told) {
      panes.told = told;
      panes.style.setProperty("--across", state.ids.length === 4 ? 2 : Math.max(1, state.ids.length));
      panes.replaceChildren(...state.ids.map(pane));
    }
    [...panes.children].forEach((figure, at) => {
      const id = state.blink ? state.ids[0] : state.ids[at];
      const image = figure.querySelector("img");
      const found = state.zoom > 1.5 ? app.pictures.original(id) : app.pictures.view(id);
      const source = (found ?? app.pictures.view(id))?.url ?? app.pictures.thumb(id) ?? "";
      if (source && image.getAttribute("src") !== source) image.src = source;
      if (found === undefined) app.pictures.want(id, state.zoom > 1.5 ? "full" : "view");
      image.style.transform = `translate(${state.x}%, ${state.y}%) scale(${state.zoom})`;
      figure.classList.toggle("blinking", state.blink && at > 0);
    });
    panes.classList.toggle("grab", state.zoom > 1);
    able(whole, state.zoom !== 1);
  }
  function move(zoom, x, y) {
    state.zoom = clamp(zoom, 1, 8);
    const room = (state.zoom - 1) * 50;
    state.x = clamp(x, -room, room);
    state.y = clamp(y, -room, room);
    if (state.on) draw();
  }
  const by = (factor) => move(state.zoom * factor, state.x * factor, state.y * factor);
  function blink(on) {
    if (state.blink === on) return;
    state.blink = on;
    draw();
  }
  panes.addEventListener("keydown", (event) => {
    if (event.target !== panes || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      " ": () => blink(true), "+": () => by(1.25), "=": () => by(1.25), "-": () => by(0.8), 0: () => move(1, 0, 0),
      ArrowLeft: () => move(state.zoom, state.x + 5, state.y), ArrowRight: () => move(state.zoom, state.x - 5, state.y),
      ArrowUp: () => move(state.zoom, state.x, state.y + 5), ArrowDown: () => move(state.zoom, state.x, state.y - 5),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  panes.addEventListener("keyup", (event) => event.key === " " && blink(false));
  panes.addEventListener("blur", () => blink(false));
  panes.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the notebook
    event.preventDefault();
    by(event.deltaY < 0 ? 1.15 : 0.87);
  }, { passive: false });
  let grip = null;
  panes.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("button") || state.zoom === 1) return;
    grip = { x: event.clientX, y: event.clientY, box: event.target.closest(".window")?.getBoundingClientRect() };
    if (grip.box) panes.setPointerCapture(event.pointerId);
    else grip = null;
  });
  panes.addEventListener("pointermove", (event) => {
    if (!grip) return;
    move(state.zoom, state.x + ((event.clientX - grip.x) / grip.box.width) * 100, state.y + ((event.clientY - grip.y) / grip.box.height) * 100);
    Object.assign(grip, { x: event.clientX, y: event.clientY });
  });
  for (const end of ["pointerup", "pointercancel"]) panes.addEventListener(end, () => (grip = null));

  /** The prompts word by word, and the options that are not the same: with signs, not with colours alone. */
  function differ() {
    const { told } = state;
    if (!told || told.ids.join() !== state.asked) return differs.replaceChildren();
    const names = told.ids.map((id, at) => `${LETTERS[at]} · Turn ${app.turn(id)?.n ?? "?"}`);
    const same = new Set(told.prompts.map((pieces) => pieces.every(([kind]) => kind === "same"))).size === 1;
    const rows = same ? [el("p", { dir: "auto" }, el("b", {}, "The same prompt"), " ", ...pieces(told.prompts[0]))] : told.prompts.map((one, at) => el("p", { dir: "auto" }, el("b", {}, names[at]), " ", ...pieces(one)));
    const arrow = told.ids.length === 2 ? " → " : " | ";
    const options = told.options.map(([name, values]) => el("li", {}, `${name}: ${values.join(arrow)}`));
    differs.replaceChildren(...rows, options.length ? el("ul", { "aria-label": "Options that differ" }, ...options) : el("p", { className: "quiet" }, "The options are the same."));
  }
  function pieces(found) {
    const signs = { gone: ["del", "−"], new: ["ins", "+"] };
    return found.flatMap(([kind, text]) => {
      if (!signs[kind]) return [text];
      const [tag, sign] = signs[kind];
      const bare = text.trimEnd();
      return [el(tag, {}, el("span", { className: "sign" }, sign), bare), text.slice(bare.length) || " "];
    });
  }
  return {
    element, differs, toggle,
    get on() {
      return state.on;
    },
    /** `pair` are the two beneath the slider, where that is shown. */
    update(pair) {
      if (shown(element, state.on)) {
        if (state.ids.some((id) => !app.turn(id))) put(state.ids);
        draw();
      }
      const ids = state.on ? state.ids : pair;
      if (!shown(differs, ids.length > 1)) return;
      const asked = ids.join();
      if (state.asked === asked || app.away) return;
      state.asked = asked;
      differs.replaceChildren();
      app.link.tell({ do: "compare", ids });
    },
    escape: () => state.on && (toggle(false), true),
    hide: () => (state.on = false),
  };
}
