"""A right layer passes; a wrong one fails on a small layer and is told, in words, which mistake it makes."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies

import by_loops
from convgen import ConvSpec
from convgen.errors import BudgetError, MissingDependencyError, SpecError
from convgen.layout import from_named, to_named
from convgen.proof.mutants import Mutant, mutants
from convgen.testing import (
    HARD_SPECS,
    assert_conv_layer,
    conv_specs,
    examine_conv_layer,
    hard_specs,
    torch_function,
)
from convgen.testing.question import Question
from proof.tiers import shared_out
from testing.layers import NotSupportedError, as_correlation, backward, but, forward, scattered


def told(**arguments: Any) -> str:
    """The message about a layer that is wrong, channel first unless layers are given."""
    layers = {} if "specs" in arguments else {"layout": "NCHW", "examples": 10}
    with pytest.raises(AssertionError) as caught:
        assert_conv_layer(**layers | arguments)
    return str(caught.value)


# ---- what it is held against -----------------------------------------------------------------------------


def words_alone(value: object) -> str:
    """The id of a row by its words: functions have an address in theirs, which no two workers share."""
    return "" if isinstance(value, dict) else str(value)


@pytest.mark.parametrize("spec", HARD_SPECS, ids=str)
def test_the_expected_answers_are_those_of_loops(spec: ConvSpec) -> None:
    question = Question(spec, "float64")
    arrays = {name: to_named(spec, name, array).astype(int) for name, array in question.arrays.items()}
    expected = by_loops.answers(spec, arrays)
    expected["O"] = expected["O + b"] if spec.bias else expected["O"]
    assert question.truth.keys() == {"O", "dX", "dK"} | ({"db"} if spec.bias else set())
    for name, answer in question.truth.items():
        assert np.array_equal(answer, from_named(spec, name, expected[name]))


def test_the_arrays_have_no_zeros_and_are_the_same_in_every_run() -> None:
    spec = HARD_SPECS[0]
    first, second = Question(spec, "float32"), Question(spec, "float32")
    for name, array in first.arrays.items():
        assert array.dtype == np.float32
        assert np.array_equal(array, second.arrays[name])
        assert (array != 0).all()
        assert not np.array_equal(array, first.others[name])


def test_a_sum_that_float32_does_not_hold_is_refused_with_both_numbers() -> None:
    spec = ConvSpec((3000, 3000), (1, 1), 1, 1, 1)
    with pytest.raises(BudgetError, match=r"sums of 9,000,001 products .* float32, .* up to 16,777,216"):
        assert Question(spec, "float32").arrays


# ---- right layers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["NCW", "NCHW", "NCDHW"])
def test_a_right_layer_passes(layout: str) -> None:
    assert_conv_layer(forward=forward, backward=backward, layout=layout)


def test_a_right_layer_passes_in_float32_and_on_what_is_held() -> None:
    assert_conv_layer(
        forward=forward, backward=backward, dtype="float32", layout="NCHW", stride=3, dilation=2, groups=2
    )


def test_what_was_examined_is_told() -> None:
    report = examine_conv_layer({"forward": forward, "backward": backward}, layout="NCHW", examples=10)
    assert report
    assert report.results == ("O", "dX", "dK", "db")
    assert report.layers >= len(hard_specs(layout="NCHW"))
    assert re.fullmatch(
        r"convgen examined forward and backward on \d+ layers: O, dX, dK and db are right, to the last bit",
        str(report),
    )


@pytest.mark.parametrize(
    ("functions", "results"),
    [
        ({"forward": forward}, "O is"),
        ({"backward": lambda X, K, dO, spec: backward(X, K, dO, spec)[:1]}, "dX is"),
        ({"backward": lambda X, K, dO, spec: (None, backward(X, K, dO, spec)[1], None)}, "dK is"),
        ({"backward": lambda X, K, dO, spec: {"db": backward(X, K, dO, spec)[2]}}, "db is"),
        ({"backward": lambda *given: [*backward(*given)]}, "dX, dK and db are"),
        ({"backward_data": lambda K, dO, spec: backward(np.zeros(spec.input_shape), K, dO, spec)[0]}, "dX is"),
        ({"backward_weights": lambda X, dO, spec: backward(X, np.zeros(spec.kernel_shape), dO, spec)[1]}, "dK is"),
        ({"backward_bias": lambda dO, spec: dO.sum(axis=(0, 2, 3)).tolist()}, "db is"),
    ],
    ids=["forward", "dX", "dK", "db", "list", "data", "weights", "bias"],
)  # fmt: skip
def test_a_part_of_a_layer_is_enough(functions: dict[str, Any], results: str) -> None:
    report = examine_conv_layer(functions, layout="NCHW", bias=True, examples=5)
    assert f"{results} right, to the last bit" in str(report)


def test_given_layers_are_all_tried_and_no_others() -> None:
    tried = []

    def recording(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
        tried.append(spec)
        return forward(X, K, b, spec)

    assert_conv_layer(forward=recording, specs=hard_specs(layout="NCHW"))
    assert {*tried} == {*hard_specs(layout="NCHW")}
    tried.clear()
    assert_conv_layer(forward=recording, specs=HARD_SPECS[0])
    assert {*tried} == {HARD_SPECS[0]}
    tried.clear()
    assert_conv_layer(forward=recording, specs=conv_specs(layout="NCHW", kernel_size=3), examples=7)
    assert {spec.kernel_size for spec in tried} == {(3, 3)}
    assert len({*tried}) <= 7


def test_without_anything_held_every_layout_is_tried() -> None:
    layouts = set()

    def recording(dO: Any, spec: ConvSpec) -> Any:
        layouts.add(spec.layout)
        named = to_named(spec, "dO", dO)
        return named.sum(axis=(0, *range(3, named.ndim))).reshape(spec.bias_shape)

    assert_conv_layer(backward_bias=recording, bias=True)
    assert {spec.layout for spec in HARD_SPECS} == layouts


# ---- realistic bugs --------------------------------------------------------------------------------------

BUGS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "dX as a correlation, dO not dilated": (
        {"backward": but(dX=lambda X, K, dO, spec, right: as_correlation(K, dO, spec, dilate=False)), "groups": 1},
        ["dX is wrong", "your dX equals the rule without the dilation of dO, in the size of dX", "S = 1 on every axis"],
    ),
    "dX as a correlation, kernel not turned": (
        {"backward": but(dX=lambda X, K, dO, spec, right: as_correlation(K, dO, spec, rotate=False)), "groups": 1},
        ["your dX equals the rule without rot180"],
    ),
    "dX as a correlation, remainder forgotten, the rest left 0": (
        {"backward": but(dX=lambda X, K, dO, spec, right: as_correlation(K, dO, spec, remainder=False)), "groups": 1},
        ["your dX equals the rule without the remainder r, cut or filled up with zeros to the size of dX"],
    ),
    "dX is smaller by the remainder": (
        {
            "backward": but(
                dX=lambda X, K, dO, spec, right: right[
                    (..., *(slice(axis.input - axis.remainder) for axis in spec.axes))
                ]
            ),
            "padding": 0,
        },
        ["dX has shape", "your dX equals the rule without the remainder r\n"],
    ),
    "dX is scattered, the taps of the kernel not apart": (
        {"backward_data": lambda K, dO, spec: scattered(K, dO, spec, steps=(1, 1)), "groups": 1},
        ["your dX equals the rule without the dilation of K, in the size of dX", "D = 1 on every axis"],
    ),
    "dX is scattered, the taps of the kernel a stride apart": (
        {
            "backward_data": lambda K, dO, spec: scattered(K, dO, spec, steps=spec.stride),
            "groups": 1, "unsupported": IndexError,
        },
        ["your dX equals the rule with S for D, in the size of dX", "S = 1 and D = 1 on every axis"],
    ),
    "dK and db are means over the batch": (
        {
            "backward": but(
                dK=lambda X, K, dO, spec, right: right / spec.batch,
                db=lambda X, K, dO, spec, right: right / spec.batch,
            )
        },
        ["dK and db are wrong", "your dK equals the rule divided by the number of images",
         "your db equals the rule divided by the number of images"],
    ),
    "db is the mean over batch and positions": (
        {"backward": but(db=lambda X, K, dO, spec, right: dO.mean(axis=(0, 2, 3))), "bias": True},
        ["your db equals the rule with the mean for the sum"],
    ),
    "dK is the mean over output positions": (
        {"backward": but(dK=lambda X, K, dO, spec, right: right / math.prod(spec.output_size))},
        ["your dK is the right one divided by the number of output positions"],
    ),
    "dK sums the first image alone": (
        {"backward": but(dK=lambda X, K, dO, spec, right: backward(X[:1], K, dO[:1], spec)[1])},
        ["your dK equals the rule with the first image of"],
    ),
    "the gradient has the wrong sign": (
        {"backward": but(dX=lambda X, K, dO, spec, right: -right)}, ["your dX equals the rule with the wrong sign"],
    ),
    "the first group's kernel for every group": (
        {
            "backward": but(
                dX=lambda X, K, dO, spec, right: backward(
                    X, np.tile(K[: len(K) // spec.groups], (spec.groups, *(1,) * (K.ndim - 1))), dO, spec
                )[0]
            )
        },
        ["your dX equals the rule with the first group's K for every group", "groups = 1"],
    ),
    "channels not swapped": (
        {
            "backward": but(
                dX=lambda X, K, dO, spec, right: backward(X, K.swapaxes(0, 1).copy(), dO, spec)[0]
            ),
            "in_channels": 3, "out_channels": 3, "groups": 1,
        },
        ["your dX equals the rule without swapping the channels of K"],
    ),
    "dK with its channels the other way round": (
        {"backward": but(dK=lambda X, K, dO, spec, right: right.swapaxes(0, 1))},
        ["your dK has the right entries with its axes in the order IOHW, not OIHW"],
    ),
    "padding not taken off symmetrically": (
        {
            "backward": but(
                dX=lambda X, K, dO, spec, right: backward(
                    X, K, dO, ConvSpec(spec.input_size, spec.kernel_size, spec.in_channels, spec.out_channels,
                                       spec.batch, spec.stride, tuple(pair[::-1] for pair in spec.padding),
                                       spec.dilation, spec.groups, spec.bias, spec.layout))[0]
            )
        },
        ["your dX equals the rule with Pb and Pa exchanged", "padding symmetric on every axis"],
    ),
    "forward is a true convolution": (
        {"forward": lambda X, K, b, spec: forward(X, np.flip(K, (2, 3)), b, spec)},
        ["your O equals the rule with a true convolution for the correlation"],
    ),
    "forward leaves the bias out": (
        {"forward": lambda X, K, b, spec: forward(X, K, None, spec)}, ["your O equals the rule without the bias"],
    ),
    "forward reads the strides of the other axis": (
        {
            "forward": lambda X, K, b, spec: forward(
                X, K, b, ConvSpec(spec.input_size, spec.kernel_size, spec.in_channels, spec.out_channels, spec.batch,
                                  spec.stride[::-1], spec.padding, spec.dilation, spec.groups, spec.bias, spec.layout))
        },
        ["your O equals the rule with the step of the other axis"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_a_realistic_bug_is_told_in_its_own_words(bug: str) -> None:
    arguments, words = BUGS[bug]
    message = told(**{"forward": forward} | arguments if "backward" in arguments else arguments)
    assert [each for each in words if each not in message] == [], message


# ---- every seeded mistake --------------------------------------------------------------------------------

PASS_OF = {"O": "forward", "dX": "backward_data", "dK": "backward_weights", "db": "backward_bias"}


def imitation(mutant: Mutant) -> dict[str, Callable[..., Any]]:
    """A layer that computes a mutant, its tree evaluated on the user's own arrays."""
    from convgen.testing.diagnosis import value_on

    def computed(*given: Any) -> Any:
        *arrays, spec = given
        names = {"O": ("X", "K", "b"), "dX": ("K", "dO"), "dK": ("X", "dO"), "db": ("dO",)}[mutant.target]
        present = {name: array for name, array in zip(names, arrays, strict=True) if array is not None}
        value = value_on(spec, mutant, present)
        if value is None:
            raise ValueError("sizes that do not go together")
        return value.astype(np.float64)

    return {PASS_OF[mutant.target]: computed}


UNSEEN = {
    ("db", "with dO turned by rot180"),
    ("db", "with dO transposed"),
    ("dK", "with negative padding taken as 0"),
    ("dK", "padded by one too much after"),
    ("O", "with negative padding taken as 0"),
    ("dK", "with signal and kernel exchanged"),
    ("dX", "with signal and kernel exchanged"),
    ("O", "with signal and kernel exchanged"),
}
"""Changes that change nothing, and those that leave most layers without a value, so that they raise."""

CLOSED_FORMS = [
    mutant
    for mutant in mutants()
    if mutant.rule.name == mutant.target and (mutant.target, mutant.words) not in UNSEEN
]


@pytest.mark.parametrize("mutant", shared_out(CLOSED_FORMS, 10))
def test_every_mistake_of_the_kill_table_is_told_by_its_words(mutant: Mutant) -> None:
    report = examine_conv_layer(imitation(mutant), layout="NCHW", examples=20)
    finding = next(each for each in report.findings if each.problem.subject == mutant.target)
    assert mutant.words in [each.mutant.words for each in finding.diagnoses if each.mutant is not None]


@pytest.mark.parametrize("layout", ["CW", "NWC", "HW", "HWC", "NHWC", "DHW", "NCDHW"])
def test_a_mistake_is_told_in_every_kind_of_layout(layout: str) -> None:
    mutant = next(each for each in CLOSED_FORMS if (each.target, each.words) == ("dX", "without rot180"))
    (finding,) = examine_conv_layer(imitation(mutant), layout=layout, examples=5).findings
    assert finding.diagnoses[0].words == "equals the rule without rot180"
    assert finding.spec.layout == layout


def test_a_layer_of_spatial_axes_alone_is_examined_on_the_hard_layers() -> None:
    """One that is drawn may show the mistake or not; the traps do."""

    def without_dilation(K: Any, dO: Any, spec: ConvSpec) -> Any:
        return scattered(K, dO, spec, steps=(1, 1))

    def right(K: Any, dO: Any, spec: ConvSpec) -> Any:
        return scattered(K, dO, spec, steps=spec.dilation)

    assert examine_conv_layer({"backward_data": right}, layout="HW", examples=1).layers > 30
    (finding,) = examine_conv_layer({"backward_data": without_dilation}, layout="HW", examples=1).findings
    assert [each.words for each in finding.diagnoses] == [
        "equals the rule without the dilation of K, in the size of dX"
    ]
    assert max(finding.spec.dilation) == 2


# ---- what else can be wrong ------------------------------------------------------------------------------


class Accumulating:
    """Adds to the result of an earlier call."""

    def __init__(self) -> None:
        self.memory: dict[Any, Any] = {}

    def __call__(self, X: Any, K: Any, dO: Any, spec: ConvSpec) -> Any:
        dX, dK, db = backward(X, K, dO, spec)
        self.memory[spec] = self.memory.get(spec, 0) + dK
        return dX, self.memory[spec].copy(), db


def writes_to_its_input(X: Any, K: Any, dO: Any, spec: ConvSpec) -> Any:
    results = backward(X, K, dO, spec)
    dO *= 2
    return results


def not_a_number(X: Any, K: Any, dO: Any, spec: ConvSpec) -> Any:
    dX, dK, db = backward(X, K, dO, spec)
    dX[..., -1] = np.nan
    return dX, dK, db


def dx_at_stride_1_alone(X: Any, K: Any, dO: Any, spec: ConvSpec) -> Any:
    dX, dK, db = backward(X, K, dO, spec)
    return None if max(spec.stride) > 1 else dX, dK, db


def raises_at_stride(X: Any, K: Any, dO: Any, spec: ConvSpec) -> Any:
    if max(spec.stride) > 1:
        raise IndexError("index 7 is out of bounds")
    return backward(X, K, dO, spec)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"backward": Accumulating()},
            ["backward gives another dK when it is called again with the same arrays", "does it add to an earlier"],
        ),
        ({"backward": writes_to_its_input}, ["backward wrote to its input dO"]),
        ({"backward": not_a_number}, ["dX is wrong", "is NaN or infinite", "is nan, expected"]),
        (
            {"backward": raises_at_stride},
            ["backward is wrong", "backward raised IndexError: index 7 is out of bounds", "stride=1x2"],
        ),
        (
            {"forward": lambda X, K, b, spec: np.maximum(forward(X, K, b, spec), 0)},
            ["O", "forward is not linear in", "apply an activation?"],
        ),
        ({"forward": lambda *given: forward(*given).astype(np.float32)}, ["O is float32, expected float64"]),
        ({"forward": lambda *given: forward(*given)[0]}, ["O has shape (1, 1, 1), expected (1, 1, 1, 1)"]),
        ({"forward": lambda X, K, b, spec: None}, ["forward returned None, expected O"]),
        ({"forward": lambda X, K, b, spec: "O"}, ["O is one array of shape () of <U1, expected real numbers"]),
        ({"forward": lambda X, K, b, spec: [[1], [2, 3]]}, ["which is no array"]),
        (
            {"backward": lambda X, K, dO, spec: X},
            ["backward returned one array of shape (1, 1, 1, 1), expected (dX, dK, db)"],
        ),
        ({"backward": lambda X, K, dO, spec: (X, K, dO, K)}, ["backward returned 4 values, expected (dX, dK, db)"]),
        ({"backward": lambda X, K, dO, spec: (None, None)}, ["backward returned None for everything"]),
        ({"backward": lambda X, K, dO, spec: {}}, ["backward returned {}, expected (dX, dK, db)"]),
        ({"backward": lambda X, K, dO, spec: {"dX": None}}, ["backward returned None for everything"]),
        ({"backward_data": lambda K, dO, spec: {}}, ["backward_data returned {}, expected dX"]),
        (
            {"backward": dx_at_stride_1_alone},
            ["dX is wrong", "backward gives no dX here, and does on other layers", "unsupported=...", "stride=1x2"],
        ),
        ({"backward": lambda X, K, dO, spec: {"dW": K}}, ["backward returned 'dW', expected (dX, dK, db)"]),
    ],
    ids=words_alone,
)  # fmt: skip
def test_what_is_no_formula_is_told_as_well(arguments: dict[str, Any], words: list[str]) -> None:
    message = told(**arguments)
    assert [each for each in words if each not in message] == [], message


def test_what_the_layer_raised_is_the_cause() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_conv_layer(backward=raises_at_stride, layout="NCHW", examples=10)
    assert isinstance(caught.value.__cause__, IndexError)


def test_an_interrupt_is_not_swallowed() -> None:
    def interrupted(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assert_conv_layer(forward=interrupted, layout="NCHW")


def computed_in(number_type: type, function: Any) -> Any:
    """A function that casts what it takes, and casts back what it gives."""

    def cast(array: Any, to: Any) -> Any:
        with np.errstate(all="ignore"):
            return array if array is None else array.astype(to)

    def computed(*given: Any) -> Any:
        *arrays, spec = given
        with np.errstate(all="ignore"):
            answer = function(*[cast(array, number_type) for array in arrays], spec)
        one = isinstance(answer, np.ndarray)
        return cast(answer, arrays[0].dtype) if one else tuple(cast(each, arrays[0].dtype) for each in answer)

    return computed


@pytest.mark.parametrize(
    ("number_type", "dtype"), [(np.float32, "float64"), (np.float16, "float64"), (np.float16, "float32")]
)
def test_a_smaller_number_type_on_the_way_is_told(number_type: type, dtype: str) -> None:
    report = examine_conv_layer(
        {"forward": computed_in(number_type, forward), "backward": computed_in(number_type, backward)},
        specs=hard_specs(layout="NCHW", bias=True), dtype=dtype,
    )  # fmt: skip
    assert [finding.problem.subject for finding in report.findings] == ["O", "dX", "dK", "db"]
    for finding in report.findings:
        assert "is right on integers up to 9 and not on integers up to " in str(finding)
        assert f"is it computed in a smaller number type than {dtype}, and cast back?" in str(finding)


def test_what_small_integers_hide_by_accident_is_no_matter_of_the_number_type() -> None:
    """Both entries of dO are the same number, and so are then those of its two ends."""
    spec = ConvSpec.parse("input=1x1 kernel=1x1 padding=0x0:1")
    first, last = Question(spec, "float64").arrays["dO"].ravel()
    assert first == last
    (finding,) = examine_conv_layer(
        {"backward_data": lambda K, dO, spec: scattered(K, dO, spec, steps=(1, 1), side=1)}, specs=spec
    ).findings
    assert "integers up to" not in str(finding)
    assert re.search(r"dX\[0, 0\] is -?\d+, expected -?\d+ = dO_0_0\*K_0_0 = ", str(finding))
    assert "your dX equals the rule with Pb and Pa exchanged" in str(finding)


def test_a_number_type_stays_blamed_where_other_results_are_wrong() -> None:
    report = examine_conv_layer(
        {
            "forward": computed_in(np.float16, forward),
            "backward": but(dX=lambda X, K, dO, spec, right: 2 * right),
        },
        specs=hard_specs(layout="NCHW", groups=1, max_size=4), examples=5,
    )  # fmt: skip
    assert [finding.problem.subject for finding in report.findings] == ["O", "dX"]
    assert "smaller number type" in str(report.findings[0])
    assert "counted twice" in str(report.findings[1])


@pytest.mark.parametrize("spec", hard_specs(layout="NCHW"), ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_of_the_larger_integers_are_exact_and_fill_the_number_type(spec: ConvSpec, dtype: str) -> None:
    question = Question(spec, dtype)
    exact = {"float32": 2**24, "float64": 2**53}[dtype]
    assert {array.dtype.name for array in question.larger.values()} == {dtype}
    whole = {name: array.astype(object).astype(int) for name, array in question.larger.items()}
    for name in question.results:
        sizes = question.true(name, {array: abs(data) for array, data in whole.items()})
        assert sizes.max() <= exact // 4
        assert np.array_equal(sizes, sizes.astype(dtype))
    assert question.largest**2 * 5_000 > exact // 4
    assert max(abs(data).max() for data in whole.values()) > question.largest // 2


# ---- smallest, and told so -------------------------------------------------------------------------------


def test_the_layer_shown_is_as_small_as_the_bug_allows() -> None:
    """Without rot180, dX is wrong as soon as a kernel has two entries."""
    wrong = but(dX=lambda X, K, dO, spec, right: backward(X, np.flip(K, (2, 3)), dO, spec)[0])
    (finding,) = examine_conv_layer({"backward": wrong}, layout="NCHW").findings
    kernel = finding.spec.kernel_size
    assert sorted(kernel) == [1, 2]
    assert finding.spec.stride == finding.spec.dilation == (1, 1)
    assert finding.spec.in_channels == finding.spec.out_channels == finding.spec.batch == 1
    assert sum(finding.spec.input_size) + sum(map(sum, finding.spec.padding)) <= 3


def test_what_is_held_stays_while_a_layer_is_made_smaller() -> None:
    wrong = but(dX=lambda X, K, dO, spec, right: 2 * right)
    (finding,) = examine_conv_layer(
        {"backward": wrong}, layout="NCHW", kernel_size=3, padding="same", groups=2, batch=2
    ).findings
    assert finding.spec.kernel_size == (3, 3)
    assert finding.spec == ConvSpec(
        finding.spec.input_size,
        3,
        2,
        2,
        2,
        stride=finding.spec.stride,
        padding="same",
        groups=2,
        layout="NCHW",
    )
    assert "counted twice" in str(finding)


def test_a_strategy_is_not_left_while_a_layer_is_made_smaller() -> None:
    wrong = but(dX=lambda X, K, dO, spec, right: 2 * right)
    odd = conv_specs(layout="NCHW", bias=True).filter(lambda spec: spec.batch == 2)
    (finding,) = examine_conv_layer({"backward": wrong}, specs=odd, examples=30).findings
    assert finding.spec.batch == 2
    assert finding.spec.input_size == (1, 1)


def test_one_layer_alone_is_told_apart_by_more_of_them() -> None:
    """On the given layer several mistakes look alike; which it is, other layers tell."""
    spec = ConvSpec((3, 3), (1, 1), 1, 1, 1, stride=2)
    wrong = but(
        dX=lambda X, K, dO, spec, right: (
            as_correlation(K, dO, spec, dilate=False) if spec.groups == 1 else right
        )
    )
    message = told(backward=wrong, specs=spec)
    assert "your dX equals the rule without the dilation of dO, in the size of dX" in message
    assert message.count("your dX") == 1


def test_the_message_shows_the_entry_the_products_the_arrays_and_how_to_see_it_again() -> None:
    message = told(
        backward=but(dK=lambda X, K, dO, spec, right: right + 1), specs=ConvSpec((1, 2), (1, 1), 1, 1, 1)
    )
    X, dO = (Question(ConvSpec((1, 2), (1, 1), 1, 1, 1), "float64").arrays[name] for name in ("X", "dO"))
    (x0, x1), (g0, g1) = X.ravel().astype(int), dO.ravel().astype(int)
    assert f"dK[0, 0, 0, 0] is {x0 * g0 + x1 * g1 + 1}, expected {x0 * g0 + x1 * g1} = " in message
    assert "dO_0_0_0_0*X_0_0_0_0 + dO_0_0_0_1*X_0_0_0_1 = " in message
    assert f"with X = [[[[{x0}, {x1}]]]]" in message
    assert 'specs=ConvSpec.parse("input=1x2 kernel=1x1 in-channels=1 out-channels=1 batch=1")' in message
    assert "your dK" not in message


def test_what_is_shown_is_wrong_again() -> None:
    wrong = but(dX=lambda X, K, dO, spec, right: right[..., ::-1])
    text = re.search(r'specs=ConvSpec.parse\("(.*)"\)', told(backward=wrong))
    assert text is not None
    assert_conv_layer(backward=backward, specs=ConvSpec.parse(text[1]))
    with pytest.raises(AssertionError):
        assert_conv_layer(backward=wrong, specs=ConvSpec.parse(text[1]))


# ---- the adjoint identity --------------------------------------------------------------------------------


def true_convolution(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
    return forward(X, np.flip(K, (2, 3)), b, spec)


def its_gradients(X: Any, K: Any, dO: Any, spec: ConvSpec) -> Any:
    dX, dK, db = backward(X, np.flip(K, (2, 3)).copy(), dO, spec)
    return dX, np.flip(dK, (2, 3)), db


def test_a_layer_with_another_definition_is_held_against_its_own_forward() -> None:
    assert_conv_layer(forward=true_convolution, backward=its_gradients, definition=False, layout="NCHW")
    message = told(forward=true_convolution, backward=backward, definition=False)
    assert "dX and dK are wrong" in message
    assert "dX is not the gradient of your forward: by the adjoint identity" in message
    assert re.search(r"<dO, forward\(X\)> = -?\d+ should equal <dX, X> = -?\d+", message)


def test_whose_gradient_it_is_is_told_for_the_entry_shown() -> None:
    """A consistent pair for another definition is recognised as such."""
    message = told(forward=true_convolution, backward=its_gradients, bias=False)
    value = re.search(r"dX\[.*\] is (-?\d+), expected", message)
    own = re.search(r"(?s)\ndX, .*?the gradient of your own forward is (-?\d+) there", message)
    assert value is not None
    assert own is not None
    assert value[1] == own[1]


@pytest.mark.parametrize(
    "activation", [lambda O: np.maximum(O, 0), np.tanh, lambda O: O**2], ids=["relu", "tanh", "square"]
)
@pytest.mark.parametrize("definition", [True, False])
def test_what_forward_that_is_not_linear_would_have_for_gradient_is_not_told(
    activation: Any, definition: bool
) -> None:
    """The identity holds for a linear forward alone; that it is none is said first."""
    wrong = but(dX=lambda X, K, dO, spec, right: 2 * right)
    report = examine_conv_layer(
        {"forward": lambda *given: activation(forward(*given)), "backward": wrong},
        definition=definition, layout="NCHW", examples=5,
    )  # fmt: skip
    assert report.findings[0].problem.subject == "forward"
    assert "forward is not linear in" in str(report.findings[0])
    assert [each.problem.subject for each in report.findings[1:]] == (["O", "dX"] if definition else [])
    assert "adjoint" not in str(report)


def test_a_linear_forward_with_fractions_is_not_called_anything_else() -> None:
    """A mean rounds, and its sums with it."""
    report = examine_conv_layer(
        {"forward": lambda X, K, b, spec: forward(X, K, b, spec) / 7}, layout="NCHW", examples=5
    )
    assert [each.problem.subject for each in report.findings] == ["O"]


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_infinity_is_told_as_what_it_is(value: float) -> None:
    """Warnings are errors here: none is to be raised on the layer's behalf."""
    message = told(
        forward=lambda X, K, b, spec: np.where(X.sum() > 0, value, -value) + np.zeros(spec.output_shape),
        backward=but(dX=lambda X, K, dO, spec, right: np.full_like(right, value)),
    )
    assert "O and dX are wrong" in message
    assert "of which 1 is NaN or infinite" in message
    assert re.search(r"O\[0, 0, 0, 0\] is -?(inf|nan), expected", message)
    assert "linear" not in message
    assert "adjoint" not in message


# ---- without PyTorch -------------------------------------------------------------------------------------


def test_without_pytorch_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependencyError, match="pip install torch"):
        torch_function(forward)
    with pytest.raises(MissingDependencyError, match="pip install torch"):
        assert_conv_layer(forward=forward, arrays="torch")


# ---- without Hypothesis ----------------------------------------------------------------------------------


def test_given_layers_need_no_hypothesis_and_drawn_ones_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    assert_conv_layer(forward=forward, backward=backward, specs=hard_specs(layout="NCHW", max_size=4))
    with pytest.raises(MissingDependencyError, match="pip install hypothesis"):
        assert_conv_layer(forward=forward, layout="NCHW")


# ---- bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "a layer has one or more of forward, backward, backward_data"),
        ({"foward": forward}, "assert_conv_layer takes no argument 'foward': did you mean forward?"),
        ({"foward": forward, "specs": HARD_SPECS[0]}, "no argument 'foward': did you mean forward?"),
        ({"forward": forward, "layuot": "NCHW"}, "no argument 'layuot': did you mean layout?"),
        ({"forward": 3}, "forward must be a function (X, K, b, spec), got 3"),
        ({"backward": "dX"}, "backward must be a function (X, K, dO, spec), got 'dX'"),
        ({"forward": lambda X, K, b: X}, "forward is called with X, K, b, spec, and yours takes (X, K, b)"),
        (
            {"backward_data": lambda K, dO, S, spec: K},
            "backward_data is called with K, dO, spec, and yours takes",
        ),
        ({"forward": forward, "dtype": "float16"}, "dtype must be one of float32, float64, got 'float16'"),
        ({"forward": forward, "arrays": "jax"}, "arrays must be one of numpy, torch, got 'jax'"),
        ({"forward": forward, "specs": []}, "a ConvSpec, several, or a Hypothesis strategy"),
        ({"forward": forward, "specs": "input=3"}, "a ConvSpec, several, or a Hypothesis strategy"),
        ({"forward": forward, "specs": [3]}, "a ConvSpec, several, or a Hypothesis strategy"),
        ({"forward": forward, "specs": HARD_SPECS[0], "stride": 2}, "stride=2: the specs are given already"),
        ({"forward": forward, "layout": "CNHW"}, "layout='CNHW'"),
        ({"backward": backward, "definition": False}, "against forward, which is not given"),
        ({"forward": forward, "examples": 0, "layout": "NCHW"}, "examples must be at least 1, got 0"),
    ],
    ids=words_alone,
)
def test_what_cannot_be_examined_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=re.escape(words)):
        assert_conv_layer(**arguments)


def test_a_layer_that_gives_nothing_that_is_looked_at_is_not_right() -> None:
    def db_alone(X: Any, K: Any, dO: Any, spec: ConvSpec) -> Any:
        return None, None, dO.sum(axis=(0, 2, 3))

    with pytest.raises(SpecError, match="gives no dK, dX on any of the"):
        assert_conv_layer(backward=db_alone, bias=False, layout="NCHW", examples=5)


def test_a_layer_that_supports_nothing_is_not_right() -> None:
    def declines(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
        raise NotSupportedError

    with pytest.raises(SpecError, match="supports none of the"):
        assert_conv_layer(forward=declines, unsupported=NotSupportedError, layout="NCHW", examples=5)


def test_the_assertion_works_within_a_property() -> None:
    """Hypothesis inside Hypothesis: a drawn spec is one layer."""
    from hypothesis import given, settings

    @settings(max_examples=5)
    @given(conv_specs(layout="NCW"), strategies.booleans())
    def holds(spec: ConvSpec, _: bool) -> None:
        assert_conv_layer(forward=forward, backward=backward, specs=spec)

    holds()
