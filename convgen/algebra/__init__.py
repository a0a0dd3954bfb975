"""Formulas as data: sizes and indices, sums over taps, operator trees, and their readings."""
