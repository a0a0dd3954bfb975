"""The statements of source 003, and the claims as which they are read."""

from __future__ import annotations

from convgen.sources.source_003 import PLAIN, SYSTEM, spec
from convgen.sources.statements import Reading, Row, layers_of

LAYERS = layers_of(SYSTEM, "every layer of source 003: any sizes and channels, one stride, one padding P")
PLAIN_LAYERS = layers_of(SYSTEM, "the layers of source 003 with stride 1 and padding 0", PLAIN)
EXAMPLE = spec(2, 3, 4, 3, 2, 3, 2, 1)
"""A layer in which nearly all sizes differ."""


ROWS = (
    Row(
        "3.01",
        "L11",
        (
            r"$`H_{\text{out}} = (H_{\text{in}} + 2P - K)/\text{stride} + 1`$, and "
            r"$`W_{\text{out}}`$ with the same K."
        ),
        (
            Reading(
                "H_out = (H_in + 2*P - K_H)/stride + 1",
                LAYERS,
                "K is the height of the kernel; the fraction is not rounded",
            ),
            Reading("W_out = (W_in + 2*P - K_H)/stride + 1", LAYERS, "with the same K"),
        ),
    ),
    Row(
        "3.02",
        "L17",
        (
            r"$`Y_{c,i,j} = \sum_{k,m,n} W_{c,k,m,n} X_{k,i+m,j+n} + b_c`$ at stride 1 without "
            "padding."
        ),
        (
            Reading(
                "Y[c,i,j] = sum(k=0..C_in-1, m=0..K_H-1, n=0..K_W-1) W[c,k,m,n]*X[k,i+m,j+n] + b[c]",
                PLAIN_LAYERS,
            ),
        ),
    ),
    Row(
        "3.03",
        "L21–22",
        (
            r"$`\widetilde{W}`$ is $`C_{\text{out}} \times (C_{\text{in}} K_H K_W)`$, the unfolded "
            r"$`\widetilde{X}`$ is $`(C_{\text{in}} K_H K_W) \times (H_{\text{out}} "
            r"W_{\text{out}})`$."
        ),
        (
            Reading("shape(W~) = (C_out, C_in*K_H*K_W)", LAYERS),
            Reading("shape(X~) = (C_in*K_H*K_W, H_out*W_out)", LAYERS),
        ),
    ),
    Row(
        "3.04",
        "L23",
        r"$`Y = \widetilde{W} \widetilde{X} + b`$.",
        (Reading("Y~ = W~ @ X~ + b", LAYERS, "Y as C_out×(H_out·W_out), b as a column"),),
    ),
    Row(
        "3.05",
        "L29–31",
        r"$`\partial L/\partial W_{c,k,m,n} = \sum_{i,j} \delta_{c,i,j} X_{k,i+m,j+n}`$.",
        (Reading("dW[c,k,m,n] = sum(i, j) δ[c,i,j]*X[k,i+m,j+n]", LAYERS),),
    ),
    Row(
        "3.06",
        "L33",
        r"$`\partial L/\partial \widetilde{W} = \delta \widetilde{X}^{\mathsf{T}}`$.",
        (Reading("dW~ = δ~ @ X~.T", LAYERS, "δ as C_out×(H_out·W_out)"),),
    ),
    Row(
        "3.07",
        "L38–40",
        r"$`\partial L/\partial b_c = \sum_{i,j} \delta_{c,i,j}`$.",
        (Reading("db[c] = sum(i, j) δ[c,i,j]", LAYERS),),
    ),
    Row(
        "3.08",
        "L45",
        (
            r"$`\partial L/\partial X_{k,p,q}`$ is the sum of $`\partial L/\partial Y_{c,i,j} \cdot "
            r"\partial Y_{c,i,j}/\partial X_{k,p,q}`$ over c, i, j."
        ),
        (Reading("J_L(X) = J_L(Y) @ J_Y(X)", EXAMPLE),),
    ),
    Row(
        "3.09",
        "L46",
        "$`Y_{c,i,j}`$ depends on $`X_{k,p,q}`$ exactly if p = i+m and q = j+n.",
        (
            Reading(
                "dX[k,p,q] = sum(c, i, j, m, n : p = i+m, q = j+n) δ[c,i,j]*W[c,k,m,n]",
                LAYERS,
                (
                    "for some m and n within the kernel; this sum is the gradient exactly when no other "
                    "entries depend on each other"
                ),
            ),
        ),
    ),
    Row(
        "3.10",
        "L48",
        (
            r"$`\partial Y_{c,i,j}/\partial X_{k,p,q}`$ is $`W_{c,k,p-i,q-j}`$ where p−i and q−j "
            "lie within the kernel, and 0 elsewhere."
        ),
        (Reading("∂Y[c,i,j]/∂X[k,p,q] = W[c,k,p-i,q-j] where 0 <= p-i < K_H, 0 <= q-j < K_W", LAYERS),),
    ),
    Row(
        "3.11",
        "L51",
        r"$`\partial L/\partial X_{k,p,q} = \sum_{c,i,j} \delta_{c,i,j} W_{c,k,p-i,q-j}`$.",
        (
            Reading(
                "dX[k,p,q] = sum(c=0..C_out-1, i=0..H_out-1, j=0..W_out-1) δ[c,i,j]*W[c,k,p-i,q-j]", LAYERS
            ),
        ),
    ),
    Row(
        "3.12",
        "L53",
        "That is a full convolution of δ with the flipped kernel.",
        (
            Reading(
                "dX = pad(δ) ⋆ flip(W)",
                LAYERS,
                "“convolution” in the source's own sense, which turns nothing",
            ),
            Reading(
                "dX = conv(pad(δ), flip(W))",
                LAYERS,
                "a true convolution, which turns its kernel by itself",
                otherwise=True,
            ),
            Reading(
                "dX = conv(pad(δ), W)",
                PLAIN_LAYERS,
                "a true convolution with the kernel as it is",
                otherwise=True,
            ),
        ),
    ),
    Row(
        "3.13",
        "L54",
        r"$`\text{flip}(W_{c,k,m,n}) = W_{c,k,K_H-1-m,K_W-1-n}`$.",
        (Reading("flip(W)[c,k,m,n] = W[c,k,K_H-1-m,K_W-1-n]", LAYERS),),
    ),
    Row(
        "3.14",
        "L56",
        r"$`\partial L/\partial \widetilde{X} = \widetilde{W}^{\mathsf{T}} \delta`$.",
        (
            Reading("dX~ = W~.T @ δ~", LAYERS, "δ as C_out×(H_out·W_out)"),
            Reading(
                "dX = fold(W~.T @ δ~)", LAYERS, "and folded it is the gradient of X itself", otherwise=True
            ),
        ),
    ),
)
