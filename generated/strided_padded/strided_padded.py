"""convgen 0.1.0 spec: input=5x6 kernel=3x3 stride=2x3 padding=0:1x2:1

Written by
    convgen generate --spec "input=5x6 kernel=3x3 stride=2x3 padding=0:1x2:1" \
        --target numpy --dtype float32 --name strided_padded

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X  HW     5 x 6
    K  HW     3 x 3
    b  O      1
    O  HW     2 x 3

Operations as executed
    pass              form      multiplications  additions  order of each sum
    forward           unrolled               36         36  as written
    backward_data     matrix                 54         54  NumPy's, then kernel positions
    backward_weights  unrolled               36         27  as written
    backward_bias     unrolled                0          5  as written

An index outside its array reads 0. Forms, of which a pass has the first that suits it
    unrolled   straight-line on scalars, every product written out; for up to 64 terms
    positions  one line for each kernel position on whole slices, no product with padding; for
               ...
    matrix     unfold, one matrix product (padding's zeros included), fold; for everything else
    sum        NumPy's own sum; for larger bias passes
"""

import numpy as np


def strided_padded_forward(X, K, b, O):
    """O[i,j] = b[0] + sum(m,n) K[m,n] * X[2*i+m,3*j+n-2]"""
    X_0_0, X_0_1, X_0_2, X_0_3, X_0_4, X_0_5 = X[0]
    X_1_0, X_1_1, X_1_2, X_1_3, X_1_4, X_1_5 = X[1]
    X_2_0, X_2_1, X_2_2, X_2_3, X_2_4, X_2_5 = X[2]
    X_3_0, X_3_1, X_3_2, X_3_3, X_3_4, X_3_5 = X[3]
    X_4_0, X_4_1, X_4_2, X_4_3, X_4_4, X_4_5 = X[4]
    K_0_0, K_0_1, K_0_2 = K[0]
    K_1_0, K_1_1, K_1_2 = K[1]
    K_2_0, K_2_1, K_2_2 = K[2]
    O[0, 0] = b[0] + K_0_2 * X_0_0 + K_1_2 * X_1_0 + K_2_2 * X_2_0
    O[0, 1] = (
        b[0] + K_0_0 * X_0_1 + K_0_1 * X_0_2 + K_0_2 * X_0_3 + K_1_0 * X_1_1 + K_1_1 * X_1_2
        + K_1_2 * X_1_3 + K_2_0 * X_2_1 + K_2_1 * X_2_2 + K_2_2 * X_2_3
    )
    O[0, 2] = (
        b[0] + K_0_0 * X_0_4 + K_0_1 * X_0_5 + K_1_0 * X_1_4 + K_1_1 * X_1_5 + K_2_0 * X_2_4
        + K_2_1 * X_2_5
    )
    O[1, 0] = b[0] + K_0_2 * X_2_0 + K_1_2 * X_3_0 + K_2_2 * X_4_0
    O[1, 1] = (
        b[0] + K_0_0 * X_2_1 + K_0_1 * X_2_2 + K_0_2 * X_2_3 + K_1_0 * X_3_1 + K_1_1 * X_3_2
        + K_1_2 * X_3_3 + K_2_0 * X_4_1 + K_2_1 * X_4_2 + K_2_2 * X_4_3
    )
    O[1, 2] = (
        b[0] + K_0_0 * X_2_4 + K_0_1 * X_2_5 + K_1_0 * X_3_4 + K_1_1 * X_3_5 + K_2_0 * X_4_4
        + K_2_1 * X_4_5
    )


def strided_padded_backward_data(K, dO, dX):
    """dX[p,q] = sum(i,j,m,n | 2*i+m = p, 3*j+n-2 = q) K[m,n] * dO[i,j]"""
    weights = K.reshape(1, 9)
    signal = dO.reshape(1, 6)
    columns = (weights.T @ signal).reshape(3, 3, 2, 3)
    padded = np.zeros((6, 9), np.float32)
    for m in range(3):
        for n in range(3):
            padded[m : m + 3 : 2, n : n + 7 : 3] += columns[m, n]
    dX[...] = padded[0:5, 2:8]


def strided_padded_backward_weights(X, dO, dK):
    """dK[m,n] = sum(i,j) dO[i,j] * X[2*i+m,3*j+n-2]"""
    X_0_0, X_0_1, X_0_2, X_0_3, X_0_4, X_0_5 = X[0]
    X_1_0, X_1_1, X_1_2, X_1_3, X_1_4, X_1_5 = X[1]
    X_2_0, X_2_1, X_2_2, X_2_3, X_2_4, X_2_5 = X[2]
    X_3_0, X_3_1, X_3_2, X_3_3, X_3_4, X_3_5 = X[3]
    X_4_0, X_4_1, X_4_2, X_4_3, X_4_4, X_4_5 = X[4]
    dO_0_0, dO_0_1, dO_0_2 = dO[0]
    dO_1_0, dO_1_1, dO_1_2 = dO[1]
    dK[0, 0] = dO_0_1 * X_0_1 + dO_0_2 * X_0_4 + dO_1_1 * X_2_1 + dO_1_2 * X_2_4
    dK[0, 1] = dO_0_1 * X_0_2 + dO_0_2 * X_0_5 + dO_1_1 * X_2_2 + dO_1_2 * X_2_5
    dK[0, 2] = dO_0_0 * X_0_0 + dO_0_1 * X_0_3 + dO_1_0 * X_2_0 + dO_1_1 * X_2_3
    dK[1, 0] = dO_0_1 * X_1_1 + dO_0_2 * X_1_4 + dO_1_1 * X_3_1 + dO_1_2 * X_3_4
    dK[1, 1] = dO_0_1 * X_1_2 + dO_0_2 * X_1_5 + dO_1_1 * X_3_2 + dO_1_2 * X_3_5
    dK[1, 2] = dO_0_0 * X_1_0 + dO_0_1 * X_1_3 + dO_1_0 * X_3_0 + dO_1_1 * X_3_3
    dK[2, 0] = dO_0_1 * X_2_1 + dO_0_2 * X_2_4 + dO_1_1 * X_4_1 + dO_1_2 * X_4_4
    dK[2, 1] = dO_0_1 * X_2_2 + dO_0_2 * X_2_5 + dO_1_1 * X_4_2 + dO_1_2 * X_4_5
    dK[2, 2] = dO_0_0 * X_2_0 + dO_0_1 * X_2_3 + dO_1_0 * X_4_0 + dO_1_1 * X_4_3


def strided_padded_backward_bias(dO, db):
    """db[0] = sum(i,j) dO[i,j]"""
    dO_0_0, dO_0_1, dO_0_2 = dO[0]
    dO_1_0, dO_1_1, dO_1_2 = dO[1]
    db[0] = dO_0_0 + dO_0_1 + dO_0_2 + dO_1_0 + dO_1_1 + dO_1_2
