"""What a derivation prints, read back, is what SymPy says: every equation, every Jacobian, every correlation."""

import itertools
from functools import cache

import numpy as np
import pytest
import sympy

from convgen.algebra.notation import NOTATIONS
from convgen.derivation import derive
from convgen.spec import ConvSpec
from convgen.symbolic.tensors import symbol_array
from derivation.reading import Matrix, Printed, equations_of_latex, rows_of_latex
from symbolic.outputs import outputs_by_loops
from symbolic.specs import HARD

PLANES = (
    ConvSpec((3, 3), (2, 2)),
    ConvSpec((3, 4), (2, 3)),
    ConvSpec((4, 6), (2, 3), stride=(2, 3), padding=((1, 0), (0, 2)), dilation=(2, 1)),
    ConvSpec((5, 3), (2, 2), stride=(1, 2), padding=((0, 1), (2, 0)), dilation=(3, 2)),
    ConvSpec((5,), (3,), stride=2, padding=((2, 1),), bias=False),
    ConvSpec((1,), (1,), stride=2, padding=((3, 0),)),  # no window meets the input
    ConvSpec((2, 1), (3, 2), padding=((2, 3), (1, 0))),  # more padding than E - 1
)
OTHERS = (*HARD[1:], ConvSpec((3, 4), (2, 2), 4, 6, groups=2, layout="HWC"))
IN_EVERY_NOTATION = list(itertools.product(PLANES, sorted(NOTATIONS)))
BY_COLUMNS_AND_BY_ROWS = list(itertools.product(OTHERS, ("default", "001")))
EVERYWHERE = pytest.mark.parametrize(
    ("spec", "notation"), IN_EVERY_NOTATION + BY_COLUMNS_AND_BY_ROWS, ids=str
)


@cache
def printed(spec: ConvSpec, notation: str) -> Printed:
    return Printed(spec, notation, derive(spec, notation).text())


@cache
def outputs(spec: ConvSpec) -> np.ndarray:
    return outputs_by_loops(spec)


@cache
def derivatives(spec: ConvSpec, array: str) -> list[sympy.Expr]:
    """∂L/∂array by SymPy, for L = Σ dO·O with O by loops; row-major."""
    loss = sympy.expand(sympy.Add(*(outputs(spec) * symbol_array(spec, "dO")).ravel()))
    return [loss.diff(symbol) for symbol in symbol_array(spec, array).ravel()]


def shown(things: list, limit: int, leading: int) -> list:
    """All of them, or the first few, dots, and the last."""
    return things if len(things) <= limit else [*things[:leading], None, things[-1]]


@EVERYWHERE
def test_every_printed_equation_is_true(spec: ConvSpec, notation: str) -> None:
    """The entries follow one another, the terms are those of SymPy's sum, and their number is the true one."""
    text = printed(spec, notation)
    values = {"O": list(outputs(spec).ravel())}
    values |= {f"d{array}": derivatives(spec, array) for array in ("XKb" if spec.bias else "XK")}
    for array, expected in values.items():
        pairs = list(zip(symbol_array(spec, array).ravel(), expected, strict=True))
        wanted = [pair for pair in shown(pairs, limit=16, leading=6) if pair]
        found = list(text.equations(array))
        assert [entry for entry, *_ in found] == [entry for entry, _ in wanted]
        for (_, terms, count), (_, value) in zip(found, wanted, strict=True):
            every = sympy.Add.make_args(value)
            assert count == len(every)
            dots = terms.index("⋯") if "⋯" in terms else len(terms)
            assert (dots == len(terms)) is (len(terms) == count)
            if dots == len(terms):
                assert sympy.Add(*terms) == value
            else:
                assert set(terms[:dots] + terms[dots + 1 :]) <= set(every)
                assert len(set(terms)) == len(terms)


@pytest.mark.parametrize("spec", [*PLANES, *OTHERS], ids=str)
def test_latex_says_what_text_says(spec: ConvSpec) -> None:
    """The same equations in the same order, and the same matrices row by row."""
    text, latex = printed(spec, "default"), derive(spec).latex()
    assert equations_of_latex(latex) == text.equation_lines()
    assert sorted(rows_of_latex(latex)) == sorted(text.rows())
    assert text.equation_lines()


@EVERYWHERE
def test_every_printed_jacobian_is_sympys(spec: ConvSpec, notation: str) -> None:
    """∂O/∂A with both flattened by NumPy in the notation's order, true size said, its middle left out."""
    text, order = printed(spec, notation), NOTATIONS[notation].vec
    words = " ".join(" ".join(text.lines).split())
    rows_of_O = outputs(spec).ravel(order=order).tolist()
    for array in "XKb" if spec.bias else "XK":
        variables = symbol_array(spec, array).ravel(order=order).tolist()
        rows, columns = shown([*range(len(rows_of_O))], 8, 6), shown([*range(len(variables))], 8, 6)
        expected: Matrix = [
            [
                "⋮⋯⋱"[(column is None) + (row is None and column is None)]
                if None in (row, column)
                else rows_of_O[row].diff(variables[column])
                for column in columns
            ]
            for row in rows
        ]
        (found,), _ = text.matrices(f"∂{text.letters['O']}/∂{text.letters[array]}")
        assert found == expected
        elided = " (its middle left out)" if None in rows + columns else ""
        letter = text.letters[array]
        assert f"each entry of {letter}, {len(rows_of_O)}×{len(variables)}{elided}:" in words
    ((row,),), _ = text.matrices(f"∂L/∂{text.letters['O']}")
    gradients = symbol_array(spec, "dO").ravel(order=order).tolist()
    assert row == [each or "⋯" for each in shown(gradients, 8, 6)]


@pytest.mark.parametrize(("spec", "notation"), IN_EVERY_NOTATION, ids=str)
@pytest.mark.parametrize("array", ["K", "X"])
def test_the_arrays_written_out_correlate_to_the_gradient(spec: ConvSpec, notation: str, array: str) -> None:
    """The two matrices, with the sign between them and on its sides as the notation has them, give ∂L/∂A."""
    if derive(spec).rule(array).operator != "star":
        return  # the product is cropped or subsampled, and not written out
    text = printed(spec, notation)
    (left, right), sign = text.matrices(text.letters[f"d{array}"])
    signal, kernel = (right, left) if NOTATIONS[notation].kernel_first else (left, right)
    assert not {"⋯", "⋮"} & {cell for row in signal + kernel for cell in row}
    steps = [int(each) for each in sign.strip("⋆[]").split(",")] if sign != "⋆" else []
    steps = [1] * (2 - spec.rank) + (steps or [1] * spec.rank)
    extents = [(size - 1) * step + 1 for size, step in zip(np.shape(kernel), steps, strict=True)]
    sizes = [size - extent + 1 for size, extent in zip(np.shape(signal), extents, strict=True)]
    found = [
        sympy.Add(
            *(
                kernel[m][n] * signal[p + m * steps[0]][q + n * steps[1]]
                for m, n in np.ndindex(*np.shape(kernel))
            )
        )
        for p, q in np.ndindex(*sizes)
    ]
    assert found == derivatives(spec, array)
    words = " ".join(" ".join(text.lines).split())
    assert f"correlated are, {len(left)}×{len(left[0])} and {len(right)}×{len(right[0])}:" in words
