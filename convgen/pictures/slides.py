"""What slides over what, per axis, in the forward pass and in each gradient: the closed forms as positions.

A pass lays a *stationary* array out along a line, with zeros before, between and after its entries, and moves
a *stencil* over it: each place of the stencil gives one entry of the *result*. Per axis

    forward           X padded by (Pb, Pa)                            K, dilated by D      starts S·i - Pb
    backward_data     dO dilated by S, padded by E-1-Pb, E-1-Pa+r     K turned, dilated    starts one by one
    backward_weights  X padded by (Pb, Pa)                            dO, dilated by S     starts D·m - Pb
    backward_bias     dO                                              none: a sum

Negative padding cuts positions off. Positions are those of the zero-extended stationary array. That every
place meets exactly the taps of its entry is tested against the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from convgen.layout import CHANNEL_AXES
from convgen.spec import Axis, ConvSpec

Place = tuple[int, ...]


@dataclass(frozen=True)
class Slide:
    """One axis of a pass.

    Attributes:
        low: the first position that is read, below 0 where zeros are put before.
        high: one past the last position that is read.
        entries: the position of each entry of the stationary array.
        starts: for each entry of the result, the position of the stencil's first place.
        offsets: how far each place of the stencil lies behind its first.
        slots: which entry of the stencil's array stands at each place.
        remainder: how many of the last positions are there because of the remainder r.
    """

    low: int
    high: int
    entries: range
    starts: range
    offsets: range
    slots: range
    remainder: int

    @property
    def shown(self) -> range:
        """Every position that has to do with the pass: those read, and those cut off."""
        return range(min(self.low, 0), max(self.high, self.entries[-1] + 1))

    @property
    def extent(self) -> int:
        """How many positions the stencil covers, its gaps included."""
        return self.offsets[-1] + 1

    def kind(self, position: int) -> str:
        """What a position holds: entry, between, padding or remainder; or cut, where it is not read."""
        if not self.low <= position < self.high:
            return "cut"
        if position in self.entries:
            return "entry"
        if 0 <= position <= self.entries[-1]:
            return "between"
        return "remainder" if position >= self.high - self.remainder else "padding"

    def read(self) -> frozenset[int]:
        """The positions on which some place of the stencil comes to lie."""
        return frozenset(start + offset for start in self.starts for offset in self.offsets)

    def meetings(self, index: int) -> Iterator[tuple[int, int | None, int]]:
        """What the stencil covers for one entry of the result.

        Yields:
            (position, entry of the stationary array there or None for a zero, entry of the stencil's array).
        """
        for offset, slot in zip(self.offsets, self.slots, strict=True):
            position = self.starts[index] + offset
            yield position, self.entry_at(position), slot

    def entry_at(self, position: int) -> int | None:
        """The index of the stationary entry at a position; None where a zero stands, or nothing is read."""
        return self.entries.index(position) if self.kind(position) == "entry" else None


def _forward(axis: Axis) -> Slide:
    low, high = -axis.before, axis.input + axis.after
    return Slide(
        low,
        high,
        entries=range(axis.input),
        starts=range(low, low + axis.stride * axis.output, axis.stride),
        offsets=range(0, axis.effective, axis.dilation),
        slots=range(axis.kernel),
        remainder=0,
    )


def _backward_data(axis: Axis) -> Slide:
    dilated = (axis.output - 1) * axis.stride + 1
    before = axis.effective - 1 - axis.before
    after = axis.effective - 1 - axis.after + axis.remainder
    return Slide(
        -before,
        dilated + after,
        entries=range(0, dilated, axis.stride),
        starts=range(-before, axis.input - before),
        offsets=range(0, axis.effective, axis.dilation),
        slots=range(axis.kernel - 1, -1, -1),
        remainder=min(axis.remainder, max(0, after)),
    )


def _backward_weights(axis: Axis) -> Slide:
    low, high = -axis.before, axis.input + axis.after
    return Slide(
        low,
        high,
        entries=range(axis.input),
        starts=range(low, low + axis.dilation * axis.kernel, axis.dilation),
        offsets=range(0, (axis.output - 1) * axis.stride + 1, axis.stride),
        slots=range(axis.output),
        remainder=0,
    )


def _backward_bias(axis: Axis) -> Slide:
    whole = range(axis.output)
    return Slide(0, axis.output, whole, starts=range(1), offsets=whole, slots=whole, remainder=0)


@dataclass(frozen=True)
class Pass:
    """A pass: which array lies still, which slides, and what comes out.

    Attributes:
        name: as kernels call it.
        stationary: the array that lies still.
        stencil: the array that slides; empty where the stationary one is only summed.
        turned: whether the stencil is turned by 180 degrees.
        result: the array that comes out.
        summed: the channel axis that is summed over.
        slide: the numbers of one axis.
    """

    name: str
    stationary: str
    stencil: str
    turned: bool
    result: str
    summed: str
    slide: Callable[[Axis], Slide]

    def slides(self, spec: ConvSpec) -> tuple[Slide, ...]:
        """The numbers of every axis of a layer."""
        return tuple(map(self.slide, spec.axes))

    @property
    def rule(self) -> str:
        """The name of the closed form that is drawn."""
        return self.result


PASSES: Mapping[str, Pass] = {
    row.name: row
    for row in (
        Pass("forward", "X", "K", False, "O", "c", _forward),
        Pass("backward_data", "dO", "K", True, "dX", "f", _backward_data),
        Pass("backward_weights", "X", "dO", False, "dK", "n", _backward_weights),
        Pass("backward_bias", "dO", "", False, "db", "n", _backward_bias),
    )
}
"""Every pass by name."""


def meetings(slides: Sequence[Slide], place: Place) -> list[tuple[Place, Place | None, Place]]:
    """What the stencil covers for one entry of the result, over all axes.

    Returns:
        For each entry of the stencil, in order of position: the position, the stationary entry there or None
        where a zero stands, and the entry of the stencil's array.
    """
    found = []
    for parts in product(*(slide.meetings(index) for slide, index in zip(slides, place, strict=True))):
        entry = tuple(part[1] for part in parts)
        whole = tuple(index for index in entry if index is not None)
        found.append(
            (
                tuple(part[0] for part in parts),
                whole if len(whole) == len(entry) else None,
                tuple(part[2] for part in parts),
            )
        )
    return found


def channel_axes(array: str) -> tuple[str, ...]:
    """The channel axes of an array or its gradient."""
    return CHANNEL_AXES[array.removeprefix("d")]
