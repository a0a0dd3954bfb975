"""The smallest layer in a set of faults: least total of sizes and parameters, then input, kernel, stride, ..."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convgen.proof.conditions import as_points, coordinates, points_of
from convgen.proof.families import Fault
from convgen.proof.relation import CHANNEL_PARAMETERS
from convgen.proof.scope import Scope
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import islpy

AXIS_ORDER = ("H", "M", "Pb", "Pa", "Ho", "r")
"""The coordinates of an axis in the order in which ties are broken; stride and dilation are its family's."""

CHANNEL_BOX = 4
"""Channel counts up to this are searched for the smallest, since C·G is no affine number."""


def smallest_layer(fault: Fault, layers: islpy.Set | None = None) -> dict[str, int] | None:
    """The parameters of the smallest layer of a fault, or of some of its layers; None where there is none."""
    chosen = fault.layers if layers is None else layers
    if chosen.is_empty():
        return None
    names = fault.context.names
    axes = [name for name in names if name not in CHANNEL_PARAMETERS]
    if len(axes) < len(names):
        return _smallest_channels(fault, chosen)
    ordered = sorted(axes, key=lambda name: (AXIS_ORDER.index(name.rstrip("0123456789")), name))
    total = " + ".join(name for name in axes if name.rstrip("0123456789") in ("H", "M", "Pb", "Pa"))
    leading = ", ".join([total, *ordered])
    points = as_points(chosen, fault.context, leading).lexmin()
    return coordinates(points.sample_point(), names, skip=1 + len(ordered))


def _smallest_channels(fault: Fault, layers: islpy.Set) -> dict[str, int] | None:
    from convgen.algebra.polynomial import Polynomial

    bounds = [Polynomial.of(CHANNEL_BOX) - name for name in CHANNEL_PARAMETERS]
    box = layers.intersect(fault.context.layers(*bounds))
    points = points_of(box, fault.context) if len(fault.context.names) == len(CHANNEL_PARAMETERS) else []
    if not points:
        return coordinates(as_points(layers, fault.context).lexmin().sample_point(), fault.context.names)
    return min(
        points, key=lambda point: (point["G"] * (point["C"] + point["F"] + 1) + point["B"], *point.values())
    )


def layer_of(fault: Fault, point: dict[str, int], scope: Scope, rank: int) -> ConvSpec:
    """A whole layer with the parameters of a fault, everything else as small as can be.

    A fault found on one axis of alike ones is put on the last axis, where ties want it.
    """
    shift = rank - scope.rank
    axes = []
    for d in range(rank):
        own = d - shift
        stride = scope.stride[0] if scope.stride and own < 0 else fault.family.stride[own] if own >= 0 else 1
        dilation = (
            scope.dilation[0] if scope.dilation and own < 0 else fault.family.dilation[own] if own >= 0 else 1
        )
        if own >= 0 and f"H{own}" in point:
            axes.append((*(point[f"{name}{own}"] for name in ("H", "M", "Pb", "Pa")), stride, dilation))
        else:
            fixed = dict(scope.sizes)
            padding = scope.padding[max(own, 0)] if isinstance(scope.padding, tuple) else (0, 0)
            size, kernel = fixed.get(f"H{own}", 1), fixed.get(f"M{own}", 1)
            if fault.part and own >= 0 and fault.part.isdisjoint({own}):
                stride, dilation = (scope.stride or (1,) * rank)[own], (scope.dilation or (1,) * rank)[own]
            axes.append((size, kernel, *padding, stride, dilation))
    channels = {name: point.get(name, dict(scope.sizes).get(name, 1)) for name in CHANNEL_PARAMETERS}
    several = any(value > 1 for value in channels.values())
    return ConvSpec(
        tuple(axis[0] for axis in axes),
        tuple(axis[1] for axis in axes),
        stride=tuple(axis[4] for axis in axes),
        dilation=tuple(axis[5] for axis in axes),
        padding=tuple((axis[2], axis[3]) for axis in axes),
        in_channels=channels["G"] * channels["C"] if several else None,
        out_channels=channels["G"] * channels["F"] if several else None,
        batch=channels["B"] if several else None,
        groups=channels["G"],
    )


def total(spec: ConvSpec) -> int:
    """The sum of all sizes and parameters of a layer."""
    numbers = [*spec.input_size, *spec.kernel_size, *spec.stride, *spec.dilation]
    numbers += [side for pair in spec.padding for side in pair]
    return sum(numbers) + spec.in_channels + spec.out_channels + spec.batch + spec.groups


def order(spec: ConvSpec) -> tuple[object, ...]:
    """What makes one layer smaller than another: the total, then input, kernel, stride, dilation, padding."""
    channels = (spec.in_channels, spec.out_channels, spec.batch, spec.groups)
    return (
        total(spec),
        spec.input_size,
        spec.kernel_size,
        spec.stride,
        spec.dilation,
        spec.padding,
        channels,
    )
