"""Is it true? Rules held against SymPy's derivatives, on one shape."""

from __future__ import annotations

from convgen.proof.report import Difference, Report, RuleResult
from convgen.proof.verify import verify

__all__ = ["Difference", "Report", "RuleResult", "verify"]
