"""What a step of a derivation states: equations as data, for layers of every size of a rank.

Sizes and parameters have the names of the definition (`convgen.taps`), so that one equation stands for every
layer, and for one layer once `on` has put its numbers in. Nothing here is text: printing is
`convgen.derivation.letters`, checking is `convgen.derivation.checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from convgen.algebra.auxiliary import Auxiliaries, put_in
from convgen.algebra.indexed_sum import IndexedSum, root, solve
from convgen.algebra.polynomial import ONE, Polynomial
from convgen.algebra.readings import lower
from convgen.algebra.tree import Node, Shape
from convgen.proof.claim import symbolic_shapes
from convgen.rules import GRADIENT_RULES, RULES, array_shapes, bind, simplify
from convgen.spec import ConvSpec
from convgen.taps import AXIS_PARAMETERS, parameters


def named_amounts(tree: Node, rank: int) -> Node:
    """A tree whose amounts speak of each axis by its number: S0, S1 for S."""
    return tree.bind([{name: f"{name}{d}" for name in AXIS_PARAMETERS} for d in range(rank)])


(IM2COL,) = (rule.tree for rule in RULES if rule.name == "O by im2col")


def _parts_of_rules() -> dict[str, Node]:
    padded_zeros, turned = GRADIENT_RULES["X"].tree.operands
    correlation = GRADIENT_RULES["K"].tree.operands[0].operands[0]
    return {
        "Z": padded_zeros.operands[0],
        "Z_pad": padded_zeros,
        "K_rot": turned,
        "X_pad": correlation.operands[0],
        "X~": IM2COL.operands[0].operands[1],
    }


AUXILIARY_TREES: Mapping[str, Node] = _parts_of_rules()
"""The operands of the closed forms, which derivations meet one by one: zeros between the entries of dO, the
same padded, the kernel turned, the input padded."""


@cache
def auxiliaries_of(rank: int) -> Auxiliaries:
    """The auxiliaries for layers of every size."""
    return {name: named_amounts(tree, rank) for name, tree in AUXILIARY_TREES.items()}


@cache
def auxiliaries_on(spec: ConvSpec) -> Auxiliaries:
    """The auxiliaries of one layer, without operators that change nothing there."""
    shapes = array_shapes(spec)
    return {name: simplify(bind(tree, spec), shapes) for name, tree in AUXILIARY_TREES.items()}


@dataclass(frozen=True)
class IndexEquation:
    """An entry as a sum: ``dX[p] = sum(...) ...``; the sum may read auxiliaries.

    Attributes:
        target: the array on the left, or an auxiliary.
        terms: the right side, added up.
    """

    target: str
    terms: tuple[IndexedSum, ...]

    def on(self, spec: ConvSpec) -> IndexEquation:
        """With the numbers of a layer, and solved for what they determine."""
        known = auxiliaries_on(spec)
        values = parameters(spec)

        def named(term: IndexedSum) -> IndexedSum:
            factors = tuple(
                replace(factor, array=plain_array(known, factor.array)) for factor in term.factors
            )
            return solved(replace(term, factors=factors).substitute(values))

        return IndexEquation(self.target, tuple(map(named, self.terms)))

    def lowered(self, rank: int) -> tuple[IndexedSum, ...]:
        """The terms over the arrays of the layer alone, for every size."""
        return put_in(self.terms, auxiliaries_of(rank), symbolic_shapes(rank))

    def lowered_on(self, spec: ConvSpec) -> tuple[IndexedSum, ...]:
        """The terms over the arrays of the layer alone, for terms with its numbers."""
        return put_in(self.terms, auxiliaries_on(spec), array_shapes(spec))


@dataclass(frozen=True)
class DerivativeEquation(IndexEquation):
    """One derivative: ``∂O[i]/∂X[p] = ...``.

    Its terms are those of the gradient, dO times the derivative summed over the outputs, which is where a
    derivative can be held against the truth: dO is arbitrary. Printed is what dO is multiplied by.
    """

    def on(self, spec: ConvSpec) -> DerivativeEquation:
        """With the numbers of a layer."""
        return DerivativeEquation(self.target, super().on(spec).terms)


@dataclass(frozen=True)
class ChainRule:
    """The loss depends on an array through every output.

    Attributes:
        by: X, K or b.
    """

    by: str

    def on(self, _spec: ConvSpec) -> ChainRule:
        """The same: it has no numbers."""
        return self


@dataclass(frozen=True)
class Named:
    """What an auxiliary is, entry by entry.

    Attributes:
        name: the auxiliary.
        rank: the number of spatial axes.
        spec: the layer whose numbers are put in; None for every size.
    """

    name: str
    rank: int
    spec: ConvSpec | None = None

    def on(self, spec: ConvSpec) -> Named:
        """With the numbers of a layer."""
        return replace(self, spec=spec)

    @property
    def tree(self) -> Node:
        """The auxiliary as operators."""
        known = auxiliaries_of(self.rank) if self.spec is None else auxiliaries_on(self.spec)
        return known[self.name]

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """The shapes of the arrays that it is made of."""
        return symbolic_shapes(self.rank) if self.spec is None else array_shapes(self.spec)

    @property
    def terms(self) -> tuple[IndexedSum, ...]:
        """Each entry as a sum over the arrays that it is made of."""
        return lower(self.tree, self.shapes)


@dataclass(frozen=True)
class RuleEquation:
    """A closed form: ``dX = pad(...) ⋆ rot180(K)``.

    Attributes:
        target: the array on the left; ``dX~`` for the gradient of the unfolded input.
        tree: the right side, for any axis; with numbers once `on` has put them in.
        second: whether it is the gradient of the pairing of dO with a directional derivative, and not of the loss.
    """

    target: str
    tree: Node
    second: bool = False

    def on(self, spec: ConvSpec) -> RuleEquation:
        """With the numbers of a layer, without operators that change nothing there."""
        return replace(self, tree=simplify(bind(self.tree, spec), array_shapes(spec)))


@dataclass(frozen=True)
class SizeEquation:
    """A size in two ways, on every axis alike.

    Attributes:
        left: an expression in the sizes of an axis, such as H and Ho.
        right: what it equals.
    """

    left: Polynomial
    right: Polynomial
    axis: int | None = None

    def on(self, _spec: ConvSpec) -> SizeEquation:
        """The same: the numbers are worked out where it is printed."""
        return self


Equation = IndexEquation | ChainRule | Named | RuleEquation | SizeEquation


def plain_array(known: Auxiliaries, name: str) -> str:
    """What an auxiliary is called on a layer where its operators change nothing: Z is dO at stride 1."""
    tree = known.get(name)
    return tree.array if tree is not None and tree.operator == "array" else name


def solved(term: IndexedSum) -> IndexedSum:
    """Without those equalities that say what an index is, and without indices of a single value.

    An index of the kernel is solved for first, as source 003 does: K[p-i] for i + m = p.
    """
    single = {index.name: Polynomial() for index in term.bound if index.size == ONE}
    equalities = tuple(each for equality in term.equalities if (each := equality.substitute(single)).terms)
    term = replace(
        term.reindex(single),
        bound=tuple(index for index in term.bound if index.name not in single),
        equalities=equalities,
    )
    for equality in term.equalities:
        for index in reversed(term.bound):
            if root(equality, index.name) is not None:
                return solved(solve(term, index.name))
    return term
