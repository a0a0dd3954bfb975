"""What a derivation says, chapter by chapter: the layer, the forward pass, and each gradient.

Every formula comes from the definition, from SymPy's derivatives, or from a rule; none is typed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from convgen.algebra.operators import Named
from convgen.algebra.printing import star_latex, star_text, to_latex, to_text
from convgen.algebra.readings import evaluate
from convgen.algebra.tree import Node
from convgen.derivation import legend
from convgen.derivation.document import Block, display, heading, prose
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
from convgen.indexing import Written, definition_formula, gradient_formula
from convgen.layout import axis_names, to_named, user_shape
from convgen.rules import GRADIENT_RULES
from convgen.symbolic.jacobian import extracted
from convgen.symbolic.tensors import symbol_array

if TYPE_CHECKING:
    from convgen.derivation.derivation import Derivation

EQUATIONS_SHOWN = 16
"""Equations up to which a list of them is whole; the sources' worked example has nine."""

GRADIENT_ORDER = ("b", "K", "X")
"""The order in which source 000 derives them."""


def chapters(derivation: Derivation) -> list[Block]:
    """The blocks of the whole document."""
    writer = _Writer(derivation)
    blocks = [*writer.layer(), *writer.forward()]
    for array in GRADIENT_ORDER:
        if array in derivation.layer.variables:
            blocks += writer.gradient(array)
    return [*blocks, *writer.check()]


class _Writer:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.spec = derivation.spec
        self.layer_ = derivation.layer
        self.notation = derivation.notation
        self.printer = EntryPrinter(derivation.notation)

    # ---- the layer ------------------------------------------------------------------------------------

    def layer(self) -> list[Block]:
        spec = self.spec
        shapes = ", ".join(
            f"{self.notation.letters[array]} {_by(user_shape(spec, array))}"
            for array in ("X", "K", "b", "O")
            if array != "b" or spec.bias
        )
        words = f"Shapes in layout {spec.layout}: {shapes}."
        if spec.groups > 1:
            words += (
                f" The channels fall into {spec.groups} groups of {spec.group_in_channels} input and "
                f"{spec.group_out_channels} output channels."
            )
        return [heading("The layer"), prose(words), *self._sizes()]

    def _sizes(self) -> list[Block]:
        formulas = []
        for name, axis in zip(self.spec.axis_names, self.spec.axes, strict=True):
            sum_ = f"{axis.input} + {axis.before} + {axis.after} - {axis.effective}"
            quotient = rf"\left\lfloor \frac{{{sum_}}}{{{axis.stride}}} \right\rfloor"
            size = Formula.of(
                rf"\text{{output {name}}} = {quotient} + 1 = {axis.output}",
                f"output {name} = ⌊({sum_})/{axis.stride}⌋ + 1 = {axis.output}",
            )
            rest = Formula.of(rf"\text{{remainder }} r = {axis.remainder}", f"remainder r = {axis.remainder}")
            formulas.append(size.beside(rest, gap=",  ", latex_gap=r",\quad "))
        return [
            prose(
                "Output size: input + padding before + padding after − effective kernel, divided by the "
                "stride and rounded down, + 1. The effective kernel is the extent of the dilated one; the "
                "remainder is what rounding down leaves."
            ),
            display(*formulas),
        ]

    # ---- forward --------------------------------------------------------------------------------------

    def forward(self) -> list[Block]:
        total = int(np.prod(self.spec.output_shape))
        rows = shown(total, EQUATIONS_SHOWN)
        expressions = self.layer_.expressions_of([row for row in rows if row is not None])
        symbols = self.layer_.symbols("O")
        lines: list[Line] = []
        known = iter(expressions)
        for row in rows:
            if row is None:
                lines.append(DOTS)
            else:
                lines.append(self._equation(str(symbols[row]), next(known)))
        return [
            heading("Forward pass"),
            prose(
                "The layer is the sum over its taps; an entry outside the input counts as zero.",
                *legend.channel_indices(self.spec, self.notation),
            ),
            display(_as_formula(definition_formula(self.spec, self.notation))),
            prose(f"Written out, {_equations(total)}:"),
            display(aligned(lines)),
        ]

    def _equation(self, name: str, value: sympy.Expr) -> Line:
        return self.printer.entry(name), self.printer.expression(value)

    # ---- gradients ------------------------------------------------------------------------------------

    def gradient(self, array: str) -> list[Block]:
        letter = self.notation.letters[array]
        return [
            heading(f"Gradient with respect to {letter}"),
            *self._jacobian(array),
            *self._chain_rule(array),
            *self._entries(array),
            *self._closed_form(array),
        ]

    def _names(self, array: str) -> tuple[Formula, Formula, Formula]:
        """∂O/∂A, ∂L/∂O and ∂L/∂A."""
        latex, letters = self.notation.latex_of, self.notation.letters
        return (
            Formula.of(
                rf"\frac{{\partial {latex('O')}}}{{\partial {latex(array)}}}",
                f"∂{letters['O']}/∂{letters[array]}",
            ),
            Formula.of(rf"\frac{{\partial L}}{{\partial {latex('O')}}}", f"∂L/∂{letters['O']}"),
            Formula.of(rf"\frac{{\partial L}}{{\partial {latex(array)}}}", f"∂L/∂{letters[array]}"),
        )

    def _vec(self, array: str) -> list[int]:
        """Elements, counted row-major, in the order of vec."""
        shape = user_shape(self.spec, array)
        order = self.notation.vec
        elements = np.arange(int(np.prod(shape))).reshape(shape)
        return [int(each) for each in elements.ravel(order=order)]

    def _jacobian(self, array: str) -> list[Block]:
        outputs, entries = self._vec("O"), self._vec(array)
        rows = [row for row in shown(len(outputs)) if row is not None]
        table = self.layer_.symbols(array)
        tables = [self.layer_.symbols(each) for each in self.layer_.variables]
        expressions = self.layer_.expressions_of([outputs[row] for row in rows])
        known = extracted(expressions, tables)[self.layer_.variables.index(array)].entries
        place = {row: position for position, row in enumerate(rows)}

        def entry(row: int, column: int) -> Formula:
            value = known.get((place[row], entries[column]))
            return Formula.of("0", "0") if value is None else self.printer.expression(value)

        shapes = (self.spec.output_shape, user_shape(self.spec, array))
        return [
            prose(
                f"{legend.flattening(self.notation.vec, shapes)}The Jacobian has one row for each output and "
                f"one column for each entry of {self.notation.letters[array]}, "
                f"{matrix_size(len(outputs), len(table))}:"
            ),
            display(self._names(array)[0].beside(EQUALS, matrix(len(outputs), len(table), entry))),
        ]

    def _chain_rule(self, array: str) -> list[Block]:
        jacobian, outer, total = self._names(array)
        outputs = self._vec("O")
        symbols = self.layer_.symbols("dO")
        row = matrix(1, len(outputs), lambda _, column: self.printer.entry(str(symbols[outputs[column]])))
        return [
            prose(
                f"The loss is a scalar, so its Jacobian is a row, {matrix_size(1, len(outputs))}, and the chain rule "
                "multiplies it from the left:"
            ),
            display(total.beside(EQUALS, outer, jacobian, latex_gap=r" "), outer.beside(EQUALS, row)),
        ]

    def _entries(self, array: str) -> list[Block]:
        table = self.layer_.symbols(f"d{array}")
        chosen = shown(len(table), EQUATIONS_SHOWN)
        values = self.layer_.gradient_of(array, [each for each in chosen if each is not None])
        known = iter(values)
        lines: list[Line] = [
            DOTS if each is None else self._equation(str(table[each]), next(known)) for each in chosen
        ]
        return [
            prose(
                f"Multiplied out and put back into the shape of {self.notation.letters[array]}, "
                f"{_equations(len(table))}:"
            ),
            display(aligned(lines)),
        ]

    def _closed_form(self, array: str) -> list[Block]:
        rule = GRADIENT_RULES[array]
        total = self._names(array)[2]
        tree = rule.on(self.spec)
        general, here = (
            Formula.of(to_latex(each, self.notation), to_text(each, self.notation))
            for each in (rule.tree, tree)
        )
        numbers = (
            [prose("and with the numbers of this one:"), display(total.beside(EQUALS, here))]
            if here != general
            else []
        )
        places = (
            "outputs that this entry is added to" if array == "b" else "taps that this entry takes part in"
        )
        return [
            prose(f"Collected by entry, the sum over the {places}:"),
            display(_as_formula(gradient_formula(self.spec, array, self.notation))),
            prose("The closed form, for every layer", *legend.amounts(rule.tree), ":"),
            display(total.beside(EQUALS, general)),
            *numbers,
            *self._operands(array, tree),
        ]

    def _operands(self, array: str, tree: Node) -> list[Block]:
        """For a small plane, the two arrays that meet in the rule, as source 000 has them (L226, L354)."""
        spec = self.spec
        channels = (spec.batch, spec.in_channels, spec.out_channels)
        if (
            tree.operator != "star"
            or channels != (1, 1, 1)
            or spec.rank > 2
            or not self.layer_.differentiates_everything
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
                "Written out, the two arrays that are correlated are, "
                f"{matrix_size(*left.shape)} and {matrix_size(*right.shape)}:"
            ),
            display(self._names(array)[2].beside(EQUALS, self._plane(left), sign, self._plane(right))),
        ]

    def _plane(self, plane: Any) -> Formula:
        rows, columns = plane.shape
        return matrix(rows, columns, lambda row, column: self.printer.expression(plane[row, column]))

    def check(self) -> list[Block]:
        derivation = self.derivation
        if not derivation.layer.is_explicit:
            return [
                heading("Check"),
                prose(
                    f"This layer has {self.spec.multiply_adds:,} products; verify compares its rules "
                    "on index arrays."
                ),
            ]
        report = derivation.report
        if not report:
            raise AssertionError(
                f"a rule differs from its derivative, which is a fault of this package:\n{report}"
            )
        entries = sum(result.entries for result in report.results)
        return [
            heading("Check"),
            prose(
                f"On this shape, {len(report.results)} rules were compared with the outputs and their "
                f"derivatives, {entries} entries as exact polynomials; all are equal. "
                f"Derivatives: {report.method}."
            ),
        ]


def _by(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _equations(count: int) -> str:
    if count == 1:
        return "one equation"
    parts = [each for each in shown(count, EQUATIONS_SHOWN) if each is not None]
    return f"{count} equations" + (
        f" (the first {len(parts) - 1} and the last)" if len(parts) < count else ""
    )


def _as_formula(written: Written) -> Formula:
    return Formula.of(written.latex, written.text)
