"""Operators on matrices (source 003): an array written as one and back, unfold and fold, the product @."""

# ruff: noqa: ARG001 -- the rows of one table share their signatures, whatever each of them needs

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convgen.algebra.axis_operators import AXIS_OPERATORS, Scope
from convgen.algebra.operator_base import (
    Named,
    Operator,
    Point,
    amounts_per_axis,
    canonical,
    einsum,
    require_at_least_one,
    require_matrix,
)
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node, Shape
from convgen.errors import ClaimError, FormulaShapeError


def _letters(names: Sequence[str], letter: str) -> dict[str, str]:
    return {name: letter + name[1:] for name in names}


def _matrix_names(shape: Shape) -> tuple[dict[str, str], tuple[str, ...]]:
    """New names of the spatial axes of an array written as a matrix, and its axes: g, rows, columns."""
    names = set(shape.names)
    letter = "o" if "n" in names else "k"
    spatial = _letters(shape.spatial, letter)
    columns = [name for name in ("n", "c") if name in names] + list(spatial.values())
    return spatial, ("g", "f", *columns)


def _matrix_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    (operand,) = operands
    if operand.rows is not None or "f" not in operand.names:
        raise ClaimError(
            f"only arrays with output channels are written as a matrix channel by channel, not {operand}"
        )
    spatial, order = _matrix_names(operand)
    sizes = {spatial.get(name, name): size for name, size in operand.axes}
    return Shape(tuple((name, sizes[name]) for name in order), 1)


def _matrix_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    spatial, _ = _matrix_names(operands[0])
    return [{name: point[spatial.get(name, name)] for name in operands[0].names}]


def _matrix_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    spatial, order = _matrix_names(operands[0].shape)
    return operands[0].renamed(spatial).arranged(order, 1)


def _array_names(node: Node, shape: Shape) -> tuple[dict[str, str], tuple[str, ...]]:
    """New names of a matrix' position axes when it becomes an array again, and the axes' order."""
    require_matrix(node, shape)
    letters = {name[0] for name in shape.names if name[1:].isdigit()}
    if len(letters) != 1:
        raise ClaimError(f"{node.operator} takes the matrix of a kernel or of an output, not {shape}")
    spatial = {name: "s" + name[1:] for name in shape.names if name[1:].isdigit()}
    return spatial, (*canonical(set(shape.names)), *sorted(spatial.values()))


def _reshape_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    spatial, order = _array_names(node, operands[0])
    sizes = {spatial.get(name, name): size for name, size in operands[0].axes}
    return Shape(tuple((name, sizes[name]) for name in order))


def _reshape_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    spatial, _ = _array_names(node, operands[0])
    return [{name: point[spatial.get(name, name)] for name in operands[0].names}]


def _reshape_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    spatial, order = _array_names(node, operands[0].shape)
    return operands[0].renamed(spatial).arranged(order)


UNFOLD_AMOUNTS = ("M", "S", "D", "Pb", "Ho")
"""What unfold needs to know of the layer on each axis."""
FOLD_AMOUNTS = ("H", "S", "D", "Pb")
"""What fold needs to know of the layer on each axis; M and Ho are its operand's own."""


def tilde_operator(array: str) -> str:
    """What the tilde of source 003 does to an array: inputs are unfolded, the rest written by channels."""
    return "unfold" if array in ("X", "ddX") else "matrix"


def _layer_amounts(node: Node, rank: int, words: Sequence[str]) -> tuple[tuple[Polynomial, ...], ...]:
    """The amounts per axis of unfold or fold; all but the padding are at least 1."""
    amounts = amounts_per_axis(node, rank)
    for entry in amounts:
        for word, amount in zip(words, entry, strict=True):
            if word != "Pb":
                require_at_least_one(node, word, amount)
    return amounts


def _numbered(letter: str, rank: int) -> tuple[str, ...]:
    return tuple(f"{letter}{d}" for d in range(rank))


def _unfold_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    (operand,) = operands
    if operand.rows is not None or not operand.spatial or operand.names[:3] != ("n", "g", "c"):
        raise ClaimError(f"unfold takes an input array, not {operand}")
    amounts = _layer_amounts(node, len(operand.spatial), UNFOLD_AMOUNTS)
    sizes = operand.sizes
    kernel = tuple((f"k{d}", amount[0]) for d, amount in enumerate(amounts))
    output = tuple((f"o{d}", amount[4]) for d, amount in enumerate(amounts))
    return Shape((("g", sizes["g"]), ("c", sizes["c"]), *kernel, ("n", sizes["n"]), *output), 1 + len(kernel))


def _unfold_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    (operand,) = operands
    at = {name: point[name] for name in ("n", "g", "c")}
    for d, (_, stride, dilation, before, _) in enumerate(amounts_per_axis(node, len(operand.spatial))):
        position = point[f"o{d}"] * stride + point[f"k{d}"] * dilation - before
        at[f"s{d}"] = scope.require_inside(position, operand.sizes[f"s{d}"])
    return [at]


def _windows(data: Any, spatial: Sequence[int], amounts: Sequence[tuple[int, ...]]) -> Any:
    """A view of padded data with the kernel positions, then the output positions, as trailing axes."""
    import numpy as np

    kernels, strides, dilations, outputs = zip(*amounts, strict=True)
    steps = [data.strides[axis] for axis in spatial]
    rest = [axis for axis in range(data.ndim) if axis not in spatial]
    return np.lib.stride_tricks.as_strided(
        data,
        [data.shape[axis] for axis in rest] + list(kernels) + list(outputs),
        [data.strides[axis] for axis in rest]
        + [step * d for step, d in zip(steps, dilations, strict=True)]
        + [step * s for step, s in zip(steps, strides, strict=True)],
    )


def _padded_extents(amounts: Sequence[tuple[int, ...]]) -> list[int]:
    """How much of the padded input the windows reach on each axis."""
    return [
        (outputs - 1) * stride + (kernel - 1) * dilation + 1 for kernel, stride, dilation, outputs in amounts
    ]


def _unfold_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    (operand,) = operands
    shape = _unfold_shape(node, [operand.shape])
    spatial = [operand.axes.index(name) for name in operand.shape.spatial]
    numbers = [tuple(amount.value() for amount in entry) for entry in amounts_per_axis(node, len(spatial))]
    amounts = [(kernel, stride, dilation, output) for kernel, stride, dilation, _, output in numbers]
    data = operand.data
    for axis, (_, _, _, before, _), extent in zip(spatial, numbers, _padded_extents(amounts), strict=True):
        after = extent - before - data.shape[axis]
        data = AXIS_OPERATORS["pad"].evaluate(data, axis, (before, after))
    rest = tuple(name for name in operand.axes if name not in operand.shape.spatial)
    rank = len(spatial)
    names = rest + _numbered("k", rank) + _numbered("o", rank)
    return Named(names, _windows(data, spatial, amounts)).arranged(shape.names, shape.rows)


def _fold_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    (operand,) = operands
    rank = sum(name[0] == "k" for name in operand.names)
    rows, columns = ("c", *_numbered("k", rank)), ("n", *_numbered("o", rank))
    if (operand.row_names, operand.column_names) != (rows, columns):
        raise ClaimError(f"fold takes a matrix with the rows and columns of an unfolded input, not {operand}")
    amounts = _layer_amounts(node, rank, FOLD_AMOUNTS)
    spatial = tuple((f"s{d}", amount[0]) for d, amount in enumerate(amounts))
    return Shape((*((name, operand.sizes[name]) for name in "ngc"), *spatial))


def _fold_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    (operand,) = operands
    at = {name: point[name] for name in ("n", "g", "c")}
    rank = sum(name[0] == "k" for name in operand.names)
    for d, (_, stride, dilation, before) in enumerate(amounts_per_axis(node, rank)):
        at[f"k{d}"] = scope.index("m", operand.sizes[f"k{d}"])
        at[f"o{d}"] = scope.index("i", operand.sizes[f"o{d}"])
        scope.equalities.append(at[f"o{d}"] * stride + at[f"k{d}"] * dilation - before - point[f"s{d}"])
    return [at]


def _fold_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    import numpy as np

    (operand,) = operands
    shape = _fold_shape(node, [operand.shape])
    rank = len(shape.spatial)
    kernel, output = _numbered("k", rank), _numbered("o", rank)
    columns = operand.arranged(("n", "g", "c", *kernel, *output)).data
    numbers = [tuple(amount.value() for amount in entry) for entry in amounts_per_axis(node, rank)]
    kernels, outputs = columns.shape[3 : 3 + rank], columns.shape[3 + rank :]
    amounts = [
        (m, stride, dilation, o)
        for m, (_, stride, dilation, _), o in zip(kernels, numbers, outputs, strict=True)
    ]
    padded = np.zeros(columns.shape[:3] + tuple(_padded_extents(amounts)), dtype=columns.dtype)
    for position in np.ndindex(*kernels):
        window = tuple(
            slice(k * dilation, k * dilation + (o - 1) * stride + 1, stride)
            for k, (_, stride, dilation, o) in zip(position, amounts, strict=True)
        )
        padded[(slice(None),) * 3 + window] += columns[(slice(None),) * 3 + position]
    for d, (size, _, _, before) in enumerate(numbers):
        after = size + before - padded.shape[3 + d]
        padded = AXIS_OPERATORS["pad"].evaluate(padded, 3 + d, (-before, after))
    return Named(shape.names, padded)


def _matmul_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    left, right = operands
    for operand in operands:
        require_matrix(node, operand)
    inner, outer = left.column_names, right.row_names
    if inner != outer:
        raise FormulaShapeError(f"@ meets columns {', '.join(inner)} with rows {', '.join(outer)}")
    for name in ("g", *inner):
        if left.sizes[name] != right.sizes[name]:
            raise FormulaShapeError(f"@ meets {name}={left.sizes[name]} with {name}={right.sizes[name]}")
    axes = [("g", left.sizes["g"])]
    axes += [(name, left.sizes[name]) for name in left.row_names]
    axes += [(name, right.sizes[name]) for name in right.column_names]
    if len({name for name, _ in axes}) < len(axes):
        raise ClaimError(f"the product {left} @ {right} has the same axis as row and as column")
    return Shape(tuple(axes), len(left.row_names))


def _matmul_pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
    left, _ = operands
    at = dict(point) | {name: scope.index("t", left.sizes[name]) for name in left.column_names}
    return [{name: at[name] for name in operand.names} for operand in operands]


def _matmul_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    left, right = operands
    shape = _matmul_shape(node, [left.shape, right.shape])
    return einsum(left, right, shape.names, shape.rows)


MATRIX_OPERATORS = (
    Operator("matrix", 1, _matrix_shape, _matrix_pull, _matrix_evaluate),
    Operator("reshape", 1, _reshape_shape, _reshape_pull, _reshape_evaluate),
    Operator("unfold", 1, _unfold_shape, _unfold_pull, _unfold_evaluate),
    Operator("fold", 1, _fold_shape, _fold_pull, _fold_evaluate),
    Operator("matmul", 2, _matmul_shape, _matmul_pull, _matmul_evaluate),
)
