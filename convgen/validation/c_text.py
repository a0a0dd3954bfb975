"""C source as the parser takes it: without comments and includes, every line in its place.

The macro prologue is no C that is executed. It is recognised byte for byte, and its macros then have the
meaning of `convgen.validation.macros`. Any other line of the preprocessor is refused.
"""

from __future__ import annotations

import re

from convgen.validation.faults import refuse
from convgen.validation.prologue import Prologue

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STANDARD_INCLUDE = "#include <stddef.h>"

SHARED = re.compile(r" *#pragma omp parallel for [a-z_0-9() ]+")

STUBS = ("ptrdiff_t",)
"""Types that the parser must be told of; what they are is the executor's to know."""


def stripped(text: str, name: str, prologue: Prologue) -> str:
    """The text to parse.

    Args:
        text: the source.
        name: of the kernel, whose own header may be included.
        prologue: the definitions that it may hold, once.

    Raises:
        SourceError: a comment that does not end, or a line of the preprocessor that is not known.
    """
    if prologue.text:
        _require_prologue(text, prologue.text)
        text = text.replace(prologue.text, _blank(prologue.text), 1)
    text = COMMENT.sub(lambda match: _blank(match[0]), text)
    if "/*" in text:
        raise refuse(text[: text.index("/*")].count("\n") + 1, "a comment that does not end")
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith("#"):
            if SHARED.fullmatch(line):  # the parser keeps it, and the executor says what it means
                continue
            if line not in (f'#include "{name}.h"', STANDARD_INCLUDE):
                raise refuse(
                    number, f"{line.strip()!r}: no include of a convgen kernel, nor a known prologue"
                )
            lines[number - 1] = ""
        for mark in ('"', "'", "//", "\\", "??", "\x00"):
            if mark in lines[number - 1]:
                raise refuse(number, f"{mark!r} does not occur in a convgen kernel")
    stubs = "".join(f"typedef int {each};" for each in (*STUBS, *prologue.vectors))
    return stubs + "\n".join(lines)


def _require_prologue(text: str, prologue: str) -> None:
    """Refuse a text that has not all of a prologue in one piece, with the first line that departs from it."""
    if prologue in text:
        return
    lines, known = text.split("\n"), prologue.strip("\n").split("\n")
    begin = lines.index(known[0]) if known[0] in lines else 0
    for number, line in enumerate(known, start=begin):
        if number >= len(lines) or lines[number] != line:
            found = repr(lines[number].strip()) if number < len(lines) else "the end"
            raise refuse(number + 1, f"{found} is not what a convgen prologue has there: {line.strip()!r}")
    raise refuse(begin + len(known), "a convgen prologue has blank lines around it")


def _blank(text: str) -> str:
    return "\n" * text.count("\n") or " "
