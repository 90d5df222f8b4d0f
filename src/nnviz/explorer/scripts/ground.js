// The surface under a path: shades and contours, as in the figures of nnviz.

const GRID = 160,
  LEVELS = 18;

// Levels between bands, chosen as `nnviz.plots` does: logarithmic where the surface asks for it,
// else so that a parabola's contours are equally far apart; equal steps without a minimum.
function levelsOf(values, { minimum, log_levels: logarithmic }) {
  const finite = values.filter(Number.isFinite).sort();
  const [low, high] = [finite[0], finite.at(-1)];
  const of = (count, level) => Array.from({ length: count }, (_, k) => level(k));
  if (minimum === null) return of(LEVELS, (k) => low + ((k + 1) / (LEVELS + 1)) * (high - low));
  const top = high - minimum;
  if (!logarithmic) return of(LEVELS - 1, (k) => minimum + top * ((k + 1) / LEVELS) ** 2);
  const least = finite[Math.floor(0.002 * finite.length)] - minimum || 1e-6 * top;
  return of(LEVELS, (k) => minimum + least * (top / least) ** (k / LEVELS));
}

function valuesOn(view, surface) {
  const [[x0, x1], [y0, y1]] = view;
  const values = new Float64Array(GRID * GRID);
  for (let row = 0; row < GRID; row += 1) {
    const y = y0 + ((y1 - y0) * row) / (GRID - 1);
    for (let column = 0; column < GRID; column += 1) {
      values[row * GRID + column] = surface.value(x0 + ((x1 - x0) * column) / (GRID - 1), y);
    }
  }
  return values;
}

// The pieces of one contour, by marching squares, in columns and rows of the grid.
function contour(values, level) {
  const pieces = [];
  for (let row = 0; row + 1 < GRID; row += 1) {
    for (let column = 0; column + 1 < GRID; column += 1) {
      const at = row * GRID + column;
      const corners = [values[at], values[at + 1], values[at + GRID + 1], values[at + GRID]];
      const above = corners.map((value) => value > level);
      if (above.every((it) => it === above[0])) continue;
      const places = [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ];
      const crossings = [];
      for (let k = 0; k < 4; k += 1) {
        const next = (k + 1) % 4;
        if (above[k] === above[next]) continue;
        const part = (level - corners[k]) / (corners[next] - corners[k]);
        crossings.push(
          places[k].map(
            (value, axis) => (axis ? row : column) + value + part * (places[next][axis] - value),
          ),
        );
      }
      for (let k = 0; k + 1 < crossings.length; k += 2)
        pieces.push([crossings[k], crossings[k + 1]]);
    }
  }
  return pieces;
}

let kept = { key: "", picture: null };

// A picture of a surface, the same until its name, what is seen of it, its size or the theme changes.
function groundOf(name, view, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const key = [name, view, width, height, ratio, isDark()].join();
  if (kept.key === key) return kept.picture;
  const told = DATA.surfaces[name],
    colours = look();
  const values = valuesOn(view, SURFACES.get(name));
  const levels = levelsOf(values, told);
  const picture = make("canvas", {
    width: Math.round(width * ratio),
    height: Math.round(height * ratio),
  });
  const ink = picture.getContext("2d");
  const place = ([column, row]) => [
    (column / (GRID - 1)) * picture.width,
    picture.height - (row / (GRID - 1)) * picture.height,
  ];
  ink.drawImage(shades(values, levels, colours), 0, 0, picture.width, picture.height);
  ink.globalAlpha = 0.4;
  ink.strokeStyle = colours.muted;
  ink.lineWidth = 0.8 * ratio;
  for (const level of levels) {
    ink.beginPath();
    for (const [from, to] of contour(values, level)) {
      ink.moveTo(...place(from));
      ink.lineTo(...place(to));
    }
    ink.stroke();
  }
  kept = { key, picture };
  return picture;
}

// Bands between the levels: the lowest ground has most ink, the highest none.
function shades(values, levels, colours) {
  const picture = make("canvas", { width: GRID, height: GRID });
  const ink = picture.getContext("2d");
  const pixels = ink.createImageData(GRID, GRID);
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colours.muted.slice(at, at + 2), 16));
  values.forEach((value, at) => {
    const band = levels.filter((level) => value > level).length;
    const row = GRID - 1 - Math.floor(at / GRID);
    const alpha = Number.isFinite(value) ? 0.34 * (1 - band / levels.length) : 0;
    pixels.data.set([red, green, blue, Math.round(255 * alpha)], 4 * (row * GRID + (at % GRID)));
  });
  ink.putImageData(pixels, 0, 0);
  return picture;
}
