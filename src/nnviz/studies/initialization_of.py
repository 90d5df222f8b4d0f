"""What initial weights do to the activations and gradients of somebody's own network."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks, nn
from nnviz.nn import Initializer
from nnviz.record import Recorder
from nnviz.stats import Summary
from nnviz.studies.study import Study
from nnviz.tables import DEPTH_HISTOGRAM, STATISTIC

__all__ = ["initialization_of"]

SCHEMES: Mapping[str, Initializer] = {
    **nn.INITIALIZERS,
    "xavier": nn.glorot_normal,
    "he": nn.he_normal,
}
"""Initializers by name: of a network that is not ours, "xavier" means what its library does."""

BINS = 60
_STATISTICS = ("std", "mean", "zero")


def initialization_of(
    model: Any,
    inputs: Any,
    schemes: Mapping[str, str | Initializer | None],
    *,
    seeds: int = 3,
) -> Study:
    """Send a batch through a PyTorch module under several initial weights, and a gradient back.

    >>> study = studies.initialization_of(
    ...     model, x, {"default": None, "zeros": "zeros", "xavier": "xavier", "he": "he"}
    ... )
    >>> plots.activation_grid(study.table("histograms"))

    The module itself stays as it is: copies get new weights. Those are weights of two axes or
    more, in linear, convolutional, recurrent and attention layers alike, with fan-in and fan-out
    as PyTorch counts them; biases beside them become zero. Embeddings, norms and parametrized
    weights stay. The gradient at the output is standard normal. No optimizer moves.

    Parameters
    ----------
    model : torch.nn.Module
    inputs : array-like, torch.Tensor, tuple of them, or mapping of str to them
        A batch, as the model takes it: one argument, several, or several by name.
    schemes : mapping of str to (str, nn.Initializer or None)
        What stands in the figure → None, the weights that the model has; a name of
        `nn.INITIALIZERS`, but that "xavier" is Glorot's (2/(n_in + n_out)), and "he" He's; or an
        initializer of your own.
    seeds : int, default 3
        Number of draws of weights and of the gradient at the output.

    Returns
    -------
    Study
        Tables ``histograms`` and ``gradient_histograms`` (`tables.HISTOGRAM`, all seeds together,
        each setting and layer on bins of its own, from its lowest value to its highest),
        ``weight_histograms``, and ``statistics`` (`tables.STATISTIC`: std, mean, zero; saturated
        and equal, the share of units equal to others, where they are known; gradient_rms, relative
        to the last layer). Layers are called as `record.torch.attach` calls them.

    Raises
    ------
    ValueError
        If the model has no weights to draw, or returns no numbers with a gradient.
    """
    torch: Any = _checks.extra("torch", extra="torch")
    _checks.instance("model", model, torch.nn.Module)
    chosen = _checks.mapping("schemes", schemes, _scheme)
    if not chosen:
        raise _checks.fail("schemes", "one initializer or several by name", schemes)
    n_seeds = _checks.integer("seeds", seeds)
    found = {
        name: [_recorded(model, inputs, scheme, seed) for seed in range(n_seeds)]
        for name, scheme in chosen.items()
    }
    tables = {
        "histograms": _histograms(found, "activation"),
        "gradient_histograms": _histograms(found, "gradient"),
        "weight_histograms": _histograms(found, "weight"),
        "statistics": pd.DataFrame(
            [
                (name, seed, layer, statistic, value)
                for name, draws in found.items()
                for seed, recorder in enumerate(draws)
                for layer, statistic, value in _statistics(recorder)
            ],
            columns=list(STATISTIC.columns),
        ),
    }
    settings = {
        "model": type(model).__name__,
        "schemes": {name: _named(scheme) for name, scheme in schemes.items()},
        "seeds": n_seeds,
        "gradient at the output": "standard normal",
    }
    schemas = {
        "histograms": DEPTH_HISTOGRAM,
        "gradient_histograms": DEPTH_HISTOGRAM.extended(
            "histogram of each layer's gradient", measured="gradient"
        ),
        "weight_histograms": DEPTH_HISTOGRAM.extended(
            "histogram of each layer's weights", measured="weight"
        ),
        "statistics": STATISTIC,
    }
    return Study.asked("initialization_of", tables, settings, [], schemas)


def _scheme(name: str, value: Any) -> Initializer | None:
    if value is None:
        return None
    return (
        _checks.lookup(name, value, SCHEMES) if isinstance(value, str) else _callable(name, value)
    )


def _callable(name: str, value: Any) -> Initializer:
    drawer: Initializer = _checks.function(name, value)
    return drawer


def _named(scheme: Any) -> str:
    if scheme is None:
        return "as it is"
    return scheme if isinstance(scheme, str) else getattr(scheme, "__name__", repr(scheme))


def _recorded(model: Any, inputs: Any, scheme: Initializer | None, seed: int) -> Recorder:
    """Return what one pass of a copy of the model shows."""
    import torch

    from nnviz.record.torch import attach, show_weights

    twin = copy.deepcopy(model).train()
    if scheme is not None:
        _draw(twin, scheme, np.random.default_rng(seed))
    recorder = Recorder(exact=True)
    with torch.random.fork_rng(), torch.enable_grad(), attach(twin, recorder), recorder.step(0):
        torch.manual_seed(seed)
        args, named = _arguments(inputs)
        output = next(_numbers(twin(*args, **named)), None)
        if output is None:
            raise _checks.fail("model", "a module that returns numbers with a gradient", model)
        output.backward(torch.randn_like(output))
        show_weights(twin, recorder)
    return recorder


def _draw(model: Any, scheme: Initializer, rng: np.random.Generator) -> None:
    """Give a model new weights."""
    import torch

    is_none = True
    for layer in model.modules():
        own = dict(layer.named_parameters(recurse=False))
        drawn = [p for n, p in own.items() if "weight" in n.split("_") and p.ndim >= 2]
        if isinstance(layer, torch.nn.Embedding | torch.nn.EmbeddingBag) or not drawn:
            continue
        is_none = False
        with torch.no_grad():
            for weight in drawn:
                is_turned = type(layer).__name__ == "Conv1D"  # of transformers: (n_in, n_out)
                values = _values(scheme, rng, tuple(weight.T.shape if is_turned else weight.shape))
                weight.copy_(torch.from_numpy(values.T if is_turned else values))
            for name, parameter in own.items():
                if "bias" in name.split("_"):
                    parameter.zero_()
    if is_none:
        raise _checks.fail("model", "a module with weights of two axes or more", model)


def _values(
    scheme: Initializer, rng: np.random.Generator, shape: tuple[int, ...]
) -> np.ndarray[Any, np.dtype[Any]]:
    """Return weights of PyTorch's shape (n_out, n_in, …), drawn for its fan-in and fan-out."""
    n_out, n_in, *kernel = shape
    n_positions = int(np.prod(kernel, dtype=int))
    drawn = scheme(rng, n_in * n_positions, n_out * n_positions)[:, :n_out]
    return np.ascontiguousarray(np.asarray(drawn).T).reshape(shape)


def _arguments(inputs: Any) -> tuple[list[Any], dict[str, Any]]:
    import torch

    def tensor(value: Any) -> Any:
        return value if isinstance(value, torch.Tensor) else torch.as_tensor(value)

    if isinstance(inputs, Mapping):
        return [], {name: tensor(value) for name, value in inputs.items()}
    return [tensor(value) for value in (inputs if isinstance(inputs, tuple) else (inputs,))], {}


def _numbers(output: Any) -> Iterator[Any]:
    """Yield the tensors in an output that have a gradient."""
    if getattr(output, "requires_grad", False):
        yield output
    elif isinstance(output, Mapping | tuple | list):
        for part in output.values() if isinstance(output, Mapping) else output:
            yield from _numbers(part)


def _histograms(found: Mapping[str, list[Recorder]], kind: str) -> pd.DataFrame:
    frames = []
    for name, draws in found.items():
        for stream in [s for s in draws[0].streams if s.endswith(f"/{kind}")]:
            seen = [own[stream] for own in (draw.at(0) for draw in draws) if stream in own]
            summary = sum(seen, Summary.empty())
            edges = _edges(summary)
            frames.append(
                pd.DataFrame(
                    {
                        "setting": name,
                        "layer": stream.rpartition("/")[0],
                        "left": edges[:-1],
                        "right": edges[1:],
                        "count": summary.histogram.rebin(edges),
                    }
                )
            )
    return pd.concat(_in_order(frames, found), ignore_index=True)


def _in_order(
    frames: list[pd.DataFrame], found: Mapping[str, list[Recorder]]
) -> list[pd.DataFrame]:
    """Return histograms with layers from the input to the output: gradients come in reverse."""
    place = {layer: k for k, layer in enumerate(next(iter(found.values()))[0].layers)}
    names = list(found)
    return sorted(
        frames,
        key=lambda f: (names.index(f["setting"].iat[0]), place.get(f["layer"].iat[0], len(place))),
    )


def _edges(summary: Summary) -> np.ndarray[Any, np.dtype[Any]]:
    left, right, _ = summary.histogram.buckets()
    low, high = (left[0], right[-1]) if len(left) else (0.0, 0.0)
    if low == high:  # such as all zero: in the middle of a bin
        return np.linspace(low - 0.5, high + 0.5, BINS + 2)
    return np.linspace(low, high, BINS + 1)


def _statistics(recorder: Recorder) -> Iterator[tuple[str, str, float]]:
    columns = recorder.statistics()
    rows = {stream: k for k, stream in enumerate(columns["stream"].tolist())}
    layers = [layer for layer in recorder.layers if f"{layer}/activation" in rows]
    rms = {
        layer: float(columns["rms"][rows[f"{layer}/gradient"]])
        for layer in layers
        if f"{layer}/gradient" in rows
    }
    last = next(reversed(rms.values()), 0.0)
    numbers = recorder.numbers()
    known = dict(zip(numbers["name"].tolist(), numbers["value"].tolist(), strict=True))
    for layer in layers:
        place = rows[f"{layer}/activation"]
        yield from ((layer, name, float(columns[name][place])) for name in _STATISTICS)
        for name in ("saturated", "equal"):
            if f"{layer}/{name}" in known:
                yield layer, name, known[f"{layer}/{name}"]
        if layer in rms:
            yield layer, "gradient_rms", rms[layer] / last if last else float("nan")
