"""The note on literal indexing stands where a written index leaves its array: by trying every index."""

import itertools

import pytest

from convgen import ConvSpec
from convgen.proof.check import check
from convgen.proof.literal import NOTE
from convgen.taps import parameters
from proof.plain import small_layers

STEPS_OF_ONE = {"stride": 1, "dilation": 1}
PLAIN = {**STEPS_OF_ONE, "padding": 0}

CASES = [
    # claim, options, whether an index leaves its array
    ("∂O[i,j]/∂K[m,n] = X[i+m,j+n]", PLAIN, False),
    ("∂O[i,j]/∂K[m,n] = X[i+m,j+n]", STEPS_OF_ONE, True),
    ("∂O[i]/∂X[p] = K[p-i]", {"rank": 1, **PLAIN}, True),
    ("O[i] = sum(m) X[i+m]*K[m] + b", {"rank": 1, **PLAIN}, False),
    ("O[i] = sum(m) X[i+m]*K[m] + b", {"rank": 1}, True),
    ("O[i] = sum(m) X[i+m-Pb]*K[m] + b", {"rank": 1, **STEPS_OF_ONE}, True),
    ("O[i] = sum(m : 0 <= i+m-Pb < H) X[i+m-Pb]*K[m] + b", {"rank": 1, **STEPS_OF_ONE}, False),
    ("O[i] = sum(m) X_pad[S*i+D*m]*K[m] + b", {"rank": 1}, False),
    ("O[i] = sum(m) X_pad[S*i+D*m+1]*K[m] + b", {"rank": 1}, True),
    ("dK[m] = sum(i) dO[i]*X[i+m]", {"rank": 1, **PLAIN}, False),
    ("dK[m] = sum(i) dO[i]*X[i+m+1]", {"rank": 1, **PLAIN}, True),
    ("rot180(K)[m] = K[M-1-m]", {"rank": 1}, False),
    ("rot180(K)[m] = K[M-m]", {"rank": 1}, True),
    ("dX[p] = sum(i, m : i+m = p) dO[i]*K[m]", {"rank": 1}, False),
    ("dX[p] = sum(i) dO[i]*K[p-i]", {"rank": 1, **PLAIN}, True),
    ("dX[p] = sum(i : 0 <= p-i) dO[i]*K[p-i]", {"rank": 1, **PLAIN}, True),
    ("dX[p] = sum(i : 0 <= p-i < M) dO[i]*K[p-i]", {"rank": 1, **PLAIN}, False),
    ("dX[p,q] = sum(i, j : 0 <= p-i < M) dO[i,j]*K[p-i,q-j]", PLAIN, True),
    ("dX[0] = dO[0]*K[0]", {"rank": 1}, False),
    ("dX[1] = dO[0]*K[1] + dO[1]*K[0]", {"rank": 1}, True),
    ("db = sum(i) dO[i]", {"rank": 1}, False),
    ("dX = pad(dO) ⋆ rot180(K)", {}, False),
    ("Ho = floor((H + Pb + Pa - E)/S) + 1", {}, False),
]
"""Claims about every size; whether they are true is another question."""


@pytest.mark.parametrize(("claim", "options", "leaves"), CASES)
def test_the_note_stands_where_an_index_leaves_its_array(
    claim: str, options: dict[str, int], *, leaves: bool
) -> None:
    assert (NOTE in check(claim, **options).remarks) == leaves


def test_a_stride_may_be_what_makes_an_index_leave() -> None:
    claim = "O[i] = sum(m) X[2*i+D*m]*K[m] + b"
    assert NOTE not in check(claim, rank=1, stride=2, padding=0).remarks
    assert NOTE in check(claim, rank=1, stride=1, padding=0).remarks


def test_where_nothing_is_summed_nothing_is_read() -> None:
    """The far index stands under conditions that contradict each other, on this axis or on another."""
    for where in ("i+m = p, i < 0", "i+m = p, j < 0"):
        claim = f"dX[p,q] = sum(i, m, j, n : {where}, j+n = q) dO[i+5,j]*K[m,n]"
        assert NOTE not in check(claim, ConvSpec((4, 4), (2, 2))).remarks


# ---- on one layer ----------------------------------------------------------------------------------------

READ = {
    "dX[p] = sum(i) dO[i]*K[p-i]": lambda v: (
        (p - i, v["M0"]) for p in range(v["H0"]) for i in range(v["Ho0"])
    ),
    "O[i] = sum(m) X[S*i+D*m-Pb]*K[m] + b": lambda v: (
        (v["S0"] * i + v["D0"] * m - v["Pb0"], v["H0"]) for i in range(v["Ho0"]) for m in range(v["M0"])
    ),
    "dK[m] = sum(i : i+m <= H) dO[i]*X[i+m]": lambda v: (
        (i + m, v["H0"]) for m in range(v["M0"]) for i in range(v["Ho0"]) if i + m <= v["H0"]
    ),
    "O[i] = sum(m) X_pad[i+2*m]*K[m] + b": lambda v: (
        (i + 2 * m, v["H0"] + v["Pb0"] + v["Pa0"]) for i in range(v["Ho0"]) for m in range(v["M0"])
    ),
    "rot180(K)[m] = K[M-D-m]": lambda v: ((v["M0"] - v["D0"] - m, v["M0"]) for m in range(v["M0"])),
}
"""Every index that a claim reads with the size of the array that it reads, where another may leave it."""


@pytest.mark.parametrize("claim", READ)
def test_on_one_layer_as_by_trying_every_index(claim: str) -> None:
    told = set()
    for spec in itertools.islice(small_layers(), 0, None, 5):
        leaves = any(not 0 <= index < size for index, size in READ[claim](parameters(spec)))
        assert (NOTE in check(claim, spec).remarks) == leaves, str(spec)
        told.add(leaves)
    assert told == {True, False}


def test_a_layer_too_large_to_be_written_out() -> None:
    large = {"kernel_size": (64, 64), "input_size": (400, 400)}
    derivative = "dX[p,q] = sum(i, j) dO[i,j]*K[p-i,q-j]"
    assert NOTE in check(derivative, ConvSpec(**large)).remarks
    assert (
        check("dX[p,q] = sum(i, j, m, n : i+m = p, j+n = q) dO[i,j]*K[m,n]", ConvSpec(**large)).remarks == ()
    )
