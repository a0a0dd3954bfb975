"""What every operator is made of: arrays with named axes, and the row of the table.

A row's `pull` says which point of each operand an output point reads; reading it backwards gives the
adjoint. `evaluate` does the same on arrays of floats, integers or SymPy expressions alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from convgen.algebra.axis_operators import Scope
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node, Shape
from convgen.errors import ClaimError, FormulaShapeError

Point = Mapping[str, Polynomial]
"""An expression for the index on each named axis."""

CANONICAL_ORDER = "ngfc"
"""The channel axes as every array has them: batch, group, output channel, input channel."""


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


def _own_factor(node: Node, operands: Sequence[Shape]) -> Fraction:  # noqa: ARG001 -- a row may need them
    return node.factor


@dataclass(frozen=True)
class Operator:
    """One row of the table.

    Attributes:
        name: as trees name it.
        arity: how many operands.
        shape: shape of the result from (node, operand shapes).
        pull: operand points read at an output point, from (node, operand shapes, point, scope).
        evaluate: the value from (node, operand values).
        coefficient: what every term is multiplied by, from (node, operand shapes).
    """

    name: str
    arity: int
    shape: Callable[[Node, Sequence[Shape]], Shape]
    pull: Callable[[Node, Sequence[Shape], Point, Scope], Sequence[Point]]
    evaluate: Callable[[Node, Sequence[Named]], Named]
    coefficient: Callable[[Node, Sequence[Shape]], Fraction] = _own_factor


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


def require_array(node: Node, shape: Shape) -> None:
    """Refuse a matrix.

    Raises:
        ClaimError: the operand is one.
    """
    if shape.rows is not None:
        raise ClaimError(f"{node.operator} takes an array with spatial axes, not a matrix {shape}")


def require_spatial(node: Node, shape: Shape) -> None:
    """Refuse what has no spatial axes to act on: a matrix, a bias, a sum.

    Raises:
        ClaimError: the operand has none.
    """
    require_array(node, shape)
    if not shape.spatial:
        raise ClaimError(f"{node.operator} acts on spatial axes, and {shape} has none")


def require_matrix(node: Node, shape: Shape) -> None:
    """Refuse an array that is not written as a matrix.

    Raises:
        ClaimError: the operand is one.
    """
    if shape.rows is None:
        raise ClaimError(f"{node.operator} takes a matrix, not an array {shape}")


def require_at_least_one(node: Node, word: str, amount: Polynomial) -> None:
    """Refuse a step, dilation or size below 1, once it is a number.

    Raises:
        FormulaShapeError: it is below 1.
    """
    if amount.is_constant and amount.constant < 1:
        raise FormulaShapeError(f"the {word} of {node.operator} must be at least 1, got {amount}")


def einsum(left: Named, right: Named, result: tuple[str, ...], rows: int | None = None) -> Named:
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
