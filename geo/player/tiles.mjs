// Online tiles under the land: off until the reader switches them on, and never without credit.

import { el } from "./dom.mjs";

/**
 * `tiles` is `{url, attribution, maxZoom, subdomains}`; without an attribution there are none.
 * Returns `update(state)`, which asks nobody for anything while `layers.tiles` is off.
 */
export function createTiles(L, map, box, tiles) {
  if (!tiles || !tiles.attribution || !/^https?:/i.test(tiles.url || "")) return null;
  const layer = new L.TileLayer(tiles.url, { maxZoom: tiles.maxZoom || 19, subdomains: tiles.subdomains || "abc", attribution: "" });
  const credit = el("p", { class: "fl-attribution", dir: "auto", hidden: true }, tiles.attribution);
  box.append(credit);
  return (state) => {
    const on = state.layers.tiles === true;
    credit.hidden = !on;
    if (on && !map.hasLayer(layer)) layer.addTo(map);
    if (!on && map.hasLayer(layer)) layer.remove();
  };
}
