"""The ends of the taps of a position in C: numbers, or constants named where the position is known.

Along an axis every pass sums over a range of taps that the border clips. Where that differs from position to
position, its ends are computed once at the head of the loop over positions and have names: ``m_begin``, ``m_end``.
"""

from __future__ import annotations

from collections.abc import Sequence

from convgen.kernels.expression import quotient, text
from convgen.kernels.nest import Nest, Nests, loop, mentions
from convgen.kernels.sweep import Sweep


def ends(part: Sweep, entries: range) -> tuple[tuple[str, str], ...]:
    """The ends of the taps of some positions as named constants, as far as they depend on the position."""
    if not part.taps or len(entries) < 2:
        return ()
    tap, constants = part.tap, []
    begin, end = part.begin.text(part.index, entries), part.end.text(part.index, entries)
    if part.step > 1:  # only every so manieth tap is one: begin at the first of them
        first, divisor = part.alignment()
        aligned = quotient(first, divisor)
        if begin == "0":
            begin = f"({aligned}) % {part.step}"
        else:
            constants.append((f"{tap}_low", begin))
            begin = f"{tap}_low + ({aligned} + {part.step - 1} * {tap}_low) % {part.step}"
    if part.needs > 1:  # and other positions have none
        clipped = f"({end})" if "?" in end else end
        end = f"({text(part.remaining)}) % {part.needs} != 0 ? 0 : {clipped}"
    if begin != "0":
        constants.append((f"{tap}_begin", begin))
    if end != str(part.taps):
        constants.append((f"{tap}_end", end))
    return tuple(constants)


def tap_ends(part: Sweep, entries: range) -> tuple[int | str, int | str]:
    """The ends of the loop over the taps of some positions: numbers, or the names that `ends` gives."""
    if len(entries) == 1:
        taps = part.taps_at(entries.start)
        return taps.start, taps.stop
    named = dict(ends(part, entries))
    begin, end = f"{part.tap}_begin", f"{part.tap}_end"
    return begin if begin in named else 0, end if end in named else part.taps


def over_positions(part: Sweep, body: Nests, further: Sequence[tuple[str, str]] = ()) -> Nests:
    """A loop over all positions of an axis, with the ends of their taps as far as the body mentions them.

    Args:
        part: the axis.
        body: what is done at each position.
        further: more constants by name, which may be made of the ends.
    """
    for name, value in reversed((*ends(part, range(part.count)), *further)):
        if mentions(body, name):
            body = (Nest(f"const ptrdiff_t {name} = {value};"), *body)
    return loop(part.index, 0, part.count, body)
