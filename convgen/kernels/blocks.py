"""How a row of entries is cut into register tiles: the widths, and what each choice would cost.

A tile sums P x Q vectors at a time, P entries whose factor is one number and Q vectors of the other factor:

    sum[p][q] += number[p] * vector[q]

All P Q sums, the Q vectors and one number live in registers. Each step multiplies P Q vectors and loads
P + Q operands, so that square tiles load least, and about ten sums hide the latency of a product.
"""

from __future__ import annotations

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
    """The tile that is expected to be the fastest, for so many lanes and entries beside each other."""
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
    vector = choose_tile(isa, dtype, lanes, numbers).vector
    vectors = min(-(-FEWEST_STREAMED // numbers), -(-lanes // vector.lanes))
    return Tile(vector, min(fit(isa, vectors), MOST_STREAMED // vectors), vectors)


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
