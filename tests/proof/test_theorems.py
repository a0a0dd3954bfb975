"""Every named theorem is proved for all sizes and agrees with loops on hard layers; its plausible mistakes are not."""

import json
import re

import numpy as np
import pytest

from by_loops import NASTY, answers, integers, shapes
from convgen import ConvSpec
from convgen.algebra.operators import Named
from convgen.algebra.readings import evaluate
from convgen.algebra.syntax import parse_tree
from convgen.errors import ClaimError, ConvgenError, SpecError
from convgen.layout import axis_names
from convgen.proof.adjoints import AdjointClaim, DirectionalClaim, theorem_claim
from convgen.proof.proofs import TheoremProof
from convgen.proof.prove import decided, listed, prove, prove_all
from convgen.proof.scope import scope_of
from convgen.proof.theorems import THEOREMS, Stated
from convgen.rules import RULES, bind

NAMES = [*(rule.name for rule in RULES), *(theorem.name for theorem in THEOREMS)]
SIZES_OF_SAME = "Ho = ⌈H/S⌉"
EVERY_CLAIM = [(theorem.name, stated) for theorem in THEOREMS for stated in theorem.stated]


@pytest.mark.parametrize(
    "rank", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", NAMES)
def test_each_rule_and_theorem_is_proved_for_all_strides(name: str, rank: int) -> None:
    """Of all that is stated, a size alone is left: that of padding "same", proved for each stride up to 8."""
    proof = prove(name, rank=rank, all_strides=True)
    claims = proof.proofs if isinstance(proof, TheoremProof) else (proof,)
    assert [each.claim for each in claims if each.unproved] == [SIZES_OF_SAME] * (name == "same")
    assert all(each.families == 8 ** (1 + ("S = 1" not in each.about)) for each in claims)


def test_all_of_them_are_proved_together() -> None:
    every = prove_all(rank=1, stride=2, dilation=3)
    assert every
    assert {*every.by_name} == {*NAMES} - {"same", "full"}
    assert {*listed().words} == {*NAMES}
    assert json.loads(json.dumps(every.to_json()))["holds"] is True


# ---- against loops ---------------------------------------------------------------------------------------


def drawn(spec: ConvSpec) -> tuple[dict[str, Named], dict[str, np.ndarray]]:
    """X, K, b, dO and directions of them, all drawn; and what O, dX, dK and db are by loops."""
    arrays = integers(spec)
    more = integers(spec, seed=1)
    arrays |= {f"dd{array.removeprefix('d')}": data for array, data in more.items() if array != "dO"}
    named = {array: Named(axis_names(spec, array), data) for array, data in arrays.items()}
    truth = answers(spec, arrays)
    return named, truth | {"O": truth["O + b"]}


def value_of(
    tree: object, spec: ConvSpec, named: dict[str, Named], truth: dict[str, np.ndarray]
) -> np.ndarray:
    if tree.array in truth:
        return truth[tree.array]
    return evaluate(bind(tree, spec), named).data


def adjoint_differs(claim: AdjointClaim, spec: ConvSpec) -> bool:
    """Whether Σ of the pairings, linear in `by`, is another number than ⟨by, right-hand side⟩."""
    named, truth = drawn(spec)
    matrix = evaluate(bind(parse_tree("unfold(X)"), spec), named)
    numbers = np.random.default_rng(2).integers(-9, 9, matrix.data.shape)
    named["A"] = Named(matrix.axes, numbers, matrix.rows)
    left = 0
    for cotangent, value in claim.pairings:
        whole = value_of(value, spec, named, truth)
        if value.array == "O":  # affine in X and K: what is linear in them is without the bias
            whole = whole - truth["O + b"] + answers(spec, {k: v.data for k, v in named.items()})["O"]
        left += (named[cotangent].data * whole).sum()
    right = evaluate(bind(claim.tree, spec), named).data
    return bool(left != (named[claim.by].data * right).sum())


def derivative_differs(claim: DirectionalClaim, spec: ConvSpec) -> bool:
    """O(X+δX, K+δK, b+δb) - O(X, K, b) is δO and the product of the directions, exactly: O is bilinear."""
    named, truth = drawn(spec)
    here = {array: named[array].data for array in ("X", "K", "b", "dO")}
    along = {array: named[f"dd{array}"].data for array in ("X", "K", "b")}
    moved = answers(spec, here | {array: here[array] + along[array] for array in along})["O + b"]
    both = answers(spec, here | {"X": along["X"], "K": along["K"]})["O"]
    return bool((moved - truth["O + b"] - both != evaluate(bind(claim.tree, spec), named).data).any())


def differs(claim: object, spec: ConvSpec) -> bool | None:
    """Whether a claim is false on a layer, by loops; None for claims of other forms, which other tests decide."""
    if isinstance(claim, AdjointClaim):
        return adjoint_differs(claim, spec)
    return derivative_differs(claim, spec) if isinstance(claim, DirectionalClaim) else None


ABOUT_ANY_LAYER = [stated for _, stated in EVERY_CLAIM if not stated.options]


@pytest.mark.parametrize("layer", NASTY)
def test_adjoints_and_derivatives_are_what_loops_say(layer: str) -> None:
    spec = NASTY[layer]
    told = [differs(theorem_claim(each.on(spec.rank), spec.rank), spec) for each in ABOUT_ANY_LAYER]
    assert told.count(False) == 10
    assert told.count(True) == 0


# ---- mistakes --------------------------------------------------------------------------------------------

MISTAKES = (
    (Stated("Ho = floor(H/S)", "", {"padding": "same"}), "rounded down"),
    (Stated("dX = pad(dO, (Pb, Pa)) ⋆[D] rot180(K)", "", {"padding": "same", "stride": 1}), "sides not exchanged"),
    (Stated("dX = dO ⋆[D] K", "", {"padding": "full", "stride": 1}), "not turned"),
    (Stated("Ho = H + E", "", {"padding": "full", "stride": 1}), "one too many"),
    (Stated("∂⟨dO, O⟩/∂X = pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)", ""), "without output_padding"),
    (Stated("dX[n,g,c,<p>] = sum(f, <i>, <m> : <S*i + D*m + Pb = p>) dO[n,g,f,<i>]*K[g,f,c,<m>]", ""), "sign"),
    (Stated("H = S*(Ho - 1) + E - Pb - Pa", ""), "size without output_padding"),
    (Stated("∂⟨A, unfold(X)⟩/∂X = shift(fold(A), 1)", ""), "shifted"),
    (Stated("∂⟨X, fold(A)⟩/∂A = unfold(shift(X, 1))", ""), "shifted inside"),
    (Stated("O[n,g,f,<i>] = sum(c, <p>, <m> : <S*i + m - Pb = p>) K[g,f,c,<m>]*X[n,g,c,<p>]", "", {"bias": False}),
     "not dilated"),
    (Stated("δO = (pad(δX, (Pb, Pa)) ⋆[D] δK)[::S] + (pad(X) ⋆[D] K)[::S] + δb", ""), "other factors"),
    (Stated("δO = (pad(δX, (Pb, Pa)) ⋆[D] K)[::S] + δb", ""), "a term forgotten"),
    (Stated("∂⟨δX, dX⟩/∂dO = (pad(δX) ⋆[D] K)[::S]".replace("pad(δX)", "pad(δX, (Pa, Pb))"), ""), "sides exchanged"),
    (Stated("∂⟨δX, dX⟩/∂K = (pad(δX, (Pb, Pa)) ⋆ dilate(dO, S))[::D]", ""), "without the crop"),
    (Stated("∂⟨δK, dK⟩/∂dO = (pad(X) ⋆ δK)[::S]", ""), "not dilated"),
    (Stated("∂⟨δK, dK⟩/∂X = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] δK", ""), "not turned"),
)  # fmt: skip


@pytest.mark.parametrize("stated", [each for each, _ in MISTAKES], ids=[words for _, words in MISTAKES])
@pytest.mark.parametrize("rank", [1, 2])
def test_a_wrong_theorem_is_not_proved(stated: Stated, rank: int) -> None:
    with pytest.raises((ConvgenError, ClaimError), match=r"false at stride|is a sum of products"):
        decided(theorem_claim(stated.on(rank), rank), scope_of(rank=rank, **stated.options))


@pytest.mark.parametrize("stated", [each for each, _ in MISTAKES], ids=[words for _, words in MISTAKES])
def test_loops_see_each_mistake_too(stated: Stated) -> None:
    """Where a mistake is in an adjoint or a derivative, hard layers show it, unless it has no value there."""
    told = []
    for spec in NASTY.values():
        claim = theorem_claim(stated.on(spec.rank), spec.rank)
        try:
            told.append(differs(claim, spec))
        except (ClaimError, ValueError):  # no value on this layer, or one of another shape
            told.append(True)
    assert None in told or True in told


# ---- the text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_proof_is_written_in_the_words_of_its_arrays(name: str) -> None:
    is_well_written(str(prove(name, dilation=2, stride=None if name in ("same", "full") else 3)))


@pytest.mark.parametrize(
    "name", ["X", "JVP", *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES if name != "JVP")]
)
def test_a_proof_for_all_strides_is_written_so_too(name: str) -> None:
    is_well_written(str(prove(name, all_strides=True)))


def is_well_written(text: str) -> None:
    """Brackets are closed, coordinates are entries of arrays, and channels take a line."""
    for line in text.splitlines():
        assert all(line.count(a) == line.count(b) for a, b in ("()", "{}", "[]")), line
    assert not re.search(r"\bout_\d|\b(?:X|K|dO|A)_\d|dd[XKb]", text)
    assert all("the same on both sides" in line for line in text.splitlines() if "Channels" in line)
    assert text.endswith("∎")


def test_the_proof_of_dX_says_why() -> None:
    proof = prove("X", rank=1, all_strides=True)
    (axis,) = (part for part in proof.parts if not part.is_one_line)
    assert axis.bijection == ("m = M0 - K[s0] - 1", "t = dO[s0]")
    assert axis.bounds == (
        "-D0*K[s0] + Pb0 + dX[s0] = S0*dO[s0]",
        "D0*K[s0] + Ho0*S0 - Pb0 - S0 - dX[s0] = S0*(Ho0 - dO[s0] - 1)",
    )
    assert axis.definition == (
        "dX[s0] = D0*K[s0] + S0*dO[s0] - Pb0, 0 ≤ dX[s0] < H0, 0 ≤ dO[s0] < Ho0, 0 ≤ K[s0] < M0"
    )


def test_a_written_claim_is_proved_for_all_strides_or_refuted() -> None:
    """Adjoints, index forms, derivatives and sizes too; what is not always true gets its verdict."""
    for claim in (
        "∂⟨A, unfold(X)⟩/∂X = fold(A)",
        "dX[n,g,c,p,q] = sum(f,i,j,m,l : S*i+D*m-Pb=p, S*j+D*l-Pb=q) dO[n,g,f,i,j]*K[g,f,c,m,l]",
        "∂O[i,j]/∂K[m,n] = X_pad[S*i+D*m,S*j+D*n]",
        "rot180(K)[m,n] = K[M-1-m,M-1-n]",
        "Ho = floor((H + Pb + Pa - E)/S) + 1",
    ):
        proof = prove(claim, all_strides=True)
        assert proof, proof
        assert str(proof).startswith(f"Theorem. {claim}\n")
    verdict = prove("dX = pad(dO) ⋆ rot180(K)", rank=1)
    assert not verdict
    assert verdict.condition == "S = 1 and D = 1 and P = 0 on every axis"
    with pytest.raises(ConvgenError, match=r"is false at stride 1 and dilation \d+, where "):
        prove("∂⟨δK, dK⟩/∂dO = (pad(X) ⋆ δK)[::S]", rank=1)
    assert (
        "Pb0 - Pa0 = 0"
        in prove("dX = pad(dO, (M-1-P, M-1-P)) ⋆ rot180(K)", rank=1, stride=1, dilation=1).about
    )


def test_bad_questions_name_what_is_wrong() -> None:
    with pytest.raises(ClaimError, match="there is no rule or theorem 'Z'"):
        prove("Z")
    with pytest.raises(SpecError, match="dilation 2: the proof is for all strides"):
        prove("X", dilation=2, all_strides=True)
    with pytest.raises(ClaimError, match="'Q' is no array"):
        theorem_claim("∂⟨Q, dX⟩/∂dO = K")


def test_every_theorem_is_about_named_shapes() -> None:
    """No claim stands twice in a theorem, and every source is one of the four."""
    for theorem in THEOREMS:
        assert len({each.claim + str(each.options) for each in theorem.stated}) == len(theorem.stated)
        assert theorem.source == "" or re.match(r"source 00[0-3] L\d+", theorem.source)
    assert shapes(NASTY["two axes, dense"])["dX"]


# ---- what a proof says of its layers ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_formula_of_the_output_without_the_bias_is_about_layers_without_one(name: str) -> None:
    """Of layers with one `check` refutes the same text."""
    proof = prove(name, rank=1, all_strides=True)
    for each in proof.proofs if isinstance(proof, TheoremProof) else (proof,):
        left_out = re.match(r"O(\[.*?\]|~)? = ", each.claim) is not None and not each.claim.endswith("+ b")
        assert each.about.endswith(", without bias") == left_out
        assert each.to_json()["bias"] is not left_out
        assert ", without bias" in str(proof) or not left_out


def test_lists_of_proofs_say_where_there_is_no_bias() -> None:
    every = str(prove_all(rank=1, stride=1, dilation=1)).splitlines()
    told = [line for line in every if re.search(r", O(\[.*?\]|~)? = ", line)]
    assert told
    assert all(line.endswith(", without bias") for line in told)
    assert {name for name, words in listed().words.items() if words.endswith(", without bias")} == {
        rule.name for rule in RULES if rule.target == "O"
    }


def test_a_rounded_bound_is_said_as_an_equation() -> None:
    text = str(prove("O", rank=1))
    reason = "because 2*(Ho0 - O[s0] - 1) + 1 = (-r0 + 1) + (H0 + Pa0 + Pb0 - M0 - 2*O[s0]) ≥ 0"
    assert f"Ho0 - O[s0] - 1 ≥ 0, {reason}" in text


def test_a_remainder_that_is_taken_away_is_said_to_be_0() -> None:
    """At stride 1 alone -r is at least 0."""
    lines = str(prove("O", rank=1, stride=1, dilation=1)).splitlines()
    taken_away = [line for line in lines if re.search(r" = (.* )?-r0\b", line)]
    assert [line for line in taken_away if not line.endswith("where r0 = 0 at stride 1")] == []
    assert taken_away
