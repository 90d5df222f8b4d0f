// Histograms of layers.

const BINS = 48;

// What the histograms of all layers share: the bounds of the function, or all but the outermost
// values.
function rangeOf(layers, bounds) {
  if (bounds) return bounds;
  const all = new Float64Array(layers.length * layers[0].rows.length);
  layers.forEach(({ rows }, k) => all.set(rows, k * rows.length));
  all.sort(); // NaN comes last
  const count = all.findLastIndex((value) => !Number.isNaN(value)) + 1;
  const [low, high] = [0.002, 0.998].map((part) => all[Math.floor(part * (count - 1))]);
  return high > low ? [Math.min(low, 0), high] : [low - 1, low + 1];
}

// The share of values in each bin.
function histogram(rows, [low, high]) {
  const counts = new Float64Array(BINS);
  for (const value of rows) {
    const bin = Math.floor(((value - low) / (high - low)) * BINS);
    if (value >= low && value <= high) counts[Math.min(bin, BINS - 1)] += 1;
  }
  return counts.map((count) => count / rows.length);
}
