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
 * Operations as executed
 *     pass              form   multiplications  additions  order of each sum
 *     forward           tiled          107,736    107,736  b, then (m, n)
 *     backward_data     loops          107,736    107,736  0, then (f, m, n)
 *     backward_weights  tiled          107,736    107,736  0, then (i, j)
 *     backward_bias     loops                0      4,704  0, then (i, j)
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                    800 bytes
 *     backward_weights        25,088 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; no product with padding; for channels that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "lenet5_c1_28.h"

#include <stddef.h>

#ifndef CONVGEN_F32X4
#define CONVGEN_F32X4
/* f32x4: 4 numbers side by side. Every macro is a statement.
 * The fast and the portable definitions mean the same; CONVGEN_PORTABLE asks for the latter. */
#if defined(__GNUC__) && !defined(CONVGEN_PORTABLE)
typedef float f32x4 __attribute__((vector_size(16)));
typedef float f32x4_unaligned
    __attribute__((vector_size(16), aligned(4), may_alias));
#define f32x4_lane(v, l) (v)[l]
#define f32x4_zero(v) ((v) = (f32x4){0})
#define f32x4_load(v, p) ((v) = *(const f32x4_unaligned *)(p))
#define f32x4_store(p, v) (*(f32x4_unaligned *)(p) = (v))
#define f32x4_fma(s, a, v) ((s) += (a) * (v))
#else
typedef struct {
    float lane[4];
} f32x4;
#define f32x4_lane(v, l) (v).lane[l]
#define f32x4_each(statement) \
    do { \
        for (int l_ = 0; l_ < 4; ++l_) \
            statement; \
    } while (0)
#define f32x4_zero(v) f32x4_each((v).lane[l_] = 0)
#define f32x4_load(v, p) f32x4_each((v).lane[l_] = (p)[l_])
#define f32x4_store(p, v) f32x4_each((p)[l_] = (v).lane[l_])
#define f32x4_fma(s, a, v) f32x4_each((s).lane[l_] += (a) * (v).lane[l_])
#endif
#define f32x4_load_apart(v, p, step, n) \
    do { \
        f32x4_zero(v); \
        for (int l_ = 0; l_ < (n); ++l_) \
            f32x4_lane(v, l_) = (p)[l_ * (step)]; \
    } while (0)
#define f32x4_store_apart(p, step, n, v) \
    do { \
        for (int l_ = 0; l_ < (n); ++l_) \
            (p)[l_ * (step)] = f32x4_lane(v, l_); \
    } while (0)
#if defined(__AVX512VL__) && !defined(CONVGEN_PORTABLE)
#define f32x4_mask(n) ((unsigned char)((1u << (n)) - 1u))
#define f32x4_load_first(v, p, n) \
    ((v) = __builtin_ia32_loadups128_mask((const void *)(p), (f32x4){0}, \
        f32x4_mask(n)))
#define f32x4_store_first(p, n, v) \
    __builtin_ia32_storeups128_mask((void *)(p), (v), f32x4_mask(n))
#else
#define f32x4_load_first(v, p, n) f32x4_load_apart(v, p, 1, n)
#define f32x4_store_first(p, n, v) f32x4_store_apart(p, 1, n, v)
#endif
#endif

#ifndef convgen_launder
#if defined(__GNUC__) && !defined(CONVGEN_PORTABLE)
/* Hides where a pointer comes from: compilers would keep what it points to in registers. */
#define convgen_launder(p) __asm__ volatile("" : "+r"(p))
#else
#define convgen_launder(p) ((void)0)
#endif
#endif

/* O[f,i,j] = b[f] + sum(m,n) K[f,0,m,n] * X[0,i+m-2,j+n-2] */
void lenet5_c1_28_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O,
    void *restrict workspace)
{
    float *W = workspace;
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t m = 0; m < 5; ++m) {
            for (ptrdiff_t n = 0; n < 5; ++n) {
                {
                    const ptrdiff_t c = 0;
                    for (ptrdiff_t v = 0; v < 6; ++v) {
                        W[25 * f + 8 * c + v + 40 * m + 8 * n] = K[25 * f + 25 * c + 25 * v
                                + 5 * m + n];
                    }
                    for (ptrdiff_t v = 6; v < 8; ++v) {
                        W[25 * f + 8 * c + v + 40 * m + 8 * n] = 0;
                    }
                }
            }
        }
    }
    {
        const ptrdiff_t f = 0;
        f32x4 b0, b1;
        f32x4_load(b0, &b[f]);
        f32x4_load_first(b1, &b[f + 4], 2);
        for (ptrdiff_t i = 0; i < 28; ++i) {
            const ptrdiff_t m_begin = i < 2 ? 2 - i : 0;
            const ptrdiff_t m_end = i > 25 ? 30 - i : 5;
            {
                const ptrdiff_t j = 0;
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
                    s0_0 = b0;
                    s0_1 = b1;
                    s1_0 = b0;
                    s1_1 = b1;
                    s2_0 = b0;
                    s2_1 = b1;
                    s3_0 = b0;
                    s3_1 = b1;
                    s4_0 = b0;
                    s4_1 = b1;
                    s5_0 = b0;
                    s5_1 = b1;
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &X[28 * i + j + 28 * m - 56];
                            const float *w = &W[25 * f + 40 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s2_0, x[0], w0);
                            f32x4_fma(s2_1, x[0], w1);
                            f32x4_fma(s3_0, x[1], w0);
                            f32x4_fma(s3_1, x[1], w1);
                            f32x4_fma(s4_0, x[2], w0);
                            f32x4_fma(s4_1, x[2], w1);
                            f32x4_fma(s5_0, x[3], w0);
                            f32x4_fma(s5_1, x[3], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 56];
                            const float *w = &W[25 * f + 40 * m + 8];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s1_0, x[0], w0);
                            f32x4_fma(s1_1, x[0], w1);
                            f32x4_fma(s2_0, x[1], w0);
                            f32x4_fma(s2_1, x[1], w1);
                            f32x4_fma(s3_0, x[2], w0);
                            f32x4_fma(s3_1, x[2], w1);
                            f32x4_fma(s4_0, x[3], w0);
                            f32x4_fma(s4_1, x[3], w1);
                            f32x4_fma(s5_0, x[4], w0);
                            f32x4_fma(s5_1, x[4], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 56];
                            const float *w = &W[25 * f + 40 * m + 16];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                            f32x4_fma(s3_0, x[3], w0);
                            f32x4_fma(s3_1, x[3], w1);
                            f32x4_fma(s4_0, x[4], w0);
                            f32x4_fma(s4_1, x[4], w1);
                            f32x4_fma(s5_0, x[5], w0);
                            f32x4_fma(s5_1, x[5], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 55];
                            const float *w = &W[25 * f + 40 * m + 24];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                            f32x4_fma(s3_0, x[3], w0);
                            f32x4_fma(s3_1, x[3], w1);
                            f32x4_fma(s4_0, x[4], w0);
                            f32x4_fma(s4_1, x[4], w1);
                            f32x4_fma(s5_0, x[5], w0);
                            f32x4_fma(s5_1, x[5], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 54];
                            const float *w = &W[25 * f + 40 * m + 32];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                            f32x4_fma(s3_0, x[3], w0);
                            f32x4_fma(s3_1, x[3], w1);
                            f32x4_fma(s4_0, x[4], w0);
                            f32x4_fma(s4_1, x[4], w1);
                            f32x4_fma(s5_0, x[5], w0);
                            f32x4_fma(s5_1, x[5], w1);
                        }
                    }
                    float *o = &O[784 * f + 28 * i + j];
                    f32x4_store_apart(o, 784, 4, s0_0);
                    f32x4_store_apart(o + 3136, 784, 2, s0_1);
                    f32x4_store_apart(o + 1, 784, 4, s1_0);
                    f32x4_store_apart(o + 3137, 784, 2, s1_1);
                    f32x4_store_apart(o + 2, 784, 4, s2_0);
                    f32x4_store_apart(o + 3138, 784, 2, s2_1);
                    f32x4_store_apart(o + 3, 784, 4, s3_0);
                    f32x4_store_apart(o + 3139, 784, 2, s3_1);
                    f32x4_store_apart(o + 4, 784, 4, s4_0);
                    f32x4_store_apart(o + 3140, 784, 2, s4_1);
                    f32x4_store_apart(o + 5, 784, 4, s5_0);
                    f32x4_store_apart(o + 3141, 784, 2, s5_1);
                }
            }
            for (ptrdiff_t j = 6; j < 18; j += 6) {
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
                    s0_0 = b0;
                    s0_1 = b1;
                    s1_0 = b0;
                    s1_1 = b1;
                    s2_0 = b0;
                    s2_1 = b1;
                    s3_0 = b0;
                    s3_1 = b1;
                    s4_0 = b0;
                    s4_1 = b1;
                    s5_0 = b0;
                    s5_1 = b1;
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t n = 0; n < 5; ++n) {
                            {
                                const float *x = &X[28 * i + j + 28 * m + n - 58];
                                const float *w = &W[25 * f + 40 * m + 8 * n];
                                convgen_launder(x);
                                convgen_launder(w);
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[0]);
                                f32x4_load(w1, &w[4]);
                                f32x4_fma(s0_0, x[0], w0);
                                f32x4_fma(s0_1, x[0], w1);
                                f32x4_fma(s1_0, x[1], w0);
                                f32x4_fma(s1_1, x[1], w1);
                                f32x4_fma(s2_0, x[2], w0);
                                f32x4_fma(s2_1, x[2], w1);
                                f32x4_fma(s3_0, x[3], w0);
                                f32x4_fma(s3_1, x[3], w1);
                                f32x4_fma(s4_0, x[4], w0);
                                f32x4_fma(s4_1, x[4], w1);
                                f32x4_fma(s5_0, x[5], w0);
                                f32x4_fma(s5_1, x[5], w1);
                            }
                        }
                    }
                    float *o = &O[784 * f + 28 * i + j];
                    f32x4_store_apart(o, 784, 4, s0_0);
                    f32x4_store_apart(o + 3136, 784, 2, s0_1);
                    f32x4_store_apart(o + 1, 784, 4, s1_0);
                    f32x4_store_apart(o + 3137, 784, 2, s1_1);
                    f32x4_store_apart(o + 2, 784, 4, s2_0);
                    f32x4_store_apart(o + 3138, 784, 2, s2_1);
                    f32x4_store_apart(o + 3, 784, 4, s3_0);
                    f32x4_store_apart(o + 3139, 784, 2, s3_1);
                    f32x4_store_apart(o + 4, 784, 4, s4_0);
                    f32x4_store_apart(o + 3140, 784, 2, s4_1);
                    f32x4_store_apart(o + 5, 784, 4, s5_0);
                    f32x4_store_apart(o + 3141, 784, 2, s5_1);
                }
            }
            {
                const ptrdiff_t j = 18;
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
                    s0_0 = b0;
                    s0_1 = b1;
                    s1_0 = b0;
                    s1_1 = b1;
                    s2_0 = b0;
                    s2_1 = b1;
                    s3_0 = b0;
                    s3_1 = b1;
                    s4_0 = b0;
                    s4_1 = b1;
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t n = 0; n < 5; ++n) {
                            {
                                const float *x = &X[28 * i + j + 28 * m + n - 58];
                                const float *w = &W[25 * f + 40 * m + 8 * n];
                                convgen_launder(x);
                                convgen_launder(w);
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[0]);
                                f32x4_load(w1, &w[4]);
                                f32x4_fma(s0_0, x[0], w0);
                                f32x4_fma(s0_1, x[0], w1);
                                f32x4_fma(s1_0, x[1], w0);
                                f32x4_fma(s1_1, x[1], w1);
                                f32x4_fma(s2_0, x[2], w0);
                                f32x4_fma(s2_1, x[2], w1);
                                f32x4_fma(s3_0, x[3], w0);
                                f32x4_fma(s3_1, x[3], w1);
                                f32x4_fma(s4_0, x[4], w0);
                                f32x4_fma(s4_1, x[4], w1);
                            }
                        }
                    }
                    float *o = &O[784 * f + 28 * i + j];
                    f32x4_store_apart(o, 784, 4, s0_0);
                    f32x4_store_apart(o + 3136, 784, 2, s0_1);
                    f32x4_store_apart(o + 1, 784, 4, s1_0);
                    f32x4_store_apart(o + 3137, 784, 2, s1_1);
                    f32x4_store_apart(o + 2, 784, 4, s2_0);
                    f32x4_store_apart(o + 3138, 784, 2, s2_1);
                    f32x4_store_apart(o + 3, 784, 4, s3_0);
                    f32x4_store_apart(o + 3139, 784, 2, s3_1);
                    f32x4_store_apart(o + 4, 784, 4, s4_0);
                    f32x4_store_apart(o + 3140, 784, 2, s4_1);
                }
            }
            {
                const ptrdiff_t j = 23;
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
                    s0_0 = b0;
                    s0_1 = b1;
                    s1_0 = b0;
                    s1_1 = b1;
                    s2_0 = b0;
                    s2_1 = b1;
                    s3_0 = b0;
                    s3_1 = b1;
                    s4_0 = b0;
                    s4_1 = b1;
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &X[28 * i + j + 28 * m - 58];
                            const float *w = &W[25 * f + 40 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                            f32x4_fma(s3_0, x[3], w0);
                            f32x4_fma(s3_1, x[3], w1);
                            f32x4_fma(s4_0, x[4], w0);
                            f32x4_fma(s4_1, x[4], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 57];
                            const float *w = &W[25 * f + 40 * m + 8];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                            f32x4_fma(s3_0, x[3], w0);
                            f32x4_fma(s3_1, x[3], w1);
                            f32x4_fma(s4_0, x[4], w0);
                            f32x4_fma(s4_1, x[4], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 56];
                            const float *w = &W[25 * f + 40 * m + 16];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                            f32x4_fma(s3_0, x[3], w0);
                            f32x4_fma(s3_1, x[3], w1);
                            f32x4_fma(s4_0, x[4], w0);
                            f32x4_fma(s4_1, x[4], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 55];
                            const float *w = &W[25 * f + 40 * m + 24];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                            f32x4_fma(s3_0, x[3], w0);
                            f32x4_fma(s3_1, x[3], w1);
                        }
                        {
                            const float *x = &X[28 * i + j + 28 * m - 54];
                            const float *w = &W[25 * f + 40 * m + 32];
                            convgen_launder(x);
                            convgen_launder(w);
                            f32x4 w0, w1;
                            f32x4_load(w0, &w[0]);
                            f32x4_load(w1, &w[4]);
                            f32x4_fma(s0_0, x[0], w0);
                            f32x4_fma(s0_1, x[0], w1);
                            f32x4_fma(s1_0, x[1], w0);
                            f32x4_fma(s1_1, x[1], w1);
                            f32x4_fma(s2_0, x[2], w0);
                            f32x4_fma(s2_1, x[2], w1);
                        }
                    }
                    float *o = &O[784 * f + 28 * i + j];
                    f32x4_store_apart(o, 784, 4, s0_0);
                    f32x4_store_apart(o + 3136, 784, 2, s0_1);
                    f32x4_store_apart(o + 1, 784, 4, s1_0);
                    f32x4_store_apart(o + 3137, 784, 2, s1_1);
                    f32x4_store_apart(o + 2, 784, 4, s2_0);
                    f32x4_store_apart(o + 3138, 784, 2, s2_1);
                    f32x4_store_apart(o + 3, 784, 4, s3_0);
                    f32x4_store_apart(o + 3139, 784, 2, s3_1);
                    f32x4_store_apart(o + 4, 784, 4, s4_0);
                    f32x4_store_apart(o + 3140, 784, 2, s4_1);
                }
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
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *V = workspace;
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t p = 0; p < 784; ++p) {
            for (ptrdiff_t v = 0; v < 6; ++v) {
                V[784 * f + 8 * p + v] = dO[784 * f + p + 784 * v];
            }
            for (ptrdiff_t v = 6; v < 8; ++v) {
                V[784 * f + 8 * p + v] = 0;
            }
        }
    }
    {
        const ptrdiff_t f = 0;
        {
            f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
            float *o = &dK[25 * f];
            f32x4_zero(s0_0);
            f32x4_zero(s0_1);
            f32x4_zero(s1_0);
            f32x4_zero(s1_1);
            f32x4_zero(s2_0);
            f32x4_zero(s2_1);
            f32x4_zero(s3_0);
            f32x4_zero(s3_1);
            f32x4_zero(s4_0);
            f32x4_zero(s4_1);
            for (ptrdiff_t i = 2; i < 26; ++i) {
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j - 56];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 57];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 26;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j - 56];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 57];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 27;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j - 56];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 57];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 58];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            f32x4_store_apart(o, 25, 4, s0_0);
            f32x4_store_apart(o + 100, 25, 2, s0_1);
            f32x4_store_apart(o + 1, 25, 4, s1_0);
            f32x4_store_apart(o + 101, 25, 2, s1_1);
            f32x4_store_apart(o + 2, 25, 4, s2_0);
            f32x4_store_apart(o + 102, 25, 2, s2_1);
            f32x4_store_apart(o + 3, 25, 4, s3_0);
            f32x4_store_apart(o + 103, 25, 2, s3_1);
            f32x4_store_apart(o + 4, 25, 4, s4_0);
            f32x4_store_apart(o + 104, 25, 2, s4_1);
        }
        {
            f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
            float *o = &dK[25 * f + 5];
            f32x4_zero(s0_0);
            f32x4_zero(s0_1);
            f32x4_zero(s1_0);
            f32x4_zero(s1_1);
            f32x4_zero(s2_0);
            f32x4_zero(s2_1);
            f32x4_zero(s3_0);
            f32x4_zero(s3_1);
            f32x4_zero(s4_0);
            f32x4_zero(s4_1);
            {
                const ptrdiff_t i = 1;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j - 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 29];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            for (ptrdiff_t i = 2; i < 26; ++i) {
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j - 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 29];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 26;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j - 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 29];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 27;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j - 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 29];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 30];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            f32x4_store_apart(o, 25, 4, s0_0);
            f32x4_store_apart(o + 100, 25, 2, s0_1);
            f32x4_store_apart(o + 1, 25, 4, s1_0);
            f32x4_store_apart(o + 101, 25, 2, s1_1);
            f32x4_store_apart(o + 2, 25, 4, s2_0);
            f32x4_store_apart(o + 102, 25, 2, s2_1);
            f32x4_store_apart(o + 3, 25, 4, s3_0);
            f32x4_store_apart(o + 103, 25, 2, s3_1);
            f32x4_store_apart(o + 4, 25, 4, s4_0);
            f32x4_store_apart(o + 104, 25, 2, s4_1);
        }
        {
            f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
            float *o = &dK[25 * f + 10];
            f32x4_zero(s0_0);
            f32x4_zero(s0_1);
            f32x4_zero(s1_0);
            f32x4_zero(s1_1);
            f32x4_zero(s2_0);
            f32x4_zero(s2_1);
            f32x4_zero(s3_0);
            f32x4_zero(s3_1);
            f32x4_zero(s4_0);
            f32x4_zero(s4_1);
            {
                const ptrdiff_t i = 0;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 1];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 1;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 1];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            for (ptrdiff_t i = 2; i < 26; ++i) {
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 1];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 26;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 1];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 27;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j - 1];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j - 2];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            f32x4_store_apart(o, 25, 4, s0_0);
            f32x4_store_apart(o + 100, 25, 2, s0_1);
            f32x4_store_apart(o + 1, 25, 4, s1_0);
            f32x4_store_apart(o + 101, 25, 2, s1_1);
            f32x4_store_apart(o + 2, 25, 4, s2_0);
            f32x4_store_apart(o + 102, 25, 2, s2_1);
            f32x4_store_apart(o + 3, 25, 4, s3_0);
            f32x4_store_apart(o + 103, 25, 2, s3_1);
            f32x4_store_apart(o + 4, 25, 4, s4_0);
            f32x4_store_apart(o + 104, 25, 2, s4_1);
        }
        {
            f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
            float *o = &dK[25 * f + 15];
            f32x4_zero(s0_0);
            f32x4_zero(s0_1);
            f32x4_zero(s1_0);
            f32x4_zero(s1_1);
            f32x4_zero(s2_0);
            f32x4_zero(s2_1);
            f32x4_zero(s3_0);
            f32x4_zero(s3_1);
            f32x4_zero(s4_0);
            f32x4_zero(s4_1);
            {
                const ptrdiff_t i = 0;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j + 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j + 27];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 1;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j + 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j + 27];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            for (ptrdiff_t i = 2; i < 26; ++i) {
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j + 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j + 27];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 26;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j + 28];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j + 27];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j + 26];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            f32x4_store_apart(o, 25, 4, s0_0);
            f32x4_store_apart(o + 100, 25, 2, s0_1);
            f32x4_store_apart(o + 1, 25, 4, s1_0);
            f32x4_store_apart(o + 101, 25, 2, s1_1);
            f32x4_store_apart(o + 2, 25, 4, s2_0);
            f32x4_store_apart(o + 102, 25, 2, s2_1);
            f32x4_store_apart(o + 3, 25, 4, s3_0);
            f32x4_store_apart(o + 103, 25, 2, s3_1);
            f32x4_store_apart(o + 4, 25, 4, s4_0);
            f32x4_store_apart(o + 104, 25, 2, s4_1);
        }
        {
            f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
            float *o = &dK[25 * f + 20];
            f32x4_zero(s0_0);
            f32x4_zero(s0_1);
            f32x4_zero(s1_0);
            f32x4_zero(s1_1);
            f32x4_zero(s2_0);
            f32x4_zero(s2_1);
            f32x4_zero(s3_0);
            f32x4_zero(s3_1);
            f32x4_zero(s4_0);
            f32x4_zero(s4_1);
            {
                const ptrdiff_t i = 0;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j + 56];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j + 55];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            {
                const ptrdiff_t i = 1;
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j + 56];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j + 55];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            for (ptrdiff_t i = 2; i < 26; ++i) {
                {
                    const ptrdiff_t j = 0;
                    const float *x = &X[28 * i + j + 56];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s2_0, x[0], y0);
                    f32x4_fma(s2_1, x[0], y1);
                    f32x4_fma(s3_0, x[1], y0);
                    f32x4_fma(s3_1, x[1], y1);
                    f32x4_fma(s4_0, x[2], y0);
                    f32x4_fma(s4_1, x[2], y1);
                }
                {
                    const ptrdiff_t j = 1;
                    const float *x = &X[28 * i + j + 55];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s1_0, x[0], y0);
                    f32x4_fma(s1_1, x[0], y1);
                    f32x4_fma(s2_0, x[1], y0);
                    f32x4_fma(s2_1, x[1], y1);
                    f32x4_fma(s3_0, x[2], y0);
                    f32x4_fma(s3_1, x[2], y1);
                    f32x4_fma(s4_0, x[3], y0);
                    f32x4_fma(s4_1, x[3], y1);
                }
                for (ptrdiff_t j = 2; j < 26; ++j) {
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                    f32x4_fma(s4_0, x[4], y0);
                    f32x4_fma(s4_1, x[4], y1);
                }
                {
                    const ptrdiff_t j = 26;
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                    f32x4_fma(s3_0, x[3], y0);
                    f32x4_fma(s3_1, x[3], y1);
                }
                {
                    const ptrdiff_t j = 27;
                    const float *x = &X[28 * i + j + 54];
                    const float *y = &V[784 * f + 224 * i + 8 * j];
                    f32x4 y0, y1;
                    f32x4_load(y0, y);
                    f32x4_load(y1, y + 4);
                    f32x4_fma(s0_0, x[0], y0);
                    f32x4_fma(s0_1, x[0], y1);
                    f32x4_fma(s1_0, x[1], y0);
                    f32x4_fma(s1_1, x[1], y1);
                    f32x4_fma(s2_0, x[2], y0);
                    f32x4_fma(s2_1, x[2], y1);
                }
            }
            f32x4_store_apart(o, 25, 4, s0_0);
            f32x4_store_apart(o + 100, 25, 2, s0_1);
            f32x4_store_apart(o + 1, 25, 4, s1_0);
            f32x4_store_apart(o + 101, 25, 2, s1_1);
            f32x4_store_apart(o + 2, 25, 4, s2_0);
            f32x4_store_apart(o + 102, 25, 2, s2_1);
            f32x4_store_apart(o + 3, 25, 4, s3_0);
            f32x4_store_apart(o + 103, 25, 2, s3_1);
            f32x4_store_apart(o + 4, 25, 4, s4_0);
            f32x4_store_apart(o + 104, 25, 2, s4_1);
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
