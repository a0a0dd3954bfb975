"""Source 001: images H×W×C, kernels [k, k, C, O], stride s; the forward pass vectorised over all positions.

The functions are the source's computations as they stand there. They take arrays of floats, of integers or
of SymPy symbols.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convgen.algebra.notation import NOTATIONS
from convgen.sources.system import ArrayFormula, EntryFormula, SourceSystem
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]


def spec(H: int, W: int, C: int, O: int, k: int, s: int = 1) -> ConvSpec:
    """The layer of an image [H, W, C] and a kernel [k, k, C, O] at stride s, without padding."""
    return ConvSpec((H, W), k, in_channels=C, out_channels=O, stride=s, layout="HWC")


DENSE = {"S": 1}

SYSTEM = SourceSystem(
    name="001",
    about="forward and backward pass with channels, vectorised; stride by zeros",
    notation=NOTATIONS["001"],
    spec=spec,
    layout="HWC",
    axis={"D": 1, "E": "M", "Pb": 0, "Pa": 0},
    same_on_axes=("M", "S"),
    formulas=(
        EntryFormula("L12", "R[i,j,o] = b[o] + sum(m=0..k-1, n=0..k-1, c) I[i+m,j+n,c]*K[m,n,c,o]", DENSE),
        EntryFormula("L47", "R[i,j,o] = b[o] + sum(m=0..k-1, n=0..k-1, c) I[s*i+m,s*j+n,c]*K[m,n,c,o]"),
        EntryFormula("L55", "db[o] = sum(i, j) G[i,j,o]"),
        EntryFormula("L61", "dK[m,n,c,o] = sum(i, j) I[s*i+m,s*j+n,c]*G[i,j,o]"),
        EntryFormula(
            "L75", "dI[i',j',c] = sum(i, j, m, n, o : i' = i+m, j' = j+n) K[m,n,c,o]*G[i,j,o]", DENSE
        ),
        EntryFormula("L83", "dI[i',j',c] = sum(m=0..k-1, n=0..k-1, o) K[m,n,c,o]*G[i'-m,j'-n,o]", DENSE),
        EntryFormula(
            "L94",
            "dI[i',j',c] = sum(m'=0..k-1, n'=0..k-1, o) K[k-1-m',k-1-n',c,o]*G[i'-(k-1)+m',j'-(k-1)+n',o]",
            DENSE,
        ),
        ArrayFormula("L95", "dI = rot180(K) ⋆ pad(G)", DENSE),
        ArrayFormula("L105", "dI = rot180(K) ⋆ pad(pad(dilate(G, S), (0, r)))"),
    ),
)


def forward(I: Array, K: Array, b: Array, s: int = 1) -> Array:
    """R, by adding up for each kernel position a strided slice of I times the matrix K[m, n] (L37-47).

    Args:
        I: [H, W, C].
        K: [k, k, C, O].
        b: [O].
        s: the stride.

    Returns:
        R: [⌈(H-(k-1))/s⌉, ⌈(W-(k-1))/s⌉, O].
    """
    k = len(K)
    H, W, _ = I.shape
    R = b
    for m in range(k):
        for n in range(k):
            R = R + I[m : m + H - (k - 1) : s, n : n + W - (k - 1) : s] @ K[m, n]
    return R


def kernel_gradient(I: Array, G: Array, k: int, s: int = 1) -> Array:
    """∂L/∂K[m, n] = Σ over i, j of I[si+m, sj+n] G[i, j]ᵀ (L61).

    Args:
        I: [H, W, C].
        G: ∂L/∂R, [⌈(H-(k-1))/s⌉, ⌈(W-(k-1))/s⌉, O].
        k: the kernel's size.
        s: the stride.

    Returns:
        ∂L/∂K: [k, k, C, O].
    """
    import numpy as np

    H, W, _ = I.shape
    positions = ((0, 1), (0, 1))
    return np.array(
        [
            [
                np.tensordot(I[m : m + H - (k - 1) : s, n : n + W - (k - 1) : s], G, positions)
                for n in range(k)
            ]
            for m in range(k)
        ]
    )


def image_gradient(K: Array, G: Array) -> Array:
    """∂L/∂I at stride 1: G padded with k-1 on every side, met by the point-reflected kernel (L87-95).

    Args:
        K: [k, k, C, O].
        G: [H-(k-1), W-(k-1), O]; for a stride, G with zeros in between (`spread`).

    Returns:
        ∂L/∂I: [H, W, C].
    """
    import numpy as np

    k = len(K)
    padded = np.pad(G, ((k - 1, k - 1), (k - 1, k - 1), (0, 0)), constant_values=0)
    reflected = K[::-1, ::-1].swapaxes(2, 3)
    return forward(padded, reflected, np.zeros(K.shape[2], dtype=K.dtype))


def spread(R: Array, H: int, W: int, k: int, s: int) -> Array:
    """R or G at its original size: zeros where the kernel was not applied (L105).

    Args:
        R: [⌈(H-(k-1))/s⌉, ⌈(W-(k-1))/s⌉, O].
        H: the image's height.
        W: the image's width.
        k: the kernel's size.
        s: the stride.

    Returns:
        [H-(k-1), W-(k-1), O], which does not depend on the stride.
    """
    import numpy as np

    result = np.zeros((H - (k - 1), W - (k - 1), R.shape[2]), dtype=R.dtype)
    result[::s, ::s] = R
    return result
