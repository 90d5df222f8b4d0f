"use strict";
// The picture in the page is the last frame. Each frame holds what is other than in the one
// before; the first, what is other than in the last. Any of them is a few small pictures away.
const { rate, frames, play, pause } = JSON.parse(document.getElementById("reel").textContent);
const [picture, canvas, button, slider, output] = ["img", "canvas", "button", "input", "output"].map(
  (name) => document.querySelector(name),
);
const pen = canvas.getContext("2d");
const last = frames.length - 1;
const ends = [];
for (const { times } of frames) ends.push((ends.at(-1) ?? 0) + (1000 * times) / rate);

let shown = -1;
let started = null; // when the first frame would have been shown, while it plays

function draw(frame) {
  if (frame < shown || shown < 0) {
    pen.drawImage(picture, 0, 0);
    shown = -1;
  }
  while (shown < frame) {
    const { patch, x, y } = frames[++shown];
    if (patch) pen.drawImage(patch, x, y);
  }
}

function show(frame) {
  draw(Math.max(0, Math.min(last, frame)));
  slider.value = shown;
  output.value = frames[shown].words;
  slider.setAttribute("aria-valuetext", frames[shown].words);
}

function stop() {
  started = null;
  button.setAttribute("aria-label", play);
  button.classList.remove("playing");
}

function start() {
  if (shown === last) show(0);
  started = performance.now() - (shown > 0 ? ends[shown - 1] : 0);
  button.setAttribute("aria-label", pause);
  button.classList.add("playing");
  requestAnimationFrame(go);
}

function go(now) {
  if (started === null) return;
  const next = ends.findIndex((end) => end > now - started);
  const frame = next < 0 ? last : next;
  if (frame !== shown) show(frame);
  if (next < 0) stop();
  else requestAnimationFrame(go);
}

const toggle = () => (started === null ? start() : stop());

function seek(frame) {
  stop();
  show(frame);
}

function listen() {
  button.addEventListener("click", toggle);
  slider.addEventListener("input", () => seek(slider.valueAsNumber));
  const keys = {
    " ": toggle,
    ArrowLeft: () => seek(shown - 1),
    ArrowRight: () => seek(shown + 1),
    Home: () => seek(0),
    End: () => seek(last),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    if (event.key === " " && event.target === button) return; // a click by itself
    event.preventDefault();
    keys[event.key]();
  });
  let from = null;
  canvas.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, frame: shown, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const way = event.clientX - from.x;
    from.moved ||= Math.abs(way) > 5;
    if (from.moved) seek(from.frame + Math.round((last * way) / canvas.clientWidth));
  });
  canvas.addEventListener("pointerup", () => {
    if (from !== null && !from.moved) toggle();
    from = null;
  });
  canvas.addEventListener("pointercancel", () => (from = null));
}

async function begin() {
  await Promise.all(
    [picture, ...frames.map(load)].map((image) => image?.decode()),
  );
  canvas.hidden = false;
  document.querySelector("form").hidden = false;
  slider.max = last;
  listen();
  show(0);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) show(last);
  else start();
}

function load(frame) {
  if (!frame.source) return null;
  frame.patch = new Image();
  frame.patch.src = frame.source;
  return frame.patch;
}

begin();
