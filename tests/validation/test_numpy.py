"""Emitted NumPy is executed on row numbers as NumPy would execute it; the rest is refused, with the line."""

from __future__ import annotations

import pytest

from convgen.errors import SourceError
from validation.by_hand import forward_in_numpy

HOLDING = {
    "entry by entry": """
k0, k1 = K
O[0] = b[0] + k0 * X[0] + k1 * X[1]
O[1] = b[0] + k0 * X[1] + k1 * X[2]
O[2] = b[0] + k0 * X[2] + k1 * X[3]""",
    "slices": """
O[...] = b
for m in range(2):
    O[0:3] += K[m] * X[m : m + 3]""",
    "a view that is written through": """
o = O.reshape(3, 1)
o[...] = b[None]
O += X[0:3] * K[0]
o[:, 0] += X[1:4] * K[1] - K[1] * 0""",
    "windows times weights": """
s, = X.strides
windows = as_strided(X, (3, 2), (s, s))
O[...] = windows @ K + b""",
    "a fold": """
padded = np.zeros((4), np.float32)
padded[0:3] += X[0:3] * K[0]
padded[0:3] += X[1:4] * K[1]
O[...] = padded[0:3] + b""",
    "a sum": """
O[...] = b
for m in range(3):
    O[m] += (X[m : m + 2] * K).sum()""",
}


@pytest.mark.parametrize("body", HOLDING.values(), ids=HOLDING)
def test_what_computes_the_layer_holds(body: str) -> None:
    found = forward_in_numpy(body)
    assert found.holds, found.reason


GOOD = HOLDING["slices"]

WRONG = {
    "a wrong slice": (GOOD.replace("X[m : m + 3]", "X[0:3]"), "K[1]*X[0]"),
    "a slice that NumPy would cut": (
        GOOD.replace("X[m : m + 3]", "X[m + 1 : m + 4]"),
        "the index 2:5 of an axis of 4",
    ),
    "an index that NumPy would wrap": (HOLDING["entry by entry"].replace("X[3]", "X[-1]"), "the index -1:0"),
    "an input written": ("X[0] = b[0]", "writes to an array that is read only"),
    "an input written through a view": ("x = X.reshape(2, 2)\nx[0, 0] = b[0]", "read only"),
    "a result that is not begun": ("O[0:3] += X[0:3]", "before anything is written"),
    "a result written twice": (GOOD + "\nO[0] = b[0]", "more than once"),
    "a result that is not ended": ("O[0:2] = X[0:2] * K[0]", "O[2] is never written"),
    "shapes that do not fit": ("O[...] = X * K[0]", "could not broadcast"),
    "matrices that do not fit": ("O[...] = X @ K", "a product of matrices (4,) @ (2,)"),
    "a strided view beyond its array": (
        HOLDING["windows times weights"].replace("(3, 2)", "(4, 2)"),
        "reaches beyond its array",
    ),
    "a product of three": (GOOD.replace("K[m] *", "K[m] * K[m] *"), "a product of more than two entries"),
    "two names for three values": ("k0, k1 = X[0:3]", "3 values for 2 names"),
    "a reshape to nothing": ("O[...] = X.reshape(3, -2)", "reshaped"),
}


@pytest.mark.parametrize(("body", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_and_named(body: str, reason: str) -> None:
    found = forward_in_numpy(body)
    assert not found.holds
    assert reason in found.reason


REFUSED = {
    "a call that is not known": ("O[...] = np.convolve(X, K)", "a call of np.convolve"),
    "a built-in": ("eval('1')", "whose value goes nowhere"),
    "an import": ("import os\nO[...] = b", "a Import as a statement"),
    "a method that is not known": ("O[...] = X.copy()", "the method copy"),
    "an attribute": ("O[...] = X.__class__", "the attribute '__class__'"),
    "a loop over an array": ("for x in X:\n    O[0] = x", "not over a range"),
    "a condition": ("if 1:\n    O[...] = b", "a condition"),
    "a comprehension": ("O[...] = [X[0] for x in X]", "a ListComp"),
    "a string": ("O[...] = 'a'", "the constant 'a'"),
    "a fraction": ("O[...] = 0.5 * X[0:3]", "the constant 0.5"),
    "an index by an array": ("O[...] = X[K]", "as an index"),
    "a name that is not there": ("O[...] = Y", "'Y' is not assigned"),
    "a walrus": ("O[...] = (y := X[0:3])", "a NamedExpr"),
    "an assertion": ("assert O", "a Assert"),
    "what is no Python": ("O[...] = = b", "no Python"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_modelled_is_refused_with_its_line(body: str, reason: str) -> None:
    with pytest.raises(SourceError, match=r"^line \d+ is not understood: ") as caught:
        forward_in_numpy(body)
    assert reason in str(caught.value)
