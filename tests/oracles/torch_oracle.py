"""PyTorch as the oracle: float64 convolutions on explicitly padded tensors, gradients by its autograd."""

from __future__ import annotations

import torch
from torch.nn import functional

from convgen import ConvSpec

from .arrays import Arrays, from_oracle, to_oracle

CONVOLUTIONS = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}


def answers(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """O, dX, dK and db (where the spec has a bias) in float64, in the spec's layout."""
    X, K, b = (
        torch.tensor(to_oracle(spec, name, arrays[name]), requires_grad=True) for name in ("X", "K", "b")
    )
    amounts = [amount for pair in reversed(spec.padding) for amount in pair]  # the last axis comes first
    O = CONVOLUTIONS[len(spec.kernel_size)](  # noqa: E741 -- the array's name
        functional.pad(X, amounts),
        K,
        b if spec.bias else None,
        stride=spec.stride,
        dilation=spec.dilation,
        groups=spec.groups,
    )
    O.backward(torch.tensor(to_oracle(spec, "dO", arrays["dO"])))
    results = {"O": O.detach(), "dX": X.grad, "dK": K.grad} | ({"db": b.grad} if spec.bias else {})
    return {name: from_oracle(spec, name, result.numpy()) for name, result in results.items()}
