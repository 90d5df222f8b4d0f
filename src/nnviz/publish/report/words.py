"""What a report on runs says, by key."""

from nnviz._language import Words

__all__ = ["WORDS"]

_ENGLISH = {
    "language": "en",
    "several": "{count} runs",
    "title": "{run}: report",
    "titles": "Report on {count} runs",
    "state running": "running",
    "state left": "running at the last look",
    "state finished": "finished",
    "state crashed": "crashed: its process is gone",
    "state unfinished": "unfinished",
    "state unknown": "a log of another program",
    "steps": "Steps",
    "of steps": "{first} to {last}: {recorded} recorded, {whole} of them counted in full",
    "started": "Started",
    "took": "Took",
    "resumed": "Resumed after step",
    "lost": "Lost",
    "layers": "Layers",
    "of layers": "{count}: {names}",
    "notices": "Notices",
    "side by side": "Side by side",
    "findings": "Findings",
    "counted": "{found} of {all} rules found something.",
    "severity error": "error",
    "severity warning": "warning",
    "usual remedy": "What usually helps:",
    "threshold": "{value} against a threshold of {threshold}",
    "not assessed": "Not assessed ({count})",
    "not found": "Not found ({count})",
    "figures": "Figures",
    "not drawn": "Not drawn:",
    "nothing to draw": "The run has nothing that could be drawn.",
    "own figures": "Figures of each run of its own are drawn of {most} runs at most.",
    "settings": "Settings",
    "versions": "Versions",
    "last numbers": "Last numbers",
    "name": "name",
    "value": "value",
    "at step": "at step",
    "setting": "setting",
    "layer": "layer",
    "kind": "kind",
    "units": "Units and updates by layer",
    "key units": "The last value of each. Dead: units silent for every example of ten recorded "
    "steps. Saturated: values where the function is next to flat. Equal: units with the same "
    "output as another one.",
    "tensors": "Tensors at step {step}",
    "tensors estimated": "Tensors at step {step}, estimated from samples",
    "more rows": "… and {more} more; nnviz export writes all.",
    "key tensors": "Norm: the root of the sum of squares. Zero: the share of values that are zero. "
    "NaN, ±Inf: how many values are not finite; they count in no other column.",
    "key findings": "A rule compares a number of the run with a threshold. Not assessed: the run "
    "does not hold what the rule looks at.",
    "key side by side": "A column for each run. Settings: those that differ, if any do.",
    "made by": "Made by nnviz {version} from what the run holds; no test stands behind it.",
    "step": "Step {step}",
    "before": "Before the first step",
    "looked": "Last look: {time}. The page looks again by itself while the run goes on.",
    "ended": "Last look: {time}. The run has ended.",
    "left": "Last look: {time}. The run is no longer followed.",
    "key live": "A line goes from the first value to the last; gaps are values that are not "
    "finite. Beside a name: the last value. Below a line: the lowest and the highest so far.",
    "range": "{low} to {high}",
}

WORDS = Words("report", _ENGLISH)
"""Read when they are used: another language takes their place."""
