"""Sums over taps as integer sets, for every size at once.

With stride and dilation given as numbers, every guard, equality and access of an `IndexedSum` is affine in
the indices and the sizes, so the set of its taps

    { [output indices, indices of each factor] : there are bound indices such that ... }

is one that the integer set library decides about exactly, whatever the sizes. Two formulas whose terms meet
the same points, each through one witness, are equal for every size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from convgen.algebra.indexed_sum import Access, Index, IndexedSum
from convgen.algebra.polynomial import Polynomial

if TYPE_CHECKING:
    import islpy

CHANNEL_PARAMETERS = ("B", "G", "C", "F")
AXIS_PARAMETERS = ("H", "M", "Ho", "Pb", "Pa", "r")
"""The names that stay symbolic on an axis once stride and dilation are numbers."""


@dataclass(frozen=True)
class Family:
    """All layers of a rank with given strides and dilations: every size, channel count and padding.

    Attributes:
        stride: S on each axis.
        dilation: D on each axis.
        conditions: further affine conditions on the parameters, each at least 0.
    """

    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    conditions: tuple[Polynomial, ...] = ()

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.stride)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Every symbolic size and amount."""
        return CHANNEL_PARAMETERS + tuple(f"{name}{d}" for d in range(self.rank) for name in AXIS_PARAMETERS)

    def axis_values(self, d: int) -> dict[str, Polynomial]:
        """What a formula's S, D, E, H, ... mean on an axis."""
        values = {name: Polynomial.of(f"{name}{d}") for name in AXIS_PARAMETERS}
        values |= {"S": Polynomial.of(self.stride[d]), "D": Polynomial.of(self.dilation[d])}
        values["E"] = self.dilation[d] * (values["M"] - 1) + 1
        return values

    @cached_property
    def values(self) -> dict[str, Polynomial]:
        """The same for the definition's names: S0, D0, E0, ..."""
        return {f"{name}{d}": value for d in range(self.rank) for name, value in self.axis_values(d).items()}

    @cached_property
    def context(self) -> tuple[tuple[Polynomial, ...], tuple[Polynomial, ...]]:
        """What makes the parameters a layer: (expressions at least 0, expressions equal to 0).

        H + Pb + Pa - E = S (Ho - 1) + r with 0 ≤ r < S says at once what Ho and r are, without a quotient.
        """
        guards = [Polynomial.of(name) - 1 for name in CHANNEL_PARAMETERS]
        equalities = []
        for d in range(self.rank):
            axis = self.axis_values(d)
            guards += [axis[name] - 1 for name in ("H", "M", "Ho")]
            guards += [axis["Pb"], axis["Pa"], axis["r"], axis["S"] - 1 - axis["r"]]
            covered = axis["S"] * (axis["Ho"] - 1) + axis["r"]
            equalities.append(axis["H"] + axis["Pb"] + axis["Pa"] - axis["E"] - covered)
        return tuple(guards) + self.conditions, tuple(equalities)

    def parameter_set(self) -> islpy.Set:
        """The layers of the family, as a set of parameter values."""
        guards, equalities = self.context
        return parse_set(self.parameters, (), guards, equalities)

    def where(self, *conditions: Polynomial) -> Family:
        """The layers of the family that meet further conditions."""
        return Family(self.stride, self.dilation, self.conditions + conditions)


def parse_set(
    parameters: Sequence[str],
    dimensions: Sequence[str],
    guards: Iterable[Polynomial],
    equalities: Iterable[Polynomial],
    hidden: Sequence[str] = (),
) -> islpy.Set:
    """The set { [dimensions] : there are hidden with every guard ≥ 0 and every equality = 0 }."""
    import islpy

    return islpy.Set(_text(parameters, f"[{', '.join(dimensions)}]", guards, equalities, hidden))


def _text(
    parameters: Sequence[str],
    point: str,
    guards: Iterable[Polynomial],
    equalities: Iterable[Polynomial],
    hidden: Sequence[str],
) -> str:
    conditions = [f"{guard} >= 0" for guard in guards] + [f"{equality} = 0" for equality in equalities]
    body = " and ".join(conditions) or "true"
    if hidden:
        body = f"exists ({', '.join(hidden)} : {body})"
    return f"[{', '.join(parameters)}] -> {{ {point} : {body} }}"


@dataclass(frozen=True)
class TapSet:
    """The points of one term of a formula, for every layer of a family.

    Attributes:
        family: the layers.
        term: the sum, with the family's stride and dilation put in.
    """

    family: Family
    term: IndexedSum

    @cached_property
    def factors(self) -> tuple[str, ...]:
        """The arrays multiplied, sorted; the order in which their indices follow the output's."""
        return tuple(sorted(factor.array for factor in self.term.factors))

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """One name per index of the output and of every factor, by array and axis."""
        names = [f"out_{position}" for position in range(len(self.term.output))]
        for factor in self._sorted_factors:
            names += [f"{factor.array}_{position}" for position in range(len(factor.indices))]
        return tuple(names)

    @property
    def _sorted_factors(self) -> list[Access]:
        return sorted(self.term.factors, key=lambda factor: factor.array)

    @cached_property
    def _conditions(self) -> tuple[list[Polynomial], list[Polynomial]]:
        term = self.term
        guards, equalities = [*term.guards], [*term.equalities]
        for index in term.output + term.bound:
            guards += _range(index)
        values = [Polynomial.of(index.name) for index in term.output]
        values += [position for factor in self._sorted_factors for position in factor.indices]
        equalities += [
            Polynomial.of(dimension) - value for dimension, value in zip(self.dimensions, values, strict=True)
        ]
        context_guards, context_equalities = self.family.context
        return [*guards, *context_guards], [*equalities, *context_equalities]

    @cached_property
    def points(self) -> islpy.Set:
        """{ [output indices, factor indices] }."""
        guards, equalities = self._conditions
        hidden = [index.name for index in self.term.output + self.term.bound]
        return parse_set(self.family.parameters, self.dimensions, guards, equalities, hidden)

    def has_one_witness(self) -> bool:
        """Whether every point comes from one choice of the bound indices."""
        import islpy

        guards, equalities = self._conditions
        bound = [index.name for index in self.term.bound]
        point = f"[{', '.join(self.dimensions)}] -> [{', '.join(bound)}]"
        hidden = [index.name for index in self.term.output]
        return islpy.Map(_text(self.family.parameters, point, guards, equalities, hidden)).is_single_valued()


def _range(index: Index) -> tuple[Polynomial, Polynomial]:
    return Polynomial.of(index.name), index.size - 1 - Polynomial.of(index.name)
