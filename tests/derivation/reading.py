"""Reads a printed derivation back: its equations and its matrices, as SymPy expressions.

It knows how the text looks, and nothing of how it is made.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import sympy

from convgen.algebra.notation import NOTATIONS
from convgen.layout import element_name, name_shape
from convgen.spec import ConvSpec

DOTS = frozenset("⋯⋮⋱")
ROW = re.compile(r"(?<!\S)[\[⎡⎢⎣] (.*?) [\]⎤⎥⎦](?!\S)")
Cell = sympy.Expr | str
"""An entry, or dots."""
Matrix = list[list[Cell]]


def equations_of_latex(latex: str) -> list[str]:
    """The equations for entries in the default letters, as its text has them; steps are none of them."""
    return [
        _in_text(left) + " = " + _sum_in_text(right)
        for left, right in re.findall(r"(.*) &= (.*)", latex)
        if re.fullmatch(r"d?[XKbO](\[[\d,]+\])?", _in_text(left))
    ]


def rows_of_latex(latex: str) -> list[str]:
    """The rows of every matrix, as text has them, their entries one space apart."""
    matrices = re.findall(r"\\begin{bmatrix}\n(.*?)\n\\end{bmatrix}", latex, flags=re.DOTALL)
    rows = [row for matrix in matrices for row in matrix.split(" \\\\\n")]
    return [" ".join(map(_sum_in_text, row.split(" & "))) for row in rows]


def _sum_in_text(latex: str) -> str:
    latex = re.sub(r"\\quad\\text{(\(.*?\))}", r" \1", latex.removesuffix(" \\\\"))
    every, _, count = _in_text(latex).partition(" (")
    return " + ".join(term.replace(" ", "*") for term in every.split(" + ")) + (f" ({count}" if count else "")


def _in_text(latex: str) -> str:
    latex = re.sub(r"\\frac{\\partial L}{\\partial ([XKbO])(.*?)}(?=[ &\\]|$)", r"d\1\2", latex)
    latex = re.sub(r"([XKbO])_{([\d,]+)}", r"\1[\2]", latex)
    for sign, dots in ((r"\cdots", "⋯"), (r"\vdots", "⋮"), (r"\ddots", "⋱")):
        latex = latex.replace(sign, dots)
    return latex


class Printed:
    """The text of one derivation."""

    def __init__(self, spec: ConvSpec, notation: str, text: str) -> None:
        self.spec = spec
        self.letters = NOTATIONS[notation].letters
        self.arrays = {letter: array for array, letter in self.letters.items()}
        self.lines = text.splitlines()

    def product(self, text: str) -> Cell:
        """K[0,0]*X[1,0], an entry alone, a number, or dots."""
        if text in DOTS:
            return text
        return sympy.Mul(*map(self._factor, text.split("*")))

    def _factor(self, text: str) -> sympy.Expr:
        match = re.fullmatch(r"([^\W\d]+)(?:\[([\d,]+)\])?", text)
        if match is None:
            return sympy.Integer(text)
        array = self.arrays[match[1]]
        index = [int(each) for each in match[2].split(",")] if match[2] else []
        return sympy.Symbol(element_name(array, name_shape(self.spec, array), index))

    def equations(self, array: str) -> Iterator[tuple[sympy.Symbol, list[Cell], int]]:
        """Every equation for an entry of an array: the entry, the terms shown, how many it says there are."""
        equation = re.compile(rf"    ({self.letters[array]}(?:\[[\d,]+\])?) += (.*?)(?:  \((\d+) terms\))?")
        for line in self.written_out():
            match = equation.fullmatch(line)
            if match:
                terms = [self.product(each) for each in match[2].split(" + ")]
                yield self._factor(match[1]), terms, int(match[3] or len(terms))

    def written_out(self) -> Iterator[str]:
        """The displayed lines below what says that equations are written out."""
        listed = False
        for before, line in zip(["", *self.lines], self.lines, strict=False):
            if line.startswith("    ") and listed:
                yield line
            elif line and not before:  # a paragraph begins
                listed = line.startswith(("Written out, ", "Multiplied out"))

    def rows(self) -> list[str]:
        """The rows of every matrix, their entries one space apart."""
        return [" ".join(row[1].split()) for line in self.lines for row in ROW.finditer(line)]

    def equation_lines(self) -> list[str]:
        """The equations for entries, their parts one space apart."""
        entry = re.compile(r"    d?[XKbO](\[[\d,]+\])? += ")
        matrices = ("⋆", "⎡", "[ ")
        return [
            " ".join(line.split())
            for line in self.written_out()
            if entry.match(line) and not any(sign in line for sign in matrices)
        ]

    def matrices(self, name: str) -> tuple[list[Matrix], str]:
        """The matrices in the display ``name = …``, from left to right, and the sign between them."""
        at = next(
            n
            for n, line in enumerate(self.lines)
            if line.strip().startswith(f"{name} = ") and ROW.search(line)
        )
        first = max(n for n in range(at) if not self.lines[n].strip())
        last = min(n for n in range(at, len(self.lines)) if not self.lines[n].strip())
        found: dict[int, Matrix] = defaultdict(list)
        for line in self.lines[first:last]:
            if " = " in line and f"{name} = " not in line:
                continue
            for row in ROW.finditer(line):
                found[row.start()].append([self.product(each) for each in row[1].split()])
        sign = re.search(r"⋆(\[[\d, ]+\])?", self.lines[at])
        return [found[start] for start in sorted(found)], sign[0] if sign else ""
