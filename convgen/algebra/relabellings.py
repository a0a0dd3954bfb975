"""Operators that read channels, groups or images otherwise than they lie, and those that divide by a size.

No rule needs them. They are how a mistake is written down that no spatial operator can make: channels that
are not swapped, a group's offset that is forgotten, a mean in the place of a sum. Each keeps the shape of its
operand (`mean` that of a sum) and reads zeros outside, so that it has a value whatever the sizes.
"""

# ruff: noqa: ARG001, ARG005 -- the rows of one table share their signatures, whatever each of them needs

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from convgen.algebra.array_operators import SUM, times
from convgen.algebra.axis_operators import Scope
from convgen.algebra.operator_base import Named, Operator, Point, require_array
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node, Shape
from convgen.errors import ClaimError, NumbersNeededError


@dataclass(frozen=True)
class Relabelling:
    """One row: which entry is read in the place of another.

    Attributes:
        name: as written in a claim.
        axes: the named axes that the operand must have.
        source: the point read at a point, from (point, operand's shape, scope).
        evaluate: the same on an array of integers, floats or symbols.
    """

    name: str
    axes: tuple[str, ...]
    source: Callable[[Point, Shape, Scope], Point]
    evaluate: Callable[[Named], Any]


def _swapped(point: Point, shape: Shape, scope: Scope) -> Point:
    sizes = shape.sizes
    return dict(point) | {
        "f": scope.require_inside(point["c"], sizes["f"]),
        "c": scope.require_inside(point["f"], sizes["c"]),
    }


def _swap(value: Named) -> Any:
    import numpy as np

    swapped = np.swapaxes(value.data, value.axes.index("f"), value.axes.index("c"))
    result = np.zeros_like(value.data)
    common = tuple(slice(min(sizes)) for sizes in zip(result.shape, swapped.shape, strict=True))
    result[common] = swapped[common]
    return result


def _on_diagonal(point: Point, shape: Shape, scope: Scope) -> Point:
    scope.equalities.append(point["f"] - point["c"])
    return point


def _keep_diagonal(value: Named) -> Any:
    import numpy as np

    index = dict(zip(value.axes, np.ogrid[tuple(map(slice, value.data.shape))], strict=True))
    return np.where(index["f"] == index["c"], value.data, np.zeros_like(value.data))


def _first_only(point: Point, shape: Shape, scope: Scope) -> Point:
    scope.guards.append(-point["n"])
    return point


def _keep_first(value: Named) -> Any:
    import numpy as np

    result = np.zeros_like(value.data)
    first = (slice(None),) * value.axes.index("n") + (slice(1),)
    result[first] = value.data[first]
    return result


def _repeat_first_group(value: Named) -> Any:
    import numpy as np

    axis = value.axes.index("g")
    return np.take(value.data, [0] * value.data.shape[axis], axis=axis)


def _add_up_groups(value: Named) -> Any:
    import numpy as np

    axis = value.axes.index("g")
    return np.repeat(value.data.sum(axis=axis, keepdims=True), value.data.shape[axis], axis=axis)


def _channel(names: Sequence[str]) -> str:
    """The channels that lie in groups: a kernel's output channels, an input's channels."""
    return "f" if "f" in names else "c"


def _interleaved(point: Point, shape: Shape, scope: Scope) -> Point:
    channel = _channel(shape.names)
    groups, channels = shape.sizes["g"], shape.sizes[channel]
    if not (groups.is_constant and channels.is_constant):
        raise NumbersNeededError(f"interleave counts channels across {groups} groups of {channels}")
    group, within = scope.index("g", groups), scope.index(channel, channels)
    scope.equalities.append(point["g"] * channels + point[channel] - within * groups - group)
    return dict(point) | {"g": group, channel: within}


def _interleave(value: Named) -> Any:
    channel = _channel(value.axes)
    rest = tuple(name for name in value.axes if name not in ("g", channel))
    stored = value.arranged((channel, "g", *rest)).data
    sizes = value.data.shape[value.axes.index("g")], value.data.shape[value.axes.index(channel)]
    return Named(("g", channel, *rest), stored.reshape(*sizes, *stored.shape[2:])).arranged(value.axes).data


RELABELLINGS = {
    row.name: row
    for row in (
        Relabelling("swap_channels", ("f", "c"), _swapped, _swap),
        Relabelling("own_channel", ("f", "c"), _on_diagonal, _keep_diagonal),
        Relabelling("first_image", ("n",), _first_only, _keep_first),
        Relabelling(
            "first_group", ("g",), lambda point, shape, scope: dict(point) | {"g": Polynomial.of(0)},
            _repeat_first_group,
        ),
        Relabelling(
            "all_groups", ("g",),
            lambda point, shape, scope: dict(point) | {"g": scope.index("g", shape.sizes["g"])},
            _add_up_groups,
        ),
        Relabelling("interleave", ("g",), _interleaved, _interleave),
    )
}  # fmt: skip
"""Input and output channels exchanged; an output channel reading only the input channel of its own number;
all images but the first left out; every group reading the first, or the sum of all groups; channel g·F + f
read as f·G + g."""


def _operator(row: Relabelling) -> Operator:
    def shape(node: Node, operands: Sequence[Shape]) -> Shape:
        (operand,) = operands
        require_array(node, operand)
        missing = [name for name in row.axes if name not in operand.names]
        if row.name == "interleave" and not {"f", "c"} & set(operand.names):
            missing.append("c")  # of f and c the one that lies in groups; here is neither
        if missing:
            raise ClaimError(f"{row.name} acts on axis {missing[0]}, and {operand} has none")
        return operand

    def pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
        return [row.source(point, operands[0], scope)]

    def evaluate(node: Node, operands: Sequence[Named]) -> Named:
        return Named(operands[0].axes, row.evaluate(operands[0]))

    return Operator(row.name, 1, shape, pull, evaluate)


# ---- divided by a size -----------------------------------------------------------------------------------


def _one_over(name: str, sizes: Sequence[Polynomial]) -> Fraction:
    for size in sizes:
        if not size.is_constant:
            raise NumbersNeededError(f"{name} divides by {' · '.join(map(str, sizes))}, which is no number")
    return Fraction(1, math.prod(size.value() for size in sizes))


def _mean_factor(node: Node, operands: Sequence[Shape]) -> Fraction:
    kept = SUM.shape(node, operands).names
    return _one_over("mean", [size for name, size in operands[0].axes if name not in kept])


def _mean_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    total = SUM.evaluate(node, operands)
    return Named(total.axes, times(total.data, _mean_factor(node, [operands[0].shape])))


def _per_image_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    require_array(node, operands[0])
    return operands[0]


def _per_image_factor(node: Node, operands: Sequence[Shape]) -> Fraction:
    return _one_over("per_image", [size for name, size in operands[0].axes if name == "n"])


def _per_image_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    (operand,) = operands
    return Named(operand.axes, times(operand.data, _per_image_factor(node, [operand.shape])))


DIVISIONS = (
    Operator("mean", 1, SUM.shape, SUM.pull, _mean_evaluate, _mean_factor),
    Operator(
        "per_image", 1, _per_image_shape, lambda node, operands, point, scope: [point],
        _per_image_evaluate, _per_image_factor,
    ),
)  # fmt: skip
"""The mean over batch and positions where `sum` adds them up; everything divided by the number of images."""

RELABELLING_OPERATORS = (*map(_operator, RELABELLINGS.values()), *DIVISIONS)
