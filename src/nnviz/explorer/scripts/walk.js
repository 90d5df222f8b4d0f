// Paths of all rules that are chosen, and what can be said of them.

// The paths of all rules with what is known of each: how far it is shown, and how high it is.
function walk(state) {
  const surface = SURFACES.get(state.surface);
  const { domain, minimum } = DATA.surfaces[state.surface];
  return state.rules.map((rule) => {
    const made = RULES.get(rule.name)(rule.rate, rule.settings);
    const { start, steps, noise, seed } = state;
    const path = descend({ surface, rule: made, start, steps, noise, draws: NOISE[seed], domain });
    const shown = path.points.slice(0, state.step + 1);
    const facts = measured(shown, surface);
    const left = path.diverged && path.points.length <= state.step + 1;
    return {
      ...path,
      shown,
      ...facts,
      left,
      endless: minimum === null,
      fell: facts.values[0] - facts.last,
      height: left ? Infinity : facts.last - (minimum ?? 0),
    };
  });
}

// How a rule is drawn; of the same rule a second time, with another dash.
function styleOf(rules, k) {
  const { name } = rules[k];
  const style = look().rules[name];
  const before = rules.slice(0, k).filter((rule) => rule.name === name).length;
  const dashes = Object.keys(DASHES);
  const dash = dashes[(dashes.indexOf(style.dash) + before) % dashes.length];
  return { ...style, dash, hollow: before % 2 ? !style.hollow : style.hollow };
}

// What is seen: of the surface's view all starts, paths and minima, as `plots.trajectories`
// chooses it. What was seen before stays, unless paths leave it or fill little of it.
function viewOf(state, told, before) {
  const { view: whole, minima } = DATA.surfaces[state.surface];
  const points = [...told.flatMap((path) => path.points), ...minima].filter((point) =>
    isInside(point, whole),
  );
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
  if (!before) return wanted;
  const fits = box.every(([low, high], k) => low >= before[k][0] && high <= before[k][1]);
  const size = ([low, high]) => high - low;
  const part = Math.max(...wanted.map((span, k) => size(span) / size(before[k])));
  return fits && part > 0.5 ? before : wanted;
}

// What is seen, in a sentence.
function pathsMessage(state, told) {
  const { title, minimum } = DATA.surfaces[state.surface];
  const names = labels(state.rules);
  const lost = names.filter((_, k) => told[k].left);
  const kept = told.map((path, k) => ({ ...path, name: names[k] })).filter((path) => !path.left);
  kept.sort((one, other) => one.height - other.height);
  const blanks = { surface: title, steps: state.step };
  if (!state.step) return say("paths begin", { ...blanks, number: number(told[0].last) });
  if (!kept.length)
    return say(told.length > 1 ? "all left" : "left", { ...blanks, rule: names[0] });
  if (kept.length > 1 && kept[0].height === kept.at(-1).height) {
    return say("all alike", { ...blanks, number: number(kept[0].last) });
  }
  const key = [minimum === null ? "endless" : "lowest", told.length > 1 ? "of several" : "alone"];
  const best = { rule: kept[0].name, number: number(kept[0].height) };
  const found = say(key.join(" "), { ...blanks, ...best });
  return lost.length ? say("and left", { found, rules: listed(lost) }) : found;
}
