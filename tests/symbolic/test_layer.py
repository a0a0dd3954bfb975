"""Explicit outputs, Jacobians and gradients against the definition written out here, and against SymPy."""

import numpy as np
import pytest
import sympy
from hypothesis import given

from convgen.errors import BudgetError, ConvgenError, SpecError
from convgen.proof.verify import verify
from convgen.spec import ConvSpec
from convgen.symbolic.jacobian import SparseJacobian, check_representatives, differentiated, extracted
from convgen.symbolic.layer import SymbolicLayer
from convgen.testing import conv_specs
from symbolic.outputs import outputs_by_loops
from symbolic.specs import HARD


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_outputs_are_the_definition(spec: ConvSpec) -> None:
    """O[o] = b + sum over taps of K[k]·X[x], also in SymPy's own canonical form."""
    expected = outputs_by_loops(spec).ravel()
    found = SymbolicLayer(spec).outputs
    assert list(found) == list(expected)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.args == theirs.args  # the flat construction is what evaluation would have made


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_extracted_jacobians_are_the_differentiated_ones(spec: ConvSpec) -> None:
    """Reading coefficients off the sums = SymPy differentiating every pair, on whole layers."""
    layer = SymbolicLayer(spec)
    tables = [layer.symbols(array) for array in layer.variables]
    for table, fast in zip(tables, extracted(layer.outputs, tables), strict=True):
        assert fast == differentiated(layer.outputs, table)


@pytest.mark.parametrize("spec", HARD, ids=str)
@pytest.mark.parametrize("everywhere", [True, False])
def test_gradient_is_the_derivative_of_the_loss(
    spec: ConvSpec, everywhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With L = sum dO·O, dL/dA by SymPy directly is the chain rule's J_L(O)·J_O(A)."""
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", 10**9 if everywhere else 0)
    layer = SymbolicLayer(spec)
    assert layer.differentiates_everything is everywhere
    outputs = outputs_by_loops(spec).ravel()
    gradients = layer.symbols("dO")
    loss = sympy.expand(sum(dO * output for dO, output in zip(gradients, outputs, strict=True)))
    for array in layer.variables:
        expected = [loss.diff(symbol) for symbol in layer.symbols(array)]
        assert list(layer.gradient_entries(array)) == expected
        assert list(layer.gradient_of(array, range(len(expected)))) == expected


@pytest.mark.parametrize("spec", HARD, ids=str)
def test_one_representative_of_every_translation_class(spec: ConvSpec) -> None:
    """Every output in the first channel of a group meets the same kernel entries as some representative."""
    layer = SymbolicLayer(spec)
    K = set(layer.symbols("K"))

    def met(output: sympy.Expr) -> frozenset[sympy.Symbol]:
        return frozenset(output.free_symbols & K)

    channel = layer.bias_of_output
    first = {group * spec.group_out_channels for group in range(spec.groups)}
    every = {met(output) for output, f in zip(layer.outputs, channel, strict=True) if int(f) in first}
    assert {met(layer.outputs[output]) for output in layer.representatives} == every


@given(conv_specs(rank=1, max_size=9, max_stride=5))
def test_the_representatives_are_the_first_of_their_class(spec: ConvSpec) -> None:
    """Trying every window gives the same positions."""
    (axis,) = spec.axes
    windows = [
        [0 <= i * axis.stride + m * axis.dilation - axis.before < axis.input for m in range(axis.kernel)]
        for i in range(axis.output)
    ]
    first = [i for i, window in enumerate(windows) if windows.index(window) == i]
    step = spec.out_channels if spec.layout.endswith("C") else 1
    group = spec.group_out_channels * (1 if spec.layout.endswith("C") else axis.output)
    assert SymbolicLayer(spec).representatives == tuple(
        sorted(g * group + i * step for g in range(spec.groups) for i in first)
    )


@pytest.mark.parametrize("spec", [ConvSpec(2**31 - 1, 3), ConvSpec((2**22,) * 3, 1)])
def test_a_layer_beyond_all_bounds_is_refused_at_once(spec: ConvSpec) -> None:
    """Their elements do not fit memory, or 64 bits; nothing is counted out before that is said."""
    with pytest.raises(BudgetError, match="taps"):
        verify(spec)
    with pytest.raises(BudgetError, match="products"):
        _ = SymbolicLayer(spec).outputs
    with pytest.raises(BudgetError, match="products"):
        SymbolicLayer(spec).gradient_entries("X")


def test_a_wrong_extraction_is_noticed() -> None:
    """Swapping two derivatives of a row, or losing one, is caught by the representatives."""
    layer = SymbolicLayer(ConvSpec((3, 3), 2))
    table = layer.symbols("X")
    good = differentiated(layer.outputs, table)
    assert check_representatives(layer.outputs, table, good, [0, 3]) == 8
    swapped = dict(good.entries)
    swapped[0, 0], swapped[0, 1] = swapped[0, 1], swapped[0, 0]
    with pytest.raises(ConvgenError, match="X_0_0"):
        check_representatives(layer.outputs, table, SparseJacobian(good.shape, swapped), [0])
    lost = {place: value for place, value in good.entries.items() if place != (3, 8)}
    with pytest.raises(ConvgenError, match="row 3"):
        check_representatives(layer.outputs, table, SparseJacobian(good.shape, lost), [0, 3])


def swapped_when_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on reading off coefficients confuses two entries of a row."""

    def wrong(*arguments: object) -> tuple[SparseJacobian, ...]:
        found = extracted(*arguments)  # type: ignore[arg-type]
        for jacobian in found[:2]:
            one, other, *_ = sorted(jacobian.entries)
            jacobian.entries[one], jacobian.entries[other] = jacobian.entries[other], jacobian.entries[one]
        return found

    monkeypatch.setattr("convgen.symbolic.layer.extracted", wrong)


def test_a_layer_whose_jacobians_are_read_off_is_held_against_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `method` says is done: a fault in reading coefficients off does not get past the representatives."""
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", 0)
    spec = ConvSpec((4, 5), (2, 3), 2, 2, padding=((1, 0), 0))
    SymbolicLayer(spec).sparse_jacobian("K")
    swapped_when_read(monkeypatch)
    with pytest.raises(ConvgenError, match="SymPy says"):
        SymbolicLayer(spec).sparse_jacobian("K")
    with pytest.raises(ConvgenError, match="SymPy says"):
        SymbolicLayer(spec).check_taps()


def test_taps_that_are_not_the_derivatives_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a layer too large for expressions: a tap with another kernel entry, and one at another input."""
    spec = ConvSpec((4, 5), (2, 3), 2, 2, padding=((1, 0), 0))
    expressions = SymbolicLayer(spec).expressions_of
    assert SymbolicLayer(spec).check_taps() == 2 * (6 + 12) + 2  # a window cut off above, and a whole one
    for array in "KX":
        layer = SymbolicLayer(spec)
        elements = getattr(layer.taps, array)
        first = np.flatnonzero(layer.representatives[0] == layer.taps.O)[:2]
        elements[first] = elements[first[::-1]]
        monkeypatch.setattr(layer, "expressions_of", expressions)
        with pytest.raises(ConvgenError, match="taps"):
            layer.check_taps()


def test_an_entry_that_stands_in_several_products_has_the_sum_of_their_partners() -> None:
    """No layer has one: an output and an input determine the kernel entry. Reading off does not rely on it."""
    X, K = sympy.symbols("X_0:2"), sympy.symbols("K_0:2")
    outputs = [K[0] * X[0] + K[1] * X[0] + K[1] * X[1], K[0] * X[1]]
    for table, found in zip((X, K), extracted(outputs, (X, K)), strict=True):
        assert found == differentiated(outputs, table)


def test_the_method_is_said_and_follows_the_size() -> None:
    small, medium = SymbolicLayer(ConvSpec((3, 3), 2)), SymbolicLayer(ConvSpec((16, 16), 3, padding=1))
    large = SymbolicLayer(ConvSpec((64, 64), 3, 16, 32, padding=1))
    assert small.method == "every entry differentiated by SymPy"
    assert "read off" in medium.method
    assert "9 outputs" in medium.method  # inner, four edges, four corners
    assert "index arrays" in large.method
    assert "64 entries" not in medium.method
    assert "at most 64 entries of each" in large.method  # of 144


def test_too_many_products_are_refused_before_any_work() -> None:
    layer = SymbolicLayer(ConvSpec((64, 64), 3, 64, 64, padding=1))
    with pytest.raises(BudgetError, match=r"147,865,600 products.*1,000,000.*verify"):
        _ = layer.outputs
    assert "taps" not in vars(layer)


def test_a_layer_without_bias_has_no_derivative_by_it() -> None:
    layer = SymbolicLayer(ConvSpec((3, 3), 2, bias=False))
    with pytest.raises(SpecError, match=r"no bias.*'b'"):
        layer.sparse_jacobian("b")
    with pytest.raises(SpecError, match="'Y'"):
        layer.sparse_jacobian("Y")
