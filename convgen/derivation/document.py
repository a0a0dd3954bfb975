"""A derivation as a list of blocks, and the blocks laid out in each format: LaTeX, Markdown, text, HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convgen.derivation.formula import LINE_WIDTH, Formula
from convgen.errors import SpecError
from convgen.render import render

if TYPE_CHECKING:
    from convgen.pictures.scene import Picture

Prose = tuple[str | Formula, ...]
"""A paragraph: words and inline formulas."""


@dataclass(frozen=True)
class Block:
    """A piece of a document.

    Attributes:
        kind: ``heading``, ``subheading``, ``point``, ``prose``, ``display``, ``code``, ``items`` or ``figure``.
        title: of a heading; of a point, which is a paragraph that begins with it; the caption of a figure.
        prose: the words of a point or a paragraph.
        display: displayed formulas, one below the other.
        code: literal lines, such as a rule in the language of formulas.
        items: paragraphs of a list.
        picture: of a figure.
        path: where the picture lies; empty where it stands in the document itself.
    """

    kind: str
    title: str = ""
    prose: Prose = ()
    display: tuple[Formula, ...] = ()
    code: str = ""
    items: tuple[Prose, ...] = ()
    picture: Picture | None = None
    path: str = ""


def heading(title: str) -> Block:
    """A section's title."""
    return Block("heading", title)


def subheading(title: str) -> Block:
    """The title of a part of a section."""
    return Block("subheading", title)


def prose(*words: str | Formula) -> Block:
    """A paragraph of words and inline formulas."""
    return Block("prose", prose=words)


def point(title: str, *words: str | Formula) -> Block:
    """A paragraph that begins with a title of its own."""
    return Block("point", title, words)


def display(*formulas: Formula) -> Block:
    """Displayed formulas."""
    return Block("display", display=formulas)


def code(text: str) -> Block:
    """Literal lines."""
    return Block("code", code=text)


def items(*each: Prose) -> Block:
    """A list of paragraphs."""
    return Block("items", items=each)


def figure(caption: str, picture: Picture, path: str = "") -> Block:
    """A picture with its caption."""
    return Block("figure", caption, picture=picture, path=path)


# ---- words in each format --------------------------------------------------------------------------------

_LATEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        "×": r"\(\times\)", "⋆": r"\(\star\)", "⊙": r"\(\odot\)", "⟨": r"\(\langle\)", "⟩": r"\(\rangle\)",
        "∂": r"\(\partial\)", "·": r"\(\cdot\)", "−": r"\(-\)", "δ": r"\(\delta\)", "Σ": r"\(\Sigma\)",
        "→": r"\(\to\)", "←": r"\(\leftarrow\)", "↓": r"\(\downarrow\)",
        "–": "--", "“": "``", "”": "''", "…": r"\dots{}",
    }
)  # fmt: skip


def escape_latex(text: str) -> str:
    """Words for LaTeX: its special characters escaped, the few signs of our prose put in math mode."""
    return text.translate(_LATEX_ESCAPES)


def _straight(text: str) -> str:
    return text


def _joined(words: Prose, text: Callable[[str], str], formula: Callable[[Formula], str]) -> str:
    return "".join(text(word) if isinstance(word, str) else formula(word) for word in words)


def _latex_prose(words: Prose) -> str:
    return _joined(words, escape_latex, lambda each: rf"\({each.latex}\)")


def _github_prose(words: Prose) -> str:
    # $`...`$ survives GitHub's Markdown, which would otherwise read _ and * inside a formula.
    return _joined(words, _straight, lambda each: f"$`{each.latex}`$")


def _katex_prose(words: Prose) -> str:
    return _joined(words, _straight, lambda each: f"${each.latex}$")


def _text_of(words: Prose) -> str:
    return _joined(words, _straight, lambda each: each.lines[0])


def _text_prose(words: Prose) -> str:
    return textwrap.fill(_text_of(words), LINE_WIDTH)


def _text_item(words: Prose) -> str:
    return textwrap.fill(_text_of(words), LINE_WIDTH, initial_indent="- ", subsequent_indent="  ")


# ---- formats ---------------------------------------------------------------------------------------------


def _laid_out(
    blocks: Sequence[Block],
    title: Callable[[str], str],
    words: Callable[[Prose], str],
    formula: Callable[[Formula], str],
    literal: Callable[[str], str] = _straight,
    drawn: Callable[[Picture, str], str] = lambda _picture, _path: "",
) -> list[dict[str, object]]:
    """What a template is given: finished pieces of text, block by block; a figure only where it can be shown."""
    return [
        {
            "kind": block.kind,
            "title": title(_ended(block)),
            "prose": words(block.prose),
            "display": [formula(each) for each in block.display],
            "code": literal(block.code),
            "items": [words(each) for each in block.items],
            "figure": shown,
        }
        for block in blocks
        if (shown := drawn(block.picture, block.path) if block.picture else "") or not block.picture
    ]


def _ended(block: Block) -> str:
    """A title; that of a point stands before its words and ends as a sentence does."""
    return f"{block.title}." if block.kind == "point" and not block.title.endswith("?") else block.title


def to_latex(title: str, blocks: Sequence[Block], article: bool) -> str:
    """A fragment to include, or a whole article that compiles; figures are drawn by TeX itself."""
    from convgen.derivation.latex_picture import latex_picture

    return render(
        "latex/article.tex.j2" if article else "latex/fragment.tex.j2",
        title=escape_latex(title),
        blocks=_laid_out(
            blocks, escape_latex, _latex_prose, lambda each: each.latex, escape_latex,
            lambda picture, _: latex_picture(picture, escape_latex),
        ),
        has_figure=any(block.picture for block in blocks),
    )  # fmt: skip


@dataclass(frozen=True)
class _Flavour:
    """How a renderer of Markdown tells formulas from words: inline, and on lines of their own."""

    words: Callable[[Prose], str]
    display: str


_FLAVOURS = {
    "github": _Flavour(_github_prose, "```math\n{}\n```"),
    "katex": _Flavour(_katex_prose, "$$\n{}\n$$"),
}


def to_markdown(title: str, blocks: Sequence[Block], flavour: str) -> str:
    """Markdown as GitHub renders it, in fenced blocks, or with dollars, as KaTeX and MathJax read it.

    Raises:
        SpecError: an unknown flavour.
    """
    if flavour not in _FLAVOURS:
        raise SpecError(f"unknown flavour {flavour!r} of Markdown; choose one of {', '.join(_FLAVOURS)}")
    how = _FLAVOURS[flavour]
    laid = _laid_out(
        blocks, _straight, how.words, lambda each: how.display.format(each.latex), drawn=_linked_in_markdown
    )
    return render("markdown/derivation.md.j2", title=title, blocks=laid)


def _linked_in_markdown(picture: Picture, path: str) -> str:
    """The picture's file, in angle brackets since a path may have spaces, with its description for who cannot see."""
    words = re.sub(r"([\\\[\]])", r"\\\1", picture.description)
    return f"![{words}](<{path}>)" if path else ""


def to_text(title: str, blocks: Sequence[Block]) -> str:
    """Unicode text; formulas may take several lines."""

    def indented(formula: Formula) -> str:
        return "\n".join(f"    {line}".rstrip() for line in formula.lines)

    laid = _laid_out(
        blocks, _straight, _text_prose, indented, drawn=lambda _, path: path and f"Picture: {path}"
    )
    kept = [block for block in blocks if block.picture is None or block.path]
    for entry, block in zip(laid, kept, strict=True):
        entry["underline"] = {"heading": "-", "subheading": "~"}.get(block.kind, "") * len(block.title)
        entry["point"] = _text_prose((f"{_ended(block)} ", *block.prose))
        entry["items"] = [_text_item(each) for each in block.items]
    return render("text/derivation.txt.j2", title=title, underline="=" * len(title), blocks=laid)


def to_html(title: str, blocks: Sequence[Block]) -> str:
    """One HTML file with MathML, which needs no network and no script.

    Raises:
        MissingDependencyError: the package that writes MathML is not installed.
    """
    from html import escape

    from convgen.algebra.mathml import to_mathml

    def words(prose: Prose) -> str:
        return _joined(prose, escape, lambda each: to_mathml(each.latex))

    laid = _laid_out(
        blocks, escape, words, lambda each: to_mathml(each.latex, display=True), escape,
        lambda picture, _: picture.svg().partition("\n")[2],  # without its comment about its origin
    )  # fmt: skip
    return render("html/derivation.html.j2", title=escape(title), blocks=laid)
