import {
  bottomAxis,
  buttons,
  canvas,
  choice,
  clamp,
  fill,
  getState,
  held,
  html,
  leftAxis,
  line,
  mount,
  named,
  powersOfTen,
  presets,
  range,
  rounded,
  scale,
  setState,
  significant,
  slider,
  steps,
  subscript,
  svg,
  text,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---
// A matrix is a list of rows; n points, D inputs of a layer, M units.

const ACTIVATIONS = {
  sigmoid: { of: (z) => 1 / (1 + Math.exp(-z)), slope: (y) => y * (1 - y) },
  tanh: { of: Math.tanh, slope: (y) => 1 - y * y },
  relu: { of: (z) => Math.max(0, z), slope: (y) => (y > 0 ? 1 : 0) },
};

// The layers before the first step: W (D, M) is normal, its standard deviation scale/√D; b (M,) is 0.
export function start({ draws, layers, units, classes, scale: factor }) {
  const sizes = [2, ...range(layers).map(() => units), classes];
  return range(layers + 1).map((l) => ({
    W: range(sizes[l]).map((i) =>
      range(sizes[l + 1]).map((j) => (draws[l][i][j] * factor) / Math.sqrt(sizes[l])),
    ),
    b: range(sizes[l + 1]).map(() => 0),
  }));
}

// X (n, D) to Z = X W + b (n, M).
function affine(X, { W, b }) {
  return X.map((x) => {
    const z = [...b];
    for (let i = 0; i < x.length; i++) for (let j = 0; j < z.length; j++) z[j] += x[i] * W[i][j];
    return z;
  });
}

function softmax(z) {
  const most = Math.max(...z);
  const e = z.map((each) => Math.exp(each - most));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((each) => each / total);
}

// Y[0] is X, Z[l] and Y[l + 1] are layer l's; the last Y, of shape (n, C), are probabilities.
export function forward(net, X, activation) {
  const { of } = ACTIVATIONS[activation];
  const [Z, Y] = [[], [X]];
  for (const [l, layer] of net.entries()) {
    Z.push(affine(Y[l], layer));
    Y.push(l < net.length - 1 ? Z[l].map((z) => z.map(of)) : Z[l].map(softmax));
  }
  return { Z, Y };
}

// The mean of −log y at the true classes t, by log-sum-exp.
export function lossOf({ Z }, t) {
  const losses = Z.at(-1).map((z, n) => {
    const most = Math.max(...z);
    return most + Math.log(z.reduce((all, each) => all + Math.exp(each - most), 0)) - z[t[n]];
  });
  return losses.reduce((a, b) => a + b, 0) / t.length;
}

// dZ[l] (n, M), dW[l] = Yᵀ dZ and db[l], for each layer.
export function backward(net, { Y }, t, activation) {
  const { slope } = ACTIVATIONS[activation];
  const grads = [];
  let dZ = Y.at(-1).map((y, n) => y.map((p, c) => (p - (c === t[n] ? 1 : 0)) / t.length));
  for (let l = net.length - 1; l >= 0; l--) {
    const { W, b } = net[l];
    const dW = W.map((row) => row.map(() => 0));
    const db = b.map(() => 0);
    for (let n = 0; n < t.length; n++) {
      for (let j = 0; j < b.length; j++) {
        db[j] += dZ[n][j];
        for (let i = 0; i < W.length; i++) dW[i][j] += Y[l][n][i] * dZ[n][j];
      }
    }
    grads[l] = { dW, db, dZ };
    // dY = dZ Wᵀ, and through the activation.
    const down = (dz, n) =>
      W.map((row, i) => row.reduce((all, w, j) => all + w * dz[j], 0) * slope(Y[l][n][i]));
    if (l > 0) dZ = dZ.map(down);
  }
  return grads;
}

// SGD: every parameter minus rate times its gradient, in place.
export function descend(net, grads, rate) {
  for (const [l, { W, b }] of net.entries()) {
    const { dW, db } = grads[l];
    for (let j = 0; j < b.length; j++) {
      b[j] -= rate * db[j];
      for (let i = 0; i < W.length; i++) W[i][j] -= rate * dW[i][j];
    }
  }
}

export const normOf = (matrix) => Math.hypot(...matrix.flat());

// ‖∂L/∂z‖ of one unit, over all points.
const signalOf = (dZ, j) => Math.hypot(...dZ.map((row) => row[j]));

export const rightOf = ({ Y }, t) =>
  t.filter((c, n) => Y.at(-1)[n].indexOf(Math.max(...Y.at(-1)[n])) === c).length;

// --- A run: what the reader's settings and the steps so far have made of the network -----------

export const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const SETTINGS = ["data", "classes", "layers", "units", "activation", "scale"];
export const MOST = 20000; // steps
const KEPT = 160; // points of the curve of the loss

// The points of the chosen kind, and those that the reader has added, of the classes that there are:
// X (n, 2) and t (n,).
function pointsOf(model) {
  const { points, data, classes, extra } = getState(model, ["points", "data", "classes", "extra"]);
  const all = [...points[data][classes], ...extra.filter(([, , c]) => c < classes)];
  return { X: all.map(([x, y]) => [x, y]), t: all.map(([, , c]) => c) };
}

function newRun(model) {
  const state = getState(model, [...SETTINGS, "draws"]);
  const run = {
    settings: JSON.stringify(getState(model, SETTINGS)),
    activation: state.activation,
    net: start(state),
    ...pointsOf(model),
    trained: 0,
    losses: [],
    every: 1, // steps between two points of the curve
    leap: 1, // how many times as large the last point that was added has made the loss
  };
  look(run);
  return run;
}

const isLost = ({ loss }) => !Number.isFinite(loss); // the weights have left all numbers

function look(run) {
  run.passes = forward(run.net, run.X, run.activation);
  run.loss = lossOf(run.passes, run.t);
  run.grads = backward(run.net, run.passes, run.t, run.activation);
  if (run.trained % run.every === 0 && !isLost(run)) run.losses.push([run.trained, run.loss]);
  if (run.losses.length <= KEPT) return;
  run.every *= 2;
  run.losses = run.losses.filter(([step]) => step % run.every === 0);
}

function advance(run, rate) {
  descend(run.net, run.grads, rate);
  run.trained += 1;
  look(run);
}

// A point that the reader adds is of the class that the network takes for the least likely there.
export function unlikely(run, at) {
  const [y] = forward(run.net, [at], run.activation).Y.at(-1);
  return y.indexOf(Math.min(...y));
}

function takePoints(model, run) {
  const before = run.loss;
  Object.assign(run, pointsOf(model));
  look(run);
  run.leap = run.loss / before;
}

function addPoint(model, run, at) {
  if (isLost(run)) return; // no class is the least likely
  const point = [...at.map((each) => Math.round(1000 * each) / 1000), unlikely(run, at)];
  setState(model, { extra: [...model.get("extra"), point].slice(-100) });
}

// --- Words about it ------------------------------------------------------------------------------

export function numbers(run) {
  const norms = run.grads.map(({ dW }) => normOf(dW));
  return {
    step: run.trained,
    loss: significant(run.loss, 3),
    right: rightOf(run.passes, run.t),
    n: run.t.length,
    first: significant(norms[0], 2),
    last: significant(norms.at(-1), 2),
    share: significant(norms[0] / norms.at(-1), 2),
    isLeft: norms.some((norm) => norm !== 0), // or the share would be 0/0
    layers: run.net.length,
  };
}

const product = (a, b) => `${significant(a, 2)}·${significant(b, 2)}`;

// What was touched, in numbers: a unit for the first point, or a weight and its next step; `form` is
// "is", or "short".
function formulaOf(run, { l, j, i }, rate, words, form) {
  if (l < 0) return "";
  const { W, b } = run.net[l];
  const { dW, dZ } = run.grads[l];
  const place = { l: l + 1, n: j + 1, j: subscript(j + 1), i: (i ?? 0) + 1 };
  if (i != null) {
    return fill(words[`weight_${form}`], {
      ...place,
      w: significant(W[i][j], 3),
      dw: significant(dW[i][j], 2),
      rate,
      next: significant(W[i][j] - rate * dW[i][j], 3),
    });
  }
  const z = run.passes.Z[l][0][j];
  const terms = run.passes.Y[l][0].map((y, k) => product(y, W[k][j]));
  const kind = l === run.net.length - 1 ? "score" : "unit";
  return fill(words[`${kind}_${form}`], {
    ...place,
    input: l === 0 ? "x" : "y",
    terms: [...terms, significant(b[j], 2)].join(" + ").replaceAll("+ −", "− "),
    z: significant(z, 3),
    name: words[run.activation],
    y: significant(run.passes.Y[l + 1][0][j], 3),
    dz: significant(signalOf(dZ, j), 2),
  });
}

// --- Pictures: many small ones, sixty times a second, so on <canvas> ---------------------------

const SIDE = 26; // a picture of the plane has so many squares a side
const REACH = 1.25; // the plane is shown in ±REACH
const GRID = range(SIDE * SIDE).map((k) => [
  REACH * ((2 * (k % SIDE) + 1) / SIDE - 1),
  REACH * (1 - (2 * Math.floor(k / SIDE) + 1) / SIDE),
]);
const FAINT = -7; // powers of ten below this are not drawn

// 0 … 1: how much is left of a gradient, on a logarithmic scale that ends at 10^FAINT and at 1.
export const strength = (gradient) =>
  clamp(1 - Math.log10(Math.abs(gradient) || 1e-99) / FAINT, 0, 1);

// An element with a canvas in it, drawn in real pixels; `draw(pen, width, height, ink)`.
function board({ label, height, keys, press, point = () => {} }, draw) {
  let inks = null; // until the page's colours change
  const surface = html("canvas", { "aria-hidden": "true" });
  const el = html(
    "div",
    { class: "cr-board", role: "button", tabindex: 0, "aria-label": label, translate: "no" },
    surface,
  );
  const pen = surface.getContext("2d");
  let width = 0;
  const size = () => {
    const tall = height(width);
    const dense = Math.min(devicePixelRatio || 1, 2);
    if (surface.width !== Math.round(width * dense) || surface.style.height !== `${tall}px`) {
      [surface.width, surface.height] = [Math.round(width * dense), Math.round(tall * dense)];
      surface.style.height = `${tall}px`;
    }
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    return tall;
  };
  const redraw = () => {
    if (!width) return;
    const tall = size();
    pen.clearRect(0, 0, width, tall);
    inks ??= inksOf(el);
    draw(pen, width, tall, inks);
  };
  const recolour = () => {
    inks = null;
    redraw();
  };
  const resize = (measured, then) => {
    if (Math.round(measured) === width) return;
    width = Math.round(measured);
    size();
    then();
  };
  // As the page is read, it only takes its place; it is drawn in the frame that shows it.
  const fit = (measured) => resize(measured, () => requestAnimationFrame(redraw));
  const observer = new ResizeObserver(([entry]) => resize(entry.contentRect.width, redraw));
  observer.observe(el);
  const at = (event) => {
    const box = surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top, width, box.height];
  };
  el.addEventListener("click", (event) => press(event.detail ? at(event) : null));
  el.addEventListener("pointermove", (event) => point(at(event)));
  el.addEventListener("keydown", (event) => {
    const isPress = event.key === "Enter" || event.key === " ";
    if (!isPress && !keys[event.key]) return;
    event.preventDefault();
    if (isPress) press(null);
    else keys[event.key]();
  });
  for (const name of ["focus", "blur"]) el.addEventListener(name, redraw);
  return { el, fit, redraw, recolour, unbind: () => observer.disconnect() };
}

// The page's colours, as [r, g, b] and as text.
function inksOf(el) {
  const style = getComputedStyle(el);
  const of = (name) => style.getPropertyValue(`--x-${name}`).trim();
  const inks = { ink: style.color, page: of("page"), muted: of("muted") };
  for (const name of ["value", "gradient", "green", "purple", "yellow"]) inks[name] = of(name);
  return inks;
}

const CLASS_INKS = ["green", "yellow", "purple"];
// What paints small pictures, enlarged: its canvas holds one of them at a time.
function brushOf() {
  const surface = html("canvas", { width: SIDE, height: SIDE });
  const mix = surface.getContext("2d", { willReadFrequently: true });
  return {
    rgb(colour) {
      mix.fillStyle = colour;
      return [1, 3, 5].map((k) => Number.parseInt(mix.fillStyle.slice(k, k + 2), 16));
    },
    paint(pen, image, x, y, size) {
      mix.putImageData(image, 0, 0);
      pen.drawImage(surface, x, y, size, size);
    },
  };
}

// A picture of the plane in the page's colour; `tint(k, add)` adds shares of other colours to square k.
function imageOf(page, tint) {
  const image = new ImageData(SIDE, SIDE);
  const { data } = image;
  let at = 0;
  const add = (colour, share) => {
    for (let c = 0; c < 3; c++) data[at + c] += share * (colour[c] - page[c]);
  };
  for (let k = 0; k < SIDE * SIDE; k++) {
    at = 4 * k;
    for (let c = 0; c < 3; c++) data[at + c] = page[c];
    data[at + 3] = 255;
    tint(k, add);
  }
  return image;
}

// The pictures of all units: of the inputs, of every layer, and of the classes.
function images(run, inks, { rgb }) {
  const { Y } = forward(run.net, GRID, run.activation);
  const page = rgb(inks.page);
  const [positive, negative] = [rgb(inks.value), rgb(inks.muted)];
  const classes = CLASS_INKS.map((name) => rgb(inks[name]));
  const signed = (rows, j) => {
    let most = 1;
    for (const row of rows) most = Math.max(most, Math.abs(row[j]));
    return imageOf(page, (k, add) => {
      const value = rows[k][j];
      add(value < 0 ? negative : positive, (0.9 * Math.abs(value)) / most);
    });
  };
  const units = Y.slice(0, -1).map((rows) => rows[0].map((_, j) => signed(rows, j)));
  const last = Y.at(-1);
  const chances = last[0].map((_, c) =>
    imageOf(page, (k, add) => add(classes[c], 0.85 * last[k][c])),
  );
  const regions = imageOf(page, (k, add) => {
    for (let c = 0; c < last[k].length; c++) add(classes[c], 0.55 * last[k][c]);
  });
  return { units: [...units, chances], regions };
}

// A circle, a square or a triangle, by class.
function mark(pen, c, x, y, r) {
  pen.beginPath();
  if (c === 0) pen.arc(x, y, r, 0, 2 * Math.PI);
  else if (c === 1) pen.rect(x - r, y - r, 2 * r, 2 * r);
  else {
    pen.moveTo(x, y - 1.3 * r);
    pen.lineTo(x + 1.2 * r, y + r);
    pen.lineTo(x - 1.2 * r, y + r);
    pen.closePath();
  }
}

function drawRegions(pen, size, inks, brush, run, image, cross) {
  const at = scale([-REACH, REACH], [0, size]);
  const up = scale([-REACH, REACH], [size, 0]);
  pen.imageSmoothingEnabled = true;
  brush.paint(pen, image, 0, 0, size);
  const r = Math.max(2.6, size / 75);
  for (const [n, [x, y]] of run.X.entries()) {
    mark(pen, run.t[n], at(x), up(y), n === 0 ? 1.5 * r : r);
    pen.fillStyle = inks[CLASS_INKS[run.t[n]]];
    pen.strokeStyle = n === 0 ? inks.ink : inks.page;
    pen.lineWidth = n === 0 ? 2 : 1;
    pen.fill();
    pen.stroke();
  }
  if (!cross) return;
  pen.strokeStyle = inks.ink;
  pen.lineWidth = 2;
  pen.beginPath();
  const [x, y] = [at(cross[0]), up(cross[1])];
  for (const [dx, dy] of [
    [9, 0],
    [0, 9],
  ]) {
    pen.moveTo(x - dx, y - dy);
    pen.lineTo(x + dx, y + dy);
  }
  pen.stroke();
}

// Where the units stand: column 0 are the inputs, the last are the classes.
export function places(sizes, width, height) {
  const [top, bottom] = [20, height - 20];
  const pitch = (width - 40) / (sizes.length - 1);
  const most = Math.max(...sizes, 4);
  const row = (bottom - top) / most;
  const tile = clamp(Math.min(0.52 * pitch, row - 7), 12, 38);
  const middle = (top + bottom) / 2;
  const columns = sizes.map((n, c) =>
    range(n).map((j) => [20 + c * pitch, middle + (j - (n - 1) / 2) * row]),
  );
  return { tile, columns };
}

// How far down the line from y0 to y1 is at the share u of its way.
const bend = (y0, y1, u) => y0 + (y1 - y0) * u * u * (3 - 2 * u);

const sizesOf = ({ net }) => [2, ...net.map(({ b }) => b.length)];

// What lies at [x, y] of the picture: a unit { l, j }, a weight { l, j, i }, or null.
export function touched(sizes, [x, y], width, height) {
  const { tile, columns } = places(sizes, width, height);
  for (const [c, units] of columns.entries()) {
    const j = units.findIndex(
      ([ux, uy]) => Math.abs(x - ux) <= tile / 2 + 2 && Math.abs(y - uy) <= tile / 2 + 3,
    );
    if (j >= 0) return c ? { l: c - 1, j, i: null } : null;
  }
  let [best, nearest] = [null, 6];
  for (let l = 0; l + 1 < columns.length; l++) {
    const [x0, x1] = [columns[l][0][0] + tile / 2, columns[l + 1][0][0] - tile / 2];
    if (x < x0 || x > x1) continue;
    for (const [i, [, y0]] of columns[l].entries()) {
      for (const [j, [, y1]] of columns[l + 1].entries()) {
        const far = Math.abs(y - bend(y0, y1, (x - x0) / (x1 - x0)));
        if (far < nearest) [best, nearest] = [{ l, j, i }, far];
      }
    }
  }
  return best;
}

// Lines that look alike are one stroke, which is faster. [k, [[l, i, j], …]]: a weight's size is |k|/FINE,
// its sign that of k (no weight is 0 here); of a gradient k/FINE is left. Sizes end at MOST_WIDE.
const FINE = 8;
const MOST_WIDE = 3.3;

function sorted({ net, grads }, show) {
  const [weights, gradients] = [new Map(), new Map()];
  const put = (map, k, line) => {
    if (map.has(k)) map.get(k).push(line);
    else map.set(k, [line]);
  };
  for (const [l, { W }] of net.entries()) {
    for (const [i, row] of W.entries()) {
      for (const [j, w] of row.entries()) {
        const size = 1 + Math.round(FINE * Math.min(Math.abs(w), MOST_WIDE));
        if (show !== "backward") put(weights, w < 0 ? -size : size, [l, i, j]);
        const left = Math.round(FINE * strength(grads[l].dW[i][j]));
        if (show !== "forward" && left > 0) put(gradients, left, [l, i, j]);
      }
    }
  }
  return { weights, gradients };
}

function drawNetwork(pen, width, height, inks, brush, run, pictures, { show, chosen }) {
  const sizes = sizesOf(run);
  const { tile, columns } = places(sizes, width, height);
  const half = tile / 2;
  const curve = ([x0, y0], [x1, y1], down) => {
    const [a, b] = [x0 + half, x1 - half];
    pen.moveTo(a, y0 + down);
    pen.bezierCurveTo(a + (b - a) / 3, y0 + down, b - (b - a) / 3, y1 + down, b, y1 + down);
  };
  const apart = show === "both" ? 1.5 : 0;
  const { weights, gradients } = sorted(run, show);
  for (const [k, lines] of weights) {
    const size = Math.abs(k) / FINE;
    pen.strokeStyle = k < 0 ? inks.muted : inks.value;
    pen.globalAlpha = Math.min(0.15 + 0.5 * size, 0.9);
    pen.lineWidth = 0.4 + 1.1 * size;
    pen.setLineDash(k < 0 ? [4, 3] : []);
    pen.beginPath();
    for (const [l, i, j] of lines) curve(columns[l][i], columns[l + 1][j], -apart);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.strokeStyle = inks.gradient;
  for (const [k, lines] of gradients) {
    const left = k / FINE;
    pen.globalAlpha = (apart ? 0.6 : 1) * Math.min(0.1 + left, 0.95); // what lies below shows through
    pen.lineWidth = 0.3 + (apart ? 2 : 3) * left * left;
    pen.beginPath();
    for (const [l, i, j] of lines) curve(columns[l][i], columns[l + 1][j], apart);
    pen.stroke();
  }
  pen.globalAlpha = 1;
  if (chosen.l >= 0 && chosen.i != null) {
    pen.strokeStyle = inks.ink;
    pen.lineWidth = 3;
    pen.beginPath();
    curve(columns[chosen.l][chosen.i], columns[chosen.l + 1][chosen.j], 0);
    pen.stroke();
  }
  for (const [c, units] of columns.entries()) {
    for (const [j, [x, y]] of units.entries()) {
      brush.paint(pen, pictures.units[c][j], x - half, y - half, tile);
      const isChosen = chosen.l === c - 1 && chosen.j === j && c > 0;
      pen.strokeStyle = isChosen ? inks.ink : inks.muted;
      pen.lineWidth = isChosen ? 3 : 1;
      pen.strokeRect(x - half, y - half, tile, tile);
      if (c === 0 || show === "forward") continue;
      // The signal ∂L/∂z of the unit: a bar below it, full for 1, empty for 10^FAINT.
      const left = strength(signalOf(run.grads[c - 1].dZ, j));
      pen.fillStyle = inks.gradient;
      pen.fillRect(x + half - tile * left, y + half + 1, tile * left, 4);
    }
  }
  pen.fillStyle = inks.ink;
  pen.font = "12px sans-serif";
  pen.textAlign = "center";
  for (const [c, units] of columns.entries()) {
    const name = c === 0 ? "x" : c === columns.length - 1 ? "y" : `${c}`;
    pen.fillText(name, units[0][0], height - 3);
  }
}

// The curves: the loss over the steps so far, and ‖∂L/∂W‖ of each layer now.
const TALL = 132;
const LOW = 112; // of the short form

function curves(width, tall, run, words) {
  const [left, right] = [30, width - 4];
  const middle = left + 0.5 * (right - left);
  const end = Math.max(50, run.trained);
  const across = scale([0, end], [left, middle - 14]);
  const most = Math.max(1.2, ...run.losses.map(([, loss]) => Math.min(loss, 4)));
  const up = scale([0, most], [tall - 22, 24]);
  const reached = isLost(run) ? run.losses : [...run.losses, [run.trained, run.loss]];
  const points = reached.map(([step, loss]) => [across(step), up(Math.min(loss, most))]);
  const norms = run.grads.map(({ dW }) => normOf(dW));
  const beside = scale([0, norms.length + 1], [middle + 34, right]);
  const power = (norm) => clamp(Math.log10(norm || 1e-99), FAINT, 1);
  const high = scale([FAINT, 1], [tall - 22, 24]);
  const dots = norms.flatMap((norm, l) =>
    Number.isFinite(norm) ? [[beside(l + 1), high(power(norm))]] : [],
  );
  const dot =
    (name) =>
    ([cx, cy]) =>
      svg("circle", { class: name, cx, cy, r: 3.5 });
  return [
    text(words.loss, left, 12, { class: "cr-value" }),
    ...leftAxis(up, [0, 1], left, middle - 14),
    ...bottomAxis(across, [0, [end, `${end}`]], tall - 22),
    svg("path", { class: "cr-curve cr-value", d: line(points) }),
    ...points.slice(-1).map(dot("cr-value")),
    text(words.norms, middle + 10, 12, { class: "cr-gradient" }),
    ...leftAxis(high, powersOfTen(-6, 0, 3), middle + 34, right),
    ...bottomAxis(beside, [1, norms.length], tall - 22),
    svg("path", { class: "cr-curve cr-gradient", d: line(dots) }),
    ...dots.map(dot("cr-gradient")),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const PLAIN = { data: "spirals", classes: 2, units: 8, scale: 1, extra: [], show: "both" };
const DEEP = { ...PLAIN, layers: 6, scale: 1.4, rate: 4 };
const STORY = {
  what_if: {
    learns: { ...PLAIN, layers: 2, activation: "tanh", rate: 6 },
    dies: { ...PLAIN, layers: 6, activation: "sigmoid", rate: 6, show: "backward" },
    arrives: { ...DEEP, activation: "relu", show: "backward" },
    too_fast: { ...PLAIN, layers: 2, activation: "relu", scale: 1.4, rate: 8 },
  },
};
const is =
  (settings) =>
  ({ now }) =>
    Object.keys(settings).every((key) => now[key] === settings[key]);
// What some steps set as they begin: their sentences are about a network before its first step.
const AT_FIRST = { playing: false, trained: 0 };
const LEAP = 1.5; // a loss that is so many times as large has leapt
// Whether a point has been added. After a hundred, each takes the place of another: no use in counting.
const isFresh = ({ now, start }) => now.extra.length > 0 && !isSame(now.extra, start.extra);
// Each is done by the plain states now and when it began, and by the run.
const STEPS = [
  {
    key: "learn",
    done: ({ now, start, run }) =>
      now.layers > 1 &&
      now.trained >= Math.max(300, start.trained + 100) &&
      run.loss < run.losses[0]?.[1] / 2,
  },
  {
    key: "die",
    sets: { ...AT_FIRST, layers: 2, activation: "tanh" },
    done: is({ layers: 6, activation: "sigmoid" }),
  },
  {
    key: "arrive",
    sets: { ...DEEP, ...AT_FIRST, activation: "sigmoid" },
    done: is({ layers: 6, activation: "relu" }),
  },
  {
    key: "fool",
    sets: { ...STORY.what_if.learns, ...AT_FIRST },
    done: ({ now, start, run }) => isFresh({ now, start }) && run.leap >= LEAP,
  },
];

// The steps, which may ask the run.
function stepsOf(model, words, runNow) {
  const asking = ({ done, ...step }) => ({
    ...step,
    done: (states) => done({ ...states, run: runNow() }),
  });
  return steps(model, words, STEPS.map(asking));
}

const NOTHING = { l: -1, j: 0, i: null }; // no unit and no weight is touched
// Whether the network has the unit or the weight that was touched, or nothing was.
const has = ({ net }, { l, j, i }) =>
  l < 0 || (l < net.length && j < net[l].b.length && (i ?? 0) < net[l].W.length);
const FEW = 50; // steps at once, for who wants no motion
const EACH = 4; // steps in a frame, if they take no longer than
const BUDGET = 4; // milliseconds
const SLOW = 200; // so many steps of the short form are shown one by one
const SHOWN = 300; // steps that the short form has done where it may not play
const RELU_RATE = RATES.indexOf(0.3); // the short form's: at 1, all units of four layers or more die
const LATE = 20; // milliseconds from one frame to the next, on a slow machine
const TOLD = 250; // milliseconds between two reports of a run to the model

function render({ model, el }) {
  const words = wordsOf(model);
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const compact = model.get("compact");
  let run = newRun(model);
  let chosen = NOTHING;
  let cross = [0, 0];
  let [isSeen, frame, before, told, isOwn] = [true, 0, 0, 0, false];
  let [isHeld, letGo] = [null, NOTHING]; // by a press; by a second one, or Escape
  let isUntouched = true;
  const rate = () => RATES[compact && run.activation === "relu" ? RELU_RATE : model.get("rate")];

  // --- Pictures
  // Those of the plane are slow to compute: on a slow machine they wait, three times as long as they took.
  const brush = brushOf();
  let pictures = null;
  let [drawn, cost] = [0, 0];
  const picturesNow = (inks) => {
    if (pictures) return pictures;
    const begun = performance.now();
    pictures = images(run, inks, brush);
    drawn = performance.now();
    cost = drawn - begun;
    return pictures;
  };
  const choose = (next) => {
    chosen = next ?? NOTHING;
    isHeld = null;
    if (next) isUntouched = false;
    network.redraw();
    tell();
  };
  const release = () => {
    letGo = chosen;
    choose(null);
  };
  const by = (dl, dj) => () => {
    const sizes = sizesOf(run).slice(1);
    const l = clamp(chosen.l + (chosen.l < 0 ? 1 : dl), 0, sizes.length - 1);
    const j = clamp(chosen.l < 0 ? 0 : chosen.j + dj, 0, sizes[l] - 1);
    choose({ l, j, i: null });
  };
  const network = board(
    {
      label: words.network,
      height: (width) => (width < 400 ? (compact ? 144 : 230) : 320),
      keys: { ArrowLeft: by(-1, 0), ArrowRight: by(1, 0), ArrowUp: by(0, -1), ArrowDown: by(0, 1) },
      // A press holds what lies there, and a second one lets it go; Enter goes through the weights
      // of the unit, and back to it.
      press(place) {
        if (place) {
          const [x, y, width, height] = place;
          const found = touched(sizesOf(run), [x, y], width, height);
          if (isHeld && isSame(found, isHeld)) return release();
          choose(found);
          isHeld = found;
          return;
        }
        if (chosen.l < 0) return by(0, 0)();
        const { l, j, i } = chosen;
        const next = i == null ? 0 : i + 1;
        choose({ l, j, i: next < run.net[l].W.length ? next : null });
      },
      point([x, y, width, height]) {
        if (isHeld) return;
        const found = touched(sizesOf(run), [x, y], width, height);
        if (isSame(found, letGo)) return; // until the pointer has been elsewhere
        letGo = NOTHING;
        if (!isSame(found ?? NOTHING, chosen)) choose(found);
      },
    },
    (pen, width, height, inks) =>
      drawNetwork(pen, width, height, inks, brush, run, picturesNow(inks), {
        show: model.get("show"),
        chosen,
      }),
  );
  const shift = (dx, dy) => () => {
    cross = [clamp(cross[0] + dx, -1.2, 1.2), clamp(cross[1] + dy, -1.2, 1.2)];
    region.redraw();
  };
  const region = board(
    {
      label: words.region,
      height: (width) => width,
      keys: {
        ArrowLeft: shift(-0.1, 0),
        ArrowRight: shift(0.1, 0),
        ArrowUp: shift(0, 0.1),
        ArrowDown: shift(0, -0.1),
      },
      press(place) {
        if (!place) return addPoint(model, run, cross);
        const [x, y, width] = place;
        addPoint(model, run, [(REACH * (2 * x)) / width - REACH, REACH - (REACH * 2 * y) / width]);
      },
    },
    (pen, width, _, inks) =>
      drawRegions(
        pen,
        width,
        inks,
        brush,
        run,
        picturesNow(inks).regions,
        region.el.matches(":focus-visible") && cross,
      ),
  );
  // The sentence is written with the curves: both count the steps.
  const tall = compact ? LOW : TALL;
  const plot = canvas(model, [], { label: words.curves, height: tall }, (width) => {
    say();
    return curves(width, tall, run, words);
  });
  const beside = () => {
    pictures = null;
    region.redraw();
    plot.redraw();
  };
  const all = () => {
    beside();
    network.redraw();
  };
  // A frame of a slow machine has time for the lines, or for the plane and the curves.
  const inTurns = () => (performance.now() - drawn >= 3 * cost ? beside() : network.redraw());

  // --- Sentences: a run would read itself aloud without end, so they are live only while it pauses.
  const status = html("p", { class: "cr-report" });
  const formula = html("p", { class: "cr-touched", "aria-live": "polite" });
  formula.classList.toggle("cr-chosen", compact); // so that a phone shows it, too
  const share = (values) => fill(values.isLeft ? words.arrives_is : words.none_left, values);
  const form = compact ? "short" : "is";
  function say() {
    const values = numbers(run);
    const now = fill(isLost(run) ? words[`lost_${form}`] : words.status, values);
    status.textContent = compact || isLost(run) ? now : `${now} ${share(values)}`;
  }
  function tell() {
    if (!mayPlay()) say();
    const hint = () => (isUntouched || isLost(run) ? words.hint : share(numbers(run)));
    const other = compact ? hint() : words.touch;
    formula.textContent = formulaOf(run, chosen, rate(), words, form) || other;
  }

  // --- Learning
  const report = () => {
    told = performance.now();
    isOwn = true;
    setState(model, { trained: run.trained });
    isOwn = false;
    tell();
  };
  const learn = (count) => {
    for (let k = 0; k < count && run.trained < MOST && !isLost(run); k++) advance(run, rate());
  };
  const frameOfRun = (isLate) => {
    const begun = performance.now();
    const each = compact && run.trained < SLOW ? 1 : EACH;
    for (let k = 0; k < each && performance.now() - begun < BUDGET; k++) learn(1);
    if (isLate) inTurns();
    else all();
    if (performance.now() - told > TOLD) report();
    if (run.trained >= MOST || isLost(run)) setState(model, { playing: false });
  };
  const tick = (now) => {
    frame = 0;
    const isLate = now - before > LATE;
    before = now;
    if (!mayPlay()) {
      all();
      return report();
    }
    // The next frame comes even if this one fails: or the run would stand still, and its button say
    // "Pause". The last one draws all, and tells.
    try {
      frameOfRun(isLate);
    } finally {
      frame = requestAnimationFrame(tick);
    }
  };
  const mayPlay = () => model.get("playing") && isSeen && !document.hidden;
  const play = () => {
    if (mayPlay()) frame ||= requestAnimationFrame(tick);
  };
  const row = buttons(
    [words.play, () => (isStill ? some(FEW) : setState(model, { playing: !model.get("playing") }))],
    [words.once, () => some(1)],
    [words.reset, reset],
  );
  function reset() {
    release();
    setState(model, { playing: false, extra: [], trained: 0 });
  }
  const some = (count) => {
    setState(model, { playing: false });
    learn(count);
    all();
    report();
  };
  const showPlay = () => {
    const { playing } = getState(model, ["playing"]);
    row.el.firstChild.textContent = isStill ? words.few : playing ? words.pause : words.play;
    formula.setAttribute("aria-live", playing ? "off" : "polite");
  };
  const renew = () => {
    const reached = run.trained;
    const wanted = model.get("trained");
    const isOther = run.settings !== JSON.stringify(getState(model, SETTINGS));
    run = newRun(model);
    if (!isOther && wanted !== reached) learn(wanted); // as Python, or "Start again", says
    if (!has(run, chosen)) [chosen, isHeld, letGo] = [NOTHING, null, NOTHING];
    all();
    report();
    told = 0; // its first steps are told at once: the model must know that there is something to reset
  };
  const withPoint = () => {
    if (model.get("extra").length) isUntouched = false;
    takePoints(model, run);
    all();
    tell();
  };
  const observer = new IntersectionObserver(([entry]) => {
    isSeen = entry.isIntersecting;
    play();
  });
  observer.observe(network.el);
  document.addEventListener("visibilitychange", play);
  const recolour = () => {
    pictures = null;
    network.recolour();
    region.recolour();
  };
  const theme = new MutationObserver(recolour); // the reader's choice of light or dark
  const scheme = matchMedia("(prefers-color-scheme: dark)"); // the system's
  scheme.addEventListener("change", recolour);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const unwatch = [
    watch(model, [...SETTINGS, "trained"], () => queueOnce(renew)),
    watch(model, ["extra"], withPoint),
    watch(model, ["playing"], () => {
      showPlay();
      play();
    }),
    watch(model, ["show", "rate"], () => {
      network.redraw();
      tell();
    }),
  ];
  // Several settings that change at once make one new run.
  let isQueued = false;
  function queueOnce(act) {
    if (isOwn || isQueued) return;
    isQueued = true;
    queueMicrotask(() => {
      isQueued = false;
      act();
    });
  }
  const isShown = isStill && compact && model.get("playing");
  if (isStill) setState(model, { playing: false });
  showPlay();
  if (isShown) {
    learn(SHOWN);
    report();
  } else tell();

  // --- Controls
  const numbersOf = (values) => values.map((value) => [value, value]);
  const parts = {
    presets: presets(model, STORY, words),
    steps: stepsOf(model, words, () => run),
    row,
    show: choice(model, "show", {
      label: words.show,
      options: named(words, ["both", "forward", "backward"]),
    }),
    activation: choice(model, "activation", {
      label: words.by,
      options: named(words, Object.keys(ACTIVATIONS)),
    }),
    layers: slider(model, "layers", { label: words.layers, min: 1, max: 6 }),
    units: slider(model, "units", { label: words.units, min: 2, max: 8 }),
    rate: slider(model, "rate", {
      label: words.rate,
      min: 0,
      max: RATES.length - 1,
      text: (k) => rounded(RATES[k]),
    }),
    scale: slider(model, "scale", { label: words.scale, min: 0.1, max: 4, step: 0.1 }),
    data: choice(model, "data", {
      label: words.data,
      options: named(words, ["spirals", "rings", "clouds"]),
    }),
    classes: choice(model, "classes", { label: words.classes, options: numbersOf([2, 3]) }),
    network,
    region,
    plot,
    ending: {
      unbind() {
        cancelAnimationFrame(frame);
        observer.disconnect();
        theme.disconnect();
        scheme.removeEventListener("change", recolour);
        document.removeEventListener("visibilitychange", play);
        for (const end of unwatch) end();
      },
    },
  };
  const picture = html("div", { class: "cr-network" }, network, region, plot);
  const grid = (...controls) => html("div", { class: "cr-settings" }, ...controls);
  const small = [row, parts.activation, parts.layers, parts.show];
  const children = compact
    ? [grid(...small), picture, status, formula]
    : [
        ...(model.get("guided") ? [parts.steps] : []),
        held(picture),
        row,
        status,
        formula,
        parts.presets,
        grid(
          parts.show,
          parts.activation,
          parts.layers,
          parts.units,
          parts.rate,
          parts.scale,
          parts.data,
          parts.classes,
        ),
      ];
  if (compact)
    for (const name of ["steps", "presets", "units", "rate", "scale", "data", "classes"])
      delete parts[name];
  el.classList.toggle("cr-compact", compact);
  el.addEventListener("keydown", ({ key }) => key === "Escape" && release());
  const unmount = mount(
    el,
    { ...words, caption: compact ? "" : words.caption },
    parts,
    ...children,
  );
  play();
  return unmount;
}

const explorable = { name: "Network", render };
export default explorable;
