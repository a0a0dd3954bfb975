"""Coefficients that are fractions: numerators and denominators as arrays of 64-bit integers, always exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from convgen.errors import BudgetError

Integers = npt.NDArray[np.int64]

Rational = int | Fraction
"""A coefficient: an int wherever it is whole."""

LARGEST = 2.0**62
"""What a product of 64-bit integers stays below, estimated in doubles."""


def rational(value: Fraction) -> Rational:
    """The int that a fraction equals, where there is one."""
    return int(value) if value.denominator == 1 else value


def parts(value: Rational) -> tuple[int, int]:
    """Numerator and denominator."""
    return value.numerator, value.denominator


def times(*factors: Integers) -> Integers:
    """A product, refused where 64 bits might not hold it.

    Raises:
        BudgetError: they might not.
    """
    result, estimate = factors[0], np.abs(factors[0].astype(np.float64))
    for factor in factors[1:]:
        result, estimate = result * factor, estimate * np.abs(factor.astype(np.float64))
    if len(estimate) and float(estimate.max()) >= LARGEST:
        raise BudgetError("coefficients that 64 bits do not hold: choose a smaller shape")
    return result


def summed(numerators: Integers, denominators: Integers, starts: Integers) -> tuple[Integers, Integers]:
    """The sums of the runs of fractions that begin at `starts`, in lowest terms.

    Raises:
        BudgetError: 64 bits might not hold one.
    """
    if np.all(denominators == 1):
        return np.add.reduceat(numerators, starts), np.ones(len(starts), np.int64)
    common = np.lcm.reduceat(denominators, starts)
    lengths = np.diff(np.append(starts, len(numerators)))
    scaled = times(numerators, np.repeat(common, lengths) // denominators)
    magnitude = np.add.reduceat(np.abs(scaled).astype(np.float64), starts)
    if float(magnitude.max()) >= LARGEST or float(np.abs(common).max()) >= LARGEST:
        raise BudgetError("coefficients that 64 bits do not hold: choose a smaller shape")
    total = np.add.reduceat(scaled, starts)
    shared = np.gcd(total, common)
    return total // shared, common // shared
