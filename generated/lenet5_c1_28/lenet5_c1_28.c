/* convgen 0.1.0 spec: input=28x28 kernel=5x5 in-channels=1 out-channels=6 padding=2x2
 *
 * Written by
 *     convgen generate --spec "input=28x28 kernel=5x5 in-channels=1 out-channels=6 padding=2x2" \
 *         --target c --dtype float32 --name lenet5_c1_28
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[0,p,q]    CHW   1 x 28 x 28
 *     K[f,0,m,n]  OIHW  6 x 1 x 5 x 5
 *     b[f]        O     6
 *     O[f,i,j]    CHW   6 x 28 x 28
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form   products  additions    n  order of each sum
 *     forward           loops   107,736    107,736   26  b, then (m, n)
 *     backward_data     loops   107,736    107,736  150  0, then (f, m, n)
 *     backward_weights  loops   107,736    107,736  784  0, then (i, j)
 *     backward_bias     loops         0      4,704  784  0, then (i, j)
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

#include "lenet5_c1_28.h"

#include <stddef.h>

/* O[f,i,j] = b[f] + sum(m,n) K[f,0,m,n] * X[0,i+m-2,j+n-2] */
void lenet5_c1_28_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t f = 0; f < 6; ++f) {
        for (ptrdiff_t i = 0; i < 28; ++i) {
            const ptrdiff_t m_begin = i < 2 ? 2 - i : 0;
            const ptrdiff_t m_end = i > 25 ? 30 - i : 5;
            /* j = 0 .. 1 */
            for (ptrdiff_t j = 0; j < 2; ++j) {
                const ptrdiff_t n_begin = 2 - j;
                float sum = b[f];
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = n_begin; n < 5; ++n)
                        sum += K[f * 25 + m * 5 + n] * X[(i + m - 2) * 28 + j + n - 2];
                O[f * 784 + i * 28 + j] = sum;
            }
            /* j = 2 .. 17 */
            {
                float sum[16];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] = b[f];
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = 0; n < 5; ++n)
                        for (ptrdiff_t v = 0; v < 16; ++v)
                            sum[v] += K[f * 25 + m * 5 + n] * X[(i + m - 2) * 28 + v + n];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    O[f * 784 + i * 28 + v + 2] = sum[v];
            }
            /* j = 18 .. 25 */
            {
                float sum[8];
                for (ptrdiff_t v = 0; v < 8; ++v)
                    sum[v] = b[f];
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = 0; n < 5; ++n)
                        for (ptrdiff_t v = 0; v < 8; ++v)
                            sum[v] += K[f * 25 + m * 5 + n] * X[(i + m - 2) * 28 + v + n + 16];
                for (ptrdiff_t v = 0; v < 8; ++v)
                    O[f * 784 + i * 28 + v + 18] = sum[v];
            }
            /* j = 26 .. 27 */
            for (ptrdiff_t j = 26; j < 28; ++j) {
                const ptrdiff_t n_end = 30 - j;
                float sum = b[f];
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = 0; n < n_end; ++n)
                        sum += K[f * 25 + m * 5 + n] * X[(i + m - 2) * 28 + j + n - 2];
                O[f * 784 + i * 28 + j] = sum;
            }
        }
    }
}

/* dX[0,p,q] = sum(f,i,j,m,n | i+m-2 = p, j+n-2 = q) K[f,0,m,n] * dO[f,i,j] */
void lenet5_c1_28_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 28; ++p) {
        const ptrdiff_t m_begin = p > 25 ? p - 25 : 0;
        const ptrdiff_t m_end = p < 2 ? p + 3 : 5;
        /* q = 0 .. 1 */
        for (ptrdiff_t q = 0; q < 2; ++q) {
            const ptrdiff_t n_end = q + 3;
            float sum = 0.0f;
            for (ptrdiff_t f = 0; f < 6; ++f)
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = 0; n < n_end; ++n)
                        sum += K[f * 25 + m * 5 + n] * dO[f * 784 + (p + 2 - m) * 28 + q + 2 - n];
            dX[p * 28 + q] = sum;
        }
        /* q = 2 .. 17 */
        {
            float sum[16];
            for (ptrdiff_t v = 0; v < 16; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t f = 0; f < 6; ++f)
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = 0; n < 5; ++n)
                        for (ptrdiff_t v = 0; v < 16; ++v)
                            sum[v] += K[f * 25 + m * 5 + n]
                                * dO[f * 784 + (p + 2 - m) * 28 + v + 4 - n];
            for (ptrdiff_t v = 0; v < 16; ++v)
                dX[p * 28 + v + 2] = sum[v];
        }
        /* q = 18 .. 25 */
        {
            float sum[8];
            for (ptrdiff_t v = 0; v < 8; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t f = 0; f < 6; ++f)
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = 0; n < 5; ++n)
                        for (ptrdiff_t v = 0; v < 8; ++v)
                            sum[v] += K[f * 25 + m * 5 + n]
                                * dO[f * 784 + (p + 2 - m) * 28 + v + 20 - n];
            for (ptrdiff_t v = 0; v < 8; ++v)
                dX[p * 28 + v + 18] = sum[v];
        }
        /* q = 26 .. 27 */
        for (ptrdiff_t q = 26; q < 28; ++q) {
            const ptrdiff_t n_begin = q - 25;
            float sum = 0.0f;
            for (ptrdiff_t f = 0; f < 6; ++f)
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = n_begin; n < 5; ++n)
                        sum += K[f * 25 + m * 5 + n] * dO[f * 784 + (p + 2 - m) * 28 + q + 2 - n];
            dX[p * 28 + q] = sum;
        }
    }
}

/* dK[f,0,m,n] = sum(i,j) dO[f,i,j] * X[0,i+m-2,j+n-2] */
void lenet5_c1_28_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t m = 0; m < 5; ++m) {
        const ptrdiff_t i_begin = m < 2 ? 2 - m : 0;
        const ptrdiff_t i_end = m > 2 ? 30 - m : 28;
        for (ptrdiff_t n = 0; n < 5; ++n) {
            const ptrdiff_t j_begin = n < 2 ? 2 - n : 0;
            const ptrdiff_t j_end = n > 2 ? 30 - n : 28;
            float sum[6];
            for (ptrdiff_t v = 0; v < 6; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t i = i_begin; i < i_end; ++i)
                for (ptrdiff_t j = j_begin; j < j_end; ++j)
                    for (ptrdiff_t v = 0; v < 6; ++v)
                        sum[v] += dO[v * 784 + i * 28 + j] * X[(i + m - 2) * 28 + j + n - 2];
            for (ptrdiff_t v = 0; v < 6; ++v)
                dK[v * 25 + m * 5 + n] = sum[v];
        }
    }
}

/* db[f] = sum(i,j) dO[f,i,j] */
void lenet5_c1_28_backward_bias(const float *restrict dO, float *restrict db)
{
    float sum[6];
    for (ptrdiff_t v = 0; v < 6; ++v)
        sum[v] = 0.0f;
    for (ptrdiff_t i = 0; i < 28; ++i)
        for (ptrdiff_t j = 0; j < 28; ++j)
            for (ptrdiff_t v = 0; v < 6; ++v)
                sum[v] += dO[v * 784 + i * 28 + j];
    for (ptrdiff_t v = 0; v < 6; ++v)
        db[v] = sum[v];
}
