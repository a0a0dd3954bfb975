"""Every macro of the prologue means, lane by lane, what its row says; a body that misuses one is found out."""

from __future__ import annotations

import pytest

from convgen import ConvSpec
from convgen.errors import SourceError
from convgen.validation import readings
from convgen.validation.macros import VECTOR_MACROS
from convgen.validation.prologue import Prologue
from convgen.validation.readings import CReading, PassResult

SPEC = ConvSpec(9, 2)
PROLOGUE = Prologue("#ifndef CONVGEN_F32X4\n#define f32x4_anything\n#endif\n", ("f32x4",))
PARAMETERS = "const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O"


@pytest.fixture(autouse=True)
def prologue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "prologue_of", lambda _text: PROLOGUE)


def forward(body: str) -> PassResult:
    text = f'/* title */\n#include "k.h"\n\n{PROLOGUE.text}\nvoid k_forward({PARAMETERS})\n{{\n{body}\n}}\n'
    return CReading(text, SPEC).check("forward", 10**6)


GOOD = """
    f32x4 s, t, x, bias;
    f32x4_splat(bias, b[0]);
    for (ptrdiff_t i = 0; i < 8; i += 4) {
        s = bias;
        for (ptrdiff_t m = 0; m < 2; ++m) {
            const float *x0 = &X[i + m];
            convgen_launder(x0);
            f32x4_load(x, x0);
            f32x4_fma(s, K[m], x);
        }
        f32x4_store(&O[i], s);
    }
"""

HOLDING = {
    "load, fma, store, splat": GOOD,
    "zero": GOOD.replace("s = bias;", "f32x4_zero(x); s = bias; f32x4_fma(s, b[0], x);"),
    "the first lanes": GOOD.replace("f32x4_load(x, x0);", "f32x4_load_first(x, x0, 3);").replace(
        "f32x4_store(&O[i], s);",
        "f32x4_store_first(&O[i], 3, s); O[i + 3] = b[0] + K[0] * X[i + 3] + K[1] * X[i + 4];",
    ),
    "some lanes": GOOD.replace(
        "f32x4_load(x, x0);",
        "f32x4_load_lanes(x, x0, 0, 2); f32x4_fma(s, K[m], x); f32x4_load_lanes(x, x0 + 2, 2, 4);",
    ),
    "lanes apart": GOOD.replace("f32x4_load(x, x0);", "f32x4_load_apart(x, x0, 1, 4);").replace(
        "f32x4_store(&O[i], s);", "f32x4_store_apart(&O[i], 1, 4, s);"
    ),
    "a product of vectors": GOOD.replace(
        "f32x4_fma(s, K[m], x);", "f32x4_splat(t, K[m]); f32x4_add_product(s, t, x);"
    ),
    "all lanes added up": """
        for (ptrdiff_t i = 0; i < 8; ++i) { f32x4 k, x; float total = b[0];
        f32x4_zero(k); f32x4_zero(x); f32x4_load_first(k, &K[0], 2); f32x4_load_first(x, &X[i], 2);
        f32x4 p; f32x4_zero(p); f32x4_add_product(p, k, x); f32x4_add_lanes(total, p); O[i] = total; }""",
    "columns": """
        f32x4 r0, r1, r2, r3; f32x4_zero(r2); f32x4_zero(r3);
        f32x4_splat(r0, b[0]); f32x4_splat(r1, b[0]);
        for (ptrdiff_t m = 0; m < 2; ++m) { f32x4 x;
        f32x4_load_apart(x, &X[m], 2, 4); f32x4_fma(r0, K[m], x);
        f32x4_load_apart(x, &X[m + 1], 2, 4); f32x4_fma(r1, K[m], x); }
        f32x4_store_columns(&O[0], 2, 4, 2, r0, r1, r2, r3);""",
}


@pytest.mark.parametrize("body", HOLDING.values(), ids=HOLDING)
def test_the_layer_in_vectors_holds(body: str) -> None:
    found = forward(body)
    assert found.holds, found.reason


def test_every_row_is_used_by_a_body() -> None:
    text = "".join(HOLDING.values())
    assert [name for name in VECTOR_MACROS if f"f32x4_{name}(" not in text] == []


WRONG = {
    "an over-read of one lane": (
        GOOD.replace("&X[i + m]", "&X[i + m + 1]"),
        "9 is an index of X, which has 9",
    ),
    "a store of too many lanes": (GOOD.replace("&O[i]", "&O[i + 1]"), "8 is an index of O, which has 8"),
    "another lane": (
        GOOD.replace("f32x4_load(x, x0)", "f32x4_load_lanes(x, x0, 0, 3)"),
        "O[3] has 0·K[0]*X[3]",
    ),
    "a vector that is not begun": (GOOD.replace("s = bias;", ""), "s[0] is read before anything"),
    "a tile that is stored too short": (
        GOOD.replace("f32x4_store(&O[i], s)", "f32x4_store_first(&O[i], 3, s)"),
        "O[3] is never written",
    ),
    "one place for all lanes": (
        GOOD.replace("f32x4_store(&O[i], s)", "f32x4_store_apart(&O[i], 0, 4, s)"),
        "is written twice by one statement",
    ),
    "an input stored to": (GOOD + "f32x4_store(&X[0], bias);", "writes to an array that is read only"),
    "five lanes": (GOOD.replace("f32x4_load(x, x0)", "f32x4_load_first(x, x0, 5)"), "lanes 0 up to 5 of 4"),
}


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
    with pytest.raises(SourceError, match="nor a known prologue"):
        forward(GOOD)
