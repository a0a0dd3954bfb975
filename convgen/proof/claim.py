"""Claim: a formula about a layer's arrays, and what it says on layers of given or of every size."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from convgen.algebra.amounts import PARAMETERS
from convgen.algebra.formula_text import spelled
from convgen.algebra.hints import nearest
from convgen.algebra.index_form import IndexFormula
from convgen.algebra.index_syntax import parse_index_formula
from convgen.algebra.indexed_sum import Index, IndexedSum, inside, regroup
from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.readings import lower, shape_of
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node, Shape, apply
from convgen.errors import ClaimError
from convgen.indexing import frame, gradient_sum, output_sums
from convgen.taps import array_shape

AxisValues = Mapping[str, Polynomial]
Shapes = Mapping[str, Shape]
Known = tuple[tuple[str, Polynomial], ...]
"""What sizes and parameters are, by their names in the definition."""

TARGETS = ("O", "dX", "dK", "db")


@dataclass(frozen=True)
class Statement:
    """What a claim says about layers whose strides and dilations are numbers.

    Attributes:
        shape: the shape of its right-hand side.
        terms: its right-hand side as sums over taps.
        truth: what its left-hand side is, from the definition; for the entries that it speaks of.
        sizes: every size that occurs on the way; where one is below 1 the claim has no value.
        assumptions: expressions that are 0 on the layers that it speaks of.
        guards: expressions that are at least 0 there, since the entries that it speaks of exist.
    """

    shape: Shape
    terms: tuple[IndexedSum, ...]
    truth: tuple[IndexedSum, ...]
    sizes: tuple[Polynomial, ...] = ()
    assumptions: tuple[Polynomial, ...] = ()
    guards: tuple[Polynomial, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A formula with a left-hand side.

    Attributes:
        text: as the user wrote it.
        target: the array on the left: O, dX, dK, db, or dX~ for the gradient of the unfolded input.
        tree: the right-hand side where it is written with operators; None for an index form, whose
            meaning depends on the rank.
        notation: whose letters it is written in.
        known: what sizes and parameters are in the layers asked about, where an index form needs it to be
            read: (a-1)/2 is a whole number for odd kernels.
    """

    text: str
    target: str
    tree: Node | None = None
    notation: Notation = DEFAULT
    known: Known = ()

    @property
    def left_side(self) -> str:
        """What counterexamples call the array on the left."""
        return self.target

    @property
    def is_uniform(self) -> bool:
        """Whether it says the same on every axis, each apart from the others."""
        return self.tree is not None and _is_uniform(self.tree) and not self.repeats_products

    @property
    def repeats_products(self) -> bool:
        """Whether several of its terms multiply the same arrays: together they are no product of axes."""
        products = [] if self.tree is None else _products(self.tree)
        return len(set(products)) < len(products)

    @property
    def mixes_axes(self) -> bool:
        """Whether an operator turns axes, so that what it says of one may name another's size or stride."""
        return self.tree is not None and _turns_axes(self.tree)

    @property
    def says_equal_padding(self) -> bool:
        """Whether it says P, one number for the padding on both sides."""
        return self.tree is not None and _mentions(self.tree, "P")

    def reads(self, array: str, rank: int) -> bool:
        """Whether its right-hand side reads an array."""
        if self.tree is not None:
            return array in self.tree.arrays
        return any(each.array == array for term in self.formula(rank).terms for each in term.factors)

    def on(self, axes: Sequence[AxisValues], shapes: Shapes) -> Statement:
        """The claim for given meanings of S, D, E, ... on each axis.

        Raises:
            ClaimError: operands of the wrong kind.
            FormulaShapeError: sizes that do not go together whatever the layer.
        """
        if self.tree is None:
            return self._indexed_on(axes, shapes)
        equal = [_equal_padding(values) for values in axes]
        bound = self.tree.bind([values for values, _ in equal])
        assumptions = tuple(each for _, each in equal if each.terms) if self.says_equal_padding else ()
        sizes: list[Polynomial] = []
        _collect_sizes(bound, shapes, sizes)
        return Statement(
            shape_of(bound, shapes),
            lower(bound, shapes),
            self.truth_on(axes, shapes),
            tuple(dict.fromkeys(sizes)),
            assumptions,
        )

    def truth_on(self, axes: Sequence[AxisValues], shapes: Shapes) -> tuple[IndexedSum, ...]:
        """What the left-hand side is, from the definition."""
        return truth(self.target, len(axes), shapes)

    def _indexed_on(self, axes: Sequence[AxisValues], shapes: Shapes) -> Statement:
        rank = len(axes)
        formula = self.formula(rank)
        values = {f"{name}{d}": value for d, each in enumerate(axes) for name, value in each.items()}
        equal = {f"P{d}": each["Pb"] for d, each in enumerate(axes)}
        terms = tuple(term.substitute(equal).substitute(values) for term in formula.terms)
        known = formula.restricted(truth(self.target, rank, symbolic_shapes(rank)))
        assumptions = [
            (Polynomial.of(name) - value.substitute(equal)).substitute(values)
            for name, value in formula.layers.items()
        ]
        entries = [each.substitute(equal).substitute(values) for each in formula.entries]
        return Statement(
            shapes[self.target],
            terms,
            tuple(term.substitute(equal).substitute(values) for term in known),
            (),
            tuple(each for each in assumptions if each.terms),
            tuple(guard for entry in entries for guard in _exists(entry, shapes[self.target])),
        )

    def formula(self, rank: int) -> IndexFormula:
        """The index form for layers of a rank.

        Raises:
            ClaimError: it is not written for that rank.
        """
        return index_formula(self.text, rank, self.notation, self.known)


def _exists(entry: Polynomial, shape: Shape) -> tuple[Polynomial, Polynomial]:
    """What is at least 0 where an array has an entry, given by what is 0 at its index on one axis."""
    (axis,) = entry.names & {*shape.names}
    return inside(Polynomial.of(axis) - entry, shape.sizes[axis])


@cache
def index_formula(text: str, rank: int, notation: Notation, known: Known) -> IndexFormula:
    """An index form about those layers of a rank of which something is known.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    return parse_index_formula(text, frame(rank, notation, dict(known)), notation)


def parse_claim(text: str, notation: Notation = DEFAULT, rank: int = 2, known: Known = ()) -> Claim:
    """Read a claim: ``dX = pad(dO) ⋆ rot180(K)``, ``dK~ = dO~ @ X~.T`` or ``dX[p,q] = sum(i,j) ...``.

    ``∂L/∂X`` and ``dL/dX`` are read as dX.

    Args:
        text: the formula with its left-hand side.
        notation: whose letters it is written in.
        rank: the number of spatial axes of an index form.
        known: what sizes and parameters are in the layers asked about.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    left, equals, right = text.partition("=")
    name = spelled(left).strip()
    if not equals:
        raise ClaimError(f"a claim has the form target = formula, got:\n  {text}\n  {' ' * len(text)}^")
    if "[" in name or _ENTRY.search(right):
        target = index_formula(text, rank, notation, known).target
        _require_target(text, name.partition("[")[0].strip(), target, notation)
        return Claim(text, target, None, notation, known)
    plain = name.removesuffix("~")
    target = notation.letters_to_arrays.get(plain, plain)
    _require_target(text, name, target, notation)
    tree = parse_tree(right, notation, left + equals)
    if name.endswith("~") and target == "dX":
        return Claim(text, "dX~", tree, notation)
    return Claim(text, target, apply("reshape", tree) if name.endswith("~") else tree, notation)


def _require_target(text: str, name: str, target: str, notation: Notation) -> None:
    """Refuse a claim about what is given and not computed, such as X or dO."""
    if target not in TARGETS:
        letters = [letter for letter, array in notation.letters_to_arrays.items() if array in TARGETS]
        raise ClaimError(
            f"{name!r} is not what a claim can be about{nearest(name.removesuffix('~'), letters)}; left of = "
            f"stands one of {', '.join(letters)}, or a size: {', '.join(PARAMETERS)}, of one axis by its number "
            f"as in Ho1:\n  {text}\n  ^"
        )


_ENTRY = re.compile(r"[A-Za-zδ]\w*'*\s*\[[^][:]*\]")
"""An entry of an array, such as dO[i,j]; brackets after an array with a colon in them are a slice."""


def _is_uniform(tree: Node) -> bool:
    alone = tree.operator not in ("rot90", "transpose") and len(tree.amounts) <= 1
    return alone and all(map(_is_uniform, tree.operands))


def _products(tree: Node) -> list[tuple[str, ...]]:
    """The arrays multiplied in each term of a tree."""
    if tree.operator == "array":
        return [(tree.array,)]
    operands = [_products(operand) for operand in tree.operands]
    if tree.operator == "add":
        return [each for products in operands for each in products]
    return [tuple(sorted(itertools.chain(*chosen))) for chosen in itertools.product(*operands)]


def _turns_axes(tree: Node) -> bool:
    turned = tree.operator == "transpose" and tree.operands[0].operator not in ("matrix", "unfold", "matmul")
    return turned or tree.operator == "rot90" or any(map(_turns_axes, tree.operands))


def _mentions(tree: Node, name: str) -> bool:
    here = any(name in amount.names for entry in tree.amounts for amount in entry)
    return here or any(_mentions(operand, name) for operand in tree.operands)


def _equal_padding(values: AxisValues) -> tuple[AxisValues, Polynomial]:
    """The values with P for the padding before, and what is 0 where it is also that after."""
    return {**values, "P": values["Pb"]}, values["Pb"] - values["Pa"]


def _collect_sizes(tree: Node, shapes: Shapes, sizes: list[Polynomial]) -> None:
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


def truth(target: str, rank: int, shapes: Shapes) -> tuple[IndexedSum, ...]:
    """What a target is, from the definition: itself for O, its regrouping by an entry for a gradient."""
    if target == "O":
        return output_sums(rank)
    if target == "dX~":
        # O as a function of the unfolded input alone: X~ takes the place of X, one index per row and column.
        unfolded = unfolded_shape(shapes)
        tree = apply(
            "reshape", apply("matmul", apply("matrix", Node("array", array="K")), Node("array", array="X~"))
        )
        (term,) = lower(tree, {**shapes, "X~": unfolded})
        return (regroup(term, "X~", "dO", tuple(Index(name, size) for name, size in unfolded.axes)),)
    return (_gradient(rank, target.removeprefix("d")),)


@cache
def _gradient(rank: int, array: str) -> IndexedSum:
    return gradient_sum(rank, array)


def without_bias(terms: Iterable[IndexedSum]) -> tuple[IndexedSum, ...]:
    """The terms of a layer that has no bias."""
    return tuple(term for term in terms if all(factor.array != "b" for factor in term.factors))


def unfolded_shape(shapes: Shapes) -> Shape:
    """The rows and columns of X~: channels and kernel positions, batch and output positions."""
    X, K, O = (shapes[array].sizes for array in ("X", "K", "O"))
    rank = len(shapes["X"].spatial)
    kernel = tuple((f"k{d}", K[f"s{d}"]) for d in range(rank))
    output = tuple((f"o{d}", O[f"s{d}"]) for d in range(rank))
    return Shape((("g", X["g"]), ("c", X["c"]), *kernel, ("n", X["n"]), *output), 1 + rank)
