"""One axis of a pass cut into tiles: those that have every tap, and those that a border clips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from convgen.kernels.blocks import near_equal
from convgen.kernels.sweep import Sweep


@dataclass(frozen=True)
class Columns:
    """Neighbouring tiles of one size whose positions have the same taps.

    Attributes:
        first: the first position of the first tile.
        count: how many tiles.
        size: positions of a tile.
        taps: for each tap the positions of the tile that have it; None where each has every tap.
    """

    first: int
    count: int
    size: int
    taps: tuple[tuple[int, range], ...] | None

    @property
    def stop(self) -> int:
        """One past the last position."""
        return self.first + self.count * self.size


def columns(part: Sweep, most: int) -> Iterator[Columns]:
    """The positions of an axis in tiles of nearly equal sizes, in order."""
    first = 0
    whole = part.unclipped if part.taps else range(part.count)
    for count, size in near_equal(part.count, most):
        low = min(count, max(0, -(-(whole.start - first) // size)))
        high = max(low, min(count, (whole.stop - first) // size))
        for number in range(low):
            yield _clipped(part, first + number * size, size)
        if high > low:
            yield Columns(first + low * size, high - low, size, None)
        for number in range(high, count):
            yield _clipped(part, first + number * size, size)
        first += count * size


def clipped_tiles(part: Sweep, most: int) -> int:
    """How many tiles a border clips, without making them."""
    if not part.taps:
        return 0
    total = 0
    first = 0
    for count, size in near_equal(part.count, most):
        low = min(count, max(0, -(-(part.unclipped.start - first) // size)))
        high = max(low, min(count, (part.unclipped.stop - first) // size))
        total += count - (high - low)
        first += count * size
    return total


def _clipped(part: Sweep, first: int, size: int) -> Columns:
    by_position = [part.taps_at(position) for position in range(first, first + size)]
    found = []
    for tap in range(part.taps):
        having = [number for number, taps in enumerate(by_position) if tap in taps]
        if having:
            found.append((tap, range(having[0], having[-1] + 1)))
    return Columns(first, 1, size, tuple(found))
