"""No mistake in an emitted text survives unless it changes nothing, and then a compiler says so too.

A share of the mutants is looked at in the fast tier; in the full one all of them, and the page byte for byte.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from pathlib import Path

import pytest

from convgen import ConvSpec, generate
from convgen.kernels import Kernel
from convgen.kernels.forms import FORMS
from convgen.validation.mutation_table import (
    CASES,
    HOLDS,
    PAGE,
    Case,
    Judged,
    accesses,
    judged,
    page,
    parts,
)
from convgen.validation.mutations import MUTATIONS, mutants
from kernels.harness import compiled, run_c, run_numpy, wrong
from oracles import scipy_oracle
from oracles.arrays import integers
from project.files import ROOT

SHARE = 40


@cache
def every() -> tuple[Judged, ...]:
    return tuple(judged(case, *each) for case in CASES for each in parts(case))


def test_every_template_has_a_text_that_is_spoiled() -> None:
    tried = {
        form.template
        for case in CASES
        for form in FORMS
        if (form.target, form.name) == (case.target, case.form)
    }
    tried.add("numpy/sum.j2")  # the bias of every NumPy case that is not unrolled
    assert tried == {form.template for form in FORMS}


def test_every_mutation_is_made_and_every_case_has_hundreds() -> None:
    made = [(case, mutant.mutation) for case in CASES for _, mutant in parts(case)]
    assert {mutation.words for mutation in MUTATIONS} <= {words for _, words in made}
    assert min(sum(each == case for each, _ in made) for case in CASES) > 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.target}-{case.form}")
def test_a_share_of_the_mutants_is_caught(case: Case) -> None:
    for part, mutant in parts(case):
        if zlib.crc32(f"{mutant.before}{mutant.after}".encode()) % SHARE == 0:
            found = judged(case, part, mutant)
            assert found.answer != HOLDS or found.reason, (
                f"{mutant.mutation}: {mutant.before} -> {mutant.after}"
            )


def test_a_mutant_differs_in_one_place() -> None:
    text = "void f()\n{\n    a[1] = b[0] + K[2] * X[3];\n}\n"
    found = {mutant.after for mutant in mutants(text, 3, 4)}
    assert {"a[2] = b[0] + K[2] * X[3];", "a[1] = b[0];", "a[1] = b[0] - K[2] * X[3];", ""} <= found
    assert "a[1] = b[0] + X[2] * X[3];" in found


@pytest.mark.slow
def test_no_mistake_survives_and_the_page_says_so() -> None:
    assert (ROOT / PAGE).read_text("utf-8") == page(every())


@pytest.mark.slow
def test_what_holds_as_text_holds_as_machine_code(tmp_path: Path) -> None:
    """The other judge: compiled and run on integers, between guards."""
    survivors = [each for each in every() if each.answer == HOLDS]
    assert survivors
    kernels = []
    for number, each in enumerate(survivors):
        name = f"k{number}"
        kernel = each.case.kernel()
        source = re.sub(r"\bk(?=_|\.h)", name, each.mutant.text)
        header = kernel.header and re.sub(
            r"\bK_H\b", f"K{number}_H", re.sub(r"\bk_", f"{name}_", kernel.header)
        )
        kernels.append(Kernel(**{**vars(kernel), "name": name, "source": source, "header": header}))
    in_c = [kernel for kernel in kernels if kernel.target == "c"]
    library = compiled(in_c, tmp_path, "gcc", "-O1")
    for kernel in kernels:
        arrays = integers(kernel.spec, seed=1)
        run = run_numpy(kernel, arrays) if kernel.target == "numpy" else run_c(library, kernel, arrays)
        assert wrong(run, scipy_oracle.answers(kernel.spec, arrays)) == []


def test_a_mutant_that_holds_without_a_reason_stops_the_page() -> None:
    case = CASES[0]
    part, mutant = next(parts(case))
    with pytest.raises(ValueError, match="nothing says why"):
        page([Judged(case, part, mutant, HOLDS)])
    assert ConvSpec.parse(case.spec)


def test_accesses_tell_a_change_of_nothing_from_one_that_happens_to_hold() -> None:
    """O = a + a is another sequence of accesses than O = 2a, and an index that is always 0 is none."""
    spec = ConvSpec(4, 2)
    kernel = generate(spec, name="k", forms="loops")
    seen = accesses(kernel.source, spec, "forward")
    line = next(each for each in kernel.source.splitlines() if each.lstrip().startswith("O["))
    assert seen == accesses(kernel.source.replace(line, line.replace("O[", "O[0 + ")), spec, "forward")
    assert seen != accesses(kernel.source.replace(line, f"{line} O[0] += 0 * b[0];"), spec, "forward")
    assert seen != accesses(kernel.source.replace("K[m]", "K[0]"), spec, "forward")
    assert "K[m]" in kernel.source
