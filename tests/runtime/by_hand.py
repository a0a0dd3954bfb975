"""Small kernels written by hand, so that these tests lean on the loader alone and not on the generator."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from convgen.kernels.kernel import Kernel, OpCount, passes_of
from convgen.runtime import LoadedKernel
from convgen.spec import ConvSpec

ROOT = Path(__file__).resolve().parents[2]

SPEC = ConvSpec(input_size=(4, 6), kernel_size=(2, 3))
WITHOUT_BIAS = ConvSpec(input_size=(4, 6), kernel_size=(2, 3), bias=False)

C_SOURCE = """
void NAME_forward(const real *restrict X, const real *restrict K,BIAS real *restrict O) {
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++) {
            real sum = START;
            for (int m = 0; m < 2; m++)
                for (int n = 0; n < 3; n++)
                    sum += X[6 * (i + m) + j + n] * K[3 * m + n];
            O[4 * i + j] = sum;
        }
}

void NAME_backward_data(const real *restrict K, const real *restrict dO, real *restrict dX) {
    for (int p = 0; p < 24; p++)
        dX[p] = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++)
            for (int m = 0; m < 2; m++)
                for (int n = 0; n < 3; n++)
                    dX[6 * (i + m) + j + n] += dO[4 * i + j] * K[3 * m + n];
}

void NAME_backward_weights(const real *restrict X, const real *restrict dO, real *restrict dK) {
    for (int m = 0; m < 2; m++)
        for (int n = 0; n < 3; n++) {
            real sum = 0;
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 4; j++)
                    sum += X[6 * (i + m) + j + n] * dO[4 * i + j];
            dK[3 * m + n] = sum;
        }
}
"""

C_BIAS = """
void NAME_backward_bias(const real *restrict dO, real *restrict db) {
    real sum = 0;
    for (int p = 0; p < 12; p++)
        sum += dO[p];
    db[0] = sum;
}
"""

NUMPY_SOURCE = """
def NAME_forward(X, K,BIAS O):
    O[...] = START
    for m in range(2):
        for n in range(3):
            O += X[m : m + 3, n : n + 4] * K[m, n]


def NAME_backward_data(K, dO, dX):
    dX[...] = 0
    for m in range(2):
        for n in range(3):
            dX[m : m + 3, n : n + 4] += dO * K[m, n]


def NAME_backward_weights(X, dO, dK):
    for m in range(2):
        for n in range(3):
            dK[m, n] = (X[m : m + 3, n : n + 4] * dO).sum()
"""

NUMPY_BIAS = """

def NAME_backward_bias(dO, db):
    db[0] = dO.sum()
"""


def kernel_of(
    source: str,
    *,
    target: str = "c",
    dtype: str = "float32",
    bias: bool = True,
    name: str = "by_hand",
    workspace_bytes: int = 0,
) -> Kernel:
    """A Kernel around a text of one's own."""
    spec = SPEC if bias else WITHOUT_BIAS
    passes = passes_of(spec)
    return Kernel(
        name=name,
        spec=spec,
        target=target,
        dtype=dtype,
        source=source,
        header=f"/* {name} */\n" if target == "c" else None,
        op_count=dict.fromkeys(passes, OpCount(1, 1)),
        forms=dict.fromkeys(passes, "by hand"),
        workspace_bytes=dict.fromkeys(passes, workspace_bytes),
    )


def by_hand(target: str = "c", dtype: str = "float32", bias: bool = True, name: str = "by_hand") -> Kernel:
    """The 4x6 * 2x3 convolution, in C or in NumPy."""
    if target == "c":
        real = {"float32": "float", "float64": "double"}[dtype]
        text = f'#include "{name}.h"\n\ntypedef {real} real;\n' + C_SOURCE + (C_BIAS if bias else "")
        text = text.replace("BIAS", " const real *restrict b," if bias else "")
        text = text.replace("START", "b[0]" if bias else "0")
    else:
        text = NUMPY_SOURCE + (NUMPY_BIAS if bias else "")
        text = text.replace("BIAS", " b," if bias else "").replace("START", "b[0]" if bias else "0")
    return kernel_of(text.replace("NAME", name), target=target, dtype=dtype, bias=bias, name=name)


COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
"""The real one, for scripts that pass its arguments on."""

PROBED = 'case "$*" in *-dM*) echo "#define __FAKE__ 1"; exit 0;; *--version*) echo fake 1.0; exit 0;; esac\n'
"""The beginning of a compiler that answers questions well; what it does when it is to build follows."""

OUTPUT = 'while [ "$1" != -o ]; do shift; done; output=$2\n'
"""Finds where a build is to go."""


def entries(cache: Path) -> list[str]:
    """Everything that a cache directory holds."""
    return sorted(path.name for path in cache.iterdir()) if cache.is_dir() else []


def works(f: LoadedKernel) -> bool:
    """Whether a loaded `by_hand` computes what it should on arrays of ones."""
    X, K, b = (
        np.ones(shape, f.kernel.dtype) for shape in (SPEC.input_shape, SPEC.kernel_shape, SPEC.bias_shape)
    )
    return bool((f.forward(X, K, b) == 7).all())


def python(code: str, **environment: str) -> subprocess.Popen[str]:
    """Another process with this project and these tests on its path."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
