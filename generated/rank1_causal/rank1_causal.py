"""convgen 0.1.0 spec: input=8 kernel=3 padding=2:0

Written by
    convgen generate --spec "input=8 kernel=3 padding=2:0" \
        --target numpy --dtype float32 --name rank1_causal

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[p]  W  8
    K[m]  W  3
    b[0]  O  1
    O[i]  W  8

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form      products  additions  n  order of each sum
    forward           unrolled        21         21  4  as written
    backward_data     unrolled        21         13  3  as written
    backward_weights  unrolled        21         18  8  as written
    backward_bias     unrolled         0          7  8  as written

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


def rank1_causal_forward(X, K, b, O):
    """O[i] = b[0] + sum(m) K[m] * X[i+m-2]"""
    X_0, X_1, X_2, X_3, X_4, X_5, X_6, X_7 = X
    K_0, K_1, K_2 = K
    O[0] = b[0] + K_2 * X_0
    O[1] = b[0] + K_1 * X_0 + K_2 * X_1
    O[2] = b[0] + K_0 * X_0 + K_1 * X_1 + K_2 * X_2
    O[3] = b[0] + K_0 * X_1 + K_1 * X_2 + K_2 * X_3
    O[4] = b[0] + K_0 * X_2 + K_1 * X_3 + K_2 * X_4
    O[5] = b[0] + K_0 * X_3 + K_1 * X_4 + K_2 * X_5
    O[6] = b[0] + K_0 * X_4 + K_1 * X_5 + K_2 * X_6
    O[7] = b[0] + K_0 * X_5 + K_1 * X_6 + K_2 * X_7


def rank1_causal_backward_data(K, dO, dX):
    """dX[p] = sum(i,m | i+m-2 = p) K[m] * dO[i]"""
    K_0, K_1, K_2 = K
    dO_0, dO_1, dO_2, dO_3, dO_4, dO_5, dO_6, dO_7 = dO
    dX[0] = K_2 * dO_0 + K_1 * dO_1 + K_0 * dO_2
    dX[1] = K_2 * dO_1 + K_1 * dO_2 + K_0 * dO_3
    dX[2] = K_2 * dO_2 + K_1 * dO_3 + K_0 * dO_4
    dX[3] = K_2 * dO_3 + K_1 * dO_4 + K_0 * dO_5
    dX[4] = K_2 * dO_4 + K_1 * dO_5 + K_0 * dO_6
    dX[5] = K_2 * dO_5 + K_1 * dO_6 + K_0 * dO_7
    dX[6] = K_2 * dO_6 + K_1 * dO_7
    dX[7] = K_2 * dO_7


def rank1_causal_backward_weights(X, dO, dK):
    """dK[m] = sum(i) dO[i] * X[i+m-2]"""
    X_0, X_1, X_2, X_3, X_4, X_5, X_6, X_7 = X
    dO_0, dO_1, dO_2, dO_3, dO_4, dO_5, dO_6, dO_7 = dO
    dK[0] = dO_2 * X_0 + dO_3 * X_1 + dO_4 * X_2 + dO_5 * X_3 + dO_6 * X_4 + dO_7 * X_5
    dK[1] = (
        dO_1 * X_0 + dO_2 * X_1 + dO_3 * X_2 + dO_4 * X_3 + dO_5 * X_4 + dO_6 * X_5 + dO_7 * X_6
    )
    dK[2] = (
        dO_0 * X_0 + dO_1 * X_1 + dO_2 * X_2 + dO_3 * X_3 + dO_4 * X_4 + dO_5 * X_5 + dO_6 * X_6
        + dO_7 * X_7
    )


def rank1_causal_backward_bias(dO, db):
    """db[0] = sum(i) dO[i]"""
    dO_0, dO_1, dO_2, dO_3, dO_4, dO_5, dO_6, dO_7 = dO
    db[0] = dO_0 + dO_1 + dO_2 + dO_3 + dO_4 + dO_5 + dO_6 + dO_7
