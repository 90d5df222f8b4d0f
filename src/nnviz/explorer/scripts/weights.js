// The tab of initial weights: what untrained layers make of normal input, and of a gradient.

const WEIGHTS = (() => {
  const ROOM = 3; // the same left of both pictures, so that their layers stand one above the other
  let state, change, gain;

  function titles() {
    const scheme = DATA.initializers[state.scheme].title;
    return {
      scheme:
        state.gain === 1 ? scheme : say("scheme and gain", { scheme, gain: number(state.gain) }),
      activation: DATA.activations[state.activation].title,
      depth: state.depth,
    };
  }

  function message(layers) {
    const [first, last] = [layers[0], layers.at(-1)];
    const blanks = {
      ...titles(),
      part: percent(last.spread / first.spread),
      times: number(last.spread / first.spread),
    };
    const broken = layers.findIndex((layer) => !Number.isFinite(layer.spread));
    if (broken >= 0) return say("weights overflow", { ...blanks, layer: broken + 1 });
    if (last.alike) return say("weights same", blanks);
    if (last.saturated > 0.3)
      return say("weights saturate", { ...blanks, part: percent(last.saturated) });
    if (layers.length === 1) return say("weights one", { ...blanks, number: number(first.spread) });
    const ratio = last.spread / first.spread;
    const key = ratio > 2 ? "weights grow" : ratio < 0.5 ? "weights shrink" : "weights keep";
    return say(key, {
      ...blanks,
      part: ratio < 0.01 ? say("per cent", { number: number(100 * ratio, 2) }) : blanks.part,
    });
  }

  // A signal is kept where it changes by less than a factor of two.
  const kept = (ratio) => ratio > 0.5 && ratio < 2;
  const share = (part) =>
    part >= 0.01 && part < 100 ? percent(part) : say("per cent", { number: number(100 * part, 2) });

  function sayings(layers) {
    const [first, last] = [layers[0], layers.at(-1)];
    if (layers.length < 2 || !(first.spread > 0) || !Number.isFinite(last.spread)) return [];
    const told = [
      ["keeps", kept(last.spread / first.spread), share(last.spread / first.spread)],
      ["passes", kept(first.gradient), share(first.gradient)],
      ["lives", last.dead === 0, share(last.dead)],
    ];
    if (state.activation !== "relu") told.pop();
    return told
      .filter((one) => !one[2].includes("nan"))
      .map(([key, holds, part]) => ({
        holds,
        said: say(key),
        words: say(`${key} ${holds ? "yes" : "no"}`, { depth: state.depth, part }),
      }));
  }

  function drawHistograms(layers, said) {
    const canvas = $("weights-histograms");
    const page = sheet(canvas);
    const [low, high] = rangeOf(layers, ACTIVATIONS.get(state.activation).range);
    const margin = 0.03 * (high - low);
    const x = { low: 0.5, high: state.depth + 0.5, label: "", ticks: layers.map((_, k) => k + 1) };
    const { box, px, py } = axes(page, x, {
      low: low - margin,
      high: high + margin,
      label: say("activations"),
      room: ROOM,
    });
    const { ink, em } = page;
    const colours = look();
    // To the right of the longest bars is room for the share of one that is cut off.
    const wide = px(2) - px(1),
      words = 2.4 * em;
    const room = wide > 2 * words ? wide - words - 0.8 * em : 0.86 * wide;
    ink.textAlign = "left";
    ink.textBaseline = "middle";
    layers.forEach(({ rows }, k) => {
      const parts = histogram(rows, [low, high]);
      const [tallest, second] = Array.from(parts).sort((a, b) => b - a);
      // One bin that would flatten all others is cut off, and its share is written.
      const most = tallest > 2.5 * second && second > 0 ? 1.25 * second : tallest || 1;
      const left = px(k + 0.55);
      parts.forEach((part, bin) => {
        const [from, to] = [bin, bin + 1].map((edge) => py(low + (edge / BINS) * (high - low)));
        const long = (Math.min(part, most) / most) * room;
        ink.fillStyle = colours.colours[0];
        if (long) ink.fillRect(left, to, Math.max(long, 1), Math.max(from - to - 0.6, 0.8));
        if (wide <= 2 * words || !(part > most || part > 0.6)) return;
        ink.fillStyle = colours.text;
        ink.fillText(percent(part), left + long + 0.3 * em, (from + to) / 2);
      });
      line(
        ink,
        [
          [left, box.top],
          [left, box.bottom],
        ],
        colours.grid,
        1,
      );
    });
    canvas.setAttribute(
      "aria-label",
      say("histograms of weights", { depth: state.depth, message: said }),
    );
  }

  function drawLines(layers) {
    const canvas = $("weights-lines");
    const page = sheet(canvas);
    const series = ["spread", "gradient"].map((name) => layers.map((layer) => layer[name]));
    const seen = series.flat().filter((value) => value > 0 && Number.isFinite(value));
    const [low, high] = [Math.min(0.3, ...seen) / 1.3, Math.max(3, ...seen) * 1.3];
    const x = {
      low: 0.5,
      high: state.depth + 0.5,
      label: say("layer"),
      ticks: layers.map((_, k) => k + 1),
    };
    const { px, py, box } = axes(page, x, { low, high, log: true, label: "", room: ROOM });
    const { ink, em } = page;
    const colours = look();
    line(
      ink,
      [
        [box.left, py(1)],
        [box.right, py(1)],
      ],
      colours.muted,
      1,
      [3, 4],
    );
    ink.textBaseline = "top";
    ink.textAlign = "left";
    let left = 0;
    series.forEach((values, k) => {
      const colour = colours.colours[k];
      const places = values
        .map((value, layer) => [px(layer + 1), py(value)])
        .filter((place) => Number.isFinite(place[1]));
      line(ink, places, colour, 2.4, k ? DASHES["--"] : []);
      for (const place of places) dot(ink, place, 0.32 * em, colour, k === 1);
      const words = say(["spread", "slope"][k]);
      ink.font = type(0.88, 600);
      ink.fillStyle = colours.readable[k];
      const narrow = page.width < 34 * em;
      ink.fillText(narrow ? say(["spread line", "slope line"][k]) : words, left, 0.1 * em);
      left +=
        ink.measureText(narrow ? say(["spread line", "slope line"][k]) : words).width + 2 * em;
    });
    canvas.setAttribute(
      "aria-label",
      say("lines of weights", {
        spreads: series[0].map((value) => number(value)).join(", "),
        slopes: series[1].map((value) => number(value)).join(", "),
      }),
    );
  }

  function render(whole = true) {
    const layers = sendThrough(state);
    const said = message(layers);
    $("weights-message").textContent = said;
    showSayings($("weights-sayings"), sayings(layers));
    const { schemes, width } = DATA.weights;
    const std = state.gain * schemes[state.scheme].scale;
    $("weights-variance").textContent = say("of the variance", {
      std: number(std),
      times: number(std * Math.sqrt(width)),
      width,
    });
    if (whole) {
      $("weights-scheme").value = state.scheme;
      $("weights-activation").value = state.activation;
      gain.show(state.gain);
    }
    $("weights-depth").value = state.depth;
    $("weights-depth-value").value = state.depth;
    drawHistograms(layers, said);
    drawLines(layers);
  }

  function build(onChange) {
    change = (whole = true) => {
      render(whole);
      onChange();
    };
    for (const [id, key, told] of [
      ["weights-scheme", "scheme", DATA.initializers],
      ["weights-activation", "activation", DATA.activations],
    ]) {
      fill(
        $(id),
        Object.entries(told).map(([name, { title }]) => [name, title]),
      );
      $(id).addEventListener("change", (event) => {
        state[key] = event.target.value;
        change();
      });
    }
    gain = slider({
      label: say("gain"),
      low: -2,
      high: 2,
      step: 0.01,
      value: 1,
      at: Math.log10,
      from: (place) => Number((10 ** place).toPrecision(2)),
      read: (text) => within(text, ...GAIN_RANGE),
      onInput: (value) => {
        state.gain = value;
        change(false);
      },
    });
    $("weights-gain").append(gain.root);
    $("weights-depth").addEventListener("input", (event) => {
      state.depth = Number(event.target.value);
      change();
    });
    $("weights-rewind").addEventListener("click", () => {
      state.gain = 1;
      change();
    });
  }

  const deeper = (by) => () => {
    state.depth = Math.min(Math.max(state.depth + by, 1), DATA.weights.depth);
    change();
  };

  return {
    build,
    keys: {
      ArrowRight: deeper(1),
      ArrowLeft: deeper(-1),
      Home: () => {
        state.gain = 1;
        change();
      },
    },
    show: (shown) => {
      state = shown;
      render();
    },
    draw: () => render(false),
  };
})();
