"""convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC

Written by
    convgen generate --spec "input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC" \
        --target numpy --dtype float32 --name depthwise_multiplier

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q,g]        HWC   8 x 8 x 3
    K[m,n,0,2*g+f]  HWIO  3 x 3 x 1 x 6
    b[2*g+f]        O     6
    O[i,j,2*g+f]    HWC   4 x 4 x 6

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form       products  additions   n  order of each sum
    forward           matrix          864        864  10  NumPy's
    backward_data     positions       726        726  18  0, then kernel positions as written
    backward_weights  matrix          864        810  16  NumPy's
    backward_bias     sum               0         90  16  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Forms; a pass has the first that suits it, unless another was asked for
    unrolled   straight-line on scalars, every product written out; for up to 40 terms
    positions  a line for each kernel position, on whole slices, no product with padding; for
               channels last from 32 in a group on (dX: up to 64) or one in each of several
               groups, and for dX of one channel in a group
    matrix     one matrix product, with unfold before or fold after it, zeros of the padding
               included; for everything else
    sum        NumPy's sum; for db of more terms
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def depthwise_multiplier_forward(X, K, b, O):
    """O[i,j,2*g+f] = b[2*g+f] + sum(m,n) K[m,n,0,2*g+f] * X[2*i+m,2*j+n,g]"""
    rows = _windows(X).transpose(2, 0, 1, 3, 4).reshape(3, 16, 9)
    weights = K.reshape(3, 3, 3, 2).transpose(2, 0, 1, 3).reshape(3, 9, 2)
    O[...] = (rows @ weights).reshape(3, 4, 4, 2).transpose(1, 2, 0, 3).reshape(4, 4, 6) + b


def depthwise_multiplier_backward_data(K, dO, dX):
    """dX[p,q,g] = sum(f,i,j,m,n | 2*i+m = p, 2*j+n = q) K[m,n,0,2*g+f] * dO[i,j,2*g+f]"""
    k = K.reshape(3, 3, 3, 1, 1, 2)
    do = dO.reshape(4, 4, 3, 2).transpose(2, 0, 1, 3)
    dx = dX.transpose(2, 0, 1).reshape(3, 8, 8, 1)
    dX[...] = 0
    dx[:, 0:7:2, 0:7:2] += do[:, 0:4, 0:4] @ k[0, 0].swapaxes(-1, -2)
    dx[:, 0:7:2, 1:8:2] += do[:, 0:4, 0:4] @ k[0, 1].swapaxes(-1, -2)
    dx[:, 0:7:2, 2:7:2] += do[:, 0:4, 0:3] @ k[0, 2].swapaxes(-1, -2)
    dx[:, 1:8:2, 0:7:2] += do[:, 0:4, 0:4] @ k[1, 0].swapaxes(-1, -2)
    dx[:, 1:8:2, 1:8:2] += do[:, 0:4, 0:4] @ k[1, 1].swapaxes(-1, -2)
    dx[:, 1:8:2, 2:7:2] += do[:, 0:4, 0:3] @ k[1, 2].swapaxes(-1, -2)
    dx[:, 2:7:2, 0:7:2] += do[:, 0:3, 0:4] @ k[2, 0].swapaxes(-1, -2)
    dx[:, 2:7:2, 1:8:2] += do[:, 0:3, 0:4] @ k[2, 1].swapaxes(-1, -2)
    dx[:, 2:7:2, 2:7:2] += do[:, 0:3, 0:3] @ k[2, 2].swapaxes(-1, -2)


def depthwise_multiplier_backward_weights(X, dO, dK):
    """dK[m,n,0,2*g+f] = sum(i,j) dO[i,j,2*g+f] * X[2*i+m,2*j+n,g]"""
    rows = _windows(X).transpose(2, 0, 1, 3, 4).reshape(3, 16, 9)
    signal = dO.reshape(4, 4, 3, 2).transpose(2, 0, 1, 3).reshape(3, 16, 2)
    dK[...] = (
        (rows.swapaxes(-1, -2) @ signal)
        .reshape(3, 3, 3, 2)
        .transpose(1, 2, 0, 3)
        .reshape(3, 3, 1, 6)
    )


def depthwise_multiplier_backward_bias(dO, db):
    """db[2*g+f] = sum(i,j) dO[i,j,2*g+f]"""
    db[...] = dO.sum(axis=(0, 1))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((9, 9, 3), np.float32)
    padded[0:8, 0:8] = X
    h, w, c = padded.strides
    shape = (4, 4, 3, 3, 3)
    return as_strided(padded, shape, (2 * h, 2 * w, c, h, w))
