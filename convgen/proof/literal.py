"""Whether an index form, read literally, takes entries that its arrays do not have.

Claims are read with zero-extended arrays. A program that indexes as the formula is written agrees with that
only where no index leaves its array: with K[p-i], a negative index of Python reads the far end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from convgen.algebra.index_form import LiteralTerm
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.proof.claim import Claim
from convgen.proof.derivative import DerivativeClaim, EntriesClaim
from convgen.proof.families import Examiner
from convgen.proof.relation import Context, Part, System, axes_of, parameter_parts, split
from convgen.spec import ConvSpec
from convgen.taps import parameters

NOTE = (
    "read zero-extended: entries outside an array count as 0; read as literal indexing, some of them do not "
    "exist, and a negative index of Python reads the far end"
)

Extents = tuple[Polynomial, ...]
Independent = tuple[System, Extents]
"""Conditions that tie some indices, and what is at least 0 where these indices stay in their arrays."""


def leaves_arrays_on(claim: Claim, spec: ConvSpec) -> bool:
    """Whether an index of a claim leaves its array on one layer.

    Raises:
        BudgetError: more indices than fit in memory.
    """
    values = parameters(spec)
    for term in _literal(claim, spec.rank):
        literal = term.substitute(values)
        independent = [*_independent(literal)]
        if any(_is_met_by_numbers(literal.term, *each) for each in independent) and all(
            _is_met_by_numbers(literal.term, system) for system, _ in independent
        ):
            return True
    return False


def leaves_arrays(claim: Claim, examiner: Examiner) -> bool:
    """Whether an index of a claim leaves its array on some layer that is asked about and that it speaks of."""
    for term in _literal(claim, examiner.scope.rank):
        somewhere = partial(_is_met_somewhere, term, examiner)
        if any(somewhere(part, outside=True) for part in examiner.parts) and all(
            somewhere(part, outside=False) for part in examiner.parts
        ):
            return True
    return False


def _literal(claim: Claim, rank: int) -> Iterator[LiteralTerm]:
    """The terms of an index form; none for a claim of another form."""
    if claim.tree is None and type(claim) in (Claim, DerivativeClaim, EntriesClaim):
        equal = {f"P{d}": Polynomial.of(f"Pb{d}") for d in range(rank)}
        yield from (term.substitute(equal) for term in claim.formula(rank).literal)


def _independent(literal: LiteralTerm) -> Iterator[Independent]:
    """A term cut into parts that neither its conditions nor its arrays' extents tie together."""
    own = {*System.of(literal.term).guards}
    extents = tuple(each for each in literal.extents if each not in own)
    for (system,) in split(System.of(replace(literal.term, guards=literal.term.guards + extents))):
        guards = tuple(each for each in system.guards if each not in extents)
        yield replace(system, guards=guards), tuple(each for each in system.guards if each in extents)


def _is_met_somewhere(term: LiteralTerm, examiner: Examiner, part: Part, *, outside: bool) -> bool:
    """Whether a part of a term has points on some layer; those alone with an index outside of its array, if asked."""
    for family in examiner.scope.families(axes_of(part)):
        held = [each for each in _independent(term.substitute(family.values)) if _about(each) <= part]
        extents = tuple(extent for _, own in held for extent in own) if outside else None
        systems = [system for system, _ in held]
        if extents != () and _is_met_for_a_size(systems, examiner.context(family, part), extents):
            return True
    return False


def _about(independent: Independent) -> Part:
    """What its conditions speak of: channels, axes, or nothing but numbers."""
    system, extents = independent
    return parameter_parts(name for each in (*system.conditions, *extents) for name in each.names)


def _is_met_for_a_size(systems: Sequence[System], context: Context, outside: Extents | None) -> bool:
    """Whether conditions are met on some layer: by an index outside of its array, if extents are given."""
    import islpy

    either = " or ".join(f"{each} < 0" for each in outside or ())
    narrowed = replace(context, clauses=(*context.clauses, f"({either})")) if either else context
    guards = [each for system in systems for each in system.guards]
    equalities = [each for system in systems for each in system.equalities]
    names = sorted(frozenset[str]().union(*(system.variables for system in systems)))
    return not islpy.Set(narrowed.text("", guards, equalities, names)).is_empty()


def _is_met_by_numbers(term: IndexedSum, system: System, outside: Extents | None = None) -> bool:
    """The same on one layer, by trying every value of the indices."""
    from convgen.algebra.enumeration import enumerate_points, evaluate_polynomial

    points = enumerate_points(
        IndexedSum(
            (),
            tuple(index for index in term.output + term.bound if index.name in system.indices),
            (),
            system.guards,
            tuple(each for each in system.equalities if each.names.isdisjoint(system.dimensions)),
        )
    )
    if outside is None:
        return points.count > 0
    return any((evaluate_polynomial(each, points, points.count) < 0).any() for each in outside)
