"""Register tiles that are asked for instead of the rule's, and those that are worth trying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from convgen.errors import BudgetError, PlanError
from convgen.kernels.blocks import Tile, Tiling, near_best
from convgen.kernels.forms import Form
from convgen.kernels.isa import Isa, Vector
from convgen.kernels.plan import idle_arrays
from convgen.kernels.tiled import MOST_PRODUCTS, adds_up_lanes, statements
from convgen.kernels.winograd_layer import ALGORITHM
from convgen.spec import ConvSpec

RULE, TUNED = "rule", "tuned"
"""What is asked of a pass whose tile the rule chooses, and of one that was measured on this machine."""

TILED = "tiled"

UNTILED = {
    "unrolled": "every product is written out",
    "loops": "its loops keep a fixed number of sums side by side",
}
"""Why a form of C has no register tile to choose."""

ADDED_UP = "its sums run along the lanes, so that another tile would add in another order"
NO_WINDOW = "no window meets the input"
NO_REGISTERS = "NumPy has no registers to fill"

MOST_TRIED = 8
"""Tiles of a pass that are worth building: of those behind them the rule expects no more."""


def why_untiled(spec: ConvSpec, name: str, form: Form, dtype: str, isa: Isa) -> str:
    """Why no tile can be asked of a pass in a form; empty where one can."""
    if form.target != "c":
        return NO_REGISTERS
    if form.name not in (TILED, ALGORITHM):
        return UNTILED[form.name]
    if idle_arrays(spec, name):
        return NO_WINDOW
    return ADDED_UP if form.name == TILED and adds_up_lanes(spec, name, dtype, isa) else ""


def require_tiled(spec: ConvSpec, chosen: Mapping[str, Form], dtype: str, isa: Isa) -> tuple[str, ...]:
    """The passes of which a tile can be asked.

    Raises:
        PlanError: there is none; with the reason for each.
    """
    reasons = {name: why_untiled(spec, name, form, dtype, isa) for name, form in chosen.items()}
    found = tuple(name for name, reason in reasons.items() if not reason)
    if not found:
        told = "; ".join(f"{name} is in form {chosen[name].name!r}: {why}" for name, why in reasons.items())
        raise PlanError(f"no pass of {spec} has a register tile to choose: {told}")
    return found


def asked_tiles(
    spec: ConvSpec,
    chosen: Mapping[str, Form],
    dtype: str,
    isa: Isa,
    tile: str | Mapping[str, str] | None,
) -> dict[str, Isa]:
    """The instruction set for each pass, with the tile that is asked of the pass.

    Args:
        spec: the layer.
        chosen: the form of every pass.
        dtype: of the arrays.
        isa: the instruction set.
        tile: one for every pass that has tiles, or by pass; None or ``"rule"`` leaves it to the rule.

    Raises:
        PlanError: a tile that cannot be, or one of a pass that has none.
        BudgetError: one whose text would be too long.
    """
    found = dict.fromkeys(chosen, isa)
    if tile is None:
        return found
    if isinstance(tile, Mapping):
        asked = dict(tile)
        for name in asked:
            if name not in chosen:
                raise PlanError(
                    f"tile={asked!r}: {name!r} is not a pass of {spec}, which has {', '.join(chosen)}"
                )
    else:
        asked = dict.fromkeys(() if tile == RULE else require_tiled(spec, chosen, dtype, isa), tile)
    for name, text in asked.items():
        if text == RULE:
            continue
        if why := why_untiled(spec, name, chosen[name], dtype, isa):
            raise PlanError(
                f"tile {text!r} is asked of {name} of {spec}, which has none in form {chosen[name].name!r}: {why}"
            )
        found[name] = replace(isa, tile=tile_of(text, name, dtype, isa))
        if not is_short(spec, name, chosen[name], dtype, found[name]):
            raise BudgetError(
                f"{name} of {spec} in tiles of {text} needs {statements(spec, name, dtype, found[name]):,} products "
                f"of vectors written out, more than the limit of {MOST_PRODUCTS:,}: choose a smaller tile"
            )
    return found


def is_short(spec: ConvSpec, name: str, form: Form, dtype: str, isa: Isa) -> bool:
    """Whether the text of a pass with the tile of an instruction set keeps within its budget."""
    return form.name != TILED or statements(spec, name, dtype, isa) <= MOST_PRODUCTS


def tile_of(text: object, name: str, dtype: str, isa: Isa) -> Tile:
    """A tile by its text: numbers x vectors, or numbers x vectors x lanes of a vector.

    Raises:
        PlanError: the text says no tile, or one that the registers do not hold.
    """
    if text == TUNED:
        raise PlanError(
            f"tile {TUNED!r} stands for what `convgen bench --tune` has kept on this machine, which load() and the "
            f"command line know; to write text say the tile, such as 6x4, or {RULE!r}"
        )
    sizes = text.split("x") if isinstance(text, str) else []
    if len(sizes) not in (2, 3) or not all(each.isdecimal() and 0 < int(each) < 1000 for each in sizes):
        raise PlanError(
            f"tile {text!r} of {name} is none; give numbers x vectors, such as 6x4, or with the lanes of a vector, "
            f"such as 6x4x{isa.lanes(dtype)}, or {RULE!r}"
        )
    numbers, vectors, *said = map(int, sizes)
    widths = tuple(isa.widths(dtype))
    lanes = said[0] if said else widths[0]
    if lanes not in widths:
        raise PlanError(
            f"tile {text!r} of {name} has vectors of {lanes} lanes; {dtype} on isa {isa.name!r} has "
            f"{' or '.join(map(str, widths))}"
        )
    found = Tile(Vector(dtype, lanes), numbers, vectors)
    if found.registers > isa.registers:
        raise PlanError(
            f"tile {text!r} of {name} needs {found.registers} registers, {numbers} x {vectors} sums, {vectors} vectors "
            f"and a number; isa {isa.name!r} has {isa.registers}"
        )
    return found


def worth_trying(spec: ConvSpec, name: str, form: Form, dtype: str, isa: Isa, tiling: Tiling) -> list[Tile]:
    """The rule's tile of a pass, and the few others that the rule expects to be nearly as fast, best first."""
    first, *others = near_best(isa, tiling)
    short = [each for each in others if is_short(spec, name, form, dtype, replace(isa, tile=each))]
    return [first, *short[:MOST_TRIED]]


def tile_text(tile: str | Mapping[str, str]) -> str:
    """A choice of tiles as the command line has it: ``6x4`` or ``forward=6x4,backward_data=5x5``."""
    return tile if isinstance(tile, str) else ",".join(f"{name}={each}" for name, each in tile.items())
