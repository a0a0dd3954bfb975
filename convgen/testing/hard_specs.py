"""The traps: small layers, each hard for a reason, on which implementations and derivations go wrong.

    import pytest
    from convgen.testing import hard_specs

    @pytest.mark.parametrize("spec", hard_specs(layout="NCHW"))
    def test_my_layer(spec): ...

With convgen's pytest plugin, which is found by itself, each case is named after its trap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from convgen.errors import SpecError
from convgen.spec import ConvSpec, layouts_of_rank
from convgen.testing.arguments import require_known


@dataclass(frozen=True)
class Trap:
    """A layer and what is hard about it.

    Attributes:
        name: in words joined by hyphens, as test ids have them.
        reason: what goes wrong there.
        spec: the layer.
    """

    name: str
    reason: str
    spec: ConvSpec


def _trap(name: str, reason: str, *sizes: Any, **more: Any) -> Trap:
    return Trap(name, reason, ConvSpec(*sizes, **more))


def _wide(input_size: Any, kernel_size: Any, **more: Any) -> ConvSpec:
    """Batch 2, two groups of 2 input and 3 output channels: whatever could be confused differs."""
    return ConvSpec(input_size, kernel_size, 4, 6, 2, groups=2, **more)


_OF_CHANNELS_AND_BATCH = (
    _trap("channels", "dX sums over output channels and dK over none: C ≠ F", (3, 4), (2, 3), 2, 3, 1),
    _trap("batch", "dK and db sum over the batch, dX does not", (3, 4), (2, 1), 1, 1, 3),
    _trap("groups", "a group reads its own channels alone", (3, 4), (2, 3), 4, 6, 2, groups=2),
    _trap("depthwise", "as many groups as channels", (4, 3), (2, 2), 3, 3, 2, groups=3),
    _trap("depthwise-multiplier", "two output channels read one input channel", (4, 3), (3, 2), 2, 4, 2, groups=2),
)  # fmt: skip
"""Traps of which nothing is left in a layout of spatial axes alone."""

TRAPS = (
    *_OF_CHANNELS_AND_BATCH,
    _trap("no-bias", "b is absent, and so is db", (3, 4), (2, 2), 2, 3, 2, bias=False),
    # stride and remainder
    _trap("stride", "dO is dilated for dX and for dK", (5, 8), (3, 2), 2, 3, 2, stride=(2, 3)),
    _trap(
        "remainder-unread", "the last rows of X are never read; dX is 0 there and has them all the same",
        (6, 8), (3, 2), 2, 3, 2, stride=(2, 4),
    ),
    _trap(
        "remainder-read", "padding after the input makes the rows of the remainder count",
        (5, 6), (2, 3), 2, 3, 2, stride=(2, 3), padding=((0, 2), (1, 3)),
    ),
    _trap(
        "remainder-beyond-dilation", "the correlation for dK has more than M entries and must be cropped",
        (8, 9), (2, 2), 2, 3, 2, stride=4, dilation=(1, 2),
    ),
    _trap("stride-beyond-kernel", "rows between windows are read by none", (7, 8), (2, 1), 2, 3, 2, stride=(3, 2)),
    _trap("strides-of-two-axes", "each axis has its own stride", (7, 7), (2, 2), 2, 3, 2, stride=(1, 3)),
    # padding
    _trap("asymmetric", "padding before and after differ", (4, 5), (3, 3), 2, 3, 2, padding=((0, 2), (2, 1))),
    _trap(
        "padding-beyond-kernel", "P > E-1 on both sides: dO is cropped, not padded",
        (3, 4), (2, 2), 2, 3, 2, padding=((3, 2), (2, 4)),
    ),
    _trap(
        "crop-and-pad", "dO is cropped before and padded after at once", (1, 1), (1, 1), 2, 3, 2,
        stride=3, padding=((2, 0), (1, 0)),
    ),
    _trap("even-same", "the extra row of same goes after", (4, 5), (2, 4), 2, 3, 2, padding="same"),
    _trap("even-same-lower", "the extra row of same_lower goes before", (4, 5), (2, 4), 2, 3, 2, padding="same_lower"),
    _trap("strided-same", "odd kernels are padded unevenly too", (4, 6), (3, 3), 2, 3, 2, stride=2, padding="same"),
    _trap("full", "every product that can be", (3, 2), (2, 3), 2, 3, 2, padding="full"),
    _trap("paddings-of-two-axes", "each axis has its own padding", (4, 4), (3, 3), 2, 3, 2, padding=(0, 1)),
    # dilation
    _trap("dilation", "kernel taps lie apart in X, and so in dX", (7, 6), (3, 2), 2, 3, 2, dilation=(2, 3)),
    _trap(
        "dilation-with-stride", "stride 3 meets dilation 2, and neither divides the other",
        (9, 8), (3, 2), 2, 3, 2, stride=(3, 2), dilation=(2, 3), padding=((1, 2), (0, 3)),
    ),
    _trap("stride-equals-dilation", "S = D: every second row is read", (7, 7), (2, 3), 2, 3, 2, stride=2, dilation=2),
    _trap("dilations-of-two-axes", "each axis has its own dilation", (6, 6), (2, 2), 2, 3, 2, dilation=(1, 3)),
    # sizes
    _trap("not-square", "H ≠ W, M ≠ N: nothing fits by accident", (3, 6), (1, 4), 2, 3, 2),
    _trap("square", "only values give a transpose away", (3, 3), (2, 2), 2, 2, 2),
    _trap("one-by-one", "a kernel of one entry at stride 2", (3, 4), (1, 1), 2, 3, 2, stride=2),
    _trap("one-output", "one window; the kernel is as large as the input", (3, 2), (3, 2), 2, 3, 2),
    _trap("one-row", "an axis of size 1", (1, 5), (1, 3), 2, 3, 2, padding=(0, 1)),
    _trap(
        "kernel-beyond-input", "the kernel is larger than the input and reads mostly padding",
        (2, 1), (3, 4), 2, 3, 2, padding=((1, 2), (3, 1)),
    ),
    _trap(
        "dilated-beyond-input", "the dilated kernel is larger than the input",
        (3, 2), (2, 3), 2, 3, 2, stride=(2, 1), padding=((2, 3), (1, 4)), dilation=(4, 2),
    ),
    Trap(
        "everything", "all of it at once",
        _wide((8, 6), (3, 2), stride=(3, 2), dilation=(2, 3), padding=((5, 2), (0, 2))),
    ),
    # other ranks
    Trap("rank-1", "one spatial axis", _wide((9,), (2,), stride=4, dilation=2, padding=((3, 2),))),
    _trap("causal", "all padding before the input", (6,), (3,), 2, 3, 2, dilation=2, padding=((4, 0),)),
    Trap(
        "rank-3", "three spatial axes",
        _wide((4, 3, 5), (2, 1, 3), stride=(2, 1, 3), padding=((0, 1), 1, (2, 0)), dilation=(2, 1, 1)),
    ),
    # layouts: those of spatial axes alone and without a batch have traps of their own
    *(
        _trap(
            f"layout-{layout}", f"axes in the order {layout}",
            (4, 3, 5)[-rank:], (2, 1, 3)[-rank:], stride=(2, 1, 2)[-rank:], padding=((1, 0), (0, 1), (2, 1))[-rank:],
            **({"in_channels": 2, "out_channels": 4, "groups": 2} if "C" in layout else {}),
            batch=2 if "N" in layout else None, layout=layout,
        )
        for rank in (1, 2, 3)
        for layout in layouts_of_rank(rank)
    ),
)  # fmt: skip
"""Every trap with its name and reason."""

HARD_SPECS = tuple(trap.spec for trap in TRAPS)
"""The layers of `TRAPS`: ranks 1, 2 and 3, channel-first, and one in every layout."""


def hard_specs(**held: Any) -> tuple[ConvSpec, ...]:
    """The traps that are left where arguments of `ConvSpec` are held.

    Args:
        held: ``layout="NHWC"`` rewrites the traps of that rank in that layout, with one channel, group or image
            where it has no axis for more; ``rank=2`` keeps the traps of a rank; ``bias=False`` leaves out every
            bias; anything else, such as ``dilation=1``, ``groups=1`` or ``max_size=5``, keeps the traps that
            have it.

    Returns:
        Different layers, in the order of `TRAPS`.

    Raises:
        SpecError: an argument that no layer has, or that leaves no trap.
    """
    require_known("hard_specs", held, (*_FIELDS, "rank", *_LIMITS))
    rewritten = {name: held[name] for name in ("layout", "bias") if held.get(name) is not None}
    kept = {name: value for name, value in held.items() if name not in rewritten and value is not None}
    found: dict[ConvSpec, None] = {}
    for spec in HARD_SPECS:
        try:
            candidate = with_arguments(spec, _without_axes(rewritten.get("layout", spec.layout)) | rewritten)
        except SpecError:  # of another rank
            continue
        if all(has_argument(candidate, name, value) for name, value in kept.items()):
            found.setdefault(candidate)
    if not found:
        asked = ", ".join(f"{name}={value!r}" for name, value in held.items())
        raise SpecError(f"no trap is left where {asked}")
    return tuple(found)


def _without_axes(layout: str) -> dict[str, int]:
    """The counts that a layout has no axis for, each 1."""
    channels = () if "C" in layout else ("in_channels", "out_channels", "groups")
    batch = () if "N" in layout else ("batch",)
    return dict.fromkeys((*channels, *batch), 1)


def with_arguments(spec: ConvSpec, changed: Mapping[str, Any]) -> ConvSpec:
    """A spec with other arguments.

    Raises:
        SpecError: they do not go together.
    """
    return ConvSpec(**{name: getattr(spec, name) for name in _FIELDS} | dict(changed))


_LIMITS: Mapping[str, Callable[[ConvSpec], int]] = {
    "max_size": lambda spec: max(spec.input_size),
    "max_kernel": lambda spec: max(spec.kernel_size),
    "max_stride": lambda spec: max(spec.stride),
    "max_dilation": lambda spec: max(spec.dilation),
    "max_channels": lambda spec: max(spec.in_channels, spec.out_channels),
    "max_groups": lambda spec: spec.groups,
    "max_batch": lambda spec: spec.batch,
}
"""What the limits of `conv_specs` are about."""


def has_argument(spec: ConvSpec, name: str, value: Any) -> bool:
    """Whether a spec is one with this argument of `ConvSpec`, of this rank, or within this limit of `conv_specs`."""
    if name == "rank":
        return bool(spec.rank == value)
    if name in _LIMITS:
        return bool(_LIMITS[name](spec) <= value)
    try:
        return name in _FIELDS and with_arguments(spec, {name: value}) == spec
    except SpecError:
        return False


_FIELDS = tuple(ConvSpec.__dataclass_fields__)


def trap_name(spec: ConvSpec) -> str | None:
    """The name of the trap that a spec is, in whatever layout it is rewritten; None for a spec that is none."""
    return _NAMES.get(spec) or _NAMES.get(_numbers(spec))


def _numbers(spec: ConvSpec) -> tuple[Any, ...]:
    """A spec without its layout and bias."""
    return tuple(getattr(spec, name) for name in _FIELDS if name not in ("layout", "bias"))


def _names() -> dict[Any, str]:
    found: dict[Any, str] = {}
    for trap in TRAPS:
        found.setdefault(trap.spec, trap.name)
        found.setdefault(_numbers(trap.spec), trap.name)
    for trap in TRAPS:
        for layout in layouts_of_rank(trap.spec.rank):
            fewer = with_arguments(trap.spec, _without_axes(layout) | {"layout": layout})
            if trap not in _OF_CHANNELS_AND_BATCH or fewer.in_channels * fewer.out_channels * fewer.batch > 1:
                found.setdefault(_numbers(fewer), trap.name)
    return found


_NAMES = _names()
