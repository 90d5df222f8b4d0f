// What explains the colours of a map.

// Stripes, for what has no colour.
function stripes(ink, box, colour) {
  inside(ink, box, () => {
    for (let x = box.left - (box.bottom - box.top); x < box.right; x += 9) {
      line(
        ink,
        [
          [x, box.bottom],
          [x + box.bottom - box.top, box.top],
        ],
        colour,
        1,
      );
    }
  });
}

// The colours of a map from its highest to its lowest value, at the right above it.
function bar(page, { low, high }, left) {
  const { ink, em } = page;
  const colours = look();
  const wide = Math.min(10 * em, page.width - left - 12 * em);
  if (wide < 3 * em) return;
  const words = [number(high, 2), number(low, 2)];
  let x = page.width - 0.9 * em - wide - ink.measureText(words[1]).width - 0.5 * em;
  ink.textBaseline = "top";
  ink.textAlign = "right";
  ink.fillStyle = colours.text;
  ink.fillText(words[0], x - 0.5 * em, 0.1 * em);
  ink.textAlign = "left";
  ink.fillText(words[1], x + wide + 0.5 * em, 0.1 * em);
  for (const colour of colours.map) {
    ink.fillStyle = colour;
    ink.fillRect(x, 0.1 * em, wide / colours.map.length + 1, 0.95 * em);
    x += wide / colours.map.length;
  }
}
