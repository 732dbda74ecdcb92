import assert from "node:assert/strict";
import { test } from "node:test";
import { heightMessages } from "../../geo/player/boot.mjs";
import { orderByDay } from "../../geo/player/decode.mjs";
import { safeUrl } from "../../geo/player/dom.mjs";
import { defaultLayers, formatHash, parseHash } from "../../geo/player/hash.mjs";
import { LANGS, range, roundArea, translator } from "../../geo/player/i18n.mjs";
import { labelCandidates, makeCollider, sameTown, skeleton } from "../../geo/player/labels.mjs";
import { makeTile, onPattern, THEMES } from "../../geo/player/paint.mjs";
import { metresPerPixel, roundLength, unitX, unitY } from "../../geo/player/project.mjs";
import { clusterPoints, clusterRadius, eventFade, eventRadius } from "../../geo/player/symbols.mjs";

const scene = {
  firstDay: 16000, lastDay: 17000,
  actors: [{ id: "a b", side: "x", color: "#112233", pattern: "diagonal" }, { id: "c,d", side: "y", color: "#445566", pattern: "solid" }],
  contests: [[0, 1]],
  places: { id: ["one", "two&three"], name: ["Azaz", "Marea"], nameAr: ["اعزاز", ""], lon: [37, 37.2], lat: [36.5, 36.4], population: [5, 9], kinds: ["town", "area"], kind: [0, 0], uncertainty: [500, 500] },
  towns: [{ name: "Azaz", name_ar: "اعزاز", lon: 37.001, lat: 36.501, population: 60000 }],
};

test("a view survives its fragment", () => {
  const state = {
    day: 16432, view: [37.1234, 36.2, 9.25], window: 30, lang: "ar", mode: "list", layers: { ...defaultLayers(), names: false, age: true },
    hidden: new Set([1]), range: [16100, 16900], selected: { place: 1, event: -1 },
  };
  assert.deepEqual(parseHash(scene, `#${formatHash(scene, state)}`), state);
});

test("broken parts of a fragment are left out, the rest holds", () => {
  for (const text of ["", "#", "#d=", "#d=2040-01-01", "#v=1,2", "#v=NaN,1,2", "#w=-5", "#lang=xx", "#s=%E0%A4%A", "#r=2014-01-01", "#x=%", "#<script>"]) {
    const found = parseHash(scene, text);
    assert.ok(Object.keys(found).every((key) => key === "hidden"), text);
  }
  assert.equal(parseHash(scene, "#nonsense&d=2014-12-01&v=oops").day, 16405);
});

test("only web addresses become links", () => {
  for (const bad of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", " https://x", "//x.org", "vbscript:x", "", null, undefined, 5, "https://"]) assert.equal(safeUrl(bad), null);
  assert.equal(safeUrl("https://example.org/a?b=c"), "https://example.org/a?b=c");
});

test("each language has every word of the other", () => {
  for (const key of ["play", "since", "contested", "noEvents", "keys", "mapLabel"]) {
    const words = LANGS.map((lang) => translator(lang)(key, {}));
    assert.equal(new Set(words).size, LANGS.length, key);
  }
});

test("counts keep their uncertainty in words", () => {
  assert.equal(range(8, 10, "en"), "8–10");
  assert.equal(range(8, 8, "en"), "8");
  assert.equal(range(10, Infinity, "en"), "10+");
  assert.equal(range(NaN, NaN, "en"), "");
  assert.equal(roundArea(12345), 12300);
  assert.equal(roundArea(0), 0);
});

test("the projection is Web Mercator", () => {
  assert.equal(unitX(-180), 0);
  assert.equal(unitX(180), 1);
  assert.equal(unitY(0), 0.5);
  assert.ok(Math.abs(unitY(85.0511287798)) < 1e-9);
  assert.ok(Math.abs(metresPerPixel(0, 256) - 156543.03) < 0.01);
  assert.deepEqual([1, 19, 20, 99, 4999].map(roundLength), [1, 10, 20, 50, 2000]);
});

test("labels: a town that is a place is named once, boxes never overlap", () => {
  assert.deepEqual(labelCandidates(scene, "en").map((l) => [l.name, l.place]), [["Azaz", 0], ["Marea", 1]]);
  const free = makeCollider();
  const kept = [];
  for (let i = 0; i < 500; i++) {
    const x = (i * 7919) % 900;
    const y = (i * 104729) % 500;
    const box = [x, y, x + 60, y + 14];
    if (free(box)) kept.push(box);
  }
  assert.ok(kept.length > 50);
  for (const a of kept) for (const b of kept) assert.ok(a === b || a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3]);
});

test("spellings of one town are one name, neighbours stay two", () => {
  for (const [a, b] of [["As Safīrah", "Safira"], ["Al Bāb", "al-Bab"], ["I‘zāz", "Azaz"], ["Jisr ash Shughūr", "Jisr al-Shughur"]]) {
    assert.ok(sameTown({ name: a, name_ar: "" }, b, "", 0.02, "village"), `${a}, ${b}: ${skeleton(a)} ${skeleton(b)}`);
  }
  assert.ok(!sameTown({ name: "Aleppo", name_ar: "حلب" }, "Bustan al-Qasr", "بستان القصر", 0.02, "neighbourhood"));
  assert.ok(!sameTown({ name: "Safira", name_ar: "" }, "Safira", "", 0.5, "town"), "far away");
});

test("patterns tell actors apart without colour, and repeat in a tile", () => {
  const coverage = ["solid", "diagonal", "cross", "dots", "vertical", "horizontal"].map((p) => {
    let marks = "";
    for (let v = 0; v < 16; v++) for (let u = 0; u < 16; u++) marks += onPattern(p, u + 0.5, v + 0.5) ? "#" : ".";
    for (let u = 0; u < 16; u++) assert.equal(onPattern(p, u + 0.3, 3), onPattern(p, u + 16.3, 3));
    return marks;
  });
  assert.equal(new Set(coverage).size, 6);
  assert.ok(makeTile(scene, THEMES.light, 0, 1).flat);
  assert.equal(makeTile(scene, THEMES.light, 0, 1).data[0], 0, "unknown land is empty");
  assert.ok(!makeTile(scene, THEMES.light, 1, 1).flat);
  assert.ok(new Set(makeTile(scene, THEMES.light, 3, 1).data).size >= 2, "contested land shows both");
});

test("symbols grow with the dead and fade with the days", () => {
  assert.ok(eventRadius(NaN, NaN) < eventRadius(1, 2) && eventRadius(1, 2) < eventRadius(20, 30));
  assert.equal(eventRadius(9, Infinity), eventRadius(9, 9));
  assert.ok(eventFade(0, 14) === 1 && eventFade(5, 14) > eventFade(10, 14) && eventFade(99, 14) > 0);
});

test("changes are put in order of days, ties as they stand", () => {
  assert.deepEqual([...orderByDay(Int32Array.from([3, 0, 3, 1, 0]))], [1, 4, 3, 0, 2]);
  assert.deepEqual([...orderByDay(Int32Array.from([]))], []);
});

test("clusters keep every event", () => {
  const points = Array.from({ length: 200 }, (_, i) => ({ x: (i * 37) % 300, y: (i * 91) % 200, event: i }));
  const groups = clusterPoints(points, 30);
  assert.deepEqual(groups.flatMap((g) => g.items.map((p) => p.event)).sort((a, b) => a - b), points.map((p) => p.event));
});

test("circles of clusters do not overlap, wherever squares of the grid end", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (const [count, wide] of [[150, 900], [400, 900], [3000, 900], [400, 60]]) {
    const points = Array.from({ length: count }, (_, event) => ({ x: random() * wide - 30, y: random() * 500 - 30, event }));
    const groups = clusterPoints(points, 30);
    assert.equal(groups.reduce((sum, g) => sum + g.items.length, 0), count);
    for (const a of groups) for (const b of groups) {
      if (a !== b) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) >= clusterRadius(a.items.length) + clusterRadius(b.items.length));
    }
    assert.ok(groups.length > wide / 100, "and they do not all fall into one");
  }
  const border = [28, 29, 29.5, 30.5, 31, 32].map((x, event) => ({ x, y: 10, event })); // three on each side of it
  assert.equal(clusterPoints(border, 30).length, 1);
});

test("the height is told in three dialects", () => {
  const [datawrapper, amp, pym] = heightMessages("map", 720, "?childId=graphic-1");
  assert.deepEqual(datawrapper, { "datawrapper-height": { map: 720 } });
  assert.deepEqual(amp, { sentinel: "amp", type: "embed-size", height: 720 });
  assert.equal(pym, "pymxPYMxgraphic-1xPYMxheightxPYMx720");
  assert.equal(heightMessages("map", 720, "").length, 2);
});

test("values among Arabic words are isolated, so that dates keep their order", () => {
  assert.equal(translator("ar")("reported", { date: "2016-10-11" }), "نُشر في \u20682016-10-11\u2069");
  assert.equal(translator("en")("reported", { date: "2016-10-11" }), "reported 2016-10-11");
  assert.equal(translator("en")("since", {}), "since {date}");
});
