"""Sparse Jacobians: which output depends on which entry, and through what.

Two ways lead to one. `differentiated` asks SymPy for the derivative of every output by every entry.
`extracted` reads the coefficients off the explicit sums in one pass, which is what makes large layers
possible; `check_representatives` holds it against SymPy's own differentiation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sympy

from convgen.errors import ConvgenError


@dataclass(frozen=True)
class SparseJacobian:
    """The non-zero entries of ∂O/∂A, elements of both counted row-major in the user's layout.

    Attributes:
        shape: (elements of O, elements of A).
        entries: (output element, array element) to the derivative.
    """

    shape: tuple[int, int]
    entries: dict[tuple[int, int], sympy.Expr]


def differentiated(outputs: Sequence[sympy.Expr], variables: Sequence[sympy.Symbol]) -> SparseJacobian:
    """Every output differentiated by every variable, by SymPy."""
    entries = {}
    for row, output in enumerate(outputs):
        for column, variable in enumerate(variables):
            derivative = output.diff(variable)
            if derivative != 0:
                entries[row, column] = derivative
    return SparseJacobian((len(outputs), len(variables)), entries)


def extracted(
    outputs: Sequence[sympy.Expr], tables: Sequence[Sequence[sympy.Symbol]]
) -> tuple[SparseJacobian, ...]:
    """The Jacobians by several arrays at once, for outputs that are sums of products of their entries.

    In a sum of products of distinct symbols the derivative by one symbol of a product is the other; a
    symbol alone has derivative 1.
    """
    places = {
        symbol: (which, column) for which, table in enumerate(tables) for column, symbol in enumerate(table)
    }
    entries: list[dict[tuple[int, int], sympy.Expr]] = [{} for _ in tables]
    for row, output in enumerate(outputs):
        # An output whose window lies wholly in the padding, without a bias, is 0: it has no terms.
        for term in sympy.Add.make_args(output) if output != 0 else ():
            factors = term.args or (term,)
            for position, factor in enumerate(factors):
                which, column = places[factor]
                rest = factors[1 - position] if len(factors) == 2 else sympy.Integer(1)
                known = entries[which].get((row, column))
                entries[which][row, column] = rest if known is None else known + rest
    return tuple(
        SparseJacobian((len(outputs), len(table)), found)
        for table, found in zip(tables, entries, strict=True)
    )


DERIVATIVES_PER_OUTPUT = 64
"""How many entries of a representative row SymPy differentiates; evenly spread where there are more."""


def check_representatives(
    outputs: Sequence[sympy.Expr],
    variables: Sequence[sympy.Symbol],
    jacobian: SparseJacobian,
    rows: Iterable[int],
) -> int:
    """Hold rows of an extracted Jacobian against SymPy's differentiation; how many entries were compared.

    The row's symbols are exactly those of the output; zero entries are checked by that. Of the non-zero
    ones, at most `DERIVATIVES_PER_OUTPUT` a row are differentiated.

    Raises:
        ConvgenError: they differ, which would be a fault of this package.
    """
    by_row: dict[int, dict[int, sympy.Expr]] = {row: {} for row in rows}
    for (row, column), value in jacobian.entries.items():
        if row in by_row:
            by_row[row][column] = value
    members = set(variables)
    compared = 0
    for row, entries in by_row.items():
        if {variables[column] for column in entries} != outputs[row].free_symbols & members:
            raise ConvgenError(
                f"the extracted row {row} of the Jacobian names other entries than the output does"
            )
        columns = sorted(entries)
        for column in columns[:: max(1, -(-len(columns) // DERIVATIVES_PER_OUTPUT))]:
            derivative = outputs[row].diff(variables[column])
            if derivative != entries[column]:
                raise ConvgenError(
                    f"the extracted derivative of output {row} by {variables[column]} is {entries[column]}, "
                    f"SymPy says {derivative}"
                )
            compared += 1
    return compared
