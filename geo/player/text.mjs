// Bytes in printable text: see geo/densetext.py. Pure.

/** The bytes that `geo.densetext.to_text` wrote. */
export function bytesFromText(text) {
  // Two characters at once, told by one look into a table: a page opens before any of this is compiled.
  const pairs = new Uint16Array(new TextEncoder().encode(text).slice(1).buffer);
  const letters = [];
  for (let code = 33; code < 127; code++) if (code !== 38 && code !== 60 && code !== 123) letters.push(code);
  const value = new Uint16Array(1 << 15);
  for (let high = 0, k = 0; high < 91; high++) for (let low = 0; low < 91; low++) value[letters[high] | (letters[low] << 8)] = k++;
  const out = new Uint8Array(Math.floor((13 * pairs.length) / 8) - Number(text[0]));
  let bits = 0;
  let held = 0;
  for (let i = 0, at = 0; i < pairs.length; i++) {
    bits |= value[pairs[i]] << held;
    held += 5; // thirteen came, eight go
    out[at++] = bits & 255;
    bits >>>= 8;
    if (held < 8) continue;
    out[at++] = bits & 255;
    bits >>>= 8;
    held -= 8;
  }
  return out;
}
