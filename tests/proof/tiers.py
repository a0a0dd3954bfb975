"""Mistakes as the rows of a test: some in every run, all of them in the slow tier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from convgen.proof.mutants import Mutant


def shared_out(mutants: Sequence[Mutant], every: int) -> list[Any]:
    """One row for each mutant; each but every so manieth is slow."""
    return [
        pytest.param(
            mutant,
            id=f"{mutant.rule.name}: {mutant.words}",
            marks=[pytest.mark.slow] if number % every else [],
        )
        for number, mutant in enumerate(mutants)
    ]
