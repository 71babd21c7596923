// Two things a stylesheet cannot do: tab stops for boxes that scroll, and light colours on paper.
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

  function setTabStops() {
    for (const box of document.querySelectorAll(BOXES)) {
      if (scrolls(box)) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  addEventListener("resize", setTabStops);
  addEventListener("load", setTabStops); // with the fonts, which decide on widths
  // A folded cell has a width only once it is open. The event does not bubble, but can be captured.
  document.addEventListener("toggle", setTabStops, true);
  setTabStops();

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
