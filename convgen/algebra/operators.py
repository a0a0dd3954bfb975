"""The operator table: for each operator its shape, the relation it stands for, and its evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from convgen.algebra.array_operators import ARRAY_OPERATORS
from convgen.algebra.axis_operators import AXIS_OPERATORS, AxisOperator, Scope
from convgen.algebra.matrix_operators import FOLD_AMOUNTS, MATRIX_OPERATORS, UNFOLD_AMOUNTS
from convgen.algebra.operator_base import (
    CANONICAL_ORDER,
    Named,
    Operator,
    Point,
    amounts_per_axis,
    canonical,
    require_at_least_one,
    require_spatial,
)
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.relabellings import RELABELLING_OPERATORS
from convgen.algebra.tree import Node, Shape
from convgen.errors import FormulaShapeError

__all__ = [
    "CANONICAL_ORDER",
    "FOLD_AMOUNTS",
    "OPERATORS",
    "UNFOLD_AMOUNTS",
    "Named",
    "Operator",
    "Point",
    "amounts_per_axis",
    "canonical",
]


def _axis_row(row: AxisOperator) -> Operator:
    def each(node: Node, names: Sequence[str]) -> dict[str, tuple[Polynomial, ...]]:
        amounts = amounts_per_axis(node, len(names)) if row.amounts else ((),) * len(names)
        return dict(zip(names, amounts, strict=True))

    def shape(node: Node, operands: Sequence[Shape]) -> Shape:
        (operand,) = operands
        require_spatial(node, operand)
        amounts = each(node, operand.spatial)
        for name in amounts if row.is_step else ():
            require_at_least_one(node, row.amounts[0], amounts[name][0])
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


OPERATORS = {
    row.name: row
    for row in (
        *map(_axis_row, AXIS_OPERATORS.values()),
        *ARRAY_OPERATORS,
        *MATRIX_OPERATORS,
        *RELABELLING_OPERATORS,
    )
}
"""Every operator by name. `add` and `scale` pull points like the others; that they add and scale the terms
is known to `convgen.algebra.readings.lower`."""
