"""For every entry of its result, what a pass slides over what meets exactly the taps of the definition."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given

from by_loops import output_size, shapes, taps
from convgen import ConvSpec
from convgen.algebra.tree import Node
from convgen.layout import named_index, user_index
from convgen.pictures.entries import Entry, parse_entry, products_of
from convgen.pictures.slides import PASSES, meetings
from convgen.rules import GRADIENT_RULES, bind
from convgen.symbolic.layer import symbolic_layer
from convgen.testing import conv_specs
from pictures.specs import LAYERS

GATHERED = {"O": (0, 1, 2), "dX": (1, 0, 2), "dK": (2, 1, 0)}
"""For each result, where a tap (o, x, k) has the result, the array that lies still and the one that slides."""


def by_loops(spec: ConvSpec, array: str) -> dict[tuple[int, ...], set[tuple[tuple[int, ...], ...]]]:
    """The pairs of factors of every entry of a result, from the loops over the definition."""
    found = defaultdict(set)
    result, still, moving = GATHERED[array]
    for tap in taps(spec):
        found[tap[result]].add((tap[still], tap[moving]))
    return found


def check_products(spec: ConvSpec) -> None:
    for array in GATHERED:
        expected = by_loops(spec, array)
        for index in product(*map(range, shapes(spec)[array])):
            pairs = products_of(spec, Entry(array, index))
            found = [(still.index, moving.index) for still, moving in pairs if moving is not None]
            assert len(found) == len(pairs)
            assert len(found) == len(set(found))
            assert set(found) == expected[index], (array, index)


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_the_products_of_every_entry_are_its_taps(spec: ConvSpec) -> None:
    check_products(spec)


@given(conv_specs(max_size=4, max_kernel=3, max_stride=3, max_channels=3, max_batch=2))
def test_the_products_of_every_entry_are_its_taps_for_drawn_layers(spec: ConvSpec) -> None:
    check_products(spec)


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_the_bias_gradient_adds_every_output_of_its_channel_once(spec: ConvSpec) -> None:
    if not spec.bias:
        return
    for group, channel in product(range(spec.groups), range(spec.group_out_channels)):
        found = [summand.index for summand, _ in products_of(spec, Entry("db", (group, channel)))]
        sizes = (range(spec.batch), [group], [channel], *map(range, output_size(spec)))
        assert sorted(found) == sorted(product(*sizes))


@given(conv_specs())
def test_nothing_is_read_beyond_the_padding_and_the_result_has_its_size(spec: ConvSpec) -> None:
    for row in PASSES.values():
        for slide, axis in zip(row.slides(spec), spec.axes, strict=True):
            assert all(slide.low <= position < slide.high for position in slide.read())
            sizes = {"O": axis.output, "dX": axis.input, "dK": axis.kernel, "db": 1}
            assert len(slide.starts) == sizes[row.result]


@given(conv_specs(max_channels=2, max_batch=2))
def test_the_zeros_around_dO_are_those_of_the_closed_form(spec: ConvSpec) -> None:
    """The amounts of pad in dX = pad(dilate(dO, S), ...) ⋆[D] rot180(K), which `verify` holds."""
    star = bind(GRADIENT_RULES["X"].tree, spec)
    (pad,) = (operand for operand in star.operands if operand.operator == "pad")
    assert isinstance(pad, Node)
    amounts = [tuple(amount.value() for amount in entry) for entry in pad.amounts]
    slides = PASSES["backward_data"].slides(spec)
    assert amounts == [(-slide.low, slide.high - 1 - slide.entries[-1]) for slide in slides]


@given(conv_specs(max_size=5, max_channels=1, max_batch=1, max_groups=1))
def test_kinds_of_positions_are_counted_right(spec: ConvSpec) -> None:
    for slide, axis in zip(PASSES["backward_data"].slides(spec), spec.axes, strict=True):
        kinds = [slide.kind(position) for position in slide.shown]
        before, after = -slide.low, slide.high - 1 - slide.entries[-1]
        dilated = (axis.output - 1) * axis.stride + 1
        kept = [at for at in range(dilated) if -before <= at < dilated + after]
        assert kinds.count("entry") == sum(at % axis.stride == 0 for at in kept)
        assert kinds.count("between") == sum(at % axis.stride != 0 for at in kept)
        rest = range(dilated, dilated + axis.remainder)
        assert kinds.count("remainder") == sum(-before <= at < dilated + after for at in rest)
        assert slide.high - slide.low == axis.input + axis.effective - 1  # one place for each entry of dX
        covered = {at for index in range(axis.input) for at, _, _ in slide.meetings(index)}
        assert covered == slide.read()


def test_an_entry_is_counted_as_numpy_and_the_names_of_symbols_count_it() -> None:
    spec = LAYERS["batch, channel-last"]
    for array in ("X", "K", "O", "b"):
        for name in symbolic_layer(spec).symbols(array):
            letter, *digits = str(name).split("_")
            entry = parse_entry(f"{letter}[{','.join(digits)}]", spec)
            assert user_index(spec, array, entry.index) == tuple(map(int, digits))
            assert named_index(spec, array, tuple(map(int, digits))) == entry.index


def test_meetings_are_in_the_order_of_positions() -> None:
    spec = LAYERS["the README's"]
    found = meetings(PASSES["backward_data"].slides(spec), (2, 2))
    assert [position for position, _, _ in found] == sorted(position for position, _, _ in found)
