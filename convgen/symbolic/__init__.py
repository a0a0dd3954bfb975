"""The layer in SymPy: named tensors, explicit expressions, differentiation, vec, Jacobians, chain rule."""

from __future__ import annotations

from convgen.symbolic.layer import SymbolicLayer

__all__ = ["SymbolicLayer"]
