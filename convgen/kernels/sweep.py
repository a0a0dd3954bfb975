"""One spatial axis of a pass: the positions that it writes, and which taps each of them sums.

The definition reads X at x = S o + D k - P. Along one axis every pass is the same thing, a sum over a tap
for each position, with one operand read at an affine place that must lie inside its array:

    pass               position   tap         must lie inside
    forward            o          k           x = S o + D k - P   in X
    backward_weights   k          o           x = S o + D k - P   in X
    backward_data      x, S = 1   k           o = x + P - D k     in O
                       x, S > 1   o           k = (x + P - S o) / D   in K
    backward_bias      (none)     o           (nothing)

Since that place moves with position and tap, the taps of a position lie between two ends which the border
clips on either side. The ends are formulas in the position, so that no product needs a test of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import gcd

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.expression import Coordinate, quotient
from convgen.kernels.formula import index_sizes, letters, positions
from convgen.spec import ConvSpec

PHASE_LETTER, PHASE_TAP_LETTER = "u", "w"
"""Within one phase of a strided dX: the position, and the tap."""


@dataclass(frozen=True)
class End:
    """One end of the range of taps as a function of the position.

    Attributes:
        plain: its value where no border clips it.
        numerator: where one does, the end is numerator / divisor, rounded up.
        divisor: a positive integer.
        clipped: the positions where one does: a prefix or a suffix of all.
    """

    plain: int
    numerator: Polynomial
    divisor: int
    clipped: range

    def at(self, index: str, position: int) -> int:
        """The end at one position."""
        if position not in self.clipped:
            return self.plain
        return -(-self.numerator.substitute({index: position}).value() // self.divisor)

    def text(self, index: str, positions: range) -> str:
        """The end as a C expression that is right for some of the positions."""
        inside = range(max(positions.start, self.clipped.start), min(positions.stop, self.clipped.stop))
        if not inside:
            return str(self.plain)
        # C rounds towards zero, and only an end that leaves no tap at all can be negative.
        clipped = quotient(self.numerator + (self.divisor - 1), self.divisor)
        if inside == positions:
            return clipped
        if inside.start == positions.start:
            return f"{index} < {inside.stop} ? {clipped} : {self.plain}"
        return f"{index} > {inside.start - 1} ? {clipped} : {self.plain}"


@dataclass(frozen=True)
class Sweep:
    """The positions of one axis, in steps of one, and the taps of each.

    Attributes:
        index: the letter of the position; it runs through 0 .. count - 1.
        count: how many positions there are.
        tap: the letter of the tap; it runs through 0 .. taps - 1 where nothing is clipped.
        taps: how many taps there are.
        coordinates: where each array of the pass is met, in the two letters.
        inside: this must lie in 0 .. limit - 1 for a tap to be one; None where all are.
        limit: the size that `inside` is held against.
        divisor: must divide `inside` as well; 1 unless stride and dilation both exceed 1.
    """

    index: str
    count: int
    tap: str
    taps: int
    coordinates: Mapping[str, Coordinate]
    inside: Polynomial | None = None
    limit: int = 0
    divisor: int = 1

    @cached_property
    def begin(self) -> End:
        """The first tap, before any alignment."""
        if self.inside is None:
            return End(0, Polynomial.of(0), 1, range(0))
        slope, rest = self._by_tap
        numerator = -rest if slope > 0 else rest - (self.limit - 1)
        return End(0, numerator, abs(slope), self._where_positive(numerator))

    @cached_property
    def end(self) -> End:
        """One past the last tap."""
        if self.inside is None:
            return End(self.taps, Polynomial.of(0), 1, range(0))
        slope, rest = self._by_tap
        numerator = self.limit - rest if slope > 0 else rest + 1
        fits = abs(slope) * (self.taps - 1) + 1 - numerator  # positive where fewer than all taps lie inside
        return End(self.taps, numerator, abs(slope), self._where_positive(fits))

    @property
    def unclipped(self) -> range:
        """The positions that have every tap."""
        if not self.taps or self.divisor > 1:
            return range(0)
        start, stop = 0, self.count
        for clipped in (self.begin.clipped, self.end.clipped):
            if clipped and clipped.start == 0:
                start = max(start, clipped.stop)
            elif clipped:
                stop = min(stop, clipped.start)
        return range(start, max(start, stop))

    @property
    def step(self) -> int:
        """How far apart the taps of a position lie: more than 1 where only every so manieth is divisible."""
        return self.divisor // self._common

    @property
    def needs(self) -> int:
        """`remaining` must be a multiple of this for a position to have any tap."""
        return self._common

    @property
    def remaining(self) -> Polynomial:
        """`inside` at tap 0."""
        return self._by_tap[1]

    def alignment(self) -> tuple[Polynomial, int]:
        """An expression whose remainder by `step` is that of every tap of the position; and what divides it.

        With q = `inside` at tap 0 and the taps' slope -S, D divides q - S o exactly where, G = gcd(S, D),
        G divides q and o is congruent to (q / G) (S / G)^-1 modulo D / G.
        """
        slope, rest = self._by_tap
        inverse = pow(-slope // self._common, -1, self.step) if self.step > 1 else 0
        return rest * inverse, self._common

    def taps_at(self, position: int) -> range:
        """The taps of one position."""
        begin, end = self.begin.at(self.index, position), self.end.at(self.index, position)
        if self.divisor > 1:
            if self.remaining.substitute({self.index: position}).value() % self.needs:
                return range(0)
            expression, common = self.alignment()
            first = expression.substitute({self.index: position}).value() // common
            begin += (first - begin) % self.step
        return range(begin, max(begin, end), self.step)

    @property
    def _common(self) -> int:
        if self.divisor == 1:
            return 1
        return gcd(self.divisor, self._by_tap[0])

    @property
    def _by_tap(self) -> tuple[int, Polynomial]:
        """`inside` as slope * tap + rest."""
        inside = self.inside or Polynomial.of(0)
        slope = inside.coefficient(self.tap)
        return slope, inside - Polynomial.of(self.tap) * slope

    def _where_positive(self, expression: Polynomial) -> range:
        """The positions where an affine expression is positive."""
        slope, constant = expression.coefficient(self.index), expression.constant
        if slope == 0:
            return range(self.count if constant > 0 else 0)
        if slope > 0:
            return range(min(self.count, max(0, -constant // slope + 1)), self.count)
        return range(max(0, min(self.count, -(constant // slope))))


def sweep(spec: ConvSpec, name: str, d: int) -> Sweep:
    """Axis d of a pass, all of its positions at once."""
    letter, sizes = letters(spec), index_sizes(spec)
    o, k, x = (letter[f"{index}{d}"] for index in "smx")
    outputs, taps, inputs = (sizes[f"{index}{d}"] for index in "smx")
    place = positions(spec)["X"][f"s{d}"].substitute(letter)  # S o + D k - P
    if name == "backward_bias":
        return Sweep("", 1, o, outputs, {"O": _at(o)})
    if name == "forward":
        return Sweep(o, outputs, k, taps, {"O": _at(o), "K": _at(k), "X": Coordinate(place)}, place, inputs)
    if name == "backward_weights":
        return Sweep(k, taps, o, outputs, {"K": _at(k), "O": _at(o), "X": Coordinate(place)}, place, inputs)
    stride, dilation = place.coefficient(o), place.coefficient(k)
    padding = -place.constant
    if stride == 1:
        met = Polynomial.of(x) + padding - Polynomial.of(k) * dilation
        return Sweep(x, inputs, k, taps, {"X": _at(x), "K": _at(k), "O": Coordinate(met)}, met, outputs)
    met = Polynomial.of(x) + padding - Polynomial.of(o) * stride
    return Sweep(
        x,
        inputs,
        o,
        outputs,
        {"X": _at(x), "O": _at(o), "K": Coordinate(met, dilation)},
        met,
        dilation * (taps - 1) + 1,
        dilation,
    )


def phases(
    spec: ConvSpec, d: int, index: str = PHASE_LETTER, tap: str = PHASE_TAP_LETTER
) -> tuple[Sweep, ...]:
    """Axis d of backward_data as one sweep for each remainder of x + P by the stride.

    Within a phase neighbouring positions of dX meet neighbouring entries of dO through the same entries of
    K, so that each phase is a convolution of stride 1. A phase that meets no entry of K has no taps.

    Args:
        spec: the convolution.
        d: the axis.
        index: the letter of a position within a phase.
        tap: the letter of its taps.
    """
    whole = sweep(spec, "backward_data", d)
    axis = spec.axes[d]
    stride, dilation, padding = axis.stride, axis.dilation, axis.before
    if stride == 1:
        return (whole,)
    common = gcd(stride, dilation)
    u, w = Polynomial.of(index), Polynomial.of(tap)
    found = []
    for first in range(min(stride, axis.input)):  # the first position of the phase
        count = -(-(axis.input - first) // stride)
        starts = [k for k in range(stride // common) if (first + padding - k * dilation) % stride == 0]
        start = starts[0] if starts else axis.kernel
        taps = max(0, -(-(axis.kernel - start) // (stride // common)))
        met = u - w * (dilation // common) + (first + padding - start * dilation) // stride
        found.append(
            Sweep(
                index,
                count,
                tap,
                taps,
                {
                    "X": Coordinate(u * stride + first),
                    "K": Coordinate(w * (stride // common) + start),
                    "O": Coordinate(met),
                },
                met,
                axis.output,
            )
        )
    return tuple(found)


def _at(letter: str) -> Coordinate:
    return Coordinate(Polynomial.of(letter))
