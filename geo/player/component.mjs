// The Streamlit component (components v2): bytes in, state out when the hand lets go.
// The one module with a default export, as Streamlit asks; it is no part of the one-file page.

import { mount } from "./player.mjs";

const mounted = new WeakMap();
let leaflet = null;

/** `[length u4][JSON with options and sizes][scene][other][leaflet.js][leaflet.css]` taken apart. */
export function openFrame(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 4 + view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
  const take = (size) => bytes.subarray(at, (at += size));
  const [scene, other, script, style] = head.sizes.map(take);
  return { options: head.options, key: head.key, scene, other, script, style };
}

/** Leaflet from its own source, once a page, without leaving a global behind. */
function loadLeaflet(script) {
  if (leaflet) return leaflet;
  const source = new TextDecoder().decode(script);
  const text = `export const L = (() => { const exports = {}; const module = { exports }; ${source}\n; return exports; })(); L.noConflict();`;
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  leaflet = import(address).then(({ L }) => L).finally(() => URL.revokeObjectURL(address));
  return leaflet;
}

/** Is the host page dark? Streamlit tells its background in a variable. */
function hostTheme(node) {
  const color = getComputedStyle(node).getPropertyValue("--st-background-color").trim();
  const match = /^#([0-9a-f]{6})/i.exec(color);
  if (!match) return "auto";
  const value = parseInt(match[1], 16);
  const light = 0.3 * (value >> 16) + 0.59 * ((value >> 8) & 255) + 0.11 * (value & 255);
  return light < 128 ? "dark" : "light";
}

const STATES = ["date", "window", "selected", "layers", "actors", "view", "lang", "mode"];

export default function player({ data, parentElement, setStateValue }) {
  const frame = openFrame(data);
  const host = parentElement.host || parentElement;
  const theme = frame.options.theme === "auto" || !frame.options.theme ? hostTheme(host) : frame.options.theme;
  const before = mounted.get(parentElement);
  if (before && before.key === frame.key) {
    const told = JSON.stringify(frame.options);
    if (before.told !== told) before.handle.setState({ ...frame.options, theme, quiet: true });
    before.told = told;
    return before.end;
  }
  if (before) before.end();
  const root = document.createElement("div");
  const style = document.createElement("style");
  style.textContent = new TextDecoder().decode(frame.style);
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  if (background) root.style.setProperty("--fl-bg", background);
  parentElement.append(style, root);
  const entry = { key: frame.key, told: JSON.stringify(frame.options), handle: { setState() {}, destroy() {} }, sent: {} };
  entry.end = () => {
    entry.handle.destroy();
    root.remove();
    style.remove();
    mounted.delete(parentElement);
  };
  mounted.set(parentElement, entry);
  loadLeaflet(frame.script).then((L) => {
    if (mounted.get(parentElement) !== entry) return;
    const onState = (state) => {
      for (const name of STATES) {
        const text = JSON.stringify(state[name]);
        if (entry.sent[name] === text) continue;
        entry.sent[name] = text;
        // Nothing selected is told as {}: null would be the same as "never told".
        setStateValue(name, state[name] ?? {});
      }
    };
    entry.handle = mount(root, { scene: frame.scene.slice(), other: frame.other.length ? frame.other.slice() : null, L, options: { ...frame.options, theme }, onState });
    entry.handle.ready.then(() => {
      const first = entry.handle.getState();
      for (const name of STATES) entry.sent[name] = JSON.stringify(first[name]);
    });
  });
  return entry.end;
}
