// Names on the map: important ones first, none over another.

/**
 * What could be named, most important first: towns of the basemap by population, then places of
 * the timeline by population; a place with a town's name and spot is named once.
 */
export function labelCandidates(scene, lang) {
  const { places, towns } = scene;
  const out = [];
  const seen = new Map();
  const add = (name, lon, lat, population, place) => {
    if (!name) return;
    const twin = seen.get(name);
    if (twin && Math.hypot(twin.lon - lon, twin.lat - lat) < 0.05) {
      twin.place = twin.place >= 0 ? twin.place : place;
      return;
    }
    const label = { name, lon, lat, population, place };
    seen.set(name, label);
    out.push(label);
  };
  for (const town of towns) add((lang === "ar" && town.name_ar) || town.name, town.lon, town.lat, town.population, -1);
  for (let p = 0; p < places.name.length; p++) {
    const name = (lang === "ar" && places.nameAr[p]) || places.name[p];
    add(name, places.lon[p], places.lat[p], places.population[p], p);
  }
  return out.sort((a, b) => b.population - a.population);
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

/** Draw names for a canvas of `width` x `height`, at most `most`; `project(lon, lat)` to pixels. */
export function drawLabels(ctx, labels, { project, width, height, theme, most = 90, minRank = 2 }) {
  const free = makeCollider();
  let drawn = 0;
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const label of labels) {
    if (drawn >= most) break;
    const rank = labelRank(label.population);
    if (rank > minRank) break;
    const [x, y] = project(label.lon, label.lat);
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const text = label.name.length > 40 ? `${label.name.slice(0, 39)}…` : label.name;
    ctx.font = STYLE[rank].font;
    const wide = ctx.measureText(text).width;
    const high = STYLE[rank].height;
    const spot = freeSpot(free, x, y, wide, high);
    if (!spot) continue;
    drawn += 1;
    drawLabel(ctx, text, x, y, spot, theme, rank);
  }
  return drawn;
}

function freeSpot(free, x, y, wide, high) {
  const gap = 6;
  const tries = [
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
  ctx.beginPath();
  ctx.arc(x, y, rank === 0 ? 2.6 : rank === 1 ? 2.1 : 1.6, 0, 2 * Math.PI);
  ctx.fillStyle = theme.label;
  ctx.strokeStyle = theme.halo;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.fill();
  ctx.textAlign = "left";
  ctx.lineWidth = 3;
  ctx.strokeText(text, left, middle);
  ctx.fillStyle = rank === 2 ? theme.town : theme.label;
  ctx.fillText(text, left, middle);
}
