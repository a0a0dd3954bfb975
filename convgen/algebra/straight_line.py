"""A matrix of rationals as straight-line code: what its rows share is computed once.

Two rows that are equal but for signs, as those of the points p and -p, are the sum and the difference of the
same two parts; two columns that are so are added and subtracted first, once for all rows. A factor of a whole
row is multiplied last, so that it is rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

Row = tuple[Fraction, ...]
Matrix = tuple[Row, ...]
Terms = tuple[tuple[Fraction, int], ...]


@dataclass(frozen=True)
class Step:
    """A new value: scale · (sum of coefficient · value).

    Attributes:
        terms: coefficients and values, in order; the first coefficient is 1 where any is.
        scale: multiplied last.
    """

    terms: Terms
    scale: Fraction = Fraction(1)

    @property
    def multiplications(self) -> int:
        """By anything but 1; a term of coefficient -1 is subtracted, where it is not the first."""
        first, *rest = (coefficient for coefficient, _ in self.terms)
        return (first != 1) + sum(abs(coefficient) != 1 for coefficient in rest) + (self.scale != 1)

    @property
    def additions(self) -> int:
        """Additions and subtractions."""
        return len(self.terms) - 1


@dataclass(frozen=True)
class Program:
    """Values in order: those of a vector, and then one for each step.

    Attributes:
        inputs: entries of the vector.
        steps: in order.
        outputs: the value of every row of the matrix; None for a row of zeros.
    """

    inputs: int
    steps: tuple[Step, ...]
    outputs: tuple[int | None, ...]

    @property
    def multiplications(self) -> int:
        """Of all steps."""
        return sum(step.multiplications for step in self.steps)

    @property
    def additions(self) -> int:
        """Of all steps."""
        return sum(step.additions for step in self.steps)

    @property
    def matrix(self) -> Matrix:
        """The matrix that the steps multiply by."""
        return self._executed(lambda coefficient: coefficient)

    @property
    def magnitudes(self) -> Matrix:
        """The same with every coefficient's magnitude, so that nothing cancels.

        An entry is the sum over all ways from a value to a result of the magnitudes multiplied on it: what
        the roundings on these ways are a share of.
        """
        return self._executed(abs)

    @property
    def roundings(self) -> int:
        """The most roundings on a way from a value to a result, of constants included.

        A product by a power of two is exact, and so is a constant that is a fraction of one.
        """
        counts = [0] * self.inputs
        for step in self.steps:
            longest = max(counts[value] + _roundings(factor) for factor, value in step.terms)
            counts.append(longest + step.additions + _roundings(step.scale))
        return max((counts[value] for value in self.outputs if value is not None), default=0)

    def _executed(self, factor: Callable[[Fraction], Fraction]) -> Matrix:
        zero, one = Fraction(0), Fraction(1)
        values = [
            tuple(one if row == column else zero for column in range(self.inputs))
            for row in range(self.inputs)
        ]
        for step in self.steps:
            total = [zero] * self.inputs
            for coefficient, value in step.terms:
                total = [t + factor(coefficient) * v for t, v in zip(total, values[value], strict=True)]
            values.append(tuple(factor(step.scale) * each for each in total))
        none = (zero,) * self.inputs
        return tuple(none if value is None else values[value] for value in self.outputs)


def is_dyadic(number: Fraction) -> bool:
    """Whether binary numbers hold a number of few digits without rounding."""
    return number.denominator & (number.denominator - 1) == 0


def _roundings(factor: Fraction) -> int:
    """Roundings of a product by a constant: of the product, and of the constant."""
    odd = abs(factor.numerator)
    while odd and odd % 2 == 0:
        odd //= 2
    if not is_dyadic(factor):
        return 2
    return 0 if odd == 1 else 1


def straight_line(matrix: Sequence[Sequence[Fraction]]) -> Program:
    """Straight-line code for the product of a matrix and a vector."""
    return _Sharing(tuple(tuple(map(Fraction, row)) for row in matrix)).program()


class _Sharing:
    """Finds what rows share."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix, self.inputs = matrix, len(matrix[0])
        self.steps: list[Step] = []
        self.known: dict[Step, int] = {}

    def program(self) -> Program:
        rows = [dict(self._sums(row)) for row in self._paired_columns()]
        outputs: list[int | None] = [None] * len(rows)
        for row, (scale, terms) in enumerate(map(_scaled, rows)):
            if outputs[row] is not None or not terms:
                continue
            other = self._partner(row, rows, outputs)
            if other is None:
                outputs[row] = self._value(terms, scale)
                continue
            twin_scale, twin = _scaled(rows[other])
            same = {value: c for value, c in terms.items() if twin[value] == c}
            rest = {value: c for value, c in terms.items() if twin[value] == -c}
            common = _leading(rest)
            parts = self._value(same), self._value({value: c / common for value, c in rest.items()})
            outputs[row] = self._value({parts[0]: Fraction(1), parts[1]: common}, scale)
            outputs[other] = self._value({parts[0]: Fraction(1), parts[1]: -common}, twin_scale)
        return Program(self.inputs, tuple(self.steps), tuple(outputs))

    def _paired_columns(self) -> list[list[tuple[int, Fraction]]]:
        """Every row as coefficients of values, columns that are equal but for signs added and subtracted."""
        columns = list(zip(*self.matrix, strict=True))
        found: list[list[tuple[int, Fraction]]] = [[] for _ in self.matrix]
        paired: set[int] = set()
        for column, entries in enumerate(columns):
            if column in paired:
                continue
            twin = next(
                (
                    other
                    for other in range(column + 1, self.inputs)
                    if other not in paired and self._pays(entries, columns[other])
                ),
                None,
            )
            if twin is None:
                for row, entry in zip(found, entries, strict=True):
                    row.append((column, entry))
                continue
            paired |= {column, twin}
            one = Fraction(1)
            total, difference = (self._value({column: one, twin: sign}) for sign in (one, -one))
            for row, entry, other in zip(found, entries, columns[twin], strict=True):
                row.append((total if entry == other else difference, entry))
        return found

    @staticmethod
    def _pays(first: Sequence[Fraction], second: Sequence[Fraction]) -> bool:
        """Whether two columns differ in signs alone, and enough rows meet them."""
        pairs = [(a, b) for a, b in zip(first, second, strict=True) if a or b]
        signs = {a == b for a, b in pairs}
        return all(abs(a) == abs(b) for a, b in pairs) and len(signs) == 2 and len(pairs) > 2

    @staticmethod
    def _sums(row: Iterable[tuple[int, Fraction]]) -> Iterable[tuple[int, Fraction]]:
        return ((value, entry) for value, entry in row if entry)

    @staticmethod
    def _partner(row: int, rows: Sequence[dict[int, Fraction]], outputs: Sequence[int | None]) -> int | None:
        """A later row that is the same but for the signs of some, not all, values."""
        _, terms = _scaled(rows[row])
        for other in range(row + 1, len(rows)):
            _, twin = _scaled(rows[other])
            if outputs[other] is not None or twin.keys() != terms.keys():
                continue
            signs = {twin[value] == c for value, c in terms.items() if abs(twin[value]) == abs(c)}
            if all(abs(twin[value]) == abs(c) for value, c in terms.items()) and len(signs) == 2:
                return other
        return None

    def _value(self, terms: dict[int, Fraction], scale: Fraction = Fraction(1)) -> int:
        """The value of a sum; a single one of coefficient 1 is itself."""
        ordered = sorted(
            terms.items(), key=lambda item: item[1] != 1
        )  # a sum starts from a copy where it can
        if len(ordered) == 1 and ordered[0][1] * scale == 1:
            return ordered[0][0]
        step = Step(tuple((c, value) for value, c in ordered), scale)
        if step not in self.known:
            self.known[step] = self.inputs + len(self.steps)
            self.steps.append(step)
        return self.known[step]


def _leading(terms: dict[int, Fraction]) -> Fraction:
    """The coefficient of the last value."""
    return terms[max(terms)]


def _scaled(terms: dict[int, Fraction]) -> tuple[Fraction, dict[int, Fraction]]:
    """A row as a factor and what it multiplies: binary numbers whose last is positive.

    Nothing is taken out of numbers that are binary already.
    """
    if not terms or all(map(is_dyadic, terms.values())):
        return Fraction(1), terms
    denominator = lcm(*(each.denominator for each in terms.values()))
    numerator = reduce(gcd, (int(each * denominator) for each in terms.values()))
    factor = Fraction(numerator, denominator)
    factor *= -1 if _leading(terms) < 0 else 1
    return factor, {value: c / factor for value, c in terms.items()}
