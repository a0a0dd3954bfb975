"""Kernels to be validated both ways: every plan that the generator has, on layers drawn for it."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

import convgen as cg
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.isa import ISAS, PORTABLE
from convgen.kernels.kernel import DTYPES, pack_symbol, packed_symbol, pass_inputs, pass_output, passes_of
from convgen.kernels.unrolled import terms_of
from convgen.testing import conv_specs
from kernels.harness import COMPILERS, compiled, run_c, run_numpy, shape_of, wrong
from oracles import scipy_oracle
from oracles.arrays import Arrays, integers

LARGEST = 30_000
"""Products of a drawn layer: enough for several tiles of every width."""

QUICK_TO_BUILD = 300
"""Terms of a drawn layer that is written out: compilers take a second for some hundreds."""


@dataclass(frozen=True)
class Plan:
    """A way to lay a kernel out.

    Attributes:
        target: its language.
        form: of the passes that have it; None for the rule's choice.
        isa: the instruction set that it is laid out for.
        wide: whether layers are drawn whose channels fill vectors.
    """

    target: str
    form: str | None
    isa: str = PORTABLE.name
    wide: bool = False

    def __str__(self) -> str:
        return "-".join(filter(None, (self.target, self.form or "chosen", self.wide and self.isa)))

    def kernel(self, spec: cg.ConvSpec, number: int) -> Kernel | None:
        """The text for a layer; None where there is none of this plan, or it would take long to look at."""
        if spec.multiply_adds > LARGEST:
            return None
        if self.form == "unrolled" and max(terms_of(spec, each) for each in passes_of(spec)) > QUICK_TO_BUILD:
            return None
        dtype = DTYPES[number % 2]
        try:
            return cg.generate(spec, self.target, dtype, name=f"k{number}", forms=self.form, isa=self.isa)
        except BudgetError:
            return None


PLANS = (
    Plan("c", "unrolled"),
    Plan("c", "loops"),
    *(Plan("c", "tiled", isa, wide=True) for isa in sorted(ISAS)),
    Plan("c", "tiled"),
    Plan("c", None),
    Plan("c", None, "avx2", wide=True),
    Plan("numpy", "unrolled"),
    Plan("numpy", "blocks"),
    Plan("numpy", "positions"),
    Plan("numpy", "matrix"),
    Plan("numpy", None),
)
"""Every form of every target, the tiled one for every instruction set."""

BUILDS = (
    ("gcc", "-O1"),
    ("clang", "-O1", "-march=native"),
    ("gcc", "-O0", "-march=native", "-ffp-contract=fast"),
    ("clang", "-O0", "-DCONVGEN_PORTABLE"),
    ("gcc", "-O2", "-march=native"),
    ("clang", "-O2"),
)
"""Compilers and flags, a batch of kernels each."""


def drawn(plan: Plan, count: int, seed: int) -> list[Kernel]:
    """That many kernels of a plan, each for another layer."""
    layers = conv_specs(max_size=9, max_channels=21, max_kernel=3) if plan.wide else conv_specs()
    found: dict[cg.ConvSpec, Kernel] = {}

    def keep(spec: cg.ConvSpec) -> None:
        kernel = None if spec in found else plan.kernel(spec, len(found))
        if kernel is not None and len(found) < count:
            found[spec] = kernel

    while len(found) < count:
        seed += 1000
        check = settings(
            max_examples=2 * count,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seeded(seed)(check(given(layers)(keep)))()
    return list(found.values())


def faults_in_machine_code(kernels: Sequence[Kernel], directory: Path, number: int) -> list[str]:
    """What kernels of one target compute otherwise than SciPy, on integers that no sum rounds."""
    compiler, *flags = BUILDS[number % len(BUILDS)]
    compiler = compiler if compiler in COMPILERS else COMPILERS[0]
    in_c = [kernel for kernel in kernels if kernel.target == "c"]
    directory.mkdir(exist_ok=True)
    library = compiled(in_c, directory, compiler, *flags, "-Wno-psabi") if in_c else None
    found = []
    for kernel in kernels:
        arrays = integers(kernel.spec, seed=len(str(kernel.spec)))
        expected = scipy_oracle.answers(kernel.spec, arrays)
        results = run_numpy(kernel, arrays) if library is None else run_c(library, kernel, arrays)
        bad = wrong(results, expected)
        if library is not None:
            bad += wrong_when_packed(library, kernel, arrays, expected)
        found += [f"{', '.join(bad)} of {kernel.name}, {kernel.spec}, {compiler} {flags}"] if bad else []
    return found


def wrong_when_packed(library: ctypes.CDLL, kernel: Kernel, arrays: Arrays, expected: Arrays) -> list[str]:
    """The passes that differ where weights are packed first, and once."""
    found = []
    for name in kernel.prepared:
        item, beside = np.dtype(kernel.dtype).itemsize, kernel.scratch_bytes[name]
        packed = np.full((kernel.workspace_bytes[name] - beside) // item, np.nan, kernel.dtype)
        scratch = [np.full(beside // item, np.nan, kernel.dtype)] * bool(beside)
        read = {array: arrays[array].astype(kernel.dtype) for array in pass_inputs(kernel.spec, name)}
        result = np.full(shape_of(kernel.spec, pass_output(name)), np.nan, kernel.dtype)
        _call(library, pack_symbol(kernel.name, name), [read["K"], packed])
        given_arrays = [packed if array == "K" else data for array, data in read.items()]
        _call(library, packed_symbol(kernel.name, name), [*given_arrays, result, *scratch])
        if not np.array_equal(result, expected[pass_output(name)]):
            found.append(f"{name} on packed weights")
    return found


def _call(library: ctypes.CDLL, symbol: str, arrays: Sequence[np.ndarray]) -> None:
    function = library[symbol]
    function.restype = None
    function(*(ctypes.c_void_p(each.ctypes.data) for each in arrays))
