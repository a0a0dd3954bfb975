"""convgen 0.1.0 spec: input=14x14 kernel=5x5 in-channels=6 out-channels=16

Written by
    convgen generate --spec "input=14x14 kernel=5x5 in-channels=6 out-channels=16" \
        --target numpy --dtype float32 --name lenet5_c3

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   6 x 14 x 14
    K[f,c,m,n]  OIHW  16 x 6 x 5 x 5
    b[f]        O     16
    O[f,i,j]    CHW   16 x 10 x 10

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions    n  order of each sum
    forward           matrix   240,000    240,000  151  NumPy's
    backward_data     matrix   240,000    240,000  400  NumPy's, then kernel positions
    backward_weights  matrix   240,000    237,600  100  NumPy's
    backward_bias     sum            0      1,584  100  NumPy's

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

from numpy.lib.stride_tricks import as_strided


def lenet5_c3_forward(X, K, b, O):
    """O[f,i,j] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,i+m,j+n]"""
    weights = K.reshape(16, 150)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(150, 100)
    O[...] = (weights @ columns).reshape(16, 10, 10) + b[:, None, None]


def lenet5_c3_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,i,j,m,n | i+m = p, j+n = q) K[f,c,m,n] * dO[f,i,j]"""
    weights = K.reshape(16, 150)
    signal = dO.reshape(16, 100)
    columns = (weights.T @ signal).reshape(6, 5, 5, 10, 10)
    dX[...] = 0
    for m in range(5):
        for n in range(5):
            dX[:, m : m + 10, n : n + 10] += columns[:, m, n]


def lenet5_c3_backward_weights(X, dO, dK):
    """dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m,j+n]"""
    signal = dO.reshape(16, 100)
    columns = _windows(X).transpose(0, 3, 4, 1, 2).reshape(150, 100)
    dK[...] = (signal @ columns.T).reshape(16, 6, 5, 5)


def lenet5_c3_backward_bias(dO, db):
    """db[f] = sum(i,j) dO[f,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = X.reshape(6, 14, 14)
    c, h, w = padded.strides
    shape = (6, 10, 10, 5, 5)
    return as_strided(padded, shape, (c, h, w, h, w))
