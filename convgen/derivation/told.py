"""Steps as blocks of a document: each with its reason, its equation for every size, and that of the layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node
from convgen.derivation.document import Block, Prose, display, point, prose
from convgen.derivation.equations import Named, SizeEquation
from convgen.derivation.formula import EQUALS, Formula, broken
from convgen.derivation.letters import Letters
from convgen.derivation.step import Step, Words


def told(steps: Sequence[Step], letters: Letters) -> list[Block]:
    """Steps one after another: in general indices, and below with the numbers of the layer.

    What a step says of the layer is left out where it is what the step before it said.
    """
    blocks: list[Block] = []
    before: Formula | None = None
    for step in steps:
        general = letters.equation(step.equation, general=True)
        blocks += [point(_capital(step.name), *words(step.because, letters)), display(broken(general))]
        here = letters.equation(step.here, general=False)
        if isinstance(step.here, Named) and step.here.tree.operator == "array":
            own = letters.name(step.here.name).beside(EQUALS, letters.name(step.here.tree.array))
            blocks.append(prose("Here ", own, "."))
        elif here not in (general, before):
            blocks += [prose("Here:"), display(broken(here))]
        before = here if not isinstance(step.here, Named | SizeEquation) else before
    return blocks


def words(because: Words, letters: Letters) -> Prose:
    """A reason with its amounts and arrays in the letters of a notation."""
    return tuple(_word(each, letters) for each in because)


def _word(word: str | Polynomial | Node, letters: Letters) -> str | Formula:
    if isinstance(word, Polynomial):
        return letters.amount(word)
    if isinstance(word, Node):
        return letters.name(word.array) if word.operator == "array" else letters.tree(word, general=True)
    return word


def checked(steps: Iterable[Step]) -> str:
    """How steps were checked, in a sentence."""
    every = list(steps)
    ways = Counter(way for step in every for way in step.checked)
    proved = sum(step.is_proved for step in every)
    return (
        f"{len(every)} steps: {proved} proved for every size, padding and number of channels at these strides and "
        f"dilations; {'; '.join(f'{count} {way}' for way, count in ways.items() if 'every size' not in way)}."
    )


def _capital(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}"
