"""Values as numbers of the prime field of 2^61 - 1 elements: what is compared where polynomials are too many.

Every entry of an array that is read has a random value. Two polynomials of degree d that differ, by less
than the prime in each coefficient, have the same value with a probability of at most d / (2^61 - 1)
(Schwartz and Zippel).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from convgen.validation.faults import Fault
from convgen.validation.store import Growing, Integers

PRIME = 2**61 - 1
DEGREE = 2
"""Of every output of a convolution: the largest degree that is let through."""

Elements = npt.NDArray[np.uint64]

_LOW = np.uint64(0xFFFFFFFF)
_P = np.uint64(PRIME)


def reduced(values: Elements) -> Elements:
    """Any 64-bit numbers modulo the prime."""
    values = (values & _P) + (values >> np.uint64(61))
    return np.where(values >= _P, values - _P, values)


def times(left: Elements, right: Elements) -> Elements:
    """Products modulo the prime, of reduced numbers."""
    a, b = left >> np.uint64(32), left & _LOW
    c, d = right >> np.uint64(32), right & _LOW
    high, low = a * c, b * d  # below 2^58 and 2^64
    middle = a * d + b * c  # below 2^62
    # left·right = high·2^64 + middle·2^32 + low, and 2^61 = 1.
    carried = (middle >> np.uint64(29)) + ((middle & np.uint64(2**29 - 1)) << np.uint64(32))
    return reduced(reduced(high << np.uint64(3)) + reduced(carried) + reduced(low))


def summed(values: Elements, starts: Integers) -> Elements:
    """Sums modulo the prime of the runs that begin at `starts`; a run has at most 2^31 numbers."""
    low = np.add.reduceat(values & _LOW, starts)
    high = reduced(np.add.reduceat(values >> np.uint64(32), starts))
    return reduced(times(high, np.broadcast_to(np.uint64(2**32), high.shape)) + reduced(low))


def random_elements(count: int, seed: int) -> Elements:
    """Numbers below the prime, the same for the same seed."""
    return np.random.default_rng(seed).integers(0, PRIME, count, dtype=np.uint64)


class FieldStore:
    """Values as field elements, at one random point.

    Attributes:
        products: how many products of two entries have been added up.
    """

    def __init__(self, point: Elements) -> None:
        self.products = 0
        self._values = Growing(np.concatenate([np.array([0, 1], np.uint64), point]))
        degrees = np.ones(len(point) + 2, np.int64)
        degrees[:2] = 0
        self._degrees = Growing(degrees)

    def rows(
        self,
        count: int,
        row: Integers,
        coefficient: Integers,
        left: Integers,
        right: Integers,
        denominator: Integers | None = None,
    ) -> int:
        """Multiply and add up."""
        known, degree = self._values.values, self._degrees.values
        each = degree[left] + degree[right]
        if np.any(each > DEGREE):
            raise Fault(0, "a product of more than two entries")
        self.products += int(np.count_nonzero((degree[left] > 0) & (degree[right] > 0)))
        product = times(known[left], known[right])
        if np.any(coefficient != 1):
            product = times(product, np.mod(coefficient, PRIME).astype(np.uint64))
        if denominator is not None:
            every, which = np.unique(denominator, return_inverse=True)
            inverses = np.array([pow(int(each), -1, PRIME) for each in every], np.uint64)
            product = times(product, inverses[which])
        values, degrees = np.zeros(count, np.uint64), np.zeros(count, np.int64)
        if len(row):
            order = np.argsort(row, kind="stable")
            row = row[order]
            starts = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
            values[row[starts]] = summed(product[order], starts)
            degrees[row[starts]] = np.maximum.reduceat(each[order], starts)
        number = len(known)
        self._values.append(values)
        self._degrees.append(degrees)
        return number

    def values(self, ids: Integers) -> Elements:
        """The numbers of many values."""
        found: Elements = self._values.values[ids]
        return found
