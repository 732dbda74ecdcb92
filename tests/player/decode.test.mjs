// Reads a scene that Python packed: the folder is handed in by tests/test_player_node.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openFrame } from "../../geo/player/component.mjs";
import { bytesFromBase64, openScene, splitParts } from "../../geo/player/decode.mjs";
import { decodeLand1 } from "../../geo/player/land1.mjs";
import { bytesFromText } from "../../geo/player/text.mjs";

const folder = process.env.FRONTLINES_FIXTURE;
const bytes = new Uint8Array(readFileSync(`${folder}/scene.bin`));
const expected = JSON.parse(readFileSync(`${folder}/scene.json`, "utf8"));
const near = (a, b, gap) => a.forEach((v, i) => assert.ok(Math.abs(v - b[i]) <= gap, `${i}: ${v} and ${b[i]}`));

test("JavaScript reads the columns that Python wrote", async () => {
  const { scene, texts } = await openScene(bytes);
  assert.equal(scene.title, expected.title);
  for (const name of ["day", "place", "holder", "age"]) assert.deepEqual([...scene.flips[name]], expected.flips[name], name);
  for (const name of ["begin", "end", "place", "holder"]) assert.deepEqual([...scene.maybes[name]], expected.maybes[name], name);
  for (const name of ["begin", "end", "claim"]) assert.deepEqual([...scene.events[name]], expected.events[name], name);
  assert.deepEqual([...scene.events.killed].map((v) => (Number.isNaN(v) ? null : v)), expected.events.killed);
  near(scene.events.lon, expected.events.lon, 1e-5);
  near(scene.places.lon, expected.places.lon, 1e-5);
  near(scene.land.lon, expected.land.lon, 1e-9);
  near(scene.land.lat, expected.land.lat, 1e-9);
  const { offset, vertex, left, right } = scene.land;
  const sides = [];
  for (let k = 0; k < left.length; k++) {
    for (let i = offset[k]; i + 1 < offset[k + 1]; i++) {
      sides.push([vertex[i], vertex[i + 1], left[k], right[k]]);
      if (right[k] >= 0) sides.push([vertex[i + 1], vertex[i], right[k], left[k]]);
    }
  }
  const order = (a, b) => a[0] - b[0] || a[1] - b[1];
  assert.deepEqual(sides.sort(order), expected.land.sides.sort(order), "each edge knows both its cells");
  const loaded = await texts();
  assert.equal(loaded.why(3), expected.why);
  assert.deepEqual(loaded.deciding(3), expected.deciding);
  assert.deepEqual(loaded.claims.id, expected.claims);
  assert.equal(await texts(), loaded, "texts are unzipped once");
});

test("the app's frame of bytes comes apart as it was put together", () => {
  const frame = openFrame(new Uint8Array(readFileSync(`${folder}/frame.bin`)));
  assert.deepEqual(frame.options, { lang: "ar", date: "2014-01-01" });
  assert.equal(frame.key, "key");
  assert.deepEqual(frame.scene, bytes);
  const text = (part) => new TextDecoder().decode(part);
  assert.equal(text(frame.other), "other");
  assert.match(text(frame.script), /Leaflet 1\.9/);
  assert.match(text(frame.style), /leaflet-pane/);
});

test("text comes back as bytes", () => {
  assert.deepEqual(bytesFromBase64(Buffer.from(bytes).toString("base64")), bytes);
  assert.deepEqual(bytesFromText(readFileSync(`${folder}/scene.txt`, "utf8")), bytes);
  assert.deepEqual(bytesFromText("0"), new Uint8Array(0));
});

test("a scene of format 1 still opens", async () => {
  const text = readFileSync(new URL("./scene-1.b64", import.meta.url), "utf8").replace(/\s/g, "");
  const { scene, texts } = await openScene(bytesFromBase64(text), decodeLand1);
  assert.equal(scene.places.id.length, 30);
  assert.equal(scene.events.begin.length, 20);
  assert.equal((await texts()).count, 20 + scene.flips.day.length);
  assert.ok(scene.flips.day.every((day, i) => i === 0 || day >= scene.flips.day[i - 1]));
  assert.ok(scene.land.lon.every((lon) => lon > 36 && lon < 38) && scene.places.lon.every((lon) => lon > 36 && lon < 38));
  await assert.rejects(openScene(bytesFromBase64(text)), /land1/);
});

test("other bytes are refused", () => {
  assert.throws(() => splitParts(new Uint8Array(3)), /not a packed scene/);
  assert.throws(() => splitParts(new TextEncoder().encode("PK something else")), /not a packed scene/);
  const newer = bytes.slice();
  newer[4] = 99;
  assert.throws(() => splitParts(newer), /newer/);
});
