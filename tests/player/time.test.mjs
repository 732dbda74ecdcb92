import assert from "node:assert/strict";
import { test } from "node:test";
import { number } from "../../geo/player/i18n.mjs";
import { dayFromIso, dayInWords, defaultSpeed, density, isoFromDay, nextChange, ticks, upperBound } from "../../geo/player/time.mjs";

const scene = { firstDay: 100, lastDay: 500, flips: { day: [-2147483648, 120, 120, 200, 499] }, events: { begin: [99, 100, 130, 500, 501] } };

test("days and ISO dates are inverse, also before 1970 and on leap days", () => {
  for (const text of ["1969-12-31", "1970-01-01", "2016-02-29", "2015-10-10", "0622-07-16"]) assert.equal(isoFromDay(dayFromIso(text)), text);
  for (const text of ["2015-02-29", "2015-13-01", "2015-1-1", "", undefined, "soon"]) assert.equal(dayFromIso(text), null);
});

test("dates in words use the language's own names", () => {
  assert.equal(dayInWords(dayFromIso("2015-10-10"), "en"), "10 October 2015");
  assert.match(dayInWords(dayFromIso("2015-10-10"), "ar"), /تشرين الأول/);
});

test("dates and numbers are written as the browser's own formats write them", () => {
  const locale = { en: "en-GB", ar: "ar-SY" };
  for (const lang of ["en", "ar"]) {
    for (const [style, parts] of [["long", { day: "numeric", month: "long" }], ["short", { day: "numeric", month: "short" }], ["month", { month: "short" }]]) {
      const format = new Intl.DateTimeFormat(locale[lang], { timeZone: "UTC", year: "numeric", ...parts });
      for (let day = 14000; day < 18000; day += 29) assert.equal(dayInWords(day, lang, style), format.format(new Date(day * 86400000)));
    }
    const format = new Intl.NumberFormat(locale[lang], { maximumFractionDigits: 0 });
    for (const value of [0, 7, 12.5, 999, 1000, 65432, 1234567, 9876543210]) assert.equal(number(value, lang), format.format(value));
    assert.equal(number(Infinity, lang), "∞");
  }
});

test("steps go from change to change and stay inside", () => {
  assert.equal(nextChange(scene, 100, 1), 120);
  assert.equal(nextChange(scene, 120, 1), 200);
  assert.equal(nextChange(scene, 499, 1), 500);
  assert.equal(nextChange(scene, 200, -1), 120);
  assert.equal(nextChange(scene, 120, -1), 100);
});

test("upperBound counts what is not above", () => {
  for (const value of [-1, 0, 1, 2, 3, 9]) assert.equal(upperBound([0, 1, 1, 2], value), [0, 1, 1, 2].filter((v) => v <= value).length);
});

test("density counts what lies on the slider, each once", () => {
  assert.equal(density(scene, 7).reduce((a, b) => a + b), 3 + 4);
});

test("ticks lie inside, in order, and are few", () => {
  for (const span of [20, 400, 4000, 40000]) {
    const { days } = ticks({ firstDay: 16000, lastDay: 16000 + span }, 8);
    assert.ok(days.length <= 9);
    assert.deepEqual(days, [...days].sort((a, b) => a - b));
    assert.ok(days.every((d) => d >= 16000 && d <= 16000 + span));
  }
});

test("the speed plays the whole in about forty seconds", () => {
  assert.equal(defaultSpeed({ firstDay: 0, lastDay: 280 }), 7);
  assert.equal(defaultSpeed({ firstDay: 0, lastDay: 1e6 }), 180);
});
