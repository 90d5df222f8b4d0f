// Input sent through untrained layers, and a gradient back, as in `studies.initialization`.

// Rows times the square matrix of one layer, which begins `at` a place of its table.
function times(rows, table, at, width) {
  const product = new Float64Array(rows.length);
  for (let base = 0; base < rows.length; base += width) {
    for (let from = 0; from < width; from += 1) {
      const value = rows[base + from],
        line = at + from * width;
      for (let to = 0; to < width; to += 1) product[base + to] += value * table[line + to];
    }
  }
  return product;
}

// Rows times its transpose: the way back.
function timesTransposed(rows, table, at, width) {
  const product = new Float64Array(rows.length);
  for (let base = 0; base < rows.length; base += width) {
    for (let from = 0; from < width; from += 1) {
      const line = at + from * width;
      let sum = 0;
      for (let to = 0; to < width; to += 1) sum += rows[base + to] * table[line + to];
      product[base + from] = sum;
    }
  }
  return product;
}

const deviation = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

const sizeOf = (values) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

// What each layer says of itself: its activations, their spread, the gradient's size there.
function sendThrough({ scheme, activation, gain, depth }) {
  const { width, schemes } = DATA.weights;
  const { table, scale } = schemes[scheme];
  const { value, slope, saturated } = ACTIVATIONS.get(activation);
  const factor = gain * scale,
    drawn = DRAWN.tables[table];
  const layers = [];
  let rows = Float64Array.from(DRAWN.inputs);
  for (let layer = 0; layer < depth; layer += 1) {
    const before = times(rows, drawn, layer * width * width, width).map((one) => factor * one);
    rows = before.map(value);
    layers.push({ before, rows });
  }
  let gradient = Float64Array.from(DRAWN.gradients);
  for (let layer = depth - 1; layer >= 0; layer -= 1) {
    const { before, rows: after } = layers[layer];
    layers[layer].gradient = sizeOf(gradient);
    const inner = gradient.map((one, k) => one * slope(before[k], after[k]));
    gradient = timesTransposed(inner, drawn, layer * width * width, width).map(
      (one) => factor * one,
    );
  }
  const last = layers.at(-1).gradient;
  return layers.map(({ rows: after, gradient: size }) => ({
    rows: after,
    spread: deviation(after),
    gradient: size / last,
    saturated: saturated ? after.filter(saturated).length / after.length : null,
    dead: silentPart(after, width),
    alike: after.every((one, k) => one === after[k - (k % width)]),
  }));
}

// The share of units that are zero for every row.
function silentPart(rows, width) {
  const speaks = new Uint8Array(width);
  rows.forEach((value, k) => {
    if (value !== 0) speaks[k % width] = 1;
  });
  return speaks.filter((one) => !one).length / width;
}
