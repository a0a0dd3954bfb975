"""The statements that a condition may be made of, each written once and read on numbers and on integer sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convgen.algebra.axis_operators import floor_divide
from convgen.algebra.polynomial import Polynomial
from convgen.proof.relation import Context, Family

if TYPE_CHECKING:
    import islpy

Values = Mapping[str, Any]
"""Parameters by name: numbers, or polynomials in an axis' own names."""
Test = Callable[[Values], Sequence[Any]]


@dataclass(frozen=True)
class Atom:
    """One statement about an axis, or about the channels.

    Attributes:
        name: as reports write it.
        negated: as reports write its contrary.
        zero: expressions that are 0 where it is true.
        at_least_zero: expressions that are at least 0 where it is true.
        about: ``"axis"`` or ``"channels"``.
    """

    name: str
    negated: str
    zero: Test = lambda values: ()  # noqa: ARG005
    at_least_zero: Test = lambda values: ()  # noqa: ARG005
    about: str = "axis"

    def holds(self, values: Values) -> bool:
        """Whether it is true of numbers."""
        return all(each == 0 for each in self.zero(values)) and all(
            each >= 0 for each in self.at_least_zero(values)
        )

    def layers(self, family: Family, axis: int | None, context: Context) -> islpy.Set:
        """The parameters of which it is true, within a context."""
        values: Values = (
            {name: Polynomial.of(name) for name in context.names}
            if axis is None
            else family.axis_values(axis)
        )
        return context.layers(
            *map(Polynomial.of, self.at_least_zero(values)), equal=[*map(Polynomial.of, self.zero(values))]
        )


def _half(value: Any) -> Any:
    return floor_divide(value, Polynomial.of(2)) if isinstance(value, Polynomial) else value // 2


AXIS_ATOMS = (
    Atom("S = 1", "S > 1", zero=lambda v: (v["S"] - 1,)),
    Atom("D = 1", "D > 1", zero=lambda v: (v["D"] - 1,)),
    Atom("P = 0", "P > 0", zero=lambda v: (v["Pb"], v["Pa"])),
    Atom("M = 1", "M > 1", zero=lambda v: (v["M"] - 1,)),
    Atom("padding symmetric", "padding asymmetric", zero=lambda v: (v["Pb"] - v["Pa"],)),
    Atom("P = (E−1)/2", "P ≠ (E−1)/2", zero=lambda v: (2 * v["Pb"] - v["E"] + 1, 2 * v["Pa"] - v["E"] + 1)),
    Atom("P = E−1", "P ≠ E−1", zero=lambda v: (v["Pb"] - v["E"] + 1, v["Pa"] - v["E"] + 1)),
    Atom("P ≤ E−1", "P > E−1", at_least_zero=lambda v: (v["E"] - 1 - v["Pb"], v["E"] - 1 - v["Pa"])),
    Atom("r = 0", "r > 0", zero=lambda v: (v["r"],)),
    Atom("r < D", "r ≥ D", at_least_zero=lambda v: (v["D"] - 1 - v["r"],)),
    Atom("M odd", "M even", zero=lambda v: (v["M"] - 2 * _half(v["M"]) - 1,)),
)
CHANNEL_ATOMS = (
    Atom("N = 1", "N > 1", zero=lambda v: (v["B"] - 1,), about="channels"),
    Atom("groups = 1", "groups > 1", zero=lambda v: (v["G"] - 1,), about="channels"),
    Atom("C = 1", "C > 1", zero=lambda v: (v["C"] - 1,), about="channels"),
    Atom("F = 1", "F > 1", zero=lambda v: (v["F"] - 1,), about="channels"),
    Atom("C = F", "C ≠ F", zero=lambda v: (v["C"] - v["F"],), about="channels"),
)
"""N is the batch; C and F are the channels of one group."""
