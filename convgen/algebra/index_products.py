"""The right side of an index form, multiplied out: products of entries, each with what it is summed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from convgen.algebra.formula_text import start_of, subtrees
from convgen.algebra.hints import nearest
from convgen.algebra.index_amounts import IndexText

if TYPE_CHECKING:
    from lark import Token, Tree

PADDED = "_pad"
"""What follows an input's letter where its positions are counted in the padded array."""
PRODUCT_LIMIT = 1000
"""More products than this, once brackets are multiplied out, are refused before it is done."""


@dataclass(frozen=True)
class Entry:
    """An array and its indices as written: what is read at each of its axes."""

    array: str
    padded: bool
    at: Mapping[str, Tree[Token]]
    syntax: Tree[Token]


@dataclass(frozen=True)
class Product:
    """A product under sums, with everything that it multiplies and sums over."""

    coefficient: Fraction = Fraction(1)
    entries: tuple[Tree[Token], ...] = ()
    ranges: tuple[Tree[Token], ...] = ()
    conditions: tuple[Tree[Token], ...] = ()

    def times(self, other: Product) -> Product:
        """Both multiplied; each sum reaches over the other's entries, whose letters it does not bind."""
        return Product(
            self.coefficient * other.coefficient,
            self.entries + other.entries,
            self.ranges + other.ranges,
            self.conditions + other.conditions,
        )


class ProductText(IndexText):
    """A formula's text whose products and entries can be read."""

    def products(self, syntax: Tree[Token]) -> Iterator[Product]:
        """The formula multiplied out.

        Raises:
            ClaimError: a division by 0, or more products than the limit.
        """
        kind, parts = str(syntax.data), subtrees(syntax)
        if kind in ("plus", "minus", "negated"):
            *first, last = parts
            for each in first:
                yield from self.products(each)
            sign = Fraction(1 if kind == "plus" else -1)
            for product in self.products(last):
                yield replace(product, coefficient=sign * product.coefficient)
        elif kind == "product":
            left, right = (list(self.products(part)) for part in parts)
            if len(left) * len(right) > PRODUCT_LIMIT:
                raise self.error(f"more than {PRODUCT_LIMIT} products when multiplied out", start_of(syntax))
            yield from (a.times(b) for a in left for b in right)
        elif kind == "total":
            over, summed = parts
            ranges = tuple(each for each in subtrees(over) if each.data == "range")
            conditions = tuple(each for each in subtrees(over) if each.data == "condition")
            for product in self.products(summed):
                yield Product(ranges=ranges, conditions=conditions).times(product)
        elif kind == "access":
            yield Product(entries=(syntax,))
        else:
            number = self.rational(syntax)
            if number is None:
                raise self.error("nothing can be divided by 0", start_of(syntax))
            yield Product(number)

    def entry(self, syntax: Tree[Token]) -> Entry:
        """An entry of an array.

        Raises:
            ClaimError: an unknown array, or a number of indices that it is not written with.
        """
        name = str(syntax.children[0])
        letters = self.notation.letters_to_arrays
        plain = name.removesuffix(PADDED)
        if plain not in letters:
            raise self.error(
                f"{name!r} is no array{nearest(plain, letters)}; arrays are {', '.join(letters)}",
                start_of(syntax),
            )
        array, positions = letters[plain], subtrees(syntax)
        written = {len(axes): axes for axes in self.frame.written[array]}
        if len(positions) not in written:
            forms = " or ".join(self._entry_text(array, axes) for axes in self.frame.written[array])
            raise self.error(
                f"{plain} is written {forms}; the number of indices here is {len(positions)}",
                start_of(syntax),
            )
        padded = name != plain
        if padded and array.lstrip("d") != "X":
            raise self.error(f"{plain} is not padded; only an input is", start_of(syntax))
        return Entry(array, padded, dict(zip(written[len(positions)], positions, strict=True)), syntax)

    def _entry_text(self, array: str, axes: Sequence[str]) -> str:
        letters = ",".join(self.notation.index_letter(array, axis) for axis in axes)
        return self.notation.letters[array] + (f"[{letters}]" if letters else "")
