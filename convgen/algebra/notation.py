"""Notations: whose letters a formula is written in, read by the parser and by every printer.

A row renames; it never changes what a formula means. Inside, arrays are X, K, b, O and their gradients dX,
dK, db, dO.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from convgen.algebra.tree import Amounts, Node
from convgen.errors import ClaimError

ARRAYS = ("X", "K", "b", "O")


@dataclass(frozen=True)
class Notation:
    """One way of writing.

    Attributes:
        name: how a user asks for it.
        letters: the text letters of X, K, b, O and of their gradients, by our name.
        latex: the same in LaTeX, where it differs from the text letter.
        aliases: further letters understood when reading, by the letter read.
        kernel_first: whether ⋆ has the kernel on its left.
        output_indices: the letters of output positions, one per axis.
        kernel_indices: the letters of kernel positions.
        input_indices: the letters of input positions.
        channels: the letters of the input and of the output channel index.
        vec: ``"F"`` for column-wise, ``"C"`` for row-major.
    """

    name: str
    letters: Mapping[str, str]
    latex: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    kernel_first: bool = False
    output_indices: tuple[str, ...] = ("i", "j", "l")
    kernel_indices: tuple[str, ...] = ("m", "n", "t")
    input_indices: tuple[str, ...] = ("p", "q", "s")
    channels: tuple[str, str] = ("c", "f")
    vec: str = "F"

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def letters_to_arrays(self) -> dict[str, str]:
        """Our array for each letter that a formula may use."""
        return {letter: name for name, letter in self.letters.items()} | dict(self.aliases)

    def star(self, left: Node, right: Node, dilation: Amounts) -> Node:
        """A correlation from its operands as written."""
        operands = (right, left) if self.kernel_first else (left, right)
        return Node("star", operands, dilation)

    def latex_of(self, array: str) -> str:
        """The LaTeX of an array's name."""
        if array in self.latex:
            return self.latex[array]
        letter = self.letters[array]
        return (
            letter
            if not array.startswith("d")
            else rf"\frac{{\partial L}}{{\partial {self.latex_of(array[1:])}}}"
        )


def _letters(X: str, K: str, b: str, O: str, **gradients: str) -> dict[str, str]:  # noqa: E741
    letters = {"X": X, "K": K, "b": b, "O": O}
    letters |= {f"d{name}": gradients.get(f"d{name}", f"d{letter}") for name, letter in letters.items()}
    return letters


DEFAULT = Notation(
    "default",
    _letters("X", "K", "b", "O"),
    aliases={"W": "K", "Y": "O", "dW": "dK", "dY": "dO", "δ": "dO", "delta": "dO"},
)

_ROWS = (
    DEFAULT,
    Notation("000", _letters("X", "K", "b", "O")),
    Notation(
        "001",
        _letters("I", "K", "b", "R", dO="G"),
        latex={"dO": "G"},
        aliases={"dR": "dO"},
        kernel_first=True,
        input_indices=("i'", "j'", "l'"),
        channels=("c", "o"),
        vec="C",
    ),
    Notation(
        "002",
        _letters("X", "W", "b", "Y"),
        latex={"dX": "dX", "dK": "dW", "dO": "dY"},
        kernel_indices=("x", "y", "z"),
        vec="C",
    ),
    Notation(
        "003",
        _letters("X", "W", "b", "Y", dO="δ"),
        latex={"dO": r"\delta"},
        aliases={"dY": "dO", "delta": "dO"},
        channels=("k", "c"),
        vec="C",
    ),
)

NOTATIONS = {row.name: row for row in _ROWS}


def notation(name: str) -> Notation:
    """A notation by name.

    Raises:
        ClaimError: there is none of that name.
    """
    if name not in NOTATIONS:
        raise ClaimError(f"unknown notation {name!r}; choose one of {', '.join(NOTATIONS)}")
    return NOTATIONS[name]
