"""Emitted NumPy is executed on row numbers as NumPy would execute it; the rest is refused, with the line."""

from __future__ import annotations

import pytest

from convgen.errors import SourceError
from convgen.kernels.workspace import TAKE
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
    "a matrix product into an array": """
s, = X.strides
np.matmul(as_strided(X, (3, 2), (s, s)), K, out=O)
O += b""",
    "a sum by its letters": """
s, = X.strides
np.einsum("mi,m->i", as_strided(X, (2, 3), (s, s)), K, out=O)
O += b""",
    "K backwards": """
k = K[::-1]
O[...] = b
for m in range(2):
    O[0:3] += k[1 - m] * X[m : m + 3]""",
    "blocks of rows, the last one shorter": """
O[...] = b
for i in range(0, 3, 2):
    stop = min(i + 2, 3)
    O[i:stop] += K[0] * X[i:stop] + K[1] * X[i + 1 : stop + 1]""",
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


MAKE = """
_idle = []


def _make():
    padded = np.zeros((6,), np.float32)
    inside = padded[1:5]
    s, = padded.strides
    windows = as_strided(padded[1:], (2, 3), (s, s))
    columns = np.empty((2, 3), np.float32)
    return inside, windows, columns, padded


"""

KEPT = """
workspace = _take(_idle, _make)
inside, windows, columns, padded = workspace
inside[...] = X
columns[...] = windows
np.matmul(K, columns, out=O)
_idle.append(workspace)
O += b"""


def test_a_workspace_that_is_written_before_it_is_read_holds() -> None:
    found = forward_in_numpy(KEPT, MAKE + TAKE)
    assert found.holds, found.reason


def test_zeros_that_no_call_writes_are_there_in_every_call() -> None:
    found = forward_in_numpy(KEPT.replace("out=O)", "out=O)\nO += padded[0] + padded[5]"), MAKE + TAKE)
    assert found.holds, found.reason


WRONGLY_KEPT = {
    "a sum into what another call has left": (
        KEPT.replace("columns[...] =", "columns +="),
        "before anything",
    ),
    "zeros that a call overwrites at its end": (
        KEPT.replace("O)\n", "O)\nO += padded[0]\npadded[0] = X[0]\n", 1),
        "before anything",
    ),
    "too little written": (
        KEPT.replace("columns[...] = windows", "columns[0] = windows[0]"),
        "before anything",
    ),
    "a read after it is put back": (KEPT + "\nO[0:1] += padded[0:1]", "before anything"),
    "a write after it is put back": (KEPT + "\npadded[2] = X[0]", "put back"),
    "something else put back": (KEPT.replace("append(workspace)", "append(windows)"), "not taken from there"),
    "put back twice": (KEPT + "\n_idle.append(workspace)", "not taken from there"),
    "matrices that do not fit, into an array": (
        KEPT.replace("np.matmul(K, columns", "np.matmul(K, inside"),
        "mismatch in its core dimension",
    ),
    "a product of another shape": (KEPT.replace("out=O", "out=O[0:2]"), "a product of shape (3,)"),
    "a view beyond the whole array": (KEPT, "reaches beyond its array"),
    "a sum with letters of two sizes": (
        KEPT.replace("np.matmul(K, columns", 'np.einsum("i,ij->j", inside, columns'),
        "runs through 4 and 2",
    ),
    "a step back from beyond the end": (KEPT.replace("np.matmul(K,", "np.matmul(K[2::-1],"), "the index 0:3"),
}


@pytest.mark.parametrize(("body", "reason"), WRONGLY_KEPT.values(), ids=WRONGLY_KEPT)
def test_what_is_wrong_with_a_workspace_is_found(body: str, reason: str) -> None:
    more = MAKE.replace("padded[1:], (2, 3)", "padded[1:], (3, 4)") if "beyond" in reason else MAKE
    found = forward_in_numpy(body, more + TAKE)
    assert not found.holds
    assert reason in found.reason


NOT_KEPT = {
    "numbers in a workspace": (KEPT, MAKE.replace("columns, padded", "columns, 4") + TAKE, "something else"),
    "another way of taking it": (KEPT, MAKE + TAKE.replace("idle.pop()", "idle[-1]"), "_take does not take"),
    "a list that is not there": (KEPT.replace("_take(_idle", "_take(_other"), MAKE + TAKE, "a workspace from"),
    "a list that two functions use": (
        KEPT, MAKE + TAKE + "\n\ndef k_backward_data(K, dO, dX):\n    w = _take(_idle, _make)\n", "is used by"
    ),
    "a workspace with a copy": (KEPT, MAKE.replace("padded[1:5]\n", "padded[1:5] + padded[1:5]\n") + TAKE, "a copy"),
    "a workspace that a helper takes": (
        KEPT.replace("_take(_idle, _make)", "_mine()").replace("_idle.append(workspace)", ""),
        MAKE + TAKE + "\n\ndef _mine():\n    return _take(_idle, _make)\n",
        "by a helper",
    ),
    "two workspaces": (KEPT.replace("inside[", "other = _take(_idle, _make)\ninside["), MAKE + TAKE, "a second"),
    "a sum of three": (KEPT.replace("matmul(K", 'einsum("a,b,c->b", K, K'), MAKE + TAKE, "a sum of products"),
    "a sum with a letter twice": (
        KEPT.replace("matmul(K", 'einsum("aa,ai->i", K'), MAKE + TAKE, "the sum 'aa,ai->i'"
    ),
    "an unknown keyword": (KEPT.replace("out=O", "where=O"), MAKE + TAKE, "value goes nowhere"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "more", "reason"), NOT_KEPT.values(), ids=NOT_KEPT)
def test_another_use_of_a_workspace_is_refused(body: str, more: str, reason: str) -> None:
    with pytest.raises(SourceError, match=r"^line \d+ is not understood: ") as caught:
        forward_in_numpy(body, more)
    assert reason in str(caught.value)
