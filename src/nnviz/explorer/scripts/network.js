// Input sent through untrained layers, and a gradient back, as in `studies.initialization`.

// Rows times a square matrix of one layer; `turned` for its transpose.
function times(rows, matrix, at, width, turned) {
  const count = rows.length / width;
  const product = new Float64Array(rows.length);
  for (let row = 0; row < count; row += 1) {
    const base = row * width;
    for (let from = 0; from < width; from += 1) {
      const value = rows[base + from];
      if (value === 0) continue;
      for (let to = 0; to < width; to += 1) {
        product[base + to] += value * matrix[turned ? at + to * width + from : at + from * width + to];
      }
    }
  }
  return product;
}

const deviation = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

const sizeOf = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

// What each layer says of itself: its activations, their spread, the gradient's size there.
function sendThrough({ scheme, activation, gain, depth }) {
  const { width, schemes } = DATA.weights;
  const { table, scale } = schemes[scheme];
  const { value, slope, saturated } = ACTIVATIONS.get(activation);
  const factor = gain * scale, drawn = DRAWN.tables[table];
  const layers = [];
  let rows = Float64Array.from(DRAWN.inputs);
  for (let layer = 0; layer < depth; layer += 1) {
    const before = times(rows, drawn, layer * width * width, width, false).map((one) => factor * one);
    rows = before.map(value);
    layers.push({ before, rows });
  }
  let gradient = Float64Array.from(DRAWN.gradients);
  for (let layer = depth - 1; layer >= 0; layer -= 1) {
    const { before, rows: after } = layers[layer];
    layers[layer].gradient = sizeOf(gradient);
    const inner = gradient.map((one, k) => one * slope(before[k], after[k]));
    gradient = times(inner, drawn, layer * width * width, width, true).map((one) => factor * one);
  }
  const last = layers.at(-1).gradient;
  return layers.map(({ rows: after, gradient: size }) => ({
    rows: after,
    spread: deviation(after),
    gradient: size / last,
    saturated: saturated ? after.filter(saturated).length / after.length : null,
    dead: unitsThat(after, width, (unit) => unit.every((one) => one === 0)),
    alike: after.every((one, k) => one === after[k - (k % width)]),
  }));
}

// The share of units whose values over all rows fulfil a condition.
function unitsThat(rows, width, holds) {
  let count = 0;
  for (let unit = 0; unit < width; unit += 1) {
    if (holds(rows.filter((_, k) => k % width === unit))) count += 1;
  }
  return count / width;
}
