"""Polynomials as sorted integer arrays: exact comparison of hundreds of thousands of products at once.

A polynomial here maps (target element, one element of each factor) to an integer coefficient; the points
of one combination of factors, such as K·dO, are coded as single integers, sorted and added up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from convgen.algebra.enumeration import enumerate_points, flat_positions
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.errors import BudgetError, ClaimError

Integers = npt.NDArray[np.int64]
Factors = tuple[str, ...]
"""The arrays multiplied, by name, sorted."""


@dataclass(frozen=True)
class Monomials:
    """A polynomial for every element of a target array.

    Attributes:
        sizes: the number of elements of the target ("") and of every array.
        terms: for each combination of factors the sorted codes and their non-zero coefficients.
    """

    sizes: Mapping[str, int]
    terms: Mapping[Factors, tuple[Integers, Integers]]

    def first_difference(self, other: Monomials) -> int | None:
        """The first target element on which two polynomials differ; None where they are equal."""
        targets = []
        for factors in set(self.terms) | set(other.terms):
            ours, theirs = self._coded(factors), other._coded(factors)
            if np.array_equal(ours[0], theirs[0]) and np.array_equal(ours[1], theirs[1]):
                continue
            codes, coefficients = _collected(np.append(ours[0], theirs[0]), np.append(ours[1], -theirs[1]))
            if len(coefficients):
                targets.append(int(codes[0]) // math.prod(self.sizes[name] for name in factors))
        return min(targets, default=None)

    def of_target(self, target: int) -> dict[tuple[tuple[str, int], ...], int]:
        """The polynomial of one target element: coefficient by ((array, element), ...)."""
        polynomial = {}
        for factors, (codes, coefficients) in self.terms.items():
            span = math.prod(self.sizes[name] for name in factors)
            part = slice(*np.searchsorted(codes, (target * span, (target + 1) * span)))
            for code, coefficient in zip(codes[part].tolist(), coefficients[part].tolist(), strict=True):
                polynomial[self._decoded(factors, code % span)] = coefficient
        return polynomial

    def __len__(self) -> int:
        return sum(len(codes) for codes, _ in self.terms.values())

    def _coded(self, factors: Factors) -> tuple[Integers, Integers]:
        empty = np.zeros(0, dtype=np.int64)
        return self.terms.get(factors, (empty, empty))

    def _decoded(self, factors: Factors, code: int) -> tuple[tuple[str, int], ...]:
        elements = []
        for name in reversed(factors):
            code, element = divmod(code, self.sizes[name])
            elements.append((name, element))
        return tuple(reversed(elements))


def from_products(
    sizes: Mapping[str, int], products: Sequence[tuple[Integers, Mapping[str, Integers], int]]
) -> Monomials:
    """Collect products: (target elements, elements of each factor, coefficient).

    Raises:
        BudgetError: the elements are too many to be coded in 63 bits.
    """
    collected: dict[Factors, list[tuple[Integers, Integers]]] = {}
    for targets, elements, coefficient in products:
        factors = tuple(sorted(elements))
        if math.prod(sizes[name] for name in ("", *factors)) >= 2**63:
            raise BudgetError(
                f"arrays of {dict(sizes)} elements are too large to be compared product by product"
            )
        codes = targets.astype(np.int64)
        for name in factors:
            codes = codes * sizes[name] + elements[name]
        collected.setdefault(factors, []).append((codes, np.full(len(codes), coefficient, dtype=np.int64)))
    terms = {
        factors: _collected(
            np.concatenate([codes for codes, _ in parts]),
            np.concatenate([coefficients for _, coefficients in parts]),
        )
        for factors, parts in collected.items()
    }
    return Monomials(sizes, terms)


def from_sums(
    sums: Sequence[IndexedSum], sizes: Mapping[str, int], strides: Mapping[str, Sequence[int]]
) -> Monomials:
    """The polynomial of a lowered formula.

    Args:
        sums: its terms, with numbers for all sizes.
        sizes: elements of the target ("") and of every array.
        strides: distance of neighbours along every named axis, of the target ("") and of every array.

    Raises:
        ClaimError: a coefficient that is no integer, or the same array twice in one product.
    """
    products = []
    for term in sums:
        names = [factor.array for factor in term.factors]
        if len(set(names)) < len(names) or term.coefficient.denominator != 1:
            raise ClaimError(
                f"products of {', '.join(names)} with coefficient {term.coefficient} are not compared here"
            )
        points = enumerate_points(term)
        count = len(next(iter(points.values())))
        targets = flat_positions(
            [Polynomial.of(index.name) for index in term.output], strides[""], points, count
        )
        elements = {
            factor.array: flat_positions(factor.indices, strides[factor.array], points, count)
            for factor in term.factors
        }
        products.append((targets, elements, int(term.coefficient)))
    return from_products(sizes, products)


def _collected(codes: Integers, coefficients: Integers) -> tuple[Integers, Integers]:
    """Sort codes, add the coefficients of equal ones, drop zeros."""
    order = np.argsort(codes, kind="stable")
    codes, coefficients = codes[order], coefficients[order]
    starts = (
        np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
        if len(codes)
        else np.zeros(0, dtype=np.int64)
    )
    totals = np.add.reduceat(coefficients, starts) if len(codes) else coefficients
    kept = totals != 0
    return codes[starts][kept], totals[kept]
