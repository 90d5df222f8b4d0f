"""Blocks in which the same stream comes several times in a step."""

import numpy as np
import pytest

from nnviz.stats import Summary
from nnviz.stats.block import Block


def test_the_sum_of_many_summaries_at_once_is_that_of_one_after_the_other():
    rng = np.random.default_rng(0)
    rows, expected = [], {}
    for step in range(6):
        for stream in range(5):
            for _ in range(rng.integers(1, 4)):
                values = rng.normal(size=rng.integers(0, 40)) * 10.0 ** rng.integers(-5, 5)
                if len(values):
                    values[0] = rng.choice([np.nan, np.inf, -np.inf, 0.0, 1.0])
                seen = Summary.of(values)
                rows.append((step, stream, seen))
                expected[step, stream] = expected.get((step, stream), Summary.empty()) + seen
    block = Block.of([rows[k] for k in rng.permutation(len(rows))], [(0, 1, 2.0)]).merged()
    assert len(block) == len(expected)
    assert block.number.tolist() == [2.0]
    for place in range(len(block)):
        one = block.summary(place)
        other = expected[int(block.step[place]), int(block.stream[place])]
        assert one.size == other.size
        assert one.histogram == other.histogram
        for name, value in vars(other.moments).items():
            far = 1e-12 * abs(other.moments.max) if other.moments.count else 0.0
            close = pytest.approx(value, rel=1e-12, abs=far, nan_ok=True)
            assert getattr(one.moments, name) == close, name
