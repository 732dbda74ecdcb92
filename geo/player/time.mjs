// Days since 1970-01-01, and how they are written. Pure.

const MS = 86400000;

export function isoFromDay(day) {
  return new Date(day * MS).toISOString().slice(0, 10);
}

/** `YYYY-MM-DD` to a day, or null where it is none. */
export function dayFromIso(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text || "");
  if (!match) return null;
  const time = Date.UTC(+match[1], +match[2] - 1, +match[3]);
  return isoFromDay(time / MS) === text ? time / MS : null;
}

// What Intl.DateTimeFormat says for en-GB and ar-SY; it is not asked, for its first answer takes
// some 20 ms, which the first picture would wait for.
const MONTHS = {
  long: "January February March April May June July August September October November December".split(" "),
  short: "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split(" "),
  ar: "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول".split("|"),
};

/** A whole number in the digits of a language, without separators. */
export function digits(text, lang) {
  return lang === "ar" ? String(text).replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))) : String(text);
}

/** A day in words; `style` is `long`, `short` or `month`. Levantine month names in Arabic. */
export function dayInWords(day, lang, style = "long") {
  const date = new Date(day * MS);
  const month = MONTHS[lang === "ar" ? "ar" : style === "long" ? "long" : "short"][date.getUTCMonth()];
  const words = `${month} ${digits(date.getUTCFullYear(), lang)}`;
  return style === "month" ? words : `${digits(date.getUTCDate(), lang)} ${words}`;
}

export function clampDay(scene, day) {
  return Math.max(scene.firstDay, Math.min(scene.lastDay, Math.round(day)));
}

/** First index whose value is greater than `value` in ascending `list`. */
export function upperBound(list, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (list[mid] <= value) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** The next (direction 1) or previous (-1) day on which land changes hands; the end if none. */
export function nextChange(scene, day, direction) {
  const days = scene.flips.day;
  if (direction > 0) {
    const i = upperBound(days, day);
    return i < days.length ? Math.min(days[i], scene.lastDay) : scene.lastDay;
  }
  const i = upperBound(days, day - 1) - 1;
  return i >= 0 ? Math.max(days[i], scene.firstDay) : scene.firstDay;
}

/** How many events and changes fall in each of `bins` equal parts of the slider. */
export function density(scene, bins) {
  const out = new Float64Array(bins);
  const span = scene.lastDay - scene.firstDay + 1;
  for (const days of [scene.events.begin, scene.flips.day]) {
    for (let i = 0; i < days.length; i++) {
      const at = days[i] - scene.firstDay;
      if (at >= 0 && at < span) out[Math.floor((at * bins) / span)] += 1;
    }
  }
  return out;
}

export const SPEEDS = [1, 2, 7, 14, 30, 90, 180];

/** Days a second so that the whole timeline plays in about forty seconds. */
export function defaultSpeed(scene) {
  const wanted = (scene.lastDay - scene.firstDay) / 40;
  return SPEEDS.find((speed) => speed >= wanted) || SPEEDS[SPEEDS.length - 1];
}

/** Major tick days of the slider: years, or months where the span is short; at most `most`. */
export function ticks(scene, most) {
  const spanDays = scene.lastDay - scene.firstDay;
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((m) => spanDays / (m * 30.44) <= most) || 480;
  const first = new Date(scene.firstDay * MS);
  const out = [];
  let index = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  for (; ; index += months) {
    const day = Date.UTC(Math.floor(index / 12), index % 12, 1) / MS;
    if (day > scene.lastDay) return { days: out, yearly: months >= 12 };
    if (day >= scene.firstDay) out.push(day);
  }
}
