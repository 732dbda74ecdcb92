// The land's rings walked back from their code, into edges that know both their cells. Pure.
//
// The code is that of geo/landcode.py: a ring runs along sides that its neighbours have left open,
// and then to new vertices; where it does not, each step is told.

import { expectPlaces, expectVertices, NOWHERE } from "./predict.mjs";

export const NEW = 0;
export const OLD = 255;

/** Edges in the making: steps between the same two cells join into one line. */
export function edgeList(steps) {
  return { vertex: new Int32Array(2 * steps), length: 0, offset: new Int32Array(steps + 1), left: new Int32Array(steps), right: new Int32Array(steps), count: 0 };
}

export function addEdge(edges, from, to, left, right) {
  const last = edges.count - 1;
  if (last >= 0 && edges.left[last] === left && edges.right[last] === right && edges.vertex[edges.length - 1] === from) {
    edges.vertex[edges.length++] = to;
    edges.offset[edges.count] = edges.length;
    return;
  }
  edges.vertex[edges.length++] = from;
  edges.vertex[edges.length++] = to;
  edges.left[edges.count] = left;
  edges.right[edges.count++] = right;
  edges.offset[edges.count] = edges.length;
}

/** The edges so far, as columns of their length. */
export function edgeColumns(edges) {
  const { vertex, length, offset, left, right, count } = edges;
  return { offset: offset.subarray(0, count + 1), vertex: vertex.subarray(0, length), left: left.subarray(0, count), right: right.subarray(0, count) };
}

/**
 * The walk: `edges`, the sides left `open` to nobody, and of each vertex the one `before` it and the
 * first cells `around` it.
 *
 * An open side was walked by one cell and not yet by its neighbour. Sides are numbered from 1, as
 * they were walked; those that end in a vertex (`into`) and those that begin in it (`out`) are
 * lists, the latest first, which go on in `intoNext`, `outNext`. All in one function, with plain
 * arrays at hand: a page opens once, so most of this runs before any compiler has seen it.
 */
function walkRings(cols, vertices, hasSite) {
  const { "t.rc": cells, "t.skip": skips, "t.back": backs, "t.chain": chains, "t.rn": lefts, "t.odd": odds, "t.rv": steps, "t.rb": named } = cols;
  let total = 0;
  for (let r = 0; r < cells.length; r++) total += lefts[r] + chains[r] + (skips[r] < 0 ? 0 : backs[r] + 2);
  const edges = edgeList(total);
  const from = new Int32Array(total + 1);
  const to = new Int32Array(total + 1);
  const owner = new Int32Array(total + 1); // the cell that walked it, plus 1; 0 once it is closed
  const into = new Int32Array(vertices);
  const out = new Int32Array(vertices);
  const intoNext = new Int32Array(total + 1);
  const outNext = new Int32Array(total + 1);
  const before = new Int32Array(vertices);
  const around = new Int32Array(3 * vertices); // plus 1; 0 is none
  const ring = new Int32Array(total);
  const run = new Int32Array(total + 2);
  let count = 0;
  let cursor = 1;
  let cell = 0;

  /** Go from one vertex to another: closes the neighbour's side, which is then an edge, or opens one. */
  function walk(a, b) {
    let last = 0;
    let side = into[a];
    while (side !== 0 && from[side] !== b) side = intoNext[(last = side)];
    if (side !== 0) {
      addEdge(edges, a, b, cell, owner[side] - 1);
      if (last === 0) into[a] = intoNext[side];
      else intoNext[last] = intoNext[side];
      if (out[b] === side) out[b] = outNext[side];
      else {
        let k = out[b];
        while (outNext[k] !== side) k = outNext[k];
        outNext[k] = outNext[side];
      }
      owner[side] = 0;
      return;
    }
    for (let k = into[b]; k !== 0; k = intoNext[k]) if (from[k] === a) return;
    side = ++count;
    from[side] = a;
    to[side] = b;
    owner[side] = cell + 1;
    intoNext[side] = into[b];
    into[b] = side;
    outNext[side] = out[a];
    out[a] = side;
  }

  for (let r = 0, known = 0, step = 0, back = 0; r < cells.length; r++) {
    let size = 0;
    let at = 0; // the vertex that the ring has come to
    cell = cells[r];
    if (skips[r] >= 0) {
      for (let skip = skips[r]; ; cursor++) {
        if (cursor > count) throw new Error("damaged scene: its land does not close");
        if (owner[cursor] !== 0 && skip-- === 0) break;
      }
      const many = backs[r] + 2;
      run[0] = from[cursor];
      run[1] = to[cursor];
      for (let i = 2; i < many; i++) run[i] = to[out[run[i - 1]]];
      ring[size++] = at = run[many - 1];
      for (let i = many - 2; i >= 0; i--) {
        walk(at, run[i]);
        ring[size++] = at = run[i];
      }
    } else cursor = count + 1;
    for (let i = chains[r]; i > 0; i--) {
      const next = from[into[at]];
      walk(at, next);
      ring[size++] = at = next;
    }
    for (let i = lefts[r]; i > 0; i--) {
      const code = odds[r] ? steps[step++] : NEW;
      let next = known;
      if (code === NEW) before[known++] = size ? at : next - 1;
      else if (code === OLD) next = known - named[back++];
      else {
        let k = into[at];
        for (let j = 1; j < code; j++) k = intoNext[k];
        next = from[k];
      }
      if (size) walk(at, next);
      ring[size++] = at = next;
    }
    walk(at, ring[0]);
    if (hasSite[cell] === 0) continue;
    for (let i = 0, me = cell + 1; i < size; i++) {
      const slot = 3 * ring[i];
      if (around[slot] === 0) around[slot] = me;
      else if (around[slot] === me) continue;
      else if (around[slot + 1] === 0) around[slot + 1] = me;
      else if (around[slot + 1] !== me && around[slot + 2] === 0) around[slot + 2] = me;
    }
  }
  return { open: { from, to, owner, count }, edges, before, around };
}

/** `{land, at}`: the land in degrees, and the positions of the places. */
export function decodeLand({ grid, points, cells }, cols) {
  const vertices = cols["t.cx"].length + cols["t.vx"].length;
  const hasSite = new Uint8Array(cells);
  const { "p.cell": placeCell, "p.x": placeX, "p.y": placeY } = cols;
  for (let p = 0; p < placeCell.length; p++) {
    if (placeCell[p] >= 0 && placeX[p] !== NOWHERE && placeY[p] !== NOWHERE) hasSite[placeCell[p]] = 1;
  }
  const { open, edges, before, around } = walkRings(cols, vertices, hasSite);
  const places = expectPlaces(points, cols, edgeColumns(edges), cells);
  const { x, y } = expectVertices({ grid, points }, cols, { before, around }, places.sites);
  for (let side = 1; side <= open.count; side++) {
    if (open.owner[side] !== 0) addEdge(edges, open.from[side], open.to[side], open.owner[side] - 1, -1);
  }
  const lon = new Float64Array(x.length);
  const lat = new Float64Array(x.length);
  for (let v = 0; v < x.length; v++) {
    lon[v] = grid.west + x[v] * grid.step;
    lat[v] = grid.south + y[v] * grid.step;
  }
  return { land: { lon, lat, ...edgeColumns(edges) }, at: places.at };
}
