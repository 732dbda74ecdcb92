// What is known about one place, one event or a cluster: claims, sources, and the reason.

import { el, icon, ICONS, link } from "./dom.mjs";
import { actorName, number, placeName, range } from "./i18n.mjs";
import { holdersOf, UNKNOWN } from "./state.mjs";
import { dayInWords, isoFromDay } from "./time.mjs";

const MOST_CLAIMS = 40;

export function holderWords(scene, code, lang, t) {
  if (code === UNKNOWN) return t("unknown");
  const who = holdersOf(scene, code).map((a) => actorName(scene, a, lang)).join(" / ");
  return code >= 0 ? who : t("contested", { who });
}

const firsts = new WeakMap(); // scene to firstFlips: found once

/** For each flip the first of the unbroken run of flips that left its place with the same holder. */
export function firstFlips(scene) {
  if (!firsts.has(scene)) {
    const { place, holder } = scene.flips;
    const before = new Map();
    const first = new Int32Array(place.length);
    for (let i = 0; i < place.length; i++) {
      const last = before.get(place[i]);
      first[i] = last !== undefined && holder[last] === holder[i] ? first[last] : i;
      before.set(place[i], i);
    }
    firsts.set(scene, first);
  }
  return firsts.get(scene);
}

/** The day a place's present holder took it, in words; empty where it held it before the start. */
export function sinceWords(scene, flip, lang) {
  if (flip < 0) return "";
  const day = scene.flips.day[firstFlips(scene)[flip]];
  return day > -1e6 ? dayInWords(day, lang, "short") : "";
}

function claimNode(scene, texts, c, lang, t, deciding) {
  const { claims, sources } = texts;
  const source = sources[claims.source[c]];
  const status = claims.status[c] === "reported" ? t("statusReported") : t(claims.status[c]);
  const facts = [
    claims.weapon[c],
    claims.killed[c] && t("killed", { n: claims.killed[c].replace("..", "–") }),
    claims.wounded[c] && t("wounded", { n: claims.wounded[c].replace("..", "–") }),
  ].filter(Boolean);
  const who = actorName(scene, claims.actor[c], lang);
  const target = actorName(scene, claims.target[c], lang);
  return el(
    "li",
    { class: deciding ? "fl-claim fl-deciding" : "fl-claim" },
    el("p", { class: "fl-claim-head" }, el("time", { dir: "auto" }, claims.date[c] ? el("bdi", { dir: "ltr" }, claims.date[c]) : t("undated")), " · ", el("strong", {}, t(claims.kind[c])), who ? ": " : "", who ? el("bdi", {}, who) : "", target ? el("bdi", {}, claims.kind[c] === "control" ? ` ${t("takenFrom", { who: target })}` : ` → ${target}`) : ""),
    el("p", { class: "fl-tags" }, el("span", { class: `fl-tag fl-${claims.status[c]}` }, status), deciding ? el("span", { class: "fl-tag fl-decides" }, t("deciding")) : null),
    facts.length ? el("p", { dir: "auto" }, facts.join(" · ")) : null,
    claims.note[c] ? el("p", { dir: "auto" }, claims.note[c]) : null,
    el("p", { class: "fl-source" }, source ? sourceNode(source) : null, claims.reported[c] ? ` · ${t("reported", { date: claims.reported[c] })}` : "", claims.place_as_written[c] ? el("span", {}, " · ", t("asWritten", { name: claims.place_as_written[c] })) : null),
  );
}

export function sourceNode(source) {
  const name = [source.publisher, source.title].filter(Boolean).join(": ") || source.id;
  return el("span", { class: "fl-source-name" }, link(name, source.url), [source.author, source.date].filter(Boolean).map((v) => [" · ", el("bdi", {}, v)]).flat());
}

/** What a date as written begins with, for sorting: `../2013-10-10` by its end. */
function sortKey(date) {
  return date.replace(/^(\.\.)?\//, "").slice(0, 10);
}

/** Numbers of the claims about a place, newest first by their date as written. */
export function claimsOfPlace(texts, place) {
  const { claims } = texts;
  const found = [];
  for (let c = 0; c < texts.count; c++) if (claims.place[c] === place) found.push(c);
  const keys = new Map(found.map((c) => [c, sortKey(claims.date[c])]));
  return found.sort((a, b) => (keys.get(b) < keys.get(a) ? -1 : keys.get(b) > keys.get(a) ? 1 : a - b));
}

function claimList(scene, texts, list, lang, t, deciding) {
  const rows = list.slice(0, MOST_CLAIMS).map((c) => claimNode(scene, texts, c, lang, t, deciding.has(c)));
  if (list.length > MOST_CLAIMS) rows.push(el("li", { class: "fl-muted" }, t("more", { n: number(list.length - MOST_CLAIMS, lang) })));
  return el("ul", { class: "fl-claims" }, rows);
}

function placeBody(scene, texts, { place }, { state, t, holders, maybes }) {
  const { lang } = state;
  const code = holders.holder[place];
  const flip = holders.flip[place];
  const since = sinceWords(scene, flip, lang);
  const out = [el("p", { class: "fl-holder" }, holderWords(scene, code, lang, t), since ? el("span", { class: "fl-muted" }, ` ${t("since", { date: since })}`) : null)];
  if (maybes[place] >= 0) {
    const m = maybes[place];
    out.push(el("p", { class: "fl-maybe" }, t("uncertainChange", {
      who: holderWords(scene, scene.maybes.holder[m], lang, t),
      from: dayInWords(Math.max(scene.maybes.begin[m], -700000), lang, "short"),
      to: dayInWords(Math.min(scene.maybes.end[m], 2900000), lang, "short"),
    })));
  }
  if (!texts) return [...out, el("p", { class: "fl-muted" }, t("loading"))];
  const why = texts.why(flip);
  if (why) out.push(el("h3", {}, t("why")), el("p", { dir: "auto" }, why));
  const deciding = new Set(texts.deciding(flip));
  const all = claimsOfPlace(texts, place);
  const rivals = [...deciding].filter((c) => texts.claims.kind[c] === "control");
  if (new Set(rivals.map((c) => texts.claims.actor[c])).size > 1) {
    out.push(el("h3", {}, t("accounts")), el("div", { class: "fl-side-by-side" }, rivals.map((c) => el("ul", { class: "fl-claims" }, claimNode(scene, texts, c, lang, t, true)))));
  }
  const first = all.filter((c) => deciding.has(c));
  const today = isoFromDay(state.day);
  const isLater = (c) => sortKey(texts.claims.date[c]) > today;
  const rest = all.filter((c) => !deciding.has(c) && !isLater(c));
  const later = all.filter((c) => !deciding.has(c) && isLater(c)).reverse();
  const now = [...first, ...rest];
  out.push(el("h3", {}, t("claims")), now.length ? claimList(scene, texts, now, lang, t, deciding) : el("p", { class: "fl-muted" }, t("noClaims")));
  if (later.length) out.push(el("h3", {}, t("later")), claimList(scene, texts, later, lang, t, deciding));
  return out;
}

function eventBody(scene, texts, { event }, { state, t }) {
  const { lang } = state;
  const { events } = scene;
  const out = [el("p", { class: "fl-holder" }, eventDays(scene, event, lang))];
  const killed = range(events.killed[2 * event], events.killed[2 * event + 1], lang);
  const wounded = range(events.wounded[2 * event], events.wounded[2 * event + 1], lang);
  const facts = [killed && t("killed", { n: killed }), wounded && t("wounded", { n: wounded })].filter(Boolean);
  if (facts.length) out.push(el("p", {}, facts.join(" · ")));
  if (events.uncertainty[event] >= 1000) out.push(el("p", { class: "fl-muted" }, t("coarse", { n: number(events.uncertainty[event] / 1000, lang) })));
  if (!texts) return [...out, el("p", { class: "fl-muted" }, t("loading"))];
  const own = events.claim[event];
  const place = texts.claims.place[own];
  const others = claimsOfPlace(texts, place).filter((c) => c !== own && place >= 0 && texts.claims.kind[c] === texts.claims.kind[own] && texts.claims.date[c] === texts.claims.date[own]);
  return [...out, el("h3", {}, t(others.length ? "accounts" : "claims")), claimList(scene, texts, [own, ...others], lang, t, new Set())];
}

export function eventDays(scene, event, lang) {
  const begin = scene.events.begin[event];
  const end = scene.events.end[event];
  if (end - begin <= 1) return dayInWords(begin, lang);
  return `${dayInWords(begin, lang, "short")} – ${end > 2900000 ? "…" : dayInWords(end - 1, lang, "short")}`;
}

export function eventTitle(scene, texts, event, lang, t) {
  const kind = t(scene.events.kinds[scene.events.kind[event]]);
  if (!texts) return kind;
  const c = scene.events.claim[event];
  const place = placeName(scene, texts.claims.place[c], lang) || texts.claims.place_as_written[c];
  return place ? `${kind}: ${place}` : kind;
}

export function createPanel(scene, act) {
  const node = el("section", { class: "fl-panel", role: "region", tabindex: "-1", hidden: true });

  /** Show `state.selected`, or hide where nothing is selected. */
  function update(state, t, texts, holders, maybes, swipe = null) {
    const { selected } = state;
    node.hidden = !selected;
    if (!selected) return node.replaceChildren();
    const close = el("button", { type: "button", class: "fl-button fl-close", "aria-label": t("close"), onclick: () => act.select(null) }, icon(ICONS.close));
    const context = { state, t, holders, maybes };
    let title;
    let body;
    if (selected.cluster) {
      title = t("cluster", { n: number(selected.cluster.length, state.lang) });
      body = [el("ul", { class: "fl-feed" }, selected.cluster.slice(0, MOST_CLAIMS).map((e) => el("li", {}, el("button", { type: "button", class: "fl-feed-item", onclick: () => act.select({ place: -1, event: e }) }, `${dayInWords(scene.events.begin[e], state.lang, "short")} · ${eventTitle(scene, texts, e, state.lang, t)}`))))];
    } else if (selected.event >= 0) {
      title = eventTitle(scene, texts, selected.event, state.lang, t);
      body = eventBody(scene, texts, selected, context);
    } else {
      title = placeName(scene, selected.place, state.lang);
      const other = state.lang === "ar" ? scene.places.name[selected.place] : scene.places.nameAr[selected.place];
      body = placeBody(scene, texts, selected, context);
      const rival = swipe ? swipe.rival(selected.place, state.lang, t) : [];
      if (rival.length) body.unshift(el("ul", { class: "fl-rival" }, rival.map(([name, holder]) => el("li", {}, el("span", { class: "fl-muted", dir: "auto" }, `${name}: `), el("bdi", {}, holder)))));
      if (other && other !== title) body.unshift(el("p", { class: "fl-muted fl-other" }, el("bdi", {}, other)));
    }
    node.setAttribute("aria-label", title);
    node.replaceChildren(el("div", { class: "fl-panel-head" }, el("h2", { dir: "auto" }, title), close), ...body);
  }

  /** Scroll to the panel; what is longer than its room shows its head, with the name and the way out. */
  function reveal(behavior) {
    const head = node.firstChild;
    const top = Math.max(0, node.parentNode.getBoundingClientRect().top);
    (head.getBoundingClientRect().top < top ? head : node).scrollIntoView({ block: "nearest", behavior });
  }

  return { node, update, reveal };
}
