// The bar under the map: play, step, slider with event density, speed, window.

import { el, icon, ICONS } from "./dom.mjs";
import { number } from "./i18n.mjs";
import { windowChoices } from "./hash.mjs";
import { dayInWords, density, isoFromDay, SPEEDS, ticks } from "./time.mjs";

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
    onchange: () => act.rest(),
  });
  const marks = el("canvas", { class: "fl-marks", "aria-hidden": "true" });
  const axis = el("div", { class: "fl-axis", "aria-hidden": "true" });
  const speed = el("select", { class: "fl-select", onchange: () => act.set({ speed: Number(speed.value) }) });
  const window_ = el("select", { class: "fl-select", onchange: () => act.set({ window: Number(window_.value) }) });
  const speedName = el("span", { class: "fl-label" });
  const windowName = el("span", { class: "fl-label" });
  const node = el(
    "div",
    { class: "fl-bar", role: "group" },
    el("div", { class: "fl-transport" }, changeBack, back, play, ahead, changeAhead),
    el("div", { class: "fl-track" }, marks, slider, axis),
    el("div", { class: "fl-choices" }, el("label", {}, speedName, speed), el("label", {}, windowName, window_)),
  );
  let lang = null;
  let playing = null;

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
    speed.replaceChildren(...SPEEDS.map((n) => el("option", { value: n }, t("perSecond", { n: number(n, lang) }))));
    const days = (n) => (n === 1 ? t("oneDay") : t("days", { n: number(n, lang) }));
    window_.replaceChildren(...windowChoices().map((n) => el("option", { value: n }, days(n))));
    playing = null;
    draw(state);
  }

  function draw(state) {
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
    if (Number(speed.value) !== state.speed) speed.value = state.speed;
    if (Number(window_.value) !== state.window) window_.value = state.window;
  }

  return { node, slider, update, redraw: draw };
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
      const text = yearly ? isoFromDay(day).slice(0, 4) : dayInWords(day, state.lang, "month");
      const tick = el("span", {}, yearly && state.lang === "ar" ? number(Number(text), "ar").replace(/[٬,]/g, "") : text);
      tick.style.insetInlineStart = `${((100 * (day - scene.firstDay)) / span).toFixed(3)}%`;
      return tick;
    }),
  );
}
