"""Index expressions in text: ``S*i+m-P``, ``K_H-1-m``, ``x+(a-1)/2``.

Letters are the indices of the formula; any other name is a size or a parameter, in the words of the
notation or in ours, with the number of its axis (S0) or with that of the place in which it stands (S).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convgen.algebra.amounts import PARAMETERS, AmountText
from convgen.algebra.formula_text import start_of, subtrees
from convgen.algebra.index_form import Frame
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import Polynomial

if TYPE_CHECKING:
    from lark import Token, Tree

CHANNEL_SIZES = ("B", "G", "C", "F")
"""The sizes of the batch, of the groups, and of the channels within a group."""


class IndexText(AmountText):
    """A formula's text whose index expressions can be read.

    Attributes:
        frame: what the formula is about.
        notation: whose letters it is written in.
        letters: what each index letter stands for at the moment.
        axis: the spatial axis of the expression being read, where it has one.
        layers: what the formula turned out to take for granted.
    """

    def __init__(self, text: str, frame: Frame, notation: Notation) -> None:
        super().__init__(text)
        self.frame = frame
        self.notation = notation
        self.letters: dict[str, Polynomial] = {}
        self.axis: int | None = None
        self.layers: dict[str, Polynomial] = {}

    def amount(self, syntax: Tree[Token]) -> Polynomial:
        """An index expression: letters, sizes and parameters, integers, with + - * and exact division.

        Raises:
            ClaimError: a name that nothing binds, a division that leaves a remainder.
        """
        if syntax.data == "name":
            return self._named(str(syntax.children[0]), syntax)
        if syntax.data == "divide":
            dividend, divisor = subtrees(syntax)
            number = self.amount(divisor).constant
            amount = self.amount(dividend)
            if not number or any(coefficient % number for _, coefficient in amount.terms):
                written = self.text[syntax.meta.start_pos : syntax.meta.end_pos]
                raise self.error(f"{written} is not a whole number in every case", start_of(syntax))
            return Polynomial(tuple((monomial, each // number) for monomial, each in amount.terms))
        return super().amount(syntax)

    def _named(self, name: str, syntax: Tree[Token]) -> Polynomial:
        if name in self.letters:
            return self.letters[name]
        meant = self._meanings(name)
        if not meant:
            raise self.error(
                f"{name!r} is bound by no sum and is no index of the target; sizes are {', '.join(PARAMETERS)}, "
                "each of its own axis, or of one by its number: M0, M1",
                start_of(syntax),
            )
        here = [each for each in meant if each.endswith(str(self.axis))] or meant
        values = {self._value(each, syntax) for each in here}
        if len(values) > 1:
            raise self.error(f"{name} of which axis? It is {' or '.join(here)}", start_of(syntax))
        return values.pop()

    def is_known(self, name: str) -> bool:
        """Whether a name can be read as a size or parameter."""
        return bool(self._meanings(name))

    def _meanings(self, name: str) -> list[str]:
        """What a size or parameter may be called in the definition; P0 is the equal padding of an axis."""
        axes = [str(d) for d in range(self.frame.rank)]
        known = [*CHANNEL_SIZES, *(f"{parameter}{d}" for parameter in PARAMETERS for d in axes)]
        own = [each for each, word in self.notation.parameters.items() if word == name and each in known]
        if own:
            return [each.replace("Pb", "P") for each in own]
        return [each for each in known if each == name or (name in PARAMETERS and each[:-1] == name)]

    def _value(self, name: str, syntax: Tree[Token]) -> Polynomial:
        return self._padding(name[-1], syntax) if name[:-1] == "P" else self.frame.value(name)

    def _padding(self, axis: str, syntax: Tree[Token]) -> Polynomial:
        before, after = (self.frame.value(f"{side}{axis}") for side in ("Pb", "Pa"))
        if before == after:
            return before
        if before.is_constant and after.is_constant:
            raise self.error(
                f"P is equal padding, but here it is {before} before and {after} after", start_of(syntax)
            )
        equal = Polynomial.of(f"P{axis}")
        self.layers |= {f"Pb{axis}": equal, f"Pa{axis}": equal}
        return equal


def names_in(syntax: Tree[Token]) -> list[str]:
    """The names in an index expression, in order of first appearance."""
    return list(dict.fromkeys(str(each.children[0]) for each in syntax.find_data("name")))
