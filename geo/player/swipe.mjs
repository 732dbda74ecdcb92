// Two pictures of the same day side by side, as known on two dates, with a curtain between them.

import { el } from "./dom.mjs";
import { holderWords } from "./panel.mjs";

const STEPS = 1000;

/**
 * A curtain over the map: `first` to its left, `second` to its right. `names` says what each is.
 * Returns `{clip, pick, rival, home, update, end}`.
 */
export function createSwipe(map, box, first, second, names) {
  const input = el("input", { type: "range", class: "fl-swipe", min: 0, max: STEPS, step: 10, value: STEPS / 2, oninput: () => clip() });
  const line = el("div", { class: "fl-curtain", "aria-hidden": "true" });
  const tags = names.map((name, i) => el("p", { class: i ? "fl-known fl-known-second" : "fl-known", dir: "auto" }, name));
  box.append(line, ...tags, input);
  const numberOf = new Map(second.scene.places.id.map((id, p) => [id, p]));

  /** Where the curtain hangs, in pixels from the left of the map. */
  function position() {
    return (Number(input.value) / STEPS) * map.getSize().x;
  }

  function clip() {
    const x = position();
    for (const [layer, left] of [[first, true], [second, false]]) {
      const { stage, view } = layer.look();
      if (!view) continue;
      const origin = map.layerPointToContainerPoint(view.corner.subtract(map.getPixelOrigin()));
      const cut = Math.max(0, Math.min(view.width, x - origin.x));
      stage.style.clipPath = left ? `inset(0 ${view.width - cut}px 0 0)` : `inset(0 0 0 ${cut}px)`;
    }
    line.style.left = `${x}px`;
  }

  map.on("move zoomend resize", clip);
  for (const layer of [first, second]) layer.onView = clip;
  return {
    clip,
    pick: (point) => (point.x > position() ? second : first),
    /** What the second picture says about a place of the first. */
    rival(place, lang, t) {
      const there = numberOf.get(first.scene.places.id[place]);
      const holders = second.holders();
      if (there === undefined || !holders) return [];
      const words = (layer, p) => holderWords(layer.scene, layer.holders().holder[p], lang, t);
      return [[names[0], words(first, place)], [names[1], words(second, there)]];
    },
    /** The number, in the first scene, of a place of the second. */
    home: (place) => first.scene.places.id.indexOf(second.scene.places.id[place]),
    update: (t) => input.setAttribute("aria-label", t("swipe")),
    end() {
      map.off("move zoomend resize", clip);
      for (const node of [line, input, ...tags]) node.remove();
    },
  };
}
