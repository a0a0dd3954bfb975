"""SciPy as the oracle: `scipy.signal.correlate` on padded, dilated arrays; gradients as transposed matrices.

A layer is linear in X and linear in K. Its matrices are found by running the forward pass on basis vectors,
and the gradients are their transposes applied to dO: no formula for a gradient is written here, and on
integers every number is exact.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.signal import correlate

from convgen import ConvSpec

from .arrays import Arrays, from_oracle, to_oracle


def answers(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """O, dX, dK and db (where the spec has a bias) in float64, in the spec's layout."""
    X, K, dO = (to_oracle(spec, name, arrays[name]) for name in ("X", "K", "dO"))
    gradients = {"dX": _backward_data(spec, X.shape, K, dO), "dK": _backward_weights(spec, X, K.shape, dO)}
    if spec.bias:
        gradients["db"] = dO.sum(axis=(0, *range(2, dO.ndim)))
    return {"O": forward(spec, arrays)} | {
        name: from_oracle(spec, name, gradient) for name, gradient in gradients.items()
    }


def forward(spec: ConvSpec, arrays: Arrays) -> np.ndarray:
    """O in float64, in the spec's layout."""
    X, K, b = (to_oracle(spec, name, arrays[name]) for name in ("X", "K", "b"))
    O = _forward(spec, X, K)
    if spec.bias:
        O = O + np.expand_dims(b, tuple(range(1, 1 + len(spec.kernel_size))))
    return from_oracle(spec, "O", O)


def backward_data(spec: ConvSpec, arrays: Arrays) -> np.ndarray:
    """dX in float64, in the spec's layout."""
    X, K, dO = (to_oracle(spec, name, arrays[name]) for name in ("X", "K", "dO"))
    return from_oracle(spec, "dX", _backward_data(spec, X.shape, K, dO))


def _forward(spec: ConvSpec, X: np.ndarray, K: np.ndarray) -> np.ndarray:
    """The forward pass without bias, any batch, any multiple of the groups as output channels."""
    padded = np.pad(X, ((0, 0), (0, 0), *spec.padding))
    effective = [(size - 1) * step + 1 for size, step in zip(spec.kernel_size, spec.dilation, strict=True)]
    dilated = np.zeros((*K.shape[:2], *effective))
    dilated[(..., *(slice(None, None, step) for step in spec.dilation))] = K
    filters, channels = K.shape[:2]
    positions = [size - extent + 1 for size, extent in zip(padded.shape[2:], effective, strict=True)]
    everywhere = np.zeros((X.shape[0], filters, *positions))
    for f in range(filters):
        group = f // (filters // spec.groups)
        for c in range(channels):
            images = padded[:, group * channels + c]
            # Unit images and unit kernels are zero in all channels but one, and zeros add nothing.
            busy = images.reshape(len(images), -1).any(axis=1)
            if busy.any() and K[f, c].any():
                kernel = dilated[f, c][np.newaxis]
                everywhere[busy, f] += correlate(images[busy], kernel, mode="valid", method="direct")
    return everywhere[(..., *(slice(None, None, step) for step in spec.stride))]


def _backward_data(spec: ConvSpec, shape: tuple[int, ...], K: np.ndarray, dO: np.ndarray) -> np.ndarray:
    """dX = Aᵀ dO for each image of the batch, row x of Aᵀ being the forward pass of the x-th unit image."""
    size = math.prod(shape[1:])
    unit_images = np.eye(size).reshape(size, *shape[1:])
    transposed = _forward(spec, unit_images, K).reshape(size, -1)
    return (dO.reshape(shape[0], -1) @ transposed.T).reshape(shape)


def _backward_weights(spec: ConvSpec, X: np.ndarray, shape: tuple[int, ...], dO: np.ndarray) -> np.ndarray:
    """dK = Bᵀ dO, a row of Bᵀ being the forward pass with a unit kernel.

    The unit kernels of one filter stand in for all filters of a group, since each meets the same inputs.
    """
    size = math.prod(shape[1:])
    unit_kernels = np.tile(np.eye(size), (spec.groups, 1)).reshape(spec.groups * size, *shape[1:])
    batch = X.shape[0]
    transposed = _forward(spec, X, unit_kernels).reshape(batch, spec.groups, size, -1)
    return np.einsum(
        "ngko,ngfo->gfk", transposed, dO.reshape(batch, spec.groups, -1, transposed.shape[-1])
    ).reshape(shape)
