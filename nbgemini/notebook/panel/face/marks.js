// -- marks: places on a picture, with a note each -----------------------------------------------------------------------
// Points are fractions of the picture's width and height. The kernel draws the marked copy; the original stays clean.

const MOST_MARKS = 24;
const MOST_POINTS = 400;
const PLACES = ["upper left", "top", "upper right", "left", "middle", "right", "lower left", "bottom", "lower right"];
const TOOLS = [["box", "Box"], ["brush", "Brush"], ["arrow", "Arrow"], ["crop", "Crop"]];

/** The marking tools: a bar, and an overlay that takes the strokes. */
function marking(app) {
  const state = { on: false, tool: "box", turn: "", shapes: [], drawing: null, width: 0.04 };
  const overlay = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  overlay.classList.add("marks");
  overlay.setAttribute("aria-hidden", "true");
  const tools = el("div", { className: "segments", role: "radiogroup", "aria-label": "Tool" });
  const radios = TOOLS.map(([tool, words]) => {
    const input = el("input", { type: "radio", name: `tool-${PAGE}`, value: tool, onchange: () => ((state.tool = tool), update()) });
    tools.append(el("label", {}, input, icon(tool), el("span", {}, words)));
    return input;
  });
  const brush = el("input", { type: "range", min: 1, max: 12, value: 4, "aria-label": "Brush size", "aria-valuetext": "4 % of the picture", oninput: () => {
    state.width = Number(brush.value) / 100;
    brush.setAttribute("aria-valuetext", `${brush.value} % of the picture`);
  } });
  const brushField = el("span", { className: "brushsize", title: "Width of the stroke" }, brush);
  const undo = button("Take back last mark", "undo", () => unmark());
  const place = el("select", {}, ...PLACES.map((words, at) => el("option", { value: String(at) }, words)));
  const list = el("ol", { className: "marklist" });
  const none = el("p", { className: "quiet" }, "Draw on the picture, or add a place by name; then say what should change there. Crop sends the model only that part.");
  const bar = el(
    "div",
    { className: "markbar", role: "group", "aria-label": "Marking" },
    el("div", { className: "row" }, tools, brushField, el("span", { className: "spring" }), undo,
      labelled("Place", place, "field inline"), button("Add place", "add", () => addPlace()),
      button("Clear", null, () => clear(), { "aria-label": "Clear marks" }), button("Done", "check", () => (app.marks.toggle(false), app.compose.focus()))),
    none, list,
  );
  bar.hidden = true;

  function addPlace() {
    const at = Number(place.value);
    const [x, y] = [(at % 3) / 3, Math.floor(at / 3) / 3];
    add({ kind: "box", points: [[x + 0.02, y + 0.02], [x + 0.313, y + 0.313]], note: "" });
  }
  function add(shape) {
    if (state.shapes.length >= MOST_MARKS) return;
    if (state.turn !== app.look) state.shapes = [];
    state.turn = app.look;
    state.shapes.push(shape);
    update();
    app.changed();
    list.lastElementChild?.querySelector("input")?.focus({ preventScroll: true });
  }
  /** Take the last mark back, whatever tool made it. */
  function unmark() {
    state.shapes.pop();
    update();
    app.changed();
  }
  function clear() {
    state.shapes = [];
    update();
    app.changed();
  }
  function item(shape, number) {
    const note = el("input", {
      type: "text", value: shape.note, maxLength: 500, placeholder: "what should change there", "aria-label": `What should change at mark ${number}`,
      oninput: () => (shape.note = note.value),
      onkeydown: (event) => event.key === "Enter" && !event.ctrlKey && !event.metaKey && app.compose.focus(),
    });
    const remove = () => {
      state.shapes.splice(number - 1, 1);
      update();
      app.changed();
      place.focus(); // the button goes away with its mark
    };
    return el("li", {}, el("span", { className: "badge", "aria-hidden": "true" }, String(number)), note, iconButton(`Remove mark ${number}`, "close", remove));
  }
  function update() {
    list.replaceChildren(...state.shapes.map((shape, at) => item(shape, at + 1)));
    shown(none, !state.shapes.length);
    shown(brushField, state.tool === "brush");
    able(undo, state.shapes.length > 0);
    draw();
  }
  /** Draw the marks over the picture that is looked at. */
  function draw() {
    const shapes = state.turn === app.look ? [...state.shapes, ...(state.drawing ? [state.drawing] : [])] : [];
    const looked = app.turn(app.look);
    overlay.replaceChildren(...shapes.flatMap((shape, at) => drawn(shape, at + 1, looked?.width / looked?.height || 1)));
  }
  function pointOf(event) {
    const box = overlay.getBoundingClientRect();
    return [clamp((event.clientX - box.left) / box.width, 0, 1), clamp((event.clientY - box.top) / box.height, 0, 1)];
  }
  overlay.addEventListener("pointerdown", (event) => {
    if (!state.on || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    overlay.setPointerCapture(event.pointerId);
    const at = pointOf(event);
    if (state.turn !== app.look) state.shapes = [];
    state.turn = app.look;
    state.drawing = { kind: state.tool, points: state.tool === "brush" ? [at] : [at, at], note: "", ...(state.tool === "brush" ? { width: state.width } : {}) };
    draw();
  });
  overlay.addEventListener("pointermove", (event) => {
    if (!state.drawing) return;
    const at = pointOf(event);
    if (state.tool !== "brush") state.drawing.points[1] = at;
    else if (state.drawing.points.length < MOST_POINTS) state.drawing.points.push(at);
    draw();
  });
  overlay.addEventListener("pointerup", () => {
    const shape = state.drawing;
    state.drawing = null;
    if (!shape) return;
    const [first, last] = [shape.points[0], shape.points.at(-1)];
    const tiny = Math.hypot(first[0] - last[0], first[1] - last[1]) < 0.01;
    if (tiny && shape.kind !== "brush") return draw();
    if (shape.kind === "crop") {
      draw();
      return app.link.tell({ do: "crop", turn: state.turn, box: shape.points });
    }
    add(shape);
  });
  overlay.addEventListener("pointercancel", () => {
    state.drawing = null;
    draw();
  });
  return {
    bar, overlay, draw,
    get on() {
      return state.on;
    },
    /** What goes along with the next click, or null. */
    get given() {
      return state.shapes.length ? { turn: state.turn, shapes: state.shapes.map(({ kind, points, note, width }) => ({ kind, points, note, ...(width ? { width } : {}) })) } : null;
    },
    clear,
    /** Ctrl+Z while marking; false where there is nothing to take back. */
    undo: () => state.on && state.shapes.length > 0 && (unmark(), true),
    toggle(on = !state.on) {
      state.on = on;
      radios.forEach((radio) => (radio.checked = radio.value === state.tool));
      shown(bar, on);
      update();
      overlay.classList.toggle("active", on);
      app.changed();
    },
  };
}

/** One mark as SVG in fractions of the picture, so that it fits at any zoom; `ratio` is the picture's width by its height. */
function drawn(shape, number, ratio) {
  const svg = (tag, given) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    return made;
  };
  const percent = (value) => `${(value * 100).toFixed(3)}%`;
  const [[x0, y0], [x1, y1]] = [shape.points[0], shape.points.at(-1)];
  const made = [];
  if (shape.kind === "brush") {
    // One line and not many, which would darken where they overlap. A single point is a line to itself: a dot.
    const stroke = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", width: "100%", height: "100%", class: "stroke" });
    const points = shape.points.length > 1 ? shape.points : [...shape.points, ...shape.points];
    stroke.append(svg("polyline", { points: points.map((point) => point.map((value) => value.toFixed(4)).join()).join(" "), class: "brush", style: shape.width ? `stroke-width: ${(shape.width * 100 * (ratio >= 1 ? 1 : 1 / ratio)).toFixed(2)}cqi` : "" }));
    made.push(stroke);
  } else if (shape.kind === "box" || shape.kind === "crop") {
    made.push(svg("rect", { x: percent(Math.min(x0, x1)), y: percent(Math.min(y0, y1)), width: percent(Math.abs(x1 - x0)), height: percent(Math.abs(y1 - y0)), class: "outline" }));
  } else {
    const ends = { x1: percent(x0), y1: percent(y0), x2: percent(x1), y2: percent(y1), class: "outline" };
    // The head stands in a space of its own, whose origin is the tip: its size is in pixels, its place in fractions.
    const tip = svg("svg", { x: percent(x1), y: percent(y1), class: "head" });
    const turned = (Math.atan2(y1 - y0, (x1 - x0) * ratio) * 180) / Math.PI;
    tip.append(svg("path", { d: "M4 0 -15 8 -15 -8Z", transform: `rotate(${turned.toFixed(1)})`, class: "tip" }));
    made.push(svg("line", ends), tip);
  }
  if (shape.kind === "crop") return made;
  const words = svg("text", { x: percent(x0), y: percent(y0), class: "number", dy: "4.5" });
  words.textContent = String(number);
  made.push(svg("circle", { cx: percent(x0), cy: percent(y0), r: "10", class: "dot" }), words);
  return made;
}
