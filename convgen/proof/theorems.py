"""Named theorems beyond the rules, one row each: what they say, as claims that the prover decides.

In a claim ``<...>`` stands for what is said of each axis: ``<i>`` is i0, i1, ... and ``<S*i = p>`` is S0*i0 = p0,
S1*i1 = p1, .... Directions are δX, δK, δb, and A is an arbitrary matrix shaped as X~.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convgen.rules import RULES

DX, DK, O = (next(rule.formula for rule in RULES if rule.name == name) for name in ("dX", "dK", "O"))


@dataclass(frozen=True)
class Stated:
    """One claim of a theorem.

    Attributes:
        claim: the claim.
        words: what it says, in words.
        options: which layers it is about, in the words of `convgen.proof.scope.scope_of`.
    """

    claim: str
    words: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def on(self, rank: int) -> str:
        """The claim for a rank."""

        def repeated(found: re.Match[str]) -> str:
            return ", ".join(_NAME.sub(rf"\g<0>{d}", found[1]) for d in range(rank))

        return _PER_AXIS.sub(repeated, self.claim)


_PER_AXIS = re.compile(r"<([^<>]*)>")
_NAME = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Theorem:
    """Claims that belong together.

    Attributes:
        name: how a user asks for it.
        words: what it says, in words.
        stated: the claims.
        source: what states it; empty where no source does.
    """

    name: str
    words: str
    stated: tuple[Stated, ...]
    source: str


def _of(operator: str, **arrays: str) -> str:
    """A rule's formula about other arrays."""
    for letter, other in arrays.items():
        operator = re.sub(rf"(?<![A-Za-zδ]){letter}(?![A-Za-z])", other, operator)
    return operator


_FORWARD_OF_DIRECTION = _of(O, X="δX").replace("pad(δX)", "pad(δX, (Pb, Pa))")
_WEIGHTS_OF_DIRECTION = _of(DK, X="δX").replace("pad(δX)", "pad(δX, (Pb, Pa))")
_TAPS = "<S*i + D*m - Pb = p>"

THEOREMS = (
    Theorem(
        "same", "Padding \"same\" gives one output for each stride of the input",
        (
            Stated("Ho = ⌈H/S⌉", "the output's size", {"padding": "same"}),
            Stated(f"O = {O}", "the forward pass", {"padding": "same", "bias": False}),
            Stated(f"dX = {DX}", "its gradient", {"padding": "same"}),
            Stated(
                "dX = pad(dO, (Pa, Pb)) ⋆[D] rot180(K)",
                "where every position has an output, dO is padded as X is with the sides exchanged",
                {"padding": "same", "stride": 1},
            ),
        ),
        "source 002 L39 is its short form at stride 1",
    ),
    Theorem(
        "full", "Padding \"full\" meets every entry of X with every entry of K, and its gradient needs no padding",
        (
            Stated("Ho = H + E - 1", "the output's size at stride 1", {"padding": "full", "stride": 1}),
            Stated(f"O = {O}", "the forward pass", {"padding": "full", "bias": False}),
            Stated(f"dX = {DX}", "its gradient", {"padding": "full"}),
            Stated("dX = dO ⋆[D] rot180(K)", "at stride 1 a valid correlation", {"padding": "full", "stride": 1}),
        ),
        "source 003 L53",
    ),
    Theorem(
        "transposed convolution",
        "The transposed convolution with K is the adjoint of the layer, and its output_padding is r",
        (
            Stated(f"∂⟨dO, O⟩/∂X = {DX}", "the adjoint of X ↦ O"),
            Stated(
                f"dX[n,g,c,<p>] = sum(f, <i>, <m> : {_TAPS}) dO[n,g,f,<i>]*K[g,f,c,<m>]",
                "entry i of dO is laid down at S·i + D·m - Pb, times entry m of K",
            ),
            Stated("H = S*(Ho - 1) + E - Pb - Pa + r", "the size of what it gives, r being the output_padding"),
            Stated("Ho = floor((S*(Ho - 1) + r)/S) + 1", "the layer of that size gives back Ho, for each 0 ≤ r < S"),
            Stated(f"∂⟨δX, dX⟩/∂dO = {_FORWARD_OF_DIRECTION}", "and the adjoint of the adjoint is the layer"),
        ),
        "source 003 L53, L56",
    ),
    Theorem(
        "unfold and fold", "fold is the adjoint of unfold, and unfold that of fold",
        (
            Stated("∂⟨A, unfold(X)⟩/∂X = fold(A)", "⟨A, unfold(X)⟩ = ⟨fold(A), X⟩"),
            Stated("∂⟨X, fold(A)⟩/∂A = unfold(X)", "⟨X, fold(A)⟩ = ⟨unfold(X), A⟩"),
        ),
        "source 003 L56",
    ),
    Theorem(
        "Toeplitz",
        "O is T(K) x and U(X) k, with T[i,p] = K[m] where S·i + D·m - Pb = p, and U[i,m] = X[S·i + D·m - Pb]; "
        "the transposes give dX and dK",
        (
            Stated(
                f"O[n,g,f,<i>] = sum(c, <p>, <m> : {_TAPS}) K[g,f,c,<m>]*X[n,g,c,<p>]",
                "O = T(K) x",
                {"bias": False},
            ),
            Stated(
                f"dX[n,g,c,<p>] = sum(f, <i>, <m> : {_TAPS}) K[g,f,c,<m>]*dO[n,g,f,<i>]", "dX = T(K)ᵀ dO"
            ),
            Stated("O~ = K~ @ X~", "O = U(X) k, U(X) being the transpose of X~", {"bias": False}),
            Stated("dK~ = dO~ @ X~.T", "dK = U(X)ᵀ dO"),
        ),
        "source 003 L23, L33",
    ),
    Theorem(
        "im2col", "The layer and its gradients as products of matrices",
        (
            Stated("O~ = K~ @ X~", "the forward pass, without the bias", {"bias": False}),
            Stated("dK~ = dO~ @ X~.T", "backward_weights"),
            Stated("dX~ = K~.T @ dO~", "the gradient of the unfolded input"),
            Stated("dX = fold(K~.T @ dO~)", "backward_data: fold it"),
        ),
        "source 003 L23, L33, L53, L56",
    ),
    Theorem(
        "JVP", "The derivative of O along δX, δK and δb is two forward passes and a broadcast",
        (Stated(f"δO = {_FORWARD_OF_DIRECTION} + {_of(O, K='δK')} + δb", "the product rule"),),
        "",
    ),
    Theorem(
        "double backward", "The gradients of backward_data and backward_weights are the layer's own operators",
        (
            Stated(f"∂⟨δX, dX⟩/∂dO = {_FORWARD_OF_DIRECTION}", "backward_data by dO: the forward pass of δX"),
            Stated(f"∂⟨δX, dX⟩/∂K = {_WEIGHTS_OF_DIRECTION}", "backward_data by K: backward_weights of δX"),
            Stated(f"∂⟨δK, dK⟩/∂dO = {_of(O, K='δK')}", "backward_weights by dO: the forward pass with δK"),
            Stated(f"∂⟨δK, dK⟩/∂X = {_of(DX, K='δK')}", "backward_weights by X: backward_data with δK"),
            Stated(
                f"∂(⟨δX, dX⟩ + ⟨δK, dK⟩ + ⟨δb, db⟩)/∂dO = {_FORWARD_OF_DIRECTION} + {_of(O, K='δK')} + δb",
                "all together by dO: the derivative of O along δX, δK, δb",
            ),
        ),
        "",
    ),
)  # fmt: skip
"""Every named theorem; each claim is proved for all sizes, and none stands here as a literal verdict."""
