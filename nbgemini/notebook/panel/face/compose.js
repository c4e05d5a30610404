// -- composing: the prompt, what goes along, how it is drawn, and what it costs -------------------------------------------

const LONGEST_PROMPT = 200_000;
const SETTLE = 300; // milliseconds of quiet before the kernel hears what is typed

/** The column with the prompt and the controls. */
function compose(app) {
  const state = { fresh: false, recalled: 0, kept: "", timer: 0, ask: null, began: 0 };
  const prompt = el("textarea", { rows: 4, dir: "auto", placeholder: "What should be drawn, or what should change?", "aria-keyshortcuts": "Control+Enter", oninput: () => typed() });
  const refs = el("ul", { className: "refs", "aria-label": "References" });
  const file = el("input", { type: "file", accept: "image/*,.heic,.heif", multiple: true, hidden: true, tabIndex: -1, "aria-hidden": "true", onchange: () => (app.uploads.add([...file.files]), (file.value = "")) });
  const browse = button("Add pictures", "add", () => file.click(), { className: "add", title: "You can also drop or paste them" });
  const picked = el("div", { className: "marked" });
  const model = el("select", { onchange: () => form() });
  const aspect = el("select", { onchange: () => form() });
  const size = el("select", { onchange: () => form() });
  const count = el("input", { type: "number", min: 1, max: 1000, step: 1, value: "1", onchange: () => form() });
  const thinking = el("select", { onchange: () => form() });
  const search = el("select", { onchange: () => form() });
  const tier = el("select", { onchange: () => form() });
  const seed = el("input", { type: "number", step: 1, onchange: () => form() });
  const safety = el("select", { onchange: () => form() });
  const system = el("textarea", { rows: 2, dir: "auto", placeholder: "Applies to every picture: a style, a rule", onchange: () => form() });
  const thoughtsBox = el("input", { type: "checkbox", onchange: () => form() });
  const thoughtsField = el("label", { className: "check", title: "Show the model's thoughts while it draws" }, thoughtsBox, el("span", {}, "Thoughts"));
  const thinkingField = labelled("Thinking", thinking);
  const searchField = labelled("Search", search);
  const edit = el("input", { type: "radio", name: `from-${PAGE}`, checked: true, onchange: () => from(false) });
  const fresh = el("input", { type: "radio", name: `from-${PAGE}`, onchange: () => from(true) });
  const editWords = el("span", {});
  const start = el("div", { className: "segments start", role: "radiogroup", "aria-label": "Start from" }, el("label", {}, edit, icon("branch"), editWords), el("label", {}, fresh, icon("spark"), el("span", {}, "New picture")));
  const generate = button("Generate", null, () => run(), { className: "primary", title: "Ctrl+Enter" });
  const varied = button("Vary", "grid", () => app.vary.open(), { className: "cancel", title: "Several values at once: select words of the prompt, or name an option" });
  const cancel = button("Cancel", "close", () => app.link.tell({ do: "cancel" }), { className: "cancel", title: "Esc: stop waiting; the answer is kept" });
  const price = el("p", { className: "price" });
  const status = el("p", { className: "status", role: "status" });
  const news = el("span", { dir: "auto" });
  const clock = el("span", { className: "clock", "aria-hidden": "true" });
  status.append(news, clock);
  const interim = el("img", { className: "interim", alt: "Interim picture" });
  const thoughts = el("details", { className: "thoughts live", open: true }, el("summary", {}, "Thinking…"), interim, el("p", { dir: "auto" }));
  const queue = el("div", { className: "queue" });
  const question = el("div", { className: "box ask", role: "alertdialog", "aria-label": "Confirm the price" });
  const message = el("div", { className: "box", role: "alert" });
  const source = el("textarea", { readOnly: true, rows: 4, spellcheck: false, "aria-label": "Source of the cell", dir: "auto", onfocus: () => source.select() });
  const copied = el("details", { className: "copied" }, el("summary", {}, "The cell"), source);
  const moreSet = el("span", {});
  const more = el(
    "details", { className: "more" }, el("summary", {}, "More", moreSet),
    el("div", { className: "controls" }, thinkingField, searchField, labelled("Tier", tier), labelled("Seed", seed), labelled("Safety", safety), thoughtsField, labelled("System", system, "field wide")),
  );
  const element = el(
    "div", { className: "compose" },
    labelled("Prompt", prompt, "field prompt"), refs, el("div", { className: "row" }, browse, file, picked),
    el("div", { className: "controls" }, labelled("Model", model, "field wide"), labelled("Aspect", aspect), labelled("Size", size), labelled("Count", count)), more,
    start, el("div", { className: "row go" }, generate, varied, cancel), price, status, queue, question, message, copied,
  );

  // -- the form

  function typed() {
    state.recalled = 0;
    if (app.said?.untilTyped) app.said = null;
    settle();
    app.changed();
  }
  function settle() {
    app.memory.keep(prompt.value);
    clearTimeout(state.timer);
    state.timer = setTimeout(form, SETTLE);
  }
  function base() {
    return state.fresh || !app.head.id ? "" : app.head.id;
  }
  function from(yes) {
    state.fresh = yes;
    form();
  }
  function form() {
    clearTimeout(state.timer);
    state.timer = 0;
    app.changed();
    if (prompt.value.length <= LONGEST_PROMPT && !app.away) app.link.tell({ do: "form", ...values(), prompt: prompt.value, base: base(), of: app.told.key ?? "" });
  }
  function values() {
    return { model: model.value, aspect: aspect.value, size: size.value, count: clamp(Math.round(Number(count.value)) || 1, 1, 1000), thinking: thinking.value, search: search.value, thoughts: thoughtsBox.checked, tier: tier.value, seed: /^-?\d{1,10}$/.test(seed.value) ? seed.value : "", safety: safety.value, system: system.value };
  }
  /** Whether this very ask is on its way: a second click is no second picture. What is written anew queues behind it. */
  function busy() {
    if (app.sent) return true;
    return Boolean(app.job.id && app.job.mine) && !app.marks.given && (prompt.value === state.sent || prompt.value.slice(0, 400) === app.job.prompt || !prompt.value.trim());
  }
  /** Do what costs something, once its price is agreed to where it is above the limit; `go` is told whether it was. */
  function ask(price, go) {
    if (!price?.ask) return go(false);
    const before = app.root.activeElement;
    state.ask = { words: price.words, go, before };
    if (app.get("said").lines?.length) app.link.tell({ do: "dismiss" }); // what went wrong before is no answer to this
    app.changed();
    app.then(() => question.querySelector("button")?.focus());
  }
  function agreed(yes) {
    const { go, before } = state.ask;
    state.ask = null;
    app.changed();
    (before?.isConnected ? before : prompt).focus();
    if (yes) go(true);
  }
  function run(yes = false) {
    const marks = app.marks.given;
    if (app.away || busy() || app.uploads.waiting.length) return;
    if (!prompt.value.trim() && !marks?.shapes.some((shape) => shape.note)) {
      app.say(["Write what to draw, then press Generate."], true);
      return prompt.focus();
    }
    if (prompt.value.length > LONGEST_PROMPT) return app.say([`The prompt has ${prompt.value.length.toLocaleString("en")} characters; the limit is ${LONGEST_PROMPT.toLocaleString("en")}.`]);
    if (app.get("cost").ask && !yes && (app.marks.given || !app.get("cost").recorded)) {
      return ask({ words: app.get("cost").next, ask: true }, () => run(true));
    }
    clearTimeout(state.timer);
    state.ask = null;
    app.said = null;
    app.sent = true;
    state.sent = prompt.value;
    app.memory.heard();
    app.link.tell({ do: "run", ...values(), prompt: prompt.value, base: base(), yes, ...(marks ? { marks } : {}) });
    app.changed();
  }

  // -- the prompt

  prompt.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowUp" && prompt.selectionStart === 0 && prompt.selectionEnd === 0) recall(1, event);
    if (event.key === "ArrowDown" && state.recalled && prompt.selectionStart === prompt.value.length) recall(-1, event);
  });
  /** Earlier prompts, the latest first; 0 is what was being written. */
  function recall(step, event) {
    const prompts = [...new Set(app.turns.map((turn) => turn.id).reverse())].filter((id, at, all) => all.findIndex((other) => app.turn(other).prompt === app.turn(id).prompt) === at);
    const to = clamp(state.recalled + step, 0, prompts.length);
    if (to === state.recalled) return;
    event.preventDefault();
    if (!state.recalled) state.kept = prompt.value;
    state.recalled = to;
    const turn = to ? app.turn(prompts[to - 1]) : null;
    write(turn ? turn.prompt : state.kept, step > 0);
    if (turn?.cut) app.words(turn.id).then((words) => state.recalled === to && write(words.prompt, step > 0));
  }
  function write(text, atStart) {
    prompt.value = text;
    prompt.setSelectionRange(atStart ? 0 : text.length, atStart ? 0 : text.length);
    settle();
  }

  // -- what is shown

  function options() {
    const cards = app.get("models");
    fill(model, cards.map((card) => [card.id, card.name]), keep(model, "model"));
    const card = cards.find((one) => one.id === model.value) ?? {};
    const listed = (found, none) => [["", none], ...(found ?? []).map((value) => [value, value])];
    const sizes = card.sizes ?? ["512", "1K", "2K", "4K"];
    fill(aspect, listed(card.aspects ?? ["1:1", "4:3", "3:4", "16:9", "9:16"], base() ? "as it is" : "auto"), keep(aspect, "aspect"));
    fill(size, listed(sizes, card.size ? `auto (${card.size})` : "auto"), keep(size, "size"));
    fill(thinking, listed(card.thinking, "auto"), keep(thinking, "thinking"));
    fill(search, listed(card.search, "off"), keep(search, "search"));
    fill(tier, [["", "auto"], ["standard", "standard"], ["flex", "flex: cheaper, slower"], ["priority", "priority: more expensive, faster"]], keep(tier, "tier"));
    fill(safety, [["", "model default"], ["off", "off"], ["none", "block nothing"], ["only-high", "block only high"], ["medium", "block medium and above"], ["low", "block low and above"]], keep(safety, "safety"));
    const set = [thinking, search, tier, seed, safety, system].filter((one) => one.value.trim()).length + Number(thoughtsBox.checked);
    moreSet.textContent = set ? ` · ${set} set` : "";
    aspect.disabled = card.aspects?.length === 0;
    size.disabled = sizes.length === 0;
    shown(thinkingField, card.thinking?.length > 0);
    shown(searchField, card.search?.length > 0);
    shown(thoughtsField, Boolean(card.thoughts));
  }
  /** What a control says: the kernel's word, unless this page has not been answered yet. */
  function keep(control, name) {
    return app.told[name] === app.get(name) ? control.value || app.get(name) : app.get(name);
  }
  function follow() {
    for (const [name, control] of [["model", model], ["aspect", aspect], ["size", size], ["thinking", thinking], ["search", search], ["tier", tier], ["seed", seed], ["safety", safety], ["system", system]]) {
      if (app.root.activeElement === control && control === system) continue;
      if (app.told[name] !== app.get(name)) {
        app.told[name] = app.get(name);
        control.value = app.get(name);
      }
    }
    if (app.told.thoughts !== app.get("thoughts")) thoughtsBox.checked = (app.told.thoughts = app.get("thoughts")) === true;
    if (app.told.count !== app.get("count")) count.value = String((app.told.count = app.get("count")));
    another();
    if (app.told.prompt !== app.get("prompt")) {
      const before = app.told.prompt;
      app.told.prompt = app.get("prompt");
      const mine = app.root.activeElement === prompt || (before !== undefined && prompt.value !== before && prompt.value !== "");
      if (!mine || prompt.value === "") prompt.value = app.get("prompt");
      app.memory.heard(app.get("prompt"));
      const unheard = before === undefined ? app.memory.recall() : null;
      if (unheard !== null) write(unheard);
    }
  }
  /** Unsent words belong to their conversation: where another one is looked at now, its own stand in the box. */
  function another() {
    const { key, name, stored } = app.get("conversation");
    const before = app.told.key;
    if (before === key) return;
    const same = before === undefined || (before === `new ${name}` && !stored); // its first turn gave it a place in the store
    if (!same) {
      if (state.timer) form(); // still as that of the one before
      prompt.value = app.told.prompt = app.get("prompt");
      Object.assign(state, { fresh: false, recalled: 0 });
    }
    app.told.key = key;
  }
  function reference(one) {
    const image = el("img", { alt: "" });
    const thumb = app.pictures.thumb(one.id);
    if (thumb) image.src = thumb;
    const remove = iconButton(`Remove ${one.label}`, "close", () => {
      browse.focus(); // the button goes away with its picture
      app.link.tell({ do: "unref", ref: one.id });
    });
    return el("li", { className: "ref", title: one.note || one.label }, image, el("span", { className: "name", dir: "auto" }, one.label), remove);
  }
  function references() {
    const given = app.get("refs");
    const told = JSON.stringify([given.map((one) => [one, app.pictures.thumb(one.id)]), app.uploads.waiting]);
    if (refs.told === told) return;
    refs.told = told;
    refs.replaceChildren(...given.map(reference), ...app.uploads.waiting.map((name) => el("li", { className: "ref pending" }, el("span", { className: "name", dir: "auto" }, `${short(name, 40)}…`))));
    shown(refs, given.length + app.uploads.waiting.length > 0);
    app.pictures.wantThumbs(given.map((one) => one.id));
  }
  function marked() {
    const marks = app.marks.given;
    const told = marks ? `${plural(marks.shapes.length, "place")} marked on turn ${app.turn(marks.turn)?.n ?? "?"}` : "";
    if (picked.textContent !== told) picked.replaceChildren(...(told ? [icon("mark"), el("span", {}, told)] : []));
    shown(picked, Boolean(marks));
  }
  function cost() {
    const { next, recorded, budget, why } = app.get("cost");
    const free = app.marks.given ? "" : recorded;
    price.textContent = free || why || [next, budget].filter(Boolean).join(" · ") || "\u00a0";
    price.classList.toggle("warn", Boolean(why && !free));
    if (!shown(question, Boolean(state.ask)) || question.told === state.ask) return;
    question.told = state.ask;
    question.replaceChildren(
      el("p", {}, `This will cost ${state.ask.words}, which is above \`confirm_over\`.`),
      el("div", { className: "row" }, button("Send it", null, () => agreed(true), { className: "primary" }), button("Not now", null, () => agreed(false))),
    );
  }
  function lined() {
    const { waiting = [], held, price: total } = app.get("queue");
    const told = JSON.stringify(app.get("queue"));
    if (!shown(queue, waiting.length > 0) || queue.told === told) return;
    queue.told = told;
    const remove = (one, at) => iconButton(`Remove waiting ${at + 1}`, "close", () => {
      prompt.focus(); // the button goes away with its row
      app.link.tell({ do: "unqueue", id: one.id });
    });
    queue.replaceChildren(
      el("div", { className: "row" }, el("span", { className: "label" }, `${waiting.length} waiting · ${total}`), held ? button("Go on", null, () => (prompt.focus(), app.link.tell({ do: "goon" }))) : null),
      el("ol", { "aria-label": "Waiting" }, ...waiting.map((one, at) => el("li", {}, el("span", { className: "name", dir: "auto", title: one.prompt }, one.prompt), one.sent ? el("span", { className: "quiet" }, " · sent before the kernel stopped; may have been charged") : null, remove(one, at)))),
    );
  }
  function going() {
    const { job } = app;
    const drawing = Boolean(job.id);
    able(generate, !app.away && !busy() && app.uploads.waiting.length === 0);
    able(varied, !app.away && !app.get("sweep").of && app.uploads.waiting.length === 0);
    able(cancel, (app.get("sweep").of && !app.away) || drawing && !app.away && job.by === "panel"); // a cell is ended by the kernel's interrupt
    tick();
    if (!shown(thoughts, Boolean(job.thoughts || job.interim))) return;
    const pane = thoughts.lastChild;
    if (pane.textContent !== job.thoughts) {
      pane.textContent = job.thoughts ?? "";
      pane.scrollTop = pane.scrollHeight;
    }
    const seen = app.pictures.thumb(job.interim);
    if (shown(interim, Boolean(seen)) && interim.getAttribute("src") !== seen) interim.src = seen;
  }
  const WHOSE = { panel: "started in another panel", cell: "started by a cell", python: "started from Python" };
  const STAGES = { queued: "Waiting in line", waiting: "Connecting", sending: "Sending", sent: "Drawing", receiving: "Receiving" };
  /** What is going on, for eyes and for screen readers; only eyes see the seconds tick. */
  function tick() {
    const { job } = app;
    let said = app.note || "";
    if (app.link.state === "away") said = `${said && `${said} `}Not connected: run the panel's cell again. Nothing is lost; the conversation is saved.`;
    else if (app.link.state === "busy") said = "The kernel is busy with a cell; your request comes next.";
    else if (app.uploads.waiting.length) said = `Adding ${short(app.uploads.waiting[0], 60)}`;
    else if (job.id) said = [`${STAGES[job.stage] ?? "Drawing"}…`, job.count > 1 ? plural(job.count, "picture") : "", job.mine ? "" : WHOSE[job.by], job.model, job.news].filter(Boolean).join(" · ");
    else if (app.get("sweep").of) said = `Drawing… · ${app.get("sweep").done} of ${app.get("sweep").of} pictures`;
    else if (app.sent) said = "Sending…";
    if (news.textContent !== said) news.textContent = said;
    const ticking = job.id && app.link.state !== "away";
    const seconds = Math.floor((job.elapsed ?? 0) + (performance.now() - app.jobTold) / 1000);
    clock.textContent = ticking ? ` · ${seconds} s` : "";
    if (ticking) app.ticked(seconds);
    status.classList.toggle("warn", app.link.state === "away");
  }
  function say() {
    const said = app.said ?? app.get("said");
    const lines = said.lines ?? [];
    const told = JSON.stringify(said);
    if (!shown(message, lines.length > 0) || message.told === told) return;
    message.told = told;
    message.className = `box ${said.kind === "error" ? "error" : "note"}`;
    const dismiss = () => {
      app.said = null;
      if (!app.away) app.link.tell({ do: "dismiss" });
      app.changed();
      prompt.focus();
    };
    message.replaceChildren(
      el("div", { className: "lines" }, ...lines.map((line) => el("p", { dir: "auto" }, line)),
        ...(said.recover ? [button("Keep it as a turn", "check", () => app.link.tell({ do: "recover", turn: said.recover }))] : [])),
      iconButton("Dismiss", "close", dismiss),
    );
  }
  function update() {
    follow();
    options();
    references();
    marked();
    cost();
    going();
    lined();
    say();
    shown(start, Boolean(app.head.id));
    edit.checked = !state.fresh;
    fresh.checked = state.fresh;
    editWords.textContent = `Edit turn ${app.job.mine ? (app.turns.at(-1)?.n ?? 0) + 1 : (app.turn(app.head.id)?.n ?? "")}`; // what is asked now comes after it
    edit.disabled = fresh.disabled = app.away || Boolean(app.marks.given); // marks belong to their turn
    start.classList.toggle("held", edit.disabled);
    shown(copied, Boolean(source.value));
  }
  return {
    element, update, tick, run, ask, write,
    thoughts, // stands on the stage: nothing moves when a model begins to think
    get text() {
      return prompt.value;
    },
    get asked() {
      return { prompt: prompt.value, base: base(), ...(app.marks.given ? { marks: app.marks.given } : {}) };
    },
    /** What is selected in the prompt: where it begins and ends. */
    get selection() {
      return [prompt.selectionStart, prompt.selectionEnd];
    },
    focus: () => prompt.focus(),
    /** The prompt of a picture that was made is taken away, unless more has been typed since. */
    made(typedText) {
      if (prompt.value === typedText) prompt.value = "";
      if (state.fresh) state.fresh = false;
    },
    async offer(text, what) {
      source.value = text;
      let done = false;
      try {
        await navigator.clipboard.writeText(text);
        done = true;
      } catch {
        copied.open = true;
        app.changed();
        await new Promise(app.then);
        source.focus();
        source.select();
        done = document.execCommand?.("copy") ?? false;
      }
      app.note = done ? `Copied ${what} as a cell.` : "The browser does not allow copying here: copy the cell below yourself.";
      app.changed();
    },
    flush() {
      if (state.timer) form();
    },
  };
}
