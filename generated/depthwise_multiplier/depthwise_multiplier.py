"""convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC

Written by
    convgen generate --spec "input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC" \
        --target numpy --dtype float32 --name depthwise_multiplier

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q,g]        HWC   8 x 8 x 3
    K[m,n,0,2*g+f]  HWIO  3 x 3 x 1 x 6
    b[2*g+f]        O     6
    O[i,j,2*g+f]    HWC   4 x 4 x 6

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           blocks       864        864  10  NumPy's
    backward_data     blocks       864        672  18  NumPy's
    backward_weights  blocks       864        810  16  NumPy's
    backward_bias     sum            0         90  16  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                  2,700 bytes
    backward_data            5,040 bytes
    backward_weights         2,700 bytes

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


def depthwise_multiplier_forward(X, K, b, O):
    """O[i,j,2*g+f] = b[2*g+f] + sum(m,n) K[m,n,0,2*g+f] * X[2*i+m,2*j+n,g]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(3, 3, 3, 2).transpose(2, 0, 1, 3).reshape(3, 9, 2)
    inside[...] = X
    results = O.reshape(4, 4, 3, 2).transpose(2, 0, 1, 3).reshape(3, 16, 2)
    places[...] = windows
    np.matmul(columns, weights, out=results)
    _forward_idle.append(workspace)
    O += b


def depthwise_multiplier_backward_data(K, dO, dX):
    """dX[p,q,g] = sum(f,i,j,m,n | 2*i+m = p, 2*j+n = q) K[m,n,0,2*g+f] * dO[i,j,2*g+f]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, piece_0, piece_1, piece_2, piece_3 = workspace
    inside[...] = dO
    windows, columns, places, weights, turned, part, product = piece_0
    turned[...] = K[::-2, ::-2].reshape(2, 2, 3, 2).transpose(2, 0, 1, 3).reshape(3, 2, 2, 2, 1)
    phase = dX[::2, ::2]
    places[...] = windows
    np.matmul(columns, weights, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_1
    turned[...] = K[::-2, 1:2].reshape(2, 3, 2).transpose(1, 0, 2).reshape(3, 2, 1, 2, 1)
    phase = dX[::2, 1::2]
    places[...] = windows
    np.matmul(columns, weights, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_2
    turned[...] = K[1:2, ::-2].reshape(2, 3, 2).transpose(1, 0, 2).reshape(3, 1, 2, 2, 1)
    phase = dX[1::2, ::2]
    places[...] = windows
    np.matmul(columns, weights, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_3
    turned[...] = K[1:2, 1:2].reshape(3, 1, 1, 2, 1)
    phase = dX[1::2, 1::2]
    places[...] = windows
    np.matmul(columns, weights, out=product)
    phase[...] = part
    _backward_data_idle.append(workspace)


def depthwise_multiplier_backward_weights(X, dO, dK):
    """dK[m,n,0,2*g+f] = sum(i,j) dO[i,j,2*g+f] * X[2*i+m,2*j+n,g]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(3, 3, 3, 2).transpose(2, 0, 1, 3).reshape(3, 9, 2)
    inside[...] = X
    signal = dO.reshape(4, 4, 3, 2).transpose(2, 0, 1, 3).reshape(3, 16, 2)
    places[...] = windows
    np.matmul(columns.swapaxes(-1, -2), signal, out=gradient)
    _backward_weights_idle.append(workspace)


def depthwise_multiplier_backward_bias(dO, db):
    """db[2*g+f] = sum(i,j) dO[i,j,2*g+f]"""
    db[...] = dO.sum(axis=(0, 1))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((9, 9, 3), np.float32)
    inside = padded[0:8, 0:8]
    h, w, c = padded.strides
    windows = as_strided(padded, (3, 4, 4, 3, 3, 1), (c, 2 * h, 2 * w, h, w, c))
    columns = np.empty((3, 16, 9), np.float32)
    places = columns.reshape(3, 4, 4, 3, 3, 1)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((5, 5, 6), np.float32)
    inside = padded[1:5, 1:5]
    h, w, c = padded.strides
    windows = as_strided(padded, (3, 4, 4, 2, 2, 2), (2 * c, h, w, h, w, c))
    columns = np.empty((3, 16, 8), np.float32)
    places = columns.reshape(3, 4, 4, 2, 2, 2)
    weights = np.empty((3, 8, 1), np.float32)
    turned = weights.reshape(3, 2, 2, 2, 1)
    part = np.empty((4, 4, 3), np.float32)
    product = part.transpose(2, 0, 1).reshape(3, 16, 1)
    piece_0 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[:, 1:], (3, 4, 4, 2, 1, 2), (2 * c, h, w, h, w, c))
    columns = np.empty((3, 16, 4), np.float32)
    places = columns.reshape(3, 4, 4, 2, 1, 2)
    weights = np.empty((3, 4, 1), np.float32)
    turned = weights.reshape(3, 2, 1, 2, 1)
    part = np.empty((4, 4, 3), np.float32)
    product = part.transpose(2, 0, 1).reshape(3, 16, 1)
    piece_1 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[1:], (3, 4, 4, 1, 2, 2), (2 * c, h, w, h, w, c))
    columns = np.empty((3, 16, 4), np.float32)
    places = columns.reshape(3, 4, 4, 1, 2, 2)
    weights = np.empty((3, 4, 1), np.float32)
    turned = weights.reshape(3, 1, 2, 2, 1)
    part = np.empty((4, 4, 3), np.float32)
    product = part.transpose(2, 0, 1).reshape(3, 16, 1)
    piece_2 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded[1:, 1:], (3, 4, 4, 1, 1, 2), (2 * c, h, w, h, w, c))
    columns = np.empty((3, 16, 2), np.float32)
    places = columns.reshape(3, 4, 4, 1, 1, 2)
    weights = np.empty((3, 2, 1), np.float32)
    turned = weights.reshape(3, 1, 1, 2, 1)
    part = np.empty((4, 4, 3), np.float32)
    product = part.transpose(2, 0, 1).reshape(3, 16, 1)
    piece_3 = windows, columns, places, weights, turned, part, product
    return inside, piece_0, piece_1, piece_2, piece_3


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((9, 9, 3), np.float32)
    inside = padded[0:8, 0:8]
    h, w, c = padded.strides
    windows = as_strided(padded, (3, 4, 4, 3, 3, 1), (c, 2 * h, 2 * w, h, w, c))
    columns = np.empty((3, 16, 9), np.float32)
    places = columns.reshape(3, 4, 4, 3, 3, 1)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
