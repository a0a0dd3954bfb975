"""Operators on arrays as a whole: correlation, the dot product, sums, turns and linear combinations."""

# ruff: noqa: ARG001 -- the rows of one table share their signatures, whatever each of them needs

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from convgen.algebra.axis_operators import Scope
from convgen.algebra.operator_base import (
    Named,
    Operator,
    Point,
    amounts_per_axis,
    canonical,
    einsum,
    require_array,
    require_at_least_one,
    require_spatial,
)
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node, Shape
from convgen.errors import ClaimError, FormulaShapeError

# ---- correlation and the dot product ---------------------------------------------------------------------


def _product_channels(left: Shape, right: Shape) -> tuple[list[str], list[str]]:
    """The channel axes that a product keeps, and those that it sums over: all shared ones but the group."""
    ours, theirs = set(left.names) - set(left.spatial), set(right.names) - set(right.spatial)
    summed = (ours & theirs) - {"g"}
    for name in canonical(ours & theirs):
        if left.sizes[name] != right.sizes[name]:
            raise FormulaShapeError(
                f"axis {name} has size {left.sizes[name]} on the left and {right.sizes[name]} on the right"
            )
    return canonical((ours | theirs) - summed), canonical(summed)


def _require_pairs(node: Node, left: Shape, right: Shape) -> None:
    if left.spatial != right.spatial:
        raise ClaimError(
            f"{node.operator} pairs the spatial axes of {left} and {right}, which differ in number"
        )


def _star_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    signal, kernel = operands
    for operand in operands:
        require_spatial(node, operand)
    _require_pairs(node, signal, kernel)
    kept, _ = _product_channels(signal, kernel)
    sizes = signal.sizes | {name: size for name, size in kernel.axes if name not in signal.spatial}
    spatial = []
    for name, (dilation,) in zip(signal.spatial, amounts_per_axis(node, len(signal.spatial)), strict=True):
        require_at_least_one(node, "dilation", dilation)
        extent = (kernel.sizes[name] - 1) * dilation + 1
        size = signal.sizes[name] - extent + 1
        if size.is_constant and size.constant < 1:
            raise FormulaShapeError(
                f"the correlation is empty: on axis {name} the kernel extends over {extent}, "
                f"the signal over {signal.sizes[name]}"
            )
        spatial.append((name, size))
    return Shape(tuple((name, sizes[name]) for name in kept) + tuple(spatial))


def _star_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    signal, kernel = operands
    channels = dict(point) | _summed_channels(signal, kernel, scope)
    at_signal, at_kernel = dict(channels), dict(channels)
    for name, (dilation,) in zip(signal.spatial, amounts_per_axis(node, len(signal.spatial)), strict=True):
        at_kernel[name] = scope.index("m", kernel.sizes[name])
        at_signal[name] = point[name] + at_kernel[name] * dilation
    return [
        {name: at_signal[name] for name in signal.names},
        {name: at_kernel[name] for name in kernel.names},
    ]


def _summed_channels(left: Shape, right: Shape, scope: Scope) -> dict[str, Polynomial]:
    return {name: scope.index(name, left.sizes[name]) for name in _product_channels(left, right)[1]}


def _star_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    import numpy as np

    signal, kernel = operands
    result = _star_shape(node, [signal.shape, kernel.shape])
    spatial = signal.shape.spatial
    dilations = [dilation.value() for (dilation,) in amounts_per_axis(node, len(spatial))]
    extents = [
        (kernel.data.shape[kernel.axes.index(name)] - 1) * d + 1
        for name, d in zip(spatial, dilations, strict=True)
    ]
    dilated: tuple[Any, ...] = (..., *(slice(None, None, d) for d in dilations))
    windows = np.lib.stride_tricks.sliding_window_view(
        signal.data, extents, axis=tuple(signal.axes.index(name) for name in spatial)
    )[dilated]
    positions = {name: f"m{name}" for name in spatial}
    return einsum(
        Named(signal.axes + tuple(positions.values()), windows), kernel.renamed(positions), result.names
    )


def _dot_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    left, right = operands
    for operand in operands:
        require_array(node, operand)
    _require_pairs(node, left, right)
    kept, _ = _product_channels(left, right)
    sizes = right.sizes | left.sizes
    return Shape(tuple((name, sizes[name]) for name in kept))


def _dot_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    left, right = operands
    at = dict(point) | _summed_channels(left, right, scope)
    for name in right.spatial:
        at[name] = scope.require_inside(scope.index("m", right.sizes[name]), left.sizes[name])
    return [{name: at[name] for name in left.names}, {name: at[name] for name in right.names}]


def _dot_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    left, right = operands
    result = _dot_shape(node, [left.shape, right.shape])
    common = {
        name: slice(min(left.data.shape[left.axes.index(name)], right.data.shape[right.axes.index(name)]))
        for name in right.shape.spatial
    }
    left, right = (
        Named(each.axes, each.data[tuple(common.get(name, slice(None)) for name in each.axes)])
        for each in operands
    )
    return einsum(left, right, result.names)


# ---- sums, rearrangements --------------------------------------------------------------------------------


def _summed_names(shape: Shape) -> list[str]:
    return [name for name in shape.names if name == "n" or name in shape.spatial]


def _sum_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    require_array(node, operands[0])
    gone = _summed_names(operands[0])
    return Shape(tuple((name, size) for name, size in operands[0].axes if name not in gone))


def _sum_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    (operand,) = operands
    return [dict(point) | {name: scope.index("i", operand.sizes[name]) for name in _summed_names(operand)}]


def _sum_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    (operand,) = operands
    gone = _summed_names(operand.shape)
    kept = tuple(name for name in operand.axes if name not in gone)
    return Named(kept, operand.data.sum(axis=tuple(operand.axes.index(name) for name in gone)))


def _plane(node: Node, operand: Shape) -> tuple[str, str]:
    if operand.rows is not None or len(operand.spatial) != 2:
        raise ClaimError(f"{node.operator} takes an array with two spatial axes, not {operand}")
    first, second = operand.spatial
    return first, second


def _swapped_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    (operand,) = operands
    first, second = _plane(node, operand)
    return Shape(
        tuple((name, operand.sizes[{first: second, second: first}.get(name, name)]) for name in operand.names)
    )


def _rot90_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    (operand,) = operands
    first, second = _plane(node, operand)
    return [dict(point) | {first: point[second], second: operand.sizes[second] - 1 - point[first]}]


def _rot90_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    import numpy as np

    (operand,) = operands
    first, second = _plane(node, operand.shape)
    return Named(
        operand.axes, np.rot90(operand.data, axes=(operand.axes.index(first), operand.axes.index(second)))
    )


def _transpose_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    (operand,) = operands
    if operand.rows is None:
        return _swapped_shape(node, operands)
    names = (operand.names[0], *operand.column_names, *operand.row_names)
    return Shape(tuple((name, operand.sizes[name]) for name in names), len(operand.column_names))


def _transpose_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    (operand,) = operands
    if operand.rows is not None:
        return [point]
    first, second = _plane(node, operand)
    return [dict(point) | {first: point[second], second: point[first]}]


def _transpose_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    (operand,) = operands
    result = _transpose_shape(node, [operand.shape])
    if operand.rows is not None:
        return operand.arranged(result.names, result.rows)
    first, second = _plane(node, operand.shape)
    return Named(operand.axes, operand.data.swapaxes(operand.axes.index(first), operand.axes.index(second)))


# ---- linear combinations ---------------------------------------------------------------------------------


def _add_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    widest = max(operands, key=lambda operand: len(operand.axes))
    for operand in operands:
        same_kind = operand.rows is None or (operand.names, operand.rows) == (widest.names, widest.rows)
        if not same_kind or any(widest.sizes.get(name) != size for name, size in operand.axes):
            raise FormulaShapeError(f"cannot add {operand} to {widest}")
    return widest


def _add_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    return [{name: point[name] for name in operand.names} for operand in operands]


def _add_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    shape = _add_shape(node, [operand.shape for operand in operands])
    total: Any = 0
    for operand in operands:
        missing = [name for name in shape.names if name not in operand.axes]
        spread = operand.data.reshape((1,) * len(missing) + operand.data.shape)
        total = total + Named((*missing, *operand.axes), spread).arranged(shape.names).data
    return Named(shape.names, total, shape.rows)


def _scale_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    return operands[0]


def _scale_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    return [point]


def times(data: Any, factor: Fraction) -> Any:
    """An array times a rational number: integers and symbols stay exact, floats stay floats."""
    number: Any = factor
    if factor.denominator == 1:
        number = factor.numerator
    elif data.dtype.kind in "fc":
        number = data.dtype.type(factor.numerator) / data.dtype.type(factor.denominator)
    return data * number


def _scale_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    (operand,) = operands
    return Named(operand.axes, times(operand.data, node.factor), operand.rows)


SUM = Operator("sum", 1, _sum_shape, _sum_pull, _sum_evaluate)
ARRAY_OPERATORS = (
    Operator("star", 2, _star_shape, _star_pull, _star_evaluate),
    Operator("dot", 2, _dot_shape, _dot_pull, _dot_evaluate),
    SUM,
    Operator("rot90", 1, _swapped_shape, _rot90_pull, _rot90_evaluate),
    Operator("transpose", 1, _transpose_shape, _transpose_pull, _transpose_evaluate),
    Operator("add", 2, _add_shape, _add_pull, _add_evaluate),
    Operator("scale", 1, _scale_shape, _scale_pull, _scale_evaluate),
)
