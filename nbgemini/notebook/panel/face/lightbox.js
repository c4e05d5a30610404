// -- the lightbox: one picture over the whole page, with the next and the previous one ------------------------------------

/** A dialog that walks through pictures; what it ends at is looked at, and the focus goes back to where it was. */
function lightbox(app) {
  const state = { ids: [], id: "", before: null };
  const picture = el("img", { className: "picture", alt: "", draggable: false });
  const caption = el("p", { className: "caption", dir: "auto", "aria-live": "polite" });
  const previous = iconButton("Previous", "left", () => step(-1), { className: "bare turnover" });
  const next = iconButton("Next", "right", () => step(1), { className: "bare turnover" });
  const dialog = el("dialog", { className: "lightbox", "aria-label": "Lightbox", onclose: () => closed() },
    el("div", { className: "row" }, caption, el("span", { className: "spring" }), iconButton("Close", "close", () => dialog.close())),
    el("div", { className: "page" }, previous, picture, next),
    el("p", { className: "quiet" }, "Left and Right: previous and next · 1–5 stars, 0 none · x rejects · p picks · c compares · Esc closes"));

  const at = () => state.ids.indexOf(state.id);
  function step(by) {
    show(state.ids[clamp(at() + by, 0, state.ids.length - 1)]);
  }
  function show(id) {
    state.id = id;
    draw();
  }
  function draw() {
    const turn = app.turn(state.id);
    if (!dialog.open || !turn) return;
    picture.alt = turn.alt;
    const source = app.pictures.view(turn.id)?.url ?? app.pictures.thumb(turn.id) ?? "";
    if (picture.getAttribute("src") !== source) picture.src = source;
    const beside = [turn.id, ...[1, -1].map((by) => state.ids[at() + by])].filter(Boolean);
    app.pictures.wantThumbs(beside);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => app.pictures.view(turn.id) === undefined && app.pictures.want(turn.id, "view").then(draw), LINGER);
    const words = [`Turn ${turn.n}`, `${at() + 1} of ${state.ids.length}`, starred(turn.stars), turn.rejected ? "rejected" : "", app.sheet.compared.includes(turn.id) ? "to compare" : "", turn.prompt.split("\n\n")[0]].filter(Boolean).join(" · ");
    if (caption.textContent !== words) caption.textContent = words;
    able(previous, at() > 0);
    able(next, at() < state.ids.length - 1);
  }
  function closed() {
    app.lookAt(state.id);
    app.sheet.moveTo(state.id);
    const { before } = state;
    state.before = null;
    if (before?.turn && app.sheet.on) app.sheet.focus();
    else before?.focus({ preventScroll: true });
    app.changed();
  }
  return {
    dialog,
    update: draw,
    open(id = app.look) {
      const shownOnSheet = app.sheet.on ? app.sheet.order : [];
      const ids = shownOnSheet.includes(id) ? shownOnSheet : app.turns.filter((turn) => turn.width).map((turn) => turn.id);
      if (!ids.includes(id)) return;
      Object.assign(state, { ids, id, before: app.root.activeElement });
      dialog.showModal();
      draw();
      dialog.focus();
    },
    /** A key that is pressed in it; whether it meant something. */
    key(event) {
      const turn = app.turn(state.id);
      const keys = {
        ArrowRight: () => step(1), ArrowDown: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => step(-1),
        Home: () => show(state.ids[0]), End: () => show(state.ids.at(-1)),
        x: () => rate(app, turn.id, { rejected: !turn.rejected }), p: () => app.link.tell({ do: "pick", turn: turn.id }), c: () => app.sheet.compare(turn.id),
      };
      for (let count = 0; count <= 5; count++) keys[count] = () => rate(app, turn.id, { stars: count });
      if (!turn || !keys[event.key]) return false;
      keys[event.key]();
      draw();
      return true;
    },
  };
}
