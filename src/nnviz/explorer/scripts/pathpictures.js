// The two pictures of paths: from above, and their heights.

// The paths on their surface, from a ring to a dot; minima are stars.
function drawPathMap({ state, told, view, opened }) {
  const canvas = $("paths-map");
  const { ink, width, height, em } = sheet(canvas);
  const { minima } = DATA.surfaces[state.surface];
  const colours = look();
  const [[x0, x1], [y0, y1]] = view;
  const frame = axes(
    { ink, width, height, em },
    { low: x0, high: x1, label: "x" },
    { low: y0, high: y1, label: "y" },
  );
  const { box, px, py } = frame;
  const at = ([x, y]) => [px(x), py(y)];
  ink.clearRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ink.drawImage(
    groundOf(state.surface, view, box.right - box.left, box.bottom - box.top),
    box.left,
    box.top,
    box.right - box.left,
    box.bottom - box.top,
  );
  canvas.unplace = (left, top) => [
    x0 + ((left - box.left) / (box.right - box.left)) * (x1 - x0),
    y1 - ((top - box.top) / (box.bottom - box.top)) * (y1 - y0),
  ];
  inside(ink, box, () => {
    for (const minimum of minima) star(ink, at(minimum), 0.6 * em, colours.text);
    told.forEach((path, k) => {
      const { color, dash, hollow } = styleOf(state.rules, k);
      const places = path.shown.map(at);
      line(ink, places, color, k === opened ? 3.4 : 2.4, DASHES[dash]);
      if (places.length <= 61)
        for (const place of places.slice(1)) spot(ink, place, 0.2 * em, color);
      dot(ink, places.at(-1), 0.42 * em, color, hollow);
    });
    ring(ink, at(state.start), 0.55 * em, colours.text);
  });
  canvas.setAttribute(
    "aria-label",
    say("map of paths", {
      surface: DATA.surfaces[state.surface].title,
      message: pathsMessage(state, told),
      x: number(state.start[0]),
      y: number(state.start[1]),
    }),
  );
}

// The axis of heights: logarithmic above a minimum; values themselves where there is none, or where
// all paths rest at the minimum. A path that goes far up or down does not flatten the others.
function heightAxis(heights, endless) {
  const seen = heights
    .flat()
    .filter((height) => Number.isFinite(height) && (endless || height > 0));
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  if (endless) {
    const low = Math.max(least, -10 * Math.abs(most) - 1);
    return { low, high: most > low ? most : low + 1, label: say("value") };
  }
  if (!seen.length) return { low: 0, high: 1, label: say("height") };
  const high = Math.min(most, 10 * heights[0][0] || most);
  const low = Math.max(least, 1e-12 * high);
  return { low: low < high ? low : high / 10, high, log: true, label: say("height") };
}

// Heights by update: what is not walked yet is pale.
function drawPathCurve({ state, told, opened }) {
  const canvas = $("paths-curve");
  const page = sheet(canvas);
  const { minimum } = DATA.surfaces[state.surface];
  const whole = told.map((path) =>
    path.points.map(([x, y]) => SURFACES.get(state.surface).value(x, y)),
  );
  const heights = whole.map((values) => values.map((value) => value - (minimum ?? 0)));
  const y = heightAxis(heights, minimum === null);
  const { box, px, py } = axes(page, { low: 0, high: state.steps, label: say("step") }, y);
  inside(
    page.ink,
    {
      left: box.left,
      right: page.width,
      top: box.top - 0.3 * page.em,
      bottom: box.bottom + page.em,
    },
    () => {
      heights.forEach((height, k) => {
        const { color, dash, hollow } = styleOf(state.rules, k);
        const places = height.map((value, step) => [
          px(step),
          py(y.log ? Math.max(value, y.low) : value),
        ]);
        page.ink.globalAlpha = 0.28;
        line(page.ink, places, color, 2, DASHES[dash]);
        page.ink.globalAlpha = 1;
        const shown = places.slice(0, state.step + 1);
        line(page.ink, shown, color, k === opened ? 3.4 : 2.4, DASHES[dash]);
        dot(page.ink, shown.at(-1), 0.38 * page.em, color, hollow);
      });
      if (state.step < state.steps)
        line(
          page.ink,
          [
            [px(state.step), box.top],
            [px(state.step), box.bottom],
          ],
          look().muted,
          1.2,
          [3, 4],
        );
    },
  );
  canvas.setAttribute(
    "aria-label",
    say("curve of paths", {
      found: labels(state.rules)
        .map((name, k) => `${name} ${number(told[k].height)}`)
        .join(", "),
    }),
  );
}
