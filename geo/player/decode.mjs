// Bytes of geo/payload.py to plain arrays. Pure but for the browser's own gunzip.

export const SCENE_VERSION = 1;
const NOWHERE = -2147483648;
const POINT_DEG = 1e-5;
const LINE_DEG = 1e-4;

export function bytesFromBase64(text) {
  const raw = atob(text.trim());
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out;
}

export async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
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

/** One coded column: see geo/columns.py. */
export function decodeColumn(body, start, [kind, width, delta, length, offset]) {
  const bits = new Uint32Array(length);
  for (let k = 0; k < width; k++) {
    const from = start + offset + k * length;
    for (let i = 0; i < length; i++) bits[i] |= body[from + i] << (8 * k);
  }
  if (kind === "f") return new Float32Array(bits.buffer);
  const out = new Int32Array(bits.buffer);
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const value = (bits[i] >>> 1) ^ -(bits[i] & 1);
    out[i] = delta ? (sum = (sum + value) | 0) : value;
  }
  return out;
}

/** An unzipped part to its header and its columns. */
export function parsePart(body) {
  const size = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + size)));
  const cols = {};
  for (const name of Object.keys(head.columns)) cols[name] = decodeColumn(body, 4 + size, head.columns[name]);
  return { head, cols };
}

function degrees(steps, step) {
  const out = new Float64Array(steps.length);
  for (let i = 0; i < out.length; i++) out[i] = steps[i] === NOWHERE ? NaN : steps[i] * step;
  return out;
}

function decodeLand(grid, cols) {
  const { "t.ev": back, "t.en": size, "t.el": left, "t.er": gap } = cols;
  const vertex = new Int32Array(back.length);
  for (let i = 0, met = 0; i < back.length; i++) vertex[i] = back[i] === 0 ? met++ : met - back[i];
  const offset = new Int32Array(size.length + 1);
  const right = new Int32Array(size.length);
  for (let i = 0; i < size.length; i++) {
    offset[i + 1] = offset[i] + size[i];
    right[i] = gap[i] === 0 ? -1 : left[i] + gap[i];
  }
  const lon = new Float64Array(cols["t.vx"].length);
  const lat = new Float64Array(lon.length);
  for (let i = 0; i < lon.length; i++) {
    lon[i] = grid.west + cols["t.vx"][i] * grid.step;
    lat[i] = grid.south + cols["t.vy"][i] * grid.step;
  }
  return { lon, lat, offset, vertex, left, right, kind: cols["t.ek"] };
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

function decodeMap({ head, cols }) {
  const cellPlace = new Int32Array(head.cells).fill(-1);
  const cells = cols["p.cell"];
  for (let p = cells.length - 1; p >= 0; p--) if (cells[p] >= 0) cellPlace[cells[p]] = p;
  return {
    title: head.title,
    description: head.description,
    licence: head.licence,
    rule: head.rule,
    dataHash: head.data_hash,
    firstDay: head.first_day,
    lastDay: head.last_day,
    view: head.view,
    credits: head.credits,
    actors: head.actors,
    contests: head.contests,
    towns: head.towns,
    lines: decodeLines(head.lines, cols),
    land: decodeLand(head.grid, cols),
    cellPlace,
    places: {
      id: head.place_ids,
      name: head.names,
      nameAr: head.names_ar,
      kinds: head.place_kinds,
      lon: degrees(cols["p.lon"], POINT_DEG),
      lat: degrees(cols["p.lat"], POINT_DEG),
      cell: cells,
      kind: cols["p.kind"],
      uncertainty: cols["p.uncertainty_m"],
      population: cols["p.population"],
    },
    flips: { day: cols["f.day"], place: cols["f.place"], holder: cols["f.holder"], age: cols["f.age"] },
    maybes: { begin: cols["m.begin"], end: cols["m.end"], place: cols["m.place"], holder: cols["m.holder"] },
    events: {
      begin: cols["e.begin"],
      end: cols["e.end"],
      claim: cols["e.claim"],
      kinds: head.event_kinds,
      kind: cols["e.kind"],
      actor: cols["e.actor"],
      lon: degrees(cols["e.lon"], POINT_DEG),
      lat: degrees(cols["e.lat"], POINT_DEG),
      uncertainty: cols["e.uncertainty_m"],
      killed: cols["e.killed"],
      wounded: cols["e.wounded"],
    },
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

/** Packed bytes to `{scene, texts}`; `texts()` unzips the claims when first asked, once. */
export async function openScene(bytes) {
  const parts = splitParts(bytes);
  const scene = decodeMap(parsePart(await gunzip(parts[0])));
  let texts = null;
  return { scene, texts: () => (texts ??= gunzip(parts[1]).then((body) => decodeTexts(parsePart(body)))) };
}
