"""The loops form: C loops with constant bounds that sum in registers and write every entry once.

The entries along one axis of the result, the lane axis, are computed several at a time, each in its own
accumulator: neighbouring sums are independent, so that compilers keep them in vector registers without
reordering any sum. Along every spatial axis the taps of a position are the range that the border leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.kernels.ends import ends, tap_ends
from convgen.kernels.expression import ZERO, Coordinate, break_points, element
from convgen.kernels.formula import FACTORS, index_sizes, letters
from convgen.kernels.isa import Isa
from convgen.kernels.kernel import OpCount, pass_output
from convgen.kernels.plan import (
    C_REALS,
    C_ZEROS,
    LINE_WIDTH,
    PassPlan,
    filled,
    idle_arrays,
    products_of,
    summands_of,
    summed_in_order,
)
from convgen.kernels.sweep import Sweep, phases, sweep
from convgen.kernels.tiles import FEWEST_LANES, Loop, LoopsPlan, Tile, split
from convgen.layout import axis_sizes, base_name, user_axes
from convgen.spec import ConvSpec

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

Pieces = tuple[tuple[Sweep, range], ...]
"""For every spatial axis its sweep, and the positions that are meant."""


def plan_loops(spec: ConvSpec, name: str, dtype: str, _isa: Isa) -> PassPlan:
    """Loops for one pass."""
    return _Builder(spec, name, dtype).plan()


class _Builder:
    """Puts one plan together; its parts share the spec, the pass, and the letters of its indices."""

    def __init__(self, spec: ConvSpec, name: str, dtype: str) -> None:
        self.spec, self.name, self.dtype = spec, name, dtype
        self.output = pass_output(name)
        self.letters, self.sizes = letters(spec), index_sizes(spec)
        self.sweeps = {f"s{d}": sweep(spec, name, d) for d in range(spec.rank)}
        self.counts = {
            axis: self.sweeps[axis].count if axis in self.sweeps else self.sizes[axis]
            for axis in _flat_axes(spec, self.output)
        }
        self.idle = idle_arrays(spec, name)
        self.lane = None if self.idle else self._lane_axis()
        self.loops = tuple(
            Loop(self._index(axis), "0", str(count), 1, self._constants(axis))
            for axis, count in self.counts.items()
            if axis != self.lane and count > 1
        )

    def plan(self) -> LoopsPlan:
        """The loops over every axis but the lane axis, and the tiles along that."""
        return LoopsPlan(
            name=self.name,
            form="loops",
            op_count=OpCount(products_of(self.spec, self.name), summands_of(self.spec, self.name)),
            order=self._order(),
            idle=self.idle,
            needs=("#include <stddef.h>",),
            real=C_REALS[self.dtype],
            loops=self.loops,
            tiles=tuple(self._tiles()),
        )

    def _index(self, axis: str) -> str:
        return self.sweeps[axis].index if axis in self.sweeps else self.letters[axis]

    def _constants(self, axis: str) -> tuple[tuple[str, str], ...]:
        if axis not in self.sweeps or self.idle:
            return ()
        return ends(self.sweeps[axis], range(self.counts[axis]))

    # ---- the lane axis --------------------------------------------------------------------------------

    def _lane_axis(self) -> str | None:
        """The first candidate that fills a short vector, or else the one with the most unclipped entries."""
        longer = [axis for axis, count in self.counts.items() if count > 1]
        candidates = [longer[-1] if axis == "innermost" else axis for axis in LANE_AXES[self.name] if longer]
        room = {axis: self._room(axis) for axis in candidates if axis in longer}
        wide = [axis for axis, entries in room.items() if entries >= FEWEST_LANES]
        best = wide[0] if wide else max(room, key=lambda axis: room[axis], default=None)
        return best if best is not None and room[best] > 1 else None

    def _room(self, axis: str) -> int:
        """How many entries along an axis may be computed side by side."""
        if axis not in self.sweeps:
            return self.counts[axis]
        return max((len(part.unclipped) for part in self._lane_sweeps(axis)), default=0)

    def _lane_sweeps(self, axis: str) -> tuple[Sweep, ...]:
        """A spatial lane axis in parts within which neighbouring entries have neighbouring taps."""
        if self.name != "backward_data":
            return (self.sweeps[axis],)
        d = int(axis[1:])
        return phases(self.spec, d) if self.spec.stride[d] <= MOST_PHASES else ()

    # ---- tiles ----------------------------------------------------------------------------------------

    def _tiles(self) -> Iterator[Tile]:
        """The parts of the lane axis; along the other axes every entry is meant."""
        whole = tuple((part, range(part.count)) for part in self.sweeps.values())
        if self.lane is None:
            yield self._tile(whole)
        elif self.lane not in self.sweeps:
            letter = self.letters[self.lane]
            yield from self._side_by_side(whole, letter, Polynomial.of(letter), range(self.counts[self.lane]))
        else:
            d = int(self.lane[1:])
            for part in self._lane_sweeps(self.lane):
                written = part.coordinates[base_name(self.output)].dividend
                full = part.unclipped or range(part.count, part.count)
                for entries in (range(full.start), full, range(full.stop, part.count)):
                    pieces = (*whole[:d], (part, entries), *whole[d + 1 :])
                    if entries == full:
                        yield from self._side_by_side(pieces, part.index, written, full)
                    elif entries:
                        yield self._one_by_one(pieces, part, written, entries)

    def _side_by_side(
        self, pieces: Pieces, index: str, written: Polynomial, entries: range
    ) -> Iterator[Tile]:
        """Entries that have the same taps, in lanes."""
        first = entries.start
        for tiles, lanes in split(len(entries), self.dtype):
            last = first + tiles * lanes
            loops = (Loop(index, str(first), str(last), lanes),) if tiles > 1 else ()
            place = Polynomial.of(index if loops else first) + (LANE_LETTER if lanes > 1 else 0)
            note = self._note(index, written, range(first, last))
            yield self._tile(pieces, note, loops, lanes, {index: place})
            first = last

    def _one_by_one(self, pieces: Pieces, part: Sweep, written: Polynomial, entries: range) -> Tile:
        """Entries that the border clips, each with its own taps."""
        loop = Loop(part.index, str(entries.start), str(entries.stop), 1, ends(part, entries))
        note = self._note(part.index, written, entries)
        return self._tile(pieces, note, (loop,) if len(entries) > 1 else ())

    def _note(self, index: str, written: Polynomial, entries: range) -> str:
        """Which entries of the lane axis a tile writes: ``q = 1, 3 .. 29``."""
        step = written.coefficient(index)
        first, last = (written.substitute({index: entry}).value() for entry in (entries[0], entries[-1]))
        named = [str(first)] if first == last or step == 1 else [str(first), str(first + step)]
        text = f"{self._index(self.lane or '')} = {', '.join(named)}"
        return text if first + step * (len(named) - 1) == last else f"{text} .. {last}"

    def _tile(
        self,
        pieces: Pieces,
        note: str = "",
        loops: tuple[Loop, ...] = (),
        lanes: int = 1,
        place: Mapping[str, PolynomialLike] | None = None,
    ) -> Tile:
        """One tile: the loops over its taps, and its elements at the place that it has."""
        values = dict(place or {})
        values |= {part.index: entries.start for part, entries in pieces if len(entries) == 1}
        sums = {
            axis: Loop(self.letters[axis], "0", str(self.sizes[axis])) for axis in self._summed_channels()
        }
        empty = bool(self.idle)
        for d, (part, entries) in enumerate(pieces):
            taps = _taps(part, entries)
            if isinstance(taps, Loop):
                sums[f"s{d}"] = taps
            elif len(taps) > 1:
                sums[f"s{d}"] = Loop(part.tap, str(taps.start), str(taps.stop), taps.step)
            elif taps:
                values[part.tap] = taps.start
            empty |= not taps
        parts = [part for part, _ in pieces]
        target, *product = (
            self._element(array, parts, values) for array in (self.output, *FACTORS[self.name])
        )
        biased = self.name == "forward" and self.spec.bias
        summing = () if empty else tuple(sums[axis] for axis in self._summing_order() if axis in sums)
        depth = len(self.loops) + (len(loops) or 1) + len(summing) + (lanes > 1)
        return Tile(
            note=note,
            loops=loops,
            lanes=lanes,
            start=self._element("b", parts, values) if biased else C_ZEROS[self.dtype],
            sums=summing,
            update=() if empty else _update("sum[v]" if lanes > 1 else "sum", product, depth),
            target=target,
        )

    def _element(self, array: str, parts: Sequence[Sweep], values: Mapping[str, PolynomialLike]) -> str:
        """The element of an array that a tile is at."""
        where = {}
        for axis in axis_sizes(self.spec, array):
            if axis.startswith("s"):
                place = parts[int(axis[1:])].coordinates.get(base_name(array), ZERO)
            else:
                place = Coordinate(Polynomial.of(self.letters[axis])) if self.sizes[axis] > 1 else ZERO
            where[axis] = place.substitute(values)
        return element(self.spec, array, where)

    # ---- what is summed, and its order ----------------------------------------------------------------

    def _summing_order(self) -> list[str]:
        """The summed axes as they lie in the array that one walks through: K, or dO where K is the result."""
        walked = "K" if self.name in ("forward", "backward_data") else "O"
        summed = [*self._summed_channels(), *self.sweeps]
        return [axis for axis in _flat_axes(self.spec, walked) if axis in summed]

    def _summed_channels(self) -> list[str]:
        """The channel axes of the factors that the result lacks, where they are longer than 1."""
        result = axis_sizes(self.spec, self.output)
        read = [axis for array in FACTORS[self.name] for axis in axis_sizes(self.spec, array)]
        return [axis for axis in "nfc" if axis in read and axis not in result and self.sizes[axis] > 1]

    def _order(self) -> str:
        """The order of a sum, by letters: the loops from the outermost on."""
        named = []
        for axis in self._summing_order():
            if axis not in self.sweeps:
                named.append(self.letters[axis])
            elif self.sweeps[axis].taps > 1:
                phased = axis == self.lane and len(self._lane_sweeps(axis)) > 1  # by kernel position there
                named.append(self.letters[f"m{axis[1:]}"] if phased else self.sweeps[axis].tap)
        return summed_in_order(named, from_bias=self.name == "forward" and self.spec.bias)


def _update(target: str, factors: Sequence[str], depth: int) -> tuple[str, ...]:
    """The lines of ``sum += K[...] * X[...]``, without their common indent of `depth` levels and one more."""
    width = LINE_WIDTH - 4 * (depth + 1)
    line = f"{target} += {' * '.join(factors)};"
    if len(line) <= width:
        return (line,)
    lines: list[str] = []
    for number, factor in enumerate(factors):
        head = "    * " if number else f"{target} += "
        tail = ";" if number == len(factors) - 1 else ""
        lines += filled(head, break_points(factor + tail), " + ", indent=0, hanging=8, width=width)
    return tuple(lines)


def _flat_axes(spec: ConvSpec, array: str) -> list[str]:
    return [axis for part in user_axes(spec, array) for axis in part]


def _taps(part: Sweep, entries: range) -> Loop | range:
    """The taps of some positions: numbers where they are all alike, else a loop between named ends."""
    if len(entries) == 1:
        return part.taps_at(entries.start)
    begin, end = tap_ends(part, entries)
    if isinstance(begin, int) and isinstance(end, int):
        return range(begin, end)
    return Loop(part.tap, str(begin), str(end), part.step)
