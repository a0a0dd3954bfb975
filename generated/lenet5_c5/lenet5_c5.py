"""convgen 0.1.0 spec: input=5x5 kernel=5x5 in-channels=16 out-channels=120

Written by
    convgen generate --spec "input=5x5 kernel=5x5 in-channels=16 out-channels=120" \
        --target numpy --dtype float32 --name lenet5_c5

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   16 x 5 x 5
    K[f,c,m,n]  OIHW  120 x 16 x 5 x 5
    b[f]        O     120
    O[f,0,0]    CHW   120 x 1 x 1

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions    n  order of each sum
    forward           matrix    48,000     48,000  401  NumPy's
    backward_data     matrix    48,000     48,000  120  NumPy's, then kernel positions
    backward_weights  matrix    48,000          0    1  NumPy's
    backward_bias     sum            0          0    1  NumPy's

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

Forms; a pass has the first that suits it, unless another was asked for
    unrolled   straight-line on scalars, every product written out; for up to 40 terms
    positions  a line for each kernel position, on whole slices, no product with padding; for
               channels last from 32 in a group on (dX: up to 64) or one in each of several
               groups, and for dX of one channel in a group
    matrix     one matrix product, with unfold before or fold after it, zeros of the padding
               included; for everything else
    sum        NumPy's sum; for db of more terms
"""

from numpy.lib.stride_tricks import as_strided


def lenet5_c5_forward(X, K, b, O):
    """O[f,0,0] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,m,n]"""
    weights = K.reshape(120, 400)
    columns = _windows(X).reshape(400, 1)
    O[...] = (weights @ columns).reshape(120, 1, 1) + b[:, None, None]


def lenet5_c5_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,m,n | m = p, n = q) K[f,c,m,n] * dO[f,0,0]"""
    weights = K.reshape(120, 400)
    signal = dO.reshape(120, 1)
    columns = (weights.T @ signal).reshape(16, 5, 5, 1, 1)
    dX[...] = 0
    for m in range(5):
        for n in range(5):
            dX[:, m : m + 1, n : n + 1] += columns[:, m, n]


def lenet5_c5_backward_weights(X, dO, dK):
    """dK[f,c,m,n] = dO[f,0,0] * X[c,m,n]"""
    signal = dO.reshape(120, 1)
    columns = _windows(X).reshape(400, 1)
    dK[...] = (signal @ columns.T).reshape(120, 16, 5, 5)


def lenet5_c5_backward_bias(dO, db):
    """db[f] = dO[f,0,0]"""
    db[...] = dO.sum(axis=(1, 2))


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = X.reshape(16, 5, 5)
    c, h, w = padded.strides
    shape = (16, 1, 1, 5, 5)
    return as_strided(padded, shape, (c, h, w, h, w))
