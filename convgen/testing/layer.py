"""A user's layer: the functions that are given, and how they are called and their answers read.

Every function takes arrays in the layout of the spec and then the spec itself. What it returns may be NumPy
arrays, PyTorch tensors or anything else that NumPy can read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import numpy.typing as npt

Array = Any
Arrays = Mapping[str, Array]


@dataclass(frozen=True)
class Pass:
    """What a function is called with, what it gives, and in which of its arguments it is linear.

    Attributes:
        reads: the arrays that it is called with, in order.
        gives: the arrays that it returns, in order.
        linear: sets of arguments in which it is linear together, the others held.
    """

    reads: tuple[str, ...]
    gives: tuple[str, ...]
    linear: tuple[tuple[str, ...], ...]


PASSES: Mapping[str, Pass] = {
    "forward": Pass(("X", "K", "b"), ("O",), (("X", "b"), ("K", "b"))),
    "backward": Pass(("X", "K", "dO"), ("dX", "dK", "db"), (("dO",),)),
    "backward_data": Pass(("K", "dO"), ("dX",), (("dO",), ("K",))),
    "backward_weights": Pass(("X", "dO"), ("dK",), (("dO",), ("X",))),
    "backward_bias": Pass(("dO",), ("db",), (("dO",),)),
}
"""Every function that a layer may have."""

RESULTS = ("O", "dX", "dK", "db")


class AnswerError(Exception):
    """An answer that is no answer: not what the function is to return, whatever the numbers."""


@dataclass(frozen=True)
class NotComputed:
    """What a function returns in place of a gradient that it ought to give and cannot.

    Attributes:
        reason: why there is none.
    """

    reason: str


@dataclass(frozen=True)
class Answers:
    """What one call of one pass gave.

    Attributes:
        arrays: the results that it gives, by name.
        withheld: those that it does not give, with the reason where they ought to be given.
        written: the inputs that it wrote to.
    """

    arrays: Mapping[str, npt.NDArray[Any]]
    withheld: Mapping[str, str | None]
    written: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """The functions of a user's layer by the name of their pass, and the arrays that they take.

    Attributes:
        functions: one function a pass.
        arrays: ``"numpy"``, or ``"torch"`` for tensors.
    """

    functions: Mapping[str, Callable[..., Any]]
    arrays: str = "numpy"

    def call(self, name: str, arrays: Arrays, spec: ConvSpec) -> Answers:
        """The answers of one pass.

        Args:
            name: the pass.
            arrays: X, K, b and dO in the layout of the spec; copies are handed on.
            spec: the layer.

        Raises:
            AnswerError: an answer of another kind.
            Exception: whatever the function raises.
        """
        row = PASSES[name]
        without_bias = () if spec.bias else ("b",)
        copies = {array: arrays[array].copy() for array in row.reads if array not in without_bias}
        handed = [self._handed(copies.get(array)) for array in row.reads]
        answers = _by_name(name, row, self.functions[name](*handed, spec))
        expected = [array for array in row.gives if array != "db" or spec.bias]
        given = {array: answers.get(array) for array in expected}
        absent = {array: answer for array, answer in given.items() if isinstance(answer, NotComputed | None)}
        return Answers(
            {array: _read(array, answer) for array, answer in given.items() if array not in absent},
            {array: None if answer is None else answer.reason for array, answer in absent.items()},
            tuple(array for array, copy in copies.items() if not np.array_equal(copy, arrays[array])),
        )

    def _handed(self, array: Array) -> Any:
        if array is None or self.arrays == "numpy":
            return array
        import torch

        return torch.from_numpy(array)  # shares memory, so that a tensor that is written to is seen


def _by_name(name: str, row: Pass, answer: Any) -> dict[str, Any]:
    """What a function returned, by the names of the arrays; absent or None where it gives none."""
    expected = f"({', '.join(row.gives)})" if len(row.gives) > 1 else row.gives[0]
    if isinstance(answer, Mapping):
        strange = [key for key in answer if key not in row.gives]
        if strange:
            raise AnswerError(f"{name} returned {strange[0]!r}, expected {expected}")
        if not answer:
            raise AnswerError(f"{name} returned {{}}, expected {expected}")
        return _with_something(name, dict(answer), expected)
    if len(row.gives) == 1:
        if answer is None:
            raise AnswerError(f"{name} returned None, expected {expected}")
        return {row.gives[0]: answer}
    if not isinstance(answer, (tuple, list)) or not 1 <= len(answer) <= len(row.gives):
        many = f"{len(answer)} values" if isinstance(answer, (tuple, list)) else _kind(answer)
        raise AnswerError(
            f"{name} returned {many}, expected {expected} with None for what it does not give, "
            "or a dictionary by these names"
        )
    return _with_something(name, dict(zip(row.gives, answer, strict=False)), expected)


def _with_something(name: str, answers: dict[str, Any], expected: str) -> dict[str, Any]:
    if all(each is None for each in answers.values()):
        raise AnswerError(f"{name} returned None for everything, expected {expected}")
    return answers


def _kind(answer: Any) -> str:
    shape = getattr(answer, "shape", None)
    return f"one array of shape {tuple(shape)}" if shape is not None else repr(answer)


def _read(array: str, answer: Any) -> npt.NDArray[Any]:
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu().resolve_conj().numpy()
    try:
        read = np.array(answer)  # a copy: the layer may use its memory again
    except (TypeError, ValueError) as error:
        raise AnswerError(f"{array} is {answer!r}, which is no array: {error}") from error
    if read.dtype.kind not in "fiu":
        raise AnswerError(f"{array} is {_kind(read)} of {read.dtype}, expected real numbers")
    return read
