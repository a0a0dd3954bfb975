"""A spec holds resolved numbers, says them in text that parses back, and refuses every impossible layer."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import by_loops
from convgen import ConvSpec
from convgen.errors import ConvgenError, SpecError
from convgen.spec import FIELDS, NAMED_PADDINGS, layouts_of_rank
from convgen.testing import conv_specs

# ---- sizes and forms -------------------------------------------------------------------------------------


@given(conv_specs())
def test_the_output_size_counts_the_windows_within_the_padded_input(spec: ConvSpec) -> None:
    assert spec.output_size == by_loops.output_size(spec)


@given(conv_specs())
def test_a_remainder_is_what_no_window_reaches(spec: ConvSpec) -> None:
    for axis in spec.axes:
        last_read = (axis.output - 1) * axis.stride + axis.dilation * (axis.kernel - 1)
        assert axis.remainder == axis.input + axis.before + axis.after - 1 - last_read
        assert 0 <= axis.remainder < axis.stride


@given(conv_specs(max_size=5, max_channels=4, max_kernel=3))
def test_multiply_adds_counts_the_products_that_meet_the_input(spec: ConvSpec) -> None:
    assert spec.multiply_adds == sum(1 for _ in by_loops.taps(spec))


def test_multiply_adds_is_told_at_once_for_a_layer_that_no_machine_enumerates() -> None:
    spec = ConvSpec((2**30, 2**30), (3, 3), 1024, 1024, padding=1)
    assert spec.multiply_adds == 1024**2 * (3 * 2**30 - 2) ** 2


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_an_integer_stands_for_every_axis(rank: int) -> None:
    short = ConvSpec((9,) * rank, 3, stride=2, padding=1, dilation=2)
    long = ConvSpec([9] * rank, [3] * rank, stride=[2] * rank, padding=[(1, 1)] * rank, dilation=[2] * rank)
    assert short == long
    assert hash(short) == hash(long)
    assert short.rank == rank
    assert short.axis_names == ("depth", "height", "width")[3 - rank :]


def test_an_integer_input_is_one_axis() -> None:
    assert ConvSpec(7, 3) == ConvSpec((7,), (3,))


@pytest.mark.parametrize("four", [4, np.int64(4), np.uint8(4), np.array(4), sympy.Integer(4)])
def test_every_whole_number_is_an_integer(four: Any) -> None:
    spec = ConvSpec((four, 6), four - 2, four - 3, four - 3, stride=four - 3, padding=four - 3)
    assert spec == ConvSpec((4, 6), 2, 1, 1, stride=1, padding=1)
    assert {type(size) for size in spec.input_size + spec.kernel_size + spec.padding[0]} == {int}


@pytest.mark.parametrize(
    ("padding", "pairs"),
    [
        (2, ((2, 2), (2, 2))),
        ((1, 2), ((1, 1), (2, 2))),
        ([1, 0], ((1, 1), (0, 0))),
        (((0, 1), (2, 3)), ((0, 1), (2, 3))),
        ((1, (2, 3)), ((1, 1), (2, 3))),
        ("valid", ((0, 0), (0, 0))),
    ],
)
def test_padding_is_an_int_or_ints_or_pairs(padding: Any, pairs: tuple[tuple[int, int], ...]) -> None:
    assert ConvSpec((5, 6), (2, 3), padding=padding).padding == pairs


SAME = [
    # input, kernel, stride, dilation: before, after where the extra row goes after (tf.nn.conv2d, "SAME")
    (5, 3, 1, 1, (1, 1)),
    (5, 2, 1, 1, (0, 1)),
    (5, 4, 1, 1, (1, 2)),
    (5, 3, 2, 1, (1, 1)),  # 3 outputs read 0 .. 2·2 + 2 of 5 + 2
    (6, 3, 2, 1, (0, 1)),  # odd kernel at stride 2: 3 outputs read 2·2 + 3 = 7 of 6
    (224, 7, 2, 1, (2, 3)),  # the first layer of ResNet as TensorFlow pads it
    (13, 6, 5, 1, (1, 2)),  # the example of TensorFlow's notes on padding: width 13, filter 6, stride 5
    (4, 2, 2, 1, (0, 0)),
    (5, 2, 2, 1, (0, 1)),
    (7, 1, 3, 1, (0, 0)),  # the window never reaches past the input: nothing to pad
    (2, 1, 5, 1, (0, 0)),
    (5, 3, 1, 2, (2, 2)),
    (5, 2, 1, 3, (1, 2)),  # even kernel, odd dilation
    (5, 2, 1, 2, (1, 1)),
    (6, 3, 2, 2, (1, 2)),
    (1, 5, 1, 1, (2, 2)),
]


@pytest.mark.parametrize(("size", "kernel", "stride", "dilation", "pair"), SAME)
def test_same_is_that_of_the_frameworks(
    size: int, kernel: int, stride: int, dilation: int, pair: tuple[int, int]
) -> None:
    spec = ConvSpec(size, kernel, stride=stride, dilation=dilation, padding="same")
    lower = ConvSpec(size, kernel, stride=stride, dilation=dilation, padding="same_lower")
    assert spec.padding == (pair,)
    assert lower.padding == (pair[::-1],)
    assert spec.output_size == lower.output_size == (len(range(0, size, stride)),)


@pytest.mark.parametrize(
    ("kernel", "dilation", "side"), [(1, 1, 0), (2, 1, 1), (3, 1, 2), (3, 2, 4), (2, 3, 3), (1, 4, 0)]
)
def test_full_lets_every_window_that_meets_the_input_count(kernel: int, dilation: int, side: int) -> None:
    spec = ConvSpec(5, kernel, dilation=dilation, padding="full")
    assert spec.padding == ((side, side),)
    assert spec.output_size == (len(np.convolve(np.ones(5), np.ones(side + 1), mode="full")),)


@given(conv_specs(), st.sampled_from(NAMED_PADDINGS))
def test_a_named_padding_is_stored_as_its_numbers(spec: ConvSpec, name: str) -> None:
    roomy = replace(spec, input_size=tuple(size + 12 for size in spec.input_size))
    named = replace(roomy, padding=name)
    by_number = replace(roomy, padding=named.padding)
    assert named == by_number
    assert hash(named) == hash(by_number)
    assert str(named) == str(by_number)


def test_named_paddings_may_differ_between_axes() -> None:
    spec = ConvSpec((6, 5), (3, 2), stride=(2, 1), padding="same")
    assert spec.padding == ((0, 1), (0, 1))
    assert ConvSpec((6, 5), (3, 2), stride=(2, 1), padding="same_lower").padding == ((1, 0), (1, 0))


# ---- layouts and shapes ----------------------------------------------------------------------------------

SHAPES = {
    # layout: X, K, O of a layer of N=2, C=4, F=6, 2 groups, sizes 5, 6, 7, kernel 2, 3, 4
    "CW": ((4, 7), (6, 2, 4), (6, 4)),
    "WC": ((7, 4), (4, 2, 6), (4, 6)),
    "NCW": ((2, 4, 7), (6, 2, 4), (2, 6, 4)),
    "NWC": ((2, 7, 4), (4, 2, 6), (2, 4, 6)),
    "CHW": ((4, 6, 7), (6, 2, 3, 4), (6, 4, 4)),
    "HWC": ((6, 7, 4), (3, 4, 2, 6), (4, 4, 6)),
    "NCHW": ((2, 4, 6, 7), (6, 2, 3, 4), (2, 6, 4, 4)),
    "NHWC": ((2, 6, 7, 4), (3, 4, 2, 6), (2, 4, 4, 6)),
    "CDHW": ((4, 5, 6, 7), (6, 2, 2, 3, 4), (6, 4, 4, 4)),
    "DHWC": ((5, 6, 7, 4), (2, 3, 4, 2, 6), (4, 4, 4, 6)),
    "NCDHW": ((2, 4, 5, 6, 7), (6, 2, 2, 3, 4), (2, 6, 4, 4, 4)),
    "NDHWC": ((2, 5, 6, 7, 4), (2, 3, 4, 2, 6), (2, 4, 4, 4, 6)),
}


@pytest.mark.parametrize("layout", SHAPES)
def test_the_shapes_follow_the_layout(layout: str) -> None:
    rank = sum(letter in "DHW" for letter in layout)
    batch = 2 if "N" in layout else None
    spec = ConvSpec((5, 6, 7)[-rank:], (2, 3, 4)[-rank:], 4, 6, batch, groups=2, layout=layout)
    assert (spec.input_shape, spec.kernel_shape, spec.output_shape) == SHAPES[layout]
    assert spec.bias_shape == (6,)


@pytest.mark.parametrize(("layout", "size"), [("W", (7,)), ("HW", (6, 7)), ("DHW", (5, 6, 7))])
def test_spatial_layouts_have_spatial_axes_alone(layout: str, size: tuple[int, ...]) -> None:
    spec = ConvSpec(size, 2)
    assert spec.layout == layout == spec.kernel_layout
    assert spec.input_shape == size
    assert spec.kernel_shape == (2,) * len(size)
    assert spec.output_shape == tuple(each - 1 for each in size)
    assert spec.bias_shape == (1,)


@pytest.mark.parametrize(
    ("given_axes", "layout"),
    [
        ({}, "HW"),
        ({"in_channels": 1}, "CHW"),
        ({"out_channels": 3}, "CHW"),
        ({"in_channels": 2, "out_channels": 3}, "CHW"),
        ({"batch": 1}, "NCHW"),
        ({"in_channels": 2, "batch": 2}, "NCHW"),
    ],
)
def test_the_default_layout_has_the_axes_that_were_spoken_of(given_axes: dict[str, int], layout: str) -> None:
    spec = ConvSpec((4, 4), 2, **given_axes)
    assert spec.layout == layout
    assert (spec.in_channels, spec.out_channels, spec.batch) == tuple(
        given_axes.get(name, 1) for name in ("in_channels", "out_channels", "batch")
    )


def test_every_rank_has_five_layouts() -> None:
    assert layouts_of_rank(1) == ("W", "CW", "WC", "NCW", "NWC")
    assert layouts_of_rank(2) == ("HW", "CHW", "HWC", "NCHW", "NHWC")
    assert layouts_of_rank(3) == ("DHW", "CDHW", "DHWC", "NCDHW", "NDHWC")


# ---- a value among values --------------------------------------------------------------------------------


@given(conv_specs())
def test_a_spec_is_copied_pickled_and_replaced_like_any_value(spec: ConvSpec) -> None:
    assert spec.axes  # the cached axes are no part of the value
    for twin in (copy.deepcopy(spec), pickle.loads(pickle.dumps(spec)), replace(spec)):
        assert twin == spec
        assert hash(twin) == hash(spec)
        assert twin.axes == spec.axes


def test_a_spec_cannot_be_changed() -> None:
    spec = ConvSpec(4, 2)
    with pytest.raises(FrozenInstanceError):
        spec.stride = (2,)  # type: ignore[misc]


# ---- text ------------------------------------------------------------------------------------------------


@given(conv_specs())
def test_text_parses_back(spec: ConvSpec) -> None:
    assert ConvSpec.parse(str(spec)) == spec


@given(conv_specs(), st.randoms())
def test_the_words_may_stand_in_any_order(spec: ConvSpec, random: Any) -> None:
    words = str(spec).split()
    random.shuffle(words)
    assert ConvSpec.parse("  ".join(words)) == spec


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (ConvSpec(4, 2), "input=4 kernel=2"),
        (ConvSpec((4, 6), (2, 3), stride=(2, 1), padding=(1, 0)), "input=4x6 kernel=2x3 stride=2x1 padding=1x0"),
        (ConvSpec(4, 2, padding=((5, 6),), dilation=3), "input=4 kernel=2 padding=5:6 dilation=3"),
        (
            ConvSpec((8, 8), 3, 4, 6, 2, padding=((0, 1), 2), groups=2, bias=False, layout="NHWC"),
            "input=8x8 kernel=3x3 in-channels=4 out-channels=6 batch=2 padding=0:1x2 groups=2 bias=no layout=NHWC",
        ),
        (ConvSpec((8, 8), 3, 1), "input=8x8 kernel=3x3 in-channels=1 out-channels=1"),
        (ConvSpec((8, 8), 3, layout="HW"), "input=8x8 kernel=3x3"),
    ],
)  # fmt: skip
def test_the_text_says_what_does_not_go_without_saying(spec: ConvSpec, text: str) -> None:
    assert str(spec) == text
    assert ConvSpec.parse(text) == spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("input=8x8 kernel=3", ConvSpec((8, 8), 3)),
        ("input=8x8 kernel=3 padding=same stride=2", ConvSpec((8, 8), 3, padding="same", stride=2)),
        ("input=8x8 kernel=3 padding=2", ConvSpec((8, 8), 3, padding=2)),
        ("kernel=3 padding=0:2 input=8", ConvSpec(8, 3, padding=((0, 2),))),
        ("input=8 kernel=3 bias=yes groups=1", ConvSpec(8, 3)),
    ],
)
def test_text_has_the_short_forms(text: str, spec: ConvSpec) -> None:
    assert ConvSpec.parse(text) == spec


HOSTILE_TEXT = {
    "": "kernel|input",
    "input=4": "needs kernel=",
    "kernel=4": "needs input=",
    "input=4 kernel=2 kernel=3": "'kernel' is given twice.*'2' and '3'",
    "input=4 kernel=2 colour=red": "unknown key 'colour'; a spec has input, kernel",
    "input=4 kernel=2 Kernel=2": "unknown key 'Kernel'",
    "input=4 kernel": "'kernel' in 'input=4 kernel' is not of the form key=value",
    "input=4 kernel=": "kernel=: '' is not an integer",
    "input=4x kernel=2": "input=4x: '' is not an integer",
    "input=4,6 kernel=2": "'4,6' is not an integer",
    "input=4.0 kernel=2": "'4.0' is not an integer",
    "input=+4 kernel=2": r"'\+4' is not an integer",
    "input=1_0 kernel=2": "'1_0' is not an integer",
    "input=٤ kernel=2": "'٤' is not an integer",
    "input=4² kernel=2": "'4²' is not an integer",
    "input=--4 kernel=2": "'--4' is not an integer",
    "input=4\0 kernel=2": "is not an integer",
    "input=-4 kernel=2": "input_size must be at least 1, got -4",
    "input=0x4 kernel=2": "input_size must be at least 1, got 0",
    "input=4 kernel=" + "9" * 5000: "kernel=99999999999999999999…: a number of 5,000 digits",
    "input=4 kernel=99999999999": "kernel_size must be smaller than 2,147,483,648, got 99999999999",
    "input=4 kernel=2 padding=1:2:3": "padding=1:2:3: an axis is padded by one number or by before:after",
    "input=4 kernel=2 padding=Same": "'Same' is neither one of valid",
    "input=4 kernel=2 padding=1:-2": "padding must not be negative, got -2",
    "input=4x4 kernel=2 padding=0:1": "1 entries for 2 axes",
    "input=4 kernel=2 bias=True": "bias=True: say yes or no",
    "input=4 kernel=2 layout=": "unknown layout '' for rank 1",
    "input=4 kernel=2 layout=NCHW": "unknown layout 'NCHW' for rank 1; choose one of W, CW, WC, NCW, NWC",
    "input=4 kernel=__import__('os').system('true')": "is not an integer",
    "input=" + "x".join("4" * 50) + " kernel=2": "has 50 axes; spatial rank is 1, 2 or 3",
}


@pytest.mark.parametrize("text", HOSTILE_TEXT, ids=lambda text: text[:40])
def test_text_that_is_no_spec_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match=HOSTILE_TEXT[text]):
        ConvSpec.parse(text)


WORDS = st.one_of(
    st.text(max_size=12),
    st.tuples(
        st.sampled_from([field.key for field in FIELDS]),
        st.sampled_from(["=", "", "=="]),
        st.one_of(st.text("0123456789x:-+ esamlov", max_size=8), st.text(max_size=8)),
    ).map("".join),
)


@given(st.lists(WORDS, max_size=6).map(" ".join))
def test_any_text_is_a_spec_or_an_error_of_ours(text: str) -> None:
    try:
        spec = ConvSpec.parse(text)
    except SpecError:
        return
    assert ConvSpec.parse(str(spec)) == spec


# ---- what cannot be --------------------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], str]] = [
    # the kernel does not fit
    (
        {"input_size": (4, 8), "kernel_size": 5, "padding": 1, "dilation": 2},
        "kernel 5x5 (dilated 9x9) does not fit input 4x8 with padding 1: height 6 < 9",
    ),
    (
        {"input_size": (9, 4), "kernel_size": (3, 5), "padding": ((1, 1), (0, 0))},
        "kernel 3x5 does not fit input 9x4 with padding 1x0: width 4 < 5",
    ),
    (
        {"input_size": 3, "kernel_size": 3, "dilation": 2, "padding": ((0, 1),)},
        "kernel 3 (dilated 5) does not fit input 3 with padding 0:1: width 4 < 5",
    ),
    (
        {"input_size": (2, 9, 9), "kernel_size": 3},
        "kernel 3x3x3 does not fit input 2x9x9 with padding 0: depth 2 < 3",
    ),
    # sizes
    ({"input_size": 0}, "input_size must be at least 1, got 0"),
    ({"input_size": (4, -6)}, "input_size must be at least 1, got -6"),
    ({"kernel_size": 0}, "kernel_size must be at least 1, got 0"),
    ({"kernel_size": (2, 0)}, "kernel_size must be at least 1, got 0"),
    ({"stride": 0}, "stride must be at least 1, got 0"),
    ({"stride": (1, -1)}, "stride must be at least 1, got -1"),
    ({"dilation": 0}, "dilation must be at least 1, got 0"),
    ({"in_channels": 0}, "in_channels must be at least 1, got 0"),
    ({"out_channels": -3}, "out_channels must be at least 1, got -3"),
    ({"batch": 0}, "batch must be at least 1, got 0"),
    ({"groups": 0}, "groups must be at least 1, got 0"),
    ({"input_size": 2**31}, "input_size must be smaller than 2,147,483,648, got 2147483648"),
    ({"padding": 10**5000}, "padding must be smaller than 2,147,483,648, got a number of 16,610 bits"),
    # groups
    ({"in_channels": 3, "out_channels": 4, "groups": 2}, "groups 2 does not divide in_channels 3"),
    ({"in_channels": 4, "out_channels": 3, "groups": 2}, "groups 2 does not divide out_channels 3"),
    ({"in_channels": 2, "out_channels": 2, "groups": 4}, "groups 4 does not divide in_channels 2"),
    ({"groups": 2}, "groups 2 does not divide in_channels 1"),
    # numbers of entries
    ({"input_size": ()}, "input_size () has 0 axes; spatial rank is 1, 2 or 3"),
    ({"input_size": (4, 4, 4, 4)}, "input_size (4, 4, 4, 4) has 4 axes; spatial rank is 1, 2 or 3"),
    ({"kernel_size": (2,)}, "kernel_size (2,) has 1 entries for 2 axes"),
    ({"kernel_size": (2, 2, 2)}, "kernel_size (2, 2, 2) has 3 entries for 2 axes"),
    ({"stride": [1, 2, 3]}, "stride [1, 2, 3] has 3 entries for 2 axes"),
    ({"dilation": ()}, "dilation () has 0 entries for 2 axes"),
    ({"padding": (1, 2, 3)}, "padding (1, 2, 3) has 3 entries for 2 axes"),
    ({"padding": ((1, 2), (3, 4), (5, 6))}, "has 3 entries for 2 axes"),
    ({"padding": ((1, 2, 3), 1)}, "padding ((1, 2, 3), 1): (1, 2, 3) is neither an int nor a (before, after) pair"),
    ({"padding": ((1,), 1)}, "padding ((1,), 1): (1,) is neither an int nor a (before, after) pair"),
    # padding
    ({"padding": -1}, "padding must not be negative, got -1 in -1"),
    ({"padding": ((0, -2), 1)}, "padding must not be negative, got -2 in ((0, -2), 1)"),
    ({"padding": "SAME"}, "unknown padding 'SAME'; named paddings are valid, same, same_lower, full"),
    # kinds
    ({"input_size": 4.0}, "input_size must be an integer or a sequence of integers, got 4.0"),
    ({"input_size": (4, 6.0)}, "input_size must be an integer, got 6.0"),
    ({"input_size": True}, "input_size must be an integer or a sequence of integers, got True"),
    ({"input_size": (True, 4)}, "input_size must be an integer, got True"),
    ({"input_size": "44"}, "input_size must be an integer or a sequence of integers, got '44'"),
    ({"input_size": b"44"}, "input_size must be an integer or a sequence of integers, got b'44'"),
    ({"input_size": None}, "input_size must be an integer or a sequence of integers, got None"),
    ({"input_size": {4, 6}}, "input_size must be an integer or a sequence of integers, got {"),
    ({"input_size": np.array([4, 6])}, "sequence of integers, got array([4, 6])"),
    ({"kernel_size": 2.5}, "kernel_size must be an integer or a sequence of integers, got 2.5"),
    ({"kernel_size": (2, "3")}, "kernel_size must be an integer, got '3'"),
    ({"stride": True}, "stride must be an integer or a sequence of integers, got True"),
    ({"stride": np.True_}, "stride must be an integer or a sequence of integers, got "),
    ({"stride": 1.0}, "stride must be an integer or a sequence of integers, got 1.0"),
    ({"dilation": (1, None)}, "dilation must be an integer, got None"),
    ({"in_channels": 2.0}, "in_channels must be an integer, got 2.0"),
    ({"out_channels": "3"}, "out_channels must be an integer, got '3'"),
    ({"batch": True}, "batch must be an integer, got True"),
    ({"groups": None}, "groups must be an integer, got None"),
    ({"padding": None}, "padding must be an integer or a sequence of integers, got None"),
    ({"padding": 1.0}, "padding must be an integer or a sequence of integers, got 1.0"),
    ({"padding": (1.0, 1)}, "padding must be an integer or a sequence of integers, got 1.0"),
    ({"padding": ((1, True), 1)}, "padding ((1, True), 1): (1, True) is neither an int nor a (before, after) pair"),
    ({"padding": (b"ab", 1)}, "padding must be an integer or a sequence of integers, got b'ab'"),
    ({"padding": (("1", "2"), 1)}, "('1', '2') is neither an int nor a (before, after) pair"),
    ({"bias": 1}, "bias must be True or False, got 1"),
    ({"bias": None}, "bias must be True or False, got None"),
    ({"bias": "no"}, "bias must be True or False, got 'no'"),
    # layouts
    ({"layout": "nchw"}, "unknown layout 'nchw' for rank 2; choose one of HW, CHW, HWC, NCHW, NHWC"),
    ({"layout": "NCW"}, "unknown layout 'NCW' for rank 2; choose one of HW, CHW, HWC, NCHW, NHWC"),
    ({"layout": ["HW"]}, "unknown layout ['HW'] for rank 2"),
    ({"layout": 7}, "unknown layout 7 for rank 2"),
    (
        {"layout": "HW", "in_channels": 2},
        "layout HW has no channel axis, but in_channels is 2 and out_channels is 1",
    ),
    (
        {"layout": "HW", "out_channels": 3},
        "layout HW has no channel axis, but in_channels is 1 and out_channels is 3",
    ),
    ({"layout": "CHW", "batch": 2}, "layout CHW has no batch axis, but batch is 2"),
    ({"layout": "HWC", "in_channels": 2, "batch": 3}, "layout HWC has no batch axis, but batch is 3"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), REFUSED, ids=[message[:50] for _, message in REFUSED])
def test_a_layer_that_cannot_be_is_refused_with_both_values(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        ConvSpec(**{"input_size": (4, 6), "kernel_size": 2} | arguments)
    assert message in str(caught.value)
    assert isinstance(caught.value, ConvgenError)
    assert isinstance(caught.value, ValueError)


def test_the_smallest_layer_is_none_too_small() -> None:
    spec = ConvSpec(1, 1)
    assert spec.output_size == (1,)
    assert spec.multiply_adds == 1


@pytest.mark.parametrize("text", ["SAME", "same:1", "1_0", "0.5"])
def test_a_padding_that_is_no_padding_is_answered_with_the_ones_there_are(text: str) -> None:
    with pytest.raises(
        SpecError, match=f"padding={text}: '{text}' is neither one of valid, same, same_lower, full"
    ):
        ConvSpec.parse(f"input=5x5 kernel=3x3 padding={text}")


def test_a_spec_is_read_from_text_alone() -> None:
    with pytest.raises(SpecError, match="read from text such as .*, got 3"):
        ConvSpec.parse(3)
