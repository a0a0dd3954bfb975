"""Pictures of a pass: what slides over what for one entry of the result, and the animation of all of them.

One layout serves the forward pass and every gradient. From left to right lie the stationary array with its
zeros, the stencil, and the result; from top to bottom the channels (or batch) that are summed over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from convgen.errors import BudgetError, PlanError, SpecError
from convgen.layout import axis_sizes
from convgen.pictures.boards import (
    KINDS,
    Board,
    board_of,
    chosen_cell,
    done_cell,
    entry_cell,
    index_text,
    legend_key,
    meeting_cell,
)
from convgen.pictures.colours import DEFAULT, GREY, INK, LINE, ZERO, Colours, tint
from convgen.pictures.entries import (
    Entry,
    default_entry,
    formula_of,
    places,
    products_of,
    summed_channels,
    whole_entry,
)
from convgen.pictures.scene import (
    MARGIN,
    Box,
    Frame,
    Label,
    Scene,
    Shape,
    shortened,
    text_width,
    wrapped,
)
from convgen.pictures.slides import PASSES, Pass, Place, Slide, channel_axes, meetings
from convgen.rules import rules_for
from convgen.spec import ConvSpec

CELL_LIMIT = 4_096
"""Cells of a picture."""
FRAME_LIMIT = 400
"""Steps of an animation."""
SHAPE_LIMIT = 120_000
"""Shapes of an animation, all its steps together."""
MOST_ROWS = 2
"""Summed channels drawn; of more, the first are, and the others are told."""
MOST_TERMS = 12
"""Products of a formula written out; of more, their number is told."""
GAP = 44.0
HEADING_LETTERS = 12.0
LEAST_WIDTH = 560.0


@dataclass(frozen=True)
class PassPicture:
    """The boards of a pass of one layer, and what is drawn on them.

    Attributes:
        spec: the layer.
        row: the pass.
        entry: the entry of the result that a still picture shows; its channels are those of an animation.
        colours: of the arrays.
    """

    spec: ConvSpec
    row: Pass
    entry: Entry
    colours: Colours = DEFAULT

    @cached_property
    def slides(self) -> tuple[Slide, ...]:
        """The numbers of every axis."""
        return self.row.slides(self.spec)

    @cached_property
    def summed(self) -> range:
        """The channels (or batch) that the result sums over."""
        return summed_channels(self.spec, self.row)

    @property
    def drawn(self) -> range:
        """Those of them that are drawn."""
        return self.summed[:MOST_ROWS]

    @cached_property
    def lattice(self) -> tuple[range, ...]:
        """Every position of the stationary array that is drawn, zeros and what is cut off included."""
        return tuple(slide.shown for slide in self.slides)

    @cached_property
    def stencil_sizes(self) -> tuple[range, ...]:
        """The places of the stencil, without the gaps of dilation."""
        return tuple(range(len(slide.slots)) for slide in self.slides)

    @cached_property
    def result_sizes(self) -> tuple[range, ...]:
        """The entries of the result's plane that is drawn."""
        return tuple(range(len(slide.starts)) for slide in self.slides)

    @property
    def cells(self) -> int:
        """How many cells the picture has."""
        planes = [self.lattice] + [self.stencil_sizes] * bool(self.row.stencil)
        per_channel = sum(math.prod(map(len, plane)) for plane in planes)
        return per_channel * len(self.drawn) + math.prod(map(len, self.result_sizes))

    def check_size(self) -> None:
        """Refuse a picture that nobody could read.

        Raises:
            BudgetError: it has more than `CELL_LIMIT` cells.
        """
        if self.cells > CELL_LIMIT:
            raise BudgetError(
                f"a picture of {self.row.name} of {self.spec} has {self.cells:,} cells, the limit is "
                f"{CELL_LIMIT:,}; choose smaller sizes with the same stride, padding and dilation"
            )

    # ---- where things lie ------------------------------------------------------------------------------

    @cached_property
    def cell(self) -> float:
        """The side of a cell: as large as a page has room for."""
        columns = self._width_of(self.lattice) + self._width_of(self.result_sizes)
        columns += self._width_of(self.stencil_sizes) if self.row.stencil else 0
        return max(14.0, min(38.0, 1000 / columns))

    @staticmethod
    def _width_of(ranges: tuple[range, ...]) -> float:
        return board_of(0, 0, 1, ranges).width

    @cached_property
    def _lines_on_top(self) -> list[tuple[str, str]]:
        """Spec, rule and numbers, in lines that fit, with their colours."""
        room = self.width - 2 * MARGIN
        words = [(str(self.spec), GREY), (self.rule, INK)]
        words += [(self.numbers(), GREY)] * bool(self.row.stencil)
        return [(line, colour) for text, colour in words for line in wrapped(text, 11, room)]

    @property
    def _top(self) -> float:
        return MARGIN + 44.0 + 16 * len(self._lines_on_top)

    @cached_property
    def _row_height(self) -> float:
        planes = [self.lattice] + [self.stencil_sizes] * bool(self.row.stencil)
        return max(board_of(0, 0, self.cell, plane).height for plane in planes) + 30

    def stationary(self, number: int) -> Board:
        """The board of the stationary array in one of the drawn channels."""
        return self._board(self._lefts[0], number, self.lattice)

    def stencil(self, number: int) -> Board:
        """The board of the stencil in one of the drawn channels."""
        return self._board(self._lefts[1], number, self.stencil_sizes)

    @cached_property
    def result(self) -> Board:
        """The board of the result."""
        return self._board(self._lefts[-2], 0, self.result_sizes)

    def _board(self, x: float, number: int, ranges: tuple[range, ...]) -> Board:
        word = self.spec.axis_names[0]
        return Board(x, self._top + number * self._row_height, self.cell, ranges, word)

    @cached_property
    def _lefts(self) -> tuple[float, ...]:
        """The left side of every board, with room for what stands above it; last, where they end."""
        planes = [(self.row.stationary, self.lattice), (self.row.result, self.result_sizes)]
        if self.row.stencil:
            planes.insert(1, (self.row.stencil, self.stencil_sizes))
        lefts = [MARGIN]
        for array, plane in planes:
            heading = text_width(self._heading_words(array, self.drawn[-1]), HEADING_LETTERS)
            lefts.append(lefts[-1] + max(heading, self.cell * self._width_of(plane)) + GAP)
        return tuple(lefts)

    @cached_property
    def width(self) -> float:
        """Of the picture."""
        return max(LEAST_WIDTH, self._lefts[-1] - GAP + MARGIN)

    @property
    def _below(self) -> float:
        rows = self._top + len(self.drawn) * self._row_height - 22
        return max(rows, self.result.y + self.result.height) + 16 * (len(self.summed) > len(self.drawn))

    # ---- what is always there --------------------------------------------------------------------------

    @cached_property
    def rule(self) -> str:
        """The closed form of the pass with the layer's numbers."""
        rule, tree = next(pair for pair in rules_for(self.spec) if pair[0].target == self.row.result)
        return f"{rule.target} = {tree}"

    def back(self, title: str) -> list[Shape]:
        """Headings, and every cell as it is when nothing slides."""
        room = self.width - 2 * MARGIN
        shapes: list[Shape] = [Label(MARGIN, MARGIN + 9, shortened(title, 17, room), 17, INK, bold=True)]
        shapes += [
            Label(MARGIN, MARGIN + 29 + 16 * number, line, 11, colour)
            for number, (line, colour) in enumerate(self._lines_on_top)
        ]
        starts = [frozenset(slide.starts) for slide in self.slides]
        for number, channel in enumerate(self.drawn):
            board = self.stationary(number)
            shapes += self._heading(board, self.row.stationary, channel)
            for position, (kind, text) in self.kinds.items():
                x, y = board.corner(position)
                shapes += KINDS[kind][0](x, y, self.cell, text, self.colours.of(self.row.stationary))
                if self.row.stencil and all(at in some for at, some in zip(position, starts, strict=True)):
                    dot = max(3.0, self.cell / 8)
                    shapes.append(Box(x + 1.5, y + 1.5, dot, dot, self.colours.of(self.row.stencil)))
            if self.row.stencil:
                shapes += self._stencil_cells(number, channel)
        shapes += self._heading(self.result, self.row.result, None)
        for place in places(self.result_sizes):
            x, y = self.result.corner(place)
            shapes += entry_cell(x, y, self.cell, self._result_text(place), self._result_colour)
        shapes += self._signs()
        return shapes

    @property
    def _result_colour(self) -> str:
        return self.colours.of(self.row.result)

    def _result_text(self, place: Place) -> str:
        return index_text(place) if self.row.result != "db" else self.entry.label(self.spec)

    @cached_property
    def kinds(self) -> dict[Place, tuple[str, str]]:
        """What every position of the lattice is over all axes, and the index of the entry there."""
        read = [slide.read() for slide in self.slides]
        found = {}
        for position in places(self.lattice):
            axes = list(zip(self.slides, position, strict=True))
            kinds = [slide.kind(at) for slide, at in axes]
            kind = next(each for each in _STRONGEST_FIRST if each in kinds)
            if kind == "entry" and not all(at in some for at, some in zip(position, read, strict=True)):
                kind = "unread"
            inside = all(at in slide.entries for slide, at in axes)
            text = index_text([slide.entries.index(at) for slide, at in axes]) if inside else ""
            found[position] = kind, text
        return found

    def _heading(self, board: Board, array: str, channel: int | None) -> Iterator[Label]:
        words = self._heading_words(array, channel)
        yield Label(board.x, board.y - 11, words, HEADING_LETTERS, INK, bold=True)
        yield from board.headings()

    def _heading_words(self, array: str, channel: int | None) -> str:
        names = {name: value for name, value in self.entry.at(self.spec).items() if name[0] != "s"}
        if channel is not None:
            names[self.row.summed] = channel
        sizes = axis_sizes(self.spec, array)
        told = ", ".join(f"{name}={names[name]}" for name in channel_axes(array) if sizes[name] > 1)
        words = f"rot180({array})" if array == self.row.stencil and self.row.turned else array
        return f"{words}  {told}".strip()

    def _stencil_cells(self, number: int, channel: int) -> Iterator[Shape]:
        board = self.stencil(number)
        yield from self._heading(board, self.row.stencil, channel)
        for place in places(self.stencil_sizes):
            x, y = board.corner(place)
            slot = [slide.slots[at] for slide, at in zip(self.slides, place, strict=True)]
            colour = self.colours.of(self.row.stencil)
            yield from entry_cell(x, y, self.cell, index_text(slot), colour)

    def _signs(self) -> Iterator[Label]:
        first = self.stationary(0)
        y = first.y + first.heading + min(first.height - first.heading, 3 * self.cell) / 2
        if self.row.stencil:
            dilated = any(slide.offsets.step > 1 for slide in self.slides)
            steps = ",".join(str(slide.offsets.step) for slide in self.slides)
            star = f"⋆[{steps}]" if dilated and self.row.name != "backward_weights" else "⋆"
            yield Label(self.stencil(0).x - GAP / 2, y, star, 22 if star == "⋆" else 12, INK, "middle")
        yield Label(self.result.x - GAP / 2, y, "→", 18, INK, "middle")
        rest = len(self.summed) - len(self.drawn)
        if rest:
            names = {"c": "input channels", "f": "output channels", "n": "images of the batch"}
            words = f"… and {rest} more {names[self.row.summed]} ({len(self.summed)} in all), likewise; summed"
            yield Label(MARGIN, self._below - 12, words, 11, GREY)

    # ---- one place of the stencil ----------------------------------------------------------------------

    def step(self, place: Place) -> list[Shape]:
        """The stencil at one place, and the entry of the result that it gives."""
        shapes: list[Shape] = []
        for number in range(len(self.drawn)):
            shapes += self._met(number, place)
        x, y = self.result.corner(place)
        return shapes + chosen_cell(x, y, self.cell, self._result_text(place), self._result_colour)

    def _met(self, number: int, place: Place) -> Iterator[Shape]:
        board = self.stationary(number)
        still, moving = self.colours.of(self.row.stationary), self.colours.of(self.row.stencil or "O")
        for position, index, slot in meetings(self.slides, place):
            x, y = board.corner(position)
            if not self.row.stencil:
                yield from chosen_cell(x, y, self.cell, index_text(index or ()), still)
                continue
            upper = ("0", ZERO, tint(moving)) if index is None else (index_text(index), still, moving)
            yield from meeting_cell(x, y, self.cell, upper[0], index_text(slot), *upper[1:])
        if self.row.stencil:
            start = [slide.starts[at] for slide, at in zip(self.slides, place, strict=True)]
            yield from board.outline(start, [slide.offsets for slide in self.slides])

    def kept(self, place: Place) -> list[Shape]:
        """The entry of the result as it is seen afterwards."""
        x, y = self.result.corner(place)
        return done_cell(x, y, self.cell, self._result_text(place), self._result_colour)

    def formula(self, entry: Entry, lines: int) -> list[Shape]:
        """An entry written out, below the boards, in at most so many lines."""
        room = self.width - 2 * MARGIN
        written = wrapped(formula_of(self.spec, entry, MOST_TERMS), 12, room)
        if len(written) > lines:
            written = [*written[: lines - 1], shortened(f"{written[lines - 1]} …", 12, room)]
        top = self._below + 18
        return [Label(MARGIN, top + 17 * number, line, 12, INK) for number, line in enumerate(written)]

    # ---- below the boards ------------------------------------------------------------------------------

    def legend(self, top: float, *, moving: bool) -> tuple[list[Shape], float]:
        """What the cells mean, and where it ends."""
        kinds = {kind for kind, _ in self.kinds.values()}
        keys = [(partial(legend_key, kind), KINDS[kind][1]) for kind in KINDS if kind in kinds]
        if self.row.stencil:
            keys.append(
                (self._meeting_key, f"{self.row.stationary} above, {self.row.stencil} below: a product")
            )
            keys.append((self._start_key, f"a place where {self.row.stencil} begins"))
        keys.append((partial(legend_key, "chosen"), KINDS["chosen"][1]))
        if moving:
            keys.append((partial(legend_key, "done"), KINDS["done"][1]))
        x, y, size = MARGIN, top, 16.0
        shapes: list[Shape] = []
        for key, words in keys:
            wide = size + 6 + text_width(words, 10.5) + 14
            if x + wide > self.width - MARGIN and x > MARGIN:
                x, y = MARGIN, y + 22
            colour = self.colours.of(self.row.result if words in _OF_RESULT else self.row.stationary)
            shapes += key(x, y, size, colour)
            shapes.append(Label(x + size + 6, y + size / 2, words, 10.5, INK))
            x += wide
        return shapes, y + size

    def _meeting_key(self, x: float, y: float, size: float, colour: str) -> list[Shape]:
        return meeting_cell(x, y, size, "", "", colour, self.colours.of(self.row.stencil))

    def _start_key(self, x: float, y: float, size: float, _colour: str) -> list[Shape]:
        dot = Box(x + 2, y + 2, 5, 5, self.colours.of(self.row.stencil))
        return [Box(x, y, size, size, "none", LINE), dot]

    def numbers(self) -> str:
        """What has to be said about the zeros and what is cut off, axis by axis."""
        told = []
        for name, slide, axis in zip(self.spec.axis_names, self.slides, self.spec.axes, strict=True):
            before, after = -slide.low, slide.high - slide.entries[-1] - 1
            words = f"{name}: {before} before, {after} after"
            if self.row.name == "backward_data":
                words += f" (E={axis.effective}, r={axis.remainder})"
            told.append(words)
        return "zeros put (negative: cut off) " + "; ".join(told)


_STRONGEST_FIRST = ("cut", "remainder", "padding", "between", "entry")
"""What a position is over all axes: the first of these that it is on one."""
_OF_RESULT = (KINDS["chosen"][1], KINDS["done"][1])


def draw_pass(
    spec: ConvSpec, name: str, entry: Entry | None = None, colours: Colours = DEFAULT
) -> Scene:
    """One entry of a pass: where the stencil lies, what it meets, and what comes out.

    Args:
        spec: the layer.
        name: ``"forward"``, ``"backward_data"``, ``"backward_weights"`` or ``"backward_bias"``.
        entry: of the pass' result; by default one in the middle.
        colours: of the arrays.

    Raises:
        PlanError: an unknown pass.
        SpecError: an entry of another array, or the gradient of a bias that the layer has not.
        BudgetError: too many cells.
    """
    picture = _picture(spec, name, entry, colours)
    place = picture.entry.spatial(spec) or (0,) * spec.rank
    title = f"{name}: {picture.entry.label(spec)}"
    shapes = [*picture.back(title), *picture.step(place), *picture.formula(picture.entry, 3)]
    lowest = max(shape.y for shape in shapes if isinstance(shape, Label))
    legend, end = picture.legend(max(lowest, picture._below) + 20, moving=False)
    return Scene(
        spec, title, _describe(picture, picture.entry), picture.width, end + MARGIN, (*shapes, *legend)
    )


def animate_pass(
    spec: ConvSpec,
    name: str,
    entry: Entry | None = None,
    colours: Colours = DEFAULT,
    milliseconds: int = 800,
) -> Scene:
    """A pass step by step, over every entry of one channel of its result.

    Args:
        spec: the layer.
        name: of the pass.
        entry: any entry of the channel to show; by default the first channel.
        colours: of the arrays.
        milliseconds: how long a step is seen.

    Raises:
        PlanError: an unknown pass, or a duration below 20 milliseconds.
        SpecError: an entry of another array, or the gradient of a bias that the layer has not.
        BudgetError: too many cells or steps.
    """
    if not 20 <= milliseconds <= 60_000:
        raise PlanError(f"a step lasts 20 to 60,000 milliseconds, got {milliseconds}")
    picture = _picture(spec, name, entry, colours)
    steps = _count_steps(picture)
    if steps > FRAME_LIMIT:
        raise BudgetError(
            f"an animation of {name} of {spec} has {steps:,} steps, the limit is {FRAME_LIMIT}; "
            "choose smaller sizes with the same stride, padding and dilation, or a picture of one entry"
        )
    each = (math.prod(map(len, picture.stencil_sizes)) * 5 + 4) * len(picture.drawn)
    if steps * each > SHAPE_LIMIT:
        raise BudgetError(
            f"an animation of {name} of {spec} has about {steps * each:,} shapes, the limit is "
            f"{SHAPE_LIMIT:,}; choose smaller sizes, or a picture of one entry"
        )
    title = f"{name}, step by step"
    frames = tuple(_bias_frames(picture) if not picture.row.stencil else _frames(picture))
    labels = [shape.y for frame in frames for shape in frame.shapes if isinstance(shape, Label)]
    legend, end = picture.legend(max([*labels, picture._below]) + 20, moving=True)
    return Scene(
        spec,
        title,
        _describe(picture, None),
        picture.width,
        end + MARGIN,
        (*picture.back(title), *legend),
        frames,
        milliseconds,
    )


def _picture(spec: ConvSpec, name: str, entry: Entry | None, colours: Colours) -> PassPicture:
    if name not in PASSES:
        raise PlanError(f"unknown pass {name!r}; passes are {', '.join(PASSES)}")
    row = PASSES[name]
    if row.result == "db" and not spec.bias:
        raise SpecError(f"{name}: the layer {spec} has no bias")
    chosen = default_entry(spec, row.result) if entry is None else entry
    if chosen.array != row.result:
        raise SpecError(f"{name} computes {row.result}, and {chosen.label(spec)} is an entry of {chosen.array}")
    picture = PassPicture(spec, row, chosen, colours)
    picture.check_size()
    return picture


def _count_steps(picture: PassPicture) -> int:
    summed = picture.stencil_sizes if not picture.row.stencil else picture.result_sizes
    return math.prod(map(len, summed)) * (1 if picture.row.stencil else len(picture.drawn))


def _frames(picture: PassPicture) -> Iterator[Frame]:
    for place in places(picture.result_sizes):
        at = picture.entry.at(picture.spec)
        entry = whole_entry(picture.spec, picture.row.result, at, place)
        yield Frame(
            (*picture.step(place), *picture.formula(entry, 2)), tuple(picture.kept(place))
        )


def _bias_frames(picture: PassPicture) -> Iterator[Frame]:
    """A sum has one place; its summands are gone through instead."""
    colour = picture.colours.of(picture.row.stationary)
    sum_x, sum_y = picture.result.corner((0,) * picture.spec.rank)
    label = picture.entry.label(picture.spec)
    summands = products_of(picture.spec, picture.entry)
    terms, count, added = iter(summands), len(summands), 0
    for number in range(len(picture.drawn)):
        for place in places(picture.stencil_sizes):
            added += 1
            x, y = picture.stationary(number).corner(place)
            summand = next(terms)[0].label(picture.spec)
            words = f"{label} ← {label} + {summand}   ({added} of {count})"
            said = Label(MARGIN, picture._below + 18, words, 12, INK)
            text = index_text(place)
            yield Frame(
                (
                    *chosen_cell(x, y, picture.cell, text, colour),
                    *chosen_cell(sum_x, sum_y, picture.cell, label, picture._result_colour),
                    said,
                ),
                tuple(done_cell(x, y, picture.cell, text, colour)),
            )


def _describe(picture: PassPicture, entry: Entry | None) -> str:
    spec, row = picture.spec, picture.row
    words = [f"Convolution {spec}.", f"The pass {row.name}: {picture.rule}."]
    words.append(
        f"The {row.stencil} slides over {row.stationary}: {picture.numbers()}."
        if row.stencil
        else f"Every entry of {row.stationary} is added."
    )
    if len(picture.summed) > 1:
        words.append(f"Summed over {row.summed}, {len(picture.summed)} of them, {len(picture.drawn)} drawn.")
    if entry is not None:
        words.append(f"Shown: {formula_of(spec, entry, 40)}.")
    else:
        words.append(f"{_count_steps(picture)} steps, one after another.")
    return " ".join(words)


__all__ = ["CELL_LIMIT", "FRAME_LIMIT", "PassPicture", "animate_pass", "draw_pass"]
