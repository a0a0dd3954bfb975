"""What the arrays of a call must be, and the words for every way in which they are not.

A checked array is C-contiguous, so its memory is one interval of addresses: two checked arrays share
memory exactly when their intervals meet, and no search is needed to decide it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
from numpy import ndarray
from numpy.typing import NDArray

from convgen.errors import ArrayError, DtypeError
from convgen.kernels.kernel import pass_inputs, pass_output, passes_of
from convgen.layout import base_name, user_shape
from convgen.spec import ConvSpec

Array = NDArray[Any]

METHODS = {
    "forward": ("forward",),
    "backward": ("backward_data", "backward_weights", "backward_bias"),
    "backward_data": ("backward_data",),
    "backward_weights": ("backward_weights",),
    "backward_bias": ("backward_bias",),
}
"""The passes that each method of a loaded kernel runs; one without bias leaves out backward_bias."""

INPUTS = ("X", "K", "b", "dO")
"""What passes read, in the order in which methods take it."""

PLAIN = 0x0001 | 0x0100 | 0x0400
"""NumPy's flags of an array that is C-contiguous, aligned and writeable."""

WARNED = -1 << 31
"""Its mark of an array that it warns about when someone asks whether it is writeable, even to read it."""

_address_of = ctypes.addressof
_buffer: Callable[[Any], ctypes.c_char] = ctypes.c_char.from_buffer


@dataclass(frozen=True)
class Argument:
    """One array of a call: what it is called there, and what it must be.

    Attributes:
        call: the method that receives it, for messages.
        name: what the caller wrote: ``X``, ``out`` or ``out[1]``.
        array: the array of the layer: ``X``, ``dK``.
        layout: the letters of its axes, ``NCHW``.
        shape: its shape in the user's layout.
        dtype: its number type, in native byte order.
        written: whether the call writes it.
    """

    call: str
    name: str
    array: str
    layout: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    written: bool

    @cached_property
    def size(self) -> int:
        """Bytes."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def title(self) -> str:
        """The argument as a message names it: ``forward: out (O)``."""
        return f"{self.call}: {self.name}" + (f" ({self.array})" if self.name != self.array else "")

    def require(self, array: Any) -> None:
        """Refuse an array that is not right.

        Raises:
            DtypeError: not a NumPy array, or one of another number type or byte order.
            ArrayError: another shape, not C-contiguous, not aligned, or read-only where it is written.
        """
        if array is None:
            self._refuse_missing()
        if not isinstance(array, np.ndarray) or isinstance(array, np.ma.MaskedArray):
            self._refuse_kind(array)
        if array.dtype != self.dtype:
            self._refuse_dtype(array)
        if array.shape != self.shape:
            self._refuse_shape(array)
        if not array.flags.c_contiguous:
            self._refuse_order(array)
        if not array.flags.aligned:
            self._refuse_alignment(array)
        if self.written and not array.flags.writeable:
            raise ArrayError(f"{self.title} is read-only, and the call writes to it; {self._fix()}")

    # ---- the words ------------------------------------------------------------------------------------

    def _fix(self, otherwise: str = "") -> str:
        """What to write instead: a result needs a new array, an input can be converted."""
        if self.written:
            return f"give a new array, np.empty({self.shape}, np.{self.dtype}), or leave out= away"
        return f"use {otherwise}"

    def _refuse_missing(self) -> NoReturn:
        without = "; for a layer without one, load a spec with bias=False" if self.array == "b" else ""
        raise ArrayError(
            f"{self.title} is missing; give an array of shape {self.shape} and dtype {self.dtype}{without}"
        )

    def _refuse_kind(self, array: Any) -> NoReturn:
        kind = type(array)
        module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
        fix = f"np.ascontiguousarray({self.name}, dtype=np.{self.dtype})"
        if isinstance(array, np.ma.MaskedArray):
            fix = f"{self.name}.filled(0) or another value, since a convolution has no masked elements"
        raise DtypeError(
            f"{self.title} is a {module}{kind.__qualname__}, not a NumPy array; {self._fix(fix)}"
        )

    def _refuse_dtype(self, array: Array) -> NoReturn:
        given, wanted = array.dtype, self.dtype
        fix = self._fix(f"{self.name}.astype(np.{wanted})")
        if given.newbyteorder("=") == wanted:
            raise DtypeError(
                f"{self.title} has byte order {given.str!r}, this machine's is {wanted.str!r}; {fix}"
            )
        other = f", or load(..., dtype={given.name!r})" if given.name in ("float32", "float64") else ""
        raise DtypeError(
            f"{self.title} has dtype {given}, but the kernel was generated for {wanted}; {fix}{other}"
        )

    def _refuse_shape(self, array: Array) -> NoReturn:
        layout = f" ({self.layout})" if len(self.shape) > 1 else ""
        raise ArrayError(
            f"{self.title} has shape {array.shape}, but the kernel was generated for {self.shape}{layout}; "
            + self._fix("an array of that shape, or load a spec that has this one")
        )

    def _refuse_order(self, array: Array) -> NoReturn:
        wanted = np.empty(self.shape, self.dtype).strides
        raise ArrayError(
            f"{self.title} is not C-contiguous: its strides are {array.strides} bytes, not {wanted}; "
            + self._fix(f"np.ascontiguousarray({self.name})")
        )

    def _refuse_alignment(self, array: Array) -> NoReturn:
        unit = self.dtype.alignment
        raise ArrayError(
            f"{self.title} is not aligned: its address {array.ctypes.data:#x} is not a multiple of {unit}; "
            + self._fix(f"{self.name}.copy()")
        )

    def refuse_overlap(self, other: Argument) -> NoReturn:
        """Say that this result shares memory with another argument."""
        raise ArrayError(
            f"{self.title} shares memory with {other.name}, which the call "
            f"{'writes too' if other.written else 'still reads'}; {self._fix()}"
        )


@dataclass(frozen=True)
class Signature:
    """The arrays of one method of a loaded kernel.

    Attributes:
        inputs: the arrays that it reads.
        outputs: the arrays that it writes, one per pass.
        passes: the passes that it runs, in order; for each, where among `arguments` its own arrays stand.
    """

    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]
    passes: Mapping[str, tuple[int, ...]]

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """Inputs, then outputs."""
        return self.inputs + self.outputs

    @property
    def results(self) -> int:
        """The length of the tuple that the method gives and takes; 0 where it is a single array."""
        length = len(METHODS[self.outputs[0].call])
        return length if length > 1 else 0

    def admit(self, inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> tuple[list[Array], list[int]]:
        """Check a call and give its arrays and their addresses, allocating the results that are None.

        Nothing has been written when this raises.

        Raises:
            ArrayError: as `Argument.require`; or a result that shares memory with an input or with
                another result.
            DtypeError: as `Argument.require`.
        """
        arrays = [*inputs, *outputs]
        addresses = []
        for position, shape, dtype in self._results:
            if arrays[position] is None:
                arrays[position] = np.empty(shape, dtype)
        for array, (argument, shape, dtype) in zip(arrays, self._expected, strict=True):
            # Enough, and true of nearly every call; `require` decides about the rest.
            if (
                type(array) is ndarray
                and array.dtype is dtype
                and array.shape == shape
                and array.flags.num & (PLAIN | WARNED) == PLAIN
            ):
                addresses.append(_address_of(_buffer(array)))  # a quarter of the time of array.ctypes.data
            else:
                argument.require(array)
                addresses.append(array.ctypes.data)
        for later, later_size, earlier, earlier_size in self._pairs:
            start, other = addresses[later], addresses[earlier]
            if start < other + earlier_size and other < start + later_size:
                self.arguments[later].refuse_overlap(self.arguments[earlier])
        return arrays, addresses

    # What `admit` asks for on every call, at hand as plain tuples: a call takes a few microseconds.

    @cached_property
    def _expected(self) -> list[tuple[Argument, tuple[int, ...], np.dtype[Any]]]:
        return [(argument, argument.shape, argument.dtype) for argument in self.arguments]

    @cached_property
    def _results(self) -> list[tuple[int, tuple[int, ...], np.dtype[Any]]]:
        return [
            (position, argument.shape, argument.dtype)
            for position, argument in enumerate(self.arguments)
            if argument.written
        ]

    @cached_property
    def _pairs(self) -> list[tuple[int, int, int, int]]:
        """Each result with every argument before it, so that each pair of which one is written comes once."""
        return [
            (later, argument.size, earlier, self.arguments[earlier].size)
            for later, argument in enumerate(self.arguments)
            if argument.written
            for earlier in range(later)
        ]


def signature_of(spec: ConvSpec, dtype: str, method: str) -> Signature:
    """The arrays of a method: what its passes read, each once in the order of INPUTS, and what they write."""
    passes = [name for name in METHODS[method] if name in passes_of(spec)]
    letters = {"X": spec.layout, "O": spec.layout, "K": spec.kernel_layout, "b": "O"}
    number = {name: f"[{index}]" if len(METHODS[method]) > 1 else "" for index, name in enumerate(passes)}

    def argument(name: str, array: str, written: bool) -> Argument:
        layout = letters[base_name(array)]
        return Argument(method, name, array, layout, user_shape(spec, array), np.dtype(dtype), written)

    read = [array for array in INPUTS if any(array in pass_inputs(spec, name) for name in passes)]
    order = [*read, *map(pass_output, passes)]
    return Signature(
        inputs=tuple(argument(array, array, False) for array in read),
        outputs=tuple(argument(f"out{number[name]}", pass_output(name), True) for name in passes),
        passes={
            name: tuple(order.index(array) for array in (*pass_inputs(spec, name), pass_output(name)))
            for name in passes
        },
    )
