"""convgen 0.1.0 spec: input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1

Written by
    convgen generate --spec "input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1" \
        --target numpy --dtype float32 --name rank3_video

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q,s]    CDHW   3 x 4 x 8 x 8
    K[f,c,m,n,t]  OIDHW  4 x 3 x 3 x 3 x 3
    b[f]          O      4
    O[f,i,j,l]    CDHW   4 x 4 x 4 x 4

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions    n  order of each sum
    forward           blocks    20,736     20,736   82  NumPy's
    backward_data     blocks    20,736     19,968  108  NumPy's
    backward_weights  blocks    20,736     20,412   64  NumPy's
    backward_bias     sum            0        252   64  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                 26,568 bytes
    backward_data           34,416 bytes
    backward_weights        26,568 bytes

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


def rank3_video_forward(X, K, b, O):
    """O[f,i,j,l] = b[f] + sum(c,m,n,t) K[f,c,m,n,t] * X[c,i+m-1,2*j+n-1,2*l+t-1]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(4, 81)
    inside[...] = X
    results = O.reshape(4, 64)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)
    O += b[:, None, None, None]


def rank3_video_backward_data(K, dO, dX):
    """dX[c,p,q,s] = sum(f,i,j,l,m,n,t | i+m-1 = p, 2*j+n-1 = q, 2*l+t-1 = s) K[f,c,m,n,t]
        * dO[f,i,j,l]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, piece_0, piece_1, piece_2, piece_3 = workspace
    inside[...] = dO
    windows, columns, places, weights, turned, part, product = piece_0
    turned[...] = K[:, :, ::-1, 1:2, 1:2].reshape(4, 3, 3).transpose(1, 0, 2).reshape(3, 4, 3, 1, 1)
    phase = dX[:, :, ::2, ::2]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_1
    turned[...] = (
        K[:, :, ::-1, 1:2, ::-2].reshape(4, 3, 3, 2).transpose(1, 0, 2, 3).reshape(3, 4, 3, 1, 2)
    )
    phase = dX[:, :, ::2, 1::2]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_2
    turned[...] = (
        K[:, :, ::-1, ::-2, 1:2].reshape(4, 3, 3, 2).transpose(1, 0, 2, 3).reshape(3, 4, 3, 2, 1)
    )
    phase = dX[:, :, 1::2, ::2]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    windows, columns, places, weights, turned, part, product = piece_3
    turned[...] = K[:, :, ::-1, ::-2, ::-2].transpose(1, 0, 2, 3, 4)
    phase = dX[:, :, 1::2, 1::2]
    places[...] = windows
    np.matmul(weights, columns, out=product)
    phase[...] = part
    _backward_data_idle.append(workspace)


def rank3_video_backward_weights(X, dO, dK):
    """dK[f,c,m,n,t] = sum(i,j,l) dO[f,i,j,l] * X[c,i+m-1,2*j+n-1,2*l+t-1]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(4, 81)
    inside[...] = X
    signal = dO.reshape(4, 64)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def rank3_video_backward_bias(dO, db):
    """db[f] = sum(i,j,l) dO[f,i,j,l]"""
    db[...] = dO.sum(axis=(1, 2, 3))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((3, 6, 9, 9), np.float32)
    inside = padded[:, 1:5, 1:9, 1:9]
    c, d, h, w = padded.strides
    windows = as_strided(padded, (3, 3, 3, 3, 4, 4, 4), (c, d, h, w, d, 2 * h, 2 * w))
    columns = np.empty((81, 64), np.float32)
    places = columns.reshape(3, 3, 3, 3, 4, 4, 4)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((4, 6, 5, 5), np.float32)
    inside = padded[:, 1:5, 0:4, 0:4]
    c, d, h, w = padded.strides
    windows = as_strided(padded, (4, 3, 1, 1, 4, 4, 4), (c, d, h, w, d, h, w))
    columns = np.empty((12, 64), np.float32)
    places = columns.reshape(4, 3, 1, 1, 4, 4, 4)
    weights = np.empty((3, 12), np.float32)
    turned = weights.reshape(3, 4, 3, 1, 1)
    part = np.empty((3, 4, 4, 4), np.float32)
    product = part.reshape(3, 64)
    piece_0 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded, (4, 3, 1, 2, 4, 4, 4), (c, d, h, w, d, h, w))
    columns = np.empty((24, 64), np.float32)
    places = columns.reshape(4, 3, 1, 2, 4, 4, 4)
    weights = np.empty((3, 24), np.float32)
    turned = weights.reshape(3, 4, 3, 1, 2)
    part = np.empty((3, 4, 4, 4), np.float32)
    product = part.reshape(3, 64)
    piece_1 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded, (4, 3, 2, 1, 4, 4, 4), (c, d, h, w, d, h, w))
    columns = np.empty((24, 64), np.float32)
    places = columns.reshape(4, 3, 2, 1, 4, 4, 4)
    weights = np.empty((3, 24), np.float32)
    turned = weights.reshape(3, 4, 3, 2, 1)
    part = np.empty((3, 4, 4, 4), np.float32)
    product = part.reshape(3, 64)
    piece_2 = windows, columns, places, weights, turned, part, product
    windows = as_strided(padded, (4, 3, 2, 2, 4, 4, 4), (c, d, h, w, d, h, w))
    columns = np.empty((48, 64), np.float32)
    places = columns.reshape(4, 3, 2, 2, 4, 4, 4)
    weights = np.empty((3, 48), np.float32)
    turned = weights.reshape(3, 4, 3, 2, 2)
    part = np.empty((3, 4, 4, 4), np.float32)
    product = part.reshape(3, 64)
    piece_3 = windows, columns, places, weights, turned, part, product
    return inside, piece_0, piece_1, piece_2, piece_3


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((3, 6, 9, 9), np.float32)
    inside = padded[:, 1:5, 1:9, 1:9]
    c, d, h, w = padded.strides
    windows = as_strided(padded, (3, 3, 3, 3, 4, 4, 4), (c, d, h, w, d, 2 * h, 2 * w))
    columns = np.empty((81, 64), np.float32)
    places = columns.reshape(3, 3, 3, 3, 4, 4, 4)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
