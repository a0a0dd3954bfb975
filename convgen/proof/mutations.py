"""How people get a rule wrong: a table of small changes to an operator tree, each with the words for it.

A row says which nodes it changes and into what. Applied at every node of every built-in rule it gives the
mutants of `convgen.proof.mutants`. The words finish the sentence "your dX equals the rule ...".
"""

# ruff: noqa: ARG005 -- the rows of one table share their signatures, whatever each of them needs

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from convgen.algebra.polynomial import ONE, ZERO, Polynomial
from convgen.algebra.tree import Amounts, Node, apply

Change = Callable[[Node], Node | None]
"""A node in the place of another; None where there is nothing to change."""

S, D, E, M, r, Pb, Pa = map(Polynomial.of, ("S", "D", "E", "M", "r", "Pb", "Pa"))


@dataclass(frozen=True)
class Mutation:
    """One way to get a rule wrong.

    Attributes:
        words: what is wrong, with {array} for the arrays under the node and {amount} for its first amount.
        at: the operator of the nodes that it changes; the name of an array for a leaf; ``"result"`` for the
            whole tree.
        change: the node in the place of another.
        harmless: why a rule stays true where this changes nothing; empty where it always spoils it.
    """

    words: str
    at: str
    change: Change
    harmless: str = ""

    def applied(self, tree: Node) -> Iterator[tuple[str, Node]]:
        """Every tree with one node changed, with the words for the change."""
        if self.at == "result":
            yield from self._changed(tree, lambda node: node)
            return
        for node, put_back in _nodes(tree):
            if self.at in (node.operator, node.array):
                yield from self._changed(node, put_back)

    def _changed(self, node: Node, put_back: Callable[[Node], Node]) -> Iterator[tuple[str, Node]]:
        changed = self.change(node)
        if changed is not None and changed != node:
            amount = node.amounts[0][0] if node.amounts else ""
            yield self.words.format(array=" and ".join(node.arrays), amount=amount), put_back(changed)


def _nodes(tree: Node) -> Iterator[tuple[Node, Callable[[Node], Node]]]:
    """Every node with the function that puts another in its place."""
    yield tree, lambda node: node
    for position, operand in enumerate(tree.operands):
        for node, put_back in _nodes(operand):

            def put(new: Node, at: int = position, inner: Callable[[Node], Node] = put_back) -> Node:
                return replace(tree, operands=(*tree.operands[:at], inner(new), *tree.operands[at + 1 :]))

            yield node, put


# ---- the pieces that changes are made of -----------------------------------------------------------------


def _operand(node: Node) -> Node:
    """The node left out."""
    return node.operands[0]


def _wrap(operator: str, *amounts: Polynomial) -> Change:
    """Another operator around the node; two half turns are none."""

    def wrapped(node: Node) -> Node:
        if operator == node.operator == "rot180":
            return _operand(node)
        return apply(operator, node, amounts=(amounts,) if amounts else ())

    return wrapped


def _instead(operator: str) -> Change:
    """Another operator in its place."""
    return lambda node: replace(node, operator=operator)


def _inside(change: Change, operand: int = 0) -> Change:
    """One of the operands changed."""

    def changed(node: Node) -> Node | None:
        new = change(node.operands[operand])
        return new and replace(node, operands=(*node.operands[:operand], new, *node.operands[operand + 1 :]))

    return changed


def _amounts(new: Callable[[Amounts], Amounts | None]) -> Change:
    """Other amounts, the same on every axis."""

    def changed(node: Node) -> Node | None:
        amounts = new(node.amounts)
        return None if amounts is None else replace(node, amounts=amounts)

    return changed


def _named(**values: Polynomial) -> Change:
    """Other names in the amounts."""
    return _amounts(
        lambda amounts: tuple(tuple(each.substitute(values) for each in entry) for entry in amounts)
    )


def _throughout(**values: Polynomial) -> Change:
    """Other names in the amounts of every node under it too."""
    named = _named(**values)
    return lambda node: node.rewrite(lambda each: named(each) or each)


def _sides(new: Callable[[Polynomial, Polynomial], tuple[Polynomial, Polynomial] | None]) -> Change:
    """Another padding, from (before, after)."""

    def changed(amounts: Amounts) -> Amounts | None:
        ((before, after),) = amounts
        sides = new(before, after)
        return sides and (sides,)

    return _amounts(changed)


def _of_gradient(new: Callable[[Polynomial, Polynomial], tuple[Polynomial, Polynomial]]) -> Change:
    """Another padding of an output gradient, whose amounts count from E."""
    return _sides(lambda before, after: new(before, after) if "E" in before.names else None)


def _own_padding(amount: Polynomial) -> Polynomial:
    """P + r in the place of E - 1 - P + r."""
    return (amount - E + 1).substitute({"Pb": -Pb, "Pa": -Pa})


def _with_the_other_axis(node: Node) -> Node | None:
    """The node with each axis' amounts taken from the other axis: turned, done, and turned back."""
    if all(each.is_constant for entry in node.amounts for each in entry):
        return None
    operands = tuple(apply("transpose", operand) for operand in node.operands)
    return apply("transpose", replace(node, operands=operands))


def _turned_on_one_axis(node: Node) -> Node:
    """What is reversed along one axis: a quarter turn, then transposed."""
    return apply("transpose", replace(node, operator="rot90"))


def _exchanged(node: Node) -> Node:
    return replace(node, operands=node.operands[::-1])


def _padded_first(node: Node) -> Node | None:
    inner = _operand(node)
    if inner.operator != "dilate":
        return None
    return replace(inner, operands=(replace(node, operands=inner.operands),))


def _cropped_first(node: Node) -> Node | None:
    inner = _operand(node)
    if inner.operator != "subsample":
        return None
    return replace(inner, operands=(replace(node, operands=inner.operands),))


def _dilation_moved(node: Node) -> Node | None:
    """The dilation taken from one operand and put on the other's array."""
    for position in (0, 1):
        dilations = [each for each, _ in _nodes(node.operands[position]) if each.operator == "dilate"]
        if dilations:
            (dilation,) = dilations

            def bare(each: Node, known: Node = dilation) -> Node:
                return _operand(known) if each == known else each

            def dilated(each: Node, known: Node = dilation) -> Node:
                return replace(known, operands=(each,)) if each.operator == "array" else each

            changes = (bare, dilated) if position == 0 else (dilated, bare)
            return replace(
                node,
                operands=tuple(
                    operand.rewrite(change) for operand, change in zip(node.operands, changes, strict=True)
                ),
            )
    return None


def _scaled(factor: int) -> Change:
    return lambda node: Node("scale", (node,), factor=Fraction(factor))


# ---- the table ------------------------------------------------------------------------------------------

ANY_ORDER = "a sum does not see the order of what it adds"
NO_SIDES = "the padding of X is never negative"
CROPPED = "the crop to M leaves out what this adds at the end"

MUTATIONS = (
    # turns
    Mutation("without rot180", "rot180", _operand),
    Mutation("with rot90 for rot180", "rot180", _instead("rot90")),
    Mutation("with a transpose for rot180", "rot180", _instead("transpose")),
    Mutation("turned on one axis alone", "rot180", _turned_on_one_axis),
    Mutation("with a true convolution for the correlation", "star", _inside(_wrap("rot180"), 1)),
    Mutation("with the signal turned by rot180", "star", _inside(_wrap("rot180"))),
    Mutation("with {array} turned by rot180", "sum", _inside(_wrap("rot180")), ANY_ORDER),
    Mutation("with {array} turned by rot180", "matrix", _inside(_wrap("rot180"))),
    Mutation("with {array} turned by rot180", "unfold", _inside(_wrap("rot180"))),
    Mutation("turned by rot180 at the end", "result", _wrap("rot180")),
    Mutation("with dO transposed", "dO", _wrap("transpose"), ANY_ORDER),
    Mutation("with X transposed", "X", _wrap("transpose")),
    Mutation("with K transposed", "K", _wrap("transpose")),
    Mutation("transposed at the end", "result", _wrap("transpose")),
    # stride and dilation
    Mutation("without the dilation of {array}", "dilate", _operand),
    Mutation("with {array} dilated by D, not S", "dilate", _named(S=D)),
    Mutation("with the dilation on the other operand", "star", _dilation_moved),
    Mutation("with {array} padded before it is dilated", "pad", _padded_first),
    Mutation("with a dense kernel", "star", _amounts(lambda amounts: ((ONE,),) * len(amounts))),
    Mutation("with the kernel dilated by S, not D", "star", _named(D=S)),
    Mutation("without the dilation of K", "star", _throughout(D=ONE, E=M)),
    Mutation("with S for D", "star", _throughout(D=S, E=S * (M - 1) + 1)),
    Mutation("with every entry, not every {amount}-th", "subsample", _operand),
    Mutation("with stride and dilation exchanged in [::{amount}]", "subsample", _named(S=D, D=S)),
    Mutation("with every {amount}-th entry counted from r", "subsample", _inside(_wrap("crop", r, ZERO))),
    # the crop to the size of the kernel
    Mutation("without the crop to M", "take", _operand),
    Mutation("cropped to E, not M", "take", _named(M=E)),
    Mutation("cropped before every D-th is taken", "take", _cropped_first),
    # padding
    Mutation("without the padding of {array}", "pad", _operand),
    Mutation("with the two sides of the padding of {array} exchanged", "pad", _sides(lambda b, a: (a, b))),
    Mutation("with the padding before on both sides", "pad", _sides(lambda b, a: (b, b))),
    Mutation("with Pb and Pa exchanged", "pad", _named(Pb=Pa, Pa=Pb)),
    Mutation("with full padding, E-1 on every side", "pad", _sides(lambda b, a: (E - 1, E - 1))),
    Mutation("with P for E-1-P", "pad", _of_gradient(lambda b, a: (_own_padding(b), _own_padding(a)))),
    Mutation("with M for E in the padding", "pad", _named(E=M)),
    Mutation("without the remainder r", "pad", _named(r=ZERO)),
    Mutation("with the remainder r before, not after", "pad", _of_gradient(lambda b, a: (b + r, a - r))),
    Mutation("with the remainder r subtracted", "pad", _named(r=-r)),
    Mutation("with negative padding taken as 0", "pad", _instead("widen"), NO_SIDES),
    Mutation("moved by one place", "pad", _sides(lambda b, a: (b + 1, a - 1))),
    Mutation("moved by one place back", "pad", _sides(lambda b, a: (b - 1, a + 1))),
    Mutation("padded by one too much before", "pad", _sides(lambda b, a: (b + 1, a))),
    Mutation("padded by one too little before", "pad", _sides(lambda b, a: (b - 1, a))),
    Mutation("padded by one too much after", "pad", _sides(lambda b, a: (b, a + 1)), CROPPED),
    Mutation("padded by one too little after", "pad", _sides(lambda b, a: (b, a - 1))),
    Mutation("with the windows moved by one place", "unfold", _inside(_wrap("shift", ONE))),
    Mutation("moved by one place", "fold", _wrap("shift", ONE)),
    # the other axis
    Mutation("with the stride of the other axis", "dilate", _with_the_other_axis),
    Mutation("with the step of the other axis", "subsample", _with_the_other_axis),
    Mutation("with the dilation of the other axis", "star", _with_the_other_axis),
    Mutation("with the padding of the other axis", "pad", _with_the_other_axis),
    Mutation("with the kernel size of the other axis", "take", _with_the_other_axis),
    # operands
    Mutation("with signal and kernel exchanged", "star", _exchanged),
    Mutation("with the factors exchanged", "matmul", _exchanged),
    Mutation("without the transpose of {array}", "transpose", _operand),
    # channels, groups, batch
    Mutation("without swapping the channels of K", "K", _wrap("swap_channels")),
    Mutation("without the sum over channels, each for itself", "K", _wrap("own_channel")),
    *(
        Mutation("with the first group's {array} for every group", array, _wrap("first_group"))
        for array in ("X", "K", "dO", "b")
    ),
    Mutation("with the groups ignored, X summed over all of them", "X", _wrap("all_groups")),
    Mutation("with the groups ignored, summed over all of them at the end", "result", _wrap("all_groups")),
    *(
        Mutation("with the channels of {array} interleaved between groups", array, _wrap("interleave"))
        for array in ("X", "K", "dO")
    ),
    Mutation("with input and output channels exchanged at the end", "result", _wrap("swap_channels")),
    *(Mutation("with the first image of {array} alone", array, _wrap("first_image")) for array in ("X", "dO")),
    Mutation("with the mean for the sum", "sum", _instead("mean")),
    Mutation("divided by the number of images", "dO", _wrap("per_image")),
    # the whole
    Mutation("without the bias", "add", _operand),
    Mutation("with the wrong sign", "result", _scaled(-1)),
    Mutation("counted twice", "result", _scaled(2)),
)  # fmt: skip
"""Every way to get a rule wrong."""

SHORT_FORMS = {
    "dX": ("in its short form, without stride, dilation, padding and remainder", "pad(dO) ⋆ rot180(K)"),
    "dK": ("in its short form, without stride, dilation, padding and remainder", "X ⋆ dO"),
    "O": ("in its short form, without stride, dilation and padding", "X ⋆ K + b"),
}
"""What is left of a rule when several of its steps are forgotten at once, as the sources write it."""
