"""Every macro of the prologue means, lane by lane, what its row says; a body that misuses one is found out."""

from __future__ import annotations

import pytest

from convgen.errors import SourceError
from convgen.validation import readings
from convgen.validation.macros import VECTOR_MACROS
from convgen.validation.prologue import Prologue
from convgen.validation.readings import CReading, PassResult
from validation.vector_bodies import GOOD, HOLDING, SPEC, WRONG, source

PROLOGUE = Prologue("#ifndef CONVGEN_F32X4\n#define f32x4_anything\n#endif\n", ("f32x4",))


@pytest.fixture(autouse=True)
def prologue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "prologue_of", lambda _text: PROLOGUE)


def forward(body: str) -> PassResult:
    return CReading(source(body, PROLOGUE.text), SPEC).check("forward", 10**6)


@pytest.mark.parametrize("body", HOLDING.values(), ids=HOLDING)
def test_the_layer_in_vectors_holds(body: str) -> None:
    found = forward(body)
    assert found.holds, found.reason


def test_every_row_is_used_by_a_body() -> None:
    text = "".join(HOLDING.values())
    assert [name for name in VECTOR_MACROS if f"f32x4_{name}(" not in text] == []


@pytest.mark.parametrize(("body", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_and_named(body: str, reason: str) -> None:
    found = forward(body)
    assert not found.holds
    assert reason in found.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (GOOD.replace("f32x4_fma", "f32x4_fms"), "a call of 'f32x4_fms'"),
        (GOOD.replace("f32x4_fma", "f32x8_fma"), "a call of 'f32x8_fma'"),
        (GOOD.replace("f32x4_load(x, x0)", "f32x4_load(x, x0, 1)"), "with 3 arguments"),
        (GOOD.replace("s = bias;", "s = bias + bias;"), "an expression of vectors"),
        (GOOD.replace("f32x4_fma(s, K[m], x)", "f32x4_fma(K[m], K[m], x)"), "no vector of this type"),
        (GOOD.replace("K[m], x", "2 * K[m], x"), "no single number"),
    ],
)
def test_what_is_not_modelled_is_refused(body: str, reason: str) -> None:
    with pytest.raises(SourceError, match="is not understood") as caught:
        forward(body)
    assert reason in str(caught.value)


def test_a_prologue_of_which_a_byte_differs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Prologue(PROLOGUE.text.replace("anything", "nothing"), PROLOGUE.vectors)
    monkeypatch.setattr(readings, "prologue_of", lambda _text: other)
    with pytest.raises(SourceError, match="nor a known prologue|is not what a convgen prologue has there"):
        forward(GOOD)
