// Canvases in device pixels, and the lines of the basemap on one.

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

/** A canvas of `width` x `height` CSS pixels, `ratio` device pixels each; one that fits is left alone. */
export function sizeCanvas(canvas, width, height, ratio) {
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
}
