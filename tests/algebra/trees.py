"""Random operator trees: with numbers, to be evaluated, and with names for amounts, to be written and read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import strategies as st

from convgen.algebra.axis_operators import AXIS_OPERATORS
from convgen.algebra.matrix_operators import FOLD_AMOUNTS, UNFOLD_AMOUNTS
from convgen.algebra.operators import OPERATORS, Named
from convgen.algebra.polynomial import ONE, Polynomial
from convgen.algebra.readings import lower, shape_of
from convgen.algebra.relabellings import RELABELLING_OPERATORS
from convgen.algebra.syntax import scaled
from convgen.algebra.tree import Amounts, Node, Shape, apply, array
from convgen.errors import ClaimError

LARGEST_VALUE = 400
"""Elements of the largest value that a drawn tree has on the way."""
MOST_POINTS = 100_000
"""Points of the largest space of indices that a drawn tree lowers to."""


@dataclass(frozen=True)
class Drawn:
    """A tree with the arrays that it is about."""

    tree: Node
    arrays: Mapping[str, Named]

    @property
    def shapes(self) -> dict[str, Shape]:
        return {name: value.shape for name, value in self.arrays.items()}


FACTORS = st.sampled_from([Fraction(-1), Fraction(2), Fraction(1, 2), Fraction(-3, 4)])
SMALL = st.integers(1, 3)
SIGNED = st.integers(-3, 3)

AMOUNTS = {
    "pad": (SIGNED, SIGNED),
    "widen": (SIGNED, SIGNED),
    "crop": (SIGNED, SIGNED),
    "dilate": (SMALL,),
    "subsample": (SMALL,),
    "take": (SMALL,),
    "shift": (SIGNED,),
    "star": (SMALL,),
    "fold": (st.integers(1, 4), SMALL, SMALL, st.integers(0, 2)),
}
"""What an operator's amounts are drawn from, one strategy an amount."""


@st.composite
def evaluable_trees(draw: st.DrawFn, most_operators: int = 5) -> Drawn:
    """A tree with a value on small random arrays of integers, grown operator by operator from its leaves."""
    rank = draw(st.sampled_from([1, 2, 2, 3]))
    arrays = draw(_arrays(rank, {1: 5, 2: 3, 3: 2}[rank]))
    shapes = {name: value.shape for name, value in arrays.items()}
    grown = [(array(name), shape) for name, shape in shapes.items()]
    for name, operator in (("X", "unfold"), ("K", "matrix"), ("dO", "matrix")):
        amounts = draw(_layer(shapes)) if operator == "unfold" else ()
        matrix = apply(operator, array(name), amounts=amounts)
        grown.append((matrix, shape_of(matrix, shapes)))
        grown.append((turned := apply("transpose", matrix), shape_of(turned, shapes)))
    drawn = len(grown)
    for _ in range(draw(st.integers(1, most_operators))):
        operator = draw(st.sampled_from([*sorted(OPERATORS), "star", "star", "matmul"]))
        amounts = draw(_amounts(operator, rank, shapes))
        factor = draw(FACTORS) if operator == "scale" else Fraction(1)
        possible = []
        for operands in product(reversed(grown), repeat=OPERATORS[operator].arity):
            node = Node(operator, tuple(tree for tree, _ in operands), amounts, factor=factor)
            shape = _shape(node, [shape for _, shape in operands])
            if shape is not None:
                possible.append((node, shape))
        # Operators pile up: the youngest tree, where it can be an operand, is one.
        youngest = grown[-1][0]
        chosen = [
            each for each in possible if len(grown) > drawn and youngest in each[0].operands
        ] or possible
        if chosen:
            tree, shape = draw(st.sampled_from(chosen))
            if _is_quick(tree, shapes):
                grown.append((tree, shape))
    return Drawn(grown[-1][0], arrays)


@st.composite
def _arrays(draw: st.DrawFn, rank: int, longest: int) -> dict[str, Named]:
    channels = {name: draw(st.integers(1, 2)) for name in "ngfc"}
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    arrays = {}
    for name, kept in (("X", "ngc"), ("K", "gfc"), ("dO", "ngf"), ("b", "gf")):
        sizes = {axis: channels[axis] for axis in kept}
        if name != "b":
            sizes |= {f"s{d}": draw(st.integers(1, longest)) for d in range(rank)}
        arrays[name] = Named(tuple(sizes), numbers.integers(-9, 10, size=tuple(sizes.values())))
    return arrays


@st.composite
def _layer(draw: st.DrawFn, shapes: Mapping[str, Shape]) -> Amounts:
    """What unfold is told: kernel positions as in K, output positions as in dO, the rest anything."""
    return tuple(
        (
            shapes["K"].sizes[name],
            Polynomial.of(draw(SMALL)),
            Polynomial.of(draw(SMALL)),
            Polynomial.of(draw(st.integers(0, 2))),
            shapes["dO"].sizes[name],
        )
        for name in shapes["X"].spatial
    )


@st.composite
def _amounts(draw: st.DrawFn, operator: str, rank: int, shapes: Mapping[str, Shape]) -> Amounts:
    if operator == "unfold":
        return draw(_layer(shapes))
    return tuple(
        tuple(Polynomial.of(draw(amount)) for amount in AMOUNTS[operator])
        for _ in range(draw(st.sampled_from([rank, rank, 1])) if operator in AMOUNTS else 0)
    )


def _shape(node: Node, operands: list[Shape]) -> Shape | None:
    """The shape of a node's value, unless it has none or a large one."""
    try:
        shape = OPERATORS[node.operator].shape(node, operands)
    except ClaimError:
        return None
    return shape if math.prod(size.value() for _, size in shape.axes) <= LARGEST_VALUE else None


def _is_quick(tree: Node, shapes: Mapping[str, Shape]) -> bool:
    """Whether a search through all indices of the lowered tree takes no time."""
    terms = lower(tree, shapes)
    return (
        sum(math.prod(each.size.value() for each in term.output + term.bound) for term in terms)
        <= MOST_POINTS
    )


# ---- trees to be written and read -----------------------------------------------------------------------

PARAMETERS = st.sampled_from(["S", "P", "Pb", "Pa", "D", "E", "M", "H", "Ho", "r"]).map(Polynomial.of)
TERMS = st.one_of(st.integers(-9, 9).map(Polynomial.of), PARAMETERS)
ANY_AMOUNT = st.one_of(
    TERMS,
    st.tuples(TERMS, TERMS).map(lambda pair: pair[0] + pair[1]),
    st.tuples(TERMS, TERMS, TERMS).map(lambda three: three[0] * three[1] - three[2]),
)
COUNTED_FROM_THE_START = ANY_AMOUNT.filter(lambda amount: not amount.is_constant or amount.constant >= 0)
"""A bound of a slice: negative numbers would read as counted from the end."""

LEAVES = st.sampled_from(["X", "K", "b", "O", "dX", "dK", "db", "dO"]).map(array)


def _per_axis(entry: st.SearchStrategy[tuple[Polynomial, ...]]) -> st.SearchStrategy[Amounts]:
    return st.lists(entry, min_size=1, max_size=3).map(tuple)


def _written(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Every operator applied to any operands, whether or not that has a value."""

    def with_amounts(operator: str) -> st.SearchStrategy[Node]:
        bound = COUNTED_FROM_THE_START if operator in ("take", "subsample") else ANY_AMOUNT
        amounts = _per_axis(st.tuples(*[bound] * len(AXIS_OPERATORS[operator].amounts)))
        return st.builds(lambda tree, given: apply(operator, tree, amounts=given), inner, amounts)

    def of_layer(operator: str, names: tuple[str, ...]) -> st.SearchStrategy[Node]:
        amounts = (tuple(map(Polynomial.of, names)),)
        return inner.map(lambda tree: apply(operator, tree, amounts=amounts))

    def plain(operator: str, arity: int = 1) -> st.SearchStrategy[Node]:
        return st.tuples(*[inner] * arity).map(lambda operands: apply(operator, *operands))

    dilations = _per_axis(st.tuples(ANY_AMOUNT)).filter(
        lambda entries: any(entry != (ONE,) for entry in entries)
    )
    return st.one_of(
        *(with_amounts(operator) for operator, row in AXIS_OPERATORS.items() if row.amounts),
        *(plain(operator) for operator in ("rot180", "rot90", "sum", "transpose", "reshape")),
        *(plain(row.name) for row in RELABELLING_OPERATORS),
        *(plain(operator, 2) for operator in ("dot", "matmul", "add")),
        inner.filter(lambda tree: tree.array != "X").map(lambda tree: apply("matrix", tree)),
        of_layer("unfold", UNFOLD_AMOUNTS),
        of_layer("fold", FOLD_AMOUNTS),
        st.builds(
            lambda left, right, given: apply("star", left, right, amounts=given),
            inner,
            inner,
            st.one_of(st.just(((ONE,),)), dilations),
        ),
        st.builds(scaled, inner, st.fractions(max_denominator=99).map(lambda factor: factor % 99 - 49)),
    )


WRITTEN_TREES = st.recursive(LEAVES, _written, max_leaves=8)
"""Trees over every operator with any amounts: what can be written, not what has a value."""
