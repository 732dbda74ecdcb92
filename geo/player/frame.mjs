// The page around the map: title, date, corners of the map, footer, keys, sizes.

import { el, icon, ICONS } from "./dom.mjs";
import { number } from "./i18n.mjs";
import { mapScale } from "./layer.mjs";
import { sourceNode } from "./panel.mjs";
import { roundLength } from "./project.mjs";
import { dayInWords, isoFromDay } from "./time.mjs";

const NARROW_PX = 720;
const SCALE_PX = 110;
const DATE_ROOM = 0.3; // "30 September 2017" is so much wider than "9 May 2015", or less

function corner(path, extra, onclick) {
  return el("button", { type: "button", class: `fl-button ${extra}`, onclick }, icon(path));
}

export function createFrame(root, scene, parts, act, options) {
  setSize(root); // while the page is still as it was laid out
  const title = el(options.heading === 1 ? "h1" : "h2", { class: "fl-title", dir: "auto" }, scene.title);
  const about = el("p", { class: "fl-about", dir: "auto" }, scene.description);
  const dateNode = el("time", { class: "fl-date" });
  const live = el("p", { class: "fl-sr", "aria-live": "polite" });
  const mapNode = el("div", { class: "fl-map", role: "application", tabindex: "0" });
  const scaleBar = el("div", { class: "fl-scale" }, el("span", {}));
  let bound = { map: null, home: () => {} };
  const zoomIn = corner(ICONS.plus, "fl-zoom", () => bound.map.zoomIn());
  const zoomOut = corner(ICONS.minus, "fl-zoom", () => bound.map.zoomOut());
  const home = corner(ICONS.home, "fl-zoom", () => bound.home());
  const langButton = el("button", { type: "button", class: "fl-text-button", onclick: () => act.set({ lang: root.lang === "ar" ? "en" : "ar" }) });
  const modes = ["map", "list"].map((mode) => el("button", { type: "button", class: "fl-text-button", onclick: () => act.set({ mode }) }));
  const modeGroup = el("div", { class: "fl-modes", role: "group" }, modes);
  const empty = el("p", { class: "fl-empty", hidden: scene.cellPlace.length > 0 });
  const foot = el("footer", { class: "fl-foot" });
  const stage = el(
    "div",
    { class: "fl-stage-box" },
    mapNode,
    el("div", { class: "fl-dates" }, dateNode),
    el("div", { class: "fl-corner" }, zoomIn, zoomOut, home),
    scaleBar,
    empty,
    parts.list.node,
  );
  const side = el("aside", { class: "fl-side" }, parts.panel.node, parts.legend.node, options.feed === false || !scene.events.begin.length ? "" : parts.feed.node);
  const head = el("header", { class: "fl-head" }, el("div", {}, title, scene.description ? about : null), el("div", { class: "fl-tools" }, modeGroup, langButton));
  root.replaceChildren(head, el("div", { class: "fl-body" }, stage, parts.controls.node, side), foot, live);
  if (options.height) root.style.height = `${options.height}px`;
  root.dataset.fit = options.height ? "fixed" : options.fit || "content";
  if (options.transparent) root.dataset.transparent = "";
  let lang = null;

  function relabel(state, t) {
    lang = state.lang;
    root.lang = lang;
    root.dir = lang === "ar" ? "rtl" : "ltr";
    for (const [button, key] of [[zoomIn, "zoomIn"], [zoomOut, "zoomOut"], [home, "reset"]]) {
      button.setAttribute("aria-label", t(key));
      button.title = t(key);
    }
    langButton.textContent = t("language");
    langButton.lang = lang === "ar" ? "en" : "ar";
    modes[0].textContent = t("map");
    modes[1].textContent = t("list");
    empty.textContent = t("empty");
    if (bound.map) scale(bound.map, state);
    fillFoot(foot, scene, null, t);
  }

  function scale(map, state) {
    const metres = roundLength(mapScale(map) * SCALE_PX);
    scaleBar.style.width = `${Math.round(metres / mapScale(map))}px`;
    const km = metres >= 1000;
    const unit = state.lang === "ar" ? (km ? "كم" : "م") : km ? "km" : "m";
    scaleBar.firstChild.textContent = `${number(km ? metres / 1000 : metres, state.lang)} ${unit}`;
  }

  function update(state, t) {
    if (state.lang !== lang) relabel(state, t);
    const words = dayInWords(state.day, state.lang);
    if (dateNode.textContent !== words) {
      dateNode.textContent = words;
      dateNode.dateTime = isoFromDay(state.day);
    }
    if (root.dataset.theme !== state.theme) root.dataset.theme = state.theme;
    if (root.dataset.mode !== state.mode) root.dataset.mode = state.mode;
    modes.forEach((button, i) => button.setAttribute("aria-pressed", String((i === 1) === (state.mode === "list"))));
  }

  return {
    mapNode,
    stage,
    scale,
    update,
    /** What may lag behind the map. */
    later(state, t, texts) {
      mapNode.setAttribute("aria-label", `${t("mapLabel", { date: dayInWords(state.day, state.lang) })} ${t("keys")}`);
      if (texts) fillFoot(foot, scene, texts, t);
    },
    announce: (state) => (live.textContent = dayInWords(state.day, state.lang)),
    /** What lies over the map, in pixels from its corner; the date with room for a longer one. */
    covered() {
      const from = mapNode.getBoundingClientRect();
      return [dateNode, zoomIn.parentNode, scaleBar].map((node) => {
        const { left, top, right, bottom, width } = node.getBoundingClientRect();
        const room = node === dateNode ? DATE_ROOM * width : 0;
        return [left - from.left - room, top - from.top, right - from.left + room, bottom - from.top];
      });
    },
    bindMap: (map, go) => (bound = { map, home: go }),
    bindKeys: (actions, map, getState, playback) => bindKeys(root, actions, map, getState, playback),
    watchSize: (onSize) => watchSize(root, stage, onSize),
  };
}

/** Things in a row with dots between them. */
function spaced(nodes) {
  return nodes.filter(Boolean).flatMap((node, i) => (i ? [" · ", node] : [node]));
}

function fillFoot(foot, scene, texts, t) {
  const state = `${t("rule")}|${texts ? texts.count : -1}`;
  if (foot.dataset.state === state) return;
  foot.dataset.state = state;
  const open = foot.querySelector("details")?.open;
  const sources = texts ? texts.sources : [];
  // The line is there before its sources are, so that the map keeps the size in which it was drawn.
  const many = texts ? sources.length : scene.sourceCount;
  foot.replaceChildren(
    scene.rule ? el("p", { dir: "auto" }, el("strong", {}, `${t("rule")}: `), el("bdi", {}, foot.closest("[lang]").lang === "ar" ? scene.ruleAr : scene.rule)) : "",
    many ? el("details", texts ? { class: "fl-sources" } : {}, el("summary", {}, `${t("sources")} (${number(many, foot.closest("[lang]").lang)})`), el("ul", {}, sources.map((source) => el("li", {}, sourceNode(source))))) : "",
    el("p", { class: "fl-muted fl-credits" }, spaced([
      // First what a reader of a picture must find, however little of the foot shows.
      scene.licence ? el("span", {}, `${t("licence")}: `, el("bdi", {}, scene.licence)) : null,
      scene.dataHash ? el("span", {}, `${t("data")}: `, el("bdi", {}, scene.dataHash)) : null,
      ...[...scene.credits, "Leaflet"].filter(Boolean).map((line) => el("bdi", {}, line)),
    ])),
  );
  if (open) foot.querySelector("details").open = true;
}

function setSize(root) {
  const size = root.clientWidth < NARROW_PX ? "narrow" : "wide";
  if (root.dataset.size !== size) root.dataset.size = size;
}

/** Hear of other sizes of the map than it has now. */
function watchSize(root, stage, onSize) {
  let width = stage.clientWidth;
  let height = stage.clientHeight;
  const observer = new ResizeObserver(() => {
    setSize(root);
    if (!stage.clientWidth || (stage.clientWidth === width && stage.clientHeight === height)) return;
    width = stage.clientWidth;
    height = stage.clientHeight;
    onSize();
  });
  observer.observe(root);
  observer.observe(stage);
  return () => observer.disconnect();
}

const TYPING = new Set(["SELECT", "TEXTAREA"]);

function bindKeys(root, act, map, getState, playback) {
  function down(event) {
    const target = event.composedPath()[0];
    if (event.altKey || event.ctrlKey || event.metaKey || TYPING.has(target.tagName)) return;
    if (target.tagName === "INPUT" && target.type !== "range" && target.type !== "checkbox") return;
    const onButton = ["BUTTON", "SUMMARY", "A"].includes(target.tagName) || target.type === "checkbox";
    if (event.key === " " && onButton) return;
    if (target.type === "range" && !event.shiftKey && event.key !== " " && event.key !== "+" && event.key !== "-") return;
    const ahead = root.dir === "rtl" ? -1 : 1;
    const [first, last] = playback.ends();
    const keys = {
      " ": () => act.toggle(),
      ArrowRight: () => (event.shiftKey ? act.stepChange(ahead) : act.stepDay(ahead)),
      ArrowLeft: () => (event.shiftKey ? act.stepChange(-ahead) : act.stepDay(-ahead)),
      Home: () => act.setDay(first),
      End: () => act.setDay(last),
      PageUp: () => act.stepDay(30),
      PageDown: () => act.stepDay(-30),
      "+": () => map.zoomIn(),
      "=": () => map.zoomIn(),
      "-": () => map.zoomOut(),
      Escape: () => getState().selected && act.select(null),
    };
    if (target === map.getContainer()) {
      keys.ArrowUp = () => map.panBy([0, -80]);
      keys.ArrowDown = () => map.panBy([0, 80]);
    }
    if (!keys[event.key]) return;
    keys[event.key]();
    event.preventDefault();
  }
  root.addEventListener("keydown", down);
  return () => root.removeEventListener("keydown", down);
}

