"""Where a claim is false: for every stride and dilation an exact set of sizes, channel counts and paddings.

A claim and the definition are compared part by part (`convgen.proof.relation`). The set of parameters for
which a part differs is computed, not searched for: it is empty exactly when the claim holds for every size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError
from convgen.proof.claim import Claim, Statement, symbolic_shapes, unfolded_shape
from convgen.proof.relation import Context, Family, System, members, parameter_parts, parts
from convgen.proof.scope import Scope

if TYPE_CHECKING:
    import islpy

Part = frozenset[int | None]
"""What a part of a layer is about: the channels (None), or spatial axes by number."""


@dataclass(frozen=True)
class Fault:
    """The layers of one family on which one part of a claim is false.

    Attributes:
        part: the channels or axes concerned.
        family: stride and dilation.
        context: the parameters.
        layers: their values for which the part differs; empty where it holds.
        why: ``"shape"`` where the sizes differ or nothing is left, ``"taps"`` where the products do.
    """

    part: Part
    family: Family
    context: Context
    layers: islpy.Set
    why: str


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
    _known: dict[object, islpy.Set] = field(default_factory=dict)

    def statement(self, family: Family) -> Statement:
        """What the claim says for a family."""
        return self.claim.on(
            [family.axis_values(d) for d in range(self.scope.rank)], symbolic_shapes(self.scope.rank)
        )

    def faults(self, family: Family) -> list[Fault]:
        """Every part with the layers on which it is false.

        Raises:
            NotComparableError: terms that cannot be paired with the definition's.
        """
        statement = self.statement(family)
        found = [*self._shape_faults(statement, family)]
        for ours, theirs in self.pairs(statement, family):
            found += self._tap_faults(statement, ours, theirs, family)
        return found

    def pairs(self, statement: Statement, family: Family) -> Iterator[tuple[IndexedSum, IndexedSum]]:
        """Each term of the claim with that of the definition which multiplies the same arrays.

        Raises:
            NotComparableError: they cannot be paired off.
        """
        theirs = {_signature(term): term for term in statement.truth}
        ours: dict[tuple[str, ...], IndexedSum] = {}
        for term in statement.terms:
            if _signature(term) in ours or term.coefficient != 1:
                raise NotComparableError(
                    "sums of like terms and factors other than 1 are compared shape by shape"
                )
            ours[_signature(term)] = term
        if set(ours) != set(theirs):
            wanted, got = (" + ".join("·".join(names) for names in each) for each in (theirs, ours))
            raise NotComparableError(
                f"{self.claim.target} is a sum of products {wanted}, the claim has {got}"
            )
        for signature, term in ours.items():
            yield term.substitute(family.values), theirs[signature].substitute(family.values)

    def _shape_faults(self, statement: Statement, family: Family) -> Iterator[Fault]:
        shapes = symbolic_shapes(self.scope.rank)
        wanted = unfolded_shape(shapes) if self.claim.target == "dX~" else shapes[self.claim.target]
        if statement.shape.names != wanted.names:
            raise NotComparableError(
                f"the claim's value has axes {statement.shape}, {self.claim.target} has {wanted}"
            )
        for name, size in wanted.axes:
            difference = (statement.shape.sizes[name] - size).substitute(family.values)
            if difference.terms:
                yield self._sizes(statement, family, (difference - 1, -difference - 1))
        for size in statement.sizes:
            put = size.substitute(family.values)
            yield self._sizes(statement, family, (-put,))

    def _sizes(self, statement: Statement, family: Family, alternatives: tuple[Polynomial, ...]) -> Fault:
        """The layers on which one of some expressions is at least 0."""
        part = parameter_parts(alternatives[0].names)
        context = self.scope.context(family, part, statement.assumptions)
        key = ("sizes", context, alternatives)
        if key not in self._known:
            layers = context.layers(alternatives[0])
            for alternative in alternatives[1:]:
                layers = layers.union(context.layers(alternative))
            self._known[key] = layers
        return Fault(part, family, context, self._known[key], "shape")

    def _tap_faults(
        self, statement: Statement, ours: IndexedSum, theirs: IndexedSum, family: Family
    ) -> Iterator[Fault]:
        systems = [System.of(ours), System.of(theirs)]
        if systems[0].dimensions != systems[1].dimensions:
            raise NotComparableError("the claim multiplies other arrays than the definition does")
        for group in parts(*systems):
            pair = [system.restricted(members(system, group)) for system in systems]
            names = {
                name for system in pair for each in system.guards + system.equalities for name in each.names
            }
            part = parameter_parts(names)
            context = self.scope.context(family, part, statement.assumptions)
            key = ("taps", context, *((each.guards, each.equalities) for each in pair))
            if key not in self._known:
                self._known[key] = _difference(pair[0], pair[1], context)
            yield Fault(part, family, context, self._known[key], "taps")


def _signature(term: IndexedSum) -> tuple[str, ...]:
    return tuple(sorted(factor.array for factor in term.factors))


def _difference(ours: System, theirs: System, context: Context) -> islpy.Set:
    """The parameters for which two parts meet different points, or ours meets one through two witnesses."""
    import islpy

    a, b = ours.points(context), theirs.points(context)
    differing = a.subtract(b).union(b.subtract(a)).params()
    for system in (ours, theirs):
        if system.bound:
            witnesses = system.witnesses(context)
            if not witnesses.is_single_valued():
                twice = witnesses.reverse().apply_range(witnesses)
                same = islpy.Map.identity(twice.get_space())
                differing = differing.union(twice.subtract(same).params())
    return differing
