"""Claim: a formula about a layer's arrays, and what it says on layers of given or of every size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from convgen.algebra.indexed_sum import Index, IndexedSum, regroup
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.readings import lower, shape_of
from convgen.algebra.tree import Node, Shape
from convgen.taps import array_shape, definition

AxisValues = Mapping[str, Polynomial]

GRADIENTS = {"dX": "X", "dK": "K", "db": "b"}


@dataclass(frozen=True)
class Statement:
    """What a claim says about layers whose strides and dilations are numbers.

    Attributes:
        shape: the shape of its right-hand side.
        terms: its right-hand side as sums over taps.
        sizes: every size that occurs on the way; where one is below 1 the claim has no value.
    """

    shape: Shape
    terms: tuple[IndexedSum, ...]
    sizes: tuple[Polynomial, ...]


@dataclass(frozen=True)
class TreeClaim:
    """A claim written with operators.

    Attributes:
        text: as the user wrote it.
        target: the array on the left: O, dX, dK or db.
        tree: the right-hand side.
    """

    text: str
    target: str
    tree: Node

    def on(self, axes: Sequence[AxisValues], shapes: Mapping[str, Shape]) -> Statement:
        """The claim for given meanings of S, D, E, ... on each axis.

        Raises:
            ClaimError: operands of the wrong kind.
            FormulaShapeError: sizes that do not go together whatever the layer.
        """
        bound = self.tree.bind(axes)
        sizes: list[Polynomial] = []
        _collect_sizes(bound, shapes, sizes)
        return Statement(shape_of(bound, shapes), lower(bound, shapes), tuple(dict.fromkeys(sizes)))


def _collect_sizes(tree: Node, shapes: Mapping[str, Shape], sizes: list[Polynomial]) -> None:
    if tree.operator == "array":
        return
    for operand in tree.operands:
        _collect_sizes(operand, shapes, sizes)
    sizes += [size for _, size in shape_of(tree, shapes).axes if not size.is_constant or size.constant < 1]


def symbolic_shapes(rank: int) -> dict[str, Shape]:
    """The shape of every array with the names of its sizes."""
    return {
        prefix + array: array_shape(array, rank)
        for array in ("X", "K", "b", "O")
        for prefix in ("", "d", "dd")
    }


def truth(target: str, rank: int) -> tuple[IndexedSum, ...]:
    """What the target is, from the definition: itself for O, its regrouping by an entry for a gradient."""
    products, bias = definition(rank)
    if target == "O":
        return products, bias
    array = GRADIENTS[target]
    axes = tuple(Index(name, size) for name, size in array_shape(array, rank).axes)
    return (regroup(bias if array == "b" else products, array, "dO", axes),)
