// Lines on canvases: the basemap, and where land changes hands.

import { shownColour } from "./paint.mjs";
import { EDGE_FRONT, EDGE_INNER, EDGE_NONE, EDGE_OUTER, edgeClass } from "./state.mjs";

const LINE_STYLE = {
  river: { width: 1.1, dash: [] },
  coast: { width: 1.3, dash: [] },
  border: { width: 1.2, dash: [6, 3, 1.5, 3] },
};

export function drawBasemap(ctx, lines, pixelsOf, theme) {
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  for (const kind of ["river", "coast", "border"]) {
    ctx.beginPath();
    lines.forEach((line, i) => {
      if (line.kind === kind) tracePolyline(ctx, pixelsOf(i));
    });
    ctx.lineWidth = LINE_STYLE[kind].width;
    ctx.setLineDash(LINE_STYLE[kind].dash);
    ctx.strokeStyle = theme[kind];
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

/** Points closer than half a pixel to the last one are left out: nobody sees them. */
export function tracePolyline(ctx, { x, y }) {
  if (!x.length) return;
  ctx.moveTo(x[0], y[0]);
  let last = 0;
  for (let i = 1; i < x.length; i++) {
    if (i < x.length - 1 && Math.abs(x[i] - x[last]) + Math.abs(y[i] - y[last]) < 0.7) continue;
    ctx.lineTo(x[i], y[i]);
    last = i;
  }
}

/** Numbers of the edges that touch a `width` x `height` canvas. Pure. */
export function edgesInView(land, x, y, width, height) {
  const { offset, vertex, left } = land;
  const out = [];
  for (let k = 0; k < left.length; k++) {
    let x0 = Infinity;
    let y0 = Infinity;
    let x1 = -Infinity;
    let y1 = -Infinity;
    for (let i = offset[k]; i < offset[k + 1]; i++) {
      const px = x[vertex[i]];
      const py = y[vertex[i]];
      if (px < x0) x0 = px;
      if (px > x1) x1 = px;
      if (py < y0) y0 = py;
      if (py > y1) y1 = py;
    }
    if (x1 >= -4 && x0 <= width + 4 && y1 >= -4 && y0 <= height + 4) out.push(k);
  }
  return Int32Array.from(out);
}

/** Edges of `visible` by what they are now: fronts, inner lines, and outer ones per paint index. */
export function sortEdges(land, visible, index, sides) {
  const fronts = [];
  const inner = [];
  const outer = new Map();
  for (let i = 0; i < visible.length; i++) {
    const k = visible[i];
    const a = land.left[k] < 0 ? 0 : index[land.left[k]];
    const b = land.right[k] < 0 ? 0 : index[land.right[k]];
    if (a === b) continue;
    const kind = edgeClass(sides, a, b);
    if (kind === EDGE_FRONT) fronts.push(k);
    else if (kind === EDGE_INNER) inner.push(k);
    else if (kind === EDGE_OUTER && kind !== EDGE_NONE) {
      const held = a || b;
      if (outer.has(held)) outer.get(held).push(k);
      else outer.set(held, [k]);
    }
  }
  return { fronts, inner, outer };
}

/** Room to link edges in, kept from one picture to the next: all zero in between. */
export function linkRoom(land) {
  return { degree: new Uint8Array(land.lon.length), mix: new Int32Array(land.lon.length), used: new Uint8Array(land.left.length) };
}

/**
 * Link edges end to end and call `line(vertices)` for every line so made, with the numbers of its
 * vertices. Lines end where other than two edges meet. Pure but for the room, left as found.
 */
export function linkEdges(land, edges, room, line) {
  const { offset, vertex } = land;
  const { degree, mix, used } = room;
  const head = (k) => vertex[offset[k]];
  const tail = (k) => vertex[offset[k + 1] - 1];
  for (const k of edges) {
    for (const v of [head(k), tail(k)]) {
      degree[v] += 1;
      mix[v] ^= k;
    }
  }
  const follow = (first, from) => {
    const out = [from];
    let k = first;
    let v = from;
    for (;;) {
      used[k] = 1;
      const forward = head(k) === v;
      const [low, high] = [offset[k], offset[k + 1] - 1];
      if (forward) for (let i = low + 1; i <= high; i++) out.push(vertex[i]);
      else for (let i = high - 1; i >= low; i--) out.push(vertex[i]);
      v = out[out.length - 1];
      if (degree[v] !== 2) break;
      const next = mix[v] ^ k;
      if (used[next]) break;
      k = next;
    }
    line(out);
  };
  for (const k of edges) {
    if (!used[k] && degree[head(k)] !== 2) follow(k, head(k));
    if (!used[k] && degree[tail(k)] !== 2) follow(k, tail(k));
  }
  for (const k of edges) if (!used[k]) follow(k, head(k));
  for (const k of edges) {
    used[k] = 0;
    degree[head(k)] = degree[tail(k)] = mix[head(k)] = mix[tail(k)] = 0;
  }
}

/** Points closer than most of a pixel to the last one are left out: nobody sees them. */
function traceEdges(ctx, land, edges, room, x, y) {
  ctx.beginPath();
  linkEdges(land, edges, room, (line) => {
    const end = line.length - 1;
    let last = line[0];
    ctx.moveTo(x[last], y[last]);
    for (let i = 1; i <= end; i++) {
      const v = line[i];
      if (i < end && Math.abs(x[v] - x[last]) + Math.abs(y[v] - y[last]) < 0.9) continue;
      ctx.lineTo(x[v], y[v]);
      last = v;
    }
  });
}

/**
 * Outlines of land in its holder's colour, thin lines between allies, the front on top. The
 * strokes lie on the steps of the pixel buffer, which makes its borders smooth.
 */
export function drawEdges(ctx, scene, sorted, { x, y }, theme, { fronts, land, room }) {
  // Software canvases spend most of a step on the outline of strokes: bevels have the least of it.
  ctx.lineJoin = "bevel";
  ctx.lineCap = "butt";
  if (land) {
    for (const [held, edges] of sorted.outer) {
      traceEdges(ctx, scene.land, edges, room, x, y);
      const actor = scene.actors[held - 1];
      ctx.strokeStyle = actor ? `rgb(${shownColour(actor.color, theme)})` : theme.border;
      ctx.lineWidth = 1.4;
      ctx.globalAlpha = 0.85;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    if (sorted.inner.length) {
      traceEdges(ctx, scene.land, sorted.inner, room, x, y);
      ctx.strokeStyle = theme.inner;
      ctx.lineWidth = 1.3;
      ctx.stroke();
    }
  }
  if (!fronts || !sorted.fronts.length) return;
  traceEdges(ctx, scene.land, sorted.fronts, room, x, y);
  ctx.strokeStyle = theme.frontHalo;
  ctx.lineWidth = 4.6;
  ctx.stroke();
  ctx.strokeStyle = theme.front;
  ctx.lineWidth = 2.2;
  ctx.stroke();
}
