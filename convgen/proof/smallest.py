"""The smallest layer in a set of faults: least total of sizes and parameters, then input, kernel, stride, ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from convgen.proof.conditions import Examined, as_points, coordinates, points_of
from convgen.proof.relation import CHANNEL_PARAMETERS, Context, Family, Part, axes_of
from convgen.proof.scope import Scope
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import islpy

AXIS_ORDER = ("H", "M", "Pb", "Pa", "Ho", "r")
"""The coordinates of an axis in the order in which ties are broken; stride and dilation are its family's."""

CHANNEL_BOX = 4
"""Channel counts up to this are searched for the smallest, since C·G is no affine number."""


Placed = tuple[Family, Mapping[str, int]]
"""The parameters of a part of a layer: its family, and the rest by name."""


def placed(examined: Sequence[Examined], chosen: Callable[[Examined], islpy.Set]) -> Placed | None:
    """The smallest parameters of one part in a set that is given family by family; None where all are empty."""
    best: tuple[tuple[object, ...], Placed] | None = None
    axes = axes_of(examined[0].part)
    for each in sorted(examined, key=lambda each: _steps(each.family, axes)):
        # Input and kernel are at least 1.
        if best is not None and (_steps(each.family, axes) + 2 * len(axes),) > best[0][:1]:
            break
        point = smallest_layer(each, chosen(each))
        if point is not None and (best is None or _part_order(each.family, axes, point) < best[0]):
            best = _part_order(each.family, axes, point), (each.family, point)
    return None if best is None else best[1]


def _steps(family: Family, axes: Sequence[int]) -> int:
    return sum(family.stride[d] + family.dilation[d] for d in axes)


def _part_order(family: Family, axes: Sequence[int], point: Mapping[str, int]) -> tuple[object, ...]:
    """As `order`, for the parameters of a part alone."""
    sizes = [[point[f"{name}{d}"] for d in axes] for name in ("H", "M")]
    padding = [(point[f"Pb{d}"], point[f"Pa{d}"]) for d in axes]
    channels = [point[name] for name in CHANNEL_PARAMETERS if name in point]
    whole = _steps(family, axes) + sum(map(sum, sizes)) + sum(map(sum, padding)) + _channel_total(point)
    steps = [[each[d] for d in axes] for each in (family.stride, family.dilation)]
    return (whole, *sizes, *steps, padding, channels)


def _channel_total(point: Mapping[str, int]) -> int:
    return point["G"] * (point["C"] + point["F"] + 1) + point["B"] if "G" in point else 0


def whole_layer(
    points: Mapping[Part, Placed], examined: Scope, asked: Scope, last: Placed | None = None
) -> ConvSpec:
    """A layer from the parameters of its parts.

    Args:
        points: the parameters of every part.
        examined: the scope in which they were found; one axis may stand there for all.
        asked: the scope that the layer is to be of.
        last: where one axis stands for all, the parameters of the last, on which ties want what differs.
    """
    axes = {d: _unspoken(d, examined) for d in range(examined.rank)}
    channels = {**dict.fromkeys(CHANNEL_PARAMETERS, 1), **dict(examined.sizes)}
    for part, (family, point) in points.items():
        axes |= dict.fromkeys(axes_of(part), (family, point))
        channels |= {name: point[name] for name in CHANNEL_PARAMETERS if name in point}
    own = [d if examined.rank == asked.rank else 0 for d in range(asked.rank)]
    values = {name: channels[name] for name in CHANNEL_PARAMETERS}
    stride, dilation = [], []
    for d, axis in enumerate(own):
        family, point = last if last is not None and d == asked.rank - 1 else axes[axis]
        values |= {f"{name}{d}": point[f"{name}{axis}"] for name in ("H", "M", "Pb", "Pa")}
        stride.append(family.stride[axis])
        dilation.append(family.dilation[axis])
    return _spec(values, Family(tuple(stride), tuple(dilation)), asked)


def least_layer(asked: Scope, examined: Callable[[Family], Context]) -> ConvSpec | None:
    """The smallest layer of the smallest strides and dilations of which a scope has any; None where it has none.

    Args:
        asked: the scope.
        examined: what is known of all parameters of a family's layers.
    """
    axes = range(asked.rank)
    for family in sorted(asked.families(axes), key=lambda each: _steps(each, axes)):
        context = examined(family)
        point = _least_point(context.layers(), context, asked)
        if point is not None:
            return _spec(point, family, asked)
    return None


def _least_point(layers: islpy.Set, context: Context, asked: Scope) -> dict[str, int] | None:
    """The least total of all parameters in a set, and the least input, kernel and padding with it."""
    if layers.is_empty():
        return None
    ordered = [f"{name}{d}" for name in ("H", "M") for d in range(asked.rank)]
    ordered += [f"{side}{d}" for d in range(asked.rank) for side in ("Pb", "Pa")]
    leading = [" + ".join([*ordered, *CHANNEL_PARAMETERS]), *ordered]
    points = as_points(layers, context, ", ".join(leading)).lexmin()
    return coordinates(points.sample_point(), context.names, skip=len(leading))


def smallest_in_scope(fault: Examined, layers: islpy.Set, examined: Scope, asked: Scope) -> ConvSpec | None:
    """All parameters of a layer at once, where equalities tie those of the fault to others.

    Args:
        fault: what part of a layer they are about.
        layers: its parameters, as sets.
        examined: the scope in which the fault was found; one axis may stand there for all.
        asked: the scope that the layer is to be of.
    """
    found = []
    for moved in range(1 + asked.rank - examined.rank):
        family = _completed(fault, moved, asked)
        context = asked.context(family, [None, *range(asked.rank)])
        chosen = context.layers().intersect(_moved(layers, moved))
        point = _least_point(chosen, context, asked)
        if point is not None:
            found.append(_spec(point, family, asked))
    return min(found, key=order, default=None)


def _completed(fault: Examined, moved: int, asked: Scope) -> Family:
    """A family for every axis: that of the fault on its axes, elsewhere the smallest that the scope admits."""
    own = {axis + moved: axis for axis in axes_of(fault.part)}
    mine = [
        (fault.family.stride[own[d]], fault.family.dilation[own[d]]) if d in own else None
        for d in range(asked.rank)
    ]
    others = [
        (
            (asked.stride[d],) if asked.stride else (1, max(fault.family.stride)),
            (asked.dilation[d],) if asked.dilation else (1, max(fault.family.dilation)),
        )
        for d in range(asked.rank)
    ]
    choices = [[pair] if pair else list(product(*others[d])) for d, pair in enumerate(mine)]
    families = (
        Family(tuple(s for s, _ in choice), tuple(d for _, d in choice)) for choice in product(*choices)
    )
    return next(family for family in families if asked.admits(family))


def _moved(layers: islpy.Set, by: int) -> islpy.Set:
    """The same set about axes further on."""
    from convgen.proof.integer_sets import islpy

    for position in range(layers.dim(islpy.dim_type.param)):
        name = layers.get_dim_name(islpy.dim_type.param, position) or ""
        word = name.rstrip("0123456789")
        if by and word != name:
            moved = f"{word}{int(name[len(word) :]) + by}"
            layers = layers.set_dim_name(islpy.dim_type.param, position, moved)
    return layers


def smallest_layer(fault: Examined, chosen: islpy.Set) -> dict[str, int] | None:
    """The smallest parameters in a set; None where it is empty."""
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


def _smallest_channels(fault: Examined, layers: islpy.Set) -> dict[str, int] | None:
    from convgen.algebra.polynomial import Polynomial

    bounds = [Polynomial.of(CHANNEL_BOX) - name for name in CHANNEL_PARAMETERS]
    box = layers.intersect(fault.context.layers(*bounds))
    points = points_of(box, fault.context) if len(fault.context.names) == len(CHANNEL_PARAMETERS) else []
    if not points:
        return coordinates(as_points(layers, fault.context).lexmin().sample_point(), fault.context.names)
    return min(points, key=lambda point: (_channel_total(point), *point.values()))


def _unspoken(d: int, scope: Scope) -> Placed:
    """An axis of which a claim says nothing, as small as what is fixed lets it be."""
    padding = scope.padding[d] if isinstance(scope.padding, tuple) else (0, 0)
    least = {f"H{d}": 1, f"M{d}": 1, f"Pb{d}": padding[0], f"Pa{d}": padding[1]}
    ones = (1,) * scope.rank
    return Family(scope.stride or ones, scope.dilation or ones), least | dict(scope.sizes)


def _spec(values: Mapping[str, int], family: Family, asked: Scope) -> ConvSpec:
    """The layer with given parameters, in the scope's layout."""
    per_axis = {
        name: tuple(values[f"{name}{d}"] for d in range(asked.rank)) for name in ("H", "M", "Pb", "Pa")
    }
    batch, groups, per_group_in, per_group_out = (values[name] for name in CHANNEL_PARAMETERS)
    wide = max(batch, groups, per_group_in, per_group_out) > 1 or "C" in (asked.layout or "")
    return ConvSpec(
        per_axis["H"],
        per_axis["M"],
        groups * per_group_in if wide else None,
        groups * per_group_out if wide else None,
        batch if wide and (asked.layout is None or "N" in asked.layout) else None,
        family.stride,
        tuple(zip(per_axis["Pb"], per_axis["Pa"], strict=True)),
        family.dilation,
        groups,
        asked.bias,
        asked.layout,
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
