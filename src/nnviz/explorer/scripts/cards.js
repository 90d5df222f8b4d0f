// The list of rules: what each is called, how high it is, and its knobs.

const rounded = (value) => Number(value.toPrecision(2));

// The knobs of a rule: its rate, and what else Python says that can be set.
function knobsOf(rule, change) {
  const knobs = [
    slider({
      label: say("knob rate"),
      low: -6,
      high: 3,
      step: 0.01,
      value: rule.rate,
      at: Math.log10,
      from: (place) => rounded(10 ** place),
      read: (text) => within(text, ...RATE_RANGE),
      onInput: (value) => {
        rule.rate = value;
        change();
      },
    }),
  ];
  for (const [key, [low, high]] of Object.entries(DATA.knobs)) {
    if (!Object.hasOwn(rule.settings, key)) continue;
    const own = [rule.settings[key]].flat();
    own.forEach((one, k) =>
      knobs.push(
        slider({
          label: own.length > 1 ? `${say(`knob ${key}`)}${"₁₂"[k]}` : say(`knob ${key}`),
          low,
          high,
          step: 0.001,
          value: one,
          read: (text) => within(text, low, high),
          onInput: (value) => {
            own[k] = value;
            rule.settings[key] = own.length > 1 ? [...own] : value;
            change();
          },
        }),
      ),
    );
  }
  return knobs;
}

// A piece of a rule's line, as pictures have it.
function sample(rules, k) {
  const canvas = make("canvas", { className: "sample", ariaHidden: "true" });
  requestAnimationFrame(() => {
    const { ink, width, height } = sheet(canvas);
    const { color, dash, hollow } = styleOf(rules, k);
    line(
      ink,
      [
        [2, height / 2],
        [width - 2, height / 2],
      ],
      color,
      3,
      DASHES[dash],
    );
    dot(ink, [width / 2, height / 2], height * 0.3, color, hollow);
  });
  return canvas;
}

// One card for each rule, of which one is open: `scene` is what is seen, `acts` has `open`, `drop`
// and `change`.
function showCards(list, { state, told, opened }, acts) {
  const { rules } = state,
    names = labels(rules);
  list.replaceChildren(
    ...rules.map((rule, k) => {
      const open = make(
        "button",
        { type: "button", className: "open", ariaExpanded: k === opened },
        sample(rules, k),
        make("span", { className: "name" }),
        make("span", { className: "number" }),
      );
      const drop = make(
        "button",
        {
          type: "button",
          className: "drop",
          ariaLabel: say("remove", { rule: names[k] }),
          disabled: rules.length === 1,
        },
        "×",
      );
      open.addEventListener("click", () => acts.open(k));
      drop.addEventListener("click", () => acts.drop(k));
      return make(
        "li",
        { className: k === opened ? "card opened" : "card" },
        make("div", { className: "row" }, open, drop),
        ...(k === opened ? knobsOf(rule, acts.change).map(({ root }) => root) : []),
      );
    }),
  );
  showNumbers(list, { state, told });
}

// Names and heights alone: while a knob is held, its card stays.
function showNumbers(list, { state, told }) {
  labels(state.rules).forEach((name, k) => {
    list.children[k].querySelector(".name").textContent = name;
    list.children[k].querySelector(".number").textContent = heightInWords(told[k]);
  });
}
