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
 * Operations as executed
 *     pass              form   multiplications  additions  order of each sum
 *     forward           tiled          240,000    240,000  b, then (m, n, c)
 *     backward_data     tiled          240,000    240,000  0, then (m, n, f)
 *     backward_weights  tiled          240,000    240,000  0, then (i, j)
 *     backward_bias     loops                0      1,600  0, then (i, j)
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                  9,600 bytes
 *     backward_data           12,800 bytes
 *     backward_weights         6,400 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; no product with padding; for channels that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "lenet5_c3.h"

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

/* O[f,i,j] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,i+m,j+n] */
void lenet5_c3_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O,
    void *restrict workspace)
{
    float *W = workspace;
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        for (ptrdiff_t m = 0; m < 5; ++m) {
            for (ptrdiff_t n = 0; n < 5; ++n) {
                for (ptrdiff_t c = 0; c < 6; ++c) {
                    for (ptrdiff_t v = 0; v < 8; ++v) {
                        W[150 * f + 8 * c + v + 240 * m + 48 * n] = K[150 * f + 25 * c + 150 * v
                                + 5 * m + n];
                    }
                }
            }
        }
    }
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        f32x4 b0, b1;
        f32x4_load(b0, &b[f]);
        f32x4_load(b1, &b[f + 4]);
        for (ptrdiff_t i = 0; i < 10; ++i) {
            for (ptrdiff_t j = 0; j < 10; j += 5) {
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
                    for (ptrdiff_t m = 0; m < 5; ++m) {
                        for (ptrdiff_t n = 0; n < 5; ++n) {
                            {
                                const float *x = &X[14 * i + j + 14 * m + n];
                                const float *w = &W[150 * f + 240 * m + 48 * n];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t c = 0; c < 6; ++c) {
                                    f32x4 w0, w1;
                                    f32x4_load(w0, &w[8 * c]);
                                    f32x4_load(w1, &w[8 * c + 4]);
                                    f32x4_fma(s0_0, x[196 * c], w0);
                                    f32x4_fma(s0_1, x[196 * c], w1);
                                    f32x4_fma(s1_0, x[196 * c + 1], w0);
                                    f32x4_fma(s1_1, x[196 * c + 1], w1);
                                    f32x4_fma(s2_0, x[196 * c + 2], w0);
                                    f32x4_fma(s2_1, x[196 * c + 2], w1);
                                    f32x4_fma(s3_0, x[196 * c + 3], w0);
                                    f32x4_fma(s3_1, x[196 * c + 3], w1);
                                    f32x4_fma(s4_0, x[196 * c + 4], w0);
                                    f32x4_fma(s4_1, x[196 * c + 4], w1);
                                }
                            }
                        }
                    }
                    float *o = &O[100 * f + 10 * i + j];
                    f32x4_store_apart(o, 100, 4, s0_0);
                    f32x4_store_apart(o + 400, 100, 4, s0_1);
                    f32x4_store_apart(o + 1, 100, 4, s1_0);
                    f32x4_store_apart(o + 401, 100, 4, s1_1);
                    f32x4_store_apart(o + 2, 100, 4, s2_0);
                    f32x4_store_apart(o + 402, 100, 4, s2_1);
                    f32x4_store_apart(o + 3, 100, 4, s3_0);
                    f32x4_store_apart(o + 403, 100, 4, s3_1);
                    f32x4_store_apart(o + 4, 100, 4, s4_0);
                    f32x4_store_apart(o + 404, 100, 4, s4_1);
                }
            }
        }
    }
}

/* dX[c,p,q] = sum(f,i,j,m,n | i+m = p, j+n = q) K[f,c,m,n] * dO[f,i,j] */
void lenet5_c3_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX, void *restrict workspace)
{
    float *W = workspace;
    {
        const ptrdiff_t c = 0;
        for (ptrdiff_t m = 0; m < 5; ++m) {
            for (ptrdiff_t n = 0; n < 5; ++n) {
                for (ptrdiff_t f = 0; f < 16; ++f) {
                    for (ptrdiff_t v = 0; v < 4; ++v) {
                        W[4 * f + 400 * c + v + 320 * m + 64 * n] = K[150 * f + 25 * c + 25 * v
                                + 5 * m + n];
                    }
                }
            }
        }
    }
    {
        const ptrdiff_t c = 4;
        for (ptrdiff_t m = 0; m < 5; ++m) {
            for (ptrdiff_t n = 0; n < 5; ++n) {
                for (ptrdiff_t f = 0; f < 16; ++f) {
                    for (ptrdiff_t v = 0; v < 2; ++v) {
                        W[4 * f + 400 * c + v + 320 * m + 64 * n] = K[150 * f + 25 * c + 25 * v
                                + 5 * m + n];
                    }
                    for (ptrdiff_t v = 2; v < 4; ++v) {
                        W[4 * f + 400 * c + v + 320 * m + 64 * n] = 0;
                    }
                }
            }
        }
    }
    {
        const ptrdiff_t c = 0;
        for (ptrdiff_t p = 0; p < 14; ++p) {
            const ptrdiff_t m_begin = p > 9 ? p - 9 : 0;
            const ptrdiff_t m_end = p < 4 ? p + 1 : 5;
            {
                const ptrdiff_t q = 0;
                {
                    f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0, s10_0,
                            s11_0,
                        s12_0, s13_0;
                    f32x4_zero(s0_0);
                    f32x4_zero(s1_0);
                    f32x4_zero(s2_0);
                    f32x4_zero(s3_0);
                    f32x4_zero(s4_0);
                    f32x4_zero(s5_0);
                    f32x4_zero(s6_0);
                    f32x4_zero(s7_0);
                    f32x4_zero(s8_0);
                    f32x4_zero(s9_0);
                    f32x4_zero(s10_0);
                    f32x4_zero(s11_0);
                    f32x4_zero(s12_0);
                    f32x4_zero(s13_0);
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s0_0, x[100 * f], w0);
                                f32x4_fma(s1_0, x[100 * f + 1], w0);
                                f32x4_fma(s2_0, x[100 * f + 2], w0);
                                f32x4_fma(s3_0, x[100 * f + 3], w0);
                                f32x4_fma(s4_0, x[100 * f + 4], w0);
                                f32x4_fma(s5_0, x[100 * f + 5], w0);
                                f32x4_fma(s6_0, x[100 * f + 6], w0);
                                f32x4_fma(s7_0, x[100 * f + 7], w0);
                                f32x4_fma(s8_0, x[100 * f + 8], w0);
                                f32x4_fma(s9_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 64];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s1_0, x[100 * f], w0);
                                f32x4_fma(s2_0, x[100 * f + 1], w0);
                                f32x4_fma(s3_0, x[100 * f + 2], w0);
                                f32x4_fma(s4_0, x[100 * f + 3], w0);
                                f32x4_fma(s5_0, x[100 * f + 4], w0);
                                f32x4_fma(s6_0, x[100 * f + 5], w0);
                                f32x4_fma(s7_0, x[100 * f + 6], w0);
                                f32x4_fma(s8_0, x[100 * f + 7], w0);
                                f32x4_fma(s9_0, x[100 * f + 8], w0);
                                f32x4_fma(s10_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 128];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s2_0, x[100 * f], w0);
                                f32x4_fma(s3_0, x[100 * f + 1], w0);
                                f32x4_fma(s4_0, x[100 * f + 2], w0);
                                f32x4_fma(s5_0, x[100 * f + 3], w0);
                                f32x4_fma(s6_0, x[100 * f + 4], w0);
                                f32x4_fma(s7_0, x[100 * f + 5], w0);
                                f32x4_fma(s8_0, x[100 * f + 6], w0);
                                f32x4_fma(s9_0, x[100 * f + 7], w0);
                                f32x4_fma(s10_0, x[100 * f + 8], w0);
                                f32x4_fma(s11_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 192];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s3_0, x[100 * f], w0);
                                f32x4_fma(s4_0, x[100 * f + 1], w0);
                                f32x4_fma(s5_0, x[100 * f + 2], w0);
                                f32x4_fma(s6_0, x[100 * f + 3], w0);
                                f32x4_fma(s7_0, x[100 * f + 4], w0);
                                f32x4_fma(s8_0, x[100 * f + 5], w0);
                                f32x4_fma(s9_0, x[100 * f + 6], w0);
                                f32x4_fma(s10_0, x[100 * f + 7], w0);
                                f32x4_fma(s11_0, x[100 * f + 8], w0);
                                f32x4_fma(s12_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 256];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s4_0, x[100 * f], w0);
                                f32x4_fma(s5_0, x[100 * f + 1], w0);
                                f32x4_fma(s6_0, x[100 * f + 2], w0);
                                f32x4_fma(s7_0, x[100 * f + 3], w0);
                                f32x4_fma(s8_0, x[100 * f + 4], w0);
                                f32x4_fma(s9_0, x[100 * f + 5], w0);
                                f32x4_fma(s10_0, x[100 * f + 6], w0);
                                f32x4_fma(s11_0, x[100 * f + 7], w0);
                                f32x4_fma(s12_0, x[100 * f + 8], w0);
                                f32x4_fma(s13_0, x[100 * f + 9], w0);
                            }
                        }
                    }
                    float *o = &dX[196 * c + 14 * p + q];
                    f32x4_store_apart(o, 196, 4, s0_0);
                    f32x4_store_apart(o + 1, 196, 4, s1_0);
                    f32x4_store_apart(o + 2, 196, 4, s2_0);
                    f32x4_store_apart(o + 3, 196, 4, s3_0);
                    f32x4_store_apart(o + 4, 196, 4, s4_0);
                    f32x4_store_apart(o + 5, 196, 4, s5_0);
                    f32x4_store_apart(o + 6, 196, 4, s6_0);
                    f32x4_store_apart(o + 7, 196, 4, s7_0);
                    f32x4_store_apart(o + 8, 196, 4, s8_0);
                    f32x4_store_apart(o + 9, 196, 4, s9_0);
                    f32x4_store_apart(o + 10, 196, 4, s10_0);
                    f32x4_store_apart(o + 11, 196, 4, s11_0);
                    f32x4_store_apart(o + 12, 196, 4, s12_0);
                    f32x4_store_apart(o + 13, 196, 4, s13_0);
                }
            }
        }
    }
    {
        const ptrdiff_t c = 4;
        for (ptrdiff_t p = 0; p < 14; ++p) {
            const ptrdiff_t m_begin = p > 9 ? p - 9 : 0;
            const ptrdiff_t m_end = p < 4 ? p + 1 : 5;
            {
                const ptrdiff_t q = 0;
                {
                    f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0, s10_0,
                            s11_0,
                        s12_0, s13_0;
                    f32x4_zero(s0_0);
                    f32x4_zero(s1_0);
                    f32x4_zero(s2_0);
                    f32x4_zero(s3_0);
                    f32x4_zero(s4_0);
                    f32x4_zero(s5_0);
                    f32x4_zero(s6_0);
                    f32x4_zero(s7_0);
                    f32x4_zero(s8_0);
                    f32x4_zero(s9_0);
                    f32x4_zero(s10_0);
                    f32x4_zero(s11_0);
                    f32x4_zero(s12_0);
                    f32x4_zero(s13_0);
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s0_0, x[100 * f], w0);
                                f32x4_fma(s1_0, x[100 * f + 1], w0);
                                f32x4_fma(s2_0, x[100 * f + 2], w0);
                                f32x4_fma(s3_0, x[100 * f + 3], w0);
                                f32x4_fma(s4_0, x[100 * f + 4], w0);
                                f32x4_fma(s5_0, x[100 * f + 5], w0);
                                f32x4_fma(s6_0, x[100 * f + 6], w0);
                                f32x4_fma(s7_0, x[100 * f + 7], w0);
                                f32x4_fma(s8_0, x[100 * f + 8], w0);
                                f32x4_fma(s9_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 64];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s1_0, x[100 * f], w0);
                                f32x4_fma(s2_0, x[100 * f + 1], w0);
                                f32x4_fma(s3_0, x[100 * f + 2], w0);
                                f32x4_fma(s4_0, x[100 * f + 3], w0);
                                f32x4_fma(s5_0, x[100 * f + 4], w0);
                                f32x4_fma(s6_0, x[100 * f + 5], w0);
                                f32x4_fma(s7_0, x[100 * f + 6], w0);
                                f32x4_fma(s8_0, x[100 * f + 7], w0);
                                f32x4_fma(s9_0, x[100 * f + 8], w0);
                                f32x4_fma(s10_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 128];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s2_0, x[100 * f], w0);
                                f32x4_fma(s3_0, x[100 * f + 1], w0);
                                f32x4_fma(s4_0, x[100 * f + 2], w0);
                                f32x4_fma(s5_0, x[100 * f + 3], w0);
                                f32x4_fma(s6_0, x[100 * f + 4], w0);
                                f32x4_fma(s7_0, x[100 * f + 5], w0);
                                f32x4_fma(s8_0, x[100 * f + 6], w0);
                                f32x4_fma(s9_0, x[100 * f + 7], w0);
                                f32x4_fma(s10_0, x[100 * f + 8], w0);
                                f32x4_fma(s11_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 192];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s3_0, x[100 * f], w0);
                                f32x4_fma(s4_0, x[100 * f + 1], w0);
                                f32x4_fma(s5_0, x[100 * f + 2], w0);
                                f32x4_fma(s6_0, x[100 * f + 3], w0);
                                f32x4_fma(s7_0, x[100 * f + 4], w0);
                                f32x4_fma(s8_0, x[100 * f + 5], w0);
                                f32x4_fma(s9_0, x[100 * f + 6], w0);
                                f32x4_fma(s10_0, x[100 * f + 7], w0);
                                f32x4_fma(s11_0, x[100 * f + 8], w0);
                                f32x4_fma(s12_0, x[100 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[10 * p + q - 10 * m];
                            const float *w = &W[400 * c + 320 * m + 256];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s4_0, x[100 * f], w0);
                                f32x4_fma(s5_0, x[100 * f + 1], w0);
                                f32x4_fma(s6_0, x[100 * f + 2], w0);
                                f32x4_fma(s7_0, x[100 * f + 3], w0);
                                f32x4_fma(s8_0, x[100 * f + 4], w0);
                                f32x4_fma(s9_0, x[100 * f + 5], w0);
                                f32x4_fma(s10_0, x[100 * f + 6], w0);
                                f32x4_fma(s11_0, x[100 * f + 7], w0);
                                f32x4_fma(s12_0, x[100 * f + 8], w0);
                                f32x4_fma(s13_0, x[100 * f + 9], w0);
                            }
                        }
                    }
                    float *o = &dX[196 * c + 14 * p + q];
                    f32x4_store_apart(o, 196, 2, s0_0);
                    f32x4_store_apart(o + 1, 196, 2, s1_0);
                    f32x4_store_apart(o + 2, 196, 2, s2_0);
                    f32x4_store_apart(o + 3, 196, 2, s3_0);
                    f32x4_store_apart(o + 4, 196, 2, s4_0);
                    f32x4_store_apart(o + 5, 196, 2, s5_0);
                    f32x4_store_apart(o + 6, 196, 2, s6_0);
                    f32x4_store_apart(o + 7, 196, 2, s7_0);
                    f32x4_store_apart(o + 8, 196, 2, s8_0);
                    f32x4_store_apart(o + 9, 196, 2, s9_0);
                    f32x4_store_apart(o + 10, 196, 2, s10_0);
                    f32x4_store_apart(o + 11, 196, 2, s11_0);
                    f32x4_store_apart(o + 12, 196, 2, s12_0);
                    f32x4_store_apart(o + 13, 196, 2, s13_0);
                }
            }
        }
    }
}

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m,j+n] */
void lenet5_c3_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *V = workspace;
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        for (ptrdiff_t p = 0; p < 100; ++p) {
            for (ptrdiff_t v = 0; v < 8; ++v) {
                V[100 * f + 8 * p + v] = dO[100 * f + p + 100 * v];
            }
        }
    }
    for (ptrdiff_t m = 0; m < 5; ++m) {
        for (ptrdiff_t f = 0; f < 16; f += 8) {
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
                float *o = &dK[150 * f + 5 * m];
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
                f32x4_zero(s5_0);
                f32x4_zero(s5_1);
                for (ptrdiff_t i = 0; i < 10; ++i) {
                    for (ptrdiff_t j = 0; j < 10; ++j) {
                        const float *x = &X[14 * i + j + 14 * m];
                        const float *y = &V[100 * f + 80 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[196], y0);
                        f32x4_fma(s1_1, x[196], y1);
                        f32x4_fma(s2_0, x[392], y0);
                        f32x4_fma(s2_1, x[392], y1);
                        f32x4_fma(s3_0, x[588], y0);
                        f32x4_fma(s3_1, x[588], y1);
                        f32x4_fma(s4_0, x[784], y0);
                        f32x4_fma(s4_1, x[784], y1);
                        f32x4_fma(s5_0, x[980], y0);
                        f32x4_fma(s5_1, x[980], y1);
                    }
                }
                f32x4_store_apart(o, 150, 4, s0_0);
                f32x4_store_apart(o + 600, 150, 4, s0_1);
                f32x4_store_apart(o + 25, 150, 4, s1_0);
                f32x4_store_apart(o + 625, 150, 4, s1_1);
                f32x4_store_apart(o + 50, 150, 4, s2_0);
                f32x4_store_apart(o + 650, 150, 4, s2_1);
                f32x4_store_apart(o + 75, 150, 4, s3_0);
                f32x4_store_apart(o + 675, 150, 4, s3_1);
                f32x4_store_apart(o + 100, 150, 4, s4_0);
                f32x4_store_apart(o + 700, 150, 4, s4_1);
                f32x4_store_apart(o + 125, 150, 4, s5_0);
                f32x4_store_apart(o + 725, 150, 4, s5_1);
            }
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
                float *o = &dK[150 * f + 5 * m + 1];
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
                f32x4_zero(s5_0);
                f32x4_zero(s5_1);
                for (ptrdiff_t i = 0; i < 10; ++i) {
                    for (ptrdiff_t j = 0; j < 10; ++j) {
                        const float *x = &X[14 * i + j + 14 * m + 1];
                        const float *y = &V[100 * f + 80 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[196], y0);
                        f32x4_fma(s1_1, x[196], y1);
                        f32x4_fma(s2_0, x[392], y0);
                        f32x4_fma(s2_1, x[392], y1);
                        f32x4_fma(s3_0, x[588], y0);
                        f32x4_fma(s3_1, x[588], y1);
                        f32x4_fma(s4_0, x[784], y0);
                        f32x4_fma(s4_1, x[784], y1);
                        f32x4_fma(s5_0, x[980], y0);
                        f32x4_fma(s5_1, x[980], y1);
                    }
                }
                f32x4_store_apart(o, 150, 4, s0_0);
                f32x4_store_apart(o + 600, 150, 4, s0_1);
                f32x4_store_apart(o + 25, 150, 4, s1_0);
                f32x4_store_apart(o + 625, 150, 4, s1_1);
                f32x4_store_apart(o + 50, 150, 4, s2_0);
                f32x4_store_apart(o + 650, 150, 4, s2_1);
                f32x4_store_apart(o + 75, 150, 4, s3_0);
                f32x4_store_apart(o + 675, 150, 4, s3_1);
                f32x4_store_apart(o + 100, 150, 4, s4_0);
                f32x4_store_apart(o + 700, 150, 4, s4_1);
                f32x4_store_apart(o + 125, 150, 4, s5_0);
                f32x4_store_apart(o + 725, 150, 4, s5_1);
            }
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
                float *o = &dK[150 * f + 5 * m + 2];
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
                f32x4_zero(s5_0);
                f32x4_zero(s5_1);
                for (ptrdiff_t i = 0; i < 10; ++i) {
                    for (ptrdiff_t j = 0; j < 10; ++j) {
                        const float *x = &X[14 * i + j + 14 * m + 2];
                        const float *y = &V[100 * f + 80 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[196], y0);
                        f32x4_fma(s1_1, x[196], y1);
                        f32x4_fma(s2_0, x[392], y0);
                        f32x4_fma(s2_1, x[392], y1);
                        f32x4_fma(s3_0, x[588], y0);
                        f32x4_fma(s3_1, x[588], y1);
                        f32x4_fma(s4_0, x[784], y0);
                        f32x4_fma(s4_1, x[784], y1);
                        f32x4_fma(s5_0, x[980], y0);
                        f32x4_fma(s5_1, x[980], y1);
                    }
                }
                f32x4_store_apart(o, 150, 4, s0_0);
                f32x4_store_apart(o + 600, 150, 4, s0_1);
                f32x4_store_apart(o + 25, 150, 4, s1_0);
                f32x4_store_apart(o + 625, 150, 4, s1_1);
                f32x4_store_apart(o + 50, 150, 4, s2_0);
                f32x4_store_apart(o + 650, 150, 4, s2_1);
                f32x4_store_apart(o + 75, 150, 4, s3_0);
                f32x4_store_apart(o + 675, 150, 4, s3_1);
                f32x4_store_apart(o + 100, 150, 4, s4_0);
                f32x4_store_apart(o + 700, 150, 4, s4_1);
                f32x4_store_apart(o + 125, 150, 4, s5_0);
                f32x4_store_apart(o + 725, 150, 4, s5_1);
            }
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
                float *o = &dK[150 * f + 5 * m + 3];
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
                f32x4_zero(s5_0);
                f32x4_zero(s5_1);
                for (ptrdiff_t i = 0; i < 10; ++i) {
                    for (ptrdiff_t j = 0; j < 10; ++j) {
                        const float *x = &X[14 * i + j + 14 * m + 3];
                        const float *y = &V[100 * f + 80 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[196], y0);
                        f32x4_fma(s1_1, x[196], y1);
                        f32x4_fma(s2_0, x[392], y0);
                        f32x4_fma(s2_1, x[392], y1);
                        f32x4_fma(s3_0, x[588], y0);
                        f32x4_fma(s3_1, x[588], y1);
                        f32x4_fma(s4_0, x[784], y0);
                        f32x4_fma(s4_1, x[784], y1);
                        f32x4_fma(s5_0, x[980], y0);
                        f32x4_fma(s5_1, x[980], y1);
                    }
                }
                f32x4_store_apart(o, 150, 4, s0_0);
                f32x4_store_apart(o + 600, 150, 4, s0_1);
                f32x4_store_apart(o + 25, 150, 4, s1_0);
                f32x4_store_apart(o + 625, 150, 4, s1_1);
                f32x4_store_apart(o + 50, 150, 4, s2_0);
                f32x4_store_apart(o + 650, 150, 4, s2_1);
                f32x4_store_apart(o + 75, 150, 4, s3_0);
                f32x4_store_apart(o + 675, 150, 4, s3_1);
                f32x4_store_apart(o + 100, 150, 4, s4_0);
                f32x4_store_apart(o + 700, 150, 4, s4_1);
                f32x4_store_apart(o + 125, 150, 4, s5_0);
                f32x4_store_apart(o + 725, 150, 4, s5_1);
            }
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
                float *o = &dK[150 * f + 5 * m + 4];
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
                f32x4_zero(s5_0);
                f32x4_zero(s5_1);
                for (ptrdiff_t i = 0; i < 10; ++i) {
                    for (ptrdiff_t j = 0; j < 10; ++j) {
                        const float *x = &X[14 * i + j + 14 * m + 4];
                        const float *y = &V[100 * f + 80 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[196], y0);
                        f32x4_fma(s1_1, x[196], y1);
                        f32x4_fma(s2_0, x[392], y0);
                        f32x4_fma(s2_1, x[392], y1);
                        f32x4_fma(s3_0, x[588], y0);
                        f32x4_fma(s3_1, x[588], y1);
                        f32x4_fma(s4_0, x[784], y0);
                        f32x4_fma(s4_1, x[784], y1);
                        f32x4_fma(s5_0, x[980], y0);
                        f32x4_fma(s5_1, x[980], y1);
                    }
                }
                f32x4_store_apart(o, 150, 4, s0_0);
                f32x4_store_apart(o + 600, 150, 4, s0_1);
                f32x4_store_apart(o + 25, 150, 4, s1_0);
                f32x4_store_apart(o + 625, 150, 4, s1_1);
                f32x4_store_apart(o + 50, 150, 4, s2_0);
                f32x4_store_apart(o + 650, 150, 4, s2_1);
                f32x4_store_apart(o + 75, 150, 4, s3_0);
                f32x4_store_apart(o + 675, 150, 4, s3_1);
                f32x4_store_apart(o + 100, 150, 4, s4_0);
                f32x4_store_apart(o + 700, 150, 4, s4_1);
                f32x4_store_apart(o + 125, 150, 4, s5_0);
                f32x4_store_apart(o + 725, 150, 4, s5_1);
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
