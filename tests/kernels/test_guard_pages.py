"""No kernel touches a byte beside its arrays, not even to read it: the page there has no access."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, generate
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.forms import forms_of
from convgen.kernels.kernel import DTYPES, passes_of
from convgen.kernels.unrolled import terms_of
from kernels.harness import COMPILERS, compiled
from kernels.nasty import NASTY
from oracles import scipy_oracle
from oracles.arrays import integers

ROOT = Path(__file__).resolve().parents[2]

LEVELS = ["-O2", "-O3"]


def touched(
    kernels: list[Kernel], directory: Path, compiler: str, *flags: str
) -> subprocess.CompletedProcess[str]:
    """Build kernels and run them in a process of their own."""
    compiled(kernels, directory, compiler, *flags)
    answers = []
    for kernel in kernels:
        arrays = integers(kernel.spec, seed=2)
        answers.append((arrays, scipy_oracle.answers(kernel.spec, arrays)))
    (directory / "everything.pickle").write_bytes(pickle.dumps((kernels, answers)))
    return subprocess.run(
        [sys.executable, "-m", "kernels.guard_pages", str(directory / "everything.so")],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("level", [LEVELS[0], pytest.param(LEVELS[1], marks=pytest.mark.slow)])
def test_no_kernel_touches_the_page_beside_an_array(compiler: str, level: str, tmp_path: Path) -> None:
    kernels = []
    for number, spec in enumerate(NASTY[LEVELS.index(level) :: 2]):
        for form in dict.fromkeys(each.name for each in forms_of("c")):
            if form == "unrolled" and max(terms_of(spec, name) for name in passes_of(spec)) > 200:
                continue
            try:
                dtype = DTYPES[number % 2]
                kernels.append(generate(spec, "c", dtype, name=f"k{number}_{form}", forms=form))
            except BudgetError:
                continue
    done = touched(kernels, tmp_path, compiler, level, "-march=native", "-ffp-contract=fast")
    assert (done.returncode, done.stdout) == (0, "no guard was touched\n"), done.stderr


@pytest.mark.parametrize(("before", "after"), [("dO[11]", "dO[12]"), ("dO[0]", "dO[-1]")])
def test_one_entry_too_far_ends_the_process(before: str, after: str, tmp_path: Path) -> None:
    kernel = generate(ConvSpec((4, 5), (2, 2)), name="k", forms="unrolled")
    assert before in kernel.source
    bent = Kernel(**{**vars(kernel), "source": kernel.source.replace(before, after)})
    done = touched([bent], tmp_path, "gcc", "-O1", "-Wno-array-bounds")
    assert done.returncode < 0
    assert np.prod(bent.spec.output_shape) == 12
