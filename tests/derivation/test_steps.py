"""Steps: each holds on drawn layers and for every size at strides 1 to 4, and a broken one cannot be had."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given

from by_loops import NASTY, answers, integers
from convgen import check
from convgen.algebra.auxiliary import put_in
from convgen.algebra.index_form import evaluate_sums
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.notation import NOTATIONS
from convgen.algebra.operators import Named as NamedArray
from convgen.algebra.readings import evaluate
from convgen.algebra.tree import Node
from convgen.derivation import Step, derive
from convgen.derivation.equations import (
    ChainRule,
    DerivativeEquation,
    Equation,
    IndexEquation,
    Named,
    RuleEquation,
    SizeEquation,
    auxiliaries_on,
)
from convgen.derivation.letters import Letters
from convgen.derivation.ways import WAYS, steps
from convgen.errors import SpecError, StepError
from convgen.layout import axis_names
from convgen.rules import array_shapes
from convgen.spec import ConvSpec
from convgen.symbolic.layer import SymbolicLayer
from convgen.testing import conv_specs

GRADIENTS = ("index", "im2col", "zeros", "same")
"""The ways that end at a gradient of the loss."""
EVERYTHING_DIFFERS = NASTY["two axes, everything differs"]
SAME = ConvSpec((5, 6), (2, 4), 2, 3, padding="same", dilation=(3, 1))


def every_step(spec: ConvSpec) -> Iterator[Step]:
    """The steps of every gradient, every way that says something about the layer."""
    for array in "XKb" if spec.bias else "XK":
        for name, way in WAYS.items():
            if way.applies(spec):
                yield from steps(spec, array, name)


def values(step: Step, spec: ConvSpec, arrays: dict[str, np.ndarray]) -> np.ndarray | None:
    """What a step says of the layer's own gradients, in numbers; None where it is about something else."""
    if step.true is not None or isinstance(step.here, Named | ChainRule | SizeEquation):
        return None
    if isinstance(step.here, IndexEquation):
        terms = put_in(step.here.terms, auxiliaries_on(spec), array_shapes(spec))
        return evaluate_sums(terms, arrays)
    if step.here.target.endswith("~"):
        return None
    named = {name: NamedArray(axis_names(spec, name), arrays[name]) for name in arrays}
    return evaluate(step.here.tree, named).data


@pytest.mark.slow
@given(conv_specs(max_size=5, max_kernel=3, max_channels=4, max_groups=2, max_batch=2))
def test_every_step_holds_on_drawn_layers(spec: ConvSpec) -> None:
    """Each step's sum, in whole numbers, is what loops over the layer's products give."""
    arrays = integers(spec)
    wanted = answers(spec, arrays)
    wanted["O"] = wanted["O + b"] if spec.bias else wanted["O"]
    compared = 0
    for step in every_step(spec):
        assert step.checked
        found = values(step, spec, arrays)
        if found is not None:
            assert np.array_equal(found, wanted[step.here.target]), step
            compared += 1
    assert compared >= 10


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_every_step_is_proved_for_all_sizes(stride: int, dilation: int) -> None:
    """At strides 1 to 4: every equation but the chain rule and what a name stands for."""
    for spec in (
        ConvSpec((9,), (2,), 4, 6, 2, stride=stride, dilation=dilation, padding=((1, 0),), groups=2),
        ConvSpec((9, 7), (2, 3), stride=(stride, 5 - stride), dilation=(dilation, 4 - dilation)),
        ConvSpec((9,), (2,), stride=stride, dilation=dilation, padding="same"),
    ):
        for step in every_step(spec):
            if not isinstance(step.equation, ChainRule | Named):
                assert step.is_proved, step


@pytest.mark.parametrize("spec", NASTY.values(), ids=NASTY)
def test_every_step_holds_where_wrong_formulas_show(spec: ConvSpec) -> None:
    arrays = integers(spec)
    wanted = answers(spec, arrays)
    for step in every_step(spec):
        found = values(step, spec, arrays)
        if found is not None:
            assert np.array_equal(found, wanted["O + b" if step.here.target == "O" else step.here.target])


@pytest.mark.parametrize("array", ["X", "K", "b"])
def test_the_steps_lead_from_the_definition_to_the_closed_form(array: str) -> None:
    told = derive(EVERYTHING_DIFFERS).steps(array)
    assert [step.name for step in told[:4]] == [
        "definition",
        "chain rule",
        "which outputs see which entry",
        "put in",
    ]
    assert told[-1].name == "closed form"
    assert isinstance(told[-1].equation, RuleEquation)
    assert isinstance(told[2].equation, DerivativeEquation)
    between = {
        "X": ["change of index", "bounds", "zero extension"],
        "K": ["change of index", "bounds"],
        "b": [],
    }
    names = [step.name for step in told]
    assert [names.index(each) for each in between[array]] == sorted(
        names.index(each) for each in between[array]
    )


# ---- a broken step ---------------------------------------------------------------------------------------


def shifted(term: IndexedSum) -> Iterator[IndexedSum]:
    """The sum with one position, one condition or one factor wrong."""
    for number, factor in enumerate(term.factors):
        for axis in range(len(factor.indices)):
            wrong = list(factor.indices)
            wrong[axis] = wrong[axis] + 1
            factors = list(term.factors)
            factors[number] = replace(factor, indices=tuple(wrong))
            yield replace(term, factors=tuple(factors))
    for number, equality in enumerate(term.equalities):
        equalities = list(term.equalities)
        equalities[number] = equality + 1
        yield replace(term, equalities=tuple(equalities))
    for number in range(len(term.bound)):
        yield replace(term, bound=tuple(each for at, each in enumerate(term.bound) if at != number))
    yield replace(term, coefficient=term.coefficient * 2)


def mistaken(tree: Node) -> Iterator[Node]:
    """The formula without a turn, with an amount off by one, without a step."""

    def amounts(node: Node) -> Node:
        return replace(node, amounts=tuple(tuple(each + 1 for each in entry) for entry in node.amounts))

    for operator in ("pad", "dilate", "star", "subsample"):
        yield tree.rewrite(lambda node, name=operator: amounts(node) if node.operator == name else node)
    yield tree.rewrite(lambda node: node.operands[0] if node.operator in ("rot180", "fold", "take") else node)
    yield tree.rewrite(lambda node: node.operands[0] if node.operator == "dilate" else node)


def mutants(equation: Equation) -> Iterator[Equation]:
    if isinstance(equation, IndexEquation):
        (first, *others) = equation.terms
        for wrong in shifted(first):
            yield replace(equation, terms=(wrong, *others))
    elif isinstance(equation, RuleEquation):
        for tree in mistaken(equation.tree):
            if tree != equation.tree:
                yield replace(equation, tree=tree)
    elif isinstance(equation, SizeEquation):
        yield replace(equation, right=equation.right + 1)
        yield replace(equation, left=equation.left.substitute({"Pb": "Pa", "Pa": "Pb"}))


@pytest.mark.slow
@pytest.mark.parametrize("spec", [EVERYTHING_DIFFERS, SAME], ids=["everything differs", "same"])
def test_a_broken_step_cannot_be_had(spec: ConvSpec) -> None:
    """Every step of every way, broken in every place: `replace` makes a step anew, and it is refused.

    Of a closed form some changes are none, such as a step of zeros between the entries of a sum; those give the
    same numbers.
    """
    arrays = integers(spec)
    arrays |= {f"dd{array}": arrays[array][::-1] for array in "XKb"}
    named = {name: NamedArray(axis_names(spec, name), each) for name, each in arrays.items()}
    refused = 0
    for step in every_step(spec):
        for wrong in mutants(step.equation):
            if wrong == step.equation:
                continue
            try:
                kept = replace(step, equation=wrong)
            except StepError:
                refused += 1
                continue
            assert isinstance(kept.here, RuleEquation), kept
            assert isinstance(step.here, RuleEquation)
            found, true = (evaluate(each.here.tree, named).data for each in (kept, step))
            assert np.array_equal(found, true), kept
    assert refused > 250


def test_a_chain_rule_that_sympy_does_not_confirm_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    step = derive(ConvSpec((3, 3), 2)).steps("X")[1]
    assert isinstance(step.equation, ChainRule)
    true = SymbolicLayer.gradient_of
    monkeypatch.setattr(SymbolicLayer, "gradient_of", lambda *asked: [2 * each for each in true(*asked)])
    with pytest.raises(StepError, match="chain rule"):
        replace(step)


def test_a_name_that_does_not_stand_for_its_operators_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    step = next(
        each for each in steps(ConvSpec((5, 5), 2, stride=2), "X") if isinstance(each.equation, Named)
    )
    true = Named.terms.fget
    monkeypatch.setattr(
        Named,
        "terms",
        property(lambda self: tuple(replace(each, coefficient=each.coefficient * 2) for each in true(self))),
    )
    with pytest.raises(StepError, match=r"Z is not dilate\(dO"):
        replace(step)


def test_a_step_that_fails_stops_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is printed of a derivation with a false step."""
    index_drafts = WAYS["index"].drafts

    def broken(spec: ConvSpec, array: str) -> list:
        *others, last = index_drafts(spec, array)
        return (
            [*others, replace(last, equation=next(mutants(last.equation)))]
            if array == "X"
            else [*others, last]
        )

    monkeypatch.setattr(
        "convgen.derivation.ways.WAYS", {**WAYS, "index": replace(WAYS["index"], drafts=broken)}
    )
    with pytest.raises(StepError):
        derive(ConvSpec((4, 5), (2, 3))).text()


# ---- as printed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("notation", sorted(NOTATIONS))
@pytest.mark.parametrize("first", [0, 1])
def test_printed_index_forms_hold_as_claims(notation: str, first: int) -> None:
    """What is printed, in any letters and counted from 0 or 1, is read back by the parser of claims and holds."""
    for spec in (
        ConvSpec((4, 6), (2, 3), stride=(2, 3), padding=((1, 0), (0, 2)), dilation=(2, 1)),
        ConvSpec((5, 4), (3, 2), 2, 3, 2, stride=(1, 2), layout="NHWC" if notation == "001" else None),
    ):
        letters = Letters(spec, derive(spec, notation, index_base=first).notation)
        read = 0
        for array, name in product("XKb", GRADIENTS[:1]):
            for step in steps(spec, array, name):
                if type(step.equation) is IndexEquation and not names_auxiliaries(step):
                    text = letters.equation(step.here, general=False).lines[0]
                    assert check(text, spec, notation=letters.notation), text
                    read += 1
        assert read >= 5


def names_auxiliaries(step: Step) -> bool:
    assert isinstance(step.here, IndexEquation)
    return any(
        factor.array not in ("X", "K", "b", "dO") for term in step.here.terms for factor in term.factors
    )


def test_asking_for_steps_that_are_not_there() -> None:
    plain = derive(ConvSpec((5, 5), 2, stride=2, bias=False))
    with pytest.raises(SpecError, match="steps for X, K; asked for 'b'"):
        plain.steps("b")
    with pytest.raises(SpecError, match="unknown way 'fft'; choose one of index, im2col"):
        plain.steps("X", "fft")
    with pytest.raises(SpecError, match="stride 1 and the padding of"):
        plain.steps("X", "same")
