"""convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=64 out-channels=64 padding=1x1 bias=no

Written by
    convgen generate --spec "input=8x8 kernel=3x3 in-channels=64 out-channels=64 padding=1x1 bias=no" \
        --target numpy --dtype float32 --name resnet20_stage3

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   64 x 8 x 8
    K[f,c,m,n]  OIHW  64 x 64 x 3 x 3
    O[f,i,j]    CHW   64 x 8 x 8

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form     products  additions    n  order of each sum
    forward           blocks  2,359,296  2,355,200  576  NumPy's
    backward_data     blocks  2,359,296  2,355,200  576  NumPy's
    backward_weights  blocks  2,359,296  2,322,432   64  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                173,056 bytes
    backward_data          320,512 bytes
    backward_weights       173,056 bytes

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


def resnet20_stage3_forward(X, K, O):
    """O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,i+m-1,j+n-1]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(64, 576)
    inside[...] = X
    results = O.reshape(64, 64)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _forward_idle.append(workspace)


def resnet20_stage3_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[f,i,j]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    inside[...] = dO
    results = dX.reshape(64, 64)
    places[...] = windows
    np.matmul(weights, columns, out=results)
    _backward_data_idle.append(workspace)


def resnet20_stage3_backward_weights(X, dO, dK):
    """dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m-1,j+n-1]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(64, 576)
    inside[...] = X
    signal = dO.reshape(64, 64)
    places[...] = windows
    np.matmul(signal, columns.T, out=gradient)
    _backward_weights_idle.append(workspace)


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((64, 10, 10), np.float32)
    inside = padded[:, 1:9, 1:9]
    c, h, w = padded.strides
    windows = as_strided(padded, (64, 3, 3, 8, 8), (c, h, w, h, w))
    columns = np.empty((576, 64), np.float32)
    places = columns.reshape(64, 3, 3, 8, 8)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((64, 10, 10), np.float32)
    inside = padded[:, 1:9, 1:9]
    c, h, w = padded.strides
    windows = as_strided(padded, (64, 3, 3, 8, 8), (c, h, w, h, w))
    columns = np.empty((576, 64), np.float32)
    places = columns.reshape(64, 3, 3, 8, 8)
    weights = np.empty((64, 576), np.float32)
    turned = weights.reshape(64, 64, 3, 3)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((64, 10, 10), np.float32)
    inside = padded[:, 1:9, 1:9]
    c, h, w = padded.strides
    windows = as_strided(padded, (64, 3, 3, 8, 8), (c, h, w, h, w))
    columns = np.empty((576, 64), np.float32)
    places = columns.reshape(64, 3, 3, 8, 8)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
