// The Leaflet map under the player, and what the pointer finds on it.

import { el } from "./dom.mjs";
import { placeName, translator } from "./i18n.mjs";
import { eventDays, eventTitle, holderWords, sinceWords } from "./panel.mjs";

const TREMBLE_PX = 6;

/** A quiet Leaflet map: our own buttons, keys and credits; or `options.map` as it is. */
export function createMap(L, node, scene, state, options) {
  if (options.map) return options.map;
  const map = L.map(node, {
    zoomControl: false,
    attributionControl: false,
    keyboard: false,
    zoomSnap: 0.25,
    zoomDelta: 0.75,
    minZoom: 3,
    maxZoom: 16,
    wheelPxPerZoomLevel: 110,
    scrollWheelZoom: options.scrollZoom !== false,
    dragging: !options.gentle,
    inertia: !options.reduced,
    zoomAnimation: !options.reduced,
    fadeAnimation: !options.reduced,
    markerZoomAnimation: false,
  });
  // Leaflet takes a press that trembles by three pixels for a drag, and nothing opens.
  if (map.dragging._draggable) L.setOptions(map.dragging._draggable, { clickTolerance: TREMBLE_PX });
  if (options.scrollZoom === false) {
    map.on("mousedown", () => map.scrollWheelZoom.enable());
    map.on("mouseout", () => map.scrollWheelZoom.disable());
  }
  return map;
}

/** Where one finger scrolls the page, say that two move the map; returns a function that ends it. */
export function hintTwoFingers(node, words) {
  const hint = el("p", { class: "fl-hint", hidden: true });
  let timer = 0;
  const moved = (event) => {
    if (event.touches.length !== 1) return (hint.hidden = true);
    hint.textContent = words();
    hint.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (hint.hidden = true), 1200);
    return false;
  };
  node.append(hint);
  node.addEventListener("touchmove", moved, { passive: true });
  return () => {
    clearTimeout(timer);
    node.removeEventListener("touchmove", moved);
    hint.remove();
  };
}

/** Status and publishers of the deciding claims, in a line. */
function sourceWords(texts, flip, t) {
  const { claims, sources } = texts;
  const deciding = texts.deciding(flip);
  const status = [...new Set(deciding.map((c) => (claims.status[c] === "reported" ? t("statusReported") : t(claims.status[c]))))];
  const names = [...new Set(deciding.map((c) => sources[claims.source[c]]).filter(Boolean).map((s) => s.publisher || s.title || s.id))];
  return [status.join(", "), names.slice(0, 3).join("; ") + (names.length > 3 ? " …" : "")].filter(Boolean).join(" · ");
}

function hoverText(scene, found, state, layer, texts) {
  const t = translator(state.lang);
  if (found.cluster) return [t("cluster", { n: found.cluster.length }), ""];
  if (found.event >= 0) return [eventTitle(scene, texts, found.event, state.lang, t), eventDays(scene, found.event, state.lang)];
  const { holder, flip } = layer.holders();
  const since = sinceWords(scene, flip[found.place], state.lang);
  const held = holderWords(scene, holder[found.place], state.lang, t);
  const line = since ? `${held}, ${t("since", { date: since })}` : held;
  return [placeName(scene, found.place, state.lang), line, texts ? sourceWords(texts, flip[found.place], t) : ""];
}

/** Hover and tap on the map, on either side of a curtain; returns a function that ends both. */
export function watchPointer(map, layer, frame, { scene, swipe, getState, getTexts }, act) {
  const tip = el("div", { class: "fl-tip", role: "presentation", hidden: true });
  frame.mapNode.append(tip);
  let asked = 0;
  let last = null;

  function hover(event) {
    last = event;
    if (!asked) asked = requestAnimationFrame(showTip);
  }

  function showTip() {
    asked = 0;
    const under = last && swipe ? swipe.pick(last.containerPoint) : layer;
    const found = last && under.holders() ? under.at(last.containerPoint, 9) : null;
    frame.mapNode.style.cursor = found ? "pointer" : "";
    tip.hidden = !found;
    if (!found) return;
    const [title, text, more] = hoverText(under.scene, found, getState(), under, under === layer ? getTexts() : null);
    tip.replaceChildren(el("strong", { dir: "auto" }, title), text ? el("span", { dir: "auto" }, text) : "", more ? el("span", { class: "fl-tip-more", dir: "auto" }, more) : "");
    const { x, y } = last.containerPoint;
    const right = x > map.getSize().x / 2;
    tip.style.left = right ? "auto" : `${x + 14}px`;
    tip.style.right = right ? `${map.getSize().x - x + 14}px` : "auto";
    tip.style.top = `${Math.max(4, y - 12)}px`;
  }

  function leave() {
    last = null;
    tip.hidden = true;
  }

  function click(event) {
    const touch = event.originalEvent && event.originalEvent.pointerType === "touch";
    const under = swipe ? swipe.pick(event.containerPoint) : layer;
    const found = under.at(event.containerPoint, touch ? 22 : 10);
    tip.hidden = true;
    if (!found) return act.select(null);
    // Events are the same in both pictures but for what was not known yet; the panel tells the first.
    if (under !== layer) return found.place >= 0 && act.select({ place: swipe.home(found.place), event: -1 });
    act.select({ place: found.place ?? -1, event: found.event ?? -1, cluster: found.cluster });
  }

  map.on("mousemove", hover);
  map.on("mouseout", leave);
  map.on("click", click);
  return () => {
    cancelAnimationFrame(asked);
    map.off("mousemove", hover);
    map.off("mouseout", leave);
    map.off("click", click);
    tip.remove();
  };
}
