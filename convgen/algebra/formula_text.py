"""The text of a formula while it is being read: what every grammar here shares.

Nothing is ever evaluated as Python. A grammar gives a plain tree of syntax, and every error shows the
formula with a mark under the character.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from convgen.algebra.hints import hint
from convgen.errors import ClaimError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

LENGTH_LIMIT = 10_000
"""A formula longer than this is refused unread."""
DEPTH_LIMIT = 60
"""Deeper nesting than this is refused unread; no formula of the field comes near it."""
OPERATION_LIMIT = 100
"""More operations than this, each on the result of the one before, are refused before they are done."""

CONTEXT = 60
"""How many characters on each side of the mark an error shows of a long formula."""


_SPELLINGS = (
    (re.compile("[−–]"), "-"),
    (re.compile(r"(?<![\w∂])[∂d]L\s*/\s*[∂d](?=[^\W\d])"), "d"),
)
"""What papers and lecture notes write otherwise: a minus sign or dash, and ∂L/∂X or dL/dX for dX."""


def spelled(text: str) -> str:
    """A text as the grammars have it; every character that stays keeps its place."""
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(lambda found, plain=plain: plain.rjust(len(found[0])), text)  # type: ignore[misc]
    return text


class FormulaText:
    """One formula being read; it holds the text so that errors can point into it.

    Attributes:
        text: what is read.
        written: the same as the user wrote it, character under character.
        before: what stands before it in what the user wrote, for errors to show.
    """

    before = ""

    def __init__(self, text: str) -> None:
        self.written = text
        self.text = spelled(text)

    def parse(self, grammar: str) -> Tree[Token]:
        """The syntax of the text.

        Args:
            grammar: the name of a grammar beside this file.

        Raises:
            ClaimError: too long, too deep, or not of the grammar; the message points at the character.
        """
        from lark.exceptions import UnexpectedInput, UnexpectedToken

        if len(self.text) > LENGTH_LIMIT:
            raise ClaimError(f"a formula of {len(self.text):,} characters; the limit is {LENGTH_LIMIT:,}")
        self._check_depth()
        try:
            syntax = _parser(grammar).parse(self.text)
        except UnexpectedInput as error:
            position = error.pos_in_stream
            ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
            if ended or position is None or position < 0:
                position = len(self.text.rstrip())
                raise self.error("the formula ends too early" + hint(self.text, position), position) from None
            raise self.error("this was not expected here" + hint(self.text, position), position) from None
        self._check_operations(syntax)
        return syntax

    def error(self, message: str, position: int) -> ClaimError:
        """An error that shows the formula with a mark under the character."""
        # On one line and one column a character: a line break or control character would displace the mark.
        written, position = self.before + self.written, len(self.before) + position
        shown = "".join(character if character.isprintable() else " " for character in written)
        if len(shown) > 2 * CONTEXT:
            start, end = max(position - CONTEXT, 0), position + CONTEXT
            before, after = "…" if start else "", "…" if end < len(shown) else ""
            shown, position = before + shown[start:end] + after, len(before) + position - start
        return ClaimError(f"{message}:\n  {shown}\n  {' ' * position}^")

    def _check_depth(self) -> None:
        depth = 0
        for position, character in enumerate(self.text):
            depth += (character in "([{") - (character in ")]}")
            if depth > DEPTH_LIMIT:
                raise self.error(f"nested deeper than {DEPTH_LIMIT} brackets", position)

    def _check_operations(self, syntax: Tree[Token]) -> None:
        level = [syntax]
        for _ in range(OPERATION_LIMIT):
            level = [child for each in level for child in subtrees(each)]
        if level:
            raise self.error(f"more than {OPERATION_LIMIT} operations in one another", start_of(level[0]))


@cache
def _parser(grammar: str) -> Lark:
    from lark import Lark

    text = resources.files("convgen.algebra").joinpath(grammar).read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def subtrees(syntax: Any) -> list[Tree[Token]]:
    """The children of a piece of syntax, without its tokens."""
    from lark import Tree

    return [child for child in syntax.children if isinstance(child, Tree)]


def quoted(name: object) -> str:
    """A name of the user's in an error, shortened where it is longer than any name of the language."""
    text = str(name)
    return repr(text if len(text) <= CONTEXT else text[:CONTEXT] + "…")


def start_of(syntax: Any) -> int:
    """Where a token or a piece of syntax begins."""
    from lark import Token

    if isinstance(syntax, Token):
        return syntax.start_pos or 0
    return int(syntax.meta.start_pos)
