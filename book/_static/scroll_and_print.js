// What a stylesheet cannot do: tab stops for boxes that scroll, and on which sides they go on; and for
// paper light colours and folds that are open, in browsers whose stylesheets cannot open them.
"use strict";

(() => {
  // A long formula, a wide table, code on a phone: a box that scrolls becomes a stop of the Tab key, so
  // that the arrow keys scroll it. A box that shows everything is none.
  const BOXES =
    ".katex-display, .cr-figure, .cr-still, pre, .cell_output > .output, .pst-scrollable-table-container";

  const canScroll = (overflow) => overflow === "auto" || overflow === "scroll";

  // A rounded width may be one pixel less than what it holds.
  const exceeds = (whole, seen) => whole > seen + 1;

  // Whether a box scrolls, and the sides on which it goes on: "", "left", "right", "left right".
  function look(box) {
    const { overflowX, overflowY } = getComputedStyle(box);
    const wide = canScroll(overflowX) && exceeds(box.scrollWidth, box.clientWidth);
    const high = canScroll(overflowY) && exceeds(box.scrollHeight, box.clientHeight);
    const left = wide && box.scrollLeft > 1 ? "left" : "";
    const right = wide && exceeds(box.scrollWidth - box.scrollLeft, box.clientWidth) ? "right" : "";
    return { box, scrolls: wide || high, wide, more: `${left} ${right}`.trim() };
  }

  function mark({ box, scrolls, wide, more }) {
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    if (!wide) delete box.dataset.crMore;
    else if (box.dataset.crMore !== more) box.dataset.crMore = more;
  }

  // All are looked at before one is marked: what is marked must be laid out anew.
  const lookAndMark = (boxes) => boxes.map(look).forEach(mark);

  // A box changes its size with the window and with a sidebar that slides, and has none while it is
  // folded. The observer reports each box once at the start.
  const observer = new ResizeObserver((entries) =>
    lookAndMark(entries.map(({ target }) => target)),
  );
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (target instanceof Element && target.matches(BOXES)) lookAndMark([target]);
    },
    { capture: true, passive: true },
  );

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
