"""What other people's tests use: a Hypothesis strategy over every convolution that convgen accepts.

    from hypothesis import given
    from convgen.testing import conv_specs

    @given(conv_specs(layout="NCHW", max_channels=8))
    def test_my_layer(spec): ...

Hypothesis is loaded when the strategy is asked for, so that importing this module needs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convgen.errors import MissingDependencyError, SpecError
from convgen.spec import NAMED_PADDINGS, Axis, ConvSpec, Padding, layouts_of_rank
from convgen.testing.arguments import in_our_words

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


@in_our_words
def conv_specs(
    *,
    rank: int | None = None,
    input_size: int | Sequence[int] | None = None,
    kernel_size: int | Sequence[int] | None = None,
    in_channels: int | None = None,
    out_channels: int | None = None,
    batch: int | None = None,
    stride: int | Sequence[int] | None = None,
    padding: Padding | None = None,
    dilation: int | Sequence[int] | None = None,
    groups: int | None = None,
    bias: bool | None = None,
    layout: str | None = None,
    max_size: int = 6,
    max_kernel: int = 4,
    max_stride: int = 4,
    max_dilation: int = 3,
    max_channels: int = 6,
    max_groups: int = 3,
    max_batch: int = 3,
) -> SearchStrategy[ConvSpec]:
    """A Hypothesis strategy that draws valid specs and shrinks towards ``ConvSpec(1, 1)``.

    The arguments of `ConvSpec` are drawn unless given; one that is given is held. Every spec is constructed
    rather than filtered, so nothing is rejected. Without any argument it reaches kernels larger than the
    input, strides larger than the kernel, remainders, more padding than the kernel needs, asymmetric
    padding, even "same", 1x1 kernels, inputs and outputs of size 1, depthwise and grouped layers, and
    every layout of every rank.

    Args:
        rank: number of spatial axes, 1 to 3.
        input_size: spatial size; an int stands for every axis.
        kernel_size: spatial size of the kernel; an int stands for every axis.
        in_channels: C.
        out_channels: F.
        batch: N.
        stride: S; an int stands for every axis.
        padding: any form that `ConvSpec` takes, named ones included.
        dilation: D; an int stands for every axis.
        groups: number of channel groups.
        bias: whether b is added.
        layout: such as ``"NCHW"``; settles the rank too.
        max_size: largest spatial size of an input that is drawn.
        max_kernel: largest kernel size that is drawn, before dilation.
        max_stride: largest stride that is drawn.
        max_dilation: largest dilation that is drawn.
        max_channels: largest number of input or output channels that is drawn.
        max_groups: largest number of groups that is drawn.
        max_batch: largest batch that is drawn.

    Raises:
        MissingDependencyError: Hypothesis is not installed.
        SpecError: what is asked for cannot hold together; raised here or, where it depends on
            numbers that are drawn, by the first draw.
    """
    try:
        from hypothesis import strategies
    except ImportError as error:
        raise MissingDependencyError(
            "conv_specs draws through Hypothesis, which is not installed: pip install hypothesis"
        ) from error

    ranges = {
        "input_size": (input_size, max_size),
        "kernel_size": (kernel_size, max_kernel),
        "stride": (stride, max_stride),
        "dilation": (dilation, max_dilation),
    }
    channels = {"in_channels": in_channels, "out_channels": out_channels}
    counts: dict[str, Any] = channels | {"batch": batch, "groups": groups, "max_channels": max_channels}
    counts |= {"max_groups": max_groups, "max_batch": max_batch}
    for name, count in counts.items():
        _require_positive(name, count)
    for name, (value, limit) in ranges.items():
        _require_positive(name, value)
        _require_positive(f"the limit of {name}", limit)
    per_axis = {name: value for name, (value, _) in ranges.items()} | {"padding": padding}
    places = [
        (of_rank, in_layout)
        for of_rank in (1, 2, 3)
        for in_layout in layouts_of_rank(of_rank)
        if rank in (None, of_rank)
        and layout in (None, in_layout)
        and all(_goes_with_rank(value, of_rank) for value in per_axis.values())
        and ("C" in in_layout or {in_channels, out_channels, groups} <= {None, 1})
        and ("N" in in_layout or batch in (None, 1))
    ]
    if not places:
        held = {"rank": rank, "layout": layout, "batch": batch, "groups": groups} | channels | per_axis
        asked = ", ".join(f"{name}={value!r}" for name, value in held.items() if value is not None)
        raise SpecError(f"no layout of rank 1, 2 or 3 goes with {asked}")

    @strategies.composite
    def specs(draw: Callable[..., Any]) -> ConvSpec:
        def between(low: int, high: int) -> int:
            return int(draw(strategies.integers(low, high)))

        rank, layout = draw(strategies.sampled_from(places))
        bounds = [{name: _range(*ranges[name], d) for name in ranges} for d in range(rank)]
        form = draw(strategies.sampled_from(_forms_that_fit(padding, bounds)))
        axes = [_draw_axis(between, of_axis, _room(form, d)) for d, of_axis in enumerate(bounds)]
        held = channels if "C" in layout else dict.fromkeys(channels, 1)
        common = draw(strategies.sampled_from(_group_counts(held, max_channels, *_range(groups, max_groups))))
        drawn = {
            name: common * between(1, max_channels // common) if size is None else size
            for name, size in held.items()
        }
        return ConvSpec(
            input_size=tuple(axis.input for axis in axes),
            kernel_size=tuple(axis.kernel for axis in axes),
            in_channels=drawn["in_channels"],
            out_channels=drawn["out_channels"],
            batch=between(*_range(batch if "N" in layout else 1, max_batch)),
            stride=tuple(axis.stride for axis in axes),
            padding=form(between, axes) if callable(form) else form,
            dilation=tuple(axis.dilation for axis in axes),
            groups=common,
            bias=draw(strategies.sampled_from((True, False))) if bias is None else bias,
            layout=layout,
        )

    strategy: SearchStrategy[ConvSpec] = specs()
    return strategy


Between = Callable[[int, int], int]
"""Draws a number between two bounds, both included."""


def _goes_with_rank(value: Any, rank: int) -> bool:
    return isinstance(value, str) or not isinstance(value, Sequence) or len(value) == rank


def _range(value: int | Sequence[int] | None, limit: int, axis: int = 0) -> tuple[int, int]:
    """The range of a number: itself where it is held, from 1 to its limit where it is drawn."""
    if value is None:
        return 1, limit
    number = value[axis] if isinstance(value, Sequence) else value
    return number, number


def _require_positive(name: str, value: Any) -> None:
    for number in value if isinstance(value, Sequence) else (value,):
        if number is not None and (not hasattr(number, "__index__") or number < 1):
            raise SpecError(f"conv_specs: {name} must be a positive integer or one per axis, got {value!r}")


# ---- one axis: kernel, dilation and input such that E = D (M - 1) + 1 fits the input and its padding -------

Bounds = Mapping[str, tuple[int, int]]
"""The smallest and the largest value of each size of an axis."""


def _room(form: Any, axis: int) -> int | None:
    """How much padding may add to an input smaller than the kernel; None: as much as it takes."""
    if callable(form) or isinstance(form, str):
        return 0 if form == "valid" else None
    entry = form[axis] if isinstance(form, Sequence) else form
    return sum(entry) if isinstance(entry, Sequence) else 2 * entry


def _largest_extent(bounds: Bounds, room: int | None) -> int:
    """The largest E that fits; where padding adds what it takes, that of the largest kernel."""
    largest = bounds["dilation"][1] * (bounds["kernel_size"][1] - 1) + 1
    return largest if room is None else min(largest, bounds["input_size"][1] + room)


def _forms_that_fit(padding: Padding | None, bounds: Sequence[Bounds]) -> list[Any]:
    """The paddings with which the smallest kernel fits the largest input."""
    forms = (*NAMED_PADDINGS, *DRAWN_PADDINGS) if padding is None else (padding,)
    smallest = [of_axis["dilation"][0] * (of_axis["kernel_size"][0] - 1) + 1 for of_axis in bounds]
    fitting = [
        form
        for form in forms
        if all(
            extent <= _largest_extent(of_axis, _room(form, d))
            for d, (extent, of_axis) in enumerate(zip(smallest, bounds, strict=True))
        )
    ]
    if not fitting:
        largest = [of_axis["input_size"][1] for of_axis in bounds]
        raise SpecError(
            f"conv_specs: kernels of extent {smallest} do not fit inputs of at most {largest} "
            f"with padding {padding!r}"
        )
    return fitting


def _draw_axis(between: Between, bounds: Bounds, room: int | None) -> Axis:
    """Sizes of one axis that fit, padding aside."""
    (kernel_low, kernel_high), (dilation_low, dilation_high) = bounds["kernel_size"], bounds["dilation"]
    input_low, input_high = bounds["input_size"]
    reach = _largest_extent(bounds, room) - 1  # D (M - 1) is at most this
    kernel = between(kernel_low, min(kernel_high, reach // dilation_low + 1))
    if kernel > 1:
        dilation_high = min(dilation_high, reach // (kernel - 1))
    dilation = between(dilation_low, dilation_high)
    stride = between(*bounds["stride"])
    if room is not None:
        input_low = max(input_low, dilation * (kernel - 1) + 1 - room)
    return Axis(between(input_low, input_high), kernel, stride, dilation, 0, 0)


def _group_counts(
    held: Mapping[str, int | None], max_channels: int, smallest: int, largest: int
) -> list[int]:
    """The group counts that divide the channel counts that are held and leave room for those that are not."""
    counts = [
        count
        for count in range(smallest, largest + 1)
        if all(count <= max_channels if size is None else size % count == 0 for size in held.values())
    ]
    if not counts:
        raise SpecError(
            f"conv_specs: groups of {smallest} to {largest} do not divide "
            + ", ".join(
                f"{name} of at most {max_channels}" if size is None else f"{name} {size}"
                for name, size in held.items()
            )
        )
    return counts


# ---- padding drawn as numbers: such that the kernel fits, up to E + 1, one more than the kernel reaches ----


def _one_number(between: Between, axes: Sequence[Axis]) -> Padding:
    return between(max(map(_least_on_each_side, axes)), max(axis.effective + 1 for axis in axes))


def _number_per_axis(between: Between, axes: Sequence[Axis]) -> Padding:
    return tuple(between(_least_on_each_side(axis), axis.effective + 1) for axis in axes)


def _pair_per_axis(between: Between, axes: Sequence[Axis]) -> Padding:
    befores = [between(0, axis.effective + 1) for axis in axes]
    return tuple(
        (before, between(max(0, -axis.slack - before), axis.effective + 1))
        for before, axis in zip(befores, axes, strict=True)
    )


def _least_on_each_side(axis: Axis) -> int:
    return max(0, -(axis.slack // 2))


DRAWN_PADDINGS = (_one_number, _number_per_axis, _pair_per_axis)
"""The forms in which a padding is drawn as numbers."""
