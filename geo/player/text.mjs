// Bytes in printable text: see geo/densetext.py. Pure.

/** The bytes that `geo.densetext.to_text` wrote. */
export function bytesFromText(text) {
  // Two characters at once, told by one look into a table: a page opens before any of this is compiled.
  const pairs = new Uint16Array(new TextEncoder().encode(text.slice(1)).buffer);
  const value = new Uint16Array(1 << 15);
  const rank = (code) => code - 33 - (code > 38) - (code > 60) - (code > 123);
  for (let a = 33; a < 127; a++) for (let b = 33; b < 127; b++) value[a | (b << 8)] = 91 * rank(a) + rank(b);
  const out = new Uint8Array(Math.floor((13 * pairs.length) / 8) - Number(text[0]));
  let bits = 0;
  let held = 0;
  for (let i = 0, at = 0; i < pairs.length; i++) {
    bits |= value[pairs[i]] << held;
    held += 5; // thirteen came, eight go
    out[at++] = bits; // its low byte
    bits >>>= 8;
    if (held > 7) {
      out[at++] = bits;
      bits >>>= 8;
      held -= 8;
    }
  }
  return out;
}
