"""Winograd's fast correlation, derived by Toom and Cook's interpolation in exact rationals.

A product of two polynomials of degrees m - 1 and r - 1 is known from its values at m + r - 2 points and its
leading coefficient: evaluate, multiply value by value, interpolate. The transpose of that bilinear map gives m
neighbouring entries of a correlation with r weights from m + r - 1 products:

    y = Aᵀ [(G g) ⊙ (Bᵀ d)],    y_i = sum over k of d_{i+k} g_k

(Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, Fast Algorithms for Convolutional Neural
Networks, 2015). Over several axes the matrices are tensor products of those of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import prod

import sympy

from convgen.algebra.straight_line import Matrix, Program, straight_line
from convgen.errors import PlanError

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)

POINTS: dict[int, tuple[Fraction, ...]] = {
    count: tuple(map(Fraction, points))
    for count, points in {
        0: (),
        1: (0,),
        2: (0, 1),
        3: (0, 1, -1),
        4: (QUARTER, -QUARTER, 3 * HALF, -3 * HALF),
        5: (0, HALF, -HALF, 2, -2),
        6: (QUARTER, -QUARTER, 3 * QUARTER, -3 * QUARTER, 2, -2),
        7: (0, 1, -1, HALF, -HALF, 2, -2),
    }.items()
}
"""By their number, the finite points that amplify roundings least, beside infinity.

Of all sets of 0, pairs of p and -p, and at most one further point, with p of 1, 1/2, 2, 1/4, 4, 3, 3/2 and 3/4:
binary numbers, so that only weights meet a constant that rounds. A test searches anew.
"""

MOST_PRODUCTS = max(POINTS) + 1
"""Products of an axis: m + r - 1 at most."""


@dataclass(frozen=True)
class AxisTransforms:
    """F(m, r): m outputs of a correlation with r weights, from m + r - 1 products.

    Attributes:
        outputs: m.
        weights: r.
        points: where polynomials are evaluated; after them comes infinity.
    """

    outputs: int
    weights: int
    points: tuple[Fraction, ...]

    @property
    def products(self) -> int:
        """m + r - 1."""
        return self.outputs + self.weights - 1

    @cached_property
    def A(self) -> sympy.ImmutableMatrix:
        """Values of a polynomial of m coefficients; Aᵀ gives the outputs."""
        return _values(self.points, self.outputs)

    @cached_property
    def G(self) -> sympy.ImmutableMatrix:
        """Values of a polynomial of r coefficients, each divided by what Bᵀ was multiplied by."""
        return sympy.ImmutableMatrix(
            sympy.diag(*(1 / each for each in self._scales)) * _values(self.points, self.weights)
        )

    @cached_property
    def B(self) -> sympy.ImmutableMatrix:
        """The interpolation, its columns multiplied so that they are monic: Bᵀ transforms the data."""
        inverse = _values(self.points, self.products).inv()
        return sympy.ImmutableMatrix(inverse * sympy.diag(*self._scales))

    @property
    def _scales(self) -> list[sympy.Rational]:
        """For each point the product of its distances from the others; 1 for infinity."""
        points = list(map(_rational, self.points))
        return [sympy.Mul(*(point - other for other in points if other != point)) for point in points] + [
            sympy.Integer(1)
        ]

    @cached_property
    def results(self) -> Program:
        """Aᵀ as straight-line code."""
        return straight_line(_fractions(self.A.T))

    @cached_property
    def kernel(self) -> Program:
        """G as straight-line code."""
        return straight_line(_fractions(self.G))

    @cached_property
    def data(self) -> Program:
        """Bᵀ as straight-line code."""
        return straight_line(_fractions(self.B.T))

    def transformed(self, d: sympy.Matrix, g: sympy.Matrix) -> sympy.Matrix:
        """Aᵀ [(G g) ⊙ (Bᵀ d)].

        Args:
            d: m + r - 1 entries.
            g: r entries.
        """
        return self.A.T * sympy.matrix_multiply_elementwise(self.G * g, self.B.T * d)

    @cached_property
    def difference(self) -> sympy.ImmutableMatrix:
        """What the transforms give less the correlation, multiplied out: polynomials in the entries of d and g."""
        d = sympy.Matrix(sympy.symbols(f"d_:{self.products}"))
        g = sympy.Matrix(sympy.symbols(f"g_:{self.weights}"))
        correlation = sympy.Matrix(
            [sum(d[i + k] * g[k] for k in range(self.weights)) for i in range(self.outputs)]
        )
        return sympy.ImmutableMatrix((self.transformed(d, g) - correlation).expand())

    @cached_property
    def magnitudes(self) -> tuple[tuple[tuple[Fraction, ...], ...], ...]:
        """For output i, weight k and data j: the magnitudes multiplied on all ways through the programs."""
        results, kernel, data = (each.magnitudes for each in (self.results, self.kernel, self.data))
        every = range(self.products)
        return tuple(
            tuple(
                tuple(sum((row[x] * kernel[x][k] * data[x][j] for x in every), Fraction(0)) for j in every)
                for k in range(self.weights)
            )
            for row in results
        )


@dataclass(frozen=True)
class Winograd:
    """F(m x ..., r x ...): a tile of outputs from fewer products, exactly where nothing rounds.

    Attributes:
        axes: the transforms of each axis.
    """

    axes: tuple[AxisTransforms, ...]

    @property
    def A(self) -> sympy.ImmutableMatrix:
        """products x outputs: Aᵀ gives the outputs of a tile, counted with the last axis fastest."""
        return _tensor([axis.A for axis in self.axes])

    @property
    def G(self) -> sympy.ImmutableMatrix:
        """products x weights."""
        return _tensor([axis.G for axis in self.axes])

    @property
    def B(self) -> sympy.ImmutableMatrix:
        """products x products: Bᵀ transforms the data of a tile."""
        return _tensor([axis.B for axis in self.axes])

    @property
    def products(self) -> int:
        """Multiplications of a tile."""
        return prod(axis.products for axis in self.axes)

    @property
    def outputs(self) -> int:
        """Entries of a tile."""
        return prod(axis.outputs for axis in self.axes)

    @property
    def gain(self) -> Fraction:
        """How many times as many products the definition takes."""
        return Fraction(self.outputs * prod(axis.weights for axis in self.axes), self.products)

    @property
    def holds(self) -> bool:
        """Whether Aᵀ [(G g) ⊙ (Bᵀ d)] is the correlation of d and g, as polynomials in their entries.

        Both sides are tensor products of bilinear maps of single axes, and equal where those of each axis are.
        """
        return all(axis.difference.is_zero_matrix for axis in self.axes)

    def __bool__(self) -> bool:
        return self.holds

    def roundings(self, channels: int, *, bias: bool = False) -> int:
        """The most roundings on a way from an entry to an output whose products are summed over channels."""
        through = sum(
            program.roundings for axis in self.axes for program in (axis.results, axis.kernel, axis.data)
        )
        return through + channels + bias

    @property
    def per_product(self) -> Fraction:
        """The largest magnitude with which an output's sums contain ``|d_j| |g_k|``, before anything cancels."""
        return prod(
            (max(each for row in axis.magnitudes for line in row for each in line) for axis in self.axes),
            start=Fraction(1),
        )

    @property
    def per_weight(self) -> Fraction:
        """The same for ``max|d| |g_k|``: the largest sum over j."""
        return prod(
            (max(sum(line, Fraction(0)) for row in axis.magnitudes for line in row) for axis in self.axes),
            start=Fraction(1),
        )

    def relative_bound(self, channels: int, dtype: str = "float32", *, bias: bool = False) -> Fraction:
        """The error of an output as a share of ``max|X|`` times the sum of ``|K|``, both over what its tile meets.

        With n roundings on the longest way, n u / (1 - n u) of the magnitudes on all ways (Higham, Accuracy and
        Stability of Numerical Algorithms, 3.1), underflow apart.

        Args:
            channels: that are summed.
            dtype: of the arithmetic.
            bias: whether one is added, whose magnitude then counts too.
        """
        return self.share(channels, dtype, bias=bias) * self.per_weight

    def share(self, channels: int, dtype: str = "float32", *, bias: bool = False) -> Fraction:
        """n u / (1 - n u) with n the roundings on the longest way."""
        unit = Fraction(2) ** {"float32": -24, "float64": -53}[dtype]
        lost = self.roundings(channels, bias=bias) * unit
        return lost / (1 - lost)

    def __str__(self) -> str:
        tile = "x".join(str(axis.outputs) for axis in self.axes)
        kernel = "x".join(str(axis.weights) for axis in self.axes)
        return f"F({tile}, {kernel})"

    def text(self) -> str:
        """The matrices of each axis, the proof, the operations and the amplification of roundings."""
        lines = [
            f"{self}: {self.products} products for {self.outputs} outputs, {_decimal(self.gain)} times fewer"
        ]
        for axis in dict.fromkeys(self.axes):
            lines += ["", f"F({axis.outputs}, {axis.weights}) at the points {_listed(axis.points)}", ""]
            for name, matrix in (("Aᵀ", axis.A.T), ("G", axis.G), ("Bᵀ", axis.B.T)):
                lines += [f"{name} =", *_rows(matrix), ""]
            zero = "0" if axis.difference.is_zero_matrix else str(list(axis.difference))
            lines += [f"Aᵀ [(G g) ⊙ (Bᵀ d)] - correlation, multiplied out = {zero}"]
            for name, program in (("Bᵀ d", axis.data), ("G g", axis.kernel), ("Aᵀ y", axis.results)):
                lines.append(
                    f"{name}: {program.multiplications} multiplications, {program.additions} additions"
                )
        lines += [
            "",
            f"Each of the roundings on a way adds at most {_decimal(self.per_weight)} u max|d| sum|g|;",
            f"the longest way has {self.roundings(0)} of them and one for every channel that is summed.",
        ]
        return "\n".join(lines) + "\n"


def winograd(tile: int | Sequence[int], kernel_size: int | Sequence[int]) -> Winograd:
    """F(m x ..., r x ...) for a tile of outputs and a kernel size, one number an axis, or one for one axis.

    Args:
        tile: outputs along every axis.
        kernel_size: weights along every axis.

    Returns:
        Matrices A, G and B in SymPy's rationals, the proof that they compute the correlation (`holds`, and
        each axis's `difference`), straight-line code and a bound on the error.

    Raises:
        PlanError: sizes below 1, of different rank, or with more products along an axis than there are points for.
    """
    tiles, sizes = ((each,) if isinstance(each, int) else tuple(each) for each in (tile, kernel_size))
    if len(tiles) != len(sizes) or not tiles:
        raise PlanError(
            f"a tile of {len(tiles)} axes and a kernel of {len(sizes)}: {tile!r} and {kernel_size!r}"
        )
    return Winograd(tuple(map(axis_transforms, tiles, sizes)))


@lru_cache(maxsize=64)
def axis_transforms(outputs: int, weights: int) -> AxisTransforms:
    """F(m, r) at the points that amplify roundings least.

    Raises:
        PlanError: a size below 1, or more products than there are points for.
    """
    if outputs < 1 or weights < 1:
        raise PlanError(f"F({outputs}, {weights}): a tile and a kernel have at least one entry")
    count = outputs + weights - 1
    if min(outputs, weights) == 1:
        # A single weight or output takes as many products as the definition: nothing is evaluated.
        if count > MOST_PRODUCTS:
            raise PlanError(
                f"F({outputs}, {weights}) takes {count} products; at most {MOST_PRODUCTS} are made"
            )
    elif count > MOST_PRODUCTS:
        raise PlanError(
            f"F({outputs}, {weights}) takes {count} products, {outputs} + {weights} - 1; beyond {MOST_PRODUCTS} "
            "roundings grow too far"
        )
    return AxisTransforms(outputs, weights, POINTS[count - 1])


def _values(points: Sequence[Fraction], count: int) -> sympy.ImmutableMatrix:
    """The values at all points, and at infinity the leading coefficient, of a polynomial of so many coefficients."""
    rows = [[_rational(point) ** power for power in range(count)] for point in points]
    return sympy.ImmutableMatrix([*rows, [0] * (count - 1) + [1]])


def _rational(number: Fraction) -> sympy.Rational:
    return sympy.Rational(number.numerator, number.denominator)


def _fractions(matrix: sympy.Matrix) -> Matrix:
    return tuple(
        tuple(Fraction(int(each.p), int(each.q)) for each in matrix.row(row)) for row in range(matrix.rows)
    )


def _tensor(matrices: Sequence[sympy.Matrix]) -> sympy.ImmutableMatrix:
    return sympy.ImmutableMatrix(sympy.kronecker_product(*matrices))


def _listed(points: Sequence[Fraction]) -> str:
    return ", ".join([*map(str, points), "infinity"])


def _rows(matrix: sympy.Matrix) -> list[str]:
    cells = [[str(each) for each in matrix.row(row)] for row in range(matrix.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "    [" + "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) + "]"
        for row in cells
    ]


def _decimal(number: Fraction) -> str:
    return f"{float(number):.4g}"
