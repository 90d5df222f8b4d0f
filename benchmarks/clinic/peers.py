"""The rules that other tools publish, written anew from their definitions.

torchmortem 0.1.1 (github.com/sebseager/torchmortem, collectors and detectors): the shares of
activations within 1e-6 of zero ("dead units") and beyond ±.95 ("saturation") in any layer, above
one half in at least half of the steps of the run's second half; mean gradient norms of that half
that differ by 100 between the first and the last layer, or norms below 1e-8 in 30 % of all steps
(vanishing); any gradient norm above 1,000 (exploding); update-to-weight ratios below 1e-5 or
above 0.1 in the median of the second half; a smoothed loss that rises by half in the last 20
steps (learning rate too large). It has no rule for NaN, equal units or overfitting.

fastai (fastai/callback/hook.py, ActivationStats): "near zero" is the share of activations of at
most .05. fastai draws it and names no threshold; torchmortem's is used, on activation layers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnviz import nn
from nnviz._typing import Array
from nnviz.record import Recorder

__all__ = ["PeerRecorder"]


class PeerRecorder(Recorder):
    """A recorder that, at every step, also measures what the other tools' rules look at.

    Parameters
    ----------
    **options
        As of `Recorder`.

    Attributes
    ----------
    functions, weighted : callable
        Whether a layer applies an activation function, and whether it has weights, by its name:
        set anew for networks whose layers are called otherwise than ours.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.functions = lambda layer: layer.rstrip("0123456789") in nn.ACTIVATIONS
        self.weighted = lambda layer: layer.startswith(("linear", "batchnorm"))
        self.series: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._weight_norms: dict[str, float] = {}

    def observe(self, stream: str, values: Any) -> None:
        """Measure the whole tensor, and record it."""
        layer, _, kind = stream.rpartition("/")
        if kind == "activation" and not layer.startswith("dropout"):
            size = np.abs(values)
            self.series["zero", layer].append(float(np.mean(size < 1e-6)))
            self.series["beyond", layer].append(float(np.mean(size > 0.95)))
            if self.functions(layer):
                self.series["near zero", layer].append(float(np.mean(values <= 0.05)))
        elif kind == "gradient" and self.weighted(layer):
            self.series["gradient", layer].append(_norm(values))
        elif kind == "weight":
            self._weight_norms[layer] = _norm(values)
        elif kind == "weight_update":
            self._relate(layer, values)
        super().observe(stream, values)

    def observe_parameters(self, net: nn.Sequential, gradients: Array, updates: Array) -> None:
        """Measure whole weights and updates, and record them."""
        for layer, values in self._weights_of(net, net.flat):
            self._weight_norms[layer] = _norm(values)
        for layer, values in self._weights_of(net, updates):
            self._relate(layer, values)
        super().observe_parameters(net, gradients, updates)

    def places(self, size: int) -> None:
        """Return that a tensor is shown as a whole: it is sampled after it was measured."""

    def findings(self) -> dict[str, set[str]]:
        """Return what each tool finds, under the names of our rules."""
        return {
            "torchmortem": {
                *_named("dead units", _is_often_high(self._of("zero"))),
                *_named("saturation", _is_often_high(self._of("beyond"))),
                *_gradient_findings(self._of("gradient")),
                *_ratio_findings(self._of("ratio")),
                *_named("learning rate too large", _rises(self._losses())),
            },
            "fastai": _named("dead units", _is_often_high(self._of("near zero"))),
        }

    def _losses(self) -> Sequence[float]:
        """Return the loss of each step; nothing of networks that have several."""
        return self.numbers("loss")["value"] if "loss" in self.names else []

    def _relate(self, layer: str, update: Any) -> None:
        weight = self._weight_norms.get(layer, 0.0)
        self.series["ratio", layer].append(_norm(update) / weight if weight > 1e-30 else 0.0)

    @staticmethod
    def _weights_of(net: nn.Sequential, flat: Array) -> list[tuple[str, Array]]:
        views = net.views(flat).items()
        return [(n.removesuffix("/weight"), own) for n, own in views if n.endswith("/weight")]

    def _of(self, what: str) -> dict[str, np.ndarray]:
        return {
            layer: np.array(values) for (own, layer), values in self.series.items() if own == what
        }


def _norm(values: np.ndarray) -> float:
    return float(np.linalg.norm(np.asarray(values, np.float64)))


def _named(rule: str, found: bool) -> set[str]:
    return {rule} if found else set()


def _is_often_high(shares: Mapping[str, np.ndarray]) -> bool:
    return any(np.mean(own[len(own) // 2 :] > 0.5) >= 0.5 for own in shares.values())


def _gradient_findings(norms: Mapping[str, np.ndarray]) -> set[str]:
    layers = [norms[name] for name in reversed(norms)]  # gradients come from the last layer
    if len(layers) < 2:
        return set()
    first, *_, last = [float(np.mean(own[len(own) // 2 :])) for own in layers]
    stalls = any(np.mean(own < 1e-8) >= 0.3 for own in layers)
    vanishes = last >= 1e-30 and (first < 1e-30 or last / first >= 100)
    return _named("vanishing gradients", stalls or vanishes) | _named(
        "exploding gradients", any(bool((own > 1000).any()) for own in layers)
    )


def _ratio_findings(ratios: Mapping[str, np.ndarray]) -> set[str]:
    late = [own[1:][len(own[1:]) // 2 :] for own in ratios.values()]
    medians = [float(np.median(own[own > 0])) for own in late if (own > 0).any()]
    return _named("learning rate too small", any(m < 1e-5 for m in medians)) | _named(
        "learning rate too large", any(m > 0.1 for m in medians)
    )


def _rises(losses: Sequence[float]) -> bool:
    smoothed, level = [], float("nan")
    for loss in losses:
        level = loss if np.isnan(level) else 0.9 * level + 0.1 * loss
        smoothed.append(level)
    window = min(20, len(smoothed) // 2)
    if window < 5:
        return False
    tail = np.array(smoothed[-window:])
    return bool(np.mean(np.diff(tail) > 0) >= 0.8 and (tail[-1] >= 1.5 * tail[0]))
