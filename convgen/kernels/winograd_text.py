"""The words of Winograd's transforms: a straight-line program as macros, between loads and stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from convgen.algebra.polynomial import Polynomial
from convgen.algebra.straight_line import Program, is_dyadic
from convgen.kernels.isa import Vector
from convgen.kernels.nest import Nests, lines, loop
from convgen.kernels.plan import filled
from convgen.kernels.winograd_layer import Layer

TILE_AT, OUTER, ROW, TILE, ALONG, PRODUCT = ("u", "v", "w"), ("p", "q"), "r", "t", "s", "k"
"""Letters: a tile along each axis, a place across a strip, a row of tiles, a tile, a place along, a product."""

INSIDE = ("i", "j")
"""Letters of the position in an array along the axes before the last."""


def group_of(layer: Layer) -> Polynomial:
    """The index of a group; 0 where there is one."""
    return Polynomial.of("g" if layer.spec.groups > 1 else 0)


def literal(number: Fraction, dtype: str) -> str:
    """A constant: a decimal where it is exact, else a quotient."""
    end = "f" if dtype == "float32" else ""
    if is_dyadic(number):
        return f"{float(number)!r}{end}"
    return f"{number.numerator}.0{end} / {number.denominator}.0{end}"


def combined(
    vector: Vector, program: Program, names: Sequence[str], prefix: str
) -> tuple[list[str], list[str]]:
    """A program as macros: its statements, and what its outputs are called.

    Args:
        vector: of every value.
        program: that is laid out.
        names: of its inputs.
        prefix: of the names of new values.
    """
    known = [*names, *(f"{prefix}{number}" for number in range(len(program.steps)))]
    texts = declared(vector, known[program.inputs :])
    for name, step in zip(known[program.inputs :], program.steps, strict=True):
        for number, (coefficient, value) in enumerate(step.terms):
            factor, other = literal(coefficient, vector.dtype), known[value]
            if number == 0:
                copied = f"{name} = {other};"
                texts.append(
                    copied if coefficient == 1 else f"{vector.name}_multiply({name}, {factor}, {other});"
                )
            elif abs(coefficient) == 1:
                sign = "add" if coefficient > 0 else "subtract"
                texts.append(f"{vector.name}_{sign}({name}, {other});")
            else:
                texts.append(f"{vector.name}_fma({name}, {factor}, {other});")
        if step.scale != 1:
            texts.append(f"{vector.name}_multiply({name}, {literal(step.scale, vector.dtype)}, {name});")
    return texts, [known[value] for value in program.outputs if value is not None]


def remark(words: str) -> Nests:
    """A comment on a line of its own; none of its words may be the letter of an index."""
    return lines([f"/* {words} */"])


def declared(vector: Vector, names: Sequence[str]) -> list[str]:
    """Vectors by name, in lines that fit where loops are deepest too."""
    if not names:
        return []
    found = filled(f"{vector.name} ", names, ", ", indent=0, width=64)
    return [*found[:-1], found[-1] + ";"]


def transformed(
    vector: Vector,
    program: Program,
    read: Callable[[int], str],
    write: Callable[[int], str],
    load: Callable[[str, str], str] | None = None,
) -> Nests:
    """Load the entries of an axis, transform them, and store what comes out.

    Args:
        vector: of every value.
        program: the transform.
        read: the address of each entry.
        write: of each result.
        load: the statement that loads a vector from an address, where it is not a plain one.
    """
    names = [f"a{n}" for n in range(program.inputs)]
    load = load or (lambda name, address: f"{vector.name}_load({name}, {address});")
    texts = declared(vector, names)
    texts += [load(name, read(n)) for n, name in enumerate(names)]
    more, results = combined(vector, program, names, "d")
    texts += more + [f"{vector.name}_store({write(n)}, {name});" for n, name in enumerate(results)]
    return lines(texts)


def over(bounds: Mapping[str, int], body: Nests) -> Nests:
    """Loops from 0, the last one innermost."""
    for index, count in reversed(list(bounds.items())):
        body = loop(index, 0, count, body)
    return body


def loaded(vector: Vector, name: str, address: str, count: int) -> str:
    """Load the first numbers of a vector; all where it has no idle lanes."""
    if count == vector.lanes:
        return f"{vector.name}_load({name}, {address});"
    return f"{vector.name}_load_first({name}, {address}, {count});"
