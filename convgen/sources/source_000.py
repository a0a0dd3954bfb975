"""Source 000: one channel, strides SH, SW, padding PH, PW; column-wise vec, Jacobians, and a worked example."""

from __future__ import annotations

from dataclasses import dataclass

from convgen.algebra.index_form import expand_sums
from convgen.algebra.notation import NOTATIONS
from convgen.indexing import Written, entry_formula, gradient_sum, output_sums, vec, written_out
from convgen.sources.system import ArrayFormula, EntryFormula, SourceSystem
from convgen.spec import ConvSpec

NOTATION = NOTATIONS["000"]


def spec(H: int, W: int, M: int, N: int, SH: int = 1, SW: int = 1, PH: int = 0, PW: int = 0) -> ConvSpec:
    """The layer of an H×W input and an M×N kernel; padding is the same on both sides of an axis."""
    return ConvSpec((H, W), (M, N), stride=(SH, SW), padding=(PH, PW))


SYSTEM = SourceSystem(
    name="000",
    about="forward and backward pass of one channel, by Jacobians of column-wise vectors",
    notation=NOTATION,
    spec=spec,
    layout="HW",
    axis={"D": 1, "E": "M", "Pa": "Pb"},
    formulas=(
        EntryFormula(
            "L32",
            "O[i,j] = sum(m=1..M, n=1..N) K[m,n]*X_pad[i*SH+m-1, j*SW+n-1] + b",
            first_index={"K": 1},
        ),
        EntryFormula("L58", "db = sum(i, j) dO[i,j]"),
        ArrayFormula("L62, L377", "db = sum(dO)"),
    ),
    short_forms=(
        ArrayFormula("L251, L379", "dK = X ⋆ dO"),
        ArrayFormula("L373, L381", "dX = pad(dO) ⋆ rot180(K)"),
    ),
)


def jacobian(layer: ConvSpec, array: str) -> list[list[Written]]:
    """The matrix ∂O/∂K, ∂O/∂X or ∂O/∂b, row by row (L137-193).

    Row and column follow the column-wise vec of O and of the array; an entry is what the array's entry is
    multiplied by in that output.

    Args:
        layer: a layer of the source.
        array: ``"K"``, ``"X"`` or ``"b"``.
    """
    products = expand_sums(output_sums(layer))
    columns = vec(array, layer, NOTATION.vec)
    rows = []
    for row in vec("O", layer, NOTATION.vec):
        cofactors = {}
        for _, entries in products[row]:
            for name, at in entries:
                if name == array:
                    others = [entry for entry in entries if entry != (name, at)]
                    cofactors[at] = entry_formula(*others[0], layer, NOTATION) if others else _ONE
        rows.append([cofactors.get(column, _ZERO) for column in columns])
    return rows


_ZERO, _ONE = Written("0", "0"), Written("1", "1")


def vectorised(layer: ConvSpec, array: str) -> list[Written]:
    """The entries of an array in the order of vec, column by column (L113-131)."""
    return [entry_formula(array, at, layer, NOTATION) for at in vec(array, layer, NOTATION.vec)]


@dataclass(frozen=True)
class WorkedExample:
    """A layer small enough to be written out entry by entry, as the source does with 3×3 and 2×2 (L79-349).

    Attributes:
        forward: O[0,0] = ..., row by row.
        kernel_jacobian: the rows of ∂O/∂K.
        input_jacobian: the rows of ∂O/∂X.
        kernel_gradient: dK[0,0] = ..., row by row.
        input_gradient: dX[0,0] = ..., row by row.
        bias_gradient: db = ...
    """

    layer: ConvSpec
    forward: list[Written]
    kernel_jacobian: list[list[Written]]
    input_jacobian: list[list[Written]]
    kernel_gradient: list[Written]
    input_gradient: list[Written]
    bias_gradient: list[Written]


def worked_example(layer: ConvSpec | None = None) -> WorkedExample:
    """The source's worked example, or that of another layer of the source."""
    layer = layer or spec(3, 3, 2, 2)
    gradients = {
        array: written_out(f"d{array}", [gradient_sum(layer, array)], layer, NOTATION) for array in "KXb"
    }
    return WorkedExample(
        layer,
        written_out("O", output_sums(layer), layer, NOTATION),
        jacobian(layer, "K"),
        jacobian(layer, "X"),
        gradients["K"],
        gradients["X"],
        gradients["b"],
    )
