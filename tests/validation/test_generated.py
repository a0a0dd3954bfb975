"""Every kernel of the gallery and every drawn one computes, as text, the polynomials of its definition.

The largest of the gallery belong to the full tier; of them and of the drawn ones the fast tier looks at a
share that rotates with the commit.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convgen as cg
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.forms import forms_of
from convgen.kernels.kernel import DTYPES, TARGETS
from convgen.testing import conv_specs
from convgen.validation.validate import spec_of
from kernels.nasty import NASTY
from project.files import ROOT

SOURCES = sorted(path for path in (ROOT / "generated").rglob("*") if path.suffix in (".c", ".py"))

QUICK = 300_000
"""Products of a layer up to which the fast tier validates its text."""


def products(path: Path) -> int:
    return spec_of(path.read_text("utf-8"), path.name).multiply_adds


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.name, marks=[pytest.mark.slow] if products(path) > QUICK else [])
        for path in SOURCES
    ],
)
def test_a_file_of_the_gallery_computes_its_definition(path: Path) -> None:
    found = cg.validate(path)
    assert found, str(found)
    assert all(each.exact for each in found.passes)


def test_the_gallery_is_looked_at() -> None:
    assert len(SOURCES) > 50
    assert {path.suffix for path in SOURCES} == {".c", ".py"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("number", range(len(NASTY)))
def test_every_form_of_a_nasty_layer_computes_its_definition(target: str, number: int) -> None:
    spec = NASTY[number]
    for form in dict.fromkeys(each.name for each in forms_of(target)):
        try:
            kernel = cg.generate(spec, target, DTYPES[number % 2], forms=form)
        except BudgetError:
            continue
        found = cg.validate(kernel)
        assert found, str(found)
        assert found.dtype == kernel.dtype


@given(conv_specs(), st.sampled_from(TARGETS), st.sampled_from(DTYPES), st.data())
@settings(max_examples=max(40, 2 * settings.default.max_examples))
def test_a_drawn_kernel_computes_its_definition(
    spec: cg.ConvSpec, target: str, dtype: str, data: st.DataObject
) -> None:
    forms = data.draw(st.sampled_from([None, *dict.fromkeys(each.name for each in forms_of(target))]))
    try:
        kernel = cg.generate(spec, target, dtype, forms=forms)
    except BudgetError:
        kernel = cg.generate(spec, target, dtype)
    found = cg.validate(kernel)
    assert found, str(found)


@pytest.mark.parametrize(("target", "forms"), [("c", "loops"), ("numpy", "matrix"), ("numpy", "positions")])
def test_above_the_exact_limit_values_in_a_field_are_compared(target: str, forms: str) -> None:
    spec = cg.ConvSpec((9, 8), (3, 2), 4, 6, 2, stride=(2, 1), padding=((1, 0), (0, 1)), groups=2)
    kernel = cg.generate(spec, target, forms=forms)
    found = cg.validate(kernel, exact_limit=0)
    assert found
    assert [each.exact for each in found.passes] == [False, False, False, True]
    assert str(found).count("wrong with probability < 2/(2^61 - 1)") == 3
    bent = kernel.source.replace("2 * i", "1 * i").replace("k[0, 0]", "k[1, 1]").replace("2 * h", "h")
    assert bent != kernel.source
    wrong = Kernel(**{**vars(kernel), "source": bent})
    assert not cg.validate(wrong, exact_limit=0)
