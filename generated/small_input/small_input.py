"""convgen 0.1.0 spec: input=2x2 kernel=3x3 padding=1x1

Written by
    convgen generate --spec "input=2x2 kernel=3x3 padding=1x1" \
        --target numpy --dtype float32 --name small_input

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p,q]  HW  2 x 2
    K[m,n]  HW  3 x 3
    b[0]    O   1
    O[i,j]  HW  2 x 2

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form      products  additions   n  order of each sum
    forward           unrolled        16         16  10  as written
    backward_data     unrolled        16         12   4  as written
    backward_weights  unrolled        16          7   4  as written
    backward_bias     unrolled         0          3   4  as written

A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
factor; where its partner's index lies outside its array, the result may be NaN too; no other is.

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


def small_input_forward(X, K, b, O):
    """O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-1,j+n-1]"""
    X_0_0, X_0_1 = X[0]
    X_1_0, X_1_1 = X[1]
    K_0_0, K_0_1, K_0_2 = K[0]
    K_1_0, K_1_1, K_1_2 = K[1]
    K_2_0, K_2_1, K_2_2 = K[2]
    O[0, 0] = b[0] + K_1_1 * X_0_0 + K_1_2 * X_0_1 + K_2_1 * X_1_0 + K_2_2 * X_1_1
    O[0, 1] = b[0] + K_1_0 * X_0_0 + K_1_1 * X_0_1 + K_2_0 * X_1_0 + K_2_1 * X_1_1
    O[1, 0] = b[0] + K_0_1 * X_0_0 + K_0_2 * X_0_1 + K_1_1 * X_1_0 + K_1_2 * X_1_1
    O[1, 1] = b[0] + K_0_0 * X_0_0 + K_0_1 * X_0_1 + K_1_0 * X_1_0 + K_1_1 * X_1_1


def small_input_backward_data(K, dO, dX):
    """dX[p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n] * dO[i,j]"""
    K_0_0, K_0_1, K_0_2 = K[0]
    K_1_0, K_1_1, K_1_2 = K[1]
    K_2_0, K_2_1, K_2_2 = K[2]
    dO_0_0, dO_0_1 = dO[0]
    dO_1_0, dO_1_1 = dO[1]
    dX[0, 0] = K_1_1 * dO_0_0 + K_1_0 * dO_0_1 + K_0_1 * dO_1_0 + K_0_0 * dO_1_1
    dX[0, 1] = K_1_2 * dO_0_0 + K_1_1 * dO_0_1 + K_0_2 * dO_1_0 + K_0_1 * dO_1_1
    dX[1, 0] = K_2_1 * dO_0_0 + K_2_0 * dO_0_1 + K_1_1 * dO_1_0 + K_1_0 * dO_1_1
    dX[1, 1] = K_2_2 * dO_0_0 + K_2_1 * dO_0_1 + K_1_2 * dO_1_0 + K_1_1 * dO_1_1


def small_input_backward_weights(X, dO, dK):
    """dK[m,n] = sum(i,j) dO[i,j] * X[i+m-1,j+n-1]"""
    X_0_0, X_0_1 = X[0]
    X_1_0, X_1_1 = X[1]
    dO_0_0, dO_0_1 = dO[0]
    dO_1_0, dO_1_1 = dO[1]
    dK[0, 0] = dO_1_1 * X_0_0
    dK[0, 1] = dO_1_0 * X_0_0 + dO_1_1 * X_0_1
    dK[0, 2] = dO_1_0 * X_0_1
    dK[1, 0] = dO_0_1 * X_0_0 + dO_1_1 * X_1_0
    dK[1, 1] = dO_0_0 * X_0_0 + dO_0_1 * X_0_1 + dO_1_0 * X_1_0 + dO_1_1 * X_1_1
    dK[1, 2] = dO_0_0 * X_0_1 + dO_1_0 * X_1_1
    dK[2, 0] = dO_0_1 * X_1_0
    dK[2, 1] = dO_0_0 * X_1_0 + dO_0_1 * X_1_1
    dK[2, 2] = dO_0_0 * X_1_1


def small_input_backward_bias(dO, db):
    """db[0] = sum(i,j) dO[i,j]"""
    dO_0_0, dO_0_1 = dO[0]
    dO_1_0, dO_1_1 = dO[1]
    db[0] = dO_0_0 + dO_0_1 + dO_1_0 + dO_1_1
