"""Verdict: what was decided about a claim, how, and what would be true instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convgen.proof.shape import Difference
from convgen.spec import ConvSpec

SCHEMA_VERSION = 1
"""Version of the JSON form; a change of meaning raises it."""

OUTCOMES = ("holds", "conditional", "refuted", "undecided")


@dataclass(frozen=True)
class Counterexample:
    """A layer on which a claim is false.

    Attributes:
        spec: the layer.
        difference: the first differing entry with numbers, or the two shapes or sizes.
    """

    spec: ConvSpec
    difference: Difference

    def __str__(self) -> str:
        return f"{self.spec}\n{self.difference}"

    def to_json(self) -> dict[str, Any]:
        """The counterexample as plain data."""
        values = {
            name: dict(value) if name == "inputs" else value for name, value in vars(self.difference).items()
        }
        return {"spec": str(self.spec), "kind": self.difference.kind, **values}


@dataclass(frozen=True)
class Necessity:
    """One part of a condition, and a layer on which the claim fails for want of it alone."""

    part: str
    counterexample: Counterexample


@dataclass(frozen=True)
class Verdict:
    """What was decided; truthy only where the claim holds.

    Attributes:
        claim: the claim as the user wrote it.
        outcome: ``"holds"``, ``"conditional"`` or ``"refuted"``; ``"undecided"`` where no layer that was looked at
            refutes it, and it is not proved for the others.
        about: the layers asked about, in words.
        method: how it was decided.
        condition: for a conditional claim, the weakest condition found, proved sufficient.
        necessary: each part of the condition with a layer that shows it is needed.
        counterexample: the smallest layer on which the claim is false.
        sporadic: the smallest layer outside the condition on which it happens to hold.
        repair: the nearest true rule, for a claim that does not hold.
        remarks: what else a reader should know.
    """

    claim: str
    outcome: str
    about: str
    method: str
    condition: str | None = None
    necessary: tuple[Necessity, ...] = ()
    counterexample: Counterexample | None = None
    sporadic: ConvSpec | None = None
    repair: str | None = None
    remarks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.outcome == "holds"

    def __str__(self) -> str:
        lines = [f"{self.outcome}: {self.claim}", f"about: {self.about}", f"how: {self.method}"]
        if self.condition is not None:
            lines.append(f"holds when: {self.condition}")
        if self.counterexample is not None:
            lines += ["smallest counterexample:", _indented(str(self.counterexample))]
        for necessity in self.necessary:
            first = str(necessity.counterexample.difference).splitlines()[0]
            lines.append(
                f"needed: {necessity.part}; else it fails, as on {necessity.counterexample.spec}: {first}"
            )
        if self.sporadic is not None:
            lines.append(f"sporadic: outside of that it still holds on some layers, such as {self.sporadic}")
        if self.repair is not None:
            lines.append(f"true instead: {self.repair}")
        return "\n".join([*lines, *(f"note: {remark}" for remark in self.remarks)])

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain data."""
        return {
            "schema": SCHEMA_VERSION,
            "claim": self.claim,
            "outcome": self.outcome,
            "holds": bool(self),
            "about": self.about,
            "method": self.method,
            "condition": self.condition,
            "necessary": [
                {"part": each.part, "counterexample": each.counterexample.to_json()}
                for each in self.necessary
            ],
            "counterexample": None if self.counterexample is None else self.counterexample.to_json(),
            "sporadic": None if self.sporadic is None else str(self.sporadic),
            "repair": self.repair,
            "remarks": list(self.remarks),
        }


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
