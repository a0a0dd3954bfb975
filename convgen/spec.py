"""ConvSpec: the sizes and conventions of one convolution, validated and resolved.

Every other room receives a spec and asks it; none repeats its arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from convgen.axis import (
    NAMED_PADDINGS,
    Axis,
    Padding,
    as_sequence,
    is_integer,
    padding_per_axis,
    per_axis,
    positive,
)
from convgen.errors import SpecError
from convgen.spec_text import (
    FIELDS,
    SPATIAL_LETTERS,
    TextField,
    by,
    default_layout,
    layouts_of_rank,
    padding_in_short,
    words_in,
)

__all__ = [
    "AXIS_NAMES",
    "FIELDS",
    "NAMED_PADDINGS",
    "SPATIAL_LETTERS",
    "Axis",
    "ConvSpec",
    "Padding",
    "TextField",
    "layouts_of_rank",
]

AXIS_NAMES = {"D": "depth", "H": "height", "W": "width"}


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
        sizes = (input_size,) if is_integer(input_size) else tuple(as_sequence("input_size", input_size))
        rank = len(sizes)
        if rank not in (1, 2, 3):
            raise SpecError(f"input_size {input_size!r} has {rank} axes; spatial rank is 1, 2 or 3")
        if not isinstance(bias, bool):
            raise SpecError(f"bias must be True or False, got {bias!r}")
        put = partial(object.__setattr__, self)  # the class is frozen
        put("input_size", per_axis("input_size", sizes, rank))
        put("kernel_size", per_axis("kernel_size", kernel_size, rank))
        put("stride", per_axis("stride", stride, rank))
        put("dilation", per_axis("dilation", dilation, rank))
        put("in_channels", positive("in_channels", 1 if in_channels is None else in_channels))
        put("out_channels", positive("out_channels", 1 if out_channels is None else out_channels))
        put("batch", positive("batch", 1 if batch is None else batch))
        put("groups", positive("groups", groups))
        put("bias", bias)
        unpadded = ((0, 0),) * rank
        put("padding", padding_per_axis(padding, self._axes_paddedby(unpadded)))
        has_channels = in_channels is not None or out_channels is not None
        put("layout", default_layout(rank, has_channels, batch is not None) if layout is None else layout)
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
        return self._axes_paddedby(self.padding)

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
            count *= axis.products
        return count

    # ---- text -----------------------------------------------------------------------------------------

    def __str__(self) -> str:
        """Canonical text, the grammar of the command line: ``input=4x6 kernel=2x3 stride=2x1``."""
        told = [field for field in FIELDS if field.axis in self.layout]
        texts = {field.key: field.write(getattr(self, field.attribute)) for field in told}
        return " ".join(f"{key}={text}" for key, text in texts.items() if text is not None)

    @classmethod
    def parse(cls, text: str) -> ConvSpec:
        """Read what ``str(spec)`` writes: ``key=value`` words in any order, separated by spaces.

        Raises:
            SpecError: an unknown or repeated key, a value that cannot be read, or an impossible layer.
        """
        return cls.from_text(words_in(text))

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

    def _axes_paddedby(self, padding: tuple[tuple[int, int], ...]) -> tuple[Axis, ...]:
        return tuple(
            Axis(size, kernel, stride, dilation, before, after)
            for size, kernel, stride, dilation, (before, after) in zip(
                self.input_size, self.kernel_size, self.stride, self.dilation, padding, strict=True
            )
        )

    def _arranged(self, channels: int, spatial: tuple[int, ...]) -> tuple[int, ...]:
        sizes = dict(zip(SPATIAL_LETTERS[-self.rank :], spatial, strict=True))
        sizes |= {"N": self.batch, "C": channels}
        return tuple(sizes[letter] for letter in self.layout)

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
                dilated = f" (dilated {by(effective)})" if effective != self.kernel_size else ""
                padded = axis.input + axis.before + axis.after
                raise SpecError(
                    f"kernel {by(self.kernel_size)}{dilated} does not fit input {by(self.input_size)} "
                    f"with padding {padding_in_short(self.padding)}: {name} {padded} < {axis.effective}"
                )
