"""What is drawn of a pass: the stationary array with its zeros, the stencil at a place, and what comes out.

One picture serves the forward pass and every gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from convgen.pictures.boards import (
    KINDS,
    chosen_cell,
    done_cell,
    entry_cell,
    index_text,
    meeting_cell,
)
from convgen.pictures.colours import DEFAULT, GREY, INK, LINE, ZERO, Colours, tint
from convgen.pictures.entries import Entry, places, products_of, whole_entry
from convgen.pictures.scene import MARGIN, Box, Frame, Label, Shape
from convgen.pictures.slides import Pass, Place, Slide, meetings
from convgen.pictures.stage import Key, Plane, Stage
from convgen.rules import rules_for
from convgen.spec import ConvSpec

_STRONGEST_FIRST = ("cut", "remainder", "padding", "between", "entry")
"""What a position is over all axes: the first of these that it is on one."""


@dataclass(frozen=True)
class PassPicture:
    """What is drawn for a pass of one layer.

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
    def stage(self) -> Stage:
        """The boards."""
        row, slides = self.row, self.slides
        factors = [Plane(row.stationary, row.stationary, tuple(slide.shown for slide in slides))]
        if row.stencil:
            words = f"rot180({row.stencil})" if row.turned else row.stencil
            factors.append(Plane(row.stencil, words, tuple(range(len(slide.slots)) for slide in slides)))
        result = Plane(row.result, row.result, tuple(range(len(slide.starts)) for slide in slides))
        on_top = [(str(self.spec), GREY), (self.rule, INK)] + [(self.numbers, GREY)] * bool(row.stencil)
        return Stage(self.spec, row, self.entry, tuple(factors), result, tuple(on_top), self.colours)

    @cached_property
    def rule(self) -> str:
        """The closed form of the pass with the layer's numbers."""
        rule, tree = next(pair for pair in rules_for(self.spec) if pair[0].target == self.row.result)
        return f"{rule.target} = {tree}"

    @cached_property
    def numbers(self) -> str:
        """How many zeros are put before and after, or cut off, axis by axis."""
        told = []
        for name, slide, axis in zip(self.spec.axis_names, self.slides, self.spec.axes, strict=True):
            before, after = -slide.low, slide.high - slide.entries[-1] - 1
            words = f"{name} {before} before, {after} after"
            told.append(words + (f" (r = {axis.remainder})" if self.row.turned else ""))
        cut = "; what is negative is cut off" if any("-" in words for words in told) else ""
        return f"{self.row.stationary} padded: {'; '.join(told)}{cut}"

    @cached_property
    def kinds(self) -> dict[Place, tuple[str, str]]:
        """What every position of the stationary board is over all axes, and the index of the entry there."""
        read = [slide.read() for slide in self.slides]
        found = {}
        for position in places(self.stage.factors[0].ranges):
            axes = list(zip(self.slides, position, strict=True))
            kinds = [slide.kind(at) for slide, at in axes]
            kind = next(each for each in _STRONGEST_FIRST if each in kinds)
            if kind == "entry" and not all(at in some for at, some in zip(position, read, strict=True)):
                kind = "unread"
            inside = all(at in slide.entries for slide, at in axes)
            text = index_text([slide.entries.index(at) for slide, at in axes]) if inside else ""
            found[position] = kind, text
        return found

    # ---- what is always there --------------------------------------------------------------------------

    def back(self, title: str) -> list[Shape]:
        """Words, and every cell as it is when nothing slides."""
        stage, still = self.stage, self.colours.of(self.row.stationary)
        shapes: list[Shape] = [*stage.words(title)]
        starts = [frozenset(slide.starts) for slide in self.slides]
        for number in range(len(stage.drawn)):
            board = stage.board(0, number)
            for position, (kind, text) in self.kinds.items():
                x, y = board.corner(position)
                shapes += KINDS[kind][0](x, y, stage.cell, text, still)
                if self.row.stencil and all(at in some for at, some in zip(position, starts, strict=True)):
                    dot = max(3.0, stage.cell / 8)
                    shapes.append(Box(x + 1.5, y + 1.5, dot, dot, self.moving_colour))
            if self.row.stencil:
                shapes += self._stencil_cells(number)
        for place in places(stage.result.ranges):
            x, y = stage.result_board.corner(place)
            shapes += entry_cell(x, y, stage.cell, self._result_text(place), self._result_colour)
        if self.row.stencil:
            shapes.append(stage.sign(1, self._star))
        return [*shapes, stage.sign(len(stage.factors), "→")]

    @property
    def _star(self) -> str:
        steps = [slide.offsets.step for slide in self.slides]
        # In dK it is dO that is dilated: its zeros belong to it, and the sign has none.
        plain = self.row.name == "backward_weights" or set(steps) == {1}
        return "⋆" if plain else f"⋆[{index_text(steps)}]"

    @property
    def moving_colour(self) -> str:
        """The colour of what slides."""
        return self.colours.of(self.row.stencil)

    @property
    def _result_colour(self) -> str:
        return self.colours.of(self.row.result)

    def _result_text(self, place: Place) -> str:
        return index_text(place) if self.row.stencil else self.entry.label(self.spec)

    def _stencil_cells(self, number: int) -> Iterator[Shape]:
        board = self.stage.board(1, number)
        for place in places(self.stage.factors[1].ranges):
            slot = [slide.slots[at] for slide, at in zip(self.slides, place, strict=True)]
            yield from entry_cell(*board.corner(place), self.stage.cell, index_text(slot), self.moving_colour)

    # ---- one place of the stencil ----------------------------------------------------------------------

    def step(self, place: Place) -> list[Shape]:
        """The stencil at one place, and the entry of the result that it gives."""
        shapes: list[Shape] = []
        for number in range(len(self.stage.drawn)):
            shapes += self._met(number, place)
        x, y = self.stage.result_board.corner(place)
        return shapes + chosen_cell(x, y, self.stage.cell, self._result_text(place), self._result_colour)

    def _met(self, number: int, place: Place) -> Iterator[Shape]:
        board, cell = self.stage.board(0, number), self.stage.cell
        still = self.colours.of(self.row.stationary)
        for position, index, slot in meetings(self.slides, place):
            x, y = board.corner(position)
            if not self.row.stencil:
                yield from chosen_cell(x, y, cell, index_text(slot), still)
            elif index is None:
                yield from meeting_cell(x, y, cell, "0", index_text(slot), ZERO, tint(self.moving_colour))
            else:
                yield from meeting_cell(
                    x, y, cell, index_text(index), index_text(slot), still, self.moving_colour
                )
        if self.row.stencil:
            start = [slide.starts[at] for slide, at in zip(self.slides, place, strict=True)]
            yield from board.outline(start, [slide.offsets for slide in self.slides])

    def kept(self, place: Place) -> list[Shape]:
        """The entry of the result as it is seen afterwards."""
        x, y = self.stage.result_board.corner(place)
        return done_cell(x, y, self.stage.cell, self._result_text(place), self._result_colour)

    def frames(self) -> Iterator[Frame]:
        """Every step, row by row of the result; a sum has one place, and its summands are gone through."""
        if not self.row.stencil:
            yield from self._summands()
            return
        at = self.entry.at(self.spec)
        for place in places(self.stage.result.ranges):
            entry = whole_entry(self.spec, self.row.result, at, place)
            yield Frame((*self.step(place), *self.stage.formula(entry, 2)), tuple(self.kept(place)))

    def _summands(self) -> Iterator[Frame]:
        stage, still = self.stage, self.colours.of(self.row.stationary)
        label = self.entry.label(self.spec)
        summands = [summand.label(self.spec) for summand, _ in products_of(self.spec, self.entry)]
        x, y = stage.result_board.corner((0,) * self.spec.rank)
        total = chosen_cell(x, y, stage.cell, label, self._result_colour)
        ranges = stage.factors[0].ranges
        steps = [(number, place) for number in range(len(stage.drawn)) for place in places(ranges)]
        for count, ((number, place), summand) in enumerate(zip(steps, summands, strict=False), 1):
            corner = stage.board(0, number).corner(place)
            words = f"{label} ← {label} + {summand}   ({count} of {len(summands)})"
            said = Label(MARGIN, stage.below + 14, words, 12, INK)
            chosen = chosen_cell(*corner, stage.cell, index_text(place), still)
            kept = done_cell(*corner, stage.cell, index_text(place), still)
            yield Frame((*chosen, *total, said), tuple(kept))

    @property
    def step_count(self) -> int:
        """How many steps an animation has."""
        stage = self.stage
        return stage.result.cells if self.row.stencil else stage.factors[0].cells * len(stage.drawn)

    # ---- words -----------------------------------------------------------------------------------------

    def keys(self, *, animated: bool) -> Iterator[Key]:
        """The rows of the legend: kinds of cells that occur."""
        row, stage = self.row, self.stage
        kinds = {kind for kind, _ in self.kinds.values()}
        yield from (stage.key(kind, row.stationary) for kind in KINDS if kind in kinds)
        if row.stencil:
            yield self._meeting_key, f"{row.stationary} above, {row.stencil} below: multiplied"
            yield self._start_key, f"where {row.stencil} begins for each {row.result}"
        yield stage.key("chosen", row.result)
        if animated:
            yield stage.key("done", row.result)

    def _meeting_key(self, x: float, y: float, size: float) -> list[Shape]:
        return meeting_cell(x, y, size, "", "", self.colours.of(self.row.stationary), self.moving_colour)

    def _start_key(self, x: float, y: float, size: float) -> list[Shape]:
        return [Box(x, y, size, size, "none", LINE), Box(x + 2, y + 2, 5, 5, self.moving_colour)]

    def describe(self, *more: str) -> str:
        """What is to be seen, in words."""
        row = self.row
        words = [f"Convolution {self.spec}.", f"The pass {row.name}: {self.rule}."]
        if row.stencil:
            words.append(f"{self.stage.factors[1].words} slides over {row.stationary}; {self.numbers}.")
        else:
            words.append(f"Every entry of {row.stationary} is added.")
        if len(self.stage.summed) > 1:
            count, drawn = len(self.stage.summed), len(self.stage.drawn)
            words.append(f"Summed over {row.summed}: {count} of them, {drawn} drawn.")
        return " ".join([*words, *more])
