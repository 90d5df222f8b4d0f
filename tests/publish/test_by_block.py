"""Runs of networks that have the same parts again and again."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnviz import Recorder, plots, tables, testing
from nnviz.publish import figure_of_run
from nnviz.publish.recorded.blocks import blocks_of

PARTS = ("ln", "attn.proj", "mlp.fc", "mlp.proj")
GPT = [
    "transformer.wte",
    *(f"transformer.h.{k}.{part}" for k in range(12) for part in PARTS),
    "transformer.ln_f",
    "lm_head",
]


def test_layers_are_parts_of_blocks_by_their_path():
    blocks = blocks_of(GPT)
    assert blocks.numbers == list(range(12))
    assert blocks.parts == ["ln", "attn.proj", "fc", "mlp.proj"]
    assert blocks.called("transformer.h.10.mlp.fc") == "fc of block 10"
    assert [blocks.part(layer) for layer in blocks.outside] == ["wte", "ln_f", "lm_head"]
    ordered = blocks.ordered()
    assert sorted(ordered) == sorted(GPT)
    assert ordered[0] == GPT[0]
    assert ordered[1:13] == [f"transformer.h.{k}.ln" for k in range(12)]
    assert ordered[-2:] == GPT[-2:]


def test_two_stacks_keep_their_names_apart():
    layers = [
        f"{stack}.block.{k}.{part}" for stack in ("enc", "dec") for k in range(6) for part in "ab"
    ]
    assert blocks_of([*layers, "dec.block.0.c"]).parts == [
        f"{stack}.block.{part}" for stack in ("enc", "dec") for part in "ab"
    ]


@pytest.mark.parametrize(
    "layers",
    [
        [str(k) for k in range(30)],  # a chain
        [f"linear{k}" for k in range(30)],
        [f"net.{k}.0" for k in range(6)],  # as many as can be seen
        [f"stage{k}.{n}.conv" for k in range(8) for n in range(2)],  # lists of two
        [f"net.{k}.part{k}" for k in range(30)],  # no part comes again
        [*(f"net.{k}.a" for k in range(6)), *(f"other{k}" for k in range(20))],  # the smaller part
    ],
)
def test_what_has_no_blocks_is_left_as_it_is(layers):
    assert blocks_of(layers) is None


@pytest.fixture(scope="module")
def run():
    rng = np.random.default_rng(0)
    recorder = Recorder(exact=True)
    for step in range(4):
        with recorder.step(step):
            for k, layer in enumerate(GPT):
                for kind in ("activation", "weight", "weight_update"):
                    recorder.observe(f"{layer}/{kind}", rng.normal(size=(8, 4)) * (1 + k % 5))
    return recorder


@pytest.mark.parametrize(
    "what", ["updates", "depth", "map", "progress", "distributions", "quantiles"]
)
def test_a_network_of_blocks_is_drawn_by_part(run, what):
    figure = figure_of_run(run, what)
    assert testing.faults(figure) == []
    assert figure.get_figheight() < 7
    words = {text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))}
    assert {"attn.proj", "mlp.proj"} <= words
    assert not any("transformer.h" in each for each in words)
    caption = figure.get_supxlabel()
    if what == "depth":
        assert "Outside of blocks: wte " in caption
        assert "block" in words
    elif what == "distributions":
        assert {"block 0", "block 11", "outside of blocks"} <= words
        assert "3 of 12 blocks" in caption
    elif what == "quantiles":
        assert "mean over 12 blocks" in caption
    elif what != "map":
        assert "mean over the 12 blocks" in caption


@pytest.mark.parametrize("context", ["notebook", "paper", "paper-double", "slides", "poster"])
@pytest.mark.parametrize("what", ["distributions", "quantiles"])
def test_panels_of_blocks_are_a_screenful_in_every_context(run, what, context):
    figure = figure_of_run(run, what, context=context)
    assert testing.faults(figure) == []
    with plots.look(context=context):
        line = plt.rcParams["font.size"] / 72
    assert figure.get_figheight() <= 46 * line  # as many lines of text as on a screen
    words = {text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))}
    if what == "distributions":
        assert {"outside of blocks", "block 0", "block 11"} <= words
    if context == "paper":  # two panels side by side: not all parts have room
        shown = "5 of 7 parts" if what == "distributions" else "6 of 7 parts"
        assert shown in " ".join(figure.get_supxlabel().split())


@pytest.mark.parametrize("statistic", ["zero", "dead"])
def test_shares_are_in_percent_wherever_they_are_written(statistic):
    recorder = Recorder(exact=True)
    for step in range(2):
        with recorder.step(step):
            for k, layer in enumerate(GPT):
                values = np.ones((8, 10))
                values[:, : 1 + k % 4] = 0
                recorder.observe(f"{layer}/activation", values)
                recorder.scalar(f"{layer}/dead", 0.1 * (1 + k % 4))
    figure = figure_of_run(recorder, "depth", statistic=statistic)
    axes = figure.axes[0]
    figure.canvas.draw()
    assert all(label.get_text().endswith("%") for label in axes.get_yticklabels())
    told = figure.get_supxlabel().partition("Outside of blocks: ")[2].partition(". ")[0]
    outside = [layer for layer in GPT if ".h." not in layer]
    wanted = {f"{10 * (1 + GPT.index(layer) % 4)}%" for layer in outside}
    assert {each.split()[-1].rstrip(".") for each in told.split(", ")} == wanted
    assert testing.faults(figure) == []


def test_lines_are_the_mean_over_blocks(run):
    axes = figure_of_run(run, "progress", statistic="std").axes[0]
    columns = run.statistics("*.ln/activation")
    means = [columns["std"][columns["step"] == step].mean() for step in range(4)]
    assert any(np.allclose(line.get_ydata(), means) for line in axes.lines)


def test_quantiles_are_the_mean_over_blocks(run):
    table = tables.recorded_quantiles(run, kind="weight", layers="*.mlp.fc", ranks=(0.5,))
    medians = table.groupby("step")["value"].mean()
    axes = figure_of_run(run, "quantiles", kind="weight").axes
    (panel,) = (ax for ax in axes if "fc" in (ax.get_title(), ax.get_title(loc="left")))
    assert any(
        np.allclose(line.get_ydata(), medians) for line in panel.lines if len(line.get_xdata()) == 4
    )


@pytest.mark.parametrize(("context", "shown", "inches"), [("notebook", 12, 6.4), ("paper", 6, 5)])
def test_the_panel_that_the_title_names_is_shown(context, shown, inches):
    rng = np.random.default_rng(0)
    recorder = Recorder(exact=True)
    parts = [f"part{k}" for k in range(20)]
    for step in range(3):
        with recorder.step(step):
            for block in range(3):
                for part in parts:
                    size = 1 + step * (part == "part7")
                    values = size * rng.normal(size=(8, 4))
                    recorder.observe(f"h.{block}.{part}/activation", values)
    figure = figure_of_run(recorder, "quantiles", context=context)
    assert figure.get_figheight() <= inches
    assert "part7" in figure.get_suptitle()
    assert "part7" in {ax.get_title() or ax.get_title(loc="left") for ax in figure.axes}
    assert f"{shown} of 20 parts" in " ".join(figure.get_supxlabel().split())


def test_a_pattern_shows_each_layer_that_it_names(run):
    axes = figure_of_run(run, "progress", layer="*.1?.*").axes[0]
    assert len([line for line in axes.lines if len(line.get_xdata()) == 4]) == 8
