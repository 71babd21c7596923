import {
  bottomAxis,
  canvas,
  cells,
  choice,
  clamp,
  fill,
  fixed,
  getState,
  grouped,
  held,
  leftAxis,
  line,
  mount,
  named,
  panels,
  powersOfTen,
  rounded,
  scale,
  sentences,
  setState,
  significant,
  slider,
  stepper,
  steps,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- The runs: made by training_runs.py, which says what is in them -----------------------------

const percent = (right, deciding) => fixed((100 * right) / deciding, 1);

// Everything the sentences say of one run.
export function numbers({ runs, grid, rate, batch, way, until }) {
  const { loss, right, asleep } = runs[way][batch][rate];
  const size = grid.batches[batch];
  const per = Math.ceil(grid.images / size);
  const rises = loss.filter((value, i) => i && value > loss[i - 1]).length;
  const seen = Math.floor(grid.steps / per) * grid.images + (grid.steps % per) * size;
  return {
    right: percent(right, grid.deciding),
    asleep,
    rises,
    times: loss.length - 1,
    first: significant(loss[0], 2),
    last: significant(loss[loss.length - 1], 2),
    lowest: significant(Math.min(...loss), 2),
    per,
    batch: grouped(size),
    steps: grouped(per * grid.epochs),
    epochs: significant(grid.steps / per, 3),
    images: grouped(seen),
    verdict: verdictOf({ loss, asleep, rises }, grid),
    now: significant(playedOf(loss, until, grid).at(-1), 2),
    at: grouped((until * grid[way]) / grid.ticks),
  };
}

// The part of a run that has been played.
export const playedOf = (loss, until, grid) =>
  loss.slice(0, 1 + (until * (loss.length - 1)) / grid.ticks);

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

// The run that is chosen, first, and those that are compared with it, the nearest first: with other
// batch sizes or with other rates.
function familyOf({ runs, grid, rate, batch, way, behind, until }) {
  const isByBatch = behind === "batches";
  const all = isByBatch ? runs[way].map((row) => row[rate]) : runs[way][batch];
  const labels = isByBatch ? grid.batches : grid.rates;
  const own = isByBatch ? batch : rate;
  return all
    .map((run, i) => ({
      loss: playedOf(run.loss, until, grid),
      label: labels[i],
      isOwn: i === own,
      far: Math.abs(i - own),
    }))
    .sort((a, b) => a.far - b.far);
}

// The ends of curves that get a label: where two are too close, only the one that comes first.
function labelledEnds(family, pointsOf) {
  const ends = [];
  for (const { label, isOwn, ...run } of family) {
    const [, y] = pointsOf(run).at(-1);
    if (ends.every((other) => Math.abs(other.y - y) >= 15)) ends.push({ y, label, isOwn });
  }
  return ends;
}

function curves(width, state, words) {
  const { runs, grid, way, behind } = state;
  const intervals = runs[way][0][0].loss.length - 1;
  const right = width - RIGHT;
  const end = grid[way];
  const px = scale([0, end], [LEFT, right]);
  const py = scale([LOW, HIGH], [BOTTOM, TOP]);
  const level = (loss) => py(clamp(Math.log10(loss), LOW, HIGH));
  const pointsOf = ({ loss }) => loss.map((value, i) => [px((i * end) / intervals), level(value)]);
  const family = familyOf(state);
  const [own, ...others] = family;
  const [cx, cy] = pointsOf(own).at(-1);
  const guess = level(Math.log(10));
  const ticks = [0, 1, 2, 3, 4].map((quarter) => (quarter * end) / 4);
  const curve = (run, attributes) =>
    svg("path", { ...attributes, "data-of": run.label, d: line(pointsOf(run)) });
  const thin = { class: "cr-level", style: "stroke-width: 1.2" };
  const middle = { class: "cr-muted", "text-anchor": "middle" };
  return [
    ...leftAxis(py, powersOfTen(LOW, HIGH), LEFT, right),
    text(words.loss, LEFT, TOP - 8, { class: "cr-muted" }),
    svg("line", { class: "cr-guide", x1: LEFT, x2: right, y1: guess, y2: guess }),
    ...others.map((run) => curve(run, thin)),
    curve(own, { class: "cr-curve cr-value" }),
    svg("circle", { class: "cr-dot cr-value", cx, cy, r: 5 }),
    ...labelledEnds(family, pointsOf).map(({ y, label, isOwn }) =>
      text(label, right + 9, y + 4.5, { class: isOwn ? "cr-value cr-title" : "cr-tick" }),
    ),
    text(behind === "batches" ? "B" : "η", right + 9, TOP - 8, { class: "cr-muted" }),
    text(words.guessing, right - 12, guess - 6, { class: "cr-muted", "text-anchor": "end" }),
    ...bottomAxis(
      px,
      ticks.map((value) => [value, grouped(value)]),
      BOTTOM,
    ),
    text(words[`${way}_axis`], (LEFT + right) / 2, BOTTOM + 33, middle),
  ];
}

const HEAD = 60;
const SIZE = 26;

// What each pair reads rightly: blank before the end.
function map(width, { runs, grid, rate, batch, way, until }, words) {
  const isKnown = isPlayed({ until, grid });
  const column = (width - LEFT - 2) / grid.rates.length;
  const percents = runs[way].map((row) => row.map(({ right }) => (100 * right) / grid.deciding));
  const decades = grid.rates.map((value, i) => [value, i]).filter(([, i]) => i % 3 === 0);
  const middle = { class: "cr-tick", "text-anchor": "middle" };
  const end = { class: "cr-tick", "text-anchor": "end" };
  const later = { class: "cr-muted", "text-anchor": "middle", style: "pointer-events: none" };
  const chosen = { x: LEFT + rate * column, y: HEAD + batch * SIZE, width: column, height: SIZE };
  return [
    text(words.map_head, LEFT, 28, { class: "cr-value" }),
    text("η", 0, HEAD - 8, { class: "cr-muted" }),
    ...decades.map(([value, i]) => text(value, LEFT + (i + 0.5) * column, HEAD - 8, middle)),
    ...grid.batches.map((size, i) => text(size, LEFT - 8, HEAD + (i + 0.5) * SIZE + 4.5, end)),
    ...cells(percents, {
      x: LEFT,
      y: HEAD,
      size: SIZE,
      width: column,
      format: (value, i, j) => ({
        text: isKnown ? rounded(value, 0) : "",
        share: isKnown ? Math.max(0, (value - 10) / 90) : 0, // a tenth is right by guessing
        "data-cell": `${i} ${j}`,
        style: "cursor: pointer",
      }),
    }),
    svg("rect", { class: "cr-frame", ...chosen }),
    ...(isKnown ? [] : [text(words.map_later, (LEFT + width) / 2, HEAD + 2.5 * SIZE + 4.5, later)]),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["runs", "grid", "rate", "batch", "way", "behind", "until"];

const isPlayed = ({ until, grid }) => until === grid.ticks;
const runOf = ({ runs, way, batch, rate }) => runs[way][batch][rate];

// Whether a state has these values, and is played to the end.
const shows = (state, values) =>
  isPlayed(state) && Object.entries(values).every(([name, value]) => state[name] === value);

// The places of the rates 0.1 and 1 and of the batches of 16 and 256 in the grid.
const [TENTH, ONE, SMALL, LARGE] = [6, 9, 1, 3];

// Played to the end, with these values: some steps begin there.
const played =
  (values) =>
  ({ grid }) => ({ until: grid.ticks, ...values });

const STEPS = [
  { key: "play", done: ({ now }) => shows(now, { rate: TENTH, batch: SMALL, way: "epochs" }) },
  {
    key: "more",
    sets: played({ rate: TENTH, batch: SMALL, way: "epochs" }),
    done: ({ now }) => shows(now, { rate: TENTH, batch: LARGE, way: "epochs" }),
  },
  {
    key: "count",
    sets: played({ rate: TENTH, batch: LARGE, way: "epochs", behind: "batches" }),
    done: ({ now }) => shows(now, { rate: TENTH, batch: LARGE, way: "steps", behind: "batches" }),
  },
  {
    key: "scale",
    sets: played({ rate: TENTH, batch: LARGE, way: "steps" }),
    done: ({ now }) =>
      shows(now, { batch: LARGE, way: "epochs" }) && runOf(now).right > 0.95 * now.grid.deciding,
  },
  {
    key: "break",
    sets: played({ rate: ONE, batch: LARGE, way: "epochs" }),
    done: ({ now }) => isPlayed(now) && runOf(now).asleep > now.grid.hidden / 2,
  },
];

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const { rates, batches, ticks } = model.get("grid");
  const say = sentences(model, NAMES, words, () => ({
    ...numbers(state()),
    end: words[model.get("way")],
  }));
  const parts = {
    steps: steps(model, words, STEPS),
    until: slider(model, "until", {
      label: words.until,
      min: 0,
      max: ticks,
      text: (tick) => fill(words.percent, { n: (100 * tick) / ticks }),
    }),
    stepper: stepper(model, "until", { max: () => ticks, words, every: 300 }),
    rate: slider(model, "rate", {
      label: words.rate,
      min: 0,
      max: rates.length - 1,
      text: (i) => rounded(rates[i]),
    }),
    batch: choice(model, "batch", {
      label: words.batch,
      options: batches.map((size, i) => [i, i < batches.length - 1 ? size : words.all]),
    }),
    way: choice(model, "way", { label: words.way, options: named(words, ["epochs", "steps"]) }),
    behind: choice(model, "behind", {
      label: words.behind,
      options: named(words, ["batches", "rates"]),
    }),
    verdict: say(({ verdict }) => (isPlayed(state()) ? verdict : "so_far"), {
      class: "cr-verdict",
      live: true,
    }),
    work: say(() => `work_${model.get("way")}`),
    curves: canvas(model, NAMES, { label: words.curves, height: BOTTOM + 40 }, (width) =>
      curves(width, state(), words),
    ),
    losses: say(() => (isPlayed(state()) ? "losses" : null), { class: "cr-formula" }),
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
    setState(model, { batch, rate });
  });
  return mount(
    el,
    words,
    parts,
    parts.steps,
    held(parts.curves),
    panels([parts.stepper, parts.until, parts.rate, parts.batch], [parts.way, parts.behind]),
    parts.verdict,
    parts.work,
    parts.losses,
    parts.map,
  );
}

const explorable = { name: "Training", render };
export default explorable;
