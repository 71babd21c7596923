import {
  canvas,
  cells,
  choice,
  clamp,
  drag,
  fill,
  html,
  matrixInput,
  mount,
  named,
  panels,
  presets,
  range,
  rounded,
  sentences,
  setState,
  slider,
  steps,
  sum,
  svg,
  text,
  toggle,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export function padded(x, pad) {
  const zeros = Array(x.length + 2 * pad).fill(0);
  const side = Array(pad).fill(0);
  const rows = x.map((row) => [...side, ...row, ...side]);
  return [...Array(pad).fill(zeros), ...rows, ...Array(pad).fill(zeros)];
}

// The nine numbers under the filter when it stands at row i, column j.
export const windowAt = (x, i, j) => [0, 1, 2].map((k) => [0, 1, 2].map((l) => x[i + k][j + l]));

export const products = (patch, W) => patch.map((row, k) => row.map((v, l) => v * W[k][l]));

export function forward({ x, W, pad }) {
  const wide = padded(x, pad);
  const side = range(wide.length - 2);
  return side.map((i) => side.map((j) => sum(products(windowAt(wide, i, j), W).flat())));
}

// dx and dW when the gradient 1 arrives at row i, column j, and nothing elsewhere.
export function backward({ x, W, pad, i, j }) {
  const dx = x.map((row, a) => row.map((_, b) => W[a + pad - i]?.[b + pad - j] ?? 0));
  return { dx, dW: windowAt(padded(x, pad), i, j) };
}

const written = (value) => rounded(value, 2);

export function numbers(state) {
  const { x, W, pad, i, j } = state;
  const nine = products(windowAt(padded(x, pad), i, j), W).flat();
  const [first, ...others] = nine;
  const terms = others.map((v) => (v < 0 ? " − " : " + ") + written(Math.abs(v)));
  return { i, j, products: [written(first), ...terms].join(""), y: written(sum(nine)) };
}

// --- The picture -----------------------------------------------------------------------------

const TOP = 24;
const GAP = 16;

// Cells of both maps: as large as the page allows, up to 24 pixels.
const sizeOf = (width) => Math.min(24, Math.floor((width - GAP - 4) / 16));
const rightOf = (width) => 2 + 8 * sizeOf(width) + GAP;

// Below the maps stand the tables, of three rows of up to 40 pixels.
const belowOf = (width) => TOP + 8 * sizeOf(width) + 46;
const heightOf = (width) => belowOf(width) + 3 * 40 + 6;

// The format of cells whose colour says the sign and how large a number is, at least against `least`.
function tint(matrix, least) {
  const largest = Math.max(least, ...matrix.flat().map(Math.abs));
  return (value) => ({
    ink: value < 0 ? "gradient" : "value",
    share: Math.abs(value) / largest,
    text: value < 0 ? "−" : "",
  });
}

function picture(width, state, words) {
  const { x, W, pad, i, j, direction } = state;
  const size = sizeOf(width);
  const right = rightOf(width);
  const isForward = direction === "forward";
  const ink = isForward ? "value" : "gradient";
  const y = forward(state);
  const oneHot = y.map((row, a) => row.map((_, b) => (a === i && b === j ? 1 : 0)));
  const [from, to] = isForward ? [x, y] : [backward(state).dx, oneHot];
  const title = (label, left, top) => text(label, left, top - 8, { class: `cr-${ink}` });
  // The window is dragged, in both maps; on the left it takes the focus and the arrow keys, too.
  const frame = (left, top, side, attributes) => [
    svg("rect", {
      class: "cr-frame cr-grab",
      x: left,
      y: top,
      width: side,
      height: side,
      style: "cursor: grab",
      "pointer-events": "all",
      ...attributes,
    }),
    svg("circle", { class: "cr-handle cr-grab", cx: left + side, cy: top + side, r: 5 }),
  ];
  const keys = {
    tabindex: 0,
    role: "slider",
    "data-key": "window",
    "aria-label": words.window,
    "aria-valuemin": 0,
    "aria-valuemax": y.length ** 2 - 1,
    "aria-valuenow": i * y.length + j,
    "aria-valuetext": fill(words.window_at, { i, j }),
  };
  const below = belowOf(width);
  const small = Math.min(40, Math.floor((width - 2 * GAP - 4) / 9));
  const table = (n, matrix, label) => {
    const left = 2 + n * (3 * small + GAP);
    const tinted = tint(matrix, 1);
    const format = (value) => ({
      ...tinted(value),
      share: tinted(value).share * 0.6,
      text: written(value),
    });
    return [
      title(label, left, below),
      ...cells(matrix, { x: left, y: below, size: small, format }),
    ];
  };
  const patch = windowAt(padded(x, pad), i, j);
  const tables = isForward
    ? [
        table(0, patch, words.title_window),
        table(1, W, words.title_filter),
        table(2, products(patch, W), words.title_product),
      ]
    : [table(0, patch, words.title_dW), table(1.3, W, words.title_spread)];
  // Pixels carry no text that would have to stay readable: they may be as dark as ink.
  const pale = tint(from, isForward ? 16 : 1);
  const dark = (value) => ({ ...pale(value), share: 2 * pale(value).share });
  return [
    title(isForward ? words.title_x : words.title_dx, 2, TOP),
    ...cells(from, { x: 2, y: TOP, size, format: isForward ? dark : pale }),
    ...frame(2 + (j - pad) * size, TOP + (i - pad) * size, 3 * size, keys),
    title(isForward ? words.title_y : words.title_dout, right, TOP),
    ...cells(to, { x: right, y: TOP, size, format: tint(to, 1) }),
    ...frame(right + j * size, TOP + i * size, size),
    ...tables.flat(),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["images", "digit", "W", "pad", "direction", "row", "column"];

const STORY = {
  use: {
    upright: {
      W: [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
    },
    level: {
      W: [
        [-1, -2, -1],
        [0, 0, 0],
        [1, 2, 1],
      ],
    },
    blur: {
      W: [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
    },
    sharpen: {
      W: [
        [0, -1, 0],
        [-1, 5, -1],
        [0, -1, 0],
      ],
    },
    copy: {
      W: [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
    },
  },
};

// The largest row and column that a window can stand at.
const lastOf = (model) => (model.get("pad") ? 7 : 5);

function stateOf(model) {
  return {
    x: model.get("images")[model.get("digit")],
    W: model.get("W"),
    pad: Number(model.get("pad")),
    direction: model.get("direction"),
    i: Math.min(lastOf(model), model.get("row")),
    j: Math.min(lastOf(model), model.get("column")),
  };
}

const [UPRIGHT, COPY] = [STORY.use.upright.W, STORY.use.copy.W];
const isForward = ({ direction }) => direction === "forward";
const isFilter = ({ W }, filter) => String(W) === String(filter);

// What is at the window's place in a state of the model: y, and the nine pixels, which are dW.
function hereIn(state) {
  const { x, W, pad, i, j } = stateOf({ get: (name) => state[name] });
  return { y: forward({ x, W, pad })[i][j], pixels: windowAt(padded(x, pad), i, j).flat() };
}

const STEPS = [
  {
    key: "negative",
    done: ({ now }) => isForward(now) && isFilter(now, UPRIGHT) && hereIn(now).y < 0,
  },
  {
    key: "copy",
    sets: { W: UPRIGHT, pad: false, direction: "forward" },
    done: ({ now }) => isForward(now) && isFilter(now, COPY) && !now.pad,
  },
  { key: "back", sets: { direction: "forward" }, done: ({ now }) => !isForward(now) },
  {
    key: "paper",
    sets: { direction: "backward", pad: false },
    done: ({ now }) => !isForward(now) && hereIn(now).pixels.every((pixel) => pixel === 0),
  },
];

const ARROWS = {
  ArrowUp: ["row", -1],
  ArrowDown: ["row", 1],
  ArrowLeft: ["column", -1],
  ArrowRight: ["column", 1],
};

function moveByKeys(model, el) {
  el.addEventListener("keydown", (event) => {
    const [name, by] = (event.target.dataset.key === "window" && ARROWS[event.key]) || [];
    if (!name) return;
    event.preventDefault(); // or the page scrolls
    setState(model, { [name]: clamp(model.get(name) + by, 0, lastOf(model)) });
  });
}

// A pointer moves the window, in both maps. Taken by its frame or corner, it keeps its place below the
// pointer; elsewhere a mouse brings its middle there, in the map on the right the window's place.
function dragWindow(model, part) {
  const inCells = ([px, py], side) => {
    const size = sizeOf(part.width());
    const start = side === "left" ? 2 : rightOf(part.width());
    return [(py - TOP) / size, (px - start) / size];
  };
  drag(
    part.el,
    (at, { target }) => {
      const width = part.width();
      if (at[1] < TOP || at[1] > TOP + 8.5 * sizeOf(width)) return null;
      const side = at[0] < rightOf(width) - GAP / 2 ? "left" : "right";
      const { i, j, pad } = stateOf(model);
      const middle = side === "left" ? 1.5 - pad : 0.5;
      const isTaken = target.closest(".cr-grab");
      const [down, across] = inCells(at, side);
      return { side, off: isTaken ? [down - i, across - j] : [middle, middle] };
    },
    (at, { side, off }) => {
      const [row, column] = inCells(at, side).map((place, k) =>
        clamp(Math.round(place - off[k]), 0, lastOf(model)),
      );
      setState(model, { row, column });
    },
  );
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const last = () => lastOf(model);
  const place = (name) =>
    slider(model, name, { label: words[name], min: 0, max: last, others: ["pad"] });
  const parts = {
    steps: steps(model, words, STEPS),
    presets: presets(model, STORY, words),
    W: matrixInput(model, "W", {
      label: (i, j) => fill(words.field, { i, j }),
      min: -9,
      max: 9,
      step: 1,
    }),
    digit: choice(model, "digit", {
      label: words.digit,
      options: named(words, Object.keys(model.get("images"))),
    }),
    pad: toggle(model, "pad", { label: words.pad }),
    direction: choice(model, "direction", {
      label: words.direction,
      options: named(words, ["forward", "backward"]),
    }),
    row: place("row"),
    column: place("column"),
    picture: canvas(
      model,
      NAMES,
      { label: words.picture, height: heightOf, role: "group" },
      (width) => picture(width, state(), words),
    ),
    result: say(() => (model.get("direction") === "forward" ? "y_is" : "back_is"), {
      class: "cr-formula",
      live: true,
    }),
  };
  moveByKeys(model, parts.picture.el);
  dragWindow(model, parts.picture);
  return mount(
    el,
    words,
    parts,
    parts.steps,
    panels(
      [parts.picture, parts.result],
      [
        parts.row,
        parts.column,
        parts.direction,
        parts.pad,
        parts.digit,
        html("p", {}, words.W),
        parts.W,
        parts.presets,
      ],
    ),
  );
}

const explorable = { name: "ConvolutionOfADigit", render };
export default explorable;
