import {
  assemble,
  canvas,
  cells,
  choice,
  fill,
  html,
  matrixField,
  presets,
  put,
  says,
  slider,
  stateOf,
  stepper,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const WINDOWS = {
  tiles: { size: 2, stride: 2 },
  overlap: { size: 2, stride: 1 },
  large: { size: 3, stride: 1 },
};

export const sideOf = (x, { size, stride }) => (x.length - size) / stride + 1;

// The pixels [i, j] of window number n, in reading order.
export function pixelsOf(x, kind, n) {
  const { size, stride } = kind;
  const side = sideOf(x, kind);
  const [top, left] = [Math.floor(n / side) * stride, (n % side) * stride];
  return Array.from({ length: size * size }, (_, k) => [
    top + Math.floor(k / size),
    left + (k % size),
  ]);
}

// y and its winners, and dx when the gradient n + 1 arrives at window number n.
export function passes({ x, windows }) {
  const kind = WINDOWS[windows];
  const side = sideOf(x, kind);
  const dx = x.map((row) => row.map(() => 0));
  const winners = Array.from({ length: side * side }, (_, n) => {
    const pixels = pixelsOf(x, kind, n);
    // Only a larger number takes the lead: of equal ones the first keeps it.
    return pixels.reduce((best, p) => (x[p[0]][p[1]] > x[best[0]][best[1]] ? p : best));
  });
  winners.forEach(([i, j], n) => (dx[i][j] += n + 1));
  const table = (of) =>
    Array.from({ length: side }, (_, i) =>
      Array.from({ length: side }, (_, j) => of(i * side + j)),
    );
  return {
    side,
    winners,
    dx,
    y: table((n) => x[winners[n][0]][winners[n][1]]),
    dout: table((n) => n + 1),
  };
}

const written = (value) => String(value).replace("-", "−");

export function numbers(state) {
  const { side, winners, dx } = passes(state);
  const n = Math.min(state.window, side * side - 1);
  const [row, column] = winners[n];
  const won = winners.flatMap(([i, j], k) => (i === row && j === column ? [k + 1] : []));
  return {
    n: n + 1,
    numbers: pixelsOf(state.x, WINDOWS[state.windows], n)
      .map(([i, j]) => written(state.x[i][j]))
      .join(", "),
    y: written(state.x[row][column]),
    row,
    column,
    count: won.length,
    all: side * side,
    terms: won.join(" + "),
    dx: dx[row][column],
  };
}

// --- The picture -----------------------------------------------------------------------------

const TOP = 24;

function picture(width, state, words) {
  const { x, windows } = state;
  const kind = WINDOWS[windows];
  const { side, winners, y, dout, dx } = passes(state);
  const n = Math.min(state.window, side * side - 1);
  const size = Math.min(44, Math.floor((width - 8) / (x.length + 3.8)));
  const second = 4 + (x.length + 0.8) * size;
  const below = TOP + x.length * size + 42;
  const [top, left] = pixelsOf(x, kind, n)[0];
  const won = (i, j) => winners.some(([a, b]) => a === i && b === j);
  const shade = (chosen) => (chosen ? 0.7 : 0);
  const inside = (i, j) => i >= top && i < top + kind.size && j >= left && j < left + kind.size;
  const large = (ink) => ({
    of: (value, i, j) => ({ text: written(value), ink, share: shade(inside(i, j)) }),
  });
  const small = (ink) => ({
    of: (value, i, j) => ({
      text: written(value),
      ink,
      share: shade(i * side + j === n),
      "data-window": i * side + j,
    }),
  });
  const heading = (label, at, height, ink) => text(label, at, height - 8, { class: `cr-${ink}` });
  const ring = ([i, j], corner) =>
    svg("circle", {
      class: "cr-winner",
      cx: 4 + (j + 0.5) * size,
      cy: corner + (i + 0.5) * size,
      r: size * 0.4,
    });
  const frame = (corner) =>
    svg("rect", {
      class: "cr-frame",
      x: 4 + left * size,
      y: corner + top * size,
      width: kind.size * size,
      height: kind.size * size,
    });
  const places = x.flatMap((row, i) => row.map((_, j) => [i, j])).filter(([i, j]) => won(i, j));
  return [
    heading("x", 4, TOP, "value"),
    ...cells(x, { x: 4, y: TOP, size, ...large("value") }),
    ...places.map((p) => ring(p, TOP)),
    frame(TOP),
    heading("y", second, TOP, "value"),
    ...cells(y, { x: second, y: TOP, size, ...small("value") }),
    heading("dx", 4, below, "gradient"),
    ...cells(dx, { x: 4, y: below, size, ...large("gradient") }),
    ...places.map((p) => ring(p, below)),
    frame(below),
    heading("dout", second, below, "gradient"),
    ...cells(dout, { x: second, y: below, size, ...small("gradient") }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["x", "windows", "window"];

const STORY = {
  make: {
    sharing: {
      x: [
        [1, 3, 2, 0],
        [5, 9, 6, 1],
        [2, 0, 1, 2],
        [1, 7, 3, 4],
      ],
      windows: "large",
      window: 0,
    },
    tie: {
      x: [
        [1, 7, 2, 0],
        [7, 4, 6, 1],
        [2, 0, 1, 2],
        [1, 5, 3, 4],
      ],
      windows: "tiles",
      window: 0,
    },
    equal: {
      x: [
        [2, 2, 2, 2],
        [2, 2, 2, 2],
        [2, 2, 2, 2],
        [2, 2, 2, 2],
      ],
      windows: "tiles",
      window: 0,
    },
  },
};

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model, NAMES);
  const last = () => passes(state()).side ** 2 - 1;
  const parts = {
    presets: presets(model, STORY, words),
    x: matrixField(model, "x", {
      label: (i, j) => fill(words.field, { i, j }),
      min: -9,
      max: 9,
      step: 1,
    }),
    windows: choice(model, "windows", {
      label: words.windows,
      options: Object.keys(WINDOWS).map((key) => [key, words[key]]),
    }),
    window: slider(model, "window", {
      label: words.window,
      min: 0,
      max: last,
      others: ["windows"],
      text: (n) => String(n + 1),
    }),
    stepper: stepper(model, "window", { max: last, others: ["windows"], words }),
    maxIs: says(model, NAMES, { class: "cr-verdict", live: true }, () =>
      fill(words.max_is, numbers(state())),
    ),
    dxIs: says(model, NAMES, {}, () => {
      const now = numbers(state());
      return fill(now.count > 1 ? words.dx_is : words.one_is, now);
    }),
    picture: canvas(
      model,
      NAMES,
      { label: words.picture, height: 2 * TOP + 8 * 44 + 24 },
      (width) => picture(width, state(), words),
    ),
  };
  parts.picture.el.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-window]");
    if (chosen) put(model, { window: Number(chosen.dataset.window) });
  });
  const panel = (...keys) => html("div", { class: "cr-panel" }, ...keys.map((k) => parts[k].el));
  return assemble(
    el,
    parts,
    parts.presets.el,
    html(
      "div",
      { class: "cr-panels" },
      html(
        "div",
        { class: "cr-panel" },
        html("p", {}, words.map),
        parts.x.el,
        parts.windows.el,
        parts.window.el,
        parts.stepper.el,
      ),
      panel("picture"),
    ),
    parts.maxIs.el,
    parts.dxIs.el,
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "MaxPoolingOfOneMap", render };
export default explorable;
