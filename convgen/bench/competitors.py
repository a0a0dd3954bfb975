"""What a competitor is; convgen's own kernels, and PyTorch."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from convgen.bench.timing import Run, python_run, timer
from convgen.kernels.kernel import pack_symbol, packed_symbol, pass_inputs, pass_output
from convgen.kernels.winograd import PASSES as WINOGRAD_PASSES
from convgen.layout import from_named, to_named, user_shape
from convgen.runtime.trial import winograd_tolerance
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.runtime import LoadedKernel

Array = npt.NDArray[Any]
Arrays = Mapping[str, Array]


@dataclass(frozen=True)
class Entry:
    """A contestant in one pass of one layer.

    Attributes:
        run: what is timed.
        result: what it computed last, in the layer's own layout; None where it cannot be had.
        tolerance: how far off it may be by its own stated bound; sums of small whole numbers are exact.
    """

    run: Run
    result: Callable[[], Array] | None
    tolerance: float = 0.0


@dataclass(frozen=True)
class Competitor:
    """Something that computes convolutions.

    Attributes:
        name: as tables have it.
        group: the column that it competes in: ``convgen``, ``convgen numpy``, ``any layout``, ``plain NCHW``,
            ``torch`` or ``arrays``, which is what a user of NumPy or SciPy writes.
        enter: makes its entry, or None where it does not take part.
    """

    name: str
    group: str
    enter: Callable[[ConvSpec, str, Arrays], Entry | None]


def with_layout(spec: ConvSpec, *, channels_last: bool) -> ConvSpec:
    """The same layer in another layout."""
    layout = spec.layout
    if "C" in layout:
        rest = layout.replace("C", "").removeprefix("N")
        batch = "N" if "N" in layout else ""
        layout = f"{batch}{rest}C" if channels_last else f"{batch}C{rest}"
    return replace_layout(spec, layout)


def replace_layout(spec: ConvSpec, layout: str) -> ConvSpec:
    """The same layer in a layout by its name."""
    has_channels = "C" in layout
    return ConvSpec(
        spec.input_size,
        spec.kernel_size,
        spec.in_channels if has_channels else None,
        spec.out_channels if has_channels else None,
        spec.batch if "N" in layout else None,
        spec.stride,
        spec.padding,
        spec.dilation,
        spec.groups,
        spec.bias,
        layout,
    )


def own_c(
    channels_last: bool, prepared: bool = False, algorithm: str = "direct"
) -> Callable[[ConvSpec, str, Arrays], Entry | None]:
    """The C kernels, called from C; prepared ones are given packed weights."""

    def enter(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
        from convgen.runtime import load

        other = with_layout(spec, channels_last=channels_last)
        if algorithm != "direct" and name not in WINOGRAD_PASSES:
            return None
        loaded = load(other, algorithm=algorithm)
        if prepared and name not in loaded.kernel.prepared:
            return None
        read = [relaid(spec, other, array, arrays[array]) for array in pass_inputs(other, name)]
        result = aligned(np.zeros(user_shape(other, pass_output(name)), np.float32))
        run = c_run(loaded, name, read, result, prepared)
        allowed = 0.0
        if algorithm != "direct":
            allowed = winograd_tolerance(spec, name, arrays, algorithm)
        return Entry(run, lambda: relaid(other, spec, pass_output(name), result), allowed)

    return enter


def c_run(loaded: LoadedKernel, name: str, read: Sequence[Array], result: Array, prepared: bool) -> Run:
    """A pass of a C kernel, called from C.

    Args:
        loaded: the kernel.
        name: the pass.
        read: the arrays that it reads, aligned.
        result: the array that it writes, aligned.
        prepared: whether K is packed now, and not in every call.
    """
    kernel, library = loaded.kernel, ctypes.CDLL(str(loaded.path))
    held = [*read, result]
    needed, scratch = kernel.workspace_bytes[name], kernel.scratch_bytes.get(name, 0)
    symbol = f"{kernel.name}_{name}"
    if prepared:
        weights = pass_inputs(kernel.spec, name).index("K")
        packed = aligned(np.zeros(needed - scratch, np.uint8))
        library[pack_symbol(kernel.name, name)](
            ctypes.c_void_p(read[weights].ctypes.data), ctypes.c_void_p(packed.ctypes.data)
        )
        held[weights], symbol, needed = packed, packed_symbol(kernel.name, name), scratch
    if needed:
        held.append(aligned(np.zeros(needed, np.uint8)))
    pointers = (ctypes.c_void_p * len(held))(*(array.ctypes.data for array in held))
    function = ctypes.cast(library[symbol], ctypes.c_void_p)
    clock = timer().convgen_time_pass

    def run(repeats: int) -> float:
        taken: float = clock(function, pointers, len(held), ctypes.c_long(repeats))
        return taken

    return run


def own_numpy(channels_last: bool) -> Callable[[ConvSpec, str, Arrays], Entry | None]:
    """The NumPy kernels, called as a user calls them, with ``out=``."""

    def enter(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
        from convgen.runtime import load

        other = with_layout(spec, channels_last=channels_last)
        call = getattr(load(other, "numpy"), name)
        read = [relaid(spec, other, array, arrays[array]) for array in pass_inputs(other, name)]
        result = aligned(np.zeros(user_shape(other, pass_output(name)), np.float32))
        return Entry(
            python_run(lambda: call(*read, out=result)),
            lambda: relaid(other, spec, pass_output(name), result),
        )

    return enter


def torch_pass(channels_last: bool) -> Callable[[ConvSpec, str, Arrays], Entry | None]:
    """PyTorch in one of its memory formats."""

    def enter(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
        if find_spec("torch") is None or spec.rank != 2 or any(a != b for a, b in spec.padding):
            return None
        import torch

        torch.set_num_threads(1)
        plain = replace_layout(spec, "NCHW")
        memory = torch.channels_last if channels_last else torch.contiguous_format

        def tensor(array: str) -> Any:
            data = torch.from_numpy(relaid(spec, plain, array, arrays[array]))
            return data.contiguous(memory_format=memory) if data.dim() == 4 else data

        X, K, dO = (tensor(array) for array in ("X", "K", "dO"))
        b = tensor("b") if spec.bias else None
        padding = [before for before, _ in spec.padding]
        if name == "forward":

            def call() -> Any:
                return torch.nn.functional.conv2d(
                    X, K, b, list(spec.stride), padding, list(spec.dilation), spec.groups
                )
        else:
            wanted = [name == each for each in ("backward_data", "backward_weights", "backward_bias")]
            place = wanted.index(True)
            options = (
                None if b is None else [spec.out_channels],
                list(spec.stride),
                padding,
                list(spec.dilation),
                False,
                [0, 0],
                spec.groups,
                wanted,
            )

            def call() -> Any:
                return torch.ops.aten.convolution_backward(dO, X, K, *options)[place]

        def timed() -> None:
            with torch.no_grad():
                call()

        def result() -> Array:
            return relaid(plain, spec, pass_output(name), call().contiguous().numpy())

        return Entry(python_run(timed), result)

    return enter


def relaid(spec: ConvSpec, other: ConvSpec, array: str, data: Array) -> Array:
    """An array of one layout in another."""
    return aligned(np.ascontiguousarray(from_named(other, array, to_named(spec, array, data))))


def aligned(data: Array) -> Array:
    """A copy that begins on a cache line."""
    memory = np.empty(data.nbytes + 64, np.uint8)
    first = -memory.ctypes.data % 64
    placed: Array = memory[first : first + data.nbytes].view(data.dtype).reshape(data.shape)
    placed[...] = data
    return placed
