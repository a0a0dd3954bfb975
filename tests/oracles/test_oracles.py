"""SciPy, PyTorch and ONNX give the same exact answers, and the comparison with them notices what is wrong."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen import ConvSpec
from convgen.testing import conv_specs

from . import onnx_oracle, scipy_oracle
from .arrays import Arrays, from_oracle, integers, noise, to_oracle
from .comparison import differences, exactly, rounding_bound
from .imitations import WRONG, WRONG_AXES, Imitation
from .judges import exact_answers, oracles
from .layers import ALL_SPECS, EACH_RANK, HARD, RANKS, SEEDS, SPECS

pytestmark = pytest.mark.torch

# ---- the oracles among themselves --------------------------------------------------------------------


@pytest.mark.parametrize("oracle", oracles().values(), ids=oracles())
def test_a_layer_worked_by_hand(oracle: ModuleType) -> None:
    """O[i] = b + Σ K[m] X[i + m]: no flip, the bias once, the gradients as the taps say."""
    spec = ConvSpec(3, 2)
    arrays = {"X": [1, 2, 4], "K": [10, 1], "b": [100], "dO": [1, 3]}
    answers = oracle.answers(spec, {name: np.array(values, float) for name, values in arrays.items()})
    expected = {"O": [112, 124], "dX": [10, 31, 3], "dK": [1 * 1 + 3 * 2, 1 * 2 + 3 * 4], "db": [4]}
    assert {name: result.tolist() for name, result in answers.items()} == expected


@pytest.mark.parametrize("rank", RANKS)
@EACH_RANK
@given(drawn=st.data(), seed=SEEDS)
def test_the_oracles_agree_on_drawn_layers(rank: int, drawn: st.DataObject, seed: int) -> None:
    spec = drawn.draw(SPECS[rank])
    arrays = integers(spec, seed)
    answers = exact_answers(spec, arrays)
    shapes = {name: answer.shape for name, answer in answers.items()}
    assert shapes.pop("db", spec.bias_shape) == spec.bias_shape
    assert shapes == {"O": spec.output_shape, "dX": spec.input_shape, "dK": spec.kernel_shape}
    assert np.array_equal(answers["O"], onnx_oracle.forward(spec, arrays))


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_the_oracles_agree_on_hard_layers(spec: ConvSpec) -> None:
    arrays = integers(spec, seed=1)
    answers = exact_answers(spec, arrays)
    assert np.array_equal(answers["O"], onnx_oracle.forward(spec, arrays))
    assert all(np.count_nonzero(answer) for answer in answers.values())


@given(ALL_SPECS, SEEDS)
def test_arrays_come_back_from_the_order_of_the_oracles(spec: ConvSpec, seed: int) -> None:
    for name, array in integers(spec, seed).items():
        assert np.array_equal(from_oracle(spec, name, to_oracle(spec, name, array)), array)


# ---- named paddings, by what others mean by them -----------------------------------------------------


@pytest.mark.parametrize(("padding", "auto_pad"), onnx_oracle.AUTO_PADS.items())
@given(drawn=st.data(), seed=SEEDS)
def test_a_named_padding_means_what_onnx_means(
    padding: str, auto_pad: str, drawn: st.DataObject, seed: int
) -> None:
    spec = drawn.draw(conv_specs(padding=padding))
    arrays = integers(spec, seed)
    O = onnx_oracle.forward(spec, arrays, auto_pad)
    assert np.array_equal(scipy_oracle.forward(spec, arrays), O)


@given(conv_specs(padding="full", stride=1, dilation=1, layout="DHW", bias=False), SEEDS)
def test_full_padding_means_what_scipy_means(spec: ConvSpec, seed: int) -> None:
    from scipy.signal import correlate

    arrays = integers(spec, seed)
    expected = correlate(arrays["X"], arrays["K"], mode="full", method="direct")
    assert np.array_equal(scipy_oracle.forward(spec, arrays), expected)


# ---- the comparison notices --------------------------------------------------------------------------


def noticed(spec: ConvSpec, imitation: Imitation, arrays: Arrays, bounds: Arrays | None = None) -> set[str]:
    """The results of an imitation that the comparison calls wrong; by default none may be off at all."""
    expected = scipy_oracle.answers(spec, arrays)
    bounds = exactly(expected) if bounds is None else bounds
    return set(differences(imitation, spec, imitation.dtype, arrays, expected, bounds))


def noise_bound(spec: ConvSpec, dtype: str, arrays: Arrays) -> Arrays:
    absolute = {name: np.abs(array) for name, array in arrays.items()}
    return rounding_bound(spec, dtype, scipy_oracle.answers(spec, absolute))


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_right_answers_pass(spec: ConvSpec) -> None:
    arrays = integers(spec, seed=2)
    for each in (spec, replace(spec, bias=False)):
        imitation = Imitation("float32", scipy_oracle.answers(each, arrays))
        assert noticed(each, imitation, arrays) == set()


@pytest.mark.parametrize("spec", HARD, ids=str)
@pytest.mark.parametrize("mistake", WRONG | WRONG_AXES)
def test_a_wrong_answer_is_noticed_where_it_is_wrong(spec: ConvSpec, mistake: str) -> None:
    answer, spoiled = (WRONG | WRONG_AXES)[mistake]
    if mistake in WRONG_AXES and spec.rank == 1:
        spoiled = frozenset()  # one axis has no other to be confused with
    arrays = integers(spec, seed=3)
    assert noticed(spec, Imitation("float32", answer(spec, arrays)), arrays) == spoiled
    arrays = noise(spec, 3, "float32")
    bounds = noise_bound(spec, "float32", arrays)
    assert noticed(spec, Imitation("float32", answer(spec, arrays)), arrays, bounds) == spoiled


@pytest.mark.parametrize("habit", ["accumulates", "spills"])
def test_adding_to_a_result_and_writing_beyond_it_are_noticed(habit: str) -> None:
    arrays = integers(HARD[0], seed=4)
    imitation = Imitation("float64", scipy_oracle.answers(HARD[0], arrays), **{habit: True})
    assert noticed(HARD[0], imitation, arrays) == {"O", "dX", "dK", "db"}


@pytest.mark.parametrize(("dtype", "lower"), [("float32", "float16"), ("float64", "float32")])
@pytest.mark.parametrize("spec", HARD, ids=str)
def test_the_rounding_bound_tells_one_precision_from_the_next(spec: ConvSpec, dtype: str, lower: str) -> None:
    """γ_n Σ|x||k| admits rounding in the dtype and nothing as coarse as the next lower one."""
    arrays = noise(spec, 6, dtype)
    bounds = noise_bound(spec, dtype, arrays)
    assert noticed(spec, Imitation(dtype, scipy_oracle.answers(spec, arrays)), arrays, bounds) == set()
    rounded = {name: array.astype(lower).astype(np.float64) for name, array in arrays.items()}
    coarse = Imitation(dtype, scipy_oracle.answers(spec, rounded))
    assert noticed(spec, coarse, arrays, bounds) == {"O", "dX", "dK", "db"}
