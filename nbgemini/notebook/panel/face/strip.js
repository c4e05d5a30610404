// -- the strip: every turn as a small tree, walked with the arrow keys ----------------------------------------------------

/**
 * Runs of turns without a fork between them, top to bottom: the branch that the conversation is on runs straight down,
 * other branches stand to its right. The same rule as the tree that `%imagine history` draws.
 */
function runsOf(turns, onBranch) {
  const children = new Map();
  const known = new Set(turns.map((turn) => turn.id));
  for (const turn of turns) {
    const parent = known.has(turn.parent) ? turn.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), turn]);
  }
  const latest = new Map();
  for (const turn of [...turns].reverse()) {
    latest.set(turn.id, Math.max(turn.n, latest.get(turn.id) ?? 0));
    if (known.has(turn.parent)) latest.set(turn.parent, Math.max(latest.get(turn.id), latest.get(turn.parent) ?? 0));
  }
  const better = (a, b) => Number(onBranch.has(b.id)) - Number(onBranch.has(a.id)) || latest.get(b.id) - latest.get(a.id);
  const runs = [];
  // Pictures of one request that nothing goes on from stand side by side, beside the chosen one if nothing goes on from it either.
  const askOf = (turn) => (turn.sweep ? `sweep ${turn.sweep} ${turn.parent}` : `${turn.parent} ${turn.n - turn.part}`);
  const isLeaf = (turn) => turn.of > 1 && !children.has(turn.id);
  const leaves = new Map();
  for (const turn of turns.filter(isLeaf)) leaves.set(askOf(turn), [...(leaves.get(askOf(turn)) ?? []), turn]);
  const laid = new Set();
  const waiting = [...(children.get("") ?? [])].reverse().map((turn) => ({ turn, depth: 0 }));
  while (waiting.length) {
    const { turn, depth } = waiting.pop();
    if (laid.has(turn.id)) continue;
    if (isLeaf(turn)) {
      const ask = leaves.get(askOf(turn));
      for (const one of ask) laid.add(one.id);
      runs.push({ turns: ask, depth, on: ask.some((one) => onBranch.has(one.id)) });
      continue;
    }
    const run = [turn];
    let next;
    let offspring;
    for (;;) {
      offspring = children.get(run.at(-1).id) ?? [];
      next = [...offspring].sort(better)[0];
      if (!next || offspring.length > 1 || isLeaf(next)) break; // what was undone is dimmed where it stands
      run.push(next);
    }
    runs.push({ turns: run, depth, on: run.some((one) => onBranch.has(one.id)) });
    if (!next) continue;
    waiting.push({ turn: next, depth });
    const beside = (one) => one !== next && !(isLeaf(one) && isLeaf(next) && askOf(one) === askOf(next));
    for (const one of offspring.filter(beside).reverse()) waiting.push({ turn: one, depth: depth + 1 });
  }
  return runs;
}

/** The shots of a sweep that nothing goes on from stand on one pile: items of one turn or of many. */
function itemsOf(turns, onBranch) {
  const piles = new Map();
  const items = [];
  for (const turn of turns) {
    const pile = turn.sweep && !onBranch.has(turn.id) ? piles.get(turn.sweep) : null;
    if (pile) {
      pile.turns.push(turn);
      continue;
    }
    const item = { id: turn.id, turns: [turn] };
    if (turn.sweep && !onBranch.has(turn.id)) piles.set(turn.sweep, item);
    items.push(item);
  }
  for (const item of items) if (item.turns.length > 1) item.id = `pile-${item.turns[0].sweep}`;
  return items;
}

/** The list of turns. Choosing one looks at it; dragging one into the prompt shows it to the model. */
function strip(app) {
  const list = el("div", { className: "turns", role: "listbox", tabIndex: 0, "aria-label": "Turns", "aria-orientation": "horizontal" });
  const note = el("p", { className: "quiet stripnote" });
  const undo = button("Undo", "undo", () => app.link.tell({ do: "undo" }), { title: "Go back one turn; nothing is deleted" });
  const redo = button("Redo", "redo", () => app.link.tell({ do: "redo" }), { title: "Bring back what was undone" });
  const use = button("Show to the model", "add", () => app.link.tell({ do: "refturn", turn: app.look }), { title: "Add this picture as a reference" });
  const element = el("div", { className: "strip" }, el("div", { className: "row" }, undo, redo, use, el("span", { className: "spring" }), note), list);
  const cards = new Map(); // by item: a turn, or a pile of shots
  const items = new Map(); // the item of each turn
  let order = [];
  let layout = "";
  /** What of an item is looked at: of a pile what was looked at last, else the best of it. */
  const face = (item) => item.turns.find((turn) => turn.id === app.look) ?? item.turns.reduce((best, turn) => (turn.stars > best.stars ? turn : best));

  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !order.length) return;
    const at = order.indexOf(items.get(app.look));
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      app.lookAt(face(order[clamp(to, 0, order.length - 1)]).id);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (order[at]?.turns.length > 1) return app.sheet.of(order[at].turns[0].sweep);
      app.link.tell({ do: "here", turn: app.look });
      app.compose.focus();
    }
  });

  function card(item) {
    if (item.turns.length > 1) return pile(item);
    const [turn] = item.turns;
    const face = el("div", { className: "face" }, el("img", { alt: "", draggable: false }), el("div", { className: "mute", dir: "auto" }));
    const badge = el("span", { className: "badge" });
    const words = el("div", { className: "words", dir: "auto" });
    const facts = el("div", { className: "facts" });
    const made = el("div", { className: "turn", role: "option", id: `turn-${turn.id}`, draggable: Boolean(turn.width), onclick: () => app.lookAt(turn.id), ondblclick: () => app.link.tell({ do: "here", turn: turn.id }) }, face, badge, words, facts);
    made.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("application/x-nbgemini-turn", turn.id);
      event.dataTransfer.setData("text/plain", `@${turn.n}`);
      event.dataTransfer.effectAllowed = "copy";
    });
    return made;
  }
  /** A sweep as one tile; Enter and a double click open its sheet. */
  function pile({ id, turns }) {
    const { sweep } = turns[0];
    const look = () => app.lookAt(face(items.get(app.turns.find((turn) => turn.sweep === sweep && items.get(turn.id)?.id === id).id)).id);
    return el("div", { className: "turn pile", role: "option", id: `turn-${id}`, onclick: look, ondblclick: () => app.sheet.of(sweep) },
      el("div", { className: "face" }, el("img", { alt: "", draggable: false })), el("span", { className: "badge" }), el("div", { className: "words", dir: "auto" }), el("div", { className: "facts" }));
  }
  function dressPile(made, item) {
    const front = face(item);
    const image = made.firstChild.firstChild;
    const thumb = app.pictures.thumb(front.id);
    if (thumb && image.getAttribute("src") !== thumb) image.src = thumb;
    shown(image, Boolean(thumb));
    const count = item.turns.length;
    const best = Math.max(...item.turns.map((turn) => turn.stars ?? 0));
    const numbers = item.turns.map((turn) => turn.n);
    made.children[1].textContent = String(count);
    made.children[2].textContent = short(front.prompt.split("\n\n")[0], 120);
    made.children[3].textContent = ["sweep", starred(best)].filter(Boolean).join(" · ");
    made.setAttribute("aria-label", `Sweep of ${plural(count, "picture")}: ${front.prompt}`);
    made.setAttribute("aria-description", [`turns ${Math.min(...numbers)} to ${Math.max(...numbers)}`, best ? `best: ${plural(best, "star")}` : "", "Enter opens the sheet"].filter(Boolean).join(", "));
    made.setAttribute("aria-selected", String(items.get(app.look) === item));
    made.title = `Sweep of ${plural(count, "picture")}; double-click to open its sheet`;
    made.classList.add("off");
  }
  function dress(made, item) {
    if (item.turns.length > 1) return dressPile(made, item);
    const [turn] = item.turns;
    const [image, mute] = made.firstChild.children;
    const [here, looked] = [turn.id === app.head.id, turn.id === app.look];
    const thumb = app.pictures.thumb(turn.id);
    if (thumb && image.getAttribute("src") !== thumb) image.src = thumb;
    shown(image, Boolean(turn.width && thumb));
    mute.textContent = turn.width ? "" : short(turn.text || "text only", 90);
    made.children[1].textContent = String(turn.n);
    made.children[2].textContent = short(turn.prompt.split("\n\n")[0], 120);
    made.children[3].textContent = [here ? "here" : "", starred(turn.stars), turn.of ? `${turn.part} of ${turn.of}` : "", turn.by === "python" ? "Python" : turn.by].filter(Boolean).join(" · ");
    if (turn.cut && looked && made.whole === undefined) {
      made.whole = "";
      app.words(turn.id).then(({ prompt }) => ((made.whole = prompt), app.changed()));
    }
    made.setAttribute("aria-label", `Turn ${turn.n}: ${made.whole || turn.prompt}${turn.cut && !made.whole ? "…" : ""}`);
    made.setAttribute("aria-description", [here ? "the conversation is here" : "", turn.stars ? plural(turn.stars, "star") : "", turn.rejected ? "rejected" : "", turn.by ? `made in ${turn.by}` : "", turn.facts].filter(Boolean).join(", "));
    made.setAttribute("aria-selected", String(looked));
    made.title = short(turn.prompt, 400);
    made.classList.toggle("here", here);
    made.classList.toggle("rejected", Boolean(turn.rejected));
    made.classList.toggle("off", !app.onBranch.has(turn.id));
  }
  function lay() {
    const runs = runsOf(app.turns, app.onBranch);
    for (const run of runs) run.items = itemsOf(run.turns, app.onBranch);
    const told = runs.map((run) => `${run.depth}${run.on}:${run.items.map((item) => item.id)}`).join(";");
    order = runs.flatMap((run) => run.items);
    items.clear();
    for (const item of order) for (const turn of item.turns) items.set(turn.id, item);
    if (told === layout) return;
    layout = told;
    for (const item of order) if (!cards.has(item.id)) cards.set(item.id, card(item));
    const deepest = Math.max(0, ...runs.map((run) => run.depth));
    list.replaceChildren(...runs.map((run, at) => {
      const row = el("div", { className: `run${run.on ? " on" : ""}${run.depth ? " side" : ""}`, role: "presentation" });
      row.style.setProperty("--depth", Math.min(run.depth, 6));
      row.classList.toggle("brief", run.items.length < 4);
      if (app.onBranch.has(run.turns[0].parent)) row.classList.add("beside");
      // Where nothing goes on below, a rule ends beside its pictures.
      const next = runs[at + 1];
      if (!next || next.depth < run.depth || !app.turn(next.turns[0].parent)) row.classList.add("end");
      if (at && !app.turn(run.turns[0].parent)) row.classList.add("root");
      row.append(...run.items.map((item) => cards.get(item.id)));
      return row;
    }));
    list.classList.toggle("tree", deepest > 0 || runs.length > 1);
    const ids = new Set(order.map((item) => item.id));
    for (const id of cards.keys()) if (!ids.has(id)) cards.delete(id);
  }
  let seen = "";
  function update() {
    lay();
    for (const item of order) dress(cards.get(item.id), item);
    list.setAttribute("aria-activedescendant", app.look ? `turn-${items.get(app.look)?.id}` : "");
    if (!app.look) list.removeAttribute("aria-activedescendant");
    list.tabIndex = app.turns.length ? 0 : -1;
    able(undo, !app.away && app.head.undo);
    able(redo, !app.away && app.head.redo);
    able(use, !app.away && app.turn(app.look)?.width > 0);
    const hidden = app.get("conversation").hidden;
    note.textContent = hidden ? `${plural(hidden, "earlier turn")} not shown` : plural(app.turns.length, "turn");
    const current = cards.get(items.get(app.look)?.id);
    if (current && seen !== `${app.look} ${layout}`) {
      seen = `${app.look} ${layout}`;
      bringIntoView(list, current);
    }
    app.pictures.wantThumbs(order.map(face).filter((turn) => turn.width).map((turn) => turn.id));
  }
  /** Whatever the width is now, the turn that is looked at stays in sight. */
  function place() {
    const current = cards.get(items.get(app.look)?.id);
    if (current) bringIntoView(list, current);
  }
  return { element, update, place };
}

/** Scroll the list, and nothing around it. */
function bringIntoView(list, item) {
  const [box, at] = [list.getBoundingClientRect(), item.getBoundingClientRect()];
  if (at.left < box.left || at.right > box.right) list.scrollLeft += at.left - box.left - box.width / 2 + at.width / 2;
  if (at.top < box.top || at.bottom > box.bottom) list.scrollTop += at.top - box.top - box.height / 2 + at.height / 2;
}
