"""convgen 0.1.0 spec: input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1

Written by
    convgen generate --spec "input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1" \
        --target numpy --dtype float32 --name rank3_video

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q,s]    CDHW   3 x 4 x 8 x 8
    K[f,c,m,n,t]  OIDHW  4 x 3 x 3 x 3 x 3
    b[f]          O      4
    O[f,i,j,l]    CDHW   4 x 4 x 4 x 4

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions    n  order of each sum
    forward           matrix    20,736     20,736   82  NumPy's
    backward_data     matrix    20,736     20,736  108  NumPy's, then kernel positions
    backward_weights  matrix    20,736     20,412   64  NumPy's
    backward_bias     sum            0        252   64  NumPy's

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


def rank3_video_forward(X, K, b, O):
    """O[f,i,j,l] = b[f] + sum(c,m,n,t) K[f,c,m,n,t] * X[c,i+m-1,2*j+n-1,2*l+t-1]"""
    weights = K.reshape(4, 81)
    columns = _windows(X).transpose(0, 4, 5, 6, 1, 2, 3).reshape(81, 64)
    O[...] = (weights @ columns).reshape(4, 4, 4, 4) + b[:, None, None, None]


def rank3_video_backward_data(K, dO, dX):
    """dX[c,p,q,s] = sum(f,i,j,l,m,n,t | i+m-1 = p, 2*j+n-1 = q, 2*l+t-1 = s) K[f,c,m,n,t]
        * dO[f,i,j,l]"""
    weights = K.reshape(4, 81)
    signal = dO.reshape(4, 64)
    columns = (weights.T @ signal).reshape(3, 3, 3, 3, 4, 4, 4)
    padded = np.zeros((3, 6, 10, 10), np.float32)
    for m in range(3):
        for n in range(3):
            for t in range(3):
                padded[:, m : m + 4, n : n + 7 : 2, t : t + 7 : 2] += columns[:, m, n, t]
    dX[...] = padded[:, 1:5, 1:9, 1:9]


def rank3_video_backward_weights(X, dO, dK):
    """dK[f,c,m,n,t] = sum(i,j,l) dO[f,i,j,l] * X[c,i+m-1,2*j+n-1,2*l+t-1]"""
    signal = dO.reshape(4, 64)
    columns = _windows(X).transpose(0, 4, 5, 6, 1, 2, 3).reshape(81, 64)
    dK[...] = (signal @ columns.T).reshape(4, 3, 3, 3, 3)


def rank3_video_backward_bias(dO, db):
    """db[f] = sum(i,j,l) dO[f,i,j,l]"""
    db[...] = dO.sum(axis=(1, 2, 3))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((3, 6, 10, 10), np.float32)
    padded[:, 1:5, 1:9, 1:9] = X
    c, d, h, w = padded.strides
    shape = (3, 4, 4, 4, 3, 3, 3)
    return as_strided(padded, shape, (c, d, 2 * h, 2 * w, d, h, w))
