// -- the sheet: all pictures of a conversation side by side, rated with the keyboard ---------------------------------------

const FILTERS = [["all", "all"], ["unrated", "unrated"], ["stars", "3 stars or more"], ["kept", "not rejected"]];
const MOST_COMPARED = 4;

/** `★★★★`, or nothing. */
const starred = (count) => "★".repeat(count ?? 0);

/** The choice of 0 to 5 stars for the turn that is looked at. */
function stars(app) {
  const radios = [0, 1, 2, 3, 4, 5].map((count) => el("input", { type: "radio", name: `stars-${PAGE}-${rates}`, value: String(count), "aria-label": String(count), onchange: () => rate(app, app.look, { stars: count }) }));
  rates += 1;
  const element = el("div", { className: "segments stars", role: "radiogroup", "aria-label": "Stars" }, ...radios.map((radio, at) => el("label", { title: at ? plural(at, "star") : "no stars" }, radio, el("span", { "aria-hidden": "true" }, at ? "☆" : "–"))));
  return {
    element,
    update(turn, drawn) {
      if (!shown(element, Boolean(turn && drawn))) return;
      radios.forEach((radio, at) => {
        radio.checked = at === (turn.stars ?? 0);
        radio.disabled = app.away;
        const lit = at > 0 && at <= (turn.stars ?? 0);
        radio.parentElement.classList.toggle("lit", lit);
        if (at) radio.nextSibling.textContent = lit ? "★" : "☆"; // not by colour alone
      });
    },
  };
}
let rates = 0;

/** Say what is thought of a picture; what was thought before can be had back. */
function rate(app, id, said) {
  const turn = app.turn(id);
  if (!turn || app.away) return;
  app.rated.push({ turn: id, stars: turn.stars ?? 0, rejected: Boolean(turn.rejected) });
  app.link.tell({ do: "rate", turn: id, ...said });
}

/** The view that takes the place of the picture. */
function sheet(app) {
  const state = { on: false, asked: "", group: "", laid: null, filter: "all", at: "", compared: [] };
  const title = el("p", { className: "quiet" });
  const group = `show-${PAGE}-${rates++}`;
  const radios = FILTERS.map(([value, words]) => el("label", {}, el("input", { type: "radio", name: group, value, checked: value === "all", onchange: () => ((state.filter = value), draw()) }), el("span", {}, words)));
  const filters = el("div", { className: "segments", role: "radiogroup", "aria-label": "Show" }, ...radios);
  const grid = el("div", { className: "contact", role: "grid", "aria-label": "Contact sheet", tabIndex: -1 });
  const none = el("p", { className: "quiet" }, "No pictures match.");
  const keysWords = el("p", { className: "quiet" }, "Arrows move · 1–5 stars · 0 none · x rejects · p picks · c compares · u undoes · Enter looks · Space enlarges · Esc goes back");
  const round = el("select", { "aria-label": "Round", onchange: () => of(round.value) });
  const element = el("div", { className: "sheetview" }, el("div", { className: "row" }, filters, el("span", { className: "spring" }), round, title), grid, none, keysWords);
  const cells = new Map();
  // Only what comes into sight is fetched.
  const seen = new IntersectionObserver((found) => {
    const ids = found.filter((one) => one.isIntersecting).map((one) => one.target.turn);
    if (ids.length) app.pictures.wantThumbs(ids);
  }, { rootMargin: "120px" });
  element.hidden = true;

  app.link.on("sheet", (message) => {
    if (message.view !== group) return; // what another view asked for
    state.laid = message;
    fill(round, [["all", "All pictures"], ...message.rounds.map((one) => [one.id, `${one.name} · ${plural(one.pictures, "picture")}`])], message.group || "all");
    shown(title, !shown(round, message.rounds.length > 0));
    draw();
    if (state.focus) app.then(() => reveal(element, cells.get(state.at)));
    state.focus = false;
  });
  function toggle(on = !state.on) {
    state.on = on;
    if (on) {
      app.show("sheet");
      state.at = app.look;
      state.focus = !app.typing(); // a sweep that ends takes the keyboard from nobody
      ask();
    }
    app.changed();
  }
  /** The sheet of a round, or of "all". */
  function of(group) {
    state.group = group;
    if (!state.on) return toggle(true);
    ask();
  }
  function ask() {
    state.asked = app.turns.map((turn) => turn.id).join();
    app.link.tell({ do: "sheet", view: group, ...(state.group ? { group: state.group } : {}) });
  }
  const kept = (turn) => ({ all: true, unrated: !turn.stars, stars: turn.stars >= 3, kept: !turn.rejected })[state.filter];
  function cell(tile) {
    const turn = app.turn(tile.id);
    if (!turn) return el("div", { role: "gridcell", className: "tile none" });
    const made = el("div", { role: "gridcell", className: "tile", tabIndex: -1, onclick: () => move(tile.id), ondblclick: () => look(tile.id) }, el("img", { alt: turn.alt, draggable: false }), el("span", { className: "foot" }));
    made.turn = tile.id;
    made.words = tile.name;
    cells.set(tile.id, made);
    seen.observe(made);
    return made;
  }
  /** Lay the sheet out anew; what is filtered away leaves its place where rows and columns have heads. */
  function draw() {
    if (!state.on || !state.laid) return;
    const { columns, rows, title: name } = state.laid;
    seen.disconnect();
    cells.clear();
    title.textContent = name;
    const fits = (tile) => tile.id && app.turn(tile.id) && kept(app.turn(tile.id));
    grid.classList.toggle("headed", columns.length > 0);
    const across = columns.length || clamp(Math.floor((element.clientWidth || 600) / 128), 2, 8);
    grid.style.setProperty("--across", across);
    const laid = columns.length ? rows.map((row) => ({ head: row.head, tiles: row.tiles.map((tile) => (fits(tile) ? tile : { id: "" })) })) : chunks(rows.flatMap((row) => row.tiles).filter(fits), across);
    const heads = el("div", { role: "row", className: "line heads" }, el("span", { role: "columnheader", className: "corner" }, columns.length ? "" : "Turns"), ...(columns.length ? columns : Array.from({ length: across }, (_, at) => String(at + 1))).map((words) => el("span", { role: "columnheader", dir: "auto", title: words }, words)));
    grid.replaceChildren(heads, ...laid.map((row) => el("div", { role: "row", className: "line" }, el("span", { role: "rowheader", dir: "auto", title: row.head }, row.head), ...row.tiles.map(cell))));
    if (!cells.has(state.at)) state.at = cells.keys().next().value ?? "";
    shown(none, cells.size === 0);
    dress();
  }
  function chunks(tiles, across) {
    const numbers = (part) => part.map((tile) => app.turn(tile.id).n);
    const parts = Array.from({ length: Math.ceil(tiles.length / across) }, (_, at) => tiles.slice(at * across, (at + 1) * across));
    return parts.map((part) => ({ head: `${numbers(part)[0]}–${numbers(part).at(-1)}`, tiles: part }));
  }
  function dress() {
    for (const [id, made] of cells) {
      const turn = app.turn(id);
      if (!turn) continue;
      const thumb = app.pictures.thumb(id);
      const image = made.firstChild;
      if (thumb && image.getAttribute("src") !== thumb) image.src = thumb;
      const compared = state.compared.includes(id);
      const facts = [made.words, turn.stars ? plural(turn.stars, "star") : "", turn.rejected ? "rejected" : "", compared ? "to compare" : "", `turn ${turn.n}`];
      made.setAttribute("aria-label", facts.filter(Boolean).join(", "));
      made.setAttribute("aria-selected", String(id === state.at));
      made.tabIndex = id === state.at ? 0 : -1;
      made.title = made.words;
      made.lastChild.textContent = [turn.n, starred(turn.stars), compared ? "⇄" : ""].filter(Boolean).join(" · ");
      made.classList.toggle("rejected", Boolean(turn.rejected));
      made.classList.toggle("here", id === app.head.id);
    }
  }
  function move(id) {
    if (!cells.has(id)) return;
    state.at = id;
    dress();
    cells.get(id).focus({ preventScroll: true });
    bringIntoView(grid, cells.get(id));
  }
  function look(id) {
    toggle(false);
    app.lookAt(id);
    app.then(() => app.focusFrame());
  }
  /** The tile in a direction, past places that are empty. */
  function toward(key) {
    const lines = [...grid.querySelectorAll(".line:not(.heads)")].map((line) => [...line.querySelectorAll(".tile")].map((one) => one.turn ?? ""));
    const order = [...cells.keys()];
    const row = lines.findIndex((line) => line.includes(state.at));
    const column = lines[row]?.indexOf(state.at) ?? 0;
    if (key === "Home") return order[0];
    if (key === "End") return order.at(-1);
    if (key === "ArrowLeft" || key === "ArrowRight") return order[clamp(order.indexOf(state.at) + (key === "ArrowRight" ? 1 : -1), 0, order.length - 1)];
    const step = key === "ArrowDown" ? 1 : -1;
    for (let at = row + step; lines[at]; at += step) if (lines[at][column]) return lines[at][column];
    return state.at;
  }
  function undo() {
    const before = app.rated.pop();
    if (before && app.turn(before.turn)) app.link.tell({ do: "rate", ...before });
  }
  /** Choose for Compare, or take out again; of five the first one makes room. */
  function compare(id) {
    state.compared = state.compared.includes(id) ? state.compared.filter((one) => one !== id) : [...state.compared, id].slice(-MOST_COMPARED);
    app.note = `${state.compared.length} of ${MOST_COMPARED} chosen for Compare.`;
    dress();
    app.changed();
  }
  grid.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !state.at) return;
    const id = state.at;
    const turn = app.turn(id);
    const keys = {
      x: () => rate(app, id, { rejected: !turn.rejected }), p: () => app.link.tell({ do: "pick", turn: id }), c: () => compare(id), u: undo, Enter: () => look(id), " ": () => app.lightbox.open(id),
    };
    for (let count = 0; count <= 5; count++) keys[count] = () => rate(app, id, { stars: count });
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]) keys[key] = () => move(toward(key));
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  return {
    element, toggle, of, compare,
    get on() {
      return state.on;
    },
    get group() {
      return state.group;
    },
    get compared() {
      return state.compared.filter((id) => app.turn(id));
    },
    set compared(ids) {
      state.compared = ids;
    },
    /** What the filter shows, in order. */
    get order() {
      return [...cells.keys()];
    },
    focus: () => cells.get(state.at)?.focus({ preventScroll: true }),
    moveTo(id) {
      if (state.on && cells.has(id)) state.at = id;
    },
    update() {
      if (!shown(element, state.on)) return;
      if (state.asked !== app.turns.map((turn) => turn.id).join()) ask();
      dress();
    },
    /** Ratings may have changed what a filter shows; the place of the keyboard stays. */
    escape() {
      if (!state.on) return false;
      toggle(false);
      app.then(() => app.focusFrame());
      return true;
    },
    close: () => seen.disconnect(),
  };
}
