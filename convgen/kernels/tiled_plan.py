"""What a tiled plan holds, and the layer that it is made for."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from convgen.kernels.nest import Nests
from convgen.kernels.plan import PassPlan
from convgen.spec import ConvSpec


@dataclass(frozen=True)
class TiledPlan(PassPlan):
    """Nested loops around register tiles.

    Attributes:
        body: the text of the pass.
    """

    body: Nests


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
