"""Every rule gives the gradient that loops over the definition give, and every plausible wrong one does not."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import permutations

import numpy as np
import pytest
import sympy
from hypothesis import given

import by_loops
from by_loops import NASTY
from convgen import ConvSpec
from convgen.algebra.enumeration import enumerate_points, flat_positions
from convgen.algebra.operators import Named
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import to_text
from convgen.algebra.readings import evaluate, lower, shape_of
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node, array
from convgen.axis import Axis
from convgen.errors import ClaimError, FormulaShapeError
from convgen.layout import axis_names
from convgen.rules import (
    GRADIENT_RULES,
    RULES,
    array_shapes,
    bind,
    rules_for,
    simplify,
)
from convgen.taps import canonical_strides
from convgen.testing import conv_specs

Arrays = dict[str, np.ndarray]


def named_arrays(spec: ConvSpec, arrays: Arrays) -> dict[str, Named]:
    return {name: Named(axis_names(spec, name), data) for name, data in arrays.items()}


@cache
def case(layer: str) -> tuple[ConvSpec, dict[str, Named], Arrays]:
    """A hard layer with integers in its arrays, and what the loops make of them."""
    spec = NASTY[layer]
    arrays = by_loops.integers(spec, seed=len(layer))
    return spec, named_arrays(spec, arrays), by_loops.answers(spec, arrays)


def gives(tree: Node, spec: ConvSpec, arrays: dict[str, Named], target: str, expected: np.ndarray) -> bool:
    """Whether a bound tree has the target's axes, shape and every entry."""
    try:
        found = evaluate(tree, arrays)
    except FormulaShapeError:
        return False
    return found.axes == axis_names(spec, target) and np.array_equal(found.data, expected)


def holds(formula: str, target: str, layer: str) -> bool:
    spec, arrays, expected = case(layer)
    return gives(bind(parse_tree(formula), spec), spec, arrays, target, expected[target])


# ---- the rules are right ---------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", NASTY)
def test_every_rule_gives_what_the_loops_give(layer: str) -> None:
    spec, arrays, expected = case(layer)
    rules = rules_for(spec)
    assert {rule.target for rule, _ in rules} == {"O", "dX", "dK", "db"}
    for rule, tree in rules:
        target = "O + b" if rule.target == "O" else rule.target
        assert gives(tree, spec, arrays, rule.target, expected[target]), rule
        assert gives(bind(rule.tree, spec), spec, arrays, rule.target, expected[rule.target]), rule


@pytest.mark.parametrize("layer", NASTY)
def test_every_rule_lowers_to_sums_that_give_what_the_loops_give(layer: str) -> None:
    spec, arrays, expected = case(layer)
    for rule, tree in rules_for(spec):
        target = "O + b" if rule.target == "O" else rule.target
        found = np.zeros(expected[target].size, dtype=np.int64)
        for term in lower(tree, array_shapes(spec)):
            points = enumerate_points(term)
            values = np.full(points.count, int(term.coefficient))
            for factor in term.factors:
                steps = list(canonical_strides(spec, factor.array).values())
                at = flat_positions(factor.indices, steps, points, points.count)
                values = values * arrays[factor.array].data.ravel()[at]
            output = [Polynomial.of(index.name) for index in term.output]
            steps = list(canonical_strides(spec, rule.target).values())
            np.add.at(found, flat_positions(output, steps, points, points.count), values)
        assert np.array_equal(found.reshape(expected[target].shape), expected[target]), rule


@given(conv_specs(max_size=5, max_kernel=3, max_channels=4, max_batch=2))
def test_every_rule_gives_what_the_loops_give_on_drawn_layers(spec: ConvSpec) -> None:
    integers = by_loops.integers(spec)
    arrays, expected = named_arrays(spec, integers), by_loops.answers(spec, integers)
    for rule, tree in rules_for(spec):
        target = "O + b" if rule.target == "O" and spec.bias else rule.target
        assert gives(tree, spec, arrays, rule.target, expected[target]), rule


@pytest.mark.parametrize(
    "layer", ["one axis, remainder, more padding before than E - 1", "two axes, one by one"]
)
def test_the_same_code_serves_floats_and_symbols(layer: str) -> None:
    spec, integers, expected = case(layer)
    floats = {name: Named(each.axes, each.data.astype(np.float64)) for name, each in integers.items()}
    values: dict[sympy.Symbol, int] = {}
    symbols = {}
    for name, each in integers.items():
        data = np.empty(each.data.shape, dtype=object)
        for index in np.ndindex(data.shape):
            data[index] = sympy.Symbol(f"{name}_{'_'.join(map(str, index))}")
            values[data[index]] = int(each.data[index])
        symbols[name] = Named(each.axes, data)
    for rule in RULES:
        tree = rule.on(spec)
        assert gives(tree, spec, floats, rule.target, expected[rule.target].astype(np.float64))
        found = evaluate(tree, symbols).data
        assert [sympy.sympify(entry).xreplace(values) for entry in found.ravel()] == expected[
            rule.target
        ].ravel().tolist()


# ---- the table of layers is hard enough -----------------------------------------------------------------

HARD: dict[str, Callable[[Axis], bool]] = {
    "a remainder": lambda a: a.remainder > 0,
    "a remainder as large as the dilation": lambda a: a.remainder >= a.dilation,
    "a remainder that is smaller than the dilation": lambda a: 0 < a.remainder < a.dilation,
    "rows of X that no window reads": lambda a: a.remainder > a.after,
    "more padding before than E - 1": lambda a: a.before > a.effective - 1,
    "more padding after than E - 1": lambda a: a.after > a.effective - 1,
    "asymmetric padding": lambda a: a.before != a.after,
    "dilation and stride at once": lambda a: min(a.dilation, a.stride, a.kernel) > 1,
    "stride larger than the kernel": lambda a: a.stride > a.effective,
    "a kernel larger than the input": lambda a: a.kernel > a.input,
    "one output": lambda a: a.output == 1,
    "a kernel of size 1": lambda a: a.kernel == 1,
    "nothing but a dense kernel": lambda a: (a.stride, a.dilation, a.before, a.after) == (1, 1, 0, 0),
}


@pytest.mark.parametrize("kind", HARD)
def test_the_table_has_an_axis_of_every_hard_kind(kind: str) -> None:
    assert any(HARD[kind](axis) for spec in NASTY.values() for axis in spec.axes)


def test_in_the_table_all_that_could_be_confused_differs() -> None:
    assert {spec.rank for spec in NASTY.values()} == {1, 2, 3}
    for spec in NASTY.values():
        assert (spec.batch, spec.groups, spec.group_in_channels, spec.group_out_channels) == (2, 2, 2, 3)


# ---- wrong rules are wrong ------------------------------------------------------------------------------

WRONG = {
    "dX": [
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K",  # the kernel is not turned
        "conv(pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)), rot180(K), D)",  # turned twice
        "pad(dO, (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K)",  # dO is not dilated
        "pad(dilate(dO, D), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K)",  # dilated by the wrong step
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",  # r is dropped
        "pad(dilate(dO, S), (E-1-Pb+r, E-1-Pa)) ⋆[D] rot180(K)",  # r on the other side
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+2*r)) ⋆[D] rot180(K)",
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa-r)) ⋆[D] rot180(K)",
        "pad(dilate(dO, S), (E-1-Pa, E-1-Pb+r)) ⋆[D] rot180(K)",  # the sides are swapped
        "pad(dilate(dO, S), (Pb, Pa+r)) ⋆[D] rot180(K)",  # P for E - 1 - P
        "pad(dilate(dO, S), (E-Pb, E-Pa+r)) ⋆[D] rot180(K)",
        "pad(dilate(dO, S), (M-1-Pb, M-1-Pa+r)) ⋆[D] rot180(K)",  # M for E
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆ rot180(K)",  # the kernel is not dilated
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[S] rot180(K)",
        "pad(dilate(dO, S), (E-1, E-1)) ⋆[D] rot180(K)",  # full, whatever the padding
        "pad(dilate(dO, S)) ⋆[D] rot180(K)",
        "pad(dO) ⋆ rot180(K)",  # the short form of the sources
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(rot180(K))",
        "-(pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K))",
        "rot180(pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K)",
        "dilate(pad(dO, (E-1-Pb, E-1-Pa+r)), S) ⋆[D] rot180(K)",  # padded before it is dilated
        "fold(matrix(rot180(K)).T @ dO~)",
        "crop(pad(dilate(dO, S), (E-1, E-1+r)) ⋆[D] rot180(K), (Pa, Pb))",
    ],
    "dK": [
        "(X ⋆ dilate(dO, S))[::D][:M]",  # X is not padded
        "(pad(X) ⋆ dO)[::D][:M]",  # dO is not dilated
        "(pad(X) ⋆ dilate(dO, D))[::S][:M]",  # stride and dilation are confused
        "(pad(X) ⋆ dilate(dO, S))[::D]",  # no crop
        "(pad(X) ⋆ dilate(dO, S))[:M]",  # every entry, not every D-th
        "(pad(X) ⋆ dilate(dO, S))[:M][::D]",  # the crop first
        "(pad(X) ⋆ dilate(dO, S))[::S][:M]",
        "(pad(X) ⋆ dilate(dO, S))[r::D][:M]",
        "(pad(X) ⋆ dilate(dO, S))[::D][:E]",
        "(pad(X, (Pa, Pb)) ⋆ dilate(dO, S))[::D][:M]",  # the sides are swapped
        "(pad(X, (E-1, E-1)) ⋆ dilate(dO, S))[::D][:M]",
        "(pad(X) ⋆ rot180(dilate(dO, S)))[::D][:M]",  # a true convolution
        "rot180((pad(X) ⋆ dilate(dO, S))[::D][:M])",
        "(dilate(dO, S) ⋆ pad(X))[::D][:M]",  # signal and kernel are confused
        "(pad(X) ⋆ pad(dilate(dO, S), (0, 1)))[::D][:M]",
        "2*((pad(X) ⋆ dilate(dO, S))[::D][:M])",
        "(X ⋆ dO)[:M]",  # the short form of the sources
        "reshape(dO~ @ unfold(rot180(X)).T)",
    ],
    "O": [
        "(X ⋆[D] K)[::S]",  # X is not padded
        "(pad(X) ⋆ K)[::S]",  # not dilated
        "pad(X) ⋆[D] K",  # every window
        "(pad(X) ⋆[D] K)[::D]",
        "(pad(X) ⋆[S] K)[::D]",
        "(pad(X) ⋆[D] rot180(K))[::S]",  # a true convolution
        "(pad(X, (Pa, Pb)) ⋆[D] K)[::S]",  # the sides are swapped
        "(pad(X) ⋆[D] K)[r::S]",
        "pad(X)[::S] ⋆[D] K",  # the input is subsampled
        "reshape(matrix(rot180(K)) @ X~)",
    ],
    "db": ["2*sum(dO)", "sum(dO[::S])", "sum(crop(dO, (0, r)))", "sum(dO[1:])", "dO ⊙ dO"],
}  # fmt: skip

SQUARE = "two axes, square kernel, dilated"

WRONG_ON_SQUARES = {
    "dX": [
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot90(K)",
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K.T",
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K).T",
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot90(rot90(rot90(K)))",
    ],
    "dK": ["(pad(X) ⋆ dilate(dO, S))[::D][:M].T", "rot90((pad(X) ⋆ dilate(dO, S))[::D][:M])"],
    "O": ["(pad(X) ⋆[D] K.T)[::S]", "(pad(X) ⋆[D] rot90(K))[::S]"],
}

ALSO_RIGHT = {
    "dX": [
        "conv(pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)), K, D)",
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆ dilate(rot180(K), D)",
        "pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆ rot180(dilate(K, D))",
        "crop(pad(dilate(dO, S), (E-1, E-1+r)) ⋆[D] rot180(K), (Pb, Pa))",
        "rot180(rot180(pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r))) ⋆[D] K)",
    ],
    "dK": [
        "(pad(X) ⋆[S] dO)[::D][:M]",
        "crop((pad(X) ⋆ dilate(dO, S)), (0, r))[::D]",
        "(pad(X, (Pb, Pa-r)) ⋆[S] dO)[::D]",
        "reshape(dO~ @ X~.T)",
    ],
    "O": ["(pad(X) ⋆ dilate(K, D))[::S]", "conv(pad(X), rot180(K), D)[::S]", "reshape(K~ @ unfold(X))"],
    "db": ["sum(dilate(dO, S))", "sum(rot180(dO))", "sum(pad(dO, (1, 2)))", "1/2*(sum(dO) + sum(dO))"],
}


def formulas(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(target, formula) for target, each in table.items() for formula in each]


@pytest.mark.parametrize(("target", "formula"), formulas(WRONG))
def test_a_plausible_wrong_rule_fails(target: str, formula: str) -> None:
    assert not all(holds(formula, target, layer) for layer in NASTY)


@pytest.mark.parametrize(("target", "formula"), formulas(WRONG_ON_SQUARES))
def test_a_wrong_turn_fails_even_where_the_shapes_agree(target: str, formula: str) -> None:
    spec, arrays, expected = case(SQUARE)
    found = evaluate(bind(parse_tree(formula), spec), arrays)
    assert found.axes == axis_names(spec, target)
    assert found.data.shape == expected[target].shape
    assert not np.array_equal(found.data, expected[target])


@pytest.mark.parametrize(("target", "formula"), formulas(ALSO_RIGHT))
def test_another_way_to_write_a_rule_holds(target: str, formula: str) -> None:
    assert [layer for layer in NASTY if not holds(formula, target, layer)] == []


@pytest.mark.parametrize("layer", [layer for layer, spec in NASTY.items() if spec.rank == 2])
def test_two_quarter_turns_are_a_half_turn(layer: str) -> None:
    assert holds("pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot90(rot90(K))", "dX", layer)


def short_form_holds(axis: Axis) -> bool:
    """Where the sources' pad(dO) ⋆ rot180(K) is right, one shape at a time: P⁻ = 0, P⁺ = r, S = 1 or one output."""
    return (
        (axis.before, axis.after) == (0, axis.remainder)
        and 1 in (axis.stride, axis.output)
        and 1 in (axis.dilation, axis.kernel)
    )


# Where exactly a wrong rule fails: not more often, and not less.
EXACTLY: list[tuple[str, str, Callable[[Axis], bool]]] = [
    ("dX", "pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)", lambda a: a.remainder > 0),
    ("dK", "(pad(X) ⋆ dilate(dO, S))[::D]", lambda a: a.remainder >= a.dilation),
    ("dK", "(pad(X) ⋆ dilate(dO, S))[:M]", lambda a: a.dilation > 1 < a.kernel),
    ("dK", "(pad(X) ⋆ dO)[::D][:M]", lambda a: a.stride > 1 < a.output),
    ("O", "pad(X) ⋆[D] K", lambda a: a.slack + 1 != a.output),
    # the sources' short form
    (
        "dX",
        "pad(dO) ⋆ rot180(K)",
        lambda a: not short_form_holds(a),
    ),
]  # fmt: skip


@pytest.mark.parametrize("layer", NASTY)
@pytest.mark.parametrize(("target", "formula", "fails"), EXACTLY, ids=[row[1] for row in EXACTLY])
def test_a_wrong_rule_fails_exactly_where_it_should(
    target: str, formula: str, fails: Callable[[Axis], bool], layer: str
) -> None:
    assert holds(formula, target, layer) is not any(map(fails, NASTY[layer].axes))


ON_EVERY_SHAPE = [row for row in EXACTLY if "[:M]" not in row[1]]
"""Those that fail on every layer of their kind; the others hold by chance where all they misplace is zero."""


@pytest.mark.parametrize(
    ("target", "formula", "fails"), ON_EVERY_SHAPE, ids=[row[1] for row in ON_EVERY_SHAPE]
)
@given(spec=conv_specs(rank=1, max_size=8, max_channels=1, max_batch=1, max_stride=5))
def test_a_wrong_rule_fails_on_exactly_the_layers_of_its_kind(
    target: str, formula: str, fails: Callable[[Axis], bool], spec: ConvSpec
) -> None:
    integers = by_loops.integers(spec, largest=10**6)  # so large that no wrong sum is right by chance
    arrays, expected = named_arrays(spec, integers), by_loops.answers(spec, integers)[target]
    found = gives(bind(parse_tree(formula), spec), spec, arrays, target, expected)
    assert found is not any(map(fails, spec.axes))


@given(conv_specs(rank=1, max_size=8, max_channels=1, max_batch=1, max_stride=5))
def test_the_crop_to_m_matters_exactly_when_the_remainder_reaches_the_dilation(spec: ConvSpec) -> None:
    arrays = by_loops.integers(spec)
    without = bind(parse_tree("(pad(X) ⋆ dilate(dO, S))[::D]"), spec)
    found = evaluate(without, named_arrays(spec, arrays)).data
    (axis,) = spec.axes
    assert (found.shape[-1] != axis.kernel) is (axis.remainder >= axis.dilation)
    assert np.array_equal(found[..., : axis.kernel], by_loops.answers(spec, arrays)["dK"])


def relabelled(spec: ConvSpec, arrays: dict[str, Named], name: str, one: str, other: str) -> dict[str, Named]:
    """The arrays with two axes of one array confused."""
    confused = arrays[name].renamed({one: other, other: one})
    return arrays | {name: confused.arranged(axis_names(spec, name))}


@pytest.mark.parametrize("target", ["O", "dX", "dK"])
@pytest.mark.parametrize(
    ("name", "one", "other"),
    [("K", "f", "c"), ("K", "g", "f"), ("K", "g", "c"), ("X", "n", "c"), ("X", "g", "c"), ("dO", "n", "f")],
)
def test_confused_axes_are_seen_even_where_all_their_sizes_agree(
    target: str, name: str, one: str, other: str
) -> None:
    """Channels not swapped, groups ignored, batch and channels mixed up: invisible to shapes when all are 2."""
    spec = ConvSpec((4, 5), (2, 3), 4, 4, 2, groups=2, stride=(1, 2), padding=((1, 0), (0, 2)))
    integers = by_loops.integers(spec)
    arrays, expected = named_arrays(spec, integers), by_loops.answers(spec, integers)
    (rule,) = (rule for rule in RULES if rule.name == target)
    assert gives(rule.on(spec), spec, arrays, target, expected[target])
    confused = relabelled(spec, arrays, name, one, other)
    assert gives(rule.on(spec), spec, confused, target, expected[target]) is (name not in rule.tree.arrays)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_axes_are_not_interchangeable(order: tuple[int, ...]) -> None:
    """An amount of one axis that is taken from another is seen: every axis has its own."""
    layer = "three axes, everything differs"
    spec, arrays, expected = case(layer)
    for rule in RULES[:4]:
        tree = bind(rule.tree, spec)
        permuted = tree.rewrite(
            lambda node: Node(
                node.operator,
                node.operands,
                tuple(node.amounts[d] for d in order) if node.amounts else (),
                node.array,
                node.factor,
            )
        )
        right = order == (0, 1, 2) or not any(each.amounts for each in nodes(tree))
        assert gives(permuted, spec, arrays, rule.target, expected[rule.target]) is right


def nodes(tree: Node) -> list[Node]:
    return [tree] + [each for operand in tree.operands for each in nodes(operand)]


# ---- a rule of a layer -----------------------------------------------------------------------------------


def test_the_rules_read_as_they_are_stated() -> None:
    spec = NASTY["two axes, everything differs"]
    assert {rule.name: str(tree) for rule, tree in rules_for(spec)} == {
        "db": "sum(dO)",
        "dK": "(pad(X, (3, 1), (0, 2)) ⋆ dilate(dO, 3, 2))[::2, ::3]",
        "dX": "pad(dilate(dO, 3, 2), (1, 3), (3, 2)) ⋆[2, 3] rot180(K)",
        "O": "(pad(X, (3, 1), (0, 2)) ⋆[2, 3] K)[::3, ::2] + b",
        "O by im2col": "reshape(K~ @ X~) + b",
        "dK by im2col": "reshape(dO~ @ X~.T)",
        "dX by col2im": "fold(K~.T @ dO~)",
    }


def test_steps_that_change_nothing_are_left_out() -> None:
    dense = NASTY["two axes, dense"]
    assert {rule.name: str(rule.on(dense)) for rule in RULES[:4]} == {
        "db": "sum(dO)",
        "dK": "X ⋆ dO",
        "dX": "pad(dO, (1, 1), (2, 2)) ⋆ rot180(K)",
        "O": "X ⋆ K",
    }
    cropped = NASTY["one axis, remainder as large as the dilation"]
    assert str(GRADIENT_RULES["K"].on(cropped)) == "(pad(X, (0, 1)) ⋆ dilate(dO, 4))[:2]"


@given(conv_specs())
def test_a_rule_of_a_layer_parses_back_to_itself(spec: ConvSpec) -> None:
    for _, tree in rules_for(spec):
        assert to_text(bind(parse_tree(str(tree)), spec)) == str(tree)


@given(conv_specs(max_size=5, max_kernel=3, max_channels=4, max_batch=2))
def test_simplifying_keeps_the_value(spec: ConvSpec) -> None:
    arrays = named_arrays(spec, by_loops.integers(spec))
    for rule in RULES:
        full = bind(rule.tree, spec)
        short = simplify(full, array_shapes(spec))
        assert shape_of(short, array_shapes(spec)) == shape_of(full, array_shapes(spec))
        assert np.array_equal(evaluate(short, arrays).data, evaluate(full, arrays).data)
        assert len(nodes(short)) <= len(nodes(full))


def test_a_rule_about_the_bias_is_for_layers_with_one() -> None:
    spec = ConvSpec((4, 4), 2, bias=False)
    targets = {rule.name: str(tree) for rule, tree in rules_for(spec)}
    assert "db" not in targets
    assert targets["O"] == "X ⋆ K"
    assert targets["O by im2col"] == "reshape(K~ @ X~)"


def test_every_gradient_has_its_rule_and_every_rule_its_source() -> None:
    assert {name: rule.target for name, rule in GRADIENT_RULES.items()} == {"b": "db", "K": "dK", "X": "dX"}
    assert all("source 00" in rule.source for rule in RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert str(GRADIENT_RULES["K"]) == "dK = (pad(X) ⋆ dilate(dO, S))[::D][:M]"


@given(conv_specs())
def test_every_array_has_its_shape(spec: ConvSpec) -> None:
    shapes = array_shapes(spec)
    for name, sizes in by_loops.shapes(spec).items():
        assert tuple(size.value() for _, size in shapes[name].axes) == sizes
        assert shapes[name] == shapes["d" + name.removeprefix("d")]


# ---- amounts that cannot be ------------------------------------------------------------------------------


def test_p_stands_for_padding_that_is_equal_before_and_after() -> None:
    equal = ConvSpec((4, 5), 2, padding=(1, 0))
    assert to_text(bind(parse_tree("pad(X, (P, P))"), equal)) == "pad(X, (1, 1), (0, 0))"
    with pytest.raises(ClaimError, match=r"the padding is \(\(1, 1\), \(0, 2\)\); write Pb and Pa"):
        bind(parse_tree("K ⋆ pad(X, (P, P))"), ConvSpec((4, 5), 2, padding=(1, (0, 2))))


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("pad(X, (1, 1), (1, 1), (1, 1))", "pad has amounts for 3 axes, there are 2"),
        ("X ⋆[1, 2, 3] K", "star has amounts for 3 axes, there are 2"),
        ("X[:1, :1, :1]", "take has amounts for 3 axes, there are 2"),
        ("pad(X, (0, 2147483647*H))", "pad has the amount 8,589,934,588 here"),
    ],
)
def test_amounts_that_a_layer_cannot_have_are_refused(formula: str, message: str) -> None:
    with pytest.raises(ClaimError, match=message):
        bind(parse_tree(formula), ConvSpec((4, 5), 2))


def test_binding_gives_every_axis_its_own_numbers() -> None:
    spec = NASTY["two axes, everything differs"]
    texts = [f"pad(X, ({name}, 0))" for name in ("S", "Pb", "Pa", "D", "E", "M", "H", "Ho", "r")]
    bound = [bind(parse_tree(text), spec).amounts for text in texts]
    assert [[entry[0].value() for entry in amounts] for amounts in bound] == [
        [3, 2], [3, 0], [1, 2], [2, 3], [5, 4], [3, 2], [7, 5], [3, 2], [0, 1],
    ]  # fmt: skip
    assert bind(array("X"), spec) == array("X")
    assert bind(parse_tree("pad(X, (1, 2), (3, 4))"), spec).amounts == (
        (Polynomial.of(1), Polynomial.of(2)),
        (Polynomial.of(3), Polynomial.of(4)),
    )
