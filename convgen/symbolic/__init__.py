"""The layer in SymPy: named tensors, explicit expressions, differentiation, vec, Jacobians, chain rule.

The room itself loads nothing, so that who compares integer arrays (`convgen.symbolic.monomials`) never
waits for SymPy.
"""
