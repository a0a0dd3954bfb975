"""PyTorch as the oracle: float64 convolutions on explicitly padded tensors, gradients by its autograd."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from convgen import ConvSpec

from .arrays import Arrays, from_oracle, to_oracle

CONVOLUTIONS = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}

torch.set_num_threads(1)  # drawn layers are small, and the tests run side by side already


def answers(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """O, dX, dK and db (where the spec has a bias) in float64, in the spec's layout."""
    X, K, b = (_tensor(spec, name, arrays).requires_grad_() for name in ("X", "K", "b"))
    O = _convolution(spec, X, K, b)
    O.backward(_tensor(spec, "dO", arrays))
    results = {"O": O.detach(), "dX": X.grad, "dK": K.grad} | ({"db": b.grad} if spec.bias else {})
    return {name: from_oracle(spec, name, result.numpy()) for name, result in results.items()}


def forward(spec: ConvSpec, arrays: Arrays) -> np.ndarray:
    """O in float64, in the spec's layout."""
    O = _convolution(spec, *(_tensor(spec, name, arrays) for name in ("X", "K", "b")))
    return from_oracle(spec, "O", O.numpy())


def _tensor(spec: ConvSpec, name: str, arrays: Arrays) -> torch.Tensor:
    # Contiguous: PyTorch refuses gradients of some small weights that lie in another order.
    return torch.tensor(np.ascontiguousarray(to_oracle(spec, name, arrays[name])))


def _convolution(spec: ConvSpec, X: torch.Tensor, K: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    amounts = [amount for pair in reversed(spec.padding) for amount in pair]  # the last axis comes first
    return CONVOLUTIONS[len(spec.kernel_size)](
        functional.pad(X, amounts),
        K,
        b if spec.bias else None,
        stride=spec.stride,
        dilation=spec.dilation,
        groups=spec.groups,
    )
