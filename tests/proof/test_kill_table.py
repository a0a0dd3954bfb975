"""No seeded mistake survives: each is refuted by the smallest layer on which loops see it, and the page says so.

The tree of every mutant is evaluated on integers, and the truth computed by loops, so that neither the
relation that the prover reads nor its sets take part in the judgement. A share of the mutants is looked at in
the fast tier, all of them in the full one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from convgen import ConvSpec
from convgen.algebra.printing import to_text
from convgen.algebra.syntax import parse_tree
from convgen.errors import SpecError
from convgen.proof.kill_table import MARK, PAGE, page
from convgen.proof.mutants import Mutant, mutants, right_side
from convgen.proof.mutations import MUTATIONS, SHORT_FORMS
from convgen.proof.smallest import order, total
from convgen.rules import RULES
from convgen.taps import parameters
from project.files import ROOT
from proof.plain import holds, small_layers

MUTANTS = mutants()
SHARE = 12
"""One mutant in this many is looked at in the fast tier."""

LEAST = ConvSpec((1, 1), (1, 1), 1, 1, 1)


def each(chosen: list[Mutant], share: int = SHARE) -> list[object]:
    """Parameters for a test of every mutant, those beyond the share for the full tier."""
    return [
        pytest.param(
            mutant,
            id=f"{mutant.rule.name}: {mutant.words}",
            marks=[] if number % share == 0 else [pytest.mark.slow],
        )
        for number, mutant in enumerate(chosen)
    ]


DECLARED_HARMLESS = {
    ("db", "with dO turned by rot180"),
    ("db", "with dO transposed"),
    ("dK", "with negative padding taken as 0"),
    ("dK", "padded by one too much after"),
    ("O", "with negative padding taken as 0"),
}
"""The changes that change nothing, by rule and words; every other mutant must die."""

HARMLESS = [mutant for mutant in MUTANTS if (mutant.rule.name, mutant.words) in DECLARED_HARMLESS]
FALSE = [mutant for mutant in MUTANTS if mutant not in HARMLESS]


# ---- every mistake is there ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("dX", "without rot180"),
        ("dX", "with rot90 for rot180"),
        ("dX", "without the dilation of dO"),
        ("dX", "with the dilation on the other operand"),
        ("dX", "with a dense kernel"),
        ("dX", "without the remainder r"),
        ("dX", "with the remainder r before, not after"),
        ("dX", "with the two sides of the padding of dO exchanged"),
        ("dX", "with P for E-1-P"),
        ("dX", "with M for E in the padding"),
        ("dX", "with negative padding taken as 0"),
        ("dX", "with dO transposed"),
        ("dX", "without swapping the channels of K"),
        ("dX", "with the first group's K for every group"),
        ("dX", "with the stride of the other axis"),
        ("dX", "with the dilation of the other axis"),
        ("dX", "with the padding of the other axis"),
        ("dX", "divided by the number of images"),
        ("dX", "moved by one place"),
        ("dK", "with a true convolution for the correlation"),
        ("dK", "without the dilation of dO"),
        ("dK", "with the dilation on the other operand"),
        ("dK", "without the crop to M"),
        ("dK", "with every entry, not every D-th"),
        ("dK", "with the two sides of the padding of X exchanged"),
        ("dK", "with dO transposed"),
        ("dK", "with the groups ignored, X summed over all of them"),
        ("dK", "with input and output channels exchanged at the end"),
        ("dK", "with the step of the other axis"),
        ("dK", "divided by the number of images"),
        ("db", "with the mean for the sum"),
        ("db", "with the first image of dO alone"),
        ("O", "with a true convolution for the correlation"),
        ("O", "with every entry, not every S-th"),
        ("O", "with the groups ignored, X summed over all of them"),
        ("O", "without the bias"),
        *((target, words) for target, (words, _) in SHORT_FORMS.items()),
    ],
)
def test_the_mistakes_that_people_make_are_there(target: str, words: str) -> None:
    assert [mutant for mutant in MUTANTS if (mutant.target, mutant.words) == (target, words)]


def test_every_row_of_the_table_makes_a_mutant_of_some_rule() -> None:
    """A row that changes nothing anywhere would be a mistake that is never made."""
    idle = [
        mutation.words
        for mutation in MUTATIONS
        if not any(any(mutation.applied(right_side(rule))) for rule in RULES)
    ]
    assert idle == []


def test_every_rule_has_mutants_and_none_is_the_rule_itself() -> None:
    assert {mutant.rule for mutant in MUTANTS} == {*RULES}
    assert not [mutant for mutant in MUTANTS if mutant.tree == right_side(mutant.rule)]
    assert len({(mutant.rule, mutant.words, mutant.tree) for mutant in MUTANTS}) == len(MUTANTS)


def test_every_mutant_is_written_in_the_language_of_claims() -> None:
    read = {mutant.claim: to_text(parse_tree(mutant.claim.partition(" = ")[2])) for mutant in MUTANTS}
    assert read == {mutant.claim: to_text(mutant.tree) for mutant in MUTANTS}


# ---- every mistake is refuted ----------------------------------------------------------------------------


@pytest.mark.parametrize("mutant", each(FALSE))
def test_a_mutant_fails_on_its_counterexample_by_loops_too(mutant: Mutant) -> None:
    verdict = mutant.verdict
    assert verdict.outcome in ("refuted", "conditional")
    assert verdict.counterexample is not None
    assert not holds(mutant.claim, verdict.counterexample.spec)
    assert holds(f"{mutant.target} = {to_text(right_side(mutant.rule))}", verdict.counterexample.spec)


@pytest.mark.parametrize("mutant", each(FALSE, share=24))
def test_no_smaller_layer_shows_a_mistake(mutant: Mutant) -> None:
    """Every smaller layer of the question is tried: least total first, ties as the order of layers breaks them."""
    verdict = mutant.verdict
    assert verdict.counterexample is not None
    found = verdict.counterexample.spec
    assert [spec for spec in layers_up_to(found) if not holds(mutant.claim, spec)][:1] == []


OF_THE_OTHER_AXIS = [
    (
        "dK = (pad(X, (Pb, Pa)) ⋆ dilate(dO.T, S).T)[::D][:M]",
        "S0 = S1",
        "input=1x1 kernel=1x1 stride=1x2 padding=0:1x0",
    ),
    (
        "dK = (pad(X, (Pb, Pa)) ⋆ dilate(dO, S)).T[::D].T[:M]",
        "D0 = D1",
        "input=1x1 kernel=1x2 padding=0x1:0 dilation=2x1",
    ),
    (
        "dX = pad(dilate(dO.T, S).T, (E - Pb - 1, E + r - Pa - 1)) ⋆[D] rot180(K)",
        "S0 = S1",
        "input=1x1 kernel=1x1 stride=1x2 padding=0:1x0",
    ),
    (
        "dX = (pad(dilate(dO, S), (E - Pb - 1, E + r - Pa - 1)).T ⋆[D] rot180(K).T).T",
        "D0 = D1",
        "input=1x1 kernel=1x2 padding=0x0:1 dilation=2x1",
    ),
    (
        "O = (pad(X, (Pb, Pa)) ⋆[D] K).T[::S].T + b",
        "S0 = S1",
        "input=1x1 kernel=1x1 stride=1x2 padding=0x0:1",
    ),
    (
        "O = (pad(X, (Pb, Pa)).T ⋆[D] K.T).T[::S] + b",
        "D0 = D1",
        "input=1x1 kernel=1x2 padding=0x0:1 dilation=2x1",
    ),
]
"""What takes the stride or the dilation of the other axis, where it is true, and its smallest layer."""


@pytest.mark.parametrize(("claim", "condition", "layer"), OF_THE_OTHER_AXIS)
def test_the_other_axiss_stride_is_unseen_where_both_have_the_same(
    claim: str, condition: str, layer: str
) -> None:
    """The page says so, and loops say so of each small layer, whichever axis has the larger stride."""
    (row,) = [line for line in (ROOT / PAGE).read_text("utf-8").splitlines() if f"| `{claim}` |" in line]
    assert f"| `{layer}` |" in row
    assert row.endswith(f"| {condition} {MARK} |")
    smallest = ConvSpec.parse(layer)
    assert not holds(claim, smallest)
    assert all(holds(claim, spec) for spec in layers_up_to(smallest))
    alike = "stride" if condition == "S0 = S1" else "dilation"
    equal = [spec for spec in small_layers(2, 2, 2, 2, 1) if len({*getattr(spec, alike)}) == 1][::5]
    assert equal
    assert all(holds(claim, spec) for spec in equal)


@pytest.mark.parametrize("mutant", each([each for each in FALSE if each.mixes_axes]))
def test_a_condition_on_the_page_is_enough_at_strides_and_dilations_1_and_2(mutant: Mutant) -> None:
    """A condition found at stride 1 alone says too little where strides differ."""
    condition = mutant.verdict.condition
    if condition is None:
        assert mutant.verdict.outcome == "refuted"
        return
    layers = [spec for spec in small_layers(2, 2, 2, 2, 1) if meets(spec, condition)][::5]
    assert layers
    assert [spec for spec in layers if not holds(mutant.claim, spec)][:1] == []


def meets(spec: ConvSpec, condition: str) -> bool:
    """Whether a layer meets equations that are joined by "and" and "or"."""
    values = dict(parameters(spec))
    for d, axis in enumerate(spec.axes):
        values |= {
            f"S{d}": axis.stride,
            f"D{d}": axis.dilation,
            f"P{d}": 1000 * axis.before + axis.after,
        }  # both sides at once
    python = condition.replace(" = ", " == ").replace("≠", "!=")
    return bool(eval(python, {"__builtins__": {}}, values))


@pytest.mark.parametrize("mutant", each([each for each in FALSE if each.mixes_axes], share=6))
def test_a_mutant_that_mixes_axes_fails_where_they_are_alike(mutant: Mutant) -> None:
    """On squares no shape gives it away; what is refuted there fails on its layer, and what holds does so on all."""
    verdict = mutant.on_squares
    if verdict.counterexample is not None:
        square = verdict.counterexample.spec
        assert square.input_size[0] == square.input_size[1]
        assert square.kernel_size[0] == square.kernel_size[1]
        assert not holds(mutant.claim, square)
    else:
        assert verdict.outcome == "holds"
        for size, kernel, padding in itertools.product((2, 3), (1, 2), ((0, 1), (1, 1))):
            spec = ConvSpec((size,) * 2, (kernel,) * 2, 2, 4, 2, padding=(padding,) * 2, groups=2)
            assert holds(mutant.claim, spec)


def layers_up_to(largest: ConvSpec) -> Iterator[ConvSpec]:
    """Every layer of rank 2 before another in the order of layers."""
    for excess in range(total(largest) - total(LEAST) + 1):
        for slots in itertools.combinations_with_replacement(range(16), excess):
            more = [slots.count(slot) for slot in range(16)]
            one = [1 + extra for extra in more]
            try:
                spec = ConvSpec(
                    (one[0], one[1]), (one[2], one[3]), one[4], one[5], one[6],
                    stride=(one[8], one[9]), dilation=(one[10], one[11]), groups=one[7],
                    padding=((more[12], more[13]), (more[14], more[15])),
                )  # fmt: skip
            except SpecError:
                continue
            if order(spec) < order(largest):
                yield spec


# ---- what is harmless ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mutant", each(HARMLESS, share=1))
def test_a_harmless_change_is_proved_and_the_loops_agree(mutant: Mutant) -> None:
    assert mutant.verdict.outcome == "holds"
    assert "proved for all sizes" in mutant.verdict.method
    layers = small_layers(2, 2, 1, 2, 1) if mutant.mixes_axes else small_layers(1, 3, 2, 2)
    assert all(holds(mutant.claim, spec) for spec in layers)


def test_what_is_declared_harmless_is_there_each_with_its_reason() -> None:
    assert {(mutant.rule.name, mutant.words) for mutant in HARMLESS} == DECLARED_HARMLESS
    given = {mutation.harmless for mutation in MUTATIONS} - {""}
    assert {mutant.harmless for mutant in HARMLESS} == given


# ---- the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mutant", each(FALSE))
def test_the_page_tells_the_layer_of_a_mutant(mutant: Mutant) -> None:
    counterexample = mutant.verdict.counterexample
    assert counterexample is not None
    row = f"| {mutant.words} | `{mutant.claim}` | `{counterexample.spec}` |"
    assert row in (ROOT / PAGE).read_text("utf-8")


def test_the_page_names_every_mutant() -> None:
    text = (ROOT / PAGE).read_text("utf-8")
    assert [mutant.claim for mutant in MUTANTS if f"| {mutant.words} | `{mutant.claim}` |" not in text] == []


@pytest.mark.slow
def test_the_page_is_what_the_code_writes() -> None:
    """If this fails, write it anew with `python -m convgen.proof.kill_table`, and read what changed."""
    assert (ROOT / PAGE).read_text("utf-8") == page()
