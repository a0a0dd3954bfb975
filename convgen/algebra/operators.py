"""The operator table: for each operator its shape, the relation it stands for, and its evaluation.

A row's `pull` says which point of each operand an output point reads; reading it backwards gives the
adjoint. `evaluate` does the same on arrays of floats, integers or SymPy expressions alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convgen.algebra.axis_operators import AXIS_OPERATORS, AxisOperator, Scope
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node, Shape
from convgen.errors import ClaimError, FormulaShapeError

Point = Mapping[str, Polynomial]
"""An expression for the index on each named axis."""

CANONICAL_ORDER = "ngfc"


@dataclass(frozen=True)
class Named:
    """An array whose axes have names; for a matrix, how many of them make up its rows (see `Shape`)."""

    axes: tuple[str, ...]
    data: Any
    rows: int | None = None

    @property
    def shape(self) -> Shape:
        """Names and sizes."""
        return Shape(
            tuple((name, Polynomial.of(size)) for name, size in zip(self.axes, self.data.shape, strict=True)),
            self.rows,
        )

    def arranged(self, axes: tuple[str, ...], rows: int | None = None) -> Named:
        """The same array with its axes in another order."""
        return Named(axes, self.data.transpose([self.axes.index(name) for name in axes]), rows)

    def renamed(self, names: Mapping[str, str], rows: int | None = None) -> Named:
        """The same array with other names for its axes."""
        return Named(tuple(names.get(name, name) for name in self.axes), self.data, rows)


@dataclass(frozen=True)
class Operator:
    """One row of the table.

    Attributes:
        name: as trees name it.
        arity: how many operands.
        shape: shape of the result from (node, operand shapes).
        pull: operand points read at an output point, from (node, operand shapes, point, scope).
        evaluate: the value from (node, operand values).
    """

    name: str
    arity: int
    shape: Callable[[Node, Sequence[Shape]], Shape]
    pull: Callable[[Node, Sequence[Shape], Point, Scope], Sequence[Point]]
    evaluate: Callable[[Node, Sequence[Named]], Named]


def amounts_per_axis(node: Node, rank: int) -> tuple[tuple[Polynomial, ...], ...]:
    """The amounts of a node on each of its operand's spatial axes.

    Raises:
        ClaimError: the formula gives amounts for another number of axes.
    """
    if len(node.amounts) == rank:
        return node.amounts
    if len(node.amounts) == 1:
        return node.amounts * rank
    raise ClaimError(f"{node.operator} has amounts for {len(node.amounts)} axes, its operand has {rank}")


def canonical(names: set[str]) -> list[str]:
    """Channel axes in canonical order: batch, group, output channel, input channel."""
    return [name for name in CANONICAL_ORDER if name in names]


# ---- operators on each axis alone ------------------------------------------------------------------------


def _axis_row(row: AxisOperator) -> Operator:
    def each(node: Node, names: Sequence[str]) -> dict[str, tuple[Polynomial, ...]]:
        amounts = amounts_per_axis(node, len(names)) if row.amounts else ((),) * len(names)
        return dict(zip(names, amounts, strict=True))

    def shape(node: Node, operands: Sequence[Shape]) -> Shape:
        (operand,) = operands
        _require_array(node, operand)
        amounts = each(node, operand.spatial)
        sizes = [
            (name, row.size(size, amounts[name]) if name in amounts else size) for name, size in operand.axes
        ]
        for (name, before), (_, after) in zip(operand.axes, sizes, strict=True):
            if after.is_constant and after.constant < 1:
                raise FormulaShapeError(
                    f"{node.operator} leaves nothing of axis {name}: size {before} becomes {after}"
                )
        return Shape(tuple(sizes))

    def pull(node: Node, operands: Sequence[Shape], point: Point, scope: Scope) -> Sequence[Point]:
        (operand,) = operands
        amounts = each(node, operand.spatial)
        return [
            {
                name: row.source(point[name], size, amounts[name], scope) if name in amounts else point[name]
                for name, size in operand.axes
            }
        ]

    def evaluate(node: Node, operands: Sequence[Named]) -> Named:
        (operand,) = operands
        data = operand.data
        for name, amounts in each(node, operand.shape.spatial).items():
            data = row.evaluate(data, operand.axes.index(name), tuple(amount.value() for amount in amounts))
        return Named(operand.axes, data)

    return Operator(row.name, 1, shape, pull, evaluate)


def _require_array(node: Node, shape: Shape) -> None:
    if shape.rows is not None:
        raise ClaimError(f"{node.operator} takes an array with spatial axes, not a matrix {shape}")


def _require_matrix(node: Node, shape: Shape) -> None:
    if shape.rows is None:
        raise ClaimError(f"{node.operator} takes a matrix, not an array {shape}")


def _einsum(left: Named, right: Named, result: tuple[str, ...], rows: int | None = None) -> Named:
    """Multiply and sum over every axis that the result lacks."""
    import numpy as np

    numbers = {name: number for number, name in enumerate(dict.fromkeys(left.axes + right.axes))}
    data = np.einsum(
        left.data,
        [numbers[name] for name in left.axes],
        right.data,
        [numbers[name] for name in right.axes],
        [numbers[name] for name in result],
    )
    return Named(result, data, rows)


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


def _star_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    signal, kernel = operands
    for operand in operands:
        _require_array(node, operand)
    if len(signal.spatial) != len(kernel.spatial):
        raise ClaimError(f"⋆ pairs the spatial axes of {signal} and {kernel}, which differ in number")
    kept, _ = _product_channels(signal, kernel)
    sizes = signal.sizes | {name: size for name, size in kernel.axes if name not in signal.spatial}
    spatial = []
    for name, (dilation,) in zip(signal.spatial, amounts_per_axis(node, len(signal.spatial)), strict=True):
        extent = (kernel.sizes[name] - 1) * dilation + 1
        size = signal.sizes[name] - extent + 1
        if size.is_constant and size.constant < 1:
            raise FormulaShapeError(
                f"the correlation is empty: on axis {name} the kernel extends over {extent}, the signal over {signal.sizes[name]}"
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
    windows = np.lib.stride_tricks.sliding_window_view(
        signal.data, extents, axis=tuple(signal.axes.index(name) for name in spatial)
    )[(..., *(slice(None, None, d) for d in dilations))]
    positions = {name: f"m{name}" for name in spatial}
    return _einsum(
        Named(signal.axes + tuple(positions.values()), windows), kernel.renamed(positions), result.names
    )


def _dot_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    left, right = operands
    for operand in operands:
        _require_array(node, operand)
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
    trimmed = [
        Named(each.axes, each.data[tuple(common.get(name, slice(None)) for name in each.axes)])
        for each in operands
    ]
    return _einsum(*trimmed, result.names)


# ---- sums, rearrangements --------------------------------------------------------------------------------


def _summed_names(shape: Shape) -> list[str]:
    return [name for name in shape.names if name == "n" or name in shape.spatial]


def _sum_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    _require_array(node, operands[0])
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


# ---- matrices (source 003) -------------------------------------------------------------------------------


def _letters(names: Sequence[str], letter: str) -> dict[str, str]:
    return {name: letter + name[1:] for name in names}


def _matrix_names(shape: Shape) -> tuple[dict[str, str], tuple[str, ...]]:
    """New names of the spatial axes of an array written as a matrix, and the axes' order: g, rows, columns."""
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
    _require_matrix(node, shape)
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


def _unfold_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    (operand,) = operands
    if operand.rows is not None or "n" not in operand.names or "c" not in operand.names:
        raise ClaimError(f"unfold takes an input array, not {operand}")
    amounts = amounts_per_axis(node, len(operand.spatial))
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
    names = rest + tuple(f"k{d}" for d in range(rank)) + tuple(f"o{d}" for d in range(rank))
    return Named(names, _windows(data, spatial, amounts)).arranged(shape.names, shape.rows)


def _fold_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    (operand,) = operands
    rank = sum(name[0] == "k" for name in operand.names)
    if operand.rows != 1 + rank or set(operand.row_names) != {"c"} | {f"k{d}" for d in range(rank)}:
        raise ClaimError(f"fold takes a matrix with the rows of an unfolded input, not {operand}")
    spatial = tuple((f"s{d}", amount[0]) for d, amount in enumerate(amounts_per_axis(node, rank)))
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
    kernel, output = tuple(f"k{d}" for d in range(rank)), tuple(f"o{d}" for d in range(rank))
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
        padded[(..., *window)] += columns[(slice(None),) * 3 + position]
    for d, (size, _, _, before) in enumerate(numbers):
        after = size + before - padded.shape[3 + d]
        padded = AXIS_OPERATORS["pad"].evaluate(padded, 3 + d, (-before, after))
    return Named(shape.names, padded)


def _matmul_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    left, right = operands
    for operand in operands:
        _require_matrix(node, operand)
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
    left, right = operands
    at = dict(point) | {name: scope.index("t", left.sizes[name]) for name in left.column_names}
    return [{name: at[name] for name in operand.names} for operand in operands]


def _matmul_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    left, right = operands
    shape = _matmul_shape(node, [left.shape, right.shape])
    return _einsum(left, right, shape.names, shape.rows)


# ---- linear combinations ---------------------------------------------------------------------------------


def _add_shape(node: Node, operands: Sequence[Shape]) -> Shape:
    widest = max(operands, key=lambda operand: len(operand.axes))
    for operand in operands:
        for name, size in operand.axes:
            if widest.sizes.get(name) != size:
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


def _scale_evaluate(node: Node, operands: Sequence[Named]) -> Named:
    (operand,) = operands
    if node.factor.denominator == 1:
        return Named(operand.axes, operand.data * node.factor.numerator, operand.rows)
    return Named(operand.axes, operand.data * node.factor.numerator / node.factor.denominator, operand.rows)


OPERATORS = {name: _axis_row(row) for name, row in AXIS_OPERATORS.items()} | {
    row.name: row
    for row in (
        Operator("star", 2, _star_shape, _star_pull, _star_evaluate),
        Operator("dot", 2, _dot_shape, _dot_pull, _dot_evaluate),
        Operator("sum", 1, _sum_shape, _sum_pull, _sum_evaluate),
        Operator("rot90", 1, _swapped_shape, _rot90_pull, _rot90_evaluate),
        Operator("transpose", 1, _transpose_shape, _transpose_pull, _transpose_evaluate),
        Operator("matrix", 1, _matrix_shape, _matrix_pull, _matrix_evaluate),
        Operator("reshape", 1, _reshape_shape, _reshape_pull, _reshape_evaluate),
        Operator("unfold", 1, _unfold_shape, _unfold_pull, _unfold_evaluate),
        Operator("fold", 1, _fold_shape, _fold_pull, _fold_evaluate),
        Operator("matmul", 2, _matmul_shape, _matmul_pull, _matmul_evaluate),
        Operator("add", 2, _add_shape, _add_pull, _add_evaluate),
        Operator("scale", 1, lambda node, shapes: shapes[0], lambda node, shapes, point, scope: [point], _scale_evaluate),
    )
}  # fmt: skip
"""Every operator by name. `add` and `scale` pull points like the others; that they add and scale the terms
is known to `convgen.algebra.readings.lower`."""
