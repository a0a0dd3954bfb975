"""Every form of every pass gives SciPy's answer to the last bit, whatever the layer, the target and the dtype."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import prod
from pathlib import Path

import pytest

from convgen import ConvSpec, generate
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.forms import FORMS, forms_of
from convgen.kernels.kernel import DTYPES, passes_of
from convgen.kernels.unrolled import terms_of
from convgen.spec import layouts_of_rank
from kernels.harness import COMPILERS, compiled, run_c, run_numpy, wrong
from kernels.nasty import NASTY
from oracles import scipy_oracle
from oracles.arrays import Arrays, integers

BUILDS = [
    build
    for compiler, first, second in zip(COMPILERS, DTYPES, reversed(DTYPES), strict=False)
    for build in (
        (compiler, first, "-O1", ("loops", "unrolled", "tiled")),
        (compiler, second, "-O3", ("loops", "tiled")),
    )
]
"""Compilers, a dtype, how they optimise, and the forms that they are given."""

QUICK_TO_BUILD = 500
"""Terms of an unrolled kernel that a compiler is given here."""


@cache
def asked(spec: ConvSpec) -> tuple[Arrays, Arrays]:
    """Small integers, and SciPy's answers."""
    arrays = integers(spec, seed=len(str(spec)))
    return arrays, scipy_oracle.answers(spec, arrays)


def kernels_of(spec: ConvSpec, target: str, dtype: str, forms: Sequence[str]) -> list[Kernel]:
    """The kernel of each form that the spec's size allows."""
    number, kernels = NASTY.index(spec), []
    for form in forms:
        name = f"k{number}_{form}_{dtype}"
        try:
            kernels.append(generate(spec, target, dtype, name=name, forms=form))
        except BudgetError:
            assert form == "unrolled" or (form == "blocks" and prod(spec.stride) > 16)
    return kernels


@pytest.mark.parametrize(
    ("compiler", "dtype", "optimisation", "forms"),
    [pytest.param(*each, marks=[pytest.mark.slow] * (each[0] != COMPILERS[0])) for each in BUILDS],
)
def test_c_gives_scipys_answers(
    compiler: str, dtype: str, optimisation: str, forms: tuple[str, ...], tmp_path: Path
) -> None:
    kernels = [
        kernel
        for spec in NASTY
        for kernel in kernels_of(spec, "c", dtype, forms)
        if kernel.forms["forward"] != "unrolled"
        or max(terms_of(spec, name) for name in passes_of(spec)) <= QUICK_TO_BUILD
    ]
    library = compiled(kernels, tmp_path, compiler, optimisation)
    for kernel in kernels:
        arrays, expected = asked(kernel.spec)
        assert wrong(run_c(library, kernel, arrays), expected) == [], f"{kernel.spec} {dict(kernel.forms)}"


@pytest.mark.parametrize("spec", NASTY, ids=str)
def test_numpy_gives_scipys_answers(spec: ConvSpec) -> None:
    arrays, expected = asked(spec)
    forms = dict.fromkeys(form.name for form in forms_of("numpy"))
    for dtype in DTYPES:
        for kernel in kernels_of(spec, "numpy", dtype, tuple(forms)):
            assert wrong(run_numpy(kernel, arrays), expected) == [], dict(kernel.forms)


def test_each_form_of_each_pass_is_tried_on_every_layout() -> None:
    """The rule's choice alone would leave forms untried; so would a spec that is too large for one."""
    tried = {
        (form.target, form.name, name, spec.layout)
        for spec in NASTY
        for form in FORMS
        for name in form.passes
        if name in passes_of(spec)
        and (form.budget is None or form.budget.cost(spec, name) <= form.budget.limit)
    }
    every = {
        (form.target, form.name, name, layout)
        for form in FORMS
        for name in form.passes
        for rank in (1, 2, 3)
        for layout in layouts_of_rank(rank)
    }
    assert every - tried == set()
