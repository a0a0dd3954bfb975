"""derive(spec): the whole derivation of one layer as SymPy objects and as text."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import sympy
from sympy.polys.domains import EXRAW
from sympy.polys.matrices import DomainMatrix

from convgen.algebra.notation import DEFAULT, NOTATIONS, Notation
from convgen.algebra.notation import notation as notation_by_name
from convgen.algebra.tree import Node
from convgen.derivation.step import Step
from convgen.derivation.ways import steps
from convgen.errors import SpecError
from convgen.layout import user_shape
from convgen.proof.report import Report
from convgen.proof.verify import verify
from convgen.rules import GRADIENT_RULES
from convgen.spec import ConvSpec
from convgen.symbolic.layer import symbolic_layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convgen.derivation.document import Block
    from convgen.derivation.trace import Trace

VEC_ORDERS = ("F", "C")
JACOBIAN_LAYOUTS = ("numerator", "denominator")


class Derivation:
    """The derivation of one layer; in a notebook it shows itself as LaTeX.

    Args:
        spec: the layer.
        notation: whose letters it is written in: ``"default"``, or a source, ``"000"`` to ``"003"``.
        index_base: the number of the first entry of every array, 0 or 1; the notation's own by default.
        vec: ``"F"`` flattens column-wise, ``"C"`` row-major; the notation's own by default.
        jacobian_layout: ``"numerator"``, with a row for each output, or ``"denominator"``, with a column.

    Raises:
        ClaimError: an unknown notation.
        SpecError: another index base, order or layout.
    """

    def __init__(
        self,
        spec: ConvSpec,
        notation: str | Notation = DEFAULT,
        *,
        index_base: int | None = None,
        vec: str | None = None,
        jacobian_layout: str = "numerator",
    ) -> None:
        if not isinstance(spec, ConvSpec):
            raise SpecError(f"a layer is derived from a ConvSpec, got {spec!r}")
        if jacobian_layout not in JACOBIAN_LAYOUTS:
            raise SpecError(
                f"jacobian_layout must be one of {', '.join(JACOBIAN_LAYOUTS)}, got {jacobian_layout!r}"
            )
        self.spec = spec
        self.notation = notation_by_name(notation)
        if index_base is not None:
            self.notation = self.notation.counted_from(index_base)
        if vec is not None:
            _check_vec(vec)
            self.notation = replace(self.notation, vec=cast(Literal["F", "C"], vec))
        self.jacobian_layout = jacobian_layout
        self.layer = symbolic_layer(spec)
        self._steps: dict[tuple[str, str], tuple[Step, ...]] = {}

    @property
    def options(self) -> str:
        """The options of the command line that ask for this notation, each after a space."""
        own = NOTATIONS.get(self.notation.name, DEFAULT)
        said = [("notation", self.notation.name, DEFAULT.name)]
        said += [("index-base", str(self.notation.first_of("X")), str(own.first_of("X")))]
        said += [("vec", self.notation.vec, own.vec)]
        said += [("jacobian-layout", self.jacobian_layout, JACOBIAN_LAYOUTS[0])]
        return "".join(f" --{name} {value}" for name, value, usual in said if value != usual)

    def __repr__(self) -> str:
        return f"Derivation({str(self.spec)!r})"

    @property
    def output(self) -> sympy.ImmutableDenseNDimArray:
        """O as explicit SymPy expressions, shape ``spec.output_shape`` (source 000 L102 for its example).

        Raises:
            BudgetError: more products than are built explicitly.
        """
        return sympy.ImmutableDenseNDimArray(list(self.layer.outputs), self.spec.output_shape)

    def jacobian(self, array: str, vec: str = "F") -> sympy.Matrix:
        """J_O(array) = ∂vec(O)/∂vec(array): rows O, columns the array (source 000 L137-185).

        Args:
            array: ``"K"``, ``"X"`` or ``"b"``.
            vec: ``"F"`` flattens column-wise, ``"C"`` row-major; both in the spec's own layout.

        Raises:
            SpecError: the layer has no such array, or an unknown vec order.
            BudgetError: more products than are built explicitly.
        """
        jacobian = self.layer.sparse_jacobian(array)
        row_of = _vec_positions(self.spec.output_shape, vec)
        column_of = _vec_positions(user_shape(self.spec, array), vec)
        rows: dict[int, dict[int, sympy.Expr]] = {}
        for (row, column), value in jacobian.entries.items():
            rows.setdefault(row_of[row], {})[column_of[column]] = value
        return DomainMatrix(rows, jacobian.shape, EXRAW).to_Matrix()

    def output_gradient(self, vec: str = "F") -> sympy.Matrix:
        """J_L(O): the row ∂L/∂vec(O), shape (1, elements of O) (source 000 L137).

        Raises:
            SpecError: an unknown vec order.
        """
        order = np.argsort(_vec_positions(self.spec.output_shape, vec))
        symbols = self.layer.symbols("dO")
        return sympy.Matrix([[symbols[element] for element in order]])

    def gradient(self, array: str) -> sympy.ImmutableDenseNDimArray:
        """∂L/∂array = J_L(O)·J_O(array), reshaped to the array (source 000 L71, L286).

        Raises:
            SpecError: the layer has no such array.
            BudgetError: more products than are built explicitly.
        """
        return sympy.ImmutableDenseNDimArray(
            list(self.layer.gradient_entries(array)), user_shape(self.spec, array)
        )

    def rule(self, array: str) -> Node:
        """The closed form of ∂L/∂array on this spec, as an operator tree; its str parses back.

        Raises:
            SpecError: the layer has no such array.
        """
        if array not in self.layer.variables:
            raise SpecError(f"the rules are for {', '.join(self.layer.variables)}; asked for {array!r}")
        return GRADIENT_RULES[array].on(self.spec)

    @cached_property
    def report(self) -> Report:
        """Every rule held against its derivative on this shape."""
        return verify(self.spec)

    def steps(self, array: str, way: str = "index") -> tuple[Step, ...]:
        """The steps from the definition to the closed form of a gradient, each of them checked.

        Args:
            array: ``"X"``, ``"K"`` or ``"b"``.
            way: ``"index"``; ``"im2col"`` by matrices; ``"zeros"``, a stride as zeros; ``"same"`` under that
                padding at stride 1; ``"second order"``.

        Raises:
            SpecError: the layer has no such array, there is no such way, or it says nothing about the layer.
            StepError: a step does not hold, which would be a fault of this package.
        """
        if (array, way) not in self._steps:
            self._steps[array, way] = steps(self.spec, array, way)
        return self._steps[array, way]

    def explain(self, entry: str) -> Trace:
        """Which taps an entry such as ``dX[0,2]`` takes part in, and why no others: see `convgen.explain`."""
        from convgen.derivation.trace import trace

        return trace(self, entry)

    @cached_property
    def _documents(self) -> dict[bool, Sequence[Block]]:
        return {}

    def _blocks(self, expanded: bool) -> Sequence[Block]:
        from convgen.derivation.chapters import chapters

        if expanded not in self._documents:
            self._documents[expanded] = chapters(self, expanded)
        return self._documents[expanded]

    @property
    def title(self) -> str:
        """The document's title."""
        return f"Convolution: {self.spec}"

    def latex(self, article: bool = False, expanded: bool = True) -> str:
        """LaTeX: a fragment to include (needs amsmath), or with ``article`` a document that compiles.

        Args:
            article: a document that compiles, and no fragment.
            expanded: with every output, Jacobian and gradient written out; else the general form alone.

        Raises:
            BudgetError: a layer too large to be written out.
        """
        from convgen.derivation.document import to_latex

        return to_latex(self.title, self._blocks(expanded), article)

    def markdown(self, flavour: str = "github", expanded: bool = True) -> str:
        """Markdown: as GitHub renders it, or with dollars, as KaTeX and MathJax read it.

        Args:
            flavour: ``"github"`` or ``"katex"``.
            expanded: as for `latex`.

        Raises:
            SpecError: an unknown flavour.
            BudgetError: as for `latex`.
        """
        from convgen.derivation.document import to_markdown

        return to_markdown(self.title, self._blocks(expanded), flavour)

    def text(self, expanded: bool = True) -> str:
        """Unicode text for a terminal."""
        from convgen.derivation.document import to_text

        return to_text(self.title, self._blocks(expanded))

    def html(self, expanded: bool = True) -> str:
        """One HTML file with MathML; it needs no network and no script.

        Raises:
            BudgetError: as for `latex`.
        """
        from convgen.derivation.document import to_html

        return to_html(self.title, self._blocks(expanded))

    def pdf(self, expanded: bool = True) -> bytes:
        """The article as PDF, by whichever TeX engine is installed.

        Raises:
            ToolError: none is, or it failed.
            BudgetError: as for `latex`.
        """
        from convgen.derivation.pdf import tex_engine, to_pdf

        tex_engine()  # before the work
        return to_pdf(self.latex(article=True, expanded=expanded))

    def _repr_markdown_(self) -> str:
        return self.markdown("katex")  # notebooks read dollars where GitHub reads a fenced block


def derive(
    spec: ConvSpec,
    notation: str | Notation = DEFAULT,
    *,
    index_base: int | None = None,
    vec: str | None = None,
    jacobian_layout: str = "numerator",
) -> Derivation:
    """Derive a layer: checked steps, explicit outputs, Jacobians, gradients, and the closed-form rules.

    Args:
        spec: the layer.
        notation: whose letters texts are written in; the SymPy objects keep X, K, b, O.
        index_base: the number of the first entry of every array in texts, 0 or 1; the notation's own by default.
        vec: ``"F"`` flattens column-wise in texts, ``"C"`` row-major; the notation's own by default.
        jacobian_layout: ``"numerator"``, with a row for each output, or ``"denominator"``, with a column.

    Raises:
        ClaimError: an unknown notation.
        SpecError: another index base, order or layout.
    """
    return Derivation(spec, notation, index_base=index_base, vec=vec, jacobian_layout=jacobian_layout)


def explain(spec: ConvSpec, entry: str, notation: str | Notation = DEFAULT) -> Trace:
    """Which taps one entry takes part in: through which kernel entries, and why through no others.

    Args:
        spec: the layer.
        entry: an entry of O, dX, dK or db (or X, K, b) by its index in the user's own layout: ``dX[0,2]``.
        notation: whose letters it is written in, and read in.

    Raises:
        ClaimError: no entry of an array of the layer; the message names the index and the shape.
    """
    return derive(spec, notation).explain(entry)


def _check_vec(vec: str) -> None:
    if vec not in VEC_ORDERS:
        raise SpecError(f"vec must be 'F' (column-wise) or 'C' (row-major), got {vec!r}")


def _vec_positions(shape: Sequence[int], vec: str) -> list[int]:
    """For each element, counted row-major, its place in vec."""
    _check_vec(vec)
    count = int(np.prod(shape))
    places: Any = np.arange(count).reshape(shape, order=vec)  # type: ignore[call-overload]
    return [int(place) for place in places.ravel()]
