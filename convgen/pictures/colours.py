"""Colours: those of the arrays, which a user may choose, and what follows from them.

A colour never says anything alone: wherever it does, a label, a hatch or an outline says it too. Text stands
on a colour in black or white, whichever differs more from it, so that it can be read on any colour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from convgen.errors import PlanError
from convgen.pictures.formats import COLOURED

INK = "#1a1a1a"
PAPER = "#ffffff"
GREY = "#595959"
"""Of lesser text; 7 : 1 on paper."""
LINE = "#8c8c8c"
"""Of the outlines of cells; 3 : 1 on paper."""
ZERO = "#e9e9e9"
"""What cells that hold a zero are filled with."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Colours:
    """What is coloured, each as ``#rrggbb``.

    Attributes:
        X: the input and its gradient.
        K: the kernel and its gradient.
        O: the output and its gradient.
        b: the bias and its gradient.
        first: the first entry of the shared array in a Jacobian.
        last: its last entry; those between are mixed.
    """

    X: str = "#0072b2"
    K: str = "#c74f00"
    O: str = "#00785a"
    b: str = "#8a4a86"
    first: str = "#08306b"
    last: str = "#f7d13d"

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, str) or not _HEX.fullmatch(value):
                raise PlanError(f"the colour of {field.name} must be written as #rrggbb, got {value!r}")

    def of(self, array: str) -> str:
        """The colour of an array or its gradient."""
        return str(getattr(self, array.removeprefix("d")))

    def ramp(self, count: int) -> tuple[str, ...]:
        """So many colours from `first` to `last`, each lighter or darker than the one before."""
        return tuple(mix(self.last, self.first, place / max(1, count - 1)) for place in range(count))

    @classmethod
    def parse(cls, text: str) -> Colours:
        """Read ``X=#0072b2,K=#d55e00``; what is not said stays as it is.

        Raises:
            PlanError: another form, a name that has no colour, or a name said twice.
        """
        given: dict[str, str] = {}
        for part in text.split(","):
            name, equals, value = part.strip().partition("=")
            if not equals or name not in COLOURED:
                raise PlanError(
                    f"colours {text!r}: {part.strip()!r} is not of the form NAME=#rrggbb; "
                    f"names are {', '.join(COLOURED)}"
                )
            if name in given:
                raise PlanError(f"colours {text!r}: {name} is given twice, {given[name]} and {value}")
            given[name] = value
        return replace(DEFAULT, **given)


DEFAULT = Colours()


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def mix(colour: str, other: str, share: float) -> str:
    """A colour with a share of it, 0 to 1, and the rest of another."""
    parts = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(share * one + (1 - share) * two):02x}" for one, two in parts)


def tint(colour: str) -> str:
    """A pale form of a colour."""
    return mix(colour, PAPER, 0.16)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it: 0 for black, 1 for white."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in channels(colour))
    ]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(colour: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it: 1 for none, 21 for black and white."""
    light, dark = sorted((luminance(colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Black or white, whichever can be read better on a colour: at least 4.58 : 1."""
    return max(("#000000", PAPER), key=lambda text: contrast(text, colour))
