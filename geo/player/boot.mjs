// Start of the one-file page: data from its own blocks, the view in its fragment, its height told.

import { openScene } from "./decode.mjs";
import { mount } from "./player.mjs";
import { bytesFromText } from "./text.mjs";

// Characters of a scene below which the map comes so soon that a word of waiting only delays it.
const QUICK = 1e6;

/** The scene's bytes: in the page, or on their way from beside it. */
async function sceneBytes(block) {
  return block ? bytesFromText(block.textContent) : new Uint8Array(await window.frontlinesData);
}

/** Mount what the page carries in `#fl-scene` (or awaits as `frontlinesData`) and `#fl-options`. */
export function boot(L) {
  const root = document.getElementById("frontlines");
  const options = JSON.parse(document.getElementById("fl-options").textContent);
  const block = document.getElementById("fl-scene");
  const second = document.getElementById("fl-other");
  const framed = window.parent !== window;
  const coarse = matchMedia("(pointer: coarse)").matches;
  let last = null;
  const handle = mount(root, {
    scene: sceneBytes(block).then(openScene),
    other: second && bytesFromText(second.textContent),
    L,
    options: {
      ...options,
      fragment: location.hash,
      fit: framed ? "content" : "window",
      scrollZoom: !framed,
      gentle: framed && coarse,
      heading: 1,
      quick: Boolean(block) && block.textContent.length < QUICK,
    },
    onState: (state) => {
      const moment = momentOf(state);
      writeFragment(handle.fragment(), last !== null && moment !== last);
      last = moment;
    },
  });
  // The moment that the page opens on is one to come back to.
  handle.ready.then(() => (last ??= momentOf(handle.getState())), () => {});
  window.addEventListener("hashchange", () => {
    if (location.hash.slice(1) !== handle.fragment()) handle.setState({ fragment: location.hash, quiet: true });
  });
  if (framed) handle.ready.then(() => tellHeight(options.id || "frontlines"), () => {});
  return handle;
}

const momentOf = (state) => JSON.stringify([state.date, state.mode, state.lang, state.selected]);

/**
 * The view in the address: a new entry in the history for another moment, the same entry for
 * another look at it. Some sandboxes refuse, which is fine.
 */
function writeFragment(fragment, another) {
  if (location.hash.slice(1) === fragment) return;
  try {
    if (another) history.pushState(null, "", `#${fragment}`);
    else history.replaceState(null, "", `#${fragment}`);
  } catch {
    // An opaque origin may not rewrite its address. The view is right all the same.
  }
}

/** Messages in the shapes that newsrooms' pages listen for: Datawrapper, pym, AMP. */
export function heightMessages(id, height, search) {
  const child = new URLSearchParams(search).get("childId");
  const out = [{ "datawrapper-height": { [id]: height } }, { sentinel: "amp", type: "embed-size", height }];
  if (child) out.push(`pymxPYMx${child}xPYMxheightxPYMx${height}`);
  return out;
}

function tellHeight(id) {
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (!height || height === told) return;
    told = height;
    // The height is no secret: any page that frames the map may hear it.
    for (const message of heightMessages(id, height, location.search)) window.parent.postMessage(message, "*");
  };
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
}
