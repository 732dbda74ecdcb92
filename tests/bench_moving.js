// What tests/bench_player.py runs in the page: (script, argument) => a promise of what was measured.
(what, argument) => {
  const box = document.querySelector(".leaflet-container");
  const at = box.getBoundingClientRect();
  const [x, y] = [at.left + at.width / 2, at.top + at.height / 2];
  const proto = CanvasRenderingContext2D.prototype;
  const put = (window.frontlinesPut ??= proto.putImageData);
  let drawn = 0;
  proto.putImageData = function (...given) {
    put.apply(this, given);
    drawn = performance.now();
  };
  const frame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
  const gaps = [];

  async function until(over, each) {
    let last = await frame();
    for (let k = 0; !over(k); k++) {
      each(k);
      const now = await frame();
      gaps.push(now - last);
      last = now;
    }
  }

  /** Wait until nothing has been drawn for a while; when was the last, from `begin` on? */
  async function settled(begin) {
    const end = performance.now() + 1500;
    while (performance.now() < end && (drawn < begin() || performance.now() < drawn + 300)) await frame();
    return { gaps, rest: drawn - begin() };
  }

  async function drag() {
    const send = (type, dx) =>
      box.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, clientX: x + dx, clientY: y, button: 0, buttons: 1, view: window }));
    send("mousedown", 0);
    await until((k) => k === 90, (k) => send("mousemove", 160 * Math.sin(k / 14)));
    await new Promise((done) => setTimeout(done, 120)); // held still: it does not glide on
    const begin = performance.now();
    send("mouseup", 0);
    return settled(() => begin);
  }

  async function wheel(direction) {
    const pane = document.querySelector(".leaflet-map-pane");
    let begin = performance.now();
    const watch = new MutationObserver(() => pane.classList.contains("leaflet-zoom-anim") || (begin = performance.now()));
    watch.observe(pane, { attributes: true, attributeFilter: ["class"] });
    const start = performance.now();
    let turned = 0;
    await until(() => performance.now() > start + 1100, () => {
      if (performance.now() < start + 160 * turned || turned > 5) return;
      turned += 1;
      box.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, clientX: x, clientY: y, deltaY: 120 * direction, view: window }));
    });
    const done = await settled(() => begin);
    watch.disconnect();
    return done;
  }

  return what === "drag" ? drag() : wheel(argument % 2 ? 1 : -1);
}
