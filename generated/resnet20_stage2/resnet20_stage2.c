/* convgen 0.1.0 spec: input=16x16 kernel=3x3 in-channels=32 out-channels=32 padding=1x1 bias=no
 *
 * Written by
 *     convgen generate --spec "input=16x16 kernel=3x3 in-channels=32 out-channels=32 padding=1x1 bias=no" \
 *         --target c --dtype float32 --name resnet20_stage2
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   32 x 16 x 16
 *     K[f,c,m,n]  OIHW  32 x 32 x 3 x 3
 *     O[f,i,j]    CHW   32 x 16 x 16
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form    products  additions    n  order of each sum
 *     forward           loops  2,166,784  2,166,784  288  0, then (c, m, n)
 *     backward_data     loops  2,166,784  2,166,784  288  0, then (f, m, n)
 *     backward_weights  loops  2,166,784  2,166,784  256  0, then (i, j)
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

#include "resnet20_stage2.h"

#include <stddef.h>

/* O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,i+m-1,j+n-1] */
void resnet20_stage2_forward(const float *restrict X, const float *restrict K, float *restrict O)
{
    for (ptrdiff_t f = 0; f < 32; ++f) {
        for (ptrdiff_t i = 0; i < 16; ++i) {
            const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
            const ptrdiff_t m_end = i > 14 ? 17 - i : 3;
            /* j = 0 */
            {
                float sum = 0.0f;
                for (ptrdiff_t c = 0; c < 32; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 1; n < 3; ++n)
                            sum += K[f * 288 + c * 9 + m * 3 + n]
                                * X[c * 256 + (i + m - 1) * 16 + n - 1];
                O[f * 256 + i * 16] = sum;
            }
            /* j = 1 .. 14 */
            {
                float sum[14];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t c = 0; c < 32; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 3; ++n)
                            for (ptrdiff_t v = 0; v < 14; ++v)
                                sum[v] += K[f * 288 + c * 9 + m * 3 + n]
                                    * X[c * 256 + (i + m - 1) * 16 + v + n];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    O[f * 256 + i * 16 + v + 1] = sum[v];
            }
            /* j = 15 */
            {
                float sum = 0.0f;
                for (ptrdiff_t c = 0; c < 32; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 2; ++n)
                            sum += K[f * 288 + c * 9 + m * 3 + n]
                                * X[c * 256 + (i + m - 1) * 16 + n + 14];
                O[f * 256 + i * 16 + 15] = sum;
            }
        }
    }
}

/* dX[c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[f,i,j] */
void resnet20_stage2_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t c = 0; c < 32; ++c) {
        for (ptrdiff_t p = 0; p < 16; ++p) {
            const ptrdiff_t m_begin = p > 14 ? p - 14 : 0;
            const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
            /* q = 0 */
            {
                float sum = 0.0f;
                for (ptrdiff_t f = 0; f < 32; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 2; ++n)
                            sum += K[f * 288 + c * 9 + m * 3 + n]
                                * dO[f * 256 + (p + 1 - m) * 16 + 1 - n];
                dX[c * 256 + p * 16] = sum;
            }
            /* q = 1 .. 14 */
            {
                float sum[14];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t f = 0; f < 32; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 3; ++n)
                            for (ptrdiff_t v = 0; v < 14; ++v)
                                sum[v] += K[f * 288 + c * 9 + m * 3 + n]
                                    * dO[f * 256 + (p + 1 - m) * 16 + v + 2 - n];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    dX[c * 256 + p * 16 + v + 1] = sum[v];
            }
            /* q = 15 */
            {
                float sum = 0.0f;
                for (ptrdiff_t f = 0; f < 32; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 1; n < 3; ++n)
                            sum += K[f * 288 + c * 9 + m * 3 + n]
                                * dO[f * 256 + (p + 1 - m) * 16 + 16 - n];
                dX[c * 256 + p * 16 + 15] = sum;
            }
        }
    }
}

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m-1,j+n-1] */
void resnet20_stage2_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 32; ++c) {
        for (ptrdiff_t m = 0; m < 3; ++m) {
            const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
            const ptrdiff_t i_end = m > 1 ? 17 - m : 16;
            for (ptrdiff_t n = 0; n < 3; ++n) {
                const ptrdiff_t j_begin = n < 1 ? 1 - n : 0;
                const ptrdiff_t j_end = n > 1 ? 17 - n : 16;
                for (ptrdiff_t f = 0; f < 32; f += 16) {
                    float sum[16];
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        for (ptrdiff_t j = j_begin; j < j_end; ++j)
                            for (ptrdiff_t v = 0; v < 16; ++v)
                                sum[v] += dO[(f + v) * 256 + i * 16 + j]
                                    * X[c * 256 + (i + m - 1) * 16 + j + n - 1];
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        dK[(f + v) * 288 + c * 9 + m * 3 + n] = sum[v];
                }
            }
        }
    }
}
