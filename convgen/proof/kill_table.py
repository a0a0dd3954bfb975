"""The kill table as a page, every mistake with the layer on which it shows: ``python -m convgen.proof.kill_table``.

Verdicts, layers and conditions are computed by `convgen.proof.check` each time the page is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from convgen.algebra.printing import to_text
from convgen.proof.mutants import STEPS_APART, Mutant, mutants, right_side
from convgen.proof.scope import LARGEST
from convgen.proof.shape import EntryDifference, ShapeDifference
from convgen.proof.verdict import Counterexample, Verdict
from convgen.proof.weakest_condition import LONGEST
from convgen.render import page_program, render
from convgen.rules import RULES, Rule

PAGE = Path("docs") / "kill-table.md"

MARK = "†"
"""Beside an answer about few strides and dilations."""


@dataclass(frozen=True)
class Row:
    """A mutant that is false.

    Attributes:
        words: the mistake.
        claim: the wrong formula.
        layer: the smallest layer on which it shows, in the text form of a spec.
        shown: how it shows there.
        unseen: the condition under which the formula is true, with a mark where few strides were asked about.
    """

    words: str
    claim: str
    layer: str
    shown: str
    unseen: str


@dataclass(frozen=True)
class Harmless:
    """A mutant that is true.

    Attributes:
        words: the change.
        claim: the formula.
        reason: why it is still true.
        method: how that was decided.
    """

    words: str
    claim: str
    reason: str
    method: str


@dataclass(frozen=True)
class Section:
    """One rule with its mutants.

    Attributes:
        name: how reports call it.
        rule: the formula.
        rows: its mutants that are false.
    """

    name: str
    rule: str
    rows: tuple[Row, ...]


def page() -> str:
    """The page in Markdown that GitHub renders."""
    every = mutants()
    dead = [mutant for mutant in every if not mutant.verdict]
    conditional = [mutant for mutant in dead if mutant.verdict.outcome == "conditional"]
    mixing = [mutant for mutant in dead if mutant.mixes_axes]
    return render(
        "markdown/kill-table.md.j2",
        count=len(every),
        refuted=len(dead) - len(conditional),
        conditional=len(conditional),
        sections=[_section(rule, dead) for rule in RULES],
        squares=[_row(mutant, mutant.on_squares) for mutant in mixing if not mutant.on_squares],
        longest=LONGEST,
        largest=LARGEST,
        mark=MARK,
        largest_apart=STEPS_APART.largest,
        harmless=[
            Harmless(mutant.words, mutant.claim, mutant.harmless, mutant.verdict.method + _mark(mutant))
            for mutant in every
            if mutant.verdict
        ],
    )


def _section(rule: Rule, dead: Sequence[Mutant]) -> Section:
    rows = tuple(_row(mutant, mutant.verdict, _mark(mutant)) for mutant in dead if mutant.rule == rule)
    return Section(rule.name, f"{rule.target} = {to_text(right_side(rule))}", rows)


def _mark(mutant: Mutant) -> str:
    """What tells that the answer is about the strides and dilations of `STEPS_APART` alone."""
    return f" {MARK}" if mutant.mixes_axes and not _is_swept(mutant.verdict) else ""


def _is_swept(verdict: Verdict) -> bool:
    return verdict.method.startswith("swept")


def _row(mutant: Mutant, verdict: Verdict, mark: str = "") -> Row:
    counterexample = verdict.counterexample
    if counterexample is None:
        raise ValueError(f"{mutant.claim!r} {verdict.outcome} and has no counterexample")
    if "stopped after" in verdict.method:  # then no condition was sought, and "nowhere" would be untrue
        raise ValueError(f"{mutant.claim!r}: {verdict.method}; ask about fewer strides and dilations")
    unseen = "not sought" if _is_swept(verdict) else verdict.condition or "nowhere"
    return Row(
        mutant.words, mutant.claim, str(counterexample.spec), _shown(counterexample), f"{unseen}{mark}"
    )


def _shown(counterexample: Counterexample) -> str:
    difference = counterexample.difference
    if isinstance(difference, EntryDifference):
        return f"`{difference.entry}` is `{difference.true}`, not `{difference.claimed}`"
    if isinstance(difference, ShapeDifference):
        return f"shape {difference.wanted}; {difference.found}"
    return str(difference)


if __name__ == "__main__":
    page_program("convgen.proof.kill_table", PAGE, page)
