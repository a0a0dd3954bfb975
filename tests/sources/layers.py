"""The sources' layers, and what they compute, by loops in each source's own indices.

Nothing of convgen is used. Arrays are in the order in which the source has them, by our names.
"""

from __future__ import annotations

import numpy as np

from sources.loops import Arrays, integers, positions

LAYERS_000 = {
    "dense, H≠W, M≠N": (5, 7, 2, 3),
    "strides differ": (7, 8, 2, 3, 3, 2),
    "paddings differ": (4, 5, 3, 2, 1, 1, 2, 1),
    "strides and paddings differ, remainder": (6, 7, 3, 2, 2, 3, 1, 2),
    "kernel larger than the input": (2, 5, 3, 2, 2, 1, 1, 0),
    "one output": (2, 3, 2, 3),
    "padding beyond the kernel": (3, 2, 1, 2, 2, 1, 2, 3),
}


def single_channel(
    H: int, W: int, M: int, N: int, SH: int = 1, SW: int = 1, PH: int = 0, PW: int = 0
) -> Arrays:
    """L32 with m, n counted from 1 and X_pad from 0, and the gradients by collecting its products."""
    X, K, b = integers(H, W, seed=1), integers(M, N, seed=2), integers(1, seed=3)
    X_pad = np.pad(X, ((PH, PH), (PW, PW)))
    H_out, W_out = (H + 2 * PH - M) // SH + 1, (W + 2 * PW - N) // SW + 1
    dO = integers(H_out, W_out, seed=4)
    O, dX_pad, dK = np.zeros_like(dO), np.zeros_like(X_pad), np.zeros_like(K)
    for i, j in positions(H_out, W_out):
        for m in range(1, M + 1):
            for n in range(1, N + 1):
                at = i * SH + m - 1, j * SW + n - 1
                O[i, j] += K[m - 1, n - 1] * X_pad[at]
                dX_pad[at] += dO[i, j] * K[m - 1, n - 1]
                dK[m - 1, n - 1] += dO[i, j] * X_pad[at]
    dX = dX_pad[PH : PH + H, PW : PW + W]
    return {"X": X, "K": K, "b": b, "O": O + b[0], "dO": dO, "dX": dX, "dK": dK, "db": np.array([dO.sum()])}


LAYERS_001 = {
    "dense": (4, 6, 2, 3, 2),
    "stride 2, remainder": (6, 7, 2, 3, 3, 2),
    "stride larger than the kernel": (8, 6, 3, 2, 2, 3),
    "one output": (3, 4, 2, 3, 3, 2),
    "kernel 1×1": (4, 3, 2, 4, 1, 2),
}


def channels_last(H: int, W: int, C: int, O: int, k: int, s: int = 1) -> Arrays:
    """L12 at the image indices of L47, and the gradients by collecting its products."""
    I, K, b = integers(H, W, C, seed=1), integers(k, k, C, O, seed=2), integers(O, seed=3)
    size = -(-(H - (k - 1)) // s), -(-(W - (k - 1)) // s)  # L52
    G = integers(*size, O, seed=4)
    R, dI, dK, db = np.zeros_like(G), np.zeros_like(I), np.zeros_like(K), np.zeros_like(b)
    for i, j, o in positions(*size, O):
        R[i, j, o] = b[o]
        db[o] += G[i, j, o]
        for m, n, c in positions(k, k, C):
            R[i, j, o] += I[s * i + m, s * j + n, c] * K[m, n, c, o]
            dI[s * i + m, s * j + n, c] += K[m, n, c, o] * G[i, j, o]
            dK[m, n, c, o] += I[s * i + m, s * j + n, c] * G[i, j, o]
    return {"X": I, "K": K, "b": b, "O": R, "dO": G, "dX": dI, "dK": dK, "db": db}


LAYERS_002 = {
    "m≠n, a≠b": (5, 6, 3, 5),
    "one row of W": (4, 3, 1, 3),
    "W larger than X": (2, 3, 5, 7),
    "1×1": (3, 4, 1, 1),
}


def same_padding(m: int, n: int, a: int, b: int) -> Arrays:
    """L33, last line, and the gradients by collecting its products."""
    X, W, dY = integers(m, n, seed=1), integers(a, b, seed=2), integers(m, n, seed=3)
    Y, dX, dW = np.zeros_like(X), np.zeros_like(X), np.zeros_like(W)
    for i, j, x, y in positions(m, n, a, b):
        p, q = i + x - (a - 1) // 2, j + y - (b - 1) // 2
        if 0 <= p < m and 0 <= q < n:
            Y[i, j] += X[p, q] * W[x, y]
            dX[p, q] += dY[i, j] * W[x, y]
            dW[x, y] += dY[i, j] * X[p, q]
    return {"X": X, "K": W, "O": Y, "dO": dY, "dX": dX, "dK": dW}


LAYERS_003 = {
    "dense": (2, 4, 6, 3, 2, 3),
    "padded": (2, 4, 5, 3, 3, 2, 1, 1),
    "stride 2, remainder": (3, 6, 7, 2, 3, 2, 2, 1),
    "one output": (2, 3, 2, 4, 3, 2),
    "1×1, stride 3": (3, 4, 5, 2, 1, 1, 3),
}


def channels_first(
    C_in: int, H_in: int, W_in: int, C_out: int, K_H: int, K_W: int, stride: int = 1, P: int = 0
) -> Arrays:
    """L17 with the stride and the padding of L11, and the gradients by collecting its products."""
    X, W, b = (
        integers(C_in, H_in, W_in, seed=1),
        integers(C_out, C_in, K_H, K_W, seed=2),
        integers(C_out, seed=3),
    )
    size = (H_in + 2 * P - K_H) // stride + 1, (W_in + 2 * P - K_W) // stride + 1
    delta = integers(C_out, *size, seed=4)
    Y, dX, dW = np.zeros_like(delta), np.zeros_like(X), np.zeros_like(W)
    for c, i, j in positions(C_out, *size):
        Y[c, i, j] = b[c]
        for k, m, n in positions(C_in, K_H, K_W):
            p, q = i * stride + m - P, j * stride + n - P
            if 0 <= p < H_in and 0 <= q < W_in:
                Y[c, i, j] += W[c, k, m, n] * X[k, p, q]
                dX[k, p, q] += delta[c, i, j] * W[c, k, m, n]
                dW[c, k, m, n] += delta[c, i, j] * X[k, p, q]
    return {"X": X, "K": W, "b": b, "O": Y, "dO": delta, "dX": dX, "dK": dW, "db": delta.sum(axis=(1, 2))}
