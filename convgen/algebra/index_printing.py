"""Index forms as text that parses back, and as LaTeX that GitHub, KaTeX and TeX all render.

What each index is called, `convgen.algebra.index_letters` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from convgen.algebra.index_form import Frame, is_spatial
from convgen.algebra.index_letters import RANKS, IndexNames, Letters
from convgen.algebra.index_styles import LATEX, TEXT, Range, Style
from convgen.algebra.indexed_sum import Index, IndexedSum, inside, root
from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.polynomial import ONE, Monomial, Polynomial, format_terms


def index_text(
    target: str,
    terms: Sequence[IndexedSum],
    frame: Frame,
    notation: Notation = DEFAULT,
    entries: Sequence[Polynomial] = (),
) -> str:
    """A formula as text; `convgen.algebra.index_syntax.parse_index_formula` reads it back.

    Args:
        target: our name of the array on the left.
        terms: the right side, added up.
        frame: what it is about; it says which indices are shown, and in which order.
        notation: whose letters are used.
        entries: expressions that are 0 at the entries spoken of, where not all of them are.
    """
    return _Writer(frame, notation, TEXT).formula(target, terms, entries)


def index_latex(
    target: str,
    terms: Sequence[IndexedSum],
    frame: Frame,
    notation: Notation = DEFAULT,
    entries: Sequence[Polynomial] = (),
) -> str:
    r"""The same in LaTeX, without ``\operatorname`` and other commands that GitHub refuses."""
    return _Writer(frame, notation, LATEX).formula(target, terms, entries)


def derivative_in(
    style: Style, target: str, terms: Sequence[IndexedSum], frame: Frame, notation: Notation
) -> str:
    """One derivative of an output: what dO is multiplied by in a gradient.

    Args:
        style: text or LaTeX.
        target: the gradient, such as dX.
        terms: one sum over products with dO.
        frame: what it is about.
        notation: whose letters are used.
    """
    return _Writer(frame, notation, style).derivative(target, terms)


def chain_rule_in(style: Style, target: str, frame: Frame, notation: Notation) -> str:
    """A gradient as the sum over all outputs of their gradient times their derivative."""
    return _Writer(frame, notation, style).chain_rule(target)


@dataclass(frozen=True)
class _Writer:
    frame: Frame
    notation: Notation
    style: Style

    @property
    def called(self) -> IndexNames:
        """What indices are called."""
        return IndexNames(self.frame, self.notation)

    def formula(self, target: str, terms: Sequence[IndexedSum], entries: Sequence[Polynomial]) -> str:
        """The whole formula; terms without a sum lead."""
        known_entries = [each.substitute(self.frame.values) for each in entries]
        output = self.frame.indices(target)
        shown = self.frame.axes_shown(target)
        hidden = {index.name: Polynomial() for index in output if index.name not in shown}
        known = [term.substitute(self.frame.values).reindex(hidden) for term in terms]
        fixed = hidden | _entry_positions(known_entries, output)
        known = [_without_single_values(_at(term, fixed)) for term in known]
        letters: Letters = {}
        for index in output:
            if index.name not in fixed:
                letters[index.name] = self.called.letter(target, index.name, letters)
        at = [fixed.get(index.name, Polynomial.of(index.name)) for index in output]
        right = ""
        for term in sorted(known, key=lambda each: bool(each.bound)):
            sign = "-" if term.coefficient < 0 else "+"
            right += f" {sign} " if right else sign.strip("+")
            right += self._term(term, letters)
        return f"{self._entry(target, at, letters)} = {right}"

    def derivative(self, target: str, terms: Sequence[IndexedSum]) -> str:
        """∂O[i]/∂X[p] = ...: the indices of the output are free, whatever sums over them."""
        (term,) = (_without_single_values(self._known(target, each)) for each in terms)
        letters = self.called.with_bound(term, self.called.output(target))
        (gradient,) = (factor for factor in term.factors if factor.array == "dO")
        free = {name for position in gradient.indices for name in position.names}
        rest = replace(
            term,
            factors=tuple(factor for factor in term.factors if factor is not gradient),
            bound=tuple(index for index in term.bound if index.name not in free),
        )
        at = [Polynomial.of(index.name) for index in term.output]
        shown = {*self.frame.axes_shown(target)}
        at = [each if str(each) in shown else Polynomial() for each in at]
        array = target.removeprefix("d")
        left = self.style.derivative(
            self._entry("O", gradient.indices, letters), self._entry(array, at, letters)
        )
        return f"{left} = {self._term(rest, letters, known_letters=True)}"

    def chain_rule(self, target: str) -> str:
        """dX[p] = sum over i of dO[i] * ∂O[i]/∂X[p]."""
        letters = self.called.output(target)
        entries = {}
        for array, prefix in ((target, ""), ("O", "o:")):
            shown = self.frame.axes_shown(array)
            for axis in shown if prefix else ():
                letters[prefix + axis] = self.called.letter(array, axis, letters)
            entries[array] = [
                Polynomial.of(prefix + index.name) if index.name in shown else Polynomial()
                for index in self.frame.indices(array)
            ]
        ranges = [Range(letter.name, None) for name, letter in letters.items() if name.startswith("o:")]
        output, by = (
            self._entry(array, entries[each], letters)
            for array, each in (("O", "O"), (target.removeprefix("d"), target))
        )
        factors = [self._entry("dO", entries["O"], letters), self.style.derivative(output, by)]
        left = self._entry(target, entries[target], letters)
        return f"{left} = {self.style.sum(ranges, ())}{self.style.times[0].join(factors)}"

    def _known(self, target: str, term: IndexedSum) -> IndexedSum:
        """A term with what the frame knows of sizes, and without indices that are not shown."""
        shown = self.frame.axes_shown(target)
        hidden = {index.name: Polynomial() for index in self.frame.indices(target) if index.name not in shown}
        return term.substitute(self.frame.values).reindex(hidden)

    # ---- terms ----------------------------------------------------------------------------------------

    def _term(self, term: IndexedSum, known: Letters, known_letters: bool = False) -> str:
        letters = known if known_letters else self.called.with_bound(term, known)
        factors = [self._entry(factor.array, factor.indices, letters) for factor in term.factors]
        number = abs(term.coefficient)
        if number != 1 or not factors:
            factors.insert(0, self.style.number(number))
        ranges = [self._range(index, term, letters) for index in term.bound]
        return self.style.sum(ranges, self._conditions(term, letters)) + self.style.times[0].join(factors)

    def _entry(self, array: str, positions: Sequence[Polynomial], letters: Letters) -> str:
        at = dict(zip(self.frame.shapes[array].names, positions, strict=True))
        first = self.notation.first_of(array)
        sizes = self.frame.shapes[array].sizes
        shown = []
        for part in self.frame.parts_shown(array):
            position = Polynomial()
            for axis in part:  # channels counted through the groups: C g + c
                position = position * sizes[axis] + at[axis]
            axis_number = int(part[0][1:]) if is_spatial(part[0]) else None
            shown.append(self._expression(position + first, letters, axis_number))
        return self.style.entry(self.notation, array, shown)

    def _range(self, index: Index, term: IndexedSum, letters: Letters) -> Range:
        """Bounds are written as numbers, as sizes that the notation names, and where they go not without saying."""
        letter = letters[index.name]
        alone = any(
            str(position) == index.name and axis.size == index.size
            for _, axis, position in self.called.places(term)
        )
        size = self._in_own_words(index.size)
        named = len(size.terms) == 1 and size.names <= set(self.notation.parameters)
        if alone and not named:
            return Range(letter.name, None)
        last = self._expression(size - 1 + letter.first, {}, letter.axis)
        return Range(letter.name, (str(letter.first), last))

    def _conditions(self, term: IndexedSum, letters: Letters) -> list[str]:
        """Equalities, and those guards that no array's zero-extension implies."""
        places = self.called.places(term)
        implied = {guard for _, axis, position in places for guard in inside(position, axis.size)}
        conditions = []
        for equality in term.equalities:
            axis = _only_axis(equality, letters)
            left, right = _sides(equality, term.output, letters)
            conditions.append(
                f"{self._expression(left, letters, axis)} = {self._expression(right, letters, axis)}"
            )
        for guard in term.guards:
            if guard not in implied:
                written = self._expression(guard, letters, _only_axis(guard, letters))
                conditions.append(f"{written} {self.style.at_least} 0")
        return conditions

    # ---- index expressions ----------------------------------------------------------------------------

    def _expression(self, expression: Polynomial, letters: Letters, axis: int | None) -> str:
        firsts = {name: Polynomial.of(name) - letter.first for name, letter in letters.items()}

        def order(term: tuple[Monomial, int]) -> tuple[int, int, bool]:
            ranks = [letters[name].rank for name in term[0] if name in letters]
            rank = min(ranks, default=len(RANKS) + 1 + (not term[0]))
            return (rank, -len(term[0]), bool(ranks) and abs(term[1]) == 1)  # 3 g + f as F g + f

        terms = sorted(self._in_own_words(expression.substitute(firsts)).terms, key=order)
        if terms and terms[0][1] < 0:  # K-1-m reads better than -m+K-1
            terms.sort(key=lambda term: term[1] < 0)
        words = [
            (
                tuple(self._word(name, letters, axis) for name in sorted(monomial, key=letters.__contains__)),
                number,
            )
            for monomial, number in terms
        ]
        written = format_terms(words, self.style.times[1]).replace(" + ", "+").replace(" - ", "-")
        return self.style.apart(written)

    def _in_own_words(self, expression: Polynomial) -> Polynomial:
        """A size that the frame says as a multiple, M = 2 Pb + 1, again by its own name."""
        for name, value in self.frame.values.items():
            monomial, multiple = value.terms[0] if value.terms else ((), 1)
            if monomial and abs(multiple) > 1:
                times = int(dict(expression.terms).get(monomial, 0) / multiple)
                expression += (Polynomial.of(name) - value) * times
        return expression

    def _word(self, name: str, letters: Letters, axis: int | None) -> str:
        """A letter, or a size in the notation's words; in the place of its own axis it goes without a number."""
        if name in letters:
            return letters[name].name
        own = self.notation.parameters.get(name)
        bare = name[:-1] if axis is not None and name.endswith(str(axis)) else name
        return self.style.parameter(self.notation, own or bare)


def _entry_positions(entries: Sequence[Polynomial], output: Sequence[Index]) -> dict[str, Polynomial]:
    """The output indices that are fixed, because the formula is about some entries alone."""
    values = {}
    for index in output:
        for equality in entries:
            value = root(equality, index.name)
            if value is not None:
                values[index.name] = value
    return values


def _at(term: IndexedSum, values: dict[str, Polynomial]) -> IndexedSum:
    fixed = term.reindex(values)
    return replace(fixed, equalities=tuple(each for each in fixed.equalities if each != Polynomial()))


def _without_single_values(term: IndexedSum) -> IndexedSum:
    """A sum over a single value is none."""
    single = {index.name: Polynomial() for index in term.bound if index.size == ONE}
    bound = tuple(index for index in term.bound if index.name not in single)
    return replace(term.reindex(single), bound=bound)


def _sides(equality: Polynomial, output: Sequence[Index], letters: Letters) -> tuple[Polynomial, Polynomial]:
    """An equality as rest = letter of an output index, where it determines one."""
    for index in output:
        value = root(equality, index.name)
        if index.name in letters and value is not None:
            first = letters[index.name].first
            return value + first, Polynomial.of(index.name) + first
    return equality, Polynomial()


def _only_axis(expression: Polynomial, letters: Letters) -> int | None:
    axes = {letters[name].axis for name in expression.names if name in letters} - {None}
    return next(iter(axes)) if len(axes) == 1 else None
