"""Pictures as lists of shapes, every coordinate, colour and label decided.

A picture is written as SVG by a template and painted as pixels by `convgen.pictures.raster`; neither decides
anything. Lengths are in pixels of the picture at its natural size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, singledispatch

from convgen.pictures.colours import INK, PAPER
from convgen.render import render
from convgen.spec import ConvSpec
from convgen.version import __version__

FONT = "'DejaVu Sans', Verdana, Geneva, sans-serif"
"""The pixels' own font first; where it is missing, others of its width."""
LETTER_WIDTH = 0.64
"""Of a letter of `FONT` on average, in font sizes; formulas and words of this room stay below it."""
MARGIN = 16.0


@dataclass(frozen=True)
class Box:
    """A rectangle.

    Attributes:
        x: of the left side.
        y: of the upper side.
        width: from left to right.
        height: from top to bottom.
        fill: a colour, or ``"none"``.
        stroke: a colour, or ``"none"``.
        thickness: of the outline.
        dash: lengths of dashes and gaps, or empty.
    """

    x: float
    y: float
    width: float
    height: float
    fill: str = "none"
    stroke: str = "none"
    thickness: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Lines:
    """Straight lines of one colour.

    Attributes:
        segments: (x, y, x, y) of each.
        stroke: their colour.
        thickness: of each.
    """

    segments: tuple[tuple[float, float, float, float], ...]
    stroke: str = INK
    thickness: float = 1.0

    @property
    def path(self) -> str:
        """The lines as the data of an SVG path."""
        return "".join(
            f"M{number(x)} {number(y)}L{number(x2)} {number(y2)}" for x, y, x2, y2 in self.segments
        )


@dataclass(frozen=True)
class Label:
    """One line of text.

    Attributes:
        x: where it starts, is centred or ends.
        y: the middle of its height.
        text: what it says.
        size: of the font.
        fill: its colour.
        anchor: ``"start"``, ``"middle"`` or ``"end"``.
        bold: whether it is printed fat.
    """

    x: float
    y: float
    text: str
    size: float = 12.0
    fill: str = INK
    anchor: str = "start"
    bold: bool = False

    @property
    def baseline(self) -> float:
        """Where its letters stand: SVG's own words for the middle are not known to every viewer."""
        return self.y + 0.36 * self.size

    @property
    def weight(self) -> str:
        """The weight of the font."""
        return "bold" if self.bold else "normal"


Shape = Box | Lines | Label


@dataclass(frozen=True)
class Frame:
    """What is to be seen for one step of an animation, over what is always there.

    Attributes:
        shapes: seen during the step alone.
        kept: seen from the end of the step on.
    """

    shapes: tuple[Shape, ...]
    kept: tuple[Shape, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture, or an animation where it has steps.

    Attributes:
        spec: the layer that is shown.
        title: what it is, in a line.
        description: the same in words, for whoever does not see it.
        width: in pixels.
        height: in pixels.
        shapes: what is always there, from the back to the front.
        steps: those of an animation, one after another.
        milliseconds: how long a step is seen.
    """

    spec: ConvSpec
    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    steps: tuple[Frame, ...] = ()
    milliseconds: int = 800

    @cached_property
    def identity(self) -> str:
        """A name that no picture of other content has, for what must be named once in a page."""
        told = repr((str(self.spec), self.title, self.width, self.height, self.shapes, self.steps))
        return f"convgen-{hashlib.sha256(told.encode()).hexdigest()[:10]}"

    def svg(self) -> str:
        """The picture as an SVG file: stands alone, plays by itself, and can be put into a page as it is."""
        count = len(self.steps)
        return render(
            "svg/picture.svg.j2",
            origin=f"convgen {__version__} spec: {self.spec}",
            picture=self,
            paper=PAPER,
            font=FONT,
            width=number(self.width),
            height=number(self.height),
            back=_plain(self.shapes),
            frames=[
                {
                    "shapes": _plain(frame.shapes),
                    "kept": _plain(frame.kept),
                    "start": index,
                    # Negative, so that no step waits for its first turn in the state of before.
                    "delay": number((index - count) * self.milliseconds / 1000),
                }
                for index, frame in enumerate(self.steps)
            ],
            seconds=number(count * self.milliseconds / 1000),
            share=[number(100 * index / count) for index in range(1, count + 1)] if count else [],
        )

    def png(self, scale: int = 2) -> bytes:
        """The picture as a PNG file, so many pixels for one; of an animation the last step.

        Raises:
            MissingDependencyError: what paints pixels is not installed.
            BudgetError: too many pixels.
        """
        from convgen.pictures.raster import png

        return png(self, scale)

    def gif(self, scale: int = 1) -> bytes:
        """The animation as a GIF file that repeats for ever; a picture without steps stands still.

        Raises:
            MissingDependencyError: what paints pixels is not installed.
            BudgetError: too many pixels.
        """
        from convgen.pictures.raster import gif

        return gif(self, scale)

    def frames(self, scale: int = 2) -> list[bytes]:
        """Every step of an animation as a PNG file.

        Raises:
            MissingDependencyError: what paints pixels is not installed.
            BudgetError: too many pixels.
        """
        from convgen.pictures.raster import frames

        return list(frames(self, scale))

    def still(self, index: int) -> Iterator[Shape]:
        """Every shape that is seen during one step."""
        yield from self.shapes
        for frame in self.steps[:index]:
            yield from frame.kept
        yield from self.steps[index].shapes

    def _repr_svg_(self) -> str:
        return self.svg()


def number(value: float) -> str:
    """A length as text: at most two digits after the point, and none that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def text_width(text: str, size: float) -> float:
    """An upper estimate of how wide a text is."""
    return LETTER_WIDTH * size * len(text)


def shortened(text: str, size: float, width: float) -> str:
    """A text that fits a width; where it does not, its end is left out."""
    letters = int(width / (LETTER_WIDTH * size))
    return text if len(text) <= letters else f"{text[: max(1, letters - 1)]}…"


def wrapped(text: str, size: float, width: float) -> list[str]:
    """A text in lines that fit a width, broken between words."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [shortened(line, size, width) for line in lines]


def _plain(shapes: Sequence[Shape]) -> list[dict[str, str]]:
    """Shapes as the words that an SVG template lays out."""
    return [_plain_shape(shape) for shape in shapes]


@singledispatch
def _plain_shape(shape: Shape) -> dict[str, str]:
    raise TypeError(f"no shape: {shape!r}")


@_plain_shape.register
def _box(box: Box) -> dict[str, str]:
    words = {"tag": "rect", "x": number(box.x), "y": number(box.y)}
    words |= {"width": number(box.width), "height": number(box.height), "fill": box.fill}
    if box.stroke != "none":
        words |= {"stroke": box.stroke, "stroke-width": number(box.thickness)}
    if box.dash:
        words["stroke-dasharray"] = " ".join(map(number, box.dash))
    return words


@_plain_shape.register
def _lines(lines: Lines) -> dict[str, str]:
    words = {"tag": "path", "d": lines.path, "fill": "none"}
    return words | {"stroke": lines.stroke, "stroke-width": number(lines.thickness)}


@_plain_shape.register
def _label(label: Label) -> dict[str, str]:
    words = {"tag": "text", "x": number(label.x), "y": number(label.baseline), "fill": label.fill}
    words["font-size"] = number(label.size)
    if label.anchor != "start":
        words["text-anchor"] = label.anchor
    if label.bold:
        words["font-weight"] = label.weight
    return words | {"content": label.text}
