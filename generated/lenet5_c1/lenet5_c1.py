"""convgen 0.1.0 spec: input=32x32 kernel=5x5 in-channels=1 out-channels=6

Written by
    convgen generate --spec "input=32x32 kernel=5x5 in-channels=1 out-channels=6" \
        --target numpy --dtype float32 --name lenet5_c1

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[0,p,q]    CHW   1 x 32 x 32
    K[f,0,m,n]  OIHW  6 x 1 x 5 x 5
    b[f]        O     6
    O[f,i,j]    CHW   6 x 28 x 28

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions    n  order of each sum
    forward           blocks   117,600    117,600   26  NumPy's
    backward_data     blocks   153,600    152,576  150  NumPy's
    backward_weights  blocks   117,600    117,450  784  NumPy's
    backward_bias     sum            0      4,698  784  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                 82,496 bytes
    backward_data          242,904 bytes
    backward_weights        82,496 bytes

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


def lenet5_c1_forward(X, K, b, O):
    """O[f,i,j] = b[f] + sum(m,n) K[f,0,m,n] * X[0,i+m,j+n]"""
    workspace = _take(_forward_idle, _forward_workspace)
    padded, windows, columns, places = workspace
    weights = K.reshape(6, 25)
    padded[...] = X
    results = O.reshape(6, 784)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b[:, None, None]


def lenet5_c1_backward_data(K, dO, dX):
    """dX[0,p,q] = sum(f,i,j,m,n | i+m = p, j+n = q) K[f,0,m,n] * dO[f,i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[:, :, ::-1, ::-1].reshape(1, 6, 5, 5)
    inside[...] = dO
    results = dX.reshape(1, 1024)
    for p in range(0, 32, 11):
        stop = min(p + 11, 32)
        places[:, :, :, : stop - p] = windows[:, :, :, p : stop]
        np.matmul(weights, columns[:, : 32 * (stop - p)], out=results[:, 32 * p : 32 * stop])
    _backward_data_idle.append(workspace)


def lenet5_c1_backward_weights(X, dO, dK):
    """dK[f,0,m,n] = sum(i,j) dO[f,i,j] * X[0,i+m,j+n]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    padded, windows, columns, places = workspace
    gradient = dK.reshape(6, 25)
    padded[...] = X
    signal = dO.reshape(6, 784)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def lenet5_c1_backward_bias(dO, db):
    """db[f] = sum(i,j) dO[f,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((1, 32, 32), np.float32)
    c, h, w = padded.strides
    windows = as_strided(padded, (1, 5, 5, 28, 28), (c, h, w, h, w))
    columns = np.empty((25, 784), np.float32)
    places = columns.reshape(1, 5, 5, 28, 28)
    return padded, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((6, 36, 36), np.float32)
    inside = padded[:, 4:32, 4:32]
    c, h, w = padded.strides
    windows = as_strided(padded, (6, 5, 5, 32, 32), (c, h, w, h, w))
    columns = np.empty((150, 352), np.float32)
    places = columns.reshape(6, 5, 5, 11, 32)
    weights = np.empty((1, 150), np.float32)
    turned = weights.reshape(1, 6, 5, 5)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((1, 32, 32), np.float32)
    c, h, w = padded.strides
    windows = as_strided(padded, (1, 5, 5, 28, 28), (c, h, w, h, w))
    columns = np.empty((25, 784), np.float32)
    places = columns.reshape(1, 5, 5, 28, 28)
    return padded, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
