"""convgen 0.1.0 spec: input=4x5 kernel=3x2 padding=2x1

Written by
    convgen generate --spec "input=4x5 kernel=3x2 padding=2x1" \
        --target numpy --dtype float64 --name full

Arrays of float64, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q]  HW  4 x 5
    K[m,n]  HW  3 x 2
    b[0]    O   1
    O[i,j]  HW  6 x 6

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form      products  additions   n  order of each sum
    forward           blocks         216        216   7  NumPy's
    backward_data     blocks         120        100   6  NumPy's
    backward_weights  blocks         216        210  36  NumPy's
    backward_bias     unrolled         0         35  36  as written

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-53, in any order, with or without fused multiply-adds, plus n 2^-1074 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                  2,176 bytes
    backward_data            1,296 bytes
    backward_weights         2,176 bytes

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


def full_forward(X, K, b, O):
    """O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-2,j+n-1]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(1, 6)
    inside[...] = X
    results = O.reshape(1, 36)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b


def full_backward_data(K, dO, dX):
    """dX[p,q] = sum(i,j,m,n | i+m-2 = p, j+n-1 = q) K[m,n] * dO[i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    padded, windows, columns, places, weights, turned = workspace
    turned[...] = K[::-1, ::-1].reshape(1, 3, 2)
    padded[...] = dO
    results = dX.reshape(1, 20)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _backward_data_idle.append(workspace)


def full_backward_weights(X, dO, dK):
    """dK[m,n] = sum(i,j) dO[i,j] * X[i+m-2,j+n-1]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(1, 6)
    inside[...] = X
    signal = dO.reshape(1, 36)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def full_backward_bias(dO, db):
    """db[0] = sum(i,j) dO[i,j]"""
    dO_0_0, dO_0_1, dO_0_2, dO_0_3, dO_0_4, dO_0_5 = dO[0]
    dO_1_0, dO_1_1, dO_1_2, dO_1_3, dO_1_4, dO_1_5 = dO[1]
    dO_2_0, dO_2_1, dO_2_2, dO_2_3, dO_2_4, dO_2_5 = dO[2]
    dO_3_0, dO_3_1, dO_3_2, dO_3_3, dO_3_4, dO_3_5 = dO[3]
    dO_4_0, dO_4_1, dO_4_2, dO_4_3, dO_4_4, dO_4_5 = dO[4]
    dO_5_0, dO_5_1, dO_5_2, dO_5_3, dO_5_4, dO_5_5 = dO[5]
    db[0] = (
        dO_0_0 + dO_0_1 + dO_0_2 + dO_0_3 + dO_0_4 + dO_0_5 + dO_1_0 + dO_1_1 + dO_1_2 + dO_1_3
        + dO_1_4 + dO_1_5 + dO_2_0 + dO_2_1 + dO_2_2 + dO_2_3 + dO_2_4 + dO_2_5 + dO_3_0
        + dO_3_1 + dO_3_2 + dO_3_3 + dO_3_4 + dO_3_5 + dO_4_0 + dO_4_1 + dO_4_2 + dO_4_3
        + dO_4_4 + dO_4_5 + dO_5_0 + dO_5_1 + dO_5_2 + dO_5_3 + dO_5_4 + dO_5_5
    )


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((8, 7), np.float64)
    inside = padded[2:6, 1:6]
    h, w = padded.strides
    windows = as_strided(padded, (3, 2, 6, 6), (h, w, h, w))
    columns = np.empty((6, 36), np.float64)
    places = columns.reshape(3, 2, 6, 6)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((6, 6), np.float64)
    h, w = padded.strides
    windows = as_strided(padded, (3, 2, 4, 5), (h, w, h, w))
    columns = np.empty((6, 20), np.float64)
    places = columns.reshape(3, 2, 4, 5)
    weights = np.empty((1, 6), np.float64)
    turned = weights.reshape(1, 3, 2)
    return padded, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((8, 7), np.float64)
    inside = padded[2:6, 1:6]
    h, w = padded.strides
    windows = as_strided(padded, (3, 2, 6, 6), (h, w, h, w))
    columns = np.empty((6, 36), np.float64)
    places = columns.reshape(3, 2, 6, 6)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
