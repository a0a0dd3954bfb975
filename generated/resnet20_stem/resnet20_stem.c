/* convgen 0.1.0 spec: input=32x32 kernel=3x3 in-channels=3 out-channels=16 padding=1x1 bias=no
 *
 * Written by
 *     convgen generate --spec "input=32x32 kernel=3x3 in-channels=3 out-channels=16 padding=1x1 bias=no" \
 *         --target c --dtype float32 --name resnet20_stem
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   3 x 32 x 32
 *     K[f,c,m,n]  OIHW  16 x 3 x 3 x 3
 *     O[f,i,j]    CHW   16 x 32 x 32
 *
 * An index outside its array reads 0.
 *
 * Operations as executed
 *     pass              form   multiplications  additions  order of each sum
 *     forward           tiled          424,128    424,128  0, then (m, n, c)
 *     backward_data     tiled          424,128    424,128  0, then (m, n, f)
 *     backward_weights  tiled          424,128    424,128  0, then (i, j)
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                  1,728 bytes
 *     backward_data            2,304 bytes
 *     backward_weights        65,536 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; no product with padding; for channels that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "resnet20_stem.h"

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

/* O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,i+m-1,j+n-1] */
void resnet20_stem_forward(
    const float *restrict X, const float *restrict K, float *restrict O, void *restrict workspace)
{
    float *W = workspace;
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        for (ptrdiff_t m = 0; m < 3; ++m) {
            for (ptrdiff_t n = 0; n < 3; ++n) {
                for (ptrdiff_t c = 0; c < 3; ++c) {
                    for (ptrdiff_t v = 0; v < 8; ++v) {
                        W[27 * f + 8 * c + v + 72 * m + 24 * n] = K[27 * f + 9 * c + 27 * v
                                + 3 * m + n];
                    }
                }
            }
        }
    }
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        for (ptrdiff_t i = 0; i < 32; ++i) {
            const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
            const ptrdiff_t m_end = i > 30 ? 33 - i : 3;
            {
                const ptrdiff_t j = 0;
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
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
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &X[32 * i + j + 32 * m - 32];
                            const float *w = &W[27 * f + 72 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t c = 0; c < 3; ++c) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * c]);
                                f32x4_load(w1, &w[8 * c + 4]);
                                f32x4_fma(s1_0, x[1024 * c], w0);
                                f32x4_fma(s1_1, x[1024 * c], w1);
                                f32x4_fma(s2_0, x[1024 * c + 1], w0);
                                f32x4_fma(s2_1, x[1024 * c + 1], w1);
                                f32x4_fma(s3_0, x[1024 * c + 2], w0);
                                f32x4_fma(s3_1, x[1024 * c + 2], w1);
                                f32x4_fma(s4_0, x[1024 * c + 3], w0);
                                f32x4_fma(s4_1, x[1024 * c + 3], w1);
                                f32x4_fma(s5_0, x[1024 * c + 4], w0);
                                f32x4_fma(s5_1, x[1024 * c + 4], w1);
                            }
                        }
                        {
                            const float *x = &X[32 * i + j + 32 * m - 32];
                            const float *w = &W[27 * f + 72 * m + 24];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t c = 0; c < 3; ++c) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * c]);
                                f32x4_load(w1, &w[8 * c + 4]);
                                f32x4_fma(s0_0, x[1024 * c], w0);
                                f32x4_fma(s0_1, x[1024 * c], w1);
                                f32x4_fma(s1_0, x[1024 * c + 1], w0);
                                f32x4_fma(s1_1, x[1024 * c + 1], w1);
                                f32x4_fma(s2_0, x[1024 * c + 2], w0);
                                f32x4_fma(s2_1, x[1024 * c + 2], w1);
                                f32x4_fma(s3_0, x[1024 * c + 3], w0);
                                f32x4_fma(s3_1, x[1024 * c + 3], w1);
                                f32x4_fma(s4_0, x[1024 * c + 4], w0);
                                f32x4_fma(s4_1, x[1024 * c + 4], w1);
                                f32x4_fma(s5_0, x[1024 * c + 5], w0);
                                f32x4_fma(s5_1, x[1024 * c + 5], w1);
                            }
                        }
                        {
                            const float *x = &X[32 * i + j + 32 * m - 31];
                            const float *w = &W[27 * f + 72 * m + 48];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t c = 0; c < 3; ++c) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * c]);
                                f32x4_load(w1, &w[8 * c + 4]);
                                f32x4_fma(s0_0, x[1024 * c], w0);
                                f32x4_fma(s0_1, x[1024 * c], w1);
                                f32x4_fma(s1_0, x[1024 * c + 1], w0);
                                f32x4_fma(s1_1, x[1024 * c + 1], w1);
                                f32x4_fma(s2_0, x[1024 * c + 2], w0);
                                f32x4_fma(s2_1, x[1024 * c + 2], w1);
                                f32x4_fma(s3_0, x[1024 * c + 3], w0);
                                f32x4_fma(s3_1, x[1024 * c + 3], w1);
                                f32x4_fma(s4_0, x[1024 * c + 4], w0);
                                f32x4_fma(s4_1, x[1024 * c + 4], w1);
                                f32x4_fma(s5_0, x[1024 * c + 5], w0);
                                f32x4_fma(s5_1, x[1024 * c + 5], w1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store_apart(o, 1024, 4, s0_0);
                    f32x4_store_apart(o + 4096, 1024, 4, s0_1);
                    f32x4_store_apart(o + 1, 1024, 4, s1_0);
                    f32x4_store_apart(o + 4097, 1024, 4, s1_1);
                    f32x4_store_apart(o + 2, 1024, 4, s2_0);
                    f32x4_store_apart(o + 4098, 1024, 4, s2_1);
                    f32x4_store_apart(o + 3, 1024, 4, s3_0);
                    f32x4_store_apart(o + 4099, 1024, 4, s3_1);
                    f32x4_store_apart(o + 4, 1024, 4, s4_0);
                    f32x4_store_apart(o + 4100, 1024, 4, s4_1);
                    f32x4_store_apart(o + 5, 1024, 4, s5_0);
                    f32x4_store_apart(o + 4101, 1024, 4, s5_1);
                }
            }
            {
                const ptrdiff_t j = 6;
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1, s5_0, s5_1;
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
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t n = 0; n < 3; ++n) {
                            {
                                const float *x = &X[32 * i + j + 32 * m + n - 33];
                                const float *w = &W[27 * f + 72 * m + 24 * n];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t c = 0; c < 3; ++c) {
                                    f32x4 w0, w1;
                                    f32x4_load(w0, &w[8 * c]);
                                    f32x4_load(w1, &w[8 * c + 4]);
                                    f32x4_fma(s0_0, x[1024 * c], w0);
                                    f32x4_fma(s0_1, x[1024 * c], w1);
                                    f32x4_fma(s1_0, x[1024 * c + 1], w0);
                                    f32x4_fma(s1_1, x[1024 * c + 1], w1);
                                    f32x4_fma(s2_0, x[1024 * c + 2], w0);
                                    f32x4_fma(s2_1, x[1024 * c + 2], w1);
                                    f32x4_fma(s3_0, x[1024 * c + 3], w0);
                                    f32x4_fma(s3_1, x[1024 * c + 3], w1);
                                    f32x4_fma(s4_0, x[1024 * c + 4], w0);
                                    f32x4_fma(s4_1, x[1024 * c + 4], w1);
                                    f32x4_fma(s5_0, x[1024 * c + 5], w0);
                                    f32x4_fma(s5_1, x[1024 * c + 5], w1);
                                }
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store_apart(o, 1024, 4, s0_0);
                    f32x4_store_apart(o + 4096, 1024, 4, s0_1);
                    f32x4_store_apart(o + 1, 1024, 4, s1_0);
                    f32x4_store_apart(o + 4097, 1024, 4, s1_1);
                    f32x4_store_apart(o + 2, 1024, 4, s2_0);
                    f32x4_store_apart(o + 4098, 1024, 4, s2_1);
                    f32x4_store_apart(o + 3, 1024, 4, s3_0);
                    f32x4_store_apart(o + 4099, 1024, 4, s3_1);
                    f32x4_store_apart(o + 4, 1024, 4, s4_0);
                    f32x4_store_apart(o + 4100, 1024, 4, s4_1);
                    f32x4_store_apart(o + 5, 1024, 4, s5_0);
                    f32x4_store_apart(o + 4101, 1024, 4, s5_1);
                }
            }
            for (ptrdiff_t j = 12; j < 27; j += 5) {
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
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
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t n = 0; n < 3; ++n) {
                            {
                                const float *x = &X[32 * i + j + 32 * m + n - 33];
                                const float *w = &W[27 * f + 72 * m + 24 * n];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t c = 0; c < 3; ++c) {
                                    f32x4 w0, w1;
                                    f32x4_load(w0, &w[8 * c]);
                                    f32x4_load(w1, &w[8 * c + 4]);
                                    f32x4_fma(s0_0, x[1024 * c], w0);
                                    f32x4_fma(s0_1, x[1024 * c], w1);
                                    f32x4_fma(s1_0, x[1024 * c + 1], w0);
                                    f32x4_fma(s1_1, x[1024 * c + 1], w1);
                                    f32x4_fma(s2_0, x[1024 * c + 2], w0);
                                    f32x4_fma(s2_1, x[1024 * c + 2], w1);
                                    f32x4_fma(s3_0, x[1024 * c + 3], w0);
                                    f32x4_fma(s3_1, x[1024 * c + 3], w1);
                                    f32x4_fma(s4_0, x[1024 * c + 4], w0);
                                    f32x4_fma(s4_1, x[1024 * c + 4], w1);
                                }
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store_apart(o, 1024, 4, s0_0);
                    f32x4_store_apart(o + 4096, 1024, 4, s0_1);
                    f32x4_store_apart(o + 1, 1024, 4, s1_0);
                    f32x4_store_apart(o + 4097, 1024, 4, s1_1);
                    f32x4_store_apart(o + 2, 1024, 4, s2_0);
                    f32x4_store_apart(o + 4098, 1024, 4, s2_1);
                    f32x4_store_apart(o + 3, 1024, 4, s3_0);
                    f32x4_store_apart(o + 4099, 1024, 4, s3_1);
                    f32x4_store_apart(o + 4, 1024, 4, s4_0);
                    f32x4_store_apart(o + 4100, 1024, 4, s4_1);
                }
            }
            {
                const ptrdiff_t j = 27;
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
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
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &X[32 * i + j + 32 * m - 33];
                            const float *w = &W[27 * f + 72 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t c = 0; c < 3; ++c) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * c]);
                                f32x4_load(w1, &w[8 * c + 4]);
                                f32x4_fma(s0_0, x[1024 * c], w0);
                                f32x4_fma(s0_1, x[1024 * c], w1);
                                f32x4_fma(s1_0, x[1024 * c + 1], w0);
                                f32x4_fma(s1_1, x[1024 * c + 1], w1);
                                f32x4_fma(s2_0, x[1024 * c + 2], w0);
                                f32x4_fma(s2_1, x[1024 * c + 2], w1);
                                f32x4_fma(s3_0, x[1024 * c + 3], w0);
                                f32x4_fma(s3_1, x[1024 * c + 3], w1);
                                f32x4_fma(s4_0, x[1024 * c + 4], w0);
                                f32x4_fma(s4_1, x[1024 * c + 4], w1);
                            }
                        }
                        {
                            const float *x = &X[32 * i + j + 32 * m - 32];
                            const float *w = &W[27 * f + 72 * m + 24];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t c = 0; c < 3; ++c) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * c]);
                                f32x4_load(w1, &w[8 * c + 4]);
                                f32x4_fma(s0_0, x[1024 * c], w0);
                                f32x4_fma(s0_1, x[1024 * c], w1);
                                f32x4_fma(s1_0, x[1024 * c + 1], w0);
                                f32x4_fma(s1_1, x[1024 * c + 1], w1);
                                f32x4_fma(s2_0, x[1024 * c + 2], w0);
                                f32x4_fma(s2_1, x[1024 * c + 2], w1);
                                f32x4_fma(s3_0, x[1024 * c + 3], w0);
                                f32x4_fma(s3_1, x[1024 * c + 3], w1);
                                f32x4_fma(s4_0, x[1024 * c + 4], w0);
                                f32x4_fma(s4_1, x[1024 * c + 4], w1);
                            }
                        }
                        {
                            const float *x = &X[32 * i + j + 32 * m - 31];
                            const float *w = &W[27 * f + 72 * m + 48];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t c = 0; c < 3; ++c) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * c]);
                                f32x4_load(w1, &w[8 * c + 4]);
                                f32x4_fma(s0_0, x[1024 * c], w0);
                                f32x4_fma(s0_1, x[1024 * c], w1);
                                f32x4_fma(s1_0, x[1024 * c + 1], w0);
                                f32x4_fma(s1_1, x[1024 * c + 1], w1);
                                f32x4_fma(s2_0, x[1024 * c + 2], w0);
                                f32x4_fma(s2_1, x[1024 * c + 2], w1);
                                f32x4_fma(s3_0, x[1024 * c + 3], w0);
                                f32x4_fma(s3_1, x[1024 * c + 3], w1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store_apart(o, 1024, 4, s0_0);
                    f32x4_store_apart(o + 4096, 1024, 4, s0_1);
                    f32x4_store_apart(o + 1, 1024, 4, s1_0);
                    f32x4_store_apart(o + 4097, 1024, 4, s1_1);
                    f32x4_store_apart(o + 2, 1024, 4, s2_0);
                    f32x4_store_apart(o + 4098, 1024, 4, s2_1);
                    f32x4_store_apart(o + 3, 1024, 4, s3_0);
                    f32x4_store_apart(o + 4099, 1024, 4, s3_1);
                    f32x4_store_apart(o + 4, 1024, 4, s4_0);
                    f32x4_store_apart(o + 4100, 1024, 4, s4_1);
                }
            }
        }
    }
}

/* dX[c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[f,i,j] */
void resnet20_stem_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX, void *restrict workspace)
{
    float *W = workspace;
    {
        const ptrdiff_t c = 0;
        for (ptrdiff_t m = 0; m < 3; ++m) {
            for (ptrdiff_t n = 0; n < 3; ++n) {
                for (ptrdiff_t f = 0; f < 16; ++f) {
                    for (ptrdiff_t v = 0; v < 3; ++v) {
                        W[4 * f + 144 * c + v + 192 * m + 64 * n] = K[27 * f + 9 * c + 9 * v
                                + 3 * m + n];
                    }
                    {
                        const ptrdiff_t v = 3;
                        W[4 * f + 144 * c + v + 192 * m + 64 * n] = 0;
                    }
                }
            }
        }
    }
    {
        const ptrdiff_t c = 0;
        for (ptrdiff_t p = 0; p < 32; ++p) {
            const ptrdiff_t m_begin = p > 30 ? p - 30 : 0;
            const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
            {
                const ptrdiff_t q = 0;
                {
                    f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0, s10_0;
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
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &dO[32 * p + q + 33 - 32 * m];
                            const float *w = &W[144 * c + 192 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s0_0, x[1024 * f], w0);
                                f32x4_fma(s1_0, x[1024 * f + 1], w0);
                                f32x4_fma(s2_0, x[1024 * f + 2], w0);
                                f32x4_fma(s3_0, x[1024 * f + 3], w0);
                                f32x4_fma(s4_0, x[1024 * f + 4], w0);
                                f32x4_fma(s5_0, x[1024 * f + 5], w0);
                                f32x4_fma(s6_0, x[1024 * f + 6], w0);
                                f32x4_fma(s7_0, x[1024 * f + 7], w0);
                                f32x4_fma(s8_0, x[1024 * f + 8], w0);
                                f32x4_fma(s9_0, x[1024 * f + 9], w0);
                                f32x4_fma(s10_0, x[1024 * f + 10], w0);
                            }
                        }
                        {
                            const float *x = &dO[32 * p + q + 32 - 32 * m];
                            const float *w = &W[144 * c + 192 * m + 64];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s0_0, x[1024 * f], w0);
                                f32x4_fma(s1_0, x[1024 * f + 1], w0);
                                f32x4_fma(s2_0, x[1024 * f + 2], w0);
                                f32x4_fma(s3_0, x[1024 * f + 3], w0);
                                f32x4_fma(s4_0, x[1024 * f + 4], w0);
                                f32x4_fma(s5_0, x[1024 * f + 5], w0);
                                f32x4_fma(s6_0, x[1024 * f + 6], w0);
                                f32x4_fma(s7_0, x[1024 * f + 7], w0);
                                f32x4_fma(s8_0, x[1024 * f + 8], w0);
                                f32x4_fma(s9_0, x[1024 * f + 9], w0);
                                f32x4_fma(s10_0, x[1024 * f + 10], w0);
                            }
                        }
                        {
                            const float *x = &dO[32 * p + q + 32 - 32 * m];
                            const float *w = &W[144 * c + 192 * m + 128];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s1_0, x[1024 * f], w0);
                                f32x4_fma(s2_0, x[1024 * f + 1], w0);
                                f32x4_fma(s3_0, x[1024 * f + 2], w0);
                                f32x4_fma(s4_0, x[1024 * f + 3], w0);
                                f32x4_fma(s5_0, x[1024 * f + 4], w0);
                                f32x4_fma(s6_0, x[1024 * f + 5], w0);
                                f32x4_fma(s7_0, x[1024 * f + 6], w0);
                                f32x4_fma(s8_0, x[1024 * f + 7], w0);
                                f32x4_fma(s9_0, x[1024 * f + 8], w0);
                                f32x4_fma(s10_0, x[1024 * f + 9], w0);
                            }
                        }
                    }
                    float *o = &dX[1024 * c + 32 * p + q];
                    f32x4_store_apart(o, 1024, 3, s0_0);
                    f32x4_store_apart(o + 1, 1024, 3, s1_0);
                    f32x4_store_apart(o + 2, 1024, 3, s2_0);
                    f32x4_store_apart(o + 3, 1024, 3, s3_0);
                    f32x4_store_apart(o + 4, 1024, 3, s4_0);
                    f32x4_store_apart(o + 5, 1024, 3, s5_0);
                    f32x4_store_apart(o + 6, 1024, 3, s6_0);
                    f32x4_store_apart(o + 7, 1024, 3, s7_0);
                    f32x4_store_apart(o + 8, 1024, 3, s8_0);
                    f32x4_store_apart(o + 9, 1024, 3, s9_0);
                    f32x4_store_apart(o + 10, 1024, 3, s10_0);
                }
            }
            {
                const ptrdiff_t q = 11;
                {
                    f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0, s10_0;
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
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t n = 0; n < 3; ++n) {
                            {
                                const float *x = &dO[32 * p + q + 33 - 32 * m - n];
                                const float *w = &W[144 * c + 192 * m + 64 * n];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t f = 0; f < 16; ++f) {
                                    f32x4 w0;
                                    f32x4_load(w0, &w[4 * f]);
                                    f32x4_fma(s0_0, x[1024 * f], w0);
                                    f32x4_fma(s1_0, x[1024 * f + 1], w0);
                                    f32x4_fma(s2_0, x[1024 * f + 2], w0);
                                    f32x4_fma(s3_0, x[1024 * f + 3], w0);
                                    f32x4_fma(s4_0, x[1024 * f + 4], w0);
                                    f32x4_fma(s5_0, x[1024 * f + 5], w0);
                                    f32x4_fma(s6_0, x[1024 * f + 6], w0);
                                    f32x4_fma(s7_0, x[1024 * f + 7], w0);
                                    f32x4_fma(s8_0, x[1024 * f + 8], w0);
                                    f32x4_fma(s9_0, x[1024 * f + 9], w0);
                                    f32x4_fma(s10_0, x[1024 * f + 10], w0);
                                }
                            }
                        }
                    }
                    float *o = &dX[1024 * c + 32 * p + q];
                    f32x4_store_apart(o, 1024, 3, s0_0);
                    f32x4_store_apart(o + 1, 1024, 3, s1_0);
                    f32x4_store_apart(o + 2, 1024, 3, s2_0);
                    f32x4_store_apart(o + 3, 1024, 3, s3_0);
                    f32x4_store_apart(o + 4, 1024, 3, s4_0);
                    f32x4_store_apart(o + 5, 1024, 3, s5_0);
                    f32x4_store_apart(o + 6, 1024, 3, s6_0);
                    f32x4_store_apart(o + 7, 1024, 3, s7_0);
                    f32x4_store_apart(o + 8, 1024, 3, s8_0);
                    f32x4_store_apart(o + 9, 1024, 3, s9_0);
                    f32x4_store_apart(o + 10, 1024, 3, s10_0);
                }
            }
            {
                const ptrdiff_t q = 22;
                {
                    f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0;
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
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        {
                            const float *x = &dO[32 * p + q + 33 - 32 * m];
                            const float *w = &W[144 * c + 192 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s0_0, x[1024 * f], w0);
                                f32x4_fma(s1_0, x[1024 * f + 1], w0);
                                f32x4_fma(s2_0, x[1024 * f + 2], w0);
                                f32x4_fma(s3_0, x[1024 * f + 3], w0);
                                f32x4_fma(s4_0, x[1024 * f + 4], w0);
                                f32x4_fma(s5_0, x[1024 * f + 5], w0);
                                f32x4_fma(s6_0, x[1024 * f + 6], w0);
                                f32x4_fma(s7_0, x[1024 * f + 7], w0);
                                f32x4_fma(s8_0, x[1024 * f + 8], w0);
                            }
                        }
                        {
                            const float *x = &dO[32 * p + q + 32 - 32 * m];
                            const float *w = &W[144 * c + 192 * m + 64];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s0_0, x[1024 * f], w0);
                                f32x4_fma(s1_0, x[1024 * f + 1], w0);
                                f32x4_fma(s2_0, x[1024 * f + 2], w0);
                                f32x4_fma(s3_0, x[1024 * f + 3], w0);
                                f32x4_fma(s4_0, x[1024 * f + 4], w0);
                                f32x4_fma(s5_0, x[1024 * f + 5], w0);
                                f32x4_fma(s6_0, x[1024 * f + 6], w0);
                                f32x4_fma(s7_0, x[1024 * f + 7], w0);
                                f32x4_fma(s8_0, x[1024 * f + 8], w0);
                                f32x4_fma(s9_0, x[1024 * f + 9], w0);
                            }
                        }
                        {
                            const float *x = &dO[32 * p + q + 31 - 32 * m];
                            const float *w = &W[144 * c + 192 * m + 128];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 16; ++f) {
                                f32x4 w0;
                                f32x4_load(w0, &w[4 * f]);
                                f32x4_fma(s0_0, x[1024 * f], w0);
                                f32x4_fma(s1_0, x[1024 * f + 1], w0);
                                f32x4_fma(s2_0, x[1024 * f + 2], w0);
                                f32x4_fma(s3_0, x[1024 * f + 3], w0);
                                f32x4_fma(s4_0, x[1024 * f + 4], w0);
                                f32x4_fma(s5_0, x[1024 * f + 5], w0);
                                f32x4_fma(s6_0, x[1024 * f + 6], w0);
                                f32x4_fma(s7_0, x[1024 * f + 7], w0);
                                f32x4_fma(s8_0, x[1024 * f + 8], w0);
                                f32x4_fma(s9_0, x[1024 * f + 9], w0);
                            }
                        }
                    }
                    float *o = &dX[1024 * c + 32 * p + q];
                    f32x4_store_apart(o, 1024, 3, s0_0);
                    f32x4_store_apart(o + 1, 1024, 3, s1_0);
                    f32x4_store_apart(o + 2, 1024, 3, s2_0);
                    f32x4_store_apart(o + 3, 1024, 3, s3_0);
                    f32x4_store_apart(o + 4, 1024, 3, s4_0);
                    f32x4_store_apart(o + 5, 1024, 3, s5_0);
                    f32x4_store_apart(o + 6, 1024, 3, s6_0);
                    f32x4_store_apart(o + 7, 1024, 3, s7_0);
                    f32x4_store_apart(o + 8, 1024, 3, s8_0);
                    f32x4_store_apart(o + 9, 1024, 3, s9_0);
                }
            }
        }
    }
}

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m-1,j+n-1] */
void resnet20_stem_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *V = workspace;
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        for (ptrdiff_t p = 0; p < 1024; ++p) {
            for (ptrdiff_t v = 0; v < 8; ++v) {
                V[1024 * f + 8 * p + v] = dO[1024 * f + p + 1024 * v];
            }
        }
    }
    for (ptrdiff_t m = 0; m < 3; ++m) {
        const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
        const ptrdiff_t i_end = m > 1 ? 33 - m : 32;
        for (ptrdiff_t f = 0; f < 16; f += 8) {
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
                float *o = &dK[27 * f + 3 * m];
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
                for (ptrdiff_t i = i_begin; i < i_end; ++i) {
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[32 * i + j + 32 * m - 32];
                        const float *y = &V[1024 * f + 256 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s3_0, x[0], y0);
                        f32x4_fma(s3_1, x[0], y1);
                        f32x4_fma(s4_0, x[1024], y0);
                        f32x4_fma(s4_1, x[1024], y1);
                    }
                    for (ptrdiff_t j = 1; j < 31; ++j) {
                        const float *x = &X[32 * i + j + 32 * m - 33];
                        const float *y = &V[1024 * f + 256 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[1024], y0);
                        f32x4_fma(s1_1, x[1024], y1);
                        f32x4_fma(s2_0, x[2048], y0);
                        f32x4_fma(s2_1, x[2048], y1);
                        f32x4_fma(s3_0, x[1], y0);
                        f32x4_fma(s3_1, x[1], y1);
                        f32x4_fma(s4_0, x[1025], y0);
                        f32x4_fma(s4_1, x[1025], y1);
                    }
                    {
                        const ptrdiff_t j = 31;
                        const float *x = &X[32 * i + j + 32 * m - 33];
                        const float *y = &V[1024 * f + 256 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[1024], y0);
                        f32x4_fma(s1_1, x[1024], y1);
                        f32x4_fma(s2_0, x[2048], y0);
                        f32x4_fma(s2_1, x[2048], y1);
                        f32x4_fma(s3_0, x[1], y0);
                        f32x4_fma(s3_1, x[1], y1);
                        f32x4_fma(s4_0, x[1025], y0);
                        f32x4_fma(s4_1, x[1025], y1);
                    }
                }
                f32x4_store_apart(o, 27, 4, s0_0);
                f32x4_store_apart(o + 108, 27, 4, s0_1);
                f32x4_store_apart(o + 9, 27, 4, s1_0);
                f32x4_store_apart(o + 117, 27, 4, s1_1);
                f32x4_store_apart(o + 18, 27, 4, s2_0);
                f32x4_store_apart(o + 126, 27, 4, s2_1);
                f32x4_store_apart(o + 1, 27, 4, s3_0);
                f32x4_store_apart(o + 109, 27, 4, s3_1);
                f32x4_store_apart(o + 10, 27, 4, s4_0);
                f32x4_store_apart(o + 118, 27, 4, s4_1);
            }
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1;
                float *o = &dK[27 * f + 3 * m + 19];
                f32x4_zero(s0_0);
                f32x4_zero(s0_1);
                f32x4_zero(s1_0);
                f32x4_zero(s1_1);
                f32x4_zero(s2_0);
                f32x4_zero(s2_1);
                f32x4_zero(s3_0);
                f32x4_zero(s3_1);
                for (ptrdiff_t i = i_begin; i < i_end; ++i) {
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[32 * i + j + 32 * m + 2016];
                        const float *y = &V[1024 * f + 256 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[-2047], y0);
                        f32x4_fma(s1_1, x[-2047], y1);
                        f32x4_fma(s2_0, x[-1023], y0);
                        f32x4_fma(s2_1, x[-1023], y1);
                        f32x4_fma(s3_0, x[1], y0);
                        f32x4_fma(s3_1, x[1], y1);
                    }
                    for (ptrdiff_t j = 1; j < 31; ++j) {
                        const float *x = &X[32 * i + j + 32 * m + 2016];
                        const float *y = &V[1024 * f + 256 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                        f32x4_fma(s1_0, x[-2047], y0);
                        f32x4_fma(s1_1, x[-2047], y1);
                        f32x4_fma(s2_0, x[-1023], y0);
                        f32x4_fma(s2_1, x[-1023], y1);
                        f32x4_fma(s3_0, x[1], y0);
                        f32x4_fma(s3_1, x[1], y1);
                    }
                    {
                        const ptrdiff_t j = 31;
                        const float *x = &X[32 * i + j + 32 * m + 2016];
                        const float *y = &V[1024 * f + 256 * i + 8 * j];
                        f32x4 y0, y1;
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                    }
                }
                f32x4_store_apart(o, 27, 4, s0_0);
                f32x4_store_apart(o + 108, 27, 4, s0_1);
                f32x4_store_apart(o + -17, 27, 4, s1_0);
                f32x4_store_apart(o + 91, 27, 4, s1_1);
                f32x4_store_apart(o + -8, 27, 4, s2_0);
                f32x4_store_apart(o + 100, 27, 4, s2_1);
                f32x4_store_apart(o + 1, 27, 4, s3_0);
                f32x4_store_apart(o + 109, 27, 4, s3_1);
            }
        }
    }
}
