"""convgen 0.1.0 spec: input=5x5 kernel=5x5 in-channels=16 out-channels=120

Written by
    convgen generate --spec "input=5x5 kernel=5x5 in-channels=16 out-channels=120" \
        --target numpy --dtype float32 --name lenet5_c5

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   16 x 5 x 5
    K[f,c,m,n]  OIHW  120 x 16 x 5 x 5
    b[f]        O     120
    O[f,0,0]    CHW   120 x 1 x 1

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions    n  order of each sum
    forward           blocks    48,000     48,000  401  NumPy's
    backward_data     matrix    48,000     48,000  120  NumPy's, then kernel positions
    backward_weights  blocks    48,000          0    1  NumPy's
    backward_bias     sum            0          0    1  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                  3,200 bytes
    backward_weights         3,200 bytes

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
_backward_weights_idle = []


def lenet5_c5_forward(X, K, b, O):
    """O[f,0,0] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,m,n]"""
    workspace = _take(_forward_idle, _forward_workspace)
    padded, windows, columns, places = workspace
    weights = K.reshape(120, 400)
    padded[...] = X
    results = O.reshape(120, 1)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b[:, None, None]


def lenet5_c5_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,m,n | m = p, n = q) K[f,c,m,n] * dO[f,0,0]"""
    weights = K.reshape(120, 400)
    signal = dO.reshape(120, 1)
    columns = (weights.T @ signal).reshape(16, 5, 5, 1, 1)
    dX[...] = 0
    for m in range(5):
        for n in range(5):
            dX[:, m : m + 1, n : n + 1] += columns[:, m, n]


def lenet5_c5_backward_weights(X, dO, dK):
    """dK[f,c,m,n] = dO[f,0,0] * X[c,m,n]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    padded, windows, columns, places = workspace
    gradient = dK.reshape(120, 400)
    padded[...] = X
    signal = dO.reshape(120, 1)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def lenet5_c5_backward_bias(dO, db):
    """db[f] = dO[f,0,0]"""
    db[...] = dO.sum(axis=(1, 2))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((16, 5, 5), np.float32)
    c, h, w = padded.strides
    windows = as_strided(padded, (16, 5, 5, 1, 1), (c, h, w, h, w))
    columns = np.empty((400, 1), np.float32)
    places = columns.reshape(16, 5, 5, 1, 1)
    return padded, windows, columns, places


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((16, 5, 5), np.float32)
    c, h, w = padded.strides
    windows = as_strided(padded, (16, 5, 5, 1, 1), (c, h, w, h, w))
    columns = np.empty((400, 1), np.float32)
    places = columns.reshape(16, 5, 5, 1, 1)
    return padded, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
