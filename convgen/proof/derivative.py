"""Claims about a derivative, ∂O[i,j]/∂K[m,n] = X[i+m,j+n], and about entries of a formula, rot180(K)[m,n] = ...

Neither needs a prover of its own. A derivative is put into the chain rule,

    dK[m,n] = Σ over i, j of dO[i,j] * (what is claimed of ∂O[i,j]/∂K[m,n])

and since dO is arbitrary, this sum is the gradient exactly when every derivative is the one claimed. Where
the output is one entry, such as O[0,0], the gradient is that for a dO which is 0 elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convgen.algebra.formula_text import spelled
from convgen.algebra.index_form import IndexFormula
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.notation import Notation
from convgen.algebra.readings import lower, shape_of
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node
from convgen.errors import ClaimError
from convgen.proof.claim import AxisValues, Claim, Shapes, Statement, index_formula

_DERIVATIVE = re.compile(
    r"\s*[∂d](?P<output>[^=/∂]+?)\s*/\s*[∂d](?P<by>[^=/]+?)\s*=(?P<right>.*?)(?:\bwhere\b(?P<where>.*))?",
    re.S,
)
_ENTRIES = re.compile(r"\s*(?P<tree>[^=]*\).*?)\[(?P<indices>[^][=:]*)\]\s*=(?P<right>.*)", re.S)
_LETTER = re.compile(r"[A-Za-z]\w*'*")


@dataclass(frozen=True)
class DerivativeClaim(Claim):
    """A claim about one derivative of the output.

    Attributes:
        chain_rule: the gradient with the derivative put in.
    """

    chain_rule: str = ""

    def formula(self, rank: int) -> IndexFormula:
        """The chain rule as sums over taps."""
        return _put_in(self.chain_rule, rank, self)

    def on(self, axes: Sequence[AxisValues], shapes: Shapes) -> Statement:
        """What the chain rule says, for a gradient of the output that is 0 where the claim says nothing."""
        said = super().on(axes, shapes)
        return replace(said, truth=tuple(_only(term, said.terms[0]) for term in said.truth))


def _put_in(text: str, rank: int, claim: Claim) -> IndexFormula:
    try:
        return index_formula(text, rank, claim.notation, claim.known)
    except ClaimError as error:
        raise ClaimError(f"{claim.text!r}, read as {text!r}: {error}") from None


def _only(term: IndexedSum, like: IndexedSum) -> IndexedSum:
    """A sum over the output's gradient, at those of its entries alone that another sum names by number."""
    (mine,), (theirs,) = (
        [factor for factor in each.factors if factor.array == "dO"] for each in (term, like)
    )
    fixed = [
        position - number
        for position, number in zip(mine.indices, theirs.indices, strict=True)
        if number.is_constant
    ]
    return replace(term, equalities=term.equalities + tuple(each for each in fixed if each.terms))


def derivative_claim(text: str, notation: Notation, _rank: int) -> DerivativeClaim | None:
    """A claim of the form ``∂O[i,j]/∂K[m,n] = ...``, with ``where`` and conditions after it if need be.

    Returns:
        None for a text of another form.

    Raises:
        ClaimError: it cannot be read, or differentiates something else than the output.
    """
    found = _DERIVATIVE.fullmatch(spelled(text))
    if found is None:
        return None
    output, by = (found[name].strip() for name in ("output", "by"))
    (output_letter, at), (by_letter, _) = (_entry(each) for each in (output, by))
    letters = notation.letters_to_arrays
    target = letters.get(by_letter, by_letter)
    if letters.get(output_letter) != "O" or target not in ("X", "K", "b"):
        raise ClaimError(
            f"a derivative is one of {notation.letters['O']} by an input, a kernel or a bias; got {text!r}"
        )
    bound = [each for each in _LETTER.findall(at) if each not in _LETTER.findall(_entry(by)[1])]
    conditions = f" : {found['where'].strip()}" if found["where"] else ""
    over = f"sum({', '.join(dict.fromkeys(bound))}{conditions}) " if bound else ""
    gradient = notation.letters["dO"] + (f"[{at}]" if at else "")
    left = notation.letters[f"d{target}"] + by.removeprefix(by_letter)
    return DerivativeClaim(
        text, f"d{target}", None, notation, (), f"{left} = {over}{gradient}*({found['right'].strip()})"
    )


def _entry(text: str) -> tuple[str, str]:
    """The letter and the indices of an entry."""
    letter, _, indices = text.partition("[")
    return letter.strip(), indices.strip().removesuffix("]")


@dataclass(frozen=True)
class EntriesClaim(Claim):
    """A claim about the entries of a formula with operators, such as rot180(K)[m,n] = K[M-1-m,N-1-n].

    Attributes:
        left: the formula.
        entries: the claim with an array of the same shape in the formula's place.
    """

    left: Node | None = None
    entries: str = ""

    @property
    def left_side(self) -> str:
        """The formula as written."""
        return self.text[: self.text.index("=")].rpartition("[")[0].strip()

    def formula(self, rank: int) -> IndexFormula:
        """The right-hand side as sums over taps."""
        return _put_in(self.entries, rank, self)

    def on(self, axes: Sequence[AxisValues], shapes: Shapes) -> Statement:
        """Both sides; what the left one is follows from its operators."""
        said = super().on(axes, shapes)
        if self.left is None:
            return said
        tree = self.left.bind(axes)
        return replace(said, truth=lower(tree, shapes), shape=shape_of(tree, shapes))


def entries_claim(text: str, notation: Notation, _rank: int) -> EntriesClaim | None:
    """A claim of the form ``rot180(K)[m,n] = ...``.

    Returns:
        None for a text of another form.

    Raises:
        ClaimError: it cannot be read, or the formula has more than one array.
    """
    found = _ENTRIES.fullmatch(text)
    if found is None:
        return None
    tree = parse_tree(found["tree"].strip(), notation)
    if len(tree.arrays) != 1:
        raise ClaimError(
            f"entries are claimed of a formula in one array; {found['tree'].strip()!r} has several"
        )
    (name,) = tree.arrays
    return EntriesClaim(
        text,
        name,
        None,
        notation,
        (),
        tree,
        f"{notation.letters[name]}[{found['indices']}] = {found['right'].strip()}",
    )
