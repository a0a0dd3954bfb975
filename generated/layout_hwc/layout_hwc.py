"""convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1 layout=HWC

Written by
    convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1 layout=HWC" \
        --target numpy --dtype float32 --name layout_hwc

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X  HWC    4 x 5 x 2
    K  HWIO   3 x 3 x 2 x 3
    b  O      3
    O  HWC    4 x 5 x 3

Operations as executed
    pass              form      multiplications  additions  order of each sum
    forward           matrix              1,080      1,080  NumPy's
    backward_data     matrix              1,080      1,080  NumPy's, then kernel positions
    backward_weights  matrix              1,080      1,026  NumPy's
    backward_bias     unrolled                0         57  as written

An index outside its array reads 0. Forms, of which a pass has the first that suits it
    unrolled   straight-line on scalars, every product written out; for up to 64 terms
    positions  one line for each kernel position on whole slices, no product with padding; for
               ...
    matrix     unfold, one matrix product (padding's zeros included), fold; for everything else
    sum        NumPy's own sum; for larger bias passes
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def layout_hwc_forward(X, K, b, O):
    """O[i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[i+m-1,j+n-1,c]"""
    rows = _windows(X).transpose(0, 1, 3, 4, 2).reshape(20, 18)
    weights = K.reshape(18, 3)
    O[...] = (rows @ weights).reshape(4, 5, 3) + b


def layout_hwc_backward_data(K, dO, dX):
    """dX[p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[i,j,f]"""
    signal = dO.reshape(20, 3)
    weights = K.reshape(18, 3)
    columns = (signal @ weights.T).reshape(4, 5, 3, 3, 2)
    padded = np.zeros((6, 7, 2), np.float32)
    for m in range(3):
        for n in range(3):
            padded[m : m + 4, n : n + 5] += columns[:, :, m, n]
    dX[...] = padded[1:5, 1:6]


def layout_hwc_backward_weights(X, dO, dK):
    """dK[m,n,c,f] = sum(i,j) dO[i,j,f] * X[i+m-1,j+n-1,c]"""
    rows = _windows(X).transpose(0, 1, 3, 4, 2).reshape(20, 18)
    signal = dO.reshape(20, 3)
    dK[...] = (rows.T @ signal).reshape(3, 3, 2, 3)


def layout_hwc_backward_bias(dO, db):
    """db[f] = sum(i,j) dO[i,j,f]"""
    dO_0_0_0, dO_0_0_1, dO_0_0_2 = dO[0, 0]
    dO_0_1_0, dO_0_1_1, dO_0_1_2 = dO[0, 1]
    dO_0_2_0, dO_0_2_1, dO_0_2_2 = dO[0, 2]
    dO_0_3_0, dO_0_3_1, dO_0_3_2 = dO[0, 3]
    dO_0_4_0, dO_0_4_1, dO_0_4_2 = dO[0, 4]
    dO_1_0_0, dO_1_0_1, dO_1_0_2 = dO[1, 0]
    dO_1_1_0, dO_1_1_1, dO_1_1_2 = dO[1, 1]
    dO_1_2_0, dO_1_2_1, dO_1_2_2 = dO[1, 2]
    dO_1_3_0, dO_1_3_1, dO_1_3_2 = dO[1, 3]
    dO_1_4_0, dO_1_4_1, dO_1_4_2 = dO[1, 4]
    dO_2_0_0, dO_2_0_1, dO_2_0_2 = dO[2, 0]
    dO_2_1_0, dO_2_1_1, dO_2_1_2 = dO[2, 1]
    dO_2_2_0, dO_2_2_1, dO_2_2_2 = dO[2, 2]
    dO_2_3_0, dO_2_3_1, dO_2_3_2 = dO[2, 3]
    dO_2_4_0, dO_2_4_1, dO_2_4_2 = dO[2, 4]
    dO_3_0_0, dO_3_0_1, dO_3_0_2 = dO[3, 0]
    dO_3_1_0, dO_3_1_1, dO_3_1_2 = dO[3, 1]
    dO_3_2_0, dO_3_2_1, dO_3_2_2 = dO[3, 2]
    dO_3_3_0, dO_3_3_1, dO_3_3_2 = dO[3, 3]
    dO_3_4_0, dO_3_4_1, dO_3_4_2 = dO[3, 4]
    db[0] = (
        dO_0_0_0 + dO_0_1_0 + dO_0_2_0 + dO_0_3_0 + dO_0_4_0 + dO_1_0_0 + dO_1_1_0 + dO_1_2_0
        + dO_1_3_0 + dO_1_4_0 + dO_2_0_0 + dO_2_1_0 + dO_2_2_0 + dO_2_3_0 + dO_2_4_0 + dO_3_0_0
        + dO_3_1_0 + dO_3_2_0 + dO_3_3_0 + dO_3_4_0
    )
    db[1] = (
        dO_0_0_1 + dO_0_1_1 + dO_0_2_1 + dO_0_3_1 + dO_0_4_1 + dO_1_0_1 + dO_1_1_1 + dO_1_2_1
        + dO_1_3_1 + dO_1_4_1 + dO_2_0_1 + dO_2_1_1 + dO_2_2_1 + dO_2_3_1 + dO_2_4_1 + dO_3_0_1
        + dO_3_1_1 + dO_3_2_1 + dO_3_3_1 + dO_3_4_1
    )
    db[2] = (
        dO_0_0_2 + dO_0_1_2 + dO_0_2_2 + dO_0_3_2 + dO_0_4_2 + dO_1_0_2 + dO_1_1_2 + dO_1_2_2
        + dO_1_3_2 + dO_1_4_2 + dO_2_0_2 + dO_2_1_2 + dO_2_2_2 + dO_2_3_2 + dO_2_4_2 + dO_3_0_2
        + dO_3_1_2 + dO_3_2_2 + dO_3_3_2 + dO_3_4_2
    )


def _windows(X):
    """A view of every window of X: where it lies, then the places in it."""
    padded = np.zeros((6, 7, 2), np.float32)
    padded[1:5, 1:6] = X
    h, w, c = padded.strides
    shape = (4, 5, 2, 3, 3)
    return as_strided(padded, shape, (h, w, c, h, w))
