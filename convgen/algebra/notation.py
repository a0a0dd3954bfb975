"""Notations: whose letters a formula is written in, read by the parser and by every printer.

A row renames; it never changes what a formula means. Inside, arrays are X, K, b, O and their gradients dX,
dK, db, dO.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from convgen.algebra.tree import Amounts, Node
from convgen.errors import ClaimError, SpecError

ARRAYS = ("X", "K", "b", "O")
ZEROS = "Z"
"""What the gradient of the output is called once zeros stand between its entries, in every notation."""


@dataclass(frozen=True)
class Notation:
    """One way of writing.

    Attributes:
        name: how a user asks for it.
        letters: the text letters of X, K, b, O and of their gradients, by our name.
        latex: LaTeX by text letter or by our name, where it is not the letter itself.
        aliases: further letters understood when reading, by the letter read.
        kernel_first: whether ⋆ has the kernel on its left.
        output_indices: the letters of output positions, one per axis.
        kernel_indices: the letters of kernel positions.
        input_indices: the letters of input positions.
        between_indices: the letters of positions in the dilated gradient, zeros between outputs included.
        channels: the letters of the input and of the output channel index.
        batch: the letter of the index in the batch.
        group: the letter of the group index.
        channels_last: whether channel indices follow the spatial ones.
        parameters: what a size or parameter is called (``S0`` is the stride of the first axis).
        first_index: the number of an array's first entry, where it is not 0.
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
    between_indices: tuple[str, ...] = ("u", "v", "w")
    batch: str = "e"
    group: str = "g"
    channels_last: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    first_index: Mapping[str, int] = field(default_factory=dict)
    vec: Literal["F", "C"] = "F"

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def letters_to_arrays(self) -> dict[str, str]:
        """Our array for each letter that a formula may use."""
        return {letter: name for name, letter in self.letters.items()} | dict(self.aliases)

    def index_letter(self, array: str, axis: str) -> str:
        """What the index on a named axis of an array is called."""
        if axis[0] in "ko":  # of an array written as a matrix: kernel and output positions
            return (self.kernel_indices if axis[0] == "k" else self.output_indices)[int(axis[1:])]
        if axis[0] != "s":
            return {"n": self.batch, "g": self.group, "c": self.channels[0], "f": self.channels[1]}[axis]
        base, _, mark = array.removeprefix("dd").removeprefix("d").partition("_")
        positions = {
            "X": self.input_indices,
            "K": self.kernel_indices,
            "O": self.output_indices,
            ZEROS: self.between_indices,
        }
        return positions[base][int(axis[1:])] + "'" * bool(mark)

    def first_of(self, array: str) -> int:
        """The number of an array's first entry; an auxiliary such as X_pad counts as its array does."""
        return self.first_index.get(array.partition("_")[0], 0)

    def counted_from(self, first: int) -> Notation:
        """The same with the first entry of every array numbered 0 or 1.

        Raises:
            SpecError: another number.
        """
        if first not in (0, 1):
            raise SpecError(f"index_base must be 0 or 1, got {first!r}")
        names = [f"{prefix}{array}" for array in ARRAYS for prefix in ("", "d", "dd")]
        return replace(self, first_index=dict.fromkeys((*names, ZEROS, "X~"), first))

    def letter_of(self, array: str) -> str:
        """An array's name in text: a tangent ddX beside dX, an auxiliary X_pad beside X."""
        base, _, mark = array.partition("_")
        if mark:
            return f"{self.letter_of(base)}_{mark}"
        if array.endswith("~"):
            return f"{self.letter_of(array[:-1])}~"
        if array in self.letters or array == ZEROS:
            return self.letters.get(array, array)
        return f"d{self.letter_of(array[1:])}"

    def star(self, left: Node, right: Node, dilation: Amounts) -> Node:
        """A correlation from its operands as written."""
        operands = (right, left) if self.kernel_first else (left, right)
        return Node("star", operands, dilation)

    def latex_of(self, array: str, index: str = "") -> str:
        """The LaTeX of an array's name, or of its entry at an index already in LaTeX."""
        subscript = f"_{{{index}}}" if index else ""
        base, _, mark = array.partition("_")
        if mark:
            return rf"{self.latex_of(base)}^{{\text{{{mark}}}}}{subscript}"
        if array.endswith("~"):
            return self._tilde_latex(array[:-1]) + subscript
        if array in self.latex or array == ZEROS:
            return self.latex.get(array, array) + subscript
        if array.startswith("dd"):
            return rf"\dot{{{self.latex_of(array[2:])}}}{subscript}"
        if array.startswith("d"):
            return rf"\frac{{\partial L}}{{\partial {self.latex_of(array[1:], index)}}}"
        return self.letters[array] + subscript

    def _tilde_latex(self, array: str) -> str:
        """An array written as a matrix (source 003): the tilde is on the array, not on its gradient."""
        if array.startswith("d") and array not in self.latex:
            return rf"\frac{{\partial L}}{{\partial \widetilde{{{self.latex_of(array[1:])}}}}}"
        return rf"\widetilde{{{self.latex_of(array)}}}"


def _letters(X: str, K: str, b: str, O: str, **gradients: str) -> dict[str, str]:
    letters = {"X": X, "K": K, "b": b, "O": O}
    letters |= {f"d{name}": gradients.get(f"d{name}", f"d{letter}") for name, letter in letters.items()}
    return letters


def _per_axis(**words: tuple[str, ...]) -> dict[str, str]:
    return {f"{name}{d}": word for name, each in words.items() for d, word in enumerate(each)}


DEFAULT = Notation(
    "default",
    _letters("X", "K", "b", "O"),
    aliases={"W": "K", "Y": "O", "dW": "dK", "dY": "dO", "δ": "dO", "delta": "dO"},
)

_ROWS = (
    DEFAULT,
    Notation(
        "000",
        _letters("X", "K", "b", "O"),
        parameters=_per_axis(
            H=("H", "W"), M=("M", "N"), S=("SH", "SW"), Pb=("PH", "PW"), Ho=("H_out", "W_out")
        ),
    ),
    Notation(
        "001",
        _letters("I", "K", "b", "R", dO="G"),
        latex={"dO": "G"},
        aliases={"dR": "dO"},
        kernel_first=True,
        input_indices=("i'", "j'", "l'"),
        channels=("c", "o"),
        channels_last=True,
        parameters=_per_axis(H=("H", "W"), M=("k", "k"), S=("s", "s")) | {"C": "C", "F": "O"},
        vec="C",
    ),
    Notation(
        "002",
        _letters("X", "W", "b", "Y"),
        latex={
            "dX": "dX",
            "dK": "dW",
            "db": "db",
            "dO": "dY",
            "(a-1)/2": r"\frac{a-1}{2}",
            "(b-1)/2": r"\frac{b-1}{2}",
        },
        kernel_indices=("x", "y", "z"),
        parameters=_per_axis(H=("m", "n"), M=("a", "b"), Pb=("(a-1)/2", "(b-1)/2")),
        vec="C",
    ),
    Notation(
        "003",
        _letters("X", "W", "b", "Y", dO="δ"),
        latex={"dO": r"\delta"},
        aliases={"dY": "dO", "delta": "dO"},
        channels=("k", "c"),
        parameters=_per_axis(
            H=("H_in", "W_in"),
            M=("K_H", "K_W"),
            Ho=("H_out", "W_out"),
            S=("stride", "stride"),
            Pb=("P", "P"),
        )
        | {"C": "C_in", "F": "C_out"},
        vec="C",
    ),
)

NOTATIONS = {row.name: row for row in _ROWS}


def notation(name: str | Notation) -> Notation:
    """A notation by name; one that is given itself is returned.

    Raises:
        ClaimError: there is none of that name.
    """
    if isinstance(name, Notation):
        return name
    if not isinstance(name, str) or name not in NOTATIONS:
        raise ClaimError(f"unknown notation {name!r}; choose one of {', '.join(NOTATIONS)}")
    return NOTATIONS[name]
