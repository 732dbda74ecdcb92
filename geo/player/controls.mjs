// The bar under the map: play, step, slider with event density, speed, window.

import { el, icon, ICONS } from "./dom.mjs";
import { number } from "./i18n.mjs";
import { windowChoices } from "./hash.mjs";
import { dayInWords, density, digits, isoFromDay, SPEEDS, ticks } from "./time.mjs";

function iconButton(path, onclick, extra = "") {
  return el("button", { type: "button", class: `fl-button ${extra}`, onclick }, icon(path, extra.includes("fl-play")));
}

function label(button, text) {
  button.setAttribute("aria-label", text);
  button.setAttribute("title", text);
}

/** The bar and `update(state, t)`; `act` has play, stepDay, stepChange, setDay, set. */
export function createControls(scene, act) {
  const play = iconButton(ICONS.play, () => act.toggle(), "fl-play");
  const back = iconButton(ICONS.back, () => act.stepDay(-1));
  const ahead = iconButton(ICONS.ahead, () => act.stepDay(1));
  const changeBack = iconButton(ICONS.changeBack, () => act.stepChange(-1));
  const changeAhead = iconButton(ICONS.changeAhead, () => act.stepChange(1));
  const slider = el("input", {
    type: "range",
    class: "fl-slider",
    min: scene.firstDay,
    max: scene.lastDay,
    step: 1,
    oninput: () => act.setDay(Number(slider.value), false),
    onchange: () => act.letGo(),
  });
  const marks = el("canvas", { class: "fl-marks", "aria-hidden": "true" });
  const axis = el("div", { class: "fl-axis", "aria-hidden": "true" });
  const speed = el("select", { class: "fl-select", onchange: () => act.set({ speed: Number(speed.value) }) });
  const window_ = el("select", { class: "fl-select", onchange: () => act.set({ window: Number(window_.value) }) });
  const here = el("button", { type: "button", class: "fl-text-button", onclick: () => act.rangeFrom() });
  const until = el("button", { type: "button", class: "fl-text-button", onclick: () => act.rangeTo() });
  const whole = el("button", { type: "button", class: "fl-text-button", hidden: true, onclick: () => act.set({ range: null }) });
  const rangeName = el("span", { class: "fl-label" });
  const band = el("div", { class: "fl-band", hidden: true });
  const speedName = el("span", { class: "fl-label" });
  const windowName = el("span", { class: "fl-label" });
  const track = el("div", { class: "fl-track" }, band, marks, slider, axis);
  const node = el(
    "div",
    { class: "fl-bar", role: "group" },
    el("div", { class: "fl-transport" }, changeBack, back, play, ahead, changeAhead),
    track,
    el("div", { class: "fl-choices" }, el("label", {}, speedName, speed), scene.events.begin.length ? el("label", {}, windowName, window_) : "", el("div", { class: "fl-loop", role: "group" }, rangeName, el("div", {}, here, until, whole))),
  );
  let lang = null;
  let playing = null;
  let drawn = false;

  function relabel(state, t) {
    lang = state.lang;
    label(back, t("dayBack"));
    label(ahead, t("dayAhead"));
    label(changeBack, t("changeBack"));
    label(changeAhead, t("changeAhead"));
    slider.setAttribute("aria-label", t("date"));
    node.setAttribute("aria-label", t("date"));
    speedName.textContent = t("speed");
    windowName.textContent = t("window");
    here.textContent = t("fromHere");
    until.textContent = t("toHere");
    whole.textContent = t("clearRange");
    speed.replaceChildren(...SPEEDS.map((n) => el("option", { value: n }, t("perSecond", { n: number(n, lang) }))));
    const days = (n) => (n === 1 ? t("oneDay") : t("days", { n: number(n, lang) }));
    window_.replaceChildren(...windowChoices().map((n) => el("option", { value: n }, days(n))));
    playing = null;
    if (drawn) redraw(state);
  }

  /** The bars and the axis, for the width that there is now. */
  function redraw(state) {
    drawn = true;
    drawMarks(marks, scene, state);
    drawAxis(axis, scene, state, marks.clientWidth);
  }

  function update(state, t) {
    if (state.lang !== lang) relabel(state, t);
    if (state.playing !== playing) {
      playing = state.playing;
      play.replaceChildren(icon(playing ? ICONS.pause : ICONS.play, true));
      label(play, t(playing ? "pause" : "play"));
    }
    if (Number(slider.value) !== state.day) slider.value = state.day;
    slider.setAttribute("aria-valuetext", dayInWords(state.day, state.lang));
    showRange(state, t);
    if (Number(speed.value) !== state.speed) speed.value = state.speed;
    if (Number(window_.value) !== state.window) window_.value = state.window;
  }

  function showRange({ range, lang: now }, t) {
    const words = range ? `${dayInWords(range[0], now, "short")} – ${dayInWords(range[1], now, "short")}` : t("loop");
    if (rangeName.textContent !== words) rangeName.textContent = words;
    rangeName.parentNode.setAttribute("aria-label", t("range"));
    band.hidden = whole.hidden = !range;
    if (!range) return;
    const span = Math.max(1, scene.lastDay - scene.firstDay);
    band.style.insetInlineStart = `calc(8px + (100% - 16px) * ${(range[0] - scene.firstDay) / span})`;
    band.style.width = `calc((100% - 16px) * ${(range[1] - range[0]) / span})`;
  }

  brush(track, scene, act);
  return { node, slider, update, redraw };
}

const BRUSH_PX = 6;

/** Dragging over the bars marks a range to play; the two buttons do the same without dragging. */
function brush(track, scene, act) {
  const dayAt = (x) => {
    const box = track.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (x - box.left - 8) / (box.width - 16)));
    const ahead = getComputedStyle(track).direction === "rtl" ? 1 - share : share;
    return Math.round(scene.firstDay + ahead * (scene.lastDay - scene.firstDay));
  };
  const bars = track.querySelector(".fl-marks");
  let from = null;
  bars.addEventListener("pointerdown", (event) => {
    from = event.clientX;
    bars.setPointerCapture(event.pointerId);
  });
  bars.addEventListener("pointermove", (event) => {
    if (from === null || Math.abs(event.clientX - from) < BRUSH_PX) return;
    const ends = [dayAt(from), dayAt(event.clientX)].sort((a, b) => a - b);
    if (ends[0] < ends[1]) act.set({ range: ends });
  });
  bars.addEventListener("pointerup", (event) => {
    if (from !== null && Math.abs(event.clientX - from) < BRUSH_PX) act.setDay(dayAt(event.clientX));
    from = null;
  });
}

/** Bars of event and change counts above the slider; the height is a root, so that few show. */
function drawMarks(canvas, scene, state) {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!width || !height) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  const bins = Math.max(10, Math.min(240, Math.floor(width / 4)));
  const counts = density(scene, bins);
  const most = Math.max(1, ...counts);
  ctx.fillStyle = getComputedStyle(canvas).color;
  const step = width / bins;
  counts.forEach((count, i) => {
    if (!count) return;
    const high = Math.max(1.5, Math.sqrt(count / most) * height);
    const left = state.lang === "ar" ? width - (i + 1) * step : i * step;
    ctx.fillRect(left, height - high, Math.max(1, step - 1), high);
  });
}

function drawAxis(axis, scene, state, width) {
  const { days, yearly } = ticks(scene, Math.max(2, Math.floor(width / 80)));
  const span = Math.max(1, scene.lastDay - scene.firstDay);
  axis.replaceChildren(
    ...days.map((day) => {
      const text = yearly ? digits(isoFromDay(day).slice(0, 4), state.lang) : dayInWords(day, state.lang, "month");
      const tick = el("span", {}, text);
      tick.style.insetInlineStart = `${((100 * (day - scene.firstDay)) / span).toFixed(3)}%`;
      return tick;
    }),
  );
}
