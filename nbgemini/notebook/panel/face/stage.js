// -- the stage: the picture that is looked at, two of them against each other, or all of one ask -------------------------

const LINGER = 120; // milliseconds

/** The frame for the picture, and the bar beneath it. */
function stage(app) {
  const state = { zoom: 0, x: 0, y: 0, comparing: false, before: "", after: "", one: "", split: 50 };
  const picture = el("img", { className: "picture", draggable: false, alt: "" });
  const other = el("img", { className: "picture before", draggable: false, alt: "" });
  const canvas = el("div", { className: "canvas" }, picture, other, app.marks.overlay);
  const [left, right] = [el("span", { className: "whose" }), el("span", { className: "whose after" })];
  const handle = el("div", { className: "handle", "aria-hidden": "true" }, el("span", { className: "grip" }, icon("slide")), left, right);
  const split = el("input", { type: "range", min: 0, max: 100, value: 50, className: "split", "aria-label": "How much of the earlier picture shows", oninput: () => ((state.split = Number(split.value)), place()) });
  const words = el("div", { className: "said", dir: "auto" });
  const empty = el("div", { className: "empty" }, icon("picture"), el("p", {}, "Describe a picture, and press Generate."), el("p", { className: "quiet" }, "Ctrl+Enter does the same. Drop or paste pictures to show them to the model."));
  const grid = el("div", { className: "variants", role: "group", "aria-label": "Pictures of one request" });
  const coming = el("div", { className: "variants coming", role: "group", "aria-label": "Pictures as they come" });
  const prices = new Map(); // by turn: what asking for it again would cost
  const elapsed = el("span", { className: "elapsed" });
  const waiting = el("div", { className: "waiting", "aria-hidden": "true" }, el("div", { className: "sheet" }), elapsed);
  const frame = el("div", { className: "frame", tabIndex: 0, role: "group", "aria-label": "Picture: Enter opens the lightbox, plus and minus zoom, arrows move it" }, canvas, handle, words, empty, grid, coming, waiting, app.compose.thoughts);
  const caption = el("p", { className: "caption", dir: "auto" });

  const act = {
    here: button("Edit from here", "branch", () => app.link.tell({ do: "here", turn: app.look }), { title: "The next picture goes on from this turn" }),
    mark: button("Mark region", "mark", () => mark(), { "aria-pressed": "false", title: "Mark what should change" }),
    compare: button("Before/after", "compare", () => compare(), { "aria-pressed": "false", title: "Compare two turns" }),
    save: button("Download", "save", () => download(), { title: "The original file, untouched" }),
    copy: button("Copy as cell", "code", () => app.copy(), { title: "The cell that does the same" }),
    insert: button("Insert static result", "insert", () => app.notebook.insert(app.look), { title: "Put the picture below the panel as an ordinary output" }),
  };
  const more = {
    again: button("Again", "again", () => again(""), { title: "The same request once more" }),
    settings: button("Use these settings", "settings", () => app.link.tell({ do: "settings", turn: app.look }), { title: "Use the settings of this turn for the next picture" }),
    ...Object.fromEntries(["2K", "4K"].map((size) => [size, button(`Draw at ${size}`, "fit", () => again(size), { title: `The same request at ${size}; details will differ` })])),
    refine: button("Refine", "tune", () => app.refine.open(), { title: "Vary around this, more like this, and the rounds so far" }),
  };
  const views = {
    sheet: button("Sheet", "grid", () => app.sheet.toggle(), { "aria-pressed": "false", title: "All pictures in a grid" }),
    side: button("Compare", "compare", () => app.compare.toggle(), { "aria-pressed": "false", title: "Two to four pictures side by side" }),
    pairs: button("Two by two", "pair", () => app.pairs.toggle(), { "aria-pressed": "false", title: "Which of two is better? Then a ranking" }),
  };
  const rating = stars(app);
  const zoom = {
    fit: button("Fit", "fit", () => zoomTo(0), { "aria-pressed": "true" }),
    real: button("1:1", null, () => zoomTo(1), { "aria-pressed": "false", title: "One screen pixel for each pixel of the picture" }),
    large: button("Lightbox", "large", () => app.lightbox.open(), { title: "Large, with the next and the previous picture" }),
    all: button("All", "grid", () => ((state.one = ""), app.changed()), { title: "All pictures of this request" }),
    pick: button("Pick", "check", () => app.link.tell({ do: "pick", turn: app.look }), { title: "Go on from this one" }),
  };
  const tools = el("div", { className: "tools", role: "toolbar", "aria-label": "Picture" }, ...Object.values(act));
  const turnTools = el("div", { className: "turntools", role: "toolbar", "aria-label": "Turn" }, rating.element, ...Object.values(more));
  const viewTools = el("div", { className: "turntools viewtools", role: "toolbar", "aria-label": "Views" }, ...Object.values(views));
  const sizes = el("div", { className: "zooms" }, zoom.pick, zoom.all, zoom.large, zoom.fit, zoom.real);
  const before = el("select", { onchange: () => ((state.before = before.value), app.changed()) });
  const after = el("select", { onchange: () => ((state.after = after.value), app.changed()) });
  const pair = el("div", { className: "pair", role: "group", "aria-label": "Comparing" }, labelled("Before", before, "field inline"), split, labelled("After", after, "field inline"), button("Side by side", "pair", () => {
    app.sheet.compared = [state.before, state.after];
    app.compare.toggle(true);
  }));
  const behind = el("div", { className: "behind" });
  const under = el("div", { className: "under" }, caption, sizes);
  const element = el("div", { className: "stage" }, frame, app.sheet.element, app.compare.element, app.pairs.element, under, tools, turnTools, viewTools, pair, app.compare.differs, app.marks.bar, behind);
  app.link.on("prices", (message) => {
    prices.get(message.turn)?.set("told", message);
    app.changed();
  });

  // -- what is done

  function compare(on = !state.comparing) {
    state.comparing = on;
    if (on) {
      app.show("picture");
      app.marks.toggle(false);
      state.after = app.look;
      state.before = app.before(app.look);
      if (app.sheet.compared.length > 1) [state.before, state.after] = app.sheet.compared.slice(-2); // chosen with `c` in the sheet
      state.split = 50;
      split.value = "50";
      zoomTo(0);
    }
    app.changed();
  }
  app.before = (id) => app.turn(id)?.parent || earlier(id);
  /** Lay two over each other. */
  app.slide = (ids) => {
    app.sheet.compared = ids;
    compare(true);
    app.then(() => split.focus({ preventScroll: true }));
  };
  function again(size) {
    const told = prices.get(app.look)?.get("told");
    const turn = app.look;
    app.ask(size ? told?.sizes[size] : told?.again, (yes) => app.link.tell({ do: "again", turn, ...(size ? { size } : {}), yes }));
  }
  /** The prices of what is stayed at; they change with the backend and the budget. */
  function price(turn) {
    const of = `${app.get("cost").next?.slice(0, 2)} ${app.get("cost").budget}`;
    if (!turn || app.away) return null;
    let known = prices.get(turn.id);
    if (known?.get("of") !== of) {
      known = new Map([["of", of]]);
      prices.set(turn.id, known);
      setTimeout(() => (app.look === turn.id && app.turn(turn.id) ? app.link.tell({ do: "prices", turn: turn.id }) : prices.delete(turn.id)), LINGER);
    }
    return known.get("told") ?? null;
  }
  function tag(control, told) {
    const shownPrice = control.lastChild.className === "tag" ? control.lastChild : control.appendChild(el("span", { className: "tag", "aria-hidden": "true" }));
    const words = told?.words.replace("$0, would be ", "would be ");
    shownPrice.style.visibility = told ? "" : "hidden"; // nothing moves while the next price is on its way
    if (told && shownPrice.textContent !== words) shownPrice.textContent = words;
    if (told?.words) control.setAttribute("aria-description", told.words);
    else control.removeAttribute("aria-description");
  }
  function earlier(id) {
    const drawn = app.turns.filter((turn) => turn.width);
    const at = drawn.findIndex((turn) => turn.id === id);
    return (drawn[at - 1] ?? drawn.find((turn) => turn.id !== id))?.id ?? "";
  }
  function mark() {
    app.show("picture");
    state.comparing = false;
    state.one = app.look;
    app.marks.toggle();
  }
  async function download() {
    const found = await app.pictures.want(app.look, "full");
    if (!found) return app.say(["The original cannot be read; `%imagine doctor` checks the store."]);
    const link = el("a", { href: found.url, download: found.name });
    frame.append(link);
    link.click();
    link.remove();
  }
  function zoomTo(scale) {
    Object.assign(state, { zoom: scale, x: 0, y: 0 });
    app.changed();
  }
  function zoomBy(factor) {
    const now = size();
    state.zoom = clamp((state.zoom || now.scale) * factor, Math.min(now.fit, 0.05), 8);
    if (state.zoom <= now.fit) Object.assign(state, { zoom: 0, x: 0, y: 0 });
    app.changed();
  }
  frame.addEventListener("keydown", (event) => {
    if (event.target !== frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { "+": () => zoomBy(1.25), "=": () => zoomBy(1.25), "-": () => zoomBy(0.8), 0: () => zoomTo(0), 1: () => zoomTo(1), Enter: () => app.lightbox.open(), ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60) };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the notebook
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? 1.15 : 0.87);
  }, { passive: false });
  frame.addEventListener("dblclick", (event) => {
    if (event.target === picture || event.target === other) zoomTo(state.zoom ? 0 : 1);
  });
  let grip = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || app.marks.on || event.target.closest("button, details")) return;
    if (!state.comparing && !state.zoom) return;
    grip = { x: event.clientX, y: event.clientY };
    frame.setPointerCapture(event.pointerId);
    if (state.comparing && !state.zoom) slide(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!grip) return;
    if (state.comparing && !state.zoom) return slide(event);
    pan(event.clientX - grip.x, event.clientY - grip.y);
    grip = { x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => (grip = null));
  function slide(event) {
    const box = canvas.getBoundingClientRect();
    state.split = clamp(((event.clientX - box.left) / box.width) * 100, 0, 100);
    split.value = String(Math.round(state.split));
    place();
  }
  function pan(x, y) {
    state.x += x;
    state.y += y;
    place();
  }

  // -- what is shown

  /** The size of the picture in CSS pixels as it is shown, and the scale that makes it fit. */
  function size() {
    const turn = app.turn(state.comparing ? state.after : app.look);
    const [width, height] = [turn?.width || picture.naturalWidth || 1, turn?.height || picture.naturalHeight || 1];
    const ratio = globalThis.devicePixelRatio || 1;
    const fit = Math.min((frame.clientWidth - 16) / (width / ratio), (frame.clientHeight - 16) / (height / ratio), 2 * ratio);
    const scale = state.zoom || fit;
    return { fit, scale, width: (width / ratio) * scale, height: (height / ratio) * scale };
  }
  function place() {
    const { width, height } = size();
    const [roomX, roomY] = [Math.max(0, (width - frame.clientWidth) / 2 + 8), Math.max(0, (height - frame.clientHeight) / 2 + 8)];
    state.x = clamp(state.x, -roomX, roomX);
    state.y = clamp(state.y, -roomY, roomY);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.style.transform = `translate(${state.x}px, ${state.y}px)`;
    if (state.comparing) tellSplit();
    other.style.clipPath = `inset(0 ${100 - state.split}% 0 0)`;
    handle.style.left = `calc(50% - ${width / 2}px + ${state.x}px + ${(width * state.split) / 100}px)`;
    handle.style.height = `${Math.min(height, frame.clientHeight)}px`;
    frame.classList.toggle("grab", Boolean(state.zoom));
  }
  function tellSplit() {
    const [earlier, later] = [state.before, state.after].map((id) => `Turn ${app.turn(id)?.n ?? "?"}`);
    left.textContent = earlier;
    right.textContent = later;
    left.style.opacity = state.split < 8 ? "0" : "1";
    right.style.opacity = state.split > 92 ? "0" : "1";
    const part = Math.round(state.split);
    split.setAttribute("aria-valuetext", `${part} % ${earlier}, ${100 - part} % ${later}`);
  }
  /** Show a turn in an image element: the thumbnail at once, something sharper when it is here. */
  function show(image, id, sharp) {
    const turn = app.turn(id);
    image.alt = turn?.alt ?? "";
    const found = sharp ? app.pictures.original(id) : app.pictures.view(id);
    const source = found?.url ?? app.pictures.view(id)?.url ?? app.pictures.thumb(id) ?? "";
    if (source && image.getAttribute("src") !== source) image.src = source;
    if (!source) image.removeAttribute("src");
    clearTimeout(image.timer);
    // Who walks along the strip, or sees turns come quickly, looks at thumbnails: only what is stayed at is fetched.
    if (turn?.width && found === undefined) image.timer = setTimeout(() => app.pictures.want(id, sharp ? "full" : "view"), source ? LINGER : 0);
  }
  function variants(turn) {
    const several = turn?.of > 1 && state.one !== turn.id && !state.comparing && !app.marks.on;
    if (!shown(grid, several)) return false;
    const siblings = app.turns.filter((one) => one.of > 1 && one.parent === turn.parent && one.n - one.part === turn.n - turn.part);
    const told = siblings.map((one) => [one.id, app.pictures.view(one.id)?.url ?? app.pictures.thumb(one.id), app.onBranch.has(one.id), one.id === turn.id].join()).join();
    if (grid.told === told) return true;
    grid.told = told;
    grid.style.setProperty("--columns", siblings.length > 4 ? 3 : 2);
    grid.replaceChildren(...siblings.map((one) => variant(one, siblings.length, one.id === turn.id)));
    return true;
  }
  function variant(one, count, current) {
    const image = el("img", { alt: one.alt, draggable: false });
    show(image, one.id, false);
    const look = el("button", { type: "button", className: `look${current ? " current" : ""}`, "aria-label": `Look at ${one.part} of ${count}`, onclick: () => ((state.one = one.id), app.lookAt(one.id)) }, image);
    const chosen = app.onBranch.has(one.id);
    const pick = button(chosen ? "Picked" : "Pick", chosen ? "check" : null, () => app.link.tell({ do: "pick", turn: one.id }), { className: "pick", "aria-label": `Pick ${one.part} of ${count}`, "aria-pressed": String(chosen) });
    return el("div", { className: "variant" }, look, pick);
  }
  /** Pictures of one ask that come one by one, each in its place. */
  function arriving() {
    const { come = [], prompt = "", count } = app.job;
    if (!shown(coming, come.length > 1 && !state.comparing && !app.marks.on)) return false;
    const told = come.map((id) => `${id} ${Boolean(app.pictures.thumb(id))}`).join();
    if (coming.told === told) return true;
    coming.told = told;
    coming.style.setProperty("--columns", come.length > 9 ? 4 : come.length > 4 ? 3 : 2);
    coming.replaceChildren(...come.map((id, at) => {
      const thumb = id && app.pictures.thumb(id);
      return el("div", { className: "variant" }, thumb ? el("img", { src: thumb, alt: `${at + 1} of ${count}: ${short(prompt, 120)}` }) : el("span", { className: "still quiet" }, `${at + 1}`));
    }));
    app.pictures.wantThumbs(come.filter(Boolean));
    return true;
  }
  function update() {
    const turn = app.turn(app.look);
    const lost = app.pictures.lost(app.look);
    const [drawn, drawing] = [Boolean(turn?.width) && !lost, Boolean(app.job.id)];
    if (state.comparing && (!app.turn(state.before) || !app.turn(state.after))) state.comparing = false;
    const come = arriving();
    const several = variants(turn) || come;
    if (come) shown(grid, false);
    shown(empty, !turn && !drawing);
    shown(canvas, drawn && !several);
    shown(words, Boolean(turn) && !drawn && !come);
    if (turn && !drawn) inWords(turn, lost);
    if (drawn && !several) {
      const sharp = state.zoom > Math.max(0, size().fit); // a frame without a size yet fits nothing
      show(picture, state.comparing ? state.after : app.look, sharp);
      shown(other, state.comparing);
      if (state.comparing) show(other, state.before, sharp);
      place();
    }
    shown(handle, state.comparing && drawn);
    shown(pair, state.comparing);
    frame.classList.toggle("drawing", drawing);
    frame.classList.toggle("comparing", state.comparing);
    const [w, h] = (app.job.aspect || "").split(":").map(Number);
    waiting.style.setProperty("--ratio", w && h ? `${w} / ${h}` : turn?.width ? `${turn.width} / ${turn.height}` : "1 / 1");
    shown(waiting, drawing);
    waiting.classList.toggle("alone", !turn && !come);
    app.marks.draw();
    app.sheet.update();
    app.compare.update(state.comparing ? [state.before, state.after] : []);
    app.pairs.update();
    app.lightbox.update();
    shown(frame, !app.sheet.on && !app.compare.on && !app.pairs.on);
    shown(under, !app.compare.on && !app.pairs.on);
    tellTurn(turn);
    rest(turn);
    buttons(turn, drawn, several);
  }
  function inWords(turn, lost) {
    const told = `${turn.id} ${lost} ${turn.text}`;
    if (words.told === told) return;
    words.told = told;
    if (lost) return words.replaceChildren(el("p", {}, "The picture of this turn cannot be read; `%imagine verify` says what is missing."));
    const hint = "The model answered in words and drew nothing. Reply below, or say what the picture should show: “Draw a …”.";
    words.replaceChildren(...(turn.text ? [el("p", {}, turn.text)] : []), el("p", { className: "quiet", role: "note" }, hint));
  }
  /** What stands behind an answer: its thoughts, and the pages that it rests on. */
  function rest(turn) {
    if (!shown(behind, Boolean(turn?.more)) || behind.told === turn.id) return;
    behind.told = turn.id;
    behind.replaceChildren();
    app.words(turn.id).then((words) => {
      if (behind.told !== turn.id) return;
      behind.replaceChildren(
        ...(words.sources.length || words.chip ? [sources(words)] : []),
        ...(words.thoughts ? [el("details", { className: "thoughts" }, el("summary", {}, "Thoughts"), el("p", { dir: "auto" }, words.thoughts))] : []),
      );
    });
  }
  function sources(words) {
    const link = ({ link, title }) => (/^https?:/i.test(link) ? el("a", { href: link, target: "_blank", rel: "noopener noreferrer nofollow", referrerPolicy: "no-referrer" }, title) : el("span", {}, title));
    const rows = words.sources.map((one) => el("li", { value: one.number, dir: "auto" }, link(one), one.beside ? ` · ${one.beside}` : ""));
    // Google's own page, letter for letter, where it can neither run a script nor load anything.
    const chip = words.chip ? el("iframe", { title: "Search suggestions by Google", sandbox: words.sandbox, referrerPolicy: "no-referrer", srcdoc: words.chip }) : null;
    return el("div", { className: "sources" }, chip, words.searched ? el("p", { className: "quiet", dir: "auto" }, words.searched) : null, rows.length ? el("ol", { "aria-label": "Sources" }, ...rows) : null);
  }
  function tellTurn(turn) {
    caption.textContent = turn ? [`Turn ${turn.n}`, turn.of ? `${turn.part} of ${turn.of}` : "", turn.by ? `made in ${{ python: "Python", cell: "a cell" }[turn.by] ?? `the ${turn.by}`}` : "", turn.facts].filter(Boolean).join(" · ") : "\u00a0";
    if (turn?.width && turn.text) caption.textContent += ` · “${short(turn.text, 200)}”`;
    const options = app.turns.filter((one) => one.width).map((one) => [one.id, `Turn ${one.n}: ${short(one.prompt, 40)}`]);
    if (state.comparing) {
      fill(before, options, state.before);
      fill(after, options, state.after);
    }
  }
  function buttons(turn, drawn, several) {
    const away = app.away;
    able(views.sheet, app.sheet.on || (!away && app.turns.some((one) => one.width)));
    views.sheet.setAttribute("aria-pressed", String(app.sheet.on));
    rating.update(turn, drawn);
    for (const [name, view] of [["side", app.compare], ["pairs", app.pairs]]) {
      views[name].setAttribute("aria-pressed", String(view.on));
      able(views[name], view.on || (!away && app.turns.filter((one) => one.width).length > 1));
    }
    able(more.refine, !away && Boolean(turn));
    const told = price(turn);
    tag(more.again, told?.again);
    for (const size of ["2K", "4K"]) tag(more[size], told?.sizes[size]);
    able(more.again, !away && Boolean(turn));
    able(more.settings, !away && Boolean(turn));
    for (const size of ["2K", "4K"]) if (shown(more[size], Boolean(turn?.larger?.includes(size)))) able(more[size], !away);
    able(act.here, !away && Boolean(turn) && turn.id !== app.head.id);
    able(act.mark, !away && drawn);
    act.mark.setAttribute("aria-pressed", String(app.marks.on));
    able(act.compare, state.comparing || app.turns.filter((one) => one.width).length > 1);
    act.compare.setAttribute("aria-pressed", String(state.comparing));
    able(act.save, drawn && (!away || Boolean(app.pictures.original(app.look))));
    able(act.copy, !away && (Boolean(turn) || Boolean(app.compose.text.trim())));
    able(act.insert, drawn && app.notebook.ready(app.look));
    able(zoom.large, drawn);
    for (const one of [zoom.fit, zoom.real]) able(one, drawn && !several);
    zoom.fit.setAttribute("aria-pressed", String(!state.zoom));
    zoom.real.setAttribute("aria-pressed", String(state.zoom === 1));
    shown(zoom.all, turn?.of > 1 && !several && !state.comparing);
    shown(zoom.pick, turn?.of > 1 && !several && !state.comparing);
    able(zoom.pick, !away && !app.onBranch.has(turn?.id));
  }
  return {
    element, frame, update, place,
    tick: (seconds) => (elapsed.textContent = `${seconds} s`),
    escape() {
      if (app.marks.on) return app.marks.toggle(false), true;
      if (app.sheet.escape() || app.compare.escape() || app.pairs.escape()) return true;
      if (state.comparing) return compare(false), true;
      return false;
    },
    /** The slider makes room for another view. */
    alone: () => (state.comparing = false),
    looked() {
      Object.assign(state, { zoom: 0, x: 0, y: 0 });
      if (state.comparing) state.after = app.look;
    },
  };
}
