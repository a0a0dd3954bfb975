/* convgen 0.1.0 spec: input=32x32 kernel=1x1 in-channels=16 out-channels=32 stride=2x2 bias=no
 *
 * Written by
 *     convgen generate --spec "input=32x32 kernel=1x1 in-channels=16 out-channels=32 stride=2x2 bias=no" \
 *         --target c --dtype float32 --name resnet20_shortcut2
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   16 x 32 x 32
 *     K[f,c,0,0]  OIHW  32 x 16 x 1 x 1
 *     O[f,i,j]    CHW   32 x 16 x 16
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form   products  additions    n  order of each sum
 *     forward           loops   131,072    131,072   16  0, then (c)
 *     backward_data     loops   131,072    131,072   32  0, then (f, i, n)
 *     backward_weights  loops   131,072    131,072  256  0, then (i, j)
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

#include "resnet20_shortcut2.h"

#include <stddef.h>

/* O[f,i,j] = sum(c) K[f,c,0,0] * X[c,2*i,2*j] */
void resnet20_shortcut2_forward(
    const float *restrict X, const float *restrict K, float *restrict O)
{
    for (ptrdiff_t f = 0; f < 32; ++f) {
        for (ptrdiff_t i = 0; i < 16; ++i) {
            float sum[16];
            for (ptrdiff_t v = 0; v < 16; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t c = 0; c < 16; ++c)
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] += K[f * 16 + c] * X[c * 1024 + i * 64 + 2 * v];
            for (ptrdiff_t v = 0; v < 16; ++v)
                O[f * 256 + i * 16 + v] = sum[v];
        }
    }
}

/* dX[c,p,q] = sum(f,i,j | 2*i = p, 2*j = q) K[f,c,0,0] * dO[f,i,j] */
void resnet20_shortcut2_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t c = 0; c < 16; ++c) {
        for (ptrdiff_t p = 0; p < 32; ++p) {
            const ptrdiff_t i_begin = p > 0 ? (p + 1) / 2 : 0;
            const ptrdiff_t i_end = p < 30 ? (p + 2) / 2 : 16;
            /* q = 0, 2 .. 30 */
            {
                float sum[16];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t f = 0; f < 32; ++f)
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        for (ptrdiff_t v = 0; v < 16; ++v)
                            sum[v] += K[f * 16 + c + p - 2 * i] * dO[f * 256 + i * 16 + v];
                for (ptrdiff_t v = 0; v < 16; ++v)
                    dX[c * 1024 + p * 32 + 2 * v] = sum[v];
            }
            /* q = 1, 3 .. 31 */
            for (ptrdiff_t u = 0; u < 16; ++u) {
                dX[c * 1024 + p * 32 + 2 * u + 1] = 0.0f;
            }
        }
    }
}

/* dK[f,c,0,0] = sum(i,j) dO[f,i,j] * X[c,2*i,2*j] */
void resnet20_shortcut2_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 16; ++c) {
        for (ptrdiff_t f = 0; f < 32; f += 16) {
            float sum[16];
            for (ptrdiff_t v = 0; v < 16; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t i = 0; i < 16; ++i)
                for (ptrdiff_t j = 0; j < 16; ++j)
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        sum[v] += dO[(f + v) * 256 + i * 16 + j] * X[c * 1024 + i * 64 + 2 * j];
            for (ptrdiff_t v = 0; v < 16; ++v)
                dK[(f + v) * 16 + c] = sum[v];
        }
    }
}
