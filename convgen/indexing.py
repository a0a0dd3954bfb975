"""The layer in index form: what its arrays are written like, and its sums grouped by each array.

The definition stands in `convgen.taps`. Gathered by the entries of X, K or b, the same taps are the
gradients; nothing is written a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convgen.algebra.index_form import Frame, IndexFormula
from convgen.algebra.index_printing import index_latex, index_text
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
