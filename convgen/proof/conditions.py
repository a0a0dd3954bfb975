"""The weakest condition under which a claim holds, as a Boolean combination of the statements of `atoms`.

Small layers suggest it, integer sets prove it. Every layer of a small box is put in a cell by the truth of
each statement; the briefest condition that lets no failing cell in is then intersected with the exact set
of faults of every family. Where that is not empty, the layer found there joins the small ones and the
search goes on; where it is, the condition is proved.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from convgen.algebra.polynomial import Polynomial
from convgen.proof.atoms import AXIS_ATOMS, Atom, Values
from convgen.proof.relation import Context, Family

if TYPE_CHECKING:
    import islpy

Literal = tuple[Atom, bool]
"""A statement, asserted or denied."""
Valuation = tuple[bool, ...]
"""The truth of every statement on one layer."""

SMALL = {"H": 6, "M": 4, "Pb": 4, "Pa": 4, "B": 3, "G": 3, "C": 3, "F": 3}
"""Parameters of the small layers stay below these; stride and dilation are those of their family."""


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

    def holds(self, values: Values) -> bool:
        """Whether numbers fulfil it."""
        return any(
            all(atom.holds(values) == asserted for atom, asserted in each) for each in self.alternatives
        )

    def layers(self, family: Family, axis: int | None, context: Context) -> islpy.Set:
        """The parameters that fulfil it."""
        whole = context.layers()
        result = whole.subtract(whole)
        for alternative in self.alternatives:
            part = whole
            for atom, asserted in alternative:
                layers = atom.layers(family, axis, context)
                part = part.intersect(layers) if asserted else part.subtract(layers)
            result = result.union(part)
        return result


ALWAYS = Condition(((),))


def literal_text(literal: Literal) -> str:
    """A literal as reports write it."""
    atom, asserted = literal
    return atom.name if asserted else atom.negated


@dataclass(frozen=True)
class Examined:
    """What is known of one part of a claim in one family.

    Attributes:
        family: stride and dilation.
        axis: the axis, or None for the channels.
        context: the parameters.
        faults: those on which the claim is false.
    """

    family: Family
    axis: int | None
    context: Context
    faults: islpy.Set

    def values(self, point: dict[str, int]) -> Values:
        """The parameters of a point as statements ask for them."""
        if self.axis is None:
            return point
        return {
            name: value.substitute(point).value()
            for name, value in self.family.axis_values(self.axis).items()
        }

    @cached_property
    def small(self) -> list[tuple[dict[str, int], bool]]:
        """Every small layer, and whether the claim fails on it."""
        bounds = [
            Polynomial.of(SMALL[word] - 1) - name
            for name in self.context.names
            if (word := name.rstrip("0123456789")) in SMALL
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
    import islpy

    names = ", ".join(context.names)
    point = f"{leading}, {names}" if leading else names
    space = islpy.Set(f"[{names}] -> {{ [{point}] }}").intersect_params(layers)
    return space.project_out(islpy.dim_type.param, 0, len(context.names))


def coordinates(point: islpy.Point, names: Sequence[str], skip: int = 0) -> dict[str, int]:
    """The coordinates of a point by name."""
    import islpy

    return {
        name: int(point.get_coordinate_val(islpy.dim_type.set, position + skip).to_python())
        for position, name in enumerate(names)
    }


def weakest_condition(atoms: Sequence[Atom], examined: Sequence[Examined]) -> Condition:
    """The weakest condition on one part under which the claim is proved in every family examined.

    Args:
        atoms: the statements that it may be made of.
        examined: the part in every family; the first few, of small stride and dilation, suggest.
    """
    if all(each.faults.is_empty() for each in examined):
        return ALWAYS
    holding: set[Valuation] = set()
    failing: set[Valuation] = set()
    for each in examined:
        if max(each.family.stride + each.family.dilation) <= SUGGESTING:
            for point, fails in each.small:
                (failing if fails else holding).add(_valuation(atoms, each.values(point)))
    while True:
        condition = briefest(atoms, holding - failing, failing)
        surprise = _first_fault(condition, examined)
        if surprise is None:
            kept = [each for each in condition.alternatives if (DEGENERATE, True) not in each]
            return Condition(tuple(kept))
        failing.add(_valuation(atoms, surprise))


DEGENERATE = next(atom for atom in AXIS_ATOMS if atom.name == "M = 1")
"""With a single kernel entry nearly every rule holds; layers with it alone make no condition, they are sporadic."""

SUGGESTING = 3
"""Families of strides and dilations up to this suggest a condition; all prove it."""


def _first_fault(condition: Condition, examined: Iterable[Examined]) -> Values | None:
    """A layer on which the condition is met and the claim is false."""
    for each in examined:
        if each.faults.is_empty():
            continue
        wrong = condition.layers(each.family, each.axis, each.context).intersect(each.faults)
        if not wrong.is_empty():
            return each.values(coordinates(as_points(wrong, each.context).sample_point(), each.context.names))
    return None


def _valuation(atoms: Sequence[Atom], values: Values) -> Valuation:
    return tuple(atom.holds(values) for atom in atoms)


def briefest(atoms: Sequence[Atom], holding: set[Valuation], failing: set[Valuation]) -> Condition:
    """The briefest condition that is true on every holding cell and on no failing one."""
    implicants = sorted({_widened(cell, failing) for cell in holding}, key=_length)
    chosen: list[tuple[bool | None, ...]] = []
    left = set(holding)
    while left:
        best = max(
            implicants, key=lambda each: (sum(_covers(each, cell) for cell in left), -_length(each)[0])
        )
        chosen.append(best)
        left = {cell for cell in left if not _covers(best, cell)}
    return Condition(
        tuple(
            tuple((atom, value) for atom, value in zip(atoms, each, strict=True) if value is not None)
            for each in chosen
        )
    )


def _length(implicant: Sequence[bool | None]) -> tuple[int, str]:
    return sum(value is not None for value in implicant), str(implicant)


def _widened(cell: Valuation, failing: Iterable[Valuation]) -> tuple[bool | None, ...]:
    """The fewest of the cell's literals that exclude every failing cell; assertions and early ones first."""
    differing = [
        frozenset(i for i, (a, b) in enumerate(zip(cell, other, strict=True)) if a != b) for other in failing
    ]
    positions = sorted(range(len(cell)), key=lambda position: (not cell[position], position))
    for size in range(len(cell) + 1):
        for chosen in itertools.combinations(positions, size):
            if all(not each.isdisjoint(chosen) for each in differing):
                return tuple(value if position in chosen else None for position, value in enumerate(cell))
    raise AssertionError("a cell is told apart from others by all of its literals")


def _covers(implicant: Sequence[bool | None], cell: Valuation) -> bool:
    return all(value is None or value == ours for value, ours in zip(implicant, cell, strict=True))
