"""The layer in index form: what its arrays are written like, and its sums grouped by each array.

The definition stands in `convgen.taps`. Gathered by the entries of X, K or b, the same taps are the
gradients; nothing is written a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from convgen.algebra.index_form import Frame, IndexFormula, expand_sums
from convgen.algebra.index_printing import index_latex, index_text
from convgen.algebra.index_styles import LATEX, TEXT, Style
from convgen.algebra.index_syntax import parse_index_formula
from convgen.algebra.indexed_sum import IndexedSum, regroup
from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.polynomial import ONE, PolynomialLike
from convgen.layout import ARRAYS, CHANNEL_AXES, axis_sizes, user_axes
from convgen.spec import ConvSpec, layouts_of_rank
from convgen.taps import array_shape, definition, forward_terms, parameters

NO_GROUPS = {"G": ONE}
"""The layers without groups; the group index is left out."""


def frame(
    about: ConvSpec | int,
    notation: Notation = DEFAULT,
    layers: Mapping[str, PolynomialLike] | None = None,
) -> Frame:
    """What index forms are written about.

    Args:
        about: a spec, whose layout orders the indices; or a rank, for layers of every size, where the
            notation orders them.
        notation: says where channel indices stand, for a rank.
        layers: what sizes and parameters are, where only some layers of a rank are meant.
    """
    rank = about if isinstance(about, int) else about.rank
    written = {array: _written(about, array, notation) for array in ARRAYS}
    shapes = {array: array_shape(array, rank) for array in ARRAYS}
    general = Frame(
        rank,
        {f"{d}{array}": shapes[array] for d in ("", "d", "dd") for array in ARRAYS},
        {f"{d}{array}": written[array] for d in ("", "d", "dd") for array in ARRAYS},
        {},
    )
    return general.restricted(parameters(about) if isinstance(about, ConvSpec) else layers or {})


def _written(about: ConvSpec | int, array: str, notation: Notation) -> tuple[tuple[str, ...], ...]:
    """The lists of axes that an array may be written with; channel indices are left out where their size is 1."""
    if isinstance(about, ConvSpec):
        layer = about
        sizes = axis_sizes(about, array)
        ones = [name for name in CHANNEL_AXES[array] if sizes[name] == 1]
        absent = [["g"] if "g" in ones else [], ones]
    else:
        channel_first, channel_last = layouts_of_rank(about)[-2:]
        layout = channel_last if notation.channels_last else channel_first
        layer = ConvSpec(
            (1,) * about, 1, layout=layout
        )  # for the order of its axes, which has nothing to do with sizes
        absent = [[], ["g"], ["g", "n"], [*CHANNEL_AXES[array]]]
    every = [name for part in user_axes(layer, array) for name in part]
    return tuple(dict.fromkeys(tuple(name for name in every if name not in gone) for gone in absent))


# ---- the sums of a layer ---------------------------------------------------------------------------------


def output_sums(about: ConvSpec | int) -> tuple[IndexedSum, ...]:
    """O as the definition has it: the sum of products, and the bias where there is one."""
    return definition(about) if isinstance(about, int) else forward_terms(about)


def gradient_sum(about: ConvSpec | int, array: str) -> IndexedSum:
    """The gradient of X, K or b, gathered from the definition.

        dX[x] = Σ dO[o]·K[k]    dK[k] = Σ dO[o]·X[x]    db[f] = Σ dO[o]

    over the taps (o, x, k) of the definition.

    Args:
        about: a spec, or a rank for layers of every size.
        array: ``"X"``, ``"K"`` or ``"b"``.

    Raises:
        ValueError: the layer has no such array.
    """
    terms = [term for term in output_sums(about) if any(factor.array == array for factor in term.factors)]
    if not terms:
        raise ValueError(f"the output of the layer does not depend on {array!r}")
    (term,) = terms
    return regroup(term, array, "dO", frame(about).indices(array))


# ---- text ------------------------------------------------------------------------------------------------


def parse_index_claim(text: str, about: ConvSpec | int = 2, notation: Notation = DEFAULT) -> IndexFormula:
    """Read a formula in index form about a spec, or about every layer of a rank.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    return parse_index_formula(text, frame(about, notation), notation)


@dataclass(frozen=True)
class Written:
    """A formula as text and as LaTeX without delimiters."""

    text: str
    latex: str


def definition_formula(about: ConvSpec | int, notation: Notation = DEFAULT) -> Written:
    """O in index form: with a spec's numbers, or with the names of sizes for a rank."""
    return _written_formula("O", output_sums(about), about, notation)


def gradient_formula(about: ConvSpec | int, array: str, notation: Notation = DEFAULT) -> Written:
    """The gradient of X, K or b in index form."""
    return _written_formula(f"d{array}", (gradient_sum(about, array),), about, notation)


def _written_formula(
    target: str, terms: tuple[IndexedSum, ...], about: ConvSpec | int, notation: Notation
) -> Written:
    shown = frame(about, notation, NO_GROUPS)
    return Written(index_text(target, terms, shown, notation), index_latex(target, terms, shown, notation))


# ---- written out -----------------------------------------------------------------------------------------


def vec(array: str, spec: ConvSpec, order: str) -> list[tuple[int, ...]]:
    """The entries of an array one after another, each by its index on the named axes.

    Args:
        array: our name of the array.
        spec: the layer; its layout says which axis is the first.
        order: ``"F"`` for column-wise, where the first axis runs fastest; ``"C"`` for row-major.
    """
    here = frame(spec)
    sizes = here.shapes[array].sizes
    written = here.written[array][0]
    slowest_first = {"C": written, "F": written[::-1]}[order]
    entries = product(*(range(sizes[name].value()) for name in slowest_first))
    at = [dict.fromkeys(sizes, 0) | dict(zip(slowest_first, entry, strict=True)) for entry in entries]
    return [tuple(each[name] for name in sizes) for each in at]


def entry_formula(
    array: str, index: Sequence[int], about: ConvSpec | int, notation: Notation = DEFAULT
) -> Written:
    """One entry of an array by its index on the named axes, such as X[1,0]."""
    shown = frame(about, notation, NO_GROUPS)
    return Written(*(_entry(array, index, shown, notation, style) for style in (TEXT, LATEX)))


def _entry(array: str, index: Sequence[int], shown: Frame, notation: Notation, style: Style) -> str:
    at = dict(zip(shown.shapes[array].names, index, strict=True))
    first = notation.first_of(array)
    sizes = shown.shapes[array].sizes
    numbers = []
    for part in shown.parts_shown(array):
        number = 0
        for name in part:
            number = number * (sizes[name].value() if len(part) > 1 else 1) + at[name]
        numbers.append(str(number + first))
    return style.entry(notation, array, numbers)


def written_out(
    target: str, terms: Sequence[IndexedSum], spec: ConvSpec, notation: Notation = DEFAULT
) -> list[Written]:
    """Every entry of a sum as an equation with its products written out, row by row.

        O[0,0] = b + K[0,0]*X[0,0] + ...

    Args:
        target: our name of the array on the left.
        terms: the right side with the spec's numbers.
        spec: the layer.
        notation: whose letters are used.
    """
    shown = frame(spec, notation)
    products = expand_sums(sorted(terms, key=lambda term: len(term.factors)))

    def side(at: tuple[int, ...], style: Style, times: str) -> str:
        summands = []
        for coefficient, entries in products[at]:
            factors = [_entry(*entry, shown, notation, style) for entry in entries]
            summands.append(times.join([style.number(coefficient)] * (coefficient != 1) + factors))
        return f"{_entry(target, at, shown, notation, style)} = {' + '.join(summands) or '0'}"

    return [Written(side(at, TEXT, "*"), side(at, LATEX, r" \, ")) for at in vec(target, spec, "C")]
