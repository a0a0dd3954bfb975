"""derive(spec): the whole derivation of one layer as SymPy objects and as text."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy
from sympy.polys.domains import EXRAW
from sympy.polys.matrices import DomainMatrix

from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.notation import notation as notation_by_name
from convgen.algebra.tree import Node
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

VEC_ORDERS = ("F", "C")


class Derivation:
    """The derivation of one layer; in a notebook it shows itself as LaTeX.

    Args:
        spec: the layer.
        notation: whose letters it is written in: ``"default"``, or a source, ``"000"`` to ``"003"``.

    Raises:
        ClaimError: an unknown notation.
    """

    def __init__(self, spec: ConvSpec, notation: str | Notation = DEFAULT) -> None:
        if not isinstance(spec, ConvSpec):
            raise SpecError(f"a layer is derived from a ConvSpec, got {spec!r}")
        self.spec = spec
        self.notation = notation_by_name(notation)
        self.layer = symbolic_layer(spec)

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

    @cached_property
    def _blocks(self) -> Sequence[Block]:
        from convgen.derivation.chapters import chapters

        return chapters(self)

    @property
    def title(self) -> str:
        """The document's title."""
        return f"Convolution: {self.spec}"

    def latex(self, article: bool = False) -> str:
        """LaTeX: a fragment to include (needs amsmath), or with ``article`` a document that compiles."""
        from convgen.derivation.document import to_latex

        return to_latex(self.title, self._blocks, article)

    def markdown(self) -> str:
        """Markdown that GitHub renders."""
        from convgen.derivation.document import to_markdown

        return to_markdown(self.title, self._blocks)

    def text(self) -> str:
        """Unicode text for a terminal."""
        from convgen.derivation.document import to_text

        return to_text(self.title, self._blocks)

    def _repr_markdown_(self) -> str:
        # Notebooks read $$...$$ where GitHub reads a fenced block.
        return (
            self.markdown()
            .replace("```math\n", "$$\n")
            .replace("\n```\n", "\n$$\n")
            .replace("$`", "$")
            .replace("`$", "$")
        )


def derive(spec: ConvSpec, notation: str | Notation = DEFAULT) -> Derivation:
    """Derive a layer: explicit outputs, Jacobians, gradients, and the closed-form rules.

    Args:
        spec: the layer.
        notation: whose letters texts are written in; the SymPy objects keep X, K, b, O.

    Raises:
        ClaimError: an unknown notation.
    """
    return Derivation(spec, notation)


def _vec_positions(shape: Sequence[int], vec: str) -> list[int]:
    """For each element, counted row-major, its place in vec."""
    if vec not in VEC_ORDERS:
        raise SpecError(f"vec must be 'F' (column-wise) or 'C' (row-major), got {vec!r}")
    count = int(np.prod(shape))
    places: Any = np.arange(count).reshape(shape, order=vec)  # type: ignore[call-overload]
    return [int(place) for place in places.ravel()]
