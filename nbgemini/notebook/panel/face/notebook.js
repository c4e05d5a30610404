// -- the notebook around the panel: ordinary outputs put into it, and what is typed kept until a kernel has it -------------

const WIDGET = "application/vnd.jupyter.widget-view+json";
const STILL = 1024; // pixels of the longer side of what the page puts into the notebook by itself
let views = 0;

/**
 * JupyterLab and Notebook let a widget see the notebook's model, so that an output can be added whenever the page was
 * loaded. Elsewhere the kernel fills places that it has laid below the panel.
 */
function notebook(app) {
  const view = `${PAGE}-${views++}`;
  let widget = ""; // this panel's model, as outputs name it
  /** The outputs of the cell that shows this panel, or null. */
  function outputs() {
    try {
      for (const { outputs: found } of app.model.widget_manager.context.model.cells) {
        for (let at = 0; at < (found?.length ?? 0); at++) if (found.get(at).data?.[WIDGET]?.model_id === widget) return found;
      }
    } catch {
      // another front end
    }
    return null;
  }
  function add(data, metadata, n) {
    const found = outputs();
    if (!found) return app.say(["The cell of this panel is gone: there is no place to insert the picture."]);
    found.add({ output_type: "display_data", data, metadata });
    app.note = `Turn ${n} is below the panel as an ordinary output.`;
    app.changed();
  }
  app.link.on("hello", (message) => (widget = message.widget ?? widget));
  app.link.on("output", ({ to, n, data, metadata }) => to === view && add(data, metadata, n));
  return {
    /** Whether a turn can be put into the notebook now; without a kernel only a picture that the page has. */
    ready: (id) => !app.away || Boolean(widget && app.pictures.view(id) && outputs()),
    async insert(id) {
      if (!app.away) return app.link.tell({ do: "insert", turn: id, page: PAGE, ...(widget && outputs() ? { own: view } : {}) });
      const { alt, n } = app.turn(id);
      add({ "image/jpeg": await still(app.pictures.view(id).url), "text/plain": alt }, { "image/jpeg": { alt } }, n);
    },
  };
}

/** A picture as a JPEG in base64, small enough for a notebook. */
async function still(url) {
  const image = el("img", { src: url });
  await image.decode();
  const factor = Math.min(1, STILL / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = el("canvas", { width: Math.max(1, Math.round(image.naturalWidth * factor)), height: Math.max(1, Math.round(image.naturalHeight * factor)) });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
}

/**
 * What is typed while no kernel hears it outlives a reload and a panel that takes the place of this one: in this tab,
 * until a kernel says the same. A page without such a memory goes on without.
 */
function memory(app) {
  const name = () => `nbgemini ${app.get("uid")} ${app.get("conversation").name ?? ""}`;
  const tried = (work) => {
    try {
      return work(sessionStorage);
    } catch {
      return null;
    }
  };
  return {
    recall: () => tried((kept) => kept.getItem(name())),
    keep: (text) => tried((kept) => kept.setItem(name(), text)),
    /** The kernel has said `text`; without one, whatever is remembered is done with. */
    heard: (text) => tried((kept) => (text === undefined || kept.getItem(name()) === text) && kept.removeItem(name())),
  };
}

/** Where a panel runs, the words that stand for it elsewhere are in the way. */
function hideStill() {
  const name = "nbgemini-still-hidden";
  if (document.getElementById(name)) return;
  document.head.append(el("style", { id: name }, ".nbgemini-still { display: none; }"));
}
