"""The macro prologue that a source may have, as the generator writes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prologue:
    """Definitions that are recognised byte for byte and never parsed.

    Attributes:
        text: all of them, as they stand in the source.
        vectors: the types that they define.
    """

    text: str = ""
    vectors: tuple[str, ...] = ()


def prologue_of(_text: str) -> Prologue:
    """The prologue that a source should have, from the vector types that it says it defines."""
    return Prologue()
