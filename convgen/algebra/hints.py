"""What a writer most likely meant where a formula cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

_HERE = "‸"
"""Stands in the text, in the patterns below, before the first character that cannot be read."""

_LAYERS = "which layers are meant is said by options, such as --stride 1"
_SUM = "sums are written sum(i,j), before entries such as dO[i,j]"
_HINTS = (
    (r"(^|=)‸=", "one = is enough"),
    (r"‸[,;]?\s*(where|for|with|if|when)\b|‸,\s*\w+\s*=", _LAYERS),
    (r"‸[.;,]\s*$|[.;]‸$", "a formula ends without punctuation"),
    (r"‸(\^\s*\{?\\?(T|top|intercal)\b|\^?\s*[ᵀ⊤])", "write .T to transpose"),
    (r"‸(\\sum|[∑Σ])|sum_\w*‸|[∑Σ]‸_|[∑Σ]_‸|(sum|[∑Σ])_\{[^}]*\}‸\^", _SUM),
    (
        r"‸([⊗⊛∗×]|\\(star|ast|otimes|times)\b)",
        "write ⋆ to correlate, @ for matrices, conv(A, B) to convolve",
    ),
    (r"‸([∘◦]|\\(odot|circ)\b)", "write ⊙ for the sum of products entry by entry"),
    (r"\]‸\[", "indices share one bracket, as in dO[i,j]"),
    (r"\]‸\(?[A-Za-zδ]\w*[~']*\[", "write * between entries"),
    (r"[\w~)\]']‸[A-Za-zδ]|\)‸\(", "write ⋆ to correlate, @ for matrices, * after a number"),
)
"""What stands around the character, and what to write instead; the first that fits is told."""


def hint(text: str, position: int) -> str:
    """What to write instead of what stands at a position, after a semicolon; empty where nothing is known.

    Args:
        text: of the formula.
        position: the first character that cannot be read.
    """
    around = text[:position].rstrip() + _HERE + text[position:]
    for pattern, advice in _HINTS:
        if re.search(pattern, around):
            return f"; {advice}"
    return ""


def nearest(name: object, names: Iterable[str]) -> str:
    """The known name that a writer most likely meant, as a question in brackets; empty for none."""
    lower = {each.lower(): each for each in reversed([*names])}
    found = get_close_matches(str(name).lower(), lower, 1, 1 if len(str(name)) < _SHORT else 0.6)
    return f" (did you mean {lower[found[0]]}?)" if found else ""


_SHORT = 3
"""Of names as short as dX every other one is close; they are taken for one in other case alone."""
