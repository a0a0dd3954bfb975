"""A source as data: its notation, the layers it speaks about, and its formulas in its own letters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from convgen.algebra.index_form import Frame, IndexFormula, evaluate_sums
from convgen.algebra.index_printing import index_latex
from convgen.algebra.index_syntax import parse_index_formula
from convgen.algebra.notation import Notation
from convgen.algebra.operator_base import Named
from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.algebra.printing import to_latex, to_text
from convgen.algebra.readings import evaluate
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node
from convgen.indexing import frame
from convgen.layout import axis_names
from convgen.rules import GRADIENT_RULES, bind, simplify
from convgen.spec import ConvSpec
from convgen.taps import AXIS_PARAMETERS, parameters

if TYPE_CHECKING:
    import numpy.typing as npt

RANK = 2
"""All four sources are about images."""


@dataclass(frozen=True)
class Formula(ABC):
    """One formula of a source, in the source's letters.

    Attributes:
        where: the lines of the source on which it stands.
        text: the formula.
        stated_for: what the source itself fixes there, on every axis, such as ``{"S": 1}``.
    """

    where: str
    text: str
    stated_for: Mapping[str, int] = field(default_factory=dict)

    @abstractmethod
    def values(
        self, notation: Notation, spec: ConvSpec, arrays: Mapping[str, npt.NDArray[Any]]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Both sides on a layer: what the formula speaks of, and what it says that is.

        Args:
            notation: whose letters it is written in.
            spec: a layer.
            arrays: X, K, b, O and their gradients under the named axes, by our names.
        """

    @abstractmethod
    def latex(self, notation: Notation, about: Frame) -> str:
        """The formula in LaTeX that GitHub renders, in the letters of a notation."""


@dataclass(frozen=True)
class EntryFormula(Formula):
    """A formula about entries: ``dX[p,q] = sum(i, j) ...``.

    Attributes:
        first_index: the number of an array's first entry, where the source does not count it from 0.
    """

    first_index: Mapping[str, int] = field(default_factory=dict)

    def read(self, notation: Notation, about: Frame) -> IndexFormula:
        """The formula as sums over taps."""
        return parse_index_formula(self.text, about, self._counting(notation))

    def _counting(self, notation: Notation) -> Notation:
        return replace(notation, first_index=self.first_index)

    def values(
        self, notation: Notation, spec: ConvSpec, arrays: Mapping[str, npt.NDArray[Any]]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Both sides on a layer; entries that the formula does not speak of are 0 on both."""
        read = self.read(notation, frame(spec))
        return evaluate_sums(read.left, arrays), evaluate_sums(read.terms, arrays)

    def latex(self, notation: Notation, about: Frame) -> str:
        """The formula as it was understood, printed."""
        read = self.read(notation, about)
        return index_latex(read.target, read.terms, about, self._counting(notation), read.entries)


@dataclass(frozen=True)
class ArrayFormula(Formula):
    """A formula about whole arrays and matrices: ``dX = pad(dO) ⋆ rot180(K)``, ``dW~ = δ~ @ X~.T``."""

    def sides(self, notation: Notation) -> tuple[Node, Node]:
        """The left and the right side as operator trees."""
        left, right = self.text.split("=", 1)
        return parse_tree(left, notation), parse_tree(right, notation)

    def values(
        self, notation: Notation, spec: ConvSpec, arrays: Mapping[str, npt.NDArray[Any]]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Both sides on a layer."""
        named = {array: Named(axis_names(spec, array), data) for array, data in arrays.items()}
        left, right = (evaluate(bind(side, spec), named) for side in self.sides(notation))
        return left.data, right.arranged(left.axes, left.rows).data

    def latex(self, notation: Notation, about: Frame) -> str:  # noqa: ARG002 -- trees speak of every layer
        """Both sides printed."""
        return " = ".join(to_latex(side, notation) for side in self.sides(notation))


@dataclass(frozen=True)
class SourceSystem:
    """How one source works.

    Attributes:
        name: the number of the source.
        about: one line on what it is about.
        notation: its letters.
        spec: makes a layer from the source's own parameters.
        layout: the order of its axes.
        axis: what it fixes on every axis: numbers, or other parameters of the same axis.
        same_on_axes: parameters that have one value for both axes.
        formulas: its formulas; each holds for every layer of the source that it is stated for.
        short_forms: formulas that it gives in short, which hold for some of its layers.
    """

    name: str
    about: str
    notation: Notation
    spec: Callable[..., ConvSpec]
    layout: str
    axis: Mapping[str, PolynomialLike]
    same_on_axes: tuple[str, ...] = ()
    formulas: tuple[Formula, ...] = ()
    short_forms: tuple[Formula, ...] = ()

    @property
    def layers(self) -> dict[str, Polynomial]:
        """What sizes and parameters are in the source's layers, by their names in the definition."""
        same = {f"{name}{d}": Polynomial.of(f"{name}0") for name in self.same_on_axes for d in range(1, RANK)}
        values = dict.fromkeys("BG" if "C" in self.layout else "BGCF", Polynomial.of(1)) | same
        for d in range(RANK):
            names = {name: f"{name}{d}" for name in AXIS_PARAMETERS}
            for name, value in self.axis.items():
                values[f"{name}{d}"] = Polynomial.of(value).substitute(names).substitute(same)
        return values

    @property
    def frame(self) -> Frame:
        """What its formulas about entries are written about: its layers of every size."""
        return frame(RANK, self.notation, self.layers)

    def speaks_of(self, spec: ConvSpec, formula: Formula | None = None) -> bool:
        """Whether a layer is one of the source's, and of those that a formula is stated for."""
        stated = formula.stated_for if formula else {}
        fixed = {f"{name}{d}": Polynomial.of(value) for name, value in stated.items() for d in range(RANK)}
        numbers = parameters(spec)
        return spec.layout == self.layout and all(
            numbers[name] == value.substitute(numbers).value()
            for name, value in (self.layers | fixed).items()
        )

    def full_form(self, array: str) -> str:
        """The closed form of a gradient for all of the source's layers, in its letters.

        Args:
            array: ``"X"``, ``"K"`` or ``"b"``.
        """
        rule = GRADIENT_RULES[array]
        fixed = {name: Polynomial.of(value) for name, value in self.axis.items()}
        tree = simplify(rule.tree.bind([fixed]), self.frame.shapes)
        return f"{self.notation.letters[rule.target]} = {to_text(tree, self.notation)}"
