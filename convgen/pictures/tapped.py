"""The taps of one entry: which entries of the other two arrays it meets, pair by pair.

The arrays are drawn as they are, without padding or dilation; cells with the same number are multiplied.
"""

from __future__ import annotations

from collections.abc import Iterator

from convgen.layout import axis_sizes
from convgen.pictures.boards import chosen_cell, entry_cell, index_text, meeting_cell
from convgen.pictures.colours import DEFAULT, GREY, PAPER, Colours
from convgen.pictures.entries import Entry, formula_of, pass_of, places, products_of
from convgen.pictures.scene import MARGIN, Picture, Shape
from convgen.pictures.slides import Place
from convgen.pictures.stage import Key, Plane, Stage, lowest_label
from convgen.spec import ConvSpec

RESULT_OF = {"X": "dX", "K": "dK", "b": "db", "dO": "O"}
"""An input has the taps of its gradient, and the gradient of an output those of the output."""


def draw_taps(spec: ConvSpec, entry: Entry, colours: Colours = DEFAULT) -> Picture:
    """The taps of one entry of any array, numbered.

    Args:
        spec: the layer.
        entry: of X, K, b, O or the gradient of one.
        colours: of the arrays.

    Raises:
        BudgetError: too many cells.
    """
    asked = entry.label(spec)
    computed = Entry(RESULT_OF.get(entry.array, entry.array), entry.index)
    row = pass_of(computed.array)
    arrays = [row.stationary, row.stencil] if row.stencil else [row.stationary]
    factors = tuple(Plane(array, array, _ranges(spec, array)) for array in arrays)
    result = Plane(row.result, row.result, _ranges(spec, row.result))
    stage = Stage(spec, row, computed, factors, result, ((str(spec), GREY),), colours)
    stage.check_size(f"the taps of {asked}")
    products = products_of(spec, computed)
    title = f"the taps of {asked}"
    told = f"{len(products)} {'tap' if len(products) == 1 else 'taps'}"
    shapes: list[Shape] = [*stage.words(title)]
    for which, plane in enumerate(factors):
        numbers = _numbers(stage, [factors_of[which] for factors_of in products])
        for row_number in range(len(stage.drawn)):
            shapes += _cells(stage, plane, which, row_number, numbers[row_number])
    shapes += _result_cells(stage)
    if len(factors) > 1:
        shapes.append(stage.sign(1, "·"))
    shapes.append(stage.sign(len(factors), "→"))
    shapes += stage.formula(computed, 3)
    legend, end = stage.legend(_keys(stage, told), lowest_label(shapes, stage.below) + 20)
    description = f"Convolution {spec}. {told} of {asked}: {formula_of(spec, computed, 40)}."
    return Picture(spec, title, description, stage.width, end + MARGIN, (*shapes, *legend))


def _ranges(spec: ConvSpec, array: str) -> tuple[range, ...]:
    sizes = axis_sizes(spec, array)
    spatial = tuple(range(size) for name, size in sizes.items() if name[0] == "s")
    return spatial or (range(1),) * spec.rank


def _numbers(stage: Stage, entries: list[Entry | None]) -> list[dict[Place, int]]:
    """For each drawn channel the number of the tap at each place that has one."""
    found: list[dict[Place, int]] = [{} for _ in stage.drawn]
    for number, entry in enumerate(entries, 1):
        channel = entry.at(stage.spec)[stage.row.summed] if entry is not None else 0
        if entry is not None and channel in stage.drawn:
            found[channel][entry.spatial(stage.spec)] = number
    return found


def _cells(
    stage: Stage, plane: Plane, which: int, row_number: int, numbers: dict[Place, int]
) -> Iterator[Shape]:
    board, colour = stage.board(which, row_number), stage.colours.of(plane.array)
    for place in places(plane.ranges):
        x, y = board.corner(place)
        text = index_text(place)
        if place in numbers:
            lower = f"#{numbers[place]}"
            yield from meeting_cell(x, y, stage.cell, text, lower, colour, PAPER)
        else:
            yield from entry_cell(x, y, stage.cell, text, colour)


def _result_cells(stage: Stage) -> Iterator[Shape]:
    chosen = stage.entry.spatial(stage.spec) or (0,) * stage.spec.rank
    has_place = bool(stage.entry.spatial(stage.spec))
    colour = stage.colours.of(stage.result.array)
    for place in places(stage.result.ranges):
        x, y = stage.result_board.corner(place)
        draw = chosen_cell if place == chosen else entry_cell
        text = index_text(place) if has_place else stage.entry.label(stage.spec)
        yield from draw(x, y, stage.cell, text, colour)


def _keys(stage: Stage, told: str) -> Iterator[Key]:
    colour = stage.colours.of(stage.factors[0].array)

    def number(x: float, y: float, size: float) -> list[Shape]:
        return meeting_cell(x, y, size, "", "", colour, PAPER)

    same = (
        "cells with the same number are multiplied" if len(stage.factors) > 1 else "numbered cells are added"
    )
    yield number, f"{told}: {same}" + (", all is added" if len(stage.factors) > 1 else "")
    yield stage.key("entry", stage.factors[0].array)[0], "an entry without a tap"
    yield stage.key("chosen", stage.result.array)[0], "the entry asked for"
