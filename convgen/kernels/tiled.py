"""The tiled form: every sum in a register, a tile of them at a time, for forward, backward data and weights.

All three passes are one micro-kernel, sum[p][q] += number[p] * vector[q], and differ in what p, q and the
steps of the sum run through:

    pass              vectors along   numbers along             summed
    forward           f               positions of a row        kernel positions, c
    backward_data     c               positions of a row        kernel positions, f
    backward_weights  f or c          kernel positions, c or f  examples, positions
"""

from __future__ import annotations

from convgen.kernels.contraction import plan_contraction, statements
from convgen.kernels.isa import ISAS, Isa
from convgen.kernels.reduction import plan_reduction, reduction_statements
from convgen.kernels.tiled_plan import TiledPlan
from convgen.layout import axis_sizes
from convgen.spec import ConvSpec

FEWEST_CHANNELS = 3
"""Channels of a group from which on vectors along them pay."""


def plan_tiled(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> TiledPlan:
    """Tiles for one pass."""
    return _PLANS[name](spec, name, dtype, isa)


def written_products(spec: ConvSpec, name: str) -> int:
    """The most products of vectors that the text of a pass has, whatever the dtype and instruction set."""
    return max(
        _STATEMENTS[name](spec, name, dtype, isa) for isa in ISAS.values() for dtype in ("float32", "float64")
    )


def tiles_suit(spec: ConvSpec, name: str) -> bool:
    """Whether vectors along channels are worth their text."""
    sizes = axis_sizes(spec, "K")
    lanes = {
        "forward": sizes["f"],
        "backward_data": sizes["c"],
        "backward_weights": max(sizes["f"], sizes["c"]),
    }
    return lanes[name] >= FEWEST_CHANNELS and written_products(spec, name) <= MOST_PRODUCTS


MOST_PRODUCTS = 2_000
_PLANS = {"forward": plan_contraction, "backward_data": plan_contraction, "backward_weights": plan_reduction}
_STATEMENTS = {"forward": statements, "backward_data": statements, "backward_weights": reduction_statements}
