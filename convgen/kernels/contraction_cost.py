"""What forward and backward data by tiles of channels cost, and how long their text is, without writing it."""

from __future__ import annotations

from math import prod

from convgen.kernels.blocks import blocks, tile_cost
from convgen.kernels.columns import clipped_tiles
from convgen.kernels.isa import Isa
from convgen.kernels.kernel import pass_output
from convgen.kernels.pieces import NUMBERED, SUMMED, channel_tile, is_depthwise, pieces_of
from convgen.kernels.tiled_plan import flattened
from convgen.layout import axis_sizes, element_strides
from convgen.spec import ConvSpec

STORE_APART = 1.5
"""The cost of a number that is stored on its own."""


def contraction_statements(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> int:
    """How many products of vectors the text of a pass has; found without writing it."""
    flat = flattened(spec)
    pieces = pieces_of(flat, name)
    lanes = axis_sizes(flat, "K")["g" if is_depthwise(spec) else NUMBERED[name]]
    tile = channel_tile(flat, name, dtype, isa)
    kinds = len(list(blocks(tile, lanes)))
    area = tile.numbers * tile.vectors
    return kinds * area * sum(2 + clipped_tiles(piece[-1], tile.numbers) * piece[-1].taps for piece in pieces)


def contraction_cost(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> float:
    """What a step of the sum of all rows costs, with its share of storing, in products of the widest vectors."""
    sizes, pieces = axis_sizes(spec, "K"), pieces_of(spec, name)
    lanes = sizes[NUMBERED[name]]
    tile = channel_tile(spec, name, dtype, isa)
    steps = sizes[SUMMED[name]] * prod(spec.kernel_size) / len(pieces)
    apart = element_strides(spec, pass_output(name))[NUMBERED[name]] > 1
    total = 0.0
    for piece in pieces:
        rows = prod(axis.count for axis in piece[:-1])
        stored = STORE_APART * lanes * piece[-1].count / steps if apart else 0.0
        total += rows * (tile_cost(isa, tile, lanes, piece[-1].count) + stored)
    return total / len(pieces)
