// Web Mercator (EPSG:3857) as a unit square: what Leaflet's pixel world is a multiple of. Pure.

const MAX_LAT = 85.0511287798;

export function unitX(lon) {
  return lon / 360 + 0.5;
}

export function unitY(lat) {
  const clipped = Math.max(-MAX_LAT, Math.min(MAX_LAT, lat));
  const sin = Math.sin((clipped * Math.PI) / 180);
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
}

/** `{lon, lat}` columns to unit columns `{x, y}`. */
export function unitPoints({ lon, lat }) {
  const x = new Float64Array(lon.length);
  const y = new Float64Array(lon.length);
  for (let i = 0; i < x.length; i++) {
    x[i] = unitX(lon[i]);
    y[i] = unitY(lat[i]);
  }
  return { x, y };
}

/** Unit columns to pixels: `scale` pixels a world, less the origin. */
export function toPixels(unit, scale, originX, originY) {
  const n = unit.x.length;
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    x[i] = unit.x[i] * scale - originX;
    y[i] = unit.y[i] * scale - originY;
  }
  return { x, y };
}

/** Metres on the ground per pixel at a latitude, `scale` pixels a world. */
export function metresPerPixel(lat, scale) {
  return (40075016.686 * Math.cos((lat * Math.PI) / 180)) / scale;
}

/** A round length (1, 2 or 5 times a power of ten, metres) of at most `most` metres. */
export function roundLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  const digit = most / power;
  return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}
