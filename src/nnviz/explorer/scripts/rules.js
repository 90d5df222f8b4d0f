// Update rules, by their names in Python. All of them treat each coordinate by itself:
// `start()` is what is remembered of one, `update(g, s, x)` returns by how much it moves.
// `at(s, x)` is where the gradient is to be taken, if not at x. `s.steps` counts the updates
// before this one. Defaults come from Python.

const RULES = (() => {
  const { abs, max, min, pow, sign, sqrt } = Math;

  // The running mean of old and new, in the order of additions that NumPy has.
  const mix = (old, now, weight) => (now - old) * (1 - weight) + old;

  // L2: the gradient of ½·decay·x² is added to that of the surface.
  const decayed = (rule, decay) =>
    decay ? { ...rule, update: (g, s, x) => rule.update(g + decay * x, s, x) } : rule;

  // Decoupled: the parameter shrinks beside the update, which does not see it.
  const decoupled = (rule, rate, decay) =>
    decay ? { ...rule, update: (g, s, x) => rule.update(g, s, x) - rate * decay * x } : rule;

  const velocity = (rate, mu, dampening, ahead) => ({
    start: () => ({ velocity: 0 }),
    update(g, s) {
      s.velocity = mu * s.velocity + (dampening && s.steps ? (1 - dampening) * g : g);
      return -rate * (ahead ? g + mu * s.velocity : s.velocity);
    },
  });

  const velocityWithRate = (rate, mu, ahead) => ({
    start: () => ({ velocity: 0 }),
    update(g, s) {
      const push = -rate * g;
      s.velocity = mu * s.velocity + push;
      return ahead ? mu * s.velocity + push : s.velocity;
    },
  });

  const pushed =
    (ahead) =>
    (rate, { momentum, weight_decay, rate_in_velocity }) =>
      decayed(
        rate_in_velocity
          ? velocityWithRate(rate, momentum, ahead)
          : velocity(rate, momentum, 0, ahead),
        weight_decay,
      );

  const adam = (rate, { betas: [beta1, beta2], eps, eps_corrected = true, weight_decay }) =>
    decayed(
      {
        start: () => ({ mean: 0, square: 0 }),
        update(g, s) {
          const t = s.steps + 1;
          s.mean = mix(s.mean, g, beta1);
          s.square = mix(s.square, g * g, beta2);
          const root = sqrt(1 - pow(beta2, t));
          const size = sqrt(s.square) + (eps_corrected ? eps * root : eps);
          return (s.mean / size) * ((-rate * root) / (1 - pow(beta1, t)));
        },
      },
      weight_decay,
    );

  // What is moved, x, is the mean of the points z of a base, weighed by the squares of its rates.
  // The gradient is taken between both; the base is told of that point.
  const averaging = (base, rate, beta) => {
    const between = (s, x) => (s.steps ? (x - s.iterate) * beta + s.iterate : x);
    return {
      start: () => ({ ...base.start(), iterate: 0, weight: 0 }),
      at: between,
      update(g, s, x) {
        s.iterate = (s.steps ? s.iterate : x) + base.update(g, s, between(s, x));
        s.weight += rate * rate;
        return ((rate * rate) / s.weight) * (s.iterate - x);
      },
    };
  };

  // Of RAdam: by how much its mean square can be trusted, 0 for not at all.
  const rectification = (beta2, t) => {
    const bias = 1 - pow(beta2, t);
    const limit = 2 / (1 - beta2) - 1;
    const length = limit - (2 * t * (1 - bias)) / bias;
    if (length <= 5) return 0;
    const square = ((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length);
    return sqrt(square * bias);
  };

  return new Map(
    Object.entries({
      sgd(rate, { momentum, dampening, nesterov, weight_decay }) {
        const plain = { start: () => ({}), update: (g) => -rate * g };
        const moves = momentum || dampening;
        return decayed(moves ? velocity(rate, momentum, dampening, nesterov) : plain, weight_decay);
      },
      momentum: pushed(false),
      nesterov: pushed(true),
      adagrad: (rate, { eps, initial_total, weight_decay }) =>
        decayed(
          {
            start: () => ({ total: initial_total }),
            update(g, s) {
              s.total = g * g + s.total;
              return (g / (sqrt(s.total) + eps)) * -rate;
            },
          },
          weight_decay,
        ),
      rmsprop: (rate, { alpha, eps, momentum, centered, weight_decay }) =>
        decayed(
          {
            start: () => ({ square: 0, mean: 0, velocity: 0 }),
            update(g, s) {
              s.square = mix(s.square, g * g, alpha);
              if (centered) s.mean = mix(s.mean, g, alpha);
              const size = sqrt(centered ? s.square - s.mean * s.mean : s.square) + eps;
              s.velocity = momentum ? g / size + momentum * s.velocity : g / size;
              return -rate * s.velocity;
            },
          },
          weight_decay,
        ),
      adadelta: (rate, { rho, eps, weight_decay }) =>
        decayed(
          {
            start: () => ({ square: 0, moved: 0 }),
            update(g, s) {
              s.square = mix(s.square, g * g, rho);
              const delta = (sqrt(s.moved + eps) / sqrt(s.square + eps)) * g;
              s.moved = mix(s.moved, delta * delta, rho);
              return -rate * delta;
            },
          },
          weight_decay,
        ),
      adam,
      amsgrad: (rate, { betas: [beta1, beta2], eps, weight_decay }) =>
        decayed(
          {
            start: () => ({ mean: 0, square: 0, largest: 0 }),
            update(g, s) {
              const t = s.steps + 1;
              s.mean = mix(s.mean, g, beta1);
              s.square = mix(s.square, g * g, beta2);
              s.largest = max(s.largest, s.square);
              const root = sqrt(1 - pow(beta2, t));
              const size = sqrt(s.largest) + eps * root;
              return (s.mean / size) * ((-rate * root) / (1 - pow(beta1, t)));
            },
          },
          weight_decay,
        ),
      adamw: (rate, { betas, eps, weight_decay }) =>
        decoupled(adam(rate, { betas, eps, weight_decay: 0 }), rate, weight_decay),
      adamax: (rate, { betas: [beta1, beta2], eps, weight_decay }) =>
        decayed(
          {
            start: () => ({ mean: 0, largest: 0 }),
            update(g, s) {
              s.mean = mix(s.mean, g, beta1);
              s.largest = max(beta2 * s.largest, abs(g) + eps);
              return ((-rate / (1 - pow(beta1, s.steps + 1))) * s.mean) / s.largest;
            },
          },
          weight_decay,
        ),
      nadam(rate, { betas: [beta1, beta2], eps, momentum_decay, weight_decay }) {
        const momentumAt = (t) => beta1 * (1 - 0.5 * pow(0.96, t * momentum_decay));
        return decayed(
          {
            start: () => ({ mean: 0, square: 0, product: 1 }),
            update(g, s) {
              const t = s.steps + 1;
              s.mean = mix(s.mean, g, beta1);
              s.square = mix(s.square, g * g, beta2);
              const now = momentumAt(t),
                ahead = momentumAt(t + 1);
              s.product = s.product * now;
              const direction =
                ((1 - now) / (1 - s.product)) * g + (ahead / (1 - s.product * ahead)) * s.mean;
              return (direction / (sqrt(s.square / (1 - pow(beta2, t))) + eps)) * -rate;
            },
          },
          weight_decay,
        );
      },
      radam: (rate, { betas: [beta1, beta2], eps, weight_decay }) =>
        decayed(
          {
            start: () => ({ mean: 0, square: 0 }),
            update(g, s) {
              const t = s.steps + 1;
              s.mean = mix(s.mean, g, beta1);
              s.square = mix(s.square, g * g, beta2);
              const scale = rectification(beta2, t);
              const plain = (-rate / (1 - pow(beta1, t))) * s.mean;
              return scale > 0 ? scale * (plain / (sqrt(s.square) + eps)) : plain;
            },
          },
          weight_decay,
        ),
      rprop: (rate, { etas: [shrink, grow], step_sizes: [least, most] }) => ({
        start: () => ({ last: 0, size: rate }),
        update(g, s) {
          const agreement = g * s.last;
          const factor = agreement > 0 ? grow : agreement < 0 ? shrink : 1;
          s.size = min(max(s.size * factor, least), most);
          s.last = agreement < 0 ? 0 : g;
          return -sign(s.last) * s.size;
        },
      }),
      lion: (rate, { betas: [beta1, beta2], weight_decay }) =>
        decoupled(
          {
            start: () => ({ mean: 0 }),
            update(g, s) {
              const step = sign(mix(s.mean, g, beta1)) * -rate;
              s.mean = mix(s.mean, g, beta2);
              return step;
            },
          },
          rate,
          weight_decay,
        ),
      schedule_free_sgd(rate, { momentum, weight_decay }) {
        const plain = { start: () => ({}), update: (g) => -rate * g };
        return averaging(decayed(plain, weight_decay), rate, momentum);
      },
      schedule_free_adamw(rate, { betas: [beta1, beta2], eps, weight_decay }) {
        const scaled = {
          start: () => ({ square: 0 }),
          update(g, s) {
            s.square = mix(s.square, g * g, beta2);
            const root = sqrt(1 - pow(beta2, s.steps + 1));
            return (g / (sqrt(s.square) + eps * root)) * (-rate * root);
          },
        };
        return averaging(decoupled(scaled, rate, weight_decay), rate, beta1);
      },
    }),
  );
})();
