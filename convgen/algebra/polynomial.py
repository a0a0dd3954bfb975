"""Integer polynomials in named quantities: sizes, amounts and indices.

One type serves them all. An index expression such as ``S*i + D*m - Pb`` is a polynomial of degree two
while stride and dilation have names, and affine as soon as they have numbers, which is when integer sets
and enumeration can take it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

Monomial = tuple[str, ...]
"""The names multiplied, sorted, a name repeated for a power; empty for the constant."""


@dataclass(frozen=True)
class Polynomial:
    """A polynomial with integer coefficients; equal polynomials compare and hash equal.

    Attributes:
        terms: monomials with their non-zero coefficients, in the order in which they print.
    """

    terms: tuple[tuple[Monomial, int], ...] = ()

    @classmethod
    def of(cls, value: PolynomialLike) -> Polynomial:
        """A polynomial from an integer or a name; a polynomial is returned as it is."""
        if isinstance(value, Polynomial):
            return value
        if isinstance(value, str):
            return cls((((value,), 1),))
        return cls((((), value),)) if value else cls()

    @classmethod
    def _collect(cls, terms: Mapping[Monomial, int]) -> Polynomial:
        # Names first, constant last; longer monomials lead, so that S*i + D*m - Pb - 1 reads as written.
        kept = [term for term in terms.items() if term[1]]
        if len(kept) > 1:
            kept.sort(key=lambda term: (-len(term[0]), term[1] < 0, term[0]))
        return cls(tuple(kept))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that occurs."""
        return frozenset(name for monomial, _ in self.terms for name in monomial)

    @property
    def constant(self) -> int:
        """The coefficient of the empty monomial."""
        return dict(self.terms).get((), 0)

    @property
    def is_constant(self) -> bool:
        """Whether no name occurs."""
        return not self.names

    @property
    def is_affine(self) -> bool:
        """Whether every monomial has at most one name."""
        return all(len(monomial) <= 1 for monomial, _ in self.terms)

    def coefficient(self, name: str) -> int:
        """The coefficient of a name on its own."""
        return dict(self.terms).get((name,), 0)

    def substitute(self, values: Mapping[str, PolynomialLike]) -> Polynomial:
        """Replace names; names without a value stay."""
        if self.names.isdisjoint(values):
            return self
        terms: dict[Monomial, int] = {}
        for monomial, coefficient in self.terms:
            product = Polynomial(((tuple(name for name in monomial if name not in values), coefficient),))
            for name in monomial:
                if name in values:
                    product *= Polynomial.of(values[name])
            for each, number in product.terms:
                terms[each] = terms.get(each, 0) + number
        return Polynomial._collect(terms)

    def value(self) -> int:
        """The number, where no name is left.

        Raises:
            ValueError: a name is left.
        """
        if self.names:
            raise ValueError(f"{self} still has the names {', '.join(sorted(self.names))}")
        return self.constant

    def __add__(self, other: PolynomialLike) -> Polynomial:
        return self._plus(Polynomial.of(other), 1)

    def __neg__(self) -> Polynomial:
        return self._scaled(-1)

    def __sub__(self, other: PolynomialLike) -> Polynomial:
        return self._plus(Polynomial.of(other), -1)

    def _plus(self, other: Polynomial, sign: int) -> Polynomial:
        terms = dict(self.terms)
        for monomial, coefficient in other.terms:
            terms[monomial] = terms.get(monomial, 0) + sign * coefficient
        return Polynomial._collect(terms)

    def __mul__(self, other: PolynomialLike) -> Polynomial:
        factor = Polynomial.of(other)
        if not factor.names:
            return self._scaled(factor.constant)
        terms: dict[Monomial, int] = {}
        for left, a in self.terms:
            for right, b in factor.terms:
                monomial = tuple(sorted(left + right))
                terms[monomial] = terms.get(monomial, 0) + a * b
        return Polynomial._collect(terms)

    def _scaled(self, factor: int) -> Polynomial:
        return Polynomial._collect({monomial: factor * coefficient for monomial, coefficient in self.terms})

    def __radd__(self, other: PolynomialLike) -> Polynomial:
        return self + other

    def __rsub__(self, other: PolynomialLike) -> Polynomial:
        return -self + other

    def __rmul__(self, other: PolynomialLike) -> Polynomial:
        return self * other

    def __str__(self) -> str:
        return format_terms(self.terms, "*")


PolynomialLike = Polynomial | int | str

ZERO = Polynomial()
ONE = Polynomial((((), 1),))


def format_terms(terms: Iterable[tuple[Monomial, int]], times: str) -> str:
    """Terms as ``S*i + D*m - 1``, with the given sign for a product; an empty sum is 0."""
    text = ""
    for monomial, coefficient in terms:
        size = abs(coefficient)
        product = times.join(([str(size)] if size != 1 or not monomial else []) + list(monomial))
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {product}" if text else f"{'-' if coefficient < 0 else ''}{product}"
    return text or "0"
