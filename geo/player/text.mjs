// Bytes in printable text: see geo/densetext.py. Pure.

/** The bytes that `geo.densetext.to_text` wrote. */
export function bytesFromText(text) {
  const value = new Uint8Array(128);
  for (let code = 33, k = 0; code < 127; code++) if (code !== 38 && code !== 60 && code !== 123) value[code] = k++;
  const out = new Uint8Array(Math.floor((13 * (text.length - 1)) / 16) - Number(text[0]));
  let bits = 0;
  let held = 0;
  for (let i = 1, at = 0; i < text.length; i += 2) {
    bits |= (value[text.charCodeAt(i)] * 91 + value[text.charCodeAt(i + 1)]) << held;
    for (held += 13; held > 7 && at < out.length; held -= 8) {
      out[at++] = bits & 255;
      bits >>>= 8;
    }
  }
  return out;
}
