// The tab of weight decay and dropout: networks that were trained before the page was made.

const REGULARIZERS = (() => {
  let state, change;
  const told = DATA.regularizers;

  const cell = (decay = state.decay, dropout = state.dropout) => told.cells[decay][dropout];
  const atEnd = ({ curves }, split) => curves[split].mean.at(-1);

  function band(page, px, py, epochs, { mean, min, max }, colour, dash) {
    const { ink, em } = page;
    const up = epochs.map((epoch, k) => [px(epoch), py(max[k])]);
    const down = epochs.map((epoch, k) => [px(epoch), py(min[k])]).reverse();
    ink.beginPath();
    for (const place of [...up, ...down]) ink.lineTo(...place);
    ink.globalAlpha = 0.2;
    ink.fillStyle = colour;
    ink.fill();
    ink.globalAlpha = 1;
    const places = epochs.map((epoch, k) => [px(epoch), py(mean[k])]);
    line(ink, places, colour, 2.8, dash);
    dot(ink, places.at(-1), 0.36 * em, colour);
  }

  function draw() {
    const canvas = $("regularizers-curve");
    const page = sheet(canvas);
    const { epochs, curves } = cell();
    const x = { low: 0, high: epochs.at(-1), label: say("epoch") };
    const { px, py } = axes(page, x, { low: 0, high: 1, label: say("accuracy"), write: percent });
    const colours = look();
    const shown = [
      { key: "train", curve: curves.train, colour: colours.colours[1], dash: DASHES["--"] },
      { key: "test", curve: curves.test, colour: colours.colours[0], dash: [] },
    ];
    const plain = cell(0, 0);
    if (state.decay || state.dropout) {
      const { mean } = plain.curves.test;
      const places = plain.epochs.map((epoch, k) => [px(epoch), py(mean[k])]);
      const style = { colour: colours.muted, dash: DASHES[":"] };
      line(page.ink, places, style.colour, 2, style.dash);
      shown.push({ key: "without", ...style });
    }
    for (const { curve, colour, dash } of shown) {
      if (curve) band(page, px, py, epochs, curve, colour, dash);
    }
    const left = page.ink.measureText(say("accuracy")).width + 1.5 * page.em;
    const entries = shown.map((one) => ({
      ...one,
      words: say(one.key),
      short: say(`${one.key} short`),
    }));
    legend(page, left, entries);
    canvas.setAttribute(
      "aria-label",
      say("curve of regularizers", {
        train: percent(atEnd(cell(), "train")),
        test: percent(atEnd(cell(), "test")),
        plain: percent(atEnd(plain, "test")),
      }),
    );
  }

  // Test accuracy at the end of all pairs: buttons, of which the pressed one is seen.
  function table() {
    const ends = told.cells.map((row) => row.map((one) => atEnd(one, "test")));
    const [low, high] = [Math.min(...ends.flat()), Math.max(...ends.flat())];
    const head = make(
      "tr",
      {},
      make("th", { scope: "col" }, ""),
      ...told.dropouts.map((one) => make("th", { scope: "col" }, String(one))),
    );
    const rows = ends.map((row, decay) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, String(told.weight_decays[decay])),
        ...row.map((value, dropout) => {
          const button = make(
            "button",
            {
              type: "button",
              ariaPressed: String(decay === state.decay && dropout === state.dropout),
            },
            `${(100 * value).toFixed(1)}`,
          );
          button.setAttribute(
            "aria-label",
            `${say("weight_decay")} ${told.weight_decays[decay]}, ${say("dropout")} ${told.dropouts[dropout]}: ${percent(value)}`,
          );
          button.style.background = mixed(
            look().ground,
            look().colours[0],
            0.05 + 0.45 * ((value - low) / (high - low || 1)),
          );
          button.addEventListener("click", () => {
            Object.assign(state, { decay, dropout });
            change();
            $("regularizers-table").querySelector("[aria-pressed=true]").focus();
          });
          return make("td", {}, button);
        }),
      ),
    );
    $("regularizers-table").replaceChildren(make("caption", {}, say("table lead")), head, ...rows);
  }

  function render() {
    const [title, ...others] = cell().claims;
    $("regularizers-message").textContent = title.statement;
    const marks = { holds: "✓", otherwise: "✗", "no difference": "=", "not assessed": "–" };
    $("regularizers-sayings").replaceChildren(
      ...others.map(({ verdict, statement }) => make("li", {}, `${marks[verdict]} ${statement}`)),
    );
    for (const [key, values] of [
      ["decay", told.weight_decays],
      ["dropout", told.dropouts],
    ]) {
      $(`regularizers-${key}`).value = state[key];
      $(`regularizers-${key}`).setAttribute("aria-valuetext", values[state[key]]);
      $(`regularizers-${key}-value`).value = values[state[key]];
    }
    table();
    draw();
  }

  function build(onChange) {
    change = () => {
      render();
      onChange();
    };
    for (const key of ["decay", "dropout"]) {
      $(`regularizers-${key}`).addEventListener("input", (event) => {
        state[key] = Number(event.target.value);
        change();
      });
    }
  }

  const move = (key, by, most) => () => {
    state[key] = Math.min(Math.max(state[key] + by, 0), most);
    change();
  };

  return {
    build,
    keys: {
      ArrowRight: move("dropout", 1, told.dropouts.length - 1),
      ArrowLeft: move("dropout", -1, told.dropouts.length - 1),
      ArrowUp: move("decay", 1, told.weight_decays.length - 1),
      ArrowDown: move("decay", -1, told.weight_decays.length - 1),
      Home: () => {
        Object.assign(state, { decay: 0, dropout: 0 });
        change();
      },
    },
    show: (shown) => {
      state = shown;
      render();
    },
    draw: () => {
      table();
      draw();
    },
  };
})();
