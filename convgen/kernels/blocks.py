"""How a row of entries is cut into register tiles: the widths, and what each choice would cost.

A tile sums P x Q vectors at a time, P entries whose factor is one number and Q vectors of the other factor:

    sum[p][q] += number[p] * vector[q]

All P Q sums, the Q vectors and one number live in registers. Each step multiplies P Q vectors and loads
P + Q operands, so that square tiles load least, and about ten sums hide the latency of a product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from convgen.kernels.isa import Isa, Vector

LATENCY = 10
"""Independent products that keep the multipliers busy."""

LOAD = 0.15
"""The cost of an operand loaded, against 1 for a product."""

RELOADED = 4
"""Vectors beside each other from which on gcc loads each anew for every product, instead of keeping it."""

FEWEST_STREAMED, MOST_STREAMED = 7, 16
"""Sums of a tile whose products each read a number of their own: so many as hide the latency while it waits
for memory, and no more than are soon put away."""

DEEPEST = 8
"""The most vectors of a tile in one direction."""

NEAR = 1.25
"""A tile whose cost is so many times the least may yet be the fastest on some machine."""

OF_A_KIND = 2
"""What the rule expects and a machine does differ more between kinds of tiles than within one."""


@dataclass(frozen=True)
class Tile:
    """The shape of the register tiles of a pass.

    Attributes:
        vector: the type of its sums.
        numbers: P, the most entries whose factor is a number.
        vectors: Q, the most vectors.
    """

    vector: Vector
    numbers: int
    vectors: int

    def __str__(self) -> str:
        return f"{self.numbers}x{self.vectors}x{self.vector.lanes}"

    @property
    def registers(self) -> int:
        """How many it fills: its sums, its vectors and one number."""
        return self.numbers * self.vectors + self.vectors + 1

    def cut(self, lanes: int, numbers: int) -> Tile:
        """The largest of the tiles into which so many lanes and numbers are cut."""
        count = -(-lanes // self.vector.lanes)
        return Tile(
            self.vector, near_equal(numbers, self.numbers)[0][1], near_equal(count, self.vectors)[0][1]
        )


@dataclass(frozen=True)
class Tiling:
    """What a pass cuts into register tiles.

    Attributes:
        most: no tile is larger than this one.
        lanes: the entries along the vectors.
        numbers: the entries beside each other whose factor is a number.
    """

    most: Tile
    lanes: int
    numbers: int

    @property
    def tile(self) -> Tile:
        """The largest of the tiles."""
        return self.most.cut(self.lanes, self.numbers)


@dataclass(frozen=True)
class Block:
    """Neighbouring lanes that a tile takes at a time.

    Attributes:
        first: the first lane.
        count: how many such blocks follow each other.
        vectors: Q.
        last: the lanes of the last vector that are entries; the others are idle.
    """

    first: int
    count: int
    vectors: int
    last: int


def near_equal(count: int, most: int) -> tuple[tuple[int, int], ...]:
    """Cut a count into as few parts as do, of nearly equal sizes: (how many, size), the larger ones first."""
    parts = -(-count // most)
    size, larger = divmod(count, parts)
    return tuple((each, s) for each, s in ((larger, size + 1), (parts - larger, size)) if each)


def fit(isa: Isa, vectors: int) -> int:
    """P: the most numbers beside so many vectors, which with their sums and one number fill the registers."""
    return (isa.registers - vectors - 1) // vectors


@lru_cache(maxsize=256)
def choose_tile(isa: Isa, dtype: str, lanes: int, numbers: int) -> Tile:
    """The tile that is asked for, or else expected to be the fastest, for so many lanes and numbers."""
    if isa.tile is not None:
        return isa.tile.cut(lanes, numbers)
    tiles = [
        Tile(Vector(dtype, width), fit(isa, vectors), vectors)
        for width in isa.widths(dtype)
        for vectors in range(1, DEEPEST + 1)
        if fit(isa, vectors) and near_equal(-(-lanes // width), vectors)[0][1] == vectors
    ]
    return min(tiles, key=lambda tile: round(tile_cost(isa, tile, lanes, numbers), 6))


@lru_cache(maxsize=256)
def choose_streamed_tile(isa: Isa, dtype: str, lanes: int, numbers: int) -> Tile:
    """The tile where every lane has numbers of its own, so that each product loads one whatever the tile.

    What counts then is how memory is met: as few vectors side by side as hide the latency, because a core
    foresees steps of one line each, but not runs of some lines with gaps between them.
    """
    if isa.tile is not None:
        return isa.tile.cut(lanes, numbers)
    vector = choose_tile(isa, dtype, lanes, numbers).vector
    vectors = min(-(-FEWEST_STREAMED // numbers), -(-lanes // vector.lanes))
    return Tile(vector, min(fit(isa, vectors), MOST_STREAMED // vectors), vectors)


def near_best(isa: Isa, tiling: Tiling) -> list[Tile]:
    """The rule's tile, then others that are expected to be nearly as fast, the best `OF_A_KIND` of every kind.

    No two cut alike, and what is of one kind has as many vectors, of one width.

    Args:
        isa: the instruction set.
        tiling: what the rule cuts, and how.
    """
    chosen, dtype = tiling.tile, tiling.most.vector.dtype
    every = {  # of a dict the keys keep their order
        Tile(Vector(dtype, width), most, vectors).cut(tiling.lanes, tiling.numbers): None
        for width in isa.widths(dtype)
        for vectors in range(1, DEEPEST + 1)
        for most in range(1, fit(isa, vectors) + 1)
    }
    costs = {
        tile: round(tile_cost(isa, tile, tiling.lanes, tiling.numbers), 6) for tile in {**every, chosen: None}
    }
    found, kinds = [chosen], Counter([(chosen.vector, chosen.vectors)])
    for tile in sorted(costs, key=lambda tile: costs[tile]):
        kind = (tile.vector, tile.vectors)
        if tile != chosen and kinds[kind] < OF_A_KIND and costs[tile] <= NEAR * costs[chosen]:
            found.append(tile)
            kinds[kind] += 1
    return found


def tile_cost(isa: Isa, tile: Tile, lanes: int, numbers: int) -> float:
    """What a step of the sum costs for all lanes and numbers, in products of the widest vectors."""
    cost = isa.widths(tile.vector.dtype)[tile.vector.lanes]
    count = -(-lanes // tile.vector.lanes)
    return sum(
        rows * repeats * (max(p * q, LATENCY) * cost + LOAD * (p + q if q < RELOADED else 2 * p * q))
        for rows, p in near_equal(numbers, tile.numbers)
        for repeats, q in near_equal(count, tile.vectors)
    )


def blocks(tile: Tile, lanes: int) -> Iterator[Block]:
    """The lanes cut into blocks; only the last vector of the last block may have idle lanes."""
    width = tile.vector.lanes
    count = -(-lanes // width)
    tail = lanes - (count - 1) * width
    first = 0
    parts = near_equal(count, tile.vectors)
    for number, (repeats, size) in enumerate(parts):
        ends = number == len(parts) - 1
        whole = repeats - (ends and tail < width)
        if whole:
            yield Block(first, whole, size, width)
        first += whole * size * width
        if whole < repeats:
            yield Block(first, 1, size, tail)
            first += size * width


def padded(tile: Tile, lanes: int) -> int:
    """The lanes with the idle ones."""
    width = tile.vector.lanes
    return -(-lanes // width) * width
