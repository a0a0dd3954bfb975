"""How one convolves with arrays alone: what a NumPy or SciPy user writes.

All of them see the layer under the mathematics' own axes: X (n, g, c, s...), K (g, f, c, m...) and
O (n, g, f, s...), and pay for their padding as their user would.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from convgen.spec import ConvSpec

Array = npt.NDArray[Any]

Way = Callable[[ConvSpec, str, Array, Array], Array]
"""Computes a pass from the two arrays that it multiplies, in the order of its arguments."""

PLACES, TAPS = "xyz", "uvw"
"""Letters of the spatial axes and of the kernel's, for einsum."""


def padded(spec: ConvSpec, X: Array) -> Array:
    """X with its padding."""
    return np.pad(X, [(0, 0)] * 3 + list(spec.padding))


def windows(spec: ConvSpec, X: Array) -> Array:
    """A view of every window of the padded X: (n, g, c, s..., m...)."""
    reach = [
        dilation * (size - 1) + 1 for dilation, size in zip(spec.dilation, spec.kernel_size, strict=True)
    ]
    axes = tuple(range(3, 3 + spec.rank))
    view = np.lib.stride_tricks.sliding_window_view(padded(spec, X), reach, axis=axes)
    steps = [slice(None, None, step) for step in (*spec.stride, *spec.dilation)]
    every: Array = view[(slice(None),) * 3 + tuple(steps)]
    return every


def spread(spec: ConvSpec, dO: Array) -> Array:
    """dO with zeros between its entries and around them, so that windows of it give dX."""
    reach = [dilation * (size - 1) for dilation, size in zip(spec.dilation, spec.kernel_size, strict=True)]
    sizes = [size + before + each for size, (before, _), each in zip(
        spec.input_size, spec.padding, reach, strict=True)]  # fmt: skip
    wide = [max(size, each + step * out) for size, each, step, out in zip(
        sizes, reach, spec.stride, spec.output_size, strict=True)]  # fmt: skip
    found = np.zeros((*dO.shape[:3], *wide), dO.dtype)
    at = [
        slice(each, each + step * (out - 1) + 1, step)
        for each, step, out in zip(reach, spec.stride, spec.output_size, strict=True)
    ]
    found[(slice(None),) * 3 + tuple(at)] = dO
    cut = [
        slice(before, before + size + each)
        for size, (before, _), each in zip(spec.input_size, spec.padding, reach, strict=True)
    ]
    inside: Array = found[(slice(None),) * 3 + tuple(cut)]
    return inside


def einsum(spec: ConvSpec, name: str, one: Array, two: Array, *, optimize: bool = False) -> Array:
    """`sliding_window_view` and `einsum`."""
    s, m = PLACES[: spec.rank], TAPS[: spec.rank]
    if name == "backward_data":
        reach = [dilation * (size - 1) + 1 for dilation, size in zip(
            spec.dilation, spec.kernel_size, strict=True)]  # fmt: skip
        axes = tuple(range(3, 3 + spec.rank))
        view = np.lib.stride_tricks.sliding_window_view(spread(spec, two), reach, axis=axes)
        view = view[
            (slice(None),) * (3 + spec.rank) + tuple(slice(None, None, step) for step in spec.dilation)
        ]
        turned = one[(slice(None),) * 3 + (slice(None, None, -1),) * spec.rank]
        found: Array = np.einsum(f"ngf{s}{m},gfc{m}->ngc{s}", view, turned, optimize=optimize)
        return found
    view = windows(spec, one)
    texts = {"forward": f"ngc{s}{m},gfc{m}->ngf{s}", "backward_weights": f"ngc{s}{m},ngf{s}->gfc{m}"}
    found = np.einsum(texts[name], view, two, optimize=optimize)
    return found  # noqa: RET504 -- NumPy's stubs know no type for it


def einsum_optimized(spec: ConvSpec, name: str, one: Array, two: Array) -> Array:
    """The same, with NumPy choosing matrix products where it sees them."""
    return einsum(spec, name, one, two, optimize=True)


def im2col(spec: ConvSpec, name: str, one: Array, two: Array) -> Array:
    """Every window copied into the column of a matrix, one matrix product, and for dX columns added back."""
    n, places = spec.batch, int(np.prod(spec.output_size))
    c, f = spec.group_in_channels, spec.group_out_channels
    taps = int(np.prod(spec.kernel_size))
    if name == "backward_data":
        weights = one.reshape(spec.groups, f, c * taps)
        columns = weights.swapaxes(1, 2) @ two.reshape(n, spec.groups, f, places)
        apart = columns.reshape(n, spec.groups, c, *spec.kernel_size, *spec.output_size)
        return _folded(spec, apart)
    rank = spec.rank
    order = (0, 1, 2, *range(3 + rank, 3 + 2 * rank), *range(3, 3 + rank))
    columns = windows(spec, one).transpose(order).reshape(n, spec.groups, c * taps, places)
    if name == "forward":
        result = two.reshape(spec.groups, f, c * taps) @ columns
        return result.reshape(n, spec.groups, f, *spec.output_size)
    signal = two.reshape(n, spec.groups, f, places)
    total: Array = (signal @ columns.swapaxes(-1, -2)).sum(axis=0)
    return total.reshape(spec.groups, f, c, *spec.kernel_size)


def _folded(spec: ConvSpec, columns: Array) -> Array:
    """Every kernel position's columns added to where they came from."""
    sizes = [size + sum(pair) for size, pair in zip(spec.input_size, spec.padding, strict=True)]
    found = np.zeros((*columns.shape[:3], *sizes), columns.dtype)
    every = (slice(None),) * 3
    for position in product(*map(range, spec.kernel_size)):
        at = tuple(
            slice(k * axis.dilation, k * axis.dilation + axis.stride * (axis.output - 1) + 1, axis.stride)
            for k, axis in zip(position, spec.axes, strict=True)
        )
        found[every + at] += columns[every + position]
    inner = tuple(slice(axis.before, axis.before + axis.input) for axis in spec.axes)
    inside: Array = found[every + inner]
    return inside


def scipy_correlate(spec: ConvSpec, name: str, one: Array, two: Array) -> Array:
    """`scipy.signal.correlate`, an output channel at a time; it knows neither stride nor dilation."""
    from scipy.signal import correlate

    every = tuple(slice(None, None, step) for step in spec.stride)
    if name == "forward":
        X, K = padded(spec, one), _dilated(two, spec.dilation)
        found = np.empty((spec.batch, spec.groups, spec.group_out_channels, *spec.output_size), one.dtype)
        for n, g, f in np.ndindex(*found.shape[:3]):
            found[n, g, f] = correlate(X[n, g], K[g, f], "valid", "direct")[0][every]
        return found
    if name == "backward_data":
        dO, K = spread(spec, two), _dilated(one, spec.dilation)
        K = K[(slice(None),) * 3 + (slice(None, None, -1),) * spec.rank]
        found = np.empty((spec.batch, spec.groups, spec.group_in_channels, *spec.input_size), one.dtype)
        for n, g, c in np.ndindex(*found.shape[:3]):
            found[n, g, c] = correlate(dO[n, g], K[g, :, c], "valid", "direct")[0]
        return found
    X, dO = padded(spec, one), _dilated(two, spec.stride)
    found = np.zeros(
        (spec.groups, spec.group_out_channels, spec.group_in_channels, *spec.kernel_size), one.dtype
    )
    taps = tuple(slice(0, axis.dilation * (axis.kernel - 1) + 1, axis.dilation) for axis in spec.axes)
    for n, g, f, c in np.ndindex(spec.batch, *found.shape[:3]):
        found[g, f, c] += correlate(X[n, g, c], dO[n, g, f], "valid", "direct")[taps]
    return found


def _dilated(array: Array, steps: tuple[int, ...]) -> Array:
    """An array with zeros between its entries along the spatial axes."""
    sizes = [step * (size - 1) + 1 for size, step in zip(array.shape[3:], steps, strict=True)]
    found = np.zeros((*array.shape[:3], *sizes), array.dtype)
    found[(slice(None),) * 3 + tuple(slice(None, None, step) for step in steps)] = array
    return found
