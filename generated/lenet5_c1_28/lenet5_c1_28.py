"""convgen 0.1.0 spec: input=28x28 kernel=5x5 in-channels=1 out-channels=6 padding=2x2

Written by
    convgen generate --spec "input=28x28 kernel=5x5 in-channels=1 out-channels=6 padding=2x2" \
        --target numpy --dtype float32 --name lenet5_c1_28

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[0,p,q]    CHW   1 x 28 x 28
    K[f,0,m,n]  OIHW  6 x 1 x 5 x 5
    b[f]        O     6
    O[f,i,j]    CHW   6 x 28 x 28

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions    n  order of each sum
    forward           matrix   117,600    117,600   26  NumPy's
    backward_data     matrix   117,600    117,600  150  NumPy's, then kernel positions
    backward_weights  matrix   117,600    117,450  784  NumPy's
    backward_bias     sum            0      4,698  784  NumPy's

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


def lenet5_c1_28_forward(X, K, b, O):
    """O[f,i,j] = b[f] + sum(m,n) K[f,0,m,n] * X[0,i+m-2,j+n-2]"""
    weights = K.reshape(6, 25)
    columns = _windows(X).reshape(28, 28, 5, 5).transpose(2, 3, 0, 1).reshape(25, 784)
    O[...] = (weights @ columns).reshape(6, 28, 28) + b[:, None, None]


def lenet5_c1_28_backward_data(K, dO, dX):
    """dX[0,p,q] = sum(f,i,j,m,n | i+m-2 = p, j+n-2 = q) K[f,0,m,n] * dO[f,i,j]"""
    weights = K.reshape(6, 25)
    signal = dO.reshape(6, 784)
    columns = (weights.T @ signal).reshape(1, 5, 5, 28, 28)
    padded = np.zeros((1, 32, 32), np.float32)
    for m in range(5):
        for n in range(5):
            padded[:, m : m + 28, n : n + 28] += columns[:, m, n]
    dX[...] = padded[:, 2:30, 2:30]


def lenet5_c1_28_backward_weights(X, dO, dK):
    """dK[f,0,m,n] = sum(i,j) dO[f,i,j] * X[0,i+m-2,j+n-2]"""
    signal = dO.reshape(6, 784)
    columns = _windows(X).reshape(28, 28, 5, 5).transpose(2, 3, 0, 1).reshape(25, 784)
    dK[...] = (signal @ columns.T).reshape(6, 1, 5, 5)


def lenet5_c1_28_backward_bias(dO, db):
    """db[f] = sum(i,j) dO[f,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((1, 32, 32), np.float32)
    padded[:, 2:30, 2:30] = X
    c, h, w = padded.strides
    shape = (1, 28, 28, 5, 5)
    return as_strided(padded, shape, (c, h, w, h, w))
