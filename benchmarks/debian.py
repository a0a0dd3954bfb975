"""Competitors that Debian packages and C drives: oneDNN and libxsmm."""

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from convgen.bench.competitors import Arrays, Entry, aligned, relaid, replace_layout
from convgen.bench.contest import CONVOLUTIONS
from convgen.bench.timing import timer
from convgen.kernels.kernel import pass_output
from convgen.layout import user_shape
from convgen.spec import ConvSpec

HERE = Path(__file__).parent


@cache
def built(source: str, *libraries: str) -> ctypes.CDLL | None:
    """A C file of this directory as a library; None where what it needs is not installed."""
    with tempfile.TemporaryDirectory() as directory:
        library = Path(directory) / "competitor.so"
        command = ["cc", "-O2", "-shared", "-fPIC", str(HERE / source), "-o", str(library), *libraries]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        return ctypes.CDLL(str(library))


def enter_onednn(plain: bool, winograd: bool):
    def enter(spec: ConvSpec, name: str, _arrays) -> Entry | None:
        library = built("onednn.c", "-ldnnl")
        if library is None or spec.rank != 2:
            return None
        (top, bottom), (left, right) = spec.padding
        sizes = [
            spec.batch, spec.groups, spec.in_channels, spec.out_channels, *spec.input_size, *spec.output_size,
            *spec.kernel_size, *spec.stride, *spec.dilation, top, left, bottom, right,
        ]  # fmt: skip
        library.onednn_new.restype = ctypes.c_void_p
        handle = library.onednn_new(
            CONVOLUTIONS.index(name), int(plain), int(winograd), (ctypes.c_long * len(sizes))(*sizes)
        )
        if not handle:
            return None
        run = ctypes.cast(library.onednn_run, ctypes.c_void_p)
        clock = timer().convgen_time_handle
        return Entry(lambda repeats: clock(run, ctypes.c_void_p(handle), ctypes.c_long(repeats)), None)

    return enter


def enter_libxsmm(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
    """libxsmm's direct convolution, its tensors blocked and its weights laid out ahead; it adds no bias."""
    library = built("libxsmm.c", "-lxsmm", "-lxsmmnoblas", "-ldl", "-lm", "-lpthread")
    uneven = any(before != after for before, after in spec.padding)
    if library is None or spec.rank != 2 or spec.groups > 1 or max(spec.dilation) > 1 or uneven:
        return None
    plain = replace_layout(spec, "NCHW")
    margins = [(0, 0), (0, 0), *spec.padding]

    def given(array: str) -> np.ndarray:
        known = array if array in arrays else pass_output(name)
        if known not in arrays:
            return np.zeros(user_shape(plain, array), np.float32)
        return relaid(spec, plain, known, arrays[known])

    held = [aligned(np.pad(given("X"), margins)), given("K"), given("dO")]
    sizes = [
        spec.batch, spec.in_channels, spec.out_channels, *spec.input_size, *spec.output_size, *spec.kernel_size,
        *spec.stride, *(before for before, _ in spec.padding),
    ]  # fmt: skip
    library.libxsmm_layer_new.restype = ctypes.c_void_p
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in held]
    handle = library.libxsmm_layer_new(
        CONVOLUTIONS.index(name), (ctypes.c_long * len(sizes))(*sizes), *pointers
    )
    if not handle:
        return None
    run = ctypes.cast(library.libxsmm_layer_run, ctypes.c_void_p)
    clock = timer().convgen_time_handle

    def result() -> np.ndarray:
        shape = held[0].shape if name == "backward_data" else user_shape(plain, pass_output(name))
        found = aligned(np.zeros(shape, np.float32))
        library.libxsmm_layer_result(ctypes.c_void_p(handle), ctypes.c_void_p(found.ctypes.data))
        if name == "backward_data":
            inner = [
                slice(before, before + size)
                for size, (before, _) in zip(spec.input_size, spec.padding, strict=True)
            ]
            found = np.ascontiguousarray(found[:, :, inner[0], inner[1]])
        if name == "forward" and spec.bias:
            found += arrays["b"][:, None, None]
        return relaid(plain, spec, pass_output(name), found)

    return Entry(lambda repeats: clock(run, ctypes.c_void_p(handle), ctypes.c_long(repeats)), result)
