"""Generated kernels of both targets give exactly the oracles' answers: all four passes, every kind of layer.

On integer-valued arrays nothing may differ, in float32 as in float64; on noise no element may be further
off than the rounding of its own sum, γ_n Σ|x||k|. The full profile draws 2,400 times, about 2,100
different layers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen import ConvSpec, load
from convgen.kernels.forms import FORMS, Form
from convgen.kernels.kernel import DTYPES, TARGETS, passes_of
from convgen.runtime import LoadedKernel

from . import scipy_oracle
from .arrays import Arrays, integers, noise
from .comparison import differences, exactly, rounding_bound
from .imitations import padding_on_the_other_side
from .judges import exact_answers
from .layers import ALL_SPECS, EACH_FORM, EACH_KERNEL, HARD, RANKS, SEEDS, SPECS

AFFORDABLE = 2_000
"""The largest cost of a form that is asked for against the rule: compilers are slow on longer texts."""


def trials(spec: ConvSpec, seed: int, dtype: str) -> Iterator[tuple[Arrays, Arrays, Arrays]]:
    """Arrays, the oracles' answers and how far off an element may be: integers first, then noise."""
    arrays = integers(spec, seed)
    expected = exact_answers(spec, arrays)
    yield arrays, expected, exactly(expected)
    arrays = noise(spec, seed, dtype)
    absolute = scipy_oracle.answers(spec, {name: np.abs(array) for name, array in arrays.items()})
    yield arrays, scipy_oracle.answers(spec, arrays), rounding_bound(spec, dtype, absolute)


def assert_right(kernels: list[LoadedKernel], spec: ConvSpec, seed: int, dtype: str) -> None:
    for arrays, expected, bounds in trials(spec, seed, dtype):
        for kernel in kernels:
            found = differences(kernel, spec, dtype, arrays, expected, bounds)
            assert found == {}, f"{kernel.kernel.target} {dict(kernel.kernel.forms)}"


@pytest.mark.parametrize("rank", RANKS)
@EACH_KERNEL
@given(drawn=st.data(), seed=SEEDS)
def test_kernels_of_drawn_layers_are_right(rank: int, drawn: st.DataObject, seed: int) -> None:
    spec = drawn.draw(SPECS[rank])
    for dtype in DTYPES:
        assert_right([load(spec, target, dtype) for target in TARGETS], spec, seed, dtype)


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_kernels_of_hard_layers_are_right(spec: ConvSpec) -> None:
    for dtype in DTYPES:
        assert_right([load(spec, target, dtype) for target in TARGETS], spec, 7, dtype)


def is_affordable(form: Form, spec: ConvSpec, name: str) -> bool:
    return form.budget is None or form.budget.cost(spec, name) <= min(form.budget.limit, AFFORDABLE)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.target}-{form.name}")
@EACH_FORM
@given(spec=ALL_SPECS, seed=SEEDS, dtype=st.sampled_from(DTYPES))
def test_every_form_is_right_where_the_rule_would_choose_another(
    form: Form, spec: ConvSpec, seed: int, dtype: str
) -> None:
    forms = {
        name: form.name for name in passes_of(spec) if name in form.passes and is_affordable(form, spec, name)
    }
    assert_right([load(spec, form.target, dtype, forms=forms)], spec, seed, dtype)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("spec", HARD, ids=str)
def test_the_kernel_of_another_layer_is_noticed(spec: ConvSpec, target: str) -> None:
    """The same shapes, the same amount of padding, but on the other side."""
    kernel = load(padding_on_the_other_side(spec), target, "float32")
    for arrays, expected, bounds in trials(spec, 8, "float32"):
        assert set(differences(kernel, spec, "float32", arrays, expected, bounds)) == {"O", "dX", "dK"}
