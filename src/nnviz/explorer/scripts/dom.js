// Small helpers for the page's elements. Words enter it as text only, never as markup.

const $ = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria"))
      element.setAttribute(name.replace("aria", "aria-").toLowerCase(), value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

// A knob: a slider with its label and its value. `at` turns a value into a place on the slider and
// `from` a place into a value, `write` says a value in words; one that may be typed has `read`,
// which returns the value that a text says, or null. `show` is for values that come from elsewhere.
function slider({
  label,
  low,
  high,
  step,
  value,
  at = Number,
  from = Number,
  write = String,
  read,
  onInput,
}) {
  const range = make("input", { type: "range", min: low, max: high, step, ariaLabel: label });
  const told = read
    ? make("input", { type: "text", inputMode: "decimal", className: "value", ariaLabel: label })
    : make("output", { className: "value" });
  const show = (now) => {
    value = now;
    range.value = at(now);
    told.value = write(now);
    range.setAttribute("aria-valuetext", told.value);
  };
  const put = (now) => {
    show(now);
    onInput(now);
  };
  range.addEventListener("input", () => {
    const place = range.value;
    put(from(place));
    range.value = place; // what is read may be rounded; the hand is where it is
  });
  told.addEventListener("change", () => put(read(told.value.trim()) ?? value));
  show(value);
  return {
    root: make(
      "div",
      { className: "knob" },
      make("span", { className: "label" }, label),
      told,
      range,
    ),
    show,
  };
}

// Options of a select: [value, words, disabled].
function fill(select, options, chosen) {
  select.replaceChildren(
    ...options.map(([value, words, disabled = false]) =>
      make("option", { value, disabled, selected: value === chosen }, words),
    ),
  );
}

const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
const look = () => DATA.look[isDark() ? "dark" : "light"];
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
