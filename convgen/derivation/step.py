"""Step: one equation of a derivation with its reason; there is none that was not checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node
from convgen.derivation.checks import Question, check
from convgen.derivation.equations import Equation
from convgen.errors import ClaimError, SpecError, StepError
from convgen.spec import ConvSpec

Words = tuple[str | Polynomial | Node, ...]
"""A reason: words, amounts and arrays; the letters come when it is printed."""


@dataclass(frozen=True)
class Draft:
    """A step before it is checked, for layers of every size of a rank.

    Attributes:
        name: what the step does, such as ``change of index``.
        because: why the equation holds.
        equation: what it states.
        true: what the left side is, where it is no array or gradient of the layer; for every size.
        padding: a named padding, where the step speaks of it alone.
    """

    name: str
    because: Words
    equation: Equation
    true: tuple[IndexedSum, ...] | None = None
    padding: str | None = None


@dataclass(frozen=True)
class Step:
    """One step of a derivation. To make one is to check it: a false one cannot be had.

    Attributes:
        name: what the step does, such as ``change of index``.
        because: why the equation holds: words, amounts (`Polynomial`) and arrays (`Node`).
        equation: what it states, for every size.
        spec: the layer.
        true: what the left side is, where it is no array or gradient of the layer; for every size.
        padding: a named padding, where the step speaks of it alone.
        here: the equation with the layer's numbers.
        checked: how it was checked.

    Raises:
        StepError: it does not hold; the message says where.
    """

    name: str
    because: Words
    equation: Equation
    spec: ConvSpec
    true: tuple[IndexedSum, ...] | None = None
    padding: str | None = None
    here: Equation = field(init=False)
    checked: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        question = Question(self.spec, self.true, self.padding)
        try:
            object.__setattr__(self, "here", self.equation.on(self.spec))
            object.__setattr__(self, "checked", check(self.equation, self.here, question))
        except (ClaimError, SpecError) as error:  # what has no value does not hold either
            raise StepError(f"{self.name}: {error}") from error

    @property
    def is_proved(self) -> bool:
        """Whether it was decided for every size, and not on this layer alone."""
        return any("every size" in each for each in self.checked)


def steps_on(spec: ConvSpec, drafts: Iterable[Draft]) -> tuple[Step, ...]:
    """Check drafts on a layer and for every size.

    Raises:
        StepError: one does not hold.
    """
    return tuple(_checked(draft, spec) for draft in drafts)


@lru_cache(maxsize=1024)
def _checked(draft: Draft, spec: ConvSpec) -> Step:
    """Several derivations share their first steps; each is checked once."""
    return Step(draft.name, draft.because, draft.equation, spec, draft.true, draft.padding)
