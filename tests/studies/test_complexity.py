"""Networks that grow: which sizes are trained, and at which strength a seed is judged."""

import pytest

from nnviz import studies, train


@pytest.fixture(scope="module")
def study():
    return studies.complexity(
        train.digits(200), widths=(6, 12), depths=(2, 1), width=8, depth=1, epochs=10, seeds=3
    )


def test_each_size_is_trained_once(study):
    sizes = study.table("ends")[["width", "depth"]].drop_duplicates()
    assert set(map(tuple, sizes.to_numpy())) == {(6, 1), (12, 1), (8, 1), (8, 2)}
    assert len(study.table("ends")) == 4 * 7 * 3
    assert sorted(set(study.table("by_width")["width"])) == [6, 12]
    assert sorted(set(study.table("by_depth")["depth"])) == [1, 2]


def test_a_seed_is_judged_at_the_strength_that_is_best_on_the_others(study):
    """Each gain again, in plain loops."""
    ends = study.table("ends").to_dict("records")

    def accuracy(kind, strength, depth, seed):
        (one,) = (
            row["test_accuracy"]
            for row in ends
            if (row["setting"], row["strength"]) == (kind, strength)
            and (row["width"], row["depth"], row["seed"]) == (8, depth, seed)
        )
        return one

    tried = {"weight decay": (0.01, 0.02, 0.04), "dropout": (0.1, 0.2, 0.4)}
    for row in study.table("by_depth").to_dict("records"):
        kind, depth, seed = row["setting"], row["depth"], row["seed"]
        others = [other for other in range(3) if other != seed]
        sums = [sum(accuracy(kind, s, depth, o) for o in others) for s in tried[kind]]
        best = tried[kind][sums.index(max(sums))]
        gain = accuracy(kind, best, depth, seed) - accuracy("none", 0.0, depth, seed)
        assert row["strength"] == best
        assert row["accuracy_gain"] == pytest.approx(gain, abs=1e-12)


def test_the_lead_is_dropouts(study):
    gains = study.table("by_width").set_index(["setting", "width", "seed"])["accuracy_gain"]
    for row in study.table("leads").query("swept == 'width'").itertuples():
        lead = gains["dropout", row.at, row.seed] - gains["weight decay", row.at, row.seed]
        assert row.value == pytest.approx(lead, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"widths": (8,)}, r"widths must be a sequence of at least 2; got \(8,\)"),
        ({"seeds": 1}, "seeds must be an integer of at least 2; got 1"),
        ({"depths": (0, 1)}, "depths must be a positive integer; got 0"),
        ({"dropouts": (0.1, 1.0)}, r"dropouts must be a number in \[0, 1\); got 1.0"),
        ({"weight_decays": (0,)}, "weight_decays must be a positive number; got 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.complexity(**arguments)
