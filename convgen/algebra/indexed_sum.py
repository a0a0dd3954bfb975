"""IndexedSum: a sum of products of array entries over a set of integer points.

    out[i] = coefficient * sum over the bound indices of  A[a(i, m)] * B[b(i, m)] * ...

restricted to points where every equality is 0 and every guard is at least 0. Sizes, guards and accesses
are polynomials, so that one sum stands for a layer of every size, and for a concrete layer once numbers
are put in. A formula is a tuple of such sums, added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from convgen.algebra.polynomial import Polynomial, PolynomialLike


@dataclass(frozen=True)
class Index:
    """An index variable that runs through 0 <= name < size."""

    name: str
    size: Polynomial


@dataclass(frozen=True)
class Access:
    """One factor: an array and the expression for each of its named axes, in canonical order."""

    array: str
    indices: tuple[Polynomial, ...]


@dataclass(frozen=True)
class IndexedSum:
    """One term of a formula.

    Attributes:
        output: the free indices, one per axis of the result, in canonical order.
        bound: the indices summed over.
        equalities: expressions that must be 0.
        guards: expressions that must be at least 0; they carry the zero-extension of every access.
        factors: the entries multiplied.
        coefficient: an exact rational.
    """

    output: tuple[Index, ...]
    bound: tuple[Index, ...]
    factors: tuple[Access, ...]
    guards: tuple[Polynomial, ...] = ()
    equalities: tuple[Polynomial, ...] = ()
    coefficient: Fraction = Fraction(1)

    def substitute(self, values: Mapping[str, PolynomialLike]) -> IndexedSum:
        """Put numbers (or other names) in for sizes and parameters; indices keep their names."""

        def put(polynomials: tuple[Polynomial, ...]) -> tuple[Polynomial, ...]:
            return tuple(polynomial.substitute(values) for polynomial in polynomials)

        def resize(indices: tuple[Index, ...]) -> tuple[Index, ...]:
            return tuple(Index(index.name, index.size.substitute(values)) for index in indices)

        return replace(
            self,
            output=resize(self.output),
            bound=resize(self.bound),
            factors=tuple(Access(factor.array, put(factor.indices)) for factor in self.factors),
            guards=put(self.guards),
            equalities=put(self.equalities),
        )


def inside(index: Polynomial, size: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The two guards for 0 <= index < size."""
    return index, size - 1 - index
