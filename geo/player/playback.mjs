// Playing the days. With reduced motion it jumps from change to change, once a second.

import { nextChange } from "./time.mjs";

const REDUCED_MS = 1000;

export function createPlayback(scene, getState, act, reduced) {
  let asked = 0;
  let timer = 0;
  let from = { time: 0, day: 0, speed: 0 };

  function ends() {
    return getState().range || [scene.firstDay, scene.lastDay];
  }

  function stop() {
    cancelAnimationFrame(asked);
    clearInterval(timer);
    asked = timer = 0;
  }

  function pause() {
    stop();
    act.set({ playing: false });
  }

  function begin() {
    const [first, last] = ends();
    const { day, speed } = getState();
    const start = day >= last || day < first ? first : day;
    from = { time: performance.now(), day: start, speed };
    act.set({ day: start, playing: true }, false);
    if (reduced) timer = setInterval(jump, REDUCED_MS);
    else asked = requestAnimationFrame(tick);
  }

  function finished(last) {
    if (!getState().range) return pause();
    const [first] = ends();
    from = { time: performance.now(), day: first, speed: getState().speed };
    act.setDay(first, false);
    if (last && !reduced) asked = requestAnimationFrame(tick);
  }

  function jump() {
    const [, last] = ends();
    const { day, playing } = getState();
    if (!playing) return stop();
    if (day >= last) return finished(last);
    act.setDay(Math.min(last, nextChange(scene, day, 1)), false);
  }

  function tick(now) {
    const state = getState();
    if (!state.playing) return stop();
    if (state.speed !== from.speed) from = { time: now, day: state.day, speed: state.speed };
    const [, last] = ends();
    const day = Math.min(last, from.day + Math.floor(((now - from.time) / 1000) * state.speed));
    if (day < state.day || day > state.day + Math.max(2, state.speed)) from = { time: now, day: state.day, speed: state.speed };
    else if (day !== state.day) act.setDay(day, false);
    if (day >= last) return finished(last);
    asked = requestAnimationFrame(tick);
  }

  return {
    stop,
    toggle: () => (getState().playing ? pause() : begin()),
    change: (day, direction) => nextChange(scene, day, direction),
    ends,
  };
}
