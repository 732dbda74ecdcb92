// Colours and hatch patterns as small tiles of pixels. Pure.

import { paintCount, splitKey } from "./state.mjs";

const TILE_PX = 16; // CSS pixels; every pattern repeats in 8 or 16 of them

export function rgb(hex) {
  const match = /^#([0-9a-f]{6})$/i.exec(hex || "");
  const value = parseInt(match ? match[1] : "888888", 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The actor's colour, moved off the background where it would drown in it. */
export function shownColour(hex, theme) {
  const color = rgb(hex);
  const light = (0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]) / 255;
  const gap = theme.dark ? Math.max(0, 0.42 - light) : Math.max(0, light - 0.8);
  return mix(color, theme.dark ? [255, 255, 255] : [60, 60, 60], Math.min(0.6, gap * 1.4)).map(Math.round);
}

function mod(value, by) {
  return ((value % by) + by) % by;
}

const PATTERNS = new Set(["diagonal", "cross", "dots", "vertical", "horizontal"]);

/** Is the point (u, v) in CSS pixels on the line work of this pattern? */
export function onPattern(pattern, u, v) {
  if (pattern === "diagonal") return mod(u + v, 8) < 2;
  if (pattern === "cross") return mod(u + v, 8) < 1.4 || mod(u - v, 8) < 1.4;
  if (pattern === "dots") return Math.hypot(mod(u, 8) - 4, mod(v, 8) - 4) < 1.7;
  if (pattern === "vertical") return mod(u, 8) < 1.8;
  if (pattern === "horizontal") return mod(v, 8) < 1.8;
  return false;
}

function mix(color, other, share) {
  return color.map((v, i) => v + (other[i] - v) * share);
}

/** A function from a point (u, v) to its colour `[r, g, b, alpha]`, for one paint index. */
function inkOf(scene, theme, index, plain) {
  const actors = scene.actors.length;
  const clear = [0, 0, 0, 0];
  if (index === 0) return () => clear;
  if (index <= actors) {
    const { color, pattern } = scene.actors[index - 1];
    const shown = shownColour(color, theme);
    const land = [...shown, theme.landAlpha];
    const hatch = [...mix(shown, theme.hatch, 0.42), theme.hatchAlpha];
    return plain ? () => land : (u, v) => (onPattern(pattern, u, v) ? hatch : land);
  }
  const contest = scene.contests[index - actors - 1];
  const filtered = [...theme.unknown, 0.16];
  if (!contest || !contest.length) return () => filtered;
  const stripes = contest.map((a) => [...shownColour(scene.actors[a].color, theme), theme.landAlpha]);
  if (stripes.length === 1) stripes.push([...theme.unknown, 0.3]);
  return (u, v) => stripes[Math.floor((mod(u + v, TILE_PX) / TILE_PX) * stripes.length)];
}

/** The same for a paint key taken apart: the coming holder in stripes over the present one. */
function painter(scene, theme, { index, coming }) {
  const under = inkOf(scene, theme, index, false);
  if (coming < 0) return under;
  const doubt = [...theme.unknown, 0.35];
  const over = inkOf(scene, theme, coming, true);
  return (u, v) => {
    if (mod(u - v, TILE_PX) >= 5) return under(u, v);
    const color = over(u, v);
    return color[3] ? color : doubt;
  };
}

const FADE = [1, 0.7, 0.48];
const FINE = 3; // samples a pixel, across and down

/** Is land with this paint of one colour all over? */
function isPlain(scene, { index, coming }) {
  return coming < 0 && (index === 0 || (index <= scene.actors.length && !PATTERNS.has(scene.actors[index - 1].pattern)));
}

/** The tile of one paint key at `scale` device pixels a CSS pixel: `{size, data, flat}` RGBA. */
export function makeTile(scene, theme, key, scale) {
  const size = Math.max(8, Math.round(TILE_PX * scale));
  const data = new Uint32Array(size * size);
  const parts = splitKey(scene, key);
  const colour = painter(scene, theme, parts);
  const fade = FADE[parts.age] * 255;
  if (isPlain(scene, parts)) {
    const [red, green, blue, alpha] = colour(0, 0);
    data.fill(((Math.round(alpha * fade) << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0);
    return { size, data, flat: true };
  }
  const step = TILE_PX / (size * FINE);
  // Stripes repeat in the whole tile, patterns in half of it: a quarter is worked out, then copied.
  const stripes = parts.coming >= 0 || parts.index > scene.actors.length;
  const period = stripes || size % 2 ? size : size / 2;
  for (let y = 0; y < period; y++) {
    for (let x = 0; x < period; x++) {
      let [red, green, blue, sum] = [0, 0, 0, 0];
      for (let s = 0; s < FINE * FINE; s++) {
        const color = colour((x * FINE + (s % FINE) + 0.5) * step, (y * FINE + Math.floor(s / FINE) + 0.5) * step);
        const alpha = color[3];
        red += color[0] * alpha;
        green += color[1] * alpha;
        blue += color[2] * alpha;
        sum += alpha;
      }
      const part = (value) => (sum ? Math.round(value / sum) : 0);
      const alpha = Math.round((sum / (FINE * FINE)) * fade);
      data[y * size + x] = ((alpha << 24) | (part(blue) << 16) | (part(green) << 8) | part(red)) >>> 0;
    }
  }
  for (let y = 0; y < size; y++) {
    const from = (y % period) * size;
    for (let x = 0; x < size; x += period) data.copyWithin(y * size + x, from, from + period);
  }
  return { size, data, flat: data.every((value) => value === data[0]) };
}

const kept = new WeakMap(); // scene to its tiles, for map and legend alike

/** A function from a paint key to its tile, each made once. */
export function tileCache(scene, theme, scale) {
  if (!kept.has(scene)) kept.set(scene, new Map());
  const tiles = kept.get(scene);
  const look = `${theme.dark} ${scale}`;
  if (!tiles.has(look)) tiles.set(look, new Map());
  const ofLook = tiles.get(look);
  return (key) => {
    let tile = ofLook.get(key);
    if (!tile) ofLook.set(key, (tile = makeTile(scene, theme, key, scale)));
    return tile;
  };
}

/** The colours of where land changes hands, as numbers; outer lines have their holder's colour. */
export function inkColours(scene, theme) {
  const outer = Array.from({ length: paintCount(scene) }, (_, index) => (index && index <= scene.actors.length ? shownColour(scene.actors[index - 1].color, theme) : rgb(theme.border)));
  return { outer, inner: theme.inner, halo: theme.frontHalo, front: [...rgb(theme.front), 1] };
}

const OUTER_ALPHA = 0.85;
const KEPT = 1 << 13; // pixels laid before: few differ, for cover comes in 32 shades

/**
 * A function that lays the four inks of a pixel (front, halo, inner, outer, from the high byte down)
 * over what is below it: RGBA in, RGBA out, all as signed numbers of 32 bits.
 */
export function layersOf({ outer, inner, halo, front }) {
  const [covers, helds, belows, values] = [0, 1, 2, 3].map(() => new Int32Array(KEPT));
  const lay = (cover, held, below) => {
    let alpha = (below >>> 24) / 255;
    let red = (below & 255) * alpha;
    let green = ((below >>> 8) & 255) * alpha;
    let blue = ((below >>> 16) & 255) * alpha;
    const put = (colour, share) => {
      if (share === 0) return;
      red += (colour[0] - red) * share;
      green += (colour[1] - green) * share;
      blue += (colour[2] - blue) * share;
      alpha += (1 - alpha) * share;
    };
    put(outer[held], ((cover & 255) / 255) * OUTER_ALPHA);
    put(inner, (((cover >>> 8) & 255) / 255) * inner[3]);
    put(halo, (((cover >>> 16) & 255) / 255) * halo[3]);
    put(front, (cover >>> 24) / 255);
    return alpha ? pixelOf(red / alpha, green / alpha, blue / alpha, alpha) : 0;
  };
  return (cover, held, below) => {
    const slot = (Math.imul(cover, 0x9e3779b1) ^ Math.imul(held, 0x85ebca6b) ^ Math.imul(below, 0xc2b2ae35)) >>> 19;
    if (covers[slot] !== cover || helds[slot] !== held || belows[slot] !== below) {
      covers[slot] = cover;
      helds[slot] = held;
      belows[slot] = below;
      values[slot] = lay(cover, held, below);
    }
    return values[slot];
  };
}

function pixelOf(red, green, blue, alpha) {
  return (((alpha * 255 + 0.5) << 24) | ((blue + 0.5) << 16) | ((green + 0.5) << 8) | (red + 0.5)) | 0;
}

/** Colours that canvases need; the style sheet holds the page's own. */
export const THEMES = {
  light: {
    dark: false,
    hatch: [20, 20, 20], hatchAlpha: 0.72, landAlpha: 0.62, unknown: [90, 90, 90],
    ink: "#17191c", halo: "rgba(255,255,255,0.9)", front: "#17191c", frontHalo: [255, 255, 255, 0.85],
    strike: "#b4151c", coast: "#7f9db2", river: "#9dbcd0", border: "#6d6a64", label: "#2b2e33", town: "#53575e", inner: [255, 255, 255, 0.8],
  },
  dark: {
    dark: true,
    hatch: [245, 245, 245], hatchAlpha: 0.7, landAlpha: 0.6, unknown: [170, 170, 170],
    ink: "#f4f4f2", halo: "rgba(15,17,20,0.85)", front: "#ffffff", frontHalo: [10, 12, 14, 0.8],
    strike: "#ff7a6b", coast: "#4d6a80", river: "#3f5d73", border: "#9a968d", label: "#eceae6", town: "#b4b2ad", inner: [15, 17, 20, 0.7],
  },
};
