/* convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1 layout=NHWC
 *
 * Written by
 *     convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1 layout=NHWC" \
 *         --target c --dtype float32 --name layout_nhwc
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[e,p,q,c]  NHWC  2 x 4 x 5 x 2
 *     K[m,n,c,f]  HWIO  3 x 3 x 2 x 3
 *     b[f]        O     3
 *     O[e,i,j,f]  NHWC  2 x 4 x 5 x 3
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           loops        1,560      1,560  19  b, then (m, n, c)
 *     backward_data     loops        1,560      1,560  27  0, then (m, n, f)
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

#include "layout_nhwc.h"

#include <stddef.h>

/* O[e,i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[e,i+m-1,j+n-1,c] */
void layout_nhwc_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t e = 0; e < 2; ++e) {
        for (ptrdiff_t i = 0; i < 4; ++i) {
            const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
            const ptrdiff_t m_end = i > 2 ? 5 - i : 3;
            for (ptrdiff_t j = 0; j < 5; ++j) {
                const ptrdiff_t n_begin = j < 1 ? 1 - j : 0;
                const ptrdiff_t n_end = j > 3 ? 6 - j : 3;
                float sum[3];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    sum[v] = b[v];
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = n_begin; n < n_end; ++n)
                        for (ptrdiff_t c = 0; c < 2; ++c)
                            for (ptrdiff_t v = 0; v < 3; ++v)
                                sum[v] += K[m * 18 + n * 6 + c * 3 + v]
                                    * X[e * 40 + (i + m - 1) * 10 + (j + n - 1) * 2 + c];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    O[e * 60 + i * 15 + j * 3 + v] = sum[v];
            }
        }
    }
}

/* dX[e,p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[e,i,j,f] */
void layout_nhwc_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t e = 0; e < 2; ++e) {
        for (ptrdiff_t p = 0; p < 4; ++p) {
            const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
            const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
            for (ptrdiff_t q = 0; q < 5; ++q) {
                const ptrdiff_t n_begin = q > 3 ? q - 3 : 0;
                const ptrdiff_t n_end = q < 1 ? q + 2 : 3;
                float sum[2];
                for (ptrdiff_t v = 0; v < 2; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = n_begin; n < n_end; ++n)
                        for (ptrdiff_t f = 0; f < 3; ++f)
                            for (ptrdiff_t v = 0; v < 2; ++v)
                                sum[v] += K[m * 18 + n * 6 + v * 3 + f]
                                    * dO[e * 60 + (p + 1 - m) * 15 + (q + 1 - n) * 3 + f];
                for (ptrdiff_t v = 0; v < 2; ++v)
                    dX[e * 40 + p * 10 + q * 2 + v] = sum[v];
            }
        }
    }
}

/* dK[m,n,c,f] = sum(e,i,j) dO[e,i,j,f] * X[e,i+m-1,j+n-1,c] */
void layout_nhwc_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t m = 0; m < 3; ++m) {
        const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
        const ptrdiff_t i_end = m > 1 ? 5 - m : 4;
        for (ptrdiff_t n = 0; n < 3; ++n) {
            const ptrdiff_t j_begin = n < 1 ? 1 - n : 0;
            const ptrdiff_t j_end = n > 1 ? 6 - n : 5;
            for (ptrdiff_t c = 0; c < 2; ++c) {
                float sum[3];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t e = 0; e < 2; ++e)
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        for (ptrdiff_t j = j_begin; j < j_end; ++j)
                            for (ptrdiff_t v = 0; v < 3; ++v)
                                sum[v] += dO[e * 60 + i * 15 + j * 3 + v]
                                    * X[e * 40 + (i + m - 1) * 10 + (j + n - 1) * 2 + c];
                for (ptrdiff_t v = 0; v < 3; ++v)
                    dK[m * 18 + n * 6 + c * 3 + v] = sum[v];
            }
        }
    }
}

/* db[f] = sum(e,i,j) dO[e,i,j,f] */
void layout_nhwc_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0_0_0 = dO[0], dO_0_0_0_1 = dO[1], dO_0_0_0_2 = dO[2];
    const float dO_0_0_1_0 = dO[3], dO_0_0_1_1 = dO[4], dO_0_0_1_2 = dO[5];
    const float dO_0_0_2_0 = dO[6], dO_0_0_2_1 = dO[7], dO_0_0_2_2 = dO[8];
    const float dO_0_0_3_0 = dO[9], dO_0_0_3_1 = dO[10], dO_0_0_3_2 = dO[11];
    const float dO_0_0_4_0 = dO[12], dO_0_0_4_1 = dO[13], dO_0_0_4_2 = dO[14];
    const float dO_0_1_0_0 = dO[15], dO_0_1_0_1 = dO[16], dO_0_1_0_2 = dO[17];
    const float dO_0_1_1_0 = dO[18], dO_0_1_1_1 = dO[19], dO_0_1_1_2 = dO[20];
    const float dO_0_1_2_0 = dO[21], dO_0_1_2_1 = dO[22], dO_0_1_2_2 = dO[23];
    const float dO_0_1_3_0 = dO[24], dO_0_1_3_1 = dO[25], dO_0_1_3_2 = dO[26];
    const float dO_0_1_4_0 = dO[27], dO_0_1_4_1 = dO[28], dO_0_1_4_2 = dO[29];
    const float dO_0_2_0_0 = dO[30], dO_0_2_0_1 = dO[31], dO_0_2_0_2 = dO[32];
    const float dO_0_2_1_0 = dO[33], dO_0_2_1_1 = dO[34], dO_0_2_1_2 = dO[35];
    const float dO_0_2_2_0 = dO[36], dO_0_2_2_1 = dO[37], dO_0_2_2_2 = dO[38];
    const float dO_0_2_3_0 = dO[39], dO_0_2_3_1 = dO[40], dO_0_2_3_2 = dO[41];
    const float dO_0_2_4_0 = dO[42], dO_0_2_4_1 = dO[43], dO_0_2_4_2 = dO[44];
    const float dO_0_3_0_0 = dO[45], dO_0_3_0_1 = dO[46], dO_0_3_0_2 = dO[47];
    const float dO_0_3_1_0 = dO[48], dO_0_3_1_1 = dO[49], dO_0_3_1_2 = dO[50];
    const float dO_0_3_2_0 = dO[51], dO_0_3_2_1 = dO[52], dO_0_3_2_2 = dO[53];
    const float dO_0_3_3_0 = dO[54], dO_0_3_3_1 = dO[55], dO_0_3_3_2 = dO[56];
    const float dO_0_3_4_0 = dO[57], dO_0_3_4_1 = dO[58], dO_0_3_4_2 = dO[59];
    const float dO_1_0_0_0 = dO[60], dO_1_0_0_1 = dO[61], dO_1_0_0_2 = dO[62];
    const float dO_1_0_1_0 = dO[63], dO_1_0_1_1 = dO[64], dO_1_0_1_2 = dO[65];
    const float dO_1_0_2_0 = dO[66], dO_1_0_2_1 = dO[67], dO_1_0_2_2 = dO[68];
    const float dO_1_0_3_0 = dO[69], dO_1_0_3_1 = dO[70], dO_1_0_3_2 = dO[71];
    const float dO_1_0_4_0 = dO[72], dO_1_0_4_1 = dO[73], dO_1_0_4_2 = dO[74];
    const float dO_1_1_0_0 = dO[75], dO_1_1_0_1 = dO[76], dO_1_1_0_2 = dO[77];
    const float dO_1_1_1_0 = dO[78], dO_1_1_1_1 = dO[79], dO_1_1_1_2 = dO[80];
    const float dO_1_1_2_0 = dO[81], dO_1_1_2_1 = dO[82], dO_1_1_2_2 = dO[83];
    const float dO_1_1_3_0 = dO[84], dO_1_1_3_1 = dO[85], dO_1_1_3_2 = dO[86];
    const float dO_1_1_4_0 = dO[87], dO_1_1_4_1 = dO[88], dO_1_1_4_2 = dO[89];
    const float dO_1_2_0_0 = dO[90], dO_1_2_0_1 = dO[91], dO_1_2_0_2 = dO[92];
    const float dO_1_2_1_0 = dO[93], dO_1_2_1_1 = dO[94], dO_1_2_1_2 = dO[95];
    const float dO_1_2_2_0 = dO[96], dO_1_2_2_1 = dO[97], dO_1_2_2_2 = dO[98];
    const float dO_1_2_3_0 = dO[99], dO_1_2_3_1 = dO[100], dO_1_2_3_2 = dO[101];
    const float dO_1_2_4_0 = dO[102], dO_1_2_4_1 = dO[103], dO_1_2_4_2 = dO[104];
    const float dO_1_3_0_0 = dO[105], dO_1_3_0_1 = dO[106], dO_1_3_0_2 = dO[107];
    const float dO_1_3_1_0 = dO[108], dO_1_3_1_1 = dO[109], dO_1_3_1_2 = dO[110];
    const float dO_1_3_2_0 = dO[111], dO_1_3_2_1 = dO[112], dO_1_3_2_2 = dO[113];
    const float dO_1_3_3_0 = dO[114], dO_1_3_3_1 = dO[115], dO_1_3_3_2 = dO[116];
    const float dO_1_3_4_0 = dO[117], dO_1_3_4_1 = dO[118], dO_1_3_4_2 = dO[119];

    /* db_0 */ db[0] = dO_0_0_0_0 + dO_0_0_1_0 + dO_0_0_2_0 + dO_0_0_3_0 + dO_0_0_4_0 + dO_0_1_0_0
        + dO_0_1_1_0 + dO_0_1_2_0 + dO_0_1_3_0 + dO_0_1_4_0 + dO_0_2_0_0 + dO_0_2_1_0 + dO_0_2_2_0
        + dO_0_2_3_0 + dO_0_2_4_0 + dO_0_3_0_0 + dO_0_3_1_0 + dO_0_3_2_0 + dO_0_3_3_0 + dO_0_3_4_0
        + dO_1_0_0_0 + dO_1_0_1_0 + dO_1_0_2_0 + dO_1_0_3_0 + dO_1_0_4_0 + dO_1_1_0_0 + dO_1_1_1_0
        + dO_1_1_2_0 + dO_1_1_3_0 + dO_1_1_4_0 + dO_1_2_0_0 + dO_1_2_1_0 + dO_1_2_2_0 + dO_1_2_3_0
        + dO_1_2_4_0 + dO_1_3_0_0 + dO_1_3_1_0 + dO_1_3_2_0 + dO_1_3_3_0 + dO_1_3_4_0;
    /* db_1 */ db[1] = dO_0_0_0_1 + dO_0_0_1_1 + dO_0_0_2_1 + dO_0_0_3_1 + dO_0_0_4_1 + dO_0_1_0_1
        + dO_0_1_1_1 + dO_0_1_2_1 + dO_0_1_3_1 + dO_0_1_4_1 + dO_0_2_0_1 + dO_0_2_1_1 + dO_0_2_2_1
        + dO_0_2_3_1 + dO_0_2_4_1 + dO_0_3_0_1 + dO_0_3_1_1 + dO_0_3_2_1 + dO_0_3_3_1 + dO_0_3_4_1
        + dO_1_0_0_1 + dO_1_0_1_1 + dO_1_0_2_1 + dO_1_0_3_1 + dO_1_0_4_1 + dO_1_1_0_1 + dO_1_1_1_1
        + dO_1_1_2_1 + dO_1_1_3_1 + dO_1_1_4_1 + dO_1_2_0_1 + dO_1_2_1_1 + dO_1_2_2_1 + dO_1_2_3_1
        + dO_1_2_4_1 + dO_1_3_0_1 + dO_1_3_1_1 + dO_1_3_2_1 + dO_1_3_3_1 + dO_1_3_4_1;
    /* db_2 */ db[2] = dO_0_0_0_2 + dO_0_0_1_2 + dO_0_0_2_2 + dO_0_0_3_2 + dO_0_0_4_2 + dO_0_1_0_2
        + dO_0_1_1_2 + dO_0_1_2_2 + dO_0_1_3_2 + dO_0_1_4_2 + dO_0_2_0_2 + dO_0_2_1_2 + dO_0_2_2_2
        + dO_0_2_3_2 + dO_0_2_4_2 + dO_0_3_0_2 + dO_0_3_1_2 + dO_0_3_2_2 + dO_0_3_3_2 + dO_0_3_4_2
        + dO_1_0_0_2 + dO_1_0_1_2 + dO_1_0_2_2 + dO_1_0_3_2 + dO_1_0_4_2 + dO_1_1_0_2 + dO_1_1_1_2
        + dO_1_1_2_2 + dO_1_1_3_2 + dO_1_1_4_2 + dO_1_2_0_2 + dO_1_2_1_2 + dO_1_2_2_2 + dO_1_2_3_2
        + dO_1_2_4_2 + dO_1_3_0_2 + dO_1_3_1_2 + dO_1_3_2_2 + dO_1_3_3_2 + dO_1_3_4_2;
}
