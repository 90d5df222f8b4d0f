// Returns, one line each, what cannot be read on this page: words and pictures that are cut off,
// stick out of their card or of the window, or lie on each other. What a reader can scroll to
// inside its own box, such as code, is not cut off.
() => {
  const SLACK = 1; // pixels: a browser rounds
  const root = document.scrollingElement;
  const faults = new Set();

  const name = (piece) => `${piece.kind} "${piece.text.trim().replace(/\s+/g, " ").slice(0, 60)}"`;
  const inside = (box, frame) =>
    box.left >= frame.left - SLACK && box.right <= frame.right + SLACK &&
    box.top >= frame.top - SLACK && box.bottom <= frame.bottom + SLACK;
  const common = (one, two) => ({
    left: Math.max(one.left, two.left), right: Math.min(one.right, two.right),
    top: Math.max(one.top, two.top), bottom: Math.min(one.bottom, two.bottom),
  });
  const frames = new Map(); // of an element: what around it may cut it off
  const framesOf = (element) => {
    if (element === root) return [];
    if (!frames.has(element)) {
      const overflow = getComputedStyle(element).overflowX;
      const cuts = overflow !== "visible" || element.localName === "article";
      const own = { overflow, name: `${element.localName}#${element.id}`, edge: element.getBoundingClientRect() };
      frames.set(element, [...(cuts ? [own] : []), ...framesOf(element.parentElement)]);
    }
    return frames.get(element);
  };
  const plain = ({ left, right, top, bottom }) => ({ left, right, top, bottom });

  function* pieces() {
    for (const image of document.images) {
      if (image.checkVisibility()) {
        yield { kind: "img", text: image.alt, owner: image, box: plain(image.getBoundingClientRect()) };
      }
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const owner = node.parentElement;
      const folded = owner.localName === "details" && !owner.open;
      if (!node.data.trim() || folded || !owner.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width > 0) {
          yield { kind: owner.localName, text: node.data, owner, box: plain(box) };
        }
      }
    }
  }

  if (root.scrollWidth > root.clientWidth) {
    faults.add(`the page scrolls sideways: ${root.scrollWidth} pixels in ${root.clientWidth}`);
  }
  for (const element of document.querySelectorAll("body, body *")) {
    const style = getComputedStyle(element);
    const hides = ["hidden", "clip"].includes(style.overflowX);
    if (hides && element.scrollWidth > element.clientWidth + SLACK && element.checkVisibility()) {
      faults.add(`${element.localName}#${element.id} hides ${element.scrollWidth - element.clientWidth} pixels`);
    }
  }

  const seen = [];
  for (const piece of pieces()) {
    let visible = piece.box;
    for (const frame of framesOf(piece.owner)) {
      if (["auto", "scroll"].includes(frame.overflow)) visible = common(visible, frame.edge);
      else if (!inside(visible, frame.edge)) faults.add(`${name(piece)} sticks out of ${frame.name}`);
    }
    if (visible.right - visible.left <= 0 || visible.bottom - visible.top <= 0) continue;
    if (visible.left < -SLACK || visible.right > root.clientWidth + SLACK) {
      faults.add(`${name(piece)} sticks out of the window`);
    }
    seen.push({ ...piece, box: visible });
  }

  // Letters fill the middle of their box: lines that are set tight share a few pixels of air.
  const core = ({ box }) => {
    const air = 0.2 * (box.bottom - box.top);
    return { left: box.left + SLACK, right: box.right - SLACK, top: box.top + air, bottom: box.bottom - air };
  };
  seen.sort((one, two) => one.box.top - two.box.top);
  seen.forEach((one, place) => {
    for (const two of seen.slice(place + 1)) {
      if (two.box.top > one.box.bottom) break;
      const both = common(core(one), core(two));
      if (both.right > both.left && both.bottom > both.top) faults.add(`${name(one)} lies on ${name(two)}`);
    }
  });
  return [...faults];
}
