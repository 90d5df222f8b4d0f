"use strict";
(() => {
  const root = document.documentElement;
  const slides = [...document.querySelectorAll("section")];
  const bar = document.querySelector(".bar");
  const words = bar.dataset;
  const status = bar.querySelector("[role=status]");
  const started = Date.now();
  let current = 0;
  let speaker = null;

  const numbered = (n) => words.slide.replace("{number}", n + 1).replace("{total}", slides.length);

  function go(wanted) {
    current = Math.max(0, Math.min(slides.length - 1, wanted));
    slides.forEach((slide, n) => {
      slide.classList.toggle("current", n === current);
      slide.inert = n !== current && !root.classList.contains("all");
    });
    bar.querySelector("output").textContent = numbered(current);
    if (location.hash !== `#${current + 1}`) location.replace(`#${current + 1}`);
    tell();
  }

  function overview(shown = !root.classList.contains("all")) {
    root.classList.toggle("all", shown);
    go(current);
    if (shown) slides[current].scrollIntoView({ block: "center" });
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (root.requestFullscreen) root.requestFullscreen().catch(() => {});
  }

  const made = (home, tag, inside = [], kind = "") => {
    const element = home.createElement(tag);
    element.append(...inside);
    if (kind) element.className = kind;
    return element;
  };

  function openSpeaker() {
    speaker = window.open("", "", "popup,width=1100,height=760");
    status.textContent = speaker ? "" : words.blocked;
    if (!speaker) return;
    const home = speaker.document;
    for (const style of document.querySelectorAll("style")) home.head.append(home.importNode(style, true));
    home.documentElement.className = "speaker";
    home.title = document.title;
    speaker.addEventListener("keydown", onKey);
    tell();
  }

  function tell() {
    if (!speaker || speaker.closed) return;
    const home = speaker.document;
    const picture = (n) => slides[n] ? [home.importNode(slides[n].querySelector("img"), true)] : [words.end];
    const figure = (n, caption) => made(home, "figure", [...picture(n), made(home, "figcaption", [caption])]);
    const clock = made(home, "span", [], "clock");
    home.body.replaceChildren(
      made(home, "header", [made(home, "strong", [numbered(current)]), clock]),
      figure(current, ""),
      figure(current + 1, words.upcoming),
      home.importNode(slides[current].querySelector(".notes"), true),
    );
    tick();
  }

  function tick() {
    const clock = speaker && !speaker.closed && speaker.document.querySelector(".clock");
    if (!clock) return;
    const seconds = Math.floor((Date.now() - started) / 1000);
    const two = (n) => String(n).padStart(2, "0");
    clock.textContent = `${new Date().toLocaleTimeString()} · ${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }

  const actions = {
    next: () => go(current + 1),
    previous: () => go(current - 1),
    first: () => go(0),
    last: () => go(slides.length - 1),
    all: () => overview(),
    leave: () => overview(false),
    notes: () => root.classList.toggle("noted"),
    speaker: openSpeaker,
    full: fullScreen,
    blank: () => root.classList.toggle("blank"),
  };
  const keys = {
    ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", Enter: "next",
    ArrowLeft: "previous", ArrowUp: "previous", PageUp: "previous", Backspace: "previous",
    Home: "first", End: "last", Escape: "leave", o: "all", n: "notes", s: "speaker", f: "full", b: "blank", ".": "blank",
  };

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target.tagName === "BUTTON" && (event.key === " " || event.key === "Enter");
    const name = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!name || onButton) return;
    event.preventDefault();
    if (root.classList.contains("all") && event.key === "Enter") overview(false);
    else actions[name]();
  }

  let touched = null;
  const main = document.querySelector("main");
  main.addEventListener("touchstart", (event) => {
    touched = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  main.addEventListener("touchend", (event) => {
    if (!touched || root.classList.contains("all")) return;
    const dx = event.changedTouches[0].clientX - touched.clientX;
    const dy = event.changedTouches[0].clientY - touched.clientY;
    touched = null;
    if (Math.abs(dx) > 40 && Math.abs(dx) > 1.5 * Math.abs(dy)) go(current + (dx < 0 ? 1 : -1));
  });
  main.addEventListener("click", (event) => {
    if (root.classList.contains("all")) {
      const chosen = slides.indexOf(event.target.closest("section"));
      if (chosen < 0) return;
      current = chosen;
      overview(false);
    } else if (event.target.tagName === "IMG") {
      go(current + (event.clientX < window.innerWidth / 3 ? -1 : 1));
    }
  });
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) actions[button.name]();
  });
  const fromAddress = () => go((Number.parseInt(location.hash.slice(1), 10) || current + 1) - 1);
  window.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", fromAddress);
  document.addEventListener("fullscreenchange", () => root.classList.toggle("full", Boolean(document.fullscreenElement)));
  setInterval(tick, 1000);
  root.classList.add("plays");
  fromAddress();
})();
