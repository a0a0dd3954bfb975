r"""Pictures in LaTeX, by its own ``picture`` environment: wherever LaTeX runs, with the package color and no other.

Everything that is filled or straight is a rule; a line that is neither level nor upright is a curve without a bend,
since LaTeX' own lines have few slopes and no short ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import singledispatch
from itertools import cycle
from typing import TYPE_CHECKING

from convgen.pictures.scene import Box, Label, Lines, Shape, number
from convgen.render import render

if TYPE_CHECKING:
    from convgen.pictures.scene import Picture

POINTS = 0.75
"""TeX's points for a pixel of a picture at its natural size."""
LARGEST = (670.0, 400.0)
"""Points that a picture may be wide and high: a page of the article."""
FONT_SIZES = (5, 6, 7, 8, 9, 10, 12)
"""Sizes that TeX's fonts are drawn for, in points."""

Mark = dict[str, str]


def latex_picture(picture: Picture, escape: Callable[[str], str]) -> str:
    """A picture to include: no file is read, and nothing but TeX runs.

    Args:
        picture: a still one.
        escape: makes words fit for LaTeX.
    """
    width, height = LARGEST
    unit = min(POINTS, width / picture.width, height / picture.height)
    marks = [mark for shape in picture.shapes for mark in _marks(shape)]
    for mark in marks:
        if mark["kind"] == "label":
            points = float(mark["size"]) * unit
            size = max((each for each in FONT_SIZES if each <= points), default=FONT_SIZES[0])
            mark |= {"size": str(size), "text": escape(mark["text"])}
    return render(
        "latex/picture.tex.j2",
        unit=number(unit),
        width=number(picture.width),
        height=number(picture.height),
        marks=marks,
    )


@singledispatch
def _marks(shape: Shape) -> Iterator[Mark]:
    raise TypeError(f"no shape: {shape!r}")


@_marks.register
def _box(box: Box) -> Iterator[Mark]:
    if box.fill != "none":
        yield _rule(box.x, box.y, box.width, box.height, box.fill)
    if box.stroke == "none":
        return
    right, lower = box.x + box.width, box.y + box.height
    for side in (
        (box.x, box.y, right, box.y), (box.x, lower, right, lower),
        (box.x, box.y, box.x, lower), (right, box.y, right, lower),
    ):  # fmt: skip
        yield from _straight(*side, box.stroke, box.thickness, box.dash)


@_marks.register
def _lines(lines: Lines) -> Iterator[Mark]:
    for x, y, x2, y2 in lines.segments:
        if x == x2 or y == y2:
            yield from _straight(
                min(x, x2), min(y, y2), max(x, x2), max(y, y2), lines.stroke, lines.thickness
            )
        else:
            places = {
                "x": x,
                "y": y,
                "middle_x": (x + x2) / 2,
                "middle_y": (y + y2) / 2,
                "end_x": x2,
                "end_y": y2,
            }
            yield {
                "kind": "curve",
                "colour": _colour(lines.stroke),
                "thickness": number(lines.thickness),
                **{name: number(place) for name, place in places.items()},
            }


@_marks.register
def _label(label: Label) -> Iterator[Mark]:
    yield {
        "kind": "label",
        "colour": _colour(label.fill),
        "x": number(label.x),
        "y": number(label.y),
        "place": {"start": "l", "middle": "", "end": "r"}[label.anchor],
        "size": str(label.size),
        "series": r"\bfseries" if label.bold else "",
        "text": label.text,
    }


def _straight(
    x: float, y: float, x2: float, y2: float, colour: str, thickness: float, dash: tuple[float, ...] = ()
) -> Iterator[Mark]:
    """A level or upright line, with squares at its ends so that corners close; dashes begin at its start."""
    half = thickness / 2
    if not dash:
        yield _rule(x - half, y - half, x2 - x + thickness, y2 - y + thickness, colour)
        return
    length, at = max(x2 - x, y2 - y), 0.0
    level = y == y2
    for drawn, step in zip(cycle((True, False)), cycle(dash), strict=False):
        if at >= length:
            return
        if drawn:
            size = min(step, length - at)
            place = (x + at, y - half, size, thickness) if level else (x - half, y + at, thickness, size)
            yield _rule(*place, colour)
        at += step


def _rule(x: float, y: float, width: float, height: float, colour: str) -> Mark:
    return {
        "kind": "rule",
        "colour": _colour(colour),
        "x": number(x),
        "y": number(y + height),
        "width": number(width),
        "height": number(height),
    }


def _colour(hexadecimal: str) -> str:
    """#0072b2 as the shares of red, green and blue."""
    return ",".join(number(int(hexadecimal[at : at + 2], 16) / 255) for at in (1, 3, 5))
