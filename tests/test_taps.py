"""The taps of a layer are exactly the products of its definition, in the order of the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import by_loops
from by_loops import NASTY
from convgen import ConvSpec
from convgen.algebra.indexed_sum import IndexedSum
from convgen.errors import BudgetError
from convgen.layout import axis_names, element_strides
from convgen.taps import (
    array_shape,
    canonical_strides,
    definition,
    enumerate_taps,
    forward_terms,
    parameters,
)
from convgen.testing import conv_specs

SMALL = conv_specs(max_size=5, max_kernel=3, max_channels=4, max_batch=2)


def check_taps(spec: ConvSpec) -> None:
    found, taps = enumerate_taps(spec), list(by_loops.taps(spec))
    assert len(taps) == spec.multiply_adds
    shapes = by_loops.shapes(spec)
    for which, array in enumerate(("O", "X", "K")):
        expected = [int(np.ravel_multi_index(tap[which], shapes[array])) for tap in taps]
        assert getattr(found, array).tolist() == expected


@given(SMALL)
def test_the_taps_are_those_of_the_loops_in_their_order(spec: ConvSpec) -> None:
    check_taps(spec)


@pytest.mark.parametrize("name", NASTY)
def test_the_taps_of_hard_layers_are_those_of_the_loops(name: str) -> None:
    check_taps(NASTY[name])


@given(SMALL)
def test_no_product_is_counted_twice(spec: ConvSpec) -> None:
    taps = enumerate_taps(spec)
    for one, other in (("O", "X"), ("O", "K"), ("X", "K")):
        pairs = np.stack([getattr(taps, one), getattr(taps, other)])
        assert len(np.unique(pairs, axis=1).T) == pairs.shape[1], f"({one}, {other}) determines the third"


@given(SMALL)
def test_elements_may_be_counted_as_the_users_arrays_are(spec: ConvSpec) -> None:
    strides = {array: element_strides(spec, array) for array in "XKO"}
    taps, canonical = enumerate_taps(spec, strides), enumerate_taps(spec)
    shapes = by_loops.shapes(spec)
    for array in "XKO":
        named = np.unravel_index(getattr(canonical, array), shapes[array])
        steps = strides[array].values()
        assert np.array_equal(
            getattr(taps, array), sum(i * step for i, step in zip(named, steps, strict=True))
        )


@given(SMALL)
def test_canonical_strides_count_row_by_row(spec: ConvSpec) -> None:
    for array, shape in by_loops.shapes(spec).items():
        numpy_strides = np.zeros(shape, dtype=np.int8).strides
        assert tuple(canonical_strides(spec, array)) == axis_names(spec, array)
        sizes = zip(shape, numpy_strides, canonical_strides(spec, array).values(), strict=True)
        assert all(step == expected for size, expected, step in sizes if size > 1)


# ---- the definition --------------------------------------------------------------------------------------


def told(term: IndexedSum) -> str:
    factors = "·".join(f"{each.array}[{', '.join(map(str, each.indices))}]" for each in term.factors)
    bound = ", ".join(f"{index.name}<{index.size}" for index in term.bound)
    guards = ", ".join(f"{guard} >= 0" for guard in term.guards)
    output = ", ".join(f"{index.name}<{index.size}" for index in term.output)
    return f"O[{output}] = sum[{bound}] {factors} where {guards}"


def test_the_definition_reads_as_it_is_written() -> None:
    products, bias = definition(2)
    assert told(products) == (
        "O[n<B, g<G, f<F, s0<Ho0, s1<Ho1] = sum[c<C, m0<M0, m1<M1] "
        "K[g, f, c, m0, m1]·X[n, g, c, D0*m0 + S0*s0 - Pb0, D1*m1 + S1*s1 - Pb1] where "
        "D0*m0 + S0*s0 - Pb0 >= 0, -D0*m0 - S0*s0 + H0 + Pb0 - 1 >= 0, "
        "D1*m1 + S1*s1 - Pb1 >= 0, -D1*m1 - S1*s1 + H1 + Pb1 - 1 >= 0"
    )
    assert told(bias) == "O[n<B, g<G, f<F, s0<Ho0, s1<Ho1] = sum[] b[g, f] where "


@given(conv_specs())
def test_a_spec_gives_every_name_of_the_definition_a_number(spec: ConvSpec) -> None:
    terms = forward_terms(spec)
    assert len(terms) == 1 + spec.bias
    for term in terms:
        assert all(index.size.is_constant for index in term.output + term.bound)
        names = {index.name for index in term.output + term.bound}
        assert all(guard.is_affine and guard.names <= names for guard in term.guards)


def test_parameters_are_told_per_axis() -> None:
    spec = ConvSpec(
        (7, 5), (3, 2), 4, 6, 2, stride=(3, 2), padding=((3, 1), (0, 2)), dilation=(2, 3), groups=2
    )
    assert parameters(spec) == {
        "B": 2, "G": 2, "C": 2, "F": 3,
        "H0": 7, "M0": 3, "S0": 3, "D0": 2, "Pb0": 3, "Pa0": 1, "E0": 5, "Ho0": 3, "r0": 0,
        "H1": 5, "M1": 2, "S1": 2, "D1": 3, "Pb1": 0, "Pa1": 2, "E1": 4, "Ho1": 2, "r1": 1,
    }  # fmt: skip


def test_the_shape_of_an_array_names_its_sizes() -> None:
    assert str(array_shape("dX", 2)) == "(n=B, g=G, c=C, s0=H0, s1=H1)"
    assert str(array_shape("K", 1)) == "(g=G, f=F, c=C, s0=M0)"
    assert str(array_shape("db", 3)) == "(g=G, f=F)"


def test_more_taps_than_fit_in_memory_are_refused_with_their_number() -> None:
    spec = ConvSpec((1000, 1000), 3, 16, 16)
    with pytest.raises(BudgetError, match=f"{spec.multiply_adds:,} taps .* limit of 20,000,000"):
        enumerate_taps(spec)
