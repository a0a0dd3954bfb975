"""Relations between sizes and parameters as a reader says them."""

from __future__ import annotations

from convgen.algebra.polynomial import Polynomial

EQUAL_PADDING = "equal padding before and after"

_WORDS = {"B": "N", "G": "groups"}
"""What a reader calls the sizes that the definition calls otherwise."""


def solved(left: Polynomial, relation: str) -> str:
    """``left relation 0`` with a single name alone on the left: ``N = 1`` for B - 1 = 0."""
    if {name[:2] for name in left.names} == {"Pb", "Pa"}:
        return EQUAL_PADDING
    if len(left.names) == 1:
        (name,) = left.names
        rest = left - Polynomial.of(name)
        if rest.is_constant:
            return f"{_WORDS.get(name, name)} {relation} {-rest.constant}"
    return f"{left} {relation} 0"
