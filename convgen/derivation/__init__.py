"""Derivations: from a spec to explicit outputs, Jacobians, gradients, rules, and a text to read."""

from __future__ import annotations

from convgen.derivation.derivation import Derivation, derive, explain
from convgen.derivation.step import Step
from convgen.derivation.trace import Trace

__all__ = ["Derivation", "Step", "Trace", "derive", "explain"]
