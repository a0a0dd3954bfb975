"""convgen 0.1.0 spec: input=4x4 kernel=1x1 in-channels=3 out-channels=5 bias=no

Written by
    convgen generate --spec "input=4x4 kernel=1x1 in-channels=3 out-channels=5 bias=no" \
        --target numpy --dtype float32 --name pointwise

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   3 x 4 x 4
    K[f,c,0,0]  OIHW  5 x 3 x 1 x 1
    O[f,i,j]    CHW   5 x 4 x 4

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           matrix       240        160   3  NumPy's
    backward_data     matrix       240        240   5  NumPy's, then kernel positions
    backward_weights  matrix       240        225  16  NumPy's

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


def pointwise_forward(X, K, O):
    """O[f,i,j] = sum(c) K[f,c,0,0] * X[c,i,j]"""
    weights = K.reshape(5, 3)
    columns = _windows(X).reshape(3, 16)
    O[...] = (weights @ columns).reshape(5, 4, 4)


def pointwise_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,i,j | i = p, j = q) K[f,c,0,0] * dO[f,i,j]"""
    weights = K.reshape(5, 3)
    signal = dO.reshape(5, 16)
    columns = (weights.T @ signal).reshape(3, 1, 1, 4, 4)
    dX[...] = 0
    dX[:, 0 : 4, 0 : 4] += columns[:, 0, 0]


def pointwise_backward_weights(X, dO, dK):
    """dK[f,c,0,0] = sum(i,j) dO[f,i,j] * X[c,i,j]"""
    signal = dO.reshape(5, 16)
    columns = _windows(X).reshape(3, 16)
    dK[...] = (signal @ columns.T).reshape(5, 3, 1, 1)


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = X.reshape(3, 4, 4)
    c, h, w = padded.strides
    shape = (3, 4, 4, 1, 1)
    return as_strided(padded, shape, (c, h, w, h, w))
