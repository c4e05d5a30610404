// -- the page: making elements ----------------------------------------------------------------------------------------
// Text of prompts, models, files and errors gets into the page through `textContent` and attributes alone.

/** An element with properties, listeners (`onclick`), attributes (`aria-…`, `data-…`) and children. */
function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "sandbox") made.setAttribute(name, value);
    else if (name in made && !name.includes("-")) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const ICONS = {
  undo: "M9 7 4 12l5 5M4 12h10a5 5 0 0 1 0 10",
  redo: "m15 7 5 5-5 5M20 12H10a5 5 0 0 0 0 10",
  branch: "M6 4v16M6 14c0-5 12-2 12-8M15 8l3-3 3 3",
  mark: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 12h6M12 9v6",
  compare: "M12 3v18M4 6h8v12H4zM12 6h8v12h-8",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  code: "m8 7-5 5 5 5M16 7l5 5-5 5",
  insert: "M4 5h16M4 19h16M12 8v8M8 12h8",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  grid: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  close: "M6 6l12 12M18 6 6 18",
  add: "M12 5v14M5 12h14",
  box: "M4 6h16v12H4z",
  arrow: "M5 19 18 6M10 5h9v9",
  brush: "M4 20c5 0 6-3 6-5l9-10-1-1L8 13c-2 0-4 2-4 7z",
  spark: "M12 3v6M12 15v6M3 12h6M15 12h6",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  again: "M20 12a8 8 0 1 1-2.5-5.8M20 3v5h-5",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  crop: "M7 3v14h14M3 7h14v14",
  slide: "m9 8-4 4 4 4M15 8l4 4-4 4",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  check: "m5 12 5 5 9-10",
  left: "m15 5-7 7 7 7",
  right: "m9 5 7 7-7 7",
  large: "M4 4h16v16H4zM9 9h6v6H9z",
  pair: "M3 5h8v14H3zM13 5h8v14h-8z",
  tune: "M12 3v4M12 17v4M3 12h4M17 12h4M8 12a4 4 0 1 0 8 0 4 4 0 1 0-8 0",
};

/** A line drawing, silent for screen readers. */
function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  svg.append(path);
  return svg;
}

/** A button with an icon and words. */
function button(words, iconName, onclick, given = {}) {
  return el("button", { type: "button", onclick: when(onclick), ...given }, iconName ? icon(iconName) : null, el("span", {}, words));
}

/** A button with an icon alone; `words` are its name. */
function iconButton(words, iconName, onclick, given = {}) {
  return el("button", { type: "button", className: "bare", "aria-label": words, title: words, onclick: when(onclick), ...given }, icon(iconName));
}

/** A click that counts only where the button is not told to be out of order. */
function when(onclick) {
  return (event) => event.currentTarget.getAttribute("aria-disabled") === "true" || onclick(event);
}

/**
 * Put a button in or out of order. The one that has the focus keeps it: who works with the keyboard must not fall out of
 * the panel because of a click.
 */
function able(control, yes) {
  control.disabled = !yes && control.getRootNode().activeElement !== control;
  if (yes) control.removeAttribute("aria-disabled");
  else control.setAttribute("aria-disabled", "true");
}

/** A labelled control: the label is above it. */
function labelled(words, control, className = "field") {
  return el("label", { className }, el("span", { className: "label" }, words), control);
}

/** Put other options into a select, and keep what is chosen where it is still there. */
function fill(select, options, chosen) {
  const told = JSON.stringify(options);
  if (select.told !== told) {
    select.told = told;
    select.replaceChildren(...options.map(([value, words]) => el("option", { value }, words)));
  }
  select.value = options.some(([value]) => value === chosen) ? chosen : (options[0]?.[0] ?? "");
}

/** Show or hide; what is hidden takes no room. */
function shown(element, yes) {
  element.hidden = !yes;
  return yes;
}

/** Give an element the focus, and bring all of its view into sight, as far as it fits. */
function reveal(view, focused) {
  focused?.focus({ preventScroll: true });
  view.scrollIntoView({ block: "nearest" });
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const short = (text, longest) => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

// -- the theme of the host ---------------------------------------------------------------------------------------------

const PAPERS = ["--jp-layout-color1", "--vscode-editor-background"];

/** Whether a colour is dark; null where it is none, or shines through. */
function isDeep(colour) {
  const [r, g, b, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return a > 0.5 && b !== undefined ? 0.2126 * r + 0.7152 * g + 0.0722 * b < 110 : null;
}

/** A colour of a theme, however it is written, as the browser computes it. */
function inked(host, colour) {
  host.style.color = colour;
  const computed = getComputedStyle(host).color;
  host.style.color = "";
  return computed;
}

/** Whether the host's page is dark, by what its background is. */
function isDark(host) {
  const body = document.body;
  const paper = PAPERS.map((name) => getComputedStyle(host).getPropertyValue(name).trim()).find(Boolean);
  if (body?.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  if (paper) return isDeep(inked(host, paper)) ?? false; // VS Code, whose high contrast is light or dark
  if (document.documentElement.getAttribute("theme")) return document.documentElement.getAttribute("theme") === "dark"; // Colab
  for (let at = host; at; at = at.parentElement ?? at.getRootNode()?.host) {
    const deep = isDeep(getComputedStyle(at).backgroundColor);
    if (deep !== null) return deep;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
