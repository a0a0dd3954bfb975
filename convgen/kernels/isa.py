"""Instruction sets: how wide a vector is and how many a core holds, which is all that a plan asks of one.

The emitted text is the same C for every one of them; only the width and the number of named sums differ.
Text for a wide set runs on a narrow machine too, slower, because compilers split what they have no
register for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convgen.errors import PlanError

if TYPE_CHECKING:
    from convgen.kernels.blocks import Tile

ELEMENT_BYTES = {"float32": 4, "float64": 8}


@dataclass(frozen=True)
class Isa:
    """An instruction set.

    Attributes:
        name: what `isa=` calls it.
        vector_bytes: of its widest vector.
        registers: how many vectors it holds.
        narrow_cost: of a product of half as wide vectors, against 1 for the widest.
        masks: whether the first lanes of a vector can be loaded and stored on their own at full speed.
        macros: what a compiler that targets it predefines, as far as the text or its speed needs it.
        tile: the register tile that is asked of a pass on it; None where the rule chooses.
    """

    name: str
    vector_bytes: int
    registers: int
    narrow_cost: float
    masks: bool
    macros: tuple[str, ...]
    tile: Tile | None = None

    @property
    def by_rule(self) -> Isa:
        """The same with the choice of tiles left to the rule."""
        return replace(self, tile=None)

    def lanes(self, dtype: str) -> int:
        """Numbers in the widest vector."""
        return self.vector_bytes // ELEMENT_BYTES[dtype]

    def widths(self, dtype: str) -> dict[int, float]:
        """The lanes of every vector that is used, with the cost of one product of it; the widest first.

        A vector of less than 16 bytes fills no register of any machine.
        """
        widths, cost, lanes = {}, 1.0, self.lanes(dtype)
        while lanes * ELEMENT_BYTES[dtype] >= 16:
            widths[lanes] = cost
            lanes, cost = lanes // 2, cost * self.narrow_cost
        return widths


ISAS = {
    isa.name: isa
    for isa in (
        Isa("avx512", 64, 32, 0.6, True, ("__AVX512F__", "__AVX512VL__", "__AVX512DQ__", "__FMA__")),
        Isa("avx2", 32, 16, 0.75, False, ("__AVX2__", "__FMA__")),
        Isa("neon", 16, 32, 1.0, False, ("__aarch64__",)),
        Isa("portable", 16, 16, 1.0, False, ()),
    )
}
"""Every instruction set by name, best first; `portable` assumes nothing."""

PORTABLE = ISAS["portable"]
NATIVE = "native"
"""What `load` takes by default: the best set of the machine that it builds for."""


def isa_named(name: object) -> Isa:
    """An instruction set by its name.

    Raises:
        PlanError: there is none of that name, or it is left open where text is written for any machine.
    """
    if name == NATIVE:
        raise PlanError(
            f"isa {NATIVE!r} stands for the machine that builds, which load() knows; "
            f"to write text choose one of {', '.join(ISAS)}"
        )
    if not isinstance(name, str) or name not in ISAS:
        raise PlanError(f"unknown isa {name!r}; choose one of {', '.join((NATIVE, *ISAS))}")
    return ISAS[name]


def best_isa(macros: Collection[str]) -> Isa:
    """The best instruction set of a compiler's target, from the names of its predefined macros."""
    return next(isa for isa in ISAS.values() if set(isa.macros) <= set(macros))


@dataclass(frozen=True)
class Vector:
    """A vector type of the emitted text.

    Attributes:
        dtype: of its lanes.
        lanes: how many it has, a power of two.
        transposes: whether the text stores columns across vectors, for which the prologue has more macros.
        combines: whether it adds and multiplies whole vectors, for which there are more again.
    """

    dtype: str
    lanes: int
    transposes: bool = False
    combines: bool = False

    @property
    def name(self) -> str:
        """The C type, and what the names of its macros begin with: ``f32x16``."""
        return f"f{8 * ELEMENT_BYTES[self.dtype]}x{self.lanes}"

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.lanes * ELEMENT_BYTES[self.dtype]

    @property
    def swaps(self) -> list[tuple[int, list[int], list[int]]]:
        """The steps of a transposition: how far apart two vectors are, and where the lanes of both come from.

        Lanes of the second vector are counted on from those of the first.
        """
        found = []
        for bit in range(self.lanes.bit_length() - 1):
            far = 1 << bit
            lanes = range(self.lanes)
            first = [lane + (self.lanes - far) * bool(lane & far) for lane in lanes]
            second = [lane + (self.lanes if lane & far else far) for lane in lanes]
            found.append((far, first, second))
        return found

    @property
    def halves(self) -> list[tuple[int, list[int]]]:
        """The steps of a sum over lanes: how many lanes gain what as many further on hold, and those for each lane.

        The lanes beyond gain nothing that counts.
        """
        fars = [1 << bit for bit in reversed(range(self.lanes.bit_length() - 1))]
        return [(far, [(lane + far) % self.lanes for lane in range(self.lanes)]) for far in fars]

    @property
    def evens(self) -> list[int]:
        """Every second lane of two vectors, those of the second being counted on."""
        return list(range(0, 2 * self.lanes, 2))

    @property
    def evens_and_odds(self) -> list[int]:
        """The same where the second vector begins with the last number of the first."""
        half = self.lanes // 2
        return [2 * lane if lane < half else 2 * lane + 1 for lane in range(self.lanes)]

    @property
    def twice(self) -> tuple[list[int], list[int]]:
        """Each lane of the lower half two times, and each of the upper."""
        lanes = [lane for lane in range(self.lanes) for _ in range(2)]
        return lanes[: self.lanes], lanes[self.lanes :]

    @property
    def real(self) -> str:
        """The C type of a lane."""
        return {"float32": "float", "float64": "double"}[self.dtype]

    @property
    def mask_macro(self) -> str:
        """What a compiler predefines where the first lanes can be loaded and stored on their own."""
        return "__AVX512F__" if self.bytes == 64 else "__AVX512VL__"

    @property
    def mask_type(self) -> str:
        """The C type of a mask with a bit for each lane."""
        return "unsigned short" if self.lanes > 8 else "unsigned char"

    @property
    def mask_suffix(self) -> str:
        """How the names of gcc's and clang's masked loads and stores end."""
        return f"up{'s' if self.dtype == 'float32' else 'd'}{8 * self.bytes}_mask"
