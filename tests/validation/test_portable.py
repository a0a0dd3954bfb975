"""Bodies in vectors are read a second time in portable C, with the definitions that the prologue itself has."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import convgen as cg
from convgen.errors import SourceError
from convgen.kernels import Kernel
from convgen.kernels.generate import prologue
from convgen.kernels.isa import ISAS, Vector
from convgen.kernels.kernel import DTYPES
from convgen.validation import readings
from convgen.validation.macros import HINTS, IDENTITIES, VECTOR_MACROS
from convgen.validation.portable import definitions, expanded
from convgen.validation.prologue import Prologue
from convgen.validation.readings import CReading, PassResult
from kernels.nasty import NASTY
from validation.vector_bodies import GOOD, HOLDING, SPEC, WRONG, source

TEXT = prologue([Vector("float32", 4, transposes=True, combines=True)])
PROLOGUE = Prologue(TEXT, ("f32x4",))


def forward(body: str, text: str = TEXT, *, portable: bool = True) -> PassResult:
    return CReading(source(body, text), SPEC, portable=portable).check("forward", 10**6)


@pytest.mark.parametrize("portable", [False, True], ids=["vectors", "portable"])
@pytest.mark.parametrize("body", HOLDING.values(), ids=HOLDING)
def test_the_layer_in_vectors_holds_in_both_readings(body: str, portable: bool) -> None:
    found = forward(body, portable=portable)
    assert found.holds, found.reason


@pytest.mark.parametrize("body", [body for body, _ in WRONG.values()], ids=WRONG)
def test_what_is_wrong_in_vectors_is_wrong_in_portable_c(body: str) -> None:
    assert not forward(body).holds


BENT = {
    "zero": ("_each((v).lane[l_] = 0)", "_each((v).lane[l_] += 0)"),
    "splat": ("_each((v).lane[l_] = (a))", "_each((v).lane[l_] = 2 * (a))"),
    "load": ("(v).lane[l_] = (p)[l_])", "(v).lane[l_] = (p)[0])"),
    "store": ("_each((p)[l_] = (v)", "_each((p)[0] = (v)"),
    "fma": ("_each((s).lane[l_] += (a)", "_each((s).lane[l_] = (a)"),
    "add_product": ("(u).lane[l_] * (v).lane[l_]", "(u).lane[l_] * (v).lane[0]"),
    "add": ("_each((s).lane[l_] += (u).lane[l_])", "_each((s).lane[l_] = (u).lane[l_])"),
    "subtract": ("+= -(u).lane[l_]", "+= (u).lane[l_]"),
    "multiply": ("(v).lane[l_] = (a) * (u)", "(v).lane[l_] = (u)"),
    "add_lanes": ("(total) += f32x4_lane(t_, 0)", "(total) += f32x4_lane(t_, 1)"),
    "half of the lanes": ("f32x4_lane(v, l_ + 2)", "f32x4_lane(v, l_)"),
    "load_first": ("f32x4_load_each(v, p, 1, 0, n)", "f32x4_load_each(v, p, 1, 1, n)"),
    "load_lanes": ("f32x4_load_each(v, p, 1, from, to)", "f32x4_load_each(v, p, 1, 0, to)"),
    "load_apart": ("(p)[(l_ - (from)) * (step)]", "(p)[l_ - (from)]"),
    "store_first": ("f32x4_store_each(p, 1, n, v)", "f32x4_store_each(p, 1, 1, v)"),
    "store_apart": ("(p)[l_ * (step)] = f32x4_lane(v, l_)", "(p)[l_ * (step)] = f32x4_lane(v, 0)"),
    "store_columns": ("f32x4_store_apart((p) + 1, step", "f32x4_store_apart((p), step"),
    "store_columns_apart": ("f32x4_store_apart((p) + 1 * (apart), step", "f32x4_store_apart((p) + 1, step"),
    "more lanes": ("l_ < 4; ++l_) \\\n            statement", "l_ < 3; ++l_) \\\n            statement"),
}


@pytest.mark.parametrize("name", BENT)
def test_a_wrong_portable_definition_is_seen_by_this_reading_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = BENT[name]
    assert before in TEXT
    bent = TEXT.replace(before, after)
    monkeypatch.setattr(readings, "prologue_of", lambda _text: replace(PROLOGUE, text=bent))
    assert all(forward(body, bent, portable=False).holds for body in HOLDING.values())
    assert not all(forward(body, bent).holds for body in HOLDING.values())


def test_every_macro_has_a_portable_definition_that_was_bent() -> None:
    assert set(VECTOR_MACROS) <= set(BENT)
    found = definitions(PROLOGUE)
    assert {f"f32x4_{name}" for name in VECTOR_MACROS} | {*IDENTITIES, *HINTS} <= set(found)
    assert not any("__" in each.body for each in found.values())  # nothing of a compiler's own


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("float lane[4];", "float lane[8];", "of 8 float"),
        ("#else", "#elif 1", "'#elif 1'"),
        ("defined(__GNUC__)", "__GNUC__ > 3", "condition"),
        ("typedef struct", "int x; typedef struct", "other structures"),
        ("#define f32x4_lane(v, l)", "#define f32x4_lane(v, l) #v", "definition"),
    ],
)
def test_a_prologue_of_another_kind_is_refused(before: str, after: str, said: str) -> None:
    text = TEXT.replace(before, after)
    if before == "#else":
        text = TEXT.replace("#if defined(__GNUC__)", "#elif 1\n#if defined(__GNUC__)", 1)
    assert text != TEXT
    with pytest.raises(SourceError, match=re.escape(said)):
        definitions(Prologue(text, ("f32x4",)))


def test_calls_are_replaced_with_every_line_in_its_place() -> None:
    macros = definitions(PROLOGUE)
    text = "f32x4_fma(s,\n    x[f(1,\n 2)], w);\nend"
    found = expanded(text, macros)
    assert found.index("end") == len(found) - 3
    assert found.count("\n") == text.count("\n")
    assert "(s).lane[l_] += (x[f(1, 2)]) * (w).lane[l_]" in found
    with pytest.raises(SourceError, match="line 2 is not understood: f32x4_fma with 2 arguments"):
        expanded("\nf32x4_fma(s, x);", macros)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("s = bias;", "s = bias; s.lane[0] = b[0];", "a StructRef"),
        ("s = bias;", "do { s = bias; } while (1);", "a loop that may go on"),
    ],
)
def test_a_body_may_not_write_what_only_portable_c_has(before: str, after: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        forward(GOOD.replace(before, after), portable=False)


@pytest.mark.parametrize("isa", sorted(ISAS))
@pytest.mark.parametrize("number", range(0, len(NASTY), 5))
def test_both_readings_of_an_emitted_text_hold(isa: str, number: int) -> None:
    kernel = cg.generate(NASTY[number], "c", DTYPES[number % 2], forms="tiled", isa=isa)
    found = cg.validate(kernel)
    assert found, str(found)
    assert found.portable is bool(kernel.vectors)
    assert found.to_json()["portable"] is found.portable


def test_the_answer_names_the_reading_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = cg.generate(cg.ConvSpec((4, 5), (2, 3), 3, 5, padding=1, layout="HWC"), forms="tiled")
    assert cg.validate(kernel)
    known = readings.prologue_of(kernel.source)
    bent = known.text.replace("_each((s).lane[l_] += (a)", "_each((s).lane[l_] = (a)")
    monkeypatch.setattr(readings, "prologue_of", lambda _text: Prologue(bent, known.vectors))
    found = cg.validate(Kernel(**{**vars(kernel), "source": kernel.source.replace(known.text, bent)}))
    assert not found
    assert "DIFFERS  in portable C, O[0] has" in str(found)
