"""The points of a sum are those that a search through the whole space finds, in the same order."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen.algebra import enumeration
from convgen.algebra.enumeration import enumerate_points, evaluate_polynomial, flat_positions
from convgen.algebra.indexed_sum import Access, Index, IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.errors import BudgetError

NAMES = ("n", "s0", "m_0", "t_1", "i_2")


def a_sum(
    sizes: dict[str, int], guards: tuple[Polynomial, ...] = (), equalities: tuple[Polynomial, ...] = ()
) -> IndexedSum:
    indices = [Index(name, Polynomial.of(size)) for name, size in sizes.items()]
    half = len(indices) // 2
    return IndexedSum(tuple(indices[:half]), tuple(indices[half:]), (), guards, equalities)


def by_search(term: IndexedSum) -> list[tuple[int, ...]]:
    """Every point of the space at which every condition holds, in lexicographic order."""
    indices = term.output + term.bound
    points = []
    for values in product(*(range(index.size.value()) for index in indices)):
        at = dict(zip((index.name for index in indices), values, strict=True))
        if all(guard.substitute(at).value() >= 0 for guard in term.guards) and all(
            equality.substitute(at).value() == 0 for equality in term.equalities
        ):
            points.append(values)
    return points


def found(term: IndexedSum) -> list[tuple[int, ...]]:
    points = enumerate_points(term)
    assert list(points) == [index.name for index in term.output + term.bound]
    assert all(values.dtype == np.int64 and values.shape == (points.count,) for values in points.values())
    columns = [values.tolist() for values in points.values()]
    return list(zip(*columns, strict=True)) if columns else [()] * points.count


@st.composite
def sums(draw: st.DrawFn) -> IndexedSum:
    """A sum over up to five indices with guards and equalities that tie some of them, or none."""
    names = NAMES[: draw(st.integers(0, len(NAMES)))]
    sizes = {name: draw(st.integers(0, 4)) for name in names}

    def condition() -> Polynomial:
        total = Polynomial.of(draw(st.integers(-4, 6)))
        for name in draw(st.lists(st.sampled_from(names), max_size=3)) if names else ():
            total += draw(st.integers(-3, 3)) * Polynomial.of(name)
        if names and draw(st.integers(0, 7)) == 0:
            total += Polynomial.of(draw(st.sampled_from(names))) * draw(st.sampled_from(names))
        return total

    guards = tuple(condition() for _ in range(draw(st.integers(0, 3))))
    return a_sum(sizes, guards, tuple(condition() for _ in range(draw(st.integers(0, 2)))))


@given(sums())
def test_the_points_are_those_that_a_search_finds(term: IndexedSum) -> None:
    assert found(term) == by_search(term)


S, M, T = Polynomial.of("s0"), Polynomial.of("m_0"), Polynomial.of("t_1")


@pytest.mark.parametrize(
    ("term", "count"),
    [
        # no indices at all: one point, or none
        (a_sum({}), 1),
        (a_sum({}, guards=(Polynomial.of(0),)), 1),
        (a_sum({}, guards=(Polynomial.of(-1),)), 0),
        (a_sum({}, equalities=(Polynomial.of(0),)), 1),
        (a_sum({}, equalities=(Polynomial.of(2),)), 0),
        # conditions without indices beside indices
        (a_sum({"s0": 3}, guards=(Polynomial.of(5),)), 3),
        (a_sum({"s0": 3}, guards=(Polynomial.of(-5),)), 0),
        (a_sum({"s0": 3}, equalities=(Polynomial.of(1),)), 0),
        (a_sum({"s0": 3, "m_0": 2}, equalities=(Polynomial.of(0),)), 6),
        # an index that its equality settles alone
        (a_sum({"s0": 3}, equalities=(S - 2,)), 1),
        (a_sum({"s0": 3}, equalities=(S - 3,)), 0),
        (a_sum({"s0": 3}, equalities=(S * 2 - 3,)), 0),
        (a_sum({"s0": 5}, equalities=(S * -2 + 8,)), 1),
        (a_sum({"s0": 5, "n": 2}, equalities=(S - 4,)), 2),
        # two equalities for one index
        (a_sum({"s0": 5}, equalities=(S - 2, S - 2)), 1),
        (a_sum({"s0": 5}, equalities=(S - 2, S - 3)), 0),
        # a chain in which one settles the other
        (a_sum({"s0": 5, "m_0": 5, "t_1": 5}, equalities=(S - M * 2, M - T * 2)), 2),
        (a_sum({"s0": 5, "m_0": 5, "t_1": 5}, equalities=(M - T * 2, S - M * 2)), 2),
        # an empty axis
        (a_sum({"s0": 0}), 0),
        (a_sum({"s0": 0, "m_0": 3}), 0),
        (a_sum({"s0": -2, "m_0": 3}), 0),
        (a_sum({"s0": 3, "m_0": 0}, equalities=(S - M,)), 0),
        # products of indices
        (a_sum({"s0": 4, "m_0": 4}, equalities=(S * M - 6,)), 2),
        (a_sum({"s0": 4, "m_0": 4}, guards=(S * M - 6,)), 3),
    ],
)  # fmt: skip
def test_conditions_count_wherever_they_stand(term: IndexedSum, count: int) -> None:
    points = enumerate_points(term)
    assert points.count == count
    assert all(len(values) == count for values in points.values())


def test_a_space_too_large_for_one_number_per_point_keeps_its_order() -> None:
    huge = 2**40
    term = a_sum(
        {"n": huge, "s0": 3, "m_0": huge, "t_1": 2},
        equalities=(Polynomial.of("n") - S * 7, M + T - 5),
    )
    assert found(term) == [(7 * s, s, 5 - t, t) for s in range(3) for t in (1, 0)]

    # In 64 bits the number of the second point would wrap around to less than that of the first.
    falling = a_sum(
        {"n": huge, "m_0": huge, "s0": 2},
        equalities=(Polynomial.of("n") + S * 2**39 - 2**39, M - 3),
    )
    assert found(falling) == [(0, 3, 1), (2**39, 3, 0)]


def test_indices_that_nothing_ties_are_not_searched_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enumeration, "POINT_LIMIT", 1000)
    apart = a_sum({"s0": 500, "m_0": 500}, equalities=(S - 3, M - 4))
    assert enumerate_points(apart).count == 1
    tied = a_sum({"s0": 500, "m_0": 500}, guards=(S - M - 499,))
    with pytest.raises(BudgetError, match="250,000 taps are more than the limit of 1,000"):
        enumerate_points(tied)


def test_too_many_points_are_refused_before_any_is_made() -> None:
    term = a_sum({"n": 10**6, "s0": 10**6})
    with pytest.raises(BudgetError, match="1,000,000,000,000 taps are more than the limit of 20,000,000"):
        enumerate_points(term)


def test_a_size_without_a_number_is_refused() -> None:
    term = IndexedSum((Index("s0", Polynomial.of("H0")),), (), ())
    with pytest.raises(ValueError, match="H0 still has the names H0"):
        enumerate_points(term)


def test_expressions_are_evaluated_at_every_point() -> None:
    points = enumerate_points(a_sum({"s0": 2, "m_0": 3}))
    values = evaluate_polynomial(S * M * 2 + S - 5, points, points.count)
    assert values.tolist() == [2 * s * m + s - 5 for s in range(2) for m in range(3)]
    assert evaluate_polynomial(Polynomial.of(7), {}, 3).tolist() == [7, 7, 7]


def test_flat_positions_are_the_places_in_a_row_major_array() -> None:
    points = enumerate_points(a_sum({"s0": 4, "m_0": 3}))
    places = flat_positions([M, S], [4, 1], points, points.count)
    expected = [np.ravel_multi_index((m, s), (3, 4)) for s in range(4) for m in range(3)]
    assert places.tolist() == expected


# ---- IndexedSum ------------------------------------------------------------------------------------------


def test_numbers_go_into_sizes_positions_and_conditions() -> None:
    position = Polynomial.of("S0") * "s0" - "Pb0"
    term = IndexedSum(
        (Index("s0", Polynomial.of("Ho0")),),
        (),
        (Access("X", (position,)),),
        (position,),
        (position - "H0",),
    )
    values = {"S0": 2, "Pb0": 1, "Ho0": 3, "H0": 5}
    assert term.substitute(values) == IndexedSum(
        (Index("s0", Polynomial.of(3)),),
        (),
        (Access("X", (S * 2 - 1,)),),
        (S * 2 - 1,),
        (S * 2 - 6,),
    )
