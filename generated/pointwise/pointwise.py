"""convgen 0.1.0 spec: input=4x4 kernel=1x1 in-channels=3 out-channels=5 bias=no

Written by
    convgen generate --spec "input=4x4 kernel=1x1 in-channels=3 out-channels=5 bias=no" \
        --target numpy --dtype float32 --name pointwise

Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
    X[c,p,q]    CHW   3 x 4 x 4
    K[f,c,0,0]  OIHW  5 x 3 x 1 x 1
    O[f,i,j]    CHW   5 x 4 x 4

An index outside its array reads 0.

Operations as executed, and n, the terms of the longest sum
    pass              form    products  additions   n  order of each sum
    forward           blocks       240        160   3  NumPy's
    backward_data     blocks       240        192   5  NumPy's
    backward_weights  blocks       240        225  16  NumPy's

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

import numpy as np


def pointwise_forward(X, K, O):
    """O[f,i,j] = sum(c) K[f,c,0,0] * X[c,i,j]"""
    columns = X.reshape(3, 16)
    weights = K.reshape(5, 3)
    results = O.reshape(5, 16)
    np.matmul(weights, columns, out=results)


def pointwise_backward_data(K, dO, dX):
    """dX[c,p,q] = sum(f,i,j | i = p, j = q) K[f,c,0,0] * dO[f,i,j]"""
    columns = dO.reshape(5, 16)
    weights = K.reshape(5, 3).transpose(1, 0)
    results = dX.reshape(3, 16)
    np.matmul(weights, columns, out=results)


def pointwise_backward_weights(X, dO, dK):
    """dK[f,c,0,0] = sum(i,j) dO[f,i,j] * X[c,i,j]"""
    columns = X.reshape(3, 16)
    signal = dO.reshape(5, 16)
    gradient = dK.reshape(5, 3)
    np.matmul(signal, columns.T, out=gradient)
