"""Source 000 under its own names: its sums, its Jacobians and its worked example are those of the definition."""

from dataclasses import replace

import pytest
import sympy

from convgen import ConvSpec
from convgen.sources import SYSTEMS, Formula
from convgen.sources.source_000 import jacobian, spec, vectorised, worked_example
from sources.layers import LAYERS_000 as LAYERS
from sources.layers import single_channel as by_loops
from sources.loops import formula_at, holds, mutated, positions

SYSTEM = SYSTEMS["000"]


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("formula", SYSTEM.formulas, ids=lambda each: each.where)
def test_every_formula_holds_for_every_layer_of_the_source(
    formula: Formula, parameters: tuple[int, ...]
) -> None:
    layer = spec(*parameters)
    assert SYSTEM.speaks_of(layer, formula)
    assert holds(SYSTEM, formula, layer, by_loops(*parameters))


@pytest.mark.parametrize("parameters", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("array", ["b", "K", "X"])
def test_the_full_form_of_each_gradient_holds_for_every_layer_of_the_source(
    array: str, parameters: tuple[int, ...]
) -> None:
    """With stride and padding, where the source's summary is too short."""
    layer = spec(*parameters)
    full = mutated(SYSTEM.short_forms[0], SYSTEM.short_forms[0].text, SYSTEM.full_form(array))
    assert holds(SYSTEM, full, layer, by_loops(*parameters))


@pytest.mark.parametrize("short", SYSTEM.short_forms, ids=lambda each: each.where)
def test_the_short_forms_hold_without_stride_and_padding(short: Formula) -> None:
    for parameters in ((5, 7, 2, 3), (3, 3, 2, 2), (2, 3, 2, 3), (4, 4, 1, 3)):
        assert holds(SYSTEM, short, spec(*parameters), by_loops(*parameters))


@pytest.mark.parametrize("short", SYSTEM.short_forms, ids=lambda each: each.where)
@pytest.mark.parametrize(
    "parameters", [(6, 7, 2, 3, 2, 1), (5, 7, 2, 3, 1, 1, 1, 0)], ids=["stride", "padding"]
)
def test_the_short_forms_fail_with_stride_or_padding(short: Formula, parameters: tuple[int, ...]) -> None:
    """The source states them for a layer that has both: even the shapes differ."""
    assert not holds(SYSTEM, short, spec(*parameters), by_loops(*parameters))


MUTANTS = [
    ("L32", "m-1", "m", "indices of K and X confused"),
    ("L32", "i*SH", "i", "no stride"),
    ("L32", "j*SW", "j*SH", "stride of the other axis"),
    ("L32", "X_pad", "X", "no padding"),
    ("L32", "m=1..M", "m=2..M", "a sum that begins late"),
    ("L32", "m=1..M", "m=1..N", "the width of K for its height"),
    ("L58", "sum(i, j)", "sum(i=0..H_out-2, j)", "a sum that ends early"),
]


@pytest.mark.parametrize(("where", "old", "new", "mistake"), MUTANTS, ids=[each for *_, each in MUTANTS])
def test_a_formula_with_a_mistake_fails(where: str, old: str, new: str, mistake: str) -> None:
    parameters = (6, 9, 3, 2, 2, 3, 1, 2)
    wrong = mutated(formula_at(SYSTEM, where), old, new)
    assert not holds(SYSTEM, wrong, spec(*parameters), by_loops(*parameters))


def test_m_and_n_are_counted_from_one_and_everything_else_from_zero() -> None:
    """Read from 0 throughout, the same text is another formula."""
    from_zero = replace(formula_at(SYSTEM, "L32"), first_index={})
    parameters = (5, 7, 2, 3)
    assert not holds(SYSTEM, from_zero, spec(*parameters), by_loops(*parameters))


# ---- the worked example ----------------------------------------------------------------------------------

O_AND_X = worked_example()


def test_the_expanded_outputs_are_the_sources_four_equations() -> None:
    """L102-105, with the bias that the source leaves out there."""
    assert [each.text for each in O_AND_X.forward] == [
        "O[0,0] = b + K[0,0]*X[0,0] + K[0,1]*X[0,1] + K[1,0]*X[1,0] + K[1,1]*X[1,1]",
        "O[0,1] = b + K[0,0]*X[0,1] + K[0,1]*X[0,2] + K[1,0]*X[1,1] + K[1,1]*X[1,2]",
        "O[1,0] = b + K[0,0]*X[1,0] + K[0,1]*X[1,1] + K[1,0]*X[2,0] + K[1,1]*X[2,1]",
        "O[1,1] = b + K[0,0]*X[1,1] + K[0,1]*X[1,2] + K[1,0]*X[2,1] + K[1,1]*X[2,2]",
    ]
    assert O_AND_X.forward[0].latex == (
        r"O_{0,0} = b + K_{0,0} \, X_{0,0} + K_{0,1} \, X_{0,1} + K_{1,0} \, X_{1,0} + K_{1,1} \, X_{1,1}"
    )


def test_vec_goes_down_the_columns() -> None:
    """L113-131; with H≠W the row-major order is another."""
    assert [each.text for each in vectorised(O_AND_X.layer, "O")] == ["O[0,0]", "O[1,0]", "O[0,1]", "O[1,1]"]
    assert [each.text for each in vectorised(spec(3, 4, 2, 3), "K")] == [
        "K[0,0]", "K[1,0]", "K[0,1]", "K[1,1]", "K[0,2]", "K[1,2]",
    ]  # fmt: skip


def test_the_jacobian_in_k_is_the_sources_matrix() -> None:
    """L185-192."""
    assert [[each.text for each in row] for row in O_AND_X.kernel_jacobian] == [
        ["X[0,0]", "X[1,0]", "X[0,1]", "X[1,1]"],
        ["X[1,0]", "X[2,0]", "X[1,1]", "X[2,1]"],
        ["X[0,1]", "X[1,1]", "X[0,2]", "X[1,2]"],
        ["X[1,1]", "X[2,1]", "X[1,2]", "X[2,2]"],
    ]


def test_the_corner_gradients_are_these_and_not_the_sources_misprint() -> None:
    """L319-349: dX[0,2] comes from dO[0,1]; the source prints ∂L/∂O_10. And dX[0,1] has two products, not one."""
    gradients = {each.text.split(" = ")[0]: each.text.split(" = ")[1] for each in O_AND_X.input_gradient}
    assert gradients["dX[0,0]"] == "dO[0,0]*K[0,0]"
    assert gradients["dX[0,1]"] == "dO[0,0]*K[0,1] + dO[0,1]*K[0,0]"
    assert gradients["dX[0,2]"] == "dO[0,1]*K[0,1]"
    assert gradients["dX[2,2]"] == "dO[1,1]*K[1,1]"
    assert O_AND_X.bias_gradient[0].text == "db = dO[0,0] + dO[0,1] + dO[1,0] + dO[1,1]"


@pytest.mark.parametrize(
    "parameters", [(3, 3, 2, 2), (3, 4, 2, 3), (4, 5, 2, 3, 2, 1, 1, 0), (2, 3, 1, 2, 1, 1, 1, 2)]
)
def test_the_written_example_is_sympys_derivative(parameters: tuple[int, ...]) -> None:
    """Every Jacobian and gradient is differentiated from the forward equations, read back from their text."""
    example = worked_example(spec(*parameters))
    forward = [_expression(each.text) for each in example.forward]
    layer = example.layer
    outputs = {f"O{at}": value for at, value in zip(_entries(layer.output_size), forward, strict=True)}
    row_major = sympy.Matrix(list(outputs.values()))
    vec_O = [outputs[each] for each in (_symbol_name(w.text) for w in vectorised(layer, "O"))]
    for array, written in (("K", example.kernel_jacobian), ("X", example.input_jacobian)):
        variables = [sympy.Symbol(_symbol_name(each.text)) for each in vectorised(layer, array)]
        expected = sympy.Matrix(vec_O).jacobian(variables)
        assert sympy.Matrix([[_value(each.text) for each in row] for row in written]) == expected
    G = sympy.Matrix([sympy.Symbol(f"dO{at}") for at in _entries(layer.output_size)])
    loss = sympy.expand((G.T * row_major)[0])
    for array, equations in (
        ("K", example.kernel_gradient),
        ("X", example.input_gradient),
        ("b", example.bias_gradient),
    ):
        for equation in equations:
            variable = sympy.Symbol(_symbol_name(equation.text.split(" = ")[0].removeprefix("d")))
            assert str(variable).startswith(array)
            assert sympy.expand(_expression(equation.text) - sympy.diff(loss, variable)) == 0
    assert [[each.text for each in row] for row in jacobian(layer, "b")] == [["1"]] * len(forward)


def _entries(sizes: tuple[int, ...]) -> list[str]:
    return ["_" + "_".join(map(str, at)) for at in positions(*sizes)]


def _symbol_name(text: str) -> str:
    """X[1,0] as X_1_0."""
    return text.replace("[", "_").replace(",", "_").replace("]", "")


def _value(text: str) -> sympy.Expr:
    return sympy.Integer(text) if text.isdecimal() else sympy.Symbol(_symbol_name(text))


def _expression(equation: str) -> sympy.Expr:
    """The right side of an equation as SymPy adds and multiplies it."""
    right = equation.split(" = ")[1]
    return sympy.Add(*(sympy.Mul(*map(_value, product.split("*"))) for product in right.split(" + ")))


def test_the_output_size_is_the_sources() -> None:
    """L21."""
    for parameters in LAYERS.values():
        H, W, M, N, SH, SW, PH, PW = parameters + (1, 1, 0, 0)[len(parameters) - 4 :]
        assert spec(*parameters).output_size == ((H + 2 * PH - M) // SH + 1, (W + 2 * PW - N) // SW + 1)


def test_layers_of_another_kind_are_not_the_sources() -> None:
    assert not SYSTEM.speaks_of(ConvSpec((5, 7), (2, 3), dilation=2))
    assert not SYSTEM.speaks_of(ConvSpec((5, 7), (2, 3), padding=((0, 1), (1, 1))))
    assert not SYSTEM.speaks_of(ConvSpec((5, 7), (2, 3), in_channels=1, out_channels=2))
