"""Layers of PyTorch are examined as they are, forward as written and backward by its own differentiation."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from convgen import ConvSpec
from convgen.errors import SpecError
from convgen.testing import assert_conv_layer, conv_specs, examine_conv_layer, torch_function, torch_module
from testing.layers import NotSupportedError, backward

pytestmark = pytest.mark.torch


def torch_convolution(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
    sides = [side for pair in reversed(spec.padding) for side in pair]
    convolution = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}[spec.rank]
    return convolution(
        functional.pad(X, sides), K, b, stride=spec.stride, dilation=spec.dilation, groups=spec.groups
    )


@pytest.mark.parametrize(("layout", "dtype"), [("NCW", "float64"), ("NCHW", "float32"), ("NCDHW", "float64")])
def test_a_function_of_pytorch_passes(layout: str, dtype: str) -> None:
    assert_conv_layer(**torch_function(torch_convolution), layout=layout, dtype=dtype, examples=10)


def symmetric(spec: ConvSpec) -> bool:
    return all(before == after for before, after in spec.padding)


def a_module(spec: ConvSpec) -> Any:
    return nn.Conv2d(
        spec.in_channels, spec.out_channels, spec.kernel_size, spec.stride,
        [before for before, _ in spec.padding], spec.dilation, spec.groups, spec.bias,
    )  # fmt: skip


def test_a_module_of_pytorch_passes_where_it_says_what_it_supports() -> None:
    def module(spec: ConvSpec) -> Any:
        if not symmetric(spec):
            raise NotSupportedError("asymmetric padding")
        return a_module(spec)

    arguments = torch_module(module) | {"unsupported": NotSupportedError, "layout": "NCHW", "examples": 10}
    functions = {name: arguments.pop(name) for name in ("forward", "backward")}
    report = examine_conv_layer(functions, **arguments)
    assert report
    assert report.declined
    assert f"({report.declined} more are not supported)" in str(report)
    strategy = conv_specs(layout="NCHW").filter(symmetric)
    assert_conv_layer(**torch_module(a_module), specs=strategy, examples=10)


class WithoutGradients(torch.autograd.Function):
    """Its backward returns None for dX and dK, as one does who means to write them later."""

    @staticmethod
    def forward(context: Any, X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
        return torch_convolution(X, K, b, spec)

    @staticmethod
    def backward(context: Any, dO: Any) -> Any:
        return None, None, dO.sum((0, 2, 3)), None


def under_no_grad(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
    with torch.no_grad():
        return torch_convolution(X, K, b, spec)


@pytest.mark.parametrize(
    ("function", "missing"),
    [
        (lambda X, K, b, spec: WithoutGradients.apply(X, K, b, spec), ["X", "K"]),
        (lambda X, K, b, spec: torch_convolution(X.detach(), K, b, spec), ["X"]),
        (lambda X, K, b, spec: torch_convolution(X, K.data, b, spec), ["K"]),
        (under_no_grad, ["X", "K", "b"]),
    ],
    ids=["Function", "detach", "data", "no_grad"],
)
def test_a_gradient_that_pytorch_does_not_compute_is_a_finding(function: Any, missing: list[str]) -> None:
    functions = torch_function(function)
    arrays = functions.pop("arrays")
    report = examine_conv_layer(functions, specs=ConvSpec((4, 4), (2, 2), 2, 3, 2), arrays=arrays)
    assert [finding.problem.subject for finding in report.findings] == [f"d{array}" for array in missing]
    for array, finding in zip(missing, report.findings, strict=True):
        assert f"d{array} is None: your output does not depend on {array}, or your Function" in str(finding)


@pytest.mark.parametrize("raises", [False, True])
def test_pytorch_runs_in_one_thread_while_it_is_examined_and_in_as_many_as_before_then(raises: bool) -> None:
    """The layers are small: more threads only wait."""
    threads, seen = torch.get_num_threads(), set()

    def watching(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
        seen.add(torch.get_num_threads())
        if raises:
            raise KeyboardInterrupt
        return torch_convolution(X, K, b, spec)

    torch.set_num_threads(2)
    try:
        with pytest.raises(KeyboardInterrupt) if raises else nullcontext():
            assert_conv_layer(**torch_function(watching), specs=ConvSpec((3, 3), (2, 2), 1, 1, 1))
        assert seen == {1}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


class OtherNames(nn.Module):
    """Its kernel is called otherwise."""

    def __init__(self, spec: ConvSpec) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.zeros(spec.kernel_shape))

    def forward(self, X: Any) -> Any:
        return X


@pytest.mark.parametrize(
    ("module", "names", "words"),
    [
        (
            nn.Conv2d(1, 1, 3),
            {},
            "torch_module takes a function of spec, such as lambda spec: MyConv2d(spec), got",
        ),
        (
            nn.Conv2d,
            {},
            "the function that builds the module is called with spec, and yours takes (in_channels",
        ),
        (3, {}, "the function that builds the module must be a function (spec), got 3"),
        (
            OtherNames,
            {},
            "has no parameter 'weight', it has kernel: say which it is, torch_module(..., weight=",
        ),
        (
            OtherNames,
            {"weight": "kernel"},
            "has no parameter 'bias', it has kernel: say which it is, torch_module",
        ),
    ],
    ids=str,
)
def test_what_is_no_module_of_a_spec_is_refused_once(module: Any, names: dict[str, str], words: str) -> None:
    with pytest.raises(SpecError) as caught:
        assert_conv_layer(**torch_module(module, **names), specs=ConvSpec((3, 3), (2, 2), 1, 1, 1))
    assert words in str(caught.value)
    assert str(caught.value).count("has no parameter") <= 1


def test_a_function_of_other_arguments_is_refused() -> None:
    with pytest.raises(SpecError, match=r"is called with X, K, b, spec, and yours takes \(X, K\)"):
        torch_function(lambda X, K: functional.conv2d(X, K))


def test_a_wrong_module_of_pytorch_is_diagnosed() -> None:
    class Own(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, X: Any, K: Any, spec: ConvSpec) -> Any:
            context.save_for_backward(X, K)
            context.spec = spec
            return torch_convolution(X, K, None, spec)

        @staticmethod
        def backward(context: Any, dO: Any) -> Any:
            X, K = context.saved_tensors
            dX, dK, _ = backward(X.numpy(), K.numpy(), dO.numpy(), context.spec)
            return torch.from_numpy(dX), torch.from_numpy(np.flip(dK, (2, 3)).copy()), None

    own = torch_function(lambda X, K, b, spec: Own.apply(X, K, spec))
    with pytest.raises(AssertionError) as caught:
        assert_conv_layer(**own, layout="NCHW", bias=False, examples=10)
    message = str(caught.value)
    assert "dK is wrong" in message
    assert "your dK equals the rule turned by rot180 at the end" in message
