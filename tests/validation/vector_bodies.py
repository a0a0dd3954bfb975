"""Bodies in vectors of four for the layer O[i] = b + K[0]·X[i] + K[1]·X[i + 1], right and wrong ones."""

from __future__ import annotations

from convgen import ConvSpec

SPEC = ConvSpec(9, 2)

PARAMETERS = "const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O"


def source(body: str, prologue: str) -> str:
    """The text of a forward pass."""
    return f'/* title */\n#include "k.h"\n\n{prologue}\nvoid k_forward({PARAMETERS})\n{{\n{body}\n}}\n'


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
    "lanes apart": GOOD.replace("f32x4_load(x, x0);", "f32x4_load_apart(x, x0, 1, 0, 4);").replace(
        "f32x4_store(&O[i], s);", "f32x4_store_apart(&O[i], 1, 4, s);"
    ),
    "a product of vectors": GOOD.replace(
        "f32x4_fma(s, K[m], x);", "f32x4_splat(t, K[m]); f32x4_add_product(s, t, x);"
    ),
    "sums and multiples": GOOD.replace(
        "f32x4_fma(s, K[m], x);",
        """f32x4_multiply(t, 0.5f, x); f32x4_add(t, x); f32x4_multiply(x, -3.0f / 6.0f, x); f32x4_add(t, x);
            f32x4_zero(x); f32x4_fma(x, K[m], t); f32x4_add(s, x); f32x4_subtract(s, x); f32x4_add(s, x);""",
    ),
    "all lanes added up": """
        for (ptrdiff_t i = 0; i < 8; ++i) { f32x4 k, x; float total = b[0];
        f32x4_zero(k); f32x4_zero(x); f32x4_load_first(k, &K[0], 2); f32x4_load_first(x, &X[i], 2);
        f32x4 p; f32x4_zero(p); f32x4_add_product(p, k, x); f32x4_add_lanes(total, p); O[i] = total; }""",
    "columns": """
        f32x4 r0, r1, r2, r3; f32x4_zero(r2); f32x4_zero(r3);
        f32x4_splat(r0, b[0]); f32x4_splat(r1, b[0]);
        for (ptrdiff_t m = 0; m < 2; ++m) { f32x4 x;
        f32x4_load_apart(x, &X[m], 2, 0, 4); f32x4_fma(r0, K[m], x);
        f32x4_load_apart(x, &X[m + 1], 2, 0, 4); f32x4_fma(r1, K[m], x); }
        f32x4_store_columns(&O[0], 2, 4, 2, r0, r1, r2, r3);""",
    "columns apart": """
        f32x4 r0, r1, r2, r3; f32x4_zero(r2); f32x4_zero(r3);
        f32x4_splat(r0, b[0]); f32x4_splat(r1, b[0]);
        for (ptrdiff_t m = 0; m < 2; ++m) { f32x4 x;
        f32x4_load(x, &X[m]); f32x4_fma(r0, K[m], x);
        f32x4_load(x, &X[m + 4]); f32x4_fma(r1, K[m], x); }
        f32x4_store_columns_apart(&O[0], 1, 4, 4, 2, r0, r1, r2, r3);""",
}


WRONG = {
    "a sum for a difference": (
        GOOD.replace(
            "f32x4_store(&O[i], s);", "f32x4_add(s, bias); f32x4_add(s, bias); f32x4_store(&O[i], s);"
        ),
        "O[0] has 3·b[0]",
    ),
    "a multiple that is not one": (
        GOOD.replace("f32x4_store(&O[i], s);", "f32x4_multiply(s, 2.0f / 3.0f, s); f32x4_store(&O[i], s);"),
        "O[0] has 2/3·b[0]",
    ),
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
