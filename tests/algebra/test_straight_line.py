"""Straight-line code multiplies by its matrix, shares what rows share, and counts its roundings."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from convgen.algebra.straight_line import Matrix, Program, Step, straight_line

ENTRIES = st.sampled_from([Fraction(n, d) for n in range(-3, 4) for d in (1, 2, 3)])


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """Small matrices in which rows and columns that differ in signs alone are frequent."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.tuples(*[ENTRIES] * width), min_size=1, max_size=4))
    for row in list(rows):
        signs = draw(st.none() | st.tuples(*[st.sampled_from((1, -1))] * width))
        if signs is not None:
            rows.append(tuple(sign * entry for sign, entry in zip(signs, row, strict=True)))
    if draw(st.booleans()):
        signs = draw(st.tuples(*[st.sampled_from((1, -1))] * len(rows)))
        rows = [(*row, sign * row[0]) for sign, row in zip(signs, rows, strict=True)]
    return tuple(rows)


@given(matrices())
def test_the_code_multiplies_by_the_matrix(matrix: Matrix) -> None:
    assert straight_line(matrix).matrix == matrix


@given(matrices())
def test_no_magnitude_is_below_the_matrixs_own(matrix: Matrix) -> None:
    """What is shared can cancel, so that magnitudes on the ways are at least those of the matrix."""
    for row, bounds in zip(matrix, straight_line(matrix).magnitudes, strict=True):
        assert all(abs(entry) <= bound for entry, bound in zip(row, bounds, strict=True))


def test_rows_that_differ_in_signs_are_a_sum_and_a_difference() -> None:
    half = Fraction(1, 2)
    program = straight_line([[half, half, half], [half, -half, half]])
    assert (program.multiplications, program.additions) == (4, 3)
    assert program.matrix == ((half, half, half), (half, -half, half))


def test_columns_that_differ_in_signs_are_added_and_subtracted_once() -> None:
    program = straight_line([[1, 1, 0], [1, -1, 0], [4, 4, 0], [8, -8, 1]])
    assert (program.multiplications, program.additions) == (2, 3)


def test_a_factor_that_is_no_binary_number_is_multiplied_last() -> None:
    program = straight_line([[Fraction(2, 15), Fraction(4, 15)]])
    (step,) = program.steps
    assert step == Step(((Fraction(1), 0), (Fraction(2), 1)), Fraction(2, 15))


def test_roundings_are_those_of_the_longest_way() -> None:
    third, half, three = Fraction(1, 3), Fraction(1, 2), Fraction(3)
    one = Fraction(1)

    def of(*steps: Step) -> int:
        return Program(2, steps, (1 + len(steps),)).roundings

    assert of(Step(((one, 0),))) == 0
    assert of(Step(((one, 0), (one, 1)))) == 1
    assert of(Step(((half, 0), (one, 1)))) == 1  # a product by a power of two is exact
    assert of(Step(((one, 0), (three, 1)))) == 2  # the product, the sum
    assert of(Step(((one, 0), (one, 1)), third)) == 3  # the sum, the constant, the product
    assert of(Step(((one, 0), (one, 1))), Step(((one, 2), (one, 1), (one, 0)))) == 3


def test_a_row_of_zeros_has_no_value() -> None:
    assert straight_line([[0, 0], [1, 0]]).outputs == (None, 0)
