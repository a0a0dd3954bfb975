"""Formulas from text: a parser, an error that points at the character, and the meaning of each form.

Nothing is ever evaluated as Python. The grammar (``grammar.lark``) gives a plain tree of syntax; the
functions here turn it into an operator tree, deciding by each function which arguments are arrays and
which are amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from convgen.algebra.amounts import AmountText
from convgen.algebra.axis_operators import AXIS_OPERATORS
from convgen.algebra.formula_text import quoted, start_of, subtrees
from convgen.algebra.hints import nearest
from convgen.algebra.matrix_operators import FOLD_AMOUNTS, UNFOLD_AMOUNTS, tilde_operator
from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.polynomial import ONE, ZERO, Polynomial
from convgen.algebra.relabellings import RELABELLING_OPERATORS
from convgen.algebra.tree import Amounts, Node, apply, array

if TYPE_CHECKING:
    from lark import Token, Tree

BARE_PADS = {
    "X": (Polynomial.of("Pb"), Polynomial.of("Pa")),
    "dO": (Polynomial.of("E") - 1, Polynomial.of("E") - 1),
}
"""What a bare pad(...) means: the layer's own padding, and E - 1 on every side of an output gradient."""


def parse_tree(text: str, notation: Notation = DEFAULT, before: str = "") -> Node:
    """Read the right-hand side of a rule, such as ``pad(dO) ⋆ rot180(K)``.

    Args:
        text: the formula.
        notation: whose letters it is written in.
        before: what stands before it in what the user wrote, for errors to show.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    reader = _Reader(text, notation)
    reader.before = before
    return reader.read()


class _Reader(AmountText):
    """One formula being read in the letters of a notation."""

    def __init__(self, text: str, notation: Notation) -> None:
        super().__init__(text)
        self.notation = notation

    def read(self) -> Node:
        (syntax,) = subtrees(self.parse("grammar.lark"))
        return self.tree(syntax)

    # ---- arrays ---------------------------------------------------------------------------------------

    def tree(self, syntax: Tree[Token]) -> Node:
        """An operator tree from a piece of syntax.

        Raises:
            ClaimError: a number or amount where an array is needed, an unknown function, ...
        """
        read = getattr(self, f"_read_{syntax.data}", None)
        if read is None:
            raise self.error("an array is needed here", syntax.meta.start_pos)
        result: Node = read(syntax)
        return result

    def _read_name(self, syntax: Tree[Token]) -> Node:
        name = str(syntax.children[0])
        letters = self.notation.letters_to_arrays
        plain = name.rstrip("~")
        if plain not in letters:
            raise self.error(
                f"{quoted(name)} is no array{nearest(plain, letters)}; arrays are {', '.join(letters)}",
                syntax.meta.start_pos,
            )
        leaf = array(letters[plain])
        return as_matrix(leaf) if name.endswith("~") else leaf

    def _read_add(self, syntax: Tree[Token]) -> Node:
        return apply("add", *(self.tree(child) for child in subtrees(syntax)))

    def _read_subtract(self, syntax: Tree[Token]) -> Node:
        left, right = subtrees(syntax)
        return apply("add", self.tree(left), self._scaled(right, Fraction(-1)))

    def _read_negative(self, syntax: Tree[Token]) -> Node:
        return self._scaled(subtrees(syntax)[0], Fraction(-1))

    def _scaled(self, syntax: Tree[Token], factor: Fraction) -> Node:
        tree = scaled(self.tree(syntax), factor)
        self.limited(tree.factor, syntax)
        return tree

    def _read_times(self, syntax: Tree[Token]) -> Node:
        left, right = subtrees(syntax)
        factor = self.rational(left)
        if factor is None:
            raise self.error(
                "* multiplies by a number; write ⋆ to correlate and @ for matrices",
                self.text.index("*", left.meta.end_pos),
            )
        return self._scaled(right, factor)

    def _read_divide(self, syntax: Tree[Token]) -> Node:
        left, right = subtrees(syntax)
        divisor = self.rational(right)
        if not divisor:
            raise self.error("only a number other than 0 can divide", right.meta.start_pos)
        return self._scaled(left, 1 / divisor)

    def _read_star(self, syntax: Tree[Token]) -> Node:
        left, right = subtrees(syntax)
        return self.notation.star(self.tree(left), self.tree(right), ((ONE,),))

    def _read_star_dilated(self, syntax: Tree[Token]) -> Node:
        left, dilations, right = subtrees(syntax)
        amounts = tuple((self.amount(each),) for each in subtrees(dilations))
        return self.notation.star(self.tree(left), self.tree(right), amounts)

    def _read_dot(self, syntax: Tree[Token]) -> Node:
        return apply("dot", *(self.tree(child) for child in subtrees(syntax)))

    def _read_matmul(self, syntax: Tree[Token]) -> Node:
        return apply("matmul", *(self.tree(child) for child in subtrees(syntax)))

    def _read_attribute(self, syntax: Tree[Token]) -> Node:
        (operand,) = subtrees(syntax)
        name = syntax.children[-1]
        if name != "T":
            raise self.error(f"unknown attribute {quoted(name)}; .T transposes", start_of(name))
        return apply("transpose", self.tree(operand))

    def _read_sliced(self, syntax: Tree[Token]) -> Node:
        operand, slices = subtrees(syntax)
        tree = self.tree(operand)
        parts = [{str(part.data): subtrees(part)[0] for part in subtrees(each)} for each in subtrees(slices)]
        for part, each in zip(parts, subtrees(slices), strict=True):
            if set(part) != set(parts[0]) or not part:
                raise self.error(
                    "every axis needs the same kind of slice, such as [:M], [::D] or [1:]", start_of(each)
                )
        amounts = {kind: tuple(self._bound(part[kind]) for part in parts) for kind in parts[0]}
        starts = amounts.get("slice_start")
        if starts is not None and any(start != ZERO for start in starts):
            tree = apply("crop", tree, amounts=tuple((start, ZERO) for start in starts))
        if "slice_stop" in amounts:
            stops = amounts["slice_stop"]
            sizes = (
                stops
                if starts is None
                else tuple(stop - start for stop, start in zip(stops, starts, strict=True))
            )
            tree = apply("take", tree, amounts=tuple((size,) for size in sizes))
        if "slice_step" in amounts:
            tree = apply("subsample", tree, amounts=tuple((step,) for step in amounts["slice_step"]))
        return tree

    def _bound(self, syntax: Tree[Token]) -> Polynomial:
        amount = self.amount(syntax)
        if amount.is_constant and amount.constant < 0:
            raise self.error(
                "positions are counted from the start, never from the end; "
                "write crop(…, (before, after)) to leave out the last",
                start_of(syntax),
            )
        return amount

    def _read_call(self, syntax: Tree[Token]) -> Node:
        name, arguments = syntax.children
        function = FUNCTIONS.get(str(name))
        if function is None:
            raise self.error(
                f"unknown function {quoted(name)}{nearest(name, FUNCTIONS)}; there are {', '.join(_TOLD)}",
                start_of(name),
            )
        return function(self, syntax, subtrees(arguments))


# ---- functions -------------------------------------------------------------------------------------------

Function = Callable[[_Reader, "Tree[Token]", Sequence["Tree[Token]"]], Node]


def scaled(tree: Node, factor: Fraction) -> Node:
    """A tree times a rational number; factors are collected into one, and a factor of 1 left out."""
    if tree.operator == "scale":
        return scaled(tree.operands[0], tree.factor * factor)
    return tree if factor == 1 else Node("scale", (tree,), factor=factor)


def as_matrix(tree: Node) -> Node:
    """The matrix of source 003: an input unfolded, anything else written channel by channel."""
    operator = tilde_operator(tree.array)
    return (
        _with_layer_amounts(operator, tree, UNFOLD_AMOUNTS) if operator == "unfold" else apply(operator, tree)
    )


def _with_layer_amounts(operator: str, tree: Node, names: Sequence[str]) -> Node:
    return apply(operator, tree, amounts=(tuple(Polynomial.of(name) for name in names),))


def _need(
    reader: _Reader, syntax: Tree[Token], arguments: Sequence[Tree[Token]], counts: Sequence[int]
) -> None:
    if len(arguments) not in counts:
        name = syntax.children[0]
        wanted = " or ".join(map(str, counts))
        raise reader.error(f"{name} takes {wanted} arguments, got {len(arguments)}", syntax.meta.start_pos)


def _axis_function(operator: str) -> Function:
    words = AXIS_OPERATORS[operator].amounts

    def read(reader: _Reader, syntax: Tree[Token], arguments: Sequence[Tree[Token]]) -> Node:
        tree = reader.tree(arguments[0])
        if len(arguments) == 1 and words:
            return apply(operator, tree, amounts=(_bare_amounts(reader, syntax, operator, tree),))
        if not words:
            _need(reader, syntax, arguments, (1,))
        amounts: Amounts = tuple(reader.amount_tuple(argument, words) for argument in arguments[1:])
        return apply(operator, tree, amounts=amounts)

    return read


def _bare_amounts(reader: _Reader, syntax: Tree[Token], operator: str, tree: Node) -> tuple[Polynomial, ...]:
    names = tree.arrays
    if (
        operator == "pad"
        and len(names) == 1
        and names[0] in BARE_PADS
        and (names[0] != "X" or tree.operator == "array")
    ):
        return BARE_PADS[names[0]]
    words = ", ".join(AXIS_OPERATORS[operator].amounts)
    raise reader.error(
        f"this {operator} needs its amounts, such as {operator}(…, ({words}))", syntax.meta.start_pos
    )


def _plain_function(operator: str, arity: int = 1) -> Function:
    def read(reader: _Reader, syntax: Tree[Token], arguments: Sequence[Tree[Token]]) -> Node:
        _need(reader, syntax, arguments, (arity,))
        return apply(operator, *(reader.tree(argument) for argument in arguments))

    return read


def _layer_function(operator: str, names: Sequence[str]) -> Function:
    def read(reader: _Reader, syntax: Tree[Token], arguments: Sequence[Tree[Token]]) -> Node:
        _need(reader, syntax, arguments, (1,))
        return _with_layer_amounts(operator, reader.tree(arguments[0]), names)

    return read


def _correlation(flipped: bool) -> Function:
    def read(reader: _Reader, syntax: Tree[Token], arguments: Sequence[Tree[Token]]) -> Node:
        _need(reader, syntax, arguments, (2, 3))
        signal, kernel = (reader.tree(argument) for argument in arguments[:2])
        dilation = reader.amount(arguments[2]) if len(arguments) == 3 else ONE
        return apply("star", signal, apply("rot180", kernel) if flipped else kernel, amounts=((dilation,),))

    return read


FUNCTIONS: dict[str, Function] = {
    **{name: _axis_function(name) for name in AXIS_OPERATORS},
    "flip": _axis_function("rot180"),
    "rot90": _plain_function("rot90"),
    "sum": _plain_function("sum"),
    "transpose": _plain_function("transpose"),
    "matrix": _plain_function("matrix"),
    "reshape": _plain_function("reshape"),
    "dot": _plain_function("dot", 2),
    **{row.name: _plain_function(row.name) for row in RELABELLING_OPERATORS},
    "unfold": _layer_function("unfold", UNFOLD_AMOUNTS),
    "fold": _layer_function("fold", FOLD_AMOUNTS),
    "corr": _correlation(flipped=False),
    "conv": _correlation(flipped=True),
}
"""Every function of the language; a true convolution is a correlation with the kernel turned."""

_TOLD = [
    name
    for name in FUNCTIONS
    if name != "widen" and (name == "mean" or name not in {row.name for row in RELABELLING_OPERATORS})
]
"""Those that a formula of the field needs; the others write down mistakes and rules of our own."""
