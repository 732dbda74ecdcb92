// Strikes, clashes, sieges and tolls on a canvas. Shapes differ, not only colours.

/** Radius in CSS pixels of an event, by the deaths it is said to have cost. */
export function eventRadius(killedLow, killedHigh) {
  const count = Number.isFinite(killedHigh) ? killedHigh : Number.isFinite(killedLow) ? killedLow : 0;
  return Math.min(20, 4 + 1.7 * Math.sqrt(Math.max(0, count)));
}

/** Opacity of an event `age` days old in a window of `window` days. */
export function eventFade(age, window) {
  return age <= 0 ? 1 : Math.max(0.18, 1 - (0.82 * age) / Math.max(1, window));
}

/** Events known only to a governorate or so are no points: their symbol is hollow. */
export const COARSE_M = 10000;

export function drawSymbol(ctx, kind, x, y, radius, { theme, coarse = false }) {
  ctx.lineWidth = 1.5;
  ctx.lineJoin = "round";
  if (kind === "clash") return drawCross(ctx, x, y, Math.max(4.5, radius * 0.8), theme);
  if (kind === "siege") return drawSiege(ctx, x, y, Math.max(7, radius), theme);
  ctx.beginPath();
  if (kind === "strike") ctx.arc(x, y, radius, 0, 2 * Math.PI);
  else if (kind === "toll") ctx.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else diamond(ctx, x, y, radius + 1);
  const alpha = ctx.globalAlpha;
  const hollow = coarse || kind === "toll";
  ctx.strokeStyle = theme.halo;
  ctx.lineWidth = 5;
  ctx.stroke();
  ctx.fillStyle = theme.halo;
  ctx.globalAlpha = alpha * (hollow ? 0.25 : 0.55);
  ctx.fill();
  ctx.fillStyle = theme.strike;
  ctx.globalAlpha = alpha * (hollow ? 0.1 : 0.45);
  ctx.fill();
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = theme.strike;
  ctx.lineWidth = 2;
  if (hollow) ctx.setLineDash([3, 2]);
  ctx.stroke();
  ctx.setLineDash([]);
  if (kind === "strike" && !hollow) dot(ctx, x, y, theme.strike);
}

function dot(ctx, x, y, color) {
  ctx.beginPath();
  ctx.arc(x, y, 1.6, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
}

function diamond(ctx, x, y, r) {
  ctx.moveTo(x, y - r);
  ctx.lineTo(x + r, y);
  ctx.lineTo(x, y + r);
  ctx.lineTo(x - r, y);
  ctx.closePath();
}

function drawCross(ctx, x, y, r, theme) {
  ctx.lineCap = "round";
  for (const [width, color] of [[5, theme.halo], [2.2, theme.ink]]) {
    ctx.beginPath();
    ctx.moveTo(x - r, y - r);
    ctx.lineTo(x + r, y + r);
    ctx.moveTo(x + r, y - r);
    ctx.lineTo(x - r, y + r);
    ctx.lineWidth = width;
    ctx.strokeStyle = color;
    ctx.stroke();
  }
}

function drawSiege(ctx, x, y, r, theme) {
  for (const [width, color] of [[4.5, theme.halo], [2, theme.ink]]) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0.25 * Math.PI, 1.25 * Math.PI);
    ctx.lineWidth = width;
    ctx.strokeStyle = color;
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x, y, r, 1.35 * Math.PI, 2.15 * Math.PI);
    ctx.stroke();
  }
  dot(ctx, x, y, theme.ink);
}

export function drawUncertainty(ctx, x, y, radius, theme) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = theme.strike;
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = alpha * 0.07;
  ctx.fill();
  ctx.globalAlpha = alpha * 0.75;
  ctx.setLineDash([4, 4]);
  ctx.lineWidth = 1.2;
  ctx.strokeStyle = theme.strike;
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = alpha;
}

/** A count standing for many events that would cover one another. */
export function drawCluster(ctx, x, y, count, theme, font) {
  const radius = clusterRadius(count);
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = theme.strike;
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = alpha * 0.8;
  ctx.fill();
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = theme.halo;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  ctx.fillStyle = theme.halo;
  ctx.font = font;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(String(count), x, y + 0.5);
  return radius;
}

/** Radius of the circle that stands for `count` events. */
export function clusterRadius(count) {
  return Math.min(24, 9 + 2.6 * Math.log2(count));
}

const WIDEST_PX = 48; // between the middles of two circles that overlap

/**
 * Events that share a square of `size` pixels become one group `{x, y, items}`, and groups whose
 * circles would overlap are joined, the largest taking in its neighbours first. Pure.
 */
export function clusterPoints(points, size) {
  const squares = new Map();
  for (const point of points) addTo(squares, squareOf(point.x, point.y, size), point);
  let groups = [...squares.values()].map((items) => centred({ x: 0, y: 0, items }));
  for (let before = Infinity; groups.length < before; ) {
    before = groups.length;
    groups = joinNear(groups);
  }
  return groups;
}

const squareOf = (x, y, size) => Math.floor(x / size) * 65536 + Math.floor(y / size);

function addTo(lists, key, item) {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function centred(group) {
  group.x = group.items.reduce((sum, p) => sum + p.x, 0) / group.items.length;
  group.y = group.items.reduce((sum, p) => sum + p.y, 0) / group.items.length;
  return group;
}

/** Each group with those of its neighbours that its circle meets: one pass, largest first. */
function joinNear(groups) {
  const order = groups.sort((a, b) => b.items.length - a.items.length);
  const squares = new Map();
  for (const group of order) addTo(squares, squareOf(group.x, group.y, WIDEST_PX), group);
  const gone = new Set();
  for (const group of order) {
    if (gone.has(group)) continue;
    const { x, y } = group;
    const radius = clusterRadius(group.items.length);
    for (let k = 0; k < 9; k++) {
      const square = squareOf(x + ((k % 3) - 1) * WIDEST_PX, y + (Math.floor(k / 3) - 1) * WIDEST_PX, WIDEST_PX);
      for (const other of squares.get(square) || []) {
        if (other === group || gone.has(other)) continue;
        if (Math.hypot(other.x - x, other.y - y) >= radius + clusterRadius(other.items.length)) continue;
        group.items = group.items.concat(other.items);
        gone.add(other);
      }
    }
    centred(group);
  }
  return order.filter((group) => !gone.has(group));
}
