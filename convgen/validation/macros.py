"""What the macros of the prologue mean, lane by lane: a row each.

A macro of a vector type is called with the type's name before it: ``f32x8_fma(s, a, v)``. Every one is a
list of assignments to lanes; which lanes take part may depend on a count among its arguments. Argument kinds:

    v, s, u     vectors
    p           an address; lanes lie side by side from it, or `step` apart
    a, total    numbers; a may be a constant
    n, m, from, to, step, apart    constants
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Macro:
    """The meaning of one macro, for each lane l.

    Attributes:
        parameters: its arguments by name.
        target: the argument that is written at lane l.
        factors: the arguments whose product is written; none stands for 0.
        adds: whether the factors' product is added to what is there.
        negates: whether it is taken away instead.
        first: the constant from which lanes take part; empty for the first of all.
        end: the constant up to which they do; empty for all.
        rest_is_zero: whether the other lanes of the target are set to 0.
        step: the constant that says how far apart the places of an address are; empty for side by side.
        sums: whether all lanes of the factors go into one number.
        columns: the constant that counts the vectors among its last arguments, each stored one place further,
            or `beside` places.
        beside: the constant that says so; empty for one.
    """

    parameters: tuple[str, ...]
    target: str
    factors: tuple[str, ...] = ()
    adds: bool = False
    negates: bool = False
    first: str = ""
    end: str = ""
    rest_is_zero: bool = False
    step: str = ""
    sums: bool = False
    columns: str = ""
    beside: str = ""


VECTOR_MACROS = {
    "zero": Macro(("v",), "v"),
    "splat": Macro(("v", "a"), "v", ("a",)),
    "load": Macro(("v", "p"), "v", ("p",)),
    "store": Macro(("p", "v"), "p", ("v",)),
    "fma": Macro(("s", "a", "v"), "s", ("a", "v"), adds=True),
    "add_product": Macro(("s", "u", "v"), "s", ("u", "v"), adds=True),
    "add": Macro(("s", "u"), "s", ("u",), adds=True),
    "subtract": Macro(("s", "u"), "s", ("u",), adds=True, negates=True),
    "multiply": Macro(("v", "a", "u"), "v", ("a", "u")),
    "add_lanes": Macro(("total", "v"), "total", ("v",), adds=True, sums=True),
    "load_first": Macro(("v", "p", "n"), "v", ("p",), end="n", rest_is_zero=True),
    "load_lanes": Macro(("v", "p", "from", "to"), "v", ("p",), first="from", end="to", rest_is_zero=True),
    "load_apart": Macro(
        ("v", "p", "step", "from", "to"),
        "v",
        ("p",),
        first="from",
        end="to",
        rest_is_zero=True,
        step="step",
    ),
    "store_first": Macro(("p", "n", "v"), "p", ("v",), end="n"),
    "store_apart": Macro(("p", "step", "n", "v"), "p", ("v",), end="n", step="step"),
    "store_columns": Macro(("p", "step", "m", "n"), "p", ("v",), end="m", step="step", columns="n"),
    "store_columns_apart": Macro(
        ("p", "step", "apart", "m", "n"), "p", ("v",), end="m", step="step", columns="n", beside="apart"
    ),
}
"""By the name after the type's; a further macro is another row."""

IDENTITIES = ("convgen_launder",)
"""Macros that change no value: they hide from the compiler where a pointer comes from."""

HINTS = ("convgen_prefetch", "convgen_prefetch_result")
"""Macros that read and write nothing: they say which place inside an array is needed soon."""


def lanes_of(vector: str) -> int:
    """How many numbers a vector type has, from its name: ``f32x8``."""
    return int(vector.rpartition("x")[2])


def meaning(call: str, vectors: tuple[str, ...]) -> tuple[int, Macro] | None:
    """Lanes and meaning of a macro by its full name; None for one that is unknown."""
    vector, _, name = call.partition("_")
    if vector not in vectors or name not in VECTOR_MACROS:
        return None
    return lanes_of(vector), VECTOR_MACROS[name]
