"""A claim on one shape: both sides as exact polynomials, and the first entry in which they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import singledispatch
from typing import ClassVar

import numpy as np

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Shape
from convgen.errors import ClaimError, FormulaShapeError
from convgen.layout import element_name, element_strides, name_shape, user_shape
from convgen.proof.claim import Claim, Statement, unfolded_shape, without_bias
from convgen.proof.words import EQUAL_PADDING, solved
from convgen.rules import array_shapes
from convgen.spec import ConvSpec
from convgen.symbolic.monomials import Monomials, from_sums
from convgen.taps import axis_values, parameters

Products = Mapping[tuple[tuple[str, int], ...], int]


def put_in(inputs: Mapping[str, int]) -> str:
    """The words before a value: ``with K_0 = 1, dO_0 = 2: ``; empty where nothing is put in."""
    numbers = ", ".join(f"{name} = {value}" for name, value in inputs.items())
    return f"with {numbers}: " if numbers else ""


@dataclass(frozen=True)
class EntryDifference:
    """The first entry in which a claim and the truth differ.

    Attributes:
        entry: such as dX[0, 2], in the user's layout.
        claimed: the claim's expression for it.
        true: the definition's.
        inputs: a small number for every entry that occurs, to check by hand.
        claimed_value: the claim's value with those numbers.
        true_value: the definition's.
    """

    entry: str
    claimed: str
    true: str
    inputs: Mapping[str, int]
    claimed_value: str
    true_value: str

    kind: ClassVar[str] = "entry"

    def __str__(self) -> str:
        return (
            f"{self.entry}\n  is       {self.true}\n  claimed  {self.claimed}"
            f"\n  {put_in(self.inputs)}{self.true_value}, claimed {self.claimed_value}"
        )


@dataclass(frozen=True)
class ShapeDifference:
    """A claim whose sides differ in shape, or whose right-hand side has no value.

    Attributes:
        wanted: the shape of the left-hand side.
        found: that of the right-hand side, or why it has none.
    """

    wanted: str
    found: str

    kind: ClassVar[str] = "shape"

    def __str__(self) -> str:
        return f"on the left-hand side shape {self.wanted}, on the right {self.found}"


@dataclass(frozen=True)
class SizeDifference:
    """A relation between sizes that is false on a layer.

    Attributes:
        left: the left-hand side as written.
        relation: such as ``=``.
        right: the right-hand side as written.
        inputs: the layer's sizes by the letters of the claim.
        left_value: what the left-hand side is with them.
        right_value: what the right-hand side is.
    """

    left: str
    relation: str
    right: str
    inputs: Mapping[str, int]
    left_value: str
    right_value: str

    kind: ClassVar[str] = "size"

    def __str__(self) -> str:
        return (
            f"{self.left} {self.relation} {self.right}\n  {put_in(self.inputs)}"
            f"{self.left_value} on the left, {self.right_value} on the right"
        )


Difference = EntryDifference | ShapeDifference | SizeDifference


class NotSpokenOfError(ClaimError):
    """A layer that a claim says nothing about, such as one with channels for a formula without them."""


def statement_on(claim: Claim, spec: ConvSpec) -> Statement:
    """What a claim says about one layer, with numbers everywhere.

    Raises:
        ClaimError: operands of the wrong kind.
        NotSpokenOfError: the claim is about other layers.
        FormulaShapeError: sizes that do not go together on this layer.
    """
    statement = _said(claim, spec)
    check_spoken_of(claim, spec, statement)
    values = parameters(spec)
    return replace(
        statement,
        terms=tuple(term.substitute(values) for term in statement.terms),
        truth=tuple(term.substitute(values) for term in statement.truth),
        assumptions=tuple(each.substitute(values) for each in statement.assumptions),
    )


def check_spoken_of(claim: Claim, spec: ConvSpec, statement: Statement | None = None) -> None:
    """Make sure that a claim is about a layer.

    Raises:
        NotSpokenOfError: it is not.
    """
    said = statement or _said(claim, spec)
    values = parameters(spec)
    unmet = [each for each in said.assumptions if each.substitute(values).value() != 0]
    if unmet:
        # What numbers have been put into already is P, the one assumption about an axis.
        words = [EQUAL_PADDING if each.is_constant else solved(each, "=") for each in unmet]
        raise NotSpokenOfError(
            f"{claim.text!r} is about layers with {', '.join(dict.fromkeys(words))}, unlike {spec}"
        )
    if any(each.substitute(values).value() < 0 for each in said.guards):
        raise NotSpokenOfError(
            f"{claim.text!r} is about an entry that {claim.target} of {spec} does not have: "
            f"it has shape {user_shape(spec, claim.target)}"
        )


def _said(claim: Claim, spec: ConvSpec) -> Statement:
    axes = [{name: Polynomial.of(value) for name, value in axis_values(axis).items()} for axis in spec.axes]
    try:
        return claim.on(axes, array_shapes(spec))
    except FormulaShapeError:
        if claim.says_equal_padding and any(axis.before != axis.after for axis in spec.axes):
            raise NotSpokenOfError(  # with two paddings its sizes mean nothing
                f"{claim.text!r} is about layers with {EQUAL_PADDING}, unlike {spec}"
            ) from None
        raise


@singledispatch
def difference_on(claim: Claim, spec: ConvSpec) -> Difference | None:
    """The first difference on one layer; None where the claim holds there.

    Raises:
        ClaimError: operands of the wrong kind, or a layer that the claim does not speak of.
        BudgetError: more products than fit in memory.
    """
    shapes = array_shapes(spec)
    wanted = unfolded_shape(shapes) if claim.target == "dX~" else shapes[claim.target]
    try:
        statement = statement_on(claim, spec)
    except FormulaShapeError as error:
        return ShapeDifference(_sizes(wanted, wanted), f"none: {error}")
    if statement.shape != wanted:
        return ShapeDifference(_sizes(wanted, statement.shape), _sizes(statement.shape, wanted))
    terms, truth, scale = _integral(statement.terms, statement.truth)
    if not spec.bias:
        truth = without_bias(truth)
    counted = _Counting(spec, claim.target, wanted, claim.left_side)
    claimed, true = counted.monomials(terms), counted.monomials(truth)
    element = true.first_difference(claimed)
    if element is None:
        return None
    return counted.difference(element, claimed.of_target(element), true.of_target(element), scale)


_AXES = {"n": "batch", "g": "groups", "c": "in_channels", "f": "out_channels", "k": "kernel", "o": "output"}
"""What an axis is called whose size tells two shapes apart, by the first letter of its name."""


def _sizes(shape: Shape, other: Shape) -> str:
    """The spatial sizes of a shape, and by name what else is not as in the other one."""
    alike = shape.names == other.names and bool(shape.spatial)
    named = [
        f"{_AXES[name[0]]}{name[1:]}={size}"
        for name, size in shape.axes
        if name[0] in _AXES and not (alike and size == other.sizes[name])
    ]
    spatial = "×".join(str(shape.sizes[name]) for name in shape.spatial)
    return " ".join([*named, *[spatial] * bool(spatial)])


def _integral(
    terms: tuple[IndexedSum, ...], truth: tuple[IndexedSum, ...]
) -> tuple[tuple[IndexedSum, ...], tuple[IndexedSum, ...], int]:
    """Both sides times the least number that makes every coefficient whole."""
    scale = math.lcm(*(term.coefficient.denominator for term in terms), 1)
    scaled = [
        tuple(replace(term, coefficient=term.coefficient * scale) for term in each) for each in (terms, truth)
    ]
    return scaled[0], scaled[1], scale


class _Counting:
    """How elements of a layer's arrays are counted, and what they are called."""

    def __init__(self, spec: ConvSpec, target: str, shape: Shape, left: str) -> None:
        self.spec = spec
        self.left = left
        self.target = target
        self.shape = shape
        arrays = [prefix + array for array in ("X", "K", "b", "O") for prefix in ("", "d", "dd")]
        self.sizes = {array: math.prod(user_shape(spec, array)) for array in arrays}
        self.strides = {array: list(element_strides(spec, array).values()) for array in arrays}
        # The unfolded gradient has no user's array of its own; it is counted in its named axes.
        self.numbers = tuple(size.value() for _, size in shape.axes)
        is_array = target in self.sizes
        self.sizes[""] = self.sizes[target] if is_array else math.prod(self.numbers)
        self.strides[""] = (
            self.strides[target]
            if is_array
            else [math.prod(self.numbers[d + 1 :]) for d in range(len(self.numbers))]
        )

    def monomials(self, terms: tuple[IndexedSum, ...]) -> Monomials:
        return from_sums(terms, self.sizes, self.strides)

    def name(self, array: str, element: int) -> str:
        shape = name_shape(self.spec, array)
        return element_name(array, shape, _index(element, shape)) if shape else array

    def difference(self, element: int, claimed: Products, true: Products, scale: int) -> EntryDifference:
        shape = user_shape(self.spec, self.target) if self.target in self.sizes else self.numbers
        index = ", ".join(map(str, _index(element, shape)))
        names = sorted({entry for products in (claimed, true) for factors in products for entry in factors})
        inputs = {self.name(*entry): number for number, entry in enumerate(names, 1)}
        return EntryDifference(
            f"{self.left}[{index}]",
            self._text(claimed, scale),
            self._text(true, scale),
            inputs,
            str(self._value(claimed, scale, inputs)),
            str(self._value(true, scale, inputs)),
        )

    def _text(self, products: Products, scale: int) -> str:
        terms = []
        for factors, coefficient in products.items():
            number = Fraction(coefficient, scale)
            names = [self.name(*entry) for entry in factors]
            terms.append("*".join([str(number), *names] if number != 1 else names))
        return " + ".join(terms).replace("+ -", "- ") or "0"

    def _value(self, products: Products, scale: int, inputs: Mapping[str, int]) -> Fraction:
        return sum(
            (
                Fraction(coefficient, scale) * math.prod(inputs[self.name(*entry)] for entry in factors)
                for factors, coefficient in products.items()
            ),
            Fraction(0),
        )


def _index(element: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(position) for position in np.unravel_index(element, shape))
