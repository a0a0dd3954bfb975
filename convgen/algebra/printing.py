"""Operator trees as text that parses back, and as LaTeX that GitHub, KaTeX and TeX all render.

Both are tables with one row per operator. An operand that is itself written with an infix operator stands
in parentheses, so that nobody has to know a precedence.
"""

# ruff: noqa: ARG001, ARG005 -- the rows of one table share their signatures, whatever each of them needs

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from convgen.algebra.axis_operators import AXIS_OPERATORS
from convgen.algebra.matrix_operators import tilde_operator
from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.polynomial import ONE, Monomial, Polynomial, format_terms
from convgen.algebra.relabellings import RELABELLING_OPERATORS
from convgen.algebra.tree import Node

INFIX = frozenset({"add", "star", "dot", "matmul", "scale"})


@dataclass(frozen=True)
class Printed:
    """An operand that has been printed."""

    tree: Node
    open: str
    """As it stands on its own."""
    brackets: tuple[str, str]

    @property
    def closed(self) -> str:
        """As it stands beside an operator."""
        left, right = self.brackets
        return f"{left}{self.open}{right}" if self.tree.operator in INFIX else self.open


Printer = Callable[[Node, Sequence[Printed]], str]


def to_text(tree: Node, notation: Notation = DEFAULT) -> str:
    """The tree in the language of formulas; `convgen.algebra.syntax.parse_tree` reads it back."""
    return _print(tree, notation, _TEXT, notation.letter_of, ("(", ")"))


def to_latex(tree: Node, notation: Notation = DEFAULT) -> str:
    r"""The tree in LaTeX, without ``\operatorname`` and other commands that GitHub refuses."""
    return _print(tree, notation, _LATEX, notation.latex_of, (r"\left(", r"\right)"))


def _print(
    tree: Node,
    notation: Notation,
    table: dict[str, Printer],
    leaf: Callable[[str], str],
    brackets: tuple[str, str],
) -> str:
    if tree.operator == "array":
        return leaf(tree.array)
    mirrored = tree.operator == "star" and notation.kernel_first
    operands = [
        Printed(operand, _print(operand, notation, table, leaf, brackets), brackets)
        for operand in (tree.operands[::-1] if mirrored else tree.operands)
    ]
    return table[tree.operator](tree, operands)


def _is_dense(tree: Node) -> bool:
    return all(amount == ONE for entry in tree.amounts for amount in entry)


def _sum(tree: Node, operands: Sequence[Printed]) -> str:
    text = ""
    for operand in operands:
        term = operand.open if operand.tree.operator == "scale" else operand.closed
        if not text:
            text = term
        else:
            text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text


def _has_tilde(tree: Node) -> bool:
    """Whether a matrix is that of an array which source 003 marks by a tilde."""
    (operand,) = tree.operands
    return operand.operator == "array" and tree.operator == tilde_operator(operand.array)


# ---- text ------------------------------------------------------------------------------------------------


def _call(name: str) -> Printer:
    return lambda tree, operands: f"{name}({', '.join(operand.open for operand in operands)})"


def _amount_list(tree: Node) -> list[str]:
    return [f"({', '.join(map(str, entry))})" if len(entry) > 1 else str(entry[0]) for entry in tree.amounts]


def _call_with_amounts(tree: Node, operands: Sequence[Printed]) -> str:
    return f"{tree.operator}({', '.join([operands[0].open, *_amount_list(tree)])})"


def _slices(before: str) -> Printer:
    return lambda tree, operands: (
        f"{operands[0].closed}[{', '.join(before + amount for amount in _amount_list(tree))}]"
    )


def star_text(tree: Node) -> str:
    """The sign of a correlation: ⋆ where it is dense, ⋆[2, 1] with its dilation."""
    return "⋆" if _is_dense(tree) else f"⋆[{', '.join(_amount_list(tree))}]"


def _star_text(tree: Node, operands: Sequence[Printed]) -> str:
    left, right = operands
    return f"{left.closed} {star_text(tree)} {right.closed}"


def _matrix_text(tree: Node, operands: Sequence[Printed]) -> str:
    name = operands[0].open
    return f"{name}~" if _has_tilde(tree) else f"{tree.operator}({name})"


def _scale_text(tree: Node, operands: Sequence[Printed]) -> str:
    return f"-{operands[0].closed}" if tree.factor == -1 else f"{tree.factor}*{operands[0].closed}"


_TEXT: dict[str, Printer] = {
    **dict.fromkeys(AXIS_OPERATORS, _call_with_amounts),
    "subsample": _slices("::"),
    "take": _slices(":"),
    "star": _star_text,
    "dot": lambda tree, operands: " ⊙ ".join(operand.closed for operand in operands),
    "sum": _call("sum"),
    "rot90": _call("rot90"),
    **{row.name: _call(row.name) for row in RELABELLING_OPERATORS},
    "transpose": lambda tree, operands: f"{operands[0].closed}.T",
    "matrix": _matrix_text,
    "reshape": _call("reshape"),
    "unfold": _matrix_text,
    "fold": _call("fold"),
    "matmul": lambda tree, operands: " @ ".join(operand.closed for operand in operands),
    "add": _sum,
    "scale": _scale_text,
}  # fmt: skip


# ---- LaTeX -----------------------------------------------------------------------------------------------

PARAMETER_LATEX = {"Pb": "P^-", "Pa": "P^+", "Ho": "H_o"}


def amount_latex(amount: Polynomial) -> str:
    """An amount in LaTeX, with P⁻ and P⁺ for the padding before and after."""

    def renamed(monomial: Monomial) -> Monomial:
        return tuple(PARAMETER_LATEX.get(name, name) for name in monomial)

    return (
        format_terms([(renamed(monomial), coefficient) for monomial, coefficient in amount.terms], " ")
        .replace(" + ", "+")
        .replace(" - ", "-")
    )


def _amounts_in_latex(tree: Node, before: str = "") -> str:
    entries = []
    for entry in tree.amounts:
        inner = ",\\,".join(amount_latex(amount) for amount in entry)
        entries.append(f"({inner})" if len(entry) > 1 else f"{before}{inner}")
    return ",\\,".join(entries)


def _function_latex(name: str) -> Printer:
    def latex(tree: Node, operands: Sequence[Printed]) -> str:
        index = f"_{{{_amounts_in_latex(tree)}}}" if tree.amounts and tree.operator in AXIS_OPERATORS else ""
        return rf"\mathop{{\text{{{name}}}}}{index}\left({operands[0].open}\right)"

    return latex


def _slices_latex(before: str) -> Printer:
    return lambda tree, operands: rf"\left[{operands[0].open}\right]_{{{_amounts_in_latex(tree, before)}}}"


def star_latex(tree: Node) -> str:
    """The sign of a correlation in LaTeX, its dilation as an index."""
    return r"\star" if _is_dense(tree) else rf"\star_{{{_amounts_in_latex(tree)}}}"


def _star_latex(tree: Node, operands: Sequence[Printed]) -> str:
    left, right = operands
    return f"{left.closed} {star_latex(tree)} {right.closed}"


def _shift_latex(tree: Node, operands: Sequence[Printed]) -> str:
    return rf"{{{operands[0].closed}}}_{{\triangleright({_amounts_in_latex(tree)})}}"


def _matrix_latex(tree: Node, operands: Sequence[Printed]) -> str:
    if _has_tilde(tree):
        return rf"\widetilde{{{operands[0].open}}}"
    return _function_latex(tree.operator)(tree, operands)


def _scale_latex(tree: Node, operands: Sequence[Printed]) -> str:
    factor = tree.factor
    if factor.denominator == 1:
        return f"-{operands[0].closed}" if factor == -1 else f"{factor} {operands[0].closed}"
    sign = "-" if factor < 0 else ""
    return rf"{sign}\frac{{{abs(factor.numerator)}}}{{{factor.denominator}}} {operands[0].closed}"


_LATEX: dict[str, Printer] = {
    **{name: _function_latex(name) for name in AXIS_OPERATORS},
    "subsample": _slices_latex("::"),
    "take": _slices_latex(":"),
    "shift": _shift_latex,
    "star": _star_latex,
    "dot": lambda tree, operands: r" \odot ".join(operand.closed for operand in operands),
    "sum": _function_latex("sum"),
    "rot90": _function_latex("rot90"),
    **{row.name: _function_latex(row.name.replace("_", " ")) for row in RELABELLING_OPERATORS},
    "transpose": lambda tree, operands: rf"{{{operands[0].closed}}}^{{\mathsf{{T}}}}",
    "matrix": _matrix_latex,
    "reshape": _function_latex("reshape"),
    "unfold": _matrix_latex,
    "fold": _function_latex("fold"),
    "matmul": lambda tree, operands: r"\, ".join(operand.closed for operand in operands),
    "add": _sum,
    "scale": _scale_latex,
}  # fmt: skip
