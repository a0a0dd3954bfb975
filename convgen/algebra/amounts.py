"""Numbers and amounts in the text of a formula: 1/2, E-1-Pb, (1, 0).

They are bounded, so that no formula asks for arithmetic that arrays of 64-bit integers cannot do.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from convgen.algebra.formula_text import FormulaText, quoted, subtrees
from convgen.algebra.polynomial import Polynomial

if TYPE_CHECKING:
    from lark import Token, Tree

PARAMETERS = ("S", "P", "Pb", "Pa", "D", "E", "M", "H", "Ho", "r")
"""The amounts that a formula may name, each with its axis' own value; P is Pb where both sides agree."""

SIDES = ("before", "after")
"""The amounts of an operator that acts on both ends of an axis."""

NUMBER_LIMIT = 2**31
"""Numbers, and products of numbers, are smaller than this."""
DEGREE_LIMIT = 3
"""At most this many parameters are multiplied in one amount."""


class AmountText(FormulaText):
    """A formula's text whose numbers and amounts can be read."""

    def rational(self, syntax: Tree[Token]) -> Fraction | None:
        """The number that a piece of syntax writes, such as 2, -1/2 or 3*4; None for anything else.

        Raises:
            ClaimError: the number is beyond the limit.
        """
        if syntax.data == "number":
            return Fraction(self._integer(syntax))
        if syntax.data not in ("negative", "times", "divide"):
            return None
        values = [self.rational(child) for child in subtrees(syntax)]
        numbers = [value for value in values if value is not None]
        if len(numbers) < len(values):
            return None
        if syntax.data == "negative":
            return -numbers[0]
        left, right = numbers
        if syntax.data == "times":
            return self.limited(left * right, syntax)
        return self.limited(left / right, syntax) if right else None

    def limited(self, number: Fraction, syntax: Tree[Token]) -> Fraction:
        """The number itself.

        Raises:
            ClaimError: it is beyond the limit.
        """
        if max(abs(number.numerator), number.denominator) >= NUMBER_LIMIT:
            raise self._too_large(syntax)
        return number

    def amount(self, syntax: Tree[Token]) -> Polynomial:
        """An amount: integers and parameters, with + - and *.

        Raises:
            ClaimError: a name that is no parameter, another operation, or a number or degree too large.
        """
        if syntax.data == "number":
            return Polynomial.of(self._integer(syntax))
        if syntax.data == "name":
            name = str(syntax.children[0])
            if name not in PARAMETERS:
                raise self.error(
                    f"{quoted(name)} is no amount; amounts are {', '.join(PARAMETERS)}", syntax.meta.start_pos
                )
            return Polynomial.of(name)
        if syntax.data == "negative":
            return -self.amount(subtrees(syntax)[0])
        if str(syntax.data) in _COMBINED:
            left, right = (self.amount(child) for child in subtrees(syntax))
            return self._bounded(_COMBINED[str(syntax.data)](left, right), syntax)
        raise self.error(
            "an amount is needed here: integers and parameters, with + - and *", syntax.meta.start_pos
        )

    def amount_tuple(self, syntax: Tree[Token], words: Sequence[str]) -> tuple[Polynomial, ...]:
        """The amounts of one axis: a tuple where the operator has several, or one for both sides.

        Raises:
            ClaimError: another number of amounts than there are words.
        """
        if len(words) == 1 and syntax.data != "tuple":
            return (self.amount(syntax),)
        if tuple(words) == SIDES and syntax.data != "tuple":
            return (self.amount(syntax),) * 2
        if syntax.data != "tuple" or len(syntax.children) != len(words):
            raise self.error(f"({', '.join(words)}) is needed here", syntax.meta.start_pos)
        return tuple(self.amount(child) for child in subtrees(syntax))

    def _integer(self, syntax: Tree[Token]) -> int:
        digits = str(syntax.children[0])
        if len(digits.lstrip("0")) > len(str(NUMBER_LIMIT)):  # int() itself refuses thousands of digits
            raise self._too_large(syntax)
        return self.limited(Fraction(int(digits)), syntax).numerator

    def _bounded(self, amount: Polynomial, syntax: Tree[Token]) -> Polynomial:
        for monomial, coefficient in amount.terms:
            self.limited(Fraction(coefficient), syntax)
            if len(monomial) > DEGREE_LIMIT:
                raise self.error(
                    f"at most {DEGREE_LIMIT} parameters may be multiplied", syntax.meta.start_pos
                )
        return amount

    def _too_large(self, syntax: Tree[Token]) -> Exception:
        return self.error(f"numbers must be smaller than {NUMBER_LIMIT:,}", syntax.meta.start_pos)


_COMBINED = {"add": Polynomial.__add__, "subtract": Polynomial.__sub__, "times": Polynomial.__mul__}
