// Activation functions and their derivatives, by their names in Python.

const ACTIVATIONS = (() => {
  const { abs, exp, expm1, log1p, max, min, sqrt, tanh, PI } = Math;
  const sigmoid = (x) => 1 / (1 + exp(-x));
  const density = (x) => exp(-0.5 * x * x) / sqrt(2 * PI);

  // The normal distribution function: its series near 0 (Marsaglia, 2004), beyond that the
  // continued fraction of its tail (Abramowitz and Stegun, 26.2.14).
  function normalCdf(x) {
    if (abs(x) > 3) {
      let fraction = 0;
      for (let k = 60; k > 0; k -= 1) fraction = k / (abs(x) + fraction);
      const tail = density(x) / (abs(x) + fraction);
      return x > 0 ? 1 - tail : tail;
    }
    let term = x,
      sum = x;
    for (let k = 3; abs(term) > 1e-17; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + sum * density(x);
  }

  // `slope` is the derivative at x, where the value is y; `saturated` says whether y is so close
  // to one of two bounds that next to no gradient passes.
  return new Map(
    Object.entries({
      sigmoid: {
        value: sigmoid,
        slope: (x, y) => y * (1 - y),
        saturated: (y) => y < 0.05 || y > 0.95,
        range: [0, 1],
      },
      tanh: {
        value: tanh,
        slope: (x, y) => 1 - y * y,
        saturated: (y) => y < -0.95 || y > 0.95,
        range: [-1, 1],
      },
      relu: { value: (x) => max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
      leaky_relu: { value: (x) => max(x, 0.01 * x), slope: (x) => (x > 0 ? 1 : 0.01) },
      elu: { value: (x) => max(x, 0) + expm1(min(x, 0)), slope: (x, y) => min(y, 0) + 1 },
      gelu: {
        value: (x) => x * normalCdf(x),
        slope: (x) => normalCdf(x) + x * density(max(min(x, 40), -40)),
      },
      silu: {
        value: (x) => x * sigmoid(x),
        slope: (x, y) => sigmoid(x) + y * (1 - sigmoid(x)),
      },
      softplus: { value: (x) => max(x, 0) + log1p(exp(-abs(x))), slope: (x) => sigmoid(x) },
      identity: { value: (x) => x, slope: () => 1 },
    }),
  );
})();
