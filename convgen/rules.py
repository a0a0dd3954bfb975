"""The closed-form rules, one line each, in the language of formulas; each cites what it states.

They are written for one axis and hold on every axis with that axis' own amounts: S stride, Pb and Pa
padding before and after, D dilation, E effective kernel size, M kernel size, r remainder. Channels, groups
and the batch follow from the named axes: a product sums every axis that both operands share, but the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from convgen.algebra.amounts import NUMBER_LIMIT
from convgen.algebra.operators import amounts_per_axis
from convgen.algebra.polynomial import ONE, ZERO
from convgen.algebra.readings import shape_of
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node, Shape
from convgen.errors import ClaimError
from convgen.spec import ConvSpec
from convgen.taps import array_shape, axis_values, parameters


@dataclass(frozen=True)
class Rule:
    """One closed form.

    Attributes:
        name: how reports call it.
        target: the array that it gives: O, dX, dK or db.
        formula: the right-hand side in the language of formulas.
        source: what states it, or the short form of it.
        needs_bias: whether it is about layers with a bias alone.
    """

    name: str
    target: str
    formula: str
    source: str
    needs_bias: bool = False

    @property
    def tree(self) -> Node:
        """The formula as an operator tree, with amounts for any axis."""
        return _parsed(self.formula)

    def on(self, spec: ConvSpec) -> Node:
        """The formula with the numbers of a spec, and without steps that change nothing there."""
        return simplify(bind(self.tree, spec), array_shapes(spec))

    def __str__(self) -> str:
        return f"{self.target} = {self.formula}"


@cache
def _parsed(formula: str) -> Node:
    return parse_tree(formula)


RULES = (
    Rule("db", "db", "sum(dO)", "source 000 L62; source 001 L55; source 003 L40", needs_bias=True),
    Rule(
        "dK", "dK", "(pad(X) ⋆ dilate(dO, S))[::D][:M]",
        "source 000 L251 is its short form; source 001 L61; source 003 L31",
    ),
    Rule(
        "dX", "dX", "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K)",
        "source 000 L373 is its short form; source 001 L94; source 003 L51",
    ),
    Rule("O", "O", "(pad(X) ⋆[D] K)[::S]", "source 000 L32; source 001 L12; source 003 L17"),
    Rule("O by im2col", "O", "reshape(K~ @ X~)", "source 003 L23"),
    Rule("dK by im2col", "dK", "reshape(dO~ @ X~.T)", "source 003 L33"),
    Rule("dX by col2im", "dX", "fold(K~.T @ dO~)", "source 003 L56"),
)  # fmt: skip
"""Every built-in rule. For O the bias is added where there is one (`rules_for`)."""

GRADIENT_RULES: Mapping[str, Rule] = {rule.name.removeprefix("d"): rule for rule in RULES[:3]}
"""The closed form of each gradient by the array differentiated by."""


def rules_for(spec: ConvSpec) -> list[tuple[Rule, Node]]:
    """Every rule that speaks about a spec, with its tree there."""
    rules = [(rule, rule.on(spec)) for rule in RULES if spec.bias or not rule.needs_bias]
    if not spec.bias:
        return rules
    bias = parse_tree("b")
    return [(rule, Node("add", (tree, bias)) if rule.target == "O" else tree) for rule, tree in rules]


def bind(tree: Node, spec: ConvSpec) -> Node:
    """A tree with the numbers of a spec for its amounts.

    Raises:
        ClaimError: P where the padding of an axis differs before and after, amounts for another number of
            axes, or an amount beyond all bounds.
    """
    axes = []
    for axis in spec.axes:
        values = axis_values(axis)
        if axis.before == axis.after:
            values["P"] = axis.before
        axes.append(values)
    bound = tree.bind(axes)
    _check_bound(bound, spec)
    return bound


def _check_bound(tree: Node, spec: ConvSpec) -> None:
    for entry in tree.amounts:
        for amount in entry:
            if "P" in amount.names:
                raise ClaimError(
                    "P stands for equal padding before and after, but the padding is "
                    f"{spec.padding}; write Pb and Pa"
                )
            if amount.is_constant and abs(amount.constant) >= NUMBER_LIMIT:
                raise ClaimError(
                    f"{tree.operator} has the amount {amount.constant:,} here; "
                    f"amounts must be smaller than {NUMBER_LIMIT:,}"
                )
    for operand in tree.operands:
        _check_bound(operand, spec)


def array_shapes(spec: ConvSpec) -> dict[str, Shape]:
    """The shape of every array of a layer, gradients included, with numbers."""
    values = parameters(spec)
    shapes: dict[str, Shape] = {}
    for array in ("X", "K", "b", "O"):
        shape = Shape(
            tuple((name, size.substitute(values)) for name, size in array_shape(array, spec.rank).axes)
        )
        shapes |= {array: shape, f"d{array}": shape, f"dd{array}": shape}
    return shapes


def simplify(tree: Node, shapes: Mapping[str, Shape]) -> Node:
    """Leave out operators that change nothing: padding by 0, steps of 1, taking the whole axis."""

    def drop(node: Node) -> Node:
        if node.operator in _IDENTITY_AMOUNT:
            idle = all(
                amount == _IDENTITY_AMOUNT[node.operator] for entry in node.amounts for amount in entry
            )
            return node.operands[0] if idle else node
        if node.operator == "take":
            operand = shape_of(node.operands[0], shapes)
            wanted = [amount for (amount,) in amounts_per_axis(node, len(operand.spatial))]
            return node.operands[0] if wanted == [operand.sizes[name] for name in operand.spatial] else node
        return node

    return tree.rewrite(drop)


_IDENTITY_AMOUNT = {"pad": ZERO, "crop": ZERO, "shift": ZERO, "dilate": ONE, "subsample": ONE}
