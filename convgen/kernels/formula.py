"""Each pass in index notation, read off the definition for one spec.

The definition says O[o] = b + sum K[k] * X[x(o, k)]. The forward pass is that sum; a gradient is the same
set of products, collected by k or by x instead of by o.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from convgen.algebra.notation import DEFAULT
from convgen.algebra.polynomial import Polynomial
from convgen.kernels.expression import compact
from convgen.kernels.kernel import pass_output
from convgen.layout import axis_sizes, base_name, user_axes
from convgen.spec import ConvSpec
from convgen.taps import forward_terms

Positions = Mapping[str, Mapping[str, Polynomial]]

FACTORS = {
    "forward": ("K", "X"),
    "backward_data": ("K", "dO"),
    "backward_weights": ("dO", "X"),
    "backward_bias": ("dO",),
}
"""What each pass multiplies, in the order in which it is written."""

BATCH_LETTER = "e"
"""An example of the batch; n counts the columns of the kernel."""


@lru_cache(maxsize=64)
def letters(spec: ConvSpec) -> Mapping[str, str]:
    """The letter of every index of the definition, and of the input positions x0, x1, x2."""
    named = {"n": BATCH_LETTER, "g": "g", "c": DEFAULT.channels[0], "f": DEFAULT.channels[1]}
    for d in range(spec.rank):
        named |= {
            f"s{d}": DEFAULT.output_indices[d],
            f"m{d}": DEFAULT.kernel_indices[d],
            f"x{d}": DEFAULT.input_indices[d],
        }
    return named


@lru_cache(maxsize=64)
def index_sizes(spec: ConvSpec) -> Mapping[str, int]:
    """How many values every index of the definition takes, outer indices first; then the input positions."""
    products = forward_terms(spec)[0]
    sizes = {index.name: index.size.value() for index in products.output + products.bound}
    return sizes | {f"x{d}": size for d, size in enumerate(spec.input_size)}


@lru_cache(maxsize=64)
def positions(spec: ConvSpec) -> Positions:
    """Where a product of the definition lies in each array: for every named axis, an expression in its indices."""
    terms = forward_terms(spec)
    found = {factor.array: factor.indices for term in terms for factor in term.factors}
    found["O"] = tuple(Polynomial.of(index.name) for index in terms[0].output)
    return {
        array: dict(zip(axis_sizes(spec, array), expressions, strict=True))
        for array, expressions in found.items()
    }


def formula(spec: ConvSpec, name: str) -> str:
    """A pass as one line of text, such as ``O[i,j] = b[0] + sum(m,n) K[m,n] * X[2*i+m-1,j+n]``.

    An index that takes one value only is written as that value.
    """
    letter, sizes, where = letters(spec), index_sizes(spec), positions(spec)
    place, ties = _place(spec, where[base_name(pass_output(name))])
    fixed = {index for expression in place.values() for index in expression.names}
    read = {
        index for array in FACTORS[name] for each in where[base_name(array)].values() for index in each.names
    }
    summed = [letter[index] for index, size in sizes.items() if size > 1 and index in read - fixed]
    words = [_entry(spec, pass_output(name), place), "="]
    if name == "forward" and spec.bias:
        words += [_entry(spec, "b", where["b"]), "+"]
    if summed or ties:
        words += [f"sum({' | '.join(filter(None, [','.join(summed), ', '.join(ties)]))})"]
    factors = [_entry(spec, array, where[base_name(array)]) for array in FACTORS[name]]
    return " ".join([*words, " * ".join(factors)])


def array_entry(spec: ConvSpec, array: str) -> str:
    """An entry of an array with the letters that run along its axes, such as ``X[e,4*g+c,p,q]``."""
    return _entry(spec, array, _place(spec, positions(spec)[array])[0])


def _entry(spec: ConvSpec, array: str, at: Mapping[str, Polynomial]) -> str:
    shown, sizes = _shown(spec), axis_sizes(spec, array)
    axes = []
    for part in user_axes(spec, array):
        total = Polynomial.of(0)
        for axis in part:  # a channel axis is made of group and channel: 8*g+f
            total = total * sizes[axis] + at[axis].substitute(shown)
        axes.append(compact(total))
    return f"{array}[{','.join(axes)}]"


def _place(spec: ConvSpec, axes: Mapping[str, Polynomial]) -> tuple[dict[str, Polynomial], list[str]]:
    """The entry that a pass writes, and what ties the summed indices to it.

    X is read at an expression of two indices: its place gets a letter of its own, and the two are tied.
    """
    place, ties = dict(axes), []
    for axis, expression in axes.items():
        if len(expression.names) > 1:
            place[axis] = Polynomial.of(f"x{axis[1:]}")
            sides = [compact(side.substitute(_shown(spec))) for side in (expression, place[axis])]
            ties += [" = ".join(sides)] if sides[0] != sides[1] else []
    return place, ties


@lru_cache(maxsize=64)
def _shown(spec: ConvSpec) -> Mapping[str, Polynomial]:
    """What is written for every index: its letter, or 0 where that is its only value."""
    letter = letters(spec)
    return {
        index: Polynomial.of(letter[index] if size > 1 else 0) for index, size in index_sizes(spec).items()
    }
