"""How a step is checked: for every size by integer sets, and on one layer against SymPy's derivatives.

Every equation of a derivation is held against the definition itself and not against the step before it, so
that no chain of steps can drift away from it. What does not hold raises `StepError`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, singledispatch

import numpy as np

from convgen.algebra.index_form import evaluate_sums
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.operators import Named as NamedArray
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.readings import evaluate
from convgen.derivation.equations import (
    ChainRule,
    Equation,
    IndexEquation,
    Named,
    RuleEquation,
    SizeEquation,
)
from convgen.errors import StepError
from convgen.proof.claim import AxisValues, Claim, Shapes, Statement, truth
from convgen.proof.examiner import examiner_of
from convgen.proof.families import NotComparableError
from convgen.proof.relation import parameter_parts
from convgen.proof.scope import Scope
from convgen.proof.shape import difference_on
from convgen.proof.verify import difference_from_derivative
from convgen.spec import ConvSpec
from convgen.taps import axis_values, parameters

PRODUCTS = 200_000
"""Layers with more products than this are not compared product by product: the proof covers them."""
CHAIN_ENTRIES, CHAIN_OUTPUTS = 4, 64
"""Of how many entries the loss is differentiated, and how many outputs may see such an entry."""


@dataclass(frozen=True)
class StepClaim(Claim):
    """What a step says, as sums over the taps, where it is not written as a formula with operators.

    Attributes:
        said: the right side, for every size.
        true: what the left side is; None for what the definition makes of the target.
    """

    said: tuple[IndexedSum, ...] = ()
    true: tuple[IndexedSum, ...] | None = None

    def on(self, axes: Sequence[AxisValues], shapes: Shapes) -> Statement:
        """The step for given meanings of S, D, E, ... on each axis."""
        values = {f"{name}{d}": value for d, each in enumerate(axes) for name, value in each.items()}
        if self.tree is not None:
            if self.true is None:
                return super().on(axes, shapes)
            said = replace(self, target="O", true=None).on(axes, shapes)  # a target that every layer has
            return replace(said, truth=tuple(term.substitute(values) for term in self.true))
        known = truth(self.target, len(axes), shapes) if self.true is None else self.true
        return Statement(
            shapes[self.target],
            tuple(term.substitute(values) for term in self.said),
            tuple(term.substitute(values) for term in known),
        )


@dataclass(frozen=True)
class Question:
    """What a step is held against.

    Attributes:
        spec: the layer of the derivation.
        true: what the left side is, where it is not an array of the layer's own gradient; for every size.
        padding: a named padding, where the step speaks of layers with it alone.
    """

    spec: ConvSpec
    true: tuple[IndexedSum, ...] | None = None
    padding: str | None = None

    @property
    def scope(self) -> Scope:
        """Every size, at the strides and dilations of the layer."""
        spec = self.spec
        return Scope(
            spec.rank,
            tuple(axis.stride for axis in spec.axes),
            tuple(axis.dilation for axis in spec.axes),
            padding=self.padding,
            bias=spec.bias,
        )


@singledispatch
def check(equation: Equation, here: Equation, question: Question) -> tuple[str, ...]:  # noqa: ARG001
    """Check an equation for every size, and on one layer.

    Args:
        equation: for every size.
        here: the same with the layer's numbers.
        question: what it is held against.

    Returns:
        How it was checked, in words, one for each way.

    Raises:
        StepError: it is false; the message says where.
    """
    raise TypeError(f"{equation!r} is no equation of a derivation")


@check.register
def _(equation: IndexEquation, here: IndexEquation, question: Question) -> tuple[str, ...]:
    spec = question.spec
    for term in (*equation.terms, *here.terms):
        _refuse_free_names(term)
    claim = StepClaim(
        f"{equation.target}: the step", equation.target,
        said=equation.lowered(spec.rank), true=question.true,
    )  # fmt: skip
    return (*prove_claim(claim, question.scope), *_compared(claim, here.lowered_on(spec), question))


@check.register
def _(equation: RuleEquation, here: RuleEquation, question: Question) -> tuple[str, ...]:
    text = f"{equation.target} = {equation.tree}"
    claim = StepClaim(text, equation.target, equation.tree, true=question.true)
    proved = prove_claim(claim, question.scope)
    if question.spec.multiply_adds > PRODUCTS:
        return proved
    _refuse(difference_on(replace(claim, tree=here.tree), question.spec), claim, question.spec)
    return (*proved, "compared on this shape as exact polynomials")


@check.register
def _(equation: ChainRule, here: ChainRule, question: Question) -> tuple[str, ...]:  # noqa: ARG001
    return _differentiated(equation.by, question.spec)


@check.register
def _(equation: Named, here: Named, question: Question) -> tuple[str, ...]:
    """The sum over entries against the operator's own evaluation on whole numbers."""
    spec = question.spec
    array = equation.tree.arrays[0]
    sizes = [size.value() for _, size in here.shapes[array].axes]
    if math.prod(sizes) > PRODUCTS:
        return ("what its name stands for",)
    data = np.arange(1, math.prod(sizes) + 1, dtype=np.int64).reshape(sizes)
    wanted = evaluate(here.tree, {array: NamedArray(here.shapes[array].names, data)}).data
    general = tuple(term.substitute(parameters(spec)) for term in equation.terms)
    for terms in (general, here.terms):
        found = evaluate_sums(terms, {array: data})
        if found.shape != wanted.shape or not np.array_equal(found, wanted):
            raise StepError(f"{equation.name} is not {equation.tree} on {spec}")
    return ("its entries compared with the operators on this shape",)


@check.register
def _(equation: SizeEquation, here: SizeEquation, question: Question) -> tuple[str, ...]:  # noqa: ARG001
    """Both sides as polynomials, once the remainder and the effective kernel are what they are."""
    meaning = {
        "E": Polynomial.of("D") * (Polynomial.of("M") - 1) + 1,
        "r": Polynomial.of("H") + "Pb" + "Pa" - Polynomial.of("D") * (Polynomial.of("M") - 1) - 1
        - Polynomial.of("S") * (Polynomial.of("Ho") - 1),
    }  # fmt: skip
    sides = equation.left, equation.right
    difference = (sides[0] - sides[1]).substitute(meaning)
    if difference.terms:
        raise StepError(f"{sides[0]} = {sides[1]} is false: the difference is {difference}")
    for axis in question.spec.axes:
        left, right = (side.substitute(axis_values(axis)).value() for side in sides)
        if left != right:
            raise StepError(f"{sides[0]} = {left} and {sides[1]} = {right} on {question.spec}")
    return (
        "an identity of polynomials, for every size, stride and dilation",
        "with the numbers of this shape",
    )


def _refuse_free_names(term: IndexedSum) -> None:
    """An index that nothing binds has no value; sizes and parameters have the names of the definition."""
    indices = {index.name for index in term.output + term.bound}
    positions = [position for factor in term.factors for position in factor.indices]
    for each in (*positions, *term.guards, *term.equalities):
        free = {name for name in each.names - indices if not parameter_parts([name])}
        if free:
            raise StepError(
                f"{each}: {', '.join(sorted(free))} is bound by no sum and is no index of the target"
            )


# ---- for every size --------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def prove_claim(claim: StepClaim, scope: Scope) -> tuple[str, ...]:
    """Decide a step for every size, channel count and padding, at given strides and dilations.

    Raises:
        StepError: it is false for some size.
    """
    examiner = examiner_of(claim, scope)
    try:
        (family,) = scope.families(range(scope.rank))  # the strides and dilations of one layer
        for part in examiner.parts:
            if examiner.context(family, part).layers().is_empty():
                raise StepError(f"{claim.text}: it speaks of no layer at all")
        for fault in examiner.faults(family):
            if not fault.layers.is_empty():
                raise StepError(f"{claim.text}: false for the sizes {fault.layers}")
    except NotComparableError:
        return ()
    return ("proved for every size",)


# ---- on one layer ----------------------------------------------------------------------------------------

_OF_THE_LAYER = ("O", "dX", "dK", "db")


def _compared(claim: StepClaim, here: tuple[IndexedSum, ...], question: Question) -> tuple[str, ...]:
    spec = question.spec
    if spec.multiply_adds > PRODUCTS:
        return ()
    if claim.target in _OF_THE_LAYER and question.true is None:
        difference = difference_from_derivative(spec, claim.target, here)
        if difference is not None:
            raise StepError(
                f"{claim.text}: on {spec} the entry {difference.entry} is {difference.derivative}, "
                f"and the step says {difference.rule}"
            )
        return ("compared on this shape with SymPy's derivatives",)
    _refuse(difference_on(replace(claim, said=here), spec), claim, spec)
    return ("compared on this shape as exact polynomials",)


def _refuse(difference: object, claim: Claim, spec: ConvSpec) -> None:
    if difference is not None:
        raise StepError(f"{claim.text}: on {spec}\n{difference}")


def _differentiated(by: str, spec: ConvSpec) -> tuple[str, ...]:
    """The loss as SymPy differentiates it: to first order it is Σ dO·O over the outputs."""
    import sympy

    from convgen.symbolic.layer import symbolic_layer

    layer = symbolic_layer(spec)
    if spec.multiply_adds > PRODUCTS:
        return ("the chain rule itself",)
    symbols, gradients = layer.symbols(by), layer.symbols("dO")
    compared = 0
    for element in _spread(len(symbols), CHAIN_ENTRIES):
        seen = layer.bias_of_output == element if by == "b" else None
        rows = (
            np.flatnonzero(seen)
            if seen is not None
            else np.unique(layer.taps.O[getattr(layer.taps, by) == element])
        ).tolist()
        if len(rows) > CHAIN_OUTPUTS:
            continue
        loss = sympy.Add(
            *(gradients[row] * each for row, each in zip(rows, layer.expressions_of(rows), strict=True))
        )
        (claimed,) = layer.gradient_of(by, [element])
        if sympy.expand(sympy.diff(loss, symbols[element]) - claimed) != 0:
            raise StepError(f"the chain rule by {symbols[element]} on {spec}: {claimed}")
        compared += 1
    return ("the loss differentiated by SymPy on this shape",) if compared else ("the chain rule itself",)


def _spread(count: int, chosen: int) -> Iterable[int]:
    return sorted({round(part * (count - 1) / max(chosen - 1, 1)) for part in range(chosen)})
