// The buffer that knows each pixel's cell: the edges cut into runs of pixels, row by row. Pure.
//
// Each pixel row is cut where an edge crosses its middle; between two crossings lies one cell. The
// runs are kept by row (to find a cell under the pointer) and by cell (to recolour one cell).

const FAR_PX = 2 ** 24; // how far left of the buffer a crossing may lie
const PARTS = 2 ** 11; // of a pixel, in which crossings are told apart
const SLOTS = 2 ** 16; // more than a row has crossings
const WHOLE = 2 ** 52; // above it the low bits of a double are those of the whole number it is

/** Runs of a land whose vertices lie at pixels `x`, `y` (y down) in a `width` x `height` buffer. */
export function buildRuns(land, x, y, width, height, cellCount) {
  const crossings = findCrossings(land, x, y, width, height);
  return cutRuns(crossings, width, height, cellCount);
}

/** How many crossings lie in the rows before each row. */
function countCrossings({ offset, vertex }, x, y, width, height) {
  const rowStart = new Int32Array(height + 1);
  for (let k = 0; k + 1 < offset.length; k++) {
    for (let i = offset[k]; i + 1 < offset[k + 1]; i++) {
      const a = vertex[i];
      const b = vertex[i + 1];
      if (x[a] > width && x[b] > width) continue;
      const down = y[b] > y[a];
      const from = Math.max(0, Math.ceil((down ? y[a] : y[b]) - 0.5));
      const to = Math.min(height, Math.ceil((down ? y[b] : y[a]) - 0.5));
      for (let row = from; row < to; row++) rowStart[row + 1] += 1;
    }
  }
  for (let row = 0; row < height; row++) rowStart[row + 1] += rowStart[row];
  return rowStart;
}

/**
 * Where edges cross the middle of rows: by slot the first pixel `column` to the right of it and the
 * cells to its `west` and `east`. `key` is one number for both place and slot, so that a row is
 * sorted by the browser itself, without a call of ours for every two of it.
 */
function findCrossings(land, x, y, width, height) {
  const { offset, vertex, left, right } = land;
  const rowStart = countCrossings(land, x, y, width, height);
  const total = rowStart[height];
  const fill = rowStart.slice(0, height);
  const key = new Float64Array(total);
  const column = new Int32Array(total);
  const west = new Int32Array(total);
  const east = new Int32Array(total);
  for (let k = 0; k < left.length; k++) {
    for (let i = offset[k]; i + 1 < offset[k + 1]; i++) {
      const a = vertex[i];
      const b = vertex[i + 1];
      if (x[a] > width && x[b] > width) continue;
      const down = y[b] > y[a];
      const slope = (x[b] - x[a]) / (y[b] - y[a]);
      const from = Math.max(0, Math.ceil((down ? y[a] : y[b]) - 0.5));
      const to = Math.min(height, Math.ceil((down ? y[b] : y[a]) - 0.5));
      for (let row = from; row < to; row++) {
        const slot = fill[row]++;
        const at = x[a] + (row + 0.5 - y[a]) * slope;
        key[slot] = WHOLE + Math.floor((at + FAR_PX) * PARTS) * SLOTS + (slot & (SLOTS - 1));
        column[slot] = at < 0 ? 0 : at > width ? width : Math.ceil(at - 0.5);
        // Southward on the screen the left cell lies to the east.
        east[slot] = down ? left[k] : right[k];
        west[slot] = down ? right[k] : left[k];
      }
    }
  }
  return { rowStart, key, column, west, east };
}

function cutRuns({ rowStart, key, column, west, east }, width, height, cellCount) {
  const slots = new Uint16Array(key.buffer); // the low bits of each key: its slot
  const most = key.length;
  const rowRun = new Int32Array(height + 1);
  const begin = new Int32Array(most);
  const end = new Int32Array(most);
  const cell = new Int32Array(most);
  const perCell = new Int32Array(cellCount + 1);
  let runs = 0;
  for (let row = 0; row < height; row++) {
    rowRun[row] = runs;
    const first = rowStart[row];
    const last = rowStart[row + 1] - 1;
    if (last <= first) continue;
    key.subarray(first, last + 1).sort();
    let before = -1;
    let here = first + ((slots[4 * first] - first) & (SLOTS - 1));
    for (let i = first; i < last; i++) {
      const next = first + ((slots[4 * i + 4] - first) & (SLOTS - 1));
      let inside = east[here];
      // Where edges meet in one point their order is arbitrary: trust the side that both agree on.
      if (inside !== west[next] && before >= 0 && east[before] === west[next]) inside = west[next];
      const from = column[here];
      const to = column[next];
      before = here;
      here = next;
      if (inside < 0 || to <= from) continue;
      begin[runs] = from;
      end[runs] = to;
      cell[runs] = inside;
      perCell[inside + 1] += 1;
      runs += 1;
    }
  }
  rowRun[height] = runs;
  return { width, height, rowRun, begin, end, cell, byCell: runsByCell({ rowRun, begin, end, cell }, width, perCell) };
}

/** The same runs by cell, as pixels of the buffer; `perCell[c + 1]` is how many cell `c` has. */
function runsByCell({ rowRun, begin, end, cell }, width, perCell) {
  const height = rowRun.length - 1;
  const cellCount = perCell.length - 1;
  for (let c = 0; c < cellCount; c++) perCell[c + 1] += perCell[c];
  const fill = perCell.slice(0, cellCount);
  const from = new Int32Array(rowRun[height]);
  const until = new Int32Array(rowRun[height]);
  for (let row = 0, base = 0; row < height; row++, base += width) {
    for (let r = rowRun[row]; r < rowRun[row + 1]; r++) {
      const slot = fill[cell[r]]++;
      from[slot] = base + begin[r];
      until[slot] = base + end[r];
    }
  }
  return { start: perCell, from, until };
}

/** The cell at a pixel, or -1. */
export function cellAt(runs, px, py) {
  const row = Math.floor(py);
  if (row < 0 || row >= runs.height) return -1;
  let low = runs.rowRun[row];
  let high = runs.rowRun[row + 1];
  while (low < high) {
    const mid = (low + high) >> 1;
    if (runs.end[mid] <= px) low = mid + 1;
    else high = mid;
  }
  return low < runs.rowRun[row + 1] && runs.begin[low] <= px ? runs.cell[low] : -1;
}

/**
 * Repaint the cells whose key differs from `painted`, which is brought up to date. `tileOf(key)`
 * gives `{size, data, flat}`. Returns the dirty box `[x0, y0, x1, y1]`, or null if nothing changed.
 */
export function recolour(runs, pixels, painted, keys, tileOf) {
  const { width, byCell: { start, from, until } } = runs;
  let x0 = width;
  let y0 = runs.height;
  let x1 = 0;
  let y1 = 0;
  for (let c = 0; c < keys.length; c++) {
    if (painted[c] === keys[c]) continue;
    painted[c] = keys[c];
    if (start[c] === start[c + 1]) continue;
    const { size, data, flat } = tileOf(keys[c]);
    let row = Math.floor(from[start[c]] / width); // the runs of a cell go down the rows
    let base = row * width;
    if (row < y0) y0 = row;
    for (let i = start[c]; i < start[c + 1]; i++) {
      const begin = from[i];
      const end = until[i];
      for (; begin >= base + width; row++) base += width;
      if (begin - base < x0) x0 = begin - base;
      if (end - base > x1) x1 = end - base;
      // Most runs are a few pixels long: a loop is quicker than a call for each.
      if (flat) {
        const value = data[0];
        for (let at = begin; at < end; at++) pixels[at] = value;
        continue;
      }
      const line = (row % size) * size;
      let column = (begin - base) % size;
      for (let at = begin; at < end; at++) {
        pixels[at] = data[line + column];
        column = column + 1 === size ? 0 : column + 1;
      }
    }
    if (row >= y1) y1 = row + 1;
  }
  return x1 > x0 ? [x0, y0, x1, y1] : null;
}
