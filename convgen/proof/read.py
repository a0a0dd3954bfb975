"""Claims from text, whatever they are about: arrays, entries, derivatives, sizes, matrices."""

from __future__ import annotations

from convgen.algebra.notation import DEFAULT, Notation
from convgen.proof.claim import Claim, parse_claim
from convgen.proof.derivative import derivative_claim, entries_claim
from convgen.proof.extents import columns_claim, shape_claim
from convgen.proof.matrix import matrix_claim
from convgen.proof.size import size_claim

FORMS = (matrix_claim, shape_claim, columns_claim, derivative_claim, entries_claim, size_claim)
"""Each reads texts of its own form and answers None to any other."""


def read_claim(text: str, notation: Notation = DEFAULT, rank: int = 2) -> Claim:
    """Read a claim of any form.

    Args:
        text: the claim: ``dX = pad(dO) ⋆ rot180(K)``, ``dX[p,q] = sum(i,j) ...``, ``rot180(K)[m,n] = ...``,
            ``∂O[i,j]/∂K[m,n] = ...``, ``Ho = floor((H + Pb + Pa - E)/S) + 1``, ``J_O(K) : 4x4``.
        notation: whose letters it is written in.
        rank: the number of spatial axes.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    for form in FORMS:
        claim = form(text, notation, rank)
        if claim is not None:
            return claim
    return parse_claim(text, notation, rank)
