"""Every integer point of an IndexedSum whose sizes are numbers, as NumPy index arrays.

Indices that no guard or equality ties together are enumerated apart and combined as a product, so that a
convolution costs (positions x kernel) per axis and one outer product, never a scan of the whole space. An
equality settles one of its indices from the others instead of being searched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.errors import BudgetError

Points = dict[str, npt.NDArray[np.int64]]
POINT_LIMIT = 20_000_000
"""Above this many points index arrays no longer fit the memory of an ordinary machine."""


def enumerate_points(term: IndexedSum) -> Points:
    """The value of every index at every point, ordered by output index, then by bound index.

    Raises:
        BudgetError: more than `POINT_LIMIT` points.
    """
    sizes = {index.name: index.size.value() for index in term.output + term.bound}
    blocks = [_block(names, sizes, term) for names in _tied_together(list(sizes), term)]
    lengths = [len(next(iter(block.values()))) for block in blocks]
    total = math.prod(lengths)
    if total > POINT_LIMIT:
        raise BudgetError(
            f"{total:,} taps are more than the limit of {POINT_LIMIT:,}; choose a smaller shape or the general form"
        )
    points: Points = {}
    for position, block in enumerate(blocks):
        inner = math.prod(lengths[position + 1 :])
        outer = math.prod(lengths[:position])
        for name, values in block.items():
            points[name] = np.tile(np.repeat(values, inner), outer)
    order = np.argsort(_keys(points, sizes), kind="stable")
    return {name: points[name][order] for name in sizes}


def evaluate_polynomial(polynomial: Polynomial, points: Points, count: int) -> npt.NDArray[np.int64]:
    """An affine expression at every point."""
    result = np.full(count, polynomial.constant, dtype=np.int64)
    for monomial, coefficient in polynomial.terms:
        if monomial:
            (name,) = monomial  # affine: sizes, strides and dilations are numbers by now
            result += coefficient * points[name]
    return result


def flat_positions(
    expressions: Sequence[Polynomial], strides: Sequence[int], points: Points, count: int
) -> npt.NDArray[np.int64]:
    """Element offsets of an access in an array with the given strides per named axis."""
    total = sum(
        (expression * stride for expression, stride in zip(expressions, strides, strict=True)), Polynomial()
    )
    return evaluate_polynomial(total, points, count)


def _keys(points: Points, sizes: dict[str, int]) -> npt.NDArray[np.int64]:
    keys = np.zeros(len(next(iter(points.values()))), dtype=np.int64)
    for name, size in sizes.items():
        keys = keys * size + points[name]
    return keys


def _tied_together(names: list[str], term: IndexedSum) -> list[list[str]]:
    """The indices in groups that share a guard or an equality."""
    group = {name: name for name in names}
    for condition in term.guards + term.equalities:
        tied = {group[name] for name in condition.names}
        if tied:
            first = min(tied, key=names.index)
            group = {name: first if leader in tied else leader for name, leader in group.items()}
    return [[name for name in names if group[name] == leader] for leader in dict.fromkeys(group.values())]


def _block(names: list[str], sizes: dict[str, int], term: IndexedSum) -> Points:
    """The points of one group of tied indices."""
    equalities = [each for each in term.equalities if each.names & set(names)]
    settled: dict[str, Polynomial] = {}
    for equality in equalities:
        candidates = [name for name in reversed(names) if name in equality.names and name not in settled]
        free = [name for name in candidates if not any(name in other.names for other in settled.values())]
        if free:
            settled[max(free, key=lambda name: abs(equality.coefficient(name)))] = equality
    searched = [name for name in names if name not in settled]
    grids = np.indices([sizes[name] for name in searched], dtype=np.int64).reshape(len(searched), -1)
    points = dict(zip(searched, grids, strict=True))
    for name, equality in settled.items():
        points = _settle(name, equality, sizes[name], points)
    count = len(next(iter(points.values())))
    keep = np.ones(count, dtype=bool)
    for equality in equalities:
        keep &= evaluate_polynomial(equality, points, count) == 0
    for guard in term.guards:
        if guard.names & set(names):
            keep &= evaluate_polynomial(guard, points, count) >= 0
        elif guard.is_constant and guard.constant < 0:
            keep[:] = False
    return {name: points[name][keep] for name in names}


def _settle(name: str, equality: Polynomial, size: int, points: Points) -> Points:
    """Solve an equality for one index; points where it is no integer of its range fall away."""
    coefficient = equality.coefficient(name)
    rest = equality - Polynomial.of(name) * coefficient
    count = len(next(iter(points.values())))
    quotient, remainder = np.divmod(-evaluate_polynomial(rest, points, count), coefficient)
    keep = (remainder == 0) & (quotient >= 0) & (quotient < size)
    return {each: values[keep] for each, values in points.items()} | {name: quotient[keep]}
