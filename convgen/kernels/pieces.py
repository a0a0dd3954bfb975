"""What forward and backward data have in common: the roles of their axes, and the pieces of a strided dX."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import prod

from convgen.kernels.blocks import Tile, choose_streamed_tile, choose_tile
from convgen.kernels.formula import letters
from convgen.kernels.isa import ELEMENT_BYTES, Isa
from convgen.kernels.sweep import Sweep, phases, sweep
from convgen.layout import axis_sizes
from convgen.spec import ConvSpec

SIGNALS = {"forward": "X", "backward_data": "dO"}
NUMBERED = {"forward": "f", "backward_data": "c"}
SUMMED = {"forward": "c", "backward_data": "f"}
"""For each pass the array that it reads beside K, the channel axis of its result, and the one that it sums."""

PHASE_POSITIONS = ("u", "v", "w")

CROWDED = 512
"""Bytes: positions a multiple of them apart leave the rows of one channel few sets of the first cache."""

FETCHED = 128
"""Bytes that a core fetches together: all channels of a position, if they are no more."""

FARTHEST_APART = 2
"""Every second number of a row is loaded or stored in vectors; what is farther apart, one by one."""

MOST_PIECES = 64
"""Pieces of a strided dX that are written out."""

Pieces = tuple[Sweep, ...]
"""A sweep for every spatial axis."""


@lru_cache(maxsize=64)
def pieces_of(spec: ConvSpec, name: str) -> tuple[Pieces, ...]:
    """The sweeps of every axis, in each of their combinations; one for each phase of a strided dX."""
    if name == "forward":
        return (tuple(sweep(spec, name, d) for d in range(spec.rank)),)
    named = [phases(spec, d, PHASE_POSITIONS[d], letters(spec)[f"m{d}"]) for d in range(spec.rank)]
    return tuple(product(*named))


def channel_tile(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> Tile:
    """The register tile whose lanes are the channels of the result."""
    sizes, longest = axis_sizes(spec, "K"), max(piece[-1].count for piece in pieces_of(spec, name))
    if not is_depthwise(spec):
        return choose_tile(isa, dtype, sizes[NUMBERED[name]], longest)
    choose = choose_tile if is_crowded(spec, dtype, CROWDED) else choose_streamed_tile
    return choose(isa, dtype, spec.groups, longest)


def is_crowded(spec: ConvSpec, dtype: str, few: int) -> bool:
    """Whether neighbouring positions of a channel lie a multiple of so many bytes apart, where it is a group."""
    return spec.groups * ELEMENT_BYTES[dtype] % few == 0


def goes_by_channels(spec: ConvSpec, dtype: str) -> bool:
    """Whether each channel, where it is a group, meets all positions before the next channels do."""
    return spec.groups * ELEMENT_BYTES[dtype] > FETCHED and not is_crowded(spec, dtype, CROWDED)


def are_few(spec: ConvSpec, name: str) -> bool:
    """Whether the pieces can be written out."""
    return name == "forward" or prod(spec.stride) <= MOST_PIECES


def is_depthwise(spec: ConvSpec) -> bool:
    """Whether every channel is a group of its own and neighbouring channels lie beside each other."""
    single = spec.group_in_channels == spec.group_out_channels == 1
    return single and spec.groups > 1 and spec.layout.endswith("C")
