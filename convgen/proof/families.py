"""Where a claim is false: for every stride and dilation an exact set of sizes, channel counts and paddings.

A claim and the definition are compared part by part (`convgen.proof.relation`). The set of parameters for
which a part differs is computed, not searched for: it is empty exactly when the claim holds for every size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError, ConvgenError
from convgen.proof.claim import AxisValues, Claim, Statement, symbolic_shapes, unfolded_shape, without_bias
from convgen.proof.relation import (
    AXIS_PARAMETERS,
    COUNTS,
    Context,
    Family,
    Part,
    System,
    parameter_parts,
    split,
)
from convgen.proof.scope import Scope

if TYPE_CHECKING:
    import islpy

CHANNELS: Part = frozenset({None})
AXIS_NAMES = (*AXIS_PARAMETERS, "S", "D", "E")


@dataclass(frozen=True)
class Fault:
    """The layers of one family on which one part of a claim is false.

    Attributes:
        part: the channels or axes concerned.
        family: stride and dilation.
        context: the parameters.
        layers: their values for which the part differs; empty where it holds.
        arrays: the arrays multiplied in the term that differs; empty where the sizes are wrong.
        points: the points that the claim and the definition meet in this part of the term.
    """

    part: Part
    family: Family
    context: Context
    layers: islpy.Set
    arrays: tuple[str, ...] = ()
    points: tuple[islpy.Set, ...] = ()


@dataclass
class Compared:
    """One term of a claim with that of the definition, on one part of the layers of a family.

    The points of a term are a product of its parts, so that two terms of which a part differs are equal all
    the same where each has another part without any point.

    Attributes:
        differing: the parameters for which the part differs.
        met: those for which the claim's part has points, and those for which the definition's has.
    """

    differing: islpy.Set
    met: tuple[islpy.Set, islpy.Set]


class NotComparableError(ClaimError):
    """A claim outside what integer sets decide here; the message says why."""


@dataclass
class Examiner:
    """Compares one claim with the definition, family by family, remembering parts that recur.

    Attributes:
        claim: the claim.
        scope: the layers asked about.
    """

    claim: Claim
    scope: Scope
    _known: dict[object, tuple[islpy.Set, ...]] = field(default_factory=dict)
    _statements: dict[Family, Statement] = field(default_factory=dict)
    _contexts: dict[tuple[Family, Part], Context] = field(default_factory=dict)

    def statement(self, family: Family) -> Statement:
        """What the claim says for a family."""
        if family not in self._statements:
            axes = [family.axis_values(d) for d in range(self.scope.rank)]
            self._statements[family] = self._said(axes)
        return self._statements[family]

    def _said(self, axes: Sequence[AxisValues]) -> Statement:
        said = self.claim.on(axes, symbolic_shapes(self.scope.rank))
        return said if self.scope.bias else replace(said, truth=without_bias(said.truth))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of a layer that no condition of the claim ties together, whatever the stride and dilation.

        An operator acts on each axis with that axis' own amounts, unless it turns axes. An index form may
        name the stride of one axis in the place of another; there the names in its conditions tell.
        """
        axes = range(self.scope.rank)
        found: set[Part] = {CHANNELS}
        if self.claim.tree is not None:
            found |= {frozenset(axes)} if self.claim.mixes_axes else {frozenset({d}) for d in axes}
            if self.claim.repeats_products:
                found = {CHANNELS | frozenset(axes)}
        else:
            named = [{name: Polynomial.of(f"{name}{d}") for name in AXIS_NAMES} for d in axes]
            for names in self._tied(self._said(named)):
                found.add(parameter_parts(names))
        return tuple(sorted(_joined(found - {frozenset()}), key=lambda part: sorted(map(str, part))))

    def _tied(self, statement: Statement) -> Iterator[set[str]]:
        """The parameters that occur together in an independent group of conditions."""
        for ours, theirs in self._groups(statement):
            for held in _parts_of(ours, theirs):
                yield {name for system in held for each in system.conditions for name in each.names}

    def context(self, family: Family, part: Part) -> Context:
        """The layers of a family that the claim speaks of, as far as a part of them goes."""
        if (family, part) not in self._contexts:
            said = self.statement(family)
            self._contexts[family, part] = self.scope.context(family, part, said.assumptions, said.guards)
        return self._contexts[family, part]

    def faults(self, family: Family, part: Part | None = None) -> list[Fault]:
        """Every part, or one part alone, with the layers on which it is false.

        Raises:
            NotComparableError: terms that cannot be paired with the definition's.
        """
        statement = self.statement(family)
        found = [*self._shape_faults(statement, family, part)]
        for ours, theirs in self._groups(statement):
            put = [[term.substitute(family.values) for term in terms] for terms in (ours, theirs)]
            found += self._tap_faults(put[0], put[1], family, part)
        return found

    def failing(self, family: Family, part: Part) -> islpy.Set:
        """The layers of a family on which a part of the claim is false, unless other parts leave no taps."""
        layers = self.context(family, part).none
        for fault in self.faults(family, part):
            layers = layers.union(fault.layers)
        return layers.coalesce()

    def compared(self, family: Family, part: Part) -> dict[tuple[str, ...], Compared]:
        """Each term on a part, by the arrays multiplied."""
        by_arrays: dict[tuple[str, ...], list[Fault]] = {}
        for fault in self.faults(family, part):
            if fault.arrays:
                by_arrays.setdefault(fault.arrays, []).append(fault)
        found = {}
        for arrays, faults in by_arrays.items():
            differing = faults[0].layers
            for fault in faults[1:]:
                differing = differing.union(fault.layers)
            ours, theirs = (
                [points.params() for points in side]
                for side in zip(*(each.points for each in faults), strict=True)
            )
            found[arrays] = Compared(differing, (_all(ours), _all(theirs)))
        return found

    def pairs(self, statement: Statement, family: Family) -> Iterator[tuple[IndexedSum, IndexedSum]]:
        """Each term with the definition's, where there is one of each kind."""
        for ours, theirs in self._groups(statement):
            if len(ours) > 1:
                raise NotComparableError("the claim has several terms of one kind")
            yield ours[0].substitute(family.values), theirs[0].substitute(family.values)

    def _groups(self, statement: Statement) -> Iterator[tuple[list[IndexedSum], list[IndexedSum]]]:
        """The terms that multiply the same arrays, on both sides."""
        if any(term.coefficient != 1 for term in statement.terms):
            raise NotComparableError("terms with factors other than 1 are compared shape by shape")
        ours, theirs = _by_signature(statement.terms), _by_signature(statement.truth)
        if set(ours) != set(theirs):
            wanted, got = (" + ".join("·".join(names) for names in each) for each in (theirs, ours))
            raise NotComparableError(
                f"{self.claim.target} is a sum of products {wanted}, the claim has {got}"
            )
        for signature, terms in ours.items():
            yield terms, theirs[signature]

    def _shape_faults(self, statement: Statement, family: Family, part: Part | None) -> Iterator[Fault]:
        shapes = symbolic_shapes(self.scope.rank)
        wanted = unfolded_shape(shapes) if self.claim.target == "dX~" else shapes[self.claim.target]
        if statement.shape.names != wanted.names:
            raise NotComparableError(
                f"the claim's value has axes {statement.shape}, {self.claim.target} has {wanted}"
            )
        # Expressions that are at least 0 where a size is wrong, or nothing is left.
        wrong: dict[Part, list[Polynomial]] = {}
        for name, size in wanted.axes:
            difference = (statement.shape.sizes[name] - size).substitute(family.values)
            if difference.terms:
                concerned = self._enclosing(parameter_parts(difference.names))
                wrong.setdefault(concerned, []).extend((difference - 1, -difference - 1))
        for size in statement.sizes:
            if str(size).rstrip("0123456789") not in COUNTS:
                put = size.substitute(family.values)
                wrong.setdefault(self._enclosing(parameter_parts(put.names)), []).append(-put)
        for concerned, alternatives in wrong.items():
            if part in (None, concerned):
                context = self.context(family, concerned)
                key = ("sizes", context, *alternatives)
                if key not in self._known:
                    self._known[key] = (context.layers_where_any(alternatives),)
                yield Fault(concerned, family, context, self._known[key][0])

    def _tap_faults(
        self, ours: list[IndexedSum], theirs: list[IndexedSum], family: Family, only: Part | None
    ) -> Iterator[Fault]:
        for held in _parts_of(ours, theirs):
            names = {name for system in held for each in system.conditions for name in each.names}
            part = self._enclosing(parameter_parts(names))
            if only not in (None, part):
                continue
            context = self.context(family, part)
            differing, *points = _difference(tuple(held[: len(ours)]), tuple(held[len(ours) :]), context)
            yield Fault(part, family, context, differing, _signature(theirs[0]), tuple(points))

    def _enclosing(self, part: Part) -> Part:
        """The least of the claim's parts that a part lies in."""
        around = [each for each in self.parts if part <= each]
        if not around:
            raise ConvgenError(
                f"{self.claim.text!r} ties {sorted(map(str, part))}, which lie in no part of it"
            )
        return min(around, key=len)


def _parts_of(ours: Sequence[IndexedSum], theirs: Sequence[IndexedSum]) -> Iterable[tuple[System, ...]]:
    """Terms that multiply the same arrays, cut into independent parts: first the claim's, then the definition's.

    The points of several terms together are no product of parts; they are left whole.
    """
    systems = [System.of(term) for term in (*ours, *theirs)]
    if any(system.dimensions != systems[-1].dimensions for system in systems):
        raise NotComparableError("the claim multiplies other arrays than the definition does")
    return split(*systems) if len(systems) == 2 else [tuple(systems)]


def _joined(found: Iterable[Part]) -> set[Part]:
    """Parts that overlap, made one."""
    joined: set[Part] = set()
    for part in found:
        meeting = {each for each in joined if each & part}
        joined = (joined - meeting) | {part.union(*meeting)}
    return joined


def _by_signature(terms: Iterable[IndexedSum]) -> dict[tuple[str, ...], list[IndexedSum]]:
    found: dict[tuple[str, ...], list[IndexedSum]] = {}
    for term in terms:
        found.setdefault(_signature(term), []).append(term)
    return found


def _signature(term: IndexedSum) -> tuple[str, ...]:
    return tuple(sorted(factor.array for factor in term.factors))


def _all(sets: Sequence[islpy.Set]) -> islpy.Set:
    result, *others = sets
    for each in others:
        result = result.intersect(each)
    return result


@lru_cache(maxsize=4096)  # other claims, and other layers of the same stride on an axis, have the same parts
def _difference(
    ours: tuple[System, ...], theirs: tuple[System, ...], context: Context
) -> tuple[islpy.Set, islpy.Set, islpy.Set]:
    """Where two sums meet different points, or one of them a point more than once; and the points of each.

    Raises:
        NotComparableError: conditions that are not affine.
    """
    if not all(each.is_affine for system in (*ours, *theirs) for each in system.conditions):
        raise NotComparableError("products of indices or sizes are compared shape by shape")
    (a, twice_in_a), (b, twice_in_b) = (_met(systems, context) for systems in (ours, theirs))
    return a.subtract(b).union(b.subtract(a)).params().union(twice_in_a).union(twice_in_b), a, b


def _met(systems: Sequence[System], context: Context) -> tuple[islpy.Set, islpy.Set]:
    """The points that terms meet together, and the parameters for which one of them is met more than once."""
    (met, twice), *others = (_points_met(system, context) for system in systems)
    for points, again in others:
        twice = twice.union(again).union(met.intersect(points).params())
        met = met.union(points)
    return met, twice


def _points_met(system: System, context: Context) -> tuple[islpy.Set, islpy.Set]:
    """The points of one term, and the parameters for which one of them comes about in several ways."""
    from convgen.proof.integer_sets import islpy

    if not system.bound:
        return system.points(context), context.none
    witnesses = system.witnesses(context)
    if witnesses.is_single_valued():
        return witnesses.domain(), context.none
    pairs = witnesses.reverse().apply_range(witnesses)
    several = pairs.subtract(islpy.Map.identity(pairs.get_space()))
    return witnesses.domain(), several.params()
