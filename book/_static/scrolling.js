// What scrolls inside itself (a long formula, a wide table, code on a phone) can be reached by
// keyboard, so that the arrow keys move it. Only what does scroll becomes a stop for the Tab key.
"use strict";

(() => {
  const SCROLLS = ".katex-display, .cr-figure, .cr-still, .bd-article pre, .pst-scrollable-table-container";

  function update() {
    for (const element of document.querySelectorAll(SCROLLS)) {
      if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  }

  addEventListener("resize", update);
  addEventListener("load", update); // with the fonts, which decide on widths
  document.addEventListener("toggle", update, true); // a folded cell is opened
  update();
})();
