"""What the loops form is made of: loops, and tiles of neighbouring entries computed side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from convgen.kernels.plan import PassPlan
from convgen.kernels.threads import BALANCED, pragma, use, worth

MOST_LANES = 16
"""Accumulators at a time: two to four vector registers, enough to hide the latency of an addition."""

FEWEST_LANES = 4
"""A short vector: an axis with fewer unclipped entries is the lane axis only if no other has more."""

SHUNNED_LANES = {"float32": (12,), "float64": (6, 10, 14)}
"""Sums of 48, 80 or 112 bytes: with AVX-512 at -O2, gcc 12 misplaces them for its own aligned accesses."""


@dataclass(frozen=True)
class Loop:
    """``for (index = begin; index < end; index += step)``, and constants named at the top of its body.

    Attributes:
        pragma: the line before it, where threads share it.
    """

    index: str
    begin: str
    end: str
    step: int = 1
    constants: tuple[tuple[str, str], ...] = ()
    pragma: str = ""

    @property
    def rounds(self) -> int:
        """How many there are, of a loop between numbers."""
        return -(-(int(self.end) - int(self.begin)) // self.step)


@dataclass(frozen=True)
class Tile:
    """Some neighbouring entries, from their start value to their place.

    Attributes:
        note: which entries they are.
        loops: over the entries, some at a time; none where they are computed at one go.
        lanes: how many sums run side by side; 1 for a plain scalar.
        start: the value that a sum starts from.
        sums: the loops over what is summed, outermost first.
        update: the lines that add a product, or one entry, to a sum; none where no tap meets the array.
        target: the entry written.
    """

    note: str
    loops: tuple[Loop, ...]
    lanes: int
    start: str
    sums: tuple[Loop, ...]
    update: tuple[str, ...]
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

    def laid_out(self, threads: int) -> LoopsPlan:
        """The same with its outer loops shared between threads, or each tile's own where there are none."""
        lanes = [tile.lanes * prod(loop.rounds for loop in tile.loops) for tile in self.tiles]
        sides = max((tile.lanes for tile in self.tiles), default=1)
        statements = self.op_count.additions // max(1, sides // 2)
        if self.loops:
            return replace(self, loops=_shared(self.loops, worth(statements, threads)))
        tiles = [
            replace(tile, loops=_shared(tile.loops, worth(statements * part // sum(lanes), threads)))
            for tile, part in zip(self.tiles, lanes, strict=True)
        ]
        return replace(self, tiles=tuple(tiles))


def _shared(loops: tuple[Loop, ...], threads: int) -> tuple[Loop, ...]:
    """Loops of which threads share as many as balance their work, all constants in the innermost of those."""
    if threads == 1 or not loops:
        return loops
    uses = [use(prod(loop.rounds for loop in loops[:depth]), threads) for depth in range(1, len(loops) + 1)]
    depth = 1 + next((n for n, each in enumerate(uses) if each >= BALANCED), uses.index(max(uses)))
    constants = tuple(each for loop in loops[:depth] for each in loop.constants)
    plain = [replace(loop, constants=()) for loop in loops[:depth]]
    plain[-1] = replace(plain[-1], constants=constants)
    plain[0] = replace(plain[0], pragma=pragma(threads, depth))
    return (*plain, *loops[depth:])


def split(count: int, dtype: str) -> list[tuple[int, int]]:
    """Cut a row of entries into tiles: (how many tiles, lanes of each), full ones first, then the rest."""
    full, rest = divmod(count, MOST_LANES)
    return [(full, MOST_LANES)] * bool(full) + [(1, lanes) for lanes in _cut(rest, dtype)]


def _cut(lanes: int, dtype: str) -> list[int]:
    """The lanes of fewer than a full tile, in two or three parts where one would be shunned."""
    if lanes not in SHUNNED_LANES[dtype]:
        return [lanes] * bool(lanes)
    largest = 1 << (lanes.bit_length() - 1)
    return [largest, *_cut(lanes - largest, dtype)]
