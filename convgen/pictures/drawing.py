"""draw, animate and explore: every picture by its name."""

from __future__ import annotations

from convgen.algebra.notation import DEFAULT as OURS
from convgen.algebra.notation import Notation
from convgen.algebra.notation import notation as notation_of
from convgen.errors import PlanError, SpecError
from convgen.pictures.colours import DEFAULT, Colours
from convgen.pictures.entries import Entry, parse_entry
from convgen.pictures.explore import explorable_page
from convgen.pictures.formats import PICTURES
from convgen.pictures.jacobian import draw_jacobian
from convgen.pictures.passes import animate_pass, draw_pass
from convgen.pictures.scene import Picture
from convgen.pictures.slides import PASSES
from convgen.pictures.tapped import draw_taps
from convgen.spec import ConvSpec


def draw(
    spec: ConvSpec,
    kind: str,
    entry: str | Entry | None = None,
    array: str = "X",
    vec: str = "F",
    colours: str | Colours = DEFAULT,
) -> Picture:
    """Draw a layer: a picture that shows itself in a notebook, with ``svg()`` and ``png()``.

    Args:
        spec: the layer.
        kind: a pass (``"forward"``, ``"backward_data"``, ``"backward_weights"``, ``"backward_bias"``) for what
            slides over what; ``"taps"`` for the products of one entry; ``"jacobian"`` for what is not zero.
        entry: for a pass or for taps, such as ``"dX[0,2]"``, in the array's own axis order.
        array: for a Jacobian, ``"X"``, ``"K"`` or ``"b"``.
        vec: for a Jacobian, ``"F"`` to count elements column by column, ``"C"`` row by row.
        colours: such as ``"X=#0072b2,K=#c74f00"``; what is not said stays as it is.

    Raises:
        PlanError: an unknown kind, colour or order.
        ClaimError: an entry that cannot be read.
        SpecError: an entry outside its array or of another array, or a bias that the layer has not.
        BudgetError: too large to be drawn; the message has the size and the limit.
    """
    chosen = parse_entry(entry, spec) if isinstance(entry, str) else entry
    palette = Colours.parse(colours) if isinstance(colours, str) else colours
    if kind in PASSES:
        return draw_pass(spec, kind, chosen, palette)
    if kind == "jacobian":
        return draw_jacobian(spec, array, vec, palette)
    if kind != "taps":
        raise PlanError(f"unknown picture {kind!r}; pictures are {', '.join(PICTURES)}")
    if chosen is None:
        raise SpecError("a picture of taps is about one entry, such as dX[0,2]; none was named")
    return draw_taps(spec, chosen, palette)


def animate(
    spec: ConvSpec,
    name: str,
    entry: str | Entry | None = None,
    colours: str | Colours = DEFAULT,
    milliseconds: int = 800,
) -> Picture:
    """Show a pass step by step: a picture whose ``svg()`` plays by itself, with ``gif()`` and ``frames()``.

    Args:
        spec: the layer.
        name: ``"forward"``, ``"backward_data"``, ``"backward_weights"`` or ``"backward_bias"``.
        entry: any entry of the channel of the result to show, such as ``"dX[1,0,0]"``; by default the first.
        colours: such as ``"X=#0072b2,K=#c74f00"``; what is not said stays as it is.
        milliseconds: how long a step is seen.

    Raises:
        PlanError: an unknown pass or colour, or a step that is too short or too long.
        ClaimError: an entry that cannot be read.
        SpecError: an entry outside its array or of another array, or a bias that the layer has not.
        BudgetError: too many steps or cells; the message has the number and the limit.
    """
    chosen = parse_entry(entry, spec) if isinstance(entry, str) else entry
    palette = Colours.parse(colours) if isinstance(colours, str) else colours
    return animate_pass(spec, name, chosen, palette, milliseconds)


def explore(
    spec: ConvSpec,
    colours: str | Colours = DEFAULT,
    notation: str | Notation = OURS,
    *,
    index_base: int | None = None,
) -> str:
    """One HTML file to explore a layer in: entries, taps, gradients, Jacobians, steps and rules.

    Args:
        spec: the layer that it begins with; its numbers can be changed in the page.
        colours: such as ``"X=#0072b2,K=#c74f00"``; what is not said stays as it is.
        notation: whose letters it is written in; sizes and amounts keep our names.
        index_base: the number of the first entry of every array, 0 or 1; the notation's own by default.

    Raises:
        PlanError: an unknown colour.
        ClaimError: an unknown notation.
        SpecError: another index base.
        BudgetError: a layer too large to be shown entry by entry.
    """
    palette = Colours.parse(colours) if isinstance(colours, str) else colours
    letters = notation_of(notation)
    if index_base is not None:
        letters = letters.counted_from(index_base)
    return explorable_page(spec, palette, letters)
