"""Every statement of the four sources, decided, and the page that says so: ``python -m convgen.sources.claims``.

The rows (`convgen.sources.claims_000` and its neighbours) say what is claimed, and of which layers. Verdicts,
conditions, counterexamples and corrections are computed here, by `convgen.proof.check`, each time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from convgen.algebra.notation import Notation
from convgen.proof.check import check
from convgen.proof.shape import Difference, EntryDifference, ShapeDifference, put_in
from convgen.proof.smallest import order
from convgen.proof.verdict import Counterexample, Verdict
from convgen.render import page_program, render
from convgen.sources import SYSTEMS, claims_000, claims_001, claims_002, claims_003
from convgen.sources.statements import Reading, Row
from convgen.sources.system import RANK
from convgen.spec import ConvSpec

TABLES = {"000": claims_000, "001": claims_001, "002": claims_002, "003": claims_003}
"""The statements of each source."""
ROWS: tuple[Row, ...] = tuple(row for table in TABLES.values() for row in table.ROWS)
"""Every statement of every source."""

OUTCOMES = ("true", "conditional", "wrong", "read")
"""What a statement can be: a claim that is decided, or a word or misprint that is read."""
_OUTCOME_OF = {"holds": "true", "conditional": "conditional", "refuted": "wrong"}

PAGE = Path("docs") / "claims.md"
"""Where the page lies in the repository."""


# ---- deciding --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """A statement with the verdict on each of its readings.

    Attributes:
        row: the statement.
        verdicts: one for each reading, in their order.
    """

    row: Row
    verdicts: tuple[Verdict, ...]

    @property
    def own(self) -> list[tuple[Reading, Verdict]]:
        """The readings that make up the statement."""
        return [pair for pair in self._pairs if not pair[0].otherwise]

    @property
    def others(self) -> list[tuple[Reading, Verdict]]:
        """The other readings."""
        return [pair for pair in self._pairs if pair[0].otherwise]

    @property
    def outcome(self) -> str:
        """One of `OUTCOMES`: true where every claim of the statement holds, wrong where one is refuted."""
        if self.row.is_notational:
            return "read"
        return max((_OUTCOME_OF[verdict.outcome] for _, verdict in self.own), key=OUTCOMES.index)

    @property
    def smallest_counterexample(self) -> Counterexample | None:
        """The smallest layer on which a claim of the statement fails; of two on the same layer the first."""
        shown = (verdict.counterexample for _, verdict in self.own)
        return min(
            (each for each in shown if each is not None), key=lambda each: order(each.spec), default=None
        )

    @property
    def _pairs(self) -> list[tuple[Reading, Verdict]]:
        return list(zip(self.row.readings, self.verdicts, strict=True))


@cache
def decide(row: Row) -> Decided:
    """Decide every claim of a statement."""
    return Decided(row, tuple(_verdict(reading, row.source) for reading in row.readings))


@cache
def _verdict(reading: Reading, source: str) -> Verdict:
    letters = notation_of(reading, source)
    if isinstance(reading.layers, ConvSpec):
        return check(reading.claim, reading.layers, notation=letters)
    return check(reading.claim, scope=reading.layers, notation=letters)


def notation_of(reading: Reading, source: str) -> Notation:
    """The letters of a source, counting as a reading does."""
    letters: Notation = SYSTEMS[source].notation
    return replace(letters, first_index=dict.fromkeys(reading.from_one, 1))


# ---- the page --------------------------------------------------------------------------------------------


def page() -> str:
    """The page as Markdown that GitHub renders."""
    decided = [decide(row) for row in ROWS]
    sources = []
    for name, system in SYSTEMS.items():
        mine = [each for each in decided if each.row.source == name]
        sources.append(
            {
                "name": name,
                "about": system.about[0].upper() + system.about[1:],
                "layers": TABLES[name].LAYERS.name,
                "rows": [_cells(each) for each in mine],
                "others": [_other(each, *pair) for each in mine for pair in each.others],
                "counts": [sum(each.outcome == outcome for each in mine) for outcome in OUTCOMES],
            }
        )
    every = [sum(each.outcome == outcome for each in decided) for outcome in OUTCOMES]
    claims = [verdict for each in decided for verdict in each.verdicts]
    for_all = sum(
        not isinstance(reading.layers, ConvSpec) for each in decided for reading in each.row.readings
    )
    return render(
        "markdown/claims.md.j2",
        sources=sources,
        outcomes=OUTCOMES,
        every=every,
        statements=len(decided),
        claims=len(claims),
        for_all=for_all,
    )


def _cells(decided: Decided) -> list[str]:
    """One row of a source's table: id, claim, verdict, condition, counterexample, correction."""
    row = decided.row
    failing = [(reading, verdict) for reading, verdict in decided.own if not verdict]
    formulas = [_formula(reading, row.source) for reading, _ in decided.own]
    conditions = [_condition(verdict, row.source) for _, verdict in failing if verdict.condition]
    corrections = [_code(verdict.repair) for _, verdict in failing if verdict.repair]
    return [
        f"{row.id}<br>{row.where}",
        "<br>".join([row.says, *formulas]),
        _verdict_words(decided),
        "<br>".join(dict.fromkeys(conditions)),
        _counterexample(decided.smallest_counterexample),
        "<br>".join([*dict.fromkeys(corrections), *([row.remark] if row.remark else [])]),
    ]


def _other(decided: Decided, reading: Reading, verdict: Verdict) -> list[str]:
    """One row of the table of other readings: id, reading, verdict, condition, counterexample."""
    words = _OUTCOME_OF[verdict.outcome]
    condition = _condition(verdict, decided.row.source) if verdict.condition else ""
    return [
        decided.row.id,
        _formula(reading, decided.row.source),
        words,
        condition,
        _counterexample(verdict.counterexample),
    ]


def _verdict_words(decided: Decided) -> str:
    if decided.outcome != "true":
        return f"**{decided.outcome}**"
    hows = dict.fromkeys(
        "on this layer" if isinstance(reading.layers, ConvSpec) else "for every size"
        for reading, _ in decided.own
    )
    return f"**true**, {' and '.join(hows)}"


def _formula(reading: Reading, source: str) -> str:
    """A claim, how it was read, and its layers where they are not those of the source."""
    about = reading.layers
    where = str(about) if isinstance(about, ConvSpec) else about.name
    notes = [reading.words, where if about != TABLES[source].LAYERS else ""]
    words = "; ".join(filter(None, notes))
    return f"{_code(reading.claim)} <sub>{words}</sub>" if words else _code(reading.claim)


def _condition(verdict: Verdict, source: str) -> str:
    """A condition in the source's letters, where it has one for a size or parameter."""
    letters = SYSTEMS[source].notation.parameters
    text = verdict.condition or ""
    words = set(re.findall(r"\b[A-Z]\b", text))
    # One letter for both axes, such as s for S: then nothing need be said of every axis.
    shared = {
        word: {letters.get(f"{'Pb' if word == 'P' else word}{d}", "") for d in range(RANK)} for word in words
    }
    if words and all(len(each) == 1 and "" not in each for each in shared.values()):
        text = re.sub(r"\b[A-Z]\b", lambda found: next(iter(shared[found[0]])), text).replace(
            " on every axis", ""
        )
    return re.sub(r"\b[A-Z][a-z]?\d\b", lambda found: letters.get(found[0], found[0]), text)


def _counterexample(counterexample: Counterexample | None) -> str:
    if counterexample is None:
        return ""
    return f"{_code(str(counterexample.spec))}<br>{_difference(counterexample.difference)}"


def _difference(difference: Difference) -> str:
    if isinstance(difference, ShapeDifference):
        return f"left side {difference.wanted}, right side {difference.found}"
    words = put_in(difference.inputs)
    before = f"<br>{words}" if words else ": "
    if isinstance(difference, EntryDifference):
        sides = f"{_code(difference.entry)} is {_code(difference.true)}, claimed {_code(difference.claimed)}"
        return f"{sides}{before}{difference.true_value}, claimed {difference.claimed_value}"
    claimed = f"{difference.relation} {difference.right_value}".removeprefix("= ")
    return f"{_code(difference.left)}{before}{difference.left_value}, claimed {claimed}"


def _code(text: str) -> str:
    return f"`{text}`"


if __name__ == "__main__":
    page_program("convgen.sources.claims", PAGE, page)
