"""Matrix values as two-dimensional arrays and back: one matrix for each group (source 003)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from convgen.algebra.operator_base import Named
from convgen.algebra.tree import Shape

if TYPE_CHECKING:
    import numpy.typing as npt


def to_matrices(value: Named) -> npt.NDArray[Any]:
    """A matrix value as an array (groups, rows, columns); row and column indices run row-major.

    Args:
        value: what a matrix expression such as ``X~`` gives.
    """
    matrices: npt.NDArray[Any] = value.data.reshape(_two_dimensional(value.shape))
    return matrices


def from_matrices(matrices: npt.NDArray[Any], shape: Shape) -> Named:
    """The matrix value with the named axes of a shape; inverse of `to_matrices`.

    Args:
        matrices: an array (groups, rows, columns).
        shape: the named axes, with numbers.
    """
    sizes = [size.value() for _, size in shape.axes]
    return Named(shape.names, matrices.reshape(sizes), shape.rows)


def _two_dimensional(shape: Shape) -> tuple[int, int, int]:
    sizes = shape.sizes
    rows, columns = (
        math.prod(sizes[name].value() for name in names) for names in (shape.row_names, shape.column_names)
    )
    return sizes["g"].value(), rows, columns
