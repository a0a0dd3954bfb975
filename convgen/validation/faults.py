"""What execution can find wrong with a text, and where.

A `Fault` is an answer: the text was understood and does something that no kernel may do. Text that is not
understood raises `convgen.errors.SourceError` instead; nothing is ever skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from convgen.errors import SourceError


@dataclass
class Fault(Exception):  # noqa: N818 -- an answer, and no error of the user's
    """A text that reads beside an array, reads what nothing has written, or the like.

    Attributes:
        line: of the source, counted from 1; 0 where no single line is to blame.
        reason: in words.
    """

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


def refuse(line: int, reason: str) -> SourceError:
    """The error for a line that is not understood."""
    return SourceError(f"line {line} is not understood: {reason}")
