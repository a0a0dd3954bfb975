"""Boards: cells in rows and columns, for arrays of any rank, and how cells of every kind look.

One axis is a row; two are rows and columns; further axes are slices, put side by side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convgen.pictures.colours import GREY, INK, LINE, PAPER, ZERO, mix, text_on, tint
from convgen.pictures.entries import places
from convgen.pictures.scene import LETTER_WIDTH, Box, Label, Lines, Shape

HEADING = 15.0
"""The height of the line above a slice."""
SMALLEST_LETTERS = 6.0
CELLS_PER_LINE = 20
"""Slices stand side by side up to so many cells, then below each other."""
LINE_GAP = 8.0


@dataclass(frozen=True)
class Board:
    """Where the cells of a lattice lie.

    Attributes:
        x: of the left side.
        y: of the upper side, headings of slices included.
        cell: the side of a cell.
        ranges: the positions along every axis.
        slice_word: what the first of three axes is called.
    """

    x: float
    y: float
    cell: float
    ranges: tuple[range, ...]
    slice_word: str = "depth"

    @property
    def _rows(self) -> range:
        return self.ranges[-2] if len(self.ranges) > 1 else range(1)

    @property
    def _slices(self) -> tuple[range, ...]:
        return self.ranges[:-2]

    @property
    def _gap(self) -> float:
        return 0.6 * self.cell

    @property
    def _slice_count(self) -> int:
        return math.prod(map(len, self._slices))

    @property
    def _per_line(self) -> int:
        """How many slices stand side by side."""
        return min(self._slice_count, max(1, int(CELLS_PER_LINE / (len(self.ranges[-1]) + 0.6))))

    @property
    def heading(self) -> float:
        """The height of the line above slices; none where there is one slice by nature."""
        return HEADING if self._slices else 0.0

    @property
    def width(self) -> float:
        """From left to right."""
        return self._per_line * len(self.ranges[-1]) * self.cell + (self._per_line - 1) * self._gap

    @property
    def _line_height(self) -> float:
        return self.heading + len(self._rows) * self.cell

    @property
    def height(self) -> float:
        """From top to bottom."""
        return -(-self._slice_count // self._per_line) * (self._line_height + LINE_GAP) - LINE_GAP

    def corner(self, position: Sequence[int]) -> tuple[float, float]:
        """The upper left corner of a cell."""
        line, ahead = divmod(self._slice_number(position), self._per_line)
        column = position[-1] - self.ranges[-1].start
        row = position[-2] - self._rows.start if len(position) > 1 else 0
        left = ahead * (len(self.ranges[-1]) * self.cell + self._gap) + column * self.cell
        above = line * (self._line_height + LINE_GAP) + self.heading
        return self.x + left, self.y + above + row * self.cell

    def headings(self) -> Iterator[Label]:
        """The names of the slices."""
        for outer in places(self._slices) if self._slices else ():
            x, y = self.corner((*outer, self._rows.start, self.ranges[-1].start))
            middle = x + len(self.ranges[-1]) * self.cell / 2
            words = f"{self.slice_word} {', '.join(map(str, outer))}"
            yield Label(middle, y - HEADING / 2, words, 10, GREY, "middle")

    def outline(
        self, start: Sequence[int], extents: Sequence[range], thickness: float = 2.6
    ) -> Iterator[Shape]:
        """The outline of what a stencil covers, in every slice that it meets.

        Args:
            start: where its first place lies.
            extents: the offsets of its places along every axis.
            thickness: of the line.
        """
        inner = len(self.ranges) - len(self._slices)
        for outer in places(extents[:-inner]):
            first = (*(at + by for at, by in zip(start, outer, strict=False)), *start[-inner:])
            x, y = self.corner(first)
            sizes = [self.cell * (offsets[-1] + 1) for offsets in extents[-inner:]]
            height = sizes[-2] if inner > 1 else self.cell
            yield Box(x, y, sizes[-1], height, "none", INK, thickness)

    def _slice_number(self, position: Sequence[int]) -> int:
        ahead = 0
        for axis, at in zip(self._slices, position, strict=False):
            ahead = ahead * len(axis) + at - axis.start
        return ahead


def index_text(place: Sequence[int]) -> str:
    """An index as a cell shows it."""
    return ",".join(map(str, place))


def letters(text: str, cell: float, share: float = 1.0, largest: float = 12.0) -> float:
    """The size of letters with which a text fits a cell; 0 where it would be too small to read."""
    size = min(largest, 0.62 * cell * share, (cell - 3) / (LETTER_WIDTH * max(1, len(text))))
    return size if size >= SMALLEST_LETTERS else 0.0


def smallest_cell(text: str) -> float:
    """The side of the smallest cell whose halves can hold a text."""
    return max(16.0, 3.1 + LETTER_WIDTH * SMALLEST_LETTERS * len(text))


def text_in(x: float, y: float, cell: float, text: str, fill: str, bold: bool = False) -> list[Shape]:
    """A text in the middle of a cell, where it fits."""
    size = letters(text, cell)
    return [Label(x + cell / 2, y + cell / 2, text, size, fill, "middle", bold)] if text and size else []


def hatch(x: float, y: float, cell: float, colour: str, rising: bool = True) -> Lines:
    """Slanted lines across a cell: what a colour says, said without one."""
    third = cell / 3
    falling = [
        (0.0, cell - third, third, cell),
        (0.0, 0.0, cell, cell),
        (cell - third, 0.0, cell, third),
    ]
    lines = [
        (x + x1, y + (cell - y1 if rising else y1), x + x2, y + (cell - y2 if rising else y2))
        for x1, y1, x2, y2 in falling
    ]
    return Lines(tuple(lines), colour, 0.8)


def cross(x: float, y: float, cell: float, colour: str = "#b0b0b0") -> Lines:
    """A cell crossed out."""
    return Lines(((x, y, x + cell, y + cell), (x + cell, y, x, y + cell)), colour, 1.0)


# ---- kinds of cells --------------------------------------------------------------------------------------


def entry_cell(x: float, y: float, cell: float, text: str, colour: str) -> list[Shape]:
    """An entry of an array that has no part in what is shown."""
    return [Box(x, y, cell, cell, tint(colour), LINE), *text_in(x, y, cell, text, INK)]


def unread_cell(x: float, y: float, cell: float, text: str, _colour: str) -> list[Shape]:
    """An entry that is never read."""
    return [
        Box(x, y, cell, cell, PAPER, LINE),
        hatch(x, y, cell, "#c4c4c4"),
        *text_in(x, y, cell, text, INK),
    ]


def between_cell(x: float, y: float, cell: float, _text: str, _colour: str) -> list[Shape]:
    """A zero that dilation puts between entries."""
    return [Box(x, y, cell, cell, PAPER, LINE, dash=(1, 2)), *text_in(x, y, cell, "0", GREY)]


def padding_cell(x: float, y: float, cell: float, _text: str, _colour: str) -> list[Shape]:
    """A zero of the padding."""
    return [Box(x, y, cell, cell, ZERO, LINE, dash=(4, 2)), *text_in(x, y, cell, "0", GREY)]


def remainder_cell(x: float, y: float, cell: float, _text: str, _colour: str) -> list[Shape]:
    """A zero of the padding that is there because of the remainder."""
    return [
        Box(x, y, cell, cell, ZERO, LINE, dash=(4, 2)),
        hatch(x, y, cell, "#ababab", rising=False),
        *text_in(x, y, cell, "0 r", INK),
    ]


def cut_cell(x: float, y: float, cell: float, text: str, _colour: str) -> list[Shape]:
    """A position that negative padding cuts off."""
    return [
        Box(x, y, cell, cell, PAPER, LINE, dash=(1, 2)),
        cross(x, y, cell),
        *text_in(x, y, cell, text, GREY),
    ]


def chosen_cell(x: float, y: float, cell: float, text: str, colour: str) -> list[Shape]:
    """The entry that is spoken of, or one that takes part."""
    return [Box(x, y, cell, cell, colour, INK, 1.6), *text_in(x, y, cell, text, text_on(colour), bold=True)]


def done_cell(x: float, y: float, cell: float, text: str, colour: str) -> list[Shape]:
    """An entry that has been computed."""
    fill = mix(colour, PAPER, 0.42)
    return [
        Box(x, y, cell, cell, fill, LINE),
        hatch(x, y, cell, mix(colour, PAPER, 0.6)),
        *text_in(x, y, cell, text, "#000000"),
    ]


def meeting_cell(
    x: float, y: float, cell: float, upper: str, lower: str, upper_colour: str, lower_colour: str
) -> list[Shape]:
    """A place of the stencil on what lies there: the upper half shows the one below, the lower the stencil's."""
    half = cell / 2
    shapes: list[Shape] = [
        Box(x, y, cell, half, upper_colour),
        Box(x, y + half, cell, half, lower_colour),
        Lines(((x, y + half, x + cell, y + half),), PAPER, 1.0),  # in greys the halves may look alike
        Box(x, y, cell, cell, "none", INK, 1.4),
    ]
    for text, middle, colour in ((upper, y + half / 2, upper_colour), (lower, y + 1.5 * half, lower_colour)):
        size = letters(text, cell, 0.62, 11.0)
        if size:
            shapes.append(Label(x + half, middle, text, size, text_on(colour), "middle", bold=True))
    return shapes


KINDS = {
    "entry": (entry_cell, "an entry"),
    "unread": (unread_cell, "never read"),
    "between": (between_cell, "zero between entries (dilation)"),
    "padding": (padding_cell, "zero of the padding"),
    "remainder": (remainder_cell, "zero for the remainder r"),
    "cut": (cut_cell, "cut off: negative padding"),
    "chosen": (chosen_cell, "the entry computed"),
    "done": (done_cell, "computed before"),
}
"""How a cell of each kind is drawn, and what it is called."""


def board_of(x: float, y: float, cell: float, sizes: Sequence[int] | Sequence[range]) -> Board:
    """A board of an array by its sizes, or of a lattice by its ranges."""
    ranges = tuple(size if isinstance(size, range) else range(size) for size in sizes)
    return Board(x, y, cell, ranges)
