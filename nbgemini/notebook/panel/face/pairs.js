// -- two by two: which of two is better, without knowing which is which; then a ranking -----------------------------------

const ALL_PAIRS = 5; // up to so many pictures each meets each; more meet those that did as well as they

/** Pairs for pictures that are told apart by their scores so far, without those that have met. */
function pairing(ids, score, met) {
  const order = shuffled(ids).sort((a, b) => score(b) - score(a));
  const found = [];
  while (order.length > 1) {
    const one = order.shift();
    const at = order.findIndex((other) => !met.has(`${one} ${other}`));
    if (at >= 0) found.push([one, order.splice(at, 1)[0]]);
  }
  return found;
}
function shuffled(given) {
  const made = [...given];
  for (let at = made.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [made[at], made[other]] = [made[other], made[at]];
  }
  return made;
}
/** How many rounds tell so many pictures apart. */
const roundsFor = (count) => (count <= ALL_PAIRS ? count : Math.ceil(Math.log2(count)) + 1);

/** The view that takes the place of the picture. */
function twoByTwo(app) {
  const name = `pairs-${PAGE}-${rates++}`;
  const state = { on: false, ended: false, names: new Map(), waiting: [], past: [], round: 0 };
  const images = ["A", "B"].map((letter) => el("img", { alt: `Picture ${letter}`, draggable: false }));
  const said = el("p", { className: "quiet", "aria-live": "polite" });
  const choices = [
    button("Left is better", "left", () => decide(0), { "aria-keyshortcuts": "ArrowLeft" }), button("Equal", null, () => decide(null), { "aria-keyshortcuts": "=" }),
    button("Right is better", "right", () => decide(1), { "aria-keyshortcuts": "ArrowRight" }),
  ];
  const back = button("Take back", "undo", () => takeBack(), { "aria-keyshortcuts": "u" });
  const enough = button("Show the ranking", "check", () => end());
  const pair = el("div", { className: "panes", tabIndex: 0, role: "group", "aria-label": "Two pictures: Left, Right or = decides" }, ...images.map((image, at) => el("figure", {}, el("div", { className: "window" }, image), el("figcaption", {}, el("span", { className: "badge" }, "AB"[at])))));
  pair.style.setProperty("--across", 2);
  const ranking = el("div", { className: "ranking" });
  const element = el("div", { className: "pairsview", role: "region", "aria-label": "Two by two" }, said, pair, el("div", { className: "row" }, ...choices, el("span", { className: "spring" }), back, enough), ranking, el("div", { className: "row" }, el("span", { className: "spring" }), button("Close", "close", () => toggle(false))));
  element.hidden = true;

  app.link.on("sheet", (message) => {
    if (message.view !== name) return;
    const tiles = message.rows.flatMap((row) => row.tiles);
    begin(app.sheet.on ? tiles.filter((tile) => app.sheet.order.includes(tile.id)) : tiles);
  });
  function toggle(on = !state.on) {
    if (on) {
      app.link.tell({ do: "sheet", view: name, ...(app.sheet.group ? { group: app.sheet.group } : {}) });
    } else {
      state.on = false;
      app.then(() => app.focusFrame());
    }
    app.changed();
  }
  function begin(tiles) {
    const fits = tiles.filter((tile) => app.turn(tile.id)?.width && !app.turn(tile.id).rejected);
    if (fits.length < 2) return app.say(["Two by two needs at least two pictures that are not rejected."]);
    Object.assign(state, { on: true, ended: false, names: new Map(fits.map((tile) => [tile.id, tile.name])), waiting: [], past: [], round: 0 });
    app.show("pairs");
    more();
    app.changed();
    app.then(() => reveal(element, pair));
  }
  const ids = () => [...state.names.keys()];
  const score = (id) => state.past.reduce((sum, one) => sum + (one.ids.includes(id) ? (one.best === null ? 0.5 : Number(one.best === id)) : 0), 0);
  /** The next round, or the end. */
  function more() {
    const met = new Set(state.past.flatMap(({ ids: [a, b] }) => [`${a} ${b}`, `${b} ${a}`]));
    const last = state.round >= roundsFor(state.names.size);
    state.waiting = last ? [] : pairing(ids(), score, met).map(shuffled);
    state.round += 1;
    if (!state.waiting.length) end();
  }
  function decide(which) {
    if (!state.on || state.ended) return;
    const now = state.waiting.shift();
    state.past.push({ ids: now, best: which === null ? null : now[which], round: state.round });
    if (!state.waiting.length) more();
    app.changed();
  }
  function takeBack() {
    const last = state.past.pop();
    if (!last) return;
    state.waiting = last.round === state.round && !state.ended ? [last.ids, ...state.waiting] : [last.ids];
    Object.assign(state, { round: last.round, ended: false });
    app.changed();
    app.then(() => pair.focus({ preventScroll: true }));
  }
  function end() {
    state.ended = true;
    const counts = (id) => {
      const met = state.past.filter((one) => one.ids.includes(id));
      return { id, met: met.length, won: met.filter((one) => one.best === id).length, equal: met.filter((one) => one.best === null).length };
    };
    const strength = (id) => state.past.filter((one) => one.ids.includes(id)).reduce((sum, one) => sum + score(one.ids.find((other) => other !== id)), 0);
    const rows = ids().map(counts).sort((a, b) => score(b.id) - score(a.id) || strength(b.id) - strength(a.id));
    ranking.replaceChildren(el("table", {}, el("caption", {}, `Ranking after ${plural(state.past.length, "choice")}`),
      el("thead", {}, el("tr", {}, ...["Place", "Picture", "Description", "Won", "Equal", "Choose"].map((words) => el("th", { scope: "col" }, words)))),
      el("tbody", {}, ...rows.map(place))));
    app.changed();
    app.then(() => reveal(element, ranking.querySelector("button")));
  }
  function place({ id, met, won, equal }, at) {
    const turn = app.turn(id);
    const image = el("img", { alt: turn?.alt ?? "", draggable: false });
    image.src = app.pictures.thumb(id) ?? "";
    const name = `Turn ${turn?.n ?? "?"}`;
    return el("tr", {}, el("td", {}, String(at + 1)), el("td", {}, image), el("th", { scope: "row", dir: "auto" }, `${name}: ${short(state.names.get(id), 160)}`), el("td", {}, `${won} of ${met}`), el("td", {}, String(equal)),
      el("td", {}, button("Pick", "check", () => app.link.tell({ do: "pick", turn: id }), { "aria-label": `Pick ${name.toLowerCase()}` })));
  }
  pair.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { ArrowLeft: () => decide(0), ArrowRight: () => decide(1), "=": () => decide(null), u: takeBack };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  return {
    element, toggle,
    get on() {
      return state.on;
    },
    /** Whether the pictures must not be told apart by what stands around them. */
    get hides() {
      return state.on && !state.ended;
    },
    update() {
      if (!shown(element, state.on)) return;
      if (ids().some((id) => !app.turn(id))) return toggle(false);
      for (const one of [pair, ...choices, enough]) shown(one, !state.ended);
      shown(ranking, state.ended);
      able(back, state.past.length > 0);
      able(enough, state.past.length > 0);
      if (state.ended) return (said.textContent = "This is the ranking. Pick the one to go on from.");
      const [now] = state.waiting;
      said.textContent = `Which is better? Choice ${state.past.length + 1}, ${state.waiting.length - 1} more in this round · ${plural(state.names.size, "picture")}`;
      now.forEach((id, at) => {
        const source = app.pictures.view(id)?.url ?? app.pictures.thumb(id) ?? "";
        if (source && images[at].getAttribute("src") !== source) images[at].src = source;
        if (app.pictures.view(id) === undefined) app.pictures.want(id, "view");
      });
    },
    escape: () => state.on && (toggle(false), true),
    hide: () => (state.on = false),
  };
}
