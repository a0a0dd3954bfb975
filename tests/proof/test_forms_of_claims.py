"""Claims in every form are read, decided and refused as they should be; and what once was decided wrongly."""

import pytest

from convgen import ConvSpec
from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError
from convgen.proof.check import check
from convgen.proof.read import read_claim
from convgen.proof.scope import Scope
from convgen.proof.shape import NotSpokenOfError

DENSE = Scope(dilation=(1, 1))
TIED = Scope(
    dilation=(1, 1),
    sizes=(("B", 1), ("G", 1), ("C", 1), ("F", 1)),
    ties=tuple((f"Pa{d}", Polynomial.of(f"Pb{d}")) for d in range(2)),
)
"""One channel, symmetric padding."""
EXAMPLE = ConvSpec((3, 4), (2, 3))


@pytest.mark.parametrize(
    "claim",
    [
        "dX[p,q] = sum(i, j, m, n : S0*i+m-Pb = p, S0*j+n-Pb = q) dO[i,j]*K[m,n]",
        "dX = pad(dilate(dO.T, S).T, (E-1-Pb, E-1-Pa+r)) ⋆ rot180(K)",
    ],
    ids=["by name", "by turning"],
)
def test_the_stride_of_the_other_axis_is_seen(claim: str) -> None:
    """A family in which both strides are equal would prove it."""
    verdict = check(claim, scope=DENSE)
    assert verdict.outcome != "holds"
    assert verdict.counterexample is not None
    assert len(set(verdict.counterexample.spec.stride)) == 2


def test_equal_strides_are_the_condition_where_one_stands_for_both() -> None:
    claim = "dX[p,q] = sum(i, j, m, n : S0*i+m-Pb = p, S0*j+n-Pb = q) dO[i,j]*K[m,n]"
    assert check(claim, scope=TIED).condition == "S0 = S1"


def test_a_counterexample_keeps_to_the_ties_of_its_scope() -> None:
    verdict = check("dX = pad(dO) ⋆ rot180(K)", scope=TIED)
    assert verdict.condition == "S = 1 and P = 0 on every axis"
    specs = [verdict.counterexample, *(each.counterexample for each in verdict.necessary)]
    assert all(before == after for each in specs if each for before, after in each.spec.padding)


def test_a_layer_that_is_not_spoken_of_is_refused() -> None:
    """Without channel indices a formula is about single channels."""
    with pytest.raises(NotSpokenOfError, match="C = 1"):
        check("dX[p,q] = sum(i, j) dO[i,j]*K[p-i,q-j]", ConvSpec((3, 4), (2, 2), 2, 3))
    with pytest.raises(NotSpokenOfError, match="equal padding"):
        check("dX = pad(dO, (M-1-P, M-1-P)) ⋆ rot180(K)", ConvSpec((3, 4), (2, 2), padding=(0, (0, 1))))


def test_terms_of_one_kind_are_added_up() -> None:
    """A sum taken apart is proved; one with a product twice, or without one, is not."""
    whole = Scope(stride=(1, 1), dilation=(1, 1), padding=((0, 0), (0, 0)), sizes=(("M0", 1), ("M1", 2)))
    one, two = "sum(i, j) dO[i,j]*X[i,j]", "dO[0,0]*X[0,0]"
    assert check(f"dK[0,0] = {one}", scope=whole)
    parts = "O[i,j] = b + K[0,0]*X[i,j] + K[0,1]*X[i,j+1]"
    assert check(parts, scope=whole).outcome == "holds"
    assert not check(parts.replace("X[i,j+1]", "X[i,j]"), scope=whole)
    assert not check(f"dK[0,0] = {one} + {two}", scope=whole)


@pytest.mark.parametrize(
    ("claim", "outcome", "condition"),
    [
        ("Ho = floor((H + Pb + Pa - E)/S) + 1", "holds", None),
        ("Ho = (H + Pb + Pa - E)/S + 1", "conditional", "r = 0 on every axis"),
        ("Ho0 = ⌈(H0 + Pb0 + Pa0 - E0 + 1)/S0⌉", "holds", None),
        ("S*(Ho - 1) < H + Pb + Pa", "holds", None),
        ("Ho = M + H", "refuted", None),
        ("shape(K~) = (F, C*M0*M1)", "holds", None),
        ("shape(K~) = (C, F*M0*M1)", "refuted", None),
        ("shape(dX) = (B, G, C, H0, H1)", "holds", None),
    ],
)
def test_sizes_are_decided(claim: str, outcome: str, condition: str | None) -> None:
    verdict = check(claim, scope=DENSE)
    assert verdict.outcome == outcome
    if condition is not None:
        assert verdict.condition == condition


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("∂O[i,j]/∂K[m,n] = X_pad[S*i+m,S*j+n]", "holds"),
        ("∂O[i,j]/∂K[m,n] = X_pad[S*i+n,S*j+m]", "refuted"),
        ("∂O[0,0]/∂K[m,n] = X_pad[m,n]", "holds"),
        ("∂O[i,j]/∂b = 1", "holds"),
        ("∂O[i,j]/∂b = 2", "refuted"),
        ("rot180(K)[m,n] = K[M-1-m,M-1-n]", "holds"),
        ("rot180(K)[m,n] = K[m,n]", "refuted"),
        ("pad(X)[p,q] = X[p-Pb,q-Pb]", "refuted"),
    ],
)
def test_derivatives_and_entries_are_decided(claim: str, outcome: str) -> None:
    verdict = check(claim, scope=TIED)
    assert (verdict.outcome == "holds") == (outcome == "holds"), verdict


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("J_O(K) : 4x6", True),
        ("J_O(K) : 6x4", False),
        ("J_L(X) = J_L(O) @ J_O(X)", True),
        ("J_L(X) = J_O(X) @ J_L(O)", False),
        ("J_L(K[0,0]) = [dK[0,0]]", True),
        ("vec(b) = [b]", True),
        ("vec(K) = [K[0,0]; K[0,1]; K[0,2]; K[1,0]; K[1,1]; K[1,2]]", False),
    ],
)
def test_matrices_of_a_layer_are_decided(claim: str, holds: bool) -> None:
    assert bool(check(claim, EXAMPLE)) is holds


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("J_O(K) = [X[0,0]", "ends too early"),
        ("J_X(K) : 2x2", "a Jacobian is one of L or O"),
        ("J_O(Q) : 2x2", "none of"),
        ("J_O(X[9,9]) : 4x1", "no such entry"),
        ("vec(K) = [K[0,0], 1; 2]", "equally long"),
    ],
)
def test_a_matrix_that_cannot_be_read_is_refused(claim: str, message: str) -> None:
    with pytest.raises(ClaimError, match=message):
        check(claim, EXAMPLE)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("J_O(K) : 4x4", "about the matrices of one layer"),
        ("∂X[i,j]/∂K[m,n] = 1", "a derivative is one of O"),
        ("columns(J_O(X)) = 7", "not 7"),
        ("shape(X) = (H0)", "not written with 1 axes"),
        ("Ho = H/M", "divided by numbers"),
        ("(X ⋆ K)[i,j] = X[i,j]", "in one array"),
        ("∂O[i,j]/∂K[m,n] = X[i+u,j]", "put into|read as"),
    ],
)
def test_what_is_not_expressible_is_said(claim: str, message: str) -> None:
    with pytest.raises(ClaimError, match=message):
        check(claim, scope=DENSE)


def test_no_layer_at_all_is_no_proof() -> None:
    """Equalities that contradict each other leave nothing to decide."""
    nothing = Scope(dilation=(1, 1), ties=(("S0", Polynomial.of("S1")), ("S1", Polynomial.of("S0") + 1)))
    with pytest.raises(ClaimError, match="no layer"):
        check("db = sum(dO)", scope=nothing)


def test_half_an_odd_kernel_is_whole_only_where_kernels_are_odd() -> None:
    claim = "dW[(a-1)/2,(b-1)/2] = sum(i, j) dY[i,j]*X[i,j]"
    with pytest.raises(ClaimError, match="whole number"):
        check(claim, notation="002")
    odd = tuple((f"{name}{d}", value) for d in range(2) for name, value in _odd(d))
    assert check(claim, notation="002", scope=Scope(stride=(1, 1), dilation=(1, 1), ties=odd))


def _odd(d: int) -> list[tuple[str, Polynomial]]:
    return [("M", Polynomial.of(f"Pb{d}") * 2 + 1), ("Pa", Polynomial.of(f"Pb{d}"))]


def test_every_form_is_told_apart() -> None:
    kinds = {
        text: type(read_claim(text)).__name__
        for text in ("dX = pad(dO) ⋆ rot180(K)", "db = sum(i, j) dO[i,j]", "∂O[i,j]/∂b = 1", "flip(K)[m,n] = K[m,n]",
                     "Ho = H", "shape(X~) = (C, Ho0)", "columns(J_O(X)) = M0*M1", "J_O(K) : 4x4")
    }  # fmt: skip
    assert list(kinds.values()) == [
        "Claim", "Claim", "DerivativeClaim", "EntriesClaim", "SizeClaim", "ShapeClaim", "ColumnsClaim", "MatrixClaim",
    ]  # fmt: skip


def test_operands_of_the_wrong_kind_are_answered_with_the_claim() -> None:
    with pytest.raises(ClaimError, match=r"unfold takes an input array, not .*:\n  dX = unfold\(dO\)"):
        check("dX = unfold(dO)")


def test_a_claim_that_says_p_is_about_equal_padding_even_where_its_sizes_come_to_nothing() -> None:
    claim = "dX = pad(dilate(dO, S), (E-1-P, E-1-P+r)) ⋆[D] rot180(K)"
    for padding in ((2, 0), (0, 1)), ((1, 0), (0, 0)):
        with pytest.raises(NotSpokenOfError, match="equal padding before and after"):
            check(claim, ConvSpec((3, 3), (1, 2), stride=3, padding=padding))
    assert check(claim, ConvSpec((3, 3), (1, 2), stride=3, padding=1))


SPELLINGS = {
    "∂L/∂X = pad(∂L/∂O) ⋆ rot180(K)": "dX = pad(dO) ⋆ rot180(K)",
    "dL/dX = pad(dL / dY) ⋆ rot180(W)": "dX = pad(dO) ⋆ rot180(K)",
    "∂L/∂W = X ⋆ dL/dO": "dK = X ⋆ dO",
    "∂L/∂b = sum(∂L/∂O)": "db = sum(dO)",
    "∂L/∂W~ = dO~ @ X~.T": "dK~ = dO~ @ X~.T",
    "dX = pad(dO, E−1) ⋆ rot180(K)": "dX = pad(dO, E-1) ⋆ rot180(K)",
    "dX = –X": "dX = -X",
    "∂L/∂X[p,q] = sum(i,j) ∂L/∂O[i,j]*K[p−i,q–j]": "dX[p,q] = sum(i,j) dO[i,j]*K[p-i,q-j]",
}
"""What lecturers write, and how it is written here."""


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_signs_of_papers_are_read_and_what_was_written_is_kept(text: str) -> None:
    read, plain = read_claim(text), read_claim(SPELLINGS[text])
    assert read.text == text
    assert (read.target, read.tree) == (plain.target, plain.tree)
    if plain.tree is None:
        assert read.formula(2) == plain.formula(2)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("dL/dX = pad(∂L/∂O, E−1) ⋆ Z", 26),
        ("dX[p,q] = sum(i,j) ∂L/∂O[i,j]*K[p−i,z–j]", 36),
        ("∂L/∂O = dO", 0),
    ],
)
def test_a_mark_stands_under_what_the_user_wrote(text: str, column: int) -> None:
    with pytest.raises(ClaimError) as caught:
        read_claim(text)
    assert str(caught.value).endswith(f":\n  {text}\n  {' ' * column}^")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "dx = dO",
            "'dx' is not what a claim can be about (did you mean dX?); left of = stands one of O, dX",
        ),
        ("dB = sum(dO)", "(did you mean db?)"),
        ("Wo = H", "or a size: S, P, Pb, Pa, D, E, M, H, Ho, r, of one axis by its number as in Ho1"),
    ],
)
def test_a_left_side_that_is_nothing_is_answered_with_what_is(text: str, message: str) -> None:
    with pytest.raises(ClaimError) as caught:
        read_claim(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("letter", ["X", "K", "dO", "∂L/∂O"])
@pytest.mark.parametrize("form", ["{} = dO", "{}[i,j] = dO[i,j]", "{}[i,j] = sum(m,n) K[m,n] * X[i+m,j+n]"])
def test_what_is_given_is_nothing_to_claim_of_in_either_form(letter: str, form: str) -> None:
    """An entry of dO was looked for among the gradients, and X[i,j] = ... was compared with dX."""
    with pytest.raises(ClaimError, match="is not what a claim can be about; left of = stands one of O, dX"):
        read_claim(form.format(letter))
