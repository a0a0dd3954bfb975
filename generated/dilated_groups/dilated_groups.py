"""convgen 0.1.0 spec: input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2

Written by
    convgen generate --spec "input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2" \
        --target numpy --dtype float32 --name dilated_groups

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[2*g+c,p,q]    CHW   4 x 9 x 9
    K[3*g+f,c,m,n]  OIHW  6 x 2 x 3 x 3
    b[3*g+f]        O     6
    O[3*g+f,i,j]    CHW   6 x 9 x 9

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           matrix     8,748      8,748  19  NumPy's
    backward_data     matrix     8,748      8,748  27  NumPy's, then kernel positions
    backward_weights  matrix     8,748      8,640  81  NumPy's
    backward_bias     sum            0        480  81  NumPy's

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


def dilated_groups_forward(X, K, b, O):
    """O[3*g+f,i,j] = b[3*g+f] + sum(c,m,n) K[3*g+f,c,m,n] * X[2*g+c,i+2*m-2,j+2*n-2]"""
    weights = K.reshape(2, 3, 18)
    columns = _windows(X).reshape(2, 2, 9, 9, 3, 3).transpose(0, 1, 4, 5, 2, 3).reshape(2, 18, 81)
    O[...] = (weights @ columns).reshape(6, 9, 9) + b[:, None, None]


def dilated_groups_backward_data(K, dO, dX):
    """dX[2*g+c,p,q] = sum(f,i,j,m,n | i+2*m-2 = p, j+2*n-2 = q) K[3*g+f,c,m,n] * dO[3*g+f,i,j]"""
    weights = K.reshape(2, 3, 18)
    signal = dO.reshape(2, 3, 81)
    columns = (weights.swapaxes(-1, -2) @ signal).reshape(4, 3, 3, 9, 9)
    padded = np.zeros((4, 13, 13), np.float32)
    for m in range(3):
        for n in range(3):
            padded[:, 2 * m : 2 * m + 9, 2 * n : 2 * n + 9] += columns[:, m, n]
    dX[...] = padded[:, 2:11, 2:11]


def dilated_groups_backward_weights(X, dO, dK):
    """dK[3*g+f,c,m,n] = sum(i,j) dO[3*g+f,i,j] * X[2*g+c,i+2*m-2,j+2*n-2]"""
    signal = dO.reshape(2, 3, 81)
    columns = _windows(X).reshape(2, 2, 9, 9, 3, 3).transpose(0, 1, 4, 5, 2, 3).reshape(2, 18, 81)
    dK[...] = (signal @ columns.swapaxes(-1, -2)).reshape(6, 2, 3, 3)


def dilated_groups_backward_bias(dO, db):
    """db[3*g+f] = sum(i,j) dO[3*g+f,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((4, 13, 13), np.float32)
    padded[:, 2:11, 2:11] = X
    c, h, w = padded.strides
    shape = (4, 9, 9, 3, 3)
    return as_strided(padded, shape, (c, h, w, 2 * h, 2 * w))
