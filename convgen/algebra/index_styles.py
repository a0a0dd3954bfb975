"""How the parts of an index form look, as text and as LaTeX: one table each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from convgen.algebra.notation import Notation
from convgen.algebra.printing import PARAMETER_LATEX


@dataclass(frozen=True)
class Range:
    """An index under a sum sign; its bounds where they are written."""

    name: str
    bounds: tuple[str, str] | None


@dataclass(frozen=True)
class Style:
    """How the parts of a formula look.

    Attributes:
        entry: an entry of an array from (notation, array, indices).
        number: a coefficient.
        parameter: a size or parameter from (notation, word).
        sum: the sum sign from its ranges and conditions.
        times: between factors, and within an index expression.
        apart: an index expression, in which a name of several letters is kept off what it multiplies.
        at_least: the sign of a condition.
        derivative: one entry differentiated by another.
    """

    entry: Callable[[Notation, str, Sequence[str]], str]
    number: Callable[[Fraction], str]
    parameter: Callable[[Notation, str], str]
    sum: Callable[[Sequence[Range], Sequence[str]], str]
    times: tuple[str, str]
    apart: Callable[[str], str]
    at_least: str
    derivative: Callable[[str, str], str]


# ---- text ------------------------------------------------------------------------------------------------


def _entry_text(notation: Notation, array: str, indices: Sequence[str]) -> str:
    return notation.letter_of(array) + (f"[{','.join(indices)}]" if indices else "")


def _sum_text(ranges: Sequence[Range], conditions: Sequence[str]) -> str:
    if not ranges and not conditions:
        return ""
    names = ", ".join(each.name + (f"={'..'.join(each.bounds)}" if each.bounds else "") for each in ranges)
    return f"sum({names}{' : ' * bool(conditions)}{', '.join(conditions)}) "


TEXT = Style(
    entry=_entry_text,
    number=str,
    parameter=lambda _, word: word,
    sum=_sum_text,
    times=("*", "*"),
    apart=str,
    at_least=">=",
    derivative=lambda output, by: f"∂{output}/∂{by}",
)

# ---- LaTeX -----------------------------------------------------------------------------------------------


def _entry_latex(notation: Notation, array: str, indices: Sequence[str]) -> str:
    return notation.latex_of(array, ",".join(indices))


def _number_latex(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else rf"\frac{{{number.numerator}}}{{{number.denominator}}}"


def parameter_latex(notation: Notation, word: str) -> str:
    r"""A size or parameter in LaTeX: S, \mathrm{SH}, K_H, P^-; with the number of its axis as an index."""
    if word in notation.latex:
        return notation.latex[word]
    stem = word.rstrip("0123456789")
    name, _, index = stem.partition("_")
    if stem in PARAMETER_LATEX:
        written = PARAMETER_LATEX[stem]
    else:
        written = name if len(name) == 1 else rf"\mathrm{{{name}}}"
        if index:
            written += f"_{index}" if len(index) == 1 else rf"_{{\text{{{index}}}}}"
    return written if stem == word else f"{{{written}}}_{{{word[len(stem) :]}}}"


def _sum_latex(ranges: Sequence[Range], conditions: Sequence[str]) -> str:
    if conditions:
        names = [
            rf"{each.bounds[0]} \le {each.name} \le {each.bounds[1]}" if each.bounds else each.name
            for each in ranges
        ]
        gap = r",\;" if any(each.bounds for each in ranges) else ","
        rows = r" \\ ".join([gap.join(names)] * bool(names) + [*conditions])
        return rf"\sum_{{\substack{{{rows}}}}} "

    signs = []
    for bounds, group in groupby(ranges, key=lambda each: each.bounds):
        names = [each.name for each in group]
        if bounds is None:  # indices without bounds share one sign
            signs.append(rf"\sum_{{{','.join(names)}}} ")
        else:
            signs += [rf"\sum_{{{name}={bounds[0]}}}^{{{bounds[1]}}} " for name in names]
    return "".join(signs)


LATEX = Style(
    entry=_entry_latex,
    number=_number_latex,
    parameter=parameter_latex,
    sum=_sum_latex,
    times=(r" \, ", " "),
    apart=lambda words: re.sub(r"(\\mathrm\{\w+\}) (?=[a-zA-Z\\])", r"\1 \, ", words),
    at_least=r"\ge",
    derivative=lambda output, by: rf"\frac{{\partial {output}}}{{\partial {by}}}",
)
