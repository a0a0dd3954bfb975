"""Where backward weights by register tiles finds its numbers and vectors, and where it puts its sums.

Offsets are polynomials in the letters of the loops around a tile: e, g, the channels, and the positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.formula import letters
from convgen.kernels.reduction_shape import Choices


@dataclass(frozen=True)
class Number:
    """One entry of a tile: which kernel position, and the address of the channel."""

    taps: tuple[int, ...]
    channel: Polynomial


@dataclass(frozen=True)
class Places:
    """The offsets of a plan.

    Attributes:
        chosen: what is chosen for the layer.
    """

    chosen: Choices

    def letter(self, axis: str) -> str:
        """The letter of an index."""
        return letters(self.chosen.flat)[axis]

    # ---- the loops around a tile ----------------------------------------------------------------------

    @property
    def example(self) -> Polynomial:
        """The example at hand."""
        return Polynomial.of("e" if self.chosen.flat.batch > 1 else 0)

    @property
    def group(self) -> Polynomial:
        """The group at hand."""
        return Polynomial.of("g" if self.chosen.flat.groups > 1 and self.chosen.shape.lanes != "g" else 0)

    @property
    def lane(self) -> Polynomial:
        """The first lane of the block at hand."""
        return Polynomial.of(self.letter(self.chosen.shape.lanes))

    def batch_and_group(self, strides: Mapping[str, int]) -> Polynomial:
        """Where the example and group at hand begin."""
        return self.example * strides["n"] + self.group * strides["g"]

    # ---- X and dO -------------------------------------------------------------------------------------

    def numbers(self, number: Number) -> Polynomial:
        """Where the number of an entry lies: in dO where the vectors are along c, else in X."""
        along_c = self.chosen.shape.lanes == "c"
        place = self._in_output() if along_c else self._in_input(number)
        between = self.chosen.strides["O" if along_c else "X"][self.chosen.shape.other]
        return place + number.channel * between

    def vectors(self, number: Number, panel: int) -> Polynomial:
        """Where the vectors of a position lie, in a panel of so many lanes where they are packed."""
        along_c = self.chosen.shape.lanes == "c"
        if not self.chosen.packed:
            place = self._in_input(number) if along_c else self._in_output()
            return place + self.lane * self.chosen.strides[self.chosen.side][self.chosen.shape.lanes]
        flat = Polynomial.of(0)
        for d, axis in enumerate(self.chosen.flat.axes):
            if along_c:
                size, position = axis.input, self._input_position(number, d)
            else:
                size, position = axis.output, Polynomial.of(self.letter(f"s{d}"))
            flat = flat * size + position
        return self.in_vectors(flat, panel)

    def in_vectors(self, place: Polynomial, panel: int) -> Polynomial:
        """Where the packed vectors of a place lie, in panels of so many lanes."""
        group = self.chosen.places * self.chosen.width
        start = self.example * (self.chosen.flat.groups * group) + self.group * group
        return start + self.lane * self.chosen.places + place * panel

    def _input_position(self, number: Number, d: int) -> Polynomial:
        """The position along an axis of X that a position and a kernel position meet."""
        part, fused = self.chosen.axes[d], self.chosen.shape.fused
        values = {} if d < fused else {part.index: number.taps[d - fused]}
        return part.coordinates["X"].dividend.substitute(values)

    def _in_input(self, number: Number) -> Polynomial:
        """The same on all axes, as an offset."""
        strides = self.chosen.strides["X"]
        total = self.batch_and_group(strides)
        for d in range(self.chosen.flat.rank):
            total += self._input_position(number, d) * strides[f"s{d}"]
        return total

    def _in_output(self) -> Polynomial:
        """The position in dO as an offset; every kernel position meets the same."""
        strides = self.chosen.strides["O"]
        total = self.batch_and_group(strides)
        for d in range(self.chosen.flat.rank):
            total += Polynomial.of(self.letter(f"s{d}")) * strides[f"s{d}"]
        return total

    # ---- dK -------------------------------------------------------------------------------------------

    def sums(self, number: Number, panel: int) -> Polynomial:
        """Where the sums of an entry go, for the first lane: to dK, or aside in panels of so many lanes."""
        if self.chosen.aside:
            return self._put_aside(number, panel)
        strides = self.chosen.strides["K"]
        total = self.group * strides["g"] + number.channel * strides[self.chosen.shape.other]
        total += self.lane * strides[self.chosen.shape.lanes]
        for d in range(self.chosen.flat.rank):
            total += self._tap(number, d) * strides[f"s{d}"]
        return total

    def _put_aside(self, number: Number, panel: int) -> Polynomial:
        """Rows of K in order, a vector for each entry."""
        total = number.channel
        for d, size in enumerate(self.chosen.flat.kernel_size):
            total = total * size + self._tap(number, d)
        return self.panel_aside + total * panel

    @property
    def panel_aside(self) -> Polynomial:
        """Where the sums of the block of lanes at hand are put aside."""
        if self.chosen.by_panels:
            return Polynomial.of(0)
        return (self.group * self.chosen.width + self.lane) * self.chosen.row

    def _tap(self, number: Number, d: int) -> Polynomial:
        """The kernel position of an entry along an axis: of the loop around its tile, or its own."""
        fused = self.chosen.shape.fused
        return Polynomial.of(self.chosen.axes[d].index if d < fused else number.taps[d - fused])
