// Test functions of two variables: the value and the gradient of each, by its name in Python.
// Domains, minima, starts and titles come from there; the arithmetic keeps NumPy's order.

const SURFACES = (() => {
  const { PI, abs, cos, exp, sign, sin, sqrt } = Math;
  const ROOT2 = Math.pow(2, 0.5);

  const beale = (x, y) => [1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y];

  const goldsteinPrice = (x, y) => {
    const xx = x * x,
      xy = x * y,
      yy = y * y;
    return [
      x + y + 1,
      19 - 14 * x + 3 * xx - 14 * y + 6 * xy + 3 * yy,
      2 * x - 3 * y,
      18 - 32 * x + 12 * xx + 48 * y - 36 * xy + 27 * yy,
    ];
  };

  const ackley = (x, y) => {
    const size = sqrt((x * x + y * y) / 2);
    const waves = (cos(2 * PI * x) + cos(2 * PI * y)) / 2;
    return [size, exp(-0.2 * size), exp(waves)];
  };

  const easomBump = (x, y) => exp(-(x - PI) * (x - PI) - (y - PI) * (y - PI));

  const schaffer = (bump, x, y) => {
    const spread = 1 + 0.001 * (x * x + y * y);
    return 0.5 + (bump - 0.5) / (spread * spread);
  };

  const schafferGradient = (bump, slope, x, y) => {
    const spread = 1 + 0.001 * (x * x + y * y);
    const wave = (2 * slope) / (spread * spread);
    const fall = (0.004 * (bump - 0.5)) / (spread * spread * spread);
    return [x * (wave - fall), -y * (wave + fall)];
  };

  // Twice the derivative of √|u|; 0 at the kink.
  const slopeOfRoot = (u) => sign(u) / sqrt(u === 0 ? 1 : abs(u));

  return new Map(
    Object.entries({
      bowl: {
        value: (x, y) => (x * x) / 20 + y * y,
        gradient: (x, y) => [0.1 * x, 2 * y],
      },
      booth: {
        value(x, y) {
          const a = x + 2 * y - 7,
            b = 2 * x + y - 5;
          return a * a + b * b;
        },
        gradient(x, y) {
          const a = x + 2 * y - 7,
            b = 2 * x + y - 5;
          return [2 * a + 4 * b, 4 * a + 2 * b];
        },
      },
      matyas: {
        value: (x, y) => 0.26 * (x * x + y * y) - 0.48 * x * y,
        gradient: (x, y) => [0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x],
      },
      rosenbrock: {
        value(x, y) {
          const ahead = 1 - x,
            above = y - x * x;
          return ahead * ahead + 100 * above * above;
        },
        gradient(x, y) {
          const above = y - x * x;
          return [-2 * (1 - x) - 400 * x * above, 200 * above];
        },
      },
      beale: {
        value(x, y) {
          const [a, b, c] = beale(x, y);
          return a * a + b * b + c * c;
        },
        gradient(x, y) {
          const [a, b, c] = beale(x, y);
          return [
            2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
            2 * x * (a + 2 * b * y + 3 * c * y * y),
          ];
        },
      },
      himmelblau: {
        value(x, y) {
          const a = x * x + y - 11,
            b = x + y * y - 7;
          return a * a + b * b;
        },
        gradient(x, y) {
          const a = x * x + y - 11,
            b = x + y * y - 7;
          return [4 * x * a + 2 * b, 2 * a + 4 * y * b];
        },
      },
      goldstein_price: {
        value(x, y) {
          const [p, q, r, s] = goldsteinPrice(x, y);
          return (1 + p * p * q) * (30 + r * r * s);
        },
        gradient(x, y) {
          const [p, q, r, s] = goldsteinPrice(x, y);
          const left = 1 + p * p * q,
            right = 30 + r * r * s;
          const ofLeft = 2 * p * q + p * p * (6 * (x + y) - 14);
          const ofRight = 2 * r * s + r * r * (6 * r - 16);
          return [ofLeft * right + 2 * left * ofRight, ofLeft * right - 3 * left * ofRight];
        },
      },
      styblinski_tang: {
        value(x, y) {
          const xx = x * x,
            yy = y * y;
          return (xx * xx - 16 * xx + 5 * x + yy * yy - 16 * yy + 5 * y) / 2;
        },
        gradient: (x, y) => [2 * x * x * x - 16 * x + 2.5, 2 * y * y * y - 16 * y + 2.5],
      },
      three_hump_camel: {
        value(x, y) {
          const xx = x * x;
          return xx * (2 - 1.05 * xx + (xx * xx) / 6) + x * y + y * y;
        },
        gradient(x, y) {
          const xx = x * x;
          return [x * (4 - 4.2 * xx + xx * xx) + y, x + 2 * y];
        },
      },
      six_hump_camel: {
        value(x, y) {
          const xx = x * x,
            yy = y * y;
          return (4 - 2.1 * xx + (xx * xx) / 3) * xx + x * y + (4 * yy - 4) * yy;
        },
        gradient(x, y) {
          const xx = x * x;
          return [x * (8 - 8.4 * xx + 2 * xx * xx) + y, x + y * (16 * y * y - 8)];
        },
      },
      rastrigin: {
        value: (x, y) => 20 + x * x + y * y - 10 * (cos(2 * PI * x) + cos(2 * PI * y)),
        gradient: (x, y) => [2 * x + 20 * PI * sin(2 * PI * x), 2 * y + 20 * PI * sin(2 * PI * y)],
      },
      ackley: {
        value(x, y) {
          const [, cone, waves] = ackley(x, y);
          return 20 * (1 - cone) + (exp(1.0) - waves);
        },
        gradient(x, y) {
          const [size, cone, waves] = ackley(x, y);
          const slope = (2 * cone) / (size === 0 ? 1 : size);
          return [
            slope * x + PI * waves * sin(2 * PI * x),
            slope * y + PI * waves * sin(2 * PI * y),
          ];
        },
      },
      easom: {
        value: (x, y) => -cos(x) * cos(y) * easomBump(x, y),
        gradient(x, y) {
          const bump = easomBump(x, y),
            cx = cos(x),
            cy = cos(y);
          return [
            bump * cy * (sin(x) + 2 * (x - PI) * cx),
            bump * cx * (sin(y) + 2 * (y - PI) * cy),
          ];
        },
      },
      mccormick: {
        value: (x, y) => sin(x + y) + (x - y) * (x - y) - 1.5 * x + 2.5 * y + 1,
        gradient(x, y) {
          const wave = cos(x + y),
            apart = 2 * (x - y);
          return [wave + apart - 1.5, wave - apart + 2.5];
        },
      },
      levi_13: {
        value(x, y) {
          const a = sin(3 * PI * x),
            b = sin(3 * PI * y),
            c = sin(2 * PI * y);
          return a * a + (x - 1) * (x - 1) * (1 + b * b) + (y - 1) * (y - 1) * (1 + c * c);
        },
        gradient(x, y) {
          const b = sin(3 * PI * y),
            c = sin(2 * PI * y);
          const dx = x - 1,
            dy = y - 1;
          const gx = 3 * PI * sin(6 * PI * x) + 2 * dx * (1 + b * b);
          const ofB = 3 * PI * sin(6 * PI * y),
            ofC = 2 * PI * sin(4 * PI * y);
          return [gx, dx * dx * ofB + 2 * dy * (1 + c * c) + dy * dy * ofC];
        },
      },
      griewank: {
        value: (x, y) => 1 + (x * x + y * y) / 4000 - cos(x) * cos(y / ROOT2),
        gradient(x, y) {
          const turned = y / ROOT2;
          return [x / 2000 + sin(x) * cos(turned), y / 2000 + (cos(x) * sin(turned)) / ROOT2];
        },
      },
      schaffer_2: {
        value(x, y) {
          const wave = sin(x * x - y * y);
          return schaffer(wave * wave, x, y);
        },
        gradient(x, y) {
          const u = x * x - y * y,
            wave = sin(u);
          return schafferGradient(wave * wave, sin(2 * u), x, y);
        },
      },
      schaffer_4: {
        value(x, y) {
          const wave = cos(sin(x * x - y * y));
          return schaffer(wave * wave, x, y);
        },
        gradient(x, y) {
          const u = x * x - y * y,
            inner = sin(u),
            wave = cos(inner);
          return schafferGradient(wave * wave, -sin(2 * inner) * cos(u), x, y);
        },
      },
      bukin_6: {
        value: (x, y) => 100 * sqrt(abs(y - 0.01 * x * x)) + 0.01 * abs(x + 10),
        gradient(x, y) {
          const above = y - 0.01 * x * x;
          const across = 50 * slopeOfRoot(above);
          const along = above === 0 ? 0 : 0.01 * sign(x + 10);
          return [along - 0.02 * x * across, across];
        },
      },
      eggholder: {
        value(x, y) {
          const a = y + 47;
          return -a * sin(sqrt(abs(x / 2 + a))) - x * sin(sqrt(abs(x - a)));
        },
        gradient(x, y) {
          const a = y + 47,
            p = x / 2 + a,
            q = x - a;
          const rootP = sqrt(abs(p)),
            rootQ = sqrt(abs(q));
          const ofP = (a * cos(rootP) * slopeOfRoot(p)) / 2;
          const ofQ = (x * cos(rootQ) * slopeOfRoot(q)) / 2;
          return [-ofP / 2 - sin(rootQ) - ofQ, -sin(rootP) - ofP + ofQ];
        },
      },
      saddle: {
        value: (x, y) => x * x - y * y,
        gradient: (x, y) => [2 * x, -2 * y],
      },
      monkey_saddle: {
        value: (x, y) => x * (x * x - 3 * y * y),
        gradient: (x, y) => [3 * (x * x - y * y), -6 * x * y],
      },
    }),
  );
})();
