"""convgen 0.1.0 spec: input=3x4x5 kernel=2x3x2 stride=1x2x1 padding=0x1x1:0

Written by
    convgen generate --spec "input=3x4x5 kernel=2x3x2 stride=1x2x1 padding=0x1x1:0" \
        --target numpy --dtype float32 --name rank3

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q,s]  DHW  3 x 4 x 5
    K[m,n,t]  DHW  2 x 3 x 2
    b[0]      O    1
    O[i,j,l]  DHW  2 x 2 x 5

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form      products  additions   n  order of each sum
    forward           blocks         240        240  13  NumPy's
    backward_data     blocks         360        300   8  NumPy's
    backward_weights  blocks         240        228  20  NumPy's
    backward_bias     unrolled         0         19  20  as written

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                  1,320 bytes
    backward_data            2,016 bytes
    backward_weights         1,320 bytes

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


def rank3_forward(X, K, b, O):
    """O[i,j,l] = b[0] + sum(m,n,t) K[m,n,t] * X[i+m,2*j+n-1,l+t-1]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(1, 12)
    inside[...] = X
    results = O.reshape(1, 20)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b


def rank3_backward_data(K, dO, dX):
    """dX[p,q,s] = sum(i,j,l,m,n,t | i+m = p, 2*j+n-1 = q, l+t-1 = s) K[m,n,t] * dO[i,j,l]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, piece_0, piece_1 = workspace
    inside[...] = dO
    windows, columns, places, weights, turned, part, product = piece_0
    turned[...] = K[::-1, 1:2, ::-1].reshape(1, 2, 1, 2)
    phase = dX[:, ::2]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_1
    turned[...] = K[::-1, ::-2, ::-1].reshape(1, 2, 2, 2)
    phase = dX[:, 1::2]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    _backward_data_idle.append(workspace)


def rank3_backward_weights(X, dO, dK):
    """dK[m,n,t] = sum(i,j,l) dO[i,j,l] * X[i+m,2*j+n-1,l+t-1]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(1, 12)
    inside[...] = X
    signal = dO.reshape(1, 20)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def rank3_backward_bias(dO, db):
    """db[0] = sum(i,j,l) dO[i,j,l]"""
    dO_0_0_0, dO_0_0_1, dO_0_0_2, dO_0_0_3, dO_0_0_4 = dO[0, 0]
    dO_0_1_0, dO_0_1_1, dO_0_1_2, dO_0_1_3, dO_0_1_4 = dO[0, 1]
    dO_1_0_0, dO_1_0_1, dO_1_0_2, dO_1_0_3, dO_1_0_4 = dO[1, 0]
    dO_1_1_0, dO_1_1_1, dO_1_1_2, dO_1_1_3, dO_1_1_4 = dO[1, 1]
    db[0] = (
        dO_0_0_0 + dO_0_0_1 + dO_0_0_2 + dO_0_0_3 + dO_0_0_4 + dO_0_1_0 + dO_0_1_1 + dO_0_1_2
        + dO_0_1_3 + dO_0_1_4 + dO_1_0_0 + dO_1_0_1 + dO_1_0_2 + dO_1_0_3 + dO_1_0_4 + dO_1_1_0
        + dO_1_1_1 + dO_1_1_2 + dO_1_1_3 + dO_1_1_4
    )


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((3, 5, 6), np.float32)
    inside = padded[:, 1:5, 1:6]
    d, h, w = padded.strides
    windows = as_strided(padded, (2, 3, 2, 2, 2, 5), (d, h, w, d, 2 * h, w))
    columns = np.empty((12, 20), np.float32)
    places = columns.reshape(2, 3, 2, 2, 2, 5)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 3, 6), np.float32)
    inside = padded[1:3, 0:2, 0:5]
    d, h, w = padded.strides
    windows = as_strided(padded, (2, 1, 2, 3, 2, 5), (d, h, w, d, h, w))
    columns = np.empty((4, 30), np.float32)
    places = columns.reshape(2, 1, 2, 3, 2, 5)
    weights = np.empty((1, 4), np.float32)
    turned = weights.reshape(1, 2, 1, 2)
    part = np.empty((3, 2, 5), np.float32)
    product = part.reshape(1, 30)
    piece_0 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded, (2, 2, 2, 3, 2, 5), (d, h, w, d, h, w))
    columns = np.empty((8, 30), np.float32)
    places = columns.reshape(2, 2, 2, 3, 2, 5)
    weights = np.empty((1, 8), np.float32)
    turned = weights.reshape(1, 2, 2, 2)
    part = np.empty((3, 2, 5), np.float32)
    product = part.reshape(1, 30)
    piece_1 = windows, columns, places, weights, turned, part, product
    return inside, piece_0, piece_1


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((3, 5, 6), np.float32)
    inside = padded[:, 1:5, 1:6]
    d, h, w = padded.strides
    windows = as_strided(padded, (2, 3, 2, 2, 2, 5), (d, h, w, d, 2 * h, w))
    columns = np.empty((12, 20), np.float32)
    places = columns.reshape(2, 3, 2, 2, 2, 5)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
