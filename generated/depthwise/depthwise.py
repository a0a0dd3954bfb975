"""convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=4 out-channels=4 padding=1x1 groups=4

Written by
    convgen generate --spec "input=8x8 kernel=3x3 in-channels=4 out-channels=4 padding=1x1 groups=4" \
        --target numpy --dtype float32 --name depthwise

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[g,p,q]    CHW   4 x 8 x 8
    K[g,0,m,n]  OIHW  4 x 1 x 3 x 3
    b[g]        O     4
    O[g,i,j]    CHW   4 x 8 x 8

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           blocks     2,304      2,304  10  NumPy's
    backward_data     blocks     2,304      2,048   9  NumPy's
    backward_weights  blocks     2,304      2,268  64  NumPy's
    backward_bias     sum            0        252  64  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                 10,816 bytes
    backward_data           10,960 bytes
    backward_weights        10,816 bytes

Forms; a pass has the first that suits it, unless another was asked for
    unrolled   straight-line on scalars, every product written out; for up to 40 terms
    blocks     windows of a padded copy, a block of them at a time put side by side and
               multiplied, or summed in place where a group has one channel each way and
               channels are last; zeros of the padding included; dX in a piece for each
               remainder by the stride, with no fold; for nearly everything
    positions  a line for each kernel position, on whole slices, no product with padding; for O
               with channels last, 64 or more, and rows of 14 or more
    matrix     one matrix product, with unfold before or fold after it, zeros of the padding
               included; for dX of few channels or positions
    sum        NumPy's sum; for db of more terms
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

_forward_idle = []
_backward_data_idle = []
_backward_weights_idle = []


def depthwise_forward(X, K, b, O):
    """O[g,i,j] = b[g] + sum(m,n) K[g,0,m,n] * X[g,i+m-1,j+n-1]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(4, 1, 9)
    inside[...] = X
    results = O.reshape(4, 1, 64)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b[:, None, None]


def depthwise_backward_data(K, dO, dX):
    """dX[g,p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[g,0,m,n] * dO[g,i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[:, :, ::-1, ::-1].reshape(4, 1, 1, 3, 3)
    inside[...] = dO
    results = dX.reshape(4, 1, 64)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _backward_data_idle.append(workspace)


def depthwise_backward_weights(X, dO, dK):
    """dK[g,0,m,n] = sum(i,j) dO[g,i,j] * X[g,i+m-1,j+n-1]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(4, 1, 9)
    inside[...] = X
    signal = dO.reshape(4, 1, 64)
    places[...] = windows
    np.matmul(signal, columns.swapaxes(-1, -2), out=gradient)
    _backward_weights_idle.append(workspace)


def depthwise_backward_bias(dO, db):
    """db[g] = sum(i,j) dO[g,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 10, 10), np.float32)
    inside = padded[:, 1:9, 1:9]
    c, h, w = padded.strides
    windows = as_strided(padded, (4, 1, 3, 3, 8, 8), (c, c, h, w, h, w))
    columns = np.empty((4, 9, 64), np.float32)
    places = columns.reshape(4, 1, 3, 3, 8, 8)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 10, 10), np.float32)
    inside = padded[:, 1:9, 1:9]
    c, h, w = padded.strides
    windows = as_strided(padded, (4, 1, 3, 3, 8, 8), (c, c, h, w, h, w))
    columns = np.empty((4, 9, 64), np.float32)
    places = columns.reshape(4, 1, 3, 3, 8, 8)
    weights = np.empty((4, 1, 9), np.float32)
    turned = weights.reshape(4, 1, 1, 3, 3)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 10, 10), np.float32)
    inside = padded[:, 1:9, 1:9]
    c, h, w = padded.strides
    windows = as_strided(padded, (4, 1, 3, 3, 8, 8), (c, c, h, w, h, w))
    columns = np.empty((4, 9, 64), np.float32)
    places = columns.reshape(4, 1, 3, 3, 8, 8)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
