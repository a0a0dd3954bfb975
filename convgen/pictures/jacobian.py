"""Pictures of Jacobians: where ∂vec(O)/∂vec(array) is not zero, and which entries are the same.

∂O/∂X holds entries of K, each along diagonals: block by block a Toeplitz matrix. ∂O/∂K holds entries of X.
Small matrices are drawn cell by cell with the index of what stands there. Of a large one the whole is drawn
without labels, where steps of a few pixels become lines, and beside it its upper left corner with labels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from convgen.errors import BudgetError
from convgen.layout import axis_sizes, name_shape
from convgen.pictures.boards import index_text, text_in
from convgen.pictures.colours import DEFAULT, GREY, INK, PAPER, Colours, text_on
from convgen.pictures.scene import MARGIN, Box, Label, Lines, Picture, Shape, shortened, text_width, wrapped
from convgen.pictures.sparse import SHARED, VEC_WORDS, Sparse, runs, sparse_pattern, unravel
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.pictures.sparse import Integers

LABELLED = 48
"""Rows and columns up to which the whole is drawn cell by cell."""
CORNER = 36
"""Rows and columns of the corner that is drawn cell by cell of a larger one."""
CORNER_CELL = 16.0
RUN_LIMIT = 60_000
"""Lines of the drawing of a whole."""
LONGEST_STEP = 2.5
"""Within a line, in pixels: what lies between is not to be seen at that size."""
LARGEST_SIDE, LEAST_SIDE = 720.0, 40.0
COLOURS_TOLD = 12
"""Kinds of entries that a legend names."""

WHAT_REPEATS = {
    "X": "An entry holds the entry of K of its tap; equal ones lie on diagonals (Toeplitz, block by block).",
    "K": "An entry holds the entry of X of its tap; equal ones lie on anti-diagonals (Hankel, block by block).",
    "b": "Every entry drawn is 1.",
}


def draw_jacobian(spec: ConvSpec, array: str = "X", vec: str = "F", colours: Colours = DEFAULT) -> Picture:
    """The sparsity of ∂vec(O)/∂vec(array), coloured by what stands in it.

    Args:
        spec: the layer.
        array: ``"X"``, ``"K"`` or ``"b"``.
        vec: ``"F"`` counts elements column by column, ``"C"`` row by row, in the spec's own layout.
        colours: `first` to `last` colour the entries of the shared array.

    Raises:
        SpecError: the layer has no such array.
        PlanError: an unknown order.
        BudgetError: too many entries, or too many runs of them.
    """
    return JacobianPicture(spec, array, vec, colours, sparse_pattern(spec, array, vec)).picture()


@dataclass(frozen=True)
class JacobianPicture:
    """A Jacobian and how it is drawn."""

    spec: ConvSpec
    array: str
    vec: str
    colours: Colours
    sparse: Sparse

    @property
    def labelled(self) -> bool:
        """Whether every cell is drawn."""
        return max(self.sparse.shape) <= LABELLED

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height of the whole."""
        rows, columns = self.sparse.shape
        scale = min(30.0, LARGEST_SIDE / max(rows, columns))
        return max(LEAST_SIDE, columns * scale), max(LEAST_SIDE, rows * scale)

    @cached_property
    def corner(self) -> tuple[int, int]:
        """Rows and columns that are drawn cell by cell."""
        most = LABELLED if self.labelled else CORNER
        rows, columns = self.sparse.shape
        return min(rows, most), min(columns, most)

    @cached_property
    def kind_count(self) -> int:
        """How many places the shared array has."""
        return math.prod(self._spatial)

    @cached_property
    def palette(self) -> tuple[str, ...]:
        """A colour for each place of the shared array."""
        return self.colours.ramp(self.kind_count)

    @property
    def note(self) -> str:
        """What the entries are, and what their colours do not tell."""
        shared = SHARED[self.array]
        entries = math.prod(axis_sizes(self.spec, shared).values()) if shared else self.kind_count
        alone = " Colours tell its position on the spatial axes alone." if entries > self.kind_count else ""
        return WHAT_REPEATS[self.array] + alone

    @property
    def title(self) -> str:
        """What it is."""
        return f"∂vec(O)/∂vec({self.array})"

    def picture(self) -> Picture:
        """The picture."""
        rows, columns = self.sparse.shape
        entries = len(self.sparse.rows)
        cell = self.size[0] / columns if self.labelled else CORNER_CELL
        corner = self.corner[1] * cell, self.corner[0] * cell
        left = MARGIN + 24
        beside = left + self.size[0] + 40
        width = max(560.0, (beside if not self.labelled else left) + corner[0] + MARGIN)
        told = f"{rows:,} × {columns:,}, {entries:,} of {rows * columns:,} entries not zero"
        words = [
            (str(self.spec), GREY),
            (f"{told}; elements counted {VEC_WORDS[self.vec]}", INK),
            (self.note, INK),
        ]
        room = width - 2 * MARGIN
        head = [(line, colour) for text, colour in words for line in wrapped(text, 11, room)]
        shapes: list[Shape] = [Label(MARGIN, MARGIN + 9, shortened(self.title, 17, room), 17, INK, bold=True)]
        shapes += [
            Label(MARGIN, MARGIN + 29 + 16 * number, line, 11, colour)
            for number, (line, colour) in enumerate(head)
        ]
        top = MARGIN + 58 + 16 * len(head)
        shapes.append(Label(MARGIN + 8, top + 8, "O", 11, INK, "middle"))
        shapes.append(Label(MARGIN + 8, top + 23, "↓", 11, INK, "middle"))
        shapes.append(Label(left, top - 10, f"{self.array} →", 11, INK))
        if self.labelled:
            shapes += self._cells(left, top, cell)
        else:
            shapes += self._whole(left, top)
            first = f"the first {self.corner[0]} rows and {self.corner[1]} columns"
            shapes.append(Label(beside, top - 10, first, 11, INK))
            shapes += self._cells(beside, top, cell)
        lowest = top + max(corner[1], self.size[1] if not self.labelled else 0)
        legend, end = self._legend(MARGIN, lowest + 18, width)
        description = f"Convolution {self.spec}. The Jacobian {self.title}: {told}. {self.note}"
        return Picture(self.spec, self.title, description, width, end + MARGIN, (*shapes, *legend))

    # ---- cell by cell ----------------------------------------------------------------------------------

    def _cells(self, left: float, top: float, cell: float) -> Iterator[Shape]:
        rows, columns = self.corner
        width, height = columns * cell, rows * cell
        yield Box(left, top, width, height, PAPER)
        grid = [(left, top + row * cell, left + width, top + row * cell) for row in range(1, rows)]
        grid += [(left + at * cell, top, left + at * cell, top + height) for at in range(1, columns)]
        yield Lines(tuple(grid), "#d9d9d9", 0.6)
        shared, sparse = SHARED[self.array], self.sparse
        shape = name_shape(self.spec, shared) if shared else ()
        inside = (sparse.rows < rows) & (sparse.columns < columns)
        parts = (sparse.rows, sparse.columns, sparse.kinds, sparse.elements)
        for row, column, kind, element in zip(*(part[inside].tolist() for part in parts), strict=True):
            x, y, colour = left + column * cell, top + row * cell, self.palette[kind]
            text = index_text(unravel(element, shape)) if shared else "1"
            spatial = index_text(unravel(kind, self._spatial)) if shared else "1"
            yield Box(x, y, cell, cell, colour, INK, 0.5)
            fitting = text_in(x, y, cell, text, text_on(colour))
            yield from fitting or text_in(x, y, cell, spatial, text_on(colour))
        yield Box(left, top, width, height, "none", INK, 1.2)

    # ---- the whole -------------------------------------------------------------------------------------

    def _whole(self, left: float, top: float) -> Iterator[Shape]:
        sparse, (rows, columns) = self.sparse, self.sparse.shape
        wide, high = self.size[0] / columns, self.size[1] / rows
        order, begins, ends = runs(
            self._groups(), sparse.rows, sparse.columns, (LONGEST_STEP / high, LONGEST_STEP / wide)
        )
        if len(begins) > RUN_LIMIT:
            raise BudgetError(
                f"the Jacobian of {self.spec} by {self.array} takes {len(begins):,} lines to draw, the limit is "
                f"{RUN_LIMIT:,}; choose smaller sizes with the same stride, padding and dilation"
            )
        firsts, lasts = order[begins], order[ends]
        by_kind: dict[int, list[tuple[float, float, float, float]]] = {}
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            by_kind.setdefault(int(sparse.kinds[first]), []).append(
                (
                    left + int(sparse.columns[first]) * wide,
                    top + int(sparse.rows[first]) * high,
                    left + (int(sparse.columns[last]) + 1) * wide,
                    top + (int(sparse.rows[last]) + 1) * high,
                )
            )
        yield Box(left, top, *self.size, PAPER)
        thickness = max(0.7, min(wide, high))
        for kind in sorted(by_kind):
            yield Lines(tuple(by_kind[kind]), self.palette[kind], thickness)
        if self.array != "b":
            yield Box(left, top, self.corner[1] * wide, self.corner[0] * high, "none", INK, 0.6)
        yield Box(left, top, *self.size, "none", INK, 1.2)

    def _groups(self) -> Integers:
        """What is equal along a line: the entry that stands there; of X, whose entries hardly repeat, its row."""
        if self.array == "X":
            return self.sparse.elements
        last = self._spatial[-1] if self._spatial else 1
        return self.sparse.columns * (self.kind_count + 1) + self.sparse.kinds // last

    @property
    def _spatial(self) -> tuple[int, ...]:
        shared = SHARED[self.array]
        sizes = axis_sizes(self.spec, shared) if shared else {}
        return tuple(size for name, size in sizes.items() if name[0] == "s")

    # ---- legend ----------------------------------------------------------------------------------------

    def _legend(self, left: float, top: float, width: float) -> tuple[list[Shape], float]:
        shared = SHARED[self.array]
        if not shared:
            return [], top
        count = min(self.kind_count, COLOURS_TOLD)
        # Evenly spread where there are too many to name.
        told = [round(step * (self.kind_count - 1) / max(1, count - 1)) for step in range(count)]
        words = [f"{shared} {index_text(unravel(kind, self._spatial))}" for kind in told]
        wide = 16 + 6 + max(text_width(each, 10.5) for each in words) + 12
        x, y = left, top
        shapes: list[Shape] = []
        for kind, each in zip(told, words, strict=True):
            if x + wide > width - MARGIN and x > left:
                x, y = left, y + 22
            shapes.append(Box(x, y, 16, 16, self.palette[kind], INK, 0.6))
            shapes.append(Label(x + 22, y + 8, each, 10.5, INK))
            x += wide
        return shapes, y + 16
