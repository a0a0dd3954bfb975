"""The traps are what their names say, and no seeded mistake passes all of them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from convgen import ConvSpec
from convgen.axis import Axis
from convgen.errors import SpecError
from convgen.proof.mutants import Mutant, mutants
from convgen.proof.smallest import order
from convgen.spec import layouts_of_rank
from convgen.testing import HARD_SPECS, TRAPS, hard_specs, trap_name
from proof.plain import holds
from proof.tiers import shared_out


def every(holds: Callable[[Axis], bool]) -> Callable[[ConvSpec], bool]:
    return lambda spec: all(map(holds, spec.axes))


def some(holds: Callable[[Axis], bool]) -> Callable[[ConvSpec], bool]:
    return lambda spec: any(map(holds, spec.axes))


def same_but(name: str) -> Callable[[ConvSpec], bool]:
    """Whether the two axes differ in one number, and their sizes and kernels do not."""

    def holds(spec: ConvSpec) -> bool:
        numbers = ("input_size", "kernel_size", "stride", "dilation", "padding")
        return [each for each in numbers if len({*getattr(spec, each)}) > 1] == [name]

    return holds


WHAT_IT_IS: dict[str, Callable[[ConvSpec], bool]] = {
    "channels": lambda spec: spec.in_channels != spec.out_channels and spec.batch == spec.groups == 1,
    "batch": lambda spec: spec.batch > 1 and spec.in_channels == spec.out_channels == 1,
    "groups": lambda spec: spec.groups > 1 and spec.group_in_channels > 1 and spec.group_out_channels > 1,
    "depthwise": lambda spec: spec.groups == spec.in_channels == spec.out_channels > 1,
    "depthwise-multiplier": lambda spec: spec.groups == spec.in_channels < spec.out_channels,
    "no-bias": lambda spec: not spec.bias,
    "stride": every(lambda axis: axis.stride > 1 and axis.remainder == 0 and axis.output > 1),
    "remainder-unread": every(lambda axis: axis.remainder > axis.after),
    "remainder-read": every(lambda axis: 0 < axis.remainder <= axis.after),
    "remainder-beyond-dilation": every(lambda axis: axis.remainder >= axis.dilation),
    "stride-beyond-kernel": every(lambda axis: axis.stride > axis.effective),
    "strides-of-two-axes": same_but("stride"),
    "asymmetric": every(lambda axis: axis.before != axis.after),
    "padding-beyond-kernel": every(lambda axis: axis.before >= axis.effective <= axis.after),
    "crop-and-pad": every(lambda axis: axis.effective - 1 - axis.before < 0 < _after(axis)),
    "even-same": every(lambda axis: axis.after == axis.before + 1 and axis.kernel % 2 == 0),
    "even-same-lower": every(lambda axis: axis.before == axis.after + 1 and axis.kernel % 2 == 0),
    "strided-same": every(lambda axis: axis.before != axis.after and axis.kernel % 2 == 1 < axis.stride),
    "full": every(lambda axis: axis.before == axis.after == axis.effective - 1 > 0),
    "paddings-of-two-axes": same_but("padding"),
    "dilation": every(lambda axis: axis.dilation > 1 and axis.stride == 1),
    "dilation-with-stride": every(lambda axis: {axis.stride, axis.dilation} == {2, 3} and axis.kernel > 1),
    "stride-equals-dilation": every(lambda axis: axis.stride == axis.dilation > 1),
    "dilations-of-two-axes": same_but("dilation"),
    "not-square": lambda spec: len({*spec.input_size}) == len({*spec.kernel_size}) == 2,
    "square": lambda spec: len({*spec.input_size}) == len({*spec.kernel_size}) == 1,
    "one-by-one": every(lambda axis: axis.kernel == 1 < axis.stride),
    "one-output": lambda spec: {*spec.output_size} == {1} and spec.kernel_size == spec.input_size,
    "one-row": some(lambda axis: axis.input == axis.kernel == 1),
    "kernel-beyond-input": every(lambda axis: axis.kernel > axis.input),
    "dilated-beyond-input": every(lambda axis: axis.effective > axis.input and axis.dilation > 1),
    "everything": lambda spec: (
        some(lambda axis: axis.remainder > 0 and axis.before >= axis.effective)(spec)
        and every(lambda axis: axis.stride > 1 < axis.dilation and axis.before != axis.after)(spec)
        and spec.groups == spec.batch == 2
    ),
    "rank-1": lambda spec: spec.rank == 1,
    "causal": every(lambda axis: axis.before == axis.effective - 1 > axis.after == 0),
    "rank-3": lambda spec: spec.rank == 3,
}  # fmt: skip


def _after(axis: Axis) -> int:
    return axis.effective - 1 - axis.after + axis.remainder


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_trap_is_what_its_name_says(trap: Any) -> None:
    if trap.name.startswith("layout-"):
        assert trap.spec.layout == trap.name.removeprefix("layout-")
    else:
        assert WHAT_IT_IS[trap.name](trap.spec)


def test_traps_have_different_names_and_layers_and_each_a_reason() -> None:
    assert len({trap.name for trap in TRAPS}) == len({trap.spec for trap in TRAPS}) == len(TRAPS)
    assert all(re.fullmatch(r"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*", trap.name) and trap.reason for trap in TRAPS)
    assert tuple(trap.spec for trap in TRAPS) == HARD_SPECS


def test_every_rank_and_every_layout_is_there() -> None:
    assert {spec.layout for spec in HARD_SPECS} == {
        layout for rank in (1, 2, 3) for layout in layouts_of_rank(rank)
    }


SMALLEST_FIRST = sorted(hard_specs(layout="NCHW", bias=True), key=order)


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: f"{mutant.rule.name}: {mutant.words}")
def test_a_mistake_is_caught_by_some_trap(mutant: Mutant) -> None:
    """By loops, in one layout alone; unless the mistake is none, which is then proved."""
    caught = any(not holds(mutant.claim, spec) for spec in SMALLEST_FIRST)
    assert caught != (bool(mutant.harmless) and bool(mutant.verdict))


OF_CHANNELS_AND_BATCH = re.compile(
    r"swap_channels|own_channel|first_group|all_groups|interleave|first_image|per_image"
)


SPATIAL = [each for each in mutants() if not OF_CHANNELS_AND_BATCH.search(each.claim)]


@pytest.mark.parametrize("mutant", shared_out(SPATIAL, 8))
def test_a_mistake_is_caught_by_some_trap_of_spatial_axes_alone(mutant: Mutant) -> None:
    caught = any(
        not holds(mutant.claim, spec) for spec in sorted(hard_specs(layout="HW", bias=True), key=order)
    )
    assert caught != (bool(mutant.harmless) and bool(mutant.verdict))


@pytest.mark.parametrize("layout", ["W", "CW", "WC", "HW", "CHW", "HWC", "DHW", "CDHW", "DHWC"])
def test_a_layout_without_channels_or_batch_keeps_the_sizes_of_every_trap(layout: str) -> None:
    rank = sum(letter in "DHW" for letter in layout)
    numbers = ("input_size", "kernel_size", "stride", "padding", "dilation", "bias")
    specs = hard_specs(layout=layout)
    kept, every = (
        {tuple(getattr(spec, name) for name in numbers) for spec in several}
        for several in (specs, [spec for spec in HARD_SPECS if spec.rank == rank])
    )
    assert kept == every
    assert {spec.layout for spec in specs} == {layout}
    assert len({*specs}) == len(specs)


def test_a_trap_keeps_its_name_where_what_is_hard_about_it_is_left() -> None:
    alone, with_channels = (
        {trap_name(spec) for spec in hard_specs(layout=layout)} for layout in ("HW", "CHW")
    )
    named = {
        trap.name for trap in TRAPS if trap.spec.layout == "NCHW" and not trap.name.startswith("layout-")
    }
    of_channels = {"channels", "groups", "depthwise", "depthwise-multiplier"}
    assert alone - {None} == named - of_channels - {"batch"} | {"layout-HW"}
    assert with_channels - {None} >= named - {"batch"}
    assert "batch" not in with_channels


def test_a_layout_rewrites_the_traps_of_its_rank() -> None:
    first, last = hard_specs(layout="NCHW"), hard_specs(layout="NHWC")
    assert {spec.layout for spec in last} == {"NHWC"}
    assert [spec.output_size for spec in first] == [spec.output_size for spec in last]
    named = {trap.name for trap in TRAPS if trap.spec.layout == "NCHW" and trap.name != "layout-NCHW"}
    assert {trap_name(spec) for spec in last} >= named


@pytest.mark.parametrize(
    ("held", "holds"),
    [
        ({"rank": 1}, lambda spec: spec.rank == 1),
        ({"groups": 1, "layout": "NCHW"}, lambda spec: spec.groups == 1 and spec.layout == "NCHW"),
        ({"dilation": 1, "stride": 1}, lambda spec: {*spec.dilation, *spec.stride} == {1}),
        ({"padding": "same", "rank": 2}, lambda spec: spec == ConvSpec.parse(str(spec))),
        ({"bias": False}, lambda spec: not spec.bias),
        ({"max_size": 3}, lambda spec: max(spec.input_size) <= 3),
        ({"max_groups": 1, "max_batch": 1}, lambda spec: spec.groups == spec.batch == 1),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_what_is_held_is_kept(held: dict[str, Any], holds: Callable[[ConvSpec], bool]) -> None:
    specs = hard_specs(**held)
    assert specs
    assert len({*specs}) == len(specs)
    assert all(map(holds, specs))


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"kernel_siz": 3}, "hard_specs takes no argument 'kernel_siz': did you mean kernel_size?"),
        ({"zzz": 3}, "hard_specs takes no argument 'zzz': it takes input_size, kernel_size"),
        ({"stride": 17}, "no trap is left where stride=17"),
        ({"layout": "CNHW"}, "no trap is left where layout='CNHW'"),
    ],
)
def test_what_leaves_no_trap_is_refused(held: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=re.escape(words)):
        hard_specs(**held)


def test_a_trap_is_known_by_name_in_any_layout() -> None:
    assert {trap_name(spec) for spec in hard_specs(layout="NHWC")} <= {trap.name for trap in TRAPS}
    assert all(trap_name(trap.spec) == trap.name for trap in TRAPS)
    assert trap_name(ConvSpec((11, 13), (2, 3))) is None


def test_the_traps_load_nothing_heavy() -> None:
    script = "import sys, convgen.testing as t; t.hard_specs(rank=2); heavy = {'numpy', 'sympy', 'hypothesis', 'torch'}"
    subprocess.run([sys.executable, "-c", f"{script}; assert heavy.isdisjoint(sys.modules)"], check=True)
