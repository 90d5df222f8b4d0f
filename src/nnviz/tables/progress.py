"""How what was recorded changes: over the steps, and from layer to layer."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._names import DERIVED, matches
from nnviz.record import Block, Recording
from nnviz.stats.statistics import STATISTICS, among, ends_of, statistics_of
from nnviz.tables.recorded import as_text, chosen_layers
from nnviz.tables.tags import counts_epochs, split_and_metric
from nnviz.tables.units import with_units

__all__ = ["kept_steps", "recorded_curves", "recorded_depth", "recorded_progress"]

_ESTIMATED = ("mean", "std", "rms", "norm", "zero")
"""What a sample tells of a tensor; its extremes and numbers of values are its own."""


def recorded_curves(
    recording: Recording | Mapping[str, Recording], pattern: str = "*", *, by: str | None = None
) -> pd.DataFrame:
    """Return plain numbers as curves.

    Parameters
    ----------
    recording : Recording or mapping of str to Recording
        A live `Recorder`, or an opened run; or several by name, as `open_runs` returns them.
    pattern : str
        Which names, such as ``"*/loss"``.
    by : str, optional
        A setting of the runs, such as ``"optimizer"``: runs that share its value are seeds of
        one, and make a band. By default, each run stands alone.

    Returns
    -------
    DataFrame
        A `CURVE` table whose settings are the names of the runs or, with `by`, setting and
        value, ``"optimizer adam"``; of a single recording there is one, which is empty. The
        column *axis* says over which column a curve runs: *step* for what nnviz recorded; of a
        log, *epoch*, *environment_step* or, as it was counted whatever its writer chose to
        count, *logged_step*; beside such a log, what nnviz recorded, too. Each is a column if a
        curve runs over it. Numbers called *epoch*
        become that column where they were logged at the same step.

        ``"test/loss"``, ``"test_loss"`` and ``"Loss/test"`` are the loss of the test split;
        *val*, *eval* and *dev* are validation: `SPLITS` has all words, and takes others.
        A name without a split is a metric by its whole name, on the training split unless other
        names say "train"; ``"loss"`` alone is that of mini-batches; beside ``"val_loss"``, as
        Keras has them, it is the training loss. A name that says what another one said before
        keeps its whole name. Whether an accuracy is a share or in percent already is told once,
        by all of its values, and stands in ``attrs["units"]``.

    Raises
    ------
    ValueError
        If no run has the setting.
    """
    _checks.text("pattern", pattern)
    _checks.optional("by", by, _checks.text)
    runs = recording if isinstance(recording, Mapping) else {"": recording}
    for one in runs.values():
        _checks.instance("recording", one, Recording)
    settings = _grouped(runs, by)
    if not isinstance(recording, Mapping):
        return with_units(_curves(recording, pattern, settings[""], 0))
    parts = []
    for place, (name, one) in enumerate(runs.items()):
        seed = list(settings.values())[:place].count(settings[name])
        own = pattern if any(matches(number, pattern) for number in one.names) else None
        if own is not None:
            parts.append(_curves(one, own, settings[name], seed))
    if not parts:
        known = list(dict.fromkeys(name for one in runs.values() for name in one.names))
        _checks.one_of("pattern", pattern, known)
        raise ValueError("recording must have numbers in one of its runs; got none")
    table = pd.concat(parts, ignore_index=True)
    if {"step", "logged_step"} <= set(table["axis"]):  # an update is a step, too
        own = table["axis"] == "step"
        table["logged_step"] = table["step"].astype(float).where(own, table["logged_step"])
        table["axis"] = table["axis"].where(~own, "logged_step")
    return with_units(table)


def _grouped(recordings: Mapping[str, Recording], by: str | None) -> dict[str, str]:
    """Return the setting that each run is drawn as."""
    if by is None:
        return {name: as_text([name])[0] for name in recordings}
    own = {name: one.meta.get("settings", {}) for name, one in recordings.items()}
    known = list(dict.fromkeys(key for settings in own.values() for key in settings))
    if not any(by in settings for settings in own.values()):
        told = ", ".join(map(str, known)) or "they have none"
        raise _checks.fail("by", f"a setting of the runs: {told}", by)
    return {
        name: f"{by} {settings[by]}" if by in settings else f"no {by}"
        for name, settings in own.items()
    }


def _curves(recording: Recording, pattern: str, setting: str, seed: int) -> pd.DataFrame:
    """Return the curves of a single run."""
    columns = recording.numbers(pattern)
    names = as_text(columns["name"])
    parts = split_and_metric(as_text(recording.names))  # what a number is called, others decide
    table = pd.DataFrame(
        {
            "setting": setting,
            "seed": seed,
            "step": columns["step"],
            "epoch": np.nan,
            "split": [parts[name][0] for name in names],
            "metric": [parts[name][1] for name in names],
            "value": columns["value"],
            "axis": "step",
        }
    )
    axis = recording.meta.get("axis")
    if axis is None:
        return table
    program = recording.meta.get("program", "")
    counted = ["epoch" if counts_epochs(name, program) else axis for name in names]
    return _over_axes(table, axis, np.array(counted, np.object_))


def _over_axes(table: pd.DataFrame, axis: str, own: NDArray[np.object_]) -> pd.DataFrame:
    """Return curves of a log with the columns that they run over, `own` of each row."""
    is_epoch = table["metric"] == "epoch"
    epochs = table[is_epoch].groupby("step")["value"].last()
    steps = table["step"].astype(float)
    table = table.assign(axis=own, epoch=table["step"].map(epochs).astype(float))
    table["epoch"] = steps.where(own == "epoch", table["epoch"])
    if axis != "epoch":
        table[axis] = steps.where(own == axis)
    return table[~is_epoch].reset_index(drop=True)


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
        counted in full, if there are three or more; after the last of these they are estimated
        from samples, but for minima, maxima and numbers of values, which samples do not tell.
    """
    values = _statistic(recording, statistic, kind, layers)
    table = pd.DataFrame(
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
    return with_units(table)


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
    table = pd.DataFrame(
        {
            "setting": [f"step {step}" for step in rows["step"]],
            "seed": 0,
            "layer": rows["layer"],
            "statistic": statistic,
            "value": rows["value"],
        }
    )
    return with_units(table)


def _statistic(recording: Recording, statistic: str, kind: str, layers: str) -> pd.DataFrame:
    """Return columns step, layer, value; in each step, layers in order of appearance."""
    _checks.instance("recording", recording, Recording)
    _checks.text("kind", kind)
    _checks.text("layers", layers)
    if statistic in DERIVED:
        values = _of_numbers(recording, f"/{statistic}")
    else:
        values = _of_streams(recording, statistic, kind)
    found = set(values["layer"].unique())
    # in the recording's order, since gradients come from the last layer to the first
    known = [layer for layer in as_text(recording.layers) if layer in found]
    known = list(dict.fromkeys([*known, *values["layer"].unique()]))
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


def kept_steps(
    recording: Recording, streams: NDArray[np.int64], *, to_the_end: bool = True
) -> NDArray[np.int64]:
    """Return the steps at which everything was counted in full, if some streams have three.

    And, `to_the_end`, sampled ones after these, as far apart, and the last. Without three, all
    steps: the first and the last alone say nothing of what lies between. Small tensors are counted
    in full at every step: beside samples of the others they would have many times as many rows.
    """
    steps = recording.recorded_at()
    whole = steps.whole
    found: set[int] = set()
    for block in recording.blocks_holding(whole, buckets=False):
        here = among(block.step, whole) & np.isin(block.stream, streams)
        found.update(np.unique(block.step[here]).tolist())
        if len(found) > 2:
            rest = steps.step[steps.step > whole[-1]] if to_the_end else steps.step[:0]
            apart = int(np.median(np.diff(whole)))
            return np.append(whole, rest[ends_of((rest - whole[-1] - 1) // apart)])
    return steps.step


def _of_streams(recording: Recording, statistic: str, kind: str) -> pd.DataFrame:
    """Return columns step, layer, value of the streams of a kind at the steps that are kept."""
    if not recording.streams:
        raise ValueError("recording must have at least one recorded tensor; got none")
    _checks.one_of("kind", kind, recording.kinds)
    choices = [name for name in STATISTICS if name not in ("step", "stream", "exact")]
    _checks.one_of("statistic", statistic, [*choices, *DERIVED])
    parts = [stream.rpartition("/") for stream in recording.streams]
    streams = np.array([place for place, part in enumerate(parts) if part[2] == kind])
    steps = kept_steps(recording, streams, to_the_end=statistic in _ESTIMATED)
    names = ("step", "stream", statistic)
    found = [statistics_of(Block.of(), names)]
    for block in recording.blocks_holding(steps, buckets=False):
        columns = recording.corrected(statistics_of(block, names))
        here = among(block.step, steps) & np.isin(block.stream, streams)
        found.append({name: column[here] for name, column in columns.items()})
    step, stream, value = (np.concatenate([part[name] for part in found]) for name in names)
    order = np.lexsort((stream, step))
    layers = np.array(as_text(layer for layer, _, _ in parts), np.object_)
    return pd.DataFrame(
        {"step": step[order], "layer": layers[stream[order]], "value": value[order]}
    )
