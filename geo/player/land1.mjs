// The land of a scene of format 1, which is written no more: rings along a Morton curve, vertices as
// steps from the one before, places as steps from the middle of their cell. Pure.

import { addEdge, edgeColumns, edgeList, NEW, OLD } from "./land.mjs";
import { FIRST_MANY, NOWHERE } from "./predict.mjs";

/** Sides walked by one cell and not yet by its neighbour; `into[v]` lists those that end in v. */
function openSides1(vertices, steps) {
  return {
    from: new Int32Array(steps),
    to: new Int32Array(steps),
    cell: new Int32Array(steps).fill(-1),
    count: 0,
    into: new Array(vertices),
  };
}

function closeSide1(sides, side) {
  const list = sides.into[sides.to[side]];
  list.splice(list.indexOf(side), 1);
  const cell = sides.cell[side];
  sides.cell[side] = -1;
  while (sides.count && sides.cell[sides.count - 1] < 0) sides.count -= 1;
  return cell;
}

function latestSide(sides, recency) {
  for (let side = sides.count - 1; side >= 0; side--) {
    if (sides.cell[side] >= 0 && --recency === 0) return side;
  }
  throw new Error("damaged scene: its land does not close");
}

function findSide(list, from, sides) {
  if (list) for (const side of list) if (sides.from[side] === from) return side;
  return -1;
}

function walk1(sides, edges, from, to, cell) {
  const open = findSide(sides.into[from], to, sides);
  if (open >= 0) {
    addEdge(edges, from, to, cell, closeSide1(sides, open));
    return;
  }
  if (findSide(sides.into[to], from, sides) >= 0) return;
  const side = sides.count++;
  sides.from[side] = from;
  sides.to[side] = to;
  sides.cell[side] = cell;
  (sides.into[to] ??= []).push(side);
}

/** `{land, at}` as `decodeLand` of land.mjs gives them. */
export function decodeLand1({ grid, points, cells }, cols) {
  const { "t.rn": sizes, "t.rc": cellOf, "t.rs": starts, "t.rv": steps, "t.rb": named, "t.vx": moveX, "t.vy": moveY } = cols;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const x = new Int32Array(moveX.length);
  const y = new Int32Array(moveX.length);
  const sides = openSides1(x.length, total);
  const edges = edgeList(total);
  const middle = { x: new Int32Array(cells), y: new Int32Array(cells) };
  const seen = new Uint8Array(cells);
  let known = 0;
  let step = 0;
  let back = 0;
  let lastX = 0;
  let lastY = 0;
  for (let r = 0; r < sizes.length; r++) {
    const cell = cellOf[r];
    const size = sizes[r];
    let first = -1;
    let vertex = -1;
    let sumX = 0;
    let sumY = 0;
    let count = 0;
    const arrive = (to) => {
      if (count) walk1(sides, edges, vertex, to, cell);
      else first = to;
      vertex = to;
      count += 1;
      sumX += lastX = x[to];
      sumY += lastY = y[to];
    };
    if (starts[r]) {
      const side = latestSide(sides, starts[r]);
      const [from, to] = [sides.from[side], sides.to[side]];
      arrive(to);
      arrive(from);
    }
    while (count < size) {
      const code = steps[step++];
      if (code === NEW) {
        x[known] = lastX + moveX[known];
        y[known] = lastY + moveY[known];
        arrive(known++);
      } else if (code === OLD) arrive(known - named[back++]);
      else {
        const list = sides.into[vertex];
        arrive(sides.from[list[list.length - code]]);
      }
    }
    walk1(sides, edges, vertex, first, cell);
    if (!seen[cell]) {
      seen[cell] = 1;
      middle.x[cell] = Math.floor((2 * sumX) / size);
      middle.y[cell] = Math.floor((2 * sumY) / size);
    }
  }
  for (let side = 0; side < sides.count; side++) {
    if (sides.cell[side] >= 0) addEdge(edges, sides.from[side], sides.to[side], sides.cell[side], -1);
  }
  const land = {
    lon: Float64Array.from(x, (v) => grid.west + v * grid.step),
    lat: Float64Array.from(y, (v) => grid.south + v * grid.step),
    ...edgeColumns(edges),
  };
  return { land, at: placesOf(points, cols, middle) };
}

function placesOf({ west, south, step }, cols, middle) {
  const n = cols["p.x"].length;
  const lon = new Float64Array(n);
  const lat = new Float64Array(n);
  for (let p = 0; p < n; p++) {
    const cell = n > FIRST_MANY ? cols["p.cell"][p] : -1;
    const nowhere = cols["p.x"][p] === NOWHERE || cols["p.y"][p] === NOWHERE;
    lon[p] = nowhere ? NaN : west + (cols["p.x"][p] + (cell < 0 ? 0 : middle.x[cell])) * step;
    lat[p] = nowhere ? NaN : south + (cols["p.y"][p] + (cell < 0 ? 0 : middle.y[cell])) * step;
  }
  return { lon, lat };
}
