"""Claims in a Markdown file: found, decided one by one, and reported with their lines.

Two things in a file are read as claims:

- every line of a fenced block whose tag is ``claim`` or ``convgen``, or ``{claim}`` as MyST writes it, but empty
  lines and those that begin with ``#``. After the tag may stand what its claims are about, in the words of a
  spec's text form: ``stride=1 padding=same``, a whole spec, ``rank=1``, ``notation=001``;
- every inline code span ``target = formula`` whose target is an array that claims are about, such as dX.

What cannot be read hides no verdict on the rest: it is told with its reason after them, and the report is then
not true, since a page in which a formula went unread has not been checked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convgen.algebra.notation import DEFAULT, Notation, notation
from convgen.errors import BudgetError, ClaimError, ConvgenError, MissingDependencyError
from convgen.proof.check import check
from convgen.proof.claim import TARGETS
from convgen.proof.scope import arguments_of
from convgen.proof.verdict import SCHEMA_VERSION, Verdict
from convgen.spec_text import words_in

SUFFIXES = (".md", ".markdown")
"""How the name of a file ends whose claims are read."""
TAGS = ("claim", "convgen")
"""What a fenced block is tagged with whose lines are claims."""

_FENCE = re.compile(r"(?P<quote>[\s>]*)(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>.*)")
_TAG = re.compile(rf"(\{{)?(?:{'|'.join(TAGS)})(?(1)\}})(?:\s+(?P<words>.*))?")
_SPAN = re.compile(r"(?<!`)(?P<marks>`+)(?!`)(?P<text>.+?)(?<!`)(?P=marks)(?!`)")
_FILE = re.compile(r"-|[^\s=]+\.[^\W\d]{2,}")
"""What no formula looks like; X.T is one."""
_EQUATION = re.compile(r"\s*(?P<letter>[^\W\d]\w*'*)~?\s*(?:\[[^\]]*\])?\s*=(?!=)")


@dataclass(frozen=True)
class Noted:
    """Something in a file that may be a claim.

    Attributes:
        line: where it stands, counted from 1.
        text: as written.
        words: what its block says that it is about, in the words of a spec's text form.
        is_marked: whether it stands in a block for claims.
    """

    line: int
    text: str
    words: str = ""
    is_marked: bool = False


Missed = tuple[int, str, str]
"""Something without a verdict: its line, its text and the reason."""


@dataclass(frozen=True)
class NotesReport:
    """Every claim of a file with its verdict; truthy when all were read and decided, and hold.

    Attributes:
        file: the file's name as the user gave it.
        verdicts: each claim's line and verdict.
        unread: what looks like a claim and cannot be read.
        undecided: what would take too long to decide.
    """

    file: str
    verdicts: tuple[tuple[int, Verdict], ...]
    unread: tuple[Missed, ...] = ()
    undecided: tuple[Missed, ...] = ()

    def __bool__(self) -> bool:
        return self.is_complete and all(verdict for _, verdict in self.verdicts)

    @property
    def is_complete(self) -> bool:
        """Whether there is a verdict on everything that looks like a claim."""
        return not self.unread and not self.undecided

    def __str__(self) -> str:
        told = [f"{self.file}:{line}: {verdict}" for line, verdict in self.verdicts]
        holding = sum(bool(verdict) for _, verdict in self.verdicts)
        summary = f"{holding} of {len(self.verdicts)} claims in {self.file} hold"
        for missed, what, count in (
            (self.unread, "not read as a claim", "could not be read"),
            (self.undecided, "not decided", "could not be decided"),
        ):
            told += [f"{self.file}:{line}: {what}: {text}\n{reason}" for line, text, reason in missed]
            summary += f", {len(missed)} {count}" if missed else ""
        return "\n\n".join([*told, summary])

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "schema": SCHEMA_VERSION,
            "file": self.file,
            "holds": bool(self),
            "claims": [{"line": line, **verdict.to_json()} for line, verdict in self.verdicts],
        } | {
            name: [{"line": line, "text": text, "reason": reason} for line, text, reason in missed]
            for name, missed in (("unread", self.unread), ("undecided", self.undecided))
        }


def is_notes(text: str) -> bool:
    """Whether what a user asks about is a Markdown file, and not a claim.

    Raises:
        ClaimError: it is a file or directory of another kind.
    """
    if text.lower().endswith(SUFFIXES):
        return True
    # Path.exists raises where a text is too long for a name.
    if "=" not in text and (_FILE.fullmatch(text) or os.path.exists(text)):  # noqa: PTH110
        raise ClaimError(f"{text!r} is no formula, and of files only {' and '.join(SUFFIXES)} are read")
    return False


def check_notes(path: str | Path, words: Mapping[str, str] | None = None) -> NotesReport:
    """Decide every claim in a Markdown file.

    Args:
        path: the file.
        words: what its claims are about, where their block does not say otherwise: texts by the keys of a
            spec's text form, ``rank`` and ``notation``.

    Raises:
        ClaimError: the file cannot be read, or there is a verdict on nothing in it; the message names the
            lines.
        SpecError: words that no layer has.
        MissingDependencyError: integer sets are needed and not installed.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    given = dict(words or {})
    letters = notation(given.pop("notation", DEFAULT.name))
    verdicts: list[tuple[int, Verdict]] = []
    unread: list[Missed] = []
    undecided: list[Missed] = []
    for noted in noted_in(text, letters):
        try:
            arguments = _arguments(noted, given, letters)
            verdicts.append((noted.line, check(noted.text, **arguments)))
        except MissingDependencyError:
            raise
        except BudgetError as error:
            undecided.append((noted.line, noted.text, str(error)))
        except ConvgenError as error:
            unread.append((noted.line, noted.text, str(error)))
    if not verdicts and (unread or undecided):
        raise ClaimError("\n".join(f"{path}:{line}: {reason}" for line, _, reason in (*unread, *undecided)))
    if not verdicts:
        raise ClaimError(
            f"{path} holds no claim; write one a line in a block that begins with ```{TAGS[0]}, or in the text "
            "as `dX = pad(dO) ⋆ rot180(K)`"
        )
    return NotesReport(str(path), tuple(verdicts), tuple(unread), tuple(undecided))


def noted_in(text: str, letters: Notation = DEFAULT) -> Iterator[Noted]:
    """Whatever in a text may be a claim, in order.

    Args:
        text: of the file.
        letters: the notation of its code spans.
    """
    targets = {letter for letter, array in letters.letters_to_arrays.items() if array in TARGETS}
    closing, quotes = "", 0
    words: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        fence = _FENCE.fullmatch(line)
        if closing:
            if fence and not fence["info"].strip() and fence["marks"].startswith(closing):
                closing = ""
            elif words is not None and (written := _unquoted(line, quotes)) and written[0] != "#":
                yield Noted(number, written, words, True)
        elif fence and not (fence["marks"][0] == "`" and "`" in fence["info"]):
            closing, quotes = fence["marks"], fence["quote"].count(">")
            tag = _TAG.fullmatch(fence["info"].strip())
            words = tag and (tag["words"] or "")
        else:
            for span in _SPAN.finditer(line):
                equation = _EQUATION.match(span["text"])
                if equation and equation["letter"] in targets:
                    yield Noted(number, span["text"].strip())


def _arguments(noted: Noted, words: Mapping[str, str], letters: Notation) -> dict[str, Any]:
    """The arguments of `check` for a claim.

    Raises:
        ConvgenError: its block says what no layer has.
    """
    given = {**words, **words_in(noted.words)}
    own = given.pop("notation", None)
    return arguments_of(given) | {"notation": letters if own is None else notation(own)}


def _unquoted(line: str, quotes: int) -> str:
    """A line of a block without the marks of the quotations that the block stands in."""
    return re.sub(rf"(?:\s*>){{0,{quotes}}}", "", line, count=1).strip()
