"""Pictures as pixels: PNG and GIF, painted shape by shape.

Needs Pillow, and the fonts that Matplotlib carries: they have the signs that formulas need, and are the same
on every machine.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import cache, singledispatchmethod
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from convgen.errors import BudgetError, MissingDependencyError
from convgen.pictures.colours import PAPER
from convgen.pictures.scene import Box, Frame, Label, Lines, Picture, Shape

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 2
"""Pixels of a still picture for one of the picture."""
FINER = 2
"""Pixels painted for one that is kept, in each direction: edges and letters are smoothed by it."""
PIXEL_LIMIT = 40_000_000
"""Pixels painted for one picture, 160 megabytes."""
GIF_COLOURS = 96


def png(picture: Picture, scale: int = SCALE) -> bytes:
    """A still picture as a PNG file; of an animation the last step.

    Raises:
        MissingDependencyError: Pillow or Matplotlib is not installed.
        BudgetError: too many pixels.
    """
    shapes = picture.still(len(picture.steps) - 1) if picture.steps else picture.shapes
    return _saved([_paint(picture, shapes, scale)], format="PNG")


def frames(picture: Picture, scale: int = SCALE) -> Iterator[bytes]:
    """Each step of an animation as a PNG file.

    Raises:
        MissingDependencyError: Pillow or Matplotlib is not installed.
        BudgetError: too many pixels.
    """
    for image in _steps(picture, scale):
        yield _saved([image], format="PNG")


def gif(picture: Picture, scale: int = 1) -> bytes:
    """An animation as a GIF file that repeats for ever.

    Raises:
        MissingDependencyError: Pillow or Matplotlib is not installed.
        BudgetError: too many pixels.
    """
    steps = list(_steps(picture, scale))
    middle = steps[len(steps) // 2]  # one palette for all: colours that change would flicker
    palette = middle.quantize(GIF_COLOURS, method=_module().Image.Quantize.MEDIANCUT)
    images = [step.quantize(palette=palette, dither=_module().Image.Dither.NONE) for step in steps]
    return _saved(images, format="GIF", duration=picture.milliseconds, loop=0, optimize=False, disposal=1)


def _steps(picture: Picture, scale: int) -> Iterator[Image]:
    """Every step, painted over what is always there and what steps before have left."""
    ground = _painter(picture, scale)
    ground.paint(picture.shapes)
    for frame in picture.steps or (Frame(()),):
        step = ground.copy()
        step.paint(frame.shapes)
        yield step.image()
        ground.paint(frame.kept)


def _paint(picture: Picture, shapes: Iterable[Shape], scale: int) -> Image:
    painter = _painter(picture, scale)
    painter.paint(shapes)
    return painter.image()


def _painter(picture: Picture, scale: int) -> Painter:
    finer = scale * FINER
    width, height = round(picture.width * finer), round(picture.height * finer)
    if width * height > PIXEL_LIMIT:
        raise BudgetError(
            f"{picture.title} of {picture.spec} takes {width:,} × {height:,} = {width * height:,} pixels to paint, "
            f"the limit is {PIXEL_LIMIT:,}; choose smaller sizes, or SVG"
        )
    return Painter(_module().Image.new("RGB", (width, height), PAPER), finer)


def _saved(images: list[Image], **options: Any) -> bytes:
    stream = io.BytesIO()
    more: dict[str, Any] = {"save_all": True, "append_images": images[1:]} if len(images) > 1 else {}
    images[0].save(stream, **options, **more)
    return stream.getvalue()


class Painter:
    """Paints shapes on an image that is finer than what is kept."""

    def __init__(self, image: Image, scale: int) -> None:
        self._image, self._scale = image, scale
        self._draw = _module().ImageDraw.Draw(image)

    def copy(self) -> Painter:
        """The same picture, to be painted on."""
        return Painter(self._image.copy(), self._scale)

    def image(self) -> Image:
        """What has been painted, smoothed."""
        return self._image.reduce(FINER)

    def paint(self, shapes: Iterable[Shape]) -> None:
        """Paint shapes one over another."""
        for shape in shapes:
            self._one(shape)

    @singledispatchmethod
    def _one(self, shape: Shape) -> None:
        raise TypeError(f"no shape: {shape!r}")

    @_one.register
    def _box(self, box: Box) -> None:
        left, top = box.x * self._scale, box.y * self._scale
        right, bottom = (box.x + box.width) * self._scale, (box.y + box.height) * self._scale
        if box.fill != "none":
            self._draw.rectangle((left, top, right, bottom), fill=box.fill)
        if box.stroke == "none":
            return
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        width = max(1, round(box.thickness * self._scale))
        for (x, y), (x2, y2) in pairwise(corners):
            for part in _dashed((x, y, x2, y2), [length * self._scale for length in box.dash]):
                self._draw.line(part, fill=box.stroke, width=width)
        if not box.dash:
            half = width / 2  # lines end at the corner's middle
            for x, y in corners[:4]:
                self._draw.rectangle((x - half, y - half, x + half - 1, y + half - 1), fill=box.stroke)

    @_one.register
    def _lines(self, lines: Lines) -> None:
        width = max(1, round(lines.thickness * self._scale))
        for segment in lines.segments:
            scaled = tuple(at * self._scale for at in segment)
            self._draw.line(scaled, fill=lines.stroke, width=width)

    @_one.register
    def _label(self, label: Label) -> None:
        anchor = {"start": "ls", "middle": "ms", "end": "rs"}[label.anchor]
        place = label.x * self._scale, label.baseline * self._scale
        font = _font(label.bold, round(label.size * self._scale))
        self._draw.text(place, label.text, fill=label.fill, font=font, anchor=anchor)


def _dashed(
    segment: tuple[float, float, float, float], lengths: list[float]
) -> Iterator[tuple[float, float, float, float]]:
    """A line as its dashes."""
    x, y, x2, y2 = segment
    length = abs(x2 - x) + abs(y2 - y)  # it runs along an axis
    if not lengths:
        yield segment
        return
    right, down = (x2 - x) / length, (y2 - y) / length
    at = 0.0
    dash, gap = lengths
    while at < length:
        end = min(length, at + dash)
        yield x + right * at, y + down * at, x + right * end, y + down * end
        at += dash + gap


class _Pillow:
    """The parts of Pillow that are needed."""

    def __init__(self) -> None:
        from PIL import Image, ImageDraw, ImageFont

        self.Image, self.ImageDraw, self.ImageFont = Image, ImageDraw, ImageFont


@cache
def _module() -> _Pillow:
    try:
        return _Pillow()
    except ImportError as error:
        raise MissingDependencyError(
            "pixels are painted with Pillow, which is not installed: pip install 'convgen[pictures]'; "
            "SVG needs nothing"
        ) from error


@cache
def _font(bold: bool, size: int) -> Any:
    try:
        from matplotlib import get_data_path
    except ImportError as error:
        raise MissingDependencyError(
            "the letters of pixel pictures are those that Matplotlib carries, which is not installed: "
            "pip install 'convgen[pictures]'; SVG needs nothing"
        ) from error
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return _module().ImageFont.truetype(f"{get_data_path()}/fonts/ttf/{name}", size)
