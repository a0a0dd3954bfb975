"""convgen 0.1.0 spec: input=3x4x5 kernel=2x3x2 stride=1x2x1 padding=0x1x1:0

Written by
    convgen generate --spec "input=3x4x5 kernel=2x3x2 stride=1x2x1 padding=0x1x1:0" \
        --target numpy --dtype float32 --name rank3

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q,s]  DHW  3 x 4 x 5
    K[m,n,t]  DHW  2 x 3 x 2
    b[0]      O    1
    O[i,j,l]  DHW  2 x 2 x 5

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form       products  additions   n  order of each sum
    forward           matrix          240        240  13  NumPy's
    backward_data     positions       180        180   8  0, then kernel positions as written
    backward_weights  matrix          240        228  20  NumPy's
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


def rank3_forward(X, K, b, O):
    """O[i,j,l] = b[0] + sum(m,n,t) K[m,n,t] * X[i+m,2*j+n-1,l+t-1]"""
    weights = K.reshape(1, 12)
    columns = _windows(X).transpose(3, 4, 5, 0, 1, 2).reshape(12, 20)
    O[...] = (weights @ columns).reshape(2, 2, 5) + b


def rank3_backward_data(K, dO, dX):
    """dX[p,q,s] = sum(i,j,l,m,n,t | i+m = p, 2*j+n-1 = q, l+t-1 = s) K[m,n,t] * dO[i,j,l]"""
    dX[...] = 0
    dX[0:2, 1:2, 0:4] += K[0, 0, 0] * dO[0:2, 1:2, 1:5]
    dX[0:2, 1:2, 0:5] += K[0, 0, 1] * dO[0:2, 1:2, 0:5]
    dX[0:2, 0:3:2, 0:4] += K[0, 1, 0] * dO[0:2, 0:2, 1:5]
    dX[0:2, 0:3:2, 0:5] += K[0, 1, 1] * dO[0:2, 0:2, 0:5]
    dX[0:2, 1:4:2, 0:4] += K[0, 2, 0] * dO[0:2, 0:2, 1:5]
    dX[0:2, 1:4:2, 0:5] += K[0, 2, 1] * dO[0:2, 0:2, 0:5]
    dX[1:3, 1:2, 0:4] += K[1, 0, 0] * dO[0:2, 1:2, 1:5]
    dX[1:3, 1:2, 0:5] += K[1, 0, 1] * dO[0:2, 1:2, 0:5]
    dX[1:3, 0:3:2, 0:4] += K[1, 1, 0] * dO[0:2, 0:2, 1:5]
    dX[1:3, 0:3:2, 0:5] += K[1, 1, 1] * dO[0:2, 0:2, 0:5]
    dX[1:3, 1:4:2, 0:4] += K[1, 2, 0] * dO[0:2, 0:2, 1:5]
    dX[1:3, 1:4:2, 0:5] += K[1, 2, 1] * dO[0:2, 0:2, 0:5]


def rank3_backward_weights(X, dO, dK):
    """dK[m,n,t] = sum(i,j,l) dO[i,j,l] * X[i+m,2*j+n-1,l+t-1]"""
    signal = dO.reshape(1, 20)
    columns = _windows(X).transpose(3, 4, 5, 0, 1, 2).reshape(12, 20)
    dK[...] = (signal @ columns.T).reshape(2, 3, 2)


def rank3_backward_bias(dO, db):
    """db[0] = sum(i,j,l) dO[i,j,l]"""
    dO_0_0_0, dO_0_0_1, dO_0_0_2, dO_0_0_3, dO_0_0_4 = dO[0, 0]
    dO_0_1_0, dO_0_1_1, dO_0_1_2, dO_0_1_3, dO_0_1_4 = dO[0, 1]
    dO_1_0_0, dO_1_0_1, dO_1_0_2, dO_1_0_3, dO_1_0_4 = dO[1, 0]
    dO_1_1_0, dO_1_1_1, dO_1_1_2, dO_1_1_3, dO_1_1_4 = dO[1, 1]
    db[0] = (
        dO_0_0_0 + dO_0_0_1 + dO_0_0_2 + dO_0_0_3 + dO_0_0_4 + dO_0_1_0 + dO_0_1_1 + dO_0_1_2
        + dO_0_1_3 + dO_0_1_4 + dO_1_0_0 + dO_1_0_1 + dO_1_0_2 + dO_1_0_3 + dO_1_0_4 + dO_1_1_0
        + dO_1_1_1 + dO_1_1_2 + dO_1_1_3 + dO_1_1_4
    )


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((3, 6, 6), np.float32)
    padded[:, 1:5, 1:6] = X
    d, h, w = padded.strides
    shape = (2, 2, 5, 2, 3, 2)
    return as_strided(padded, shape, (d, 2 * h, w, d, h, w))
