"""convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1 layout=NHWC

Written by
    convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1 layout=NHWC" \
        --target numpy --dtype float32 --name layout_nhwc

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[e,p,q,c]  NHWC  2 x 4 x 5 x 2
    K[m,n,c,f]  HWIO  3 x 3 x 2 x 3
    b[f]        O     3
    O[e,i,j,f]  NHWC  2 x 4 x 5 x 3

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
    backward_weights         3,552 bytes

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


def layout_nhwc_forward(X, K, b, O):
    """O[e,i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[e,i+m-1,j+n-1,c]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(18, 3)
    inside[...] = X
    results = O.reshape(40, 3)
    places[...] = windows
    np.matmul(columns, weights, out=results)
    _forward_idle.append(workspace)
    O += b


def layout_nhwc_backward_data(K, dO, dX):
    """dX[e,p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[e,i,j,f]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[::-1, ::-1].transpose(0, 1, 3, 2)
    inside[...] = dO
    results = dX.reshape(40, 2)
    places[...] = windows
    np.matmul(columns, weights, out=results)
    _backward_data_idle.append(workspace)


def layout_nhwc_backward_weights(X, dO, dK):
    """dK[m,n,c,f] = sum(e,i,j) dO[e,i,j,f] * X[e,i+m-1,j+n-1,c]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(18, 3)
    inside[...] = X
    signal = dO.reshape(40, 3)
    places[...] = windows
    np.matmul(columns.T, signal, out=gradient)
    _backward_weights_idle.append(workspace)


def layout_nhwc_backward_bias(dO, db):
    """db[f] = sum(e,i,j) dO[e,i,j,f]"""
    db[...] = dO.sum(axis=(0, 1, 2))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((2, 6, 7, 2), np.float32)
    inside = padded[:, 1:5, 1:6]
    n, h, w, c = padded.strides
    windows = as_strided(padded, (2, 4, 5, 3, 3, 2), (n, h, w, h, w, c))
    columns = np.empty((40, 18), np.float32)
    places = columns.reshape(2, 4, 5, 3, 3, 2)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((2, 6, 7, 3), np.float32)
    inside = padded[:, 1:5, 1:6]
    n, h, w, c = padded.strides
    windows = as_strided(padded, (2, 4, 5, 3, 3, 3), (n, h, w, h, w, c))
    columns = np.empty((40, 27), np.float32)
    places = columns.reshape(2, 4, 5, 3, 3, 3)
    weights = np.empty((27, 2), np.float32)
    turned = weights.reshape(3, 3, 3, 2)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((2, 6, 7, 2), np.float32)
    inside = padded[:, 1:5, 1:6]
    n, h, w, c = padded.strides
    windows = as_strided(padded, (2, 4, 5, 3, 3, 2), (n, h, w, h, w, c))
    columns = np.empty((40, 18), np.float32)
    places = columns.reshape(2, 4, 5, 3, 3, 2)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
