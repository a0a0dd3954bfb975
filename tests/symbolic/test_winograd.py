"""Winograd's transforms compute the correlation, as polynomials; their points amplify roundings least."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
import sympy

import convgen as cg
from convgen.errors import PlanError
from convgen.symbolic.winograd import POINTS, axis_transforms, winograd

SIZES = [(m, r) for m, r in product(range(1, 7), range(1, 6)) if m + r <= 9]


@pytest.mark.parametrize(("m", "r"), SIZES)
def test_the_transforms_give_the_correlation_as_polynomials(m: int, r: int) -> None:
    """Aᵀ [(G g) ⊙ (Bᵀ d)] multiplied out, entry by entry, against sums written here."""
    axis = axis_transforms(m, r)
    d, g = sympy.symbols(f"d:{m + r - 1}"), sympy.symbols(f"g:{r}")
    products = sympy.matrix_multiply_elementwise(axis.G * sympy.Matrix(g), axis.B.T * sympy.Matrix(d))
    for i, entry in enumerate(axis.A.T * products):
        assert sympy.expand(entry) == sympy.expand(sum(d[i + k] * g[k] for k in range(r)))
    assert axis.difference.is_zero_matrix
    assert winograd(m, r).holds


def test_two_axes_are_a_tensor_product() -> None:
    """F(2x2, 3x2): A, G and B as SymPy's Kronecker products, multiplied out as polynomials."""
    found = winograd((2, 2), (3, 2))
    d = [[sympy.Symbol(f"d{i}{j}") for j in range(3)] for i in range(4)]
    g = [[sympy.Symbol(f"g{i}{j}") for j in range(2)] for i in range(3)]
    flat = [sympy.Matrix([each for row in rows for each in row]) for rows in (d, g)]
    outputs = found.A.T * sympy.matrix_multiply_elementwise(found.G * flat[1], found.B.T * flat[0])
    for (i, j), entry in zip(product(range(2), repeat=2), outputs, strict=True):
        direct = sum(d[i + k][j + n] * g[k][n] for k in range(3) for n in range(2))
        assert sympy.expand(entry - direct) == 0
    assert (found.products, found.outputs, found.gain) == (12, 4, 2)


def test_a_wrong_matrix_is_seen() -> None:
    """The polynomials that are left over where one point is another."""
    axis = axis_transforms(2, 3)
    wrong = type(axis)(2, 3, axis.points)
    wrong.__dict__["G"] = axis.G + sympy.Matrix([[0] * 3, [0, sympy.Rational(1, 7), 0], [0] * 3, [0] * 3])
    assert not wrong.difference.is_zero_matrix


@pytest.mark.parametrize(("m", "r"), SIZES)
def test_the_programs_are_the_matrices(m: int, r: int) -> None:
    axis = axis_transforms(m, r)
    for program, matrix in ((axis.data, axis.B.T), (axis.kernel, axis.G), (axis.results, axis.A.T)):
        assert (
            sympy.Matrix(
                [[sympy.Rational(e.numerator, e.denominator) for e in row] for row in program.matrix]
            )
            == matrix
        )


def amplification(points: tuple[Fraction, ...], m: int, r: int) -> float:
    """How much all ways to an output amplify, at most: the largest row sum of |Aᵀ| (|G| 1 ⊙ |Bᵀ| 1)."""
    values = np.array(
        [[float(p) ** k for k in range(m + r - 1)] for p in points] + [[0.0] * (m + r - 2) + [1.0]]
    )
    vandermonde = {
        k: np.array([[float(p) ** e for e in range(k)] for p in points] + [[0.0] * (k - 1) + [1.0]])
        for k in (m, r)
    }
    data = np.abs(np.linalg.inv(values).T).sum(1)
    return float((np.abs(vandermonde[m]).T @ (np.abs(vandermonde[r]).sum(1) * data)).max())


MAGNITUDES = [Fraction(*each) for each in ((1, 1), (1, 2), (2, 1), (1, 4), (4, 1), (3, 1), (3, 2), (3, 4))]


@pytest.mark.parametrize(
    ("m", "r"), [(2, 2), (2, 3), (4, 2), (2, 4), (3, 3), (4, 3), (2, 5), (4, 4), (4, 5), (6, 3)]
)
def test_no_other_points_amplify_less(m: int, r: int) -> None:
    """A search through all sets of 0, pairs p and -p, and at most one further point."""
    count = m + r - 2
    signed = [sign * each for each in MAGNITUDES for sign in (1, -1)]
    found = []
    for zeros in ((), (Fraction(0),)):
        pairs, single = divmod(count - len(zeros), 2)
        for chosen in combinations(MAGNITUDES, pairs):
            paired = tuple(sign * each for each in chosen for sign in (1, -1))
            rest = [(each,) for each in signed if abs(each) not in chosen] if single else [()]
            found += [amplification((*zeros, *paired, *more), m, r) for more in rest]
    assert len(found) > 10
    assert amplification(POINTS[count], m, r) <= min(found) * (1 + 1e-9)


def test_the_bound_is_a_bound_and_not_far_off() -> None:
    """In float16's place of exact arithmetic: single roundings on random data stay within, and come near."""
    found = winograd((4, 4), (3, 3))
    generator = np.random.default_rng(3)
    (A, G, B) = (np.array(each.tolist(), float) for each in (found.A, found.G, found.B))
    worst = 0.0
    for _ in range(200):
        d, g = generator.uniform(-1, 1, 36).astype(np.float32), generator.uniform(-1, 1, 9).astype(np.float32)
        exact = A.T @ ((G @ g.astype(float)) * (B.T @ d.astype(float)))
        rounded = A.astype(np.float32).T @ ((G.astype(np.float32) @ g) * (B.astype(np.float32).T @ d))
        worst = max(worst, float(np.abs(rounded - exact).max() / (np.abs(d).max() * np.abs(g).sum())))
    bound = float(found.relative_bound(1))
    assert bound / 10_000 < worst < bound


def test_the_public_face_and_its_text() -> None:
    text = cg.winograd((4, 4), (3, 3)).text()
    assert text.startswith("F(4x4, 3x3): 36 products for 16 outputs, 4 times fewer\n")
    assert "Aᵀ [(G g) ⊙ (Bᵀ d)] - correlation, multiplied out = 0" in text
    assert str(cg.winograd(2, 3)) == "F(2, 3)"
    assert cg.winograd(2, 3)


@pytest.mark.parametrize(
    ("tile", "kernel", "said"),
    [
        ((2, 2), 3, "a tile of 2 axes and a kernel of 1"),
        (0, 3, "F(0, 3): a tile and a kernel have at least one entry"),
        (7, 3, "F(7, 3) takes 9 products"),
        (9, 1, "F(9, 1) takes 9 products"),
    ],
)
def test_what_cannot_be_is_refused(tile: int, kernel: int, said: str) -> None:
    with pytest.raises(PlanError, match=re.escape(said)):
        winograd(tile, kernel)
