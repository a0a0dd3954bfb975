"""convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1

Written by
    convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1" \
        --target numpy --dtype float32 --name layout_chw

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   2 x 4 x 5
    K[f,c,m,n]  OIHW  3 x 2 x 3 x 3
    b[f]        O     3
    O[f,i,j]    CHW   3 x 4 x 5

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           matrix     1,080      1,080  19  NumPy's
    backward_data     matrix     1,080      1,080  27  NumPy's, then kernel positions
    backward_weights  matrix     1,080      1,026  20  NumPy's
    backward_bias     sum            0         57  20  NumPy's

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


def layout_chw_forward(X, K, b, O):
    """O[f,i,j] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,i+m-1,j+n-1]"""
    weights = K.reshape(3, 18)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(18, 20)
    O[...] = (weights @ columns).reshape(3, 4, 5) + b[:, None, None]


def layout_chw_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[f,i,j]"""
    weights = K.reshape(3, 18)
    signal = dO.reshape(3, 20)
    columns = (weights.T @ signal).reshape(2, 3, 3, 4, 5)
    padded = np.zeros((2, 6, 7), np.float32)
    for m in range(3):
        for n in range(3):
            padded[:, m : m + 4, n : n + 5] += columns[:, m, n]
    dX[...] = padded[:, 1:5, 1:6]


def layout_chw_backward_weights(X, dO, dK):
    """dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m-1,j+n-1]"""
    signal = dO.reshape(3, 20)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(18, 20)
    dK[...] = (signal @ columns.T).reshape(3, 2, 3, 3)


def layout_chw_backward_bias(dO, db):
    """db[f] = sum(i,j) dO[f,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((2, 6, 7), np.float32)
    padded[:, 1:5, 1:6] = X
    c, h, w = padded.strides
    shape = (2, 4, 5, 3, 3)
    return as_strided(padded, shape, (c, h, w, h, w))
