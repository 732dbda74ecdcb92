// Where points are expected: places from their neighbours, vertices from the circle through the sites
// around them. The same doubles as in geo/predict.py, in the same order. Pure.

export const NOWHERE = -2147483648;
export const FIRST_MANY = 1000; // places from which format 1 told them from the middle of their cell
const FARTHEST = 1e6;

/** Neighbours of each cell that are numbered before it, as often as they share a step. */
function earlierCells({ left, right, offset }, cells) {
  const start = new Int32Array(cells + 1);
  for (let k = 0; k < left.length; k++) {
    if (left[k] > right[k]) start[left[k] + 1] += 1;
    else if (right[k] > left[k]) start[right[k] + 1] += 1;
  }
  for (let c = 0; c < cells; c++) start[c + 1] += start[c];
  const fill = start.slice(0, cells);
  const cell = new Int32Array(start[cells]);
  const often = new Int32Array(start[cells]);
  for (let k = 0; k < left.length; k++) {
    if (left[k] === right[k]) continue;
    const later = left[k] > right[k];
    const at = fill[later ? left[k] : right[k]]++;
    cell[at] = later ? right[k] : left[k];
    often[at] = offset[k + 1] - offset[k] - 1;
  }
  return { start, cell, often };
}

/** `{at: {lon, lat}, sites: {x, y}}` of the places in `cols`, given the edges between two cells. */
export function expectPlaces({ west, south, step }, cols, edges, cells) {
  const { "p.x": restX, "p.y": restY, "p.cell": cellOf } = cols;
  const { start, cell: nearby, often } = earlierCells(edges, cells);
  const siteX = new Int32Array(cells).fill(NOWHERE);
  const siteY = new Int32Array(cells).fill(NOWHERE);
  const lon = new Float64Array(cellOf.length).fill(NaN);
  const lat = new Float64Array(cellOf.length).fill(NaN);
  let lastX = 0;
  let lastY = 0;
  for (let p = 0; p < cellOf.length; p++) {
    if (restX[p] === NOWHERE || restY[p] === NOWHERE) continue;
    const c = cellOf[p];
    if (c >= 0 && siteX[c] !== NOWHERE) {
      lastX = siteX[c];
      lastY = siteY[c];
    } else if (c >= 0) {
      let sumX = 0;
      let sumY = 0;
      let count = 0;
      for (let i = start[c]; i < start[c + 1]; i++) {
        const near = nearby[i];
        if (siteX[near] === NOWHERE) continue;
        sumX += often[i] * siteX[near];
        sumY += often[i] * siteY[near];
        count += often[i];
      }
      if (count !== 0) {
        lastX = Math.floor(sumX / count);
        lastY = Math.floor(sumY / count);
      }
    }
    lastX += restX[p];
    lastY += restY[p];
    lon[p] = west + lastX * step;
    lat[p] = south + lastY * step;
    if (c >= 0 && siteX[c] === NOWHERE) {
      siteX[c] = lastX;
      siteY[c] = lastY;
    }
  }
  return { at: { lon, lat }, sites: { x: siteX, y: siteY } };
}

/** Squares of the cosines of latitudes, by a series of our own: libraries differ in the last bit. */
function cosinesSquared(lats) {
  const out = new Float64Array(lats.length);
  for (let i = 0; i < out.length; i++) {
    const angle = lats[i] * 0.03490658503988659;
    const square = angle * angle;
    let power = square;
    let total = 1 + power / -2;
    total += (power *= square) / 24;
    total += (power *= square) / -720;
    total += (power *= square) / 40320;
    total += (power *= square) / -3628800;
    total += (power *= square) / 479001600;
    out[i] = (1 + total) / 2;
  }
  return out;
}

/** Vertices in whole steps; `around` has the first three cells with a site about each, plus 1, or 0. */
export function expectVertices({ grid, points }, cols, { before, around }, sites) {
  const { "t.cx": circleX, "t.cy": circleY, "t.vx": moveX, "t.vy": moveY } = cols;
  const scale = points.step / grid.step;
  const x = new Int32Array(before.length);
  const y = new Int32Array(before.length);
  const siteX = new Float64Array(sites.x.length);
  const siteY = new Float64Array(sites.x.length);
  const lats = new Float64Array(sites.x.length);
  for (let c = 0; c < siteX.length; c++) {
    siteX[c] = sites.x[c] * scale;
    siteY[c] = sites.y[c] * scale;
    lats[c] = grid.south + siteY[c] * grid.step;
  }
  const wides = cosinesSquared(lats);
  let circle = 0;
  let move = 0;
  for (let v = 0; v < x.length; v++) {
    const third = around[3 * v + 2];
    if (third !== 0) {
      const a = around[3 * v] - 1;
      const b = around[3 * v + 1] - 1;
      const ax = siteX[a];
      const ay = siteY[a];
      const wide = wides[a];
      const bx = siteX[b] - ax;
      const by = siteY[b] - ay;
      const cx = siteX[third - 1] - ax;
      const cy = siteY[third - 1] - ay;
      const twice = 2 * (bx * cy - by * cx);
      const farB = wide * bx * bx + by * by;
      const farC = wide * cx * cx + cy * cy;
      const ux = (cy * farB - by * farC) / twice / wide;
      const uy = (bx * farC - cx * farB) / twice;
      if (twice !== 0 && Math.abs(ux) < FARTHEST && Math.abs(uy) < FARTHEST) {
        x[v] = Math.floor(ax + ux + 0.5) + circleX[circle];
        y[v] = Math.floor(ay + uy + 0.5) + circleY[circle++];
        continue;
      }
    }
    const from = before[v];
    x[v] = moveX[move] + (from >= 0 ? x[from] : 0);
    y[v] = moveY[move++] + (from >= 0 ? y[from] : 0);
  }
  return { x, y };
}
