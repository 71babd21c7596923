import {
  canvas,
  cells,
  choice,
  fill,
  getState,
  liveText,
  mount,
  named,
  panels,
  presets,
  range,
  sentences,
  setState,
  slider,
  stepper,
  sum,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const SIDE = 4;

// How many patches fit along a side, and whether they cover it exactly.
export function fit({ size, stride, pad }) {
  const room = SIDE + 2 * pad - size;
  return { out: Math.floor(room / stride) + 1, exact: room % stride === 0 };
}

// The pixel at row i, column j of the image, null for the padding around it.
const pixelAt = (i, j) => (i >= 0 && i < SIDE && j >= 0 && j < SIDE ? i * SIDE + j : null);

// Which pixel stands at row n, column k of the table: a list of rows.
export function pixels({ size, stride, pad }) {
  const { out } = fit({ size, stride, pad });
  return range(out * out).map((n) => {
    const [top, left] = [Math.floor(n / out) * stride - pad, (n % out) * stride - pad];
    return range(size * size).map((k) => pixelAt(top + Math.floor(k / size), left + (k % size)));
  });
}

// The numbers in the table. As a pixel holds its own number, im2col(x) is the table of pixels, with the
// zeros of the padding.
export function tableOf(state) {
  const columns = state.size ** 2;
  const number = {
    col: (pixel) => pixel ?? 0,
    ones: () => 1,
    counted: (_, n, k) => n * columns + k + 1,
  }[state.table];
  return pixels(state).map((row, n) => row.map((pixel, k) => number(pixel, n, k)));
}

// Where a pixel stands in the table: [row, the number there].
export function placesOf(state, pixel) {
  const numbers = tableOf(state);
  return pixels(state).flatMap((row, n) =>
    row.flatMap((p, k) => (p === pixel ? [[n, numbers[n][k]]] : [])),
  );
}

const total = (places) => sum(places.map(([, number]) => number));

// col2im of the table: each number is added to the pixel it came from.
export function back(state) {
  return range(SIDE).map((i) => range(SIDE).map((j) => total(placesOf(state, pixelAt(i, j)))));
}

// The chosen patch, or the last one there is.
export const chosen = (state) => Math.min(state.patch, fit(state).out ** 2 - 1);

export function numbers(state) {
  const { out } = fit(state);
  const n = chosen(state);
  const places = placesOf(state, state.pixel);
  return {
    ...state,
    side: SIDE,
    out,
    rows: places.map(([row]) => row).join(", "),
    n,
    i: Math.floor(n / out),
    j: n % out,
    numbers: tableOf(state)[n].join(", "),
    count: places.length,
    terms: places.map(([, number]) => number).join(" + "),
    sum: total(places),
  };
}

// --- The picture -----------------------------------------------------------------------------

const TOP = 24;
const HEADING = 32;

// Where things are, at a width: the image on the left with its result below it, or, on a narrow page,
// beside it and the table below both. The image has room for its padding.
function layout(width) {
  const wide = width >= 480;
  const cell = wide ? 32 : Math.min(30, Math.floor((width - 4) / (SIDE + 6.8)));
  const below = TOP + (SIDE + 2) * cell + HEADING;
  return {
    cell,
    image: { x: 2 + cell, y: TOP + cell },
    result: wide ? { x: 2 + cell, y: below } : { x: 2 + 6.8 * cell, y: TOP + cell },
    table: wide ? { x: 2 + 6 * cell + 44, y: TOP } : { x: 26, y: below },
    tall: 25 * (wide ? 17 : 15), // the table, which has 25 rows at most
  };
}

const heightOf = (width) => layout(width).table.y + layout(width).tall + 4;

// What lies on the cells lets the pointer through.
function outline(kind, x, y, width, height, rx = 0) {
  const box = { x, y, width, height, rx };
  return svg("rect", { class: `cr-${kind}`, ...box, "pointer-events": "none" });
}

// A ring within a cell.
function ring(x, y, width, height) {
  const [w, h] = [Math.min(width - 3, 34), Math.min(height - 3, 26)];
  return outline("winner", x + (width - w) / 2, y + (height - h) / 2, w, h, h / 2);
}

// How a cell is tinted that holds a pixel or, in grey, padding (null); darker within the chosen patch.
function tint(ink, isInside, pixel) {
  if (pixel === null) return { ink: "muted", share: isInside ? 0.9 : 0.4 };
  return { ink, share: isInside ? 0.6 : 0 };
}

// What a cell chooses under the pointer.
const chooses = (patch, pixel) => ({
  "data-patch": patch,
  "data-pixel": pixel,
  cursor: "pointer",
});

const heading = (label, { x, y }, ink) => text(label, x, y - 8, { class: `cr-${ink}` });

// The chosen patch: where it lies, what is inside it, and its outline on an image.
function patchOf(state, cell) {
  const { size, stride, pad } = state;
  const { out } = fit(state);
  const n = chosen(state);
  const [top, left] = [Math.floor(n / out) * stride - pad, (n % out) * stride - pad];
  return {
    n,
    // The patch that begins at a place, or the last one before it.
    at(i, j) {
      const along = (place) => Math.min(out - 1, Math.floor((place + pad) / stride));
      return along(i) * out + along(j);
    },
    contains: (i, j) => i >= top && i < top + size && j >= left && j < left + size,
    // As far as it lies in `low` … `high` pixels, down and across.
    outline({ x, y }, low, high) {
      const [l, t] = [left, top].map((start) => Math.max(low, start));
      const [r, b] = [left, top].map((start) => Math.min(high, start + size));
      return outline("frame", x + l * cell, y + t * cell, (r - l) * cell, (b - t) * cell);
    },
  };
}

const ringAround = (pixel, { x, y }, cell) =>
  ring(x + (pixel % SIDE) * cell, y + Math.floor(pixel / SIDE) * cell, cell, cell);

// The image with its padding, pixels that no patch covers crossed out.
function drawImage(state, { cell, image }, patch, words) {
  const { pad, pixel } = state;
  const side = range(SIDE + 2 * pad).map((i) => i - pad);
  const places = side.map((i) => side.map((j) => [i, j]));
  const outer = { x: image.x - pad * cell, y: image.y - pad * cell };
  const covered = pixels(state).flat();
  const isLost = ([i, j]) => pixelAt(i, j) !== null && !covered.includes(pixelAt(i, j));
  const cross = ([i, j]) => {
    const [x, y] = [image.x + j * cell, image.y + i * cell];
    const d = `M${x} ${y}l${cell} ${cell}m${-cell} 0l${cell} ${-cell}`;
    return svg("path", { class: "cr-border", d, "pointer-events": "none" });
  };
  return [
    heading(words.title_x, outer, "value"),
    ...cells(places, {
      ...outer,
      size: cell,
      format: ([i, j]) => ({
        text: pixelAt(i, j) ?? 0,
        ...tint("value", patch.contains(i, j), pixelAt(i, j)),
        ...chooses(patch.at(i, j), pixelAt(i, j)),
      }),
    }),
    ...places.flat().filter(isLost).map(cross),
    patch.outline(image, -pad, SIDE + pad),
    ringAround(pixel, image, cell),
  ];
}

// The table, its rows numbered, with a ring around each copy of the chosen pixel.
function drawTable(state, width, { table: corner, tall }, patch, ink, title) {
  const columns = state.size ** 2;
  const entries = tableOf(state);
  const which = pixels(state);
  const h = Math.min(36, Math.floor(tall / entries.length));
  const w = Math.min(44, Math.floor((width - corner.x - 4) / columns));
  const rings = which.flatMap((row, r) =>
    row.flatMap((pixel, k) =>
      pixel === state.pixel ? [ring(corner.x + k * w, corner.y + r * h, w, h)] : [],
    ),
  );
  const end = { class: "cr-tick", "text-anchor": "end" };
  return [
    heading(title, corner, ink),
    ...entries.map((_, r) => text(r, corner.x - 7, corner.y + (r + 0.5) * h + 4.5, end)),
    ...cells(entries, {
      ...corner,
      size: h,
      width: w,
      format: (_, r, k) => ({
        ...tint(ink, r === patch.n, which[r][k]),
        ...chooses(r, which[r][k]),
      }),
    }),
    ...rings,
    outline("frame", corner.x, corner.y + patch.n * h, columns * w, h),
  ];
}

// The result of col2im.
function drawResult(state, { cell, result }, patch, ink, title) {
  return [
    heading(title, result, ink),
    ...cells(back(state), {
      ...result,
      size: cell,
      format: (_, i, j) => ({
        ...tint(ink, patch.contains(i, j), pixelAt(i, j)),
        ...chooses(patch.at(i, j), pixelAt(i, j)),
      }),
    }),
    patch.outline(result, 0, SIDE),
    ringAround(state.pixel, result, cell),
  ];
}

function picture(width, state, words) {
  const places = layout(width);
  const patch = patchOf(state, places.cell);
  const isColumns = state.table === "col";
  const ink = isColumns ? "value" : "gradient";
  const name = isColumns ? "col" : "c";
  return [
    ...drawImage(state, places, patch, words),
    ...drawTable(state, width, places, patch, ink, words[`title_${name}`]),
    ...drawResult(state, places, patch, ink, words[`title_back_${name}`]),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const WINDOWS = ["size", "stride", "pad"];
const NAMES = [...WINDOWS, "table", "patch", "pixel"];

const STORY = {
  show: {
    tiles: { size: 2, stride: 2, pad: 0, table: "col" },
    overlap: { size: 2, stride: 1, pad: 0, table: "ones" },
    ring: { size: 2, stride: 1, pad: 1, table: "ones" },
    gradients: { size: 3, stride: 1, pad: 0, table: "counted" },
    left: { size: 3, stride: 2, pad: 0, table: "ones" },
  },
};

// A cell under the pointer chooses its patch and its pixel: a mouse by hovering, a finger by touching.
// A mouse that rests does not choose again when the cells below it are drawn anew.
function choosePointed(model, el) {
  const choose = ({ target }) => {
    const { patch, pixel } = target.closest("[data-patch]")?.dataset ?? {};
    const changes = Object.entries({ patch, pixel })
      .filter(([name, value]) => value !== undefined && model.get(name) !== Number(value))
      .map(([name, value]) => [name, Number(value)]);
    if (changes.length) setState(model, Object.fromEntries(changes));
  };
  el.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && (event.movementX || event.movementY)) choose(event);
  });
  el.addEventListener("click", choose);
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const last = () => fit(state()).out ** 2 - 1;
  const pick = (name, options) => choice(model, name, { label: words[name], options });
  const parts = {
    presets: presets(model, STORY, words),
    size: pick("size", [
      [2, "2×2"],
      [3, "3×3"],
    ]),
    stride: pick("stride", named(words, [1, 2, 3])),
    pad: pick("pad", named(words, [0, 1])),
    table: pick("table", named(words, ["col", "ones", "counted"])),
    patch: slider(model, "patch", { label: words.patch, min: 0, max: last, others: WINDOWS }),
    stepper: stepper(model, "patch", { max: last, others: WINDOWS, words }),
    pixel: slider(model, "pixel", { label: words.pixel, min: 0, max: SIDE * SIDE - 1 }),
    fits: liveText(model, WINDOWS, { class: "cr-note", live: true }, () => {
      const { out, exact } = fit(state());
      const sizes = { ...numbers(state()), rows: out * out, columns: model.get("size") ** 2 };
      return fill(exact ? words.fits : words.refused, sizes);
    }),
    patchIs: say("patch_is", { class: "cr-formula", live: true }),
    pixelIs: say(({ count }) => ["pixel_never", "pixel_once"][count] ?? "pixel_is", {
      class: "cr-note",
      live: true,
    }),
    picture: canvas(model, NAMES, { label: words.picture, height: heightOf }, (width) =>
      picture(width, state(), words),
    ),
  };
  choosePointed(model, parts.picture.el);
  return mount(
    el,
    words,
    parts,
    parts.presets,
    panels(
      [parts.size, parts.stride, parts.pad, parts.table],
      [parts.patch, parts.stepper, parts.pixel],
    ),
    parts.fits,
    parts.patchIs,
    parts.pixelIs,
    parts.picture,
  );
}

const explorable = { name: "PatchesAsRows", render };
export default explorable;
