// A canvas with axes: sharp on every screen, its type as large as the page's.

// Clears a canvas and returns its context and size, in units of the page.
function sheet(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ink = canvas.getContext("2d");
  ink.scale(ratio, ratio);
  ink.font = type(0.88);
  ink.lineJoin = ink.lineCap = "round";
  return { ink, width, height, em: 0.88 * rem() };
}

const type = (size, weight = 400) =>
  `${weight} ${size * rem()}px ${getComputedStyle(document.body).fontFamily}`;

// Round numbers from low to high, about as many as asked for.
function ticksOf({ low, high, log = false }, count = 5) {
  if (log && high / low < 300) {
    // A few decades at most: 1, 2 and 5 of each, or as many of them as there is room for.
    for (const digits of [[1, 2, 5], [1, 3], [1]]) {
      const ticks = [];
      for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
        ticks.push(...digits.map((digit) => Number(`${digit}e${power}`)));
      }
      const seen = ticks.filter((tick) => tick >= low && tick <= high);
      if (seen.length > 1 && seen.length <= count + 1) return seen;
    }
  }
  if (log && high / low >= 10) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const every = Math.ceil((last - first + 1) / (count + 1));
    const powers = [];
    for (let power = first; power <= last; power += every) powers.push(10 ** power);
    return powers;
  }
  const rough = (high - low) / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * [1, 2, 5, 10].find((digit) => digit * size >= rough * 0.999);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

// From a value on an axis to its place between two ends.
function scale({ low, high, log = false }, from, to) {
  const of = log ? Math.log10 : (value) => value;
  const [a, b] = [of(low), of(high)];
  return (value) => from + ((of(value) - a) / (b - a)) * (to - from);
}

// Draws axes and returns the box inside them and the scales. An axis is { low, high, log, label,
// ticks, write, room }; the last is the least width of what is written beside it.
function axes({ ink, width, height, em }, x, y) {
  const colours = look();
  const write = (axis) => axis.write ?? ((value) => number(value).replace(/\.?0+×/, "×"));
  const room = height - 4.4 * em;
  const yTicks = y.ticks ?? ticksOf(y, Math.max(2, Math.min(6, Math.floor(room / (3.2 * em)))));
  const left =
    Math.max(...yTicks.map((tick) => ink.measureText(write(y)(tick)).width), (y.room ?? 1) * em) +
    0.8 * em;
  const box = {
    left,
    right: width - 0.9 * em,
    top: 1.9 * em,
    bottom: height - (x.label ? 2.9 : 1.6) * em,
  };
  const xTicks =
    x.ticks ?? ticksOf(x, Math.max(2, Math.min(7, Math.floor((box.right - left) / (5 * em)))));
  const [px, py] = [scale(x, box.left, box.right), scale(y, box.bottom, box.top)];
  ink.textBaseline = "middle";
  ink.textAlign = "right";
  for (const tick of yTicks) {
    line(
      ink,
      [
        [box.left, py(tick)],
        [box.right, py(tick)],
      ],
      colours.grid,
      1,
    );
    ink.fillStyle = colours.text;
    ink.fillText(write(y)(tick), box.left - 0.5 * em, py(tick));
  }
  ink.textAlign = "center";
  ink.textBaseline = "top";
  for (const tick of xTicks) {
    line(
      ink,
      [
        [px(tick), box.bottom],
        [px(tick), box.bottom + 0.3 * em],
      ],
      colours.muted,
      1,
    );
    const half = ink.measureText(write(x)(tick)).width / 2;
    ink.fillText(write(x)(tick), Math.min(px(tick), width - half), box.bottom + 0.45 * em);
  }
  line(
    ink,
    [
      [box.left, box.bottom],
      [box.right, box.bottom],
    ],
    colours.muted,
    1,
  );
  if (x.label) ink.fillText(x.label, (box.left + box.right) / 2, box.bottom + 1.65 * em);
  ink.textAlign = "left";
  ink.fillText(y.label, 0, 0.1 * em);
  return { box, px, py };
}

function line(ink, points, colour, width, dash = []) {
  ink.strokeStyle = colour;
  ink.lineWidth = width;
  ink.setLineDash(dash);
  ink.beginPath();
  points.forEach(([x, y], k) => (k ? ink.lineTo(x, y) : ink.moveTo(x, y)));
  ink.stroke();
  ink.setLineDash([]);
}

function dot(ink, [x, y], radius, colour, hollow = false) {
  ink.beginPath();
  ink.arc(x, y, radius, 0, 2 * Math.PI);
  ink.lineWidth = Math.max(1.5, radius / 3);
  ink.fillStyle = hollow ? look().ground : colour;
  ink.strokeStyle = hollow ? colour : look().ground;
  ink.fill();
  ink.stroke();
}

function ring(ink, [x, y], radius, colour) {
  ink.beginPath();
  ink.arc(x, y, radius, 0, 2 * Math.PI);
  ink.strokeStyle = colour;
  ink.lineWidth = 2.2;
  ink.stroke();
}

function spot(ink, [x, y], radius, colour) {
  ink.beginPath();
  ink.arc(x, y, radius, 0, 2 * Math.PI);
  ink.fillStyle = colour;
  ink.fill();
}

function star(ink, [x, y], radius, colour) {
  ink.beginPath();
  for (let k = 0; k < 10; k += 1) {
    const reach = k % 2 ? radius * 0.42 : radius;
    const angle = -Math.PI / 2 + (k * Math.PI) / 5;
    ink.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  ink.closePath();
  ink.fillStyle = colour;
  ink.fill();
}

// Draws inside a box only.
function inside(ink, box, draw) {
  ink.save();
  ink.beginPath();
  ink.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ink.clip();
  draw();
  ink.restore();
}

const DASHES = { "-": [], "--": [7, 5], ":": [2, 4], "-.": [8, 4, 2, 4] };

const mixed = (one, other, part) => {
  const of = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const [a, b] = [of(one), of(other)];
  return `rgb(${a.map((value, k) => Math.round(value + (b[k] - value) * part)).join(" ")})`;
};

// What lines are, in a row above them from a place on: each a piece of its line and its words, or
// its short words where there is little room.
function legend({ ink, width, em }, left, entries) {
  const colours = look();
  const gap = 1.4 * em,
    piece = 2.2 * em;
  const wide = (key) =>
    entries.reduce((sum, one) => sum + piece + gap + ink.measureText(one[key]).width, left);
  const key = wide("words") < width ? "words" : "short";
  ink.textAlign = "left";
  ink.textBaseline = "top";
  for (const entry of entries) {
    line(
      ink,
      [
        [left, 0.55 * em],
        [left + piece - 0.4 * em, 0.55 * em],
      ],
      entry.colour,
      2.8,
      entry.dash,
    );
    ink.fillStyle = colours.text;
    ink.fillText(entry[key], left + piece, 0.1 * em);
    left += piece + gap + ink.measureText(entry[key]).width;
  }
}
