"""Where Winograd's transforms apply, and how a layer is cut into blocks of tiles for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

from convgen.errors import PlanError
from convgen.kernels.blocks import Block, Tile, Tiling, blocks, choose_tile, near_equal, padded
from convgen.kernels.isa import ELEMENT_BYTES, Isa, Vector
from convgen.kernels.kernel import pass_output
from convgen.kernels.pieces import NUMBERED, SIGNALS, SUMMED
from convgen.layout import axis_sizes, element_strides
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.symbolic.winograd import Winograd

ALGORITHM = "winograd"

TILES = (2, 4)
"""Outputs of a tile along an axis that the rule tries; of two that cost the same the first, which rounds less."""

MOST_TILES = 28
"""Tiles of a block: two register tiles' worth of numbers, so that weights are read half as often."""

BLOCK_BYTES = 640 * 1024
"""Transformed data of a block, which stays in the second cache beside the weights that stream through it."""

CROWDED = 1024
"""Bytes: tiles whose data lie a multiple of it apart would share few sets of the first cache."""


@dataclass(frozen=True)
class Part:
    """Blocks of tiles along the last axis that lie alike to its borders.

    Attributes:
        first: the first tile of the first block.
        count: how many blocks follow each other.
        tiles: of a block.
        begin: the first place of a block's data that lies inside the array.
        end: one past the last.
        outputs: of a block that lie inside the result.
    """

    first: int
    count: int
    tiles: int
    begin: int
    end: int
    outputs: int


@dataclass(frozen=True)
class Layer:
    """Forward or backward_data of a layer as correlations of padded tiles.

    Attributes:
        spec: the layer.
        name: the pass.
        dtype: of its arrays.
        transforms: F(m x ..., r x ...).
        before: for each axis how far the first window reaches before the array; negative where it begins inside.
        inputs: the size of the array that is read, along each axis.
        outputs: that of the result.
        tile: the register tiles of the products.
        vector: of the data's transform.
        rows: tiles of a block along the axis before the last.
        columns: at most so many along the last.
    """

    spec: ConvSpec
    name: str
    dtype: str
    transforms: Winograd
    before: tuple[int, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    tile: Tile
    vector: Vector
    rows: int
    columns: int

    @property
    def rank(self) -> int:
        """Spatial axes."""
        return self.spec.rank

    @property
    def signal(self) -> str:
        """The array that is read beside K."""
        return SIGNALS[self.name]

    @property
    def result(self) -> str:
        """The array that is written."""
        return pass_output(self.name)

    @property
    def lanes(self) -> int:
        """Channels of the result, in a group."""
        return axis_sizes(self.spec, "K")[NUMBERED[self.name]]

    @property
    def summed(self) -> int:
        """Channels that are summed."""
        return axis_sizes(self.spec, "K")[SUMMED[self.name]]

    @property
    def products(self) -> int:
        """Of a tile and a pair of channels."""
        return self.transforms.products

    @property
    def pitch(self) -> int:
        """From the data of a tile to those of the next, idle lanes included."""
        step = self.vector.lanes
        wide = -(-self.summed // step) * step
        return wide + step if wide * ELEMENT_BYTES[self.dtype] % CROWDED == 0 else wide

    @property
    def weights_size(self) -> int:
        """Entries of the transformed weights."""
        return self.spec.groups * self.width * self.products * self.summed

    @property
    def width(self) -> int:
        """All lanes of a group, idle ones included."""
        return padded(self.tile, self.lanes)

    @property
    def tiling(self) -> Tiling:
        """What the products are cut into."""
        return Tiling(self.tile, self.lanes, self.rows * self.columns)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The lanes as register tiles take them."""
        return tuple(blocks(self.tile, self.lanes))

    @property
    def most_tiles(self) -> int:
        """Tiles of the largest block."""
        return self.rows * self.columns

    @property
    def data_size(self) -> int:
        """Numbers of a block's transformed data."""
        return self.products * self.most_tiles * self.pitch

    @property
    def sums_size(self) -> int:
        """Numbers of its products, for the lanes of one register tile."""
        widest = max(each.vectors for each in self.blocks) * self.tile.vector.lanes
        return self.products * self.most_tiles * widest

    def strip(self, tiles: int) -> int:
        """Places of the data of neighbouring tiles along the last axis."""
        last = self.transforms.axes[-1]
        return tiles * last.outputs + last.weights - 1

    @property
    def strip_size(self) -> int:
        """Numbers of the data, and later of the results, of a row of tiles in one vector of channels."""
        outer = prod(axis.products for axis in self.transforms.axes[:-1])
        last = self.columns * self.transforms.axes[-1].outputs
        return outer * max(self.strip(self.columns) * self.vector.lanes, last * self.tile.vector.lanes)

    def tiles(self, d: int) -> int:
        """Tiles along an axis."""
        return -(-self.outputs[d] // self.transforms.axes[d].outputs)

    def cuts(self) -> Iterator[Layer]:
        """The layer as the rule cuts it, then in blocks of ever fewer kinds, each of which has a text of its own."""
        yield self
        if self.rank > 1:
            rows = most_even(self.tiles(self.rank - 2), self.rows)
            yield replace(self, rows=rows)
            yield replace(self, rows=rows, columns=most_even(self.tiles(self.rank - 1), 2 * self.columns))
        else:
            yield replace(self, columns=most_even(self.tiles(0), 2 * self.columns))

    def row_parts(self) -> tuple[tuple[int, int, int], ...]:
        """First row, how many blocks, and rows of each; an axis before the last is needed for more than one."""
        if self.rank == 1:
            return ((0, 1, 1),)
        found, first = [], 0
        for count, size in near_equal(self.tiles(self.rank - 2), self.rows):
            found.append((first, count, size))
            first += count * size
        return tuple(found)

    def column_parts(self) -> tuple[Part, ...]:
        """The blocks along the last axis, those that lie alike to the borders together."""
        found: list[Part] = []
        for first, tiles in self._columns():
            at = first * self.transforms.axes[-1].outputs
            length = self.strip(tiles)
            begin = min(max(self.before[-1] - at, 0), length)
            end = max(min(self.inputs[-1] + self.before[-1] - at, length), begin)
            outputs = min(tiles * self.transforms.axes[-1].outputs, self.outputs[-1] - at)
            last = found[-1] if found else None
            if last and (last.tiles, last.begin, last.end, last.outputs) == (tiles, begin, end, outputs):
                found[-1] = Part(last.first, last.count + 1, tiles, begin, end, outputs)
            else:
                found.append(Part(first, 1, tiles, begin, end, outputs))
        return tuple(found)

    def _columns(self) -> Iterator[tuple[int, int]]:
        first = 0
        for count, size in near_equal(self.tiles(self.rank - 1), self.columns):
            for _ in range(count):
                yield first, size
                first += size


def require_winograd(spec: ConvSpec, tile: tuple[int, ...] | None = None) -> None:
    """Refuse a layer to which the transforms do not apply.

    Raises:
        PlanError: with what stands in the way.
    """
    reasons = []
    if set(spec.stride) != {1}:
        reasons.append(f"stride {_by_axis(spec.stride)} where 1 is needed")
    if set(spec.dilation) != {1}:
        reasons.append(f"dilation {_by_axis(spec.dilation)} where 1 is needed")
    if set(spec.kernel_size) == {1}:
        reasons.append(f"kernel {_by_axis(spec.kernel_size)} has a single weight, with nothing to save")
    if tile is not None and len(tile) != spec.rank:
        reasons.append(f"a tile of {len(tile)} axes for a layer of {spec.rank}")
    if reasons:
        raise PlanError(f"algorithm {ALGORITHM!r} does not apply to {spec}: {'; '.join(reasons)}")


@lru_cache(maxsize=64)
def transforms_of(spec: ConvSpec, tile: tuple[int, ...] | None) -> Winograd:
    """The transforms of a layer, with the tile that is asked for, or the one that the rule takes.

    The rule takes the tile that executes fewest multiplications, those of tiles that reach over the border of
    the result included.

    Raises:
        PlanError: the layer has none.
    """
    from convgen.symbolic.winograd import MOST_PRODUCTS, winograd

    require_winograd(spec, tile)
    if tile is not None:
        # A single weight along an axis has nothing to transform, and one tile for all axes leaves it alone.
        return winograd(
            [1 if r == 1 else m for m, r in zip(tile, spec.kernel_size, strict=True)], spec.kernel_size
        )
    chosen = []
    for axis in spec.axes:
        possible = [m for m in TILES if m + axis.kernel - 1 <= MOST_PRODUCTS] if axis.kernel > 1 else [1]
        if not possible:
            raise PlanError(
                f"algorithm {ALGORITHM!r} does not apply to {spec}: a kernel of {axis.kernel} needs "
                f"{TILES[0]} + {axis.kernel} - 1 products along an axis, more than {MOST_PRODUCTS}"
            )
        chosen.append(min(possible, key=lambda m: -(-axis.output // m) * (m + axis.kernel - 1)))
    return winograd(chosen, spec.kernel_size)


@lru_cache(maxsize=64)
def layer_of(spec: ConvSpec, name: str, dtype: str, isa: Isa, tile: tuple[int, ...] | None) -> Layer:
    """Forward or backward_data of a layer.

    Raises:
        PlanError: the transforms do not apply to it.
    """
    transforms = transforms_of(spec, tile)
    forward = name == "forward"
    axes = spec.axes
    before = tuple(axis.before if forward else axis.kernel - 1 - axis.before for axis in axes)
    inputs, outputs = (axis.input for axis in axes), (axis.output for axis in axes)
    sizes = axis_sizes(spec, "K")
    lanes, summed = sizes[NUMBERED[name]], sizes[SUMMED[name]]
    read, written = (tuple(inputs), tuple(outputs)) if forward else (tuple(outputs), tuple(inputs))
    tiles = [-(-size // axis.outputs) for size, axis in zip(written, transforms.axes, strict=True)]
    held = transforms.products * summed * ELEMENT_BYTES[dtype]
    most = min(MOST_TILES, max(BLOCK_BYTES // held, MOST_TILES // 4))
    columns = near_equal(tiles[-1], most)[0][1]
    rows = near_equal(tiles[-2], max(1, most // columns))[0][1] if spec.rank > 1 else 1
    return Layer(
        spec,
        name,
        dtype,
        transforms,
        before,
        read,
        written,
        choose_tile(isa, dtype, lanes, rows * columns),
        vector_for(isa, dtype, summed),
        rows,
        columns,
    )


def most_even(count: int, most: int) -> int:
    """The largest size, of at most so many, that divides a count."""
    return next(size for size in range(min(count, most), 0, -1) if count % size == 0)


def vector_for(isa: Isa, dtype: str, count: int) -> Vector:
    """The vector that takes so many numbers at the least cost; the widest where several do."""
    widths = isa.widths(dtype)
    return Vector(
        dtype, min(widths, key=lambda lanes: (round(-(-count // lanes) * widths[lanes], 6), -lanes))
    )


def strides_of(spec: ConvSpec, array: str, channel: str) -> tuple[int, tuple[int, ...]]:
    """How far apart channels of a group lie in an array, and places along each spatial axis."""
    strides = element_strides(spec, array)
    return strides[channel], tuple(strides[f"s{d}"] for d in range(spec.rank))


def _by_axis(numbers: tuple[int, ...]) -> str:
    return "x".join(map(str, numbers))
