import {
  assemble,
  bottomAxis,
  canvas,
  cells,
  choice,
  fill,
  html,
  leftAxis,
  line,
  powers,
  presets,
  put,
  says,
  scale,
  shown,
  slider,
  stateOf,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- The runs: made by training_runs.py, which says what is in them -----------------------------

// 28740 is "28,740".
export const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

const percent = (right, tested) => ((100 * right) / tested).toFixed(1);

// Everything the sentences say of one run.
export function numbers({ runs, grid, rate, batch, way }) {
  const { loss, right, asleep } = runs[way][batch][rate];
  const size = grid.batches[batch];
  const per = Math.ceil(grid.images / size);
  const rises = loss.filter((value, i) => i && value > loss[i - 1]).length;
  const seen = Math.floor(grid.steps / per) * grid.images + (grid.steps % per) * size;
  return {
    right: percent(right, grid.tested),
    asleep,
    rises,
    times: loss.length - 1,
    first: shown(loss[0], 2),
    last: shown(loss[loss.length - 1], 2),
    lowest: shown(Math.min(...loss), 2),
    per,
    batch: grouped(size),
    steps: grouped(per * grid.epochs),
    epochs: shown(grid.steps / per, 3),
    images: grouped(seen),
    verdict: verdictOf({ loss, asleep, rises }, grid),
  };
}

// A run that ends near the loss of guessing has broken if its units sleep, and is slow if they do not.
export function verdictOf({ loss, asleep, rises }, grid) {
  const last = loss[loss.length - 1];
  if (last > 1) return asleep > grid.hidden / 2 || last > loss[0] ? "broken" : "slow";
  return rises > (loss.length - 1) / 4 ? "restless" : "learns";
}

// --- Pictures --------------------------------------------------------------------------------

const [LEFT, RIGHT] = [42, 50];
const [TOP, BOTTOM] = [22, 242];
const [LOW, HIGH] = [-3, 1];

function curves(width, state, words) {
  const { runs, grid, rate, batch, way, behind } = state;
  const right = width - RIGHT;
  const end = grid[way];
  const px = scale([0, end], [LEFT, right]);
  const py = scale([LOW, HIGH], [BOTTOM, TOP]);
  const level = (loss) => py(Math.min(HIGH, Math.max(LOW, Math.log10(loss))));
  const points = ({ loss }) =>
    loss.map((value, i) => [px((i * end) / (loss.length - 1)), level(value)]);
  const family =
    behind === "batches"
      ? runs[way].map((row, i) => ({
          run: row[rate],
          label: grid.batches[i],
          mine: i === batch,
          far: Math.abs(i - batch),
        }))
      : runs[way][batch].map((run, i) => ({
          run,
          label: grid.rates[i],
          mine: i === rate,
          far: Math.abs(i - rate),
        }));
  family.sort((a, b) => a.far - b.far);
  // A name at each end, but only where there is room: those that are nearest go first.
  const named = [];
  family.forEach(({ run, label, mine }) => {
    const [, y] = points(run)[run.loss.length - 1];
    if (named.every((other) => Math.abs(other.y - y) >= 15)) named.push({ y, label, mine });
  });
  const [own] = family;
  const path = points(own.run);
  const [cx, cy] = path[path.length - 1];
  const guess = py(Math.log10(Math.log(10)));
  const ticks = [0, 1, 2, 3, 4].map((quarter) => (quarter * end) / 4);
  return [
    ...leftAxis(
      powers(LOW, HIGH).map(([e, label]) => [py(e), label]),
      LEFT,
      right,
    ),
    text(words.loss, LEFT, TOP - 8, { class: "cr-muted" }),
    svg("line", { class: "cr-guide", x1: LEFT, x2: right, y1: guess, y2: guess }),
    ...family
      .slice(1)
      .map(({ run, label }) =>
        svg("path", {
          class: "cr-level",
          style: "stroke-width: 1.2",
          "data-of": label,
          d: line(points(run)),
        }),
      ),
    svg("path", { class: "cr-curve cr-value", "data-of": own.label, d: line(path) }),
    svg("circle", { class: "cr-dot cr-value", cx, cy, r: 5 }),
    ...named.map(({ y, label, mine }) =>
      text(label, right + 9, y + 4.5, { class: mine ? "cr-value cr-title" : "cr-tick" }),
    ),
    text(behind === "batches" ? "B" : "η", right + 9, TOP - 8, { class: "cr-muted" }),
    text(words.guessing, right - 12, guess - 6, { class: "cr-muted", "text-anchor": "end" }),
    ...bottomAxis(
      ticks.map((value) => [px(value), grouped(value)]),
      BOTTOM,
    ),
    text(words[`${way}_axis`], (LEFT + right) / 2, BOTTOM + 33, {
      class: "cr-muted",
      "text-anchor": "middle",
    }),
  ];
}

const HEAD = 44;
const SIZE = 26;

function map(width, { runs, grid, rate, batch, way }, words) {
  const column = (width - LEFT - 2) / grid.rates.length;
  const right = runs[way].map((row) => row.map((run) => (100 * run.right) / grid.tested));
  const middle = (i) => LEFT + (i + 0.5) * column;
  const decades = grid.rates.map((value, i) => [i, value]).filter((_, i) => i % 3 === 0);
  return [
    text(words.map_head, LEFT, 12, { class: "cr-value" }),
    text("η", 0, HEAD - 8, { class: "cr-muted" }),
    ...decades.map(([i, value]) =>
      text(value, middle(i), HEAD - 8, { class: "cr-tick", "text-anchor": "middle" }),
    ),
    ...grid.batches.map((size, i) =>
      text(size, LEFT - 8, HEAD + (i + 0.5) * SIZE + 4.5, {
        class: "cr-tick",
        "text-anchor": "end",
      }),
    ),
    ...cells(right, {
      x: LEFT,
      y: HEAD,
      size: SIZE,
      width: column,
      of: (value, i, j) => ({
        text: String(Math.round(value)),
        share: Math.max(0, (value - 10) / 90), // a tenth is right by guessing
        "data-cell": `${i} ${j}`,
        style: "cursor: pointer",
      }),
    }),
    svg("rect", {
      class: "cr-frame",
      x: LEFT + rate * column,
      y: HEAD + batch * SIZE,
      width: column,
      height: SIZE,
    }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["runs", "grid", "rate", "batch", "way", "behind"];

const STORY = {
  go: {
    small: { rate: 6, batch: 1, way: "epochs", behind: "batches" },
    large: { rate: 6, batch: 3, way: "epochs", behind: "batches" },
    count_steps: { rate: 6, batch: 3, way: "steps", behind: "batches" },
    scaled: { rate: 9, batch: 3, way: "epochs", behind: "batches" },
    too_far: { rate: 11, batch: 3, way: "epochs", behind: "rates" },
  },
};

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model, NAMES);
  const { rates, batches } = model.get("grid");
  const say = (keyOf, options = {}) =>
    says(model, NAMES, options, () => {
      const now = numbers(state());
      return fill(words[keyOf(now)], { ...now, end: words[model.get("way")] });
    });
  const of = (...keys) => keys.map((key) => [key, words[key]]);
  const parts = {
    presets: presets(model, STORY, words),
    rate: slider(model, "rate", {
      label: words.rate,
      min: 0,
      max: rates.length - 1,
      text: (i) => String(rates[i]),
    }),
    batch: choice(model, "batch", {
      label: words.batch,
      options: batches.map((size, i) => [i, i < batches.length - 1 ? size : words.all]),
    }),
    way: choice(model, "way", { label: words.way, options: of("epochs", "steps") }),
    behind: choice(model, "behind", { label: words.behind, options: of("batches", "rates") }),
    verdict: say((now) => now.verdict, { class: "cr-verdict", live: true }),
    work: say(() => `work_${model.get("way")}`),
    curves: canvas(model, NAMES, { label: words.curves, height: BOTTOM + 40 }, (width) =>
      curves(width, state(), words),
    ),
    losses: say(() => "losses", { class: "cr-formula" }),
    map: canvas(
      model,
      NAMES,
      { label: words.map, height: HEAD + SIZE * batches.length + 4 },
      (width) => map(width, state(), words),
    ),
  };
  parts.map.el.addEventListener("click", ({ target }) => {
    const cell = target.closest("[data-cell]");
    if (!cell) return;
    const [batch, rate] = cell.dataset.cell.split(" ").map(Number);
    put(model, { batch, rate });
  });
  const panel = (...keys) => html("div", { class: "cr-panel" }, ...keys.map((k) => parts[k].el));
  return assemble(
    el,
    parts,
    parts.presets.el,
    html("div", { class: "cr-panels" }, panel("rate", "batch"), panel("way", "behind")),
    parts.verdict.el,
    parts.work.el,
    parts.curves.el,
    parts.losses.el,
    parts.map.el,
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "Training", render };
export default explorable;
