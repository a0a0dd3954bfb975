"""convgen 0.1.0 spec: input=5x6 kernel=3x3 stride=2x3 padding=0:1x2:1

Written by
    convgen generate --spec "input=5x6 kernel=3x3 stride=2x3 padding=0:1x2:1" \
        --target numpy --dtype float32 --name strided_padded

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q]  HW  5 x 6
    K[m,n]  HW  3 x 3
    b[0]    O   1
    O[i,j]  HW  2 x 3

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form      products  additions   n  order of each sum
    forward           blocks          54         54  10  NumPy's
    backward_data     blocks          48         18   6  NumPy's
    backward_weights  blocks          54         45   6  NumPy's
    backward_bias     unrolled         0          5   6  as written

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                    396 bytes
    backward_data              396 bytes
    backward_weights           396 bytes

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


def strided_padded_forward(X, K, b, O):
    """O[i,j] = b[0] + sum(m,n) K[m,n] * X[2*i+m,3*j+n-2]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(1, 9)
    inside[...] = X
    results = O.reshape(1, 6)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b


def strided_padded_backward_data(K, dO, dX):
    """dX[p,q] = sum(i,j,m,n | 2*i+m = p, 3*j+n-2 = q) K[m,n] * dO[i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, piece_0, piece_1, piece_2, piece_3, piece_4, piece_5 = workspace
    inside[...] = dO
    windows, columns, places, weights, turned, part, product = piece_0
    turned[...] = K[::-2, 2:3].reshape(1, 2, 1)
    phase = dX[::2, ::3]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_1
    turned[...] = K[::-2, 0:1].reshape(1, 2, 1)
    phase = dX[::2, 1::3]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_2
    turned[...] = K[::-2, 1:2].reshape(1, 2, 1)
    phase = dX[::2, 2::3]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_3
    turned[...] = K[1:2, 2:3].reshape(1, 1, 1)
    phase = dX[1::2, ::3]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_4
    turned[...] = K[1:2, 0:1].reshape(1, 1, 1)
    phase = dX[1::2, 1::3]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_5
    turned[...] = K[1:2, 1:2].reshape(1, 1, 1)
    phase = dX[1::2, 2::3]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    _backward_data_idle.append(workspace)


def strided_padded_backward_weights(X, dO, dK):
    """dK[m,n] = sum(i,j) dO[i,j] * X[2*i+m,3*j+n-2]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(1, 9)
    inside[...] = X
    signal = dO.reshape(1, 6)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def strided_padded_backward_bias(dO, db):
    """db[0] = sum(i,j) dO[i,j]"""
    dO_0_0, dO_0_1, dO_0_2 = dO[0]
    dO_1_0, dO_1_1, dO_1_2 = dO[1]
    db[0] = dO_0_0 + dO_0_1 + dO_0_2 + dO_1_0 + dO_1_1 + dO_1_2


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((5, 9), np.float32)
    inside = padded[:, 2:8]
    h, w = padded.strides
    windows = as_strided(padded, (3, 3, 2, 3), (h, w, 2 * h, 3 * w))
    columns = np.empty((9, 6), np.float32)
    places = columns.reshape(3, 3, 2, 3)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 3), np.float32)
    inside = padded[1:3]
    h, w = padded.strides
    windows = as_strided(padded, (2, 1, 3, 2), (h, w, h, w))
    columns = np.empty((2, 6), np.float32)
    places = columns.reshape(2, 1, 3, 2)
    weights = np.empty((1, 2), np.float32)
    turned = weights.reshape(1, 2, 1)
    part = np.empty((3, 2), np.float32)
    product = part.reshape(1, 6)
    piece_0 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[:, 1:], (2, 1, 3, 2), (h, w, h, w))
    columns = np.empty((2, 6), np.float32)
    places = columns.reshape(2, 1, 3, 2)
    weights = np.empty((1, 2), np.float32)
    turned = weights.reshape(1, 2, 1)
    part = np.empty((3, 2), np.float32)
    product = part.reshape(1, 6)
    piece_1 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[:, 1:], (2, 1, 3, 2), (h, w, h, w))
    columns = np.empty((2, 6), np.float32)
    places = columns.reshape(2, 1, 3, 2)
    weights = np.empty((1, 2), np.float32)
    turned = weights.reshape(1, 2, 1)
    part = np.empty((3, 2), np.float32)
    product = part.reshape(1, 6)
    piece_2 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[1:], (1, 1, 2, 2), (h, w, h, w))
    columns = np.empty((1, 4), np.float32)
    places = columns.reshape(1, 1, 2, 2)
    weights = np.empty((1, 1), np.float32)
    turned = weights.reshape(1, 1, 1)
    part = np.empty((2, 2), np.float32)
    product = part.reshape(1, 4)
    piece_3 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[1:, 1:], (1, 1, 2, 2), (h, w, h, w))
    columns = np.empty((1, 4), np.float32)
    places = columns.reshape(1, 1, 2, 2)
    weights = np.empty((1, 1), np.float32)
    turned = weights.reshape(1, 1, 1)
    part = np.empty((2, 2), np.float32)
    product = part.reshape(1, 4)
    piece_4 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[1:, 1:], (1, 1, 2, 2), (h, w, h, w))
    columns = np.empty((1, 4), np.float32)
    places = columns.reshape(1, 1, 2, 2)
    weights = np.empty((1, 1), np.float32)
    turned = weights.reshape(1, 1, 1)
    part = np.empty((2, 2), np.float32)
    product = part.reshape(1, 4)
    piece_5 = windows, columns, places, weights, turned, part, product
    return inside, piece_0, piece_1, piece_2, piece_3, piece_4, piece_5


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((5, 9), np.float32)
    inside = padded[:, 2:8]
    h, w = padded.strides
    windows = as_strided(padded, (3, 3, 2, 3), (h, w, 2 * h, 3 * w))
    columns = np.empty((9, 6), np.float32)
    places = columns.reshape(3, 3, 2, 3)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
