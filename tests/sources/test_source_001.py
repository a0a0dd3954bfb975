"""Source 001 under its own names: vectorised, point-reflected and with zeros for a stride, it is the definition."""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from convgen import ConvSpec
from convgen.sources import SYSTEMS, ArrayFormula, Formula
from convgen.sources.source_001 import forward, image_gradient, kernel_gradient, spec, spread
from sources.layers import LAYERS_001 as LAYERS
from sources.layers import channels_last as by_loops
from sources.loops import formula_at, holds, mutated, positions

SYSTEM = SYSTEMS["001"]


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("formula", SYSTEM.formulas, ids=lambda each: each.where)
def test_every_formula_holds_for_every_layer_that_it_is_stated_for(
    formula: Formula, parameters: tuple[int, ...]
) -> None:
    layer = spec(*parameters)
    assert SYSTEM.speaks_of(layer)
    if SYSTEM.speaks_of(layer, formula):
        assert holds(SYSTEM, formula, layer, by_loops(*parameters))
    else:
        assert formula.stated_for == {"S": 1}
        assert layer.stride != (1, 1)


@pytest.mark.parametrize("array", ["b", "K", "X"])
@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_the_full_form_of_each_gradient_holds(array: str, parameters: tuple[int, ...]) -> None:
    """In this source the kernel stands on the left of ⋆."""
    assert holds(SYSTEM, ArrayFormula("", SYSTEM.full_form(array)), spec(*parameters), by_loops(*parameters))


@pytest.mark.parametrize("where", ["L12", "L75", "L83", "L94", "L95"])
def test_what_is_stated_for_stride_1_does_not_hold_for_another(where: str) -> None:
    parameters = LAYERS["stride 2, remainder"]
    formula = replace(formula_at(SYSTEM, where), stated_for={})
    assert not holds(SYSTEM, formula, spec(*parameters), by_loops(*parameters))


MUTANTS = [
    ("L47", "s*j+n", "j+n", "stride on one axis alone"),
    ("L47", "K[m,n,c,o]", "K[n,m,c,o]", "kernel transposed"),
    ("L61", "s*i+m", "s*i-m", "a convolution for a correlation"),
    ("L61", "G[i,j,o]", "G[j,i,o]", "G transposed"),
    ("L83", "i'-m", "i'+m", "the wrong direction"),
    ("L94", "k-1-m'", "m'", "not reflected"),
    ("L94", "i'-(k-1)+m'", "i'-k+m'", "padded by k instead of k-1"),
    ("L95", "rot180(K)", "K", "not reflected, with operators"),
    ("L95", "rot180(K)", "transpose(rot180(K))", "reflected and transposed"),
    ("L95", "pad(G)", "pad(G, (E-1, E))", "padded too far, so that the shapes differ"),
    ("L105", "(0, r)", "(r, 0)", "the remainder on the wrong side"),
    ("L105", "dilate(G, S)", "G", "without the zeros in between"),
]


@pytest.mark.parametrize(("where", "old", "new", "mistake"), MUTANTS, ids=[each for *_, each in MUTANTS])
def test_a_formula_with_a_mistake_fails(where: str, old: str, new: str, mistake: str) -> None:
    wrong = mutated(formula_at(SYSTEM, where), old, new)
    caught = []
    for parameters in (LAYERS["dense"], LAYERS["stride 2, remainder"], (7, 6, 2, 3, 2, 3)):
        layer = spec(*parameters)
        if SYSTEM.speaks_of(layer, wrong):
            caught.append(not holds(SYSTEM, wrong, layer, by_loops(*parameters)))
    assert any(caught)


# ---- the computations ------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_a_loop_over_kernel_positions_gives_every_output_at_once(parameters: tuple[int, ...]) -> None:
    """L37-47."""
    H, W, C, O, k, s = (*parameters, 1)[:6]
    expected = by_loops(*parameters)
    R = forward(expected["X"], expected["K"], expected["b"], s)
    np.testing.assert_array_equal(R, expected["O"])
    assert R.shape == spec(H, W, C, O, k, s).output_shape


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_the_kernel_gradient_is_a_sum_of_outer_products(parameters: tuple[int, ...]) -> None:
    """L61."""
    *_, k, s = (*parameters, 1)[:6]
    expected = by_loops(*parameters)
    np.testing.assert_array_equal(kernel_gradient(expected["X"], expected["dO"], k, s), expected["dK"])


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_with_zeros_where_the_kernel_was_not_applied_the_input_gradient_works_for_any_stride(
    parameters: tuple[int, ...],
) -> None:
    """L105, with the padded, point-reflected form of L87-95."""
    H, W, _, _, k, s = (*parameters, 1)[:6]
    expected = by_loops(*parameters)
    G = spread(expected["dO"], H, W, k, s)
    assert G.shape[:2] == (H - (k - 1), W - (k - 1))
    np.testing.assert_array_equal(image_gradient(expected["K"], G), expected["dX"])


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
def test_the_output_kept_at_its_original_size_has_the_values_of_stride_1_where_the_kernel_is_applied(
    parameters: tuple[int, ...],
) -> None:
    """L105: R with zeros agrees with the dense R on multiples of the stride, and is 0 elsewhere."""
    H, W, _, _, k, s = (*parameters, 1)[:6]
    arrays = by_loops(*parameters)
    kept = spread(forward(arrays["X"], arrays["K"], arrays["b"], s), H, W, k, s)
    dense = forward(arrays["X"], arrays["K"], arrays["b"])
    for i, j in positions(H - (k - 1), W - (k - 1)):
        applied = i % s == 0 and j % s == 0
        np.testing.assert_array_equal(kept[i, j], dense[i, j] if applied else 0 * dense[i, j])


def test_without_the_trailing_zeros_the_image_gradient_is_too_small() -> None:
    """L105 says "the output of the original size": a plain dilation of G misses the remainder."""
    H, W, _, _, k, s = LAYERS["stride 2, remainder"]
    G = by_loops(*LAYERS["stride 2, remainder"])["dO"]
    dilated = np.zeros(((G.shape[0] - 1) * s + 1, (G.shape[1] - 1) * s + 1, G.shape[2]), dtype=G.dtype)
    dilated[::s, ::s] = G
    assert dilated.shape[:2] != (H - (k - 1), W - (k - 1))
    assert spread(G, H, W, k, s).shape[:2] == (H - (k - 1), W - (k - 1))


def test_the_computations_are_those_of_symbols_too() -> None:
    """The gradients of Σ R·G, differentiated by SymPy, are what the same functions give on its symbols."""
    H, W, C, O, k, s = 4, 3, 2, 2, 2, 2
    I, K, b = (_symbols(name, *shape) for name, shape in (("I", (H, W, C)), ("K", (k, k, C, O)), ("b", (O,))))
    R = forward(I, K, b, s)
    G = _symbols("G", *R.shape)
    loss = sympy.expand(sympy.Add(*(R * G).ravel()))
    for variables, gradient in (
        (K, kernel_gradient(I, G, k, s)),
        (I, image_gradient(K, spread(G, H, W, k, s))),
        (b, G.sum(axis=(0, 1))),
    ):
        assert gradient.shape == variables.shape
        for at in np.ndindex(variables.shape):
            assert sympy.expand(sympy.diff(loss, variables[at]) - gradient[at]) == 0


def _symbols(name: str, *shape: int) -> np.ndarray:
    array = np.empty(shape, dtype=object)
    for at in np.ndindex(shape):
        array[at] = sympy.Symbol("_".join([name, *map(str, at)]))
    return array


def test_many_indices_lie_outside_of_g_by_up_to_k_minus_1() -> None:
    """L86-89: i'-m runs from -(k-1) to H_out-1+(k-1), and both are reached."""
    H, k = 6, 3
    reached = {i - m for i in range(H) for m in range(k)}
    H_out = H - (k - 1)
    assert min(reached) == -(k - 1)
    assert max(reached) == H_out - 1 + (k - 1)


def test_the_output_size_by_rounding_up_is_that_by_rounding_down() -> None:
    """L52 against the definition's floor, for every size up to 12."""
    for H, k, s in positions(13, 13, 6):
        if 1 <= k <= H and s >= 1:
            assert spec(H, H, 1, 1, k, s).output_size[0] == -(-(H - (k - 1)) // s)


def test_padded_or_oblong_layers_are_not_the_sources() -> None:
    assert not SYSTEM.speaks_of(ConvSpec((4, 6), 2, 2, 3, padding=1, layout="HWC"))
    assert not SYSTEM.speaks_of(ConvSpec((4, 6), (2, 3), 2, 3, layout="HWC"))
    assert not SYSTEM.speaks_of(ConvSpec((4, 6), 2, 2, 3, layout="CHW"))
