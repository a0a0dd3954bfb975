"""convgen 0.1.0 spec: input=16x16 kernel=1x1 in-channels=32 out-channels=64 stride=2x2 bias=no

Written by
    convgen generate --spec "input=16x16 kernel=1x1 in-channels=32 out-channels=64 stride=2x2 bias=no" \
        --target numpy --dtype float32 --name resnet20_shortcut3

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   32 x 16 x 16
    K[f,c,0,0]  OIHW  64 x 32 x 1 x 1
    O[f,i,j]    CHW   64 x 8 x 8

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           matrix   131,072    126,976  32  NumPy's
    backward_data     matrix   131,072    131,072  64  NumPy's, then kernel positions
    backward_weights  matrix   131,072    129,024  64  NumPy's

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


def resnet20_shortcut3_forward(X, K, O):
    """O[f,i,j] = sum(c) K[f,c,0,0] * X[c,2*i,2*j]"""
    weights = K.reshape(64, 32)
    columns = _windows(X).reshape(32, 64)
    O[...] = (weights @ columns).reshape(64, 8, 8)


def resnet20_shortcut3_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,i,j | 2*i = p, 2*j = q) K[f,c,0,0] * dO[f,i,j]"""
    weights = K.reshape(64, 32)
    signal = dO.reshape(64, 64)
    columns = (weights.T @ signal).reshape(32, 1, 1, 8, 8)
    dX[...] = 0
    dX[:, 0 : 15 : 2, 0 : 15 : 2] += columns[:, 0, 0]


def resnet20_shortcut3_backward_weights(X, dO, dK):
    """dK[f,c,0,0] = sum(i,j) dO[f,i,j] * X[c,2*i,2*j]"""
    signal = dO.reshape(64, 64)
    columns = _windows(X).reshape(32, 64)
    dK[...] = (signal @ columns.T).reshape(64, 32, 1, 1)


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = X.reshape(32, 16, 16)
    c, h, w = padded.strides
    shape = (32, 8, 8, 1, 1)
    return as_strided(padded, shape, (c, 2 * h, 2 * w, h, w))
