// Elements from data. Text of strangers goes in as text nodes only.

/** `el("button", {class, onclick, "aria-label"…}, child…)`; strings become text nodes. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dir" || name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** The address if it is a plain http or https one, else null. */
export function safeUrl(text) {
  if (typeof text !== "string" || !/^https?:\/\//i.test(text)) return null;
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link where the address is a web address, else its text alone. */
export function link(text, address) {
  const href = safeUrl(address);
  if (!href) return el("span", { dir: "auto" }, text);
  return el("a", { href, rel: "noopener noreferrer nofollow", target: "_blank", dir: "auto" }, text);
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon of 20 x 20 from path data. */
export function icon(path, filled = false) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", filled ? "fl-icon fl-icon-full" : "fl-icon");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

export const ICONS = {
  play: "M6 4l10 6-10 6z",
  pause: "M6 4h3v12H6zM11 4h3v12h-3z",
  back: "M12.5 4.5L7 10l5.5 5.5",
  ahead: "M7.5 4.5L13 10l-5.5 5.5",
  changeBack: "M15 4.5L9.5 10l5.5 5.5M5 4.5v11",
  changeAhead: "M5 4.5l5.5 5.5L5 15.5M15 4.5v11",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  home: "M3.5 7V3.5H7M13 3.5h3.5V7M16.5 13v3.5H13M7 16.5H3.5V13",
  close: "M5 5l10 10M15 5L5 15",
};
