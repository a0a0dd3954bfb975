"""Derivations: from a spec to explicit outputs, Jacobians, gradients, rules, and a text to read."""

from __future__ import annotations

from convgen.derivation.derivation import Derivation, derive

__all__ = ["Derivation", "derive"]
