"""Why one inequality follows from others: it is a sum of them, and of products of them, each taken at least 0 times.

Whoever multiplies the sum out sees that it is so. Where no such sum is found nothing is said; in particular
nothing is said to be false.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from convgen.algebra.polynomial import ONE, Monomial, Polynomial
from convgen.errors import ConvgenError

STEPS = 400
"""After so many exchanges a search for a certificate is given up."""


@dataclass(frozen=True)
class Certificate:
    """A polynomial as a sum of others that are at least 0.

    Attributes:
        summands: (times, factors): a positive rational and what is multiplied, each at least 0.
    """

    summands: tuple[tuple[Fraction, tuple[Polynomial, ...]], ...]

    @property
    def is_single(self) -> bool:
        """Whether it is one of the others itself."""
        return len(self.summands) == 1 and self.summands[0][0] == 1 and len(self.summands[0][1]) == 1

    def written(self, names: Mapping[Polynomial, Polynomial]) -> Certificate:
        """The same with other, equal expressions for its factors."""
        return Certificate(
            tuple(
                (times, tuple(names.get(each, each) for each in factors)) for times, factors in self.summands
            )
        )

    def __str__(self) -> str:
        return " + ".join(_product(times, factors) for times, factors in self.summands) or "0"


def _product(times: Fraction, factors: tuple[Polynomial, ...]) -> str:
    shown = [str(times)] * (times != 1 or not factors)
    shown += [str(each) if len(each.terms) == 1 else f"({each})" for each in factors]
    return "*".join(shown)


def certificate(
    target: Polynomial, hypotheses: Sequence[Polynomial], multipliers: Sequence[Polynomial] = ()
) -> Certificate | None:
    """A sum that shows a polynomial to be at least 0, where one is found.

    Args:
        target: the polynomial.
        hypotheses: polynomials that are at least 0.
        multipliers: those of them that any other may be multiplied by.

    Raises:
        ConvgenError: the sum found is another polynomial, which would be a fault of this package.
    """
    single = [*dict.fromkeys(each for each in hypotheses if each.names)]
    products = [(one, other) for one in multipliers for other in single]
    columns: list[tuple[Polynomial, ...]] = [(), *((each,) for each in single), *products]
    values = [_multiplied(factors) for factors in columns]
    solution = _solved(target, values)
    if solution is None:
        return None
    found = Certificate(
        tuple((times, factors) for times, factors in zip(solution, columns, strict=True) if times)
    )
    scale = math.lcm(*(times.denominator for times, _ in found.summands), 1)
    total = Polynomial()
    for times, factors in found.summands:
        total += _multiplied(factors) * int(times * scale)
    if total != target * scale or any(times < 0 for times, _ in found.summands):
        raise ConvgenError(f"{found} is not {target}")
    return found


def _multiplied(factors: tuple[Polynomial, ...]) -> Polynomial:
    result = ONE
    for each in factors:
        result *= each
    return result


def _solved(target: Polynomial, columns: Sequence[Polynomial]) -> list[Fraction] | None:
    """Numbers of at least 0 by which the columns add up to the target: the first phase of the simplex method.

    Exact, with Bland's rule, so that it ends.
    """
    rows: dict[Monomial, int] = {}
    for each in (target, *columns):
        for monomial, _ in each.terms:
            rows.setdefault(monomial, len(rows))
    width = len(columns)
    wanted = _entries(target, rows)
    signs = [-1 if number < 0 else 1 for number in wanted]
    table = [[Fraction(0)] * (width + 1) for _ in rows]
    for position, each in enumerate(columns):
        for row, number in enumerate(_entries(each, rows)):
            table[row][position] = Fraction(number * signs[row])
    for row, number in enumerate(wanted):
        table[row][width] = Fraction(abs(number))
    basis = [width + row for row in range(len(rows))]  # a variable of its own for each row, to be driven out
    cost = [sum((line[position] for line in table), Fraction(0)) for position in range(width + 1)]
    for _ in range(STEPS):
        if cost[width] == 0:
            solution = [Fraction(0)] * width
            for line, position in zip(table, basis, strict=True):
                if position < width:
                    solution[position] = line[width]
            return solution
        entering = next((position for position in range(width) if cost[position] > 0), None)
        leaving = None if entering is None else _leaving(table, basis, entering)
        if entering is None or leaving is None:
            return None
        _exchange(table, cost, leaving, entering)
        basis[leaving] = entering
    return None


def _entries(polynomial: Polynomial, rows: dict[Monomial, int]) -> list[int]:
    numbers = [0] * len(rows)
    for monomial, coefficient in polynomial.terms:
        numbers[rows[monomial]] = coefficient
    return numbers


def _leaving(table: list[list[Fraction]], basis: list[int], entering: int) -> int | None:
    ratios = [
        (line[-1] / line[entering], basis[row], row) for row, line in enumerate(table) if line[entering] > 0
    ]
    return min(ratios)[2] if ratios else None


def _exchange(table: list[list[Fraction]], cost: list[Fraction], leaving: int, entering: int) -> None:
    pivot = table[leaving]
    by = pivot[entering]
    support = [position for position, number in enumerate(pivot) if number]
    for position in support:
        pivot[position] /= by
    for line in _others(table, cost, leaving):
        times = line[entering]
        if times:
            for position in support:
                line[position] -= times * pivot[position]


def _others(table: list[list[Fraction]], cost: list[Fraction], leaving: int) -> Iterator[list[Fraction]]:
    yield cost
    for row, line in enumerate(table):
        if row != leaving:
            yield line
