// Names on the map: important ones first, none over another.

const NEAR_DEG = 0.04;
const SAME_SPOT_DEG = 0.008;
const AREA_KINDS = new Set(["governorate", "area", "district", "region", "province", "country"]);
const AREA_M = 8000;
// Where no population is stated, a town still goes before a village. For the order of names only.
const WEIGHT = { city: 50000, town: 9000 };

/** The consonants of a name without accents and articles: "As Safīrah" and "Safira" are near. */
export function skeleton(name) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.split(/[\s\-’'ʼ‘\u0060.,()]+/u).filter((word) => !/^(al|ar|as|ash|ad|at|an|az|el|es|the)?$/.test(word));
  return words.join("").replace(/[aeiouywh]/g, "").replace(/(.)\1/g, "$1");
}

/** Is a town of the basemap the same as a place of the timeline, spelt in another way? */
export function sameTown(town, name, nameAr, gapDeg, kind) {
  if (gapDeg > NEAR_DEG) return false;
  if (town.name === name || (nameAr && town.name_ar === nameAr)) return true;
  const [a, b] = [skeleton(town.name), skeleton(name)];
  if (a && b && (a === b || (a.length > 2 && b.length > 2 && (a.startsWith(b) || b.startsWith(a))))) return true;
  return gapDeg < SAME_SPOT_DEG && (kind === "town" || kind === "city");
}

/**
 * What could be named, most important first: places of the timeline and towns of the basemap by
 * population, a town that is a place only once. `area` marks what is no point on the ground.
 */
export function labelCandidates(scene, lang) {
  const { places, towns } = scene;
  const out = [];
  for (let p = 0; p < places.name.length; p++) {
    const kind = places.kinds[places.kind[p]];
    if (kind === "drawn") continue; // a piece of ground, not a place with a name
    const area = AREA_KINDS.has(kind) || places.uncertainty[p] > AREA_M;
    const name = (lang === "ar" && places.nameAr[p]) || places.name[p];
    if (name && Number.isFinite(places.lon[p])) out.push({ name, lon: places.lon[p], lat: places.lat[p], population: places.population[p] || WEIGHT[kind] || 0, place: p, area });
  }
  const points = out.filter((label) => !label.area);
  for (const town of towns) {
    const twin = points.find((label) => {
      const gap = Math.hypot((label.lon - town.lon) * Math.cos((town.lat * Math.PI) / 180), label.lat - town.lat);
      return gap <= NEAR_DEG && sameTown(town, places.name[label.place], places.nameAr[label.place], gap, places.kinds[places.kind[label.place]]);
    });
    if (twin) twin.population = Math.max(twin.population, town.population);
    else out.push({ name: (lang === "ar" && town.name_ar) || town.name, lon: town.lon, lat: town.lat, population: town.population, place: -1, area: false });
  }
  return out.sort((a, b) => Number(a.area) - Number(b.area) || b.population - a.population);
}

/** Boxes in a grid of buckets, so that a new one meets only its neighbours. */
export function makeCollider(size = 64) {
  const buckets = new Map();
  const cells = ([x0, y0, x1, y1]) => {
    const keys = [];
    for (let i = Math.floor(x0 / size); i <= Math.floor(x1 / size); i++) {
      for (let j = Math.floor(y0 / size); j <= Math.floor(y1 / size); j++) keys.push(i * 65536 + j);
    }
    return keys;
  };
  return function place(box) {
    const keys = cells(box);
    for (const key of keys) {
      for (const other of buckets.get(key) || []) {
        if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return false;
      }
    }
    for (const key of keys) {
      if (!buckets.has(key)) buckets.set(key, []);
      buckets.get(key).push(box);
    }
    return true;
  };
}

/** How prominent a name is: 0 city, 1 town, 2 village. */
export function labelRank(population) {
  return population >= 100000 ? 0 : population >= 10000 ? 1 : 2;
}

const FONT = 'system-ui, "Segoe UI", "Noto Sans Arabic", "Noto Sans", sans-serif';
const STYLE = [
  { font: `600 13px ${FONT}`, height: 15 },
  { font: `500 12px ${FONT}`, height: 14 },
  { font: `400 11px ${FONT}`, height: 13 },
];

const SPOT_PX = 4; // a dot with its halo

const AREA_FONT = `italic 400 11px ${FONT}`;

/**
 * Draw names for a canvas of `width` x `height`, at most `most`; `project(lon, lat)` to pixels. What
 * lies over the map (`taken`, boxes `[x0, y0, x1, y1]`) is left free.
 */
export function drawLabels(ctx, labels, { project, width, height, theme, taken = [], most = 90, minRank = 2 }) {
  const free = makeCollider();
  taken.forEach(free);
  let drawn = 0;
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const label of labels) {
    if (drawn >= most) break;
    const rank = labelRank(label.population);
    if (rank > minRank) continue;
    const [x, y] = project(label.lon, label.lat);
    if (x < 0 || y < 0 || x > width || y > height) continue;
    if (taken.some(([x0, y0, x1, y1]) => x > x0 - SPOT_PX && x < x1 + SPOT_PX && y > y0 - SPOT_PX && y < y1 + SPOT_PX)) continue;
    const text = label.name.length > 40 ? `${label.name.slice(0, 39)}…` : label.name;
    ctx.font = STYLE[rank].font;
    const wide = ctx.measureText(text).width;
    const high = STYLE[rank].height;
    if (label.area) ctx.font = AREA_FONT;
    const spot = freeSpot(free, x, y, wide, high, label.area);
    if (!spot) continue;
    drawn += 1;
    drawLabel(ctx, text, x, y, spot, theme, label.area ? 3 : rank);
  }
  return drawn;
}

function freeSpot(free, x, y, wide, high, area) {
  const gap = 6;
  const tries = area ? [[x - wide / 2, y]] : [
    [x + gap, y],
    [x - gap - wide, y],
    [x - wide / 2, y - gap - high / 2],
    [x - wide / 2, y + gap + high / 2],
  ];
  for (const [left, middle] of tries) {
    if (free([left - 3, middle - high / 2 - 1, left + wide + 3, middle + high / 2 + 1])) return [left, middle];
  }
  return null;
}

function drawLabel(ctx, text, x, y, [left, middle], theme, rank) {
  if (rank < 3) drawSpot(ctx, x, y, theme, rank);
  ctx.strokeStyle = theme.halo;
  ctx.textAlign = "left";
  ctx.lineWidth = 3;
  ctx.strokeText(text, left, middle);
  ctx.fillStyle = rank >= 2 ? theme.town : theme.label;
  ctx.fillText(text, left, middle);
}

function drawSpot(ctx, x, y, theme, rank) {
  ctx.beginPath();
  ctx.arc(x, y, rank === 0 ? 2.6 : rank === 1 ? 2.1 : 1.6, 0, 2 * Math.PI);
  ctx.fillStyle = theme.label;
  ctx.strokeStyle = theme.halo;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.fill();
}
