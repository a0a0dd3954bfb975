"""Claims about the shape of an array, shape(W~) = (C_out, C_in*K_H*K_W), and about full columns of a Jacobian.

A shape is a size for each axis, and decided as sizes are. That each column of J_O(X) has M0*M1 entries other
than 0 says that every entry of X meets every entry of the kernel; the layers on which some pair of them never
meets are an exact set, for each axis on its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from convgen.algebra.amounts import PARAMETERS
from convgen.algebra.indexed_sum import inside
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import ONE, Polynomial
from convgen.algebra.readings import shape_of
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node, Shape, array
from convgen.errors import ClaimError
from convgen.indexing import frame, gradient_sum
from convgen.layout import element_strides, user_shape
from convgen.proof.claim import symbolic_shapes
from convgen.proof.examiner import examiner_of
from convgen.proof.families import Examiner, Fault
from convgen.proof.relation import Family, Part, System, axes_of, split
from convgen.proof.repair import repair
from convgen.proof.scope import Scope
from convgen.proof.shape import Difference, SizeDifference, check_spoken_of, difference_on
from convgen.proof.size import Fact, SizeClaim, SizeText
from convgen.spec import ConvSpec
from convgen.taps import enumerate_taps

if TYPE_CHECKING:
    import islpy

_SHAPE = re.compile(r"\s*shape\((?P<tree>.*?)\)\s*=\s*\((?P<sizes>.*)\)\s*", re.S)
_COLUMNS = re.compile(r"\s*columns\(J_(?P<of>\w+)\((?P<by>\w+)\)\)\s*=(?P<count>.*)", re.S)


INPUT = array("X")


# ---- the shape of an array -------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShapeClaim(SizeClaim):
    """A claim about the shape of an array or of a matrix.

    Attributes:
        tree_of: the array, or the matrix, whose shape it is.
        sizes: what is claimed of each of its axes.
    """

    tree_of: Node = INPUT
    sizes: tuple[str, ...] = ()

    def facts(self, rank: int, values: Mapping[str, Polynomial]) -> list[Fact]:
        """One equation of sizes for each axis."""
        shape, facts = self._shape(rank), []
        for names, size in zip(self._axes(rank), self.sizes, strict=True):
            spatial = next((int(name[1:]) for name in names if name[0] == "s"), None)
            right, used = SizeText(size, rank, self.notation).size(spatial, values)
            left = ONE
            for name in names:
                left *= shape.sizes[name]
            facts.append(Fact((left.substitute(values), ONE), "=", right, used | left.names))
        return facts

    def assumptions(self, rank: int) -> tuple[Polynomial, ...]:
        """Axes that are not spoken of have size 1."""
        shape, named = self._shape(rank), {name for names in self._axes(rank) for name in names}
        return tuple(size - 1 for name, size in shape.axes if name not in named)

    def _shape(self, rank: int) -> Shape:
        names = [{name: f"{name}{d}" for name in PARAMETERS} for d in range(rank)]
        return shape_of(self.tree_of.bind(names), symbolic_shapes(rank))

    def _axes(self, rank: int) -> Sequence[tuple[str, ...]]:
        """The named axes that make up each axis claimed."""
        shape = self._shape(rank)
        if shape.rows is not None:
            return [shape.row_names, shape.column_names] if len(self.sizes) == 2 else []
        written = frame(rank, self.notation).written[self.tree_of.arrays[0]]
        return [(name,) for axes in written if len(axes) == len(self.sizes) for name in axes]


def shape_claim(text: str, notation: Notation, rank: int) -> ShapeClaim | None:
    """A claim of the form ``shape(W~) = (C_out, C_in*K_H*K_W)``.

    Returns:
        None for a text of another form.

    Raises:
        ClaimError: it cannot be read, or speaks of another number of axes than the array has.
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    sizes = tuple(size.strip() for size in found["sizes"].split(","))
    claim = ShapeClaim(text, "", None, notation, (), parse_tree(found["tree"], notation), sizes)
    if not claim._axes(rank):
        raise ClaimError(f"{found['tree']} is not written with {len(sizes)} axes:\n  {text}")
    claim.facts(rank, {f"{name}{d}": ONE for name in "SD" for d in range(rank)})
    return claim


# ---- full columns ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ColumnsClaim(SizeClaim):
    """A claim that every column of ∂O/∂X has as many entries other than 0 as the kernel has."""

    def facts(self, rank: int, values: Mapping[str, Polynomial]) -> list[Fact]:  # noqa: ARG002
        """None: it speaks of entries."""
        return []

    def assumptions(self, rank: int) -> tuple[Polynomial, ...]:  # noqa: ARG002
        """A single output channel; every other one has as many entries again."""
        return tuple(Polynomial.of(name) - 1 for name in ("G", "F"))


def columns_claim(text: str, notation: Notation, rank: int) -> ColumnsClaim | None:
    """A claim of the form ``columns(J_O(X)) = M0*M1``.

    Returns:
        None for a text of another form.

    Raises:
        ClaimError: it is about another Jacobian, or about another number than that of the kernel's entries.
    """
    found = _COLUMNS.fullmatch(text)
    if found is None:
        return None
    letters = notation.letters_to_arrays
    if [letters.get(found[name]) for name in ("of", "by")] != ["O", "X"]:
        raise ClaimError(
            f"columns are counted of ∂{notation.letters['O']}/∂{notation.letters['X']}, got {text!r}"
        )
    (count, _), _ = SizeText(found["count"], rank, notation).size(None, {})
    if count != _kernel_entries(rank):
        raise ClaimError(
            f"decided is whether a column has {_kernel_entries(rank)} entries, not {count}: {text!r}"
        )
    return ColumnsClaim(text, "", None, notation)


def _kernel_entries(rank: int) -> Polynomial:
    entries = ONE
    for d in range(rank):
        entries *= Polynomial.of(f"M{d}")
    return entries


@examiner_of.register
def _(claim: ColumnsClaim, scope: Scope) -> Examiner:
    return _ColumnsExaminer(claim, scope)


class _ColumnsExaminer(Examiner):
    """Looks for entries of X and of the kernel that never meet."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every axis on its own."""
        return tuple(frozenset({d}) for d in range(self.scope.rank))

    def faults(self, family: Family, part: Part | None = None) -> list[Fault]:
        """Every axis with the layers on which two entries never meet."""
        axes = range(self.scope.rank) if part is None else axes_of(part)
        return [
            Fault(
                frozenset({d}), family, self.context(family, frozenset({d})), self.apart(family, d).params()
            )
            for d in axes
        ]

    def apart(self, family: Family, d: int) -> islpy.Set:
        """The pairs of an input and a kernel position on an axis that no output joins."""
        import islpy

        context = self.context(family, frozenset({d}))
        system = System.of(gradient_sum(self.scope.rank, "X").substitute(family.values))
        # Spatial axes follow the three channel axes of each array; the factors stand in the order dO, K.
        names = [f"{word}_{3 + d}" for word in ("out", "K", "dO")]
        (held,) = next(each for each in split(system) if names[0] in each[0].dimensions)
        met = held.points(context)
        for position, name in reversed([*enumerate(held.dimensions)]):
            if name not in names[:2]:
                met = met.project_out(islpy.dim_type.set, position, 1)
        axis = family.axis_values(d)
        guards = [
            bound
            for name, size in (("p", axis["H"]), ("m", axis["M"]))
            for bound in inside(Polynomial.of(name), size)
        ]
        return islpy.Set(context.text("[p, m]", guards)).subtract(met)

    def full(self, family: Family, d: int) -> str:
        """The positions p on an axis whose column is full there, in words of inequalities."""
        import islpy

        context = self.context(family, frozenset({d}))
        everything = islpy.Set(context.text("[p]", inside(Polynomial.of("p"), family.axis_values(d)["H"])))
        missing = self.apart(family, d).project_out(islpy.dim_type.set, 1, 1)
        shown = everything.subtract(missing).coalesce().gist(islpy.Set(context.text("[p]")))
        return str(shown).partition(":")[2].rpartition("}")[0].strip()


@difference_on.register
def _(claim: ColumnsClaim, spec: ConvSpec) -> Difference | None:
    check_spoken_of(claim, spec)
    import numpy as np

    shape = user_shape(spec, "X")
    taps = enumerate_taps(spec, {name: element_strides(spec, name) for name in "XKO"})
    counts = np.bincount(taps.X, minlength=math.prod(shape))
    wanted = math.prod(spec.kernel_size)
    short = np.flatnonzero(counts != wanted)
    if not len(short):
        return None
    at = ", ".join(str(int(each)) for each in np.unravel_index(short[0], shape))
    return SizeDifference(
        f"entries other than 0 in the column of X[{at}]",
        "=",
        claim.text.partition("=")[2].strip(),
        {},
        str(counts[short[0]]),
        str(wanted),
    )


@repair.register
def _(claim: ColumnsClaim, about: ConvSpec | Scope) -> str | None:
    """For which columns it is so."""
    if isinstance(about, ConvSpec):
        return None
    examiner = _ColumnsExaminer(claim, about)
    family = next(iter(about.families(())))
    letters = claim.notation.parameters
    words = [
        re.sub(
            r"[A-Za-z]+\d", lambda found: letters.get(found[0], found[0]), examiner.full(family, d)
        ).replace("p", claim.notation.input_indices[d])
        for d in range(about.rank)
    ]
    return f"{claim.text.strip()} where {' and '.join(words)}"
