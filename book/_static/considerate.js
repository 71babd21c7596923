// Two things a stylesheet cannot do.
"use strict";

(() => {
  // What scrolls inside itself (a long formula, a wide table, code on a phone) can be reached by
  // keyboard, so that the arrow keys move it. Only what does scroll becomes a stop for the Tab key.
  const SCROLLS =
    ".katex-display, .cr-figure, .cr-still, .bd-article pre, .pst-scrollable-table-container";

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

  // Paper is white, whatever the screen is.
  const root = document.documentElement;
  let theme;
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
  });
})();
