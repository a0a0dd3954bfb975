"""Report: what `verify` found, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convgen.spec import ConvSpec

SCHEMA_VERSION = 1
"""Version of the JSON form; a change of meaning raises it."""


@dataclass(frozen=True)
class Difference:
    """The first entry in which a rule and the derivative differ.

    Attributes:
        entry: the entry, such as ``dX[0, 2]``, in the user's layout.
        derivative: what SymPy's derivative gives, as text; for O, what the definition gives.
        rule: what the rule gives.
    """

    entry: str
    derivative: str
    rule: str


@dataclass(frozen=True)
class RuleResult:
    """One rule on one shape.

    Attributes:
        name: the rule's name.
        formula: the rule with the spec's numbers, ``dX = pad(dO, …) ⋆ rot180(K)``.
        source: what states it.
        entries: how many entries were compared.
        terms: how many terms those entries have together.
        difference: the first differing entry; None where the rule holds.
    """

    name: str
    formula: str
    source: str
    entries: int
    terms: int
    difference: Difference | None

    def __bool__(self) -> bool:
        return self.difference is None

    def __str__(self) -> str:
        mark = "holds" if self else "DIFFERS"
        text = f"{mark:<8} {self.name:<14} {self.entries:>6} entries, {self.terms} terms   {self.formula}"
        if self.difference is not None:
            text += (
                f"\n         first at {self.difference.entry}:"
                f"\n           derivative  {self.difference.derivative}"
                f"\n           rule        {self.difference.rule}"
            )
        return text


@dataclass(frozen=True)
class Report:
    """Every rule on one shape; truthy when all hold.

    Attributes:
        spec: the shape.
        method: how the derivatives were come by.
        results: rule by rule.
    """

    spec: ConvSpec
    method: str
    results: tuple[RuleResult, ...]

    def __bool__(self) -> bool:
        return all(self.results)

    def __str__(self) -> str:
        holding = sum(map(bool, self.results))
        lines = [f"spec: {self.spec}", f"derivatives: {self.method}", *map(str, self.results)]
        verdict = f"{holding} of {len(self.results)} rules hold on this shape, as exact polynomials"
        return "\n".join([*lines, verdict])

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "schema": SCHEMA_VERSION,
            "spec": str(self.spec),
            "holds": bool(self),
            "method": self.method,
            "rules": [
                {
                    "name": result.name,
                    "holds": bool(result),
                    "formula": result.formula,
                    "source": result.source,
                    "entries": result.entries,
                    "terms": result.terms,
                    "difference": None if result.difference is None else vars(result.difference),
                }
                for result in self.results
            ],
        }
