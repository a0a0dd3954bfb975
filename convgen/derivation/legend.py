"""What the letters of a derivation stand for, in words: amounts of an axis, channel indices, orders of vec."""

from __future__ import annotations

from collections.abc import Sequence

from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import amount_latex
from convgen.algebra.tree import Node
from convgen.derivation.document import Prose
from convgen.derivation.formula import Formula
from convgen.layout import CHANNEL_AXES, axis_sizes, user_axes
from convgen.spec import ConvSpec

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


def amounts(tree: Node) -> Prose:
    """The amounts that a rule names: ``; on each axis S is the stride, D the dilation``; nothing for none."""
    names = _names(tree)
    words: list[str | Formula] = []
    for name, word in AMOUNT_WORDS.items():
        if name in names:
            letter = Formula.of(amount_latex(Polynomial.of(name)), name)
            words += [", " if words else "; on each axis ", letter, f" {'the' if words else 'is the'} {word}"]
    return tuple(words)


def _names(tree: Node) -> frozenset[str]:
    own = frozenset(name for entry in tree.amounts for amount in entry for name in amount.names)
    return own.union(*map(_names, tree.operands))


def channel_indices(spec: ConvSpec, notation: Notation) -> Prose:
    """How the channel indices of index forms count an array's own channels; nothing where they are the same."""
    words: list[str | Formula] = []
    if spec.groups > 1:
        (c, f), sizes = notation.channels, (spec.group_in_channels, spec.group_out_channels)
        of_input, of_output = (
            _channel(notation.group, letter, size) for letter, size in zip((c, f), sizes, strict=True)
        )
        words += [
            " In index form a channel is told by its group and its place in the group: ",
            of_input, " is the number of an input channel, ", of_output, " that of an output channel.",
        ]  # fmt: skip
    if _has_idle_index(spec):
        words.append(" A batch or channel index that can only be 0 is left out there.")
    return tuple(words)


def _channel(group: str, letter: str, size: int) -> Formula:
    if size == 1:
        return Formula.of(group, group)
    return Formula.of(f"{size} {group}+{letter}", f"{size}*{group}+{letter}")


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
