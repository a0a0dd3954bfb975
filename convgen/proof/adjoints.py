"""Claims about adjoints and directional derivatives: ∂⟨A, unfold(X)⟩/∂X = fold(A), and δO = (... ) along δX, δK, δb.

⟨A, f⟩ is Σ A·f over all entries. Its gradient by an array in which f is linear is the adjoint of f, applied to
A: the same taps, gathered by the entries of that array. What stands on the left is worked out from the
definition, or from the operators of f, and nothing of it is written down a second time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convgen.algebra.indexed_sum import Index, IndexedSum, regroup
from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.readings import lower
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node
from convgen.errors import ClaimError
from convgen.layout import ARRAYS, base_name
from convgen.proof.claim import TARGETS, AxisValues, Claim, Shapes, Statement, truth, unfolded_shape
from convgen.proof.read import read_claim

MATRIX = "A"
"""An arbitrary matrix with the rows and columns of an unfolded input."""

LETTERS = replace(
    DEFAULT,
    letters={**DEFAULT.letters, **{f"dd{array}": f"δ{array}" for array in ARRAYS}, MATRIX: MATRIX},
)
"""The default notation, and letters for directions and for an arbitrary matrix."""

_ADJOINT = re.compile(r"\s*∂(?P<pairings>.*⟩\)?)\s*/\s*∂(?P<by>\w+)\s*=(?P<right>.*)", re.S)
_PAIRING = re.compile(r"⟨(?P<cotangent>[^,⟩]+),(?P<value>[^⟩]+)⟩")
_ALONG = re.compile(r"\s*δO\s*=(?P<right>.*)", re.S)


@dataclass(frozen=True)
class AdjointClaim(Claim):
    """A claim about the gradient of a sum of scalar products.

    Attributes:
        pairings: the products: an array, and a formula of its shape; O, dX, dK and db mean the layer's own.
        by: the array by which the gradient is taken.
    """

    pairings: tuple[tuple[str, Node], ...] = ()
    by: str = ""

    def on(self, axes: Sequence[AxisValues], shapes: Shapes) -> Statement:
        """What it says, of an arbitrary matrix too."""
        return super().on(axes, {**shapes, MATRIX: unfolded_shape(shapes)})

    def truth_on(self, axes: Sequence[AxisValues], shapes: Shapes) -> tuple[IndexedSum, ...]:
        """The left side, gathered from the definition or from the operators."""
        gathered = tuple(Index(name, size) for name, size in shapes[self.by].axes)
        return tuple(
            regroup(term, self.by, cotangent, gathered)
            for cotangent, value in self.pairings
            for term in self._terms(value, axes, shapes)
        )

    def _terms(self, value: Node, axes: Sequence[AxisValues], shapes: Shapes) -> list[IndexedSum]:
        """The terms of a formula in which the array stands."""
        terms = (
            truth(value.array, len(axes), shapes)
            if value.array in TARGETS
            else lower(value.bind(axes), shapes)
        )
        return [term for term in terms if any(factor.array == self.by for factor in term.factors)]


@dataclass(frozen=True)
class DirectionalClaim(Claim):
    """A claim about the derivative of O along directions δX, δK and δb."""

    def truth_on(self, axes: Sequence[AxisValues], shapes: Shapes) -> tuple[IndexedSum, ...]:
        """The left side: the definition with each factor in turn replaced by its direction."""
        return differential(truth("O", len(axes), shapes))


def differential(terms: Sequence[IndexedSum]) -> tuple[IndexedSum, ...]:
    """The derivative of sums of products along directions, by the product rule."""
    return tuple(
        replace(
            term,
            factors=tuple(
                replace(each, array=f"dd{each.array}") if position == changed else each
                for position, each in enumerate(term.factors)
            ),
        )
        for term in terms
        for changed in range(len(term.factors))
    )


def theorem_claim(text: str, rank: int = 2) -> Claim:
    """Read a claim of any form, adjoints and directional derivatives among them.

    Args:
        text: the claim; directions are δX, δK, δb, and A is an arbitrary matrix shaped as X~.
        rank: the number of spatial axes.

    Raises:
        ClaimError: it cannot be read.
    """
    along, adjoint = _ALONG.fullmatch(text), _ADJOINT.fullmatch(text)
    if along is not None:
        tree = parse_tree(along["right"], LETTERS, text[: along.start("right")])
        return DirectionalClaim(text, "ddO", tree, LETTERS)
    if adjoint is None:
        return read_claim(text, rank=rank)
    by = _array(adjoint["by"], LETTERS)
    pairings = tuple(
        (_array(each["cotangent"].strip(), LETTERS), parse_tree(each["value"].strip(), LETTERS))
        for each in _PAIRING.finditer(adjoint["pairings"])
    )
    right = parse_tree(adjoint["right"], LETTERS, text[: adjoint.start("right")])
    target = "dX~" if by == MATRIX else f"d{base_name(by)}"
    return AdjointClaim(text, target, right, LETTERS, (), pairings, by)


def _array(letter: str, notation: Notation) -> str:
    array = notation.letters_to_arrays.get(letter)
    if array is None:
        raise ClaimError(f"{letter!r} is no array; arrays are {', '.join(notation.letters_to_arrays)}")
    return array
