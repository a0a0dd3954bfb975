"""Generated kernels of both targets give exactly the oracles' answers: all four passes, every kind of layer.

On integer-valued arrays nothing may differ, in float32 as in float64; on noise no element may be further
off than the rounding of its own sum, γ_n Σ|x||k|. The full profile draws well over 2,000 layers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given

from convgen import ConvSpec, load
from convgen.kernels.kernel import DTYPES, TARGETS

from . import scipy_oracle
from .arrays import Arrays, integers, noise
from .comparison import differences, exactly, rounding_bound
from .judges import exact_answers
from .layers import HARD, RANKS, SEEDS, SPECS, examples_per_rank


def trials(spec: ConvSpec, seed: int, dtype: str) -> Iterator[tuple[Arrays, Arrays, Arrays]]:
    """Arrays, the oracles' answers and how far off an element may be: integers first, then noise."""
    arrays = integers(spec, seed)
    expected = exact_answers(spec, arrays)
    yield arrays, expected, exactly(expected)
    arrays = noise(spec, seed, dtype)
    absolute = scipy_oracle.answers(spec, {name: np.abs(array) for name, array in arrays.items()})
    yield arrays, scipy_oracle.answers(spec, arrays), rounding_bound(spec, dtype, absolute)


def assert_kernels_are_right(spec: ConvSpec, seed: int) -> None:
    for dtype in DTYPES:
        kernels = {target: load(spec, target, dtype) for target in TARGETS}
        for arrays, expected, bounds in trials(spec, seed, dtype):
            found = {
                target: problems
                for target, kernel in kernels.items()
                if (problems := differences(kernel, spec, dtype, arrays, expected, bounds))
            }
            assert found == {}


@pytest.mark.parametrize("rank", RANKS)
def test_kernels_of_drawn_layers_are_right(rank: int) -> None:
    @examples_per_rank()
    @given(SPECS[rank], SEEDS)
    def holds(spec: ConvSpec, seed: int) -> None:
        assert_kernels_are_right(spec, seed)

    holds()


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_kernels_of_hard_layers_are_right(spec: ConvSpec) -> None:
    assert_kernels_are_right(spec, seed=7)
