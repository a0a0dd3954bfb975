"""The words of an examination: what was tried, what is wrong, and what the wrong result is instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convgen.algebra.printing import to_text
from convgen.proof.mutants import right_side
from convgen.testing.conv_layer import Examination, Finding
from convgen.testing.diagnosis import Diagnosis

SHOWN = 24
"""Arrays with more entries are not printed."""

MOST = 3
"""No more explanations are given for one result."""


def examination_text(examination: Examination) -> str:
    """The whole report."""
    functions, results = _and(examination.functions), _and(examination.results)
    layers = f"{examination.layers} layer{'s' * (examination.layers != 1)}"
    declined = f" ({examination.declined} more are not supported)" if examination.declined else ""
    head = f"convgen examined {functions} on {layers}{declined}: "
    if examination:
        verb = "is" if len(examination.results) == 1 else "are"
        return f"{head}{results} {verb} right, to the last bit"
    wrong = _and([finding.problem.subject for finding in examination.findings])
    verb = "is" if len(examination.findings) == 1 else "are"
    return "\n\n".join([f"{head}{wrong} {verb} wrong", *map(str, examination.findings)])


def finding_text(finding: Finding) -> str:
    """One thing that is wrong, with the smallest layer on which it is."""
    lines = [*finding.problem.lines, *_diagnoses(finding), *_arrays(finding)]
    lines.append(f'to see it again: specs=ConvSpec.parse("{finding.spec}")')
    return "\n".join(
        [f"{finding.problem.subject}, on the layer {finding.spec}", *(f"  {line}" for line in lines)]
    )


def _diagnoses(finding: Finding) -> Iterator[str]:
    subject = finding.problem.subject
    # A mistake has one form in every rule for a result: the closed form is told.
    rules = [each.mutant.rule for each in finding.diagnoses if each.mutant is not None]
    told = [each for each in finding.diagnoses if each.mutant is None or each.mutant.rule == rules[0]][:MOST]
    for number, diagnosis in enumerate(told):
        yield f"{'or ' * (number > 0)}your {subject} {diagnosis.words}"
        if diagnosis.mutant is not None:
            yield f"  yours     {diagnosis.mutant.claim}"
            yield f"  the rule  {subject} = {to_text(right_side(diagnosis.mutant.rule))}"
    if len(told) == 1:
        yield from _unseen(told[0])


def _unseen(diagnosis: Diagnosis) -> Iterator[str]:
    """Where a mistake does nothing, which is why other tests may have passed."""
    if diagnosis.mutant is None or diagnosis.fitted:
        return
    condition = diagnosis.mutant.verdict.condition
    if condition is not None:
        yield f"  they are the same, so that no test can see it, where {condition}"


def _arrays(finding: Finding) -> Iterator[str]:
    question = finding.trial.question
    products = question.products.get(finding.problem.subject, ())
    for array in sorted({array for each in products for array in each.factors}, key="XKbdO".find):
        data = question.arrays[array]
        if data.size <= SHOWN:
            yield f"with {array} = {data.astype(int).tolist()}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1])] * (len(words) > 1) + [*words[-1:]])
