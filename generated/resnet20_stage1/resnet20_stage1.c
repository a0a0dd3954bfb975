/* convgen 0.1.0 spec: input=32x32 kernel=3x3 in-channels=16 out-channels=16 padding=1x1 bias=no
 *
 * Written by
 *     convgen generate --spec "input=32x32 kernel=3x3 in-channels=16 out-channels=16 padding=1x1 bias=no" \
 *         --target c --dtype float32 --name resnet20_stage1
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   16 x 32 x 32
 *     K[f,c,m,n]  OIHW  16 x 16 x 3 x 3
 *     O[f,i,j]    CHW   16 x 32 x 32
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form    products  additions      n  order of each sum
 *     forward           loops  2,262,016  2,262,016    144  0, then (c, m, n)
 *     backward_data     loops  2,262,016  2,262,016    144  0, then (f, m, n)
 *     backward_weights  loops  2,262,016  2,262,016  1,024  0, then (i, j)
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

#include "resnet20_stage1.h"

#include <stddef.h>

/* O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,i+m-1,j+n-1] */
void resnet20_stage1_forward(const float *restrict X, const float *restrict K, float *restrict O)
{
    for (ptrdiff_t f = 0; f < 16; ++f) {
        for (ptrdiff_t i = 0; i < 32; ++i) {
            const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
            const ptrdiff_t m_end = i > 30 ? 33 - i : 3;
            /* j = 0 */
            {
                float sum = 0.0f;
                for (ptrdiff_t c = 0; c < 16; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 1; n < 3; ++n)
                            sum += K[f * 144 + c * 9 + m * 3 + n]
                                * X[c * 1024 + (i + m - 1) * 32 + n - 1];
                O[f * 1024 + i * 32] = sum;
            }
            /* j = 1 .. 16 */
            {
                float sum[16];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t c = 0; c < 16; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 3; ++n)
                            for (ptrdiff_t v = 0; v < 16; ++v)
                                sum[v] += K[f * 144 + c * 9 + m * 3 + n]
                                    * X[c * 1024 + (i + m - 1) * 32 + v + n];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    O[f * 1024 + i * 32 + v + 1] = sum[v];
            }
            /* j = 17 .. 30 */
            {
                float sum[14];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t c = 0; c < 16; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 3; ++n)
                            for (ptrdiff_t v = 0; v < 14; ++v)
                                sum[v] += K[f * 144 + c * 9 + m * 3 + n]
                                    * X[c * 1024 + (i + m - 1) * 32 + v + n + 16];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    O[f * 1024 + i * 32 + v + 17] = sum[v];
            }
            /* j = 31 */
            {
                float sum = 0.0f;
                for (ptrdiff_t c = 0; c < 16; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 2; ++n)
                            sum += K[f * 144 + c * 9 + m * 3 + n]
                                * X[c * 1024 + (i + m - 1) * 32 + n + 30];
                O[f * 1024 + i * 32 + 31] = sum;
            }
        }
    }
}

/* dX[c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[f,i,j] */
void resnet20_stage1_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t c = 0; c < 16; ++c) {
        for (ptrdiff_t p = 0; p < 32; ++p) {
            const ptrdiff_t m_begin = p > 30 ? p - 30 : 0;
            const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
            /* q = 0 */
            {
                float sum = 0.0f;
                for (ptrdiff_t f = 0; f < 16; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 2; ++n)
                            sum += K[f * 144 + c * 9 + m * 3 + n]
                                * dO[f * 1024 + (p + 1 - m) * 32 + 1 - n];
                dX[c * 1024 + p * 32] = sum;
            }
            /* q = 1 .. 16 */
            {
                float sum[16];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t f = 0; f < 16; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 3; ++n)
                            for (ptrdiff_t v = 0; v < 16; ++v)
                                sum[v] += K[f * 144 + c * 9 + m * 3 + n]
                                    * dO[f * 1024 + (p + 1 - m) * 32 + v + 2 - n];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    dX[c * 1024 + p * 32 + v + 1] = sum[v];
            }
            /* q = 17 .. 30 */
            {
                float sum[14];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t f = 0; f < 16; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 3; ++n)
                            for (ptrdiff_t v = 0; v < 14; ++v)
                                sum[v] += K[f * 144 + c * 9 + m * 3 + n]
                                    * dO[f * 1024 + (p + 1 - m) * 32 + v + 18 - n];
                for (ptrdiff_t v = 0; v < 14; ++v)
                    dX[c * 1024 + p * 32 + v + 17] = sum[v];
            }
            /* q = 31 */
            {
                float sum = 0.0f;
                for (ptrdiff_t f = 0; f < 16; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 1; n < 3; ++n)
                            sum += K[f * 144 + c * 9 + m * 3 + n]
                                * dO[f * 1024 + (p + 1 - m) * 32 + 32 - n];
                dX[c * 1024 + p * 32 + 31] = sum;
            }
        }
    }
}

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m-1,j+n-1] */
void resnet20_stage1_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 16; ++c) {
        for (ptrdiff_t m = 0; m < 3; ++m) {
            const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
            const ptrdiff_t i_end = m > 1 ? 33 - m : 32;
            for (ptrdiff_t n = 0; n < 3; ++n) {
                const ptrdiff_t j_begin = n < 1 ? 1 - n : 0;
                const ptrdiff_t j_end = n > 1 ? 33 - n : 32;
                float sum[16];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t i = i_begin; i < i_end; ++i)
                    for (ptrdiff_t j = j_begin; j < j_end; ++j)
                        for (ptrdiff_t v = 0; v < 16; ++v)
                            sum[v] += dO[v * 1024 + i * 32 + j]
                                * X[c * 1024 + (i + m - 1) * 32 + j + n - 1];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    dK[v * 144 + c * 9 + m * 3 + n] = sum[v];
            }
        }
    }
}
