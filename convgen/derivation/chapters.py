"""What a derivation says, chapter by chapter: the layer, the forward pass, each gradient, other ways, the check.

Every formula comes from a checked step, from SymPy's derivatives, or from a rule; none is typed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convgen.derivation import legend
from convgen.derivation.document import Block, display, heading, prose, subheading
from convgen.derivation.expanded import Expanded
from convgen.derivation.formula import Formula
from convgen.derivation.letters import Letters
from convgen.derivation.step import Step
from convgen.derivation.told import checked, told
from convgen.derivation.ways import WAYS
from convgen.errors import BudgetError
from convgen.layout import user_shape
from convgen.rules import GRADIENT_RULES

if TYPE_CHECKING:
    from convgen.derivation.derivation import Derivation

GRADIENT_ORDER = ("b", "K", "X")
"""The order in which source 000 derives them."""

EXPANDED_LIMIT = 20_000_000
"""Products up to which a layer's outputs and gradients are written out, from index arrays of its taps."""


def chapters(derivation: Derivation, expanded: bool = True) -> list[Block]:
    """The blocks of the whole document.

    Args:
        derivation: the derivation.
        expanded: whether outputs, Jacobians and gradients are written out for the layer.

    Raises:
        BudgetError: a layer too large to be written out, even with its middle left out.
        StepError: a step does not hold, which would be a fault of this package.
    """
    writer = _Writer(derivation, expanded)
    blocks = [*writer.layer(), *writer.forward()]
    for array in GRADIENT_ORDER:
        if array in derivation.layer.variables:
            blocks += writer.gradient(array)
    for way in WAYS.values():
        if way.name != "index" and way.applies(derivation.spec) and way.tells(derivation.spec):
            blocks += writer.other_way(way.name, way.title)
    return [*blocks, *writer.check()]


def check_size(derivation: Derivation) -> None:
    """Refuse a layer too large to be written out, before any work.

    Raises:
        BudgetError: it has more products than `EXPANDED_LIMIT`.
    """
    products = derivation.spec.multiply_adds
    if products > EXPANDED_LIMIT:
        raise BudgetError(
            f"{derivation.spec} has {products:,} products, more than the limit of {EXPANDED_LIMIT:,} for writing "
            "its outputs and gradients out; ask for the general form alone (--general, or expanded=False), or "
            "derive a smaller layer"
        )


class _Writer:
    def __init__(self, derivation: Derivation, expanded: bool) -> None:
        if expanded:
            check_size(derivation)
        self.derivation = derivation
        self.spec = derivation.spec
        self.letters = Letters(derivation.spec, derivation.notation)
        self.notation = self.letters.notation
        self.expanded = Expanded(derivation, self.letters) if expanded else None
        self.steps: list[Step] = []

    def _tell(self, steps: Sequence[Step]) -> list[Block]:
        self.steps += steps
        return told(steps, self.letters)

    # ---- the layer ------------------------------------------------------------------------------------

    def layer(self) -> list[Block]:
        spec = self.spec
        shapes = ", ".join(
            f"{self.notation.letter_of(array)} {_by(user_shape(spec, array))}"
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
        definition, *_ = self.derivation.steps("K")
        return [
            heading("Forward pass"),
            *legend.letters(self.spec, self.notation),
            *self._tell([definition]),
            *(self.expanded.forward() if self.expanded is not None else []),
        ]

    # ---- gradients ------------------------------------------------------------------------------------

    def gradient(self, array: str) -> list[Block]:
        letter = self.notation.letter_of(array)
        blocks = [
            heading(f"Gradient with respect to {letter}"),
            *self._tell(self.derivation.steps(array)[1:]),
        ]
        tree = GRADIENT_RULES[array].tree
        words = legend.amounts(tree, self.letters)
        if words:
            blocks.append(prose(*words))
        return blocks + (self.expanded.gradient(array) if self.expanded is not None else [])

    def other_way(self, way: str, title: str) -> list[Block]:
        """Every gradient this way; a step that they share is told once, before the first."""
        arrays = [array for array in GRADIENT_ORDER if array in self.derivation.layer.variables]
        steps = {array: self.derivation.steps(array, way) for array in arrays}
        every = [step for each in steps.values() for step in each]
        shared = [step for step in steps[arrays[0]] if every.count(step) == len(arrays)]
        blocks = [heading(title), *self._tell(shared)]
        for array, own in steps.items():
            rest = [step for step in own if step not in shared]
            if rest:
                blocks += [subheading(f"Gradient with respect to {self.notation.letter_of(array)}")]
                blocks += self._tell(rest)
        return blocks

    # ---- the check ------------------------------------------------------------------------------------

    def check(self) -> list[Block]:
        derivation = self.derivation
        blocks = [heading("Check"), prose(checked(self.steps))]
        if self.expanded is None or not derivation.layer.is_explicit:
            return [
                *blocks,
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
            *blocks,
            prose(
                f"On this shape, {len(report.results)} rules were compared with the outputs and their "
                f"derivatives, {entries} entries as exact polynomials; all are equal. "
                f"Derivatives: {report.method}."
            ),
        ]


def _by(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))
