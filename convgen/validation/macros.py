"""What the macros of the prologue mean, lane by lane: a row each.

A macro of a vector type is called with the type's name before it: ``f32x8_fma(s, a, v)``. Every one is a
list of assignments to lanes; which lanes take part may depend on a count among its arguments. Argument kinds:

    v   a vector, or the vectors that are read and written
    p   an address, of which consecutive places belong to consecutive lanes
    a   a number
    n   a count of lanes, constant
    step  places between lanes, constant
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Macro:
    """The meaning of one macro, for each lane l.

    Attributes:
        parameters: its arguments by name.
        target: the argument that is written at lane l.
        adds: whether the factors' product is added to what is there.
        factors: the arguments whose product is written; none stands for 0.
        first: the argument that counts the lanes that take part; None for all.
        rest_is_zero: whether the other lanes of the target are set to 0.
        step: the argument that says how far apart the places of the target are; None for side by side.
    """

    parameters: tuple[str, ...]
    target: str
    factors: tuple[str, ...] = ()
    adds: bool = False
    first: str | None = None
    rest_is_zero: bool = False
    step: str | None = None


VECTOR_MACROS = {
    "zero": Macro(("v",), "v"),
    "load": Macro(("v", "p"), "v", ("p",)),
    "store": Macro(("p", "v"), "p", ("v",)),
    "fma": Macro(("s", "a", "v"), "s", ("a", "v"), adds=True),
    "load_first": Macro(("v", "p", "n"), "v", ("p",), first="n", rest_is_zero=True),
    "store_first": Macro(("p", "n", "v"), "p", ("v",), first="n"),
    "store_apart": Macro(("p", "step", "n", "v"), "p", ("v",), first="n", step="step"),
}
"""By the name after the type's; a further macro is another row."""

IDENTITIES = ("convgen_launder",)
"""Macros that change no value: they hide from the compiler where a pointer comes from."""


def lanes_of(vector: str) -> int:
    """How many numbers a vector type has, from its name: ``f32x8``."""
    return int(vector.rpartition("x")[2])


def meaning(call: str, vectors: tuple[str, ...]) -> tuple[int, Macro] | None:
    """Lanes and meaning of a macro by its full name; None for one that is unknown."""
    vector, _, name = call.partition("_")
    if vector not in vectors or name not in VECTOR_MACROS:
        return None
    return lanes_of(vector), VECTOR_MACROS[name]
