"""Every integer point of an IndexedSum whose sizes are numbers, as NumPy index arrays.

Indices that no guard or equality ties together are enumerated apart and combined as a product, so that a
convolution costs (positions x kernel) per axis and one outer product, never a scan of the whole space. An
equality settles one of its indices from the others instead of being searched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.errors import BudgetError

Integers = npt.NDArray[np.int64]
POINT_LIMIT = 20_000_000
"""Points whose index arrays, about 200 bytes each with what is made of them, stay within 4 GB."""


class Points(dict[str, Integers]):
    """The value of every index at every point, by the name of the index.

    Attributes:
        count: how many points; a sum without indices has one, and no array to tell it.
    """

    def __init__(self, values: Mapping[str, Integers], count: int) -> None:
        super().__init__(values)
        self.count = count

    def only(self, keep: npt.NDArray[np.bool_]) -> Points:
        """The points for which `keep` holds."""
        return Points({name: values[keep] for name, values in self.items()}, int(keep.sum()))


def enumerate_points(term: IndexedSum) -> Points:
    """The value of every index at every point, ordered by output index, then by bound index.

    Raises:
        BudgetError: more than `POINT_LIMIT` points, or as many candidates that a condition must sift.
        ValueError: a size that is no number yet.
    """
    sizes = {index.name: max(index.size.value(), 0) for index in term.output + term.bound}
    if _is_never(term):
        return Points({name: np.zeros(0, dtype=np.int64) for name in sizes}, 0)
    blocks = [_block(names, sizes, term) for names in _tied_together(list(sizes), term)]
    total = math.prod(block.count for block in blocks)
    _check_budget(total)
    points = Points({}, total)
    for position, block in enumerate(blocks):
        inner = math.prod(later.count for later in blocks[position + 1 :])
        outer = math.prod(earlier.count for earlier in blocks[:position])
        for name, values in block.items():
            points[name] = np.tile(np.repeat(values, inner), outer)
    order = _order(points, sizes)
    return Points({name: points[name][order] for name in sizes}, total)


def evaluate_polynomial(
    polynomial: Polynomial, points: Mapping[str, Integers], count: int
) -> npt.NDArray[np.int64]:
    """An expression at every point."""
    result = np.zeros(count, dtype=np.int64)
    for monomial, coefficient in polynomial.terms:
        product: Integers | int = coefficient
        for name in monomial:
            product = product * points[name]
        result += product
    return result


def flat_positions(
    expressions: Sequence[Polynomial], strides: Sequence[int], points: Mapping[str, Integers], count: int
) -> npt.NDArray[np.int64]:
    """Element offsets of an access in an array with the given strides per named axis."""
    total = sum(
        (expression * stride for expression, stride in zip(expressions, strides, strict=True)), Polynomial()
    )
    return evaluate_polynomial(total, points, count)


def _check_budget(count: int) -> None:
    if count > POINT_LIMIT:
        raise BudgetError(
            f"{count:,} taps are more than the limit of {POINT_LIMIT:,}; choose a smaller shape"
        )


def _is_never(term: IndexedSum) -> bool:
    """Whether a condition without indices fails, so that there is no point at all."""
    return any(guard.is_constant and guard.constant < 0 for guard in term.guards) or any(
        equality.is_constant and equality.constant != 0 for equality in term.equalities
    )


def _order(points: Points, sizes: Mapping[str, int]) -> npt.NDArray[np.intp]:
    if math.prod(sizes.values()) >= 2**63:  # too large a space for one number per point
        return np.lexsort([points[name] for name in reversed(list(sizes))])
    keys = np.zeros(points.count, dtype=np.int64)
    for name, size in sizes.items():
        keys = keys * size + points[name]
    return np.argsort(keys, kind="stable")


def _tied_together(names: list[str], term: IndexedSum) -> list[list[str]]:
    """The indices in groups that share a guard or an equality."""
    group = {name: name for name in names}
    for condition in term.guards + term.equalities:
        tied = {group[name] for name in condition.names}
        if tied:
            first = min(tied, key=names.index)
            group = {name: first if leader in tied else leader for name, leader in group.items()}
    return [[name for name in names if group[name] == leader] for leader in dict.fromkeys(group.values())]


def _block(names: list[str], sizes: Mapping[str, int], term: IndexedSum) -> Points:
    """The points of one group of tied indices."""
    equalities = [each for each in term.equalities if each.names & set(names)]
    settled = _settled(names, sizes, equalities)
    searched = {name: sizes[name] for name in names if name not in settled}
    candidates = math.prod(searched.values())
    _check_budget(candidates)
    grids = np.indices(tuple(searched.values()), dtype=np.int64).reshape(len(searched), candidates)
    points = Points(dict(zip(searched, grids, strict=True)), candidates)
    for name, equality in settled.items():
        points = _settle(name, equality, sizes[name], points)
    keep = np.ones(points.count, dtype=bool)
    for equality in equalities:
        keep &= evaluate_polynomial(equality, points, points.count) == 0
    for guard in term.guards:
        if guard.names & set(names):
            keep &= evaluate_polynomial(guard, points, points.count) >= 0
    return points.only(keep)


def _settled(
    names: list[str], sizes: Mapping[str, int], equalities: Sequence[Polynomial]
) -> dict[str, Polynomial]:
    """Which index is solved for from which equality, in the order in which they can be.

    The longest index is, since it would be the dearest to search.
    """
    settled: dict[str, Polynomial] = {}
    for equality in equalities:
        if not equality.is_affine:
            continue
        used = {name for other in settled.values() for name in other.names}
        free = [name for name in reversed(names) if name in equality.names and name not in used]
        if free:
            settled[max(free, key=sizes.__getitem__)] = equality
    return settled


def _settle(name: str, equality: Polynomial, size: int, points: Points) -> Points:
    """Solve an equality for one index; points where it is no integer of its range fall away."""
    coefficient = equality.coefficient(name)
    rest = equality - Polynomial.of(name) * coefficient
    quotient, remainder = np.divmod(-evaluate_polynomial(rest, points, points.count), coefficient)
    keep = (remainder == 0) & (quotient >= 0) & (quotient < size)
    kept = points.only(keep)
    kept[name] = quotient[keep]
    return kept
