"""Formulas in two scripts at once: LaTeX, and Unicode text that may take several lines.

SymPy writes neither X_{0,1} for the symbol ``X_0_1`` nor an elided matrix; these few functions do both,
and leave out the middle of anything longer than `SHOWN`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from convgen.algebra.notation import Notation
from convgen.symbolic.tensors import entry_indices

SHOWN = 8
"""Rows, columns or terms up to which nothing is left out."""
LEADING = 6
"""How many are shown before the dots where something is; one more, the last, follows them."""


LINE_WIDTH = 96
"""Characters of text that a sum may take."""


@dataclass(frozen=True)
class Formula:
    """One formula, as LaTeX without delimiters and as lines of Unicode text of equal width."""

    latex: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, latex: str, text: str) -> Formula:
        """A formula whose text is a single line."""
        return cls(latex, (text,))

    def beside(self, *others: Formula, gap: str = " ", latex_gap: str = " ") -> Formula:
        """Formulas in a row, their lines centred on one another."""
        result = self
        for other in others:
            height = max(len(result.lines), len(other.lines))
            left, right = _centred(result.lines, height), _centred(other.lines, height)
            lines = tuple(a + gap + b for a, b in zip(left, right, strict=True))
            result = Formula(f"{result.latex}{latex_gap}{other.latex}", lines)
        return result


def _centred(lines: Sequence[str], height: int) -> list[str]:
    width = max(map(len, lines))
    above = (height - len(lines)) // 2
    below = height - len(lines) - above
    return [" " * width] * above + [line.ljust(width) for line in lines] + [" " * width] * below


def shown(count: int, limit: int = SHOWN, leading: int = LEADING) -> list[int | None]:
    """Which of a number of things to show: all, or some leading ones, None for dots, and the last."""
    return [*range(count)] if count <= limit else [*range(leading), None, count - 1]


EQUALS = Formula.of("=", "=")


class EntryPrinter:
    """Prints SymPy expressions in the entries of X, K, b and dO, in the letters of a notation."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        name = self.entry_latex

        class Latex(LatexPrinter):  # type: ignore[misc]
            def _print_Symbol(self, expr: sympy.Symbol, **_options: str) -> str:
                return name(str(expr))

        entry_text = self.entry_text

        class Text(StrPrinter):  # type: ignore[misc]
            def _print_Symbol(self, expr: sympy.Symbol) -> str:
                return entry_text(str(expr))

        # The expressions stand in order already; "none" keeps it.
        self._latex = Latex({"order": "none"})
        self._text = Text({"order": "none"})

    @cache  # noqa: B019 -- a printer lives as long as its document
    def entry_latex(self, name: str) -> str:
        r"""An entry's name in LaTeX: X_{0,1}, or the fraction ∂L/∂O_{0,1}."""
        array, indices = self._indices(name)
        return self.notation.latex_of(array, ",".join(map(str, indices)))

    @cache  # noqa: B019
    def entry_text(self, name: str) -> str:
        """An entry's name as text: X[0,1], dO[0,1]."""
        array, indices = self._indices(name)
        letter = self.notation.letter_of(array)
        return f"{letter}[{','.join(map(str, indices))}]" if indices else letter

    def _indices(self, name: str) -> tuple[str, list[int]]:
        """An entry's array and its indices, counted as the notation does."""
        array, indices = entry_indices(name)
        first = self.notation.first_of(array)
        return array, [index + first for index in indices]

    def entry(self, name: str) -> Formula:
        """An entry by its name."""
        return Formula.of(self.entry_latex(name), self.entry_text(name))

    def expression(self, value: sympy.Expr) -> Formula:
        """An expression; a sum too long for a line loses its middle, and its number of terms is said."""
        terms = sympy.Add.make_args(value)
        widest = len(self._text.doprint(terms[-1])) + len(" + ")
        fitting = max(LINE_WIDTH // widest, 3)
        which_shown = shown(len(terms), fitting, fitting - 2)
        latex, text = [], []
        for which in which_shown:
            latex.append(r"\cdots" if which is None else self._latex.doprint(terms[which]))
            text.append("⋯" if which is None else self._text.doprint(terms[which]))
        counted = None in which_shown
        note = rf"\quad\text{{({len(terms)} terms)}}" if counted else ""
        return Formula.of(
            " + ".join(latex) + note, " + ".join(text) + (f"  ({len(terms)} terms)" if counted else "")
        )


def matrix(rows: int, columns: int, entry: Callable[[int, int], Formula]) -> Formula:
    """A matrix, its middle left out beyond `SHOWN` rows or columns.

    Args:
        rows: the true number of rows.
        columns: the true number of columns.
        entry: the entry at (row, column); asked only for those shown.
    """
    dots = {
        (False, True): Formula.of(r"\cdots", "⋯"),
        (True, False): Formula.of(r"\vdots", "⋮"),
        (True, True): Formula.of(r"\ddots", "⋱"),
    }

    def cell(row: int | None, column: int | None) -> Formula:
        if row is None or column is None:
            return dots[row is None, column is None]
        return entry(row, column)

    grid = [[cell(row, column) for column in shown(columns)] for row in shown(rows)]
    latex = " \\\\\n".join(" & ".join(each.latex for each in line) for line in grid)
    return Formula(
        f"\\begin{{bmatrix}}\n{latex}\n\\end{{bmatrix}}",
        _bracketed([[each.lines[0] for each in line] for line in grid]),
    )


def matrix_size(rows: int, columns: int) -> str:
    """Rows×columns, and whether `matrix` leaves its middle out."""
    elided = None in shown(rows) or None in shown(columns)
    return f"{rows}×{columns}" + (" (its middle left out)" if elided else "")


def _bracketed(grid: Sequence[Sequence[str]]) -> tuple[str, ...]:
    widths = [max(len(line[column]) for line in grid) for column in range(len(grid[0]))]
    inner = ["  ".join(text.center(width) for text, width in zip(line, widths, strict=True)) for line in grid]
    if len(inner) == 1:
        return (f"[ {inner[0]} ]",)
    left, right = "⎡" + "⎢" * (len(inner) - 2) + "⎣", "⎤" + "⎥" * (len(inner) - 2) + "⎦"
    return tuple(f"{a} {line} {b}" for a, line, b in zip(left, inner, right, strict=True))


Line = tuple[Formula, Formula | None]
"""An equation by its two sides; the right one is None for dots between equations."""

DOTS: Line = (Formula.of(r"\vdots", "⋮"), None)


def aligned(lines: Sequence[Line]) -> Formula:
    """Equations below one another, aligned at the sign."""
    width = max(len(left.lines[0]) for left, _ in lines)
    latex, text = [], []
    for left, right in lines:
        latex.append(left.latex if right is None else f"{left.latex} &= {right.latex}")
        text.append(
            left.lines[0].rjust(width)
            if right is None
            else f"{left.lines[0].ljust(width)} = {right.lines[0]}"
        )
    return Formula("\\begin{aligned}\n" + " \\\\\n".join(latex) + "\n\\end{aligned}", tuple(text))


_NEXT_TERM = re.compile(r" (?=[+-] )")


def broken(formula: Formula, width: int = LINE_WIDTH) -> Formula:
    """A sum too wide for a line, one term below the other."""
    if len(formula.lines) > 1 or len(formula.lines[0]) <= width:
        return formula
    left, _, right = formula.latex.partition(" = ")
    text_left, _, text_right = formula.lines[0].partition(" = ")
    latex_terms, text_terms = _terms(right, "{", "}"), _terms(text_right, "(", ")")
    if len(latex_terms) < 2 or len(latex_terms) != len(text_terms):
        return formula
    latex = [f"{left} &= {latex_terms[0]}", *(rf"&\quad {each}" for each in latex_terms[1:])]
    gap = " " * (len(text_left) + 1)
    text = [f"{text_left} = {text_terms[0]}", *(f"{gap}{each}" for each in text_terms[1:])]
    return Formula("\\begin{aligned}\n" + " \\\\\n".join(latex) + "\n\\end{aligned}", _even(text))


def _terms(text: str, opening: str, closing: str) -> list[str]:
    """The terms of a sum, each with its sign; signs within brackets do not count."""
    terms, depth, start = [], 0, 0
    for match in re.finditer(rf"{re.escape(opening)}|{re.escape(closing)}|{_NEXT_TERM.pattern}", text):
        if match[0] == opening:
            depth += 1
        elif match[0] == closing:
            depth -= 1
        elif depth == 0:
            terms.append(text[start : match.start()])
            start = match.end()
    return [*terms, text[start:]]


def _even(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines of equal width."""
    width = max(map(len, lines))
    return tuple(line.ljust(width) for line in lines)
