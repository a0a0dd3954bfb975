"""A spec as text: ``input=4x6 kernel=2x3 stride=2x1``, one grammar for parse, the command line and manifests.

Each ``key=value`` is one row of `FIELDS`: how its text is read, and how the attribute of a spec is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from convgen.axis import NAMED_PADDINGS, Padding
from convgen.errors import SpecError

SPATIAL_LETTERS = "DHW"
"""The letters of the spatial axes: depth, height, width; rank 2 has the last two."""
DIGIT_LIMIT = 20
"""Longer numbers are refused unread."""


def layouts_of_rank(rank: int) -> tuple[str, ...]:
    """The five layouts of a spatial rank: spatial alone, then channel-first/last, without and with batch."""
    spatial = SPATIAL_LETTERS[-rank:]
    return (spatial, f"C{spatial}", f"{spatial}C", f"NC{spatial}", f"N{spatial}C")


def default_layout(rank: int, has_channels: bool, has_batch: bool) -> str:
    """The layout of a spec that names none: as many axes as it speaks of, channel-first."""
    spatial, channel_first, _, batch_channel_first, _ = layouts_of_rank(rank)
    return batch_channel_first if has_batch else channel_first if has_channels else spatial


@dataclass(frozen=True)
class TextField:
    """One ``key=value`` of the text form.

    Attributes:
        key: as written.
        attribute: of a `ConvSpec`, as read and written.
        read: the attribute from (key, text).
        write: the text of the attribute; None where it goes without saying.
        help: one line about it.
        axis: the letter of the layout without which the attribute goes without saying; empty for none.
    """

    key: str
    attribute: str
    read: Callable[[str, str], Any]
    write: Callable[[Any], str | None]
    help: str
    axis: str = ""


def words_in(text: str) -> dict[str, str]:
    """The values of ``key=value`` words by key.

    Raises:
        SpecError: a word of another form, or a key given twice.
    """
    if not isinstance(text, str):
        raise SpecError(f"a spec is read from text such as 'input=4x6 kernel=2x3', got {text!r}")
    values: dict[str, str] = {}
    for word in text.split():
        key, equals, value = word.partition("=")
        if not equals:
            raise SpecError(f"{word!r} in {text!r} is not of the form key=value")
        if key in values:
            raise SpecError(f"{key!r} is given twice in {text!r}: {values[key]!r} and {value!r}")
        values[key] = value
    return values


def by(values: Sequence[int]) -> str:
    """Numbers per axis, as 4x6."""
    return "x".join(map(str, values))


def format_padding(padding: Sequence[tuple[int, int]]) -> str:
    """Padding per axis, as 1x0:2; a pair stands where before and after differ."""
    return "x".join(str(before) if before == after else f"{before}:{after}" for before, after in padding)


def padding_in_short(padding: Sequence[tuple[int, int]]) -> str:
    """Padding per axis for a reader: one number where all sides agree."""
    sides = {side for pair in padding for side in pair}
    return str(*sides) if len(sides) == 1 else format_padding(padding)


def _read_integer(key: str, text: str, part: str | None = None) -> int:
    digits = text if part is None else part
    # int() alone would admit "1_0", " 4" and digits of other scripts, and fail on thousands of digits.
    if not (digits.isascii() and digits.removeprefix("-").isdigit()):
        raise SpecError(f"{key}={text}: {digits!r} is not an integer")
    if len(digits) > DIGIT_LIMIT:
        raise SpecError(f"{key}={digits[:DIGIT_LIMIT]}…: a number of {len(digits):,} digits")
    return int(digits)


def _read_sizes(key: str, text: str) -> tuple[int, ...]:
    return tuple(_read_integer(key, text, part) for part in text.split("x"))


def _read_axis_values(key: str, text: str) -> int | tuple[int, ...]:
    values = _read_sizes(key, text)
    return values if len(values) > 1 else values[0]


def _read_padding(key: str, text: str) -> Padding:
    if text in NAMED_PADDINGS:
        return text
    if not set(text) <= set("0123456789-:x"):
        raise SpecError(
            f"{key}={text}: {text!r} is neither one of {', '.join(NAMED_PADDINGS)} nor numbers such as 1, 1x0, 0:1x2:0"
        )
    pairs = [tuple(_read_integer(key, text, side) for side in part.split(":")) for part in text.split("x")]
    if any(len(pair) > 2 for pair in pairs):
        raise SpecError(f"{key}={text}: an axis is padded by one number or by before:after")
    if pairs == [pairs[0][:1]]:
        return pairs[0][0]
    return tuple((pair[0], pair[-1]) for pair in pairs)


def _read_bias(key: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise SpecError(f"{key}={text}: say yes or no")
    return text == "yes"


def _read_text(_key: str, text: str) -> str:
    return text


def _unless_ones(values: tuple[int, ...]) -> str | None:
    return None if set(values) == {1} else by(values)


def _write_layout(layout: str) -> str | None:
    rank = sum(letter in layout for letter in SPATIAL_LETTERS)
    return None if layout == default_layout(rank, "C" in layout, "N" in layout) else layout


FIELDS = (
    TextField("input", "input_size", _read_sizes, by, "input size, such as 32x32"),
    TextField("kernel", "kernel_size", _read_axis_values, by, "kernel size, such as 3x3"),
    TextField("in-channels", "in_channels", _read_integer, str, "input channels C", axis="C"),
    TextField("out-channels", "out_channels", _read_integer, str, "output channels F", axis="C"),
    TextField("batch", "batch", _read_integer, str, "batch size N", axis="N"),
    TextField("stride", "stride", _read_axis_values, _unless_ones, "stride, such as 2 or 2x1"),
    TextField(
        "padding",
        "padding",
        _read_padding,
        lambda padding: format_padding(padding) if any(map(any, padding)) else None,
        "padding: 1, 1x0, 0:1x2:0 (before:after), valid, same, same_lower or full",
    ),
    TextField("dilation", "dilation", _read_axis_values, _unless_ones, "dilation; 1 is dense"),
    TextField(
        "groups",
        "groups",
        _read_integer,
        lambda groups: None if groups == 1 else str(groups),
        "channel groups",
    ),
    TextField(
        "bias", "bias", _read_bias, lambda bias: None if bias else "no", "whether b is added: yes or no"
    ),
    TextField("layout", "layout", _read_text, _write_layout, "layout of X and O, such as NCHW or HWC"),
)
"""The text form's keys, in the order in which a spec writes them."""

RANK = TextField("rank", "rank", _read_integer, str, "number of spatial axes: 1, 2 or 3")
"""What is said of layers of which no size is."""
