"""Is it true? A claim, a rule or every rule of a layer: on one shape, or for every size."""

from __future__ import annotations

from convgen.proof.check import check
from convgen.proof.prove import Proof, prove
from convgen.proof.report import Difference, Report, RuleResult
from convgen.proof.verdict import Counterexample, Necessity, Verdict
from convgen.proof.verify import verify

__all__ = [
    "Counterexample",
    "Difference",
    "Necessity",
    "Proof",
    "Report",
    "RuleResult",
    "Verdict",
    "check",
    "prove",
    "verify",
]
