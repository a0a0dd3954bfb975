"""Which examiner compares a claim with the definition: that of its kind."""

from __future__ import annotations

from functools import singledispatch

from convgen.proof.claim import Claim
from convgen.proof.families import Examiner
from convgen.proof.scope import Scope


@singledispatch
def examiner_of(claim: Claim, scope: Scope) -> Examiner:
    """The examiner of a claim for the layers asked about; claims about arrays are compared tap by tap."""
    return Examiner(claim, scope)
