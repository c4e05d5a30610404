// -- the kernel: messages, pictures on demand, and whether anybody is there ---------------------------------------------

// One id for each loaded page: after a reload, outputs of old cells cannot be filled any more.
const PAGE = (globalThis.__nbgemini_page ??= Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join(""));
const PING = 12_000; // milliseconds between two looks at the kernel
const PATIENCE = 4_000; // … until a kernel that says nothing counts as away
const MOST_FULL = 4; // originals in memory
const UNANSWERED = ["hello", "form", "need", "ref", "prices", "compare"]; // … after which nobody waits for something to happen

/** The way to the kernel; `tell(message, buffers)` sends. `on(kind, handler)` listens to a kind of message. */
function connect(model, changed) {
  const handlers = new Map();
  const link = { state: "asking", tell, on, close, check, heard: 0 };
  let waiting = 0;
  let timer = 0;

  function tell(message, buffers = []) {
    model.send(message, undefined, buffers);
    if (!UNANSWERED.includes(message.do)) check();
  }
  function on(kind, handler) {
    handlers.set(kind, [...(handlers.get(kind) ?? []), handler]);
  }
  function received(message, buffers) {
    heard();
    for (const handler of handlers.get(message?.is) ?? []) handler(message, buffers ?? []);
  }
  /** Anything that comes from the kernel shows that it is there. */
  function heard() {
    clearTimeout(waiting);
    waiting = 0;
    set("here");
  }
  function set(state) {
    if (link.state !== state) {
      const before = link.state;
      link.state = state;
      changed(before);
    }
  }
  /** What the host says of its kernel: "busy" explains silence. */
  function status() {
    try {
      return model.widget_manager?.kernel?.status ?? "";
    } catch {
      return "";
    }
  }
  function check(patience = PATIENCE) {
    if (waiting) return;
    waiting = setTimeout(() => {
      waiting = 0;
      set(status() === "busy" ? "busy" : "away");
    }, patience);
    try {
      tell({ do: "hello", page: PAGE });
    } catch {
      set("away");
    }
  }
  function close() {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
    clearTimeout(waiting);
    model.off("msg:custom", received);
    model.off("comm_live_update", lost);
  }
  const look = () => document.visibilityState === "visible" && check();
  const lost = () => {
    clearTimeout(waiting);
    waiting = 0;
    check(800);
  };
  model.on("msg:custom", received);
  model.on("comm_live_update", lost);
  timer = setInterval(look, PING);
  document.addEventListener("visibilitychange", look);
  link.heard = heard;
  check();
  return link;
}

/** Pictures by turn or reference, as Blob URLs; what the page shows no more is given back. */
function pictures(link, changed) {
  const thumbs = new Map();
  const views = new Map();
  const originals = new Map();
  const asked = new Set();
  const waiting = new Map();

  const arriving = new Map(); // pieces of pictures
  const url = (pieces, type) => URL.createObjectURL(new Blob(pieces, { type }));
  link.on("thumbs", ({ ids, types }, buffers) => {
    ids.forEach((id, at) => {
      if (!thumbs.has(id) && buffers[at]) thumbs.set(id, url([buffers[at]], types[at]));
    });
    changed();
  });
  link.on("picture", ({ id, what, type, name, part = 0, parts = 1 }, [buffer]) => {
    const pieces = part ? arriving.get(`${what} ${id}`) : [];
    if (!pieces || pieces.length !== part) return; // of an answer to another view that began before this one asked
    if (buffer) pieces.push(buffer);
    arriving.set(`${what} ${id}`, pieces);
    if (part < parts - 1) return;
    arriving.delete(`${what} ${id}`);
    const found = type && pieces.length ? { url: url(pieces, type), type, name } : null;
    const kept = what === "full" ? originals : views;
    if (kept.get(id)) URL.revokeObjectURL(kept.get(id).url);
    kept.delete(id);
    kept.set(id, found);
    while (originals.size > MOST_FULL) drop(originals);
    while (views.size > 4 * MOST_FULL) drop(views);
    waiting.get(`${what} ${id}`)?.forEach((done) => done(found));
    waiting.delete(`${what} ${id}`);
    changed();
  });
  function drop(kept) {
    const [oldest, found] = kept.entries().next().value;
    if (found) URL.revokeObjectURL(found.url);
    kept.delete(oldest);
  }
  return {
    thumb: (id) => thumbs.get(id),
    view: (id) => originals.get(id) ?? views.get(id),
    original: (id) => originals.get(id),
    /** Whether the kernel has said that it cannot read it. */
    lost: (id) => views.get(id) === null && !originals.get(id) && !thumbs.has(id),
    /** Ask for the thumbnails that are not here yet, the newest first. */
    wantThumbs(ids) {
      const missing = ids.filter((id) => !thumbs.has(id) && !asked.has(id)).slice(-60).reverse();
      missing.forEach((id) => asked.add(id));
      if (missing.length) link.tell({ do: "need", what: "thumb", ids: missing });
    },
    /** The picture to look at (`view`) or the untouched original (`full`): {url, type, name}, or null. */
    want(id, what) {
      const here = what === "full" ? originals.get(id) : (originals.get(id) ?? views.get(id));
      if (here) return Promise.resolve(here);
      const key = `${what} ${id}`;
      return new Promise((done) => {
        const others = waiting.get(key);
        if (others) return others.push(done);
        waiting.set(key, [done]);
        link.tell({ do: "need", what, ids: [id] });
      });
    },
    forgetAsked() {
      asked.clear();
      waiting.clear();
      for (const kept of [views, originals]) for (const [id, found] of kept) if (!found) kept.delete(id);
    },
    close() {
      for (const one of thumbs.values()) URL.revokeObjectURL(one);
      for (const one of [...views.values(), ...originals.values()]) if (one) URL.revokeObjectURL(one.url);
      [thumbs, views, originals, waiting, arriving].forEach((kept) => kept.clear());
    },
  };
}
