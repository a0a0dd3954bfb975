"""Index expressions as C, Python and people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convgen.algebra.polynomial import Polynomial, PolynomialLike, format_terms
from convgen.layout import element_strides, user_axes
from convgen.spec import ConvSpec


@dataclass(frozen=True)
class Coordinate:
    """A position on one axis: an affine expression, divided without remainder by a number."""

    dividend: Polynomial
    divisor: int = 1

    def substitute(self, values: Mapping[str, PolynomialLike]) -> Coordinate:
        """Replace names; names without a value stay."""
        return Coordinate(self.dividend.substitute(values), self.divisor)

    def value(self) -> int:
        """The number, where no name is left."""
        return self.dividend.value() // self.divisor


ZERO = Coordinate(Polynomial.of(0))


READING_ORDER = "egfcijlpqsruvmntwk"
"""Letters in the order in which sums of them read best: a group before its channel, a place before a step.

A longer name stands where its first letter does.
"""


def text(expression: Polynomial) -> str:
    """An affine expression such as ``2 * i + m - 1`` or ``3 - i``: what is added before what is taken away."""
    terms = sorted(
        expression.terms,
        key=lambda term: (term[1] < 0, READING_ORDER.index(term[0][0][0]) if term[0] else len(READING_ORDER)),
    )
    return format_terms(terms, " * ")


def compact(expression: Polynomial) -> str:
    """The same without spaces, for formulas: ``2*i+m-1``."""
    return text(expression).replace(" ", "")


def quotient(expression: Polynomial, divisor: int) -> str:
    """An affine expression divided by a number."""
    if divisor == 1:
        return text(expression)
    single = len(expression.terms) <= 1
    return f"{text(expression)} / {divisor}" if single else f"({text(expression)}) / {divisor}"


def scaled(coordinate: Coordinate, factor: int) -> str:
    """A coordinate times a number, as one summand of a longer expression."""
    expression, divisor = coordinate.dividend, coordinate.divisor
    if divisor > 1:
        return quotient(expression, divisor) + (f" * {factor}" if factor > 1 else "")
    if factor == 1:
        inner = text(expression)
        return f"({inner})" if inner.startswith("-") else inner
    if len(expression.terms) > 1:
        return f"({text(expression)}) * {factor}"
    # A name times a number reads better with the name in front: f * 27.
    ((names, coefficient),) = expression.terms or (((), 0),)
    return " * ".join([*names, str(coefficient * factor)])


def element(spec: ConvSpec, array: str, coordinates: Mapping[str, Coordinate]) -> str:
    """One element of an array as C has it: ``X[c * 1024 + (i + m - 1) * 32 + j + n - 1]``.

    Args:
        spec: whose layout says where elements lie.
        array: X, K, b, O or a gradient.
        coordinates: the position along every named axis of the array.
    """
    strides = element_strides(spec, array)
    names = [name for part in user_axes(spec, array) for name in part]
    summands = [
        scaled(coordinates[name], strides[name]) for name in names if coordinates[name].dividend.terms
    ]
    return f"{array}[{' + '.join(summands) or '0'}]"


def break_points(sum_of_terms: str) -> list[str]:
    """A C expression cut before every + that no parentheses enclose: where a long line may be broken."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(sum_of_terms):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0 and sum_of_terms.startswith(" + ", position):
            parts.append(sum_of_terms[start:position])
            start = position + 3
    return [*parts, sum_of_terms[start:]]
