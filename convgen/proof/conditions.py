"""What a condition on layers is, a Boolean combination of the statements of `atoms`, and what is known of a part.

A condition is held against numbers one layer at a time, or against integer sets for all layers of a family.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from convgen.algebra.polynomial import Polynomial
from convgen.proof.atoms import Atom, Values, values_of
from convgen.proof.families import Compared, Examiner
from convgen.proof.relation import Context, Family, Part

if TYPE_CHECKING:
    import islpy

Literal = tuple[Atom, bool]
"""A statement, asserted or denied."""
SMALL = {"H": 6, "M": 4, "Pb": 4, "Pa": 4, "B": 3, "G": 3, "C": 3, "F": 3}
SMALL_TOGETHER = {"H": 4, "M": 3, "Pb": 2, "Pa": 2, "B": 2, "G": 2, "C": 3, "F": 3}
"""Parameters of the small layers stay below these, on one axis and on several at once; stride and dilation
are those of their family."""


def small(part: Part) -> Mapping[str, int]:
    """How small the layers are that suggest a condition on a part."""
    return SMALL if len(part) == 1 else SMALL_TOGETHER


def suggesting(examined: Sequence[Examined]) -> Sequence[Examined]:
    """The families of smallest stride and dilation, which suggest a condition; all of them prove it."""
    return examined[: 9 if len(examined[0].part) == 1 else 16]


@dataclass(frozen=True)
class Condition:
    """An or of ands of statements and their contraries.

    Attributes:
        alternatives: each some literals that hold together; no alternative is "never", an empty one "always".
    """

    alternatives: tuple[tuple[Literal, ...], ...]

    @property
    def is_always(self) -> bool:
        """Whether nothing is demanded."""
        return () in self.alternatives

    @property
    def is_never(self) -> bool:
        """Whether nothing fulfils it."""
        return not self.alternatives

    def __str__(self) -> str:
        if self.is_never:
            return "never"
        if self.is_always:
            return "always"
        # What all alternatives demand stands in front: S = 1 and (D = 1 or M = 1).
        common = [
            literal for literal in self.alternatives[0] if all(literal in each for each in self.alternatives)
        ]
        rests = [[literal for literal in each if literal not in common] for each in self.alternatives]
        texts = [" and ".join(map(literal_text, rest)) for rest in rests if rest]
        either = " or ".join(f"({text})" if len(texts) > 1 and " and " in text else text for text in texts)
        front = [*map(literal_text, common)]
        return " and ".join(
            [*front, f"({either})" if front and len(texts) > 1 else either] if either else front
        )

    @property
    def without_degenerate(self) -> Condition:
        """Without layers of a single kernel entry alone: they make no condition, they are sporadic."""
        kept = [
            each
            for each in self.alternatives
            if not any(atom.is_degenerate and asserted for atom, asserted in each)
        ]
        return Condition(tuple(kept))

    def holds(self, values: Values) -> bool:
        """Whether numbers fulfil it."""
        return any(
            all(atom.holds(values) == asserted for atom, asserted in each) for each in self.alternatives
        )

    def layers(self, examined: Examined) -> islpy.Set:
        """The parameters that fulfil it."""
        result = examined.context.none
        for alternative in self.possible(examined):
            met = examined.context.layers()
            for atom, asserted in alternative:
                layers = examined.where(atom)
                met = met.intersect(layers) if asserted else met.subtract(layers)
            result = result.union(met)
        return result

    def faulty(self, examined: Examined) -> islpy.Set:
        """The parameters that fulfil it and on which the claim is false all the same."""
        return self.layers(examined).intersect(examined.faults)

    def possible(self, examined: Examined) -> list[tuple[Literal, ...]]:
        """The alternatives that stride and dilation alone do not exclude."""
        return [
            each
            for each in self.alternatives
            if all(examined.decided(atom) in (None, asserted) for atom, asserted in each)
        ]


def literal_text(literal: Literal) -> str:
    """A literal as reports write it."""
    atom, asserted = literal
    return atom.name if asserted else atom.negated


@dataclass(frozen=True)
class Examined:
    """One part of a claim in one family; what is known of it is found out when it is first asked for.

    Attributes:
        examiner: the claim.
        family: stride and dilation.
        part: the channels or axes concerned.
    """

    examiner: Examiner = field(repr=False, compare=False)
    family: Family
    part: Part
    _known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def context(self) -> Context:
        """The layers asked about."""
        return self.examiner.context(self.family, self.part)

    @cached_property
    def faults(self) -> islpy.Set:
        """Those on which the claim is false."""
        return self.examiner.failing(self.family, self.part)

    @property
    def is_decided(self) -> bool:
        """Whether it is known where the claim is false."""
        return "faults" in vars(self)

    @cached_property
    def compared(self) -> dict[tuple[str, ...], Compared]:
        """Each term that the claim and the definition may differ in, by the arrays multiplied."""
        return self.examiner.compared(self.family, self.part)

    @cached_property
    def wrong_sizes(self) -> islpy.Set:
        """The layers on which sizes differ, or nothing is left."""
        layers = self.context.none
        for fault in self.examiner.faults(self.family, self.part):
            layers = layers if fault.arrays else layers.union(fault.layers)
        return layers

    def met(self, arrays: tuple[str, ...], side: int) -> islpy.Set:
        """The layers on which a term has taps here: the claim's (0) or the definition's (1)."""
        return self.compared[arrays].met[side] if arrays in self.compared else self.context.none

    def differing(self, arrays: tuple[str, ...], side: int) -> islpy.Set:
        """Those of them on which the term differs."""
        layers = self.met(arrays, side)
        return layers.intersect(self.compared[arrays].differing) if arrays in self.compared else layers

    def where(self, atom: Atom) -> islpy.Set:
        """The parameters of which a statement is true."""
        if atom.name not in self._known:
            self._known[atom.name] = atom.layers(self.family, self.part, self.context)
        layers: islpy.Set = self._known[atom.name]
        return layers

    def decided(self, atom: Atom) -> bool | None:
        """Whether a statement is true, where stride and dilation alone say so."""
        return atom.decided(self.family, self.part)

    def values(self, point: Mapping[str, int]) -> Values:
        """The parameters of a point as statements ask for them."""
        return values_of(self.family, self.part, point)

    @cached_property
    def small(self) -> list[tuple[dict[str, int], bool]]:
        """Every small layer, and whether the claim fails on it."""
        scope = self.examiner.scope
        settled = {*dict(scope.sizes), *(() if scope.padding is None else ("Pb", "Pa"))}
        words = {name: name.rstrip("0123456789") for name in self.context.names}
        bounds = [
            Polynomial.of(small(self.part)[word] - 1) - name
            for name, word in words.items()
            if word in small(self.part) and settled.isdisjoint({name, word})
        ]
        box = self.context.layers(*bounds)
        failing = {tuple(point.values()) for point in points_of(box.intersect(self.faults), self.context)}
        return [(point, tuple(point.values()) in failing) for point in points_of(box, self.context)]


def points_of(layers: islpy.Set, context: Context) -> list[dict[str, int]]:
    """The points of a bounded set of parameters."""
    found: list[dict[str, int]] = []
    as_points(layers, context).foreach_point(lambda point: found.append(coordinates(point, context.names)))
    return found


def as_points(layers: islpy.Set, context: Context, leading: str = "") -> islpy.Set:
    """Parameters as coordinates, after an optional expression that orders them."""
    from convgen.proof.integer_sets import islpy

    names = ", ".join(context.names)
    point = f"{leading}, {names}" if leading else names
    space = islpy.Set(f"[{names}] -> {{ [{point}] }}").intersect_params(layers)
    return space.project_out(islpy.dim_type.param, 0, len(context.names))


def coordinates(point: islpy.Point, names: Sequence[str], skip: int = 0) -> dict[str, int]:
    """The coordinates of a point by name."""
    # One text instead of a value object a coordinate: { [1, 2, 1, 0, 0, 0] }.
    numbers = [int(number) for number in re.findall(r"-?\d+", point.to_str())]
    return dict(zip(names, numbers[skip:], strict=True))
