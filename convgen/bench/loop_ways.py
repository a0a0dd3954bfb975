"""Loops as one writes them first, with every size a constant: compiled C at -O3, and Numba."""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from convgen.runtime.compiler import find_compiler
from convgen.spec import ConvSpec

NAMES = ("forward", "backward_data", "backward_weights")


def sizes_of(spec: ConvSpec) -> dict[str, int]:
    """Every number of a layer of rank 2 by the name that the loops have for it."""
    found = {"N": spec.batch, "G": spec.groups, "C": spec.group_in_channels, "F": spec.group_out_channels}
    for letter, axis in zip("HW", spec.axes, strict=True):
        found |= {
            f"{letter}_IN": axis.input,
            f"{letter}_OUT": axis.output,
            f"{letter}_TAPS": axis.kernel,
            f"{letter}_STRIDE": axis.stride,
            f"{letter}_DILATION": axis.dilation,
            f"{letter}_BEFORE": axis.before,
        }
    return found


def naive_library(spec: ConvSpec) -> ctypes.CDLL:
    """The loops in C, built for this machine with the layer's sizes.

    Raises:
        CompilerError: no compiler, or one that failed.
    """
    compiler = find_compiler()
    flags = [flag.replace("-O2", "-O3") for flag in compiler.flags if "slp" not in flag]
    sizes = [f"-D{name}={value}" for name, value in sizes_of(spec).items()]
    with tempfile.TemporaryDirectory(prefix="convgen-bench-") as directory:
        library = Path(directory) / "naive.so"
        with as_file(files("convgen.templates.c") / "naive.c") as source:
            replace(compiler, flags=(*flags, *sizes)).build(source, library)
        return ctypes.CDLL(str(library))


def numba_pass(spec: ConvSpec, name: str) -> Callable[..., None]:
    """The same loops for Numba, compiled at the first call: they take the two operands and the result."""
    import numba

    size = sizes_of(spec)
    N, G, C, F = (size[letter] for letter in "NGCF")
    H, W, OH, OW, KH, KW = (size[each] for each in ("H_IN", "W_IN", "H_OUT", "W_OUT", "H_TAPS", "W_TAPS"))
    SH, SW, DH, DW = (size[each] for each in ("H_STRIDE", "W_STRIDE", "H_DILATION", "W_DILATION"))
    PH, PW = size["H_BEFORE"], size["W_BEFORE"]
    forward, data = name == "forward", name == "backward_data"

    def run(one: Any, two: Any, out: Any) -> None:
        out[...] = 0
        for n in range(N):
            for g in range(G):
                for f in range(F):
                    for c in range(C):
                        for u in range(KH):
                            for v in range(KW):
                                for i in range(OH):
                                    x = SH * i + DH * u - PH
                                    if x < 0 or x >= H:
                                        continue
                                    low = max(0, (PW - DW * v + SW - 1) // SW)
                                    high = min(OW, (W - 1 + PW - DW * v) // SW + 1)
                                    for j in range(low, high):
                                        y = SW * j + DW * v - PW
                                        if forward:
                                            out[n, g, f, i, j] += one[n, g, c, x, y] * two[g, f, c, u, v]
                                        elif data:
                                            out[n, g, c, x, y] += one[g, f, c, u, v] * two[n, g, f, i, j]
                                        else:
                                            out[g, f, c, u, v] += one[n, g, c, x, y] * two[n, g, f, i, j]

    compiled: Callable[..., None] = numba.njit(fastmath=True)(run)
    return compiled
