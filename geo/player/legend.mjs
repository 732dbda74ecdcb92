// The legend: patterns, names, land held; each row switches its actor on and off.

import { el } from "./dom.mjs";
import { actorName, number, roundArea } from "./i18n.mjs";
import { tileCache, THEMES } from "./paint.mjs";
import { AGE_STEPS, holdersOf, paintCount, paintIndex, tally } from "./state.mjs";
import { drawSymbol } from "./symbols.mjs";
import { LAYERS } from "./hash.mjs";

const SWATCH = { width: 30, height: 20 };

const paints = new WeakMap(); // a small picture to what paints it

/** A small picture, not yet painted: the first view of a page does not wait for it. */
function swatch(paint) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const canvas = el("canvas", { class: "fl-swatch", "aria-hidden": "true" });
  canvas.width = SWATCH.width * ratio;
  canvas.height = SWATCH.height * ratio;
  paints.set(canvas, () => paint(canvas.getContext("2d"), canvas, ratio));
  return canvas;
}

function landSwatch(scene, theme, key) {
  return swatch((ctx, canvas, ratio) => {
    const tile = tileCache(scene, theme, ratio)(key);
    const image = ctx.createImageData(canvas.width, canvas.height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i++) {
      const x = i % canvas.width;
      const y = Math.floor(i / canvas.width);
      pixels[i] = tile.data[(y % tile.size) * tile.size + (x % tile.size)];
    }
    ctx.putImageData(image, 0, 0);
  });
}

/** Land as its evidence ages, from new to old. */
function ageSwatch(scene, theme, actor) {
  const count = paintCount(scene);
  return swatch((ctx, canvas) => {
    [0, 1, 2].forEach((age) => {
      const part = landSwatch(scene, theme, age * (count + 1) * count + paintIndex(scene, actor));
      paints.get(part)();
      const from = Math.round((age * canvas.width) / 3);
      ctx.drawImage(part, from, 0, Math.round(canvas.width / 3), canvas.height, from, 0, Math.round(canvas.width / 3), canvas.height);
    });
  });
}

function symbolSwatch(kind, theme) {
  return swatch((ctx, canvas, ratio) => {
    ctx.scale(ratio, ratio);
    drawSymbol(ctx, kind, SWATCH.width / 2, SWATCH.height / 2, 6, { theme });
  });
}

function frontSwatch(theme) {
  return swatch((ctx, canvas, ratio) => {
    ctx.scale(ratio, ratio);
    ctx.lineCap = "round";
    for (const [width, color] of [[5, `rgba(${theme.frontHalo})`], [2.4, theme.front]]) {
      ctx.beginPath();
      ctx.moveTo(3, 14);
      ctx.bezierCurveTo(11, 2, 18, 18, 27, 6);
      ctx.lineWidth = width;
      ctx.strokeStyle = color;
      ctx.stroke();
    }
  });
}

/** The key of the paint that shows a window of uncertain date, for the legend's swatch. */
function maybeKey(scene) {
  const { actors } = scene;
  const [first] = splitActors(scene)[0];
  const other = actors.findIndex((actor) => first !== undefined && actor.color !== actors[first].color);
  return other < 0 ? 0 : (paintIndex(scene, other) + 1) * paintCount(scene) + paintIndex(scene, first);
}

/** Actors that ever hold land, the busiest first, and those that only strike, fight or are named. */
export function splitActors(scene) {
  const lowest = -1 - scene.contests.length;
  const often = new Float64Array(scene.actors.length - lowest);
  const { holder } = scene.flips;
  for (let i = 0; i < holder.length; i++) often[holder[i] - lowest] += 1;
  const count = new Float64Array(scene.actors.length);
  often.forEach((times, k) => holdersOf(scene, k + lowest).forEach((a) => (count[a] += times)));
  const order = [...count.keys()].sort((a, b) => count[b] - count[a] || a - b);
  return [order.filter((a) => count[a]), order.filter((a) => !count[a])];
}

export function createLegend(scene, act, withTiles = false) {
  const node = el("section", { class: "fl-legend" });
  let built = null;
  let painted = false;
  let values = [];
  const [holders, others] = splitActors(scene);
  const kinds = scene.events.kinds.map((_, k) => k).filter((k) => scene.events.kind.includes(k));

  function build(state, t) {
    const theme = THEMES[state.theme];
    values = scene.actors.map(() => el("span", { class: "fl-value" }));
    const row = (a) => toggle(landSwatch(scene, theme, paintIndex(scene, a)), actorName(scene, a, state.lang), !state.hidden.has(a), () => act.toggleActor(a), values[a]);
    const keys = [];
    if (scene.contests.length) keys.push([landSwatch(scene, theme, paintIndex(scene, -2)), t("contestedKey")]);
    if (scene.maybes.begin.length) keys.push([landSwatch(scene, theme, maybeKey(scene)), t("maybeKey")]);
    if (state.layers.age && holders.length) keys.push([ageSwatch(scene, theme, holders[0]), t("ageKey", { a: number(AGE_STEPS[0], state.lang), b: number(AGE_STEPS[1], state.lang) })]);
    keys.push([el("span", { class: "fl-swatch fl-none", "aria-hidden": "true" }), t("unknownKey")], [frontSwatch(theme), t("frontKey")]);
    const events = kinds.map((k) => {
      const kind = scene.events.kinds[k];
      return toggle(symbolSwatch(kind, theme), t(kind), !state.kindsOff.has(k), () => act.toggleKind(k));
    });
    const layers = [...LAYERS, ...(withTiles ? ["tiles"] : [])].map((name) => toggle(null, t(name), state.layers[name], () => act.toggleLayer(name)));
    node.replaceChildren(
      el("h2", {}, t("legend")),
      el("ul", { class: "fl-keys" }, holders.map(row), keys.map(([picture, text]) => el("li", { class: "fl-key" }, picture, el("span", { class: "fl-name" }, text)))),
      events.length ? el("h2", {}, t("events")) : "",
      el("ul", { class: "fl-keys" }, events),
      others.length ? el("details", { class: "fl-layers" }, el("summary", {}, t("otherActors", { n: number(others.length, state.lang) })), el("ul", { class: "fl-keys" }, others.map(row))) : "",
      el("details", { class: "fl-layers" }, el("summary", {}, t("layers")), el("ul", { class: "fl-keys" }, layers)),
    );
  }

  function toggle(picture, text, on, change, value = null) {
    const box = el("input", { type: "checkbox", checked: on, onchange: change });
    return el("li", {}, el("label", { class: "fl-key fl-toggle" }, box, picture, el("span", { class: "fl-name", dir: "auto" }, text), value));
  }

  function update(state, t) {
    const now = [state.lang, state.theme, [...state.hidden], [...state.kindsOff], Object.values(state.layers)].join("|");
    if (now === built) return;
    const open = [...node.querySelectorAll("details")].map((d) => d.open);
    const focus = [...node.querySelectorAll("input")].indexOf(node.getRootNode().activeElement);
    built = now;
    build(state, t);
    if (painted) paint();
    [...node.querySelectorAll("details")].forEach((d, i) => (d.open = open[i] || false));
    if (focus >= 0) node.querySelectorAll("input")[focus]?.focus();
  }

  /** Paint the small pictures, now and whenever the legend is built again. */
  function paint() {
    painted = true;
    for (const canvas of node.querySelectorAll("canvas")) paints.get(canvas)();
  }

  /** Land held on the date, in words; called at most a few times a second while scrubbing. */
  function count(state, t, areas, holders) {
    const { area } = tally(scene, areas, holders);
    values.forEach((value, a) => {
      const text = area[a] ? t("km2", { n: number(roundArea(area[a]), state.lang) }) : "–";
      if (value.textContent !== text) value.textContent = text;
    });
  }

  return { node, update, count, paint };
}
