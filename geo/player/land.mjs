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
 * Sides walked by one cell and not yet by its neighbour. Those that end in a vertex, and those that
 * begin in it, are lists, the latest first: `into`, `out` tell the first, `intoNext`, `outNext` go on.
 */
function openSides(vertices, steps) {
  const list = (size) => new Int32Array(size).fill(-1);
  return {
    from: list(steps), to: list(steps), cell: list(steps), count: 0, cursor: 0,
    into: list(vertices), out: list(vertices), intoNext: list(steps), outNext: list(steps),
  };
}

function unlink(heads, next, vertex, side) {
  if (heads[vertex] === side) heads[vertex] = next[side];
  else {
    let k = heads[vertex];
    while (next[k] !== side) k = next[k];
    next[k] = next[side];
  }
}

function sideFrom(sides, from, to) {
  let k = sides.into[to];
  while (k >= 0 && sides.from[k] !== from) k = sides.intoNext[k];
  return k;
}

/** Go from one vertex to another: closes the neighbour's side, which is then an edge, or opens one. */
function walkSide(sides, edges, from, to, cell) {
  const open = sideFrom(sides, to, from);
  if (open >= 0) {
    addEdge(edges, from, to, cell, sides.cell[open]);
    unlink(sides.into, sides.intoNext, from, open);
    unlink(sides.out, sides.outNext, to, open);
    sides.cell[open] = -1;
    return;
  }
  if (sideFrom(sides, from, to) >= 0) return;
  const side = sides.count++;
  sides.from[side] = from;
  sides.to[side] = to;
  sides.cell[side] = cell;
  sides.intoNext[side] = sides.into[to];
  sides.into[to] = side;
  sides.outNext[side] = sides.out[from];
  sides.out[from] = side;
}

function oldestSide(sides, skip) {
  for (; sides.cursor < sides.count; sides.cursor++) {
    if (sides.cell[sides.cursor] >= 0 && skip-- === 0) return sides.cursor;
  }
  throw new Error("damaged scene: its land does not close");
}

/** The walk: `edges`, and of each vertex the one `before` it and the first cells `around` it. */
function walkRings(cols, vertices, hasSite) {
  const { "t.rc": cells, "t.skip": skips, "t.back": backs, "t.chain": chains, "t.rn": lefts, "t.odd": odds, "t.rv": steps, "t.rb": named } = cols;
  let total = 0;
  for (let r = 0; r < cells.length; r++) total += lefts[r] + chains[r] + (skips[r] < 0 ? 0 : backs[r] + 2);
  const sides = openSides(vertices, total);
  const edges = edgeList(total);
  const before = new Int32Array(vertices);
  const around = new Int32Array(3 * vertices).fill(-1);
  const ring = new Int32Array(total);
  const run = new Int32Array(total + 2);
  let [known, step, back, size, cell] = [0, 0, 0, 0, 0];
  const arrive = (to) => {
    if (size) walkSide(sides, edges, ring[size - 1], to, cell);
    ring[size++] = to;
  };
  for (let r = 0; r < cells.length; r++) {
    cell = cells[r];
    size = 0;
    if (skips[r] >= 0) {
      const side = oldestSide(sides, skips[r]);
      let first = sides.to[side];
      run[0] = sides.from[side];
      run[1] = first;
      for (let i = 0; i < backs[r]; i++) run[i + 2] = first = sides.to[sides.out[first]];
      for (let i = backs[r] + 1; i >= 0; i--) arrive(run[i]);
    } else sides.cursor = sides.count;
    for (let i = 0; i < chains[r]; i++) arrive(sides.from[sides.into[ring[size - 1]]]);
    for (let i = 0; i < lefts[r]; i++) {
      const code = odds[r] ? steps[step++] : NEW;
      if (code === NEW) {
        before[known] = size ? ring[size - 1] : known - 1;
        arrive(known++);
      } else if (code === OLD) arrive(known - named[back++]);
      else {
        let k = sides.into[ring[size - 1]];
        for (let j = 1; j < code; j++) k = sides.intoNext[k];
        arrive(sides.from[k]);
      }
    }
    walkSide(sides, edges, ring[size - 1], ring[0], cell);
    if (!hasSite[cell]) continue;
    for (let i = 0; i < size; i++) {
      const slot = 3 * ring[i];
      if (around[slot + 2] >= 0 || around[slot] === cell || around[slot + 1] === cell) continue;
      around[slot + (around[slot] < 0 ? 0 : around[slot + 1] < 0 ? 1 : 2)] = cell;
    }
  }
  return { sides, edges, before, around };
}

/** `{land, at}`: the land in degrees, and the positions of the places. */
export function decodeLand({ grid, points, cells }, cols) {
  const vertices = cols["t.cx"].length + cols["t.vx"].length;
  const hasSite = new Uint8Array(cells);
  const placeCell = cols["p.cell"];
  for (let p = 0; p < placeCell.length; p++) {
    if (placeCell[p] >= 0 && cols["p.x"][p] !== NOWHERE && cols["p.y"][p] !== NOWHERE) hasSite[placeCell[p]] = 1;
  }
  const { sides, edges, before, around } = walkRings(cols, vertices, hasSite);
  const places = expectPlaces(points, cols, edgeColumns(edges), cells);
  const { x, y } = expectVertices({ grid, points }, cols, { before, around }, places.sites);
  for (let side = 0; side < sides.count; side++) {
    if (sides.cell[side] >= 0) addEdge(edges, sides.from[side], sides.to[side], sides.cell[side], -1);
  }
  const land = {
    lon: Float64Array.from(x, (v) => grid.west + v * grid.step),
    lat: Float64Array.from(y, (v) => grid.south + v * grid.step),
    ...edgeColumns(edges),
  };
  return { land, at: places.at };
}
