"""Source 002: the dot product ⊙, the shift ▷ with zero fill, and "same" convolution with odd kernels.

X is m×n, W is a×b, and both are counted from 0 at the top left. The first number of a shift counts rows, so
that ▷(α, β) moves down by α and right by β. The functions are the source's computations as they stand
there, on arrays of floats, of integers or of SymPy symbols.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convgen.algebra.notation import NOTATIONS
from convgen.algebra.polynomial import Polynomial
from convgen.errors import SpecError
from convgen.sources.system import ArrayFormula, EntryFormula, SourceSystem
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]


def spec(m: int, n: int, a: int, b: int) -> ConvSpec:
    """The layer of an m×n input and an a×b kernel with "same" padding, without bias.

    Raises:
        SpecError: a or b is even; then no entry of W is the central one.
    """
    if a % 2 == 0 or b % 2 == 0:
        raise SpecError(f"source 002 takes kernels with odd sizes, got {a}x{b}")
    return ConvSpec((m, n), (a, b), padding="same", bias=False)


ODD = Polynomial.of("Pb") * 2 + 1
"""An odd kernel size by the padding that "same" needs on each side."""

SYSTEM = SourceSystem(
    name="002",
    about="same convolution of one channel, by dot products of shifted matrices",
    notation=NOTATIONS["002"],
    spec=spec,
    layout="HW",
    axis={"S": 1, "D": 1, "M": ODD, "E": ODD, "Pa": "Pb", "Ho": "H", "r": 0},
    formulas=(
        ArrayFormula("L28", "Y = pad(X) ⋆ W"),
        EntryFormula("L33", "Y[i,j] = sum(x=0..a-1, y=0..b-1) X[i+x-(a-1)/2,j+y-(b-1)/2]*W[x,y]"),
        ArrayFormula("L39", "dX = pad(dY, (P, P)) ⋆ rot180(W)"),
        EntryFormula(
            "L39, L43", "dX[p,q] = sum(x=0..a-1, y=0..b-1) dY[p+x-(a-1)/2,q+y-(b-1)/2]*W[a-1-x,b-1-y]"
        ),
        EntryFormula("L47", "dW[(a-1)/2,(b-1)/2] = sum(i, j) dY[i,j]*X[i,j]"),
        EntryFormula("L51", "dW[x+(a-1)/2,y+(b-1)/2] = sum(i, j) dY[i-x,j-y]*X[i,j]"),
    ),
)


def dot(X: Array, W: Array) -> Any:
    """X ⊙ W: the sum of products with the top-left corners aligned, X read as zero outside (L7)."""
    (m, n), (a, b) = X.shape, W.shape
    rows, columns = min(m, a), min(n, b)
    return (X[:rows, :columns] * W[:rows, :columns]).sum()


def shift(A: Array, down: int, right: int, shape: tuple[int, int] | None = None) -> Array:
    """A▷(down, right): A moved, with zeros where nothing comes from (L20).

    Args:
        A: a matrix.
        down: rows by which it moves; upwards where negative.
        right: columns by which it moves.
        shape: of the result, where it is not that of A; what leaves it is lost.
    """
    import numpy as np

    result: Array = np.zeros(shape or A.shape, dtype=A.dtype)
    to_rows, rows = _overlap(down, A.shape[0], result.shape[0])
    to_columns, columns = _overlap(right, A.shape[1], result.shape[1])
    result[to_rows, to_columns] = A[rows, columns]
    return result


def _overlap(by: int, size: int, room: int) -> tuple[slice, slice]:
    """Where what stays of an axis arrives, and where it comes from."""
    first, last = max(by, 0), max(min(size + by, room), 0)
    return slice(first, last), slice(max(-by, 0), max(last - by, 0))


def forward(X: Array, W: Array) -> Array:
    """Y = X ⊗ W: at (i, j) the dot product of X with W moved so that its centre lies on (i, j) (L33).

    Args:
        X: m×n.
        W: a×b, both odd.

    Returns:
        Y: m×n.
    """
    import numpy as np

    a, b = W.shape
    m, n = X.shape
    return np.array(
        [[dot(X, shift(W, i - (a - 1) // 2, j - (b - 1) // 2, (m, n))) for j in range(n)] for i in range(m)]
    )


def reversed_kernel(W: Array) -> Array:
    """W': W with all elements reversed (L43)."""
    return W[::-1, ::-1]


def input_gradient(dY: Array, W: Array) -> Array:
    """dX = dY ⊗ W' (L39): m×n from dY, m×n, and W, a×b."""
    return forward(dY, reversed_kernel(W))


def kernel_gradient(dY: Array, X: Array, a: int, b: int) -> Array:
    """dW[x+(a-1)/2, y+(b-1)/2] = dY▷(x, y) ⊙ X (L51): a×b from dY and X, both m×n."""
    import numpy as np

    return np.array(
        [[dot(shift(dY, x - (a - 1) // 2, y - (b - 1) // 2), X) for y in range(b)] for x in range(a)]
    )
