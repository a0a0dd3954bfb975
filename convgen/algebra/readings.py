"""Three readings of an operator tree: the shape of its value, its value on arrays, and its sum over taps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import TypeVar

from convgen.algebra.axis_operators import Scope
from convgen.algebra.indexed_sum import Access, Index, IndexedSum
from convgen.algebra.operators import OPERATORS, Named, Point
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node, Shape
from convgen.errors import BudgetError, ClaimError

ELEMENT_LIMIT = 200_000_000
"""Larger arrays do not fit the memory of an ordinary machine."""

Value = TypeVar("Value")
Fresh = Callable[[str], str]


def shape_of(tree: Node, shapes: Mapping[str, Shape]) -> Shape:
    """The named axes of a tree's value.

    Args:
        tree: a bound tree.
        shapes: the shape of every array that it names.

    Raises:
        ClaimError: operands of the wrong kind, or a name without a shape.
        FormulaShapeError: sizes that do not go together, or an empty correlation.
    """
    if tree.operator == "array":
        return _known(tree.array, shapes)
    return OPERATORS[tree.operator].shape(tree, [shape_of(operand, shapes) for operand in tree.operands])


def evaluate(tree: Node, arrays: Mapping[str, Named]) -> Named:
    """The value of a bound tree on NumPy arrays of floats, integers or SymPy expressions.

    Raises:
        ClaimError: as `shape_of`.
        BudgetError: an array on the way would have more than `ELEMENT_LIMIT` elements.
    """
    if tree.operator == "array":
        return _known(tree.array, arrays)
    row = OPERATORS[tree.operator]
    operands = [evaluate(operand, arrays) for operand in tree.operands]
    # The shape refuses what has no value, such as an empty correlation, before anything is computed.
    shape = row.shape(tree, [operand.shape for operand in operands])
    elements = math.prod(size.value() for _, size in shape.axes)
    if elements > ELEMENT_LIMIT:
        raise BudgetError(
            f"{tree.operator} gives {shape}, {elements:,} elements; the limit is {ELEMENT_LIMIT:,}: "
            "choose a smaller shape or smaller amounts"
        )
    return row.evaluate(tree, operands)


def lower(tree: Node, shapes: Mapping[str, Shape]) -> tuple[IndexedSum, ...]:
    """The formula as sums over index points: one `IndexedSum` per added term.

    The output indices are called by the axes of the tree's value; bound indices get numbered names.

    Raises:
        ClaimError: as `shape_of`.
    """
    shape = shape_of(tree, shapes)
    output = tuple(Index(name, size) for name, size in shape.axes)
    point = {name: Polynomial.of(name) for name in shape.names}
    numbers = count()
    return tuple(
        IndexedSum(output, term.bound, term.factors, term.guards, term.equalities, term.coefficient)
        for term in _terms(tree, shapes, point, lambda prefix: f"{prefix}_{next(numbers)}")
    )


def terms_at(tree: Node, shapes: Mapping[str, Shape], point: Point, fresh: Fresh) -> Iterator[IndexedSum]:
    """What a bound tree collects at one point of its value, as sums without output indices.

    Args:
        tree: a bound tree.
        shapes: the shape of every array that it names.
        point: the index on each axis of its value.
        fresh: names for bound indices, from a prefix.
    """
    for term in _terms(tree, shapes, point, fresh):
        yield IndexedSum((), term.bound, term.factors, term.guards, term.equalities, term.coefficient)


@dataclass(frozen=True)
class _Term:
    """A product under way: what an output point has collected from one branch of the tree."""

    factors: tuple[Access, ...] = ()
    bound: tuple[Index, ...] = ()
    guards: tuple[Polynomial, ...] = ()
    equalities: tuple[Polynomial, ...] = ()
    coefficient: Fraction = Fraction(1)

    def times(self, other: _Term) -> _Term:
        return _Term(
            self.factors + other.factors,
            self.bound + other.bound,
            self.guards + other.guards,
            self.equalities + other.equalities,
            self.coefficient * other.coefficient,
        )


def _terms(tree: Node, shapes: Mapping[str, Shape], point: Point, fresh: Fresh) -> Iterator[_Term]:
    if tree.operator == "array":
        yield _Term((Access(tree.array, tuple(point[name] for name in _known(tree.array, shapes).names)),))
        return
    scope = Scope(fresh)
    operand_shapes = [shape_of(operand, shapes) for operand in tree.operands]
    row = OPERATORS[tree.operator]
    points = row.pull(tree, operand_shapes, point, scope)
    own = _Term(
        bound=tuple(Index(name, size) for name, size in scope.bound),
        guards=tuple(guard for guard in scope.guards if not (guard.is_constant and guard.constant >= 0)),
        equalities=tuple(scope.equalities),
        coefficient=row.coefficient(tree, operand_shapes),
    )
    branches = [
        list(_terms(operand, shapes, at, fresh)) for operand, at in zip(tree.operands, points, strict=True)
    ]
    if tree.operator == "add":
        for branch in branches:
            yield from (own.times(term) for term in branch)
        return
    products = [own]
    for branch in branches:
        products = [product.times(term) for product in products for term in branch]
    yield from products


def _known(name: str, values: Mapping[str, Value]) -> Value:
    if name not in values:
        raise ClaimError(f"the formula names {name!r}, which is none of {', '.join(values)}")
    return values[name]
