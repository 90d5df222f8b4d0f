// How high above the minimum paths end, by learning rate and momentum.

const MAP = { rates: 64, momenta: Array.from({ length: 50 }, (_, k) => k / 50) };

// Rates around those that matter: below and above the limit of theory where there is one, else
// around the rate that Momentum begins with on that surface.
function mapRates(surface) {
  const { curvature, rates } = DATA.surfaces[surface];
  const [low, high] = curvature
    ? [0.06 / curvature, 6 / curvature]
    : [rates.momentum / 40, rates.momentum * 8];
  return Array.from({ length: MAP.rates }, (_, k) => low * (high / low) ** (k / (MAP.rates - 1)));
}

// The height at which the path of one pair ends; infinite where it left for good.
function endOf(name, rule, rate, momentum, steps) {
  const { domain, starts, minimum } = DATA.surfaces[name];
  const surface = SURFACES.get(name);
  const made = RULES.get(rule)(rate, { ...DATA.rules[rule].settings, momentum });
  const { points, diverged } = descend({
    surface,
    rule: made,
    start: starts[0],
    steps,
    domain,
    lastOnly: true,
  });
  return diverged ? Infinity : surface.value(...points.at(-1)) - minimum;
}

const startHeight = (name) =>
  SURFACES.get(name).value(...DATA.surfaces[name].starts[0]) - DATA.surfaces[name].minimum;

// The heights of all pairs: a row for each momentum.
const heightsOf = ({ surface, rule, steps }) =>
  MAP.momenta.map((momentum) =>
    mapRates(surface).map((rate) => endOf(surface, rule, rate, momentum, steps)),
  );

// The rate from which on the minimum of a quadratic surface is unstable, as in
// `nnviz.studies._curvature`.
const limitOf = (rule, curvature, momentum) =>
  (2 * (1 + momentum)) / ((rule === "nesterov" ? 1 + 2 * momentum : 1) * curvature);

// What the map says: its lowest end, and in how many pairs paths climb beyond the limit of theory
// and sink below it.
function foundOn({ surface, rule, steps }, heights) {
  const { curvature, best: predicted } = DATA.surfaces[surface];
  const rates = mapRates(surface),
    first = startHeight(surface);
  const found = { best: null, judged: 0, agree: 0, first };
  heights.forEach((row, k) =>
    row.forEach((height, at) => {
      const pair = { height, rate: rates[at], momentum: MAP.momenta[k], column: at, row: k };
      if (height <= first && (!found.best || height < found.best.height)) found.best = pair;
      if (curvature) {
        found.judged += 1;
        found.agree += rates[at] >= limitOf(rule, curvature, MAP.momenta[k]) === !(height <= first);
      }
    }),
  );
  if (predicted && rule === "momentum") {
    const [rate, momentum] = predicted;
    found.predicted = { rate, momentum, height: endOf(surface, rule, rate, momentum, steps) };
  }
  return found;
}
