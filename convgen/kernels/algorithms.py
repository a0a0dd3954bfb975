"""Algorithms: direct sums by default, and what else a user may ask for by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import partial

from convgen.errors import BudgetError, PlanError
from convgen.kernels.forms import Form, always
from convgen.kernels.pieces import SUMMED
from convgen.kernels.winograd import PASSES, plan_winograd
from convgen.kernels.winograd_layer import ALGORITHM, transforms_of
from convgen.layout import axis_sizes
from convgen.spec import ConvSpec

MOST_BYTES = 200_000
"""Of a file: what one can still read, and a compiler takes in a second or two."""

_NAMED = re.compile(rf"{ALGORITHM}(:(?P<tile>[1-9][0-9]{{0,8}}(x[1-9][0-9]{{0,8}})*))?")

DIRECT = ("direct", "auto")
"""What computes the definition's sums; "auto" never trades accuracy for speed."""


def with_algorithm(
    spec: ConvSpec,
    target: str,
    chosen: Mapping[str, Form],
    forms: str | Mapping[str, str] | None,
    algorithm: str | None,
) -> dict[str, Form]:
    """The forms of every pass, with those of an algorithm in the place of the rule's.

    Args:
        spec: the layer.
        target: the language.
        chosen: the forms without it.
        forms: the user's wish for forms, which an algorithm does not override.
        algorithm: the user's wish for one.

    Raises:
        PlanError: an unknown algorithm, one that does not apply, or one beside a form for the same pass.
    """
    if algorithm is None or algorithm in DIRECT:
        return dict(chosen)
    tile = tile_of(spec, algorithm)
    if target != "c":
        raise PlanError(f"algorithm {algorithm!r} is generated for the target 'c', not for {target!r}")
    asked = set(chosen) if isinstance(forms, str) else set(forms or ())
    if clash := [name for name in PASSES if name in asked]:
        raise PlanError(f"algorithm={algorithm!r} and forms={forms!r} both say how {clash[0]} is computed")
    transforms = transforms_of(spec, tile)
    form = Form(
        target="c",
        name=ALGORITHM,
        passes=PASSES,
        template="c/tiled.j2",
        plan=partial(plan_winograd, tile=tile),
        suits=always,
        about=f"{transforms}, {float(transforms.gain):.3g} times fewer products of transformed tiles; when asked for",
    )
    return dict(chosen) | dict.fromkeys(PASSES, form)


def require_short(spec: ConvSpec, algorithm: str | None, source: str) -> None:
    """Refuse a file that an algorithm other than the direct one has made too long.

    Raises:
        BudgetError: with its size, the limit, and what to choose instead.
    """
    if algorithm is None or algorithm in DIRECT:
        return
    size = len(source.encode())
    if size > MOST_BYTES:
        raise BudgetError(
            f"{spec} by {transforms_of(spec, tile_of(spec, algorithm))} needs {size:,} bytes of C, more than the "
            f"limit of {MOST_BYTES:,}: choose smaller tiles, such as algorithm='winograd:2', or algorithm='direct'"
        )


def require_algorithm(spec: ConvSpec, algorithm: str | None) -> None:
    """Refuse an algorithm that there is not, or that does not apply to a layer.

    Raises:
        PlanError: with the reason.
    """
    if algorithm is not None and algorithm not in DIRECT:
        transforms_of(spec, tile_of(spec, algorithm))


def winograd_bound(spec: ConvSpec, name: str, algorithm: str, dtype: str = "float32") -> Fraction:
    """The error of an entry as a share of ``max|X| sum|K| + |b|``; for backward_data of ``max|dO| sum|K|``.

    Args:
        spec: the layer.
        name: forward or backward_data.
        algorithm: as `generate` takes it.
        dtype: of the arithmetic.

    Raises:
        PlanError: the algorithm does not apply to the layer.
    """
    channels = axis_sizes(spec, "K")[SUMMED[name]]
    biased = name == "forward" and spec.bias
    return transforms_of(spec, tile_of(spec, algorithm)).relative_bound(channels, dtype, bias=biased)


def tile_of(spec: ConvSpec, algorithm: object) -> tuple[int, ...] | None:
    """The tile that an algorithm's name says, one number for every axis or one each; None for the rule's."""
    found = _NAMED.fullmatch(algorithm) if isinstance(algorithm, str) else None
    if found is None:
        raise PlanError(
            f"unknown algorithm {algorithm!r}; choose one of {', '.join((*DIRECT, ALGORITHM))}, "
            f"or a size of tiles, such as {ALGORITHM}:4 or {ALGORITHM}:2x4"
        )
    if found["tile"] is None:
        return None
    numbers = tuple(map(int, found["tile"].split("x")))
    return numbers * spec.rank if len(numbers) == 1 else numbers
