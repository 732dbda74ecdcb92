// What lies over the land: events of the window, clusters, the selection.

import { metresPerPixel } from "./project.mjs";
import { clusterPoints, COARSE_M, drawCluster, drawSymbol, drawUncertainty, eventFade, eventRadius } from "./symbols.mjs";

const CLUSTER_PX = 30;
const CLUSTER_ABOVE = 120; // events in view from which neighbours are drawn as one
const COUNT_FONT = "600 11px system-ui, sans-serif";

/** Draw the events in `it.shown`; returns what was drawn where, for the pointer. */
export function drawEvents(ctx, it, theme) {
  const { scene, view, unit, state, shown } = it;
  const { events } = scene;
  const points = [];
  for (const { event, age } of shown) {
    const x = unit.events.x[event] * view.scale - view.corner.x;
    const y = unit.events.y[event] * view.scale - view.corner.y;
    if (!(x > -30 && y > -30 && x < view.width + 30 && y < view.height + 30)) continue;
    points.push({ x, y, event, age });
  }
  if (points.length <= CLUSTER_ABOVE) return points.map((point) => drawOne(ctx, it, point, theme, events, state));
  const drawn = [];
  for (const group of clusterPoints(points, CLUSTER_PX)) {
    if (group.items.length < 3) {
      for (const point of group.items) drawn.push(drawOne(ctx, it, point, theme, events, state));
      continue;
    }
    ctx.globalAlpha = eventFade(Math.min(...group.items.map((p) => p.age)), state.window);
    const radius = drawCluster(ctx, group.x, group.y, group.items.length, theme, COUNT_FONT);
    drawn.push({ x: group.x, y: group.y, radius, cluster: group.items.map((p) => p.event) });
  }
  ctx.globalAlpha = 1;
  return drawn;
}

function drawOne(ctx, it, { x, y, event, age }, theme, events, state) {
  const radius = eventRadius(events.killed[2 * event], events.killed[2 * event + 1]);
  ctx.globalAlpha = eventFade(age, state.window);
  const coarse = events.uncertainty[event] >= COARSE_M;
  const spread = uncertaintyPixels(it, event);
  if (!coarse && spread > radius + 8 && spread < 400) drawUncertainty(ctx, x, y, spread, theme);
  drawSymbol(ctx, events.kinds[events.kind[event]], x, y, radius, { theme, coarse });
  ctx.globalAlpha = 1;
  return { x, y, radius, event };
}

function uncertaintyPixels(it, event) {
  const { events } = it.scene;
  return events.uncertainty[event] / metresPerPixel(events.lat[event], it.view.scale);
}

/** The drawn thing nearest to (x, y) within `reach` pixels of its rim, or null. */
export function hitEvent(drawn, x, y, reach) {
  let best = null;
  let least = Infinity;
  for (const thing of drawn) {
    const gap = Math.hypot(thing.x - x, thing.y - y);
    if (gap <= Math.max(reach, thing.radius + 3) && gap <= least) {
      least = gap;
      best = thing;
    }
  }
  if (!best) return null;
  return best.cluster ? { cluster: best.cluster } : { event: best.event };
}

/** A ring around what is selected, the circle of what is known about its position. */
export function drawSelection(ctx, it, theme) {
  const { scene, view, state, unit } = it;
  const { selected } = state;
  if (!selected) return;
  if (selected.event >= 0 && Number.isFinite(scene.events.lon[selected.event])) {
    const e = selected.event;
    const x = unit.events.x[e] * view.scale - view.corner.x;
    const y = unit.events.y[e] * view.scale - view.corner.y;
    const spread = uncertaintyPixels(it, e);
    if (spread > 4) drawUncertainty(ctx, x, y, spread, theme);
    ring(ctx, x, y, eventRadius(scene.events.killed[2 * e], scene.events.killed[2 * e + 1]) + 4, theme);
  }
  if (selected.place >= 0) {
    outlineCell(ctx, it, scene.places.cell[selected.place], theme);
    if (!Number.isFinite(scene.places.lon[selected.place])) return;
    const x = unitOf(it, selected.place)[0] * view.scale - view.corner.x;
    const y = unitOf(it, selected.place)[1] * view.scale - view.corner.y;
    ring(ctx, x, y, 7, theme);
  }
}

function unitOf(it, place) {
  it.unitPlaces ??= new Map();
  if (!it.unitPlaces.has(place)) {
    const point = it.map.project([it.scene.places.lat[place], it.scene.places.lon[place]], 0);
    it.unitPlaces.set(place, [point.x / 256, point.y / 256]);
  }
  return it.unitPlaces.get(place);
}

function ring(ctx, x, y, radius, theme) {
  for (const [width, color] of [[5, theme.halo], [2.5, theme.ink]]) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.lineWidth = width;
    ctx.strokeStyle = color;
    ctx.stroke();
  }
}

function outlineCell(ctx, it, cell, theme) {
  if (cell < 0 || !it.unit.byCell) return;
  const { land } = it.scene;
  const { fine: { x, y }, ratio } = it.view;
  ctx.beginPath();
  const { start, edge } = it.unit.byCell;
  for (let e = start[cell]; e < start[cell + 1]; e++) {
    const k = edge[e];
    for (let i = land.offset[k]; i < land.offset[k + 1]; i++) {
      const v = land.vertex[i];
      if (i === land.offset[k]) ctx.moveTo(x[v] / ratio, y[v] / ratio);
      else ctx.lineTo(x[v] / ratio, y[v] / ratio);
    }
  }
  ctx.lineWidth = 2;
  ctx.strokeStyle = theme.ink;
  ctx.setLineDash([2, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
}
