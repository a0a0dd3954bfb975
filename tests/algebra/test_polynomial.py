"""Polynomials obey the laws of a commutative ring, compare by value, and read as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen.algebra.polynomial import ONE, ZERO, Polynomial, format_terms

NAMES = ("S", "D", "m0", "s0", "Pb")
LEAVES = st.one_of(st.integers(-9, 9), st.sampled_from(NAMES)).map(Polynomial.of)
POLYNOMIALS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        inner.map(lambda polynomial: -polynomial),
    ),
    max_leaves=6,
)
VALUES = st.fixed_dictionaries({name: st.integers(-20, 20) for name in NAMES})


@given(POLYNOMIALS, POLYNOMIALS, POLYNOMIALS)
def test_the_laws_of_a_commutative_ring(a: Polynomial, b: Polynomial, c: Polynomial) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) + c == a + (b + c)
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a + ZERO == a == a * ONE
    assert a - a == ZERO == a * ZERO
    assert a - b == a + -b == -(b - a)
    assert hash(a * b) == hash(b * a)


@given(POLYNOMIALS, POLYNOMIALS, VALUES)
def test_putting_numbers_in_commutes_with_arithmetic(
    a: Polynomial, b: Polynomial, values: dict[str, int]
) -> None:
    number_a, number_b = a.substitute(values).value(), b.substitute(values).value()
    assert (a + b).substitute(values).value() == number_a + number_b
    assert (a - b).substitute(values).value() == number_a - number_b
    assert (a * b).substitute(values).value() == number_a * number_b
    assert (-a).substitute(values).value() == -number_a


@given(POLYNOMIALS, VALUES)
def test_the_text_is_an_expression_of_the_same_value(polynomial: Polynomial, values: dict[str, int]) -> None:
    assert eval(str(polynomial), {}, dict(values)) == polynomial.substitute(values).value()


@given(POLYNOMIALS, POLYNOMIALS, VALUES)
def test_names_may_stand_for_polynomials(a: Polynomial, b: Polynomial, values: dict[str, int]) -> None:
    at_b = values | {"S": b.substitute(values).value()}
    assert a.substitute({"S": b}).substitute(values) == a.substitute(at_b)


def test_names_are_replaced_all_at_once() -> None:
    swapped = (Polynomial.of("S") * 2 + "D").substitute({"S": "D", "D": "S"})
    assert swapped == Polynomial.of("D") * 2 + "S"


@given(POLYNOMIALS)
def test_equal_polynomials_have_one_form(polynomial: Polynomial) -> None:
    rebuilt = ZERO
    for monomial, coefficient in reversed(polynomial.terms):
        product = Polynomial.of(coefficient)
        for name in reversed(monomial):
            product = name * product
        rebuilt = rebuilt + product
    assert rebuilt.terms == polynomial.terms
    assert all(coefficient for _, coefficient in polynomial.terms)


def test_integers_and_names_may_stand_on_either_side() -> None:
    S = Polynomial.of("S")
    assert 2 + S == S + 2 == S + Polynomial.of(2)
    assert 2 - S == -(S - 2)
    assert Polynomial.of("D") - S == "D" - S
    assert 3 * S == S * 3 == S + S + S
    assert "D" * S == S * "D"


def test_what_a_polynomial_says_of_itself() -> None:
    position = Polynomial.of("S") * "s0" + Polynomial.of("m0") * 3 - "Pb" - 4
    assert position.names == {"S", "s0", "m0", "Pb"}
    assert position.constant == -4
    assert (position.coefficient("m0"), position.coefficient("Pb"), position.coefficient("S")) == (3, -1, 0)
    assert not position.is_affine
    assert not position.is_constant
    assert position.substitute({"S": 2}).is_affine
    assert Polynomial.of(7).is_constant
    assert ZERO.constant == 0


def test_a_name_that_is_left_has_no_value() -> None:
    with pytest.raises(ValueError, match="S - 1 still has the names S"):
        (Polynomial.of("S") - 1).value()


@pytest.mark.parametrize(
    ("polynomial", "text"),
    [
        (ZERO, "0"),
        (ONE, "1"),
        (-ONE, "-1"),
        (-Polynomial.of("S"), "-S"),
        (Polynomial.of("E") - 1 - "Pb", "E - Pb - 1"),
        (Polynomial.of("E") - 1 - "Pa" + "r", "E + r - Pa - 1"),
        (Polynomial.of("D") * (Polynomial.of("M") - 1) + 1, "D*M - D + 1"),
        (Polynomial.of("S") * "S" * -2, "-2*S*S"),
        (1 - Polynomial.of("S"), "-S + 1"),
    ],
)
def test_the_text_reads_as_it_is_written(polynomial: Polynomial, text: str) -> None:
    assert str(polynomial) == text


def test_terms_are_joined_by_the_sign_that_is_asked_for() -> None:
    assert format_terms([(("P^-", "S"), -2), ((), 3)], " ") == "-2 P^- S + 3"
