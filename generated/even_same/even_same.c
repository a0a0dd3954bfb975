/* convgen 0.1.0 spec: input=6x6 kernel=4x2 padding=1:2x0:1
 *
 * Written by
 *     convgen generate --spec "input=6x6 kernel=4x2 padding=1:2x0:1" \
 *         --target c --dtype float32 --name even_same
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q]  HW  6 x 6
 *     K[m,n]  HW  4 x 2
 *     b[0]    O   1
 *     O[i,j]  HW  6 x 6
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           unrolled       220        220   9  as written
 *     backward_data     unrolled       220        184   8  as written
 *     backward_weights  unrolled       220        212  36  as written
 *     backward_bias     unrolled         0         35  36  as written
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

#include "even_same.h"

/* O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-1,j+n] */
void even_same_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    const float X_0_0 = X[0], X_0_1 = X[1], X_0_2 = X[2], X_0_3 = X[3], X_0_4 = X[4], X_0_5 = X[5];
    const float X_1_0 = X[6], X_1_1 = X[7], X_1_2 = X[8], X_1_3 = X[9], X_1_4 = X[10],
        X_1_5 = X[11];
    const float X_2_0 = X[12], X_2_1 = X[13], X_2_2 = X[14], X_2_3 = X[15], X_2_4 = X[16],
        X_2_5 = X[17];
    const float X_3_0 = X[18], X_3_1 = X[19], X_3_2 = X[20], X_3_3 = X[21], X_3_4 = X[22],
        X_3_5 = X[23];
    const float X_4_0 = X[24], X_4_1 = X[25], X_4_2 = X[26], X_4_3 = X[27], X_4_4 = X[28],
        X_4_5 = X[29];
    const float X_5_0 = X[30], X_5_1 = X[31], X_5_2 = X[32], X_5_3 = X[33], X_5_4 = X[34],
        X_5_5 = X[35];
    const float K_0_0 = K[0], K_0_1 = K[1];
    const float K_1_0 = K[2], K_1_1 = K[3];
    const float K_2_0 = K[4], K_2_1 = K[5];
    const float K_3_0 = K[6], K_3_1 = K[7];

    /* O_0_0 */ O[0] = b[0] + K_1_0 * X_0_0 + K_1_1 * X_0_1 + K_2_0 * X_1_0 + K_2_1 * X_1_1
        + K_3_0 * X_2_0 + K_3_1 * X_2_1;
    /* O_0_1 */ O[1] = b[0] + K_1_0 * X_0_1 + K_1_1 * X_0_2 + K_2_0 * X_1_1 + K_2_1 * X_1_2
        + K_3_0 * X_2_1 + K_3_1 * X_2_2;
    /* O_0_2 */ O[2] = b[0] + K_1_0 * X_0_2 + K_1_1 * X_0_3 + K_2_0 * X_1_2 + K_2_1 * X_1_3
        + K_3_0 * X_2_2 + K_3_1 * X_2_3;
    /* O_0_3 */ O[3] = b[0] + K_1_0 * X_0_3 + K_1_1 * X_0_4 + K_2_0 * X_1_3 + K_2_1 * X_1_4
        + K_3_0 * X_2_3 + K_3_1 * X_2_4;
    /* O_0_4 */ O[4] = b[0] + K_1_0 * X_0_4 + K_1_1 * X_0_5 + K_2_0 * X_1_4 + K_2_1 * X_1_5
        + K_3_0 * X_2_4 + K_3_1 * X_2_5;
    /* O_0_5 */ O[5] = b[0] + K_1_0 * X_0_5 + K_2_0 * X_1_5 + K_3_0 * X_2_5;
    /* O_1_0 */ O[6] = b[0] + K_0_0 * X_0_0 + K_0_1 * X_0_1 + K_1_0 * X_1_0 + K_1_1 * X_1_1
        + K_2_0 * X_2_0 + K_2_1 * X_2_1 + K_3_0 * X_3_0 + K_3_1 * X_3_1;
    /* O_1_1 */ O[7] = b[0] + K_0_0 * X_0_1 + K_0_1 * X_0_2 + K_1_0 * X_1_1 + K_1_1 * X_1_2
        + K_2_0 * X_2_1 + K_2_1 * X_2_2 + K_3_0 * X_3_1 + K_3_1 * X_3_2;
    /* O_1_2 */ O[8] = b[0] + K_0_0 * X_0_2 + K_0_1 * X_0_3 + K_1_0 * X_1_2 + K_1_1 * X_1_3
        + K_2_0 * X_2_2 + K_2_1 * X_2_3 + K_3_0 * X_3_2 + K_3_1 * X_3_3;
    /* O_1_3 */ O[9] = b[0] + K_0_0 * X_0_3 + K_0_1 * X_0_4 + K_1_0 * X_1_3 + K_1_1 * X_1_4
        + K_2_0 * X_2_3 + K_2_1 * X_2_4 + K_3_0 * X_3_3 + K_3_1 * X_3_4;
    /* O_1_4 */ O[10] = b[0] + K_0_0 * X_0_4 + K_0_1 * X_0_5 + K_1_0 * X_1_4 + K_1_1 * X_1_5
        + K_2_0 * X_2_4 + K_2_1 * X_2_5 + K_3_0 * X_3_4 + K_3_1 * X_3_5;
    /* O_1_5 */ O[11] = b[0] + K_0_0 * X_0_5 + K_1_0 * X_1_5 + K_2_0 * X_2_5 + K_3_0 * X_3_5;
    /* O_2_0 */ O[12] = b[0] + K_0_0 * X_1_0 + K_0_1 * X_1_1 + K_1_0 * X_2_0 + K_1_1 * X_2_1
        + K_2_0 * X_3_0 + K_2_1 * X_3_1 + K_3_0 * X_4_0 + K_3_1 * X_4_1;
    /* O_2_1 */ O[13] = b[0] + K_0_0 * X_1_1 + K_0_1 * X_1_2 + K_1_0 * X_2_1 + K_1_1 * X_2_2
        + K_2_0 * X_3_1 + K_2_1 * X_3_2 + K_3_0 * X_4_1 + K_3_1 * X_4_2;
    /* O_2_2 */ O[14] = b[0] + K_0_0 * X_1_2 + K_0_1 * X_1_3 + K_1_0 * X_2_2 + K_1_1 * X_2_3
        + K_2_0 * X_3_2 + K_2_1 * X_3_3 + K_3_0 * X_4_2 + K_3_1 * X_4_3;
    /* O_2_3 */ O[15] = b[0] + K_0_0 * X_1_3 + K_0_1 * X_1_4 + K_1_0 * X_2_3 + K_1_1 * X_2_4
        + K_2_0 * X_3_3 + K_2_1 * X_3_4 + K_3_0 * X_4_3 + K_3_1 * X_4_4;
    /* O_2_4 */ O[16] = b[0] + K_0_0 * X_1_4 + K_0_1 * X_1_5 + K_1_0 * X_2_4 + K_1_1 * X_2_5
        + K_2_0 * X_3_4 + K_2_1 * X_3_5 + K_3_0 * X_4_4 + K_3_1 * X_4_5;
    /* O_2_5 */ O[17] = b[0] + K_0_0 * X_1_5 + K_1_0 * X_2_5 + K_2_0 * X_3_5 + K_3_0 * X_4_5;
    /* O_3_0 */ O[18] = b[0] + K_0_0 * X_2_0 + K_0_1 * X_2_1 + K_1_0 * X_3_0 + K_1_1 * X_3_1
        + K_2_0 * X_4_0 + K_2_1 * X_4_1 + K_3_0 * X_5_0 + K_3_1 * X_5_1;
    /* O_3_1 */ O[19] = b[0] + K_0_0 * X_2_1 + K_0_1 * X_2_2 + K_1_0 * X_3_1 + K_1_1 * X_3_2
        + K_2_0 * X_4_1 + K_2_1 * X_4_2 + K_3_0 * X_5_1 + K_3_1 * X_5_2;
    /* O_3_2 */ O[20] = b[0] + K_0_0 * X_2_2 + K_0_1 * X_2_3 + K_1_0 * X_3_2 + K_1_1 * X_3_3
        + K_2_0 * X_4_2 + K_2_1 * X_4_3 + K_3_0 * X_5_2 + K_3_1 * X_5_3;
    /* O_3_3 */ O[21] = b[0] + K_0_0 * X_2_3 + K_0_1 * X_2_4 + K_1_0 * X_3_3 + K_1_1 * X_3_4
        + K_2_0 * X_4_3 + K_2_1 * X_4_4 + K_3_0 * X_5_3 + K_3_1 * X_5_4;
    /* O_3_4 */ O[22] = b[0] + K_0_0 * X_2_4 + K_0_1 * X_2_5 + K_1_0 * X_3_4 + K_1_1 * X_3_5
        + K_2_0 * X_4_4 + K_2_1 * X_4_5 + K_3_0 * X_5_4 + K_3_1 * X_5_5;
    /* O_3_5 */ O[23] = b[0] + K_0_0 * X_2_5 + K_1_0 * X_3_5 + K_2_0 * X_4_5 + K_3_0 * X_5_5;
    /* O_4_0 */ O[24] = b[0] + K_0_0 * X_3_0 + K_0_1 * X_3_1 + K_1_0 * X_4_0 + K_1_1 * X_4_1
        + K_2_0 * X_5_0 + K_2_1 * X_5_1;
    /* O_4_1 */ O[25] = b[0] + K_0_0 * X_3_1 + K_0_1 * X_3_2 + K_1_0 * X_4_1 + K_1_1 * X_4_2
        + K_2_0 * X_5_1 + K_2_1 * X_5_2;
    /* O_4_2 */ O[26] = b[0] + K_0_0 * X_3_2 + K_0_1 * X_3_3 + K_1_0 * X_4_2 + K_1_1 * X_4_3
        + K_2_0 * X_5_2 + K_2_1 * X_5_3;
    /* O_4_3 */ O[27] = b[0] + K_0_0 * X_3_3 + K_0_1 * X_3_4 + K_1_0 * X_4_3 + K_1_1 * X_4_4
        + K_2_0 * X_5_3 + K_2_1 * X_5_4;
    /* O_4_4 */ O[28] = b[0] + K_0_0 * X_3_4 + K_0_1 * X_3_5 + K_1_0 * X_4_4 + K_1_1 * X_4_5
        + K_2_0 * X_5_4 + K_2_1 * X_5_5;
    /* O_4_5 */ O[29] = b[0] + K_0_0 * X_3_5 + K_1_0 * X_4_5 + K_2_0 * X_5_5;
    /* O_5_0 */ O[30] = b[0] + K_0_0 * X_4_0 + K_0_1 * X_4_1 + K_1_0 * X_5_0 + K_1_1 * X_5_1;
    /* O_5_1 */ O[31] = b[0] + K_0_0 * X_4_1 + K_0_1 * X_4_2 + K_1_0 * X_5_1 + K_1_1 * X_5_2;
    /* O_5_2 */ O[32] = b[0] + K_0_0 * X_4_2 + K_0_1 * X_4_3 + K_1_0 * X_5_2 + K_1_1 * X_5_3;
    /* O_5_3 */ O[33] = b[0] + K_0_0 * X_4_3 + K_0_1 * X_4_4 + K_1_0 * X_5_3 + K_1_1 * X_5_4;
    /* O_5_4 */ O[34] = b[0] + K_0_0 * X_4_4 + K_0_1 * X_4_5 + K_1_0 * X_5_4 + K_1_1 * X_5_5;
    /* O_5_5 */ O[35] = b[0] + K_0_0 * X_4_5 + K_1_0 * X_5_5;
}

/* dX[p,q] = sum(i,j,m,n | i+m-1 = p, j+n = q) K[m,n] * dO[i,j] */
void even_same_backward_data(const float *restrict K, const float *restrict dO, float *restrict dX)
{
    const float K_0_0 = K[0], K_0_1 = K[1];
    const float K_1_0 = K[2], K_1_1 = K[3];
    const float K_2_0 = K[4], K_2_1 = K[5];
    const float K_3_0 = K[6], K_3_1 = K[7];
    const float dO_0_0 = dO[0], dO_0_1 = dO[1], dO_0_2 = dO[2], dO_0_3 = dO[3], dO_0_4 = dO[4],
        dO_0_5 = dO[5];
    const float dO_1_0 = dO[6], dO_1_1 = dO[7], dO_1_2 = dO[8], dO_1_3 = dO[9], dO_1_4 = dO[10],
        dO_1_5 = dO[11];
    const float dO_2_0 = dO[12], dO_2_1 = dO[13], dO_2_2 = dO[14], dO_2_3 = dO[15], dO_2_4 = dO[16],
        dO_2_5 = dO[17];
    const float dO_3_0 = dO[18], dO_3_1 = dO[19], dO_3_2 = dO[20], dO_3_3 = dO[21], dO_3_4 = dO[22],
        dO_3_5 = dO[23];
    const float dO_4_0 = dO[24], dO_4_1 = dO[25], dO_4_2 = dO[26], dO_4_3 = dO[27], dO_4_4 = dO[28],
        dO_4_5 = dO[29];
    const float dO_5_0 = dO[30], dO_5_1 = dO[31], dO_5_2 = dO[32], dO_5_3 = dO[33], dO_5_4 = dO[34],
        dO_5_5 = dO[35];

    /* dX_0_0 */ dX[0] = K_1_0 * dO_0_0 + K_0_0 * dO_1_0;
    /* dX_0_1 */ dX[1] = K_1_1 * dO_0_0 + K_1_0 * dO_0_1 + K_0_1 * dO_1_0 + K_0_0 * dO_1_1;
    /* dX_0_2 */ dX[2] = K_1_1 * dO_0_1 + K_1_0 * dO_0_2 + K_0_1 * dO_1_1 + K_0_0 * dO_1_2;
    /* dX_0_3 */ dX[3] = K_1_1 * dO_0_2 + K_1_0 * dO_0_3 + K_0_1 * dO_1_2 + K_0_0 * dO_1_3;
    /* dX_0_4 */ dX[4] = K_1_1 * dO_0_3 + K_1_0 * dO_0_4 + K_0_1 * dO_1_3 + K_0_0 * dO_1_4;
    /* dX_0_5 */ dX[5] = K_1_1 * dO_0_4 + K_1_0 * dO_0_5 + K_0_1 * dO_1_4 + K_0_0 * dO_1_5;
    /* dX_1_0 */ dX[6] = K_2_0 * dO_0_0 + K_1_0 * dO_1_0 + K_0_0 * dO_2_0;
    /* dX_1_1 */ dX[7] = K_2_1 * dO_0_0 + K_2_0 * dO_0_1 + K_1_1 * dO_1_0 + K_1_0 * dO_1_1
        + K_0_1 * dO_2_0 + K_0_0 * dO_2_1;
    /* dX_1_2 */ dX[8] = K_2_1 * dO_0_1 + K_2_0 * dO_0_2 + K_1_1 * dO_1_1 + K_1_0 * dO_1_2
        + K_0_1 * dO_2_1 + K_0_0 * dO_2_2;
    /* dX_1_3 */ dX[9] = K_2_1 * dO_0_2 + K_2_0 * dO_0_3 + K_1_1 * dO_1_2 + K_1_0 * dO_1_3
        + K_0_1 * dO_2_2 + K_0_0 * dO_2_3;
    /* dX_1_4 */ dX[10] = K_2_1 * dO_0_3 + K_2_0 * dO_0_4 + K_1_1 * dO_1_3 + K_1_0 * dO_1_4
        + K_0_1 * dO_2_3 + K_0_0 * dO_2_4;
    /* dX_1_5 */ dX[11] = K_2_1 * dO_0_4 + K_2_0 * dO_0_5 + K_1_1 * dO_1_4 + K_1_0 * dO_1_5
        + K_0_1 * dO_2_4 + K_0_0 * dO_2_5;
    /* dX_2_0 */ dX[12] = K_3_0 * dO_0_0 + K_2_0 * dO_1_0 + K_1_0 * dO_2_0 + K_0_0 * dO_3_0;
    /* dX_2_1 */ dX[13] = K_3_1 * dO_0_0 + K_3_0 * dO_0_1 + K_2_1 * dO_1_0 + K_2_0 * dO_1_1
        + K_1_1 * dO_2_0 + K_1_0 * dO_2_1 + K_0_1 * dO_3_0 + K_0_0 * dO_3_1;
    /* dX_2_2 */ dX[14] = K_3_1 * dO_0_1 + K_3_0 * dO_0_2 + K_2_1 * dO_1_1 + K_2_0 * dO_1_2
        + K_1_1 * dO_2_1 + K_1_0 * dO_2_2 + K_0_1 * dO_3_1 + K_0_0 * dO_3_2;
    /* dX_2_3 */ dX[15] = K_3_1 * dO_0_2 + K_3_0 * dO_0_3 + K_2_1 * dO_1_2 + K_2_0 * dO_1_3
        + K_1_1 * dO_2_2 + K_1_0 * dO_2_3 + K_0_1 * dO_3_2 + K_0_0 * dO_3_3;
    /* dX_2_4 */ dX[16] = K_3_1 * dO_0_3 + K_3_0 * dO_0_4 + K_2_1 * dO_1_3 + K_2_0 * dO_1_4
        + K_1_1 * dO_2_3 + K_1_0 * dO_2_4 + K_0_1 * dO_3_3 + K_0_0 * dO_3_4;
    /* dX_2_5 */ dX[17] = K_3_1 * dO_0_4 + K_3_0 * dO_0_5 + K_2_1 * dO_1_4 + K_2_0 * dO_1_5
        + K_1_1 * dO_2_4 + K_1_0 * dO_2_5 + K_0_1 * dO_3_4 + K_0_0 * dO_3_5;
    /* dX_3_0 */ dX[18] = K_3_0 * dO_1_0 + K_2_0 * dO_2_0 + K_1_0 * dO_3_0 + K_0_0 * dO_4_0;
    /* dX_3_1 */ dX[19] = K_3_1 * dO_1_0 + K_3_0 * dO_1_1 + K_2_1 * dO_2_0 + K_2_0 * dO_2_1
        + K_1_1 * dO_3_0 + K_1_0 * dO_3_1 + K_0_1 * dO_4_0 + K_0_0 * dO_4_1;
    /* dX_3_2 */ dX[20] = K_3_1 * dO_1_1 + K_3_0 * dO_1_2 + K_2_1 * dO_2_1 + K_2_0 * dO_2_2
        + K_1_1 * dO_3_1 + K_1_0 * dO_3_2 + K_0_1 * dO_4_1 + K_0_0 * dO_4_2;
    /* dX_3_3 */ dX[21] = K_3_1 * dO_1_2 + K_3_0 * dO_1_3 + K_2_1 * dO_2_2 + K_2_0 * dO_2_3
        + K_1_1 * dO_3_2 + K_1_0 * dO_3_3 + K_0_1 * dO_4_2 + K_0_0 * dO_4_3;
    /* dX_3_4 */ dX[22] = K_3_1 * dO_1_3 + K_3_0 * dO_1_4 + K_2_1 * dO_2_3 + K_2_0 * dO_2_4
        + K_1_1 * dO_3_3 + K_1_0 * dO_3_4 + K_0_1 * dO_4_3 + K_0_0 * dO_4_4;
    /* dX_3_5 */ dX[23] = K_3_1 * dO_1_4 + K_3_0 * dO_1_5 + K_2_1 * dO_2_4 + K_2_0 * dO_2_5
        + K_1_1 * dO_3_4 + K_1_0 * dO_3_5 + K_0_1 * dO_4_4 + K_0_0 * dO_4_5;
    /* dX_4_0 */ dX[24] = K_3_0 * dO_2_0 + K_2_0 * dO_3_0 + K_1_0 * dO_4_0 + K_0_0 * dO_5_0;
    /* dX_4_1 */ dX[25] = K_3_1 * dO_2_0 + K_3_0 * dO_2_1 + K_2_1 * dO_3_0 + K_2_0 * dO_3_1
        + K_1_1 * dO_4_0 + K_1_0 * dO_4_1 + K_0_1 * dO_5_0 + K_0_0 * dO_5_1;
    /* dX_4_2 */ dX[26] = K_3_1 * dO_2_1 + K_3_0 * dO_2_2 + K_2_1 * dO_3_1 + K_2_0 * dO_3_2
        + K_1_1 * dO_4_1 + K_1_0 * dO_4_2 + K_0_1 * dO_5_1 + K_0_0 * dO_5_2;
    /* dX_4_3 */ dX[27] = K_3_1 * dO_2_2 + K_3_0 * dO_2_3 + K_2_1 * dO_3_2 + K_2_0 * dO_3_3
        + K_1_1 * dO_4_2 + K_1_0 * dO_4_3 + K_0_1 * dO_5_2 + K_0_0 * dO_5_3;
    /* dX_4_4 */ dX[28] = K_3_1 * dO_2_3 + K_3_0 * dO_2_4 + K_2_1 * dO_3_3 + K_2_0 * dO_3_4
        + K_1_1 * dO_4_3 + K_1_0 * dO_4_4 + K_0_1 * dO_5_3 + K_0_0 * dO_5_4;
    /* dX_4_5 */ dX[29] = K_3_1 * dO_2_4 + K_3_0 * dO_2_5 + K_2_1 * dO_3_4 + K_2_0 * dO_3_5
        + K_1_1 * dO_4_4 + K_1_0 * dO_4_5 + K_0_1 * dO_5_4 + K_0_0 * dO_5_5;
    /* dX_5_0 */ dX[30] = K_3_0 * dO_3_0 + K_2_0 * dO_4_0 + K_1_0 * dO_5_0;
    /* dX_5_1 */ dX[31] = K_3_1 * dO_3_0 + K_3_0 * dO_3_1 + K_2_1 * dO_4_0 + K_2_0 * dO_4_1
        + K_1_1 * dO_5_0 + K_1_0 * dO_5_1;
    /* dX_5_2 */ dX[32] = K_3_1 * dO_3_1 + K_3_0 * dO_3_2 + K_2_1 * dO_4_1 + K_2_0 * dO_4_2
        + K_1_1 * dO_5_1 + K_1_0 * dO_5_2;
    /* dX_5_3 */ dX[33] = K_3_1 * dO_3_2 + K_3_0 * dO_3_3 + K_2_1 * dO_4_2 + K_2_0 * dO_4_3
        + K_1_1 * dO_5_2 + K_1_0 * dO_5_3;
    /* dX_5_4 */ dX[34] = K_3_1 * dO_3_3 + K_3_0 * dO_3_4 + K_2_1 * dO_4_3 + K_2_0 * dO_4_4
        + K_1_1 * dO_5_3 + K_1_0 * dO_5_4;
    /* dX_5_5 */ dX[35] = K_3_1 * dO_3_4 + K_3_0 * dO_3_5 + K_2_1 * dO_4_4 + K_2_0 * dO_4_5
        + K_1_1 * dO_5_4 + K_1_0 * dO_5_5;
}

/* dK[m,n] = sum(i,j) dO[i,j] * X[i+m-1,j+n] */
void even_same_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    const float X_0_0 = X[0], X_0_1 = X[1], X_0_2 = X[2], X_0_3 = X[3], X_0_4 = X[4], X_0_5 = X[5];
    const float X_1_0 = X[6], X_1_1 = X[7], X_1_2 = X[8], X_1_3 = X[9], X_1_4 = X[10],
        X_1_5 = X[11];
    const float X_2_0 = X[12], X_2_1 = X[13], X_2_2 = X[14], X_2_3 = X[15], X_2_4 = X[16],
        X_2_5 = X[17];
    const float X_3_0 = X[18], X_3_1 = X[19], X_3_2 = X[20], X_3_3 = X[21], X_3_4 = X[22],
        X_3_5 = X[23];
    const float X_4_0 = X[24], X_4_1 = X[25], X_4_2 = X[26], X_4_3 = X[27], X_4_4 = X[28],
        X_4_5 = X[29];
    const float X_5_0 = X[30], X_5_1 = X[31], X_5_2 = X[32], X_5_3 = X[33], X_5_4 = X[34],
        X_5_5 = X[35];
    const float dO_0_0 = dO[0], dO_0_1 = dO[1], dO_0_2 = dO[2], dO_0_3 = dO[3], dO_0_4 = dO[4],
        dO_0_5 = dO[5];
    const float dO_1_0 = dO[6], dO_1_1 = dO[7], dO_1_2 = dO[8], dO_1_3 = dO[9], dO_1_4 = dO[10],
        dO_1_5 = dO[11];
    const float dO_2_0 = dO[12], dO_2_1 = dO[13], dO_2_2 = dO[14], dO_2_3 = dO[15], dO_2_4 = dO[16],
        dO_2_5 = dO[17];
    const float dO_3_0 = dO[18], dO_3_1 = dO[19], dO_3_2 = dO[20], dO_3_3 = dO[21], dO_3_4 = dO[22],
        dO_3_5 = dO[23];
    const float dO_4_0 = dO[24], dO_4_1 = dO[25], dO_4_2 = dO[26], dO_4_3 = dO[27], dO_4_4 = dO[28],
        dO_4_5 = dO[29];
    const float dO_5_0 = dO[30], dO_5_1 = dO[31], dO_5_2 = dO[32], dO_5_3 = dO[33], dO_5_4 = dO[34],
        dO_5_5 = dO[35];

    /* dK_0_0 */ dK[0] = dO_1_0 * X_0_0 + dO_1_1 * X_0_1 + dO_1_2 * X_0_2 + dO_1_3 * X_0_3
        + dO_1_4 * X_0_4 + dO_1_5 * X_0_5 + dO_2_0 * X_1_0 + dO_2_1 * X_1_1 + dO_2_2 * X_1_2
        + dO_2_3 * X_1_3 + dO_2_4 * X_1_4 + dO_2_5 * X_1_5 + dO_3_0 * X_2_0 + dO_3_1 * X_2_1
        + dO_3_2 * X_2_2 + dO_3_3 * X_2_3 + dO_3_4 * X_2_4 + dO_3_5 * X_2_5 + dO_4_0 * X_3_0
        + dO_4_1 * X_3_1 + dO_4_2 * X_3_2 + dO_4_3 * X_3_3 + dO_4_4 * X_3_4 + dO_4_5 * X_3_5
        + dO_5_0 * X_4_0 + dO_5_1 * X_4_1 + dO_5_2 * X_4_2 + dO_5_3 * X_4_3 + dO_5_4 * X_4_4
        + dO_5_5 * X_4_5;
    /* dK_0_1 */ dK[1] = dO_1_0 * X_0_1 + dO_1_1 * X_0_2 + dO_1_2 * X_0_3 + dO_1_3 * X_0_4
        + dO_1_4 * X_0_5 + dO_2_0 * X_1_1 + dO_2_1 * X_1_2 + dO_2_2 * X_1_3 + dO_2_3 * X_1_4
        + dO_2_4 * X_1_5 + dO_3_0 * X_2_1 + dO_3_1 * X_2_2 + dO_3_2 * X_2_3 + dO_3_3 * X_2_4
        + dO_3_4 * X_2_5 + dO_4_0 * X_3_1 + dO_4_1 * X_3_2 + dO_4_2 * X_3_3 + dO_4_3 * X_3_4
        + dO_4_4 * X_3_5 + dO_5_0 * X_4_1 + dO_5_1 * X_4_2 + dO_5_2 * X_4_3 + dO_5_3 * X_4_4
        + dO_5_4 * X_4_5;
    /* dK_1_0 */ dK[2] = dO_0_0 * X_0_0 + dO_0_1 * X_0_1 + dO_0_2 * X_0_2 + dO_0_3 * X_0_3
        + dO_0_4 * X_0_4 + dO_0_5 * X_0_5 + dO_1_0 * X_1_0 + dO_1_1 * X_1_1 + dO_1_2 * X_1_2
        + dO_1_3 * X_1_3 + dO_1_4 * X_1_4 + dO_1_5 * X_1_5 + dO_2_0 * X_2_0 + dO_2_1 * X_2_1
        + dO_2_2 * X_2_2 + dO_2_3 * X_2_3 + dO_2_4 * X_2_4 + dO_2_5 * X_2_5 + dO_3_0 * X_3_0
        + dO_3_1 * X_3_1 + dO_3_2 * X_3_2 + dO_3_3 * X_3_3 + dO_3_4 * X_3_4 + dO_3_5 * X_3_5
        + dO_4_0 * X_4_0 + dO_4_1 * X_4_1 + dO_4_2 * X_4_2 + dO_4_3 * X_4_3 + dO_4_4 * X_4_4
        + dO_4_5 * X_4_5 + dO_5_0 * X_5_0 + dO_5_1 * X_5_1 + dO_5_2 * X_5_2 + dO_5_3 * X_5_3
        + dO_5_4 * X_5_4 + dO_5_5 * X_5_5;
    /* dK_1_1 */ dK[3] = dO_0_0 * X_0_1 + dO_0_1 * X_0_2 + dO_0_2 * X_0_3 + dO_0_3 * X_0_4
        + dO_0_4 * X_0_5 + dO_1_0 * X_1_1 + dO_1_1 * X_1_2 + dO_1_2 * X_1_3 + dO_1_3 * X_1_4
        + dO_1_4 * X_1_5 + dO_2_0 * X_2_1 + dO_2_1 * X_2_2 + dO_2_2 * X_2_3 + dO_2_3 * X_2_4
        + dO_2_4 * X_2_5 + dO_3_0 * X_3_1 + dO_3_1 * X_3_2 + dO_3_2 * X_3_3 + dO_3_3 * X_3_4
        + dO_3_4 * X_3_5 + dO_4_0 * X_4_1 + dO_4_1 * X_4_2 + dO_4_2 * X_4_3 + dO_4_3 * X_4_4
        + dO_4_4 * X_4_5 + dO_5_0 * X_5_1 + dO_5_1 * X_5_2 + dO_5_2 * X_5_3 + dO_5_3 * X_5_4
        + dO_5_4 * X_5_5;
    /* dK_2_0 */ dK[4] = dO_0_0 * X_1_0 + dO_0_1 * X_1_1 + dO_0_2 * X_1_2 + dO_0_3 * X_1_3
        + dO_0_4 * X_1_4 + dO_0_5 * X_1_5 + dO_1_0 * X_2_0 + dO_1_1 * X_2_1 + dO_1_2 * X_2_2
        + dO_1_3 * X_2_3 + dO_1_4 * X_2_4 + dO_1_5 * X_2_5 + dO_2_0 * X_3_0 + dO_2_1 * X_3_1
        + dO_2_2 * X_3_2 + dO_2_3 * X_3_3 + dO_2_4 * X_3_4 + dO_2_5 * X_3_5 + dO_3_0 * X_4_0
        + dO_3_1 * X_4_1 + dO_3_2 * X_4_2 + dO_3_3 * X_4_3 + dO_3_4 * X_4_4 + dO_3_5 * X_4_5
        + dO_4_0 * X_5_0 + dO_4_1 * X_5_1 + dO_4_2 * X_5_2 + dO_4_3 * X_5_3 + dO_4_4 * X_5_4
        + dO_4_5 * X_5_5;
    /* dK_2_1 */ dK[5] = dO_0_0 * X_1_1 + dO_0_1 * X_1_2 + dO_0_2 * X_1_3 + dO_0_3 * X_1_4
        + dO_0_4 * X_1_5 + dO_1_0 * X_2_1 + dO_1_1 * X_2_2 + dO_1_2 * X_2_3 + dO_1_3 * X_2_4
        + dO_1_4 * X_2_5 + dO_2_0 * X_3_1 + dO_2_1 * X_3_2 + dO_2_2 * X_3_3 + dO_2_3 * X_3_4
        + dO_2_4 * X_3_5 + dO_3_0 * X_4_1 + dO_3_1 * X_4_2 + dO_3_2 * X_4_3 + dO_3_3 * X_4_4
        + dO_3_4 * X_4_5 + dO_4_0 * X_5_1 + dO_4_1 * X_5_2 + dO_4_2 * X_5_3 + dO_4_3 * X_5_4
        + dO_4_4 * X_5_5;
    /* dK_3_0 */ dK[6] = dO_0_0 * X_2_0 + dO_0_1 * X_2_1 + dO_0_2 * X_2_2 + dO_0_3 * X_2_3
        + dO_0_4 * X_2_4 + dO_0_5 * X_2_5 + dO_1_0 * X_3_0 + dO_1_1 * X_3_1 + dO_1_2 * X_3_2
        + dO_1_3 * X_3_3 + dO_1_4 * X_3_4 + dO_1_5 * X_3_5 + dO_2_0 * X_4_0 + dO_2_1 * X_4_1
        + dO_2_2 * X_4_2 + dO_2_3 * X_4_3 + dO_2_4 * X_4_4 + dO_2_5 * X_4_5 + dO_3_0 * X_5_0
        + dO_3_1 * X_5_1 + dO_3_2 * X_5_2 + dO_3_3 * X_5_3 + dO_3_4 * X_5_4 + dO_3_5 * X_5_5;
    /* dK_3_1 */ dK[7] = dO_0_0 * X_2_1 + dO_0_1 * X_2_2 + dO_0_2 * X_2_3 + dO_0_3 * X_2_4
        + dO_0_4 * X_2_5 + dO_1_0 * X_3_1 + dO_1_1 * X_3_2 + dO_1_2 * X_3_3 + dO_1_3 * X_3_4
        + dO_1_4 * X_3_5 + dO_2_0 * X_4_1 + dO_2_1 * X_4_2 + dO_2_2 * X_4_3 + dO_2_3 * X_4_4
        + dO_2_4 * X_4_5 + dO_3_0 * X_5_1 + dO_3_1 * X_5_2 + dO_3_2 * X_5_3 + dO_3_3 * X_5_4
        + dO_3_4 * X_5_5;
}

/* db[0] = sum(i,j) dO[i,j] */
void even_same_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0 = dO[0], dO_0_1 = dO[1], dO_0_2 = dO[2], dO_0_3 = dO[3], dO_0_4 = dO[4],
        dO_0_5 = dO[5];
    const float dO_1_0 = dO[6], dO_1_1 = dO[7], dO_1_2 = dO[8], dO_1_3 = dO[9], dO_1_4 = dO[10],
        dO_1_5 = dO[11];
    const float dO_2_0 = dO[12], dO_2_1 = dO[13], dO_2_2 = dO[14], dO_2_3 = dO[15], dO_2_4 = dO[16],
        dO_2_5 = dO[17];
    const float dO_3_0 = dO[18], dO_3_1 = dO[19], dO_3_2 = dO[20], dO_3_3 = dO[21], dO_3_4 = dO[22],
        dO_3_5 = dO[23];
    const float dO_4_0 = dO[24], dO_4_1 = dO[25], dO_4_2 = dO[26], dO_4_3 = dO[27], dO_4_4 = dO[28],
        dO_4_5 = dO[29];
    const float dO_5_0 = dO[30], dO_5_1 = dO[31], dO_5_2 = dO[32], dO_5_3 = dO[33], dO_5_4 = dO[34],
        dO_5_5 = dO[35];

    /* db */ db[0] = dO_0_0 + dO_0_1 + dO_0_2 + dO_0_3 + dO_0_4 + dO_0_5 + dO_1_0 + dO_1_1 + dO_1_2
        + dO_1_3 + dO_1_4 + dO_1_5 + dO_2_0 + dO_2_1 + dO_2_2 + dO_2_3 + dO_2_4 + dO_2_5 + dO_3_0
        + dO_3_1 + dO_3_2 + dO_3_3 + dO_3_4 + dO_3_5 + dO_4_0 + dO_4_1 + dO_4_2 + dO_4_3 + dO_4_4
        + dO_4_5 + dO_5_0 + dO_5_1 + dO_5_2 + dO_5_3 + dO_5_4 + dO_5_5;
}
