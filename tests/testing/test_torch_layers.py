"""Layers of PyTorch are examined as they are, forward as written and backward by its own differentiation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from convgen import ConvSpec
from convgen.testing import assert_conv_layer, conv_specs, examine_conv_layer, torch_function, torch_module
from testing.layers import backward


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The layers are small, and other tests run beside."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


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
            raise NotImplementedError("asymmetric padding")
        return a_module(spec)

    arguments = torch_module(module) | {"unsupported": NotImplementedError, "layout": "NCHW", "examples": 10}
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
