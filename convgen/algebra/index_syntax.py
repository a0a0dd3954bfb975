"""Index forms from text: ``dX[p,q] = sum(i, j) dO[i,j]*K[p-i,q-j]`` as sums over taps.

Every array is zero-extended. That is why a sum without bounds is well defined: an index that stands alone
in an array runs over that array's axis, since outside of it every product is zero. A parameter without the
number of an axis, such as S, means that of the axis in whose place it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from convgen.algebra.formula_text import start_of, subtrees
from convgen.algebra.index_amounts import names_in
from convgen.algebra.index_form import Frame, IndexFormula, is_spatial
from convgen.algebra.index_products import Entry, Product, ProductText
from convgen.algebra.indexed_sum import Access, Index, IndexedSum, inside, root
from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.polynomial import ONE, Polynomial

if TYPE_CHECKING:
    from lark import Token, Tree


def parse_index_formula(text: str, frame: Frame, notation: Notation = DEFAULT) -> IndexFormula:
    """Read a formula in index form.

    Args:
        text: the formula; a sum names its indices, and bounds and conditions where they do not follow:
            ``sum(i=0..2, m : S*i+m = p)``.
        frame: what it is about.
        notation: whose letters it is written in.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    return _Reader(text, frame, notation).read()


class _Reader(ProductText):
    """One formula being read."""

    def __init__(self, text: str, frame: Frame, notation: Notation) -> None:
        super().__init__(text, frame, notation)
        self._numbers = count()

    def read(self) -> IndexFormula:
        left, right = subtrees(self.parse("index_grammar.lark"))
        products = list(self.products(right))
        entries = [self.entry(syntax) for syntax in (left, *(e for each in products for e in each.entries))]
        self._agree_on_channels(entries)
        target, rest = entries[0], iter(entries[1:])
        if target.padded:
            raise self.error("the target is an array itself, without _pad", start_of(left))
        target_letters, only = self._read_target(target)
        terms = []
        for each in products:
            factors = [next(rest) for _ in each.entries]
            terms.append(self._term(each, target, factors, target_letters, only))
        return IndexFormula(
            target.array,
            tuple(term.substitute(self.layers) for term in terms),
            tuple(each.substitute(self.layers) for each in only),
            self.layers,
        )

    def _agree_on_channels(self, entries: Sequence[Entry]) -> None:
        """An axis that arrays have without an index has size 1; then no array may have an index there."""
        written = {axis for entry in entries for axis in entry.at}
        for entry in entries:
            for axis, size in self.frame.shapes[entry.array].axes:
                if axis in entry.at or size == ONE:
                    continue
                if axis in written:
                    letter = self.notation.index_letter(entry.array, axis)
                    raise self.error(
                        f"the index {letter} is missing here; other arrays have it", start_of(entry.syntax)
                    )
                if size.is_constant:
                    letter = self.notation.index_letter(entry.array, axis)
                    raise self.error(
                        f"no layer meets both: this has no index {letter}, so that its size is 1, and it is {size}",
                        start_of(entry.syntax),
                    )
                self.layers[str(size)] = ONE
        self.frame = self.frame.restricted(self.layers)

    # ---- the target -----------------------------------------------------------------------------------

    def _read_target(self, target: Entry) -> tuple[dict[str, Polynomial], tuple[Polynomial, ...]]:
        """What the target's letters stand for, and which of its entries the formula is about."""
        letters: dict[str, Polynomial] = {}
        only = []
        first = self.notation.first_index.get(target.array, 0)
        for axis, syntax in target.at.items():
            # A name alone is an index, even where a size has the same name.
            names = [each for each in names_in(syntax) if syntax.data == "name" or not self.is_known(each)]
            if len(names) > 1 or set(names) & set(letters):
                raise self.error("every index of the target needs a letter of its own", start_of(syntax))
            self.letters = {name: Polynomial.of(_LETTER) for name in names}
            position = self._position(syntax, axis) - first
            if not names:
                only.append(Polynomial.of(axis) - position)
            else:
                letters[names[0]] = self._inverse(position, _LETTER, axis, syntax)
        return letters, tuple(only)

    def _inverse(self, position: Polynomial, name: str, result: str, syntax: Tree[Token]) -> Polynomial:
        """The index called `name`, from a position that is ± this index plus amounts."""
        value = _unit_inverse(position, name, result)
        if value is None:
            raise self.error(
                "an index of the target is a letter, or a letter and amounts added", start_of(syntax)
            )
        return value

    # ---- one product ----------------------------------------------------------------------------------

    def _term(
        self,
        product: Product,
        target: Entry,
        factors: Sequence[Entry],
        target_letters: Mapping[str, Polynomial],
        only: tuple[Polynomial, ...],
    ) -> IndexedSum:
        output = self.frame.indices(target.array)
        ranges = self._name_ranges(product.ranges, target_letters)
        places = _places([target, *factors])
        sizes: dict[str, Polynomial] = {}
        self.letters = dict(target_letters)
        for name, (syntax, internal) in ranges.items():
            self.letters[name] = Polynomial.of(internal)
            if len(subtrees(syntax)) == 2:
                first, size = self._bounds(
                    syntax, _only_axis(places.get(name, set())), {*ranges, *target_letters}
                )
                self.letters[name], sizes[internal] = first + internal, size
        positions = [
            {axis: self._read_at(entry, axis) for axis in self.frame.shapes[entry.array].names}
            for entry in factors
        ]
        indices = {index.name for index in output} | {internal for _, internal in ranges.values()}
        moved: dict[str, Polynomial] = {}
        for name, (syntax, internal) in ranges.items():
            if internal not in sizes:
                moved[internal], sizes[internal] = self._inferred(
                    internal, indices, factors, positions, name, syntax
                )
        guards, equalities = (
            [each.substitute(moved) for each in conditions]
            for conditions in self._conditions(product.conditions, places)
        )
        known = {index.name: index.size for index in output} | sizes
        accesses = []
        for entry, at in zip(factors, positions, strict=True):
            moved_at = {axis: position.substitute(moved) for axis, position in at.items()}
            accesses.append(Access(entry.array, tuple(moved_at.values())))
            for axis, size in self.frame.shapes[entry.array].axes:
                if not _always_inside(moved_at[axis], size, known):
                    guards += inside(moved_at[axis], size)
        return IndexedSum(
            output,
            tuple(Index(internal, sizes[internal]) for _, internal in ranges.values()),
            tuple(accesses),
            tuple(dict.fromkeys(guard for guard in guards if not _is_idle(guard))),
            (*only, *equalities),
            product.coefficient,
        )

    def _name_ranges(
        self, ranges: Sequence[Tree[Token]], taken: Mapping[str, Polynomial]
    ) -> dict[str, tuple[Tree[Token], str]]:
        """For every bound letter where it was bound, and a name of its own."""
        named: dict[str, tuple[Tree[Token], str]] = {}
        for syntax in ranges:
            letter = str(syntax.children[0])
            if letter in named or letter in taken:
                raise self.error(f"{letter} is bound twice; use another letter", start_of(syntax))
            named[letter] = (syntax, f"{letter.rstrip(chr(39))}_{next(self._numbers)}")
        return named

    def _bounds(
        self, syntax: Tree[Token], axis: int | None, indices: set[str]
    ) -> tuple[Polynomial, Polynomial]:
        """The first value of a bound index, and how many there are."""
        if any(indices.intersection(names_in(each)) for each in subtrees(syntax)):
            raise self.error("a bound is made of numbers and sizes, not of other indices", start_of(syntax))
        letters, self.letters, self.axis = self.letters, {}, axis
        first, last = (self.amount(each) for each in subtrees(syntax))
        self.letters = letters
        return first, last - first + 1

    def _inferred(
        self,
        internal: str,
        indices: set[str],
        factors: Sequence[Entry],
        positions: Sequence[Mapping[str, Polynomial]],
        name: str,
        syntax: Tree[Token],
    ) -> tuple[Polynomial, Polynomial]:
        """The values of an index without bounds: it runs over the axis in which it stands with no other index."""
        found = [
            (value, size)
            for entry, at in zip(factors, positions, strict=True)
            for axis, size in self.frame.shapes[entry.array].axes
            if at[axis].names & indices == {internal}
            and (value := _unit_inverse(at[axis], internal, internal)) is not None
        ]
        if not found:
            raise self.error(
                f"{name} stands alone in no array; write its bounds, such as {name}=0..2", start_of(syntax)
            )
        return min(found, key=lambda each: each[0] != Polynomial.of(internal))

    def _conditions(
        self, conditions: Sequence[Tree[Token]], places: Mapping[str, set[int]]
    ) -> tuple[list[Polynomial], list[Polynomial]]:
        guards, equalities = [], []
        for condition in conditions:
            children = subtrees(condition)
            self.axis = _only_axis({axis for name in names_in(condition) for axis in places.get(name, set())})
            sides = [self.amount(each) for each in children[::2]]
            for left, relation, right in zip(sides, children[1::2], sides[1:], strict=False):
                difference = right - left
                sign = str(relation.children[0])
                if sign == "=":
                    equalities.append(-difference)
                else:
                    guards.append((difference if sign in "<=≤" else -difference) - (sign in "<>"))
        return guards, equalities

    # ---- index expressions ----------------------------------------------------------------------------

    def _read_at(self, entry: Entry, axis: str) -> Polynomial:
        """The position that an entry has on a named axis, counted from 0 in the array itself."""
        if axis not in entry.at:
            return Polynomial()
        position = self._position(entry.at[axis], axis) - self.notation.first_index.get(entry.array, 0)
        if entry.padded and is_spatial(axis):
            position -= self.frame.value(f"Pb{axis[1:]}")
        return position

    def _position(self, syntax: Tree[Token], axis: str) -> Polynomial:
        self.axis = int(axis[1:]) if is_spatial(axis) else None
        return self.amount(syntax)


_LETTER, _PLACE = "?", "="
"""Stand for a target's letter, and for a position, while the one is worked out from the other."""


def _unit_inverse(position: Polynomial, name: str, result: str) -> Polynomial | None:
    """Where a position is ± an index plus the rest, the index in terms of the position, called `result`."""
    value = root(position - _PLACE, name)
    return value.substitute({_PLACE: result}) if value is not None else None


def _is_idle(guard: Polynomial) -> bool:
    return guard.is_constant and guard.constant >= 0


def _always_inside(position: Polynomial, size: Polynomial, sizes: Mapping[str, Polynomial]) -> bool:
    """Whether a position needs no guard, because it is an index of the axis' own size."""
    return sizes.get(str(position)) == size


def _places(entries: Sequence[Entry]) -> dict[str, set[int]]:
    """The spatial axes in whose places every name stands."""
    places: dict[str, set[int]] = {}
    for entry in entries:
        for axis, syntax in entry.at.items():
            if is_spatial(axis):
                for name in names_in(syntax):
                    places.setdefault(name, set()).add(int(axis[1:]))
    return places


def _only_axis(axes: set[int]) -> int | None:
    return next(iter(axes)) if len(axes) == 1 else None
