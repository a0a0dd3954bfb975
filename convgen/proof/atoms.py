"""The statements that a condition may be made of, each written once and read on numbers and on integer sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from convgen.algebra.axis_operators import floor_divide
from convgen.algebra.polynomial import Polynomial
from convgen.proof.relation import CHANNEL_PARAMETERS, Context, Family, Part, axes_of

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
        is_degenerate: whether nearly every rule holds where it is true, so that no condition is made of it.
    """

    name: str
    negated: str
    zero: Test = lambda values: ()  # noqa: ARG005
    at_least_zero: Test = lambda values: ()  # noqa: ARG005
    is_degenerate: bool = False

    def holds(self, values: Values) -> bool:
        """Whether it is true of numbers."""
        return not any(self.zero(values)) and min(self.at_least_zero(values), default=0) >= 0

    def layers(self, family: Family, part: Part, context: Context) -> islpy.Set:
        """The parameters of which it is true, within a context."""
        values = values_of(family, part)
        return context.layers(
            *map(Polynomial.of, self.at_least_zero(values)), equal=[*map(Polynomial.of, self.zero(values))]
        )

    def decided(self, family: Family, part: Part) -> bool | None:
        """Whether it is true, where stride and dilation alone say so; None where they do not."""
        values = values_of(family, part)
        zero, at_least_zero = (
            [*map(Polynomial.of, test(values))] for test in (self.zero, self.at_least_zero)
        )
        if any(each.constant != 0 for each in zero if each.is_constant):
            return False
        return None if any(not each.is_constant for each in zero + at_least_zero) else True


def values_of(family: Family, part: Part, point: Mapping[str, int] | None = None) -> dict[str, Any]:
    """What statements about a part may name.

    On one axis that axis' own S, M, ...; on several S0, M1, ..., and under "0", "1", ... all of an axis.

    Args:
        family: stride and dilation.
        part: what the statements are about.
        point: one layer's numbers; without them every value is a polynomial.
    """
    axes = axes_of(part)
    channels: dict[str, Any] = {}
    if None in part:
        channels = {
            name: Polynomial.of(name) if point is None else point[name] for name in CHANNEL_PARAMETERS
        }
    on_axis = [family.axis_values(d) if point is None else family.axis_numbers(d, point) for d in axes]
    if len(axes) == 1:
        return channels | on_axis[0]
    for d, values in zip(axes, on_axis, strict=True):
        channels |= {f"{name}{d}": each for name, each in values.items()} | {str(d): values}
    return channels


def _half(value: Any) -> Any:
    return floor_divide(value, Polynomial.of(2)) if isinstance(value, Polynomial) else value // 2


AXIS_ATOMS = (
    Atom("S = 1", "S > 1", zero=lambda v: (v["S"] - 1,)),
    Atom("D = 1", "D > 1", zero=lambda v: (v["D"] - 1,)),
    Atom("P = 0", "P > 0", zero=lambda v: (v["Pb"], v["Pa"])),
    Atom("M = 1", "M > 1", zero=lambda v: (v["M"] - 1,), is_degenerate=True),
    Atom("padding symmetric", "padding asymmetric", zero=lambda v: (v["Pb"] - v["Pa"],)),
    Atom("P = (E−1)/2", "P ≠ (E−1)/2", zero=lambda v: (2 * v["Pb"] - v["E"] + 1, 2 * v["Pa"] - v["E"] + 1)),
    Atom("P = E−1", "P ≠ E−1", zero=lambda v: (v["Pb"] - v["E"] + 1, v["Pa"] - v["E"] + 1)),
    Atom("P ≤ E−1", "P > E−1", at_least_zero=lambda v: (v["E"] - 1 - v["Pb"], v["E"] - 1 - v["Pa"])),
    Atom("r = 0", "r > 0", zero=lambda v: (v["r"],)),
    Atom("r < D", "r ≥ D", at_least_zero=lambda v: (v["D"] - 1 - v["r"],)),
    Atom("M odd", "M even", zero=lambda v: (v["M"] - 2 * _half(v["M"]) - 1,)),
)
CHANNEL_ATOMS = (
    Atom("N = 1", "N > 1", zero=lambda v: (v["B"] - 1,)),
    Atom("groups = 1", "groups > 1", zero=lambda v: (v["G"] - 1,)),
    Atom("C = 1", "C > 1", zero=lambda v: (v["C"] - 1,)),
    Atom("F = 1", "F > 1", zero=lambda v: (v["F"] - 1,)),
    Atom("C = F", "C ≠ F", zero=lambda v: (v["C"] - v["F"],)),
)
"""N is the batch; C and F are the channels of one group."""


def atoms_about(part: Part) -> tuple[Atom, ...]:
    """The statements that a condition on a part may be made of."""
    axes = axes_of(part)
    several = (*_ties(axes), *(_on_axis(atom, d) for atom in _COMMON for d in axes))
    spatial = several if len(axes) > 1 else AXIS_ATOMS if axes else ()
    return (*spatial, *(CHANNEL_ATOMS if None in part else ()))


_COMMON = tuple(
    atom
    for atom in AXIS_ATOMS
    if atom.name in ("S = 1", "D = 1", "P = 0", "M = 1", "padding symmetric", "r = 0")
)
"""What is also said of an axis among several; with more of it, a condition would take minutes to find."""


def _ties(axes: Sequence[int]) -> list[Atom]:
    """Which parameters are the same on neighbouring axes, such as M0 = M1 for a square kernel."""
    return [
        Atom(
            f"{name}{a} = {name}{b}",
            f"{name}{a} ≠ {name}{b}",
            zero=partial(lambda one, other, v: (v[one] - v[other],), f"{name}{a}", f"{name}{b}"),
        )
        for a, b in pairwise(axes)
        for name in ("S", "D", "M", "H")
    ]


def _on_axis(atom: Atom, d: int) -> Atom:
    """A statement about an axis, where others are spoken of too: S0 = 1."""

    def on_it(test: Test, values: Values) -> Sequence[Any]:
        return test(values[str(d)])

    name, negated = (
        numbered
        if (numbered := re.sub(r"\b([SDPMEr])\b", rf"\g<1>{d}", text)) != text
        else f"{text} on axis {d}"
        for text in (atom.name, atom.negated)
    )
    return Atom(
        name, negated, partial(on_it, atom.zero), partial(on_it, atom.at_least_zero), atom.is_degenerate
    )
