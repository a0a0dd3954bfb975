"""The tiled form: every sum in a register, a tile of them at a time, for forward, backward data and weights.

All three passes are one micro-kernel, sum[p][q] += number[p] * vector[q], and differ in what p, q and the
steps of the sum run through:

    pass              vectors along   numbers along             summed
    forward           f               positions of a row        kernel positions, c
    backward_data     c               positions of a row        kernel positions, f
    backward_weights  f or c          kernel positions, c or f  examples, positions

Where one side has few channels, vectors run along positions, or along what is summed and are added up.
"""

from __future__ import annotations

from functools import lru_cache

from convgen.kernels.blocks import fit
from convgen.kernels.contraction import plan_contraction
from convgen.kernels.contraction_cost import contraction_cost, contraction_statements
from convgen.kernels.inner import InnerProducts, adds_lanes, inner_cost, inner_statements
from convgen.kernels.isa import ISAS, Isa
from convgen.kernels.kernel import DTYPES
from convgen.kernels.pieces import are_few, is_depthwise
from convgen.kernels.planar import FEWEST_CHANNELS, Planar, fits, planar_cost, planar_statements
from convgen.kernels.planar_reduction import PlanarReduction, planar_reduction_statements, suits
from convgen.kernels.reduction import plan_reduction
from convgen.kernels.reduction_shape import reduction_statements
from convgen.kernels.tiled_plan import TiledPlan, flattened
from convgen.layout import axis_sizes
from convgen.spec import ConvSpec


def plan_tiled(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> TiledPlan:
    """Tiles for one pass."""
    if name == "backward_weights":
        if sums_along_rows(spec):
            return PlanarReduction(spec, dtype, isa).plan()
        return plan_reduction(spec, dtype, isa)
    if is_planar(spec, name, dtype, isa):
        return Planar(spec, name, dtype, isa).plan()
    if is_inner(spec, name, dtype, isa):
        return InnerProducts(spec, dtype, isa).plan()
    return plan_contraction(spec, name, dtype, isa)


def is_planar(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> bool:
    """Whether lanes along positions are cheaper than lanes along channels, or as cheap and need no scratch."""
    isa, flat = isa.by_rule, flattened(spec)  # a tile that is asked for does not turn the vectors round
    if not fits(flat, name) or planar_statements(flat, name, dtype, isa) > MOST_PRODUCTS:
        return False
    return planar_cost(flat, name, dtype, isa) <= contraction_cost(flat, name, dtype, isa)


def is_inner(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> bool:
    """Whether lanes along the summed channels, added up in the end, are clearly cheaper than along the others."""
    isa, flat = isa.by_rule, flattened(spec)
    if not adds_lanes(flat, name) or not fit(isa, axis_sizes(flat, "K")["c"]):
        return False
    if inner_statements(flat, dtype, isa) > MOST_PRODUCTS:
        return False
    return inner_cost(flat, dtype, isa) < CLEARLY * contraction_cost(flat, name, dtype, isa)


@lru_cache(maxsize=256)
def written_products(spec: ConvSpec, name: str) -> int:
    """The most products of vectors that the text of a pass has, whatever the dtype and instruction set."""
    return max(statements(spec, name, dtype, isa) for isa in ISAS.values() for dtype in DTYPES)


def statements(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> int:
    """How many products of vectors the text of a pass has; found without writing it."""
    if name == "backward_weights":
        if sums_along_rows(spec):
            return planar_reduction_statements(flattened(spec), dtype, isa)
        return reduction_statements(spec, dtype, isa)
    if not are_few(spec, name):
        return 2**31
    if is_planar(spec, name, dtype, isa):
        return planar_statements(flattened(spec), name, dtype, isa)
    if is_inner(spec, name, dtype, isa):
        return inner_statements(flattened(spec), dtype, isa)
    return contraction_statements(spec, name, dtype, isa)


def sums_along_rows(spec: ConvSpec) -> bool:
    """Whether backward_weights has lanes along positions, because the output channels fill no vector."""
    few = spec.group_out_channels < FEWEST_CHANNELS
    return few and not is_depthwise(spec) and suits(flattened(spec))


def adds_up_lanes(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> bool:
    """Whether the lanes of a vector hold parts of one sum, so that its order depends on the tile."""
    if name == "backward_weights":
        return sums_along_rows(spec)
    return not is_planar(spec, name, dtype, isa) and is_inner(spec, name, dtype, isa)


def tiles_suit(spec: ConvSpec, name: str) -> bool:
    """Whether vectors along channels or positions are worth their text."""
    sizes = axis_sizes(spec, "K")
    lanes = {
        "forward": sizes["f"],
        "backward_data": sizes["c"],
        "backward_weights": max(sizes["f"], sizes["c"]),
    }[name]
    lanes = spec.groups if is_depthwise(spec) else lanes
    if name == "backward_weights":
        along_rows = sums_along_rows(spec)
    else:
        flat = flattened(spec)
        along_rows = are_few(spec, name) and (fits(flat, name) or adds_lanes(flat, name))
    return (lanes >= FEWEST_CHANNELS or along_rows) and written_products(spec, name) <= MOST_PRODUCTS


CLEARLY = 0.8
"""Lanes that are added up must save at least a fifth."""

MOST_PRODUCTS = 2_000
