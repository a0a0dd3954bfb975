"""Layers as library authors write them, right and wrong: NumPy loops over windows, channel first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from convgen import ConvSpec


class NotSupportedError(Exception):
    """What a layer raises for a spec that it does not support."""


Windows = Iterator[tuple[tuple[int, ...], tuple[slice, ...]]]


def padded(spec: ConvSpec, X: np.ndarray) -> np.ndarray:
    return np.pad(X, ((0, 0), (0, 0), *spec.padding))


def windows(spec: ConvSpec) -> Windows:
    """Each output position with the part of the padded input that it reads."""
    for position in np.ndindex(*spec.output_size):
        starts = [at * step for at, step in zip(position, spec.stride, strict=True)]
        sizes = [d * (m - 1) + 1 for d, m in zip(spec.dilation, spec.kernel_size, strict=True)]
        yield (
            position,
            tuple(
                slice(start, start + size, step)
                for start, size, step in zip(starts, sizes, spec.dilation, strict=True)
            ),
        )


def groups(spec: ConvSpec) -> Iterator[tuple[slice, slice]]:
    """The input and the output channels of each group."""
    inputs, outputs = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    for group in range(spec.groups):
        yield (
            slice(group * inputs, (group + 1) * inputs),
            slice(group * outputs, (group + 1) * outputs),
        )


def forward(X: np.ndarray, K: np.ndarray, b: np.ndarray | None, spec: ConvSpec) -> np.ndarray:
    """A right forward pass."""
    source, O = padded(spec, X), np.zeros(spec.output_shape, X.dtype)
    for (at, window), (inputs, outputs) in product(windows(spec), groups(spec)):
        read, kernel = source[:, inputs][(..., *window)], K[outputs]
        axes = range(1, read.ndim)
        O[(slice(None), outputs, *at)] = np.tensordot(read, kernel, axes=(axes, axes))
    return O if b is None else O + b.reshape(1, -1, *(1,) * spec.rank)


def backward(
    X: np.ndarray, K: np.ndarray, dO: np.ndarray, spec: ConvSpec
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A right backward pass: every window gives and takes its share."""
    source = padded(spec, X)
    gradient, dK = np.zeros_like(source), np.zeros_like(K)
    for (at, window), (inputs, outputs) in product(windows(spec), groups(spec)):
        errors = dO[(slice(None), outputs, *at)]
        gradient[:, inputs][(..., *window)] += np.tensordot(errors, K[outputs], axes=(1, 0))
        dK[outputs] += np.tensordot(errors, source[:, inputs][(..., *window)], axes=(0, 0))
    kept = tuple(
        slice(before, before + size) for size, (before, _) in zip(spec.input_size, spec.padding, strict=True)
    )
    return gradient[(..., *kept)], dK, dO.sum(axis=(0, *range(2, dO.ndim)))


Results = tuple[np.ndarray, np.ndarray, np.ndarray]
Backward = Callable[[np.ndarray, np.ndarray, np.ndarray, ConvSpec], Any]


def but(**changed: Callable[..., Any]) -> Backward:
    """The right backward pass with single results computed otherwise, from (X, K, dO, spec, right result)."""

    def wrong(X: np.ndarray, K: np.ndarray, dO: np.ndarray, spec: ConvSpec) -> Results:
        right = dict(zip(("dX", "dK", "db"), backward(X, K, dO, spec), strict=True))
        return tuple(
            changed[name](X, K, dO, spec, result) if name in changed else result
            for name, result in right.items()
        )

    return wrong


def dilated(dO: np.ndarray, steps: tuple[int, ...]) -> np.ndarray:
    """Zeros between the entries of dO."""
    sizes = [(size - 1) * step + 1 for size, step in zip(dO.shape[2:], steps, strict=True)]
    spread = np.zeros((*dO.shape[:2], *sizes), dO.dtype)
    spread[(..., *(slice(None, None, step) for step in steps))] = dO
    return spread


def as_correlation(
    K: np.ndarray,
    dO: np.ndarray,
    spec: ConvSpec,
    *,
    remainder: bool = True,
    dilate: bool = True,
    rotate: bool = True,
) -> np.ndarray:
    """dX of a layer without groups as one correlation of the padded dO with the rotated kernel.

    What of it is beyond dO reads 0, and what is beyond dX stays 0, as in an implementation that allocates dX first.
    """
    spatial = range(2, 2 + spec.rank)
    spread = dilated(dO, spec.stride) if dilate else dO
    kernel = np.flip(K, tuple(spatial)) if rotate else K
    dX = np.zeros(spec.input_shape, dO.dtype)
    axes = spec.axes
    ends = [
        axis.input - (0 if remainder else axis.remainder) for axis in axes
    ]  # the size of the correlation's result
    for place in product(*map(range, ends)):
        for tap in product(*map(range, spec.kernel_size)):
            at = [
                p + axis.dilation * m - (axis.effective - 1 - axis.before)
                for p, m, axis in zip(place, tap, axes, strict=True)
            ]
            if all(0 <= a < size for a, size in zip(at, spread.shape[2:], strict=True)):
                dX[(..., *place)] += spread[(..., *at)] @ kernel[(..., *tap)]
    return dX


def scattered(
    K: np.ndarray, dO: np.ndarray, spec: ConvSpec, *, steps: tuple[int, ...], side: int = 0
) -> np.ndarray:
    """dX of a layer without groups by loops that add each product where it belongs, in the layout HW or NCHW.

    Args:
        K: the kernel.
        dO: the gradient of the output.
        spec: the layer.
        steps: how far the taps of the kernel lie apart.
        side: which side of the padding is cut off before dX: 0 is right.
    """
    if "C" not in spec.layout:
        K, dO = K[None, None], dO[None, None]
    sizes = [size + sum(pair) for size, pair in zip(spec.input_size, spec.padding, strict=True)]
    padded_dX = np.zeros((spec.batch, spec.in_channels, *sizes), dO.dtype)
    for at in np.ndindex(*spec.output_size):
        for tap in np.ndindex(*spec.kernel_size):
            place = (i * s + m * d for i, s, m, d in zip(at, spec.stride, tap, steps, strict=True))
            padded_dX[(..., *place)] += dO[(..., *at)] @ K[(..., *tap)]
    kept = (
        slice(pair[side], pair[side] + size) for size, pair in zip(spec.input_size, spec.padding, strict=True)
    )
    return padded_dX[(..., *kept)].reshape(spec.input_shape)
