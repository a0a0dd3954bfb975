"""The compiled text computes the definition over floats, over wrapping integers and over a prime field.

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
from convgen.kernels.kernel import DTYPES, passes_of
from convgen.kernels.unrolled import terms_of
from kernels.nasty import NASTY
from validation.rings import FINITE, WRAPPING, Ring, library, wrong

FORMS = tuple(dict.fromkeys(form.name for form in forms_of("c")))
QUICK_TO_BUILD = 300


def kernels_of(specs: Sequence[cg.ConvSpec]) -> list[Kernel]:
    found = []
    for number, spec in enumerate(specs):
        for form in FORMS:
            if form == "unrolled" and max(terms_of(spec, name) for name in passes_of(spec)) > QUICK_TO_BUILD:
                continue
            try:
                kernel = cg.generate(spec, "c", DTYPES[number % 2], name=f"k{number}_{form}", forms=form)
            except BudgetError:
                continue
            found.append(kernel)
    return found


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


@pytest.mark.parametrize("ring", [WRAPPING, FINITE], ids=lambda ring: ring.name)
def test_a_wrong_text_is_seen_over_every_ring(ring: Ring, tmp_path: Path) -> None:
    spec = cg.ConvSpec((4, 5), (2, 3), 2, 3, padding=1)
    kernel = cg.generate(spec, forms="loops", name="k")
    assert "sum += K[" in kernel.source
    bent = Kernel(**{**vars(kernel), "source": kernel.source.replace("c * 6 + m * 3", "c * 6 + m * 2")})
    assert bent.source != kernel.source
    assert wrong(library([bent], ring, ring.compilers[0], tmp_path), bent, ring)
    assert not cg.validate(bent)
