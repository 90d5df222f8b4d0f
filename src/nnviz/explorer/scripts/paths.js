// The tab of paths: rules on a surface, from one start, through the same noise.

const PATHS = (() => {
  let state, change, told = [], opened = 0, playing = 0, view = null, dragged = false;

  // What is seen: of the surface's view all starts, paths and minima, as `plots.trajectories`
  // chooses it. It stays while a knob moves, unless paths leave it or fill little of it.
  function lookAt() {
    const { view: whole, minima } = DATA.surfaces[state.surface];
    const points = [...told.flatMap((path) => path.points), ...minima].filter((point) => isInside(point, whole));
    points.push(state.start);
    const box = [0, 1].map((axis) => {
      const values = points.map((point) => point[axis]);
      return [Math.min(...values), Math.max(...values)];
    });
    const most = Math.max(...box.map(([low, high]) => high - low));
    const wanted = box.map(([low, high]) => {
      const half = 0.62 * Math.max(high - low, 0.35 * most || 1);
      return [(low + high) / 2 - half, (low + high) / 2 + half];
    });
    const fits = view && box.every(([low, high], k) => low >= view[k][0] && high <= view[k][1]);
    const part = view && Math.max(...wanted.map(([low, high], k) => (high - low) / (view[k][1] - view[k][0])));
    if (!dragged && !(fits && part > 0.5)) view = wanted;
  }

  function walked() {
    const surface = SURFACES.get(state.surface);
    const { domain, minimum } = DATA.surfaces[state.surface];
    told = state.rules.map((rule) => {
      const made = RULES.get(rule.name)(rule.rate, rule.settings);
      const { start, steps, noise, seed } = state;
      const path = descend({ surface, rule: made, start, steps, noise, draws: NOISE[seed], domain });
      const shown = path.points.slice(0, state.step + 1);
      const facts = measured(shown, surface);
      const left = path.diverged && path.points.length <= state.step + 1;
      return { ...path, shown, ...facts, left, height: left ? Infinity : facts.last - (minimum ?? 0) };
    });
  }

  // How a rule is drawn; of the same rule a second time, with another dash.
  function styleOf(k) {
    const { name } = state.rules[k];
    const style = look().rules[name];
    const before = state.rules.slice(0, k).filter((rule) => rule.name === name).length;
    const dashes = Object.keys(DASHES);
    const dash = dashes[(dashes.indexOf(style.dash) + before) % dashes.length];
    return { ...style, dash, hollow: before % 2 ? !style.hollow : style.hollow };
  }

  function message() {
    const { title, minimum } = DATA.surfaces[state.surface];
    const names = labels(state.rules);
    const lost = names.filter((_, k) => told[k].left);
    const kept = told.map((path, k) => ({ ...path, name: names[k] })).filter((path) => !path.left);
    kept.sort((one, other) => one.height - other.height);
    const blanks = { surface: title, steps: state.step };
    if (!state.step) return say("paths begin", { ...blanks, number: number(told[0].last) });
    if (!kept.length) return say(told.length > 1 ? "all left" : "left", { ...blanks, rule: names[0] });
    const key = [minimum === null ? "endless" : "lowest", told.length > 1 ? "of several" : "alone"];
    const best = { rule: kept[0].name, number: number(kept[0].height) };
    const found = say(key.join(" "), { ...blanks, ...best });
    return lost.length ? say("and left", { found, rules: listed(lost) }) : found;
  }

  function drawMap() {
    const canvas = $("paths-map");
    const { ink, width, height, em } = sheet(canvas);
    const { minima } = DATA.surfaces[state.surface];
    const colours = look();
    const [[x0, x1], [y0, y1]] = view;
    const frame = axes({ ink, width, height, em }, { low: x0, high: x1, label: "x" }, { low: y0, high: y1, label: "y" });
    const { box, px, py } = frame;
    const at = ([x, y]) => [px(x), py(y)];
    ink.clearRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    ink.drawImage(groundOf(state.surface, view, box.right - box.left, box.bottom - box.top), box.left, box.top, box.right - box.left, box.bottom - box.top);
    canvas.unplace = (left, top) => [
      x0 + ((left - box.left) / (box.right - box.left)) * (x1 - x0),
      y1 - ((top - box.top) / (box.bottom - box.top)) * (y1 - y0),
    ];
    inside(ink, box, () => {
      for (const minimum of minima) star(ink, at(minimum), 0.6 * em, colours.text);
      told.forEach((path, k) => {
        const { color, dash, hollow } = styleOf(k);
        const places = path.shown.map(at);
        line(ink, places, color, k === opened ? 3.4 : 2.4, DASHES[dash]);
        if (places.length <= 61) for (const place of places.slice(1)) spot(ink, place, 0.2 * em, color);
        dot(ink, places.at(-1), 0.42 * em, color, hollow);
      });
      ring(ink, at(state.start), 0.55 * em, colours.text);
    });
    canvas.setAttribute("aria-label", say("map of paths", {
      surface: DATA.surfaces[state.surface].title, message: message(), x: number(state.start[0]), y: number(state.start[1]),
    }));
  }

  function ring(ink, [x, y], radius, colour) {
    ink.beginPath();
    ink.arc(x, y, radius, 0, 2 * Math.PI);
    ink.strokeStyle = colour;
    ink.lineWidth = 2.2;
    ink.stroke();
  }

  function drawCurve() {
    const canvas = $("paths-curve");
    const page = sheet(canvas);
    const { minimum } = DATA.surfaces[state.surface];
    const whole = told.map((path) => path.points.map(([x, y]) => SURFACES.get(state.surface).value(x, y)));
    const heights = whole.map((values) => values.map((value) => value - (minimum ?? 0)));
    const seen = heights.flat().filter((height) => Number.isFinite(height) && (minimum === null || height > 0));
    const first = heights[0][0];
    const high = Math.min(Math.max(...seen), minimum === null ? Infinity : 10 * first);
    const low = minimum === null ? Math.max(Math.min(...seen), -10 * Math.abs(high) - 1) : Math.max(Math.min(...seen), 1e-12 * high);
    const y = minimum === null
      ? { low, high: high > low ? high : low + 1, label: say("value") }
      : { low: low < high ? low : high / 10, high, log: true, label: say("height") };
    const { box, px, py } = axes(page, { low: 0, high: state.steps, label: say("step") }, y);
    inside(page.ink, { left: box.left, right: page.width, top: 0, bottom: box.bottom + page.em }, () => {
      heights.forEach((height, k) => {
        const { color, dash, hollow } = styleOf(k);
        const places = height.map((value, step) => [px(step), py(y.log ? Math.max(value, y.low * 1e-3) : value)]);
        page.ink.globalAlpha = 0.28;
        line(page.ink, places, color, 2, DASHES[dash]);
        page.ink.globalAlpha = 1;
        const shown = places.slice(0, state.step + 1);
        line(page.ink, shown, color, k === opened ? 3.4 : 2.4, DASHES[dash]);
        dot(page.ink, shown.at(-1), 0.38 * page.em, color, hollow);
      });
      if (state.step < state.steps) line(page.ink, [[px(state.step), box.top], [px(state.step), box.bottom]], look().muted, 1.2, [3, 4]);
    });
    canvas.setAttribute("aria-label", say("curve of paths", {
      found: labels(state.rules).map((name, k) => `${name} ${number(told[k].height)}`).join(", "),
    }));
  }

  const rounded = (value) => Number(value.toPrecision(2));

  function knobsOf(rule) {
    const knobs = [slider({
      label: say("rate"), low: -6, high: 3, step: 0.01, value: rule.rate,
      at: Math.log10, from: (place) => rounded(10 ** place), read: (text) => within(text, ...RATE_RANGE),
      onInput: (value) => { rule.rate = value; change(); },
    })];
    for (const [key, [low, high]] of Object.entries(DATA.knobs)) {
      if (!Object.hasOwn(rule.settings, key)) continue;
      const own = [rule.settings[key]].flat();
      own.forEach((one, k) => knobs.push(slider({
        label: own.length > 1 ? `${say(key)}${"₁₂"[k]}` : say(key), low, high, step: 0.001, value: one,
        read: (text) => within(text, low, high),
        onInput: (value) => {
          own[k] = value;
          rule.settings[key] = own.length > 1 ? [...own] : value;
          change();
        },
      })));
    }
    return knobs;
  }

  function sample(k) {
    const canvas = make("canvas", { className: "sample", ariaHidden: "true" });
    requestAnimationFrame(() => {
      const { ink, width, height } = sheet(canvas);
      const { color, dash, hollow } = styleOf(k);
      line(ink, [[2, height / 2], [width - 2, height / 2]], color, 3, DASHES[dash]);
      dot(ink, [width / 2, height / 2], height * 0.3, color, hollow);
    });
    return canvas;
  }

  function cards() {
    const names = labels(state.rules);
    $("paths-rules").replaceChildren(...state.rules.map((rule, k) => {
      const open = make("button", { type: "button", className: "open", ariaExpanded: String(k === opened) },
        sample(k), make("span", { className: "name" }, names[k]),
        make("span", { className: "number" }, told[k].left ? say("gone") : number(told[k].height)));
      open.addEventListener("click", () => { opened = k === opened ? -1 : k; render(); focusCard(k); });
      const drop = make("button", { type: "button", className: "drop", ariaLabel: say("remove", { rule: names[k] }), disabled: state.rules.length === 1 }, "×");
      drop.addEventListener("click", () => { state.rules.splice(k, 1); opened = -1; change(); focusCard(0); });
      return make("li", { className: k === opened ? "card opened" : "card" },
        make("div", { className: "row" }, open, drop),
        ...(k === opened ? knobsOf(rule).map(({ root }) => root) : []));
    }));
  }

  const focusCard = (k) => $("paths-rules").children[Math.min(k, state.rules.length - 1)]?.querySelector("button").focus();

  // While a slider is held, only what does not hold it is made anew.
  function numbers() {
    const names = labels(state.rules);
    state.rules.forEach((_, k) => {
      const card = $("paths-rules").children[k];
      card.querySelector(".name").textContent = names[k];
      card.querySelector(".number").textContent = told[k].left ? say("gone") : number(told[k].height);
    });
  }

  function render(whole = true) {
    walked();
    lookAt();
    $("paths-message").textContent = message();
    $("paths-note").textContent = say("of the surface", { formula: DATA.surfaces[state.surface].formula, note: DATA.surfaces[state.surface].note });
    showSayings($("paths-sayings"), checkedSayings(state.rules, told));
    if (whole) {
      cards();
      $("paths-surface").value = state.surface;
      $("paths-x").value = number6(state.start[0]);
      $("paths-y").value = number6(state.start[1]);
      $("paths-steps").value = state.steps;
      $("paths-steps-value").value = state.steps;
      const noise = NOISES.findLastIndex((one) => one <= state.noise);
      $("paths-noise").value = noise;
      $("paths-noise-value").value = String(state.noise);
      $("paths-seed").disabled = !state.noise;
      $("paths-seed").textContent = say("other noise", { seed: state.seed });
      fill($("paths-add"), adding(), "");
      $("paths-add").disabled = state.rules.length >= DATA.most;
    } else numbers();
    $("paths-step").max = state.steps;
    $("paths-step").value = state.step;
    $("paths-step-value").value = say("step of", { step: state.step, steps: state.steps });
    drawMap();
    drawCurve();
  }

  const number6 = (value) => String(Number(value.toPrecision(6)));
  const NOISES = [0, ...[-2, -1, 0, 1].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))), 100];

  const adding = () => [
    ["", say("add")],
    ...Object.entries(DATA.rules).map(([name, rule]) =>
      RULES.has(name) ? [name, rule.title] : [name, say("no script", { rule: rule.title, package: rule.package ?? "" }), true]),
  ];

  function place(point) {
    const whole = DATA.surfaces[state.surface].view;
    state.start = point.map((value, axis) => {
      const [low, high] = dragged ? view[axis] : whole[axis];
      const digits = Math.max(0, 3 - Math.ceil(Math.log10(view[axis][1] - view[axis][0])));
      return Number(Math.min(Math.max(value, low), high).toFixed(digits));
    });
    change();
  }

  function play() {
    if (playing) return pause();
    if (state.step >= state.steps) state.step = 0;
    if (isCalm()) { state.step = state.steps; return change(); }
    const begun = performance.now(), from = state.step;
    const each = Math.max(20, Math.min(120, 6000 / state.steps));
    $("paths-play").textContent = say("pause");
    const tick = (now) => {
      state.step = Math.min(state.steps, from + Math.floor((now - begun) / each));
      render(false);
      if (state.step < state.steps) playing = requestAnimationFrame(tick);
      else pause();
    };
    playing = requestAnimationFrame(tick);
  }

  function pause() {
    cancelAnimationFrame(playing);
    playing = 0;
    $("paths-play").textContent = say("play");
    change(false);
  }

  function go(step) {
    if (playing) pause();
    state.step = Math.min(Math.max(step, 0), state.steps);
    change(false);
  }

  function build(onChange) {
    change = (whole = true) => {
      const held = document.activeElement?.tagName === "INPUT" && $("paths-rules").contains(document.activeElement);
      render(whole && !held);
      onChange();
    };
    fill($("paths-surface"), Object.entries(DATA.surfaces).map(([name, { title }]) => [name, title]));
    $("paths-surface").addEventListener("change", (event) => {
      view = null;
      const surface = event.target.value;
      state.rules = state.rules.map((rule) => ({ ...rule, rate: DATA.surfaces[surface].rates[rule.name] }));
      Object.assign(state, { surface, start: [...DATA.surfaces[surface].starts[0]], step: state.steps });
      change();
    });
    $("paths-add").addEventListener("change", (event) => {
      if (!RULES.has(event.target.value)) return;
      state.rules.push(ruleOn(state.surface, event.target.value));
      opened = state.rules.length - 1;
      change();
    });
    for (const [axis, id] of [[0, "paths-x"], [1, "paths-y"]]) {
      $(id).addEventListener("change", (event) => {
        const typed = [...state.start];
        typed[axis] = event.target.value.trim() === "" ? NaN : Number(event.target.value);
        const found = readPoint(typed.join(), DATA.surfaces[state.surface].domain);
        if (found) state.start = found;
        change();
      });
    }
    $("paths-other-start").addEventListener("click", () => {
      const { starts } = DATA.surfaces[state.surface];
      const now = starts.findIndex((start) => String(start) === String(state.start));
      state.start = [...starts[(now + 1) % starts.length]];
      change();
    });
    $("paths-noise").max = NOISES.length - 1;
    $("paths-noise").addEventListener("input", (event) => { state.noise = NOISES[event.target.value]; change(); });
    $("paths-seed").addEventListener("click", () => { state.seed = (state.seed + 1) % NOISE.length; change(); });
    $("paths-steps").addEventListener("input", (event) => {
      state.steps = Number(event.target.value);
      state.step = state.steps;
      change();
    });
    $("paths-step").addEventListener("input", (event) => go(Number(event.target.value)));
    $("paths-play").addEventListener("click", play);
    $("paths-rewind").addEventListener("click", () => go(0));
    const map = $("paths-map");
    const drag = (event) => {
      const { left, top } = map.getBoundingClientRect();
      place(map.unplace(event.clientX - left, event.clientY - top));
    };
    map.addEventListener("pointerdown", (event) => {
      map.setPointerCapture(event.pointerId);
      dragged = true;
      drag(event);
    });
    map.addEventListener("pointermove", (event) => { if (dragged) drag(event); });
    map.addEventListener("lostpointercapture", () => { dragged = false; change(); });
    map.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      place(state.start.map((value, axis) => value + (move[axis] * (view[axis][1] - view[axis][0])) / (event.shiftKey ? 20 : 100)));
    });
  }

  const keys = {
    " ": play,
    ArrowRight: () => go(state.step + 1),
    ArrowLeft: () => go(state.step - 1),
    Home: () => go(0),
    End: () => go(state.steps),
  };

  return { build, keys, show: (shown) => { if (playing) pause(); state = shown; view = null; render(); }, draw: () => render(false), leave: () => playing && pause() };
})();
