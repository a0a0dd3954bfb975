"""The compiled text computes the definition over floats, over wrapping integers and over a prime field.

The text is validated beside it, since each sees what the other cannot: the validator no compiler's fault, and
the binary no access beside an array that happens to be harmless.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import convgen as cg
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.forms import forms_of
from convgen.kernels.kernel import DTYPES, passes_of
from convgen.kernels.unrolled import terms_of
from convgen.testing import conv_specs
from kernels.harness import COMPILERS, compiled, run_c
from kernels.harness import wrong as wrong_floats
from kernels.nasty import NASTY
from oracles import scipy_oracle
from oracles.arrays import integers
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


BATCH = 12


@given(st.lists(conv_specs(), min_size=BATCH, max_size=BATCH), st.sampled_from(COMPILERS), st.data())
@settings(
    max_examples=max(2, settings.default.max_examples // 10),
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_drawn_kernels_are_right_as_text_and_as_machine_code(
    tmp_path_factory: pytest.TempPathFactory, specs: list[cg.ConvSpec], compiler: str, data: st.DataObject
) -> None:
    """In batches, because a compiler takes longer to start than to build one of them."""
    level = data.draw(st.sampled_from(["-O0", "-O1", "-O2", "-O3"]))
    kernels = kernels_of(specs)
    for kernel in kernels:
        assert cg.validate(kernel), f"{kernel.spec} {dict(kernel.forms)}"
    built = compiled(kernels, tmp_path_factory.mktemp("drawn"), compiler, level)
    for kernel in kernels:
        arrays = integers(kernel.spec, seed=len(str(kernel.spec)))
        largest = max(float(np.abs(each).max(initial=0)) for each in arrays.values())
        summands = max(kernel.spec.multiply_adds, int(np.prod(kernel.spec.output_shape)))
        assert largest * largest * summands + largest < 2**24, "a sum could round"
        answers = scipy_oracle.answers(kernel.spec, arrays)
        assert wrong_floats(run_c(built, kernel, arrays), answers) == [], f"{kernel.spec} {level}"
