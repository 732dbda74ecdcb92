// Bytes of geo/payload.py to plain arrays. Pure but for the browser's own gunzip.

import { decodeLand } from "./land.mjs";
import { NOWHERE } from "./predict.mjs";

export const SCENE_VERSION = 2;
const POINT_DEG = 1e-5;
const LINE_DEG = 1e-4;
const NO_DAY_LOW = -2147483648;

export function bytesFromBase64(text) {
  const raw = atob(text.trim());
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out;
}

/** Written straight into the stream: a Blob would take the bytes to another process and back. */
export async function gunzip(bytes) {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  writer.write(bytes).catch(() => {}); // what is wrong is told by the reading side
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

/** The gzipped parts of a packed scene; throws where the bytes are none or too new. */
export function splitParts(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, false) !== 0x46524e54) throw new Error("not a packed scene");
  const version = view.getUint16(4, true);
  if (version > SCENE_VERSION) throw new Error(`scene version ${version} is newer than this player`);
  const count = view.getUint16(6, true);
  const parts = [];
  let at = 8 + 4 * count;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(8 + 4 * i, true);
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return parts;
}

// One loop a function: a loop that is met after its neighbours were compiled would undo their work.
function oneByte(out, body, low) {
  for (let i = 0; i < out.length; i++) out[i] = body[low + i];
}

function twoBytes(out, body, low) {
  for (let i = 0, high = low + out.length; i < out.length; i++) out[i] = body[low + i] | (body[high + i] << 8);
}

function fourBytes(out, body, low) {
  const n = out.length;
  for (let i = 0, at = low; i < n; i++, at++) out[i] = body[at] | (body[at + n] << 8) | (body[at + 2 * n] << 16) | (body[at + 3 * n] << 24);
}

function unfold(out) {
  for (let i = 0; i < out.length; i++) out[i] = (out[i] >>> 1) ^ -(out[i] & 1);
}

function unfoldSums(out) {
  for (let i = 0, sum = 0; i < out.length; i++) out[i] = sum = (sum + ((out[i] >>> 1) ^ -(out[i] & 1))) | 0;
}

/** One coded column: see geo/columns.py. */
export function decodeColumn(body, start, [kind, width, delta, length, offset]) {
  const out = new Int32Array(length);
  (width === 1 ? oneByte : width === 2 ? twoBytes : fourBytes)(out, body, start + offset);
  if (kind === "f") return new Float32Array(out.buffer);
  (delta ? unfoldSums : unfold)(out);
  return out;
}

/** `target` with the members of `makers`, each made when it is first asked for, once. */
export function lazily(target, makers) {
  for (const [name, make] of Object.entries(makers)) {
    const keep = (value) => Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
    Object.defineProperty(target, name, { get: () => keep(make())[name], enumerable: true, configurable: true });
  }
  return target;
}

/** An unzipped part to its header and its columns, which are decoded as they are asked for. */
export function parsePart(body) {
  const size = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + size)));
  const makers = {};
  for (const name of Object.keys(head.columns)) makers[name] = () => decodeColumn(body, 4 + size, head.columns[name]);
  return { head, cols: lazily({}, makers) };
}

function degrees(steps, step) {
  const out = new Float64Array(steps.length);
  for (let i = 0; i < out.length; i++) out[i] = steps[i] === NOWHERE ? NaN : steps[i] * step;
  return out;
}

function decodeLines(kinds, cols) {
  const lon = degrees(cols["l.x"], LINE_DEG);
  const lat = degrees(cols["l.y"], LINE_DEG);
  let at = 0;
  return kinds.map((kind, i) => {
    const end = at + cols["l.size"][i];
    const line = { kind, lon: lon.subarray(at, end), lat: lat.subarray(at, end) };
    at = end;
    return line;
  });
}

/** Positions in order of days, ties as they stand (a counting sort: days are few). */
export function orderByDay(days) {
  let most = 0;
  for (let i = 0; i < days.length; i++) if (days[i] > most) most = days[i];
  const start = new Int32Array(most + 2);
  for (let i = 0; i < days.length; i++) start[days[i] + 1] += 1;
  for (let d = 1; d < start.length; d++) start[d] += start[d - 1];
  const order = new Int32Array(days.length);
  for (let i = 0; i < days.length; i++) order[start[days[i]]++] = i;
  return order;
}

/** Who held from the start, then changes sorted by day: see geo/placecode.py. */
function decodeFlips(head, cols, stepped) {
  const begun = cols["h.place"].length;
  const count = cols["f.day"].length;
  const out = { day: new Int32Array(begun + count).fill(NO_DAY_LOW), place: new Int32Array(begun + count), holder: new Int32Array(begun + count), age: new Int32Array(begun + count) };
  out.place.set(cols["h.place"]);
  out.holder.set(cols["h.holder"]);
  cols["h.age"].forEach((age, i) => (out.age[i] = head.first_day - age));
  const days = stepped ? daysOf(cols) : cols["f.day"];
  const order = orderByDay(days);
  const { "f.place": place, "f.holder": holder, "f.age": age } = cols;
  for (let i = 0, to = begun; i < order.length; i++, to++) {
    const from = order[i];
    const day = days[from] + head.flip_base;
    out.day[to] = day;
    out.place[to] = place[from];
    out.holder[to] = holder[from];
    out.age[to] = day - age[from];
  }
  return out;
}

/** Days told from the change before at the same place, to days from the first. */
function daysOf(cols) {
  const days = cols["f.day"].slice();
  const place = cols["f.place"];
  for (let i = 1; i < days.length; i++) if (place[i] === place[i - 1]) days[i] += days[i - 1];
  return days;
}

/** `killed` and the like as lower, upper, lower, upper…; NaN not stated, Infinity open. */
function decodeCounts(name, cols) {
  const low = cols[`e.${name}`];
  const gap = cols[`e.${name}_gap`];
  const out = new Float32Array(2 * low.length);
  for (let i = 0; i < low.length; i++) {
    out[2 * i] = low[i] ? low[i] - 1 : NaN;
    out[2 * i + 1] = gap[i] === 0 ? NaN : gap[i] === 1 ? Infinity : Math.max(0, low[i] - 1) + gap[i] - 2;
  }
  return out;
}

function decodeEvents(head, cols, at) {
  const place = cols["e.place"];
  const lon = new Float64Array(place.length);
  const lat = new Float64Array(place.length);
  const [awayLon, awayLat] = [degrees(cols["e.lon"], POINT_DEG), degrees(cols["e.lat"], POINT_DEG)];
  for (let i = 0, away = 0; i < place.length; i++) {
    lon[i] = place[i] < 0 ? awayLon[away] : at.lon[place[i]];
    lat[i] = place[i] < 0 ? awayLat[away++] : at.lat[place[i]];
  }
  return {
    begin: cols["e.begin"],
    end: cols["e.length"].map((length, i) => length + cols["e.begin"][i]),
    claim: cols["e.claim"],
    kinds: head.event_kinds,
    kind: cols["c.kind"],
    actor: cols["c.actor"],
    lon,
    lat,
    uncertainty: cols["e.uncertainty_m"],
    killed: decodeCounts("killed", cols),
    wounded: decodeCounts("wounded", cols),
  };
}

function decodeMap({ head, cols }, version, olderLand) {
  const cellPlace = new Int32Array(head.cells).fill(-1);
  const cells = cols["p.cell"];
  for (let p = cells.length - 1; p >= 0; p--) if (cells[p] >= 0) cellPlace[cells[p]] = p;
  const old = version === 1 && olderLand;
  const { land, at } = (old || decodeLand)(head, cols);
  return {
    title: head.title,
    description: head.description,
    licence: head.licence,
    rule: head.rule,
    ruleAr: head.rule_ar || head.rule,
    dataHash: head.data_hash,
    firstDay: head.first_day,
    lastDay: head.last_day,
    view: head.view,
    credits: head.credits,
    sourceCount: head.sources || 0, // older scenes do not tell
    actors: head.actors,
    contests: head.contests,
    towns: head.towns,
    lines: decodeLines(head.lines, cols),
    land,
    cellPlace,
    places: lazily(
      { id: head.place_ids, name: head.names, nameAr: head.names_ar, kinds: head.place_kinds, lon: at.lon, lat: at.lat, cell: cells },
      { kind: () => cols["p.kind"], uncertainty: () => cols["p.uncertainty_m"], population: () => cols["p.population"] },
    ),
    flips: decodeFlips(head, cols, !old),
    maybes: { begin: cols["m.begin"], end: cols["m.end"], place: cols["m.place"], holder: cols["m.holder"] },
    events: decodeEvents(head, cols, at),
  };
}

function decodeTexts({ head, cols }) {
  const claims = {};
  head.fields.forEach((name, i) => (claims[name] = head.claims[i]));
  const start = new Int32Array(cols.deciding_size.length + 1);
  for (let i = 0; i < cols.deciding_size.length; i++) start[i + 1] = start[i] + cols.deciding_size[i];
  return {
    claims,
    count: head.claims[0].length,
    sources: head.sources,
    why: (flip) => (flip >= 0 && flip < cols.why.length ? head.whys[cols.why[flip]] : ""),
    deciding: (flip) => (flip >= 0 && flip + 1 < start.length ? Array.from(cols.deciding.subarray(start[flip], start[flip + 1])) : []),
  };
}

/**
 * Packed bytes to `{scene, texts}`; `texts()` unzips the claims when first asked, once. A page that
 * carries its own scene needs no older format; for others `olderLand` is `decodeLand1` of land1.mjs.
 */
export async function openScene(bytes, olderLand = null) {
  const parts = splitParts(bytes);
  const version = bytes[4];
  if (version === 1 && !olderLand) throw new Error("scene version 1 needs decodeLand1 of land1.mjs");
  const scene = decodeMap(parsePart(await gunzip(parts[0])), version, olderLand);
  let texts = null;
  return { scene, texts: () => (texts ??= gunzip(parts[1]).then((body) => decodeTexts(parsePart(body)))) };
}
