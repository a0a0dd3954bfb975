"""convgen 0.1.0 spec: input=4x5 kernel=3x3 padding=1x1

Written by
    convgen generate --spec "input=4x5 kernel=3x3 padding=1x1" \
        --target numpy --dtype float32 --name layout_hw

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q]  HW  4 x 5
    K[m,n]  HW  3 x 3
    b[0]    O   1
    O[i,j]  HW  4 x 5

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form      products  additions   n  order of each sum
    forward           blocks         180        180  10  NumPy's
    backward_data     blocks         180        160   9  NumPy's
    backward_weights  blocks         180        171  20  NumPy's
    backward_bias     unrolled         0         19  20  as written

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                    888 bytes
    backward_data              924 bytes
    backward_weights           888 bytes

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


def layout_hw_forward(X, K, b, O):
    """O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-1,j+n-1]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(1, 9)
    inside[...] = X
    results = O.reshape(1, 20)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b


def layout_hw_backward_data(K, dO, dX):
    """dX[p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n] * dO[i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[::-1, ::-1].reshape(1, 3, 3)
    inside[...] = dO
    results = dX.reshape(1, 20)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _backward_data_idle.append(workspace)


def layout_hw_backward_weights(X, dO, dK):
    """dK[m,n] = sum(i,j) dO[i,j] * X[i+m-1,j+n-1]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(1, 9)
    inside[...] = X
    signal = dO.reshape(1, 20)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def layout_hw_backward_bias(dO, db):
    """db[0] = sum(i,j) dO[i,j]"""
    dO_0_0, dO_0_1, dO_0_2, dO_0_3, dO_0_4 = dO[0]
    dO_1_0, dO_1_1, dO_1_2, dO_1_3, dO_1_4 = dO[1]
    dO_2_0, dO_2_1, dO_2_2, dO_2_3, dO_2_4 = dO[2]
    dO_3_0, dO_3_1, dO_3_2, dO_3_3, dO_3_4 = dO[3]
    db[0] = (
        dO_0_0 + dO_0_1 + dO_0_2 + dO_0_3 + dO_0_4 + dO_1_0 + dO_1_1 + dO_1_2 + dO_1_3 + dO_1_4
        + dO_2_0 + dO_2_1 + dO_2_2 + dO_2_3 + dO_2_4 + dO_3_0 + dO_3_1 + dO_3_2 + dO_3_3
        + dO_3_4
    )


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((6, 7), np.float32)
    inside = padded[1:5, 1:6]
    h, w = padded.strides
    windows = as_strided(padded, (3, 3, 4, 5), (h, w, h, w))
    columns = np.empty((9, 20), np.float32)
    places = columns.reshape(3, 3, 4, 5)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((6, 7), np.float32)
    inside = padded[1:5, 1:6]
    h, w = padded.strides
    windows = as_strided(padded, (3, 3, 4, 5), (h, w, h, w))
    columns = np.empty((9, 20), np.float32)
    places = columns.reshape(3, 3, 4, 5)
    weights = np.empty((1, 9), np.float32)
    turned = weights.reshape(1, 3, 3)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((6, 7), np.float32)
    inside = padded[1:5, 1:6]
    h, w = padded.strides
    windows = as_strided(padded, (3, 3, 4, 5), (h, w, h, w))
    columns = np.empty((9, 20), np.float32)
    places = columns.reshape(3, 3, 4, 5)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
