"""Memory that a tile asks for ahead of its use, where an array is larger than what a core caches.

A result is asked for before its sums begin, so that the stores at their end wait for no memory; the rows
of the next tile are asked for while those of this one are multiplied. Hints change no value.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from convgen.kernels.isa import ELEMENT_BYTES
from convgen.layout import user_shape
from convgen.spec import ConvSpec

LARGE = 1024 * 1024
"""Bytes of an array from which on it stays in no cache that a core has alone."""

LINE = 64
"""Bytes that memory is fetched by."""

FEWEST_STEPS = 64
"""Steps of a sum that hide what a hint for each of its vectors costs."""


def is_large(spec: ConvSpec, array: str, dtype: str) -> bool:
    """Whether an array is larger than a core's own caches."""
    return prod(user_shape(spec, array)) * ELEMENT_BYTES[dtype] > LARGE


def lines_of(first: int, count: int, dtype: str) -> range:
    """Places that meet every line of so many numbers beside each other; the first of each."""
    return range(first, first + count, LINE // ELEMENT_BYTES[dtype])


def asked(addresses: Iterable[str], *, result: bool = False) -> list[str]:
    """A hint for each address."""
    name = "convgen_prefetch_result" if result else "convgen_prefetch"
    return [f"{name}({address});" for address in addresses]


def streams(spec: ConvSpec, array: str, dtype: str) -> bool:
    """Whether each entry of a large array belongs to one tile alone, so that no tile finds any in a cache."""
    return all(axis.kernel == 1 for axis in spec.axes) and is_large(spec, array, dtype)


NEXT = "next"
"""The name of the first position of the tile that follows."""


def following(index: str, stop: int, width: int) -> str:
    """The first position of the tile that follows; of the last one its own, so that no hint leaves the array."""
    return f"const ptrdiff_t {NEXT} = {index} < {stop - width} ? {index} + {width} : {index};"
