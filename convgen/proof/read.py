"""Claims from text, whatever they are about: arrays, entries, derivatives, sizes, matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from convgen.algebra.notation import DEFAULT, Notation
from convgen.proof.claim import Claim, Known, parse_claim
from convgen.proof.derivative import DerivativeClaim, EntriesClaim, derivative_claim, entries_claim
from convgen.proof.extents import columns_claim, shape_claim
from convgen.proof.matrix import matrix_claim
from convgen.proof.size import size_claim

FORMS: tuple[Callable[[str, Notation, int], Claim | None], ...] = (
    matrix_claim,
    shape_claim,
    columns_claim,
    derivative_claim,
    entries_claim,
    size_claim,
)
"""Each reads texts of its own form and answers None to any other."""


def read_claim(text: str, notation: Notation = DEFAULT, rank: int = 2, known: Known = ()) -> Claim:
    """Read a claim of any form.

    Args:
        text: the claim: ``dX = pad(dO) ⋆ rot180(K)``, ``dX[p,q] = sum(i,j) ...``, ``rot180(K)[m,n] = ...``,
            ``∂O[i,j]/∂K[m,n] = ...``, ``Ho = floor((H + Pb + Pa - E)/S) + 1``, ``shape(X~) = (..., ...)``,
            ``columns(J_O(X)) = M0*M1``, ``J_O(K) : 4x4``.
        notation: whose letters it is written in.
        rank: the number of spatial axes.
        known: what sizes and parameters are in the layers asked about.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    for form in FORMS:
        claim = form(text, notation, rank)
        if claim is not None:
            read = replace(claim, known=known)
            if isinstance(read, DerivativeClaim | EntriesClaim):
                read.formula(rank)
            return read
    return parse_claim(text, notation, rank, known)
