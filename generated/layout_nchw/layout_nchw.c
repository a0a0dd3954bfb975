/* convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1
 *
 * Written by
 *     convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1" \
 *         --target c --dtype float32 --name layout_nchw
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[e,c,p,q]  NCHW  2 x 2 x 4 x 5
 *     K[f,c,m,n]  OIHW  3 x 2 x 3 x 3
 *     b[f]        O     3
 *     O[e,f,i,j]  NCHW  2 x 3 x 4 x 5
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           loops        1,560      1,560  19  b, then (c, m, n)
 *     backward_data     loops        1,560      1,560  27  0, then (f, m, n)
 *     backward_weights  loops        1,560      1,560  40  0, then (e, i, j)
 *     backward_bias     unrolled         0        117  40  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. Infinities and NaN go through the operations executed.
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "layout_nchw.h"

#include <stddef.h>

/* O[e,f,i,j] = b[f] + sum(c,m,n) K[f,c,m,n] * X[e,c,i+m-1,j+n-1] */
void layout_nchw_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t e = 0; e < 2; ++e) {
        for (ptrdiff_t f = 0; f < 3; ++f) {
            for (ptrdiff_t i = 0; i < 4; ++i) {
                const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
                const ptrdiff_t m_end = i > 2 ? 5 - i : 3;
                /* j = 0 */
                {
                    float sum = b[f];
                    for (ptrdiff_t c = 0; c < 2; ++c)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t n = 1; n < 3; ++n)
                                sum += K[f * 18 + c * 9 + m * 3 + n]
                                    * X[e * 40 + c * 20 + (i + m - 1) * 5 + n - 1];
                    O[e * 60 + f * 20 + i * 5] = sum;
                }
                /* j = 1 .. 3 */
                {
                    float sum[3];
                    for (ptrdiff_t v = 0; v < 3; ++v)
                        sum[v] = b[f];
                    for (ptrdiff_t c = 0; c < 2; ++c)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t n = 0; n < 3; ++n)
                                for (ptrdiff_t v = 0; v < 3; ++v)
                                    sum[v] += K[f * 18 + c * 9 + m * 3 + n]
                                        * X[e * 40 + c * 20 + (i + m - 1) * 5 + v + n];
                    for (ptrdiff_t v = 0; v < 3; ++v)
                        O[e * 60 + f * 20 + i * 5 + v + 1] = sum[v];
                }
                /* j = 4 */
                {
                    float sum = b[f];
                    for (ptrdiff_t c = 0; c < 2; ++c)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t n = 0; n < 2; ++n)
                                sum += K[f * 18 + c * 9 + m * 3 + n]
                                    * X[e * 40 + c * 20 + (i + m - 1) * 5 + n + 3];
                    O[e * 60 + f * 20 + i * 5 + 4] = sum;
                }
            }
        }
    }
}

/* dX[e,c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[e,f,i,j] */
void layout_nchw_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t e = 0; e < 2; ++e) {
        for (ptrdiff_t c = 0; c < 2; ++c) {
            for (ptrdiff_t p = 0; p < 4; ++p) {
                const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
                const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
                /* q = 0 */
                {
                    float sum = 0.0f;
                    for (ptrdiff_t f = 0; f < 3; ++f)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t n = 0; n < 2; ++n)
                                sum += K[f * 18 + c * 9 + m * 3 + n]
                                    * dO[e * 60 + f * 20 + (p + 1 - m) * 5 + 1 - n];
                    dX[e * 40 + c * 20 + p * 5] = sum;
                }
                /* q = 1 .. 3 */
                {
                    float sum[3];
                    for (ptrdiff_t v = 0; v < 3; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t f = 0; f < 3; ++f)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t n = 0; n < 3; ++n)
                                for (ptrdiff_t v = 0; v < 3; ++v)
                                    sum[v] += K[f * 18 + c * 9 + m * 3 + n]
                                        * dO[e * 60 + f * 20 + (p + 1 - m) * 5 + v + 2 - n];
                    for (ptrdiff_t v = 0; v < 3; ++v)
                        dX[e * 40 + c * 20 + p * 5 + v + 1] = sum[v];
                }
                /* q = 4 */
                {
                    float sum = 0.0f;
                    for (ptrdiff_t f = 0; f < 3; ++f)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t n = 1; n < 3; ++n)
                                sum += K[f * 18 + c * 9 + m * 3 + n]
                                    * dO[e * 60 + f * 20 + (p + 1 - m) * 5 + 5 - n];
                    dX[e * 40 + c * 20 + p * 5 + 4] = sum;
                }
            }
        }
    }
}

/* dK[f,c,m,n] = sum(e,i,j) dO[e,f,i,j] * X[e,c,i+m-1,j+n-1] */
void layout_nchw_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 2; ++c) {
        for (ptrdiff_t m = 0; m < 3; ++m) {
            const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
            const ptrdiff_t i_end = m > 1 ? 5 - m : 4;
            for (ptrdiff_t n = 0; n < 3; ++n) {
                const ptrdiff_t j_begin = n < 1 ? 1 - n : 0;
                const ptrdiff_t j_end = n > 1 ? 6 - n : 5;
                float sum[3];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t e = 0; e < 2; ++e)
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        for (ptrdiff_t j = j_begin; j < j_end; ++j)
                            for (ptrdiff_t v = 0; v < 3; ++v)
                                sum[v] += dO[e * 60 + v * 20 + i * 5 + j]
                                    * X[e * 40 + c * 20 + (i + m - 1) * 5 + j + n - 1];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    dK[v * 18 + c * 9 + m * 3 + n] = sum[v];
            }
        }
    }
}

/* db[f] = sum(e,i,j) dO[e,f,i,j] */
void layout_nchw_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0_0_0 = dO[0], dO_0_0_0_1 = dO[1], dO_0_0_0_2 = dO[2], dO_0_0_0_3 = dO[3],
        dO_0_0_0_4 = dO[4];
    const float dO_0_0_1_0 = dO[5], dO_0_0_1_1 = dO[6], dO_0_0_1_2 = dO[7], dO_0_0_1_3 = dO[8],
        dO_0_0_1_4 = dO[9];
    const float dO_0_0_2_0 = dO[10], dO_0_0_2_1 = dO[11], dO_0_0_2_2 = dO[12], dO_0_0_2_3 = dO[13],
        dO_0_0_2_4 = dO[14];
    const float dO_0_0_3_0 = dO[15], dO_0_0_3_1 = dO[16], dO_0_0_3_2 = dO[17], dO_0_0_3_3 = dO[18],
        dO_0_0_3_4 = dO[19];
    const float dO_0_1_0_0 = dO[20], dO_0_1_0_1 = dO[21], dO_0_1_0_2 = dO[22], dO_0_1_0_3 = dO[23],
        dO_0_1_0_4 = dO[24];
    const float dO_0_1_1_0 = dO[25], dO_0_1_1_1 = dO[26], dO_0_1_1_2 = dO[27], dO_0_1_1_3 = dO[28],
        dO_0_1_1_4 = dO[29];
    const float dO_0_1_2_0 = dO[30], dO_0_1_2_1 = dO[31], dO_0_1_2_2 = dO[32], dO_0_1_2_3 = dO[33],
        dO_0_1_2_4 = dO[34];
    const float dO_0_1_3_0 = dO[35], dO_0_1_3_1 = dO[36], dO_0_1_3_2 = dO[37], dO_0_1_3_3 = dO[38],
        dO_0_1_3_4 = dO[39];
    const float dO_0_2_0_0 = dO[40], dO_0_2_0_1 = dO[41], dO_0_2_0_2 = dO[42], dO_0_2_0_3 = dO[43],
        dO_0_2_0_4 = dO[44];
    const float dO_0_2_1_0 = dO[45], dO_0_2_1_1 = dO[46], dO_0_2_1_2 = dO[47], dO_0_2_1_3 = dO[48],
        dO_0_2_1_4 = dO[49];
    const float dO_0_2_2_0 = dO[50], dO_0_2_2_1 = dO[51], dO_0_2_2_2 = dO[52], dO_0_2_2_3 = dO[53],
        dO_0_2_2_4 = dO[54];
    const float dO_0_2_3_0 = dO[55], dO_0_2_3_1 = dO[56], dO_0_2_3_2 = dO[57], dO_0_2_3_3 = dO[58],
        dO_0_2_3_4 = dO[59];
    const float dO_1_0_0_0 = dO[60], dO_1_0_0_1 = dO[61], dO_1_0_0_2 = dO[62], dO_1_0_0_3 = dO[63],
        dO_1_0_0_4 = dO[64];
    const float dO_1_0_1_0 = dO[65], dO_1_0_1_1 = dO[66], dO_1_0_1_2 = dO[67], dO_1_0_1_3 = dO[68],
        dO_1_0_1_4 = dO[69];
    const float dO_1_0_2_0 = dO[70], dO_1_0_2_1 = dO[71], dO_1_0_2_2 = dO[72], dO_1_0_2_3 = dO[73],
        dO_1_0_2_4 = dO[74];
    const float dO_1_0_3_0 = dO[75], dO_1_0_3_1 = dO[76], dO_1_0_3_2 = dO[77], dO_1_0_3_3 = dO[78],
        dO_1_0_3_4 = dO[79];
    const float dO_1_1_0_0 = dO[80], dO_1_1_0_1 = dO[81], dO_1_1_0_2 = dO[82], dO_1_1_0_3 = dO[83],
        dO_1_1_0_4 = dO[84];
    const float dO_1_1_1_0 = dO[85], dO_1_1_1_1 = dO[86], dO_1_1_1_2 = dO[87], dO_1_1_1_3 = dO[88],
        dO_1_1_1_4 = dO[89];
    const float dO_1_1_2_0 = dO[90], dO_1_1_2_1 = dO[91], dO_1_1_2_2 = dO[92], dO_1_1_2_3 = dO[93],
        dO_1_1_2_4 = dO[94];
    const float dO_1_1_3_0 = dO[95], dO_1_1_3_1 = dO[96], dO_1_1_3_2 = dO[97], dO_1_1_3_3 = dO[98],
        dO_1_1_3_4 = dO[99];
    const float dO_1_2_0_0 = dO[100], dO_1_2_0_1 = dO[101], dO_1_2_0_2 = dO[102],
        dO_1_2_0_3 = dO[103], dO_1_2_0_4 = dO[104];
    const float dO_1_2_1_0 = dO[105], dO_1_2_1_1 = dO[106], dO_1_2_1_2 = dO[107],
        dO_1_2_1_3 = dO[108], dO_1_2_1_4 = dO[109];
    const float dO_1_2_2_0 = dO[110], dO_1_2_2_1 = dO[111], dO_1_2_2_2 = dO[112],
        dO_1_2_2_3 = dO[113], dO_1_2_2_4 = dO[114];
    const float dO_1_2_3_0 = dO[115], dO_1_2_3_1 = dO[116], dO_1_2_3_2 = dO[117],
        dO_1_2_3_3 = dO[118], dO_1_2_3_4 = dO[119];

    /* db_0 */ db[0] = dO_0_0_0_0 + dO_0_0_0_1 + dO_0_0_0_2 + dO_0_0_0_3 + dO_0_0_0_4 + dO_0_0_1_0
        + dO_0_0_1_1 + dO_0_0_1_2 + dO_0_0_1_3 + dO_0_0_1_4 + dO_0_0_2_0 + dO_0_0_2_1 + dO_0_0_2_2
        + dO_0_0_2_3 + dO_0_0_2_4 + dO_0_0_3_0 + dO_0_0_3_1 + dO_0_0_3_2 + dO_0_0_3_3 + dO_0_0_3_4
        + dO_1_0_0_0 + dO_1_0_0_1 + dO_1_0_0_2 + dO_1_0_0_3 + dO_1_0_0_4 + dO_1_0_1_0 + dO_1_0_1_1
        + dO_1_0_1_2 + dO_1_0_1_3 + dO_1_0_1_4 + dO_1_0_2_0 + dO_1_0_2_1 + dO_1_0_2_2 + dO_1_0_2_3
        + dO_1_0_2_4 + dO_1_0_3_0 + dO_1_0_3_1 + dO_1_0_3_2 + dO_1_0_3_3 + dO_1_0_3_4;
    /* db_1 */ db[1] = dO_0_1_0_0 + dO_0_1_0_1 + dO_0_1_0_2 + dO_0_1_0_3 + dO_0_1_0_4 + dO_0_1_1_0
        + dO_0_1_1_1 + dO_0_1_1_2 + dO_0_1_1_3 + dO_0_1_1_4 + dO_0_1_2_0 + dO_0_1_2_1 + dO_0_1_2_2
        + dO_0_1_2_3 + dO_0_1_2_4 + dO_0_1_3_0 + dO_0_1_3_1 + dO_0_1_3_2 + dO_0_1_3_3 + dO_0_1_3_4
        + dO_1_1_0_0 + dO_1_1_0_1 + dO_1_1_0_2 + dO_1_1_0_3 + dO_1_1_0_4 + dO_1_1_1_0 + dO_1_1_1_1
        + dO_1_1_1_2 + dO_1_1_1_3 + dO_1_1_1_4 + dO_1_1_2_0 + dO_1_1_2_1 + dO_1_1_2_2 + dO_1_1_2_3
        + dO_1_1_2_4 + dO_1_1_3_0 + dO_1_1_3_1 + dO_1_1_3_2 + dO_1_1_3_3 + dO_1_1_3_4;
    /* db_2 */ db[2] = dO_0_2_0_0 + dO_0_2_0_1 + dO_0_2_0_2 + dO_0_2_0_3 + dO_0_2_0_4 + dO_0_2_1_0
        + dO_0_2_1_1 + dO_0_2_1_2 + dO_0_2_1_3 + dO_0_2_1_4 + dO_0_2_2_0 + dO_0_2_2_1 + dO_0_2_2_2
        + dO_0_2_2_3 + dO_0_2_2_4 + dO_0_2_3_0 + dO_0_2_3_1 + dO_0_2_3_2 + dO_0_2_3_3 + dO_0_2_3_4
        + dO_1_2_0_0 + dO_1_2_0_1 + dO_1_2_0_2 + dO_1_2_0_3 + dO_1_2_0_4 + dO_1_2_1_0 + dO_1_2_1_1
        + dO_1_2_1_2 + dO_1_2_1_3 + dO_1_2_1_4 + dO_1_2_2_0 + dO_1_2_2_1 + dO_1_2_2_2 + dO_1_2_2_3
        + dO_1_2_2_4 + dO_1_2_3_0 + dO_1_2_3_1 + dO_1_2_3_2 + dO_1_2_3_3 + dO_1_2_3_4;
}
