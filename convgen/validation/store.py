"""Values of a text's variables: exact polynomials in the entries of the arrays that it reads.

A value is a row, named by a number. Rows are made in batches from terms coefficient · row · row, and never
change. A polynomial is held as integers: the monomial X_a·K_b as one code, with the entries of every array
counted through from 1, and 0 for no entry.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from convgen.errors import BudgetError
from convgen.validation.faults import Fault
from convgen.validation.rationals import summed, times

Integers = npt.NDArray[np.int64]

ZERO, ONE, FIRST_ENTRY = 0, 1, 2
"""The rows that every store has: 0, 1, and then one for each entry of an array that is read."""

LARGEST_EXPANSION = 64_000_000
"""Monomials that one batch may multiply out to, about 5 GB."""

CODED = 2**63


class Store(Protocol):
    """Where values are made."""

    def rows(
        self,
        count: int,
        row: Integers,
        coefficient: Integers,
        left: Integers,
        right: Integers,
        denominator: Integers | None = None,
    ) -> int:
        """Make `count` values, each the sum of its terms coefficient · left · right; the first one's number.

        Args:
            count: how many values; one without terms is 0.
            row: for each term, which value it belongs to, from 0.
            coefficient: of each term.
            left: a row that exists.
            right: a row that exists.
            denominator: that each coefficient is divided by; None for 1.

        Raises:
            Fault: a product of more than two entries.
        """


class Growing:
    """An array that is appended to, without a copy each time."""

    def __init__(self, data: npt.NDArray[Any]) -> None:
        self._data, self._size = data, len(data)

    @property
    def values(self) -> npt.NDArray[Any]:
        """What is in it."""
        return self._data[: self._size]

    def append(self, data: npt.NDArray[Any]) -> None:
        """Add at the end."""
        size = self._size + len(data)
        if size > len(self._data):
            grown = np.empty(max(size, 2 * len(self._data)), self._data.dtype)
            grown[: self._size] = self.values
            self._data = grown
        self._data[self._size : size] = data
        self._size = size


class ExactStore:
    """Values as polynomials of degree two at most, with rational coefficients.

    Attributes:
        entries: how many entries there are, of all arrays that are read.
        products: how many products of two entries have been multiplied out.
    """

    def __init__(self, entries: int) -> None:
        self.entries = entries
        self.span = entries + 1
        self.products = 0
        # Row 0 is empty, row 1 holds code 0 with coefficient 1, row 2 + n the code n + 1.
        self._begin = Growing(np.append(0, np.arange(entries + 1)))
        self._end = Growing(np.arange(entries + 2))
        self._codes = Growing(np.arange(entries + 1, dtype=np.int64))
        self._coefficients = Growing(np.ones(entries + 1, dtype=np.int64))
        self._denominators = Growing(np.ones(entries + 1, dtype=np.int64))
        self._all_whole = True

    def rows(
        self,
        count: int,
        row: Integers,
        coefficient: Integers,
        left: Integers,
        right: Integers,
        denominator: Integers | None = None,
    ) -> int:
        """Multiply out, sort, add up."""
        row, term, left, right = self._expanded(row, left, right)
        codes, numbers = self._codes.values, self._coefficients.values
        first, second = codes[left], codes[right]
        low, high = np.minimum(first, second), np.maximum(first, second)
        if np.any((low > 0) & (high >= self.span)):
            raise Fault(0, "a product of more than two entries")
        self.products += int(np.count_nonzero(low))
        code = low * self.span + high
        if self._all_whole and denominator is None:
            total = coefficient[term] * numbers[left] * numbers[right]
            under = np.ones(len(total), np.int64)
        else:
            self._all_whole, below = False, self._denominators.values
            total = times(coefficient[term], numbers[left], numbers[right])
            under = times(below[left], below[right])
            under = under if denominator is None else times(under, denominator[term])
        span = self.span * self.span
        fits = count * span < CODED
        order = np.argsort(row * span + code, kind="stable") if fits else np.lexsort((code, row))
        row, code, total, under = row[order], code[order], total[order], under[order]
        if len(row):
            new = np.append(True, (row[1:] != row[:-1]) | (code[1:] != code[:-1]))
            starts = np.flatnonzero(new)
            total, under = summed(total, under, starts)
            kept = total != 0
            row, code, total, under = row[starts][kept], code[starts][kept], total[kept], under[kept]
        ends = np.cumsum(np.bincount(row, minlength=count)) + len(codes)
        number = len(self._begin.values)
        self._begin.append(np.append(len(codes), ends[:-1])[:count])
        self._end.append(ends[:count])
        self._codes.append(code)
        self._coefficients.append(total)
        self._denominators.append(under)
        return number

    def _expanded(
        self, row: Integers, left: Integers, right: Integers
    ) -> tuple[Integers, Integers, Integers, Integers]:
        """One term for each pair of monomials: row, number of the term it comes from, and two monomials."""
        begin, end = self._begin.values, self._end.values
        first, second = begin[left], begin[right]
        many, more = end[left] - first, end[right] - second
        pairs = many * more
        if np.all(pairs == 1):
            return row, np.arange(len(row)), first, second
        total = int(pairs.sum())
        if total > LARGEST_EXPANSION:
            raise BudgetError(
                f"the text multiplies out to {total:,} products at once, more than the limit of "
                f"{LARGEST_EXPANSION:,}: choose a smaller shape"
            )
        term = np.repeat(np.arange(len(row)), pairs)
        within = np.arange(total) - np.repeat(np.cumsum(pairs) - pairs, pairs)
        inner = more[term]
        return row[term], term, first[term] + within // inner, second[term] + within % inner

    def polynomials(self, ids: Integers) -> tuple[Integers, Integers, Integers, Integers]:
        """Of many values: which of them (its place in `ids`), and code, numerator and denominator of every monomial."""
        begin, end = self._begin.values[ids], self._end.values[ids]
        counts = end - begin
        owner = np.repeat(np.arange(len(ids)), counts)
        at = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + begin[owner]
        return owner, self._codes.values[at], self._coefficients.values[at], self._denominators.values[at]
