// The state of the page and its address: whoever gets the link sees the same.
// A link comes from anywhere: what it says counts only where a knob could say it too.

const within = (text, low, high) => {
  const value = text === null || text === "" ? NaN : Number(text);
  return value >= low && value <= high ? value : null;
};

const whole = (text, low, high) => {
  const value = within(text, low, high);
  return Number.isInteger(value) ? value : null;
};

const oneOf = (text, names) => (names.includes(text) ? text : null);

// Rates from 10⁻⁶ to 1000, of which each rule has one of its own on each surface.
const RATE_RANGE = [1e-6, 1e3];
const GAIN_RANGE = [0.01, 100];

const ruleOn = (surface, name) => ({
  name,
  rate: DATA.surfaces[surface].rates[name],
  settings: { ...DATA.rules[name].settings },
});

// A rule as the command line writes it: "adam:lr=0.3,betas=0.9/0.99"; null if it cannot be read.
function readRule(text) {
  const [name, parts = ""] = text.split(/:(.*)/s);
  if (!RULES.has(name) || !Object.hasOwn(DATA.rules, name)) return null;
  const rule = { name, rate: null, settings: { ...DATA.rules[name].settings } };
  for (const part of parts.split(",")) {
    const [key, value = ""] = part.split(/=(.*)/s);
    if (key === "lr") rule.rate = within(value, ...RATE_RANGE);
    else if (Object.hasOwn(DATA.knobs, key) && Object.hasOwn(rule.settings, key)) {
      const numbers = value.split("/").map((one) => within(one, ...DATA.knobs[key]));
      const known = [DATA.rules[name].settings[key]].flat();
      if (numbers.length !== known.length || numbers.includes(null)) return null;
      rule.settings[key] = known.length > 1 ? numbers : numbers[0];
    }
  }
  return rule.rate === null ? null : rule;
}

// Settings of a rule that are not those it has by itself.
const changed = (rule) =>
  Object.entries(rule.settings).filter(
    ([key, value]) => String(value) !== String(DATA.rules[rule.name].settings[key]),
  );

function writeRule(rule) {
  const more = changed(rule).map(([key, value]) => `,${key}=${[value].flat().join("/")}`);
  return `${rule.name}:lr=${rule.rate}${more.join("")}`;
}

function readPoint(text, domain) {
  const [x, y, ...more] = (text ?? "").split(",").map((one) => (one.trim() ? Number(one) : NaN));
  const sound = Number.isFinite(x) && Number.isFinite(y) && !more.length;
  return sound && isInside([x, y], roomAround(domain)) ? [x, y] : null;
}

// Every tab by its name: what its state is read from, and how it is written.
const TABS = {
  paths: {
    read(given) {
      const surface = oneOf(given.get("surface"), Object.keys(DATA.surfaces)) ?? DATA.first.surface;
      const rules = given.getAll("rule").map(readRule).filter(Boolean).slice(0, DATA.most);
      const { domain, starts } = DATA.surfaces[surface];
      const steps = whole(given.get("steps"), 1, DATA.steps) ?? DATA.first.steps;
      return {
        surface,
        rules: rules.length ? rules : DATA.first.rules.map((name) => ruleOn(surface, name)),
        start: readPoint(given.get("start"), domain) ?? [...starts[0]],
        noise: within(given.get("noise"), 0, 1000) ?? 0,
        seed: whole(given.get("seed"), 0, NOISE.length - 1) ?? 0,
        steps,
        step: Math.min(whole(given.get("step"), 0, DATA.steps) ?? steps, steps),
      };
    },
    write: ({ rules, start, ...rest }) => [
      ...Object.entries(rest),
      ["start", start.join()],
      ...rules.map((rule) => ["rule", writeRule(rule)]),
    ],
  },
  weights: {
    read: (given) => ({
      scheme: oneOf(given.get("scheme"), Object.keys(DATA.initializers)) ?? "he_normal",
      activation: oneOf(given.get("activation"), Object.keys(DATA.activations)) ?? "relu",
      gain: within(given.get("gain"), ...GAIN_RANGE) ?? 1,
      depth: whole(given.get("depth"), 1, DATA.weights.depth) ?? 5,
    }),
    write: Object.entries,
  },
  rates: {
    read(given) {
      const known = Object.keys(DATA.surfaces).filter((name) => DATA.surfaces[name].minima.length);
      const surface = oneOf(given.get("surface"), known) ?? DATA.first.surface;
      return {
        surface,
        rule: oneOf(given.get("rule"), ["momentum", "nesterov"]) ?? "momentum",
        steps: whole(given.get("steps"), 1, DATA.steps) ?? 50,
        rate: within(given.get("rate"), ...RATE_RANGE) ?? null,
        momentum: within(given.get("momentum"), ...DATA.knobs.momentum) ?? null,
      };
    },
    write: (state) => Object.entries(state).filter(([, value]) => value !== null),
  },
  regularizers: {
    read(given) {
      const { weight_decays: decays, dropouts } = DATA.regularizers;
      return {
        decay: Math.max(decays.indexOf(within(given.get("decay"), 0, 1)), 0),
        dropout: Math.max(dropouts.indexOf(within(given.get("dropout"), 0, 1)), 0),
      };
    },
    write: ({ decay, dropout }) => [
      ["decay", DATA.regularizers.weight_decays[decay]],
      ["dropout", DATA.regularizers.dropouts[dropout]],
    ],
  },
};

// The state that an address says, whole: what it leaves open, or says wrongly, is as at first.
function readAddress(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const tab = oneOf(given.get("tab"), Object.keys(TABS)) ?? "paths";
  const state = { tab };
  for (const name of Object.keys(TABS)) {
    state[name] = TABS[name].read(name === tab ? given : new URLSearchParams());
  }
  return state;
}

function writeAddress(state) {
  const readable = (value) =>
    encodeURIComponent(value).replace(/%(3A|2C|2F|3D)/g, decodeURIComponent);
  const parts = TABS[state.tab].write(state[state.tab]);
  return `#${[["tab", state.tab], ...parts].map(([key, value]) => `${key}=${readable(value)}`).join("&")}`;
}
