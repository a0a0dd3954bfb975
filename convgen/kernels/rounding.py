"""How far a kernel's result may lie from the exact one: a bound that holds for every order of summation.

A sum of n terms, each of them a product or a bias, is computed with one rounding a product and at most n - 1
a path of additions, so that with u half the distance of 1 to the next number

    |computed - exact| <= n u / (1 - n u) · (sum of the terms' magnitudes) + n η

(Higham, Accuracy and Stability of Numerical Algorithms, 3.1 and 4.2). η is the smallest subnormal
number; a product that underflows loses at most half of it, and the other half covers what additions make of
that. Fused multiply-adds, vectors, tiles and blocks only leave roundings out or change the order. No sum may
overflow.

Infinities and NaN spread by products alone. Some forms multiply padding too: NumPy's matrix and blocks, and tiles whose
lanes are positions, in the lanes that a border clips. There 0 times an infinite weight, or in backward_weights an
infinite entry of dO, is NaN, so no more is promised than what holds for all.

Winograd's algorithm computes other sums. It has a bound and words of its own (`convgen.kernels.winograd.bound_of`).
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from convgen.spec import ConvSpec

UNIT_EXPONENTS = {"float32": -24, "float64": -53}
"""u of each dtype, as a power of 2."""

UNDERFLOW_EXPONENTS = {"float32": -149, "float64": -1074}
"""η of each dtype, as a power of 2."""


def longest_sum(spec: ConvSpec, name: str) -> int:
    """The terms of a pass's longest sum, bias included and borders not looked at: n of the bound."""
    places = spec.batch * prod(spec.output_size)
    met = [min(axis.kernel, axis.output) for axis in spec.axes]
    return {
        "forward": spec.group_in_channels * prod(spec.kernel_size) + spec.bias,
        "backward_data": spec.group_out_channels * prod(met),
        "backward_weights": places,
        "backward_bias": places,
    }[name]


def relative_bound(spec: ConvSpec, name: str, dtype: str) -> Fraction:
    """The error of an entry as a share of the sum of its terms' magnitudes, underflow apart."""
    n, u = longest_sum(spec, name), Fraction(2) ** UNIT_EXPONENTS[dtype]
    return n * u / (1 - n * u)


def underflow_bound(spec: ConvSpec, name: str, dtype: str) -> Fraction:
    """What all products of an entry may lose to underflow."""
    return longest_sum(spec, name) * Fraction(2) ** UNDERFLOW_EXPONENTS[dtype]


def error_bound(dtype: str) -> list[str]:
    """The bound in words, for the emitted file."""
    unit, lost = UNIT_EXPONENTS[dtype], UNDERFLOW_EXPONENTS[dtype]
    return [
        "A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,",
        f"u = 2^{unit}, in any order, with or without fused multiply-adds, plus n 2^{lost} where products",
        "underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a",
        "factor; where its partner's index lies outside its array, the result may be NaN too; no other is.",
    ]
