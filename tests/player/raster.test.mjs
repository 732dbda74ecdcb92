import assert from "node:assert/strict";
import { test } from "node:test";
import { buildRuns, cellAt, recolour } from "../../geo/player/raster.mjs";

function random(seed) {
  let s = seed;
  return () => (s = (s * 1103515245 + 12345) % 2147483648) / 2147483648;
}

/** A jittered lattice of nx by ny cells over a width x height canvas, y down. */
function lattice(nx, ny, width, height, seed) {
  const next = random(seed);
  const x = [];
  const y = [];
  for (let j = 0; j <= ny; j++) {
    for (let i = 0; i <= nx; i++) {
      const inner = i > 0 && j > 0 && i < nx && j < ny;
      x.push((width * (i + (inner ? 0.6 * next() - 0.3 : 0))) / nx);
      y.push((height * (j + (inner ? 0.6 * next() - 0.3 : 0))) / ny);
    }
  }
  const land = { offset: [0], vertex: [], left: [], right: [] };
  const add = (a, b, left, right) => {
    land.vertex.push(a, b);
    land.offset.push(land.vertex.length);
    land.left.push(left);
    land.right.push(right);
  };
  const cell = (i, j) => (i >= 0 && j >= 0 && i < nx && j < ny ? i + nx * j : -1);
  const at = (i, j) => i + (nx + 1) * j;
  // Going east on the screen the left side is the upper (smaller y) one.
  for (let j = 0; j <= ny; j++) for (let i = 0; i < nx; i++) add(at(i, j), at(i + 1, j), cell(i, j - 1), cell(i, j));
  for (let j = 0; j < ny; j++) for (let i = 0; i <= nx; i++) add(at(i, j), at(i, j + 1), cell(i, j), cell(i - 1, j));
  return { land, x: Float32Array.from(x), y: Float32Array.from(y), cells: nx * ny, at };
}

function inside(px, py, corners) {
  let odd = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [xi, yi] = corners[i];
    const [xj, yj] = corners[j];
    if (yi > py !== yj > py && px < ((xj - xi) * (py - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

test("every pixel knows the cell that holds its centre", () => {
  for (const [nx, ny, seed] of [[1, 1, 1], [5, 4, 2], [23, 17, 3], [90, 60, 4]]) {
    const { land, x, y, cells, at } = lattice(nx, ny, 120, 80, seed);
    const runs = buildRuns(land, x, y, 120, 80, cells);
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)].map((v) => [x[v], y[v]]);
        for (let k = 0; k < 3; k++) {
          const px = Math.floor(corners.reduce((s, c) => s + c[0], 0) / 4) + (k - 1);
          const py = Math.floor(corners.reduce((s, c) => s + c[1], 0) / 4);
          if (px < 0 || px > 119 || !inside(px + 0.5, py + 0.5, corners)) continue;
          assert.equal(cellAt(runs, px, py), i + nx * j);
        }
      }
    }
    assert.ok(runs.begin.length === 0 || runs.rowRun[80] > 0);
  }
});

test("runs tile the land: each pixel once, none left out", () => {
  const { land, x, y, cells } = lattice(31, 19, 200, 100, 9);
  const runs = buildRuns(land, x, y, 200, 100, cells);
  const seen = new Uint8Array(200 * 100);
  for (let row = 0; row < 100; row++) {
    for (let r = runs.rowRun[row]; r < runs.rowRun[row + 1]; r++) {
      for (let px = runs.begin[r]; px < runs.end[r]; px++) seen[row * 200 + px] += 1;
    }
  }
  assert.ok(seen.every((count) => count === 1));
});

test("land partly or wholly off the canvas is cut, not wrapped", () => {
  const { land, x, y, cells } = lattice(8, 8, 100, 100, 5);
  const moved = (dx, dy) => buildRuns(land, x.map((v) => v + dx), y.map((v) => v + dy), 100, 100, cells);
  for (const [dx, dy] of [[-50, 0], [50, 0], [0, -50], [0, 50]]) {
    const runs = moved(dx, dy);
    const count = runs.end.reduce((sum, end, i) => sum + (end - runs.begin[i]), 0);
    assert.ok(Math.abs(count - 5000) < 120, `${count} pixels for half of the land`);
  }
  assert.equal(moved(500, 0).rowRun[100], 0);
  assert.equal(cellAt(moved(0, 500), 10, 10), -1);
});

test("only cells with a new key are repainted, inside the dirty box", () => {
  const { land, x, y, cells } = lattice(10, 10, 100, 100, 6);
  const runs = buildRuns(land, x, y, 100, 100, cells);
  const pixels = new Uint32Array(100 * 100);
  const painted = new Int32Array(cells);
  const keys = new Int32Array(cells);
  const tileOf = (key) => ({ size: 2, data: Uint32Array.from([key, key, key, key + 1000]), flat: false });
  assert.equal(recolour(runs, pixels, painted, keys, tileOf), null);
  keys[34] = 7;
  const [x0, y0, x1, y1] = recolour(runs, pixels, painted, keys, tileOf);
  for (let i = 0; i < pixels.length; i++) {
    const [px, py] = [i % 100, Math.floor(i / 100)];
    const own = cellAt(runs, px, py) === 34;
    assert.equal(pixels[i], own ? (px % 2 && py % 2 ? 1007 : 7) : 0);
    if (own) assert.ok(px >= x0 && px < x1 && py >= y0 && py < y1);
  }
  assert.equal(recolour(runs, pixels, painted, keys, tileOf), null);
});
