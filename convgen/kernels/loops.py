"""The loops form: C loops with constant bounds that sum in registers and write every entry once.

The entries along one axis of the result, the lane axis, are computed several at a time, each in its own
accumulator: neighbouring sums are independent, so that compilers keep them in vector registers without
reordering any sum. Along every spatial axis the taps of a position are the range that the border leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.kernels.expression import ZERO, Coordinate, element, quotient, text
from convgen.kernels.formula import FACTORS, index_sizes, letters
from convgen.kernels.kernel import OpCount, pass_output
from convgen.kernels.plan import PassPlan, idle_arrays, products_of, summands_of
from convgen.kernels.sweep import Sweep, phases, sweep
from convgen.layout import axis_sizes, base_name, user_axes
from convgen.spec import ConvSpec

MOST_LANES = 16
"""Accumulators at a time: two to four vector registers, enough to hide the latency of an addition."""

FEWEST_LANES = 4
"""An axis with fewer unclipped entries than a short vector is a lane axis only if no other has more."""

MOST_PHASES = 4
"""A strided dX has a piece of text for each phase of its lane axis; above this many it takes another axis."""

LANE_LETTER = "v"

LANE_AXES = {
    "forward": ("innermost", "f", "g"),
    "backward_data": ("innermost", "c", "g"),
    "backward_weights": ("f", "c", "g", "innermost"),
    "backward_bias": ("f", "g"),
}
"""Candidates for the lane axis of each pass, in order of preference.

The innermost axis of the written array has neighbours in memory. The entries of dK are few and each sums
many products, so there the channels, which no border clips, come first.
"""


@dataclass(frozen=True)
class Loop:
    """``for (index = begin; index < end; index += step)``, and constants named at the top of its body."""

    index: str
    begin: str
    end: str
    step: int = 1
    constants: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tile:
    """Some neighbouring entries, from their start value to their place.

    Attributes:
        loops: over the entries, some at a time; none where they are computed at one go.
        lanes: how many sums run side by side; 1 for a plain scalar.
        start: the value that a sum starts from.
        sums: the loops over what is summed, outermost first.
        product: the two factors; one, where a pass only adds; none, where no tap meets the array.
        target: the entry written.
    """

    loops: tuple[Loop, ...]
    lanes: int
    start: str
    sums: tuple[Loop, ...]
    product: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class LoopsPlan(PassPlan):
    """Loops around tiles.

    Attributes:
        real: the C type.
        loops: over the entries written, outermost first.
        tiles: the parts of the lane axis, in order.
    """

    real: str
    loops: tuple[Loop, ...]
    tiles: tuple[Tile, ...]


def plan_loops(spec: ConvSpec, name: str, dtype: str) -> LoopsPlan:
    """Loops for one pass."""
    return _Builder(spec, name, dtype).plan()


def split(count: int) -> list[tuple[int, int]]:
    """Cut a row of entries into tiles: (how many tiles, lanes of each), the last perhaps with fewer lanes.

    As few tiles as there can be, of equal size rounded up to whole short vectors: 30 is 16 + 14, 33 is
    12 + 12 + 9. Full tiles and a rest would leave 33 = 16 + 16 + 1.
    """
    if count <= MOST_LANES:
        return [(1, count)] if count else []
    tiles = -(-count // MOST_LANES)
    lanes = -(-count // (tiles * FEWEST_LANES)) * FEWEST_LANES
    full, rest = divmod(count, lanes)
    return [(full, lanes), *([(1, rest)] if rest else [])]


C_TYPES = {"float32": ("float", "0.0f"), "float64": ("double", "0.0")}
"""The type and the zero of each dtype; a float kernel never has a literal of type double."""

Pieces = tuple[tuple[Sweep, range], ...]
"""For every spatial axis its sweep, and the positions that are meant."""


class _Builder:
    """Puts one plan together; its parts share the spec, the pass, and the letters of its indices."""

    def __init__(self, spec: ConvSpec, name: str, dtype: str) -> None:
        self.spec, self.name = spec, name
        self.real, self.zero = C_TYPES[dtype]
        self.letters, self.sizes = letters(spec), index_sizes(spec)
        self.sweeps = tuple(sweep(spec, name, d) for d in range(spec.rank))
        self.written = {
            axis: self.sweeps[int(axis[1:])].count if axis.startswith("s") else self.sizes[axis]
            for axis in _flat_axes(spec, pass_output(name))
        }
        self.idle = idle_arrays(spec, name)
        self.lane = None if self.idle else self._lane_axis()

    def plan(self) -> LoopsPlan:
        """The loops over every axis but the lane axis, and the tiles along that."""
        loops = tuple(
            Loop(self._index(axis), "0", str(count), 1, self._constants(axis))
            for axis, count in self.written.items()
            if axis != self.lane and count > 1
        )
        count = OpCount(products_of(self.spec, self.name), summands_of(self.spec, self.name))
        tiles = tuple(self._tiles())
        needs = ("#include <stddef.h>",)
        return LoopsPlan(self.name, "loops", count, self._order(), self.idle, needs, self.real, loops, tiles)

    # ---- the lane axis --------------------------------------------------------------------------------

    def _lane_axis(self) -> str | None:
        """The first candidate that fills a short vector, or else the one with the most unclipped entries."""
        longer = [axis for axis, count in self.written.items() if count > 1]
        candidates = [longer[-1] if axis == "innermost" else axis for axis in LANE_AXES[self.name] if longer]
        room = {axis: self._room(axis) for axis in candidates if axis in longer}
        wide = [axis for axis, entries in room.items() if entries >= FEWEST_LANES]
        best = wide[0] if wide else max(room, key=lambda axis: room[axis], default=None)
        return best if best is not None and room[best] > 1 else None

    def _room(self, axis: str) -> int:
        """How many entries along an axis may be computed side by side."""
        if not axis.startswith("s"):
            return self.written[axis]
        return max((len(each.unclipped) for each in self._lane_sweeps(axis)), default=0)

    def _lane_sweeps(self, axis: str) -> tuple[Sweep, ...]:
        d = int(axis[1:])
        if self.name != "backward_data":
            return (self.sweeps[d],)
        return phases(self.spec, d) if self.spec.stride[d] <= MOST_PHASES else ()

    # ---- tiles ----------------------------------------------------------------------------------------

    def _tiles(self) -> Iterator[Tile]:
        """The parts of the lane axis; along the other axes every entry is meant."""
        pieces = tuple((each, range(each.count)) for each in self.sweeps)
        if self.lane is None:
            yield self._tile(pieces)
        elif not self.lane.startswith("s"):
            yield from self._lanes(pieces, self._index(self.lane), range(self.written[self.lane]))
        else:
            d = int(self.lane[1:])
            for part in self._lane_sweeps(self.lane):
                around = pieces[:d], pieces[d + 1 :]
                inner = part.unclipped or range(part.count, part.count)
                yield from self._border(*around, part, range(inner.start))
                yield from self._lanes((*around[0], (part, inner), *around[1]), part.index, inner)
                yield from self._border(*around, part, range(inner.stop, part.count))

    def _lanes(self, pieces: Pieces, index: str, entries: range) -> Iterator[Tile]:
        """Entries that have the same taps, side by side."""
        first = entries.start
        for tiles, lanes in split(len(entries)):
            last = first + tiles * lanes
            loops = (Loop(index, str(first), str(last), lanes),) if tiles > 1 else ()
            place = Polynomial.of(index if loops else first) + (LANE_LETTER if lanes > 1 else 0)
            yield self._tile(pieces, loops, lanes, {index: place})
            first = last

    def _border(self, before: Pieces, after: Pieces, part: Sweep, entries: range) -> Iterator[Tile]:
        """Entries that the border clips, each with its own taps, one by one."""
        if entries:
            loop = Loop(part.index, str(entries.start), str(entries.stop), 1, _constants(part, entries))
            yield self._tile((*before, (part, entries), *after), (loop,) if len(entries) > 1 else ())

    def _tile(
        self,
        pieces: Pieces,
        loops: tuple[Loop, ...] = (),
        lanes: int = 1,
        values: Mapping[str, PolynomialLike] | None = None,
    ) -> Tile:
        """One tile: the loops over its taps, and its elements at the position that it has."""
        values = dict(values or {})
        values |= {part.index: entries.start for part, entries in pieces if len(entries) == 1}
        sums: dict[str, Loop] = {}
        empty = bool(self.idle)
        for d, (part, entries) in enumerate(pieces):
            taps = _taps(part, entries)
            if isinstance(taps, Loop):
                sums[f"s{d}"] = taps
            elif len(taps) == 1:
                values[part.tap] = taps.start
            elif taps:
                sums[f"s{d}"] = Loop(part.tap, str(taps.start), str(taps.stop), taps.step)
            empty |= isinstance(taps, range) and not taps
        where = {
            array: self._coordinates(array, [part for part, _ in pieces], values)
            for array in ("O", "K", "X", "b")
        }
        sums |= {
            axis: Loop(self.letters[axis], "0", str(self.sizes[axis])) for axis in self._summed_channels()
        }
        target, *product = (
            element(self.spec, array, where[base_name(array)])
            for array in (pass_output(self.name), *FACTORS[self.name])
        )
        starts_from_bias = self.name == "forward" and self.spec.bias
        return Tile(
            loops,
            lanes,
            element(self.spec, "b", where["b"]) if starts_from_bias else self.zero,
            () if empty else tuple(sums[axis] for axis in self._summing_order() if axis in sums),
            () if empty else tuple(product),
            target,
        )

    def _coordinates(
        self, array: str, parts: Sequence[Sweep], values: Mapping[str, PolynomialLike]
    ) -> dict[str, Coordinate]:
        """The position of the tile's elements along every named axis of an array."""
        found = {}
        for axis in axis_sizes(self.spec, array):
            if axis.startswith("s"):
                place = parts[int(axis[1:])].coordinates.get(array, ZERO)
            else:
                place = Coordinate(Polynomial.of(self.letters[axis])) if self.sizes[axis] > 1 else ZERO
            found[axis] = place.substitute(values)
        return found

    # ---- what is summed, and its order ----------------------------------------------------------------

    def _summing_order(self) -> list[str]:
        """The summed axes as they lie in the array that one walks through: K, or dO where K is the result."""
        walked = "K" if self.name in ("forward", "backward_data") else "O"
        spatial = [f"s{d}" for d in range(self.spec.rank)]
        return [axis for axis in _flat_axes(self.spec, walked) if axis in self._summed_channels() + spatial]

    def _summed_channels(self) -> list[str]:
        """The channel axes of the factors that the result lacks, where they are longer than 1."""
        result = axis_sizes(self.spec, pass_output(self.name))
        read = [axis for array in FACTORS[self.name] for axis in axis_sizes(self.spec, array)]
        return [axis for axis in "nfc" if axis in read and axis not in result and self.sizes[axis] > 1]

    def _order(self) -> str:
        named = []
        for axis in self._summing_order():
            part = self.sweeps[int(axis[1:])] if axis.startswith("s") else None
            if part is None or part.taps > 1:
                named.append(self.letters[axis] if part is None else part.tap)
        start = ["b"] if self.name == "forward" and self.spec.bias else ["0"]
        return ", then ".join(start + ([f"({', '.join(named)})"] if named else []))

    def _index(self, axis: str) -> str:
        return self.sweeps[int(axis[1:])].index if axis.startswith("s") else self.letters[axis]

    def _constants(self, axis: str) -> tuple[tuple[str, str], ...]:
        if not axis.startswith("s"):
            return ()
        part = self.sweeps[int(axis[1:])]
        return () if self.idle else _constants(part, range(part.count))


def _flat_axes(spec: ConvSpec, array: str) -> list[str]:
    return [axis for part in user_axes(spec, array) for axis in part]


def _taps(part: Sweep, entries: range) -> Loop | range:
    """The taps of some positions: numbers where they are all alike, else a loop between named ends."""
    if len(entries) == 1:
        return part.taps_at(entries.start)
    ends = dict(_constants(part, entries))
    if not ends:
        return range(part.taps)
    begin, end = f"{part.tap}_begin", f"{part.tap}_end"
    return Loop(
        part.tap,
        begin if begin in ends else "0",
        end if end in ends else str(part.taps),
        part.step,
    )


def _constants(part: Sweep, entries: range) -> tuple[tuple[str, str], ...]:
    """The ends of the taps of some positions, as far as they depend on the position."""
    begin, end = part.begin.text(part.index, entries), part.end.text(part.index, entries)
    tap, constants = part.tap, []
    if not part.taps or len(entries) < 2:
        return ()
    if part.step > 1:
        # Only every step-th tap is one: begin at the first of them.
        expression, common = part.alignment()
        aligned = quotient(expression, common)
        if begin == "0":
            begin = f"({aligned}) % {part.step}"
        else:
            constants.append((f"{tap}_low", begin))
            begin = f"{tap}_low + ({aligned} + {part.step - 1} * {tap}_low) % {part.step}"
    if part.needs > 1:
        dividend = text(part.remaining)
        end = f"({dividend}) % {part.needs} != 0 ? 0 : {f'({end})' if '?' in end else end}"
    if begin != "0":
        constants.append((f"{tap}_begin", begin))
    if end != str(part.taps):
        constants.append((f"{tap}_end", end))
    return tuple(constants)
