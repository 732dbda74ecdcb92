// Where the player starts: the options of `mount`, the fragment, and what the reader prefers.

import { defaultLayers, parseHash } from "./hash.mjs";
import { LANGS } from "./i18n.mjs";
import { clampDay, dayFromIso, defaultSpeed } from "./time.mjs";

export function prefers(query) {
  return typeof matchMedia === "function" && matchMedia(query).matches;
}

export function themeOf(options) {
  if (options.theme === "light" || options.theme === "dark") return options.theme;
  return prefers("(prefers-color-scheme: dark)") ? "dark" : "light";
}

/** The part of a state that options name; ids and ISO dates become numbers. */
export function stateFromOptions(scene, options) {
  const state = {};
  const day = dayFromIso(options.date);
  if (day !== null) state.day = clampDay(scene, day);
  for (const name of ["window", "speed", "view", "mode"]) if (options[name]) state[name] = options[name];
  if (LANGS.includes(options.lang)) state.lang = options.lang;
  if (options.layers) state.layers = { ...defaultLayers(), ...options.layers };
  if (options.actors) state.hidden = new Set(scene.actors.map((a, i) => (options.actors.includes(a.id) ? -1 : i)).filter((i) => i >= 0));
  if (options.range) {
    const ends = options.range.map(dayFromIso);
    if (ends.every((d) => d !== null) && ends[0] < ends[1]) state.range = ends.map((d) => clampDay(scene, d));
  }
  if (options.selected && options.selected.place) {
    const place = scene.places.id.indexOf(options.selected.place);
    if (place >= 0) state.selected = { place, event: -1 };
  }
  return state;
}

export function firstState(scene, options) {
  return {
    day: scene.lastDay, window: 14, view: null, lang: "en", mode: "map", speed: defaultSpeed(scene), playing: false, range: null,
    layers: defaultLayers(), hidden: new Set(), kindsOff: new Set(), selected: null, theme: themeOf(options),
    ...stateFromOptions(scene, options), ...(options.fragment ? parseHash(scene, options.fragment) : {}),
  };
}
