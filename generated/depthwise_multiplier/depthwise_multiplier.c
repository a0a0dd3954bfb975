/* convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC
 *
 * Written by
 *     convgen generate --spec "input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC" \
 *         --target c --dtype float32 --name depthwise_multiplier
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q,g]        HWC   8 x 8 x 3
 *     K[m,n,0,2*g+f]  HWIO  3 x 3 x 1 x 6
 *     b[2*g+f]        O     6
 *     O[i,j,2*g+f]    HWC   4 x 4 x 6
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           loops          726        726  10  b, then (m, n)
 *     backward_data     loops          726        726  18  0, then (i, j, f)
 *     backward_weights  loops          726        726  16  0, then (i, j)
 *     backward_bias     unrolled         0         90  16  as written
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

#include "depthwise_multiplier.h"

#include <stddef.h>

/* O[i,j,2*g+f] = b[2*g+f] + sum(m,n) K[m,n,0,2*g+f] * X[2*i+m,2*j+n,g] */
void depthwise_multiplier_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t i = 0; i < 4; ++i) {
        const ptrdiff_t m_end = i > 2 ? 8 - 2 * i : 3;
        for (ptrdiff_t j = 0; j < 4; ++j) {
            const ptrdiff_t n_end = j > 2 ? 8 - 2 * j : 3;
            for (ptrdiff_t f = 0; f < 2; ++f) {
                float sum[3];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    sum[v] = b[v * 2 + f];
                for (ptrdiff_t m = 0; m < m_end; ++m)
                    for (ptrdiff_t n = 0; n < n_end; ++n)
                        for (ptrdiff_t v = 0; v < 3; ++v)
                            sum[v] += K[m * 18 + n * 6 + v * 2 + f]
                                * X[(2 * i + m) * 24 + (2 * j + n) * 3 + v];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    O[i * 24 + j * 6 + v * 2 + f] = sum[v];
            }
        }
    }
}

/* dX[p,q,g] = sum(f,i,j,m,n | 2*i+m = p, 2*j+n = q) K[m,n,0,2*g+f] * dO[i,j,2*g+f] */
void depthwise_multiplier_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 8; ++p) {
        const ptrdiff_t i_begin = p > 2 ? (p - 1) / 2 : 0;
        const ptrdiff_t i_end = p < 6 ? (p + 2) / 2 : 4;
        for (ptrdiff_t q = 0; q < 8; ++q) {
            const ptrdiff_t j_begin = q > 2 ? (q - 1) / 2 : 0;
            const ptrdiff_t j_end = q < 6 ? (q + 2) / 2 : 4;
            float sum[3];
            for (ptrdiff_t v = 0; v < 3; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t i = i_begin; i < i_end; ++i)
                for (ptrdiff_t j = j_begin; j < j_end; ++j)
                    for (ptrdiff_t f = 0; f < 2; ++f)
                        for (ptrdiff_t v = 0; v < 3; ++v)
                            sum[v] += K[(p - 2 * i) * 18 + (q - 2 * j) * 6 + v * 2 + f]
                                * dO[i * 24 + j * 6 + v * 2 + f];
            for (ptrdiff_t v = 0; v < 3; ++v)
                dX[p * 24 + q * 3 + v] = sum[v];
        }
    }
}

/* dK[m,n,0,2*g+f] = sum(i,j) dO[i,j,2*g+f] * X[2*i+m,2*j+n,g] */
void depthwise_multiplier_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t m = 0; m < 3; ++m) {
        const ptrdiff_t i_end = m > 1 ? (9 - m) / 2 : 4;
        for (ptrdiff_t n = 0; n < 3; ++n) {
            const ptrdiff_t j_end = n > 1 ? (9 - n) / 2 : 4;
            for (ptrdiff_t f = 0; f < 2; ++f) {
                float sum[3];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t i = 0; i < i_end; ++i)
                    for (ptrdiff_t j = 0; j < j_end; ++j)
                        for (ptrdiff_t v = 0; v < 3; ++v)
                            sum[v] += dO[i * 24 + j * 6 + v * 2 + f]
                                * X[(2 * i + m) * 24 + (2 * j + n) * 3 + v];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    dK[m * 18 + n * 6 + v * 2 + f] = sum[v];
            }
        }
    }
}

/* db[2*g+f] = sum(i,j) dO[i,j,2*g+f] */
void depthwise_multiplier_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0_0 = dO[0], dO_0_0_1 = dO[1], dO_0_0_2 = dO[2], dO_0_0_3 = dO[3],
        dO_0_0_4 = dO[4], dO_0_0_5 = dO[5];
    const float dO_0_1_0 = dO[6], dO_0_1_1 = dO[7], dO_0_1_2 = dO[8], dO_0_1_3 = dO[9],
        dO_0_1_4 = dO[10], dO_0_1_5 = dO[11];
    const float dO_0_2_0 = dO[12], dO_0_2_1 = dO[13], dO_0_2_2 = dO[14], dO_0_2_3 = dO[15],
        dO_0_2_4 = dO[16], dO_0_2_5 = dO[17];
    const float dO_0_3_0 = dO[18], dO_0_3_1 = dO[19], dO_0_3_2 = dO[20], dO_0_3_3 = dO[21],
        dO_0_3_4 = dO[22], dO_0_3_5 = dO[23];
    const float dO_1_0_0 = dO[24], dO_1_0_1 = dO[25], dO_1_0_2 = dO[26], dO_1_0_3 = dO[27],
        dO_1_0_4 = dO[28], dO_1_0_5 = dO[29];
    const float dO_1_1_0 = dO[30], dO_1_1_1 = dO[31], dO_1_1_2 = dO[32], dO_1_1_3 = dO[33],
        dO_1_1_4 = dO[34], dO_1_1_5 = dO[35];
    const float dO_1_2_0 = dO[36], dO_1_2_1 = dO[37], dO_1_2_2 = dO[38], dO_1_2_3 = dO[39],
        dO_1_2_4 = dO[40], dO_1_2_5 = dO[41];
    const float dO_1_3_0 = dO[42], dO_1_3_1 = dO[43], dO_1_3_2 = dO[44], dO_1_3_3 = dO[45],
        dO_1_3_4 = dO[46], dO_1_3_5 = dO[47];
    const float dO_2_0_0 = dO[48], dO_2_0_1 = dO[49], dO_2_0_2 = dO[50], dO_2_0_3 = dO[51],
        dO_2_0_4 = dO[52], dO_2_0_5 = dO[53];
    const float dO_2_1_0 = dO[54], dO_2_1_1 = dO[55], dO_2_1_2 = dO[56], dO_2_1_3 = dO[57],
        dO_2_1_4 = dO[58], dO_2_1_5 = dO[59];
    const float dO_2_2_0 = dO[60], dO_2_2_1 = dO[61], dO_2_2_2 = dO[62], dO_2_2_3 = dO[63],
        dO_2_2_4 = dO[64], dO_2_2_5 = dO[65];
    const float dO_2_3_0 = dO[66], dO_2_3_1 = dO[67], dO_2_3_2 = dO[68], dO_2_3_3 = dO[69],
        dO_2_3_4 = dO[70], dO_2_3_5 = dO[71];
    const float dO_3_0_0 = dO[72], dO_3_0_1 = dO[73], dO_3_0_2 = dO[74], dO_3_0_3 = dO[75],
        dO_3_0_4 = dO[76], dO_3_0_5 = dO[77];
    const float dO_3_1_0 = dO[78], dO_3_1_1 = dO[79], dO_3_1_2 = dO[80], dO_3_1_3 = dO[81],
        dO_3_1_4 = dO[82], dO_3_1_5 = dO[83];
    const float dO_3_2_0 = dO[84], dO_3_2_1 = dO[85], dO_3_2_2 = dO[86], dO_3_2_3 = dO[87],
        dO_3_2_4 = dO[88], dO_3_2_5 = dO[89];
    const float dO_3_3_0 = dO[90], dO_3_3_1 = dO[91], dO_3_3_2 = dO[92], dO_3_3_3 = dO[93],
        dO_3_3_4 = dO[94], dO_3_3_5 = dO[95];

    /* db_0 */ db[0] = dO_0_0_0 + dO_0_1_0 + dO_0_2_0 + dO_0_3_0 + dO_1_0_0 + dO_1_1_0 + dO_1_2_0
        + dO_1_3_0 + dO_2_0_0 + dO_2_1_0 + dO_2_2_0 + dO_2_3_0 + dO_3_0_0 + dO_3_1_0 + dO_3_2_0
        + dO_3_3_0;
    /* db_1 */ db[1] = dO_0_0_1 + dO_0_1_1 + dO_0_2_1 + dO_0_3_1 + dO_1_0_1 + dO_1_1_1 + dO_1_2_1
        + dO_1_3_1 + dO_2_0_1 + dO_2_1_1 + dO_2_2_1 + dO_2_3_1 + dO_3_0_1 + dO_3_1_1 + dO_3_2_1
        + dO_3_3_1;
    /* db_2 */ db[2] = dO_0_0_2 + dO_0_1_2 + dO_0_2_2 + dO_0_3_2 + dO_1_0_2 + dO_1_1_2 + dO_1_2_2
        + dO_1_3_2 + dO_2_0_2 + dO_2_1_2 + dO_2_2_2 + dO_2_3_2 + dO_3_0_2 + dO_3_1_2 + dO_3_2_2
        + dO_3_3_2;
    /* db_3 */ db[3] = dO_0_0_3 + dO_0_1_3 + dO_0_2_3 + dO_0_3_3 + dO_1_0_3 + dO_1_1_3 + dO_1_2_3
        + dO_1_3_3 + dO_2_0_3 + dO_2_1_3 + dO_2_2_3 + dO_2_3_3 + dO_3_0_3 + dO_3_1_3 + dO_3_2_3
        + dO_3_3_3;
    /* db_4 */ db[4] = dO_0_0_4 + dO_0_1_4 + dO_0_2_4 + dO_0_3_4 + dO_1_0_4 + dO_1_1_4 + dO_1_2_4
        + dO_1_3_4 + dO_2_0_4 + dO_2_1_4 + dO_2_2_4 + dO_2_3_4 + dO_3_0_4 + dO_3_1_4 + dO_3_2_4
        + dO_3_3_4;
    /* db_5 */ db[5] = dO_0_0_5 + dO_0_1_5 + dO_0_2_5 + dO_0_3_5 + dO_1_0_5 + dO_1_1_5 + dO_1_2_5
        + dO_1_3_5 + dO_2_0_5 + dO_2_1_5 + dO_2_2_5 + dO_2_3_5 + dO_3_0_5 + dO_3_1_5 + dO_3_2_5
        + dO_3_3_5;
}
