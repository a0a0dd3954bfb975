"""Arrays for the oracles: filled with integers or noise, and brought into the one order an oracle knows.

The letters of a layout are moved by `np.moveaxis`, one by one; `convgen.layout` is under test, not used.
"""

from __future__ import annotations

import math

import numpy as np

from convgen import ConvSpec

LARGEST_INTEGER = 8
"""Integer-valued arrays lie between -8 and 8, so that a product is at most 64."""

Arrays = dict[str, np.ndarray]


def spatial_letters(spec: ConvSpec) -> str:
    """D, H, W as the rank has them."""
    return "DHW"[-len(spec.input_size) :]


def letters(spec: ConvSpec, array: str) -> str:
    """The letters of a user's array: N, C, D, H, W, and O, I for the kernel's channels."""
    spatial = spatial_letters(spec)
    if array.endswith("b"):
        return "O"
    if not array.endswith("K"):
        return spec.layout
    if "C" not in spec.layout:
        return spatial
    return spatial + "IO" if spec.layout[-1] == "C" else "OI" + spatial


def oracle_letters(spec: ConvSpec, array: str) -> str:
    """The order an oracle computes in: batch, channels, space; out, in, space."""
    return "O" if array.endswith("b") else ("OI" if array.endswith("K") else "NC") + spatial_letters(spec)


def to_oracle(spec: ConvSpec, array: str, data: np.ndarray) -> np.ndarray:
    """A user's array in the oracle's order, axes that the layout leaves out having size 1."""
    have, want = letters(spec, array), oracle_letters(spec, array)
    for letter in want:
        if letter not in have:
            data, have = data[np.newaxis], letter + have
    for position, letter in enumerate(want):
        source = have.index(letter)
        data = np.moveaxis(data, source, position)
        have = have[:source] + have[source + 1 :]
        have = have[:position] + letter + have[position:]
    return data


def from_oracle(spec: ConvSpec, array: str, data: np.ndarray) -> np.ndarray:
    """An array in the oracle's order as the user's layout has it."""
    have, want = oracle_letters(spec, array), letters(spec, array)
    for letter in have:
        if letter not in want:
            data = np.squeeze(data, axis=have.index(letter))
            have = have.replace(letter, "")
    for position, letter in enumerate(want):
        source = have.index(letter)
        data = np.moveaxis(data, source, position)
        have = have[:source] + have[source + 1 :]
        have = have[:position] + letter + have[position:]
    return np.ascontiguousarray(data)


def shapes(spec: ConvSpec) -> dict[str, tuple[int, ...]]:
    """The shapes of what a layer reads."""
    return {"X": spec.input_shape, "K": spec.kernel_shape, "b": spec.bias_shape, "dO": spec.output_shape}


def integers(spec: ConvSpec, seed: int) -> Arrays:
    """Integer-valued float64 arrays on which every pass is exact in float32, in any order of summation."""
    random = np.random.default_rng(seed)
    largest_sum = max(summands(spec).values()) * LARGEST_INTEGER**2
    assert largest_sum <= 2**24, f"{spec}: a sum may reach {largest_sum}, beyond float32's exact integers"
    return {
        name: random.integers(-LARGEST_INTEGER, LARGEST_INTEGER, shape, endpoint=True).astype(np.float64)
        for name, shape in shapes(spec).items()
    }


def noise(spec: ConvSpec, seed: int, dtype: str) -> Arrays:
    """Standard normal arrays, rounded to the dtype and then held in float64 for the oracles."""
    random = np.random.default_rng(seed)
    return {
        name: random.standard_normal(shape).astype(dtype).astype(np.float64)
        for name, shape in shapes(spec).items()
    }


def summands(spec: ConvSpec) -> dict[str, int]:
    """At most how many numbers are added up in one element of each result."""
    taps, outputs = math.prod(spec.kernel_size), math.prod(spec.output_size)
    return {
        "O": spec.in_channels // spec.groups * taps + 1,  # the bias is one more
        "dX": spec.out_channels // spec.groups * taps,
        "dK": spec.batch * outputs,
        "db": spec.batch * outputs,
    }
