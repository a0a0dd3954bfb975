"""Reads pictures as their reader does: cells, labels and colours from the SVG text alone."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from itertools import pairwise

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Rect:
    """A filled rectangle of a picture."""

    x: float
    y: float
    width: float
    height: float
    fill: str

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


@dataclass(frozen=True)
class Text:
    """A line of text: where its middle lies, as far as its anchor tells."""

    x: float
    y: float
    size: float
    fill: str
    words: str


def root_of(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def shapes_of(parent: ElementTree.Element) -> list[Rect | Text]:
    """Filled rectangles and texts below an element, in the order in which they are painted."""
    found: list[Rect | Text] = []
    for each in parent.iter():
        if each.tag == f"{SVG}rect":
            place = [float(each.get(name, "0")) for name in ("x", "y", "width", "height")]
            if each.get("fill", "none") != "none":
                found.append(Rect(*place, each.get("fill", "")))
        elif each.tag == f"{SVG}text":
            size = float(each.get("font-size", "0"))
            middle = float(each.get("y", "0")) - 0.36 * size
            found.append(Text(float(each.get("x", "0")), middle, size, each.get("fill", ""), each.text or ""))
    return found


def halves(svg: str, upper_fill: str, lower_fill: str) -> set[tuple[str, str]]:
    """What stands in the upper and the lower half of every cell that is divided into these two colours."""
    shapes = shapes_of(root_of(svg))
    rects = [shape for shape in shapes if isinstance(shape, Rect)]
    texts = [shape for shape in shapes if isinstance(shape, Text)]
    found = set()
    for upper, lower in pairwise(rects):
        together = upper.x == lower.x and abs(upper.y + upper.height - lower.y) < 0.02
        if together and (upper.fill, lower.fill) == (upper_fill, lower_fill):
            words = [
                next((text.words for text in texts[::-1] if half.holds(text.x, text.y)), "")
                for half in (upper, lower)
            ]
            if any(words):
                found.add((words[0], words[1]))
    return found
