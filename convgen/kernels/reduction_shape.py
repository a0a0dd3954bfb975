"""What is chosen for backward weights by register tiles before any text is written.

Which channel axis the vectors run along, what the tiles cut, and what is copied first: nothing here is C.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

from convgen.kernels.blocks import (
    Tile,
    Tiling,
    blocks,
    choose_streamed_tile,
    choose_tile,
    near_equal,
    padded,
    tile_cost,
)
from convgen.kernels.isa import ELEMENT_BYTES, Isa
from convgen.kernels.pieces import is_crowded, is_depthwise
from convgen.kernels.plan import idle_arrays
from convgen.kernels.sweep import Sweep, sweep
from convgen.kernels.tiled_plan import flattened
from convgen.layout import axis_sizes, element_strides
from convgen.spec import ConvSpec

NAME = "backward_weights"
SIGNALS = {"f": ("O", "dO"), "c": ("X", "X"), "g": ("O", "dO")}
"""For each axis of lanes the array that is read in vectors: its axes, and its name."""

ENOUGH = 8
"""Entries that fill a tile: a channel axis with fewer is joined by kernel positions."""

CLEARLY = 0.9
"""Vectors along c, whose entries do not lie beside each other in K, must save at least a tenth."""

CROWDED = 1024
"""Bytes: what lies a multiple of them apart shares a quarter of the first cache's sets, or fewer."""

TOO_CROWDED = 2048
"""Bytes: two sets of the first cache hold every channel of positions that lie a multiple of them apart."""

CACHED = 256 * 1024
"""Bytes of X and dO that stay in the cache from one tile to the next."""

FEWEST_POSITIONS = 200
"""Positions that a tile sums before it is put away: to take it up again costs as much as some of them."""


@dataclass(frozen=True)
class Shape:
    """What a plan for a layer decides first.

    Attributes:
        lanes: the channel axis of the vectors, ``f`` or ``c``; ``g`` where every channel is a group.
        fused: the first spatial axis whose kernel positions are in the tiles; the rank where none is.
        numbers: the entries that tiles cut: the other channels, times the joined kernel positions.
        tile: the register tile.
    """

    lanes: str
    fused: int
    numbers: int
    tile: Tile

    @property
    def other(self) -> str:
        """The channel axis of the numbers."""
        return "f" if self.lanes == "c" else "c"


def shape_of(spec: ConvSpec, dtype: str, isa: Isa) -> Shape:
    """The cheaper of vectors along f and along c."""
    sizes = axis_sizes(spec, "K")
    if is_depthwise(spec):
        numbers = prod(spec.kernel_size)
        choose = choose_tile if is_crowded(spec, dtype, TOO_CROWDED) else choose_streamed_tile
        return Shape("g", 0, numbers, choose(isa, dtype, spec.groups, numbers))
    rule = isa.by_rule  # a tile that is asked for does not turn the vectors round
    found = []
    for lanes, other in (("f", "c"), ("c", "f")):
        numbers, fused = sizes[other], spec.rank
        while lanes == "f" and fused and numbers < ENOUGH:  # vectors of X would differ with the position
            fused -= 1
            numbers *= spec.kernel_size[fused]
        tile = choose_tile(rule, dtype, sizes[lanes], numbers)
        cost = tile_cost(rule, tile, sizes[lanes], numbers) * prod(spec.kernel_size[:fused])
        found.append((cost, Shape(lanes, fused, numbers, tile)))
    (cost, along_f), (other_cost, along_c) = found
    chosen = along_c if other_cost < CLEARLY * cost else along_f
    return replace(chosen, tile=choose_tile(isa, dtype, sizes[chosen.lanes], chosen.numbers))


def reduction_statements(spec: ConvSpec, dtype: str, isa: Isa) -> int:
    """How many products of vectors the text has; found without writing it."""
    flat = flattened(spec)
    shape = shape_of(flat, dtype, isa)
    kinds = len(list(blocks(shape.tile, axis_sizes(flat, "K")[shape.lanes])))
    per_class = shape.tile.vectors * (2 * shape.tile.numbers if shape.fused == flat.rank else shape.numbers)
    classes = prod(
        1 + part.count - len(part.unclipped)
        for part in (sweep(flat, "forward", d) for d in range(shape.fused, flat.rank))
    )
    return kinds * per_class * classes


@dataclass(frozen=True)
class Choices:
    """The shape of a layer's plan, and what follows from it for the arrays and the loops.

    Attributes:
        spec: the layer as the user gave it.
        dtype: of the arrays.
        isa: the instruction set.
    """

    spec: ConvSpec
    dtype: str
    isa: Isa

    @cached_property
    def flat(self) -> ConvSpec:
        """The layer that is planned for."""
        return flattened(self.spec)

    @cached_property
    def shape(self) -> Shape:
        """Lanes, numbers and tile."""
        return shape_of(self.flat, self.dtype, self.isa)

    @property
    def tile(self) -> Tile:
        """The register tile."""
        return self.shape.tile

    @property
    def tiling(self) -> Tiling:
        """What the tile cuts."""
        return Tiling(self.tile, self.sizes[self.shape.lanes], self.shape.numbers)

    @cached_property
    def idle(self) -> bool:
        """Whether no window meets the input, so that every gradient is 0."""
        return bool(idle_arrays(self.spec, NAME))

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """Of the named axes of K."""
        return axis_sizes(self.flat, "K")

    @cached_property
    def axes(self) -> tuple[Sweep, ...]:
        """For every spatial axis the kernel positions, and the positions that each meets."""
        return tuple(sweep(self.flat, NAME, d) for d in range(self.flat.rank))

    @cached_property
    def width(self) -> int:
        """All lanes of a group, idle ones included."""
        return padded(self.tile, self.sizes[self.shape.lanes])

    @cached_property
    def row(self) -> int:
        """The entries of a row of K: its kernel positions times its channels."""
        return prod(self.flat.kernel_size) * self.sizes["c"]

    # ---- what is copied -------------------------------------------------------------------------------

    @property
    def side(self) -> str:
        """The array read in vectors, by its axes."""
        return SIGNALS[self.shape.lanes][0]

    @property
    def vectors_from(self) -> str:
        """The same by its name."""
        return SIGNALS[self.shape.lanes][1]

    @cached_property
    def places(self) -> int:
        """The positions of the array read in vectors."""
        return prod(self.flat.output_size if self.side == "O" else self.flat.input_size)

    @cached_property
    def packed(self) -> bool:
        """Whether the array read in vectors is copied first, its lanes beside each other."""
        in_place = self.isa.masks or self.shape.lanes == "g" or self.width == self.sizes[self.shape.lanes]
        return not (in_place and element_strides(self.flat, self.side)[self.shape.lanes] == 1)

    @cached_property
    def spread(self) -> bool:
        """Whether the channels of X are read as numbers so far apart that they share a set of the cache.

        They are packed first then, beside each other at each position.
        """
        apart = element_strides(self.flat, "X")["c"] * ELEMENT_BYTES[self.dtype]
        return self.shape.lanes == "f" and self.sizes["c"] >= ENOUGH and apart > 1 and apart % CROWDED == 0

    @cached_property
    def aside(self) -> bool:
        """Whether sums are put aside first, because the lanes of a vector are far apart in K."""
        return self.shape.lanes == "f" and self.strides["K"]["f"] > 1 and self.sizes["f"] > 1

    @cached_property
    def strides(self) -> Mapping[str, Mapping[str, int]]:
        """Of every array as the tiles read and write it, X packed where it is spread."""
        found = {array: element_strides(self.flat, array) for array in ("X", "K", "O")}
        return found | {"X": self._beside()} if self.spread else found

    def _beside(self) -> dict[str, int]:
        """The strides of X with its channels beside each other."""
        found, step = {"c": 1}, self.sizes["c"]
        for d in reversed(range(self.flat.rank)):
            found[f"s{d}"] = step
            step *= self.flat.input_size[d]
        return found | {"g": step, "n": step * self.flat.groups}

    # ---- what tiles are put away for ------------------------------------------------------------------

    @cached_property
    def split_batch(self) -> bool:
        """Whether examples are outside the tiles."""
        return self._bytes(self.flat.axes[0].output) * self.flat.batch > CACHED and self.shape.fused > 0

    @cached_property
    def rows(self) -> int:
        """Positions of the first axis that a tile sums before the next one takes its place."""
        output = self.flat.axes[0].output
        if self.shape.fused == 0 or self._bytes(output) <= CACHED or self.packed:
            return output
        fewest = -(-FEWEST_POSITIONS // prod(self.flat.output_size[1:]))
        rows = max(fewest, CACHED // max(1, self._bytes(1)))
        return near_equal(output, rows)[0][1] if rows < output else output

    @property
    def split_rows(self) -> bool:
        """Whether the positions of the first axis are cut."""
        return self.rows < self.flat.axes[0].output

    @property
    def accumulates(self) -> bool:
        """Whether a tile is put away and taken up again before its sums are whole."""
        return self.split_rows or (self.split_batch and self.flat.batch > 1)

    @property
    def by_panels(self) -> bool:
        """Whether a block of lanes is done before the next one begins, so that both put sums aside in one place.

        That place stays in the cache then.
        """
        return self.aside and not self.accumulates

    def _bytes(self, rows: int) -> int:
        """What a group reads of an example for some positions of the first axis."""
        axis = self.flat.axes[0]
        per_input = self.flat.in_channels * prod(self.flat.input_size[1:])
        per_output = self.flat.out_channels * prod(self.flat.output_size[1:])
        entries = per_input * min(axis.input, rows * axis.stride) + per_output * rows
        return entries * ELEMENT_BYTES[self.dtype] // self.flat.groups
