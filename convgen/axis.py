"""One spatial axis of a convolution, and how what a user gives becomes numbers per axis.

Per axis, with input size H, kernel size M, stride S, dilation D and padding (before, after):

    effective kernel  E  = D (M - 1) + 1
    output size       Ho = floor((H + before + after - E) / S) + 1
    remainder         r  = (H + before + after - E) mod S
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convgen.errors import SpecError

NAMED_PADDINGS = ("valid", "same", "same_lower", "full")
Padding = int | str | Sequence[int | tuple[int, int]]

SIZE_LIMIT = 2**31
"""Sizes are smaller than this, so that no position leaves 64-bit arithmetic."""


@dataclass(frozen=True)
class Axis:
    """One spatial axis of a convolution: plain numbers, and what follows from them."""

    input: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def effective(self) -> int:
        """E: the extent of the dilated kernel."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def slack(self) -> int:
        """The room in which the window moves; negative where the kernel does not fit."""
        return self.input + self.before + self.after - self.effective

    @property
    def output(self) -> int:
        """Ho: the number of window positions."""
        return self.slack // self.stride + 1

    @property
    def remainder(self) -> int:
        """r: how many trailing positions of the padded input no window reaches."""
        return self.slack % self.stride

    @property
    def products(self) -> int:
        """How many pairs of output and kernel position meet the input; the others meet padding."""
        count = 0
        for start in range(-self.before, self.effective - self.before, self.dilation):
            first = max(0, -(start // self.stride))  # the first window whose entry is not before the input
            last = min(self.output - 1, (self.input - 1 - start) // self.stride)
            count += max(0, last - first + 1)
        return count


def named_padding(name: str, axis: Axis) -> tuple[int, int]:
    """The padding before and after that a name stands for; the axis' own padding is not looked at."""
    if name == "valid":
        return (0, 0)
    if name == "full":
        return (axis.effective - 1, axis.effective - 1)
    output = -(-axis.input // axis.stride)
    total = max(0, (output - 1) * axis.stride + axis.effective - axis.input)
    smaller, larger = total // 2, total - total // 2
    return (smaller, larger) if name == "same" else (larger, smaller)


def is_integer(value: Any) -> bool:
    """Whether a value is a whole number; True and False are not."""
    if isinstance(value, bool):
        return False
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def as_sequence(name: str, value: Any) -> Sequence[Any]:
    """A sequence as it is.

    Raises:
        SpecError: it is something else, or text.
    """
    if isinstance(value, str | bytes | bytearray | memoryview) or not isinstance(value, Sequence):
        raise SpecError(f"{name} must be an integer or a sequence of integers, got {value!r}")
    return value


def positive(name: str, value: Any) -> int:
    """A size, count or step as an int.

    Raises:
        SpecError: it is no integer, below 1, or beyond `SIZE_LIMIT`.
    """
    if not is_integer(value):
        raise SpecError(f"{name} must be an integer, got {value!r}")
    number = operator.index(value)
    if number < 1:
        raise SpecError(f"{name} must be at least 1, got {number}")
    return _limited(name, number)


def per_axis(name: str, value: Any, rank: int) -> tuple[int, ...]:
    """Positive numbers, one per axis; an integer stands for every axis.

    Raises:
        SpecError: another number of entries, or an entry that is not positive.
    """
    entries = (value,) * rank if is_integer(value) else tuple(as_sequence(name, value))
    if len(entries) != rank:
        raise SpecError(f"{name} {value!r} has {len(entries)} entries for {rank} axes")
    return tuple(positive(name, entry) for entry in entries)


def padding_per_axis(padding: Padding, axes: Sequence[Axis]) -> tuple[tuple[int, int], ...]:
    """The padding before and after each axis, from any form in which a user may give it.

    Raises:
        SpecError: an unknown name, another number of entries, or an entry that is no padding.
    """
    if isinstance(padding, str):
        if padding not in NAMED_PADDINGS:
            raise SpecError(f"unknown padding {padding!r}; named paddings are {', '.join(NAMED_PADDINGS)}")
        return tuple(named_padding(padding, axis) for axis in axes)
    rank = len(axes)
    entries = (padding,) * rank if is_integer(padding) else tuple(as_sequence("padding", padding))
    if len(entries) != rank:
        raise SpecError(
            f"padding {padding!r} has {len(entries)} entries for {rank} axes; give each its (before, after)"
        )
    return tuple(_padding_pair(entry, padding) for entry in entries)


def _padding_pair(entry: Any, padding: Any) -> tuple[int, int]:
    sides = (entry, entry) if is_integer(entry) else tuple(as_sequence("padding", entry))
    if len(sides) != 2 or not all(map(is_integer, sides)):
        raise SpecError(f"padding {padding!r}: {entry!r} is neither an int nor a (before, after) pair")
    before, after = map(operator.index, sides)
    if min(before, after) < 0:
        raise SpecError(f"padding must not be negative, got {min(before, after)} in {padding!r}")
    return _limited("padding", before), _limited("padding", after)


def _limited(name: str, number: int) -> int:
    if number >= SIZE_LIMIT:
        # Python refuses to print numbers of thousands of digits.
        shown = number if number < SIZE_LIMIT**2 else f"a number of {number.bit_length():,} bits"
        raise SpecError(f"{name} must be smaller than {SIZE_LIMIT:,}, got {shown}")
    return number
