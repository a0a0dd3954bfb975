"""A derivation as a list of blocks, and the blocks laid out as LaTeX, GitHub Markdown or Unicode text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from convgen.derivation.formula import LINE_WIDTH, Formula
from convgen.render import render

Prose = tuple[str | Formula, ...]
"""A paragraph: words and inline formulas."""


@dataclass(frozen=True)
class Block:
    """A piece of a document; exactly one of its parts is given.

    Attributes:
        heading: a section's title.
        prose: a paragraph.
        display: displayed formulas, one below the other.
        code: literal lines, such as a rule in the language of formulas.
    """

    heading: str = ""
    prose: Prose = ()
    display: tuple[Formula, ...] = ()
    code: str = ""


def heading(title: str) -> Block:
    """A section's title."""
    return Block(heading=title)


def prose(*words: str | Formula) -> Block:
    """A paragraph of words and inline formulas."""
    return Block(prose=words)


def display(*formulas: Formula) -> Block:
    """Displayed formulas."""
    return Block(display=formulas)


def code(text: str) -> Block:
    """A literal line."""
    return Block(code=text)


_LATEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        "×": r"\(\times\)", "⋆": r"\(\star\)", "⊙": r"\(\odot\)",
        "∂": r"\(\partial\)", "·": r"\(\cdot\)", "−": r"\(-\)", "δ": r"\(\delta\)",
    }
)  # fmt: skip


def escape_latex(text: str) -> str:
    """Words for LaTeX: its special characters escaped, the few signs of our prose put in math mode."""
    return text.translate(_LATEX_ESCAPES)


def _latex_prose(words: Prose) -> str:
    return "".join(escape_latex(word) if isinstance(word, str) else rf"\({word.latex}\)" for word in words)


def _markdown_prose(words: Prose) -> str:
    # $`...`$ survives GitHub's Markdown, which would otherwise read _ and * inside a formula.
    return "".join(word if isinstance(word, str) else f"$`{word.latex}`$" for word in words)


def _text_prose(words: Prose) -> str:
    return textwrap.fill(
        "".join(word if isinstance(word, str) else word.lines[0] for word in words), LINE_WIDTH
    )


def to_latex(title: str, blocks: Sequence[Block], article: bool) -> str:
    """A fragment to include, or a whole article that compiles."""
    return render(
        "latex/article.tex.j2" if article else "latex/fragment.tex.j2",
        title=escape_latex(title),
        blocks=[
            {
                "heading": escape_latex(block.heading),
                "prose": _latex_prose(block.prose),
                "display": [formula.latex for formula in block.display],
                "code": escape_latex(block.code),
            }
            for block in blocks
        ],
    )


def to_markdown(title: str, blocks: Sequence[Block]) -> str:
    """Markdown that GitHub renders: fenced math blocks."""
    return render(
        "markdown/derivation.md.j2",
        title=title,
        blocks=[
            {
                "heading": block.heading,
                "prose": _markdown_prose(block.prose),
                "display": [formula.latex for formula in block.display],
                "code": block.code,
            }
            for block in blocks
        ],
    )


def to_text(title: str, blocks: Sequence[Block]) -> str:
    """Unicode text; formulas may take several lines."""
    return render(
        "text/derivation.txt.j2",
        title=title,
        underline="=" * len(title),
        blocks=[
            {
                "heading": block.heading,
                "underline": "-" * len(block.heading),
                "prose": _text_prose(block.prose),
                "display": [
                    "\n".join(f"    {line}".rstrip() for line in formula.lines) for formula in block.display
                ],
                "code": block.code,
            }
            for block in blocks
        ],
    )
