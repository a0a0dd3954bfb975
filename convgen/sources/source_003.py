"""Source 003: C×H×W with kernels [C_out, C_in, K_H, K_W]; the layer as one product of matrices.

X̃ has a row for each (channel, kernel position) and a column for each output position. Unfolding X makes it,
and folding, the adjoint, adds every column entry up where it came from. The functions take a layer's arrays
of floats, of integers or of SymPy symbols.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convgen.algebra.matrices import from_matrices, to_matrices
from convgen.algebra.notation import NOTATIONS
from convgen.algebra.operator_base import Named
from convgen.algebra.readings import evaluate, shape_of
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node, array
from convgen.layout import axis_names, from_named, to_named
from convgen.rules import array_shapes, bind
from convgen.sources.system import ArrayFormula, EntryFormula, SourceSystem
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]


def spec(
    C_in: int, H_in: int, W_in: int, C_out: int, K_H: int, K_W: int, stride: int = 1, P: int = 0
) -> ConvSpec:
    """The layer of an input C_in×H_in×W_in and a kernel [C_out, C_in, K_H, K_W]."""
    return ConvSpec((H_in, W_in), (K_H, K_W), C_in, C_out, stride=stride, padding=P, layout="CHW")


PLAIN = {"S": 1, "Pb": 0, "Pa": 0}
"""What L15 fixes for the formulas with indices."""

SYSTEM = SourceSystem(
    name="003",
    about="forward and backward pass with channels, by unfolding into matrices",
    notation=NOTATIONS["003"],
    spec=spec,
    layout="CHW",
    axis={"D": 1, "E": "M", "Pa": "Pb"},
    same_on_axes=("S", "Pb"),
    formulas=(
        EntryFormula(
            "L17", "Y[c,i,j] = sum(k, m=0..K_H-1, n=0..K_W-1) W[c,k,m,n]*X[k,i+m,j+n] + b[c]", PLAIN
        ),
        ArrayFormula("L23", "Y = reshape(W~ @ X~) + b"),
        EntryFormula("L31", "dW[c,k,m,n] = sum(i, j) δ[c,i,j]*X[k,i+m,j+n]", PLAIN),
        ArrayFormula("L33", "dW~ = δ~ @ X~.T"),
        EntryFormula("L40", "db[c] = sum(i, j) δ[c,i,j]"),
        EntryFormula(
            "L51",
            "dX[k,p,q] = sum(c=0..C_out-1, i=0..H_out-1, j=0..W_out-1) δ[c,i,j]*W[c,k,p-i,q-j]",
            PLAIN,
        ),
        ArrayFormula("L53", "dX = pad(δ) ⋆ flip(W)", PLAIN),
        ArrayFormula("L56", "dX = fold(W~.T @ δ~)"),
    ),
)


def matrix(layer: ConvSpec, name: str, data: Array) -> Array:
    """An array of the layer as a matrix (L21-22).

    Args:
        layer: a layer of the source.
        name: our name of the array: ``"X"`` is unfolded into (C_in K_H K_W)×(H_out W_out), ``"K"`` is written
            as C_out×(C_in K_H K_W), ``"O"`` and ``"dO"`` as C_out×(H_out W_out).
        data: the array, C×H×W or [C_out, C_in, K_H, K_W].
    """
    value = evaluate(_tilde(layer, name), {name: Named(axis_names(layer, name), to_named(layer, name, data))})
    only_group: Array = to_matrices(value)[0]
    return only_group


def from_matrix(layer: ConvSpec, name: str, data: Array) -> Array:
    """A matrix back in the shape of the array that it is of; for X̃, see `fold`."""
    return _array_of(layer, name, "reshape", data)


def fold(layer: ConvSpec, columns: Array) -> Array:
    """∂L/∂X from ∂L/∂X̃: each entry of the matrix is added to the entry of X that it was copied from.

    Args:
        layer: a layer of the source.
        columns: (C_in K_H K_W)×(H_out W_out).

    Returns:
        C_in×H_in×W_in.
    """
    return _array_of(layer, "X", "fold", columns)


def _tilde(layer: ConvSpec, name: str) -> Node:
    return bind(parse_tree(f"{name}~"), layer)


def _array_of(layer: ConvSpec, name: str, operator: str, data: Array) -> Array:
    shape = shape_of(_tilde(layer, name), array_shapes(layer))
    tree = bind(parse_tree(f"{operator}({name}~)"), layer)
    leaf = Node(tree.operator, (array("matrix"),), tree.amounts)
    value = evaluate(leaf, {"matrix": from_matrices(data, shape)})
    result: Array = from_named(layer, name, value.arranged(axis_names(layer, name)).data)
    return result


def forward(layer: ConvSpec, X: Array, W: Array, b: Array) -> Array:
    """Y = W̃ X̃ + b, the bias as a column (L23).

    Args:
        layer: a layer of the source.
        X: C_in×H_in×W_in.
        W: [C_out, C_in, K_H, K_W].
        b: [C_out].

    Returns:
        Y: C_out×H_out×W_out.
    """
    return from_matrix(layer, "O", matrix(layer, "K", W) @ matrix(layer, "X", X) + b[:, None])


def kernel_gradient(layer: ConvSpec, X: Array, delta: Array) -> Array:
    """∂L/∂W̃ = δ X̃ᵀ (L33), as [C_out, C_in, K_H, K_W]."""
    return from_matrix(layer, "K", matrix(layer, "dO", delta) @ matrix(layer, "X", X).T)


def column_gradient(layer: ConvSpec, W: Array, delta: Array) -> Array:
    """∂L/∂X̃ = W̃ᵀ δ (L56): (C_in K_H K_W)×(H_out W_out)."""
    return matrix(layer, "K", W).T @ matrix(layer, "dO", delta)


def input_gradient(layer: ConvSpec, W: Array, delta: Array) -> Array:
    """∂L/∂X: what `column_gradient` gives, folded; C_in×H_in×W_in."""
    return fold(layer, column_gradient(layer, W, delta))


def flipped(W: Array) -> Array:
    """flip(W)[c, k, m, n] = W[c, k, K_H-1-m, K_W-1-n] (L54)."""
    return W[:, :, ::-1, ::-1]
