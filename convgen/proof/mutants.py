"""Every built-in rule with one mistake in it, and what `check` says of each: the kill table.

A mutant is a rule's tree changed by one row of `convgen.proof.mutations`. Nothing here says whether it is
wrong: that, the smallest layer on which it shows, and the condition under which it stays unseen are decided
by `convgen.proof.check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import to_text
from convgen.algebra.readings import shape_of
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node, Shape, array
from convgen.errors import ClaimError, FormulaShapeError
from convgen.proof.check import check
from convgen.proof.claim import Claim
from convgen.proof.mutations import MUTATIONS, SHORT_FORMS
from convgen.proof.scope import Scope
from convgen.proof.verdict import Verdict
from convgen.rules import RULES, Rule, array_shapes, bind
from convgen.spec import ConvSpec
from convgen.taps import SPATIAL_SIZES, array_shape


@dataclass(frozen=True)
class Mutant:
    """A rule with one mistake.

    Attributes:
        rule: the rule.
        words: the mistake; they finish the sentence "your dX equals the rule ...".
        tree: the changed right-hand side.
        harmless: why a rule that is still true is so, where the table of mutations says it.
    """

    rule: Rule
    words: str
    tree: Node
    harmless: str = ""

    @property
    def target(self) -> str:
        """The array that the rule gives."""
        return self.rule.target

    @property
    def claim(self) -> str:
        """The wrong formula in the language of claims."""
        return f"{self.target} = {to_text(self.tree)}"

    @property
    def mixes_axes(self) -> bool:
        """Whether what it says of one axis may name another's size or stride."""
        return Claim(self.claim, self.target, self.tree).mixes_axes

    @cached_property
    def verdict(self) -> Verdict:
        """What `check` decides of it at rank 2, for every size, channel count and padding.

        Strides and dilations are all from 1 to 8; for a formula that mixes the axes, 1 and 2, since each
        choice of them on the one axis meets each on the other.
        """
        return check(self.claim, scope=STEPS_APART if self.mixes_axes else Scope())

    @cached_property
    def on_squares(self) -> Verdict:
        """What `check` decides of it where the two axes are alike, so that no shape gives it away."""
        return check(self.claim, scope=SQUARE)


STEPS_APART = Scope(
    name="rank 2, every size and channel count, stride and dilation 1 or 2 on each axis, every padding before "
    "and after",
    largest=2,
)
"""The least strides and dilations that tell one axis from the other: in one question, so that what holds where
they are equal is found, and so is the smaller of two layers whose axes have changed places."""

_ALIKE = tuple((f"{name}1", Polynomial.of(f"{name}0")) for name in ("H", "M", "Pb", "Pa"))
SQUARE = Scope(stride=(1, 1), dilation=(1, 1), ties=_ALIKE)
"""The layers whose two axes have the same numbers, at stride and dilation 1."""


def right_side(rule: Rule) -> Node:
    """A rule's tree; for O with the bias, which every layer without further words has."""
    return Node("add", (rule.tree, array("b"))) if rule.target == "O" else rule.tree


@cache
def mutants(rules: Sequence[Rule] = RULES) -> tuple[Mutant, ...]:
    """Every rule with every mistake that can be made in it, each formula once."""
    found: dict[tuple[str, Node], Mutant] = {}
    for rule in rules:
        truth = right_side(rule)
        for mutant in _of_rule(rule, truth):
            if mutant.tree != truth and _has_a_meaning(mutant.tree):
                found.setdefault((rule.target, mutant.tree), mutant)
    return tuple(found.values())


def _of_rule(rule: Rule, truth: Node) -> Iterator[Mutant]:
    if rule.target in SHORT_FORMS and rule == next(each for each in RULES if each.target == rule.target):
        words, formula = SHORT_FORMS[rule.target]
        yield Mutant(rule, words, parse_tree(formula))
    for mutation in MUTATIONS:
        for words, tree in mutation.applied(truth):
            yield Mutant(rule, words, tree, mutation.harmless)
            reaching = _in_the_targets_size(tree, rule.target)
            if reaching is not None:
                yield Mutant(rule, f"{words}, in the size of {rule.target}", reaching)


_LAYER = ConvSpec((9, 8), (3, 3), 4, 6, 2, stride=(3, 2), padding=((3, 1), (0, 1)), dilation=2, groups=2)
"""A layer to ask which formulas have operands of the right kind; whether their sizes agree is no matter."""


def _has_a_meaning(tree: Node) -> bool:
    try:
        shape_of(bind(tree, _LAYER), array_shapes(_LAYER))
    except FormulaShapeError:
        return True
    except ClaimError:
        return False
    return True


# ---- wrong padding that gives the right size -------------------------------------------------------------


def _in_the_targets_size(tree: Node, target: str) -> Node | None:
    """A correlation of another size than its target, with as much padding after as the size wants.

    So goes the mistake where dX is computed entry by entry: what is read of dO beyond its end is 0.
    """
    if tree.operator != "star" or tree.operands[0].operator != "pad":
        return None
    padded, kernel = tree.operands
    try:
        missing = _size_on_any_axis(array(target)) - _size_on_any_axis(tree)
    except ClaimError:  # axes that are turned have no size of their own
        return None
    ((before, after),) = padded.amounts
    reaching = _briefest(after + missing)
    if reaching == after:
        return None
    return replace(tree, operands=(replace(padded, amounts=((before, reaching),)), kernel))


def _size_on_any_axis(tree: Node) -> Polynomial:
    """The size on an axis whose parameters keep the names S, D, M, ... that formulas use."""
    shapes: dict[str, Shape] = {}
    for name in ("X", "K", "O"):
        axes = [(axis, size.substitute(_PLAIN)) for axis, size in array_shape(name, 1).axes]
        shapes |= {name: Shape(tuple(axes)), f"d{name}": Shape(tuple(axes))}
    return shape_of(tree.bind([{"E": _EXTENT}]), shapes).sizes["s0"]


_PLAIN = {f"{size}0": size for size in SPATIAL_SIZES.values()}
_EXTENT = Polynomial.of("D") * "M" - "D" + 1
_INPUT = Polynomial.of("S") * "Ho" - "S" + "E" + "r" - "Pb" - "Pa"
"""E and H by the other parameters."""


def _briefest(amount: Polynomial) -> Polynomial:
    """An amount with E for the extent of the kernel, and with H or with what H is, whatever has fewer terms."""
    brief = amount + (Polynomial.of("E") - _EXTENT) * dict(amount.terms).get(("D", "M"), 0)
    return min(brief, brief.substitute({"H": _INPUT}), key=lambda each: len(each.terms))
