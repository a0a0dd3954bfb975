"""Letters: the equations of steps in the letters of a notation, for one layer or for every size.

A step is data (`convgen.derivation.equations`); here it becomes a `Formula`, LaTeX and text at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from convgen.algebra.auxiliary import Auxiliaries, auxiliary_shapes
from convgen.algebra.index_form import Frame
from convgen.algebra.index_printing import chain_rule_in, derivative_in, index_latex, index_text
from convgen.algebra.index_styles import LATEX, TEXT
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import to_latex, to_text
from convgen.algebra.rule_printing import amount_in_words, rule_latex, rule_text, words_differ
from convgen.algebra.tree import Node, Shape
from convgen.derivation.equations import (
    ChainRule,
    DerivativeEquation,
    Equation,
    IndexEquation,
    Named,
    RuleEquation,
    SizeEquation,
    auxiliaries_of,
    auxiliaries_on,
)
from convgen.derivation.formula import EQUALS, Formula, aligned
from convgen.indexing import frame
from convgen.layout import user_axes
from convgen.proof.claim import symbolic_shapes
from convgen.rules import array_shapes
from convgen.spec import ConvSpec
from convgen.taps import axis_values

LIKE = {"Z": "O", "Z_pad": "O", "X_pad": "X", "K_rot": "K"}
"""The array whose channel axes, and whose place in a layout, an auxiliary has."""


class Letters:
    """Prints what steps state.

    Args:
        spec: the layer.
        notation: whose letters are used.
    """

    def __init__(self, spec: ConvSpec, notation: Notation) -> None:
        self.spec = spec
        self.notation = about(notation, spec)

    # ---- what formulas are written about --------------------------------------------------------------

    @cached_property
    def general(self) -> Frame:
        """Every size; an index for batch, groups or channels only where the layer has more than one."""
        spec = self.spec
        base = frame(spec.rank, self.notation)
        counts = {
            "B": spec.batch,
            "G": spec.groups,
            "C": spec.group_in_channels,
            "F": spec.group_out_channels,
        }
        ones = {name: 1 for name, count in counts.items() if count == 1}
        return self._with_auxiliaries(base, auxiliaries_of(spec.rank), symbolic_shapes(spec.rank)).restricted(
            ones
        )

    @cached_property
    def here(self) -> Frame:
        """The layer itself."""
        spec = self.spec
        return self._with_auxiliaries(frame(spec, self.notation), auxiliaries_on(spec), array_shapes(spec))

    def _with_auxiliaries(self, base: Frame, known: Auxiliaries, shapes: Mapping[str, Shape]) -> Frame:
        written = dict(frame(self.spec, self.notation).written)
        parts = {array: user_axes(self.spec, array) for array in written}
        added = auxiliary_shapes(known, shapes)
        for name, shape in added.items():
            like = LIKE.get(name)
            parts[name] = (
                (("g", "c"), *((each,) for each in shape.names[2:])) if like is None else parts[like]
            )
            present = {axis for part in parts[name] for axis in part}
            missing = tuple(axis for axis in shape.names if axis not in present)  # size 1, not in the layout
            written[name] = (tuple(axis for part in parts[name] for axis in part) + missing,)
        return replace(base, shapes={**base.shapes, **added}, written=written, parts=parts)

    # ---- equations ------------------------------------------------------------------------------------

    def equation(self, equation: Equation, general: bool) -> Formula:
        """What a step states, for every size or with the numbers of the layer."""
        shown = self.general if general else self.here
        match equation:
            case DerivativeEquation(target, terms):
                return Formula.of(
                    derivative_in(LATEX, target, terms, shown, self.notation),
                    derivative_in(TEXT, target, terms, shown, self.notation),
                )
            case IndexEquation(target, terms):
                return self.index(target, terms, shown)
            case Named(name):
                return self.index(name, equation.terms, shown)
            case ChainRule(by):
                return Formula.of(
                    chain_rule_in(LATEX, f"d{by}", shown, self.notation),
                    chain_rule_in(TEXT, f"d{by}", shown, self.notation),
                )
            case RuleEquation(target, tree, second):
                left = self.pairing(target) if second else self.name(target)
                return left.beside(EQUALS, self.tree(tree, general))
            case SizeEquation(left, right):
                return self._sizes(left, right, general)

    def index(self, target: str, terms: tuple[IndexedSum, ...], shown: Frame) -> Formula:
        """An index form."""
        return Formula.of(
            index_latex(target, terms, shown, self.notation),
            index_text(target, terms, shown, self.notation),
        )

    def tree(self, tree: Node, general: bool) -> Formula:
        """A closed form."""
        if not general:
            return Formula.of(to_latex(tree, self.notation), to_text(tree, self.notation))
        rank = self.spec.rank
        return Formula.of(rule_latex(tree, self.notation, rank), rule_text(tree, self.notation, rank))

    def name(self, array: str) -> Formula:
        """An array's name: dX in text, which is how claims say it, ∂L/∂X in LaTeX where the notation has it so."""
        return Formula.of(self.notation.latex_of(array), self.notation.letter_of(array))

    def pairing(self, target: str) -> Formula:
        """The gradient of dO paired with a change of the output."""
        latex, text = self.notation.latex_of, self.notation.letter_of
        by = target.removeprefix("d")
        return Formula.of(
            rf"\frac{{\partial}}{{\partial {latex(by)}}} \left\langle {latex('dO')},\, {latex('ddO')} \right\rangle",
            f"∂⟨{text('dO')}, {text('ddO')}⟩/∂{text(by)}",
        )

    def amount(self, amount: Polynomial, axis: int = 0) -> Formula:
        """An amount of an axis, in the notation's words."""
        text, latex = amount_in_words(amount, self.notation, self.spec.rank, axis)
        return Formula.of(latex, text)

    def _sizes(self, left: Polynomial, right: Polynomial, general: bool) -> Formula:
        """One equation for all axes; one for each where they have words or numbers of their own."""
        values = [axis_values(axis) for axis in self.spec.axes]
        differ = words_differ(left.names | right.names, self.notation, self.spec.rank)
        if not general:
            differ = differ or len({right.substitute(each).value() for each in values}) > 1
        lines: list[tuple[Formula, Formula]] = []
        for d in range(self.spec.rank if differ else 1):
            value = self.amount(right, d)
            if not general:
                number = str(right.substitute(values[d]).value())
                value = value.beside(EQUALS, Formula.of(number, number))
            lines.append((self.amount(left, d), value))
        if len(lines) > 1:
            return aligned(lines)
        (both,) = lines
        return both[0].beside(EQUALS, both[1])


_WITH_AXIS_LETTERS = {"000": ("H", "W")}
"""Notations that put the letter of an axis behind a parameter, SH and SW; so they would write those they lack."""


def about(notation: Notation, spec: ConvSpec) -> Notation:
    """A notation in which a layer of any kind can be written.

    A word that a source has for several axes, such as one stride s, or for both sides of the padding, or for a
    padding of (a-1)/2, is kept where the layer is so; elsewhere the parameter goes by our name.
    """
    words: dict[str, str] = {}
    axes = [axis_values(axis) for axis in spec.axes]
    symmetric = all(axis.before == axis.after for axis in spec.axes)
    for name in ("H", "M", "S", "D", "Pb", "Ho", "E", "r"):
        own = [notation.parameters.get(f"{name}{d}") for d in range(spec.rank)]
        letters = _WITH_AXIS_LETTERS.get(notation.name, ())
        if own == [None] * spec.rank and spec.rank <= len(letters):
            own = [f"{name}{letter}" for letter in letters[: spec.rank]]
        if None in own:
            continue
        shared = len(set(own)) < len(own)
        if shared and len({each[name] for each in axes}) > 1:
            continue
        if name == "Pb" and not (symmetric and all(_says(own[d], axes[d]) for d in range(spec.rank))):
            continue
        words |= {f"{name}{d}": str(word) for d, word in enumerate(own)}
        if name == "Pb":
            words |= {f"Pa{d}": str(word) for d, word in enumerate(own)}
    if spec.groups == 1:  # a source's word for its channels is not for those of a group
        words |= {name: word for name, word in notation.parameters.items() if not name[-1].isdigit()}
    return replace(notation, parameters=words)


def _says(word: str | None, axis: Mapping[str, int]) -> bool:
    """Whether a word for the padding that is a quotient, (a-1)/2, is the padding of an axis."""
    return word is not None and ("/2" not in word or 2 * axis["Pb"] == axis["M"] - 1)
