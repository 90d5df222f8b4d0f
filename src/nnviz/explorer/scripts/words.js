// Numbers and sentences as they are read. What words there are stands in the page's data.

// What Python tells the page: words, colours, declarations, tables.
const DATA = JSON.parse(document.getElementById("data").textContent);

const SUPERSCRIPTS = {
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
};

// A number in few digits, as nnviz writes it in sentences: "0.0123", "−4", "1.20×10⁻⁷".
function number(value, digits = 3) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "−inf";
  const size = Math.abs(value);
  let words = String(Number(value.toPrecision(digits)));
  if (size !== 0 && (size < 1e-4 || size >= 1e5)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const raised = [...String(Number(exponent))].map((sign) => SUPERSCRIPTS[sign]).join("");
    words = Number(mantissa) === 1 ? `10${raised}` : `${mantissa}×10${raised}`;
  }
  return words.replace("-", "−");
}

const percent = (part) => `${Math.round(100 * part)}%`.replace("-", "−");

// A sentence by its key, its blanks filled: say("left", { rule: "SGD" }).
function say(key, blanks = {}) {
  return DATA.words[key].replace(/\{(\w+)\}/g, (_, name) => blanks[name]);
}

// "a", "a and b", "a, b and c".
function listed(names) {
  if (names.length < 2) return names.join("");
  return say("and", { first: names.slice(0, -1).join(", "), last: names.at(-1) });
}
