"""convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=4 out-channels=4 padding=1x1 groups=4

Written by
    convgen generate --spec "input=8x8 kernel=3x3 in-channels=4 out-channels=4 padding=1x1 groups=4" \
        --target numpy --dtype float32 --name depthwise

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[g,p,q]    CHW   4 x 8 x 8
    K[g,0,m,n]  OIHW  4 x 1 x 3 x 3
    b[g]        O     4
    O[g,i,j]    CHW   4 x 8 x 8

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form       products  additions   n  order of each sum
    forward           matrix        2,304      2,304  10  NumPy's
    backward_data     positions     1,936      1,936   9  0, then kernel positions as written
    backward_weights  matrix        2,304      2,268  64  NumPy's
    backward_bias     sum               0        252  64  NumPy's

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


def depthwise_forward(X, K, b, O):
    """O[g,i,j] = b[g] + sum(m,n) K[g,0,m,n] * X[g,i+m-1,j+n-1]"""
    weights = K.reshape(4, 1, 9)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(4, 9, 64)
    O[...] = (weights @ columns).reshape(4, 8, 8) + b[:, None, None]


def depthwise_backward_data(K, dO, dX):
    """dX[g,p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[g,0,m,n] * dO[g,i,j]"""
    dX[...] = 0
    dX[:, 0:7, 0:7] += K[:, 0, 0, 0, None, None] * dO[:, 1:8, 1:8]
    dX[:, 0:7, 0:8] += K[:, 0, 0, 1, None, None] * dO[:, 1:8, 0:8]
    dX[:, 0:7, 1:8] += K[:, 0, 0, 2, None, None] * dO[:, 1:8, 0:7]
    dX[:, 0:8, 0:7] += K[:, 0, 1, 0, None, None] * dO[:, 0:8, 1:8]
    dX[:, 0:8, 0:8] += K[:, 0, 1, 1, None, None] * dO[:, 0:8, 0:8]
    dX[:, 0:8, 1:8] += K[:, 0, 1, 2, None, None] * dO[:, 0:8, 0:7]
    dX[:, 1:8, 0:7] += K[:, 0, 2, 0, None, None] * dO[:, 0:7, 1:8]
    dX[:, 1:8, 0:8] += K[:, 0, 2, 1, None, None] * dO[:, 0:7, 0:8]
    dX[:, 1:8, 1:8] += K[:, 0, 2, 2, None, None] * dO[:, 0:7, 0:7]


def depthwise_backward_weights(X, dO, dK):
    """dK[g,0,m,n] = sum(i,j) dO[g,i,j] * X[g,i+m-1,j+n-1]"""
    signal = dO.reshape(4, 1, 64)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(4, 9, 64)
    dK[...] = (signal @ columns.swapaxes(-1, -2)).reshape(4, 1, 3, 3)


def depthwise_backward_bias(dO, db):
    """db[g] = sum(i,j) dO[g,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((4, 10, 10), np.float32)
    padded[:, 1:9, 1:9] = X
    c, h, w = padded.strides
    shape = (4, 8, 8, 3, 3)
    return as_strided(padded, shape, (c, h, w, h, w))
