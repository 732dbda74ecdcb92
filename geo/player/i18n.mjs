// The interface's own words, in English and Arabic. Names of places and actors come with the data.

import { digits } from "./time.mjs";

const WORDS = {
  en: {
    play: "Play", pause: "Pause", dayBack: "One day back", dayAhead: "One day ahead",
    changeBack: "Previous change", changeAhead: "Next change", date: "Date", speed: "Speed",
    perSecond: "{n} d/s", speedWords: "{n} days a second", window: "Events of the last", days: "{n} days", oneDay: "1 day",
    legend: "Who holds the land", layers: "Layers", land: "Land held", fronts: "Front lines", strikes: "Events",
    maybe: "Uncertain dates", age: "Fade old evidence", names: "Place names", basemap: "Borders and rivers", tiles: "Online map tiles",
    map: "Map", list: "List", language: "العربية", zoomIn: "Zoom in", zoomOut: "Zoom out", reset: "Whole map",
    close: "Close", held: "Held by {who}", contested: "Contested: {who}", unknown: "Not known", notAssessed: "Not assessed",
    since: "since {date}", takenFrom: "from {who}", later: "Later than this day", uncertainChange: "May already have passed to {who}: dates between {from} and {to}.",
    why: "How we know", claims: "What sources say", deciding: "Decides", status: "Status", reported: "reported {date}",
    source: "Source", sources: "Sources", events: "Events", noEvents: "No events in this window.", noClaims: "No claims for this place up to this date.",
    loading: "Loading…", failed: "The map could not be opened: {why}", empty: "This timeline has no places that hold land.", killed: "killed {n}", wounded: "wounded {n}", weapon: "Weapon",
    actor: "Actor", target: "Target", place: "Place", holder: "Holder", kind: "Kind", sinceHead: "Since", what: "What", who: "Who",
    strike: "Strike", clash: "Clash", siege: "Siege", toll: "Toll over an area", other: "Other event", control: "Control",
    claimed: "claimed by a party", statusReported: "reported", confirmed: "confirmed", disputed: "disputed", retracted: "retracted",
    coarse: "Known only to within about {n} km.", cluster: "{n} events here", rule: "How land is drawn", credits: "Credits", licence: "Licence", data: "Data version",
    km2: "{n} km²", placesCount: "{n} places", contestedKey: "Contested", maybeKey: "Date of change uncertain", unknownKey: "Not assessed", ageKey: "Fainter: no news for {a} days; still fainter: {b}", frontKey: "Front line between rivals",
    find: "Find a place", shown: "{n} of {m} places shown", asWritten: "written “{name}”", more: "{n} more", mapLabel: "Map of territorial control on {date}. Use the list view for the same data as tables.",
    keys: "Space plays, arrow keys step a day, Shift with arrows steps to a change, Home and End jump, plus and minus zoom.", area: "Area",
    filter: "Show {who}", accounts: "Accounts differ", killedHead: "Killed", woundedHead: "Wounded", onDate: "on {date}",
    otherActors: "Other parties ({n})", loop: "Loop a range", twoFingers: "Move the map with two fingers", swipe: "Curtain between the two maps", fromHere: "From here", toHere: "To here", from: "From", to: "To", range: "Range to play",
    clearRange: "Whole period", undated: "no date", near: "Sides held here", holdersTable: "Holders on {date}", eventsTable: "Events {from} to {to}",
    compare: "Compare with", knownOn: "As known on {date}", options: "Options",
  },
  ar: {
    play: "تشغيل", pause: "إيقاف", dayBack: "يوم إلى الوراء", dayAhead: "يوم إلى الأمام",
    changeBack: "التغيّر السابق", changeAhead: "التغيّر التالي", date: "التاريخ", speed: "السرعة",
    perSecond: "{n} يوم/ث", speedWords: "{n} يومًا في الثانية", window: "أحداث آخر", days: "{n} يومًا", oneDay: "يوم واحد",
    legend: "من يسيطر على الأرض", layers: "الطبقات", land: "مناطق السيطرة", fronts: "خطوط التماس", strikes: "الأحداث",
    maybe: "تواريخ غير مؤكدة", age: "تلاشي المعلومات القديمة", names: "أسماء الأماكن", basemap: "الحدود والأنهار", tiles: "خرائط من الإنترنت",
    map: "الخريطة", list: "القائمة", language: "English", zoomIn: "تكبير", zoomOut: "تصغير", reset: "كامل الخريطة",
    close: "إغلاق", held: "تحت سيطرة {who}", contested: "متنازع عليها: {who}", unknown: "غير معروف", notAssessed: "غير مقيّمة",
    since: "منذ {date}", takenFrom: "من {who}", later: "بعد هذا اليوم", uncertainChange: "ربما انتقلت إلى {who}: بين {from} و{to}.",
    why: "كيف نعرف ذلك", claims: "ما تقوله المصادر", deciding: "الحاسم", status: "الحالة", reported: "نُشر في {date}",
    source: "المصدر", sources: "المصادر", events: "الأحداث", noEvents: "لا أحداث في هذه الفترة.", noClaims: "لا إفادات عن هذا المكان حتى هذا التاريخ.",
    loading: "جارٍ التحميل…", failed: "تعذّر فتح الخريطة: {why}", empty: "لا أماكن ذات سيطرة في هذا الخط الزمني.", killed: "القتلى {n}", wounded: "الجرحى {n}", weapon: "السلاح",
    actor: "الجهة", target: "الهدف", place: "المكان", holder: "المسيطر", kind: "النوع", sinceHead: "منذ", what: "الحدث", who: "الجهة",
    strike: "قصف", clash: "اشتباك", siege: "حصار", toll: "حصيلة لمنطقة", other: "حدث آخر", control: "سيطرة",
    claimed: "ادّعاء طرف", statusReported: "وفق تقرير", confirmed: "مؤكد", disputed: "محل خلاف", retracted: "مسحوب",
    coarse: "الموقع معروف بدقة نحو {n} كم فقط.", cluster: "{n} أحداث هنا", rule: "كيف رُسمت الأرض", credits: "حقوق", licence: "الرخصة", data: "نسخة البيانات",
    km2: "{n} كم²", placesCount: "{n} مكانًا", contestedKey: "متنازع عليها", maybeKey: "تاريخ التغيّر غير مؤكد", unknownKey: "غير مقيّمة", ageKey: "أخفت: لا أخبار منذ {a} يومًا؛ وأخفت أكثر: {b}", frontKey: "خط تماس بين خصمين",
    find: "ابحث عن مكان", shown: "عُرض {n} من {m} مكانًا", asWritten: "وردت «{name}»", more: "{n} أخرى", mapLabel: "خريطة السيطرة في {date}. القائمة تعرض البيانات نفسها كجداول.",
    keys: "المسافة للتشغيل، الأسهم ليوم، مع Shift للتغيّر التالي، Home وEnd للبداية والنهاية، + و− للتكبير والتصغير.", area: "المساحة",
    filter: "إظهار {who}", accounts: "الروايات متباينة", killedHead: "القتلى", woundedHead: "الجرحى", onDate: "في {date}",
    otherActors: "أطراف أخرى ({n})", loop: "تكرار فترة", twoFingers: "حرّك الخريطة بإصبعين", swipe: "الفاصل بين الخريطتين", fromHere: "من هنا", toHere: "إلى هنا", from: "من", to: "إلى", range: "الفترة المعروضة",
    clearRange: "كامل الفترة", undated: "بلا تاريخ", near: "الأطراف هنا", holdersTable: "المسيطرون في {date}",
    eventsTable: "الأحداث من {from} إلى {to}", compare: "قارن مع", knownOn: "كما عُرف في {date}", options: "خيارات",
  },
};

export const LANGS = Object.keys(WORDS);

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/**
 * The words of one language: `t("since", {date})`; a key that is missing shows as itself. Among
 * Arabic words a value is isolated, or a date such as 2016-10-11 would be read from its end.
 */
export function translator(lang) {
  const words = WORDS[lang] || WORDS.en;
  const shown = (value) => (lang === "ar" ? `${FIRST_STRONG_ISOLATE}${value}${POP_ISOLATE}` : String(value));
  return (key, values = {}) => (words[key] || WORDS.en[key] || key).replace(/\{(\w+)\}/g, (all, name) => (name in values ? shown(values[name]) : all));
}

/** A number, rounded to whole ones, as Intl.NumberFormat writes it for en-GB and ar-SY (see MONTHS). */
export function number(value, lang) {
  if (value === Infinity) return "∞";
  const grouped = value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, lang === "ar" ? "٬" : ",");
  return digits(grouped, lang);
}

/** Three significant digits: no area drawn by a rule is known better. */
export function roundArea(value) {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 2);
  return Math.round(value / power) * power;
}

/** A count as stated: `8`, `8–10`, `10+`; empty where nothing is stated. */
export function range(low, high, lang) {
  if (Number.isNaN(low) && Number.isNaN(high)) return "";
  if (high === Infinity) return `${number(low, lang)}+`;
  if (Number.isNaN(low) || low === high) return number(high, lang);
  return `${number(low, lang)}–${number(high, lang)}`;
}

export function actorName(scene, index, lang) {
  const actor = scene.actors[index];
  if (!actor) return "";
  return (lang === "ar" && actor.name_ar) || actor.name || actor.id;
}

export function placeName(scene, place, lang) {
  if (place < 0) return "";
  return (lang === "ar" && scene.places.nameAr[place]) || scene.places.name[place] || scene.places.id[place];
}
