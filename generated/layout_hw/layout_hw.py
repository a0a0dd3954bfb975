"""convgen 0.1.0 spec: input=4x5 kernel=3x3 padding=1x1

Written by
    convgen generate --spec "input=4x5 kernel=3x3 padding=1x1" \
        --target numpy --dtype float32 --name layout_hw

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q]  HW  4 x 5
    K[m,n]  HW  3 x 3
    b[0]    O   1
    O[i,j]  HW  4 x 5

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form       products  additions   n  order of each sum
    forward           matrix          180        180  10  NumPy's
    backward_data     positions       130        130   9  0, then kernel positions as written
    backward_weights  matrix          180        171  20  NumPy's
    backward_bias     unrolled          0         19  20  as written

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


def layout_hw_forward(X, K, b, O):
    """O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-1,j+n-1]"""
    weights = K.reshape(1, 9)
    columns = _windows(X).transpose(2, 3, 0, 1).reshape(9, 20)
    O[...] = (weights @ columns).reshape(4, 5) + b


def layout_hw_backward_data(K, dO, dX):
    """dX[p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n] * dO[i,j]"""
    dX[...] = 0
    dX[0:3, 0:4] += K[0, 0] * dO[1:4, 1:5]
    dX[0:3, 0:5] += K[0, 1] * dO[1:4, 0:5]
    dX[0:3, 1:5] += K[0, 2] * dO[1:4, 0:4]
    dX[0:4, 0:4] += K[1, 0] * dO[0:4, 1:5]
    dX[0:4, 0:5] += K[1, 1] * dO[0:4, 0:5]
    dX[0:4, 1:5] += K[1, 2] * dO[0:4, 0:4]
    dX[1:4, 0:4] += K[2, 0] * dO[0:3, 1:5]
    dX[1:4, 0:5] += K[2, 1] * dO[0:3, 0:5]
    dX[1:4, 1:5] += K[2, 2] * dO[0:3, 0:4]


def layout_hw_backward_weights(X, dO, dK):
    """dK[m,n] = sum(i,j) dO[i,j] * X[i+m-1,j+n-1]"""
    signal = dO.reshape(1, 20)
    columns = _windows(X).transpose(2, 3, 0, 1).reshape(9, 20)
    dK[...] = (signal @ columns.T).reshape(3, 3)


def layout_hw_backward_bias(dO, db):
    """db[0] = sum(i,j) dO[i,j]"""
    dO_0_0, dO_0_1, dO_0_2, dO_0_3, dO_0_4 = dO[0]
    dO_1_0, dO_1_1, dO_1_2, dO_1_3, dO_1_4 = dO[1]
    dO_2_0, dO_2_1, dO_2_2, dO_2_3, dO_2_4 = dO[2]
    dO_3_0, dO_3_1, dO_3_2, dO_3_3, dO_3_4 = dO[3]
    db[0] = (
        dO_0_0 + dO_0_1 + dO_0_2 + dO_0_3 + dO_0_4 + dO_1_0 + dO_1_1 + dO_1_2 + dO_1_3 + dO_1_4
        + dO_2_0 + dO_2_1 + dO_2_2 + dO_2_3 + dO_2_4 + dO_3_0 + dO_3_1 + dO_3_2 + dO_3_3
        + dO_3_4
    )


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((6, 7), np.float32)
    padded[1:5, 1:6] = X
    h, w = padded.strides
    shape = (4, 5, 3, 3)
    return as_strided(padded, shape, (h, w, h, w))
