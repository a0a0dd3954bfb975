"""The executor does what C does: order, scopes, bounds and what was written; the rest it refuses, with the line."""

from __future__ import annotations

import pytest

from convgen.errors import SourceError
from validation.by_hand import GOOD, forward_in_c


def test_the_layer_itself_holds() -> None:
    found = forward_in_c(GOOD)
    assert found.holds, found.reason
    assert found.products == 6


HOLDING = {
    "sums in another order": "for (ptrdiff_t i = 0; i < 3; ++i) { O[i] = X[i + 1] * K[1] + X[i] * K[0] + b[0]; }",
    "added to in memory": """for (ptrdiff_t i = 0; i < 3; ++i) O[i] = b[0];
        for (ptrdiff_t m = 0; m < 2; ++m) for (ptrdiff_t i = 0; i < 3; ++i) O[i] += K[m] * X[i + m];""",
    "read back and added": """for (ptrdiff_t i = 0; i < 3; ++i) { O[i] = b[0]; const float held = O[i];
        float t = held; t = t + K[0] * X[i]; t += K[1] * X[i + 1]; O[i] += t; O[i] += -held; }""",
    "a local array": """float tile[3];
        for (ptrdiff_t v = 0; v < 3; ++v) tile[v] = b[0];
        for (ptrdiff_t m = 0; m < 2; ++m) for (ptrdiff_t v = 0; v < 3; ++v) tile[v] += K[m] * X[v + m];
        for (ptrdiff_t v = 0; v < 3; ++v) O[v] = tile[v];""",
    "a pointer": """for (ptrdiff_t i = 0; i < 3; ++i) { const float *x = &X[i]; float *o = O + i;
        o[0] = b[0] + K[0] * x[0] + K[1] * x[1]; }""",
    "a condition": """for (ptrdiff_t i = 0; i < 3; ++i) {
        if (i < 1) { O[i] = b[0] + K[0] * X[0] + K[1] * X[1]; } else O[i] = b[0] + K[0] * X[i] + K[1] * X[i + 1]; }""",
    "a product of sums": """const float s = b[0]; for (ptrdiff_t i = 0; i < 3; ++i) {
        const float x = X[i] + X[i + 1];
        O[i] = s + (K[0] + K[1]) * x - K[0] * X[i + 1] - K[1] * X[i]; }""",
    "fractions that cancel": """for (ptrdiff_t i = 0; i < 3; ++i) {
        const float s = 0.5f * K[0] + 0.5f * K[1]; const float d = K[0] - K[1];
        O[i] = b[0] + s * (X[i] + X[i + 1]) + 0.5f * d * (X[i] - X[i + 1]); }""",
    "constants that no binary number is": """for (ptrdiff_t i = 0; i < 3; ++i) {
        const float third = (1.0f / 3.0f) * K[0]; const float two = (-2.0f / -3.0f) * K[0];
        O[i] = b[0] + third * X[i] + two * X[i] + K[1] * X[i + 1]; }""",
    "comparisons that are added": """for (ptrdiff_t i = 0; i < 4; ++i) {
        const ptrdiff_t n = (i >= 0) + (i < 3) == 2 ? 2 : 0;
        for (ptrdiff_t m = 0; m < n; ++m) { if (m < 1) { O[i] = b[0] + K[0] * X[i] + K[1] * X[i + 1]; } } }""",
    "a step of two": """for (ptrdiff_t i = 0; i < 3; i += 2) O[i] = b[0] + K[0] * X[i] + K[1] * X[i + 1];
        O[1] = b[0] + K[0] * X[1] + K[1] * X[2];""",
    "stored, and taken up again": """for (ptrdiff_t i = 0; i < 3; ++i) O[i] = b[0];
        for (ptrdiff_t m = 0; m < 2; ++m) for (ptrdiff_t i = 0; i < 3; ++i) {
        float sum = O[i]; sum += K[m] * X[i + m]; O[i] = sum; }""",
    "a variable of each round": """for (ptrdiff_t i = 0; i < 3; ++i) { float a; a = b[0] + K[0] * X[i];
        { const float a = K[1] * X[i + 1]; O[i] = a; } O[i] += a; }""",
}


@pytest.mark.parametrize("body", HOLDING.values(), ids=HOLDING)
def test_what_computes_the_layer_in_another_way_holds(body: str) -> None:
    found = forward_in_c(body)
    assert found.holds, found.reason


WRONG = {
    "a term is missing": (GOOD.replace("m < 2", "m < 1"), "O[0] has 0·K[1]*X[1], the definition 1·K[1]*X[1]"),
    "a term is there twice": (GOOD.replace("O[i] = sum;", "sum += K[0] * X[i]; O[i] = sum;"), "2·K[0]*X[0]"),
    "the store comes too early": (
        GOOD.replace("        O[i] = sum;\n", "").replace(
            "float sum = b[0];", "float sum = b[0]; O[i] = sum;"
        ),
        "has 0·K[0]*X[0]",
    ),
    "reads beyond the end": (GOOD.replace("i < 3", "i < 4"), "line 11: 4 is an index of X, which has 4"),
    "writes beyond the end": (GOOD.replace("O[i]", "O[i + 1]"), "3 is an index of O, which has 3"),
    "reads before the beginning": (GOOD.replace("X[i + m]", "X[i + m - 1]"), "-1 places into X"),
    "an entry is left out": (GOOD.replace("i < 3", "i < 2"), "O[2] is never written"),
    "an entry is written twice": (GOOD + "O[2] = b[0];", "O[2] is written more than once"),
    "an entry is written again after others were read": (
        GOOD + "const float held = O[1]; O[2] = held; O[2] = b[0];",
        "O[2] is written more than once",
    ),
    "an entry is written in two rounds": (GOOD.replace("O[i]", "O[0 * i]"), "O[0] is written more than once"),
    "a sum without a beginning": (
        GOOD.replace("float sum = b[0];", "float sum;"),
        "line 11: sum is read before anything is written to it",
    ),
    "a sum of the round before": (
        "float sum = b[0];" + GOOD.replace("float sum = b[0];", ""),
        "O[1] has 1·K[0]*X[0], the definition 0·K[0]*X[0]",
    ),
    "a tile that is half begun": (
        """float tile[3]; for (ptrdiff_t v = 0; v < 2; ++v) tile[v] = b[0];
        for (ptrdiff_t v = 0; v < 3; ++v) O[v] = tile[v];""",
        "tile[2] is read before",
    ),
    "a result read before it is there": ("O[0] += b[0];", "O[0] is read before"),
    "a product of three": (GOOD.replace("sum +=", "sum += K[m] *"), "a product of more than two numbers"),
    "a product of three in two steps": (
        GOOD.replace("sum += K[m]", "const float t = K[m] * K[m]; sum += t")
        .replace("for (ptrdiff_t m = 0; m < 2; ++m)\n", "for (ptrdiff_t m = 0; m < 2; ++m) {\n")
        .replace("X[i + m];", "X[i + m]; }"),
        "a product of more than two entries",
    ),
    "an input written": ("X[0] = b[0];", "writes to X, which is read only"),
    "an input written through a pointer": ("float *x = &X[0]; x[0] = b[0];", "may write to X"),
    "a fraction that does not cancel": (
        GOOD.replace("O[i] = sum;", "O[i] = sum + 0.25f * K[0] * X[i];"),
        "5/4·K[0]*X[0], the definition 1·K[0]*X[0]",
    ),
    "a third that is nearly one": (
        GOOD.replace("O[i] = sum;", "O[i] = sum + (1.0f / 3.0f) * b[0] - 0.333251953125f * b[0];"),
        "O[0] has",
    ),
    "an index beyond 32 bits": (GOOD.replace("X[i + m]", "X[i + 2147483647 * 2]"), "beyond 32 bits"),
}


@pytest.mark.parametrize(("body", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_and_named(body: str, reason: str) -> None:
    found = forward_in_c(body)
    assert not found.holds
    assert reason in found.reason


REFUSED = {
    "a while loop": ("while (1) { }", "a While"),
    "a goto": ("goto end; end: O[0] = b[0];", "a Goto"),
    "a return": ("return;", "a Return"),
    "a loop without an end": ("for (ptrdiff_t i = 0; ; ++i) O[i] = b[0];", "does not end"),
    "a loop that counts down": ("for (ptrdiff_t i = 3; i > 0; --i) O[i] = b[0];", "does not end"),
    "an index that is assigned to": ("for (ptrdiff_t i = 0; i < 3; ++i) { i = 2; }", "used as a real number"),
    "a number that changes": ("ptrdiff_t n = 3; O[0] = b[0];", "not constant"),
    "a division": ("O[0] = b[0] / K[0];", "a quotient of anything but two constants"),
    "a division by nothing": ("O[0] = 1.0f / 0.0f * b[0];", "a quotient of anything but two constants"),
    "a fraction that no binary number is": ("O[0] = 0.1f * b[0];", "no binary number"),
    "an unknown name": ("O[0] = Y[0];", "'Y' is not declared"),
    "a name of another block": ("{ const float t = b[0]; } O[0] = t;", "'t' is not declared"),
    "a name twice": ("const float t = b[0]; const float t = b[0]; O[0] = t;", "a second declaration of 't'"),
    "a function that nobody knows": ("O[0] = b[0]; memset(O, 0, 12);", "a call of 'memset'"),
    "a cast": ("O[0] = (double)b[0];", "a Cast"),
    "a number for an index": ("O[0] = b[K];", "'K' used as a whole number"),
    "an index for a number": ("for (ptrdiff_t i = 0; i < 3; ++i) O[i] = i;", "'i' used as a real number"),
    "an octal number": ("O[0] = b[010];", "the number 010"),
    "another assignment": ("O[0] = b[0]; O[0] -= b[0];", "the assignment -="),
    "a static variable": ("static float s; O[0] = b[0];", "how 's' is declared"),
    "a variable of another type": ("double s = b[0]; O[0] = s;", "of type double"),
    "assembly": ('__asm__ volatile("");', "does not occur"),
    "a comment that hides code": ("// O[0] = b[0];", "'//' does not occur"),
    "what is no C": ("O[0] = = b[0];", "no C"),
    "a body that never ends": ("{", "no C"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_modelled_is_refused_with_its_line(body: str, reason: str) -> None:
    with pytest.raises(SourceError, match=r"^line \d+ is not understood: ") as caught:
        forward_in_c(body)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("#define sum sun", "no include"),
        ("#include <math.h>", "no include"),
        ('#include "other.h"', "no include"),
        ("#pragma omp parallel", "no include"),
        ("static float table[3];", "a Decl outside of functions"),
        ("typedef float real;", "a Typedef outside of functions"),
        ("/* never ends", "does not end"),
    ],
)
def test_what_stands_outside_of_functions_is_refused(more: str, reason: str) -> None:
    with pytest.raises(SourceError, match=r"^line \d+ is not understood: ") as caught:
        forward_in_c(GOOD, more)
    assert reason in str(caught.value)


def test_a_helper_is_executed_in_the_place_of_its_call() -> None:
    parameters = "const float *restrict x, const float *restrict k, float *restrict o"
    helper = f"static void step({parameters})\n{{\n    o[0] += k[0] * x[0];\n}}"
    body = """for (ptrdiff_t i = 0; i < 3; ++i) { O[i] = b[0];
        for (ptrdiff_t m = 0; m < 2; ++m) step(&X[i + m], &K[m], &O[i]); }"""
    assert forward_in_c(body, helper).holds
    assert "K[0]*X[1]" in forward_in_c(body.replace("&K[m]", "&K[0]"), helper).reason
    with pytest.raises(SourceError, match="a call of 'step'"):
        forward_in_c(body, helper.replace("{\n", "{\n    step(x, k, o);\n"))
    assert "may write to X" in forward_in_c("step(&X[0], &K[0], &X[1]);", helper).reason


def test_a_large_body_is_executed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that were written in one part are there in the next."""
    from convgen.validation import c_run

    monkeypatch.setattr(c_run, "LARGEST_BATCH", 1)
    for body in (GOOD, *HOLDING.values()):
        if "if (" not in body:
            found = forward_in_c(body)
            assert found.holds, found.reason
    for body, reason in WRONG.values():
        found = forward_in_c(body)
        assert not found.holds
        assert reason.split(": ")[-1].split(",")[0] in found.reason
