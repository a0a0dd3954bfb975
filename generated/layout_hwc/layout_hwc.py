"""convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1 layout=HWC

Written by
    convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1 layout=HWC" \
        --target numpy --dtype float32 --name layout_hwc

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q,c]    HWC   4 x 5 x 2
    K[m,n,c,f]  HWIO  3 x 3 x 2 x 3
    b[f]        O     3
    O[i,j,f]    HWC   4 x 5 x 3

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form       products  additions   n  order of each sum
    forward           matrix        1,080      1,080  19  NumPy's
    backward_data     positions       780        780  27  0, then kernel positions as written
    backward_weights  matrix        1,080      1,026  20  NumPy's
    backward_bias     sum               0         57  20  NumPy's

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


def layout_hwc_forward(X, K, b, O):
    """O[i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[i+m-1,j+n-1,c]"""
    rows = _windows(X).transpose(0, 1, 3, 4, 2).reshape(20, 18)
    weights = K.reshape(18, 3)
    O[...] = (rows @ weights).reshape(4, 5, 3) + b


def layout_hwc_backward_data(K, dO, dX):
    """dX[p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[i,j,f]"""
    dX[...] = 0
    dX[0:3, 0:4] += dO[1:4, 1:5] @ K[0, 0].T
    dX[0:3, 0:5] += dO[1:4, 0:5] @ K[0, 1].T
    dX[0:3, 1:5] += dO[1:4, 0:4] @ K[0, 2].T
    dX[0:4, 0:4] += dO[0:4, 1:5] @ K[1, 0].T
    dX[0:4, 0:5] += dO[0:4, 0:5] @ K[1, 1].T
    dX[0:4, 1:5] += dO[0:4, 0:4] @ K[1, 2].T
    dX[1:4, 0:4] += dO[0:3, 1:5] @ K[2, 0].T
    dX[1:4, 0:5] += dO[0:3, 0:5] @ K[2, 1].T
    dX[1:4, 1:5] += dO[0:3, 0:4] @ K[2, 2].T


def layout_hwc_backward_weights(X, dO, dK):
    """dK[m,n,c,f] = sum(i,j) dO[i,j,f] * X[i+m-1,j+n-1,c]"""
    rows = _windows(X).transpose(0, 1, 3, 4, 2).reshape(20, 18)
    signal = dO.reshape(20, 3)
    dK[...] = (rows.T @ signal).reshape(3, 3, 2, 3)


def layout_hwc_backward_bias(dO, db):
    """db[f] = sum(i,j) dO[i,j,f]"""
    db[...] = dO.sum(axis=(0, 1))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((6, 7, 2), np.float32)
    padded[1:5, 1:6] = X
    h, w, c = padded.strides
    shape = (4, 5, 2, 3, 3)
    return as_strided(padded, shape, (h, w, c, h, w))
