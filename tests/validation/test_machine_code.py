"""The emitted text, run, computes the definition over wrapping integers, a prime field and exact rationals.

The text is validated beside it, since each sees what the other cannot: the validator no compiler's fault, and
the binary no access beside an array that happens to be harmless.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import convgen as cg
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.forms import forms_of
from convgen.kernels.isa import ISAS
from convgen.kernels.kernel import DTYPES, passes_of
from convgen.kernels.unrolled import terms_of
from kernels.nasty import NASTY
from validation import numpy_rings
from validation.numpy_rings import NUMBERS, Numbers
from validation.rings import FINITE, IN_VECTORS, WRAPPING, Ring, library, wrong

QUICK_TO_BUILD = 300


def kernels_of(specs: Sequence[cg.ConvSpec], target: str = "c") -> list[Kernel]:
    """Every form of every layer, dtypes in turn."""
    found = []
    for number, spec in enumerate(specs):
        for form in dict.fromkeys(each.name for each in forms_of(target)):
            if form == "unrolled" and max(terms_of(spec, name) for name in passes_of(spec)) > QUICK_TO_BUILD:
                continue
            try:
                kernel = cg.generate(spec, target, DTYPES[number % 2], name=f"k{number}_{form}", forms=form)
            except BudgetError:
                continue
            found.append(kernel)
    return found


WIDE_LAYERS = tuple(
    map(
        cg.ConvSpec.parse,
        """
        input=5x6 kernel=2x3 in-channels=5 out-channels=19 padding=1 layout=HWC
        input=4x9 kernel=2x2 in-channels=9 out-channels=8 batch=2 stride=2x1
        input=3x21 kernel=2x3 padding=1x2 in-channels=2 out-channels=3
        input=4x5 kernel=2x2 in-channels=9 out-channels=9 groups=9 layout=HWC padding=1
        """.strip().splitlines(),
    )
)
"""Lanes along channels and along positions, idle ones, clipped ones, packed weights and transpositions."""


def wide_kernels() -> list[Kernel]:
    """Register tiles for every instruction set, in both dtypes."""
    return [
        cg.generate(spec, "c", dtype, name=f"wide{number}_{isa}_{dtype}", forms="tiled", isa=isa)
        for number, spec in enumerate(WIDE_LAYERS)
        for isa in ISAS
        for dtype in DTYPES
    ]


BUILDS = [
    (ring, compiler) for ring in (WRAPPING, FINITE) for compiler in ring.compilers if shutil.which(compiler)
]


@pytest.mark.parametrize(("ring", "compiler"), BUILDS, ids=lambda each: getattr(each, "name", each))
def test_the_same_text_over_another_ring_computes_the_definition(
    ring: Ring, compiler: str, tmp_path: Path
) -> None:
    kernels = kernels_of(NASTY[:: 1 if ring is WRAPPING else 2])
    built = library(kernels, ring, compiler, tmp_path, "-O1")
    assert {kernel.name: wrong(built, kernel, ring) for kernel in kernels} == {
        kernel.name: [] for kernel in kernels
    }


@pytest.mark.slow
@pytest.mark.parametrize(("ring", "compiler"), BUILDS, ids=lambda each: getattr(each, "name", each))
def test_tiles_of_every_width_over_another_ring_compute_the_definition(
    ring: Ring, compiler: str, tmp_path: Path
) -> None:
    kernels = wide_kernels()
    built = library(kernels, ring, compiler, tmp_path, "-O1")
    assert {kernel.name: wrong(built, kernel, ring) for kernel in kernels} == {
        kernel.name: [] for kernel in kernels
    }


@pytest.mark.parametrize("compiler", [each for each in IN_VECTORS.compilers if shutil.which(each)])
def test_vectors_over_integers_that_wrap_compute_the_definition(compiler: str, tmp_path: Path) -> None:
    """The fast definitions of the macros, on arbitrary entries of a lane's size."""
    kernels = wide_kernels()
    assert {vector.name for kernel in kernels for vector in kernel.vectors} >= {
        "f32x16",
        "f64x8",
        "f32x4",
        "f64x2",
    }
    built = library(kernels, IN_VECTORS, compiler, tmp_path, "-O1")
    assert {kernel.name: wrong(built, kernel, IN_VECTORS) for kernel in kernels} == {
        kernel.name: [] for kernel in kernels
    }


@pytest.mark.parametrize("numbers", NUMBERS, ids=lambda numbers: numbers.name)
def test_the_same_numpy_text_over_other_numbers_computes_the_definition(numbers: Numbers) -> None:
    kernels = kernels_of([spec for spec in NASTY if spec.multiply_adds < 4000], "numpy")
    assert {form for kernel in kernels for form in kernel.forms.values()} == {
        f.name for f in forms_of("numpy")
    }
    assert {kernel.name: numpy_rings.wrong(kernel, numbers) for kernel in kernels} == {
        kernel.name: [] for kernel in kernels
    }


@pytest.mark.parametrize("numbers", NUMBERS, ids=lambda numbers: numbers.name)
@pytest.mark.parametrize(
    ("form", "old", "new"),
    [
        ("positions", "k[0, 1]", "k[0, 0]"),
        ("matrix", "2 * h", "h"),
        ("unrolled", "K_0_0_0_1 *", "K_0_0_0_0 *"),
    ],
)
def test_a_wrong_numpy_text_is_seen_over_all_numbers(numbers: Numbers, form: str, old: str, new: str) -> None:
    kernel = cg.generate(cg.ConvSpec((5, 4), (2, 3), 2, 2, stride=(2, 1), padding=1), "numpy", forms=form)
    bent = Kernel(**{**vars(kernel), "source": kernel.source.replace(old, new, 1)})
    assert bent.source != kernel.source
    assert numpy_rings.wrong(bent, numbers)


@pytest.mark.parametrize("ring", [WRAPPING, FINITE, IN_VECTORS], ids=lambda ring: ring.name)
def test_a_wrong_text_is_seen_over_every_ring(ring: Ring, tmp_path: Path) -> None:
    spec = cg.ConvSpec((4, 5), (2, 3), 2, 3, padding=1)
    kernel = cg.generate(spec, forms="loops", name="k")
    assert "sum += K[" in kernel.source
    bent = Kernel(**{**vars(kernel), "source": kernel.source.replace("c * 6 + m * 3", "c * 6 + m * 2")})
    assert bent.source != kernel.source
    assert wrong(library([bent], ring, ring.compilers[0], tmp_path), bent, ring)
    assert not cg.validate(bent)
