"""convgen 0.1.0 spec: input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC

Written by
    convgen generate --spec "input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC" \
        --target numpy --dtype float32 --name rank1_wavenet

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,c]    WC   32 x 4
    K[m,c,f]  WIO  2 x 4 x 4
    b[f]      O    4
    O[i,f]    WC   32 x 4

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           blocks     1,024      1,024   9  NumPy's
    backward_data     blocks     1,024        896   8  NumPy's
    backward_weights  blocks     1,024        992  32  NumPy's
    backward_bias     sum            0        124  32  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Scratch memory that a pass keeps from call to call, for each of the calls that run at once
    forward                  1,600 bytes
    backward_data            1,728 bytes
    backward_weights         1,600 bytes

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


def rank1_wavenet_forward(X, K, b, O):
    """O[i,f] = b[f] + sum(c,m) K[m,c,f] * X[i+4*m-4,c]"""
    workspace = _take(_forward_idle, _forward_workspace)
    inside, windows, columns, places = workspace
    weights = K.reshape(8, 4)
    inside[...] = X
    results = O
    places[...] = windows
    np.matmul(columns, weights, out=results)
    _forward_idle.append(workspace)
    O += b


def rank1_wavenet_backward_data(K, dO, dX):
    """dX[p,c] = sum(f,i,m | i+4*m-4 = p) K[m,c,f] * dO[i,f]"""
    workspace = _take(_backward_data_idle, _backward_data_workspace)
    inside, windows, columns, places, weights, turned = workspace
    turned[...] = K[::-1].transpose(0, 2, 1)
    inside[...] = dO
    results = dX
    places[...] = windows
    np.matmul(columns, weights, out=results)
    _backward_data_idle.append(workspace)


def rank1_wavenet_backward_weights(X, dO, dK):
    """dK[m,c,f] = sum(i) dO[i,f] * X[i+4*m-4,c]"""
    workspace = _take(_backward_weights_idle, _backward_weights_workspace)
    inside, windows, columns, places = workspace
    gradient = dK.reshape(8, 4)
    inside[...] = X
    signal = dO
    places[...] = windows
    np.matmul(columns.T, signal, out=gradient)
    _backward_weights_idle.append(workspace)


def rank1_wavenet_backward_bias(dO, db):
    """db[f] = sum(i) dO[i,f]"""
    db[...] = dO.sum(axis=(0,))


def _forward_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((36, 4), np.float32)
    inside = padded[4:36]
    w, c = padded.strides
    windows = as_strided(padded, (32, 2, 4), (w, 4 * w, c))
    columns = np.empty((32, 8), np.float32)
    places = columns.reshape(32, 2, 4)
    return inside, windows, columns, places


def _backward_data_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((36, 4), np.float32)
    inside = padded[0:32]
    w, c = padded.strides
    windows = as_strided(padded, (32, 2, 4), (w, 4 * w, c))
    columns = np.empty((32, 8), np.float32)
    places = columns.reshape(32, 2, 4)
    weights = np.empty((8, 4), np.float32)
    turned = weights.reshape(2, 4, 4)
    return inside, windows, columns, places, weights, turned


def _backward_weights_workspace():
    """Scratch arrays of one call; what no call writes stays 0."""
    padded = np.zeros((36, 4), np.float32)
    inside = padded[4:36]
    w, c = padded.strides
    windows = as_strided(padded, (32, 2, 4), (w, 4 * w, c))
    columns = np.empty((32, 8), np.float32)
    places = columns.reshape(32, 2, 4)
    return inside, windows, columns, places


def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
