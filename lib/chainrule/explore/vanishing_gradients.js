import {
  bottomAxis,
  canvas,
  choice,
  clamp,
  drag,
  fill,
  fixed,
  getState,
  held,
  leftAxis,
  line,
  mount,
  named,
  panels,
  powersOfTen,
  presets,
  range,
  scale,
  sentences,
  setState,
  significant,
  slider,
  steps,
  subscript,
  superscript,
  svg,
  text,
  toggle,
  wordsOf,
} from "./_explorable.js";

// --- The table: packed by gradient_table.py, which says how -------------------------------------

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function* numbersIn(packed) {
  let [number, place] = [0, 1];
  for (const character of packed) {
    const digit = BASE64.indexOf(character);
    number += (digit % 32) * place;
    place *= 32;
    if (digit >= 32) continue; // more to come
    yield number % 2 ? -(number - 1) / 2 : number / 2;
    [number, place] = [0, 1];
  }
}

// The norms of every depth: rows[d − 1][l − 1], log₁₀ in whole steps.
export function unpack(packed, depth) {
  const missed = numbersIn(packed);
  const rows = [];
  for (let d = 1; d <= depth; d++) {
    const before = rows[d - 2] ?? [];
    const row = new Array(d);
    row[d - 1] = (before[d - 2] ?? 0) + missed.next().value;
    for (let l = d - 2; l >= 0; l--) {
      const step = l + 1 < before.length ? before[l] - before[l + 1] : 0;
      row[l] = row[l + 1] + step + missed.next().value;
    }
    rows.push(row);
  }
  return rows;
}

// The numbers of one state, each grid point unpacked when it is first asked for.
export function reader(table) {
  const unpacked = new Map();
  const scales = table.deviations.length;
  return ({ activation, depth, scale, normalized, layer = 1 }) => {
    const entry = table.activations[activation];
    const point = (normalized ? scales : 0) + scale;
    const key = `${activation} ${point}`;
    if (!unpacked.has(key)) {
      unpacked.set(key, unpack(entry.gradients.split(" ")[point], table.depth));
    }
    const decades = unpacked.get(key)[depth - 1].map((level) => {
      const decade = level / table.per_decade;
      return Math.abs(decade) < table.limit ? decade : decade * Infinity;
    });
    const start = point * table.depth * table.bins;
    const histograms = range(depth).map((layer) => {
      const first = start + layer * table.bins;
      const digits = [...entry.histograms.slice(first, first + table.bins)];
      return digits.map((digit) => parseInt(digit, 16) / 15);
    });
    return { ...entry, depth, decades, histograms, layer: Math.min(layer, depth) };
  };
}

// Everything the sentences say.
export function numbers({ decades, depth, steepest, layer }) {
  const ratio = 10 ** (decades[0] - decades[depth - 1]);
  return {
    depth,
    layer,
    next: layer + 1,
    here: significant(10 ** decades[layer - 1], 2),
    factor: significant(10 ** (decades[layer - 1] - decades[layer]), 2),
    ratio: significant(ratio, 2),
    first: significant(10 ** decades[0], 2),
    last: significant(10 ** decades[depth - 1], 2),
    d: subscript(depth),
    passed: depth - 1,
    power: superscript(depth - 1),
    steepest: steepest === 0.25 ? "¼" : whole(steepest ?? NaN),
    bound: whole((steepest ?? NaN) ** (depth - 1)),
    verdict: verdictOf(ratio, depth),
  };
}

// Which sentence the chosen layer has: one without a factor where there is none.
export function layerKey({ decades, depth, layer }) {
  if (layer === depth) return "last_is";
  return Number.isFinite(decades[layer - 1] - decades[layer]) ? "layer_is" : "gets_is";
}

// Two digits, but 1 for 1.0.
function whole(value) {
  return Number.isInteger(value) ? fixed(value, 0) : significant(value, 2);
}

export function verdictOf(ratio, depth) {
  if (Number.isNaN(ratio) || ratio === Infinity) return "overflows";
  if (depth === 1) return "alone";
  if (ratio < 0.01) return "vanishes";
  if (ratio > 100) return "explodes";
  return ratio < 1 ? "passes" : "passes_more";
}

// The powers of ten the axis runs between, and the step of its ticks. A few windows only: an axis
// that moved with every step could not be read.
export function windowOf(decades) {
  const finite = decades.filter(Number.isFinite);
  const low = [-4, -8, -16, -32, -64, -128, -320].find((e) => Math.min(0, ...finite) >= e);
  const high = [2, 4, 8, 16, 32, 64, 128, 320].find((e) => Math.max(0, ...finite) <= e);
  const step = [1, 2, 4, 8, 16, 32, 64].find((s) => (high - low) / s <= 6);
  return { low, high, step: step ?? 128 };
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT] = [46, 10];
const [TOP, MIDDLE, UPPER, BOTTOM] = [22, 212, 244, 364];

function picture(width, state, words) {
  const { depth } = state;
  const right = width - RIGHT;
  const column = (right - LEFT) / depth;
  const px = (layer) => LEFT + (layer - 0.5) * column;
  const chosen = px(state.layer);
  return [
    svg("path", {
      class: "cr-guide",
      d: `M${chosen} ${TOP}V${MIDDLE}M${chosen} ${UPPER}V${BOTTOM}`,
    }),
    ...gradients(state, px, right, words),
    ...activations(state, px, column, right, words),
  ];
}

// The layer whose column a pointer is in.
export function layerAt(x, width, depth) {
  const layer = Math.ceil(((x - LEFT) / (width - RIGHT - LEFT)) * depth);
  return clamp(layer, 1, depth);
}

function gradients(state, px, right, words) {
  const { decades, depth, steepest, layer } = state;
  const { low, high, step } = windowOf(decades);
  const py = scale([low, high], [MIDDLE, TOP]);
  const points = decades.map((e, i) => [px(i + 1), py(clamp(e, low, high))]);
  const bound = decades.map((_, i) => {
    const decade = decades[depth - 1] + (depth - 1 - i) * Math.log10(steepest);
    return [px(i + 1), py(decade)];
  });
  const inside = steepest === null ? [] : bound.filter(([, y]) => y <= MIDDLE && y >= TOP);
  return [
    ...leftAxis(py, powersOfTen(low, high, step), LEFT, right),
    text(words.gradient, LEFT, TOP - 8, { class: "cr-gradient" }),
    text(words.back, right, TOP - 8, { class: "cr-muted", "text-anchor": "end" }),
    svg("path", { class: "cr-bound", d: line(inside) }),
    ...boundLabel(fill(words.bound, numbers(state)), inside, points[0][1]),
    svg("path", { class: "cr-curve cr-gradient", d: line(points) }),
    ...points.map(([cx, cy], i) =>
      svg("circle", { class: "cr-dot cr-gradient", cx, cy, r: i + 1 === layer ? 6 : 4 }),
    ),
  ];
}

// Beside the dashed line where it leaves the picture, or at its left end on the side where the
// gradient is not.
function boundLabel(label, points, curve) {
  if (points.length < 2) return [];
  const [[x, y], [nextX, nextY]] = points;
  if (x > LEFT + 120) return [text(label, x - 8, y, { class: "cr-muted", "text-anchor": "end" })];
  if (curve < y && y + 18 < MIDDLE) return [text(label, x, y + 18, { class: "cr-muted" })];
  const rise = Math.max(0, ((y - nextY) / (nextX - x)) * 80); // a label is some 80 pixels long
  return [text(label, x, y - rise - 7, { class: "cr-muted" })];
}

function activations({ histograms, depth, low, high, open }, px, column, right, words) {
  const py = scale([low, high], [BOTTOM, UPPER]);
  const bin = (BOTTOM - UPPER) / histograms[0].length;
  const half = Math.min(20, 0.46 * column);
  // One path for all bars: a histogram on its side per layer, about the layer's middle.
  const bars = histograms.flatMap((shares, i) =>
    shares.map((share, k) => {
      const [x, y, w] = [px(i + 1) - share * half, BOTTOM - (k + 1) * bin, 2 * share * half];
      return share
        ? `M${x.toFixed(1)} ${y.toFixed(1)}h${w.toFixed(1)}v${bin.toFixed(1)}h${-w.toFixed(1)}z`
        : "";
    }),
  );
  const ticks = [
    [low, (open[0] ? "≤ " : "") + whole(low)],
    [high, (open[1] ? "≥ " : "") + whole(high)],
  ];
  const every = depth <= 15 ? 1 : 5;
  const layers = histograms.map((_, i) => i + 1).filter((l) => l === 1 || l % every === 0);
  return [
    ...leftAxis(py, ticks, LEFT, right),
    text(words.activations, LEFT, UPPER - 8, { class: "cr-value" }),
    svg("path", { class: "cr-value cr-bars", d: bars.join("") }),
    ...bottomAxis(px, layers, BOTTOM),
    text(words.layer, right, BOTTOM + 32, { class: "cr-muted", "text-anchor": "end" }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["activation", "depth", "scale", "normalized", "layer"];

function story({ xavier, he }) {
  const state = (activation, scale, normalized) => ({ activation, depth: 20, scale, normalized });
  return {
    make: { vanish: state("sigmoid", xavier, false), explode: state("ReLU", he + 2, false) },
    rescue: {
      by_initialization: state("tanh", xavier, false),
      by_relu: state("ReLU", he, false),
      by_normalization: state("sigmoid", xavier, true),
    },
  };
}

// What the reader is asked to do; `now` and `start` are states.
function tasksOf(table) {
  const { make, rescue } = story(table);
  const isAt = (now, state) => Object.keys(state).every((name) => now[name] === state[name]);
  const last = table.deviations.length - 1;
  return [
    { key: "deeper", done: ({ now }) => isAt(now, make.vanish) },
    {
      key: "look",
      sets: make.vanish,
      done: ({ now, start }) => isAt(now, make.vanish) && Math.abs(now.layer - start.layer) >= 5,
    },
    { key: "explode", sets: make.vanish, done: ({ now }) => isAt(now, make.explode) },
    {
      key: "weights",
      sets: make.explode,
      done: ({ now }) => isAt(now, { ...make.vanish, scale: last }),
    },
    {
      key: "rescue",
      sets: make.vanish, // the words compare with it
      done: ({ now }) => Object.values(rescue).some((state) => isAt(now, state)),
    },
  ];
}

function render({ model, el }) {
  const words = wordsOf(model);
  const table = model.get("table");
  const read = reader(table);
  const state = () => read(getState(model, NAMES));
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const names = { [table.xavier]: words.xavier, [table.he]: words.he };
  const deviation = (i) => {
    const name = names[i] ? ` (${names[i]})` : "";
    return significant(table.deviations[i], 3) + name;
  };
  const parts = {
    steps: steps(model, words, tasksOf(table)),
    presets: presets(model, story(table), words),
    activation: choice(model, "activation", {
      label: words.activation,
      options: named(words, Object.keys(table.activations)),
    }),
    normalized: toggle(model, "normalized", { label: words.normalized }),
    depth: slider(model, "depth", { label: words.depth, min: 1, max: table.depth }),
    scale: slider(model, "scale", {
      label: words.scale,
      min: 0,
      max: table.deviations.length - 1,
      text: deviation,
      marks: [
        [table.xavier, words.xavier, "end"],
        [table.he, words.he, "start"],
      ],
    }),
    verdict: say(({ verdict }) => verdict, { class: "cr-verdict", live: true }),
    picture: canvas(model, NAMES, { label: words.picture, height: 402 }, (width) =>
      picture(width, state(), words),
    ),
    layer: slider(model, "layer", {
      label: words.look,
      min: 1,
      max: () => model.get("depth"),
      others: ["depth"],
    }),
    layerIs: say(() => layerKey(state()), { live: true }),
    ratioIs: say("ratio_is"),
    boundIs: say(() => (state().steepest === null ? "no_bound" : "bound_is")),
  };
  parts.picture.el.classList.add("cr-draggable");
  drag(
    parts.picture.el,
    () => "layer",
    ([x]) => setState(model, { layer: layerAt(x, parts.picture.width(), model.get("depth")) }),
  );
  return mount(
    el,
    words,
    parts,
    parts.steps,
    parts.verdict,
    held(parts.picture),
    parts.layer,
    parts.layerIs,
    parts.presets,
    panels([parts.activation, parts.normalized], [parts.depth, parts.scale]),
    parts.ratioIs,
    parts.boundIs,
  );
}

const explorable = { name: "VanishingGradients", render };
export default explorable;
