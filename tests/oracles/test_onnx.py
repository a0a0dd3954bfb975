"""Every Conv case of ONNX's own test material passes on both targets; the oracles pass it too."""

from __future__ import annotations

from functools import cache
from types import ModuleType

import numpy as np
import pytest

from convgen import load
from convgen.kernels.kernel import TARGETS

from . import scipy_oracle
from .arrays import Arrays
from .comparison import rounding_bound
from .judges import oracles
from .onnx_cases import Case, conv_cases

pytestmark = pytest.mark.torch

KNOWN = {
    "test_basic_conv_with_padding",
    "test_basic_conv_without_padding",
    "test_conv_with_autopad_same",
    "test_conv_with_strides_and_asymmetric_padding",
    "test_conv_with_strides_no_padding",
    "test_conv_with_strides_padding",
    "test_Conv1d_pad2size1",
    "test_Conv2d_depthwise_with_multiplier",
    "test_Conv3d_dilated_strided",
    "test_operator_conv",
}
"""Some of the cases that must be among those that are collected."""


def test_the_collected_cases_are_onnx_own() -> None:
    names = {case.name for case in conv_cases()}
    assert names >= KNOWN
    assert len(names) >= 30
    assert {case.spec.rank for case in conv_cases()} == {1, 2, 3}
    assert all(case.spec.output_shape == case.expected.shape for case in conv_cases())


def in_float64(case: Case) -> Arrays:
    return {name: array.astype(np.float64) for name, array in case.arrays.items()}


@cache
def rounding(case: Case) -> np.ndarray:
    """How far an element may be from ONNX's expected output, which was computed in float32 as well.

    Both may be off by the bound; where all numbers are integers, neither may be off.
    """
    if all(np.array_equal(array, np.round(array)) for array in case.arrays.values()):
        return np.zeros(case.expected.shape)
    absolute = {name: np.abs(array) for name, array in in_float64(case).items()}
    sums = {"O": scipy_oracle.forward(case.spec, absolute)}
    return 2 * rounding_bound(case.spec, "float32", sums)["O"]


def excess(case: Case, O: np.ndarray) -> str:
    """What is further from ONNX's expected output than rounding explains; empty where nothing is."""
    beyond = np.abs(O.astype(np.float64) - case.expected) - rounding(case)
    return "" if (beyond <= 0).all() else f"{case.name}: off by up to {beyond.max()} more than rounding"


@pytest.mark.parametrize("target", TARGETS)
def test_onnx_cases_pass(target: str) -> None:
    for case in conv_cases():
        bias = [case.arrays["b"]] if case.spec.bias else []
        O = load(case.spec, target, "float32").forward(case.arrays["X"], case.arrays["K"], *bias)
        assert excess(case, O) == ""


@pytest.mark.parametrize("oracle", oracles().values(), ids=oracles())
def test_the_oracles_pass_onnx_cases(oracle: ModuleType) -> None:
    for case in conv_cases():
        assert excess(case, oracle.forward(case.spec, in_float64(case))) == ""


def test_the_bound_on_onnx_cases_notices_a_dropped_tap() -> None:
    for case in conv_cases():
        arrays = in_float64(case)
        arrays["K"][..., case.spec.kernel_size[-1] // 2] = 0  # the middle: at an end it may meet padding only
        assert excess(case, scipy_oracle.forward(case.spec, arrays)) != ""
