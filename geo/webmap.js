// Draws the dated layers of one map from a JSON data block, on Leaflet. Every text of the data
// enters the page as text (textContent), never as markup. Expects the global L (Leaflet 1.9).
function frontlinesWebmap(map, groups, block) {
  "use strict";
  const data = JSON.parse(document.getElementById(block).textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const HATCH = {
    diagonal: "M-2 10L10 -2M-2 2L2 -2M6 10L10 6",
    cross: "M-2 10L10 -2M-2 -2L10 10",
    dots: "M2 2h.01M6 6h.01",
    vertical: "M2 -1V9M6 -1V9",
    horizontal: "M-1 2H9M-1 6H9",
  };
  const KIND = { strike: "\u2739", clash: "\u2694", siege: "\u25CE", toll: "\u03A3", other: "\u25C6" };

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function escaped(text) {
    return el("i", null, text).innerHTML;
  }

  // One pattern for each holder; contested land is striped in the colours of its rivals.
  function pattern(id, style) {
    const side = 8;
    const cell = svg("pattern", { id, width: side, height: side, patternUnits: "userSpaceOnUse" });
    if (style.colors.length > 1) {
      // Contested land leans one way, land of an uncertain date the other.
      cell.setAttribute("patternTransform", style.pattern === "perhaps" ? "rotate(-45)" : "rotate(45)");
      const band = side / style.colors.length;
      style.colors.forEach((color, n) => {
        cell.append(svg("rect", { x: n * band, width: band, height: side, fill: color }));
      });
      return cell;
    }
    cell.append(svg("rect", { width: side, height: side, fill: style.colors[0] }));
    const d = HATCH[style.pattern];
    if (d) {
      cell.append(svg("path", {
        d, fill: "none", stroke: "#fff", "stroke-opacity": 0.75,
        "stroke-width": style.pattern === "dots" ? 2 : 1.2, "stroke-linecap": "round",
      }));
    }
    return cell;
  }

  // What folium's page leaves out: a language, zooming with two fingers, a landmark.
  document.documentElement.lang ||= "en";
  const viewport = document.querySelector("meta[name=viewport]");
  if (viewport) viewport.content = "width=device-width, initial-scale=1";
  map.getContainer().setAttribute("role", "main");

  const patternId = (n) => `${block}-p${n}`;
  const defs = svg("defs", {});
  data.styles.forEach((style, n) => defs.append(pattern(patternId(n), style)));
  const holder = svg("svg", { width: 0, height: 0, "aria-hidden": "true" }, defs);
  holder.style.position = "absolute";
  map.getContainer().append(holder);

  function sourceNode(source) {
    if (!source.url) return el("span", null, source.text);
    return el("a", { href: source.url, target: "_blank", rel: "noopener noreferrer nofollow" },
      source.text);
  }

  function sourceList(numbers) {
    const list = el("ul", { class: "fl-sources" });
    for (const n of numbers) list.append(el("li", null, sourceNode(data.sources[n])));
    return list;
  }

  function card(item) {
    const rows = el("dl");
    for (const [label, value] of item.rows) rows.append(el("dt", null, label), el("dd", null, value));
    const node = el("div", { class: "fl-card" }, el("b", { dir: "auto" }, item.name), rows);
    if (item.sources.length) node.append(el("p", null, "Sources"), sourceList(item.sources));
    return node;
  }

  function bind(layer, item) {
    layer.bindTooltip(() => el("span", { dir: "auto" }, item.tip), { sticky: true });
    layer.bindPopup(() => card(item), { maxWidth: 320, maxHeight: 260 });
    return layer;
  }

  function shape(item, style) {
    return bind(L.geoJSON(item.geometry, { style: () => style }), item);
  }

  const circled = new Set(); // one circle for all events of one uncertain spot
  function eventMarker(item) {
    const [lon, lat] = item.geometry.coordinates;
    const sign = el("span", { class: `fl-event fl-${item.kind}`, "aria-hidden": "true" },
      KIND[item.kind] || KIND.other);
    const icon = L.divIcon({ html: sign, className: "fl-icon", iconSize: [24, 24] });
    const marker = L.marker([lat, lon], { icon, keyboard: true });
    marker.on("add", () => marker.getElement().setAttribute("aria-label", item.tip));
    const spot = `${lon} ${lat} ${item.uncertainty_m}`;
    if (!(item.uncertainty_m > 0) || circled.has(spot)) return [bind(marker, item)];
    circled.add(spot);
    const circle = L.circle([lat, lon], {
      radius: item.uncertainty_m, color: "#333", weight: 1, dashArray: "3 4", fill: false,
      interactive: false,
    });
    return [circle, bind(marker, item)];
  }

  function placeDot(item) {
    const [lon, lat] = item.geometry.coordinates;
    return bind(L.circleMarker([lat, lon], {
      radius: 4, weight: 1.2, color: "#222", fillOpacity: 1,
      fillColor: item.style < 0 ? "#fff" : `url(#${patternId(item.style)})`,
    }), item);
  }

  const LINES = {
    coast: { color: "#5b7f99", weight: 1 },
    border: { color: "#555", weight: 1.2, dashArray: "6 3 1 3" },
    river: { color: "#8fb3cc", weight: 1 },
  };
  function basemap(group) {
    for (const line of data.lines) {
      const points = line.points.map(([lon, lat]) => [lat, lon]);
      group.addLayer(L.polyline(points, { ...LINES[line.kind], interactive: false }));
    }
    for (const town of data.towns) {
      const html = el("span", { class: "fl-town", dir: "auto" }, town.name);
      const icon = L.divIcon({ html, className: "fl-icon", iconSize: [0, 0] });
      group.addLayer(L.marker([town.lat, town.lon], { icon, interactive: false, keyboard: false }));
    }
  }

  const add = {
    basemap,
    control: (group) => {
      for (const item of [...data.control, ...data.perhaps]) {
        const fill = item.style < 0 ? "#fff" : `url(#${patternId(item.style)})`;
        const uncertain = data.perhaps.includes(item);
        group.addLayer(shape(item, {
          fillColor: fill, fillOpacity: uncertain ? 0.9 : 0.6, color: "#444",
          weight: uncertain ? 1.2 : 0.8, dashArray: uncertain ? "2 3" : null,
        }));
      }
    },
    frontline: (group) => data.frontline.forEach((item) => group.addLayer(shape(item, {
      color: "#111", weight: 3.5, opacity: 0.9, lineCap: "butt",
    }))),
    strike: (group) => data.strike.forEach((item) => {
      if (item.geometry) eventMarker(item).forEach((layer) => group.addLayer(layer));
    }),
    place: (group) => data.place.forEach((item) => {
      if (item.geometry) group.addLayer(placeDot(item));
    }),
  };
  for (const [name, group] of Object.entries(groups)) add[name](group);

  function swatch(n) {
    const box = { width: 22, height: 14, stroke: "#444" };
    const fill = n < 0 ? "none" : `url(#${patternId(n)})`;
    return svg("svg", { width: 24, height: 16, "aria-hidden": "true" },
      svg("rect", { x: 1, y: 1, ...box, fill }));
  }

  function legend() {
    const box = el("section", { class: "fl-legend", "aria-label": "Legend" });
    box.append(el("h1", { dir: "auto" }, data.title), el("p", { class: "fl-date" }, data.date));
    const keys = el("ul", { class: "fl-keys" });
    for (const { style, name } of data.legend) {
      keys.append(el("li", null, swatch(style), el("span", { dir: "auto" }, name)));
    }
    for (const [kind, name] of data.kinds) {
      keys.append(el("li", null, el("span", { class: `fl-event fl-${kind}` }, KIND[kind] || KIND.other),
        el("span", null, name)));
    }
    const how = el("details", null, el("summary", null, "How this map knows"));
    for (const text of data.notes) how.append(el("p", { dir: "auto" }, text));
    how.append(sourceList(data.sources.keys()));
    const all = el("details", null, el("summary", null, "Legend"), keys);
    all.open = map.getSize().x > 600;
    box.append(all, how);
    L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
    return box;
  }

  const control = L.control({ position: "bottomleft" });
  control.onAdd = legend;
  control.addTo(map);
  // Leaflet's own prefix carries a flag: on the map of a war it would be taken for a side.
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  for (const credit of data.credits) map.attributionControl.addAttribution(escaped(credit));
}
