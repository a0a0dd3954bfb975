"""The macro prologue that a source may have, as the generator writes it."""

from __future__ import annotations

import re
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


def prologue_of(text: str) -> Prologue:
    """The prologue that a source should have, from the vector types that it says it defines."""
    from convgen.kernels.generate import prologue
    from convgen.kernels.isa import Vector

    transposes, combines = ({*each.findall(text)} for each in (_COLUMNS, _COMBINES))
    vectors = [
        Vector(f"float{each[0]}", int(each[1]), each in transposes, each in combines)
        for each in _VECTOR.findall(text)
    ]
    return Prologue(prologue(vectors), tuple(vector.name for vector in vectors))


_VECTOR = re.compile(r"^#define CONVGEN_F(32|64)X(\d+)$", re.MULTILINE)
_COLUMNS = re.compile(r"^#define CONVGEN_F(32|64)X(\d+)_COLUMNS$", re.MULTILINE)
_COMBINES = re.compile(r"^#define CONVGEN_F(32|64)X(\d+)_COMBINES$", re.MULTILINE)
