"""Running generated text: C through a compiler and ctypes, NumPy through exec; every array between guards.

The package's own runtime is not used, so that these tests lean on the text alone.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from convgen import ConvSpec
from convgen.kernels import Kernel
from convgen.kernels.kernel import pass_inputs, pass_output, passes_of
from oracles.arrays import Arrays, integers

STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wconversion", "-Wdouble-promotion"]
"""What no emitted file gives a warning under."""

COMPILERS = tuple(filter(shutil.which, ("gcc", "clang")))
CXX_COMPILERS = tuple(filter(shutil.which, ("g++", "clang++")))

GUARD = 64
"""Elements before and after each array: NaN around what is read, a known value around what is written."""

UNTOUCHED = -12345.0


def shape_of(spec: ConvSpec, array: str) -> tuple[int, ...]:
    base = array.removeprefix("d")
    return {"X": spec.input_shape, "K": spec.kernel_shape, "b": spec.bias_shape, "O": spec.output_shape}[base]


def compiled(kernels: Sequence[Kernel], directory: Path, compiler: str, *flags: str) -> ctypes.CDLL:
    """All kernels as one library, each file with its own header, without a warning."""
    for kernel in kernels:
        kernel.write(directory)
    everything = directory / "everything.c"
    everything.write_text("".join(f'#include "{kernel.name}.c"\n' for kernel in kernels))
    library = directory / "everything.so"
    command = [compiler, *STRICT, "-fPIC", "-shared", *flags, "-o", str(library), str(everything)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(library))


def counted(
    kernels: Sequence[Kernel], statement: str, marked: str, directory: Path
) -> Callable[[Kernel, str], int]:
    """Count what kernels execute: a counter beside every statement of some kind in the text itself.

    Args:
        kernels: C of different names.
        statement: a pattern of what is counted.
        marked: what stands in its place, with ``executed += ...``.
        directory: where the library is built.

    Returns:
        How often a pass of a kernel counted, when it is run once.
    """
    sources = [re.sub(r'^#include "k.*', "", kernel.source, flags=re.M) for kernel in kernels]
    texts = [re.sub(statement, marked, source) for source in sources]
    assert all(text != source for text, source in zip(texts, sources, strict=True) if " += K[" in source)
    library = directory / "counted.so"
    subprocess.run(
        [COMPILERS[0], "-std=c99", "-O0", "-fPIC", "-shared", "-Wno-psabi", "-o", str(library), "-xc", "-"],
        input="long executed;\n" + "".join(texts),
        text=True,
        check=True,
    )
    loaded = ctypes.CDLL(str(library))
    executed = ctypes.c_long.in_dll(loaded, "executed")

    def count(kernel: Kernel, name: str) -> int:
        executed.value = 0
        run_c(loaded, kernel, integers(kernel.spec, 1), [name])
        return int(executed.value)

    return count


def run_c(
    library: ctypes.CDLL, kernel: Kernel, arrays: Arrays, passes: Sequence[str] | None = None
) -> dict[str, np.ndarray]:
    """The results of some passes of a compiled kernel, nothing beside them being written or used."""
    results = {}
    for name in passes or passes_of(kernel.spec):
        read = {array: _guarded(arrays[array], kernel.dtype) for array in pass_inputs(kernel.spec, name)}
        size = int(np.prod(shape_of(kernel.spec, pass_output(name))))
        written = np.full(size + 2 * GUARD, UNTOUCHED, kernel.dtype)
        function = library[f"{kernel.name}_{name}"]
        function.restype = None
        step = written.itemsize * GUARD
        pointers = [each.ctypes.data + step for each in (*read.values(), written)]
        needed = kernel.workspace_bytes[name] // written.itemsize
        workspace = np.full(needed + 2 * GUARD, UNTOUCHED, kernel.dtype)
        pointers += [workspace.ctypes.data + step] * bool(needed)
        workspace[GUARD : GUARD + needed] = np.nan  # what it held before must not matter
        function(*map(ctypes.c_void_p, pointers))
        inside = slice(GUARD, GUARD + size)
        assert np.all(np.delete(written, inside) == UNTOUCHED), f"{name} writes beside its result"
        outside = np.delete(workspace, slice(GUARD, GUARD + needed))
        assert np.all(outside == UNTOUCHED), f"{name} writes beside its workspace"
        results[pass_output(name)] = written[inside].reshape(shape_of(kernel.spec, pass_output(name)))
    return results


def _guarded(data: np.ndarray, dtype: str) -> np.ndarray:
    guarded = np.full(data.size + 2 * GUARD, np.nan, dtype)
    guarded[GUARD:-GUARD] = data.ravel()
    return guarded


def namespace(kernel: Kernel) -> dict[str, Any]:
    """What the emitted Python module defines."""
    values: dict[str, Any] = {}
    exec(compile(kernel.source, f"<{kernel.name}>", "exec"), values)
    return values


def run_numpy(kernel: Kernel, arrays: Arrays) -> dict[str, np.ndarray]:
    """The result of every pass of an emitted module, from read-only arrays into NaN."""
    module, results = namespace(kernel), {}
    for name in passes_of(kernel.spec):
        read = [arrays[array].astype(kernel.dtype) for array in pass_inputs(kernel.spec, name)]
        for data in read:
            data.flags.writeable = False
        result = np.full(shape_of(kernel.spec, pass_output(name)), np.nan, kernel.dtype)
        assert module[f"{kernel.name}_{name}"](*read, result) is None
        results[pass_output(name)] = result
    return results


def wrong(results: Mapping[str, np.ndarray], expected: Arrays) -> list[str]:
    """The arrays that differ at all from what they should be."""
    assert results.keys() == expected.keys()
    return [array for array, result in results.items() if not np.array_equal(result, expected[array])]
