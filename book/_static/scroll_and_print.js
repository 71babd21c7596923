// Three things a stylesheet cannot do: tab stops for boxes that scroll, and for paper light colours
// and folds that are open, in browsers whose stylesheets cannot open them.
"use strict";

(() => {
  // A long formula, a wide table, code on a phone: a box that scrolls becomes a stop of the Tab key, so
  // that the arrow keys scroll it. A box that shows everything is none.
  const BOXES =
    ".katex-display, .cr-figure, .cr-still, pre, .cell_output > .output, .pst-scrollable-table-container";

  const canScroll = (overflow) => overflow === "auto" || overflow === "scroll";

  function scrolls(box) {
    const { overflowX, overflowY } = getComputedStyle(box);
    // A rounded width may be one pixel less than what it holds.
    return (
      (canScroll(overflowX) && box.scrollWidth > box.clientWidth + 1) ||
      (canScroll(overflowY) && box.scrollHeight > box.clientHeight + 1)
    );
  }

  function setTabStop(box) {
    if (scrolls(box)) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }

  // A box changes its size with the window and with a sidebar that slides, and has none while it is
  // folded. The observer reports each box once at the start.
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) setTabStop(target);
  });

  function observeAll() {
    observer.disconnect();
    for (const box of document.querySelectorAll(BOXES)) observer.observe(box);
  }

  observeAll();
  document.addEventListener("cr-output", observeAll); // a cell has run
  addEventListener("load", observeAll); // fonts may widen what is in a box, but not the box

  const root = document.documentElement;
  let theme;
  let opened = [];
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    opened = [...document.querySelectorAll(".bd-article details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    for (const fold of opened) fold.open = false;
  });
})();
