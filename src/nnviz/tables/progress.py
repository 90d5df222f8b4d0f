"""How what was recorded changes: over the steps, and from layer to layer."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.record import Recording
from nnviz.tables.recorded import as_text, chosen_layers

__all__ = ["recorded_curves", "recorded_depth", "recorded_progress"]

_DERIVED = ("dead", "saturated", "equal", "spread", "update_to_weight")
"""What a recorder adds by itself, as ``"<layer>/dead"``."""

_SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("test", "testing"), "test"),
    **dict.fromkeys(("validation", "valid", "val", "eval", "dev"), "validation"),
}
_WORD = f"(?P<split>{'|'.join(_SPLITS)})"
_WITH_SPLIT = re.compile(
    f"{_WORD}[/_. -](?P<metric>.+)|(?P<before>.+)[/_. -]{_WORD.replace('split', 'after')}", re.I
)
"""A split before the metric or after it: ``train/loss``, ``val_loss``, ``Loss/test``."""


def recorded_curves(recording: Recording, pattern: str = "*") -> pd.DataFrame:
    """Return plain numbers as curves.

    Parameters
    ----------
    recording : Recording
        A live `Recorder`, or a run opened by `runs.open_run`.
    pattern : str
        Which names, such as ``"*/loss"``.

    Returns
    -------
    DataFrame
        A `CURVE` table of one setting and seed, without epochs. ``"test/loss"``, ``"test_loss"``
        and ``"Loss/test"`` are the loss of the test split; *val*, *eval* and *dev* are
        validation. A name without a split is a metric by its whole name, on the training split;
        ``"loss"`` alone is that of mini-batches; beside ``"val_loss"``, as Keras has them, it is
        the training loss. A name that says what another one said before keeps its whole name.
    """
    _checks.instance("recording", recording, Recording)
    columns = recording.numbers(pattern)
    names = as_text(columns["name"])
    parts = _metrics(list(dict.fromkeys(names)))
    return pd.DataFrame(
        {
            "setting": "",
            "seed": 0,
            "step": columns["step"],
            "epoch": np.nan,
            "split": [parts[name][0] for name in names],
            "metric": [parts[name][1] for name in names],
            "value": columns["value"],
        }
    )


def recorded_progress(
    recording: Recording, *, statistic: str, kind: str = "activation", layers: str = "*"
) -> pd.DataFrame:
    """Return a statistic of each layer over the steps.

    Parameters
    ----------
    recording : Recording
        As above.
    statistic : str
        A column of `Recording.statistics`, such as norm or zero; or what a recorder adds by
        itself: dead, saturated, equal, spread, update_to_weight, for which `kind` plays no part.
    kind : str
        What follows the layer in the stream's name: activation, gradient, weight …
    layers : str, default "*"
        Pattern of the layers.

    Returns
    -------
    DataFrame
        A `CURVE` table whose settings are the layers, and a `PROGRESS` table: `plots.curves` and
        `plots.layer_map` draw it as it is. Statistics are of the steps at which everything was
        counted in full, if there are three or more.
    """
    values = _statistic(recording, statistic, kind, layers)
    return pd.DataFrame(
        {
            "setting": values["layer"],
            "layer": values["layer"],
            "seed": 0,
            "step": values["step"],
            "epoch": np.nan,
            "split": "",
            "metric": statistic,
            "value": values["value"],
        }
    )


def recorded_depth(
    recording: Recording,
    *,
    statistic: str,
    kind: str = "activation",
    layers: str = "*",
    steps: Iterable[int] | None = None,
) -> pd.DataFrame:
    """Return a statistic from layer to layer, at some steps.

    Parameters
    ----------
    recording, statistic, kind, layers
        As for `recorded_progress`.
    steps : iterable of int, optional
        By default, the first and the last of those that `recorded_progress` has.

    Returns
    -------
    DataFrame
        A `STATISTIC` table; its settings are ``"step <number>"``.
    """
    values = _statistic(recording, statistic, kind, layers)
    known = dict.fromkeys(values["step"].tolist())
    wanted = [min(known), max(known)] if steps is None else steps
    chosen = list(dict.fromkeys(_checks.each("steps", wanted, _checks.step, at_least=1)))
    for step in chosen:
        if step not in known:
            raise _checks.fail("steps", f"one of {', '.join(map(str, known))}", step)
    rows = pd.concat([values[values["step"] == step] for step in chosen], ignore_index=True)
    return pd.DataFrame(
        {
            "setting": [f"step {step}" for step in rows["step"]],
            "seed": 0,
            "layer": rows["layer"],
            "statistic": statistic,
            "value": rows["value"],
        }
    )


def _metrics(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the split and the metric that each name says, no two names the same."""
    said = {name: found for name in names if (found := _said(name))}
    with_train = {metric for split, metric in said.values() if split == "train"}
    alone = {metric for name, (_, metric) in said.items() if "/" not in name} - with_train
    parts: dict[str, tuple[str, str]] = {}
    for name in names:
        whole = "batch_loss" if name == "loss" and name not in alone else name
        part = said.get(name, ("train", whole))
        parts[name] = ("train", name) if part in parts.values() else part
    return parts


def _said(name: str) -> tuple[str, str] | None:
    """Return the split and the metric of a name, None if it has no split."""
    found = _WITH_SPLIT.fullmatch(name)
    if found is None:
        return None
    split = found["split"] or found["after"]
    return _SPLITS[split.lower()], found["metric"] or found["before"]


def _statistic(recording: Recording, statistic: str, kind: str, layers: str) -> pd.DataFrame:
    """Return columns step, layer, value; in each step, layers in order of appearance."""
    _checks.instance("recording", recording, Recording)
    _checks.text("kind", kind)
    _checks.text("layers", layers)
    if statistic in _DERIVED:
        values = _of_numbers(recording, f"/{statistic}")
    else:
        values = whole_steps(_of_streams(recording, statistic, kind), recording)
    found = set(values["layer"])
    # in the recording's order, since gradients come from the last layer to the first
    known = [layer for layer in as_text(recording.layers) if layer in found]
    known = list(dict.fromkeys([*known, *values["layer"]]))
    places = {layer: place for place, layer in enumerate(chosen_layers(known, layers))}
    kept = values[values["layer"].isin(list(places))]
    kept = kept.assign(place=kept["layer"].map(places))
    return kept.sort_values(["step", "place"], ignore_index=True)[["step", "layer", "value"]]


def _of_numbers(recording: Recording, end: str) -> pd.DataFrame:
    if not any(name.endswith(end) for name in recording.names):
        raise ValueError(
            f"recording must have numbers called *{end}, which a recorder adds for the layers "
            f"that can have them; got {', '.join(recording.names) or 'none'}"
        )
    numbers = recording.numbers(f"*{end}")
    names = [name.removesuffix(end) for name in numbers.pop("name").tolist()]
    return pd.DataFrame({**numbers, "layer": as_text(names)})


def whole_steps(values: pd.DataFrame, recording: Recording) -> pd.DataFrame:
    """Return the rows of the steps at which everything was counted in full, if there are three.

    The first and the last alone say nothing of what lies between. Small tensors are counted in full
    at every step: beside samples of the others they would have many times as many rows.
    """
    whole = values[values["step"].isin(recording.exact_steps)]
    return whole if whole["step"].nunique() > 2 else values


def _of_streams(recording: Recording, statistic: str, kind: str) -> pd.DataFrame:
    if not recording.streams:
        raise ValueError("recording must have at least one recorded tensor; got none")
    streams = {stream: stream.rpartition("/") for stream in recording.streams}
    _checks.one_of("kind", kind, recording.kinds)
    columns = recording.statistics(f"*{kind}")
    choices = [name for name in columns if name not in ("step", "stream", "exact")]
    _checks.one_of("statistic", statistic, [*choices, *_DERIVED])
    parts = [streams[stream] for stream in columns["stream"].tolist()]
    values = pd.DataFrame(
        {
            "step": columns["step"],
            "layer": as_text(layer for layer, _, _ in parts),
            "value": columns[statistic],
        }
    )
    return values[[own == kind for _, _, own in parts]]
