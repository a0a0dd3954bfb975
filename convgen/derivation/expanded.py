"""A layer written out: its outputs, the Jacobians, the chain rule with them, every gradient entry by entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from convgen.algebra.operators import Named
from convgen.algebra.printing import star_latex, star_text
from convgen.algebra.readings import evaluate
from convgen.derivation import legend
from convgen.derivation.document import Block, display, prose, subheading
from convgen.derivation.formula import (
    DOTS,
    EQUALS,
    EntryPrinter,
    Formula,
    Line,
    aligned,
    matrix,
    matrix_size,
    shown,
)
from convgen.layout import axis_names, to_named, user_shape
from convgen.symbolic.jacobian import extracted
from convgen.symbolic.tensors import symbol_array

if TYPE_CHECKING:
    from convgen.derivation.derivation import Derivation
    from convgen.derivation.letters import Letters

EQUATIONS_SHOWN = 16
"""Equations up to which a list of them is whole; the sources' worked example has nine."""


class Expanded:
    """Writes one layer out.

    Args:
        derivation: the derivation.
        letters: how its names are written.
    """

    def __init__(self, derivation: Derivation, letters: Letters) -> None:
        self.derivation = derivation
        self.spec = derivation.spec
        self.layer = derivation.layer
        self.letters = letters
        self.notation = letters.notation
        self.printer = EntryPrinter(letters.notation)
        self.by_columns = derivation.jacobian_layout == "denominator"

    def forward(self) -> list[Block]:
        """Every output as an explicit sum."""
        total = int(np.prod(self.spec.output_shape))
        rows = shown(total, EQUATIONS_SHOWN)
        expressions = self.layer.expressions_of([row for row in rows if row is not None])
        symbols = self.layer.symbols("O")
        known = iter(expressions)
        lines: list[Line] = [
            DOTS if row is None else self._equation(str(symbols[row]), next(known)) for row in rows
        ]
        return [prose(f"Written out, {equations(total)}:"), display(aligned(lines))]

    def gradient(self, array: str) -> list[Block]:
        """The Jacobian, the chain rule with it, and every entry of a gradient."""
        return [
            subheading("Written out"),
            *self._jacobian(array),
            *self._chain_rule(array),
            *self._entries(array),
            *self._operands(array),
        ]

    def _equation(self, name: str, value: sympy.Expr) -> Line:
        return self.printer.entry(name), self.printer.expression(value)

    # ---- the chain rule with matrices -----------------------------------------------------------------

    def _derivative(self, of: str, by: str) -> Formula:
        """∂O/∂K, ∂L/∂O: the Jacobians, whose shapes are those of vec and not of the arrays."""
        latex, text = self.notation.latex_of, self.notation.letter_of
        above, over = (("L", "L") if of == "L" else (latex(of), text(of))), (latex(by), text(by))
        return Formula.of(rf"\frac{{\partial {above[0]}}}{{\partial {over[0]}}}", f"∂{above[1]}/∂{over[1]}")

    def _vec(self, array: str) -> list[int]:
        """Elements, counted row-major, in the order of vec."""
        shape = user_shape(self.spec, array)
        elements = np.arange(int(np.prod(shape))).reshape(shape)
        return [int(each) for each in elements.ravel(order=self.notation.vec)]

    def _jacobian(self, array: str) -> list[Block]:
        outputs, entries = self._vec("O"), self._vec(array)
        rows = [row for row in shown(len(outputs)) if row is not None]
        tables = [self.layer.symbols(each) for each in self.layer.variables]
        expressions = self.layer.expressions_of([outputs[row] for row in rows])
        known = extracted(expressions, tables)[self.layer.variables.index(array)].entries
        place = {row: position for position, row in enumerate(rows)}

        def entry(row: int, column: int) -> Formula:
            if self.by_columns:
                row, column = column, row
            value = known.get((place[row], entries[column]))
            return Formula.of("0", "0") if value is None else self.printer.expression(value)

        sizes = (len(entries), len(outputs)) if self.by_columns else (len(outputs), len(entries))
        of_output, of_entry = "one row for each output", f"one column for each entry of {self._letter(array)}"
        if self.by_columns:
            of_output = f"one row for each entry of {self._letter(array)}"
            of_entry = "one column for each output"
        shapes = (self.spec.output_shape, user_shape(self.spec, array))
        return [
            prose(
                f"{legend.flattening(self.notation.vec, shapes)}The Jacobian has {of_output} and {of_entry}, "
                f"{matrix_size(*sizes)}:"
            ),
            display(self._derivative("O", array).beside(EQUALS, matrix(*sizes, entry))),
        ]

    def _letter(self, array: str) -> str:
        return self.notation.letter_of(array)

    def _chain_rule(self, array: str) -> list[Block]:
        jacobian, outer, total = (
            self._derivative("O", array),
            self._derivative("L", "O"),
            self._derivative("L", array),
        )
        outputs = self._vec("O")
        symbols = self.layer.symbols("dO")
        size = (len(outputs), 1) if self.by_columns else (1, len(outputs))
        vector = matrix(*size, lambda row, column: self.printer.entry(str(symbols[outputs[row + column]])))
        words = ("a column", "from the right") if self.by_columns else ("a row", "from the left")
        product = (jacobian, outer) if self.by_columns else (outer, jacobian)
        return [
            prose(
                f"The loss is a scalar, so its Jacobian is {words[0]}, {matrix_size(*size)}, and the chain rule "
                f"multiplies it {words[1]}:"
            ),
            display(total.beside(EQUALS, *product, latex_gap=r" "), outer.beside(EQUALS, vector)),
        ]

    # ---- entry by entry -------------------------------------------------------------------------------

    def _entries(self, array: str) -> list[Block]:
        table = self.layer.symbols(f"d{array}")
        chosen = shown(len(table), EQUATIONS_SHOWN)
        values = self.layer.gradient_of(array, [each for each in chosen if each is not None])
        known = iter(values)
        lines: list[Line] = [
            DOTS if each is None else self._equation(str(table[each]), next(known)) for each in chosen
        ]
        return [
            prose(
                f"Multiplied out and put back into the shape of {self._letter(array)}, {equations(len(table))}:"
            ),
            display(aligned(lines)),
        ]

    def _operands(self, array: str) -> list[Block]:
        """For a small plane, the two arrays that meet in the rule, as source 000 has them (L226, L354)."""
        spec = self.spec
        tree = self.derivation.rule(array)
        channels = (spec.batch, spec.in_channels, spec.out_channels)
        if (
            tree.operator != "star"
            or channels != (1, 1, 1)
            or spec.rank > 2
            or not self.layer.differentiates_everything
        ):
            return []
        arrays = {
            name: Named(axis_names(spec, name), to_named(spec, name, symbol_array(spec, name)))
            for name in ("X", "K", "dO")
        }
        # The axes before the last two have size 1; a single spatial axis makes a row.
        left, right = (
            value.reshape(value.shape[-2:])
            for value in (evaluate(each, arrays).data for each in tree.operands)
        )
        if self.notation.kernel_first:
            left, right = right, left
        sign = Formula.of(star_latex(tree), star_text(tree))
        return [
            prose(
                "Entry by entry, the two arrays that are correlated are, "
                f"{matrix_size(*left.shape)} and {matrix_size(*right.shape)}:"
            ),
            display(
                self.letters.name(f"d{array}").beside(EQUALS, self._plane(left), sign, self._plane(right))
            ),
        ]

    def _plane(self, plane: Any) -> Formula:
        rows, columns = plane.shape
        return matrix(rows, columns, lambda row, column: self.printer.expression(plane[row, column]))


def equations(count: int) -> str:
    """How many equations there are, and which of them are shown."""
    if count == 1:
        return "one equation"
    parts: Sequence[int] = [each for each in shown(count, EQUATIONS_SHOWN) if each is not None]
    return f"{count} equations" + (
        f" (the first {len(parts) - 1} and the last)" if len(parts) < count else ""
    )
