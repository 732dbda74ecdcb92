// Where land changes hands, as pixels: each edge's ink is worked out once a view, when it is first
// drawn, and a step redraws only the small squares in which an edge came, went or changed. Pure.
//
// A browser that draws in software spends nearly all of a step on the outlines of strokes; ink that
// is kept costs a copy.

import { EDGE_FRONT, EDGE_INNER, EDGE_OUTER, edgeClass } from "./state.mjs";

const SQUARE_BITS = 3;
export const SQUARE = 1 << SQUARE_BITS; // pixels a side of what is redrawn at once
export const SPOTS = SQUARE * SQUARE;
const WIDTH = { halo: 4.6, front: 2.2, inner: 1.3, outer: 1.4 }; // CSS pixels
export const FAR = 255;
const MANY = 8; // where more than one cell in so many changed, every edge is looked at in turn
const SHADE = 255 / 31;
const UNINKED = -2;
const UNSEEN = -1;
export const NONE = -1;
const ROW = 8; // numbers of a piece: its neighbours in the list, its ink, its edge and what that is drawn as
const [BEFORE, AT, EDGE] = [1, 5, 6];
export const NEXT = 0;
export const FROM = 2;
export const TO = 3;
export const MARK = 4;
export const MARK_FRONT = 1;
export const MARK_INNER = 2;
export const MARK_OUTER = 3; // and above: the paint index of who holds it

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
 *
 * A piece is the ink of one edge in one square: a row of `pieces` (see ROW), and numbers of `ink`
 * which tell a pixel of the square and how far it is from the edge (FAR at the reach). The pieces
 * that are drawn hang together in a list for each square, from `head[square]` on: most edges that
 * were ever drawn are not any more. What is read together lies together, for there are many.
 */
export function createInk(land, byCell, { x, y, width, height, ratio }, old = null) {
  const across = Math.ceil(width / SQUARE);
  const squares = across * Math.ceil(height / SQUARE);
  const reach = (WIDTH.halo * ratio) / 2 + 0.5;
  const cover = (name) => Uint8Array.from({ length: 256 }, (_, gap) => Math.round(31 * Math.max(0, Math.min(1, (WIDTH[name] * ratio) / 2 + 0.5 - (gap * reach) / FAR))) * SHADE);
  const halo = cover("halo");
  return {
    land, byCell, x, y, width, height, across, reach,
    cover: { front: Int32Array.from(cover("front"), (front, gap) => (front << 24) | (halo[gap] << 16)), inner: cover("inner"), outer: cover("outer") },
    mark: new Uint16Array(land.left.length),
    first: new Int32Array(land.left.length).fill(UNINKED), // its first piece; UNSEEN: out of view
    index: new Uint16Array(byCell.start.length - 1), // what each cell was painted as
    pieces: old ? old.pieces : new Int32Array(1 << 12), count: 0,
    ink: old ? old.ink : new Uint16Array(1 << 12), used: 0,
    head: new Int32Array(squares).fill(NONE),
    best: old && old.best.length === width * height ? old.best : new Uint8Array(width * height).fill(FAR),
    dirty: new Uint8Array(squares), dirtyList: [], over: null, alone: null, touched: [],
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
      if (best[at] === FAR) touched.push(at, ((row >> SQUARE_BITS) * across + (column >> SQUARE_BITS)) * SPOTS + ((row & (SQUARE - 1)) << SQUARE_BITS) + (column & (SQUARE - 1)));
      best[at] = gap;
    }
  }
}

/** Work out the ink of an edge; points closer than most of a pixel to the last one are left out. */
function inkEdge(ink, k) {
  const { land, x, y, width, height, best } = ink;
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
  ink.first[k] = ink.count;
  if (ink.used + touched.length / 2 > ink.ink.length) ink.ink = wider(ink.ink, ink.used + touched.length / 2);
  // Most edges lie in a few squares: gather the ink of each square in turn.
  for (let i = 0; i < touched.length; i += 2) {
    if (touched[i + 1] < 0) continue;
    const square = Math.floor(touched[i + 1] / SPOTS);
    const piece = ROW * ink.count++;
    if (piece + ROW > ink.pieces.length) ink.pieces = wider(ink.pieces, piece);
    ink.pieces[piece + FROM] = ink.used;
    ink.pieces[piece + AT] = square;
    ink.pieces[piece + EDGE] = k;
    for (let j = i; j < touched.length; j += 2) {
      if (Math.floor(touched[j + 1] / SPOTS) !== square) continue;
      ink.ink[ink.used++] = ((touched[j + 1] % SPOTS) << 8) | best[touched[j]];
      best[touched[j]] = FAR;
      touched[j + 1] = UNSEEN;
    }
    ink.pieces[piece + TO] = ink.used;
  }
}

function wider(column, need) {
  const out = new column.constructor(2 * need);
  out.set(column);
  return out;
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
  const { left, right } = ink.land;
  const { start, edge } = ink.byCell;
  const look = (k) => {
    const a = left[k] < 0 ? 0 : index[left[k]];
    const b = right[k] < 0 ? 0 : index[right[k]];
    if (a === b && ink.mark[k] === 0) return;
    const mark = markOf(a, b, sides, shown);
    if (mark !== ink.mark[k]) remark(ink, k, mark);
  };
  let changed = 0;
  for (let c = 0; c < index.length; c++) if (ink.index[c] !== index[c]) changed += 1;
  if (all || changed > index.length / MANY) for (let k = 0; k < left.length; k++) look(k);
  else if (changed) {
    for (let c = 0; c < index.length; c++) {
      if (ink.index[c] !== index[c]) for (let i = start[c]; i < start[c + 1]; i++) look(edge[i]);
    }
  }
  if (changed) ink.index.set(index);
}

/** Draw an edge as something else from now on. */
function remark(ink, k, mark) {
  const { head, first } = ink;
  const had = ink.mark[k];
  ink.mark[k] = mark;
  if (first[k] === UNINKED) inkEdge(ink, k);
  if (first[k] === UNSEEN) return;
  const { pieces } = ink;
  for (let piece = ROW * first[k]; piece < ROW * ink.count && pieces[piece + EDGE] === k; piece += ROW) {
    const square = pieces[piece + AT];
    soil(ink, square);
    pieces[piece + MARK] = mark;
    if (had === 0) {
      pieces[piece + NEXT] = head[square];
      pieces[piece + BEFORE] = NONE;
      if (head[square] !== NONE) pieces[head[square] + BEFORE] = piece;
      head[square] = piece;
    } else if (mark === 0) {
      const [next, before] = [pieces[piece + NEXT], pieces[piece + BEFORE]];
      if (before === NONE) head[square] = next;
      else pieces[before + NEXT] = next;
      if (next !== NONE) pieces[next + BEFORE] = before;
    }
  }
}
