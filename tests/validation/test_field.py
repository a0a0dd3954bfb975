"""Arithmetic modulo 2^61 - 1 is that of Python's integers; the definition's values are its polynomials'."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen import ConvSpec
from convgen.kernels.kernel import pass_inputs, pass_output, passes_of
from convgen.validation.definition import entries_of, expected, expected_values, size_of
from convgen.validation.field import PRIME, FieldStore, random_elements, reduced, summed, times
from kernels.nasty import NASTY

EDGES = [0, 1, 2, 2**29, 2**32 - 1, 2**32, 2**60, PRIME - 1]
elements = st.one_of(st.sampled_from(EDGES), st.integers(0, PRIME - 1))


@given(st.lists(st.tuples(elements, elements), min_size=1, max_size=20))
def test_products(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array(each, np.uint64) for each in zip(*pairs, strict=True))
    assert times(left, right).tolist() == [a * b % PRIME for a, b in pairs]


def test_products_of_the_edges() -> None:
    left, right = (each.ravel() for each in np.meshgrid(*[np.array(EDGES, np.uint64)] * 2))
    assert times(left, right).tolist() == [int(a) * int(b) % PRIME for a, b in zip(left, right, strict=True)]


@given(st.lists(elements, min_size=1, max_size=50), st.data())
def test_sums_of_runs(values: list[int], data: st.DataObject) -> None:
    starts = sorted({0, *data.draw(st.lists(st.integers(0, len(values) - 1)))})
    ends = [*starts[1:], len(values)]
    found = summed(np.array(values, np.uint64), np.array(starts)).tolist()
    assert found == [sum(values[a:b]) % PRIME for a, b in zip(starts, ends, strict=True)]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_reduction(values: list[int]) -> None:
    assert reduced(np.array(values, np.uint64)).tolist() == [each % PRIME for each in values]


def test_a_store_adds_up_signed_products() -> None:
    store = FieldStore(np.array([5, PRIME - 1], np.uint64))
    row = store.rows(2, np.array([1, 0, 1]), np.array([-3, 1, 2]), np.array([2, 3, 3]), np.array([3, 1, 1]))
    assert store.values(np.array([row, row + 1])).tolist() == [PRIME - 1, (-3 * 5 * -1 + 2 * -1) % PRIME]


@pytest.mark.parametrize("spec", NASTY[::3], ids=str)
def test_the_definition_has_the_values_of_its_polynomials(spec: ConvSpec) -> None:
    """One is read off kernel positions, the other off the taps."""
    for name in passes_of(spec):
        entries = entries_of(spec, name)
        point = random_elements(entries.count, 1)
        arrays = {
            array: point[first - 1 : first - 1 + entries.sizes[array]]
            for array, first in entries.first.items()
        }
        owner, code = expected(spec, name, entries)
        known = [1, *point.tolist()]
        totals = [0] * size_of(spec, pass_output(name))
        for each, monomial in zip(owner.tolist(), code.tolist(), strict=True):
            left, right = divmod(monomial, entries.count + 1)
            totals[each] = (totals[each] + known[left] * known[right]) % PRIME
        assert expected_values(spec, name, arrays).tolist() == totals
        assert set(entries.first) == set(pass_inputs(spec, name))
