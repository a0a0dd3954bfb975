/* convgen 0.1.0 spec: input=2x2 kernel=3x3 padding=1x1
 *
 * Written by
 *     convgen generate --spec "input=2x2 kernel=3x3 padding=1x1" \
 *         --target c --dtype float32 --name small_input
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q]  HW  2 x 2
 *     K[m,n]  HW  3 x 3
 *     b[0]    O   1
 *     O[i,j]  HW  2 x 2
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           unrolled        16         16  10  as written
 *     backward_data     unrolled        16         12   4  as written
 *     backward_weights  unrolled        16          7   4  as written
 *     backward_bias     unrolled         0          3   4  as written
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

#include "small_input.h"

/* O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-1,j+n-1] */
void small_input_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    const float X_0_0 = X[0], X_0_1 = X[1];
    const float X_1_0 = X[2], X_1_1 = X[3];
    const float K_0_0 = K[0], K_0_1 = K[1], K_0_2 = K[2];
    const float K_1_0 = K[3], K_1_1 = K[4], K_1_2 = K[5];
    const float K_2_0 = K[6], K_2_1 = K[7], K_2_2 = K[8];

    /* O_0_0 */ O[0] = b[0] + K_1_1 * X_0_0 + K_1_2 * X_0_1 + K_2_1 * X_1_0 + K_2_2 * X_1_1;
    /* O_0_1 */ O[1] = b[0] + K_1_0 * X_0_0 + K_1_1 * X_0_1 + K_2_0 * X_1_0 + K_2_1 * X_1_1;
    /* O_1_0 */ O[2] = b[0] + K_0_1 * X_0_0 + K_0_2 * X_0_1 + K_1_1 * X_1_0 + K_1_2 * X_1_1;
    /* O_1_1 */ O[3] = b[0] + K_0_0 * X_0_0 + K_0_1 * X_0_1 + K_1_0 * X_1_0 + K_1_1 * X_1_1;
}

/* dX[p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n] * dO[i,j] */
void small_input_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    const float K_0_0 = K[0], K_0_1 = K[1], K_0_2 = K[2];
    const float K_1_0 = K[3], K_1_1 = K[4], K_1_2 = K[5];
    const float K_2_0 = K[6], K_2_1 = K[7], K_2_2 = K[8];
    const float dO_0_0 = dO[0], dO_0_1 = dO[1];
    const float dO_1_0 = dO[2], dO_1_1 = dO[3];

    /* dX_0_0 */ dX[0] = K_1_1 * dO_0_0 + K_1_0 * dO_0_1 + K_0_1 * dO_1_0 + K_0_0 * dO_1_1;
    /* dX_0_1 */ dX[1] = K_1_2 * dO_0_0 + K_1_1 * dO_0_1 + K_0_2 * dO_1_0 + K_0_1 * dO_1_1;
    /* dX_1_0 */ dX[2] = K_2_1 * dO_0_0 + K_2_0 * dO_0_1 + K_1_1 * dO_1_0 + K_1_0 * dO_1_1;
    /* dX_1_1 */ dX[3] = K_2_2 * dO_0_0 + K_2_1 * dO_0_1 + K_1_2 * dO_1_0 + K_1_1 * dO_1_1;
}

/* dK[m,n] = sum(i,j) dO[i,j] * X[i+m-1,j+n-1] */
void small_input_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    const float X_0_0 = X[0], X_0_1 = X[1];
    const float X_1_0 = X[2], X_1_1 = X[3];
    const float dO_0_0 = dO[0], dO_0_1 = dO[1];
    const float dO_1_0 = dO[2], dO_1_1 = dO[3];

    /* dK_0_0 */ dK[0] = dO_1_1 * X_0_0;
    /* dK_0_1 */ dK[1] = dO_1_0 * X_0_0 + dO_1_1 * X_0_1;
    /* dK_0_2 */ dK[2] = dO_1_0 * X_0_1;
    /* dK_1_0 */ dK[3] = dO_0_1 * X_0_0 + dO_1_1 * X_1_0;
    /* dK_1_1 */ dK[4] = dO_0_0 * X_0_0 + dO_0_1 * X_0_1 + dO_1_0 * X_1_0 + dO_1_1 * X_1_1;
    /* dK_1_2 */ dK[5] = dO_0_0 * X_0_1 + dO_1_0 * X_1_1;
    /* dK_2_0 */ dK[6] = dO_0_1 * X_1_0;
    /* dK_2_1 */ dK[7] = dO_0_0 * X_1_0 + dO_0_1 * X_1_1;
    /* dK_2_2 */ dK[8] = dO_0_0 * X_1_1;
}

/* db[0] = sum(i,j) dO[i,j] */
void small_input_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0 = dO[0], dO_0_1 = dO[1];
    const float dO_1_0 = dO[2], dO_1_1 = dO[3];

    /* db */ db[0] = dO_0_0 + dO_0_1 + dO_1_0 + dO_1_1;
}
