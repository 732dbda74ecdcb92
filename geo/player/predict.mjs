// Where points are expected: places from their neighbours, vertices from the circle through the sites
// around them. The same doubles as in geo/predict.py, in the same order. Pure.

export const NOWHERE = -2147483648;
export const FIRST_MANY = 1000; // places from which format 1 told them from the middle of their cell
const FARTHEST = 1e6;
const COSINE = [1, -2, 24, -720, 40320, -3628800, 479001600]; // signed factorials

/** Neighbours of each cell that are numbered before it, as often as they share a step. */
function earlierCells({ left, right, offset }, cells) {
  const start = new Int32Array(cells + 1);
  for (let k = 0; k < left.length; k++) if (left[k] !== right[k]) start[Math.max(left[k], right[k]) + 1] += 1;
  for (let c = 0; c < cells; c++) start[c + 1] += start[c];
  const fill = start.slice(0, cells);
  const cell = new Int32Array(start[cells]);
  const often = new Int32Array(start[cells]);
  for (let k = 0; k < left.length; k++) {
    if (left[k] === right[k]) continue;
    const at = fill[Math.max(left[k], right[k])]++;
    cell[at] = Math.min(left[k], right[k]);
    often[at] = offset[k + 1] - offset[k] - 1;
  }
  return { start, cell, often };
}

/** `{at: {lon, lat}, sites: {x, y}}` of the places in `cols`, given the edges between two cells. */
export function expectPlaces({ west, south, step }, cols, edges, cells) {
  const { "p.x": restX, "p.y": restY, "p.cell": cellOf } = cols;
  const earlier = earlierCells(edges, cells);
  const sites = { x: new Int32Array(cells).fill(NOWHERE), y: new Int32Array(cells).fill(NOWHERE) };
  const at = { lon: new Float64Array(cellOf.length).fill(NaN), lat: new Float64Array(cellOf.length).fill(NaN) };
  let lastX = 0;
  let lastY = 0;
  for (let p = 0; p < cellOf.length; p++) {
    if (restX[p] === NOWHERE || restY[p] === NOWHERE) continue;
    const c = cellOf[p];
    if (c >= 0 && sites.x[c] !== NOWHERE) {
      lastX = sites.x[c];
      lastY = sites.y[c];
    } else if (c >= 0) {
      let [sumX, sumY, count] = [0, 0, 0];
      for (let i = earlier.start[c]; i < earlier.start[c + 1]; i++) {
        const near = earlier.cell[i];
        if (sites.x[near] === NOWHERE) continue;
        sumX += earlier.often[i] * sites.x[near];
        sumY += earlier.often[i] * sites.y[near];
        count += earlier.often[i];
      }
      if (count) {
        lastX = Math.floor(sumX / count);
        lastY = Math.floor(sumY / count);
      }
    }
    lastX += restX[p];
    lastY += restY[p];
    at.lon[p] = west + lastX * step;
    at.lat[p] = south + lastY * step;
    if (c >= 0 && sites.x[c] === NOWHERE) {
      sites.x[c] = lastX;
      sites.y[c] = lastY;
    }
  }
  return { at, sites };
}

/** By a series of its own: libraries differ in the last bit of a cosine. */
function cosineSquared(lat) {
  const angle = lat * 0.03490658503988659;
  const square = angle * angle;
  let total = 0;
  let power = 1;
  for (const factor of COSINE) {
    total += power / factor;
    power *= square;
  }
  return (1 + total) / 2;
}

/** Vertices in whole steps; `around` has the first three cells with a site about each, or -1. */
export function expectVertices({ grid, points }, cols, { before, around }, sites) {
  const { "t.cx": circleX, "t.cy": circleY, "t.vx": moveX, "t.vy": moveY } = cols;
  const scale = points.step / grid.step;
  const x = new Int32Array(before.length);
  const y = new Int32Array(before.length);
  let circle = 0;
  let move = 0;
  for (let v = 0; v < before.length; v++) {
    const c = around[3 * v + 2];
    if (c >= 0) {
      const [a, b] = [around[3 * v], around[3 * v + 1]];
      const ax = sites.x[a] * scale;
      const ay = sites.y[a] * scale;
      const wide = cosineSquared(grid.south + ay * grid.step);
      const bx = sites.x[b] * scale - ax;
      const by = sites.y[b] * scale - ay;
      const cx = sites.x[c] * scale - ax;
      const cy = sites.y[c] * scale - ay;
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
