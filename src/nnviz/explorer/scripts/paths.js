// The tab of paths: rules on a surface, from one start, through the same noise.

const PATHS = (() => {
  // What is seen: the state of the knobs, what came out, the part of the plane, the open card.
  const scene = { state: null, told: [], view: null, opened: 0 };
  let change,
    playing = 0,
    dragged = false;

  const focusCard = (k) =>
    $("paths-rules")
      .children[Math.min(k, scene.state.rules.length - 1)].querySelector("button")
      .focus();

  const acts = {
    open(k) {
      scene.opened = k === scene.opened ? -1 : k;
      render();
      focusCard(k);
    },
    drop(k) {
      scene.state.rules.splice(k, 1);
      scene.opened = -1;
      change();
      focusCard(k);
    },
    change: () => change(),
  };

  function render(whole = true) {
    const { state } = scene;
    scene.told = walk(state);
    if (!dragged) scene.view = viewOf(state, scene.told, scene.view);
    $("paths-message").textContent = pathsMessage(state, scene.told);
    $("paths-note").textContent = say("of the surface", DATA.surfaces[state.surface]);
    showSayings($("paths-sayings"), checkedSayings(state.rules, scene.told));
    if (whole) {
      showCards($("paths-rules"), scene, acts);
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
    } else showNumbers($("paths-rules"), scene);
    $("paths-step").max = state.steps;
    $("paths-step").value = state.step;
    $("paths-step-value").value = say("step of", { step: state.step, steps: state.steps });
    drawPathMap(scene);
    drawPathCurve(scene);
  }

  const number6 = (value) => String(Number(value.toPrecision(6)));
  const NOISES = [
    0,
    ...[-2, -1, 0, 1].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))),
    100,
  ];

  const adding = () => [
    ["", say("add")],
    ...Object.entries(DATA.rules).map(([name, rule]) =>
      RULES.has(name)
        ? [name, rule.title]
        : [name, say("no script", { rule: rule.title, package: rule.package ?? "" }), true],
    ),
  ];

  function place(point) {
    const { state, view } = scene;
    const whole = DATA.surfaces[state.surface].view;
    state.start = point.map((value, axis) => {
      const [low, high] = dragged ? view[axis] : whole[axis];
      const digits = Math.max(0, 3 - Math.ceil(Math.log10(view[axis][1] - view[axis][0])));
      return Number(Math.min(Math.max(value, low), high).toFixed(digits));
    });
    change();
  }

  function play() {
    const { state } = scene;
    if (playing) return pause();
    if (state.step >= state.steps) state.step = 0;
    if (isCalm()) {
      state.step = state.steps;
      return change();
    }
    const begun = performance.now(),
      from = state.step;
    const each = Math.max(20, Math.min(120, 6000 / state.steps));
    $("paths-play").textContent = say("pause");
    $("paths-message").setAttribute("aria-live", "off"); // it changes with every step
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
    $("paths-message").setAttribute("aria-live", "polite");
    change(false);
  }

  function go(step) {
    if (playing) pause();
    scene.state.step = Math.min(Math.max(step, 0), scene.state.steps);
    change(false);
  }

  function build(onChange) {
    change = (whole = true) => {
      const held =
        document.activeElement?.tagName === "INPUT" &&
        $("paths-rules").contains(document.activeElement);
      render(whole && !held);
      onChange();
    };
    fill(
      $("paths-surface"),
      Object.entries(DATA.surfaces).map(([name, { title }]) => [name, title]),
    );
    $("paths-surface").addEventListener("change", (event) => {
      const { state } = scene;
      scene.view = null;
      const surface = event.target.value;
      state.rules = state.rules.map((rule) => ({
        ...rule,
        rate: DATA.surfaces[surface].rates[rule.name],
      }));
      Object.assign(state, {
        surface,
        start: [...DATA.surfaces[surface].starts[0]],
        step: state.steps,
      });
      change();
    });
    $("paths-add").addEventListener("change", (event) => {
      if (!RULES.has(event.target.value)) return;
      scene.state.rules.push(ruleOn(scene.state.surface, event.target.value));
      scene.opened = scene.state.rules.length - 1;
      change();
    });
    for (const [axis, id] of [
      [0, "paths-x"],
      [1, "paths-y"],
    ]) {
      $(id).addEventListener("change", (event) => {
        const typed = [...scene.state.start];
        typed[axis] = event.target.value.trim() === "" ? NaN : Number(event.target.value);
        const found = readPoint(typed.join(), DATA.surfaces[scene.state.surface].domain);
        if (found) scene.state.start = found;
        change();
      });
    }
    $("paths-other-start").addEventListener("click", () => {
      const { starts } = DATA.surfaces[scene.state.surface];
      const now = starts.findIndex((start) => String(start) === String(scene.state.start));
      scene.state.start = [...starts[(now + 1) % starts.length]];
      change();
    });
    $("paths-noise").max = NOISES.length - 1;
    $("paths-noise").addEventListener("input", (event) => {
      scene.state.noise = NOISES[event.target.value];
      change();
    });
    $("paths-seed").addEventListener("click", () => {
      scene.state.seed = (scene.state.seed + 1) % NOISE.length;
      change();
    });
    $("paths-steps").addEventListener("input", (event) => {
      scene.state.steps = Number(event.target.value);
      scene.state.step = scene.state.steps;
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
    map.addEventListener("pointermove", (event) => {
      if (dragged) drag(event);
    });
    map.addEventListener("lostpointercapture", () => {
      dragged = false;
      change();
    });
    map.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
        event.key
      ];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const { state, view } = scene;
      const part = event.shiftKey ? 20 : 100;
      place(
        state.start.map(
          (value, axis) => value + (move[axis] * (view[axis][1] - view[axis][0])) / part,
        ),
      );
    });
  }

  const keys = {
    " ": play,
    ArrowRight: () => go(scene.state.step + 1),
    ArrowLeft: () => go(scene.state.step - 1),
    Home: () => go(0),
    End: () => go(scene.state.steps),
  };

  return {
    build,
    keys,
    show: (shown) => {
      if (playing) pause();
      Object.assign(scene, { state: shown, view: null });
      render();
    },
    draw: () => render(false),
    leave: () => playing && pause(),
  };
})();
