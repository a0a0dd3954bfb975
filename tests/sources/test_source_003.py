"""Source 003 under its own names: unfolded into matrices, the layer and its gradients are matrix products."""

import numpy as np
import pytest
import sympy

from convgen import ConvSpec
from convgen.sources import SYSTEMS, ArrayFormula, Formula
from convgen.sources.source_003 import (
    column_gradient,
    flipped,
    fold,
    forward,
    from_matrix,
    input_gradient,
    kernel_gradient,
    matrix,
    spec,
)
from sources.layers import LAYERS_003 as LAYERS
from sources.layers import channels_first as by_loops
from sources.loops import formula_at, holds, integers, mutated, positions

SYSTEM = SYSTEMS["003"]


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("formula", SYSTEM.formulas, ids=lambda each: each.where)
def test_every_formula_holds_for_every_layer_that_it_is_stated_for(
    formula: Formula, parameters: tuple[int, ...]
) -> None:
    layer = spec(*parameters)
    assert SYSTEM.speaks_of(layer)
    plain = layer.stride == (1, 1) and layer.padding == ((0, 0), (0, 0))
    assert SYSTEM.speaks_of(layer, formula) is (plain or not formula.stated_for)
    if SYSTEM.speaks_of(layer, formula):
        assert holds(SYSTEM, formula, layer, by_loops(*parameters))


@pytest.mark.parametrize("array", ["b", "K", "X"])
@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_the_full_form_of_each_gradient_holds(array: str, parameters: tuple[int, ...]) -> None:
    assert holds(SYSTEM, ArrayFormula("", SYSTEM.full_form(array)), spec(*parameters), by_loops(*parameters))


MUTANTS = [
    ("L17", "X[k,i+m,j+n]", "X[k,i+n,j+m]", "axes confused"),
    ("L17", "+ b[c]", "", "without the bias"),
    ("L23", "W~ @ X~", "W~ @ X~ + W~ @ X~", "twice"),
    ("L31", "δ[c,i,j]*X[k,i+m,j+n]", "δ[c,i,j]*X[k,i-m,j-n]", "a convolution for a correlation"),
    ("L33", "δ~ @ X~.T", "-δ~ @ X~.T", "the sign"),
    ("L51", "W[c,k,p-i,q-j]", "W[c,k,i-p,j-q]", "the kernel read backwards"),
    ("L51", "c=0..C_out-1", "c=0..C_in-1", "the input's channels for the output's"),
    ("L53", "flip(W)", "W", "not flipped"),
    ("L53", "pad(δ) ⋆ flip(W)", "conv(pad(δ), flip(W))", "flipped twice"),
    ("L56", "fold(W~.T @ δ~)", "2*fold(W~.T @ δ~)", "counted twice"),
]


@pytest.mark.parametrize(("where", "old", "new", "mistake"), MUTANTS, ids=[each for *_, each in MUTANTS])
def test_a_formula_with_a_mistake_fails(where: str, old: str, new: str, mistake: str) -> None:
    parameters = LAYERS["dense"]
    wrong = mutated(formula_at(SYSTEM, where), old, new)
    assert not holds(SYSTEM, wrong, spec(*parameters), by_loops(*parameters))


def test_a_full_convolution_with_the_kernel_itself_flips_it_once() -> None:
    """L53 needs care: "convolution with the flipped kernel" is a correlation; a true convolution flips by itself."""
    parameters = LAYERS["dense"]
    once = ArrayFormula("L53", "dX = conv(pad(δ), W)")
    assert holds(SYSTEM, once, spec(*parameters), by_loops(*parameters))


@pytest.mark.parametrize("where", ["L17", "L31", "L51", "L53"])
@pytest.mark.parametrize("name", ["padded", "stride 2, remainder"])
def test_what_is_stated_for_stride_1_without_padding_does_not_hold_otherwise(where: str, name: str) -> None:
    """L15 says so for the forward pass; the gradients take it over."""
    parameters = LAYERS[name]
    assert not holds(SYSTEM, formula_at(SYSTEM, where), spec(*parameters), by_loops(*parameters))


# ---- the matrices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_unfolding_puts_a_window_into_each_column(parameters: tuple[int, ...]) -> None:
    """L21-22: row (k, m, n), column (i, j), both row-major; padding reads as zero."""
    C_in, _, _, C_out, K_H, K_W, stride, P = (
        (*parameters, 1, 0) if len(parameters) == 6 else (*parameters, 0)[:8]
    )
    layer, X = spec(*parameters), by_loops(*parameters)["X"]
    H_out, W_out = layer.output_size
    columns = matrix(layer, "X", X)
    assert columns.shape == (C_in * K_H * K_W, H_out * W_out)
    padded = np.pad(X, ((0, 0), (P, P), (P, P)))
    for k, m, n, i, j in positions(C_in, K_H, K_W, H_out, W_out):
        entry = columns[(k * K_H + m) * K_W + n, i * W_out + j]
        assert entry == padded[k, i * stride + m, j * stride + n]
    assert matrix(layer, "K", by_loops(*parameters)["K"]).shape == (C_out, C_in * K_H * K_W)


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_the_layer_and_its_gradients_are_products_of_matrices(parameters: tuple[int, ...]) -> None:
    """L23, L33, L56."""
    layer, expected = spec(*parameters), by_loops(*parameters)
    X, W, b, delta = (expected[name] for name in ("X", "K", "b", "dO"))
    np.testing.assert_array_equal(forward(layer, X, W, b), expected["O"])
    np.testing.assert_array_equal(kernel_gradient(layer, X, delta), expected["dK"])
    np.testing.assert_array_equal(input_gradient(layer, W, delta), expected["dX"])


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_folding_is_the_adjoint_of_unfolding(parameters: tuple[int, ...]) -> None:
    """⟨unfold X, A⟩ = ⟨X, fold A⟩ for every X and A, exactly."""
    layer, X = spec(*parameters), by_loops(*parameters)["X"]
    columns = matrix(layer, "X", X)
    A = integers(*columns.shape, seed=9)
    assert (columns * A).sum() == (X * fold(layer, A)).sum()


def test_folding_adds_up_rather_than_putting_back() -> None:
    """L56 needs care: ∂L/∂X̃ is not ∂L/∂X, and folding an unfolded X counts each entry once for each window."""
    layer = spec(1, 3, 4, 1, 2, 2)
    ones = np.ones((1, 3, 4), dtype=int)
    counted = fold(layer, matrix(layer, "X", ones))
    assert counted.tolist() == [[[1, 2, 2, 1], [2, 4, 4, 2], [1, 2, 2, 1]]]


def test_the_bias_is_a_column() -> None:
    """L23 needs care: added along the columns' axis, b would be silently wrong wherever the sizes agree."""
    layer = spec(1, 3, 3, 4, 2, 2)  # four output channels, four output positions
    arrays = by_loops(1, 3, 3, 4, 2, 2)
    product = matrix(layer, "K", arrays["K"]) @ matrix(layer, "X", arrays["X"])
    along_rows = from_matrix(layer, "O", product + arrays["b"])
    assert along_rows.shape == arrays["O"].shape
    assert not np.array_equal(along_rows, arrays["O"])
    np.testing.assert_array_equal(from_matrix(layer, "O", product + arrays["b"][:, None]), arrays["O"])


def test_the_flipped_kernel_keeps_its_channels() -> None:
    """L54."""
    W = integers(3, 2, 2, 4, seed=1)
    for c, k, m, n in positions(3, 2, 2, 4):
        assert flipped(W)[c, k, m, n] == W[c, k, 2 - 1 - m, 4 - 1 - n]


def test_the_matrix_gradients_are_sympys_derivatives() -> None:
    """∂L/∂X̃ with the entries of X̃ as variables of their own (L56), and ∂L/∂X and ∂L/∂W through them (L33)."""
    layer = spec(2, 3, 2, 2, 2, 1, 1, 1)
    X, W, b = (_symbols(name, *shape) for name, shape in (("X", (2, 3, 2)), ("W", (2, 2, 2, 1)), ("b", (2,))))
    Y = forward(layer, X, W, b)
    delta = _symbols("d", *Y.shape)
    loss = sympy.expand(sympy.Add(*(Y * delta).ravel()))
    for variables, gradient in ((W, kernel_gradient(layer, X, delta)), (X, input_gradient(layer, W, delta))):
        for at in np.ndindex(variables.shape):
            assert sympy.expand(sympy.diff(loss, variables[at]) - gradient[at]) == 0
    X_columns = _symbols("Xc", *matrix(layer, "X", X).shape)
    of_columns = matrix(layer, "K", W) @ X_columns + b[:, None]
    loss = sympy.expand(sympy.Add(*(of_columns * matrix(layer, "dO", delta)).ravel()))
    gradient = column_gradient(layer, W, delta)
    for at in np.ndindex(X_columns.shape):
        assert sympy.expand(sympy.diff(loss, X_columns[at]) - gradient[at]) == 0


def _symbols(name: str, *shape: int) -> np.ndarray:
    array = np.empty(shape, dtype=object)
    for at in np.ndindex(shape):
        array[at] = sympy.Symbol("_".join([name, *map(str, at)]))
    return array


def test_an_output_depends_on_an_input_iff_their_distance_lies_within_the_kernel() -> None:
    """L46 with L48's bounds: p = i+m, q = j+n for some 0 ≤ m < K_H and 0 ≤ n < K_W."""
    layer = spec(1, 4, 5, 1, 2, 3)
    X, W = _symbols("X", 1, 4, 5), _symbols("W", 1, 1, 2, 3)
    Y = forward(layer, X, W, _symbols("b", 1))
    for i, j, p, q in positions(*layer.output_size, 4, 5):
        depends = X[0, p, q] in Y[0, i, j].free_symbols
        assert depends is (0 <= p - i < 2 and 0 <= q - j < 3)


def test_the_output_size_needs_the_floor_and_each_axis_its_own_kernel_size() -> None:
    """L11 needs care: without the floor the size is no integer where a remainder is left."""
    layer = spec(1, 6, 8, 1, 3, 2, 2, 1)
    assert (6 + 2 - 3) % 2 == 1
    assert layer.output_size == ((6 + 2 - 3) // 2 + 1, (8 + 2 - 2) // 2 + 1)
    assert layer.output_size != ((6 + 2 - 3) // 2 + 1, (8 + 2 - 3) // 2 + 1)


def test_grouped_or_uneven_layers_are_not_the_sources() -> None:
    assert not SYSTEM.speaks_of(ConvSpec((4, 6), (2, 3), 2, 2, groups=2))
    assert not SYSTEM.speaks_of(ConvSpec((4, 6), (2, 3), 2, 2, stride=(1, 2)))
    assert not SYSTEM.speaks_of(ConvSpec((4, 6), (2, 3), 2, 2, padding=((0, 1), 0)))
