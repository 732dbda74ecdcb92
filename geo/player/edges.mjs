// Where land changes hands, as pixels: each edge's ink is worked out once a view, when it is first
// drawn, and a step redraws only the small squares in which an edge came, went or changed. Pure.
//
// A browser that draws in software spends nearly all of a step on the outlines of strokes; ink that
// is kept costs a copy.

import { EDGE_FRONT, EDGE_INNER, EDGE_OUTER, edgeClass } from "./state.mjs";

const SQUARE = 8; // pixels a side of what is redrawn at once
const WIDTH = { halo: 4.6, front: 2.2, inner: 1.3, outer: 1.4 }; // CSS pixels
const OUTER_ALPHA = 0.85;
const FAR = 255;
const SHADE = 255 / 31;
const UNINKED = -2;
const UNSEEN = -1;
const MARK_FRONT = 1;
const MARK_INNER = 2;
const MARK_OUTER = 3; // and above: the paint index of who holds it

/** The edges of each cell: those of `c` are `edge[start[c]]` up to `edge[start[c + 1]]`. */
export function edgesByCell({ left, right }, cells) {
  const start = new Int32Array(cells + 1);
  for (const side of [left, right]) for (let k = 0; k < side.length; k++) if (side[k] >= 0) start[side[k] + 1] += 1;
  for (let c = 0; c < cells; c++) start[c + 1] += start[c];
  const fill = start.slice(0, cells);
  const edge = new Int32Array(start[cells]);
  for (const side of [left, right]) for (let k = 0; k < side.length; k++) if (side[k] >= 0) edge[fill[side[k]]++] = k;
  return { start, edge };
}

/**
 * Ink for a land whose vertices lie at pixels `x`, `y` of a `width` x `height` buffer, `ratio`
 * pixels a CSS pixel. `mark` tells what each edge is drawn as; nothing is drawn yet. `old` is ink
 * that is no longer wanted, whose room is used again.
 */
export function createInk(land, byCell, { x, y, width, height, ratio }, old = null) {
  const across = Math.ceil(width / SQUARE);
  const squares = across * Math.ceil(height / SQUARE);
  const reach = (WIDTH.halo * ratio) / 2 + 0.5;
  const cover = (name) => Uint8Array.from({ length: 256 }, (_, gap) => Math.round(31 * Math.max(0, Math.min(1, (WIDTH[name] * ratio) / 2 + 0.5 - (gap * reach) / FAR))) * SHADE);
  return {
    land, byCell, x, y, width, height, across, reach,
    cover: { halo: cover("halo"), front: cover("front"), inner: cover("inner"), outer: cover("outer") },
    mark: new Uint16Array(land.left.length),
    first: new Int32Array(land.left.length).fill(UNINKED), // its first piece; UNSEEN: out of view
    index: new Uint16Array(byCell.start.length - 1), // what each cell was painted as
    // Pieces: the ink of one edge in one square.
    pieces: { edge: [], from: [], square: [], inSquare: Array.from({ length: squares }) },
    pixel: old ? old.pixel : new Int32Array(1 << 12), gap: old ? old.gap : new Uint8Array(1 << 12), used: 0,
    ...(old && old.best.length === width * height ? { best: old.best, planes: old.planes.fill(0), held: old.held } : { best: new Uint8Array(width * height).fill(FAR), planes: new Uint32Array(width * height), held: new Uint16Array(width * height) }),
    dirty: new Uint8Array(squares), dirtyList: [], over: null, touched: [],
  };
}

/** Put the distance to the step from (ax, ay) to (bx, by) where it is the least so far. */
function inkStep(ink, ax, ay, bx, by, touched) {
  const { width, height, across, reach, best } = ink;
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  const low = Math.max(0, Math.ceil(Math.min(ay, by) - reach - 0.5));
  const high = Math.min(height - 1, Math.floor(Math.max(ay, by) + reach - 0.5));
  const west = Math.min(ax, bx) - reach;
  const east = Math.max(ax, bx) + reach;
  const half = dy === 0 ? Infinity : (reach * Math.sqrt(square)) / Math.abs(dy);
  const limit = reach * reach;
  for (let row = low; row <= high; row++) {
    const py = row + 0.5 - ay;
    const middle = dy === 0 ? 0 : ax + (py * dx) / dy;
    const from = Math.max(0, Math.ceil(Math.max(west, middle - half) - 0.5));
    const to = Math.min(width - 1, Math.floor(Math.min(east, middle + half) - 0.5));
    for (let column = from; column <= to; column++) {
      const px = column + 0.5 - ax;
      const along = square ? Math.max(0, Math.min(1, (px * dx + py * dy) / square)) : 0;
      const ex = px - along * dx;
      const ey = py - along * dy;
      const far = ex * ex + ey * ey;
      if (far >= limit) continue;
      const gap = (Math.sqrt(far) * FAR) / reach | 0;
      const at = row * width + column;
      if (gap >= best[at]) continue;
      if (best[at] === FAR) touched.push(at, Math.floor(row / SQUARE) * across + Math.floor(column / SQUARE));
      best[at] = gap;
    }
  }
}

/** Work out the ink of an edge; points closer than most of a pixel to the last one are left out. */
function inkEdge(ink, k) {
  const { land, x, y, width, height, best, pieces } = ink;
  ink.first[k] = UNSEEN;
  const begin = land.offset[k];
  const end = land.offset[k + 1] - 1;
  let west = Infinity;
  let north = Infinity;
  let east = -Infinity;
  let south = -Infinity;
  for (let i = begin; i <= end; i++) {
    const px = x[land.vertex[i]];
    const py = y[land.vertex[i]];
    if (px < west) west = px;
    if (px > east) east = px;
    if (py < north) north = py;
    if (py > south) south = py;
  }
  if (east < -ink.reach || south < -ink.reach || west > width + ink.reach || north > height + ink.reach) return;
  const touched = ink.touched;
  touched.length = 0;
  let last = land.vertex[begin];
  for (let i = begin + 1; i <= end; i++) {
    const v = land.vertex[i];
    if (i < end && Math.abs(x[v] - x[last]) + Math.abs(y[v] - y[last]) < 0.9) continue;
    inkStep(ink, x[last], y[last], x[v], y[v], touched);
    last = v;
  }
  if (!touched.length) return;
  const need = ink.used + touched.length / 2;
  if (need > ink.pixel.length) grow(ink, need);
  ink.first[k] = pieces.edge.length;
  // Most edges lie in a few squares: gather the ink of each square in turn.
  for (let i = 0; i < touched.length; i += 2) {
    const square = touched[i + 1];
    if (square < 0) continue;
    (pieces.inSquare[square] ??= []).push(pieces.edge.length);
    pieces.edge.push(k);
    pieces.from.push(ink.used);
    pieces.square.push(square);
    for (let j = i; j < touched.length; j += 2) {
      if (touched[j + 1] !== square) continue;
      const at = touched[j];
      ink.pixel[ink.used] = at;
      ink.gap[ink.used++] = best[at];
      best[at] = FAR;
      touched[j + 1] = UNSEEN;
    }
  }
}

function grow(ink, need) {
  for (const name of ["pixel", "gap"]) {
    const wider = new ink[name].constructor(2 * need);
    wider.set(ink[name].subarray(0, ink.used));
    ink[name] = wider;
  }
}

/** What an edge between paint indices is drawn as: see MARK_*; an outer one tells its holder. */
function markOf(a, b, sides, { fronts, land }) {
  if (a === b) return 0;
  const kind = edgeClass(sides, a, b);
  if (kind === EDGE_FRONT) return fronts ? MARK_FRONT : 0;
  if (!land) return 0;
  if (kind === EDGE_INNER) return MARK_INNER;
  return kind === EDGE_OUTER ? MARK_OUTER + (a || b) : 0;
}

function soil(ink, square) {
  if (ink.dirty[square]) return;
  ink.dirty[square] = 1;
  ink.dirtyList.push(square);
}

/** Everything is to be drawn again: other colours, other layers, other lines under the ink. */
export function soilAll(ink) {
  ink.over = null;
  for (let square = 0; square < ink.dirty.length; square++) soil(ink, square);
}

/** Bring the marks up to what the cells are now painted as (`index`); `all` asks every edge. */
export function markEdges(ink, index, sides, shown, all = false) {
  const { land, byCell } = ink;
  const look = (k) => {
    const a = land.left[k] < 0 ? 0 : index[land.left[k]];
    const b = land.right[k] < 0 ? 0 : index[land.right[k]];
    const mark = markOf(a, b, sides, shown);
    if (mark === ink.mark[k]) return;
    ink.mark[k] = mark;
    if (ink.first[k] === UNINKED) inkEdge(ink, k);
    if (ink.first[k] === UNSEEN) return;
    for (let piece = ink.first[k]; ink.pieces.edge[piece] === k; piece++) soil(ink, ink.pieces.square[piece]);
  };
  if (all) for (let k = 0; k < land.left.length; k++) look(k);
  for (let c = 0; c < index.length; c++) {
    if (ink.index[c] === index[c]) continue;
    ink.index[c] = index[c];
    if (!all) for (let i = byCell.start[c]; i < byCell.start[c + 1]; i++) look(byCell.edge[i]);
  }
}

/** Put a piece into the planes: from the low byte up outer, inner, halo, front; the most counts. */
function blit(ink, piece, mark) {
  const { pieces, pixel, gap, planes, cover } = ink;
  const to = piece + 1 < pieces.from.length ? pieces.from[piece + 1] : ink.used;
  const shift = mark === MARK_INNER ? 8 : 0;
  const table = mark === MARK_INNER ? cover.inner : cover.outer;
  for (let i = pieces.from[piece]; i < to; i++) {
    const at = pixel[i];
    const had = planes[at];
    if (mark === MARK_FRONT) {
      const halo = Math.max((had >>> 16) & 255, cover.halo[gap[i]]);
      const front = Math.max(had >>> 24, cover.front[gap[i]]);
      planes[at] = (front << 24) | (halo << 16) | (had & 0xffff);
      continue;
    }
    const now = table[gap[i]];
    if (now <= ((had >>> shift) & 255)) continue;
    planes[at] = (had & ~(255 << shift)) | (now << shift);
    if (mark >= MARK_OUTER) ink.held[at] = mark - MARK_OUTER;
  }
}

/**
 * Redraw what changed into `pixels` (RGBA as in an ImageData). `colours` is `{outer: [r, g, b] per
 * paint index, inner, halo, front: [r, g, b, alpha]}`; `under` the pixels of what lies below the
 * ink, or null. Returns the dirty box `[x0, y0, x1, y1]`, or null where nothing changed.
 */
export function drawInk(ink, pixels, colours, under = null) {
  const { width, height, across, planes, held, pieces } = ink;
  const over = (ink.over ??= layersOf(colours));
  const box = [width, height, 0, 0];
  for (const square of ink.dirtyList) {
    ink.dirty[square] = 0;
    const x0 = (square % across) * SQUARE;
    const y0 = Math.floor(square / across) * SQUARE;
    const x1 = Math.min(width, x0 + SQUARE);
    const y1 = Math.min(height, y0 + SQUARE);
    for (let row = y0; row < y1; row++) for (let at = row * width + x0; at < row * width + x1; at++) planes[at] = 0;
    let drawn = false;
    for (const piece of pieces.inSquare[square] || []) {
      const mark = ink.mark[pieces.edge[piece]];
      if (mark) blit(ink, piece, mark);
      drawn ||= mark > 0;
    }
    for (let row = y0; row < y1; row++) {
      for (let at = row * width + x0; at < row * width + x1; at++) {
        const below = under ? under[at] : 0;
        pixels[at] = drawn && planes[at] !== 0 ? over(planes[at], held[at], below) : below;
      }
    }
    box[0] = Math.min(box[0], x0);
    box[1] = Math.min(box[1], y0);
    box[2] = Math.max(box[2], x1);
    box[3] = Math.max(box[3], y1);
  }
  ink.dirtyList.length = 0;
  return box[2] > box[0] ? box : null;
}

const KEPT = 1 << 13; // pixels laid before: few differ, for cover comes in 32 shades

/** A function that lays the four inks of a pixel over what is below it: RGBA in, RGBA out. */
function layersOf({ outer, inner, halo, front }) {
  const [covers, helds, belows, values] = [0, 1, 2, 3].map(() => new Uint32Array(KEPT));
  const lay = (cover, held, below) => {
    let alpha = (below >>> 24) / 255;
    let red = (below & 255) * alpha;
    let green = ((below >>> 8) & 255) * alpha;
    let blue = ((below >>> 16) & 255) * alpha;
    for (const [colour, share] of [[outer[held], ((cover & 255) / 255) * OUTER_ALPHA], [inner, (((cover >>> 8) & 255) / 255) * inner[3]], [halo, (((cover >>> 16) & 255) / 255) * halo[3]], [front, (cover >>> 24) / 255]]) {
      if (!share) continue;
      red += (colour[0] - red) * share;
      green += (colour[1] - green) * share;
      blue += (colour[2] - blue) * share;
      alpha += (1 - alpha) * share;
    }
    return alpha ? pixelOf(red / alpha, green / alpha, blue / alpha, alpha) : 0;
  };
  return (cover, held, below) => {
    const slot = (Math.imul(cover, 0x9e3779b1) ^ Math.imul(held, 0x85ebca6b) ^ Math.imul(below, 0xc2b2ae35)) >>> 19;
    if (covers[slot] !== cover || helds[slot] !== held || belows[slot] !== below) {
      covers[slot] = cover;
      helds[slot] = held;
      belows[slot] = below;
      values[slot] = lay(cover, held, below);
    }
    return values[slot];
  };
}

function pixelOf(red, green, blue, alpha) {
  return (((alpha * 255 + 0.5) << 24) | ((blue + 0.5) << 16) | ((green + 0.5) << 8) | (red + 0.5)) >>> 0;
}
