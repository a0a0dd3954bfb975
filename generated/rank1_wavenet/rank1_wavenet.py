"""convgen 0.1.0 spec: input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC

Written by
    convgen generate --spec "input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC" \
        --target numpy --dtype float32 --name rank1_wavenet

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X  WC     32 x 4
    K  WIO    2 x 4 x 4
    b  O      4
    O  WC     32 x 4

Operations as executed
    pass              form    multiplications  additions  order of each sum
    forward           matrix            1,024      1,024  NumPy's
    backward_data     matrix            1,024      1,024  NumPy's, then kernel positions
    backward_weights  matrix            1,024        992  NumPy's
    backward_bias     sum                   0        124  NumPy's

An index outside its array reads 0. Forms, of which a pass has the first that suits it
    unrolled   straight-line on scalars, every product written out; for up to 64 terms
    positions  one line for each kernel position on whole slices, no product with padding; for
               ...
    matrix     unfold, one matrix product (padding's zeros included), fold; for everything else
    sum        NumPy's own sum; for larger bias passes
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def rank1_wavenet_forward(X, K, b, O):
    """O[i,f] = b[f] + sum(c,m) K[m,c,f] * X[i+4*m-4,c]"""
    rows = _windows(X).transpose(0, 2, 1).reshape(32, 8)
    weights = K.reshape(8, 4)
    O[...] = (rows @ weights) + b


def rank1_wavenet_backward_data(K, dO, dX):
    """dX[p,c] = sum(f,i,m | i+4*m-4 = p) K[m,c,f] * dO[i,f]"""
    signal = dO
    weights = K.reshape(8, 4)
    columns = (signal @ weights.T).reshape(32, 2, 4)
    padded = np.zeros((36, 4), np.float32)
    for m in range(2):
        padded[4 * m : 4 * m + 32] += columns[:, m]
    dX[...] = padded[4:36]


def rank1_wavenet_backward_weights(X, dO, dK):
    """dK[m,c,f] = sum(i) dO[i,f] * X[i+4*m-4,c]"""
    rows = _windows(X).transpose(0, 2, 1).reshape(32, 8)
    signal = dO
    dK[...] = (rows.T @ signal).reshape(2, 4, 4)


def rank1_wavenet_backward_bias(dO, db):
    """db[f] = sum(i) dO[i,f]"""
    db[...] = dO.sum(axis=(0,))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((36, 4), np.float32)
    padded[4:36] = X
    w, c = padded.strides
    shape = (32, 4, 2)
    return as_strided(padded, shape, (w, c, 4 * w))
