"""Sums over taps as integer sets, for every size at once, one independent part at a time.

With stride and dilation given as numbers, every guard, equality and access of an `IndexedSum` is affine in
the indices and the sizes, so the set of its taps

    { [output indices, indices of each factor] : there are bound indices such that ... }

is one that the integer set library decides about exactly. The indices of a convolution fall into parts that
no condition ties together: channels, and each spatial axis. The tap set is the product of its parts, so
that two formulas are compared part by part, and a stride on one axis never multiplies the work on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial

if TYPE_CHECKING:
    import islpy

CHANNEL_PARAMETERS = ("B", "G", "C", "F")
AXIS_PARAMETERS = ("H", "M", "Ho", "Pb", "Pa", "r")
"""The names that stay symbolic on an axis once stride and dilation are numbers."""
COUNTS = (*CHANNEL_PARAMETERS, "H", "M", "Ho")
"""Those that are at least 1."""
Part = frozenset[int | None]
"""What a part of a layer is about: the channels (None), or spatial axes by number."""


def axes_of(part: Part) -> list[int]:
    """The spatial axes of a part."""
    return sorted(axis for axis in part if axis is not None)


@dataclass(frozen=True)
class Family:
    """All layers of a rank with given strides and dilations: every size, channel count and padding.

    Attributes:
        stride: S on each axis.
        dilation: D on each axis.
    """

    stride: tuple[int, ...]
    dilation: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.stride)

    def axis_values(self, d: int) -> dict[str, Polynomial]:
        """What a formula's S, D, E, H, ... mean on an axis."""
        values = {name: Polynomial.of(f"{name}{d}") for name in AXIS_PARAMETERS}
        return self._with_steps(values, Polynomial.of(self.stride[d]), Polynomial.of(self.dilation[d]))

    def axis_numbers(self, d: int, point: Mapping[str, int]) -> dict[str, int]:
        """The same for one layer of the family, as numbers."""
        values = {name: point[f"{name}{d}"] for name in AXIS_PARAMETERS}
        return self._with_steps(values, self.stride[d], self.dilation[d])

    @staticmethod
    def _with_steps(values: dict[str, Any], stride: Any, dilation: Any) -> dict[str, Any]:
        return values | {"S": stride, "D": dilation, "E": dilation * (values["M"] - 1) + 1}

    @cached_property
    def values(self) -> dict[str, Polynomial]:
        """The same by the definition's names: S0, D0, E0, ..."""
        return {f"{name}{d}": value for d in range(self.rank) for name, value in self.axis_values(d).items()}

    def context(self, parts: Iterable[int | None]) -> Context:
        """What makes parameters those of a layer, for the channels (None) and for chosen axes.

        H + Pb + Pa - E = S (Ho - 1) + r with 0 ≤ r < S says at once what Ho and r are, without a quotient.
        """
        names: list[str] = []
        guards: list[Polynomial] = []
        equalities: list[Polynomial] = []
        for part in sorted(parts, key=lambda each: -1 if each is None else each):
            if part is None:
                names += CHANNEL_PARAMETERS
                guards += [Polynomial.of(name) - 1 for name in CHANNEL_PARAMETERS]
                continue
            axis = self.axis_values(part)
            names += [f"{name}{part}" for name in AXIS_PARAMETERS]
            guards += [axis[name] - 1 for name in AXIS_PARAMETERS if name in COUNTS]
            guards += [axis["Pb"], axis["Pa"], axis["r"], axis["S"] - 1 - axis["r"]]
            covered = axis["S"] * (axis["Ho"] - 1) + axis["r"]
            equalities.append(axis["H"] + axis["Pb"] + axis["Pa"] - axis["E"] - covered)
        return Context(tuple(names), tuple(guards), tuple(equalities))


@dataclass(frozen=True)
class Context:
    """Parameters and what holds of them.

    Attributes:
        names: the parameters.
        guards: expressions that are at least 0.
        equalities: expressions that are 0.
        clauses: further conditions in the library's own language.
    """

    names: tuple[str, ...]
    guards: tuple[Polynomial, ...]
    equalities: tuple[Polynomial, ...]
    clauses: tuple[str, ...] = ()

    @property
    def none(self) -> islpy.Set:
        """No parameter values at all."""
        from convgen.proof.integer_sets import islpy

        return islpy.Set(f"[{', '.join(self.names)}] -> {{ : false }}")

    def layers(self, *guards: Polynomial, equal: Sequence[Polynomial] = ()) -> islpy.Set:
        """The parameter values that also meet further conditions."""
        from convgen.proof.integer_sets import islpy

        return islpy.Set(self.text("", guards, equal))

    def layers_where_any(self, alternatives: Iterable[Polynomial]) -> islpy.Set:
        """The parameter values for which one of some expressions is at least 0."""
        from convgen.proof.integer_sets import islpy

        either = " or ".join(f"{each} >= 0" for each in alternatives)
        return islpy.Set(replace(self, clauses=(*self.clauses, f"({either})")).text(""))

    def text(
        self,
        point: str,
        guards: Iterable[Polynomial] = (),
        equalities: Iterable[Polynomial] = (),
        hidden: Sequence[str] = (),
    ) -> str:
        """The set { point : there are hidden with every guard ≥ 0 and every equality = 0 }, as the library reads it."""
        conditions = [f"{guard} >= 0" for guard in (*self.guards, *guards)]
        conditions += [f"{equality} = 0" for equality in (*self.equalities, *equalities)]
        body = " and ".join([*conditions, *self.clauses]) or "true"
        if hidden:
            body = f"exists ({', '.join(hidden)} : {body})"
        return f"[{', '.join(self.names)}] -> {{ {point} : {body} }}"


@dataclass(frozen=True)
class System:
    """One term as conditions between its indices and its dimensions.

    Attributes:
        dimensions: a name for each output index and each index of each factor, factors sorted by array.
        indices: the output and bound indices.
        bound: the bound ones.
        guards: expressions at least 0, ranges included.
        equalities: expressions equal to 0, the dimensions' values included.
    """

    dimensions: tuple[str, ...]
    indices: frozenset[str]
    bound: frozenset[str]
    guards: tuple[Polynomial, ...]
    equalities: tuple[Polynomial, ...]

    @classmethod
    def of(cls, term: IndexedSum) -> System:
        """The conditions of a term."""
        positions = [Polynomial.of(index.name) for index in term.output]
        names = [f"out_{number}" for number in range(len(positions))]
        for factor in sorted(term.factors, key=lambda each: each.array):
            names += [f"{factor.array}_{number}" for number in range(len(factor.indices))]
            positions += factor.indices
        guards = [*term.guards]
        for index in term.output + term.bound:
            guards += [Polynomial.of(index.name), index.size - 1 - Polynomial.of(index.name)]
        values = [Polynomial.of(name) - position for name, position in zip(names, positions, strict=True)]
        indices = frozenset(index.name for index in term.output + term.bound)
        bound = frozenset(index.name for index in term.bound)
        return cls(tuple(names), indices, bound, tuple(guards), (*term.equalities, *values))

    @cached_property
    def variables(self) -> frozenset[str]:
        """Indices and dimensions: whatever is no parameter."""
        return self.indices | frozenset(self.dimensions)

    @cached_property
    def conditions(self) -> tuple[Polynomial, ...]:
        """Guards and equalities."""
        return self.guards + self.equalities

    def ties(self) -> list[frozenset[str]]:
        """The variables of each condition that has any."""
        conditions = (condition.names & self.variables for condition in self.conditions)
        return [names for names in conditions if names]

    def restricted(self, variables: frozenset[str], about: Part | None = None) -> System:
        """The conditions among some variables alone.

        Args:
            variables: the dimensions and indices kept.
            about: the part of a layer concerned; of the conditions on parameters alone those about other
                parts are left out.
        """

        def kept(conditions: tuple[Polynomial, ...]) -> tuple[Polynomial, ...]:
            return tuple(
                each
                for each in conditions
                if (mine := each.names & self.variables) <= variables
                and (mine or about is None or not parameter_parts(each.names).isdisjoint(about))
            )

        dimensions = tuple(name for name in self.dimensions if name in variables)
        return System(
            dimensions,
            self.indices & variables,
            self.bound & variables,
            kept(self.guards),
            kept(self.equalities),
        )

    def points(self, context: Context) -> islpy.Set:
        """{ [dimensions] } for all parameters of a context."""
        from convgen.proof.integer_sets import islpy

        point = f"[{', '.join(self.dimensions)}]"
        return islpy.Set(context.text(point, self.guards, self.equalities, sorted(self.indices)))

    def witnesses(self, context: Context) -> islpy.Map:
        """{ [dimensions] -> [bound indices] }: how each point comes about."""
        from convgen.proof.integer_sets import islpy

        point = f"[{', '.join(self.dimensions)}] -> [{', '.join(sorted(self.bound))}]"
        hidden = sorted(self.indices - self.bound)
        return islpy.Map(context.text(point, self.guards, self.equalities, hidden))


def split(*systems: System) -> list[tuple[System, ...]]:
    """Systems over the same dimensions, cut into parts that no condition of any of them ties together.

    A part may have indices and no dimension: what is summed without any effect counts products all the same.
    """
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    # Indices of different systems are different variables even where they have the same name.
    own = [{name: f"{number}:{name}" for name in system.indices} for number, system in enumerate(systems)]
    for system, local in zip(systems, own, strict=True):
        for tied in system.ties():
            first, *rest = (local.get(name, name) for name in sorted(tied))
            for other in rest:
                leader[find(other)] = find(first)
    every = [*systems[0].dimensions, *(name for local in own for name in sorted(local.values()))]
    found = []
    for chosen in dict.fromkeys(map(find, every)):
        variables = [
            frozenset(name for name in system.variables if find(local.get(name, name)) == chosen)
            for system, local in zip(systems, own, strict=True)
        ]
        about = parameter_parts(
            name
            for system, mine in zip(systems, variables, strict=True)
            for condition in system.conditions
            if condition.names & mine
            for name in condition.names
        )
        found.append((about, variables))
    covered = frozenset[int | None]().union(*(about for about, _ in found))
    # A condition on parameters alone belongs to the parts that it is about; one about none of them, to all.
    return [
        tuple(
            system.restricted(mine, about) if _is_covered(system, covered) else system.restricted(mine)
            for system, mine in zip(systems, variables, strict=True)
        )
        for about, variables in found
    ]


def _is_covered(system: System, parts: Part) -> bool:
    """Whether every condition on parameters alone is about some of the parts."""
    alone = (each for each in system.conditions if each.names.isdisjoint(system.variables))
    return all(not parameter_parts(each.names).isdisjoint(parts) for each in alone)


def parameter_parts(names: Iterable[str]) -> frozenset[int | None]:
    """Which parts of a layer parameters speak of: the channels (None), or the axes by number.

    A quotient's name holds the names in it: floor((H0 - M0)/2).
    """
    found: set[int | None] = set()
    for name in names:
        for word in _words(name):
            if word in CHANNEL_PARAMETERS:
                found.add(None)
            elif word.rstrip("0123456789") in (*AXIS_PARAMETERS, "S", "D", "E") and word[-1].isdigit():
                found.add(int(word[len(word.rstrip("0123456789")) :]))
    return frozenset(found)


def _words(name: str) -> list[str]:
    return "".join(character if character.isalnum() else " " for character in name).split()
