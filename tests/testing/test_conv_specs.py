"""`conv_specs` draws every kind of convolution, only valid ones, and shrinks towards the smallest."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, find, given, seed, settings

from convgen import ConvSpec
from convgen.errors import MissingDependencyError, SpecError
from convgen.spec import Axis, layouts_of_rank
from convgen.testing import conv_specs
from oracles.layers import LIMITS

SAMPLE = 1000

# How often each kind must occur among SAMPLE specs: about half of what was counted when this was written.
KINDS: dict[str, tuple[int, Callable[[ConvSpec], bool]]] = {
    "kernel larger than the input": (150, lambda spec: some(spec, lambda a: a.kernel > a.input)),
    "dilated kernel larger than the input": (250, lambda spec: some(spec, lambda a: a.effective > a.input)),
    "stride larger than the kernel": (250, lambda spec: some(spec, lambda a: a.stride > a.kernel)),
    "a remainder": (250, lambda spec: some(spec, lambda a: a.remainder > 0)),
    "unread rows of the input": (100, lambda spec: some(spec, lambda a: a.remainder > a.after)),
    "more padding before than E - 1": (100, lambda spec: some(spec, lambda a: a.before >= a.effective)),
    "more padding after than E - 1": (100, lambda spec: some(spec, lambda a: a.after >= a.effective)),
    "asymmetric padding": (120, lambda spec: some(spec, lambda a: a.before != a.after)),
    "same with an odd total": (40, lambda spec: odd_named(spec, "same")),
    "same_lower with an odd total": (40, lambda spec: odd_named(spec, "same_lower")),
    "full padding": (70, lambda spec: spec == replace(spec, padding="full") and any(map(any, spec.padding))),
    "kernel of size 1": (70, lambda spec: set(spec.kernel_size) == {1}),
    "dilated": (200, lambda spec: some(spec, lambda a: a.dilation > 1 and a.kernel > 1)),
    "an axis of size 1": (150, lambda spec: 1 in spec.input_size),
    "input of size 1": (40, lambda spec: set(spec.input_size) == {1}),
    "output of size 1": (100, lambda spec: set(spec.output_size) == {1}),
    "grouped": (250, lambda spec: spec.groups > 1),
    "depthwise": (80, lambda spec: spec.groups > 1 and spec.group_in_channels == 1),
    "depthwise with a multiplier": (40, lambda spec: depthwise(spec) and spec.group_out_channels > 1),
    "channels that differ": (250, lambda spec: spec.in_channels != spec.out_channels),
    "batch": (150, lambda spec: spec.batch > 1),
    "without bias": (200, lambda spec: not spec.bias),
    "with bias": (200, lambda spec: spec.bias),
} | {
    layout: (15, lambda spec, layout=layout: spec.layout == layout)
    for rank in (1, 2, 3)
    for layout in layouts_of_rank(rank)
}  # fmt: skip


def some(spec: ConvSpec, holds: Callable[[Axis], bool]) -> bool:
    return any(map(holds, spec.axes))


def odd_named(spec: ConvSpec, padding: str) -> bool:
    return spec == replace(spec, padding=padding) and some(spec, lambda a: a.before != a.after)


def depthwise(spec: ConvSpec) -> bool:
    return spec.groups > 1 and spec.group_in_channels == 1


def sample(**arguments: Any) -> list[ConvSpec]:
    """SAMPLE drawn specs, the same in every run."""
    drawn: list[ConvSpec] = []

    @seed(1)
    @settings(max_examples=SAMPLE, phases=[Phase.generate], database=None, deadline=None)
    @given(conv_specs(**arguments))
    def collect(spec: ConvSpec) -> None:
        drawn.append(spec)

    collect()
    return drawn


def rare(drawn: list[ConvSpec], part: int = 1) -> dict[str, int]:
    """The kinds that occur less often than they must, or than a part of that, with their counts."""
    counted = Counter(name for spec in drawn for name, (_, holds) in KINDS.items() if holds(spec))
    return {name: counted[name] for name, (least, _) in KINDS.items() if counted[name] < least // part}


def test_every_kind_of_convolution_occurs_and_nothing_is_rejected() -> None:
    drawn = sample()
    assert len(drawn) == SAMPLE
    assert rare(drawn) == {}


@pytest.mark.parametrize("rank", LIMITS)
def test_every_kind_occurs_among_the_layers_drawn_for_the_oracles(rank: int) -> None:
    others = {layout for other in LIMITS if other != rank for layout in layouts_of_rank(other)}
    assert rare(sample(rank=rank, **LIMITS[rank]), part=4).keys() == others


@pytest.mark.parametrize(
    ("holds", "smallest"),
    [
        (lambda _: True, ConvSpec(1, 1)),
        (lambda spec: spec.rank == 3, ConvSpec((1, 1, 1), 1)),
        (lambda spec: spec.groups == 2, ConvSpec(1, 1, 2, 2, groups=2)),
        (lambda spec: some(spec, lambda axis: axis.remainder > 0), ConvSpec(2, 1, stride=2)),
        (lambda spec: odd_named(spec, "same_lower"), ConvSpec(1, 2, padding="same_lower")),
    ],
    ids=["any", "rank 3", "groups", "remainder", "same_lower"],
)
def test_specs_shrink_to_the_smallest(holds: Callable[[ConvSpec], bool], smallest: ConvSpec) -> None:
    assert find(conv_specs(), holds) == smallest


@pytest.mark.parametrize(
    "held",
    [
        {"rank": 2},
        {"layout": "NDHWC"},
        {"input_size": (5, 2), "kernel_size": (3, 4)},
        {"kernel_size": 3, "padding": "valid"},
        {"kernel_size": 9},
        {"kernel_size": 4, "dilation": 2, "padding": ((1, 2), (0, 5))},
        {"stride": 9, "padding": 1},
        {"in_channels": 12, "out_channels": 18},
        {"in_channels": 8, "groups": 8, "max_channels": 16},
        {"batch": 7, "bias": False},
    ],
    ids=str,
)
def test_what_is_given_is_held(held: dict[str, Any]) -> None:
    @given(conv_specs(**held))
    def holds(spec: ConvSpec) -> None:
        names = [name for name in held if not name.startswith("max_") and name != "rank"]
        assert spec == replace(spec, **{name: held[name] for name in names})
        assert spec.rank == held.get("rank", spec.rank)

    holds()


@given(
    conv_specs(
        max_size=9, max_kernel=2, max_stride=1, max_dilation=5, max_channels=3, max_groups=2, max_batch=1
    )
)
def test_limits_are_kept(spec: ConvSpec) -> None:
    assert max(spec.input_size) <= 9
    assert max(spec.kernel_size) <= 2
    assert set(spec.stride) == {1}
    assert max(spec.dilation) <= 5
    assert max(spec.in_channels, spec.out_channels) <= 3
    assert spec.groups <= 2
    assert spec.batch == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"layout": "HW", "in_channels": 3}, "layout='HW', in_channels=3"),
        ({"rank": 4}, "rank=4"),
        ({"rank": 3, "stride": (1, 2)}, r"rank=3, stride=\(1, 2\)"),
        ({"layout": "CW", "batch": 2}, "layout='CW', batch=2"),
        (
            {"kernel_size": 9, "padding": "valid"},
            r"extent \[9\] do not fit inputs of at most \[6\] with padding 'valid'",
        ),
        (
            {"input_size": 3, "kernel_size": 2, "dilation": 3, "padding": 0},
            r"\[4\] do not fit inputs of at most \[3\]",
        ),
        (
            {"in_channels": 5, "groups": 2},
            "groups of 2 to 2 do not divide in_channels 5, out_channels of at most 6",
        ),
        ({"groups": 8}, "groups of 8 to 8 do not divide in_channels of at most 6"),
        ({"padding": "around"}, "unknown padding 'around'"),
        ({"padding": -1, "kernel_size": 1}, "padding must not be negative, got -1"),
        ({"dilation": 0}, "dilation must be a positive integer or one per axis, got 0"),
        ({"stride": (1, 1.5)}, r"stride must be a positive integer or one per axis, got \(1, 1.5\)"),
        ({"max_size": 0}, "the limit of input_size must be a positive integer or one per axis, got 0"),
        ({"groups": -1}, "groups must be a positive integer"),
    ],
    ids=str,
)
def test_what_cannot_hold_is_refused_with_both_values(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        find(conv_specs(**asked), lambda _: True)


def test_without_hypothesis_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(MissingDependencyError, match="pip install hypothesis"):
        conv_specs()


def test_hypothesis_is_loaded_only_when_a_strategy_is_asked_for() -> None:
    script = "import sys, convgen.testing; assert 'hypothesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
