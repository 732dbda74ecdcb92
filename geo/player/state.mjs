// Who holds what on a day, and what happened around it. Pure: scene in, arrays out.

import { upperBound } from "./time.mjs";

export const UNKNOWN = -1;
export const AGE_STEPS = [180, 365]; // days without news after which land fades, twice
const LONG_DAYS = 45;

/** For each flip the one before it at the same place, or -1. */
export function flipsBefore({ place }, places) {
  const last = new Int32Array(places).fill(-1);
  const before = new Int32Array(place.length);
  for (let i = 0; i < place.length; i++) {
    before[i] = last[place[i]];
    last[place[i]] = i;
  }
  return before;
}

/**
 * Holder code and deciding flip of every place on `day`. Given what it returned for another day
 * (`out`), only the flips in between are walked, forth or back.
 */
export function holdersAt(scene, day, out) {
  const n = scene.places.cell.length;
  const { day: days, place, holder: codes } = scene.flips;
  const result = out && out.holder.length === n ? out : { holder: new Int32Array(n).fill(UNKNOWN), flip: new Int32Array(n).fill(-1), before: null, done: 0 };
  const { holder, flip } = result;
  const end = upperBound(days, day);
  const before = end < result.done ? (result.before ??= flipsBefore(scene.flips, n)) : null; // only the way back asks
  for (let i = result.done; i < end; i++) {
    holder[place[i]] = codes[i];
    flip[place[i]] = i;
  }
  for (let i = result.done - 1; i >= end; i--) {
    flip[place[i]] = before[i];
    holder[place[i]] = before[i] < 0 ? UNKNOWN : codes[before[i]];
  }
  result.done = end;
  return result;
}

/** For each place the index of a maybe-window open on `day`, or -1. */
export function maybesAt(scene, day, out) {
  const n = scene.places.cell.length;
  const open = out && out.length === n ? out.fill(-1) : new Int32Array(n).fill(-1);
  const { begin, end, place } = scene.maybes;
  const stop = upperBound(begin, day);
  for (let i = 0; i < stop; i++) if (end[i] > day) open[place[i]] = i;
  return open;
}

/** Numbers 0.. for holder codes: 0 unknown, then actors, then contests, then "filtered out". */
export function paintIndex(scene, code) {
  if (code >= 0) return code + 1;
  return code === UNKNOWN ? 0 : scene.actors.length + 1 + (-2 - code);
}

export function paintCount(scene) {
  return scene.actors.length + scene.contests.length + 2;
}

/** The actors behind a holder code. */
export function holdersOf(scene, code) {
  if (code >= 0) return [code];
  return code === UNKNOWN ? [] : scene.contests[-2 - code] || [];
}

/**
 * What to paint in each cell: `index` (see paintIndex) and `key`, which also tells the coming
 * holder of an open window and how old the evidence is. `hidden` is a set of actor numbers.
 */
export function cellPaint(scene, day, { holders, maybes, hidden, maybe = true, age = false }, out) {
  const n = scene.cellPlace.length;
  const result = out && out.key.length === n ? out : { index: new Uint16Array(n), key: new Int32Array(n) };
  const count = paintCount(scene);
  const lowest = -1 - scene.contests.length;
  const indexOf = new Uint16Array(scene.actors.length - lowest);
  for (let code = lowest; code < scene.actors.length; code++) {
    const off = hidden.size && code !== UNKNOWN && holdersOf(scene, code).every((a) => hidden.has(a));
    indexOf[code - lowest] = off ? count - 1 : paintIndex(scene, code);
  }
  for (let c = 0; c < n; c++) {
    const p = scene.cellPlace[c];
    const code = p < 0 ? UNKNOWN : holders.holder[p];
    const index = indexOf[code - lowest];
    let coming = 0;
    if (maybe && p >= 0 && maybes[p] >= 0) {
      const next = scene.maybes.holder[maybes[p]];
      if (next !== code && !hidden.has(next)) coming = paintIndex(scene, next) + 1;
    }
    let step = 0;
    if (age && p >= 0 && holders.flip[p] >= 0) {
      const gap = day - scene.flips.age[holders.flip[p]];
      step = gap > AGE_STEPS[1] ? 2 : gap > AGE_STEPS[0] ? 1 : 0;
    }
    result.index[c] = index;
    result.key[c] = (step * (count + 1) + coming) * count + index;
  }
  return result;
}

/** A paint key taken apart again. */
export function splitKey(scene, key) {
  const count = paintCount(scene);
  const rest = Math.floor(key / count);
  return { index: key % count, coming: (rest % (count + 1)) - 1, age: Math.floor(rest / (count + 1)) };
}

/** Side of every paint index, as a small number; -1 for unknown, contested and filtered. */
export function paintSides(scene) {
  const names = [...new Set(scene.actors.map((a) => a.side))];
  const out = new Int16Array(paintCount(scene)).fill(-1);
  scene.actors.forEach((actor, a) => (out[a + 1] = names.indexOf(actor.side)));
  return out;
}

export const EDGE_NONE = 0;
export const EDGE_FRONT = 1;
export const EDGE_INNER = 2;
export const EDGE_OUTER = 3;

/** What an edge between two paint indices is: a front only between rival sides, both known. */
export function edgeClass(sides, a, b) {
  if (a === b) return EDGE_NONE;
  if (sides[a] >= 0 && sides[b] >= 0) return sides[a] === sides[b] ? EDGE_INNER : EDGE_FRONT;
  return a === 0 || b === 0 ? EDGE_OUTER : EDGE_INNER;
}

/** Long events (sieges and the like), found once: they are looked at on every day. */
export function longEvents(scene) {
  const { begin, end } = scene.events;
  const out = [];
  for (let i = 0; i < begin.length; i++) if (end[i] - begin[i] > LONG_DAYS) out.push(i);
  return Int32Array.from(out);
}

/**
 * Events that touch the `window` days up to `day`, oldest first, with their age in days (0 while
 * they last). `kinds` and `actors` are sets of numbers that are switched off.
 */
export function eventsIn(scene, day, window, { long, kindsOff, hidden }) {
  const { begin, end, kind, actor } = scene.events;
  const first = day - window + 1;
  const found = [];
  const take = (i) => {
    if (begin[i] > day || end[i] <= first || kindsOff.has(kind[i])) return;
    if (actor[i] >= 0 && hidden.has(actor[i])) return;
    found.push({ event: i, age: Math.max(0, day - (end[i] - 1)) });
  };
  for (const i of long) take(i);
  const stop = upperBound(begin, day);
  for (let i = upperBound(begin, first - LONG_DAYS - 1); i < stop; i++) if (end[i] - begin[i] <= LONG_DAYS) take(i);
  return found.sort((a, b) => begin[a.event] - begin[b.event] || a.event - b.event);
}

/** Area of every cell in km2 on the WGS84 ellipsoid (authalic sphere, straight in lon, lat). */
export function cellAreas(scene) {
  const { lon, lat, offset, vertex, left, right } = scene.land;
  const e = 0.0818191908426215;
  const q = (s) => (1 - e * e) * (s / (1 - e * e * s * s) - Math.log((1 - e * s) / (1 + e * s)) / (2 * e));
  const height = Float64Array.from(lat, (v) => q(Math.sin((v * Math.PI) / 180)) / 2);
  const twice = new Float64Array(scene.cellPlace.length);
  for (let k = 0; k < left.length; k++) {
    let sum = 0;
    for (let i = offset[k]; i + 1 < offset[k + 1]; i++) {
      const a = vertex[i];
      const b = vertex[i + 1];
      sum += (lon[a] - lon[b]) * (height[a] + height[b]);
    }
    if (left[k] >= 0) twice[left[k]] += sum;
    if (right[k] >= 0) twice[right[k]] -= sum;
  }
  const scale = ((Math.PI / 180) * 6378.137 ** 2) / 2;
  return twice.map((v) => Math.abs(v) * scale);
}

/** Land (km2) and number of places per actor; contested land counts for nobody. */
export function tally(scene, areas, holders) {
  const area = new Float64Array(scene.actors.length);
  const places = new Int32Array(scene.actors.length);
  let contested = 0;
  for (let p = 0; p < holders.holder.length; p++) {
    const code = holders.holder[p];
    const cell = scene.places.cell[p];
    if (code >= 0) places[code] += 1;
    if (cell < 0 || scene.cellPlace[cell] !== p) continue;
    if (code >= 0) area[code] += areas[cell];
    else if (code < UNKNOWN) contested += areas[cell];
  }
  return { area, places, contested };
}
