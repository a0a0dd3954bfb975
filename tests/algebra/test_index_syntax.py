"""Index forms mean what they say, with zero-extended arrays; what cannot be read is pointed at."""

from dataclasses import replace

import numpy as np
import pytest

from by_loops import answers, integers
from convgen import ConvSpec
from convgen.algebra.index_form import evaluate_sums
from convgen.algebra.notation import NOTATIONS
from convgen.errors import ClaimError
from convgen.indexing import parse_index_claim

DENSE = ConvSpec((4, 6), (2, 3))
STRIDED = ConvSpec((7, 6), (2, 3), stride=(3, 2), padding=((1, 1), (2, 2)))
CHANNELS = ConvSpec((4, 6), (2, 3), in_channels=2, out_channels=3)
LAST = ConvSpec((4, 6), (2, 3), in_channels=2, out_channels=3, layout="HWC")


def value(text: str, spec: ConvSpec, notation: str = "default") -> np.ndarray:
    read = parse_index_claim(text, spec, NOTATIONS[notation])
    return evaluate_sums(read.terms, integers(spec))


RIGHT = [
    ("dK[m,n] = sum(i,j) X[i+m, j+n]*dO[i,j]", DENSE, "default"),
    ("dK[m,n] = sum(i,j) X[S*i+m-P, S*j+n-P]*dO[i,j]", STRIDED, "default"),
    ("dK[m,n] = sum(i,j) X[3*i+m-1, S1*j+n-Pb1]*dO[i,j]", STRIDED, "default"),
    ("dK[m,n] = sum(i,j) X_pad[S*i+m, S*j+n]*dO[i,j]", STRIDED, "default"),
    ("dK[m,n] = sum(i=0..1, j=0..3) X[i+m, j+n]*dO[i,j] + sum(i=2..Ho-1, j) X[i+m, j+n]*dO[i,j]", DENSE, "default"),
    ("dX[p,q] = sum(i,j) dO[i,j]*K[p-i,q-j]", DENSE, "default"),
    ("dX[p,q] = sum(m,n) dO[p-m,q-n]*K[m,n]", DENSE, "default"),
    ("dX[p,q] = Σ_{m,n} K[M-1-m,N-1-n]·dO[p-(M-1)+m,q-(N-1)+n]", DENSE, "000"),
    ("dX[p,q] = sum(i,j,m,n : S*i+m-P = p, S*j+n-P = q) dO[i,j]*K[m,n]", STRIDED, "default"),
    ("dX[p,q] = sum(i,j : 0 <= p-i < M, q-j >= 0, M > q-j) dO[i,j]*K[p-i,q-j]", ConvSpec((4, 6), (3, 3)), "default"),
    ("dX[p+1,q-2] = sum(i,j) dO[i,j]*K[p+1-i,q-2-j]", DENSE, "default"),
    ("dX[c,p,q] = sum(f,i,j) dO[f,i,j]*K[f,c,p-i,q-j]", CHANNELS, "default"),
    ("dX[k,p,q] = sum(c,i,j) δ[c,i,j]*W[c,k,p-i,q-j]", CHANNELS, "003"),
    ("dI[i',j',c] = sum(m,n,o) K[m,n,c,o]*G[i'-m,j'-n,o]", LAST, "001"),
    ("dX[p,q] = -(-sum(i,j) dO[i,j]*K[p-i,q-j])", DENSE, "default"),
    ("dX[p,q] = sum(i) (sum(j) 2*dO[i,j]*K[p-i,q-j]) - sum(i,j) dO[i,j]*K[p-i,q-j]", DENSE, "default"),
    ("db = sum(i,j) dO[i,j]", DENSE, "default"),
    ("db[f] = sum(i,j) dO[f,i,j]", CHANNELS, "default"),
    ("O[i,j] = b + sum(m,n) K[m,n]*X[i+m,j+n]", DENSE, "default"),
    ("O[i,j] = sum(m,n) (K[m,n]*X[i+m,j+n]) + b", DENSE, "default"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "spec", "notation"), RIGHT, ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_right_formula_has_the_value_of_plain_loops(text: str, spec: ConvSpec, notation: str) -> None:
    expected = answers(spec, integers(spec))
    target = parse_index_claim(text, spec, NOTATIONS[notation]).target
    np.testing.assert_array_equal(value(text, spec, notation), expected["O + b" if target == "O" else target])


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("dK[m,n] = sum(i,j) X[i+m, j+n]*dO[i,j]", STRIDED),
        ("dK[m,n] = sum(i,j) X[S*i+m, S*j+n]*dO[i,j]", STRIDED),
        ("dK[n,m] = sum(i,j) X[i+m, j+n]*dO[i,j]", ConvSpec((4, 6), (3, 3))),
        ("dX[p,q] = sum(i,j) dO[i,j]*K[i-p,j-q]", DENSE),
        ("dX[p,q] = sum(m=0..1, n=0..2) K[M0-1-m,M0-1-n]*dO[p-(M0-1)+m,q-(M0-1)+n]", DENSE),
        ("dX[c,p,q] = sum(f,i,j) dO[f,i,j]*K[c,f,p-i,q-j]", ConvSpec((4, 6), (2, 3), 2, 2)),
        ("dK[m,n] = sum(i=0..1, j) X[i+m, j+n]*dO[i,j]", DENSE),
    ],
)
def test_a_wrong_formula_has_another(text: str, spec: ConvSpec) -> None:
    """No stride; no padding; swapped indices; not reflected; M for N; channels swapped; a short bound."""
    read = parse_index_claim(text, spec)
    assert not np.array_equal(
        evaluate_sums(read.terms, integers(spec)), answers(spec, integers(spec))[read.target]
    )


def test_an_entry_alone_is_spoken_of_alone() -> None:
    spec = ConvSpec((3, 3), (2, 2))
    expected = answers(spec, integers(spec))["dX"]
    true = value("dX[0,2] = dO[0,1]*K[0,1]", spec)
    assert true[0, 0, 0, 0, 2] == expected[0, 0, 0, 0, 2]
    assert np.count_nonzero(true) == 1
    assert value("dX[0,2] = dO[1,0]*K[0,1]", spec)[0, 0, 0, 0, 2] != expected[0, 0, 0, 0, 2]


def test_an_index_without_bounds_runs_where_it_can_contribute() -> None:
    """It stands alone in K, shifted: m + 1 counts K, so that m begins at -1."""
    shifted = value("dX[p,q] = sum(m,n) K[m+1,n]*dO[p-m-1,q-n]", DENSE)
    np.testing.assert_array_equal(shifted, answers(DENSE, integers(DENSE))["dX"])


def test_arrays_read_zero_outside() -> None:
    everywhere = value("dX[p,q] = sum(i=-5..9, j=-5..9) dO[i,j]*K[p-i,q-j]", DENSE)
    np.testing.assert_array_equal(everywhere, answers(DENSE, integers(DENSE))["dX"])


def test_what_a_formula_takes_for_granted_is_said() -> None:
    """A formula without channel indices is about single channels; P is padding that is equal on both sides."""
    plain = parse_index_claim("dX[p,q] = sum(i,j) dO[i,j]*K[p-i,q-j]")
    assert {name: str(value) for name, value in plain.layers.items()} == {
        "B": "1",
        "G": "1",
        "C": "1",
        "F": "1",
    }
    padded = parse_index_claim("dK[f,c,m,n] = sum(i,j) X[c,S*i+m-P,S*j+n-P]*dO[f,i,j]")
    assert {name: str(value) for name, value in padded.layers.items()} == {
        "B": "1", "G": "1", "Pb0": "P0", "Pa0": "P0", "Pb1": "P1", "Pa1": "P1",
    }  # fmt: skip


def test_entries_counted_from_one_are_counted_from_one() -> None:
    """Source 000 sums K(m, n) over m = 1 to M, while X and O are counted from 0."""
    one_based = replace(NOTATIONS["000"], name="from one", first_index={"K": 1})
    text = "O[i,j] = b + sum(m=1..M, n=1..N) K[m,n]*X_pad[SH*i+m-1,SW*j+n-1]"
    read = parse_index_claim(text, STRIDED, one_based)
    arrays = integers(STRIDED)
    np.testing.assert_array_equal(evaluate_sums(read.terms, arrays), answers(STRIDED, arrays)["O + b"])
    zero_based = parse_index_claim(text, STRIDED, NOTATIONS["000"])
    assert not np.array_equal(evaluate_sums(zero_based.terms, arrays), answers(STRIDED, arrays)["O + b"])


BAD = [
    ("dK[m,n] = sum(i,j) X[i+m,j+n]*dO[i,<k>]", "'k' is bound by no sum"),
    ("dK[m,n] = sum(i,j,<i>) X[i+m,j+n]*dO[i,j]", "i is bound twice"),
    ("dK[m,n] = sum(i,<m>) X[i+m,n]*dO[i,n]", "m is bound twice"),
    ("dK[m,<m>] = dO[0,0]", "a letter of its own"),
    ("dK[<2*m>,n] = sum(i,j) X[i+m,j+n]*dO[i,j]", "a letter, or a letter and amounts added"),
    ("dK[<m+n>,n] = dO[0,0]", "a letter of its own"),
    ("dK[m,n] = sum(i,j) X[i+m,j+n*dO<[>i,j]", "not expected"),
    ("dK[m,n] = <Z>[m,n]", "'Z' is no array"),
    ("dK[m,n] = <X>[m]", "X is written X[e,g,c,p,q] or X[e,c,p,q] or X[c,p,q] or X[p,q]"),
    ("<dK>[m,n] = sum(i,j) X[c,i+m,j+n]*dO[i,j]", "the index c is missing here"),
    ("dK[m,n] = sum(i,j,<t>) X[i+m+t,j+n]*dO[i,j]", "t stands alone in no array"),
    ("dK[m,n] = sum(<i=0..j>, j) X[i+m,j+n]*dO[i,j]", "a bound is made of numbers and sizes"),
    ("dK[m,n] = <1/0>*dO[m,n]", "divided by 0"),
    ("dK[m,n] = dO[<(m+1)/2>,n]", "(m+1)/2 is not a whole number"),
    ("dK[m,n] = dO[<m/0>,n]", "m/0 is not a whole number"),
    ("dK[m,n] = sum(i, j : <S> = 1) X[i+m,j+n]*dO[i,j]", "S of which axis? It is S0 or S1"),
    ("dK[m,n] = <O_pad>[m,n]", "only an input is"),
    ("dK[m,n] = <99999999999>*dO[m,n]", "numbers must be smaller"),
    ("dK[m,n] = dO[i]<[>j]", "not expected here; indices share one bracket, as in dO[i,j]"),
    ("dK[m,n] = sum(i,j) dO[i,j] <X>[i+m,j+n]", "not expected here; write * between entries"),
    ("dK[m,n] = Σ_<i>j dO[i,j]", "not expected here; sums are written sum(i,j)"),
    ("dK[m,n] =<=> dO[m,n]", "not expected here; one = is enough"),
    ("dK[m,n] = dO[m-<N>,n]", "sizes are S, P, Pb, Pa, D, E, M, H, Ho, r, each of its own axis, or of one by its"),
    ("dK[m,n] = <do>[m,n]", "'do' is no array (did you mean dO?)"),
    ("<_>_import__('os')", "not expected"),
    ("dK[m,n] =<>", "ends too early"),
    ("dK[m,n] = sum(i,j) X[i+m,j+n]*dO[i,j]<)>", "not expected"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "message"), BAD, ids=[each for each, _ in BAD])
def test_a_formula_that_cannot_be_read_is_pointed_at(marked: str, message: str) -> None:
    """The part between < and > is what is wrong."""
    before, rest = marked.split("<", 1)
    wrong, after = rest.split(">", 1)
    with pytest.raises(ClaimError) as raised:
        parse_index_claim(before + wrong + after)
    first, text, mark = str(raised.value).split("\n")
    assert message in first
    assert text.strip() == before + wrong + after
    assert mark.index("^") - 2 == len(before)


def test_uneven_padding_is_not_called_p() -> None:
    uneven = ConvSpec((4, 6), (2, 3), padding=((0, 1), (1, 1)))
    with pytest.raises(ClaimError, match="P is equal padding, but here it is 0 before and 1 after"):
        parse_index_claim("dK[m,n] = sum(i,j) X[i+m-P,j+n-P]*dO[i,j]", uneven)


def test_brackets_are_not_multiplied_out_without_end() -> None:
    sum_ = "(" + "+".join(["X[m,n]"] * 40) + ")"
    with pytest.raises(ClaimError, match="more than 1000 products"):
        parse_index_claim(f"dK[m,n] = {sum_}*{sum_}")
