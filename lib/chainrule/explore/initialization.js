import {
  bottomAxis,
  canvas,
  choice,
  fill,
  getState,
  held,
  mount,
  named,
  panels,
  range,
  rounded,
  scale,
  sentences,
  significant,
  slider,
  steps,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- The table: made by spread_table.py, which says what is in it -------------------------------

// The numbers of one state. An infinite spread or growth is null in the table.
export function read(table, { activation, scale: place }) {
  const entry = table.activations[activation];
  const { bins, depth } = table;
  const histograms = range(depth).map((layer) => {
    const start = (place * depth + layer) * bins;
    return [...entry.histograms.slice(start, start + bins)].map(
      (digit) => parseInt(digit, 16) / 15,
    );
  });
  return {
    ...entry,
    depth,
    width: table.width,
    k: table.scales[place],
    spreads: entry.spreads[place],
    flat: entry.flat[place],
    dead: entry.dead[place],
    growth: entry.growths[place],
    histograms,
  };
}

// A number of the table to two digits.
const two = (value) => significant(value ?? Infinity, 2);

// Everything the sentences say.
export function numbers(state) {
  const { spreads, flat, dead, depth, width, k, kept, growth } = state;
  const [first, last] = [spreads[0], spreads[depth - 1]];
  const ratio = last === null ? Infinity : last / first;
  return {
    depth,
    width,
    dead,
    first: two(first),
    last: two(last),
    ratio: two(ratio),
    flat: flat[depth - 1],
    k: significant(k, 3),
    kept: kept === 0.5 ? "½" : String(kept ?? 0),
    factor: two(Math.sqrt(kept ?? 0) * k),
    growth: two(growth),
    middle: significant((state.low + state.high) / 2, 1),
    verdict: verdictOf(state, ratio),
    theory: kept === null ? "offset" : state.always ? "always" : "small",
  };
}

// A ReLU is flat at half of its outputs, whatever the weights: only what has two ends can saturate.
function verdictOf({ flat, depth, open }, ratio) {
  if (!Number.isFinite(ratio)) return "overflows";
  if (flat[depth - 1] > 50 && !open[0] && !open[1]) return "saturates";
  if (ratio < 0.1) return "fades";
  if (ratio > 10) return "explodes";
  return ratio < 1 ? "alive" : "alive_more";
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT, TOP, ROW] = [34, 122, 22, 32];

function picture(width, state, words) {
  const { histograms, spreads, flat, depth, low, high, open } = state;
  const right = width - RIGHT;
  const bottom = TOP + ROW * depth;
  const base = (layer) => TOP + ROW * (layer + 1);
  const px = scale([low, high], [LEFT, right]);
  const bin = (right - LEFT) / histograms[0].length;
  // One path for all bars. A row's fullest bin nearly reaches the line above.
  const bars = histograms.flatMap((shares, layer) =>
    shares.map((share, i) => {
      const [x, tall] = [LEFT + i * bin, share * (ROW - 4)];
      return share
        ? `M${x.toFixed(2)} ${base(layer)}v${(-tall).toFixed(1)}h${bin.toFixed(2)}v${tall.toFixed(1)}z`
        : "";
    }),
  );
  const rows = histograms.flatMap((_, layer) => {
    const y = base(layer) - 6;
    return [
      svg("line", { class: "cr-grid", x1: LEFT, x2: right, y1: base(layer), y2: base(layer) }),
      text(layer + 1, LEFT - 8, y, { class: "cr-tick", "text-anchor": "end" }),
      text(two(spreads[layer]), right + 66, y, { class: "cr-spreads", "text-anchor": "end" }),
      text(fill(words.percent, { n: flat[layer] }), width - 2, y, {
        class: "cr-flat",
        "text-anchor": "end",
      }),
    ];
  });
  const ticks = [
    [low, (open[0] ? "≤ " : "") + rounded(low)],
    (low + high) / 2,
    [high, (open[1] ? "≥ " : "") + rounded(high)],
  ];
  const head = { class: "cr-muted", "text-anchor": "end" };
  return [
    text(words.layer, 0, TOP - 8, { class: "cr-muted" }),
    text(words.outputs, LEFT + 14, TOP - 8, { class: "cr-value" }),
    text(words.spread, right + 66, TOP - 8, head),
    text(words.flat, width - 2, TOP - 8, head),
    ...rows,
    svg("path", { class: "cr-value cr-bars", d: bars.join("") }),
    ...bottomAxis(px, ticks, bottom),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["activation", "scale"];

// What the reader is asked to do; `now` and `before` are states.
function tasksOf(table) {
  const verdict = (now) => numbers(read(table, now)).verdict;
  const last = table.scales.length - 1;
  const isTanh = ({ activation }) => activation === "tanh";
  const isReLU = ({ activation }) => activation === "ReLU";
  return [
    { key: "left", done: ({ now }) => isTanh(now) && now.scale === 0 },
    {
      key: "right",
      sets: { activation: "tanh", scale: 0 },
      done: ({ now }) => isTanh(now) && verdict(now) === "saturates",
    },
    {
      key: "relu",
      sets: { activation: "tanh", scale: last },
      done: ({ now, before }) => isReLU(before) && isReLU(now) && now.scale !== before.scale,
    },
    {
      key: "alive",
      sets: { activation: "ReLU", scale: 0 },
      done: ({ now }) => isReLU(now) && now.scale === table.he,
    },
    {
      key: "sigmoid",
      sets: { activation: "ReLU", scale: table.he },
      done: ({ now }) => now.activation === "sigmoid" && verdict(now) === "alive",
    },
  ];
}

function render({ model, el }) {
  const words = wordsOf(model);
  const table = model.get("table");
  const state = () => read(table, getState(model, NAMES));
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const names = { [table.xavier]: words.xavier, [table.he]: words.he };
  const deviation = (i) => {
    const k = table.scales[i];
    const sigma = significant(k / Math.sqrt(table.width), 3);
    const name = names[i] ? ` (${names[i]})` : "";
    return `${significant(k, 3)}/√${table.width} = ${sigma}${name}`;
  };
  const height = TOP + ROW * table.depth + 26;
  const parts = {
    steps: steps(model, words, tasksOf(table)),
    activation: choice(model, "activation", {
      label: words.activation,
      options: named(words, Object.keys(table.activations)),
    }),
    scale: slider(model, "scale", {
      label: words.scale,
      min: 0,
      max: table.scales.length - 1,
      text: deviation,
      marks: [
        [table.xavier, words.xavier, "end"],
        [table.he, words.he, "start"],
      ],
    }),
    verdict: say((now) => now.verdict, { class: "cr-verdict", live: true }),
    picture: canvas(model, NAMES, { label: words.picture, height }, (width) =>
      picture(width, state(), words),
    ),
    ratioIs: say("ratio_is", { class: "cr-formula" }),
    theory: say((now) => now.theory, { class: "cr-formula" }),
  };
  return mount(
    el,
    words,
    parts,
    parts.steps,
    parts.verdict,
    held(parts.picture),
    panels([parts.scale], [parts.activation]),
    parts.ratioIs,
    parts.theory,
  );
}

const explorable = { name: "Initialization", render };
export default explorable;
