"""Source 002 under its own names: dot products of shifted matrices are the "same" convolution and its gradients."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from convgen import ConvSpec
from convgen.errors import SpecError
from convgen.sources import SYSTEMS, ArrayFormula, Formula
from convgen.sources.source_002 import (
    dot,
    forward,
    input_gradient,
    kernel_gradient,
    reversed_kernel,
    shift,
    spec,
)
from sources.layers import LAYERS_002 as LAYERS
from sources.layers import same_padding as by_loops
from sources.loops import formula_at, holds, integers, mutated, positions

SYSTEM = SYSTEMS["002"]


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("formula", SYSTEM.formulas, ids=lambda each: each.where)
def test_every_formula_holds_for_every_layer_of_the_source(
    formula: Formula, parameters: tuple[int, ...]
) -> None:
    layer = spec(*parameters)
    assert SYSTEM.speaks_of(layer, formula)
    assert holds(SYSTEM, formula, layer, by_loops(*parameters))


@pytest.mark.parametrize("array", ["K", "X"])
@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_the_full_form_of_each_gradient_holds(array: str, parameters: tuple[int, ...]) -> None:
    assert holds(SYSTEM, ArrayFormula("", SYSTEM.full_form(array)), spec(*parameters), by_loops(*parameters))


MUTANTS = [
    ("L33", "i+x-(a-1)/2", "i+x", "not centred, as in the first line of L33"),
    ("L33", "i+x-(a-1)/2", "i-x+(a-1)/2", "a convolution for a correlation"),
    ("L33", "j+y-(b-1)/2", "j+y-1", "the centre of another width"),
    ("L39", "rot180(W)", "W", "not reversed"),
    ("L39", "(P, P)", "(P-1, P+1)", "padded on the wrong side"),
    ("L39, L43", "W[a-1-x,b-1-y]", "W[a-1-x,y]", "reversed on one axis alone"),
    ("L47", "dY[i,j]*X[i,j]", "dY[i,j]*X[i+1,j]", "not aligned"),
    ("L51", "dY[i-x,j-y]", "dY[i+x,j+y]", "shifted the other way"),
    ("L51", "dY[i-x,j-y]", "dY[i-x,j]", "shifted to the bottom alone"),
]


@pytest.mark.parametrize(("where", "old", "new", "mistake"), MUTANTS, ids=[each for *_, each in MUTANTS])
def test_a_formula_with_a_mistake_fails(where: str, old: str, new: str, mistake: str) -> None:
    parameters = LAYERS["m≠n, a≠b"]
    wrong = mutated(formula_at(SYSTEM, where), old, new)
    assert not holds(SYSTEM, wrong, spec(*parameters), by_loops(*parameters))


def test_first_and_second_coordinate_confused_is_another_formula() -> None:
    """▷(x, y) with x to the right and y down: L53's words, "to right with (x, y)", read in that order."""
    parameters = (5, 6, 3, 3)
    swapped = replace(
        formula_at(SYSTEM, "L51"), text="dW[x+(a-1)/2,y+(b-1)/2] = sum(i, j) dY[i-y,j-x]*X[i,j]"
    )
    assert not holds(SYSTEM, swapped, spec(*parameters), by_loops(*parameters))


# ---- the dot product and the shift -----------------------------------------------------------------------

SHAPES = [((5, 6), (3, 4)), ((2, 6), (3, 4)), ((3, 2), (2, 5)), ((1, 1), (3, 2))]


@pytest.mark.parametrize(("of_X", "of_W"), SHAPES)
def test_the_dot_product_reads_zero_beyond_x(of_X: tuple[int, int], of_W: tuple[int, int]) -> None:
    """L7."""
    X, W = integers(*of_X, seed=1), integers(*of_W, seed=2)
    padded = np.pad(X, [(0, max(w - x, 0)) for x, w in zip(of_X, of_W, strict=True)])
    assert dot(X, W) == sum(padded[at] * W[at] for at in positions(*of_W))


@pytest.mark.parametrize("down", range(-4, 5))
@pytest.mark.parametrize("right", range(-3, 4))
def test_a_shift_moves_down_by_its_first_number_and_right_by_its_second(down: int, right: int) -> None:
    """L20, in every direction, within a matrix of the same shape or of another."""
    A = integers(3, 2, seed=5)
    for shape in ((3, 2), (5, 6), (2, 1)):
        moved = shift(A, down, right, shape)
        for r, c in positions(*shape):
            inside = 0 <= r - down < 3 and 0 <= c - right < 2
            assert moved[r, c] == (A[r - down, c - right] if inside else 0)
    np.testing.assert_array_equal(shift(A, down, right), shift(A, down, right, (3, 2)))


@pytest.mark.parametrize(("of_X", "of_W"), SHAPES)
def test_the_shifted_dot_product_reads_x_further_on(of_X: tuple[int, int], of_W: tuple[int, int]) -> None:
    """L18: X ⊙ (W▷α,β) = Σ X[x+α, y+β] W[x, y], where W is moved into a matrix of X's shape."""
    X, W = integers(*of_X, seed=1), integers(*of_W, seed=2)
    for alpha, beta in ((0, 0), (1, 0), (0, 2), (2, 1), (-1, 1), (-2, -1)):
        total = 0
        for x, y in positions(*of_W):
            if 0 <= x + alpha < of_X[0] and 0 <= y + beta < of_X[1]:
                total += X[x + alpha, y + beta] * W[x, y]
        assert dot(X, shift(W, alpha, beta, of_X)) == total


def test_a_shift_that_keeps_the_shape_of_w_loses_what_leaves_it() -> None:
    """L18 needs care: moved within its own a×b, W drops entries that still meet X."""
    X, W = integers(5, 6, seed=1), integers(3, 4, seed=2)
    assert dot(X, shift(W, 1, 0)) != dot(X, shift(W, 1, 0, X.shape))


def test_the_gradients_of_the_shifted_dot_product_are_the_shifted_entries() -> None:
    """L13, L14 and L22, differentiated by SymPy: dy▷/dW[x,y] = X[x+α, y+β], dy▷/dX[x,y] = W[x-α, y-β]."""
    X, W = _symbols("X", 3, 4), _symbols("W", 2, 3)
    for alpha, beta in ((0, 0), (1, 1), (-1, 2), (2, -1)):
        y = dot(X, shift(W, alpha, beta, X.shape))
        for at, expected in ((at, _at(X, at[0] + alpha, at[1] + beta)) for at in positions(2, 3)):
            assert sympy.diff(y, W[at]) == expected
        for at, expected in ((at, _at(W, at[0] - alpha, at[1] - beta)) for at in positions(3, 4)):
            assert sympy.diff(y, X[at]) == expected


# ---- the convolution -------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_dot_products_with_the_kernel_moved_about_give_the_layer_and_its_gradients(
    parameters: tuple[int, ...],
) -> None:
    """L33, L39 and L51."""
    _, _, a, b = parameters
    expected = by_loops(*parameters)
    np.testing.assert_array_equal(forward(expected["X"], expected["K"]), expected["O"])
    np.testing.assert_array_equal(input_gradient(expected["dO"], expected["K"]), expected["dX"])
    np.testing.assert_array_equal(kernel_gradient(expected["dO"], expected["X"], a, b), expected["dK"])


def test_the_gradients_are_sympys_derivatives() -> None:
    X, W, dY = _symbols("X", 3, 4), _symbols("W", 3, 1), _symbols("dY", 3, 4)
    loss = sympy.expand(sympy.Add(*(forward(X, W) * dY).ravel()))
    dX, dW = input_gradient(dY, W), kernel_gradient(dY, X, 3, 1)
    for at in positions(3, 4):
        assert sympy.expand(sympy.diff(loss, X[at]) - dX[at]) == 0
    for at in positions(3, 1):
        assert sympy.expand(sympy.diff(loss, W[at]) - dW[at]) == 0


def test_the_central_entry_of_w_has_the_unshifted_product() -> None:
    """L47."""
    m, n, a, b = LAYERS["m≠n, a≠b"]
    expected = by_loops(m, n, a, b)
    assert expected["dK"][(a - 1) // 2, (b - 1) // 2] == dot(expected["dO"], expected["X"])


def test_the_reversed_kernel_begins_with_the_last_entry() -> None:
    """L43."""
    W = integers(3, 5, seed=1)
    assert all(reversed_kernel(W)[x, y] == W[2 - x, 4 - y] for x, y in positions(3, 5))


def test_only_columns_of_interior_inputs_have_ab_entries() -> None:
    """L37 needs care: an input near the border takes part in fewer outputs."""
    m, n, a, b = LAYERS["m≠n, a≠b"]
    ones = {"X": np.ones((m, n), dtype=int), "K": np.ones((a, b), dtype=int)}
    uses = input_gradient(ones["X"], ones["K"])
    interior = uses[(a - 1) // 2 : m - (a - 1) // 2, (b - 1) // 2 : n - (b - 1) // 2]
    assert (interior == a * b).all()
    assert interior.size < uses.size
    assert (uses[0] < a * b).all()


def test_the_first_line_of_the_definition_holds_for_a_single_weight_alone() -> None:
    """L33 needs care: Y[i,j] = y▷i,j has no centring, which the next line adds."""
    for m, n, a, b in LAYERS.values():
        expected = by_loops(m, n, a, b)
        uncentred = [
            [dot(expected["X"], shift(expected["K"], i, j, (m, n))) for j in range(n)] for i in range(m)
        ]
        assert np.array_equal(uncentred, expected["O"]) is ((a, b) == (1, 1))


def test_even_kernels_have_no_centre() -> None:
    with pytest.raises(SpecError, match="odd sizes, got 2x3"):
        spec(4, 5, 2, 3)
    assert not SYSTEM.speaks_of(ConvSpec((4, 5), (2, 3), padding="same", bias=False))


def _symbols(name: str, *shape: int) -> np.ndarray:
    array = np.empty(shape, dtype=object)
    for at in np.ndindex(shape):
        array[at] = sympy.Symbol("_".join([name, *map(str, at)]))
    return array


def _at(array: np.ndarray, row: int, column: int) -> sympy.Expr:
    """An entry, or 0 outside."""
    inside = 0 <= row < array.shape[0] and 0 <= column < array.shape[1]
    return array[row, column] if inside else sympy.Integer(0)
