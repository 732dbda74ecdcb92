// mount(): the one way in. It wires the parts; each of them knows only its own elements.

import { createControls } from "./controls.mjs";
import { openScene } from "./decode.mjs";
import { el } from "./dom.mjs";
import { createFrame } from "./frame.mjs";
import { formatHash, parseHash } from "./hash.mjs";
import { translator } from "./i18n.mjs";
import { createLandLayer } from "./layer.mjs";
import { createLegend } from "./legend.mjs";
import { createFeed, createList } from "./list.mjs";
import { createMap, hintTwoFingers, watchPointer } from "./map.mjs";
import { firstState, prefers, stateFromOptions, themeOf } from "./options.mjs";
import { createPanel } from "./panel.mjs";
import { createPlayback } from "./playback.mjs";
import { cellAreas } from "./state.mjs";
import { createSwipe } from "./swipe.mjs";
import { createTiles } from "./tiles.mjs";
import { clampDay, isoFromDay } from "./time.mjs";

const REST_MS = 150; // no input for so long means that the hand let go
const LET_GO_MS = 16; // after the slider was let go, a repeated key may still follow
const PAINT_MS = 40; // from the first frame's call to the frame on the screen, in a browser that draws in software
const SLOW_MS = 90; // lists and sums follow the map this much later
const SLOWEST_MS = 300; // and while it goes on and on, so often

/**
 * Show a scene in `root`.
 *
 * `scene`: packed bytes (Uint8Array) or what `openScene` gives. `other`: a second one of the same
 * timeline, as known on another date, for the right of a curtain; `options.names` tells the two
 * apart. `L`: Leaflet 1.9. `options`:
 * `{date, window, view: [lon, lat, zoom], lang, theme: auto|light|dark, transparent, mode, layers,
 * actors (ids shown), selected: {place}|{claim}, range: [iso, iso], speed, height (px), fit, fragment
 * (a URL fragment to start from), feed (false: no list of events), tiles (`{url, attribution}` of an online map that the reader may switch
 * on), map (a Leaflet map to use), scrollZoom, gentle (leave one-finger
 * drags to the page), quick (there is nothing to wait for: no word of loading)}`. `onState(state)` hears of changes when the hand lets go. Returns
 * `{ready, setState, getState, fragment, destroy}`; nothing is fetched.
 */
export function mount(root, { scene: input, other: second = null, L, options = {}, onState = null }) {
  root.classList.add("fl-root");
  if (!options.quick) root.append(el("p", { class: "fl-loading", role: "status" }, translator(options.lang)("loading")));
  const handle = { ready: null, setState() {}, getState: () => null, fragment: () => "", destroy: () => root.replaceChildren() };
  const read = (given) => (given instanceof Uint8Array ? openScene(given) : Promise.resolve(given));
  const open = Promise.all([read(input), second ? read(second) : null]).then(([opened, more]) => ({ ...opened, other: more && more.scene }));
  handle.ready = open.then((opened) => start(root, opened, L, options, onState, handle)).catch((error) => {
    root.replaceChildren(el("p", { class: "fl-error", role: "alert" }, translator(options.lang)("failed", { why: error.message })));
    throw error;
  });
  return handle;
}

function start(root, opened, L, options, onState, handle) {
  const { scene } = opened;
  const reduced = prefers("(prefers-reduced-motion: reduce)");
  let state = firstState(scene, options);
  let texts = null;
  let areas = null;
  let frameAsked = 0;
  let slowAsked = 0;
  let slowSince = 0;
  let restAsked = 0;
  let lastTold = "";
  let returnFocus = null;

  const act = {
    set: (patch, rests = true) => {
      state = { ...state, ...patch };
      draw();
      if (rests) act.rest();
    },
    setDay: (day, rests = true) => act.set({ day: clampDay(scene, day) }, rests),
    stepDay: (step) => act.set({ day: clampDay(scene, state.day + step), playing: false }),
    stepChange: (direction) => act.set({ day: playback.change(state.day, direction), playing: false }),
    rangeFrom: () => act.set({ range: [state.day, state.range && state.range[1] > state.day ? state.range[1] : scene.lastDay] }),
    rangeTo: () => act.set({ range: [state.range && state.range[0] < state.day ? state.range[0] : scene.firstDay, state.day] }),
    toggle: () => playback.toggle(),
    toggleActor: (a) => act.set({ hidden: flipped(state.hidden, a) }),
    toggleKind: (k) => act.set({ kindsOff: flipped(state.kindsOff, k) }),
    toggleLayer: (name) => act.set({ layers: { ...state.layers, [name]: !state.layers[name] } }),
    select: (selected) => select(selected),
    rest: (wait = REST_MS) => {
      clearTimeout(restAsked);
      restAsked = setTimeout(tell, wait);
    },
    letGo: () => act.rest(LET_GO_MS),
    refresh: () => slow(),
  };
  const playback = createPlayback(scene, () => state, act, reduced);
  const controls = createControls(scene, act);
  const legend = createLegend(scene, act, Boolean(options.tiles));
  const panel = createPanel(scene, act);
  const feed = createFeed(scene, act);
  const list = createList(scene, act);
  const frame = createFrame(root, scene, { controls, legend, panel, feed, list }, act, options);
  // With its words in it the page has the size that it keeps: the map is measured and drawn once.
  updateWords(translator(state.lang));
  const layer = createLandLayer(L, scene);
  const map = createMap(L, frame.mapNode, scene, state, { ...options, reduced });
  frame.bindMap(map, fit);
  const other = opened.other ? createLandLayer(L, opened.other) : null;
  for (const each of [layer, other]) if (each) each.covered = frame.covered;
  const unhint = options.gentle ? hintTwoFingers(frame.mapNode, () => translator(state.lang)("twoFingers")) : () => {};
  const tiles = createTiles(L, map, frame.stage, options.tiles);
  const swipe = other && createSwipe(map, frame.stage, layer, other, options.names || ["1", "2"]);
  const unwatch = watchPointer(map, layer, frame, { scene, swipe, getState: () => state, getTexts: () => texts }, act);

  function fit() {
    const [west, south, east, north] = scene.view;
    map.fitBounds([[south, west], [north, east]], { animate: false, padding: [6, 6] });
    fitted = true;
  }

  function flipped(set, item) {
    const out = new Set(set);
    if (!out.delete(item)) out.add(item);
    return out;
  }

  function select(selected) {
    const active = root.getRootNode().activeElement;
    if (selected && !state.selected) returnFocus = active;
    act.set({ selected });
    slow();
    if (selected) {
      panel.node.focus({ preventScroll: true });
      panel.reveal(reduced ? "auto" : "smooth");
    }
    else if (returnFocus && returnFocus.isConnected) returnFocus.focus({ preventScroll: true });
  }

  function draw() {
    if (!frameAsked) frameAsked = requestAnimationFrame(render);
  }

  function render() {
    frameAsked = 0;
    const t = translator(state.lang);
    layer.show(state);
    if (other) {
      other.show({ ...state, selected: null });
      swipe.clip();
      swipe.update(t);
    }
    if (tiles) tiles(state);
    updateWords(t);
    if (!texts) return;
    // A step does not wait for lists while the next one is on its way.
    const now = performance.now();
    if (!slowAsked) slowSince = now;
    clearTimeout(slowAsked);
    slowAsked = setTimeout(slow, Math.min(SLOW_MS, slowSince + SLOWEST_MS - now));
  }

  function updateWords(t) {
    controls.update(state, t);
    frame.update(state, t);
    legend.update(state, t);
  }

  function slow() {
    clearTimeout(slowAsked);
    slowAsked = 0;
    const holders = layer.holders();
    if (!holders) return;
    const t = translator(state.lang);
    areas ??= cellAreas(scene);
    legend.count(state, t, areas, holders);
    feed.update(state, t, texts, layer.events());
    panel.update(state, t, texts, holders, layer.maybes(), swipe);
    list.update(state, t, texts, holders, layer.events());
    frame.later(state, t, texts);
  }

  function snapshot() {
    const selected = state.selected && (state.selected.place >= 0 ? { place: scene.places.id[state.selected.place] } : texts && state.selected.event >= 0 ? { claim: texts.claims.id[scene.events.claim[state.selected.event]] } : null);
    return {
      date: isoFromDay(state.day), window: state.window, selected, layers: state.layers, lang: state.lang, mode: state.mode,
      actors: scene.actors.filter((_, a) => !state.hidden.has(a)).map((a) => a.id),
      view: state.view, range: state.range && state.range.map(isoFromDay),
    };
  }

  function tell() {
    if (state.playing) return;
    frame.announce(state);
    const now = snapshot();
    const text = JSON.stringify(now);
    if (text === lastTold) return;
    const first = lastTold === "";
    lastTold = text;
    if (onState) onState(now, { first });
  }

  map.on("dragstart zoomstart", () => (fitted = false));
  map.on("moveend", () => {
    const centre = map.getCenter();
    state = { ...state, view: [+centre.lng.toFixed(4), +centre.lat.toFixed(4), +map.getZoom().toFixed(2)] };
    frame.scale(map, state);
    act.rest();
  });
  let fitted = false;
  if (options.map) {
    frame.scale(map, state); // the host page has chosen the view
  } else if (state.view) moveTo(state.view);
  else fit();
  layer.addTo(map);
  if (other) other.addTo(map);
  render();
  lastTold = JSON.stringify(snapshot());
  const ready = afterPaint(async () => {
    const tasks = [legend.paint, ...layer.completing, ...(other ? other.completing : []), () => controls.redraw(state)];
    for (const task of tasks) {
      task();
      await turn();
    }
    texts = await opened.texts();
    if (options.selected && options.selected.claim) selectClaim(options.selected.claim);
    slow();
  });

  function selectClaim(id) {
    const claim = texts.claims.id.indexOf(id);
    const event = claim < 0 ? -1 : scene.events.claim.indexOf(claim);
    if (event >= 0) act.set({ selected: { place: -1, event } }, false);
    else if (claim >= 0 && texts.claims.place[claim] >= 0) act.set({ selected: { place: texts.claims.place[claim], event: -1 } }, false);
  }

  function moveTo(view) {
    if (view) map.setView([view[1], view[0]], view[2], { animate: false });
  }

  const unkey = frame.bindKeys(act, map, () => state, playback);
  const unsize = frame.watchSize(() => {
    const refit = fitted;
    map.invalidateSize({ animate: false, pan: false });
    if (refit) fit();
    controls.redraw(state);
    draw();
  });
  Object.assign(handle, {
    /** Change the state from outside: the options of `mount`, or `{fragment}`. */
    setState: (patch) => {
      const change = patch.fragment !== undefined ? parseHash(scene, patch.fragment) : stateFromOptions(scene, patch);
      if (patch.theme) change.theme = themeOf(patch);
      if (patch.playing !== undefined && patch.playing !== state.playing) playback.toggle();
      if (texts && patch.selected && patch.selected.claim) selectClaim(patch.selected.claim);
      act.set(change, patch.quiet !== true);
      moveTo(change.view);
    },
    getState: () => snapshot(),
    fragment: () => formatHash(scene, state),
    scene,
    map,
    layer,
    destroy: () => {
      playback.stop();
      cancelAnimationFrame(frameAsked);
      for (const timer of [slowAsked, restAsked]) clearTimeout(timer);
      unkey();
      unsize();
      unwatch();
      unhint();
      if (swipe) swipe.end();
      if (options.map) [layer, other].forEach((each) => each && each.remove());
      else map.remove();
      root.replaceChildren();
    },
  });
  return ready.then(() => handle);
}

/** A turn of the browser: between two long tasks it may paint, and hear a hand. */
function turn() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Run `task` once the first picture has had time to reach the screen. */
function afterPaint(task) {
  return new Promise((resolve, reject) => {
    requestAnimationFrame(() => setTimeout(() => task().then(resolve, reject), PAINT_MS));
  });
}
