"""ConvSpec: the sizes and conventions of one convolution, validated and resolved.

Every other room receives a spec and asks it; none repeats its arithmetic. Per axis, with input size H,
kernel size M, stride S, dilation D and padding (before, after):

    effective kernel  E  = D (M - 1) + 1
    output size       Ho = floor((H + before + after - E) / S) + 1
    remainder         r  = (H + before + after - E) mod S
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from convgen.errors import SpecError

SPATIAL_LETTERS = "DHW"
AXIS_NAMES = {"D": "depth", "H": "height", "W": "width"}
NAMED_PADDINGS = ("valid", "same", "same_lower", "full")

Padding = int | str | Sequence[int | tuple[int, int]]


@dataclass(frozen=True)
class Axis:
    """One spatial axis of a convolution: plain numbers, and what follows from them."""

    input: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def effective(self) -> int:
        """E: the extent of the dilated kernel."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def slack(self) -> int:
        """The room in which the window moves; negative where the kernel does not fit."""
        return self.input + self.before + self.after - self.effective

    @property
    def output(self) -> int:
        """Ho: the number of window positions."""
        return self.slack // self.stride + 1

    @property
    def remainder(self) -> int:
        """r: how many trailing positions of the padded input no window reaches."""
        return self.slack % self.stride


@dataclass(frozen=True, init=False)
class ConvSpec:
    """One convolution layer: sizes, stride, padding, dilation, groups, channels, batch, bias and layout.

    Args:
        input_size: spatial size, one entry per axis; its length (1, 2 or 3) is the rank.
        kernel_size: spatial size of the kernel, one entry per axis.
        in_channels: C, 1 where not given.
        out_channels: F, 1 where not given.
        batch: N, 1 where not given.
        stride: S, an int or one per axis.
        padding: an int, one int per axis, one ``(before, after)`` pair per axis, or ``"valid"``, ``"same"``
            (the extra row goes after: ONNX SAME_UPPER), ``"same_lower"`` (before) or ``"full"`` (E - 1).
        dilation: D, an int or one per axis; 1 means dense.
        groups: how many groups the channels fall into; must divide both channel counts.
        bias: whether b is added.
        layout: the order of the axes of X and O, such as ``"NCHW"`` or ``"HWC"``; by default spatial axes
            alone, channel-first where channels are given, batch- and channel-first where batch is given.

    Raises:
        SpecError: a size that is not positive, a kernel that does not fit, groups that do not divide, ...

    The attributes hold resolved values: ``ConvSpec(..., padding="same")`` equals the spec with its pairs.
    """

    input_size: tuple[int, ...]
    kernel_size: tuple[int, ...]
    in_channels: int
    out_channels: int
    batch: int
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int
    bias: bool
    layout: str

    def __init__(
        self,
        input_size: int | Sequence[int],
        kernel_size: int | Sequence[int],
        in_channels: int | None = None,
        out_channels: int | None = None,
        batch: int | None = None,
        stride: int | Sequence[int] = 1,
        padding: Padding = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        layout: str | None = None,
    ) -> None:
        sizes = (input_size,) if _is_integer(input_size) else tuple(_sequence("input_size", input_size))
        rank = len(sizes)
        if rank not in (1, 2, 3):
            raise SpecError(f"input_size {input_size!r} has {rank} axes; spatial rank is 1, 2 or 3")
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731 -- the class is frozen
        put("input_size", _per_axis("input_size", sizes, rank))
        put("kernel_size", _per_axis("kernel_size", kernel_size, rank))
        put("stride", _per_axis("stride", stride, rank))
        put("dilation", _per_axis("dilation", dilation, rank))
        put("in_channels", _positive("in_channels", 1 if in_channels is None else in_channels))
        put("out_channels", _positive("out_channels", 1 if out_channels is None else out_channels))
        put("batch", _positive("batch", 1 if batch is None else batch))
        put("groups", _positive("groups", groups))
        if not isinstance(bias, bool):
            raise SpecError(f"bias must be True or False, got {bias!r}")
        put("bias", bias)
        put("padding", self._resolved_padding(padding))
        has_channels = in_channels is not None or out_channels is not None
        put("layout", _default_layout(rank, has_channels, batch is not None) if layout is None else layout)
        self._check_layout()
        self._check_groups()
        self._check_fit()

    # ---- what the spec knows about itself -------------------------------------------------------------

    @property
    def rank(self) -> int:
        """Number of spatial axes: 1, 2 or 3."""
        return len(self.input_size)

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The spatial axes, each with its own numbers."""
        return tuple(
            Axis(size, kernel, stride, dilation, before, after)
            for size, kernel, stride, dilation, (before, after) in zip(
                self.input_size, self.kernel_size, self.stride, self.dilation, self.padding, strict=True
            )
        )

    @property
    def axis_names(self) -> tuple[str, ...]:
        """The words for the spatial axes: depth, height, width, as the rank has them."""
        return tuple(AXIS_NAMES[letter] for letter in SPATIAL_LETTERS[-self.rank :])

    @property
    def output_size(self) -> tuple[int, ...]:
        """Ho per axis."""
        return tuple(axis.output for axis in self.axes)

    @property
    def group_in_channels(self) -> int:
        """Input channels of one group, C / groups."""
        return self.in_channels // self.groups

    @property
    def group_out_channels(self) -> int:
        """Output channels of one group, F / groups."""
        return self.out_channels // self.groups

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of X (and dX) in the layout."""
        return self._arranged(self.in_channels, self.input_size)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of O (and dO) in the layout."""
        return self._arranged(self.out_channels, self.output_size)

    @property
    def kernel_layout(self) -> str:
        """Order of the kernel's axes: spatial alone, O I spatial, or spatial I O."""
        spatial = SPATIAL_LETTERS[-self.rank :]
        if "C" not in self.layout:
            return spatial
        return f"{spatial}IO" if self.layout.endswith("C") else f"OI{spatial}"

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        """Shape of K (and dK): ``kernel_size``, O I spatial, or spatial I O, with I = C / groups."""
        sizes = dict(zip(SPATIAL_LETTERS[-self.rank :], self.kernel_size, strict=True))
        sizes |= {"O": self.out_channels, "I": self.group_in_channels}
        return tuple(sizes[letter] for letter in self.kernel_layout)

    @property
    def bias_shape(self) -> tuple[int]:
        """Shape of b (and db): always ``(out_channels,)``."""
        return (self.out_channels,)

    @property
    def multiply_adds(self) -> int:
        """Products of the forward pass that meet the input; those that meet padding are not counted."""
        count = self.batch * self.groups * self.group_in_channels * self.group_out_channels
        for axis in self.axes:
            count *= _products_on(axis)
        return count

    # ---- text -----------------------------------------------------------------------------------------

    def __str__(self) -> str:
        """Canonical text, the grammar of the command line: ``input=4x6 kernel=2x3 stride=2x1``."""
        return " ".join(f"{field.key}={text}" for field in FIELDS if (text := field.format(self)) is not None)

    @classmethod
    def parse(cls, text: str) -> ConvSpec:
        """Read what ``str(spec)`` writes: ``key=value`` words in any order, separated by spaces.

        Raises:
            SpecError: an unknown or repeated key, a value that cannot be read, or an impossible layer.
        """
        values: dict[str, str] = {}
        for word in text.split():
            key, equals, value = word.partition("=")
            if not equals:
                raise SpecError(f"{word!r} in {text!r} is not of the form key=value")
            if key in values:
                raise SpecError(f"{key!r} is given twice in {text!r}: {values[key]!r} and {value!r}")
            values[key] = value
        return cls.from_text(values)

    @classmethod
    def from_text(cls, values: Mapping[str, str]) -> ConvSpec:
        """Build a spec from texts by key, as the command line and manifests have them.

        Raises:
            SpecError: an unknown key, a missing input or kernel, or a value that cannot be read.
        """
        fields = {field.key: field for field in FIELDS}
        for key in values:
            if key not in fields:
                raise SpecError(f"unknown key {key!r}; a spec has {', '.join(fields)}")
        for key in ("input", "kernel"):
            if key not in values:
                raise SpecError(f"a spec needs {key}=..., got {dict(values)!r}")
        return cls(**{fields[key].attribute: fields[key].read(key, text) for key, text in values.items()})

    # ---- resolving and checking -----------------------------------------------------------------------

    def _arranged(self, channels: int, spatial: tuple[int, ...]) -> tuple[int, ...]:
        sizes = dict(zip(SPATIAL_LETTERS[-self.rank :], spatial, strict=True))
        sizes |= {"N": self.batch, "C": channels}
        return tuple(sizes[letter] for letter in self.layout)

    def _resolved_padding(self, padding: Padding) -> tuple[tuple[int, int], ...]:
        if isinstance(padding, str):
            if padding not in NAMED_PADDINGS:
                raise SpecError(
                    f"unknown padding {padding!r}; named paddings are {', '.join(NAMED_PADDINGS)}"
                )
            return tuple(
                _named_padding(padding, Axis(size, kernel, stride, dilation, 0, 0))
                for size, kernel, stride, dilation in zip(
                    self.input_size, self.kernel_size, self.stride, self.dilation, strict=True
                )
            )
        rank = self.rank
        entries = (padding,) * rank if _is_integer(padding) else tuple(_sequence("padding", padding))
        if len(entries) != rank:
            raise SpecError(f"padding {padding!r} has {len(entries)} entries for {rank} axes")
        return tuple(_padding_pair(entry, padding) for entry in entries)

    def _check_layout(self) -> None:
        layouts = layouts_of_rank(self.rank)
        if self.layout not in layouts:
            raise SpecError(
                f"unknown layout {self.layout!r} for rank {self.rank}; choose one of {', '.join(layouts)}"
            )
        if "C" not in self.layout and (self.in_channels, self.out_channels) != (1, 1):
            raise SpecError(
                f"layout {self.layout} has no channel axis, but in_channels is {self.in_channels} "
                f"and out_channels is {self.out_channels}"
            )
        if "N" not in self.layout and self.batch != 1:
            raise SpecError(f"layout {self.layout} has no batch axis, but batch is {self.batch}")

    def _check_groups(self) -> None:
        for name in ("in_channels", "out_channels"):
            if getattr(self, name) % self.groups:
                raise SpecError(f"groups {self.groups} does not divide {name} {getattr(self, name)}")

    def _check_fit(self) -> None:
        for name, axis in zip(self.axis_names, self.axes, strict=True):
            if axis.slack < 0:
                effective = tuple(each.effective for each in self.axes)
                dilated = f" (dilated {_by(effective)})" if effective != self.kernel_size else ""
                padded = axis.input + axis.before + axis.after
                raise SpecError(
                    f"kernel {_by(self.kernel_size)}{dilated} does not fit input {_by(self.input_size)} "
                    f"with padding {_format_padding(self.padding)}: {name} {padded} < {axis.effective}"
                )


def layouts_of_rank(rank: int) -> tuple[str, ...]:
    """The five layouts of a spatial rank: spatial alone, then channel-first/last, without and with batch."""
    spatial = SPATIAL_LETTERS[-rank:]
    return (spatial, f"C{spatial}", f"{spatial}C", f"NC{spatial}", f"N{spatial}C")


def _default_layout(rank: int, has_channels: bool, has_batch: bool) -> str:
    spatial, channel_first, _, batch_channel_first, _ = layouts_of_rank(rank)
    return batch_channel_first if has_batch else channel_first if has_channels else spatial


def _named_padding(name: str, axis: Axis) -> tuple[int, int]:
    if name == "valid":
        return (0, 0)
    if name == "full":
        return (axis.effective - 1, axis.effective - 1)
    output = -(-axis.input // axis.stride)
    total = max(0, (output - 1) * axis.stride + axis.effective - axis.input)
    smaller, larger = total // 2, total - total // 2
    return (smaller, larger) if name == "same" else (larger, smaller)


def _padding_pair(entry: Any, padding: Any) -> tuple[int, int]:
    if _is_integer(entry):
        pair = (operator.index(entry), operator.index(entry))
    else:
        pair = tuple(_sequence("padding", entry))
        if len(pair) != 2 or not all(_is_integer(side) for side in pair):
            raise SpecError(f"padding {padding!r}: {entry!r} is neither an int nor a (before, after) pair")
        pair = (operator.index(pair[0]), operator.index(pair[1]))
    if min(pair) < 0:
        raise SpecError(f"padding must not be negative, got {min(pair)} in {padding!r}")
    return pair


def _products_on(axis: Axis) -> int:
    return sum(
        0 <= o * axis.stride + k * axis.dilation - axis.before < axis.input
        for o in range(axis.output)
        for k in range(axis.kernel)
    )


def _is_integer(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, bool)


def _sequence(name: str, value: Any) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise SpecError(f"{name} must be an integer or a sequence of integers, got {value!r}")
    return value


def _positive(name: str, value: Any) -> int:
    if not _is_integer(value):
        raise SpecError(f"{name} must be an integer, got {value!r}")
    if value < 1:
        raise SpecError(f"{name} must be at least 1, got {value!r}")
    return operator.index(value)


def _per_axis(name: str, value: Any, rank: int) -> tuple[int, ...]:
    entries = (value,) * rank if _is_integer(value) else tuple(_sequence(name, value))
    if len(entries) != rank:
        raise SpecError(f"{name} {value!r} has {len(entries)} entries for {rank} axes")
    return tuple(_positive(name, entry) for entry in entries)


# ---- the text form: one table for parse, str, the command line and manifests -----------------------------


@dataclass(frozen=True)
class TextField:
    """One ``key=value`` of the text form: how its text is read, and how a spec writes it."""

    key: str
    attribute: str
    read: Callable[[str, str], Any]
    format: Callable[[ConvSpec], str | None]  # None where the value goes without saying
    help: str


def _by(values: Sequence[int]) -> str:
    return "x".join(map(str, values))


def _format_padding(padding: tuple[tuple[int, int], ...]) -> str:
    return "x".join(str(before) if before == after else f"{before}:{after}" for before, after in padding)


def _read_integer(key: str, text: str) -> int:
    # int() alone would admit "1_0", " 4" and digits of other scripts.
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        raise SpecError(f"{key}={text}: {text!r} is not an integer")
    return int(text)


def _read_sizes(key: str, text: str) -> tuple[int, ...]:
    return tuple(_read_integer(key, part) for part in text.split("x"))


def _read_axis_values(key: str, text: str) -> int | tuple[int, ...]:
    values = _read_sizes(key, text)
    return values if len(values) > 1 else values[0]


def _read_padding(key: str, text: str) -> Padding:
    if text in NAMED_PADDINGS:
        return text
    pairs = [tuple(_read_integer(key, side) for side in part.split(":")) for part in text.split("x")]
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
    return None if set(values) == {1} else _by(values)


FIELDS = (
    TextField("input", "input_size", _read_sizes, lambda s: _by(s.input_size), "input size, such as 32x32"),
    TextField("kernel", "kernel_size", _read_axis_values, lambda s: _by(s.kernel_size), "kernel size, such as 3x3"),
    TextField(
        "in-channels", "in_channels", _read_integer,
        lambda s: str(s.in_channels) if "C" in s.layout else None, "input channels C",
    ),
    TextField(
        "out-channels", "out_channels", _read_integer,
        lambda s: str(s.out_channels) if "C" in s.layout else None, "output channels F",
    ),
    TextField("batch", "batch", _read_integer, lambda s: str(s.batch) if "N" in s.layout else None, "batch size N"),
    TextField("stride", "stride", _read_axis_values, lambda s: _unless_ones(s.stride), "stride, such as 2 or 2x1"),
    TextField(
        "padding", "padding", _read_padding,
        lambda s: _format_padding(s.padding) if any(map(any, s.padding)) else None,
        "padding: 1, 1x0, 0:1x2:0 (before:after), valid, same, same_lower or full",
    ),
    TextField("dilation", "dilation", _read_axis_values, lambda s: _unless_ones(s.dilation), "dilation; 1 is dense"),
    TextField("groups", "groups", _read_integer, lambda s: None if s.groups == 1 else str(s.groups), "channel groups"),
    TextField("bias", "bias", _read_bias, lambda s: None if s.bias else "no", "whether b is added: yes or no"),
    TextField(
        "layout", "layout", _read_text,
        lambda s: None if s.layout == _default_layout(s.rank, "C" in s.layout, "N" in s.layout) else s.layout,
        "layout of X and O, such as NCHW or HWC",
    ),
)  # fmt: skip
"""The text form's keys, in the order in which a spec writes them."""
