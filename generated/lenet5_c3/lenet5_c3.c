/* convgen 0.1.0 spec: input=14x14 kernel=5x5 in-channels=6 out-channels=16
 *
 * Written by
 *     convgen generate --spec "input=14x14 kernel=5x5 in-channels=6 out-channels=16" \
 *         --target c --dtype float32 --name lenet5_c3
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   6 x 14 x 14
 *     K[f,c,m,n]  OIHW  16 x 6 x 5 x 5
 *     b[f]        O     16
 *     O[f,i,j]    CHW   16 x 10 x 10
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form   products  additions    n  order of each sum
 *     forward           loops   240,000    240,000  151  b, then (c, m, n)
 *     backward_data     loops   240,000    240,000  400  0, then (f, m, n)
 *     backward_weights  loops   240,000    240,000  100  0, then (i, j)
 *     backward_bias     loops         0      1,600  100  0, then (i, j)
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

#include "lenet5_c3.h"

#include <stddef.h>

/* O[f,i,j] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,i+m,j+n] */
void lenet5_c3_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t f = 0; f < 16; ++f) {
        for (ptrdiff_t i = 0; i < 10; ++i) {
            float sum[10];
            for (ptrdiff_t v = 0; v < 10; ++v)
                sum[v] = b[f];
            for (ptrdiff_t c = 0; c < 6; ++c)
                for (ptrdiff_t m = 0; m < 5; ++m)
                    for (ptrdiff_t n = 0; n < 5; ++n)
                        for (ptrdiff_t v = 0; v < 10; ++v)
                            sum[v] += K[f * 150 + c * 25 + m * 5 + n]
                                * X[c * 196 + (i + m) * 14 + v + n];
            for (ptrdiff_t v = 0; v < 10; ++v)
                O[f * 100 + i * 10 + v] = sum[v];
        }
    }
}

/* dX[c,p,q] = sum(f,i,j,m,n | i+m = p, j+n = q) K[f,c,m,n] * dO[f,i,j] */
void lenet5_c3_backward_data(const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t c = 0; c < 6; ++c) {
        for (ptrdiff_t p = 0; p < 14; ++p) {
            const ptrdiff_t m_begin = p > 9 ? p - 9 : 0;
            const ptrdiff_t m_end = p < 4 ? p + 1 : 5;
            /* q = 0 .. 3 */
            for (ptrdiff_t q = 0; q < 4; ++q) {
                const ptrdiff_t n_end = q + 1;
                float sum = 0.0f;
                for (ptrdiff_t f = 0; f < 16; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < n_end; ++n)
                            sum += K[f * 150 + c * 25 + m * 5 + n]
                                * dO[f * 100 + (p - m) * 10 + q - n];
                dX[c * 196 + p * 14 + q] = sum;
            }
            /* q = 4 .. 9 */
            {
                float sum[6];
                for (ptrdiff_t v = 0; v < 6; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t f = 0; f < 16; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = 0; n < 5; ++n)
                            for (ptrdiff_t v = 0; v < 6; ++v)
                                sum[v] += K[f * 150 + c * 25 + m * 5 + n]
                                    * dO[f * 100 + (p - m) * 10 + v + 4 - n];
                for (ptrdiff_t v = 0; v < 6; ++v)
                    dX[c * 196 + p * 14 + v + 4] = sum[v];
            }
            /* q = 10 .. 13 */
            for (ptrdiff_t q = 10; q < 14; ++q) {
                const ptrdiff_t n_begin = q - 9;
                float sum = 0.0f;
                for (ptrdiff_t f = 0; f < 16; ++f)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = n_begin; n < 5; ++n)
                            sum += K[f * 150 + c * 25 + m * 5 + n]
                                * dO[f * 100 + (p - m) * 10 + q - n];
                dX[c * 196 + p * 14 + q] = sum;
            }
        }
    }
}

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m,j+n] */
void lenet5_c3_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 6; ++c) {
        for (ptrdiff_t m = 0; m < 5; ++m) {
            for (ptrdiff_t n = 0; n < 5; ++n) {
                float sum[16];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t i = 0; i < 10; ++i)
                    for (ptrdiff_t j = 0; j < 10; ++j)
                        for (ptrdiff_t v = 0; v < 16; ++v)
                            sum[v] += dO[v * 100 + i * 10 + j]
                                * X[c * 196 + (i + m) * 14 + j + n];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    dK[v * 150 + c * 25 + m * 5 + n] = sum[v];
            }
        }
    }
}

/* db[f] = sum(i,j) dO[f,i,j] */
void lenet5_c3_backward_bias(const float *restrict dO, float *restrict db)
{
    float sum[16];
    for (ptrdiff_t v = 0; v < 16; ++v)
        sum[v] = 0.0f;
    for (ptrdiff_t i = 0; i < 10; ++i)
        for (ptrdiff_t j = 0; j < 10; ++j)
            for (ptrdiff_t v = 0; v < 16; ++v)
                sum[v] += dO[v * 100 + i * 10 + j];
    for (ptrdiff_t v = 0; v < 16; ++v)
        db[v] = sum[v];
}
