// How a path leads from its start to its end, as in `studies.optimizer_trajectories`.

function measured(points, surface) {
  const values = points.map(([x, y]) => surface.value(x, y));
  const moves = points.slice(1).map(([x, y], k) => [x - points[k][0], y - points[k][1]]);
  const lengths = moves.map(([dx, dy]) => Math.hypot(dx, dy));
  const [first, last] = [points[0], points.at(-1)];
  const straight = Math.hypot(last[0] - first[0], last[1] - first[1]);
  const turns = (axis) =>
    moves.slice(1).filter((move, k) => move[axis] * moves[k][axis] < 0).length;
  const updates = Math.max(moves.length, 1);
  return {
    values,
    last: values.at(-1),
    updates: moves.length,
    climbs: values.slice(1).filter((value, k) => value > values[k]).length / updates,
    turns: Math.max(turns(0), turns(1)) / Math.max(moves.length - 1, 1),
    crookedness: straight > 0 ? lengths.reduce((sum, one) => sum + one, 0) / straight : NaN,
    grows: moves
      .slice(1)
      .some((move, k) =>
        [0, 1].some((axis) => Math.abs(move[axis]) > Math.abs(moves[k][axis]) + 1e-12),
      ),
  };
}

const heightInWords = ({ left, height }) => (left ? say("gone") : number(height));

// Whether one path is clearly lower than another: by a tenth of the height above the minimum, or,
// where there is none, of the way down.
function isLower(one, other) {
  if (one.left || other.left) return !one.left;
  return one.endless ? one.fell >= 1.1 * other.fell : one.height <= 0.9 * other.height;
}

// What is often said of rules, each checked on the paths in view. A saying is about rules of one
// name, or two names; it counts where each is shown once and has made a few updates.
const SAYINGS = [
  {
    key: "zigzags",
    rules: ["sgd"],
    holds: ([sgd]) => sgd.turns >= 0.5,
    blanks: ([sgd]) => ({ a: percent(sgd.turns) }),
  },
  {
    key: "overshoots",
    rules: ["momentum", "sgd"],
    holds: ([fast, plain]) => fast.climbs - plain.climbs >= 0.1,
    blanks: ([fast, plain]) => ({ a: percent(fast.climbs), b: percent(plain.climbs) }),
  },
  {
    key: "faster",
    rules: ["momentum", "sgd"],
    holds: ([fast, plain]) => isLower(fast, plain),
    blanks: ([fast, plain]) => ({ a: heightInWords(fast), b: heightInWords(plain) }),
  },
  {
    key: "brakes",
    rules: ["nesterov", "momentum"],
    holds: ([ahead, plain]) => plain.climbs - ahead.climbs >= 0.05,
    blanks: ([ahead, plain]) => ({ a: percent(ahead.climbs), b: percent(plain.climbs) }),
  },
  {
    key: "slows",
    rules: ["adagrad"],
    holds: ([adagrad]) => !adagrad.grows,
    blanks: () => ({}),
  },
  {
    key: "straight",
    rules: ["adam"],
    holds: ([adam]) => adam.crookedness <= 1.5,
    blanks: ([adam]) => ({ a: number(adam.crookedness) }),
  },
  {
    key: "famous",
    rules: ["adam", "sgd"],
    holds: ([adam, plain]) => isLower(adam, plain),
    blanks: ([adam, plain]) => ({ a: heightInWords(adam), b: heightInWords(plain) }),
  },
];

const FEW = 5;

function checkedSayings(rules, facts) {
  return SAYINGS.flatMap((saying) => {
    const found = saying.rules.map((name) => {
      const places = rules.flatMap((rule, k) => (rule.name === name ? [k] : []));
      return places.length === 1 ? facts[places[0]] : null;
    });
    if (found.includes(null)) return [];
    const names = Object.fromEntries(
      saying.rules.map((name, k) => [["rule", "other"][k], DATA.rules[name].title]),
    );
    const said = say(saying.key, names);
    if (found.some((one) => one.updates < FEW)) {
      return [{ holds: null, said, words: say("too early", { few: FEW }) }];
    }
    if (found.some((one) => Number.isNaN(one.crookedness))) {
      return [{ holds: null, said, words: say("at rest") }];
    }
    const holds = saying.holds(found);
    const words = say(`${saying.key} ${holds ? "yes" : "no"}`, {
      ...names,
      ...saying.blanks(found),
    });
    return [{ holds, said, words }];
  });
}

// What is said and what is seen, as a list that stays as long as its rules do.
function showSayings(list, sayings) {
  list.replaceChildren(
    ...sayings.map(({ holds, said, words }) => {
      const [mark, key] =
        holds === null ? ["–", "said"] : holds ? ["✓", "so here"] : ["✗", "not here"];
      return make("li", {}, make("b", {}, `${mark} ${say(key, { said })}`), ` ${words}`);
    }),
  );
}
