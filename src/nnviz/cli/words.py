"""What commands print in a terminal, by key."""

from nnviz._language import Words

__all__ = ["WORDS"]

_ENGLISH = {
    "state running": "running",
    "state finished": "finished",
    "state crashed": "crashed",
    "state unfinished": "unfinished",
    "state unknown": "unknown",
    "steps": "steps",
    "of steps": "{first} to {last}: {recorded} recorded, {whole} of them counted in full",
    "no tensor in a log": "no tensor is in this log",
    "no tensor": "no tensor was recorded: train inside `with recorder.step(k):`, and see what "
    "kinds= and layers= leave",
    "started": "started",
    "took": "{start}, took {time}",
    "resumed": "resumed",
    "after steps": "after step {steps}",
    "settings": "settings",
    "versions": "versions",
    "layers": "layers",
    "lost": "lost",
    "not recorded": "not recorded: {stream} ({times} times)",
    "notice": "notice: {notice}",
    "step": "step {step}",
    "estimated": "estimated from samples",
    "counted in full": "the last one counted in full; {end}",
    "not finite at": "NaN or infinite at step {step}: {streams}",
    "samples follow": "samples up to step {step} follow",
    "layer": "layer",
    "kind": "kind",
    "name": "name",
    "last": "last",
    "at": "step",
    "last numbers": "last numbers",
    "by axis": "by {axis}: {runs}",
    "without": "without {metric}: {runs}",
    "spread": "mean ± standard deviation at {at}",
    "not finite since": "{odd} of {count} values are NaN or infinite since step {step}",
    "before": "before its first step",
    "ends after": "{state} after step {step}",
    "ends before": "{state} before its first step",
    "no figure": "no figure of {table}: {reason}",
    "drawn": "{drawn} drawn, {unchanged} unchanged, {failed} failed: {page}",
    "hold": "{held} of {all} claims hold",
    "hold, failed": "{held} of {all} claims hold, {failed} failed",
}

WORDS = Words("terminal", _ENGLISH)
"""Read when they are used: another language takes their place."""
