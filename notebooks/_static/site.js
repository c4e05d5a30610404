// Outputs that scroll can be reached with the keyboard, and are told of to those who do not see that they scroll.
function reachable() {
  for (const box of document.querySelectorAll(".cell_output div")) {
    const style = getComputedStyle(box);
    const scrolls = [style.overflowX, style.overflowY].some((value) => value === "auto" || value === "scroll");
    if (scrolls && !box.hasAttribute("tabindex")) {
      box.setAttribute("tabindex", "0");
    }
  }
}

document.addEventListener("DOMContentLoaded", reachable);
