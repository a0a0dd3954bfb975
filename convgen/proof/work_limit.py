"""The work that integer sets may take for one question, counted in their own steps and not in seconds.

So whether a question is answered does not depend on the machine. What was found out by then is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from convgen.errors import BudgetError
from convgen.proof.conditions import Examined
from convgen.proof.relation import Part, axes_of

STEPS = 100_000_000
"""Steps of the integer set library for one question: about half a minute."""


class WorkLimitError(BudgetError):
    """Integer sets took more steps than they may."""


@contextmanager
def limited() -> Iterator[None]:
    """Let integer sets take so many steps and no more.

    Raises:
        WorkLimitError: they would take more.
    """
    import islpy

    context = islpy.DEFAULT_CONTEXT
    context.reset_operations()
    context.set_max_operations(STEPS)
    try:
        yield
    except islpy.Error:
        if not _is_spent():
            raise
        raise WorkLimitError(f"stopped after {STEPS:,} steps of integer sets") from None
    finally:
        context.set_max_operations(0)
        context.reset_operations()


def _is_spent() -> bool:
    """Whether no step is left: then even this fails, whatever the first failure was called."""
    import islpy

    try:
        islpy.Set("{ [0] }").is_empty()
    except islpy.Error:
        return True
    return False


def decided_of(found: Mapping[Part, Sequence[Examined]]) -> dict[Part, list[Examined]]:
    """What is known of each part: the families that were decided."""
    return {part: [each for each in examined if each.is_decided] for part, examined in found.items()}


def established(found: Mapping[Part, Sequence[Examined]]) -> str:
    """What was found out, in words; and what to ask instead."""
    texts = []
    for part, known in decided_of(found).items():
        axes = ", ".join(map(str, axes_of(part)))
        where = f"on {'axes' if len(axes_of(part)) > 1 else 'axis'} {axes}" if axes else "of the channels"
        holding = sum(each.faults.is_empty() for each in known)
        if axes:
            texts.append(f"{holding:,} of {len(found[part]):,} choices of stride and dilation {where}")
        elif holding:
            texts.append(f"what it says {where}")
    return (
        f"proved by then: {'; '.join(texts)}; fix stride, dilation or sizes, or ask about one layer"
        if texts
        else "nothing was decided by then; fix stride, dilation or sizes, or ask about one layer"
    )
