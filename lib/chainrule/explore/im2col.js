import {
  assemble,
  canvas,
  cells,
  choice,
  fill,
  html,
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

export const SIDE = 4;

// How many patches fit along a side, and whether they cover it exactly.
export function fit({ size, stride, pad }) {
  const room = SIDE + 2 * pad - size;
  return { out: Math.floor(room / stride) + 1, exact: room % stride === 0 };
}

// The pixel at row i, column j of the image, null for the padding around it.
const pixelAt = (i, j) => (i >= 0 && i < SIDE && j >= 0 && j < SIDE ? i * SIDE + j : null);

const range = (n) => Array.from({ length: n }, (_, i) => i);

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

const sum = (places) => places.reduce((total, [, number]) => total + number, 0);

// col2im of the table: each number is added to the pixel it came from.
export function back(state) {
  return range(SIDE).map((i) => range(SIDE).map((j) => sum(placesOf(state, pixelAt(i, j)))));
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
    sum: sum(places),
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

function picture(width, state, words) {
  const { size, stride, pad, pixel, table } = state;
  const { cell, image, result, table: corner, tall } = layout(width);
  const { out } = fit(state);
  const n = chosen(state);
  const which = pixels(state);
  const entries = tableOf(state);
  const ink = table === "col" ? "value" : "gradient";
  const [top, left] = [Math.floor(n / out) * stride - pad, (n % out) * stride - pad];
  // The patch that begins where the pointer is, or the last one before.
  const patchAt = (i, j) => {
    const along = (place) => Math.min(out - 1, Math.floor((place + pad) / stride));
    return along(i) * out + along(j);
  };
  const inside = (i, j) => i >= top && i < top + size && j >= left && j < left + size;
  const chooses = (patch, p) => ({ "data-patch": patch, "data-pixel": p, cursor: "pointer" });
  // Padding, and what came from it, is grey.
  const tint = (color, within, p) =>
    p === null
      ? { ink: "muted", share: within ? 0.9 : 0.4 }
      : { ink: color, share: within ? 0.6 : 0 };
  // What lies on the cells lets the pointer through.
  const outline = (kind, x, y, w, h, rx = 0) =>
    svg("rect", { class: `cr-${kind}`, x, y, width: w, height: h, rx, "pointer-events": "none" });
  const ring = (x, y, w, h) => {
    const [wide, high] = [Math.min(w - 3, 34), Math.min(h - 3, 26)];
    return outline("winner", x + (w - wide) / 2, y + (h - high) / 2, wide, high, high / 2);
  };
  const heading = (label, { x, y }, kind) => text(label, x, y - 8, { class: `cr-${kind}` });

  // The image with its padding, as rows of [i, j].
  const places = range(SIDE + 2 * pad).map((i) =>
    range(SIDE + 2 * pad).map((j) => [i - pad, j - pad]),
  );
  const outer = { x: image.x - pad * cell, y: image.y - pad * cell };
  const [row, column] = [Math.floor(pixel / SIDE), pixel % SIDE];
  const lost = (p) => !which.flat().includes(p);
  const cross = ([i, j]) => {
    const [x, y] = [image.x + j * cell, image.y + i * cell];
    const d = `M${x} ${y}l${cell} ${cell}m${-cell} 0l${cell} ${-cell}`;
    return svg("path", { class: "cr-border", d, "pointer-events": "none" });
  };
  const lostOnes = places.flat().filter(([i, j]) => pixelAt(i, j) !== null && lost(pixelAt(i, j)));
  // Around the patch, as far as it lies in `low` … `high` pixels, down and across.
  const patchFrame = ({ x, y }, low, high) => {
    const [l, t] = [left, top].map((start) => Math.max(low, start));
    const [r, b] = [left, top].map((start) => Math.min(high, start + size));
    return outline("frame", x + l * cell, y + t * cell, (r - l) * cell, (b - t) * cell);
  };

  // The table, its rows numbered.
  const high = Math.min(36, Math.floor(tall / entries.length));
  const broad = Math.min(44, Math.floor((width - corner.x - 4) / (size * size)));
  const rings = which.flatMap((line, r) =>
    line.flatMap((p, k) =>
      p === pixel ? [ring(corner.x + k * broad, corner.y + r * high, broad, high)] : [],
    ),
  );
  const label = (_, r) =>
    text(r, corner.x - 7, corner.y + (r + 0.5) * high + 4.5, {
      class: "cr-tick",
      "text-anchor": "end",
    });
  const name = table === "col" ? "col" : "c";
  return [
    heading(words.title_x, outer, "value"),
    ...cells(places, {
      ...outer,
      size: cell,
      of: ([i, j]) => ({
        text: pixelAt(i, j) ?? 0,
        ...tint("value", inside(i, j), pixelAt(i, j)),
        ...chooses(patchAt(i, j), pixelAt(i, j)),
      }),
    }),
    ...lostOnes.map(cross),
    patchFrame(image, -pad, SIDE + pad),
    ring(image.x + column * cell, image.y + row * cell, cell, cell),

    heading(words[`title_${name}`], corner, ink),
    ...entries.map(label),
    ...cells(entries, {
      ...corner,
      size: high,
      width: broad,
      of: (value, r, k) => ({
        text: value,
        ...tint(ink, r === n, which[r][k]),
        ...chooses(r, which[r][k]),
      }),
    }),
    ...rings,
    outline("frame", corner.x, corner.y + n * high, size * size * broad, high),

    heading(words[`title_back_${name}`], result, ink),
    ...cells(back(state), {
      ...result,
      size: cell,
      of: (value, i, j) => ({
        text: value,
        ...tint(ink, inside(i, j), pixelAt(i, j)),
        ...chooses(patchAt(i, j), pixelAt(i, j)),
      }),
    }),
    patchFrame(result, 0, SIDE),
    ring(result.x + column * cell, result.y + row * cell, cell, cell),
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

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model, NAMES);
  const last = () => fit(state()).out ** 2 - 1;
  const options = (...values) => values.map((value) => [value, words[value] ?? String(value)]);
  const parts = {
    presets: presets(model, STORY, words),
    size: choice(model, "size", {
      label: words.size,
      options: [
        [2, "2×2"],
        [3, "3×3"],
      ],
    }),
    stride: choice(model, "stride", { label: words.stride, options: options(1, 2, 3) }),
    pad: choice(model, "pad", { label: words.pad, options: options(0, 1) }),
    table: choice(model, "table", {
      label: words.table,
      options: options("col", "ones", "counted"),
    }),
    patch: slider(model, "patch", { label: words.patch, min: 0, max: last, others: WINDOWS }),
    stepper: stepper(model, "patch", { max: last, others: WINDOWS, words }),
    pixel: slider(model, "pixel", { label: words.pixel, min: 0, max: SIDE * SIDE - 1 }),
    fits: says(model, WINDOWS, { class: "cr-note", live: true }, () => {
      const { out, exact } = fit(state());
      const sizes = { ...numbers(state()), rows: out * out, columns: model.get("size") ** 2 };
      return fill(exact ? words.fits : words.refused, sizes);
    }),
    patchIs: says(model, NAMES, { class: "cr-formula", live: true }, () =>
      fill(words.patch_is, numbers(state())),
    ),
    pixelIs: says(model, NAMES, { class: "cr-note", live: true }, () => {
      const now = numbers(state());
      const { pixel_never, pixel_once, pixel_is } = words;
      return fill([pixel_never, pixel_once][now.count] ?? pixel_is, now);
    }),
    picture: canvas(model, NAMES, { label: words.picture, height: heightOf }, (width) =>
      picture(width, state(), words),
    ),
  };
  const choose = ({ target }) => {
    const { patch, pixel } = target.closest("[data-patch]")?.dataset ?? {};
    const wanted = Object.entries({ patch, pixel }).filter(([, value]) => value !== undefined);
    const news = wanted
      .map(([name, value]) => [name, Number(value)])
      .filter(([name, value]) => model.get(name) !== value);
    if (news.length) put(model, Object.fromEntries(news));
  };
  // A mouse chooses by hovering, a finger by touching. A mouse that rests does not choose again when the
  // cells below it are drawn anew.
  parts.picture.el.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && (event.movementX || event.movementY)) choose(event);
  });
  parts.picture.el.addEventListener("click", choose);
  const panel = (...keys) =>
    html("div", { class: "cr-panel" }, ...keys.map((key) => parts[key].el));
  return assemble(
    el,
    parts,
    parts.presets.el,
    html(
      "div",
      { class: "cr-panels" },
      panel("size", "stride", "pad", "table"),
      panel("patch", "stepper", "pixel"),
    ),
    parts.fits.el,
    parts.patchIs.el,
    parts.pixelIs.el,
    parts.picture.el,
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "PatchesAsRows", render };
export default explorable;
