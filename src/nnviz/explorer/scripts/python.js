// The call that makes what is seen, in Python.

const pythonNumber = (value) =>
  value === true
    ? "True"
    : value === false
      ? "False"
      : Array.isArray(value)
        ? `(${value.map(pythonNumber).join(", ")})`
        : String(value);

const pythonCall = (rule) =>
  `optim.${rule.name}(${[rule.rate, ...changed(rule).map(([key, value]) => `${key}=${pythonNumber(value)}`)].map(pythonNumber).join(", ")})`;

// What draws, in the language of the page.
const drawn = (call) =>
  DATA.language ? [`with plots.language(${JSON.stringify(DATA.language)}):`, `    ${call}`] : [call];

// What rules are called where several stand side by side: by their titles, and what tells them
// apart.
function labels(rules) {
  const titled = rules.map((rule) => DATA.rules[rule.name].title);
  const longer = rules.map((rule, k) =>
    titled.filter((title) => title === titled[k]).length > 1
      ? `${titled[k]}, ${[number(rule.rate, 6), ...changed(rule).map(([, value]) => [value].flat().join("/"))].join(", ")}`
      : titled[k],
  );
  return longer.map((label, k) => {
    const before = longer.slice(0, k).filter((other) => other === label).length;
    return before ? `${label} (${before + 1})` : label;
  });
}

const PYTHON = {
  paths({ surface, rules, start, noise, seed, steps }) {
    const names = labels(rules);
    const plain = rules.every(
      (rule, k) => !changed(rule).length && names[k] === DATA.rules[rule.name].title,
    );
    const lines = rules.map((rule, k) =>
      plain
        ? `        "${rule.name}": ${rule.rate},`
        : `        ${JSON.stringify(names[k])}: ${pythonCall(rule)},`,
    );
    return [
      `from nnviz import ${plain ? "" : "optim, "}plots, studies`,
      "",
      "study = studies.optimizer_trajectories(",
      `    "${surface}",`,
      "    {",
      ...lines,
      "    },",
      `    start=${pythonNumber(start)},`,
      `    steps=${steps},`,
      ...(noise ? [`    noise=${noise},`, `    seed=${seed},`] : []),
      ")",
      ...drawn(`plots.trajectories(study.table("paths"), surface="${surface}")`),
    ].join("\n");
  },
  weights({ scheme, activation, gain, depth }) {
    const { samples, width, seed } = DATA.weights;
    const initializer = scheme === "normal" ? "nn.normal(1.0)" : `nn.INITIALIZERS["${scheme}"]`;
    return [
      "import numpy as np",
      "import pandas as pd",
      "",
      "from nnviz import nn, plots",
      "",
      `rng = np.random.default_rng(${seed})`,
      `x, gradient = rng.standard_normal((2, ${samples}, ${width}))`,
      `initializer, activation = ${initializer}, nn.ACTIVATIONS["${activation}"]`,
      "layers, backwards = [], []",
      `for _ in range(${depth}):`,
      `    weight = ${gain} * initializer(rng, ${width}, ${width})`,
      "    x, backward = activation(x @ weight)",
      "    layers.append(x)",
      "    backwards.append((backward, weight))",
      "",
      "slopes = []",
      "for backward, weight in reversed(backwards):",
      "    slopes.insert(0, np.sqrt(np.mean(gradient**2)))",
      "    gradient = backward(gradient)[0] @ weight.T",
      "",
      "low, high = np.quantile(layers, [0.002, 0.998])",
      "edges = np.linspace(low, high if high > low else low + 1, 49)",
      "histograms = pd.concat(",
      "    pd.DataFrame(",
      "        {",
      `            "setting": "${scheme}, ${activation}",`,
      '            "layer": layer,',
      '            "left": edges[:-1],',
      '            "right": edges[1:],',
      '            "count": np.histogram(values, edges)[0],',
      "        }",
      "    )",
      "    for layer, values in enumerate(layers, start=1)",
      ")",
      ...drawn("plots.activations(histograms)"),
    ].join("\n");
  },
  rates({ surface, rule, steps }) {
    const rates = mapRates(surface);
    return [
      "import numpy as np",
      "",
      "from nnviz import plots, studies",
      "",
      "study = studies.momentum_map(",
      `    "${surface}",`,
      `    ["${rule}"],`,
      `    rates=np.geomspace(${rates[0]}, ${rates.at(-1)}, ${rates.length}),`,
      `    momenta=np.arange(${MAP.momenta.length}) / ${MAP.momenta.length},`,
      `    steps=${steps},`,
      ")",
      ...drawn('plots.rate_map(study.table("ends"), y="momentum", limits=study.table("limits"))'),
    ].join("\n");
  },
  regularizers({ decay, dropout }) {
    const { rows, seeds, settings, weight_decays: decays, dropouts } = DATA.regularizers;
    const [strength, part] = [decays[decay || 1], dropouts[dropout || 1]];
    const shown = [
      ["none", !decay && !dropout],
      [`weight decay ${strength}`, decay && !dropout],
      [`dropout ${part}`, dropout && !decay],
      ["both", decay && dropout],
    ];
    return [
      "from nnviz import plots, studies, train",
      "",
      "study = studies.noisy_labels(",
      `    train.digits(${rows}),`,
      ...Object.entries(settings).map(
        ([key, value]) =>
          `    ${key}=${typeof value === "string" ? `"${value}"` : pythonNumber(value)},`,
      ),
      `    weight_decay=${strength},`,
      `    dropout=${part},`,
      `    seeds=${seeds},`,
      ")",
      `rows = study.table("curves").query("setting == '${shown.find(([, it]) => it)[0]}'")`,
      ...drawn('plots.curves(rows, metric="accuracy")'),
    ].join("\n");
  },
};
