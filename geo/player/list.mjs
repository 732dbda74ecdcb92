// The same data to read: a feed of the window's events, and tables of holders and events.

import { el } from "./dom.mjs";
import { actorName, number, placeName, range } from "./i18n.mjs";
import { eventDays, eventTitle, holderWords, sinceWords } from "./panel.mjs";
import { UNKNOWN } from "./state.mjs";
import { dayInWords } from "./time.mjs";

const MOST_FEED = 12;
const MOST_ROWS = 250;

function rowButton(text, onclick) {
  return el("button", { type: "button", class: "fl-link", onclick }, el("bdi", {}, text));
}

export function createFeed(scene, act) {
  const list = el("ul", { class: "fl-feed" });
  const title = el("h2", {});
  const node = el("section", { class: "fl-feed-box" }, title, list);

  /** The newest events of the window first. */
  function update(state, t, texts, shown) {
    title.textContent = `${t("events")} (${number(shown.length, state.lang)})`;
    const items = shown.slice(-MOST_FEED).reverse().map(({ event }) => {
      const actor = actorName(scene, scene.events.actor[event], state.lang);
      const killed = range(scene.events.killed[2 * event], scene.events.killed[2 * event + 1], state.lang);
      return el(
        "li",
        {},
        el(
          "button",
          { type: "button", class: "fl-feed-item", onclick: () => act.select({ place: -1, event }) },
          el("span", { class: "fl-feed-date" }, eventDays(scene, event, state.lang)),
          el("span", { class: "fl-feed-title", dir: "auto" }, eventTitle(scene, texts, event, state.lang, t)),
          el("span", { class: "fl-muted" }, [actor, killed && t("killed", { n: killed })].filter(Boolean).join(" · ")),
        ),
      );
    });
    if (!items.length) items.push(el("li", { class: "fl-muted" }, t("noEvents")));
    if (shown.length > MOST_FEED) items.push(el("li", {}, el("button", { type: "button", class: "fl-link", onclick: () => act.set({ mode: "list" }) }, t("more", { n: number(shown.length - MOST_FEED, state.lang) }))));
    list.replaceChildren(...items);
  }

  return { node, update };
}

function table(caption, heads, rows) {
  return el(
    "div",
    { class: "fl-table-box", tabindex: "0", role: "region", "aria-label": caption },
    el("table", { class: "fl-table" }, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows)),
  );
}

/** Places whose name, in either script, contains the words. Pure. */
export function findPlaces(scene, words) {
  const wanted = words.trim().toLocaleLowerCase();
  const out = [];
  for (let p = 0; p < scene.places.name.length; p++) {
    if (!wanted || scene.places.name[p].toLocaleLowerCase().includes(wanted) || scene.places.nameAr[p].includes(wanted)) out.push(p);
  }
  return out;
}

export function createList(scene, act) {
  const search = el("input", { type: "search", class: "fl-search", oninput: () => act.refresh() });
  const searchName = el("span", { class: "fl-label" });
  const body = el("div", {});
  const node = el("section", { class: "fl-list", hidden: true }, el("label", { class: "fl-find" }, searchName, search), body);

  function update(state, t, texts, holders, shown) {
    node.hidden = state.mode !== "list";
    if (node.hidden) return;
    const { lang } = state;
    searchName.textContent = t("find");
    const unknown = (p) => Number(holders.holder[p] === UNKNOWN);
    const found = findPlaces(scene, search.value).sort((a, b) => unknown(a) - unknown(b) || a - b);
    const places = found.slice(0, MOST_ROWS).map((p) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, rowButton(placeName(scene, p, lang), () => act.select({ place: p, event: -1 }))),
        el("td", {}, holderWords(scene, holders.holder[p], lang, t)),
        el("td", {}, sinceWords(scene, holders.flip[p], lang)),
      ),
    );
    const events = shown.slice(-MOST_ROWS).reverse().map(({ event }) =>
      el(
        "tr",
        {},
        el("td", {}, eventDays(scene, event, lang)),
        el("th", { scope: "row" }, rowButton(eventTitle(scene, texts, event, lang, t), () => act.select({ place: -1, event }))),
        el("td", {}, actorName(scene, scene.events.actor[event], lang)),
        el("td", {}, range(scene.events.killed[2 * event], scene.events.killed[2 * event + 1], lang)),
        el("td", {}, range(scene.events.wounded[2 * event], scene.events.wounded[2 * event + 1], lang)),
      ),
    );
    const date = dayInWords(state.day, lang);
    const from = dayInWords(state.day - state.window + 1, lang, "short");
    body.replaceChildren(
      table(t("holdersTable", { date }), [t("place"), t("holder"), t("sinceHead")], places),
      found.length > MOST_ROWS ? el("p", { class: "fl-muted" }, t("shown", { n: number(MOST_ROWS, lang), m: number(found.length, lang) })) : "",
      events.length ? table(t("eventsTable", { from, to: dayInWords(state.day, lang, "short") }), [t("date"), t("what"), t("who"), t("killedHead"), t("woundedHead")], events) : el("p", { class: "fl-muted" }, t("noEvents")),
    );
  }

  return { node, update };
}
