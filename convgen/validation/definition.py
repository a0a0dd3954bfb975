"""What each pass must compute, read off the layer's definition: polynomials, or field elements at a point."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from convgen.kernels.kernel import pass_inputs, pass_output
from convgen.layout import base_name, element_strides, from_named, to_named, user_shape
from convgen.spec import ConvSpec
from convgen.taps import enumerate_taps
from convgen.validation.field import Elements, reduced, summed, times
from convgen.validation.store import ExactStore, Integers


@dataclass(frozen=True)
class Entries:
    """How the entries of all arrays that a pass reads are counted through, from 1.

    Attributes:
        first: the number of each array's first entry.
        sizes: how many entries each array has.
    """

    first: Mapping[str, int]
    sizes: Mapping[str, int]

    @property
    def count(self) -> int:
        """Entries in all."""
        return sum(self.sizes.values())

    def named(self, code: int) -> str:
        """A monomial's code as text: ``K[3]*X[12]``."""
        factors = [self._entry(each) for each in divmod(code, self.count + 1) if each]
        return "*".join(sorted(factors)) or "1"

    def _entry(self, number: int) -> str:
        name = max((name for name in self.first if self.first[name] <= number), key=self.first.__getitem__)
        return f"{name}[{number - self.first[name]}]"


def size_of(spec: ConvSpec, array: str) -> int:
    """The entries of an array."""
    return int(np.prod(user_shape(spec, array)))


def entries_of(spec: ConvSpec, name: str) -> Entries:
    """The entries that a pass reads, array by array in the order of its arguments."""
    sizes = {array: size_of(spec, array) for array in pass_inputs(spec, name)}
    firsts = itertools.accumulate(sizes.values(), initial=1)
    return Entries(dict(zip(sizes, firsts, strict=False)), sizes)


def expected(spec: ConvSpec, name: str, entries: Entries) -> tuple[Integers, Integers]:
    """Every monomial of a pass, each with coefficient 1: the output it belongs to, and its code; in order.

    Raises:
        BudgetError: more taps than fit in memory.
    """
    strides = {array: element_strides(spec, array) for array in "XKO"}
    output = base_name(pass_output(name))
    bias = _bias_of_output(spec)
    if name == "backward_bias":
        owner, code = bias, np.arange(len(bias)) + entries.first["dO"]
    else:
        taps = enumerate_taps(spec, strides)
        at = {"X": taps.X, "K": taps.K, "O": taps.O}
        left, right = (entries.first[array] + at[base_name(array)] for array in pass_inputs(spec, name)[:2])
        owner = at[output]
        code = np.minimum(left, right) * (entries.count + 1) + np.maximum(left, right)
        if name == "forward" and spec.bias:
            owner = np.append(owner, np.arange(len(bias)))
            code = np.append(code, bias + entries.first["b"])
    order = np.lexsort((code, owner))
    return owner[order], code[order]


def _bias_of_output(spec: ConvSpec) -> Integers:
    """Which entry of b every entry of O is given."""
    channels = np.arange(spec.out_channels).reshape(spec.groups, -1)[None]
    shape = to_named(spec, "O", np.zeros(spec.output_shape)).shape
    named = np.broadcast_to(channels.reshape(channels.shape + (1,) * spec.rank), shape)
    flat: Integers = np.ascontiguousarray(from_named(spec, "O", named)).ravel().astype(np.int64)
    return flat


def first_difference(
    store: ExactStore, ids: Integers, spec: ConvSpec, name: str, entries: Entries
) -> tuple[int, str, str] | None:
    """The first entry of the output that is another polynomial than defined, and a monomial that tells it.

    Returns:
        The entry, and the coefficients of the monomial in the text and in the definition, as text.
    """
    owner, code, numerator, denominator = store.polynomials(ids)
    want_owner, want_code = expected(spec, name, entries)
    same = np.array_equal(owner, want_owner) and np.array_equal(code, want_code)
    if same and np.all(numerator == 1) and np.all(denominator == 1):
        return None
    coefficient = [Fraction(*each) for each in zip(numerator.tolist(), denominator.tolist(), strict=True)]
    for entry in range(len(ids)):
        ours = slice(*np.searchsorted(owner, (entry, entry + 1)))
        theirs = slice(*np.searchsorted(want_owner, (entry, entry + 1)))
        have = dict(zip(code[ours].tolist(), coefficient[ours], strict=True))
        want = dict.fromkeys(want_code[theirs].tolist(), 1)
        for each in sorted(set(have) | set(want)):
            if have.get(each, 0) != want.get(each, 0):
                monomial = entries.named(each)
                return entry, f"{have.get(each, 0)}·{monomial}", f"{want.get(each, 0)}·{monomial}"
    return None


def expected_values(spec: ConvSpec, name: str, point: Mapping[str, Elements]) -> Elements:
    """What a pass gives at one point of the field, kernel position by kernel position.

    Args:
        spec: the layer.
        name: the pass.
        point: the value of every entry of the arrays that the pass reads, in the user's order.
    """
    named = {
        array: to_named(spec, array, values.reshape(user_shape(spec, array)))
        for array, values in point.items()
    }
    output = pass_output(name)
    shape = to_named(spec, output, np.zeros(user_shape(spec, output))).shape
    result = np.zeros(shape, np.uint64)
    if name == "backward_bias":
        dO = np.moveaxis(named["dO"], 0, 2)
        result = _total(dO.reshape(*dO.shape[:2], -1))
    else:
        if name == "forward" and spec.bias:
            result += named["b"].reshape(1, *named["b"].shape, *(1,) * spec.rank)
        for position in itertools.product(*map(range, spec.kernel_size)):
            _add_position(spec, name, named, position, result)
    flat: Elements = np.ascontiguousarray(from_named(spec, output, reduced(result))).ravel()
    return flat


def _add_position(
    spec: ConvSpec, name: str, named: Mapping[str, Elements], position: tuple[int, ...], result: Elements
) -> None:
    """The products of one kernel position, one pair of channels at a time."""
    inside, places = [], []
    for axis, m in zip(spec.axes, position, strict=True):
        met = {
            index: at
            for index in range(axis.output)
            if 0 <= (at := axis.stride * index + axis.dilation * m - axis.before) < axis.input
        }
        if not met:
            return
        inside.append(slice(min(met), max(met) + 1))
        places.append(slice(min(met.values()), max(met.values()) + 1, axis.stride))
    every = slice(None)
    channels = itertools.product(
        range(spec.groups), range(spec.group_out_channels), range(spec.group_in_channels)
    )
    for g, f, c in channels:
        x: Any = (every, g, c, *places)
        o: Any = (every, g, f, *inside)
        k: Any = (g, f, c, *position)
        if name == "backward_weights":
            product = times(named["dO"][o], named["X"][x])
            result[k] = reduced(result[k] + _total(product.reshape(1, -1)))[0]
        else:
            source, target = ("X", o) if name == "forward" else ("dO", x)
            signal = named[source][x if name == "forward" else o]
            product = times(signal, np.broadcast_to(named["K"][k], signal.shape))
            result[target] = reduced(result[target] + product)


def _total(values: Elements) -> Elements:
    """Sums modulo the prime along the last axis."""
    flat = values.reshape(-1)
    length = values.shape[-1]
    return summed(flat, np.arange(0, len(flat), length)).reshape(values.shape[:-1])
