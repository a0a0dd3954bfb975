"""convgen 0.1.0 spec: input=16x16 kernel=3x3 in-channels=32 out-channels=64 stride=2x2 padding=1x1 bias=no

Written by
    convgen generate --spec "input=16x16 kernel=3x3 in-channels=32 out-channels=64 stride=2x2 padding=1x1 bias=no" \
        --target numpy --dtype float32 --name resnet20_stage3_down

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   32 x 16 x 16
    K[f,c,m,n]  OIHW  64 x 32 x 3 x 3
    O[f,i,j]    CHW   64 x 8 x 8

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form     products  additions    n  order of each sum
    forward           matrix  1,179,648  1,175,552  288  NumPy's
    backward_data     matrix  1,179,648  1,179,648  576  NumPy's, then kernel positions
    backward_weights  matrix  1,179,648  1,161,216   64  NumPy's

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


def resnet20_stage3_down_forward(X, K, O):
    """O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,2*i+m-1,2*j+n-1]"""
    weights = K.reshape(64, 288)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(288, 64)
    O[...] = (weights @ columns).reshape(64, 8, 8)


def resnet20_stage3_down_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,i,j,m,n | 2*i+m-1 = p, 2*j+n-1 = q) K[f,c,m,n] * dO[f,i,j]"""
    weights = K.reshape(64, 288)
    signal = dO.reshape(64, 64)
    columns = (weights.T @ signal).reshape(32, 3, 3, 8, 8)
    padded = np.zeros((32, 18, 18), np.float32)
    for m in range(3):
        for n in range(3):
            padded[:, m : m + 15 : 2, n : n + 15 : 2] += columns[:, m, n]
    dX[...] = padded[:, 1:17, 1:17]


def resnet20_stage3_down_backward_weights(X, dO, dK):
    """dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,2*i+m-1,2*j+n-1]"""
    signal = dO.reshape(64, 64)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(288, 64)
    dK[...] = (signal @ columns.T).reshape(64, 32, 3, 3)


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((32, 18, 18), np.float32)
    padded[:, 1:17, 1:17] = X
    c, h, w = padded.strides
    shape = (32, 8, 8, 3, 3)
    return as_strided(padded, shape, (c, 2 * h, 2 * w, h, w))
