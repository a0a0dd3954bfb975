"""Claims about sizes: H_out = floor((H + 2*PH - M)/SH) + 1.

Both sides are fractions of affine expressions once stride and dilation are numbers, with quotients rounded
down or up inside. The sizes for which they differ are an exact set, as the faults of any other claim are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from convgen.algebra.axis_operators import Divisor, floor_divide
from convgen.algebra.formula_text import start_of, subtrees
from convgen.algebra.index_amounts import IndexText, names_in
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import ONE, Polynomial
from convgen.algebra.tree import Shape
from convgen.indexing import frame
from convgen.proof.claim import TARGETS, AxisValues, Claim, Shapes, Statement
from convgen.proof.examiner import examiner_of
from convgen.proof.families import Examiner, Fault, NotComparableError
from convgen.proof.relation import Family, Part, parameter_parts
from convgen.proof.repair import repair
from convgen.proof.scope import Scope
from convgen.proof.shape import SizeDifference, check_spoken_of, difference_on
from convgen.spec import ConvSpec
from convgen.taps import AXIS_PARAMETERS, parameters

if TYPE_CHECKING:
    from lark import Token, Tree

_VIOLATED: Mapping[str, Callable[[Polynomial], tuple[Polynomial, ...]]] = {
    "=": lambda left: (left - 1, -left - 1),
    "<": lambda left: (left,),
    "<=": lambda left: (left - 1,),
    ">": lambda left: (-left,),
    ">=": lambda left: (-left - 1,),
}
"""For ``left relation 0``, the expressions of which one is at least 0 where it is false."""
_SAME = {"≤": "<=", "≥": ">="}


Ratio = tuple[Polynomial, Polynomial]


@dataclass(frozen=True)
class Fact:
    """One relation between two sizes of one axis.

    Attributes:
        left: what stands on the left, as a fraction: numerator and denominator, which is at least 1.
        relation: ``=``, ``<``, ``<=``, ``>`` or ``>=``.
        right: what stands on the right.
        names: the parameters that it names, by their names in the definition.
    """

    left: Ratio
    relation: str
    right: Ratio
    names: frozenset[str]

    @property
    def violated(self) -> tuple[Polynomial, ...]:
        """Expressions of which one is at least 0 where it is false."""
        difference = self.left[0] * self.right[1] - self.right[0] * self.left[1]
        return _VIOLATED[self.relation](difference)


@dataclass(frozen=True)
class SizeClaim(Claim):
    """A claim about sizes; ``target`` is empty, for it speaks of no array."""

    def facts(self, rank: int, values: Mapping[str, Polynomial]) -> list[Fact]:
        """What it says, for given meanings of S0, H0, ... on the axes."""
        return SizeText(self.text, rank, self.notation).facts(values)

    def assumptions(self, rank: int) -> tuple[Polynomial, ...]:
        """Expressions that are 0 on the layers that it speaks of."""
        return SizeText(self.text, rank, self.notation).assumptions()

    def on(self, axes: Sequence[AxisValues], shapes: Shapes) -> Statement:  # noqa: ARG002 -- it has no array
        """The layers that it speaks of; its facts are asked for apart."""
        values = {f"{name}{d}": value for d, each in enumerate(axes) for name, value in each.items()}
        put = (each.substitute(values) for each in self.assumptions(len(axes)))
        return Statement(Shape(()), (), (), (), tuple(each for each in put if each.terms))


class SizeText(IndexText):
    """The text of a claim about sizes."""

    def __init__(self, text: str, rank: int, notation: Notation) -> None:
        super().__init__(text, frame(rank, notation), notation)
        self._used: set[str] = set()
        self._values: Mapping[str, Polynomial] = {}

    def facts(self, values: Mapping[str, Polynomial]) -> list[Fact]:
        """Every relation, on the axis that its names leave; on every axis where they leave all."""
        self._values = values
        syntax = self.parse("size_grammar.lark")
        children = subtrees(syntax)
        sides, relations = children[::2], children[1::2]
        found: dict[Fact, None] = {}
        for axis in self._axes(syntax):
            self.axis, self._used = axis, set()
            fractions = [self._fraction(side) for side in sides]
            for left, relation, right in zip(fractions, relations, fractions[1:], strict=False):
                sign = str(relation.children[0])
                found[Fact(left, _SAME.get(sign, sign), right, frozenset(self._used))] = None
        return list(found)

    def size(self, axis: int | None, values: Mapping[str, Polynomial]) -> tuple[Ratio, frozenset[str]]:
        """One size alone: its value as a fraction, and the names that it names."""
        self.axis, self._values, self._used = axis, values, set()
        (syntax,) = subtrees(self.parse("size_grammar.lark"))
        return self._fraction(syntax), frozenset(self._used)

    def assumptions(self) -> tuple[Polynomial, ...]:
        """Expressions that are 0 on the layers spoken of: P says that both paddings are equal."""
        self.facts({f"{name}{d}": Polynomial.of(1) for name in "SD" for d in range(self.frame.rank)})
        axes = {name[2:] for name in self.layers}
        return tuple(Polynomial.of(f"Pb{d}") - f"Pa{d}" for d in sorted(axes))

    def _axes(self, syntax: Tree[Token]) -> list[int]:
        for name in names_in(syntax):
            axes = {int(each[-1]) for each in self._meanings(name) if each[-1].isdigit()}
            if len(axes) == 1:
                return [*axes]
        return list(range(self.frame.rank))

    def _fraction(self, syntax: Tree[Token]) -> Ratio:
        """A size as numerator and positive denominator."""
        if syntax.data in ("number", "name"):
            amount = self.amount(syntax)
            self._used |= {name.replace("P", "Pb") if name[:-1] == "P" else name for name in amount.names}
            equal = {f"P{d}": f"Pb{d}" for d in range(self.frame.rank)}
            return amount.substitute(equal).substitute(self._values), ONE
        parts = [self._fraction(each) for each in subtrees(syntax)]
        (a, b), (c, d) = parts[0], parts[-1]
        match str(syntax.data):
            case "negative":
                return -a, b
            case "add":
                return a * d + c * b, b * d
            case "subtract":
                return a * d - c * b, b * d
            case "times":
                return a * c, b * d
            case "floor":
                return floor_divide(a, b), ONE
            case "ceil":
                return -floor_divide(-a, b), ONE
        if not c.terms or not all(isinstance(name, Divisor) for name in c.names):
            raise self.error("sizes are divided by numbers, strides and dilations", start_of(syntax))
        sign = -1 if c.terms[0][1] < 0 else 1
        return a * d * sign, b * c * sign


def size_claim(text: str, notation: Notation, rank: int) -> SizeClaim | None:
    """A claim about sizes.

    Returns:
        None for a text whose left-hand side begins with no size.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    left = re.split("[=<>≤≥]", text)[0]
    names = [name for name in re.findall(r"[A-Za-z]\w*'*", left) if name not in ("floor", "ceil")]
    words = SizeText(text, rank, notation)
    is_target = notation.letters_to_arrays.get(left.strip()) in TARGETS
    if is_target or "[" in left or not names or not all(map(words.is_known, names)):
        return None
    claim = SizeClaim(text, "", None, notation)
    claim.facts(rank, {f"{name}{d}": Polynomial.of(1) for name in "SD" for d in range(rank)})
    return claim


# ---- for every size --------------------------------------------------------------------------------------


@examiner_of.register
def _(claim: SizeClaim, scope: Scope) -> Examiner:
    return _SizeExaminer(claim, scope)


class _SizeExaminer(Examiner):
    """Compares sizes instead of taps."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The axes, or the channels, that each relation names."""
        family = next(iter(self.scope.families(())))
        return tuple(dict.fromkeys(part for part, _ in self._facts(family)))

    def faults(self, family: Family, part: Part | None = None) -> list[Fault]:
        """Every relation with the layers on which it is false."""
        found = []
        for own, fact in self._facts(family):
            if part in (None, own):
                context = self.context(family, own)
                if not all(each.is_affine for each in fact.violated):
                    raise NotComparableError("products of sizes are compared shape by shape")
                sets = [context.layers(each) for each in fact.violated]
                layers = sets[0]
                for each in sets[1:]:
                    layers = layers.union(each)
                found.append(Fault(own, family, context, layers))
        return found

    def _facts(self, family: Family) -> Iterator[tuple[Part, Fact]]:
        assert isinstance(self.claim, SizeClaim)  # noqa: S101 -- for the type checker: it is made for one
        fixed = {name: Polynomial.of(value) for name, value in self.scope.sizes}
        for fact in self.claim.facts(self.scope.rank, family.values | fixed):
            yield parameter_parts(fact.names), fact


# ---- on one shape ----------------------------------------------------------------------------------------


@difference_on.register
def _(claim: SizeClaim, spec: ConvSpec) -> SizeDifference | None:
    numbers = parameters(spec)
    values = {name: Polynomial.of(value) for name, value in numbers.items()}
    check_spoken_of(claim, spec)
    for fact in claim.facts(spec.rank, values):
        if any(each.value() >= 0 for each in fact.violated):
            (a, b), (c, d) = fact.left, fact.right
            inputs = {_letter(name, claim): numbers[name] for name in sorted(fact.names)}
            left, right = (text.strip() for text in claim.text.split(fact.relation, 1))
            return SizeDifference(
                left,
                fact.relation,
                right,
                inputs,
                str(Fraction(a.value(), b.value())),
                str(Fraction(c.value(), d.value())),
            )
    return None


def _letter(name: str, claim: SizeClaim) -> str:
    """A parameter as the claim writes it: with the number of its axis only where the claim has numbers."""
    is_numbered = re.search(rf"\b[A-Za-z]+{name[-1]}\b", claim.text)
    return claim.notation.parameters.get(name, name if is_numbered else name[:-1])


@repair.register
def _(claim: SizeClaim, about: ConvSpec | Scope) -> str | None:
    """The definition of an output size, where the claim is about one."""
    left = claim.text.partition("=")[0].strip()
    meant = [
        each for each in SizeText(claim.text, about.rank, claim.notation)._meanings(left) if each[:2] == "Ho"
    ]
    if not meant:
        return None
    d = meant[0][-1]
    known = parameters(about) if isinstance(about, ConvSpec) else about.layers
    if isinstance(about, ConvSpec):
        return f"{left} = {known[meant[0]]}"
    # The extent has its own letter, unless the dilation is known and it can be written with the kernel size.
    extent = Polynomial.of(f"D{d}") * Polynomial.of(f"M{d}") - f"D{d}" + 1 if f"D{d}" in known else f"E{d}"
    covered = Polynomial.of(f"H{d}") + f"Pb{d}" + f"Pa{d}" - extent
    names = [f"{name}{axis}" for name in (*AXIS_PARAMETERS, "H") for axis in range(about.rank)]
    letters = {name: _letter(name, claim) for name in names}
    if claim.assumptions(about.rank):  # it says P for the padding on both sides
        letters |= dict.fromkeys((f"Pb{d}", f"Pa{d}"), letters[f"Pb{d}"].replace("Pb", "P"))
    room, stride = (each.substitute(known).substitute(letters) for each in (covered, Polynomial.of(f"S{d}")))
    return f"{left} = {room} + 1" if stride == Polynomial.of(1) else f"{left} = floor(({room})/{stride}) + 1"
