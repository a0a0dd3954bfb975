"""The emitted C itself over other numbers than floats: unsigned integers that wrap, and a prime field.

`float` and `double` are given another meaning on the compiler's command line; the text is the same, byte for
byte. Over these rings no sum rounds, so that arbitrary entries and sums of any length are compared exactly.
The field has operators of its own, so its text is compiled as C++.

Vectors are laid out for the sizes of `float` and `double`. Over unsigned integers of just those sizes their fast
definitions mean what they say, masks apart, whose built-in functions take floats alone; over the others, which are
wider or no numbers of C, the portable ones are asked for.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from convgen import ConvSpec
from convgen.kernels import Kernel
from convgen.kernels.kernel import DTYPES, pass_inputs, pass_output, passes_of
from convgen.validation.definition import entries_of, expected, expected_values, size_of
from convgen.validation.field import PRIME

FIELD = f"""
#include <stddef.h>
#include <stdint.h>
struct element {{
    uint64_t value;
    element() = default;
    element(double number) : value((uint64_t)number) {{}}
    element(int number) : value((uint64_t)number) {{}}
}};
static inline element operator*(element a, element b)
{{
    element c;
    c.value = (uint64_t)((unsigned __int128)a.value * b.value % {PRIME}u);
    return c;
}}
static inline element operator+(element a, element b)
{{
    element c;
    c.value = (a.value + b.value) % {PRIME}u;
    return c;
}}
static inline element &operator+=(element &a, element b) {{ return a = a + b; }}
#define float element
#define double element
"""

Wide = np.ndarray


@dataclass(frozen=True)
class Ring:
    """Numbers to compute with.

    Attributes:
        name: for messages.
        compilers: that can build the text over it.
        flags: that give `float` and `double` their meaning.
        moduli: of its elements, by the dtype of a kernel.
        elements: the unsigned integers that hold them, by the dtype of a kernel.
    """

    name: str
    compilers: tuple[str, ...]
    flags: tuple[str, ...]
    moduli: Mapping[str, int]
    elements: Mapping[str, type[np.unsignedinteger[Any]]]


WIDE = dict.fromkeys(DTYPES, np.uint64)
WRAPPING = Ring(
    "uint64",
    ("gcc", "clang"),
    ("-std=c99", "-include", "stdint.h", "-Dfloat=uint64_t", "-Ddouble=uint64_t", "-DCONVGEN_PORTABLE"),
    dict.fromkeys(DTYPES, 2**64),
    WIDE,
)
IN_VECTORS = Ring(
    "uint32 and uint64 in vectors",
    ("gcc", "clang"),
    (
        *("-std=c99", "-include", "stdint.h", "-Dfloat=uint32_t", "-Ddouble=uint64_t"),
        *("-march=native", "-U__AVX512F__", "-U__AVX512VL__", "-Wno-psabi"),
    ),
    {"float32": 2**32, "float64": 2**64},
    {"float32": np.uint32, "float64": np.uint64},
)
FINITE = Ring(
    "field",
    ("g++", "clang++"),
    (
        *("-std=c++11", "-x", "c++", "-include", "field.h", "-Drestrict=__restrict"),
        "-DCONVGEN_PORTABLE",
    ),
    dict.fromkeys(DTYPES, PRIME),
    WIDE,
)


def library(
    kernels: Sequence[Kernel], ring: Ring, compiler: str, directory: Path, *flags: str
) -> ctypes.CDLL:
    """All kernels as one library over a ring."""
    (directory / "field.h").write_text(FIELD)
    for kernel in kernels:
        kernel.write(directory)
    everything = directory / "everything.c"
    everything.write_text("".join(f'#include "{kernel.name}.c"\n' for kernel in kernels))
    built = directory / f"{ring.name}.so"
    command = [compiler, *ring.flags, f"-I{directory}", "-fPIC", "-shared", *flags]
    done = subprocess.run(
        [*command, "-o", str(built), str(everything)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(built))


def points(kernel: Kernel, ring: Ring) -> dict[str, Wide]:
    """Every entry of every array that a pass reads, over the whole ring."""
    spec, last = kernel.spec, ring.moduli[kernel.dtype] - 1
    generator = np.random.default_rng(len(str(spec)))
    return {
        array: generator.integers(0, last, size_of(spec, array), dtype=np.uint64, endpoint=True)
        for array in ("X", "K", "b", "dO")
    }


def truth(spec: ConvSpec, name: str, modulus: int, point: Mapping[str, Wide]) -> Wide:
    """What a pass gives, read off the definition."""
    entries = entries_of(spec, name)
    if modulus == PRIME:
        return expected_values(spec, name, {array: point[array] for array in entries.first})
    owner, code = expected(spec, name, entries)
    known = np.concatenate([np.ones(1, np.uint64), *(point[array] for array in entries.first)])
    left, right = np.divmod(code, entries.count + 1)
    total = np.zeros(size_of(spec, pass_output(name)), np.uint64)
    np.add.at(total, owner, known[left] * known[right])
    return total % np.uint64(modulus) if modulus < 2**64 else total


def wrong(built: ctypes.CDLL, kernel: Kernel, ring: Ring) -> list[str]:
    """The passes of a compiled kernel that are not what the definition says."""
    spec, point, found = kernel.spec, points(kernel, ring), []
    element, modulus = ring.elements[kernel.dtype], ring.moduli[kernel.dtype]
    for name in passes_of(spec):
        result = np.full(size_of(spec, pass_output(name)), 12345, element)
        arrays = [*(point[array].astype(element) for array in pass_inputs(spec, name)), result]
        scratch = kernel.workspace_bytes[name]
        arrays += [np.full(scratch, 0x55, element)] if scratch else []
        function = built[f"{kernel.name}_{name}"]  # the header declares it extern "C" in C++ too
        function.restype = None
        function(*(ctypes.c_void_p(each.ctypes.data) for each in arrays))
        if not np.array_equal(result, truth(spec, name, modulus, point)):
            found.append(name)
    return found
