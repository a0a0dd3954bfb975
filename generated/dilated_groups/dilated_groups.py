"""convgen 0.1.0 spec: input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2

Written by
    convgen generate --spec "input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2" \
        --target numpy --dtype float32 --name dilated_groups

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[2*g+c,p,q]    CHW   4 x 9 x 9
    K[3*g+f,c,m,n]  OIHW  6 x 2 x 3 x 3
    b[3*g+f]        O     6
    O[3*g+f,i,j]    CHW   6 x 9 x 9

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           blocks     8,748      8,748  19  NumPy's
    backward_data     blocks     8,748      8,424  27  NumPy's
    backward_weights  blocks     8,748      8,640  81  NumPy's
    backward_bias     sum            0        480  81  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                 14,368 bytes
    backward_data           21,984 bytes
    backward_weights        14,368 bytes

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


def dilated_groups_forward(X, K, b, O):
    """O[3*g+f,i,j] = b[3*g+f] + sum(c,m,n) K[3*g+f,c,m,n] * X[2*g+c,i+2*m-2,j+2*n-2]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(2, 3, 18)
    inside[...] = X
    results = O.reshape(2, 3, 81)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b[:, None, None]


def dilated_groups_backward_data(K, dO, dX):
    """dX[2*g+c,p,q] = sum(f,i,j,m,n | i+2*m-2 = p, j+2*n-2 = q) K[3*g+f,c,m,n] * dO[3*g+f,i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[:, :, ::-1, ::-1].reshape(2, 3, 2, 3, 3).transpose(0, 2, 1, 3, 4)
    inside[...] = dO
    results = dX.reshape(2, 2, 81)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _backward_data_idle.append(workspace)


def dilated_groups_backward_weights(X, dO, dK):
    """dK[3*g+f,c,m,n] = sum(i,j) dO[3*g+f,i,j] * X[2*g+c,i+2*m-2,j+2*n-2]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(2, 3, 18)
    inside[...] = X
    signal = dO.reshape(2, 3, 81)
    places[...] = windows
    np.matmul(signal, columns.swapaxes(-1, -2), out=gradient)
    _backward_weights_idle.append(workspace)


def dilated_groups_backward_bias(dO, db):
    """db[3*g+f] = sum(i,j) dO[3*g+f,i,j]"""
    db[...] = dO.sum(axis=(1, 2))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 13, 13), np.float32)
    inside = padded[:, 2:11, 2:11]
    c, h, w = padded.strides
    windows = as_strided(padded, (2, 2, 3, 3, 9, 9), (2 * c, c, 2 * h, 2 * w, h, w))
    columns = np.empty((2, 18, 81), np.float32)
    places = columns.reshape(2, 2, 3, 3, 9, 9)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((6, 13, 13), np.float32)
    inside = padded[:, 2:11, 2:11]
    c, h, w = padded.strides
    windows = as_strided(padded, (2, 3, 3, 3, 9, 9), (3 * c, c, 2 * h, 2 * w, h, w))
    columns = np.empty((2, 27, 81), np.float32)
    places = columns.reshape(2, 3, 3, 3, 9, 9)
    weights = np.empty((2, 2, 27), np.float32)
    turned = weights.reshape(2, 2, 3, 3, 3)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 13, 13), np.float32)
    inside = padded[:, 2:11, 2:11]
    c, h, w = padded.strides
    windows = as_strided(padded, (2, 2, 3, 3, 9, 9), (2 * c, c, 2 * h, 2 * w, h, w))
    columns = np.empty((2, 18, 81), np.float32)
    places = columns.reshape(2, 2, 3, 3, 9, 9)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
