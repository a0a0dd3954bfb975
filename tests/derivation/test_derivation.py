"""Derivation: the contract's SymPy objects, held against SymPy's own calculus, and the sources' worked example."""

import re

import numpy as np
import pytest
import sympy

from convgen.algebra.printing import to_text
from convgen.algebra.syntax import parse_tree
from convgen.derivation import derive
from convgen.errors import BudgetError, ClaimError, SpecError
from convgen.rules import bind
from convgen.spec import ConvSpec
from convgen.symbolic.tensors import symbol_array
from symbolic.specs import HARD

EXAMPLE = ConvSpec((3, 3), (2, 2))


def entries(names: str) -> list[sympy.Symbol]:
    return [sympy.Symbol(name) for name in names.split()]


def test_the_worked_example_of_source_000() -> None:
    """O_00 ... O_11, vec column-wise, ∂O/∂K, and all nine entries of dX (source 000 L102, L113, L185, L354)."""
    d = derive(EXAMPLE)
    X, K, G = (symbol_array(EXAMPLE, array) for array in ("X", "K", "dO"))
    b = sympy.Symbol("b")
    for i, j in np.ndindex(2, 2):
        assert d.output[i, j] == b + sum(K[m, n] * X[i + m, j + n] for m, n in np.ndindex(2, 2))
    assert list(d.output_gradient()) == entries("dO_0_0 dO_1_0 dO_0_1 dO_1_1")
    assert d.jacobian("K") == sympy.Matrix(
        [
            entries("X_0_0 X_1_0 X_0_1 X_1_1"),
            entries("X_1_0 X_2_0 X_1_1 X_2_1"),
            entries("X_0_1 X_1_1 X_0_2 X_1_2"),
            entries("X_1_1 X_2_1 X_1_2 X_2_2"),
        ]
    )
    padded = np.pad(G, 1)
    turned = K[::-1, ::-1]
    for p, q in np.ndindex(3, 3):
        expected = sum(padded[p + m, q + n] * turned[m, n] for m, n in np.ndindex(2, 2))
        assert d.gradient("X")[p, q] == expected
    assert d.gradient("X")[0, 2] == G[0, 1] * K[0, 1]  # source 000 L333 prints dO_10 here


@pytest.mark.parametrize("spec", HARD, ids=str)
@pytest.mark.parametrize("vec", ["F", "C"])
def test_jacobian_is_sympys_own(spec: ConvSpec, vec: str) -> None:
    """J_O(A) = Matrix.jacobian of vec(O) by vec(A), both flattened by NumPy in the same order."""
    d = derive(spec)
    outputs = np.array(d.layer.outputs, dtype=object).reshape(spec.output_shape)
    column = sympy.Matrix([outputs.ravel(order=vec).tolist()]).T
    for array in d.layer.variables:
        variables = sympy.Matrix([symbol_array(spec, array).ravel(order=vec).tolist()])
        if len(column) * len(variables) > 3_000:
            continue
        assert d.jacobian(array, vec=vec) == column.jacobian(variables)


@pytest.mark.parametrize("spec", HARD, ids=str)
@pytest.mark.parametrize("vec", ["F", "C"])
def test_chain_rule(spec: ConvSpec, vec: str) -> None:
    """dL/dA = J_L(O)·J_O(A), the row times the matrix, reshaped to A in the same order."""
    d = derive(spec)
    for array in d.layer.variables:
        row = d.output_gradient(vec) * d.jacobian(array, vec)
        shaped = np.array(row.tolist()[0], dtype=object).reshape(d.gradient(array).shape, order=vec)
        assert sympy.ImmutableDenseNDimArray(shaped.ravel().tolist(), shaped.shape) == d.gradient(array)


def test_a_transposed_jacobian_or_a_mixed_vec_order_is_visible() -> None:
    """On a layer that is not square neither passes unnoticed (trap 1 of the worked example, where both do)."""
    d = derive(ConvSpec((3, 4), (2, 3)))
    assert d.jacobian("K").shape == (4, 6)
    assert d.jacobian("K", vec="C") != d.jacobian("K", vec="F")
    example = derive(EXAMPLE).jacobian("K")
    assert example == example.T


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_rules_print_every_amount_and_parse_back(spec: ConvSpec) -> None:
    d = derive(spec)
    for array in d.layer.variables:
        tree = d.rule(array)
        assert bind(parse_tree(to_text(tree)), spec) == tree
        assert str(tree) == to_text(tree)


def test_asking_for_what_is_not_there() -> None:
    d = derive(ConvSpec((3, 3), 2, bias=False))
    for ask in (d.rule, d.gradient, d.jacobian):
        with pytest.raises(SpecError, match="'b'"):
            ask("b")
    with pytest.raises(SpecError, match="'G'"):
        d.jacobian("K", vec="G")
    with pytest.raises(ClaimError, match="'004'.*000"):
        derive(EXAMPLE, notation="004")
    with pytest.raises(BudgetError, match="products"):
        _ = derive(ConvSpec((64, 64), 3, 64, 64)).output


@pytest.mark.parametrize("spec", ["input=4x5 kernel=3x2", None, 3])
def test_only_a_spec_can_be_derived(spec: object) -> None:
    with pytest.raises(SpecError, match=re.escape(repr(spec))):
        derive(spec)


def test_a_layer_beyond_memory_is_refused_before_any_work() -> None:
    """ResNet's first layer has 117 million taps; index arrays of them would take 25 GB."""
    with pytest.raises(BudgetError, match=r"limit of 20,000,000"):
        derive(ConvSpec((224, 224), 7, 3, 64, stride=2, padding=3)).text()
