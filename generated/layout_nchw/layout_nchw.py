"""convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1

Written by
    convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1" \
        --target numpy --dtype float32 --name layout_nchw

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[e,c,p,q]  NCHW  2 x 2 x 4 x 5
    K[f,c,m,n]  OIHW  3 x 2 x 3 x 3
    b[f]        O     3
    O[e,f,i,j]  NCHW  2 x 3 x 4 x 5

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           blocks     2,160      2,160  19  NumPy's
    backward_data     blocks     2,160      2,080  27  NumPy's
    backward_weights  blocks     2,160      2,106  40  NumPy's
    backward_bias     sum            0        117  40  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                  3,552 bytes
    backward_data            5,544 bytes
    backward_weights         4,032 bytes

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


def layout_nchw_forward(X, K, b, O):
    """O[e,f,i,j] = b[f] + sum(c,m,n) K[f,c,m,n] * X[e,c,i+m-1,j+n-1]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(3, 18)
    inside[...] = X
    results = O.reshape(2, 3, 20)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b[:, None, None]


def layout_nchw_backward_data(K, dO, dX):
    """dX[e,c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[e,f,i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    inside[...] = dO
    results = dX.reshape(2, 2, 20)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _backward_data_idle.append(workspace)


def layout_nchw_backward_weights(X, dO, dK):
    """dK[f,c,m,n] = sum(e,i,j) dO[e,f,i,j] * X[e,c,i+m-1,j+n-1]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places, signal, turned = workspace
    gradient = dK.reshape(3, 18)
    inside[...] = X
    turned[...] = dO.transpose(1, 0, 2, 3)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def layout_nchw_backward_bias(dO, db):
    """db[f] = sum(e,i,j) dO[e,f,i,j]"""
    db[...] = dO.sum(axis=(0, 2, 3))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((2, 2, 6, 7), np.float32)
    inside = padded[:, :, 1:5, 1:6]
    n, c, h, w = padded.strides
    windows = as_strided(padded, (2, 2, 3, 3, 4, 5), (n, c, h, w, h, w))
    columns = np.empty((2, 18, 20), np.float32)
    places = columns.reshape(2, 2, 3, 3, 4, 5)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((2, 3, 6, 7), np.float32)
    inside = padded[:, :, 1:5, 1:6]
    n, c, h, w = padded.strides
    windows = as_strided(padded, (2, 3, 3, 3, 4, 5), (n, c, h, w, h, w))
    columns = np.empty((2, 27, 20), np.float32)
    places = columns.reshape(2, 3, 3, 3, 4, 5)
    weights = np.empty((2, 27), np.float32)
    turned = weights.reshape(2, 3, 3, 3)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((2, 2, 6, 7), np.float32)
    inside = padded[:, :, 1:5, 1:6]
    n, c, h, w = padded.strides
    windows = as_strided(padded, (2, 3, 3, 2, 4, 5), (c, h, w, n, h, w))
    columns = np.empty((18, 40), np.float32)
    places = columns.reshape(2, 3, 3, 2, 4, 5)
    signal = np.empty((3, 40), np.float32)
    turned = signal.reshape(3, 2, 4, 5)
    return inside, windows, columns, places, signal, turned


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
