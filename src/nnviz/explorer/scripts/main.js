// The page: which tab is seen, its keys, its address.

const PANELS = { paths: PATHS, weights: WEIGHTS, rates: RATES, regularizers: REGULARIZERS };

let STATE = readAddress(location.hash);

function show() {
  for (const name of Object.keys(PANELS)) {
    const chosen = name === STATE.tab;
    const tab = $(`tab-${name}`);
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    $(name).hidden = !chosen;
    if (!chosen) PANELS[name].leave?.();
  }
  PANELS[STATE.tab].show(STATE[STATE.tab]);
  tell();
}

let waiting = 0;

// Writes the state into the address and the call, a moment after the last change.
function tell() {
  $("python-code").textContent = PYTHON[STATE.tab](STATE[STATE.tab]);
  clearTimeout(waiting);
  waiting = setTimeout(keepAddress, 150);
}

function keepAddress() {
  const hash = writeAddress(STATE);
  if (hash !== location.hash) history.replaceState(null, "", hash);
}

async function copy(text, button) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { value: text, className: "unseen" });
    (button.closest("dialog") ?? document.body).append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
  }
  $("said").textContent = say(done ? "copied" : "not copied");
  button.focus();
  setTimeout(() => {
    $("said").textContent = "";
  }, 2500);
}

function choose(name, focus = false) {
  STATE.tab = name;
  show();
  if (focus) $(`tab-${name}`).focus();
}

// Opens the tab of paths with a surface, rules and updates that another tab has chosen.
function openPaths(wanted) {
  const start = [...DATA.surfaces[wanted.surface].starts[0]];
  Object.assign(STATE.paths, { noise: 0, start, step: wanted.steps }, wanted);
  choose("paths", true);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]"))
    return;
  const names = Object.keys(PANELS);
  const inTabs = event.target.role === "tab";
  if (inTabs && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    const move = event.key === "ArrowLeft" ? names.length - 1 : 1;
    choose(names[(names.indexOf(STATE.tab) + move) % names.length], true);
    return event.preventDefault();
  }
  const typing = event.target.matches("input, select, textarea");
  if (typing || (event.key === " " && event.target.matches("button, summary"))) return;
  const acts = {
    ...PANELS[STATE.tab].keys,
    ...Object.fromEntries(names.map((name, k) => [String(k + 1), () => choose(name, inTabs)])),
    t: turn,
    c: () => $("python").showModal(),
    "?": () => $("help").showModal(),
  };
  if (!Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key]();
}

function turn() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  PANELS[STATE.tab].show(STATE[STATE.tab]);
}

for (const [name, panel] of Object.entries(PANELS)) {
  panel.build(tell);
  $(`tab-${name}`).addEventListener("click", () => choose(name));
}
document.addEventListener("keydown", onKey);
$("turn").addEventListener("click", turn);
$("help-open").addEventListener("click", () => $("help").showModal());
$("python-open").addEventListener("click", () => $("python").showModal());
$("python-copy").addEventListener("click", (event) =>
  copy($("python-code").textContent, event.currentTarget),
);
$("link").addEventListener("click", (event) => {
  keepAddress();
  copy(location.href, event.currentTarget);
});
addEventListener("hashchange", () => {
  if (location.hash === writeAddress(STATE)) return;
  STATE = readAddress(location.hash);
  show();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show());
new ResizeObserver(() => PANELS[STATE.tab].draw()).observe(document.querySelector("main"));
show();
