"""Answers through the face of a loaded kernel: an oracle's own, and deliberately wrong ones.

Each wrong answer is one of the mistakes that published derivations and implementations make. It is computed
by an oracle from a changed layer and then fitted into the right shape, so that only values give it away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from convgen import ConvSpec

from . import scipy_oracle
from .arrays import Arrays, from_oracle, shapes, to_oracle

Answer = Callable[[ConvSpec, Arrays], Arrays]


@dataclass(frozen=True)
class Imitation:
    """A kernel that gives prepared answers, whatever it is asked."""

    dtype: str
    answers: Arrays
    accumulates: bool = False
    spills: bool = False

    def forward(self, *_inputs: Any, out: Any = None) -> Any:
        """O."""
        return self._give("O", out)

    def backward_data(self, *_inputs: Any, out: Any = None) -> Any:
        """dX."""
        return self._give("dX", out)

    def backward_weights(self, *_inputs: Any, out: Any = None) -> Any:
        """dK."""
        return self._give("dK", out)

    def backward_bias(self, *_inputs: Any, out: Any = None) -> Any:
        """db."""
        return self._give("db", out)

    def backward(self, *_inputs: Any, out: Any = (None, None, None)) -> Any:
        """dX, dK, db."""
        return tuple(self._give(name, each) for name, each in zip(("dX", "dK", "db"), out, strict=True))

    def _give(self, name: str, out: Any) -> Any:
        if name not in self.answers:
            return None
        if out is None:
            return self.answers[name].astype(self.dtype)
        out[...] = out + self.answers[name] if self.accumulates else self.answers[name]
        if self.spills:
            out.base[-1] = 0
        return out


def fitted(result: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A result cut or filled up with zeros, at the far ends, to a shape."""
    common = tuple(slice(min(have, want)) for have, want in zip(result.shape, shape, strict=True))
    whole = np.zeros(shape)
    whole[common] = result[common]
    return whole


def from_changed_spec(change: Callable[[ConvSpec], ConvSpec]) -> Answer:
    """The answers for a changed layer, its arrays and results fitted."""

    def answer(spec: ConvSpec, arrays: Arrays) -> Arrays:
        changed = change(spec)
        right = scipy_oracle.answers(spec, arrays)
        cut = {name: fitted(array, shapes(changed)[name]) for name, array in arrays.items()}
        wrong = {
            name: fitted(each, right[name].shape) for name, each in scipy_oracle.answers(changed, cut).items()
        }
        return wrong | {"db": right["db"]}  # db knows no padding, stride or dilation

    return answer


def from_changed_arrays(change: Callable[[ConvSpec, Arrays], Arrays]) -> Answer:
    """The answers for changed arrays."""
    return lambda spec, arrays: scipy_oracle.answers(spec, arrays | change(spec, arrays))


def with_changed_results(change: Callable[[ConvSpec, Arrays], Arrays]) -> Answer:
    """The right answers, changed afterwards."""

    def answer(spec: ConvSpec, arrays: Arrays) -> Arrays:
        answers = scipy_oracle.answers(spec, arrays)
        return answers | change(spec, answers)

    return answer


def padding_on_the_other_side(spec: ConvSpec) -> ConvSpec:
    """(before, after) read as (after, before)."""
    return replace(spec, padding=tuple((after, before) for before, after in spec.padding))


def strides_exchanged(spec: ConvSpec) -> ConvSpec:
    """The axes' strides in reverse order."""
    return replace(spec, stride=spec.stride[::-1])


def dilations_exchanged(spec: ConvSpec) -> ConvSpec:
    """The axes' dilations in reverse order, the far padding adjusted where the kernel would not fit."""
    dilation = spec.dilation[::-1]
    padding = tuple(
        (before, max(after, step * (kernel - 1) + 1 - size - before))
        for (before, after), step, kernel, size in zip(
            spec.padding, dilation, spec.kernel_size, spec.input_size, strict=True
        )
    )
    return replace(spec, dilation=dilation, padding=padding)


def dilation_ignored(spec: ConvSpec) -> ConvSpec:
    """A dense kernel."""
    return replace(spec, dilation=1)


def kernel_turned(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """K rotated by 180 degrees: a true convolution instead of a cross-correlation."""
    K = to_oracle(spec, "K", arrays["K"])
    return {"K": from_oracle(spec, "K", np.flip(K, axis=tuple(range(2, K.ndim))))}


def groups_interleaved(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """Output channel f uses group f mod g: filters and their gradients change places."""
    order = np.argsort(np.arange(spec.out_channels) % spec.groups, kind="stable")
    return {"K": from_oracle(spec, "K", to_oracle(spec, "K", arrays["K"])[order])}


def channels_shifted(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """Every group reads its neighbour's input channels."""
    X = to_oracle(spec, "X", arrays["X"])
    return {"X": from_oracle(spec, "X", np.roll(X, X.shape[1] // spec.groups, axis=1))}


def channels_transposed(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """The kernel's channels read I before O, from the same memory."""
    K = to_oracle(spec, "K", arrays["K"])
    read = np.swapaxes(K, 0, 1).reshape(K.shape)
    return {"K": from_oracle(spec, "K", read)}


def bias_forgotten(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """O without b."""
    return {"b": np.zeros_like(arrays["b"])}


def only_the_first_image(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """Gradients of one image instead of the batch."""
    dO = to_oracle(spec, "dO", arrays["dO"]).copy()
    dO[1:] = 0
    return {"dO": from_oracle(spec, "dO", dO)}


def remainder_dropped(spec: ConvSpec, answers: Arrays) -> Arrays:
    """dX without the r in its padding: its last r positions are missing."""
    dX = to_oracle(spec, "dX", answers["dX"]).copy()
    for d, axis in enumerate(spec.axes):
        np.moveaxis(dX, 2 + d, 0)[axis.input - axis.remainder :] = 0
    return {"dX": from_oracle(spec, "dX", dX)}


def excess_padding_forgotten(spec: ConvSpec, answers: Arrays) -> Arrays:
    """The padding of dO clipped at 0 where P > E - 1: dX arrives P - (E - 1) positions late."""
    dX = to_oracle(spec, "dX", answers["dX"])
    for d, axis in enumerate(spec.axes):
        late = max(0, axis.before - (axis.effective - 1))
        dX = np.roll(dX, late, axis=2 + d)
    return {"dX": from_oracle(spec, "dX", dX)}


def last_tap_dropped(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """One product of each output left out."""
    K = to_oracle(spec, "K", arrays["K"]).copy()
    K[(..., *(-1 for _ in spec.kernel_size))] = 0
    return {"K": from_oracle(spec, "K", K)}


WRONG: dict[str, tuple[Answer, frozenset[str]]] = {
    name: (answer, frozenset(seen.split()))
    for name, answer, seen in (
        ("padding on the other side", from_changed_spec(padding_on_the_other_side), "O dX dK"),
        ("dilation ignored", from_changed_spec(dilation_ignored), "O dX dK"),
        ("kernel turned", from_changed_arrays(kernel_turned), "O dX"),
        ("groups interleaved", from_changed_arrays(groups_interleaved), "O dX"),
        ("channels shifted", from_changed_arrays(channels_shifted), "O dK"),
        ("channels transposed", from_changed_arrays(channels_transposed), "O dX"),
        ("bias forgotten", from_changed_arrays(bias_forgotten), "O"),
        ("only the first image", from_changed_arrays(only_the_first_image), "dX dK db"),
        ("remainder dropped", with_changed_results(remainder_dropped), "dX"),
        ("excess padding forgotten", with_changed_results(excess_padding_forgotten), "dX"),
        ("last tap dropped", from_changed_arrays(last_tap_dropped), "O dX"),
    )
}
"""Mistakes at every rank, each with the results that it spoils."""

WRONG_AXES: dict[str, tuple[Answer, frozenset[str]]] = {
    "strides exchanged": (from_changed_spec(strides_exchanged), frozenset({"O", "dX", "dK"})),
    "dilations exchanged": (from_changed_spec(dilations_exchanged), frozenset({"O", "dX", "dK"})),
}
"""Mistakes that need two axes."""
