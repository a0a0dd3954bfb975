"""Whether an index form, read literally, takes entries that its arrays do not have.

Claims are read with zero-extended arrays. A program that indexes as the formula is written agrees with that
only where no index leaves its array: with K[p-i], a negative index of Python reads the far end.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from convgen.algebra.index_form import LiteralTerm
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.proof.claim import Claim
from convgen.proof.derivative import DerivativeClaim, EntriesClaim
from convgen.proof.families import CHANNELS, Examiner
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
        independent = [*_independent(term)]
        somewhere = partial(_is_met_somewhere, independent, examiner)
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


def _is_met_somewhere(
    independent: Sequence[Independent], examiner: Examiner, part: Part, *, outside: bool
) -> bool:
    """Whether indices have values on some layer, as far as one part goes; if asked, one outside of its array."""
    held = [each for each in independent if _about(each) <= part]
    extents = [extent for _, own in held for extent in own]
    if outside and not extents:
        return False
    conditions = [
        [each for system, _ in held for each in getattr(system, kind)] for kind in ("guards", "equalities")
    ]
    names = sorted(frozenset[str]().union(*(system.variables for system, _ in held)))
    families = examiner.scope.families(axes_of(part))
    # Channels know nothing of stride and dilation.
    for family in itertools.islice(families, 1) if part == CHANNELS else families:
        guards, equalities, ends = (
            [each.substitute(family.values) for each in chosen] for chosen in (*conditions, extents)
        )
        context = examiner.context(family, part)
        if _is_met(context, guards, equalities, names, ends if outside else ()):
            return True
    return False


def _is_met(
    context: Context,
    guards: Sequence[Polynomial],
    equalities: Sequence[Polynomial],
    names: Sequence[str],
    ends: Sequence[Polynomial],
) -> bool:
    """Whether a layer and indices meet conditions, and one of the ends is passed if there are any."""
    import islpy

    passed = (f"({' or '.join(f'{each} < 0' for each in ends)})",) if ends else ()
    narrowed = replace(context, clauses=(*context.clauses, *passed))
    return not islpy.Set(narrowed.text("", guards, equalities, names)).is_empty()


def _about(independent: Independent) -> Part:
    """What its conditions speak of: channels, axes, or nothing but numbers."""
    system, extents = independent
    return parameter_parts(name for each in (*system.conditions, *extents) for name in each.names)


def _is_met_by_numbers(term: IndexedSum, system: System, outside: Extents | None = None) -> bool:
    """The same on one layer: by trying every value of the indices, within their arrays or outside of them."""
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
