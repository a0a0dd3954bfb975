"""Claims in a Markdown file: found, decided one by one, and reported with their lines.

Two things in a file are read as claims:

- every line of a fenced block whose tag is ``claim`` or ``convgen``, but empty lines and those that begin with
  ``#``. After the tag may stand what its claims are about, in the words of a spec's text form:
  ``stride=1 padding=same``, a whole spec, ``rank=1``, ``notation=001``;
- every inline code span ``target = formula`` whose target is an array that claims are about, such as dX.

A line of a block that cannot be read is an error. A code span that cannot be read is told as not read, since a
page may well say ``dX = np.zeros_like(X)``; it decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convgen.algebra.notation import DEFAULT, Notation, notation
from convgen.errors import ClaimError, ConvgenError
from convgen.proof.check import check
from convgen.proof.claim import TARGETS
from convgen.proof.read import read_claim
from convgen.proof.scope import arguments_of
from convgen.proof.verdict import SCHEMA_VERSION, Verdict
from convgen.spec_text import words_in

SUFFIXES = (".md", ".markdown")
"""How the name of a file ends whose claims are read."""
TAGS = ("claim", "convgen")
"""What a fenced block is tagged with whose lines are claims."""

_FENCE = re.compile(r"[\s>]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>.*)")
_SPAN = re.compile(r"(?<!`)(?P<marks>`+)(?!`)(?P<text>.+?)(?<!`)(?P=marks)(?!`)")
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


@dataclass(frozen=True)
class NotesReport:
    """Every claim of a file with its verdict; truthy when all hold.

    Attributes:
        file: the file's name as the user gave it.
        verdicts: each claim's line and verdict.
        unread: code spans that look like claims and cannot be read: line, text and reason.
    """

    file: str
    verdicts: tuple[tuple[int, Verdict], ...]
    unread: tuple[tuple[int, str, str], ...] = ()

    def __bool__(self) -> bool:
        return all(verdict for _, verdict in self.verdicts)

    def __str__(self) -> str:
        told = [f"{self.file}:{line}: {verdict}" for line, verdict in self.verdicts]
        told += [f"{self.file}:{line}: not read as a claim: {text}" for line, text, _ in self.unread]
        holding = sum(bool(verdict) for _, verdict in self.verdicts)
        return "\n\n".join([*told, f"{holding} of {len(self.verdicts)} claims in {self.file} hold"])

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "schema": SCHEMA_VERSION,
            "file": self.file,
            "holds": bool(self),
            "claims": [{"line": line, **verdict.to_json()} for line, verdict in self.verdicts],
            "unread": [{"line": line, "text": text, "reason": reason} for line, text, reason in self.unread],
        }


def check_notes(path: str | Path, words: Mapping[str, str] | None = None) -> NotesReport:
    """Decide every claim in a Markdown file.

    Args:
        path: the file.
        words: what its claims are about, where their block does not say otherwise: texts by the keys of a
            spec's text form, ``rank`` and ``notation``.

    Raises:
        ClaimError: the file cannot be read, holds no claim, or a line of a block is no claim; the message
            names the line. Nothing is decided then.
        SpecError: words that no layer has.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    given = dict(words or {})
    letters = notation(given.pop("notation", DEFAULT.name))
    questions, unread, wrong = [], [], []
    for noted in noted_in(text, letters):
        try:
            questions.append((noted, _arguments(noted, given, letters)))
        except ConvgenError as error:
            if noted.is_marked:
                wrong.append(f"{path}:{noted.line}: {error}")
            else:
                unread.append((noted.line, noted.text, str(error)))
    if wrong:
        raise ClaimError("\n".join(wrong))
    if not questions:
        raise ClaimError(
            f"{path} holds no claim; write one a line in a block that begins with ```{TAGS[0]}, or in the text "
            "as `dX = pad(dO) ⋆ rot180(K)`"
        )
    return NotesReport(str(path), tuple(_decided(path, *question) for question in questions), tuple(unread))


def noted_in(text: str, letters: Notation = DEFAULT) -> Iterator[Noted]:
    """Whatever in a text may be a claim, in order.

    Args:
        text: of the file.
        letters: the notation of its code spans.
    """
    targets = {letter for letter, array in letters.letters_to_arrays.items() if array in TARGETS}
    closing = ""
    words: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        fence = _FENCE.fullmatch(line)
        if closing:
            if fence and not fence["info"].strip() and fence["marks"].startswith(closing):
                closing = ""
            elif words is not None and line.strip() and not line.lstrip().startswith("#"):
                yield Noted(number, line.strip(), words, True)
        elif fence and not (fence["marks"][0] == "`" and "`" in fence["info"]):
            closing = fence["marks"]
            tag, _, rest = fence["info"].partition(" ")
            words = rest.strip() if tag in TAGS else None
        else:
            for span in _SPAN.finditer(line):
                equation = _EQUATION.match(span["text"])
                if equation and equation["letter"] in targets:
                    yield Noted(number, span["text"].strip())


def _arguments(noted: Noted, words: Mapping[str, str], letters: Notation) -> dict[str, Any]:
    """The arguments of `check` for a claim that can be read.

    Raises:
        ConvgenError: it cannot be.
    """
    given = {**words, **words_in(noted.words)}
    own = given.pop("notation", None)
    arguments = arguments_of(given) | {"notation": letters if own is None else notation(own)}
    layers = arguments.get("spec") or arguments["scope"]
    read_claim(noted.text, arguments["notation"], layers.rank)
    return arguments


def _decided(path: str | Path, noted: Noted, arguments: Mapping[str, Any]) -> tuple[int, Verdict]:
    try:
        return noted.line, check(noted.text, **arguments)
    except ConvgenError as error:
        raise ClaimError(f"{path}:{noted.line}: {error}") from error
