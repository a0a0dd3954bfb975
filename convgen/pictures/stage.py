"""The stage: where the arrays of a picture stand side by side, with what is said above and below them.

From left to right lie the factors and then the result; from top to bottom the channels (or the images of the
batch) that are summed over. Pictures of passes and of taps differ in the cells that they draw on the boards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from convgen.errors import BudgetError
from convgen.layout import axis_sizes
from convgen.pictures.boards import KINDS, Board, board_of, index_text, smallest_cell
from convgen.pictures.colours import GREY, INK, Colours
from convgen.pictures.entries import Entry, formula_of, summed_channels
from convgen.pictures.scene import LETTER_WIDTH, MARGIN, Label, Shape, shortened, text_width, wrapped
from convgen.pictures.slides import Pass, channel_axes
from convgen.spec import ConvSpec

CELL_LIMIT = 4_096
"""Cells of a picture."""
MOST_ROWS = 2
"""Summed channels drawn; of more, the first are, and the others are told."""
MOST_TERMS = 12
"""Products of a formula written out; of more, their number is told."""
GAP = 44.0
ROW_GAP = 30.0
HEADING_LETTERS = 12.0
LEAST_WIDTH = 560.0
WIDEST_BOARDS = 1000.0
LARGEST_CELL = 38.0

CHANNEL_WORDS = {"c": "input channels", "f": "output channels", "n": "images of the batch"}

Key = tuple[Callable[[float, float, float], list[Shape]], str]
"""A row of a legend: what draws the key at a place, and its words."""


@dataclass(frozen=True)
class Plane:
    """What one board shows.

    Attributes:
        array: the array.
        words: what is written above it.
        ranges: its positions along every axis.
    """

    array: str
    words: str
    ranges: tuple[range, ...]

    @property
    def cells(self) -> int:
        """How many there are."""
        return math.prod(map(len, self.ranges))


@dataclass(frozen=True)
class Stage:
    """The boards of a picture.

    Attributes:
        spec: the layer.
        row: the pass whose factors and result are shown.
        entry: an entry of the result; its channels are those shown.
        factors: the boards from left to right, before that of the result.
        result: the board of the result.
        on_top: lines below the title, with their colours.
        colours: of the arrays.
    """

    spec: ConvSpec
    row: Pass
    entry: Entry
    factors: tuple[Plane, ...]
    result: Plane
    on_top: tuple[tuple[str, str], ...]
    colours: Colours

    def check_size(self, what: str) -> None:
        """Refuse a picture that nobody could read.

        Raises:
            BudgetError: it has more than `CELL_LIMIT` cells.
        """
        cells = sum(plane.cells for plane in self.factors) * len(self.drawn) + self.result.cells
        if cells > CELL_LIMIT:
            raise BudgetError(
                f"a picture of {what} of {self.spec} has {cells:,} cells, the limit is {CELL_LIMIT:,}; "
                "choose smaller sizes with the same stride, padding and dilation"
            )

    @cached_property
    def summed(self) -> range:
        """The channels that the result sums over."""
        return summed_channels(self.spec, self.row)

    @property
    def drawn(self) -> range:
        """Those of them that are drawn."""
        return self.summed[:MOST_ROWS]

    # ---- where things lie ------------------------------------------------------------------------------

    @cached_property
    def cell(self) -> float:
        """The side of a cell: as large as a page has room for, and never too small for its index."""
        planes = (*self.factors, self.result)
        lasts = [index_text([positions[-1] for positions in plane.ranges]) for plane in planes]
        smallest = smallest_cell(max(lasts, key=len))
        return max(smallest, min(LARGEST_CELL, WIDEST_BOARDS / sum(map(_columns, planes))))

    @cached_property
    def _lefts(self) -> tuple[float, ...]:
        """The left side of every board, with room for what stands above it; last, where they end."""
        lefts = [MARGIN]
        for plane in (*self.factors, self.result):
            heading = text_width(self._heading_words(plane, self.drawn[-1]), HEADING_LETTERS)
            lefts.append(lefts[-1] + max(heading, self.cell * _columns(plane)) + GAP)
        return tuple(lefts)

    @cached_property
    def width(self) -> float:
        """Of the picture."""
        return max(LEAST_WIDTH, self._lefts[-1] - GAP + MARGIN)

    @property
    def room(self) -> float:
        """The width of a line of text."""
        return self.width - 2 * MARGIN

    @cached_property
    def _head(self) -> list[tuple[str, str]]:
        return [(line, colour) for text, colour in self.on_top for line in wrapped(text, 11, self.room)]

    @property
    def _top(self) -> float:
        return MARGIN + 44.0 + 16 * len(self._head)

    @cached_property
    def _row_height(self) -> float:
        return max(board_of(0, 0, self.cell, plane.ranges).height for plane in self.factors) + ROW_GAP

    def board(self, which: int, number: int = 0) -> Board:
        """The board of a factor in one of the drawn channels; that of the result stands after the factors."""
        planes = (*self.factors, self.result)
        top = self._top + number * self._row_height
        return Board(self._lefts[which], top, self.cell, planes[which].ranges, self.spec.axis_names[0])

    @property
    def result_board(self) -> Board:
        """The board of the result."""
        return self.board(len(self.factors))

    @cached_property
    def below(self) -> float:
        """Where the boards end."""
        rows = self._top + len(self.drawn) * self._row_height - ROW_GAP
        lowest = max(rows, self.result_board.y + self.result_board.height)
        return lowest + (20 if self._rest else 4)

    @property
    def _rest(self) -> int:
        return len(self.summed) - len(self.drawn)

    # ---- words -----------------------------------------------------------------------------------------

    def words(self, title: str) -> Iterator[Label]:
        """The title, the lines below it, and what stands above every board."""
        yield Label(MARGIN, MARGIN + 9, shortened(title, 17, self.room), 17, INK, bold=True)
        for number, (line, colour) in enumerate(self._head):
            yield Label(MARGIN, MARGIN + 29 + 16 * number, line, 11, colour)
        for which, plane in enumerate(self.factors):
            for number, channel in enumerate(self.drawn):
                yield from self._heading(self.board(which, number), plane, channel)
        yield from self._heading(
            self.result_board, self.result, self.entry.at(self.spec).get(self.row.summed, 0)
        )
        if self._rest:
            words = f"… and {self._rest} more of {len(self.summed)} {CHANNEL_WORDS[self.row.summed]}: summed"
            yield Label(MARGIN, self.below - 8, words, 11, GREY)

    def sign(self, which: int, text: str) -> Label:
        """A sign between a board and the one before it."""
        board = self.board(which)
        height = min(len(plane.ranges[-2]) if len(plane.ranges) > 1 else 1 for plane in self.factors)
        y = board.y + board.heading + self.cell * min(3, height) / 2
        size = 22.0 if len(text) == 1 else min(12.0, (GAP - 6) / (LETTER_WIDTH * len(text)))
        return Label(board.x - GAP / 2, y, text, size, INK, "middle")

    def formula(self, entry: Entry, lines: int) -> list[Shape]:
        """An entry written out, below the boards, in at most so many lines."""
        written = wrapped(formula_of(self.spec, entry, MOST_TERMS), 12, self.room)
        if len(written) > lines:
            written = [*written[: lines - 1], shortened(f"{written[lines - 1]} …", 12, self.room)]
        return [
            Label(MARGIN, self.below + 14 + 17 * number, line, 12, INK) for number, line in enumerate(written)
        ]

    def legend(self, keys: Iterable[Key], top: float) -> tuple[list[Shape], float]:
        """What the cells mean, and where it ends."""
        x, y, size = MARGIN, top, 16.0
        shapes: list[Shape] = []
        for key, words in keys:
            wide = size + 6 + text_width(words, 10.5) + 14
            if x + wide > self.width - MARGIN and x > MARGIN:
                x, y = MARGIN, y + 22
            shapes += key(x, y, size)
            shapes.append(Label(x + size + 6, y + size / 2, words, 10.5, INK))
            x += wide
        return shapes, y + size

    def key(self, kind: str, array: str) -> Key:
        """The row of a legend for a kind of cell."""
        draw, words = KINDS[kind]
        return (lambda x, y, size: draw(x, y, size, "", self.colours.of(array))), words

    def _heading(self, board: Board, plane: Plane, channel: int) -> Iterator[Label]:
        words = self._heading_words(plane, channel)
        yield Label(board.x, board.y - 11, words, HEADING_LETTERS, INK, bold=True)
        yield from board.headings()

    def _heading_words(self, plane: Plane, channel: int) -> str:
        names = {self.row.summed: channel} | {
            name: value for name, value in self.entry.at(self.spec).items() if name[0] != "s"
        }
        sizes = axis_sizes(self.spec, plane.array)
        told = [f"{name}={names[name]}" for name in channel_axes(plane.array) if sizes[name] > 1]
        return "  ".join([plane.words, *([", ".join(told)] if told else [])])


def _columns(plane: Plane) -> float:
    return board_of(0, 0, 1, plane.ranges).width


def lowest_label(shapes: Sequence[Shape], least: float) -> float:
    """How far down text reaches."""
    return max([shape.y for shape in shapes if isinstance(shape, Label)] + [least])
