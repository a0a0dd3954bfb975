"""Shape by shape, smallest first: the way for claims that integer sets do not decide."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from convgen.errors import SpecError
from convgen.proof.claim import Claim
from convgen.proof.relation import CHANNEL_PARAMETERS
from convgen.proof.scope import Scope
from convgen.proof.shape import Difference, NotSpokenOfError, difference_on
from convgen.proof.smallest import order
from convgen.spec import ConvSpec
from convgen.taps import parameters

SHAPES = 400
"""How many shapes a sweep looks at."""

_PER_AXIS = ("input", "kernel", "stride", "dilation", "before", "after")


def small_layers(scope: Scope) -> Iterator[ConvSpec]:
    """The layers of a scope, by growing total."""
    for excess in itertools.count():
        layers = {spec for spec in _with_excess(scope, excess) if spec is not None}
        yield from sorted(layers, key=order)
        if not layers and excess > 12:
            return


def _with_excess(scope: Scope, excess: int) -> Iterator[ConvSpec | None]:
    """The layers whose parameters exceed the least possible ones by a given total."""
    rank = scope.rank
    slots = len(_PER_AXIS) * rank + 4
    for chosen in itertools.combinations_with_replacement(range(slots), excess):
        extra = [chosen.count(slot) for slot in range(slots)]
        yield _layer(scope, extra, rank)


def _layer(scope: Scope, extra: list[int], rank: int) -> ConvSpec | None:
    axes = [dict(zip(_PER_AXIS, extra[6 * d : 6 * d + 6], strict=True)) for d in range(rank)]
    sizes = dict(scope.sizes)
    channels = dict(zip(CHANNEL_PARAMETERS, extra[6 * rank :], strict=True))
    if any(channels[name] for name in sizes.keys() & channels.keys()):
        return None
    batch, groups, per_group_in, per_group_out = (
        sizes.get(name, 1 + more) for name, more in channels.items()
    )
    stride = tuple(1 + axis["stride"] for axis in axes)
    dilation = tuple(1 + axis["dilation"] for axis in axes)
    padding: str | tuple[tuple[int, int], ...] = tuple((axis["before"], axis["after"]) for axis in axes)
    if scope.padding is not None:
        if any(axis["before"] or axis["after"] for axis in axes):
            return None
        padding = scope.padding
    for fixed, own in ((scope.stride, stride), (scope.dilation, dilation)):
        if fixed is not None and set(own) != {1}:
            return None
    try:
        spec = ConvSpec(
            tuple(sizes.get(f"H{d}", 1 + axis["input"]) for d, axis in enumerate(axes)),
            tuple(sizes.get(f"M{d}", 1 + axis["kernel"]) for d, axis in enumerate(axes)),
            groups * per_group_in,
            groups * per_group_out,
            batch if scope.layout is None or "N" in scope.layout else None,
            scope.stride or stride,
            padding,
            scope.dilation or dilation,
            groups,
            scope.bias,
            scope.layout,
        )
    except SpecError:
        return None
    return spec if scope.meets(parameters(spec)) else None


def sweep(claim: Claim, scope: Scope) -> tuple[int, ConvSpec | None, Difference | None]:
    """Compare a claim on small shapes until it fails: (shapes looked at, the failing one, its difference)."""
    count = 0
    for layer in itertools.islice(small_layers(scope), SHAPES):
        try:
            difference = difference_on(claim, layer)
        except NotSpokenOfError:
            continue
        count += 1
        if difference is not None:
            return count, layer, difference
    return count, None, None
