"""convgen 0.1.0 spec: input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC

Written by
    convgen generate --spec "input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC" \
        --target numpy --dtype float32 --name rank1_wavenet

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,c]    WC   32 x 4
    K[m,c,f]  WIO  2 x 4 x 4
    b[f]      O    4
    O[i,f]    WC   32 x 4

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form       products  additions   n  order of each sum
    forward           matrix        1,024      1,024   9  NumPy's
    backward_data     positions       960        960   8  0, then kernel positions as written
    backward_weights  matrix        1,024        992  32  NumPy's
    backward_bias     sum               0        124  32  NumPy's

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


def rank1_wavenet_forward(X, K, b, O):
    """O[i,f] = b[f] + sum(c,m) K[m,c,f] * X[i+4*m-4,c]"""
    rows = _windows(X).transpose(0, 2, 1).reshape(32, 8)
    weights = K.reshape(8, 4)
    O[...] = rows @ weights + b


def rank1_wavenet_backward_data(K, dO, dX):
    """dX[p,c] = sum(f,i,m | i+4*m-4 = p) K[m,c,f] * dO[i,f]"""
    dX[...] = 0
    dX[0:28] += dO[4:32] @ K[0].T
    dX[0:32] += dO[0:32] @ K[1].T


def rank1_wavenet_backward_weights(X, dO, dK):
    """dK[m,c,f] = sum(i) dO[i,f] * X[i+4*m-4,c]"""
    rows = _windows(X).transpose(0, 2, 1).reshape(32, 8)
    dK[...] = (rows.T @ dO).reshape(2, 4, 4)


def rank1_wavenet_backward_bias(dO, db):
    """db[f] = sum(i) dO[i,f]"""
    db[...] = dO.sum(axis=(0,))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((36, 4), np.float32)
    padded[4:36] = X
    w, c = padded.strides
    shape = (32, 4, 2)
    return as_strided(padded, shape, (w, c, 4 * w))
