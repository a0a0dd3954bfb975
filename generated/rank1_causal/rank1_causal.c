/* convgen 0.1.0 spec: input=8 kernel=3 padding=2:0
 *
 * Written by
 *     convgen generate --spec "input=8 kernel=3 padding=2:0" \
 *         --target c --dtype float32 --name rank1_causal
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p]  W  8
 *     K[m]  W  3
 *     b[0]  O  1
 *     O[i]  W  8
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions  n  order of each sum
 *     forward           unrolled        21         21  4  as written
 *     backward_data     unrolled        21         13  3  as written
 *     backward_weights  unrolled        21         18  8  as written
 *     backward_bias     unrolled         0          7  8  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "rank1_causal.h"

/* O[i] = b[0] + sum(m) K[m] * X[i+m-2] */
void rank1_causal_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    const float X_0 = X[0], X_1 = X[1], X_2 = X[2], X_3 = X[3], X_4 = X[4], X_5 = X[5], X_6 = X[6],
        X_7 = X[7];
    const float K_0 = K[0], K_1 = K[1], K_2 = K[2];

    /* O_0 */ O[0] = b[0] + K_2 * X_0;
    /* O_1 */ O[1] = b[0] + K_1 * X_0 + K_2 * X_1;
    /* O_2 */ O[2] = b[0] + K_0 * X_0 + K_1 * X_1 + K_2 * X_2;
    /* O_3 */ O[3] = b[0] + K_0 * X_1 + K_1 * X_2 + K_2 * X_3;
    /* O_4 */ O[4] = b[0] + K_0 * X_2 + K_1 * X_3 + K_2 * X_4;
    /* O_5 */ O[5] = b[0] + K_0 * X_3 + K_1 * X_4 + K_2 * X_5;
    /* O_6 */ O[6] = b[0] + K_0 * X_4 + K_1 * X_5 + K_2 * X_6;
    /* O_7 */ O[7] = b[0] + K_0 * X_5 + K_1 * X_6 + K_2 * X_7;
}

/* dX[p] = sum(i,m | i+m-2 = p) K[m] * dO[i] */
void rank1_causal_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    const float K_0 = K[0], K_1 = K[1], K_2 = K[2];
    const float dO_0 = dO[0], dO_1 = dO[1], dO_2 = dO[2], dO_3 = dO[3], dO_4 = dO[4], dO_5 = dO[5],
        dO_6 = dO[6], dO_7 = dO[7];

    /* dX_0 */ dX[0] = K_2 * dO_0 + K_1 * dO_1 + K_0 * dO_2;
    /* dX_1 */ dX[1] = K_2 * dO_1 + K_1 * dO_2 + K_0 * dO_3;
    /* dX_2 */ dX[2] = K_2 * dO_2 + K_1 * dO_3 + K_0 * dO_4;
    /* dX_3 */ dX[3] = K_2 * dO_3 + K_1 * dO_4 + K_0 * dO_5;
    /* dX_4 */ dX[4] = K_2 * dO_4 + K_1 * dO_5 + K_0 * dO_6;
    /* dX_5 */ dX[5] = K_2 * dO_5 + K_1 * dO_6 + K_0 * dO_7;
    /* dX_6 */ dX[6] = K_2 * dO_6 + K_1 * dO_7;
    /* dX_7 */ dX[7] = K_2 * dO_7;
}

/* dK[m] = sum(i) dO[i] * X[i+m-2] */
void rank1_causal_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    const float X_0 = X[0], X_1 = X[1], X_2 = X[2], X_3 = X[3], X_4 = X[4], X_5 = X[5], X_6 = X[6],
        X_7 = X[7];
    const float dO_0 = dO[0], dO_1 = dO[1], dO_2 = dO[2], dO_3 = dO[3], dO_4 = dO[4], dO_5 = dO[5],
        dO_6 = dO[6], dO_7 = dO[7];

    /* dK_0 */ dK[0] = dO_2 * X_0 + dO_3 * X_1 + dO_4 * X_2 + dO_5 * X_3 + dO_6 * X_4 + dO_7 * X_5;
    /* dK_1 */ dK[1] = dO_1 * X_0 + dO_2 * X_1 + dO_3 * X_2 + dO_4 * X_3 + dO_5 * X_4 + dO_6 * X_5
        + dO_7 * X_6;
    /* dK_2 */ dK[2] = dO_0 * X_0 + dO_1 * X_1 + dO_2 * X_2 + dO_3 * X_3 + dO_4 * X_4 + dO_5 * X_5
        + dO_6 * X_6 + dO_7 * X_7;
}

/* db[0] = sum(i) dO[i] */
void rank1_causal_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0 = dO[0], dO_1 = dO[1], dO_2 = dO[2], dO_3 = dO[3], dO_4 = dO[4], dO_5 = dO[5],
        dO_6 = dO[6], dO_7 = dO[7];

    /* db */ db[0] = dO_0 + dO_1 + dO_2 + dO_3 + dO_4 + dO_5 + dO_6 + dO_7;
}
