"""What the letters of a derivation stand for, in words: indices, amounts of an axis, orders of vec."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convgen.algebra.index_styles import parameter_latex
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node
from convgen.derivation.document import Block, Prose, prose
from convgen.derivation.formula import Formula
from convgen.layout import CHANNEL_AXES, axis_sizes, user_axes
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.derivation.letters import Letters

AMOUNT_WORDS = {
    "S": "stride",
    "D": "dilation",
    "M": "kernel size",
    "E": "effective kernel",
    "H": "input size",
    "Ho": "output size",
    "Pb": "padding before",
    "Pa": "padding after",
    "r": "remainder",
}
"""What the amounts of an axis are called."""


def amounts(tree: Node, letters: Letters) -> Prose:
    """The amounts that a rule names: ``On each axis S is the stride, D the dilation.``; nothing for none."""
    names = _names(tree)
    words: list[str | Formula] = []
    for name, word in AMOUNT_WORDS.items():
        if name in names:
            letter = letters.amount(Polynomial.of(name))
            words += [", " if words else "On each axis ", letter, f" {'the' if words else 'is the'} {word}"]
    return (*words, ".") if words else ()


def _names(tree: Node) -> frozenset[str]:
    own = frozenset(name for entry in tree.amounts for amount in entry for name in amount.names)
    return own.union(*map(_names, tree.operands))


def letters(spec: ConvSpec, notation: Notation) -> list[Block]:
    """What the indices of a derivation count; nothing to say where there are only positions."""
    (c, f) = notation.channels
    words: list[str | Formula] = []
    if spec.batch > 1:
        words += [_letter(notation.batch), " counts the batch. "]
    if spec.groups > 1 and spec.group_in_channels == spec.group_out_channels == 1:
        words += [
            _letter(notation.group), " counts the groups. Each has one input and one output channel, so ",
            _letter(notation.group), " is the channel of both. ",
        ]  # fmt: skip
    elif spec.groups > 1:
        words += [
            _letter(notation.group), " counts the groups, and ", _letter(c), " and ", _letter(f), (" the input and "
            "output "
            "channels of a group; "),
            _channel(notation, "C", spec.group_in_channels, c),
            " is the number of an input channel, ",
            _channel(notation, "F", spec.group_out_channels, f),
            " that of an output channel, where ", *_sizes(spec, notation), " a group has. ",
        ]  # fmt: skip
    if _has_idle_index(spec):
        words.append("A batch or channel index that can only be 0 is left out.")
    return [prose(*words)] if words else []


def _letter(name: str) -> Formula:
    return Formula.of(name, name)


def _sizes(spec: ConvSpec, notation: Notation) -> list[str | Formula]:
    words: list[str | Formula] = []
    for name, kind, size in (
        ("C", "input", spec.group_in_channels),
        ("F", "output", spec.group_out_channels),
    ):
        word = notation.parameters.get(name, name)
        written = Formula.of(f"{parameter_latex(notation, word)} = {size}", f"{word} = {size}")
        words += [" and " if words else "", written, f" {kind} channel{'s' * (size > 1)}"]
    return words


def _channel(notation: Notation, name: str, size: int, letter: str) -> Formula:
    group = notation.group
    if size == 1:
        return Formula.of(group, group)
    word = notation.parameters.get(name, name)
    latex = parameter_latex(notation, word)
    return Formula.of(f"{latex} {group}+{letter}", f"{word}*{group}+{letter}")


def _has_idle_index(spec: ConvSpec) -> bool:
    """Whether an array of the layout has a batch or channel axis of size 1, which index forms leave out."""
    return "C" in spec.layout and any(
        all(name in axes and axis_sizes(spec, array)[name] == 1 for name in names)
        for array, axes in CHANNEL_AXES.items()
        for names in user_axes(spec, array)
    )


def flattening(vec: str, shapes: Sequence[Sequence[int]]) -> str:
    """How arrays of these shapes become vectors; nothing to say of arrays that are vectors already."""
    rank = max(map(len, shapes))
    if rank == 1:
        return ""
    if rank == 2:
        return {"F": "Flatten column by column. ", "C": "Flatten row by row. "}[vec]
    return f"Flatten with the {'first' if vec == 'F' else 'last'} index running fastest. "
