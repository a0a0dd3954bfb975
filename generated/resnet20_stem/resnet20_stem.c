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
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form   products  additions      n  order of each sum
 *     forward           tiled   424,128    424,128     27  0, then (m, c, n)
 *     backward_data     tiled   424,128    424,128    144  0, then (m, f, n)
 *     backward_weights  tiled   424,128    424,128  1,024  0, then (i, j)
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     backward_weights        66,400 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "resnet20_stem.h"

#include <stddef.h>

#ifndef CONVGEN_PORTABLE
#ifdef __FLT_EVAL_METHOD__
#if __FLT_EVAL_METHOD__ > 0
#define CONVGEN_PORTABLE /* no vector takes a scalar that is computed in a wider type */
#endif
#endif
#endif

#ifndef CONVGEN_F32X4
#define CONVGEN_F32X4
/* f32x4: 4 numbers side by side. Every macro is a statement.
 * The fast and the portable definitions mean the same; CONVGEN_PORTABLE asks for the latter. */
#if defined(__has_builtin) && !defined(CONVGEN_PORTABLE)
#if __has_builtin(__builtin_shufflevector)
#define CONVGEN_F32X4_SHUFFLES
#endif
#endif
#if defined(__GNUC__) && !defined(CONVGEN_PORTABLE)
typedef float f32x4 __attribute__((vector_size(16)));
typedef float f32x4_unaligned
    __attribute__((vector_size(16), aligned(4), may_alias));
#define f32x4_lane(v, l) (v)[l]
#define f32x4_zero(v) ((v) = (f32x4){0})
#define f32x4_splat(v, a) ((v) = (a) - (f32x4){0})
#define f32x4_load(v, p) ((v) = *(const f32x4_unaligned *)(p))
#define f32x4_store(p, v) (*(f32x4_unaligned *)(p) = (v))
#define f32x4_fma(s, a, v) ((s) += (a) * (v))
#define f32x4_add_product(s, u, v) ((s) += (u) * (v))
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
#define f32x4_splat(v, a) f32x4_each((v).lane[l_] = (a))
#define f32x4_load(v, p) f32x4_each((v).lane[l_] = (p)[l_])
#define f32x4_store(p, v) f32x4_each((p)[l_] = (v).lane[l_])
#define f32x4_fma(s, a, v) f32x4_each((s).lane[l_] += (a) * (v).lane[l_])
#define f32x4_add_product(s, u, v) f32x4_each((s).lane[l_] += (u).lane[l_] * (v).lane[l_])
#endif
#define f32x4_load_each(v, p, step, from, to) \
    do { \
        f32x4_zero(v); \
        for (int l_ = (from); l_ < (to); ++l_) \
            f32x4_lane(v, l_) = (p)[(l_ - (from)) * (step)]; \
    } while (0)
#define f32x4_store_each(p, step, n, v) \
    do { \
        for (int l_ = 0; l_ < (n); ++l_) \
            (p)[l_ * (step)] = f32x4_lane(v, l_); \
    } while (0)
#ifdef CONVGEN_F32X4_SHUFFLES
#define f32x4_add_upper2(v) \
    ((v) += __builtin_shufflevector((v), (v), 2, 3, 0, 1))
#define f32x4_add_upper1(v) \
    ((v) += __builtin_shufflevector((v), (v), 1, 2, 3, 0))
#else
#define f32x4_add_upper2(v) \
    do { \
        for (int l_ = 0; l_ < 2; ++l_) \
            f32x4_lane(v, l_) += f32x4_lane(v, l_ + 2); \
    } while (0)
#define f32x4_add_upper1(v) \
    do { \
        for (int l_ = 0; l_ < 1; ++l_) \
            f32x4_lane(v, l_) += f32x4_lane(v, l_ + 1); \
    } while (0)
#endif
#define f32x4_add_lanes(total, v) \
    do { \
        f32x4 t_; \
        t_ = (v); \
        f32x4_add_upper2(t_); \
        f32x4_add_upper1(t_); \
        (total) += f32x4_lane(t_, 0); \
    } while (0)
#if defined(__AVX512VL__) && !defined(CONVGEN_PORTABLE)
#define f32x4_mask(n) ((unsigned char)((1u << (n)) - 1u))
#define f32x4_load_first(v, p, n) \
    ((v) = __builtin_ia32_loadups128_mask((const void *)(p), (f32x4){0}, \
        f32x4_mask(n)))
#define f32x4_load_lanes(v, p, from, to) \
    ((v) = __builtin_ia32_loadups128_mask((const void *)((p) - (from)), (f32x4){0}, \
        (unsigned char)(f32x4_mask(to) ^ f32x4_mask(from))))
#define f32x4_store_first(p, n, v) \
    __builtin_ia32_storeups128_mask((void *)(p), (v), f32x4_mask(n))
#else
#define f32x4_load_first(v, p, n) f32x4_load_each(v, p, 1, 0, n)
#define f32x4_load_lanes(v, p, from, to) f32x4_load_each(v, p, 1, from, to)
#define f32x4_store_first(p, n, v) f32x4_store_each(p, 1, n, v)
#endif
#ifdef CONVGEN_F32X4_SHUFFLES
/* Every second number of two vectors, which share one so that neither reads further. */
#define f32x4_load_evens(v, p) \
    do { \
        f32x4 low_, high_; \
        f32x4_load(low_, p); \
        f32x4_load(high_, (p) + 3); \
        (v) = __builtin_shufflevector(low_, high_, \
            0, 2, 5, 7); \
    } while (0)
#if defined(__AVX512VL__)
#define f32x4_within(n) ((n) < 0 ? 0 : (n) < 4 ? (n) : 4)
#define f32x4_lanes(from, to) \
    ((unsigned char)(f32x4_mask(f32x4_within(to)) ^ f32x4_mask(f32x4_within(from))))
/* The same for some lanes; gcc 12 would drop a mask whose lanes nothing keeps, hence the asm. */
#define f32x4_load_some_evens(v, p, from, to) \
    do { \
        f32x4 low_, high_; \
        low_ = __builtin_ia32_loadups128_mask( \
            (const void *)((p) - 2 * (from)), (f32x4){0}, \
            f32x4_lanes(2 * (from), 2 * (to) - 1)); \
        high_ = __builtin_ia32_loadups128_mask( \
            (const void *)((p) - 2 * (from) + 4), (f32x4){0}, \
            f32x4_lanes(2 * (from) - 4, 2 * (to) - 5)); \
        __asm__("" : "+v"(low_), "+v"(high_)); \
        (v) = __builtin_shufflevector(low_, high_, \
            0, 2, 4, 6); \
    } while (0)
#define f32x4_store_evens(p, n, v) \
    do { \
        const f32x4 v_ = (v); \
        __builtin_ia32_storeups128_mask((void *)(p), \
            __builtin_shufflevector(v_, v_, 0, 0, 1, 1), \
            f32x4_lanes(0, 2 * (n) - 1) & 0x5555); \
        if ((n) > 2) \
            __builtin_ia32_storeups128_mask((void *)((p) + 4), \
                __builtin_shufflevector(v_, v_, \
                    2, 2, 3, 3), \
                f32x4_lanes(0, 2 * (n) - 5) & 0x5555); \
    } while (0)
#else
#define f32x4_load_some_evens(v, p, from, to) f32x4_load_each(v, p, 2, from, to)
#define f32x4_store_evens(p, n, v) f32x4_store_each(p, 2, n, v)
#endif
#define f32x4_load_apart(v, p, step, from, to) \
    do { \
        if ((step) != 2) \
            f32x4_load_each(v, p, step, from, to); \
        else if ((from) == 0 && (to) == 4) \
            f32x4_load_evens(v, p); \
        else \
            f32x4_load_some_evens(v, p, from, to); \
    } while (0)
#define f32x4_store_apart(p, step, n, v) \
    do { \
        if ((step) != 2) \
            f32x4_store_each(p, step, n, v); \
        else \
            f32x4_store_evens(p, n, v); \
    } while (0)
#else
#define f32x4_load_apart(v, p, step, from, to) f32x4_load_each(v, p, step, from, to)
#define f32x4_store_apart(p, step, n, v) f32x4_store_each(p, step, n, v)
#endif
#endif

#ifndef CONVGEN_F32X4_COLUMNS
#define CONVGEN_F32X4_COLUMNS
/* Stores the first m lanes of n vectors so that each lane's numbers lie side by side, or apart. */
#ifdef CONVGEN_F32X4_SHUFFLES
#define f32x4_swap1(a, b) \
    do { \
        const f32x4 a_ = (a), b_ = (b); \
        (a) = __builtin_shufflevector(a_, b_, \
            0, 4, 2, 6); \
        (b) = __builtin_shufflevector(a_, b_, \
            1, 5, 3, 7); \
    } while (0)
#define f32x4_swap2(a, b) \
    do { \
        const f32x4 a_ = (a), b_ = (b); \
        (a) = __builtin_shufflevector(a_, b_, \
            0, 1, 4, 5); \
        (b) = __builtin_shufflevector(a_, b_, \
            2, 3, 6, 7); \
    } while (0)
#define f32x4_turn(t0, t1, t2, t3) \
    do { \
        f32x4_swap1(t0, t1); \
        f32x4_swap1(t2, t3); \
        f32x4_swap2(t0, t2); \
        f32x4_swap2(t1, t3); \
    } while (0)
#define f32x4_store_columns(p, step, m, n, r0, r1, r2, r3) \
    do { \
        f32x4 t0_ = (r0); \
        f32x4 t1_ = (r1); \
        f32x4 t2_ = (r2); \
        f32x4 t3_ = (r3); \
        f32x4_turn(t0_, t1_, t2_, t3_); \
        if ((m) > 0) \
            f32x4_store_first((p) + 0 * (step), n, t0_); \
        if ((m) > 1) \
            f32x4_store_first((p) + 1 * (step), n, t1_); \
        if ((m) > 2) \
            f32x4_store_first((p) + 2 * (step), n, t2_); \
        if ((m) > 3) \
            f32x4_store_first((p) + 3 * (step), n, t3_); \
    } while (0)
#define f32x4_store_columns_apart(p, step, apart, m, n, r0, r1, r2, r3) \
    do { \
        f32x4 t0_ = (r0); \
        f32x4 t1_ = (r1); \
        f32x4 t2_ = (r2); \
        f32x4 t3_ = (r3); \
        f32x4_turn(t0_, t1_, t2_, t3_); \
        if ((m) > 0) \
            f32x4_store_apart((p) + 0 * (step), apart, n, t0_); \
        if ((m) > 1) \
            f32x4_store_apart((p) + 1 * (step), apart, n, t1_); \
        if ((m) > 2) \
            f32x4_store_apart((p) + 2 * (step), apart, n, t2_); \
        if ((m) > 3) \
            f32x4_store_apart((p) + 3 * (step), apart, n, t3_); \
    } while (0)
#else
#define f32x4_store_columns(p, step, m, n, r0, r1, r2, r3) \
    do { \
        if ((n) > 0) \
            f32x4_store_apart((p) + 0, step, m, r0); \
        if ((n) > 1) \
            f32x4_store_apart((p) + 1, step, m, r1); \
        if ((n) > 2) \
            f32x4_store_apart((p) + 2, step, m, r2); \
        if ((n) > 3) \
            f32x4_store_apart((p) + 3, step, m, r3); \
    } while (0)
#define f32x4_store_columns_apart(p, step, apart, m, n, r0, r1, r2, r3) \
    do { \
        if ((n) > 0) \
            f32x4_store_apart((p) + 0 * (apart), step, m, r0); \
        if ((n) > 1) \
            f32x4_store_apart((p) + 1 * (apart), step, m, r1); \
        if ((n) > 2) \
            f32x4_store_apart((p) + 2 * (apart), step, m, r2); \
        if ((n) > 3) \
            f32x4_store_apart((p) + 3 * (apart), step, m, r3); \
    } while (0)
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

#ifndef convgen_prefetch
#if defined(__GNUC__) && !defined(CONVGEN_PORTABLE)
/* Asks for the memory at an address that is soon read or written. */
#define convgen_prefetch(p) __builtin_prefetch(p)
#define convgen_prefetch_result(p) __builtin_prefetch(p, 1)
#else
#define convgen_prefetch(p) ((void)0)
#define convgen_prefetch_result(p) ((void)0)
#endif
#endif

/* O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,i+m-1,j+n-1] */
void resnet20_stem_forward(const float *restrict X, const float *restrict K, float *restrict O)
{
    for (ptrdiff_t i = 0; i < 32; ++i) {
        const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
        const ptrdiff_t m_end = i > 30 ? 33 - i : 3;
        {
            const ptrdiff_t j = 0;
            {
                const ptrdiff_t f = 0;
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
                        for (ptrdiff_t c = 0; c < 3; ++c) {
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load_lanes(x0, x, 1, 4);
                                f32x4 x1;
                                f32x4_load(x1, x + 3);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 31];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 3072, s3_0);
                    f32x4_store(o + 3076, s3_1);
                    f32x4_store(o + 4096, s4_0);
                    f32x4_store(o + 4100, s4_1);
                    f32x4_store(o + 5120, s5_0);
                    f32x4_store(o + 5124, s5_1);
                }
            }
            for (ptrdiff_t f = 6; f < 16; f += 5) {
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
                        for (ptrdiff_t c = 0; c < 3; ++c) {
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load_lanes(x0, x, 1, 4);
                                f32x4 x1;
                                f32x4_load(x1, x + 3);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 31];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 3072, s3_0);
                    f32x4_store(o + 3076, s3_1);
                    f32x4_store(o + 4096, s4_0);
                    f32x4_store(o + 4100, s4_1);
                }
            }
        }
        for (ptrdiff_t j = 8; j < 24; j += 8) {
            {
                const ptrdiff_t f = 0;
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
                        for (ptrdiff_t c = 0; c < 3; ++c) {
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 33];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 31];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 3072, s3_0);
                    f32x4_store(o + 3076, s3_1);
                    f32x4_store(o + 4096, s4_0);
                    f32x4_store(o + 4100, s4_1);
                    f32x4_store(o + 5120, s5_0);
                    f32x4_store(o + 5124, s5_1);
                }
            }
            for (ptrdiff_t f = 6; f < 16; f += 5) {
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
                        for (ptrdiff_t c = 0; c < 3; ++c) {
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 33];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 31];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 3072, s3_0);
                    f32x4_store(o + 3076, s3_1);
                    f32x4_store(o + 4096, s4_0);
                    f32x4_store(o + 4100, s4_1);
                }
            }
        }
        {
            const ptrdiff_t j = 24;
            {
                const ptrdiff_t f = 0;
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
                        for (ptrdiff_t c = 0; c < 3; ++c) {
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 33];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 31];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load_lanes(x1, x + 4, 0, 3);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                                f32x4_fma(s5_0, k[135], x0);
                                f32x4_fma(s5_1, k[135], x1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 3072, s3_0);
                    f32x4_store(o + 3076, s3_1);
                    f32x4_store(o + 4096, s4_0);
                    f32x4_store(o + 4100, s4_1);
                    f32x4_store(o + 5120, s5_0);
                    f32x4_store(o + 5124, s5_1);
                }
            }
            for (ptrdiff_t f = 6; f < 16; f += 5) {
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
                        for (ptrdiff_t c = 0; c < 3; ++c) {
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 33];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 32];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                            {
                                const float *x = &X[1024 * c + 32 * i + j + 32 * m - 31];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load_lanes(x1, x + 4, 0, 3);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[27], x0);
                                f32x4_fma(s1_1, k[27], x1);
                                f32x4_fma(s2_0, k[54], x0);
                                f32x4_fma(s2_1, k[54], x1);
                                f32x4_fma(s3_0, k[81], x0);
                                f32x4_fma(s3_1, k[81], x1);
                                f32x4_fma(s4_0, k[108], x0);
                                f32x4_fma(s4_1, k[108], x1);
                            }
                        }
                    }
                    float *o = &O[1024 * f + 32 * i + j];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 3072, s3_0);
                    f32x4_store(o + 3076, s3_1);
                    f32x4_store(o + 4096, s4_0);
                    f32x4_store(o + 4100, s4_1);
                }
            }
        }
    }
}

/* dX[c,p,q] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[f,c,m,n] * dO[f,i,j] */
void resnet20_stem_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 32; ++p) {
        const ptrdiff_t m_begin = p > 30 ? p - 30 : 0;
        const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
        {
            const ptrdiff_t q = 0;
            {
                const ptrdiff_t c = 0;
                {
                    f32x4 s0_0, s0_1, s0_2, s1_0, s1_1, s1_2, s2_0, s2_1, s2_2;
                    f32x4_zero(s0_0);
                    f32x4_zero(s0_1);
                    f32x4_zero(s0_2);
                    f32x4_zero(s1_0);
                    f32x4_zero(s1_1);
                    f32x4_zero(s1_2);
                    f32x4_zero(s2_0);
                    f32x4_zero(s2_1);
                    f32x4_zero(s2_2);
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t f = 0; f < 16; ++f) {
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 33 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4 x2;
                                f32x4_load(x2, x + 8);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s0_2, k[0], x2);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s1_2, k[9], x2);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                                f32x4_fma(s2_2, k[18], x2);
                            }
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 32 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4 x2;
                                f32x4_load(x2, x + 8);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s0_2, k[0], x2);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s1_2, k[9], x2);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                                f32x4_fma(s2_2, k[18], x2);
                            }
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 32 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load_lanes(x0, x, 1, 4);
                                f32x4 x1;
                                f32x4_load(x1, x + 3);
                                f32x4 x2;
                                f32x4_load(x2, x + 7);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s0_2, k[0], x2);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s1_2, k[9], x2);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                                f32x4_fma(s2_2, k[18], x2);
                            }
                        }
                    }
                    float *o = &dX[1024 * c + 32 * p + q];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 8, s0_2);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 1032, s1_2);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 2056, s2_2);
                }
            }
        }
        {
            const ptrdiff_t q = 12;
            {
                const ptrdiff_t c = 0;
                {
                    f32x4 s0_0, s0_1, s0_2, s1_0, s1_1, s1_2, s2_0, s2_1, s2_2;
                    f32x4_zero(s0_0);
                    f32x4_zero(s0_1);
                    f32x4_zero(s0_2);
                    f32x4_zero(s1_0);
                    f32x4_zero(s1_1);
                    f32x4_zero(s1_2);
                    f32x4_zero(s2_0);
                    f32x4_zero(s2_1);
                    f32x4_zero(s2_2);
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t f = 0; f < 16; ++f) {
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 33 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4 x2;
                                f32x4_load(x2, x + 8);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s0_2, k[0], x2);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s1_2, k[9], x2);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                                f32x4_fma(s2_2, k[18], x2);
                            }
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 32 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4 x2;
                                f32x4_load(x2, x + 8);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s0_2, k[0], x2);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s1_2, k[9], x2);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                                f32x4_fma(s2_2, k[18], x2);
                            }
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 31 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4 x2;
                                f32x4_load(x2, x + 8);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s0_2, k[0], x2);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s1_2, k[9], x2);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                                f32x4_fma(s2_2, k[18], x2);
                            }
                        }
                    }
                    float *o = &dX[1024 * c + 32 * p + q];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 8, s0_2);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 1032, s1_2);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                    f32x4_store(o + 2056, s2_2);
                }
            }
        }
        {
            const ptrdiff_t q = 24;
            {
                const ptrdiff_t c = 0;
                {
                    f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1;
                    f32x4_zero(s0_0);
                    f32x4_zero(s0_1);
                    f32x4_zero(s1_0);
                    f32x4_zero(s1_1);
                    f32x4_zero(s2_0);
                    f32x4_zero(s2_1);
                    for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                        for (ptrdiff_t f = 0; f < 16; ++f) {
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 33 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load_lanes(x1, x + 4, 0, 3);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                            }
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 32 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 1];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                            }
                            {
                                const float *x = &dO[1024 * f + 32 * p + q + 31 - 32 * m];
                                const float *k = &K[27 * f + 9 * c + 3 * m + 2];
                                convgen_launder(x);
                                f32x4 x0;
                                f32x4_load(x0, x);
                                f32x4 x1;
                                f32x4_load(x1, x + 4);
                                f32x4_fma(s0_0, k[0], x0);
                                f32x4_fma(s0_1, k[0], x1);
                                f32x4_fma(s1_0, k[9], x0);
                                f32x4_fma(s1_1, k[9], x1);
                                f32x4_fma(s2_0, k[18], x0);
                                f32x4_fma(s2_1, k[18], x1);
                            }
                        }
                    }
                    float *o = &dX[1024 * c + 32 * p + q];
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 4, s0_1);
                    f32x4_store(o + 1024, s1_0);
                    f32x4_store(o + 1028, s1_1);
                    f32x4_store(o + 2048, s2_0);
                    f32x4_store(o + 2052, s2_1);
                }
            }
        }
    }
}

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,i+m-1,j+n-1] */
void resnet20_stem_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *V = (float *)workspace;
    float *D = ((float *)workspace) + 16384;
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        for (ptrdiff_t v = 0; v < 8; v += 4) {
            for (ptrdiff_t p = 0; p < 1024; p += 4) {
                f32x4 t0, t1, t2, t3;
                f32x4_load(t0, &dO[1024 * f + p + 1024 * v]);
                f32x4_load(t1, &dO[1024 * f + p + 1024 * v + 1024]);
                f32x4_load(t2, &dO[1024 * f + p + 1024 * v + 2048]);
                f32x4_load(t3, &dO[1024 * f + p + 1024 * v + 3072]);
                f32x4_store_columns(&V[1024 * f + 8 * p + v], 8, 4, 4, t0, t1, t2, t3);
            }
        }
    }
    for (ptrdiff_t f = 0; f < 16; f += 8) {
        for (ptrdiff_t m = 0; m < 3; ++m) {
            const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
            const ptrdiff_t i_end = m > 1 ? 33 - m : 32;
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1, s4_0, s4_1;
                float *o = &D[24 * m];
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
                        convgen_launder(x);
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
                        convgen_launder(x);
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
                        convgen_launder(x);
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
                f32x4_store(o, s0_0);
                f32x4_store(o + 4, s0_1);
                f32x4_store(o + 72, s1_0);
                f32x4_store(o + 76, s1_1);
                f32x4_store(o + 144, s2_0);
                f32x4_store(o + 148, s2_1);
                f32x4_store(o + 8, s3_0);
                f32x4_store(o + 12, s3_1);
                f32x4_store(o + 80, s4_0);
                f32x4_store(o + 84, s4_1);
            }
            {
                f32x4 s0_0, s0_1, s1_0, s1_1, s2_0, s2_1, s3_0, s3_1;
                float *o = &D[24 * m + 152];
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
                        convgen_launder(x);
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
                        convgen_launder(x);
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
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_load(y1, y + 4);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s0_1, x[0], y1);
                    }
                }
                f32x4_store(o, s0_0);
                f32x4_store(o + 4, s0_1);
                f32x4_store(o + -136, s1_0);
                f32x4_store(o + -132, s1_1);
                f32x4_store(o + -64, s2_0);
                f32x4_store(o + -60, s2_1);
                f32x4_store(o + 8, s3_0);
                f32x4_store(o + 12, s3_1);
            }
        }
        for (ptrdiff_t r = 0; r < 24; r += 4) {
            f32x4 t0, t1, t2, t3;
            f32x4_load(t0, &D[8 * r]);
            f32x4_load(t1, &D[8 * r + 8]);
            f32x4_load(t2, &D[8 * r + 16]);
            f32x4_load(t3, &D[8 * r + 24]);
            f32x4_store_columns(&dK[27 * f + r], 27, 4, 4, t0, t1, t2, t3);
            f32x4_load(t0, &D[8 * r + 4]);
            f32x4_load(t1, &D[8 * r + 12]);
            f32x4_load(t2, &D[8 * r + 20]);
            f32x4_load(t3, &D[8 * r + 28]);
            f32x4_store_columns(&dK[27 * f + r + 108], 27, 4, 4, t0, t1, t2, t3);
        }
        for (ptrdiff_t r = 24; r < 27; ++r) {
            for (ptrdiff_t v = 0; v < 8; ++v) {
                dK[27 * f + r + 27 * v] = D[8 * r + v];
            }
        }
    }
}
