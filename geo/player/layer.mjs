// The Leaflet layer: four canvases that move with the map, and what lies under a pointer.

import { drawBasemap, sizeCanvas } from "./draw.mjs";
import { createInk, edgesByCell, markEdges, soilAll } from "./edges.mjs";
import { drawLabels, labelCandidates } from "./labels.mjs";
import { inkColours, tileCache, THEMES } from "./paint.mjs";
import { metresPerPixel, toPixels, unitPoints, unitX, unitY } from "./project.mjs";
import { buildRuns, cellAt, recolour } from "./raster.mjs";
import { cellPaint, eventsIn, holdersAt, longEvents, maybesAt, paintSides } from "./state.mjs";
import { drawInk } from "./squares.mjs";
import { drawEvents, drawSelection, hitEvent } from "./overlay.mjs";

const STILL_MS = 40; // a map that has not moved for so long is at rest
const PADDING = 0.1; // of the map's size on each side, so that a short drag shows no rim

/** What of a scene does not depend on the view, computed once. */
function prepare(scene) {
  return {
    land: unitPoints(scene.land),
    lines: scene.lines.map(unitPoints),
    events: unitPoints(scene.events),
    long: longEvents(scene),
    sides: paintSides(scene),
  };
}

export function createLandLayer(L, scene) {
  const unit = prepare(scene);
  const layer = new L.Layer();
  const stage = document.createElement("div");
  stage.className = "fl-stage leaflet-zoom-animated";
  const canvases = {};
  for (const name of ["land", "lines", "live", "labels"]) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.className = "fl-canvas";
    stage.append(canvas);
    canvases[name] = canvas;
  }
  const it = { layer, scene, unit, stage, canvases, map: null, state: null, view: null, painted: null, image: null, drawn: [], inked: false, named: false };
  it.labels = {};

  layer.onAdd = (map) => {
    it.map = map;
    map.getPane("overlayPane").append(stage);
    return layer;
  };
  layer.onRemove = () => {
    clearTimeout(it.resting);
    stage.remove();
    it.map = null;
    return layer;
  };
  // While the map moves, its last pixels move along; new ones are made when it has come to rest.
  const follow = () => transform(it, L, it.map.getCenter(), it.map.getZoom());
  const rest = () => {
    clearTimeout(it.resting);
    it.resting = setTimeout(() => rebuild(it, L), STILL_MS);
  };
  layer.getEvents = () => ({
    movestart: () => clearTimeout(it.resting),
    zoomanim: (event) => transform(it, L, event.center, event.zoom),
    zoom: follow,
    viewreset: follow,
    moveend: rest,
    resize: rest,
  });
  /** Show a state: `{day, window, layers, hidden, kindsOff, theme, lang, selected, hover}`. */
  layer.show = (state) => {
    const before = it.state;
    it.state = state;
    if (!it.view) return rebuild(it, L);
    const restyled = !before || before.theme !== state.theme;
    if (restyled) resetPaint(it);
    if (restyled || before.lang !== state.lang || before.layers !== state.layers) drawStatic(it);
    drawLive(it);
  };
  /**
   * What the first picture, of land and basemap, did without, to be called one after another with
   * turns of the browser in between: from then on fronts, and then names, are drawn too.
   */
  layer.completing = [
    () => {
      it.inked = true;
      if (!it.view || !it.state) return;
      addInk(it);
      readUnder(it);
      drawEdges(it, THEMES[it.state.theme]);
      drawOver(it, THEMES[it.state.theme]);
    },
    () => {
      it.named = true;
      if (it.view && it.state) drawNames(it, THEMES[it.state.theme]);
    },
  ];
  layer.holders = () => it.holders;
  layer.maybes = () => it.maybes;
  layer.events = () => it.shown || [];
  layer.scene = scene;
  layer.look = () => ({ stage, view: it.view });
  layer.onView = () => {}; // called when there are pixels for another view
  layer.covered = () => []; // boxes of the map under something else, in container pixels: no names there
  /** What is at a map point (container pixels): `{event}`, `{cluster}`, `{place}` or null. */
  layer.at = (point, reach) => {
    if (!it.view) return null;
    const x = point.x - it.view.left;
    const y = point.y - it.view.top;
    const event = hitEvent(it.drawn, x, y, reach);
    if (event) return event;
    const cell = cellAt(it.view.runs, x * it.view.ratio, y * it.view.ratio);
    return cell >= 0 && scene.cellPlace[cell] >= 0 ? { place: scene.cellPlace[cell] } : null;
  };
  return layer;
}

function transform(it, L, center, zoom) {
  const { map, view } = it;
  if (!view) return;
  const scale = map.getZoomScale(zoom, view.zoom);
  const corner = map.project(map.unproject(view.corner, view.zoom), zoom);
  const offset = corner.subtract(map._getNewPixelOrigin(center, zoom));
  L.DomUtil.setTransform(it.stage, offset, scale);
}

/** New pixels for a new view: canvases sized and placed, runs built, everything drawn. */
function rebuild(it, L) {
  const { map, unit, scene } = it;
  if (!map) return;
  const size = map.getSize();
  if (!size.x || !size.y) return;
  const pad = L.point(Math.round(size.x * PADDING), Math.round(size.y * PADDING));
  const width = size.x + 2 * pad.x;
  const height = size.y + 2 * pad.y;
  const topLeft = map.containerPointToLayerPoint(pad.multiplyBy(-1)).round();
  const corner = topLeft.add(map.getPixelOrigin());
  const zoom = map.getZoom();
  const scale = 256 * 2 ** zoom;
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  if (isView(it.view, { corner, zoom, ratio, width, height })) return;
  L.DomUtil.setTransform(it.stage, topLeft, 1);
  it.stage.style.width = `${width}px`;
  it.stage.style.height = `${height}px`;
  for (const canvas of Object.values(it.canvases)) sizeCanvas(canvas, width, height, ratio);
  const fine = toPixels(unit.land, scale * ratio, corner.x * ratio, corner.y * ratio);
  const wide = it.canvases.land.width;
  const high = it.canvases.land.height;
  const runs = buildRuns(scene.land, fine.x, fine.y, wide, high, scene.cellPlace.length);
  const offset = map.layerPointToContainerPoint(topLeft);
  it.view = { corner, zoom, scale, ratio, width, height, fine, runs, left: offset.x, top: offset.y };
  if (!it.image || it.image.width !== wide || it.image.height !== high) {
    it.image = new ImageData(wide, high);
    it.pixels = new Uint32Array(it.image.data.buffer);
  }
  resetPaint(it);
  if (it.inked) addInk(it);
  if (it.state) {
    drawStatic(it);
    drawLive(it);
  }
  it.layer.onView();
}

/** Ink for the edges of this view; what it needs is made when it is first asked for. */
function addInk(it) {
  const { scene, unit, view, image } = it;
  unit.byCell ??= edgesByCell(scene.land, scene.cellPlace.length);
  if (!it.lines || it.lines.width !== image.width || it.lines.height !== image.height) {
    it.lines = new ImageData(image.width, image.height);
    it.linePixels = new Uint32Array(it.lines.data.buffer);
  }
  it.ink = createInk(scene.land, unit.byCell, { ...view.fine, width: image.width, height: image.height, ratio: view.ratio }, it.ink);
  it.marked = "";
}

function isView(view, now) {
  return view && view.corner.equals(now.corner) && ["zoom", "ratio", "width", "height"].every((name) => view[name] === now[name]);
}

function resetPaint(it) {
  it.painted = new Int32Array(it.scene.cellPlace.length);
  if (it.pixels) it.pixels.fill(0);
  if (it.image) contextOf(it, "land").clearRect(0, 0, it.image.width, it.image.height);
  it.marked = "";
  if (it.state && it.view) it.tileOf = tileCache(it.scene, THEMES[it.state.theme], it.view.ratio);
}

/** Land and lines are pixels of ours: their canvases are kept where reading and writing is cheap. */
function contextOf(it, name) {
  return it.canvases[name].getContext("2d", { willReadFrequently: name === "land" || name === "lines" });
}

function context(it, name) {
  const ctx = contextOf(it, name);
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, it.canvases[name].width, it.canvases[name].height);
  ctx.setTransform(it.view.ratio, 0, 0, it.view.ratio, 0, 0);
  return ctx;
}

/** A canvas without anything on it is not laid over the others. */
function showCanvas(it, name, on) {
  const value = on ? "" : "hidden";
  if (it.canvases[name].style.visibility !== value) it.canvases[name].style.visibility = value;
}

function drawStatic(it) {
  const { scene, view, state, unit } = it;
  const theme = THEMES[state.theme];
  if (state.layers.basemap && scene.lines.length) {
    drawBasemap(context(it, "lines"), scene.lines, (i) => toPixels(unit.lines[i], view.scale, view.corner.x, view.corner.y), theme);
  }
  if (it.inked) {
    readUnder(it);
    soilAll(it.ink);
  }
  if (it.named) drawNames(it, theme);
}

/** The basemap as it was drawn: the ink is laid over it. */
function readUnder(it) {
  const drawn = it.state.layers.basemap && it.scene.lines.length > 0;
  const { width, height } = it.lines;
  it.under = drawn ? new Uint32Array(contextOf(it, "lines").getImageData(0, 0, width, height).data.buffer) : null;
}

function drawNames(it, theme) {
  const { scene, view, state } = it;
  const { scale, corner } = view;
  showCanvas(it, "labels", state.layers.names);
  if (!state.layers.names) return;
  const ctx = context(it, "labels");
  it.labels[state.lang] ??= labelCandidates(scene, state.lang);
  const project = (lon, lat) => [unitX(lon) * scale - corner.x, unitY(lat) * scale - corner.y];
  const most = Math.max(10, Math.round((view.width * view.height) / 14000));
  const taken = it.layer.covered().map(([x0, y0, x1, y1]) => [x0 - view.left, y0 - view.top, x1 - view.left, y1 - view.top]);
  const drawn = drawLabels(ctx, it.labels[state.lang], { project, width: view.width, height: view.height, theme, taken, most });
  showCanvas(it, "labels", drawn > 0);
}

function drawLive(it) {
  const { scene, state } = it;
  const theme = THEMES[state.theme];
  it.holders = holdersAt(scene, state.day, it.holders);
  it.maybes = maybesAt(scene, state.day, it.maybes);
  const options = { holders: it.holders, maybes: it.maybes, hidden: state.hidden, maybe: state.layers.maybe, age: state.layers.age };
  it.paint = cellPaint(scene, state.day, options, it.paint);
  drawLand(it);
  if (it.inked) drawEdges(it, theme);
  drawOver(it, theme);
}

/** Events and the selection. */
function drawOver(it, theme) {
  const { scene, state, unit } = it;
  it.shown = eventsIn(scene, state.day, state.window, { long: unit.long, kindsOff: state.kindsOff, hidden: state.hidden });
  const events = state.layers.strikes && it.shown.length > 0;
  showCanvas(it, "live", events || Boolean(state.selected));
  const empty = !events && !state.selected;
  if (empty && !it.drawn.length) return;
  it.drawn = [];
  const ctx = context(it, "live");
  if (events) it.drawn = drawEvents(ctx, it, theme);
  drawSelection(ctx, it, theme);
}

function drawLand(it) {
  const { view, paint, state } = it;
  showCanvas(it, "land", state.layers.land);
  it.tileOf ??= tileCache(it.scene, THEMES[state.theme], view.ratio);
  const box = recolour(view.runs, it.pixels, it.painted, paint.key, it.tileOf);
  if (box) putBox(it, "land", it.image, box);
}

function drawEdges(it, theme) {
  const shown = { fronts: it.state.layers.fronts, land: it.state.layers.land };
  const marked = JSON.stringify(shown);
  markEdges(it.ink, it.paint.index, it.unit.sides, shown, marked !== it.marked);
  it.marked = marked;
  const box = drawInk(it.ink, it.linePixels, inkColours(it.scene, theme), it.under);
  if (box) putBox(it, "lines", it.lines, box);
}

function putBox(it, name, image, [x0, y0, x1, y1]) {
  contextOf(it, name).putImageData(image, 0, 0, x0, y0, x1 - x0, y1 - y0);
}

/** Metres a CSS pixel at the middle of the map. */
export function mapScale(map) {
  return metresPerPixel(map.getCenter().lat, 256 * 2 ** map.getZoom());
}
