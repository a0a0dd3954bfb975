"""convgen 0.1.0 spec: input=5x6 kernel=3x3 stride=2x3 padding=0:1x2:1

Written by
    convgen generate --spec "input=5x6 kernel=3x3 stride=2x3 padding=0:1x2:1" \
        --target numpy --dtype float32 --name strided_padded

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q]  HW  5 x 6
    K[m,n]  HW  3 x 3
    b[0]    O   1
    O[i,j]  HW  2 x 3

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form       products  additions   n  order of each sum
    forward           matrix           54         54  10  NumPy's
    backward_data     positions        36         36   6  0, then kernel positions as written
    backward_weights  matrix           54         45   6  NumPy's
    backward_bias     unrolled          0          5   6  as written

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


def strided_padded_forward(X, K, b, O):
    """O[i,j] = b[0] + sum(m,n) K[m,n] * X[2*i+m,3*j+n-2]"""
    weights = K.reshape(1, 9)
    columns = _windows(X).transpose(2, 3, 0, 1).reshape(9, 6)
    O[...] = (weights @ columns).reshape(2, 3) + b


def strided_padded_backward_data(K, dO, dX):
    """dX[p,q] = sum(i,j,m,n | 2*i+m = p, 3*j+n-2 = q) K[m,n] * dO[i,j]"""
    dX[...] = 0
    dX[0:3:2, 1:5:3] += K[0, 0] * dO[0:2, 1:3]
    dX[0:3:2, 2:6:3] += K[0, 1] * dO[0:2, 1:3]
    dX[0:3:2, 0:4:3] += K[0, 2] * dO[0:2, 0:2]
    dX[1:4:2, 1:5:3] += K[1, 0] * dO[0:2, 1:3]
    dX[1:4:2, 2:6:3] += K[1, 1] * dO[0:2, 1:3]
    dX[1:4:2, 0:4:3] += K[1, 2] * dO[0:2, 0:2]
    dX[2:5:2, 1:5:3] += K[2, 0] * dO[0:2, 1:3]
    dX[2:5:2, 2:6:3] += K[2, 1] * dO[0:2, 1:3]
    dX[2:5:2, 0:4:3] += K[2, 2] * dO[0:2, 0:2]


def strided_padded_backward_weights(X, dO, dK):
    """dK[m,n] = sum(i,j) dO[i,j] * X[2*i+m,3*j+n-2]"""
    signal = dO.reshape(1, 6)
    columns = _windows(X).transpose(2, 3, 0, 1).reshape(9, 6)
    dK[...] = (signal @ columns.T).reshape(3, 3)


def strided_padded_backward_bias(dO, db):
    """db[0] = sum(i,j) dO[i,j]"""
    dO_0_0, dO_0_1, dO_0_2 = dO[0]
    dO_1_0, dO_1_1, dO_1_2 = dO[1]
    db[0] = dO_0_0 + dO_0_1 + dO_0_2 + dO_1_0 + dO_1_1 + dO_1_2


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((6, 9), np.float32)
    padded[0:5, 2:8] = X
    h, w = padded.strides
    shape = (2, 3, 3, 3)
    return as_strided(padded, shape, (2 * h, 3 * w, h, w))
