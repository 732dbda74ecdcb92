// The view as a URL fragment and back. Pure. Unknown or broken parts are left out, never guessed.

import { dayFromIso, isoFromDay } from "./time.mjs";

export const LAYERS = ["land", "fronts", "strikes", "maybe", "age", "names", "basemap"];
const ON_AT_FIRST = { land: true, fronts: true, strikes: true, maybe: true, age: true, names: true, basemap: true };
const WINDOWS = [1, 3, 7, 14, 30, 90, 365];

export function defaultLayers() {
  return { ...ON_AT_FIRST };
}

export function windowChoices() {
  return WINDOWS.slice();
}

/** `{day, window, view, lang, mode, layers, hidden, from, to}` to `d=…&v=…`; defaults are left out. */
export function formatHash(scene, state) {
  const out = [`d=${isoFromDay(state.day)}`];
  if (state.view) out.push(`v=${state.view.map((v, i) => +v.toFixed(i < 2 ? 4 : 2)).join(",")}`);
  if (state.window !== 14) out.push(`w=${state.window}`);
  if (state.lang !== "en") out.push(`lang=${state.lang}`);
  if (state.mode === "list") out.push("m=list");
  const changed = LAYERS.filter((name) => state.layers[name] !== ON_AT_FIRST[name]);
  if (changed.length) out.push(`l=${changed.map((name) => (state.layers[name] ? name : `-${name}`)).join(",")}`);
  const hidden = [...state.hidden].map((a) => scene.actors[a] && encodeURIComponent(scene.actors[a].id)).filter(Boolean);
  if (hidden.length) out.push(`x=${hidden.sort().join(",")}`);
  if (state.range) out.push(`r=${isoFromDay(state.range[0])},${isoFromDay(state.range[1])}`);
  if (state.selected && state.selected.place >= 0) out.push(`s=${encodeURIComponent(scene.places.id[state.selected.place])}`);
  return out.join("&");
}

function readNumbers(text, count) {
  const values = (text || "").split(",").map(Number);
  return values.length === count && values.every(Number.isFinite) ? values : null;
}

function decodeText(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** A fragment (with or without `#`) to the part of a state that it names. */
export function parseHash(scene, text) {
  const given = new Map();
  for (const pair of text.replace(/^#/, "").split("&")) {
    const at = pair.indexOf("=");
    if (at > 0) given.set(pair.slice(0, at), pair.slice(at + 1));
  }
  const state = {};
  const inside = (day) => day !== null && day >= scene.firstDay && day <= scene.lastDay;
  const day = dayFromIso(given.get("d"));
  if (inside(day)) state.day = day;
  const view = readNumbers(given.get("v"), 3);
  if (view && Math.abs(view[0]) <= 360 && Math.abs(view[1]) <= 85 && view[2] >= 0 && view[2] <= 20) state.view = view;
  if (WINDOWS.includes(Number(given.get("w")))) state.window = Number(given.get("w"));
  if (["en", "ar"].includes(given.get("lang"))) state.lang = given.get("lang");
  if (["list", "map"].includes(given.get("m"))) state.mode = given.get("m");
  if (given.has("l")) state.layers = readLayers(given.get("l"));
  if (given.has("x")) state.hidden = readHidden(scene, given.get("x"));
  const ends = (given.get("r") || "").split(",").map(dayFromIso);
  if (ends.length === 2 && ends.every(inside) && ends[0] < ends[1]) state.range = ends;
  if (given.has("s")) {
    const place = scene.places.id.indexOf(decodeText(given.get("s")));
    if (place >= 0) state.selected = { place, event: -1 };
  }
  return state;
}

function readLayers(text) {
  const layers = defaultLayers();
  for (const word of text.split(",")) {
    const name = word.replace(/^-/, "");
    if (LAYERS.includes(name)) layers[name] = !word.startsWith("-");
  }
  return layers;
}

function readHidden(scene, text) {
  const ids = text.split(",").map(decodeText);
  return new Set(scene.actors.map((actor, a) => (ids.includes(actor.id) ? a : -1)).filter((a) => a >= 0));
}
