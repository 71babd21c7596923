import {
  assemble,
  canvas,
  cells,
  choice,
  drag,
  fill,
  html,
  matrixField,
  presets,
  put,
  says,
  slider,
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

const sum = (matrix) => matrix.flat().reduce((a, b) => a + b, 0);

export function forward({ x, W, pad }) {
  const wide = padded(x, pad);
  const side = wide.length - 2;
  const at = (i, j) => sum(products(windowAt(wide, i, j), W));
  return Array.from({ length: side }, (_, i) => Array.from({ length: side }, (_, j) => at(i, j)));
}

// dx and dW when the gradient 1 arrives at row i, column j, and nothing elsewhere.
export function backward({ x, W, pad, i, j }) {
  const dx = x.map((row, a) => row.map((_, b) => W[a + pad - i]?.[b + pad - j] ?? 0));
  return { dx, dW: windowAt(padded(x, pad), i, j) };
}

export const written = (value) => String(Number(value.toFixed(2)) || 0).replace("-", "−");

export function numbers(state) {
  const { x, W, pad, i, j } = state;
  const nine = products(windowAt(padded(x, pad), i, j), W).flat();
  const terms = nine.map((v, n) =>
    n ? (v < 0 ? " − " : " + ") + written(Math.abs(v)) : written(v),
  );
  return { i, j, products: terms.join(""), y: written(nine.reduce((a, b) => a + b, 0)) };
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

function signed(matrix, least) {
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
  const y = forward(state);
  const { dx } = backward(state);
  const ahead = direction === "forward";
  const [from, to] = ahead
    ? [x, y]
    : [dx, y.map((row, a) => row.map((_, b) => (a === i && b === j ? 1 : 0)))];
  const title = (label, at, height, ink) => text(label, at, height - 8, { class: `cr-${ink}` });
  const ink = ahead ? "value" : "gradient";
  const frame = (left, top, side) =>
    svg("rect", { class: "cr-frame", x: left, y: top, width: side, height: side });
  const below = belowOf(width);
  const small = Math.min(40, Math.floor((width - 2 * GAP - 4) / 9));
  const table = (n, matrix, label) => {
    const left = 2 + n * (3 * small + GAP);
    const color = signed(matrix, 1);
    return [
      title(label, left, below, ahead ? "value" : "gradient"),
      ...cells(matrix, {
        x: left,
        y: below,
        size: small,
        of: (value) => ({ ...color(value), share: color(value).share * 0.6, text: written(value) }),
      }),
    ];
  };
  const patch = windowAt(padded(x, pad), i, j);
  const tables = ahead
    ? [
        table(0, patch, words.title_window),
        table(1, W, words.title_filter),
        table(2, products(patch, W), words.title_product),
      ]
    : [table(0, patch, words.title_dW), table(1.3, W, words.title_spread)];
  // Pixels carry no text that would have to stay readable: they may be as dark as ink.
  const pale = signed(from, ahead ? 16 : 1);
  const inkOf = (value) => (ahead ? { ...pale(value), share: 2 * pale(value).share } : pale(value));
  const outOf = signed(to, 1);
  return [
    title(ahead ? words.title_x : words.title_dx, 2, TOP, ink),
    ...cells(from, { x: 2, y: TOP, size, of: inkOf }),
    frame(2 + (j - pad) * size, TOP + (i - pad) * size, 3 * size),
    title(ahead ? words.title_y : words.title_dout, right, TOP, ink),
    ...cells(to, { x: right, y: TOP, size, of: outOf }),
    frame(right + j * size, TOP + i * size, size),
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

function render({ model, el }) {
  const words = wordsOf(model);
  const last = () => (model.get("pad") ? 7 : 5);
  const state = () => ({
    x: model.get("images")[model.get("digit")],
    W: model.get("W"),
    pad: Number(model.get("pad")),
    direction: model.get("direction"),
    i: Math.min(last(), model.get("row")),
    j: Math.min(last(), model.get("column")),
  });
  const place = (name) =>
    slider(model, name, { label: words[name], min: 0, max: last, others: ["pad"] });
  const parts = {
    presets: presets(model, STORY, words),
    W: matrixField(model, "W", {
      label: (i, j) => fill(words.field, { i, j }),
      min: -9,
      max: 9,
      step: 1,
    }),
    digit: choice(model, "digit", {
      label: words.digit,
      options: Object.keys(model.get("images")).map((key) => [key, words[key] ?? key]),
    }),
    pad: toggle(model, "pad", { label: words.pad }),
    direction: choice(model, "direction", {
      label: words.direction,
      options: ["forward", "backward"].map((way) => [way, words[way]]),
    }),
    row: place("row"),
    column: place("column"),
    picture: canvas(model, NAMES, { label: words.picture, height: heightOf }, (width) =>
      picture(width, state(), words),
    ),
    says: says(model, NAMES, { class: "cr-formula", live: true }, () =>
      fill(model.get("direction") === "forward" ? words.y_is : words.back_is, numbers(state())),
    ),
  };
  const go = ([px, py], map) => {
    const width = parts.picture.el.getBoundingClientRect().width;
    const size = sizeOf(width);
    // In the digit the pointer is at the window's middle.
    const off = map === "from" ? 1 - Number(model.get("pad")) : 0;
    const left = map === "from" ? 2 : rightOf(width);
    const cell = (pixel, start) => Math.floor((pixel - start) / size) - off;
    const within = (v) => Math.min(last(), Math.max(0, v));
    put(model, { row: within(cell(py, TOP)), column: within(cell(px, left)) });
  };
  drag(
    parts.picture.el,
    ([px, py]) => {
      const width = parts.picture.el.getBoundingClientRect().width;
      if (py < TOP || py > TOP + 8 * sizeOf(width)) return null;
      return px < rightOf(width) - GAP / 2 ? "from" : "to";
    },
    go,
  );
  const panel = (...all) => html("div", { class: "cr-panel" }, ...all.map((part) => part.el));
  const label = { el: html("p", {}, words.W) };
  return assemble(
    el,
    parts,
    parts.presets.el,
    html(
      "div",
      { class: "cr-panels" },
      panel(label, parts.W, parts.digit, parts.direction, parts.pad, parts.row, parts.column),
      panel(parts.picture, parts.says),
    ),
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "ConvolutionOfADigit", render };
export default explorable;
