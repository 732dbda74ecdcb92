// The ink that edges.mjs keeps, laid into pixels square by square. Pure.

import { FAR, FROM, MARK, MARK_FRONT, MARK_INNER, MARK_OUTER, NEXT, NONE, SPOTS, SQUARE, TO } from "./edges.mjs";
import { layersOf } from "./paint.mjs";

const near = { front: new Uint8Array(SPOTS), inner: new Uint8Array(SPOTS), outer: new Uint8Array(SPOTS), held: new Uint16Array(SPOTS) };
const [HAS_FRONT, HAS_INNER, HAS_OUTER] = [1, 2, 4];

/**
 * How near each pixel of a square is to its nearest front, inner and outer edge, and whose that is.
 * Returns which of them it has (HAS_*).
 */
function gather({ pieces, ink, head }, square) {
  const { front, inner, outer, held } = near;
  let kinds = 0;
  front.fill(FAR);
  inner.fill(FAR);
  outer.fill(FAR);
  for (let piece = head[square]; piece !== NONE; piece = pieces[piece + NEXT]) {
    const mark = pieces[piece + MARK];
    const to = pieces[piece + TO];
    kinds |= mark === MARK_FRONT ? HAS_FRONT : mark === MARK_INNER ? HAS_INNER : HAS_OUTER;
    if (mark >= MARK_OUTER) {
      for (let i = pieces[piece + FROM]; i < to; i++) {
        const at = ink[i] >> 8;
        const gap = ink[i] & 255;
        if (gap > outer[at] || (gap === outer[at] && mark < held[at])) continue;
        outer[at] = gap;
        held[at] = mark;
      }
      continue;
    }
    const least = mark === MARK_FRONT ? front : inner;
    for (let i = pieces[piece + FROM]; i < to; i++) {
      // The lesser of the two, without a branch that nobody could foresee.
      const at = ink[i] >> 8;
      const more = (ink[i] & 255) - least[at];
      least[at] += more & (more >> 31);
    }
  }
  return kinds;
}

/**
 * Redraw what changed into `pixels` (RGBA as in an ImageData). `colours` is `{outer: [r, g, b] per
 * paint index, inner, halo, front: [r, g, b, alpha]}`; `under` the pixels of what lies below the
 * ink, or null. Returns the dirty box `[x0, y0, x1, y1]`, or null where nothing changed.
 */
export function drawInk(ink, pixels, colours, under = null) {
  const { width, height, across } = ink;
  if (ink.over === null) {
    const over = (ink.over = layersOf(colours));
    ink.alone = { front: Int32Array.from(ink.cover.front, (cover) => over(cover, 0, 0)), inner: Int32Array.from(ink.cover.inner, (cover) => over(cover << 8, 0, 0)) };
  }
  const box = [width, height, 0, 0];
  for (const square of ink.dirtyList) {
    ink.dirty[square] = 0;
    const x0 = (square % across) * SQUARE;
    const y0 = Math.floor(square / across) * SQUARE;
    const x1 = Math.min(width, x0 + SQUARE);
    const y1 = Math.min(height, y0 + SQUARE);
    const kinds = ink.head[square] === NONE ? 0 : gather(ink, square);
    // Most squares have but one kind of edge.
    const lay = kinds === 0 ? clearRow : kinds === HAS_FRONT || kinds === HAS_INNER ? layAlone : layRow;
    for (let row = y0, spot = 0; row < y1; row++, spot += SQUARE) lay(ink, pixels, row * width + x0, row * width + x1, spot, under, kinds);
    box[0] = Math.min(box[0], x0);
    box[1] = Math.min(box[1], y0);
    box[2] = Math.max(box[2], x1);
    box[3] = Math.max(box[3], y1);
  }
  ink.dirtyList.length = 0;
  return box[2] > box[0] ? box : null;
}

/** A row of a square without ink. */
function clearRow(ink, pixels, from, to, spot, under) {
  for (let at = from; at < to; at++) pixels[at] = under === null ? 0 : under[at];
}

/** A row of a square with ink of one kind: where nothing lies below it is one look into a table. */
function layAlone({ cover, alone, over }, pixels, from, to, spot, under, kinds) {
  const front = kinds === HAS_FRONT;
  const gaps = front ? near.front : near.inner;
  const values = front ? alone.front : alone.inner;
  for (let at = from; at < to; at++, spot++) {
    const below = under === null ? 0 : under[at] | 0;
    const gap = gaps[spot];
    pixels[at] = below === 0 || gap === FAR ? values[gap] | below : over(front ? cover.front[gap] : cover.inner[gap] << 8, 0, below);
  }
}

/** A row of a square: the ink that was gathered from `spot` on over what lies below. */
function layRow({ cover, over }, pixels, from, to, spot, under) {
  const { front, inner, outer, held } = near;
  for (let at = from; at < to; at++, spot++) {
    const below = under === null ? 0 : under[at] | 0;
    const covers = cover.front[front[spot]] | (cover.inner[inner[spot]] << 8) | cover.outer[outer[spot]];
    pixels[at] = covers === 0 ? below : over(covers, outer[spot] === FAR ? 0 : held[spot] - MARK_OUTER, below);
  }
}
