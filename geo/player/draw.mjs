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

function traceEdges(ctx, land, edges, x, y) {
  const { offset, vertex } = land;
  ctx.beginPath();
  for (const k of edges) {
    let v = vertex[offset[k]];
    ctx.moveTo(x[v], y[v]);
    for (let i = offset[k] + 1; i < offset[k + 1]; i++) {
      v = vertex[i];
      ctx.lineTo(x[v], y[v]);
    }
  }
}

/**
 * Outlines of land in its holder's colour, thin lines between allies, the front on top. The
 * strokes lie on the steps of the pixel buffer, which makes its borders smooth.
 */
export function drawEdges(ctx, scene, sorted, { x, y }, theme, { fronts, land }) {
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  if (land) {
    for (const [held, edges] of sorted.outer) {
      traceEdges(ctx, scene.land, edges, x, y);
      const actor = scene.actors[held - 1];
      ctx.strokeStyle = actor ? `rgb(${shownColour(actor.color, theme)})` : theme.border;
      ctx.lineWidth = 1.4;
      ctx.globalAlpha = 0.85;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    if (sorted.inner.length) {
      traceEdges(ctx, scene.land, sorted.inner, x, y);
      ctx.strokeStyle = theme.inner;
      ctx.lineWidth = 1.3;
      ctx.stroke();
    }
  }
  if (!fronts || !sorted.fronts.length) return;
  traceEdges(ctx, scene.land, sorted.fronts, x, y);
  ctx.strokeStyle = theme.frontHalo;
  ctx.lineWidth = 4.6;
  ctx.stroke();
  ctx.strokeStyle = theme.front;
  ctx.lineWidth = 2.2;
  ctx.stroke();
}
