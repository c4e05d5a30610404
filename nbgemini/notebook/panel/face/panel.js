// -- the panel: what is known, who is told, and where everything stands ---------------------------------------------------

const TRAITS = ["models", "model", "aspect", "size", "count", "thinking", "search", "thoughts", "tier", "seed", "safety", "system", "prompt", "conversation", "conversations", "turns", "head", "refs", "job", "cost", "queue", "sweep", "said"];

/** The line on top: which conversation, what it cost, and another one. */
function header(app) {
  const choice = el("select", { onchange: () => use(choice.value) });
  const pin = button("Pin", "pin", () => app.link.tell({ do: "pin", on: !app.get("conversation").pinned }), { "aria-pressed": "false" });
  const name = el("input", { type: "text", maxLength: 100, "aria-label": "Name of the conversation", placeholder: "name", onkeydown: (event) => event.key === "Enter" && (event.preventDefault(), begin()) });
  let verb = "new";
  const naming = el("span", { className: "naming" }, name, button("Begin", "check", () => begin()), iconButton("Never mind", "close", () => ask(null)));
  const opened = (which) => () => ask(which);
  const fresh = button("New", "add", opened("new"), { title: "Begin a new conversation" });
  const fork = button("Fork", "branch", opened("fork"), { title: "A new conversation that begins with this branch" });
  const spent = el("span", { className: "spent" });
  const note = el("div", { className: "box note", role: "note" });
  const bar = el("div", { className: "header" }, labelled("Conversation", choice, "field inline"), pin, fresh, fork, naming, el("span", { className: "spring" }), spent);
  naming.hidden = true;

  function ask(which) {
    verb = which ?? verb;
    shown(naming, which !== null);
    if (which === null) return fresh.focus();
    name.value = "";
    name.placeholder = which === "fork" ? "name of the fork" : "name";
    name.focus();
  }
  function begin() {
    if (!name.value.trim()) return name.focus();
    app.compose.flush();
    app.link.tell({ do: "conversation", verb, name: name.value.trim() });
    ask(null);
  }
  function use(value) {
    const one = app.get("conversations").find((one) => idOf(one) === value);
    app.compose.flush();
    if (one) app.link.tell({ do: "conversation", verb: "use", name: one.name, key: one.key ?? "" });
  }
  /** Two kernels may each have a `main`. */
  const idOf = (one) => (one.stored ? `stored ${one.key}` : `own ${one.name}`);
  return {
    element: el("div", { className: "top" }, bar, note),
    update() {
      const now = app.get("conversation");
      const listed = [...app.get("conversations")].map((one) => [idOf(one), `${one.name} · ${plural(one.turns, "turn")}${one.stored ? " · stored" : ""}`]);
      const chosen = now.stored ? `stored ${String(now.key ?? "").replace(/^key /, "")}` : `own ${now.name}`;
      fill(choice, listed.some(([known]) => known === chosen) ? listed : [[chosen, now.name ?? ""], ...listed], chosen);
      choice.disabled = app.away;
      able(pin, !app.away);
      pin.setAttribute("aria-pressed", String(Boolean(now.pinned)));
      pin.title = now.pinned ? "This panel stays with its conversation; click to follow the cells again" : "Stay with this conversation, whatever cells and other panels do";
      able(fresh, !app.away);
      able(fork, !app.away && Boolean(app.head.id));
      spent.textContent = app.get("cost").spent ?? "";
      if (!shown(note, Boolean(now.stored)) || note.told === now.name) return;
      note.told = now.name;
      note.replaceChildren(el("p", { dir: "auto" }, `“${now.name}” is from an earlier session. Once you go on with it here, cells do so too; until then they start fresh.`), button("Start fresh", null, () => app.link.tell({ do: "conversation", verb: "fresh" })));
    },
  };
}

function render({ model, el: outer }) {
  const host = el("div", { className: "nbgemini-panel" });
  // Both are needed: the attribute alone swallows Enter in JupyterLab, and without it Notebook's Shift+Enter runs the cell.
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  outer.append(host);
  hideStill();
  const root = host.attachShadow({ mode: "open" });

  const app = { root, model, said: null, rated: [], note: "", sent: false, told: {}, look: "", in: undefined, turns: [], head: {}, job: {}, jobTold: 0, onBranch: new Set() };
  const byId = new Map();
  let due = false;
  let closed = false;
  app.get = (name) => model.get(name) ?? {};
  app.turn = (id) => byId.get(id);
  const typing = () => /^(TEXTAREA|INPUT|SELECT)$/.test(root.activeElement?.tagName ?? "");
  app.typing = typing;
  app.changed = () => {
    if (due || closed) return;
    due = true;
    queueMicrotask(update);
  };
  /** Once the page shows what has changed. */
  app.then = (work) => setTimeout(work);
  app.say = (lines, untilTyped = false) => {
    app.said = { kind: "error", lines, untilTyped };
    app.changed();
  };
  app.lookAt = (id) => {
    if (id === app.look || !byId.has(id)) return;
    app.look = id;
    app.note = "";
    parts.stage.looked();
    app.changed();
  };
  /** The unsent prompt where there is one, else the turn that is looked at; of a shot it is the sweep. */
  app.copy = () => {
    const asked = app.compose.asked;
    app.compose.flush();
    const unsent = asked.prompt.trim() && asked.prompt !== app.vary.sent && !app.sheet.on;
    app.link.tell(unsent || asked.marks ? { do: "cell", turn: "", ...asked } : { do: "cell", turn: app.look });
  };
  const words = new Map(); // by turn: the promise, and what keeps it
  app.words = (id) => {
    if (!words.has(id)) {
      const asked = {};
      asked.here = new Promise((done) => (asked.done = done));
      words.set(id, asked);
      app.link.tell({ do: "need", what: "words", ids: [id] });
    }
    return words.get(id).here;
  };

  app.link = connect(model, (before) => {
    if (app.link?.state === "away") app.note = "";
    if (before === "away") app.pictures?.forgetAsked(); // what was asked of a kernel that is gone is asked again
    app.changed();
  });
  app.pictures = pictures(app.link, app.changed);
  app.notebook = notebook(app);
  app.memory = memory(app);
  app.uploads = uploader(app.link, app.say, app.changed);
  app.marks = marking(app);
  app.sheet = sheet(app);
  app.compare = comparison(app);
  app.pairs = twoByTwo(app);
  app.lightbox = lightbox(app);
  /** One view at a time stands in the place of the picture. */
  app.show = (view) => {
    if (view !== "sheet") app.sheet.toggle(false);
    if (view !== "compare") app.compare.hide();
    if (view !== "pairs") app.pairs.hide();
    if (view !== "picture") parts.stage.alone();
  };
  app.focusFrame = () => parts.stage.frame.focus({ preventScroll: true });
  app.ticked = (seconds) => parts.stage.tick(seconds);
  app.compose = compose(app);
  app.ask = app.compose.ask;
  app.vary = vary(app);
  app.refine = refine(app);
  const parts = { header: header(app), stage: stage(app), strip: strip(app), compose: app.compose };
  const style = el("style");
  style.textContent = CSS;
  const panel = el("div", { className: "panel", role: "group", "aria-label": "nbgemini" }, parts.header.element, el("div", { className: "desk" }, parts.stage.element, parts.compose.element), parts.strip.element, el("div", { className: "drop", "aria-hidden": "true" }, el("span", {}, "Drop to show it to the model")));
  const dialogs = [app.vary.dialog, app.refine.dialog, app.lightbox.dialog];
  panel.append(...dialogs);
  root.append(style, panel);

  app.link.on("words", (message) => words.get(message.id)?.done(message));
  app.link.on("copied", ({ text, what }) => app.compose.offer(text, what));
  app.link.on("toast", ({ lines }) => {
    app.note = lines.join(" ");
    app.changed();
  });
  app.link.on("swept", () => {
    app.note = "All pictures are ready.";
    app.sheet.of("newest");
    app.changed();
  });
  app.link.on("queued", ({ typed }) => {
    app.compose.made(typed);
    app.marks.clear();
    app.marks.toggle(false);
    app.sent = false;
    app.changed();
  });
  app.link.on("made", ({ turn, typed }) => {
    app.compose.made(typed);
    app.marks.clear();
    app.marks.toggle(false);
    app.sent = false;
    app.lookAt(turn);
    app.note = there(app.turn(turn));
    app.changed();
  });

  /** The turns from the head up to its root. */
  function branch() {
    const found = new Set();
    for (let at = app.head.id; at && byId.has(at) && !found.has(at); at = byId.get(at).parent) found.add(at);
    return found;
  }
  const there = (turn) => (turn?.width === 0 ? `Turn ${turn.n} is ready: text, no picture.` : `Turn ${turn?.n ?? ""} is ready.`);
  /** What has changed by itself or by a button, for eyes and for screen readers. */
  function news(before, conversation) {
    const at = app.turn(app.head.id);
    if (conversation !== undefined && conversation !== app.in) return `Conversation ${app.get("conversation").name}${at ? `, at turn ${at.n}` : ", at the start"}.`;
    if (before === undefined || before === app.head.id) return null;
    if (!at) return "Back at the start: the next picture will be a new one.";
    if (!known.has(at.id)) return at.by === "panel" ? there(at) : `${there(at)} It was made ${at.by === "cell" ? "by a cell" : "in Python"}.`;
    return `At turn ${at.n}${at.n < app.turns.length ? "" : ", the latest"}.`;
  }
  let known = new Set();
  function read() {
    const followed = !app.look || app.look === app.head.id;
    const before = app.head.id;
    const conversation = app.in;
    app.in = app.get("conversation").name;
    app.turns = model.get("turns") ?? [];
    app.head = app.get("head");
    byId.clear();
    for (const turn of app.turns) byId.set(turn.id, turn);
    app.onBranch = branch();
    if (!byId.has(app.look) || (followed && before !== app.head.id)) {
      app.look = app.head.id || app.turns.at(-1)?.id || "";
      parts.stage.looked();
    }
    app.note = news(before, conversation) ?? app.note;
    known = new Set(byId.keys());
    const job = app.get("job");
    if (job !== app.job) {
      if (job.id || app.job.id) app.sent = false;
      if (job.id && job.id !== app.job.id) app.note = "";
      app.job = job;
      app.jobTold = performance.now();
    }
    app.away = app.link.state === "away";
  }
  function update() {
    due = false;
    if (closed) return;
    read();
    panel.classList.toggle("away", app.away);
    panel.classList.toggle("choosing", app.pairs.hides);
    for (const part of Object.values(parts)) part.update();
    rescue();
  }

  // What has the focus may be made anew or go away with what changes: the keyboard must not fall out of the panel.
  let last = null;
  root.addEventListener("focusin", (event) => (last = event.target));
  root.addEventListener("focusout", ({ target }) => setTimeout(() => onPage(target) && last === target && root.activeElement !== target && (last = null)));
  const onPage = (one) => Boolean(one?.isConnected && one.getClientRects().length);
  function rescue() {
    if (!last || onPage(last) || (document.activeElement !== document.body && root.activeElement !== last)) return;
    const name = last.getAttribute("aria-label");
    const same = name ? [...root.querySelectorAll(last.tagName)].find((one) => one.getAttribute("aria-label") === name && onPage(one)) : null;
    const near = last.closest(".stage .frame, .stage .pair") ? parts.stage.frame : null;
    last = null;
    if (same) same.focus({ preventScroll: true });
    else if (near) near.focus({ preventScroll: true });
    else parts.compose.focus();
  }
  function dress() {
    const dark = isDark(host);
    host.classList.toggle("dark", dark);
    panel.classList.toggle("dark", dark);
  }

  // -- keys, drops and pastes

  host.addEventListener("keydown", (event) => {
    if (!event.isComposing) keys(event);
    event.stopPropagation();
  });
  /** A dialog keeps its keys: Escape closes it, and stops nothing behind it. */
  function dialogKeys(event, dialog) {
    if (event.key === "Escape") {
      event.preventDefault();
      dialog.close();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && dialog === app.vary.dialog) {
      event.preventDefault();
      app.vary.begin();
    } else if (dialog === app.lightbox.dialog && !event.ctrlKey && !event.metaKey && !event.altKey && app.lightbox.key(event)) {
      event.preventDefault();
    }
  }
  function keys(event) {
    const dialog = dialogs.find((one) => one.open);
    if (dialog) return dialogKeys(event, dialog);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      parts.compose.run();
    } else if (event.key === "Escape") {
      if (parts.stage.escape()) return event.preventDefault();
      if (app.job.by === "panel") app.link.tell({ do: "cancel" });
    } else if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing()) {
      event.preventDefault();
      if (!event.shiftKey && app.marks.undo()) return;
      app.link.tell({ do: event.shiftKey ? "redo" : "undo" });
    }
  }
  host.addEventListener("paste", (event) => {
    const files = filesOf(event.clipboardData);
    event.stopPropagation();
    if (!files.length || app.away) return;
    event.preventDefault();
    app.uploads.add(files);
  });
  for (const kind of ["copy", "cut"]) host.addEventListener(kind, (event) => event.stopPropagation());
  let depth = 0;
  const dragged = (event) => [...(event.dataTransfer?.types ?? [])].some((type) => type === "Files" || type === "application/x-nbgemini-turn");
  const over = (event, step) => {
    if (!dragged(event) || app.away) return;
    event.preventDefault();
    event.stopPropagation();
    depth = Math.max(0, depth + step);
    panel.classList.toggle("dropping", depth > 0);
  };
  host.addEventListener("dragenter", (event) => over(event, 1));
  host.addEventListener("dragleave", (event) => over(event, -1));
  host.addEventListener("dragover", (event) => over(event, 0));
  host.addEventListener("drop", (event) => {
    if (!dragged(event) || app.away) return;
    event.preventDefault();
    event.stopPropagation();
    depth = 0;
    panel.classList.remove("dropping");
    const turn = event.dataTransfer.getData("application/x-nbgemini-turn");
    if (turn) app.link.tell({ do: "refturn", turn });
    else app.uploads.add(filesOf(event.dataTransfer));
  });

  // -- begin and end

  const told = () => {
    app.link.heard();
    app.changed();
  };
  /** The kernel has an answer: what the page itself had to say is old, and nothing is on its way any more. */
  const answered = () => {
    app.said = null;
    app.sent = false;
  };
  for (const name of TRAITS) model.on(`change:${name}`, told);
  model.on("change:said", answered);
  const clock = setInterval(() => app.job.id && parts.compose.tick(), 250);
  const watching = new MutationObserver(dress);
  watching.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name", "style"] });
  const resized = new ResizeObserver(() => {
    parts.stage.place();
    parts.strip.place();
  });
  resized.observe(panel);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", dress);
  dress();
  queueMicrotask(dress);
  update();
  return () => {
    closed = true;
    clearInterval(clock);
    watching.disconnect();
    resized.disconnect();
    scheme.removeEventListener("change", dress);
    for (const name of TRAITS) model.off(`change:${name}`, told);
    model.off("change:said", answered);
    app.link.close();
    app.sheet.close();
    app.pictures.close();
    host.remove();
  };
}

export default { render };
