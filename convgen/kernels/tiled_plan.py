"""What a tiled plan holds, and the layer that it is made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from convgen.kernels.blocks import Tiling
from convgen.kernels.formula import letters
from convgen.kernels.isa import Vector
from convgen.kernels.kernel import OpCount
from convgen.kernels.nest import Nests, fitted
from convgen.kernels.plan import PassPlan, idle_arrays, products_of, summands_of, summed_in_order
from convgen.kernels.threads import shared
from convgen.spec import ConvSpec


@dataclass(frozen=True)
class TiledPlan(PassPlan):
    """Nested loops around register tiles.

    Attributes:
        body: the text of the pass.
    """

    body: Nests

    def laid_out(self, threads: int) -> TiledPlan:
        """The same with its loops shared between threads, and no line too long."""
        return replace(
            self,
            packing=fitted(shared(self.packing, threads)),
            body=fitted(shared(self.body, threads)),
        )


def tiled_plan(
    spec: ConvSpec,
    name: str,
    body: Nests,
    *,
    order: str,
    vectors: tuple[Vector, ...],
    workspace_bytes: int = 0,
    packing: Nests = (),
    tiling: Tiling | None = None,
) -> TiledPlan:
    """The plan of a pass from its text, with what follows from the layer alone.

    Args:
        spec: the layer as the user gave it.
        name: the pass.
        body: the text of the pass; its lines may be too long as yet.
        order: the order of summation, in words.
        vectors: the vector types of the text.
        workspace_bytes: scratch memory that the text needs.
        packing: how the weights are packed first.
        tiling: what is cut into register tiles, where another tile would sum in the same order.
    """
    return TiledPlan(
        name=name,
        form="tiled",
        op_count=OpCount(products_of(spec, name), summands_of(spec, name)),
        order=order,
        idle=idle_arrays(spec, name),
        needs=("#include <stddef.h>",),
        vectors=vectors,
        workspace_bytes=workspace_bytes,
        packing=packing,
        tiling=tiling,
        body=body,
    )


def reduction_order(spec: ConvSpec) -> str:
    """The order in which backward_weights sums, in words: examples, then positions of the output."""
    letter = letters(spec)
    named = [letter["n"]] * (spec.batch > 1)
    named += [letter[f"s{d}"] for d, axis in enumerate(spec.axes) if axis.output > 1]
    return summed_in_order(named)


def flattened(spec: ConvSpec) -> ConvSpec:
    """The same layer with one spatial axis where neighbouring rows do not matter: 1x1, dense, no padding.

    The arrays lie in memory as they did, and a row is as long as can be.
    """
    plain = all((axis.kernel, axis.stride, axis.before, axis.after) == (1, 1, 0, 0) for axis in spec.axes)
    if not plain or spec.rank == 1 or prod(spec.input_size) >= 2**31:
        return spec
    spatial = spec.layout.replace("N", "").replace("C", "")
    return ConvSpec(
        (prod(spec.input_size),),
        1,
        spec.in_channels,
        spec.out_channels,
        spec.batch,
        groups=spec.groups,
        bias=spec.bias,
        layout=spec.layout.replace(spatial, "W"),
    )
