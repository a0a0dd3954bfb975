"""Formulas as MathML, which browsers show without a script."""

from __future__ import annotations

import re
from functools import cache

_ALIGNED = re.compile(r"(\\(?:begin|end)){aligned}")
_NAMED = re.compile(r"\\mathop{(\\text{[^{}]*})}")


@cache
def to_mathml(latex: str, display: bool = False) -> str:
    """A formula as a ``math`` element.

    Args:
        latex: without delimiters.
        display: on a line of its own.
    """
    from latex2mathml.converter import convert

    # Its `aligned` is no XML, where its `align*` is; its \mathop puts an element into a token.
    readable = _NAMED.sub(r"\1", _ALIGNED.sub(r"\1{align*}", latex))
    return str(convert(readable, display="block" if display else "inline"))
