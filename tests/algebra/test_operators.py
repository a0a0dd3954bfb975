"""Every operator: its value is what its relation says, what NumPy, SciPy and PyTorch say, and has its adjoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.util import find_spec
from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from algebra.trees import Drawn, evaluable_trees
from convgen.algebra import readings
from convgen.algebra.axis_operators import AXIS_OPERATORS, floor_divide
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.operators import OPERATORS, Named
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.readings import evaluate, lower, shape_of
from convgen.algebra.relabellings import DIVISIONS, RELABELLINGS
from convgen.algebra.syntax import scaled
from convgen.algebra.tree import Amounts, Node, Shape, apply, array
from convgen.errors import BudgetError, ClaimError, FormulaShapeError, NumbersNeededError

MANY = settings(max_examples=max(100, settings.default.max_examples))
"""For properties whose examples are quick and whose cases are many."""

CHANNELS = {"X": ("n", "g", "c"), "K": ("g", "f", "c"), "dO": ("n", "g", "f"), "b": ("g", "f")}


def named(name: str, data: np.ndarray) -> Named:
    channels = CHANNELS[name]
    return Named(channels + tuple(f"s{d}" for d in range(data.ndim - len(channels))), data)


def plane(*sizes: int, seed: int = 0) -> np.ndarray:
    """A single-channel array of integers: every channel axis has size 1."""
    return np.random.default_rng(seed).integers(-9, 10, size=(1, 1, 1, *sizes))


def amounts(*entries: tuple[int, ...] | int) -> Amounts:
    return tuple(
        tuple(map(Polynomial.of, entry if isinstance(entry, tuple) else (entry,))) for entry in entries
    )


def value(
    operator: str, *operands: np.ndarray, given_amounts: Amounts = (), names: Sequence[str] = "XK"
) -> np.ndarray:
    """The value of one operator on arrays that stand for X and K."""
    arrays = {name: named(name, data) for name, data in zip(names, operands, strict=False)}
    tree = apply(operator, *map(array, arrays), amounts=given_amounts)
    return evaluate(tree, arrays).data


# ---- the value is what the relation says -----------------------------------------------------------------


def by_relation(drawn: Drawn) -> np.ndarray:
    """The value of the lowered tree: every point of every term, by loops, in exact rational numbers."""
    terms = lower(drawn.tree, drawn.shapes)
    sizes = [index.size.value() for index in terms[0].output]
    result = np.full(sizes, Fraction(0), dtype=object)
    for term in terms:
        assert [index.name for index in term.output] == list(shape_of(drawn.tree, drawn.shapes).names)
        add_term(result, term, drawn)
    return result


def add_term(result: np.ndarray, term: IndexedSum, drawn: Drawn) -> None:
    indices = term.output + term.bound
    axes = np.indices([index.size.value() for index in indices]).reshape(len(indices), -1)
    points = dict(zip((index.name for index in indices), axes, strict=True))

    def at(polynomial: Polynomial) -> np.ndarray:
        total = np.full(axes.shape[1], polynomial.constant)
        for name in polynomial.names:
            total = total + polynomial.coefficient(name) * points[name]
        return total

    holds = np.ones(axes.shape[1], dtype=bool)
    for guard in term.guards:
        holds &= at(guard) >= 0
    for equality in term.equalities:
        holds &= at(equality) == 0
    products = np.full(int(holds.sum()), term.coefficient, dtype=object)
    for factor in term.factors:
        data = drawn.arrays[factor.array].data
        positions = [at(index)[holds] for index in factor.indices]
        assert all(
            ((each >= 0) & (each < size)).all() for each, size in zip(positions, data.shape, strict=True)
        ), f"the guards of {term} let {factor} read outside its array"
        products = products * data.astype(object)[tuple(positions)]
    np.add.at(result, tuple(points[index.name][holds] for index in term.output), products)


@MANY
@given(evaluable_trees())
def test_the_value_is_what_the_relation_says(drawn: Drawn) -> None:
    found = evaluate(drawn.tree, drawn.arrays)
    shape = shape_of(drawn.tree, drawn.shapes)
    assert found.shape == shape
    assert found.axes == shape.names
    assert (found.data == by_relation(drawn)).all()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("operator", [*OPERATORS])
def test_the_value_of_each_operator_is_what_its_relation_says(operator: str, turned: bool) -> None:
    """Each on operands that have themselves been scaled and padded, so that its relation meets theirs."""
    rng = np.random.default_rng(0)
    sizes = {"X": (2, 2, 2, 5, 4), "K": (2, 3, 2, 2, 3), "dO": (2, 2, 3, 2, 3), "b": (2, 3)}
    arrays = {name: named(name, rng.integers(-9, 10, size=shape)) for name, shape in sizes.items()}
    X = apply("pad", scaled(array("X"), Fraction(-1, 2)), amounts=amounts((1, -1), (0, 2)))
    K = apply("rot180", array("K")) if turned else array("K")
    unfolded = apply("unfold", X, amounts=amounts((2, 2, 1, 1, 2), (3, 1, 2, 2, 3)))
    matrix, output = apply("matrix", K), apply("matrix", array("dO"))
    by = {
        "pad": ((2, -1), (-2, 3)), "widen": ((2, -1), (-2, 3)), "crop": ((1, 2), (-1, 1)),
        "dilate": (2, 3), "subsample": (3, 2), "take": (3, 6), "shift": (-2, 1), "star": (2, 1),
    }  # fmt: skip
    operands = {
        "star": (X, K), "dot": (X, K), "add": (array("dO"), array("b")), "matrix": (K,), "reshape": (output,),
        "unfold": (X,), "matmul": (matrix, unfolded), "swap_channels": (K,), "own_channel": (K,),
        "fold": (apply("matmul", apply("transpose", matrix), output),),
    }  # fmt: skip
    given_amounts = {
        "unfold": unfolded.amounts,
        "fold": amounts((5, 2, 1, 1), (4, 1, 2, 2)),
    } | {name: amounts(*entries) for name, entries in by.items()}
    factor = Fraction(-3, 4) if operator == "scale" else Fraction(1)
    tree = Node(operator, operands.get(operator, (X,)), given_amounts.get(operator, ()), factor=factor)
    drawn = Drawn(tree, arrays)
    assert (evaluate(tree, arrays).data == by_relation(drawn)).all()


@MANY
@given(evaluable_trees())
def test_integers_floats_and_fractions_agree(drawn: Drawn) -> None:
    def cast(dtype: Any) -> np.ndarray:
        arrays = {
            name: Named(each.axes, each.data.astype(dtype), each.rows) for name, each in drawn.arrays.items()
        }
        return evaluate(drawn.tree, arrays).data

    integers = evaluate(drawn.tree, drawn.arrays).data
    floats, exact = cast(np.float64), cast(object)
    assert floats.dtype == np.float64
    assert (integers == exact).all()
    if not divides(drawn.tree):
        assert (floats == exact.astype(np.float64)).all()  # small integers and quarters: floats are exact too


def divides(tree: Node) -> bool:
    """Whether a tree divides by a size, which may be 3: then floats round."""
    return tree.operator in {row.name for row in DIVISIONS} or any(map(divides, tree.operands))


@settings(max_examples=max(25, settings.default.max_examples // 4))
@given(evaluable_trees(most_operators=3))
def test_symbols_agree_with_integers(drawn: Drawn) -> None:
    symbols, numbers = {}, {}
    for name, each in drawn.arrays.items():
        data = np.empty(each.data.shape, dtype=object)
        for index in np.ndindex(data.shape):
            data[index] = sympy.Symbol(f"{name}_{'_'.join(map(str, index))}")
            numbers[data[index]] = sympy.Integer(int(each.data[index]))
        symbols[name] = Named(each.axes, data, each.rows)
    found = evaluate(drawn.tree, symbols).data
    expected = evaluate(drawn.tree, drawn.arrays).data
    for expression, integer in zip(found.ravel(), expected.ravel(), strict=True):
        assert sympy.sympify(expression).xreplace(numbers) == sympy.Rational(
            Fraction(integer) if isinstance(integer, Fraction) else int(integer)
        )


def test_fractions_of_integers_and_symbols_are_exact() -> None:
    third = Node("scale", (array("X"),), factor=Fraction(1, 3))
    x = sympy.Symbol("x")
    integers = evaluate(third, {"X": named("X", np.array([[[[1, 3]]]]))}).data
    assert integers.ravel().tolist() == [Fraction(1, 3), 1]
    symbols = evaluate(third, {"X": named("X", np.array([[[[x]]]], dtype=object))}).data
    assert symbols.ravel().tolist() == [x / 3]
    singles = evaluate(third, {"X": named("X", np.ones((1, 1, 1, 1), dtype=np.float32))}).data
    assert singles.dtype == np.float32


# ---- NumPy, SciPy and PyTorch say the same ---------------------------------------------------------------

SIZES = [(1,), (5,), (3, 4), (2, 3, 4)]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("before", "after"), [(0, 0), (2, 0), (0, 3), (1, 2)])
def test_pad_is_numpys(sizes: tuple[int, ...], before: int, after: int) -> None:
    data = plane(*sizes)
    expected = np.pad(data, [(0, 0)] * 3 + [(before, after)] * len(sizes))
    assert np.array_equal(value("pad", data, given_amounts=amounts((before, after))), expected)


@pytest.mark.parametrize("length", [1, 2, 5])
@pytest.mark.parametrize(("before", "after"), list(product(range(-4, 5), repeat=2)))
def test_signed_padding_is_a_window_of_the_zero_extended_array(length: int, before: int, after: int) -> None:
    data = plane(length)
    window = [int(data[0, 0, 0, at]) if 0 <= at < length else 0 for at in range(-before, length + after)]
    for operator, sign in (("pad", 1), ("crop", -1)):
        by = amounts((sign * before, sign * after))
        if not window:
            with pytest.raises(FormulaShapeError, match=f"{operator} leaves nothing of axis s0"):
                value(operator, data, given_amounts=by)
        else:
            assert value(operator, data, given_amounts=by).ravel().tolist() == window


def test_cropping_before_padding_is_not_signed_padding() -> None:
    """H = 1, M = 1, S = 3, P = (2, 0): dX of size 1 is dO padded by (-2, 2); cropping 2 first leaves nothing."""
    dO = np.array([[[[7]]]])
    assert value("pad", dO, given_amounts=amounts((-2, 2))).ravel().tolist() == [0]
    with pytest.raises(FormulaShapeError, match="crop leaves nothing of axis s0: size 1 becomes -1"):
        value("crop", dO, given_amounts=amounts((2, 0)))
    padded = value("pad", dO, given_amounts=amounts((0, 2)))
    assert value("crop", padded, given_amounts=amounts((2, 0))).ravel().tolist() == [0]


@pytest.mark.parametrize("sizes", SIZES)
def test_turns_slices_and_sums_are_numpys(sizes: tuple[int, ...]) -> None:
    data = plane(*sizes)
    spatial = tuple(range(3, data.ndim))
    assert np.array_equal(value("rot180", data), np.flip(data, spatial))
    assert np.array_equal(value("sum", data), data.sum(axis=(0, *spatial)))
    for step in (1, 2, 3):
        steps = (..., *[slice(None, None, step)] * len(sizes))
        assert np.array_equal(value("subsample", data, given_amounts=amounts(step)), data[steps])
        dilated = value("dilate", data, given_amounts=amounts(step))
        assert np.array_equal(
            dilated, np.kron(data, unit(step, len(sizes)))[tuple(map(slice, dilated.shape))]
        )
        assert dilated.shape[3:] == tuple((size - 1) * step + 1 for size in sizes)


def unit(step: int, rank: int) -> np.ndarray:
    corner = np.zeros((1, 1, 1, *[step] * rank), dtype=int)
    corner[(0,) * corner.ndim] = 1
    return corner


@pytest.mark.parametrize("size", [(2, 3), (3, 3), (1, 4)])
def test_rot90_and_transpose_are_numpys(size: tuple[int, int]) -> None:
    data = plane(*size)
    assert np.array_equal(value("rot90", data), np.rot90(data, axes=(3, 4)))
    assert np.array_equal(value("transpose", data), np.swapaxes(data, 3, 4))
    twice = apply("rot90", apply("rot90", array("X")))
    assert np.array_equal(evaluate(twice, {"X": named("X", data)}).data, value("rot180", data))


def test_widening_is_padding_that_never_crops() -> None:
    data = plane(4)
    for before, after in product(range(-3, 4), repeat=2):
        widened = value("widen", data, given_amounts=amounts((before, after)))
        expected = np.pad(data, [(0, 0)] * 3 + [(max(0, before), max(0, after))])
        assert np.array_equal(widened, expected)


# What an entry is read from: the entry of the operand at another index, or None for a zero.
READ_FROM: dict[str, tuple[str, Callable[[dict[str, int], dict[str, int]], dict[str, int] | None]]] = {
    "swap_channels": ("K", lambda at, sizes: at | {"f": at["c"], "c": at["f"]}),
    "own_channel": ("K", lambda at, sizes: at if at["f"] == at["c"] else None),
    "first_image": ("X", lambda at, sizes: at if at["n"] == 0 else None),
    "first_group": ("dO", lambda at, sizes: at | {"g": 0}),
    "interleave": (
        "dO",
        lambda at, sizes: at | dict(zip("fg", divmod(at["g"] * sizes["f"] + at["f"], sizes["g"]), strict=True)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("operator", READ_FROM)
@pytest.mark.parametrize(("f", "c"), [(2, 3), (3, 2), (2, 2)])
def test_a_relabelling_reads_another_entry_or_a_zero(operator: str, f: int, c: int) -> None:
    leaf, read_from = READ_FROM[operator]
    sizes = {name: {"n": 2, "g": 3, "f": f, "c": c}[name] for name in CHANNELS[leaf]} | {"s0": 2}
    data = np.random.default_rng(0).integers(1, 100, size=tuple(sizes.values()))
    found = value(operator, data, names=[leaf])
    for index in np.ndindex(data.shape):
        source = read_from(dict(zip(sizes, index, strict=True)), sizes)
        exists = source is not None and all(source[name] < size for name, size in sizes.items())
        expected = data[tuple(source[name] for name in sizes)] if exists else 0
        assert found[index] == expected, (index, source)


def test_all_groups_adds_up_what_lies_in_each() -> None:
    data = np.random.default_rng(0).integers(-9, 10, size=(2, 3, 2, 4))  # n, g, f, s0
    total = data[:, 0] + data[:, 1] + data[:, 2]
    assert np.array_equal(value("all_groups", data, names=["dO"]), np.stack([total] * 3, axis=1))


def test_every_relabelling_is_held_against_what_it_reads() -> None:
    assert {*READ_FROM, "all_groups"} == set(RELABELLINGS)


def test_what_divides_by_a_size_is_exact_and_needs_numbers() -> None:
    data = np.arange(12).reshape(3, 1, 1, 4)  # n, g, f, s0
    assert value("mean", data, names=["dO"]).tolist() == [[Fraction(66, 12)]]
    assert value("per_image", data, names=["dO"]).ravel().tolist() == [Fraction(k, 3) for k in range(12)]
    shapes = {"dO": Shape(tuple((name, Polynomial.of(name.upper())) for name in ("n", "g", "f", "s0")))}
    for operator, message in (("mean", "divides by N · S0"), ("per_image", "divides by N")):
        with pytest.raises(NumbersNeededError, match=message):
            lower(apply(operator, array("dO")), shapes)
    with pytest.raises(NumbersNeededError, match="counts channels across G groups of F"):
        lower(apply("interleave", array("dO")), shapes)


def test_a_relabelling_of_an_axis_that_is_not_there_is_refused() -> None:
    with pytest.raises(ClaimError, match=r"swap_channels acts on axis f, and \(n=1"):
        value("swap_channels", plane(3))
    with pytest.raises(ClaimError, match="not a matrix"):
        evaluate(
            apply("first_group", apply("matrix", array("K"))), {"K": named("K", np.ones((1, 1, 1, 2, 2)))}
        )


@pytest.mark.parametrize("offset", range(-5, 6))
def test_shift_moves_towards_higher_positions_and_fills_with_zeros(offset: int) -> None:
    """Source 002: X ▷ (1, 0) moves X down by one row."""
    data = plane(4)
    expected = [int(data[0, 0, 0, at - offset]) if 0 <= at - offset < 4 else 0 for at in range(4)]
    assert value("shift", data, given_amounts=amounts(offset)).ravel().tolist() == expected


@pytest.mark.parametrize("wanted", [1, 3, 5, 7])
def test_take_gives_the_first_entries_and_zeros_after_the_last(wanted: int) -> None:
    data = plane(5)
    expected = [*data.ravel().tolist(), 0, 0][:wanted]
    assert value("take", data, given_amounts=amounts(wanted)).ravel().tolist() == expected


@pytest.mark.parametrize(("sizes", "kernel"), [((5,), (2,)), ((4, 5), (2, 3)), ((3, 4, 3), (2, 1, 3))])
def test_star_is_scipys_valid_correlation(sizes: tuple[int, ...], kernel: tuple[int, ...]) -> None:
    X, K = plane(*sizes), plane(*kernel, seed=1)
    expected = signal.correlate(X[0, 0, 0], K[0, 0, 0], mode="valid", method="direct")
    assert np.array_equal(value("star", X, K, given_amounts=amounts(1))[0, 0, 0], expected)


@pytest.mark.parametrize(("sizes", "kernel"), [((5,), (2,)), ((4, 5), (2, 3)), ((3, 4, 3), (2, 1, 3))])
def test_full_convolution_is_scipys(sizes: tuple[int, ...], kernel: tuple[int, ...]) -> None:
    X, K = plane(*sizes), plane(*kernel, seed=1)
    full = apply("pad", array("X"), amounts=amounts(*((m - 1, m - 1) for m in kernel)))
    tree = apply("star", full, apply("rot180", array("K")), amounts=amounts(1))
    found = evaluate(tree, {"X": named("X", X), "K": named("K", K)}).data[0, 0, 0]
    assert np.array_equal(found, signal.convolve(X[0, 0, 0], K[0, 0, 0], mode="full", method="direct"))


@pytest.mark.parametrize("dilations", [(2, 3), (1, 2), (3, 1)])
def test_a_dilated_star_is_a_star_with_the_dilated_kernel(dilations: tuple[int, int]) -> None:
    X, K = plane(7, 8), plane(2, 3, seed=1)
    dilated = value("dilate", K, given_amounts=amounts(*dilations))
    expected = signal.correlate(X[0, 0, 0], dilated[0, 0, 0], mode="valid", method="direct")
    assert np.array_equal(value("star", X, K, given_amounts=amounts(*dilations))[0, 0, 0], expected)


def test_star_sums_the_channels_that_both_share_but_keeps_the_group() -> None:
    rng = np.random.default_rng(0)
    arrays = {
        "X": named("X", rng.integers(-9, 10, (2, 3, 4, 6))),
        "K": named("K", rng.integers(-9, 10, (3, 5, 4, 2))),
        "dO": named("dO", rng.integers(-9, 10, (2, 3, 5, 5))),
    }
    X, K, dO = (arrays[name].data for name in ("X", "K", "dO"))

    def star(left: str, right: str) -> Named:
        return evaluate(apply("star", array(left), array(right), amounts=amounts(1)), arrays)

    forward, weights, back = star("X", "K"), star("X", "dO"), star("dO", "K")
    assert forward.axes == ("n", "g", "f", "s0")
    assert weights.axes == ("g", "f", "c", "s0")
    assert back.axes == ("n", "g", "c", "s0")
    for n, g, f, c in product(range(2), range(3), range(5), range(4)):
        assert np.array_equal(
            forward.data[n, g, f],
            sum(np.correlate(X[n, g, each], K[g, f, each], mode="valid") for each in range(4)),
        )
        assert np.array_equal(
            weights.data[g, f, c],
            sum(np.correlate(X[each, g, c], dO[each, g, f], mode="valid") for each in range(2)),
        )
        assert np.array_equal(
            back.data[n, g, c],
            sum(np.correlate(dO[n, g, each], K[g, each, c], mode="valid") for each in range(5)),
        )


def test_dot_is_the_sum_of_products_where_both_overlap() -> None:
    X, K = plane(4, 5), plane(2, 3, seed=1)
    assert value("dot", X, K).item() == (X[0, 0, 0, :2, :3] * K[0, 0, 0]).sum()
    assert value("dot", K, X, names="XK").item() == (X[0, 0, 0, :2, :3] * K[0, 0, 0]).sum()


LAYERS = [
    # H, W, kernel, stride, dilation, padding on all sides
    ((4, 5), (2, 3), (1, 1), (1, 1), (0, 0)),
    ((6, 5), (3, 2), (2, 1), (1, 2), (1, 0)),
    ((7, 8), (2, 3), (3, 2), (2, 3), (2, 1)),
    ((3, 3), (1, 1), (2, 2), (1, 1), (1, 1)),
]


def unfold_amounts(layer: tuple[tuple[int, ...], ...]) -> tuple[Amounts, Amounts]:
    """What unfold and fold are told of a layer."""
    unfolds, folds = [], []
    for size, kernel, stride, dilation, before in zip(*layer, strict=True):
        output = (size + 2 * before - dilation * (kernel - 1) - 1) // stride + 1
        unfolds.append((kernel, stride, dilation, before, output))
        folds.append((size, stride, dilation, before))
    return amounts(*unfolds), amounts(*folds)


if find_spec("torch"):

    @pytest.mark.torch
    @pytest.mark.parametrize("layer", LAYERS)
    def test_unfold_and_fold_are_pytorchs(layer: tuple[tuple[int, ...], ...]) -> None:
        import torch
        from torch.nn import functional

        sizes, kernel, stride, dilation, padding = layer
        options = {"kernel_size": kernel, "stride": stride, "dilation": dilation, "padding": padding}
        unfolds, folds = unfold_amounts(layer)
        X = np.random.default_rng(0).integers(-9, 10, size=(2, 1, 3, *sizes))
        columns = evaluate(apply("unfold", array("X"), amounts=unfolds), {"X": named("X", X)})
        assert columns.axes == ("g", "c", "k0", "k1", "n", "o0", "o1")
        assert columns.rows == 3
        theirs = functional.unfold(torch.tensor(X[:, 0], dtype=torch.float64), **options).numpy()
        # rows (c, m, n), columns (i, j), the batch apart: source 003's order
        ours = np.moveaxis(columns.data[0], 3, 0).reshape(theirs.shape)
        assert np.array_equal(ours, theirs)

        folded = evaluate(apply("fold", array("A"), amounts=folds), {"A": columns})
        assert folded.axes == ("n", "g", "c", "s0", "s1")
        expected = functional.fold(torch.tensor(theirs), output_size=sizes, **options).numpy()
        assert np.array_equal(folded.data[:, 0], expected)


# ---- adjoints --------------------------------------------------------------------------------------------


def inner(left: np.ndarray, right: np.ndarray) -> int:
    assert left.shape == right.shape
    return int((left.astype(object) * right.astype(object)).sum())


LENGTHS = st.integers(1, 6)


@given(LENGTHS, st.integers(-3, 3), st.integers(-3, 3))
def test_crop_is_the_adjoint_of_pad(length: int, before: int, after: int) -> None:
    if length + before + after < 1:
        return
    x, y = plane(length), plane(length + before + after, seed=1)
    by = amounts((before, after))
    assert inner(value("pad", x, given_amounts=by), y) == inner(x, value("crop", y, given_amounts=by))


@given(LENGTHS, st.integers(1, 4))
def test_subsample_is_the_adjoint_of_dilate(length: int, step: int) -> None:
    x, y = plane(length), plane((length - 1) * step + 1, seed=1)
    by = amounts(step)
    assert inner(value("dilate", x, given_amounts=by), y) == inner(x, value("subsample", y, given_amounts=by))


@given(LENGTHS, st.integers(1, 4))
def test_dilating_and_padding_is_the_adjoint_of_subsample(length: int, step: int) -> None:
    x = plane(length)
    few = value("subsample", x, given_amounts=amounts(step))
    y = plane(few.shape[-1], seed=1)
    spread = value("dilate", y, given_amounts=amounts(step))
    back = value("pad", spread, given_amounts=amounts((0, length - spread.shape[-1])))
    assert inner(few, y) == inner(x, back)


@given(LENGTHS, st.integers(-4, 4))
def test_shifting_back_is_the_adjoint_of_shift(length: int, offset: int) -> None:
    x, y = plane(length), plane(length, seed=1)
    left = inner(value("shift", x, given_amounts=amounts(offset)), y)
    assert left == inner(x, value("shift", y, given_amounts=amounts(-offset)))


def test_turning_is_its_own_adjoint() -> None:
    x, y = plane(3, 4), plane(3, 4, seed=1)
    assert inner(value("rot180", x), y) == inner(x, value("rot180", y))


@pytest.mark.parametrize("layer", LAYERS)
def test_fold_is_the_adjoint_of_unfold(layer: tuple[tuple[int, ...], ...]) -> None:
    unfolds, folds = unfold_amounts(layer)
    rng = np.random.default_rng(0)
    X = rng.integers(-9, 10, size=(2, 1, 3, *layer[0]))
    columns = evaluate(apply("unfold", array("X"), amounts=unfolds), {"X": named("X", X)})
    A = Named(columns.axes, rng.integers(-9, 10, size=columns.data.shape), columns.rows)
    folded = evaluate(apply("fold", array("A"), amounts=folds), {"A": A})
    assert inner(columns.data, A.data) == inner(X, folded.data)


# ---- what has no value -----------------------------------------------------------------------------------

X1, X2, K1, K2, B = plane(4), plane(4, 5), plane(2), plane(2, 3), np.ones((1, 1), dtype=int)
MATRIX_OF_K = apply("matrix", array("K"))
TURNED = apply("transpose", MATRIX_OF_K)


def on_x(operator: str, *entries: tuple[int, ...] | int) -> Node:
    return apply(operator, array("X"), amounts=amounts(*entries))


def star(left: str, right: str, dilation: int) -> Node:
    return apply("star", array(left), array(right), amounts=amounts(dilation))


REFUSED = [
    (on_x("pad", (-3, -1)), X1, K1, "pad leaves nothing of axis s0: size 4 becomes 0"),
    (on_x("take", 0), X1, K1, "take leaves nothing of axis s0: size 4 becomes 0"),
    (on_x("dilate", 0), X1, K1, "the step of dilate must be at least 1, got 0"),
    (on_x("dilate", -2), X1, K1, "the step of dilate must be at least 1, got -2"),
    (on_x("subsample", 0), X1, K1, "the step of subsample must be at least 1, got 0"),
    (star("X", "K", 0), X1, K1, "the dilation of star must be at least 1, got 0"),
    (star("X", "K", -1), X1, K1, "the dilation of star must be at least 1, got -1"),
    (
        star("X", "K", 4), X1, K1,
        "the correlation is empty: on axis s0 the kernel extends over 5, the signal over 4",
    ),
    (star("K", "X", 1), X1, K1, "the correlation is empty"),
    (star("X", "K", 1), X1, K2, "which differ in number"),
    (star("X", "b", 1), X1, K1, "star acts on spatial axes, and (g=1, f=1) has none"),
    (apply("dot", array("X"), array("b")), X1, K1, "which differ in number"),
    (apply("dot", array("b"), array("X")), X1, K1, "which differ in number"),
    (apply("pad", array("b"), amounts=amounts((1, 1))), X1, K1, "pad acts on spatial axes, and (g=1, f=1) has none"),
    (apply("rot180", array("b")), X1, K1, "rot180 acts on spatial axes"),
    (on_x("pad", (1, 1), (1, 1), (1, 1)), X2, K2, "pad has amounts for 3 axes, its operand has 2"),
    (apply("rot90", array("X")), X1, K1, "rot90 takes an array with two spatial axes"),
    (apply("transpose", array("X")), X1, K1, "transpose takes an array with two spatial axes"),
    (apply("rot180", MATRIX_OF_K), X1, K1, "rot180 takes an array with spatial axes, not a matrix"),
    (apply("sum", MATRIX_OF_K), X1, K1, "sum takes an array"),
    (apply("matmul", array("X"), array("K")), X1, K1, "matmul takes a matrix, not an array"),
    (apply("matmul", MATRIX_OF_K, MATRIX_OF_K), X1, K1, "@ meets columns c, k0 with rows f"),
    (apply("matmul", MATRIX_OF_K, TURNED), X1, K1, "has the same axis as row and as column"),
    (apply("matrix", array("X")), X1, K1, "only arrays with output channels are written as a matrix"),
    (apply("matrix", MATRIX_OF_K), X1, K1, "only arrays with output channels are written as a matrix"),
    (apply("reshape", array("X")), X1, K1, "reshape takes a matrix, not an array"),
    (apply("unfold", array("K"), amounts=amounts((1, 1, 1, 0, 1))), X1, K1, "unfold takes an input array, not"),
    (on_x("unfold", (1, 0, 1, 0, 1)), X1, K1, "the S of unfold must be at least 1, got 0"),
    (on_x("unfold", (0, 1, 1, 0, 1)), X1, K1, "the M of unfold must be at least 1, got 0"),
    (on_x("fold", (4, 1, 1, 0)), X1, K1, "fold takes a matrix with the rows and columns"),
    (apply("fold", TURNED, amounts=amounts((4, 1, 1, 0))), X1, K1, "fold takes a matrix with the rows and columns"),
    (apply("add", array("X"), array("K")), X1, K1, "cannot add"),
    (apply("add", MATRIX_OF_K, TURNED), X1, K1, "cannot add"),
    (apply("add", MATRIX_OF_K, array("K")), X1, K1, "cannot add"),
    (array("Z"), X1, K1, "the formula names 'Z', which is none of X, K, b"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "X", "K", "message"), REFUSED, ids=[row[3][:60] for row in REFUSED])
def test_what_has_no_value_is_refused_by_every_reading(
    tree: Node, X: np.ndarray, K: np.ndarray, message: str
) -> None:
    arrays = {"X": named("X", X), "K": named("K", K), "b": named("b", B)}
    shapes = {name: each.shape for name, each in arrays.items()}
    for read in (
        lambda: shape_of(tree, shapes),
        lambda: evaluate(tree, arrays),
        lambda: lower(tree, shapes),
    ):
        with pytest.raises(ClaimError) as caught:
            read()
        assert message in str(caught.value)


def test_channels_that_differ_in_size_are_named() -> None:
    arrays = {"X": named("X", np.ones((1, 1, 2, 4))), "K": named("K", np.ones((1, 1, 3, 2)))}
    for operator, by in (("star", amounts(1)), ("dot", ())):
        tree = apply(operator, array("X"), array("K"), amounts=by)
        with pytest.raises(FormulaShapeError, match="axis c has size 2 on the left and 3 on the right"):
            evaluate(tree, arrays)


def test_inner_sizes_of_a_matrix_product_must_agree() -> None:
    arrays = {"X": named("X", X1), "K": named("K", K1)}
    unfolded = apply("unfold", array("X"), amounts=amounts((3, 1, 1, 0, 2)))
    with pytest.raises(FormulaShapeError, match="@ meets k0=2 with k0=3"):
        evaluate(apply("matmul", MATRIX_OF_K, unfolded), arrays)


def test_an_array_too_large_for_memory_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = apply("pad", array("X"), amounts=amounts((10**9, 0)))
    with pytest.raises(BudgetError, match="1,000,000,004 elements; the limit is 200,000,000"):
        evaluate(tree, {"X": named("X", X1)})
    monkeypatch.setattr(readings, "ELEMENT_LIMIT", 4)
    evaluate(apply("rot180", array("X")), {"X": named("X", X1)})


# ---- sizes with names ------------------------------------------------------------------------------------


def test_sizes_may_have_names() -> None:
    H, M = Polynomial.of("H"), Polynomial.of("M")
    shapes = {
        "X": Shape(
            (("n", Polynomial.of("B")), ("g", Polynomial.of(1)), ("c", Polynomial.of("C")), ("s0", H))
        ),
        "K": Shape(
            (("g", Polynomial.of(1)), ("f", Polynomial.of("F")), ("c", Polynomial.of("C")), ("s0", M))
        ),
    }
    padded = apply("pad", array("X"), amounts=((Polynomial.of("Pb"), Polynomial.of("Pa")),))
    tree = apply("star", padded, array("K"), amounts=((Polynomial.of("D"),),))
    shape = shape_of(tree, shapes)
    assert str(shape) == "(n=B, g=1, f=F, s0=-D*M + D + H + Pa + Pb)"
    (term,) = lower(tree, shapes)
    (signal_access,) = (factor for factor in term.factors if factor.array == "X")
    assert str(signal_access.indices[-1]) == "D*m_1 + s0 - Pb"
    with pytest.raises(ClaimError, match=r"has no closed form without numbers"):
        shape_of(apply("subsample", tree, amounts=((Polynomial.of("S"),),)), shapes)


@given(st.integers(-50, 50), st.integers(1, 9))
def test_quotients_are_rounded_down(numerator: int, denominator: int) -> None:
    quotient = floor_divide(Polynomial.of(numerator), Polynomial.of(denominator))
    assert quotient.value() == numerator // denominator


def test_every_operator_has_its_row() -> None:
    assert set(AXIS_OPERATORS) < set(OPERATORS)
    assert {name: row.arity for name, row in OPERATORS.items() if row.arity != 1} == {
        "star": 2, "dot": 2, "matmul": 2, "add": 2,
    }  # fmt: skip
    assert all(row.name == name for name, row in OPERATORS.items())
