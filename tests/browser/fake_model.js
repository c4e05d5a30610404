// A page as a notebook shows it, with a model that the test plays the kernel of.
globalThis.stand = {
  sent: [],
  traits: {},
  listeners: {},
  views: [],
  model: {
    get: (name) => stand.traits[name],
    on: (event, listener) => (stand.listeners[event] ??= []).push(listener),
    off: (event, listener) => (stand.listeners[event] = (stand.listeners[event] ?? []).filter((one) => one !== listener)),
    send(content, _, buffers) {
      stand.sent.push({ ...content, bytes: (buffers ?? []).map((one) => one.byteLength) });
      if (content.do === "hello" && stand.alive) queueMicrotask(() => stand.tell({ is: "hello", proto: 1, widget: "w" }));
      if (content.do === "sheet" && stand.alive) queueMicrotask(() => stand.tell({ is: "sheet", view: content.view, ...stand.sheet() }));
      if (content.do === "ref" && stand.takes) queueMicrotask(() => stand.tell({ is: "refok", upload: content.upload, part: content.part }));
      for (const id of content.do === "need" && stand.alive ? content.ids : []) {
        const picture = stand.pictures[id];
        if (!picture) continue;
        const buffer = new DataView(Uint8Array.from(atob(picture), (c) => c.charCodeAt(0)).buffer);
        if (content.what === "thumb") stand.tell({ is: "thumbs", ids: [id], types: ["image/jpeg"] }, [buffer]);
        else stand.tell({ is: "picture", id, what: content.what, type: "image/jpeg", name: `main-${id}.jpg` }, [buffer]);
      }
    },
  },
  alive: true,
  takes: true,
  pictures: {},
  sheet: () => ({ title: "main", columns: [], rows: [{ head: "", tiles: stand.traits.turns.filter((turn) => turn.width).map(({ id, prompt }) => ({ id, name: prompt })) }], group: "", rounds: [] }),
  put(traits) {
    Object.assign(stand.traits, traits);
    for (const name of Object.keys(traits)) for (const listener of stand.listeners[`change:${name}`] ?? []) listener();
  },
  tell(message, buffers) {
    for (const listener of stand.listeners["msg:custom"] ?? []) listener(message, buffers ?? []);
  },
  async show(where = "panel") {
    const { default: face } = await import("/face.js");
    stand.views.push(face.render({ model: stand.model, el: document.getElementById(where) }));
  },
};
