"""What a source says, row by row, and how each statement is read as claims that are decided by machine.

A row holds no verdict, no condition and no correction: `convgen.sources.claims` computes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convgen.algebra.polynomial import Polynomial
from convgen.proof.relation import CHANNEL_PARAMETERS
from convgen.proof.scope import Scope
from convgen.sources.system import RANK, SourceSystem
from convgen.spec import ConvSpec

Layers = Scope | ConvSpec
"""One layer, or all layers that something is said of."""


@dataclass(frozen=True)
class Reading:
    """A claim as which a statement is read.

    Attributes:
        claim: the claim in the source's letters.
        layers: what it is about.
        words: how the statement became this claim, where that needs saying.
        otherwise: whether it is another reading, shown for what it would mean, and not the statement itself.
        from_one: the arrays whose entries it counts from 1.
    """

    claim: str
    layers: Layers
    words: str = ""
    otherwise: bool = False
    from_one: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One statement that a reader takes away from a source.

    Attributes:
        id: the source and the number of the statement, such as 0.27.
        where: the lines on which it stands.
        says: the statement in our words.
        readings: the claims as which it is read; it holds where all of them do that are not `otherwise`.
        remark: what else a reader should know; for a statement that is no claim, how to take it.
    """

    id: str
    where: str
    says: str
    readings: tuple[Reading, ...] = ()
    remark: str = ""

    @property
    def source(self) -> str:
        """The number of the source."""
        return f"00{self.id[0]}"

    @property
    def is_notational(self) -> bool:
        """Whether it is a word, a name or a misprint, which is read and not decided."""
        return not self.readings


def layers_of(
    system: SourceSystem, name: str, stated: Mapping[str, int] | None = None, bias: bool = True
) -> Scope:
    """The layers of a source, or those of them for which it states something.

    Args:
        system: the source.
        name: what they are called.
        stated: what is fixed on every axis, such as ``{"S": 1}``.
        bias: whether they have one.
    """
    fixed = {
        f"{word}{d}": Polynomial.of(value) for word, value in (stated or {}).items() for d in range(RANK)
    }
    known = system.layers | fixed
    numbers = {key: value.constant for key, value in known.items() if value.is_constant}
    steps = {
        word: tuple(numbers[f"{word}{d}"] for d in range(RANK)) if f"{word}0" in numbers else None
        for word in ("S", "D")
    }
    sizes = {
        key: number
        for key, number in numbers.items()
        if key in CHANNEL_PARAMETERS or (key[0] in "HM" and key[1] != "o")
    }
    said = {*sizes, *(f"{word}{d}" for word, each in steps.items() if each for d in range(RANK))}
    return Scope(
        RANK,
        steps["S"],
        steps["D"],
        sizes=tuple(sizes.items()),
        ties=tuple((key, value) for key, value in known.items() if key not in said),
        bias=bias,
        layout=system.layout,
        name=name,
    )
