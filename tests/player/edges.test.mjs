import assert from "node:assert/strict";
import { test } from "node:test";
import { createInk, edgesByCell, markEdges, soilAll } from "../../geo/player/edges.mjs";
import { drawInk } from "../../geo/player/squares.mjs";

// Four square cells of 20 pixels: 0 1 over 2 3; edges with the left cell on the left as y goes down.
const corners = [[0, 0], [20, 0], [40, 0], [0, 20], [20, 20], [40, 20], [0, 40], [20, 40], [40, 40]];
const x = Float32Array.from(corners, ([u]) => u);
const y = Float32Array.from(corners, ([, v]) => v);
const sides = [[1, 4, 0, 1], [4, 7, 2, 3], [3, 4, 0, 2], [4, 5, 1, 3], [0, 1, -1, 0], [1, 2, -1, 1], [6, 7, 2, -1], [7, 8, 3, -1]];
const land = {
  offset: Int32Array.from([...sides.keys(), sides.length], (k) => 2 * k),
  vertex: Int32Array.from(sides.flatMap(([a, b]) => [a, b])),
  left: Int32Array.from(sides, ([, , l]) => l),
  right: Int32Array.from(sides, ([, , , r]) => r),
};
const byCell = edgesByCell(land, 4);
const [width, height] = [44, 44];
const makeInk = () => createInk(land, byCell, { x, y, width, height, ratio: 1 });
const rivals = Int16Array.from([-1, 0, 1, 0, -1]); // paint indices: unknown, a, b, an ally of a, filtered
const colours = { outer: [[9, 9, 9], [200, 0, 0], [0, 200, 0], [0, 0, 200], [9, 9, 9]], inner: [255, 255, 255, 0.8], halo: [255, 255, 255, 0.85], front: [0, 0, 0, 1] };
const all = { fronts: true, land: true };

function draw(ink, pixels, index, shown = all, every = false, under = null) {
  markEdges(ink, Uint16Array.from(index), rivals, shown, every);
  return drawInk(ink, pixels, colours, under);
}

test("each cell knows its edges", () => {
  const of = (c) => [...byCell.edge.subarray(byCell.start[c], byCell.start[c + 1])].sort();
  assert.deepEqual([0, 1, 2, 3].map(of), [[0, 2, 4], [0, 3, 5], [1, 2, 6], [1, 3, 7]]);
});

test("a front is dark in its middle, light beside it, and nothing away from it", () => {
  const pixels = new Uint32Array(width * height);
  draw(makeInk(), pixels, [1, 2, 1, 2]);
  const at = (px, py) => pixels[py * width + px];
  assert.equal(at(20, 10), 0xff000000, "the line itself");
  assert.ok((at(22, 10) & 255) > 200 && at(22, 10) >>> 24 > 60, "its halo");
  assert.equal(at(30, 30), 0);
  assert.equal(at(10, 10), 0);
});

test("a step from any state draws what a fresh start draws", () => {
  const ink = makeInk();
  const pixels = new Uint32Array(width * height);
  let seed = 7;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 60; round++) {
    const index = [0, 1, 2, 3].map(() => Math.floor(5 * next()));
    const shown = { fronts: next() > 0.2, land: next() > 0.2 };
    draw(ink, pixels, index, shown, true);
    const again = index.with(round % 4, 1);
    draw(ink, pixels, again, shown);
    const fresh = new Uint32Array(width * height);
    const other = makeInk();
    draw(other, fresh, again, shown, true);
    assert.deepEqual(pixels, fresh, `${again} ${JSON.stringify(shown)}`);
  }
});

test("what did not change is not drawn, and the dirty box holds all that did", () => {
  const ink = makeInk();
  const pixels = new Uint32Array(width * height);
  draw(ink, pixels, [1, 1, 1, 2]);
  assert.equal(draw(ink, pixels, [1, 1, 1, 2]), null);
  const before = pixels.slice();
  const [x0, y0, x1, y1] = draw(ink, pixels, [2, 1, 1, 2]);
  for (let i = 0; i < pixels.length; i++) {
    const [px, py] = [i % width, Math.floor(i / width)];
    if (px < x0 || px >= x1 || py < y0 || py >= y1) assert.equal(pixels[i], before[i]);
  }
  assert.ok(pixels.some((value, i) => value !== before[i]));
});

test("ink lies over what is below it, and everything can be asked for again", () => {
  const under = new Uint32Array(width * height).fill(0x80203040);
  const ink = makeInk();
  const pixels = new Uint32Array(width * height);
  soilAll(ink);
  draw(ink, pixels, [1, 2, 1, 2], all, true, under);
  assert.equal(pixels[5 * width + 5], 0x80203040);
  assert.equal(pixels[5 * width + 20], 0xff000000);
  soilAll(ink);
  draw(ink, pixels, [1, 2, 1, 2]);
  assert.equal(pixels[5 * width + 5], 0);
});

test("edges off the canvas cost nothing and break nothing", () => {
  const far = createInk(land, byCell, { x: x.map((v) => v + 500), y, width, height, ratio: 1 });
  const pixels = new Uint32Array(width * height);
  assert.equal(draw(far, pixels, [1, 2, 1, 2]), null);
  assert.equal(far.used, 0);
});
