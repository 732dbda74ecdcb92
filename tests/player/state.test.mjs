import assert from "node:assert/strict";
import { test } from "node:test";
import * as state from "../../geo/player/state.mjs";

// Two rivals, an ally of the first, and a contest; three places with cells, one without.
const scene = {
  actors: [{ side: "a" }, { side: "b" }, { side: "a" }],
  contests: [[0, 1]],
  places: { cell: Int32Array.from([0, 1, 2, -1]) },
  cellPlace: Int32Array.from([0, 1, 2]),
  flips: { day: [-2147483648, 10, 20, 30], place: [0, 1, 0, 0], holder: [0, 1, -2, -1], age: [0, 9, 19, 29] },
  maybes: { begin: [5], end: [10], place: [1], holder: [1] },
  events: { begin: [0, 3, 20, 21], end: [400, 4, 21, 23], kind: [0, 0, 1, 0], actor: [0, 1, 0, -1] },
};
const none = { long: state.longEvents(scene), kindsOff: new Set(), hidden: new Set() };
const paint = (day, extra = {}) => state.cellPaint(scene, day, { holders: state.holdersAt(scene, day), maybes: state.maybesAt(scene, day), hidden: new Set(), ...extra });

test("the newest change up to the day decides; the day itself counts", () => {
  assert.deepEqual([...state.holdersAt(scene, 9).holder], [0, -1, -1, -1]);
  assert.deepEqual([...state.holdersAt(scene, 10).holder], [0, 1, -1, -1]);
  assert.deepEqual([...state.holdersAt(scene, 20).flip], [2, 1, -1, -1]);
  assert.equal(state.holdersAt(scene, 30).holder[0], -1);
});

test("going back gives the same answer as coming from the start", () => {
  const out = state.holdersAt(scene, 1000);
  for (const day of [9, 25, 19, -5, 40, 10, 30, 20]) {
    const { holder, flip } = state.holdersAt(scene, day);
    state.holdersAt(scene, day, out);
    assert.deepEqual([out.holder, out.flip], [holder, flip]);
  }
});

test("a window of doubt is open from its begin to before its end", () => {
  for (const [day, open] of [[4, -1], [5, 0], [9, 0], [10, -1]]) assert.equal(state.maybesAt(scene, day)[1], open);
});

test("paint keys come apart again, and differ for doubt and age", () => {
  const plain = paint(4);
  const doubt = paint(5);
  assert.notEqual(plain.key[1], doubt.key[1]);
  assert.deepEqual(state.splitKey(scene, doubt.key[1]), { index: 0, coming: state.paintIndex(scene, 1), age: 0 });
  const old = paint(19 + 365 + 1, { age: true });
  assert.equal(state.splitKey(scene, old.key[1]).age, 2);
  assert.equal(plain.key[2], 0, "unknown land is the empty key");
});

test("hidden actors leave neither land nor a known holder", () => {
  const { index } = paint(10, { hidden: new Set([1]) });
  assert.equal(index[1], state.paintCount(scene) - 1);
  assert.equal(state.paintSides(scene)[index[1]], -1);
});

test("fronts lie between rivals only: not allies, not unknown, not contested", () => {
  const sides = state.paintSides(scene);
  const kind = (a, b) => state.edgeClass(sides, state.paintIndex(scene, a), state.paintIndex(scene, b));
  assert.equal(kind(0, 1), state.EDGE_FRONT);
  assert.equal(kind(0, 2), state.EDGE_INNER);
  assert.equal(kind(0, -1), state.EDGE_OUTER);
  assert.equal(kind(1, -2), state.EDGE_INNER);
  assert.equal(kind(-1, -1), state.EDGE_NONE);
});

test("events of a window: what touches it, with the age of what is over", () => {
  const found = (day, window, extra) => state.eventsIn(scene, day, window, { ...none, ...extra }).map(({ event, age }) => [event, age]);
  assert.deepEqual(found(21, 2), [[0, 0], [2, 1], [3, 0]]);
  assert.deepEqual(found(3, 1), [[0, 0], [1, 0]]);
  assert.deepEqual(found(500, 14), []);
  assert.deepEqual(found(21, 30, { kindsOff: new Set([0]) }), [[2, 1]]);
  assert.deepEqual(found(21, 30, { hidden: new Set([0]) }), [[1, 18], [3, 0]]);
});

test("areas of cells: a one-degree cell on the equator and at 60 north", () => {
  const square = (lat) => ({ cellPlace: Int32Array.from([0]), land: { lon: [0, 1, 1, 0], lat: [lat, lat, lat + 1, lat + 1], offset: [0, 5], vertex: [0, 1, 2, 3, 0], left: [0], right: [-1] } });
  assert.ok(Math.abs(state.cellAreas(square(0))[0] / 12308.8 - 1) < 2e-3);
  assert.ok(Math.abs(state.cellAreas(square(60))[0] / 6122 - 1) < 2e-2);
});

test("tallies leave contested land to nobody", () => {
  const areas = Float64Array.from([10, 20, 30]);
  assert.deepEqual([...state.tally(scene, areas, state.holdersAt(scene, 20)).area], [0, 20, 0]);
  assert.equal(state.tally(scene, areas, state.holdersAt(scene, 20)).contested, 10);
});
