/* convgen 0.1.0 spec: input=32x32 kernel=3x3 in-channels=16 out-channels=32 stride=2x2 padding=1x1 bias=no
 *
 * Written by
 *     convgen generate --spec "input=32x32 kernel=3x3 in-channels=16 out-channels=32 stride=2x2 padding=1x1 bias=no" \
 *         --target c --dtype float32 --name resnet20_stage2_down
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   16 x 32 x 32
 *     K[f,c,m,n]  OIHW  32 x 16 x 3 x 3
 *     O[f,i,j]    CHW   32 x 16 x 16
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form    products  additions    n  order of each sum
 *     forward           loops  1,131,008  1,131,008  144  0, then (c, m, n)
 *     backward_data     loops  1,131,008  1,131,008  288  0, then (f, i, n)
 *     backward_weights  loops  1,131,008  1,131,008  256  0, then (i, j)
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

#include "resnet20_stage2_down.h"

#include <stddef.h>

/* O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,2*i+m-1,2*j+n-1] */
void resnet20_stage2_down_forward(
    const float *restrict X, const float *restrict K, float *restrict O)
{
    for (ptrdiff_t f = 0; f < 32; ++f) {
        for (ptrdiff_t i = 0; i < 16; ++i) {
            const ptrdiff_t m_begin = i < 1 ? 1 - 2 * i : 0;
            /* j = 0 */
            {
                float sum = 0.0f;
                for (ptrdiff_t c = 0; c < 16; ++c)
                    for (ptrdiff_t m = m_begin; m < 3; ++m)
                        for (ptrdiff_t n = 1; n < 3; ++n)
                            sum += K[f * 144 + c * 9 + m * 3 + n]
                                * X[c * 1024 + (2 * i + m - 1) * 32 + n - 1];
                O[f * 256 + i * 16] = sum;
            }
            /* j = 1 .. 15 */
            {
                float sum[15];
                for (ptrdiff_t v = 0; v < 15; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t c = 0; c < 16; ++c)
                    for (ptrdiff_t m = m_begin; m < 3; ++m)
                        for (ptrdiff_t n = 0; n < 3; ++n)
                            for (ptrdiff_t v = 0; v < 15; ++v)
                                sum[v] += K[f * 144 + c * 9 + m * 3 + n]
                                    * X[c * 1024 + (2 * i + m - 1) * 32 + 2 * v + n + 1];
                for (ptrdiff_t v = 0; v < 15; ++v)
                    O[f * 256 + i * 16 + v + 1] = sum[v];
            }
        }
    }
}

/* dX[c,p,q] = sum(f,i,j,m,n | 2*i+m-1 = p, 2*j+n-1 = q) K[f,c,m,n] * dO[f,i,j] */
void resnet20_stage2_down_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t c = 0; c < 16; ++c) {
        for (ptrdiff_t p = 0; p < 32; ++p) {
            const ptrdiff_t i_begin = p > 1 ? p / 2 : 0;
            const ptrdiff_t i_end = p < 29 ? (p + 3) / 2 : 16;
            /* q = 0, 2 .. 30 */
            {
                float sum[16];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t f = 0; f < 32; ++f)
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        for (ptrdiff_t v = 0; v < 16; ++v)
                            sum[v] += K[f * 144 + c * 9 + (p + 1 - 2 * i) * 3 + 1]
                                * dO[f * 256 + i * 16 + v];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    dX[c * 1024 + p * 32 + 2 * v] = sum[v];
            }
            /* q = 1, 3 .. 29 */
            {
                float sum[15];
                for (ptrdiff_t v = 0; v < 15; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t f = 0; f < 32; ++f)
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        for (ptrdiff_t w = 0; w < 2; ++w)
                            for (ptrdiff_t v = 0; v < 15; ++v)
                                sum[v] += K[f * 144 + c * 9 + (p + 1 - 2 * i) * 3 + 2 * w]
                                    * dO[f * 256 + i * 16 + v + 1 - w];
                for (ptrdiff_t v = 0; v < 15; ++v)
                    dX[c * 1024 + p * 32 + 2 * v + 1] = sum[v];
            }
            /* q = 31 */
            {
                float sum = 0.0f;
                for (ptrdiff_t f = 0; f < 32; ++f)
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        sum += K[f * 144 + c * 9 + (p + 1 - 2 * i) * 3 + 2]
                            * dO[f * 256 + i * 16 + 15];
                dX[c * 1024 + p * 32 + 31] = sum;
            }
        }
    }
}

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,2*i+m-1,2*j+n-1] */
void resnet20_stage2_down_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 16; ++c) {
        for (ptrdiff_t m = 0; m < 3; ++m) {
            const ptrdiff_t i_begin = m < 1 ? (2 - m) / 2 : 0;
            for (ptrdiff_t n = 0; n < 3; ++n) {
                const ptrdiff_t j_begin = n < 1 ? (2 - n) / 2 : 0;
                for (ptrdiff_t f = 0; f < 32; f += 16) {
                    float sum[16];
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t i = i_begin; i < 16; ++i)
                        for (ptrdiff_t j = j_begin; j < 16; ++j)
                            for (ptrdiff_t v = 0; v < 16; ++v)
                                sum[v] += dO[(f + v) * 256 + i * 16 + j]
                                    * X[c * 1024 + (2 * i + m - 1) * 32 + 2 * j + n - 1];
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        dK[(f + v) * 144 + c * 9 + m * 3 + n] = sum[v];
                }
            }
        }
    }
}
