// The path of a rule down a surface.

// The box that a path may not leave: ten times as wide as the domain, as in nnviz.train.
const roomAround = (domain) =>
  domain.map(([low, high]) => [low - 4.5 * (high - low), high + 4.5 * (high - low)]);

const isInside = ([x, y], [[x0, x1], [y0, y1]]) => x >= x0 && x <= x1 && y >= y0 && y <= y1;

// Walks down a surface and returns the points, the start first, or the last one only. A path that
// leaves its room ends there; where it stops being finite, one point before.
function descend({ surface, rule, start, steps, noise = 0, draws = [], domain, lastOnly = false }) {
  const room = roomAround(domain);
  const states = [
    { ...rule.start(), steps: 0 },
    { ...rule.start(), steps: 0 },
  ];
  const points = [start];
  let [x, y] = start;
  for (let step = 0; step < steps; step += 1) {
    const place = rule.at ? [rule.at(states[0], x), rule.at(states[1], y)] : [x, y];
    let [gx, gy] = surface.gradient(...place);
    if (noise) {
      gx += noise * draws[2 * step];
      gy += noise * draws[2 * step + 1];
    }
    const [dx, dy] = [rule.update(gx, states[0], x), rule.update(gy, states[1], y)];
    [x, y] = [x + dx, y + dy];
    states[0].steps += 1;
    states[1].steps += 1;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return { points, diverged: true };
    if (lastOnly) points[0] = [x, y];
    else points.push([x, y]);
    if (!isInside([x, y], room)) return { points, diverged: true };
  }
  return { points, diverged: false };
}
