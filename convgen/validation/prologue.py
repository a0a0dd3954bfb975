"""The macro prologues that a source may have, as the generator writes them."""

from __future__ import annotations

from collections.abc import Mapping


def prologues_in(_text: str) -> Mapping[str, str]:
    """The text of each prologue that the source should hold, by the vector type that it defines."""
    return {}
