/* convgen 0.1.0 spec: input=3x3 kernel=2x2
 *
 * Written by
 *     convgen generate --spec "input=3x3 kernel=2x2" \
 *         --target c --dtype float32 --name worked_example_loops --forms loops
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q]  HW  3 x 3
 *     K[m,n]  HW  2 x 2
 *     b[0]    O   1
 *     O[i,j]  HW  2 x 2
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form   products  additions  n  order of each sum
 *     forward           loops        16         16  5  b, then (m, n)
 *     backward_data     loops        16         16  4  0, then (m, n)
 *     backward_weights  loops        16         16  4  0, then (i, j)
 *     backward_bias     loops         0          4  4  0, then (i, j)
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

#include "worked_example_loops.h"

#include <stddef.h>

/* O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m,j+n] */
void worked_example_loops_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t i = 0; i < 2; ++i) {
        float sum[2];
        for (ptrdiff_t v = 0; v < 2; ++v)
            sum[v] = b[0];
        for (ptrdiff_t m = 0; m < 2; ++m)
            for (ptrdiff_t n = 0; n < 2; ++n)
                for (ptrdiff_t v = 0; v < 2; ++v)
                    sum[v] += K[m * 2 + n] * X[(i + m) * 3 + v + n];
        for (ptrdiff_t v = 0; v < 2; ++v)
            O[i * 2 + v] = sum[v];
    }
}

/* dX[p,q] = sum(i,j,m,n | i+m = p, j+n = q) K[m,n] * dO[i,j] */
void worked_example_loops_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 3; ++p) {
        const ptrdiff_t m_begin = p > 1 ? p - 1 : 0;
        const ptrdiff_t m_end = p < 1 ? p + 1 : 2;
        for (ptrdiff_t q = 0; q < 3; ++q) {
            const ptrdiff_t n_begin = q > 1 ? q - 1 : 0;
            const ptrdiff_t n_end = q < 1 ? q + 1 : 2;
            float sum = 0.0f;
            for (ptrdiff_t m = m_begin; m < m_end; ++m)
                for (ptrdiff_t n = n_begin; n < n_end; ++n)
                    sum += K[m * 2 + n] * dO[(p - m) * 2 + q - n];
            dX[p * 3 + q] = sum;
        }
    }
}

/* dK[m,n] = sum(i,j) dO[i,j] * X[i+m,j+n] */
void worked_example_loops_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t m = 0; m < 2; ++m) {
        float sum[2];
        for (ptrdiff_t v = 0; v < 2; ++v)
            sum[v] = 0.0f;
        for (ptrdiff_t i = 0; i < 2; ++i)
            for (ptrdiff_t j = 0; j < 2; ++j)
                for (ptrdiff_t v = 0; v < 2; ++v)
                    sum[v] += dO[i * 2 + j] * X[(i + m) * 3 + j + v];
        for (ptrdiff_t v = 0; v < 2; ++v)
            dK[m * 2 + v] = sum[v];
    }
}

/* db[0] = sum(i,j) dO[i,j] */
void worked_example_loops_backward_bias(const float *restrict dO, float *restrict db)
{
    float sum = 0.0f;
    for (ptrdiff_t i = 0; i < 2; ++i)
        for (ptrdiff_t j = 0; j < 2; ++j)
            sum += dO[i * 2 + j];
    db[0] = sum;
}
