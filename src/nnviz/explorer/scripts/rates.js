// The tab of learning rate and momentum: a map of where paths end.

const RATES = (() => {
  let state,
    change,
    kept = { key: "" };

  // The map, worked out again only for another surface, rule or number of updates.
  function worked() {
    const key = [state.surface, state.rule, state.steps].join();
    if (kept.key !== key) {
      const heights = heightsOf(state);
      kept = { key, heights, ...foundOn(state, heights) };
    }
    return kept;
  }

  // The pair that is chosen: that of the address, or the one that ends lowest.
  function chosen() {
    const { best } = worked();
    const rate = state.rate ?? best?.rate ?? mapRates(state.surface)[0];
    const momentum = state.momentum ?? best?.momentum ?? 0;
    return {
      rate,
      momentum,
      height: endOf(state.surface, state.rule, rate, momentum, state.steps),
    };
  }

  const pairWords = ({ rate, momentum }) => ({ rate: number(rate), momentum: number(momentum, 2) });

  function message() {
    const { best } = worked();
    if (!best) return say("map none");
    return say("map best", {
      rule: DATA.rules[state.rule].title,
      ...pairWords(best),
      number: number(best.height),
      steps: state.steps,
    });
  }

  function sayings() {
    const { best, judged, agree, predicted } = worked();
    const list = [];
    const put = (key, holds, blanks) =>
      list.push({ holds, said: say(key), words: say(`${key} ${holds ? "yes" : "no"}`, blanks) });
    if (best) put("more momentum", best.momentum === MAP.momenta.at(-1), pairWords(best));
    if (judged) {
      const formula = state.rule === "nesterov" ? "2(1 + β)/((1 + 2β)λ)" : "2(1 + β)/λ";
      put("stable", agree >= 0.99 * judged, { part: ((100 * agree) / judged).toFixed(1), formula });
    }
    if (predicted && best) {
      const near =
        Math.abs(best.rate / predicted.rate - 1) <= 0.1 &&
        Math.abs(best.momentum - predicted.momentum) <= 0.1;
      put("predicted", near, pairWords(predicted));
    }
    return list;
  }

  // Colours by the logarithm of the height: what is lowest stands out most.
  function picture(ink) {
    const { heights, first, best } = worked();
    const colours = look().map;
    const low = Math.log10(Math.max(best?.height ?? first, 1e-16 * first)),
      high = Math.log10(first);
    const image = make("canvas", { width: MAP.rates, height: MAP.momenta.length });
    const pixels = image.getContext("2d");
    heights.forEach((row, k) =>
      row.forEach((height, column) => {
        if (!(height <= first)) return;
        const part = (high - Math.log10(Math.max(height, 10 ** low))) / (high - low || 1);
        pixels.fillStyle = colours[Math.min(Math.floor(part * colours.length), colours.length - 1)];
        pixels.fillRect(column, MAP.momenta.length - 1 - k, 1, 1);
      }),
    );
    ink.imageSmoothingEnabled = false;
    return { image, low: 10 ** low, high: first };
  }

  function draw() {
    const canvas = $("rates-map");
    const page = sheet(canvas);
    const { ink, em } = page;
    const colours = look();
    const rates = mapRates(state.surface);
    const half = Math.sqrt(rates[1] / rates[0]);
    const x = { low: rates[0] / half, high: rates.at(-1) * half, log: true, label: say("rate") };
    const y = { low: -0.01, high: MAP.momenta.at(-1) + 0.01, label: say("momentum") };
    const { box, px, py } = axes(page, x, y);
    stripes(ink, box, colours.muted);
    const { image, ...ends } = picture(ink);
    ink.drawImage(image, box.left, box.top, box.right - box.left, box.bottom - box.top);
    bar(page, ends, ink.measureText(say("momentum")).width);
    const { curvature } = DATA.surfaces[state.surface];
    const { best, predicted } = worked();
    inside(ink, box, () => {
      if (curvature) {
        const limit = MAP.momenta.map((momentum) => [
          px(limitOf(state.rule, curvature, momentum)),
          py(momentum),
        ]);
        line(ink, limit, colours.ground, 5);
        line(ink, limit, colours.colours[2], 2.5);
      }
      if (predicted)
        star(ink, [px(predicted.rate), py(predicted.momentum)], 0.75 * em, colours.colours[2]);
      if (best) dot(ink, [px(best.rate), py(best.momentum)], 0.42 * em, colours.text);
      const { rate, momentum } = chosen();
      for (const [colour, wide] of [
        [colours.ground, 5],
        [colours.text, 2.2],
      ]) {
        ink.beginPath();
        ink.arc(px(rate), py(momentum), 0.75 * em, 0, 2 * Math.PI);
        ink.strokeStyle = colour;
        ink.lineWidth = wide;
        ink.stroke();
      }
    });
    canvas.pairAt = (left, top) => ({
      rate: x.low * (x.high / x.low) ** ((left - box.left) / (box.right - box.left)),
      momentum: y.high - ((top - box.top) / (box.bottom - box.top)) * (y.high - y.low),
    });
    const pair = chosen();
    canvas.setAttribute(
      "aria-label",
      say("map of rates", { message: message(), ...pairWords(pair), number: number(pair.height) }),
    );
  }

  function render() {
    const { title, formula, note } = DATA.surfaces[state.surface];
    $("rates-message").textContent = message(title);
    showSayings($("rates-sayings"), sayings());
    $("rates-note").textContent = say("of the surface", { formula, note });
    $("rates-surface").value = state.surface;
    $("rates-rule").value = state.rule;
    $("rates-steps").value = state.steps;
    $("rates-steps-value").value = state.steps;
    const pair = chosen();
    $("rates-rate").textContent = number(pair.rate);
    $("rates-momentum").textContent = number(pair.momentum, 2);
    $("rates-height").textContent = Number.isFinite(pair.height)
      ? number(pair.height)
      : say("gone");
    draw();
  }

  // The cell of the map that is nearest to a pair.
  function pick({ rate, momentum }) {
    const rates = mapRates(state.surface);
    const nearest = (values, value) =>
      values.reduce((a, b) => (Math.abs(b - value) < Math.abs(a - value) ? b : a));
    state.rate = 10 ** nearest(rates.map(Math.log10), Math.log10(rate));
    state.rate = Number(state.rate.toPrecision(4));
    state.momentum = nearest(MAP.momenta, momentum);
    change();
  }

  function build(onChange) {
    change = () => {
      render();
      onChange();
    };
    const known = Object.entries(DATA.surfaces).filter(([, { minima }]) => minima.length);
    fill(
      $("rates-surface"),
      known.map(([name, { title }]) => [name, title]),
    );
    fill(
      $("rates-rule"),
      ["momentum", "nesterov"].map((name) => [name, DATA.rules[name].title]),
    );
    for (const key of ["surface", "rule"]) {
      $(`rates-${key}`).addEventListener("change", (event) => {
        Object.assign(state, { [key]: event.target.value, rate: null, momentum: null });
        change();
      });
    }
    $("rates-steps").addEventListener("input", (event) => {
      state.steps = Number(event.target.value);
      change();
    });
    $("rates-best").addEventListener("click", () => {
      Object.assign(state, { rate: null, momentum: null });
      change();
    });
    $("rates-path").addEventListener("click", () => {
      const { rate, momentum } = chosen();
      const rule = ruleOn(state.surface, state.rule);
      Object.assign(rule, { rate, settings: { ...rule.settings, momentum } });
      openPaths({ surface: state.surface, rules: [rule], steps: state.steps });
    });
    const map = $("rates-map");
    const at = (event) => {
      const { left, top } = map.getBoundingClientRect();
      pick(map.pairAt(event.clientX - left, event.clientY - top));
    };
    map.addEventListener("pointerdown", (event) => {
      map.setPointerCapture(event.pointerId);
      at(event);
    });
    map.addEventListener("pointermove", (event) => {
      if (map.hasPointerCapture(event.pointerId)) at(event);
    });
    map.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[
        event.key
      ];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const { rate, momentum } = chosen();
      const [first, second] = mapRates(state.surface);
      const far = event.shiftKey ? 5 : 1;
      pick({
        rate: rate * (second / first) ** (move[0] * far),
        momentum: momentum + 0.02 * move[1] * far,
      });
    });
  }

  return {
    build,
    keys: {},
    show: (shown) => {
      state = shown;
      render();
    },
    draw,
  };
})();
