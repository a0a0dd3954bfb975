"""What the loops form is made of: loops, and tiles of neighbouring entries computed side by side."""

from __future__ import annotations

from dataclasses import dataclass

from convgen.kernels.plan import PassPlan

MOST_LANES = 16
"""Accumulators at a time: two to four vector registers, enough to hide the latency of an addition."""

FEWEST_LANES = 4
"""A short vector: an axis with fewer unclipped entries is the lane axis only if no other has more."""

SHUNNED_LANES = {"float32": (12,), "float64": (6, 10, 14)}
"""Sums of 48, 80 or 112 bytes: with AVX-512 at -O2, gcc 12 misplaces them for its own aligned accesses."""


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
