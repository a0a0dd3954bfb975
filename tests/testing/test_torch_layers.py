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
