/* convgen 0.1.0 spec: input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2
 *
 * Written by
 *     convgen generate --spec "input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2" \
 *         --target c --dtype float32 --name dilated_groups
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[2*g+c,p,q]    CHW   4 x 9 x 9
 *     K[3*g+f,c,m,n]  OIHW  6 x 2 x 3 x 3
 *     b[3*g+f]        O     6
 *     O[3*g+f,i,j]    CHW   6 x 9 x 9
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           tiled        6,348      6,348  19  b, then (m, c, n)
 *     backward_data     tiled        6,348      6,348  27  0, then (m, f, n)
 *     backward_weights  tiled        6,348      6,348  81  0, then (i, j)
 *     backward_bias     unrolled         0        480  81  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     backward_weights         2,880 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "dilated_groups.h"

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

/* O[3*g+f,i,j] = b[3*g+f] + sum(c,m,n) K[3*g+f,c,m,n] * X[2*g+c,i+2*m-2,j+2*n-2] */
void dilated_groups_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t g = 0; g < 2; ++g) {
        for (ptrdiff_t i = 0; i < 9; ++i) {
            const ptrdiff_t m_begin = i < 2 ? (3 - i) / 2 : 0;
            const ptrdiff_t m_end = i > 6 ? (12 - i) / 2 : 3;
            {
                const ptrdiff_t j = 0;
                {
                    const ptrdiff_t f = 0;
                    {
                        f32x4 s0_0, s0_1, s0_2, s1_0, s1_1, s1_2, s2_0, s2_1, s2_2;
                        f32x4_splat(s0_0, b[3 * g + f]);
                        f32x4_splat(s0_1, b[3 * g + f]);
                        f32x4_splat(s0_2, b[3 * g + f]);
                        f32x4_splat(s1_0, b[3 * g + f + 1]);
                        f32x4_splat(s1_1, b[3 * g + f + 1]);
                        f32x4_splat(s1_2, b[3 * g + f + 1]);
                        f32x4_splat(s2_0, b[3 * g + f + 2]);
                        f32x4_splat(s2_1, b[3 * g + f + 2]);
                        f32x4_splat(s2_2, b[3 * g + f + 2]);
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            for (ptrdiff_t c = 0; c < 2; ++c) {
                                {
                                    const float *x = &X[162 * g + 81 * c + 9 * i + j + 18 * m
                                            - 18];
                                    const float *k = &K[54 * g + 18 * f + 9 * c + 3 * m];
                                    convgen_launder(x);
                                    f32x4 x0;
                                    f32x4_load_lanes(x0, x, 2, 4);
                                    f32x4 x1;
                                    f32x4_load(x1, x + 2);
                                    f32x4 x2;
                                    f32x4_load_lanes(x2, x + 6, 0, 1);
                                    f32x4_fma(s0_0, k[0], x0);
                                    f32x4_fma(s0_1, k[0], x1);
                                    f32x4_fma(s0_2, k[0], x2);
                                    f32x4_fma(s1_0, k[18], x0);
                                    f32x4_fma(s1_1, k[18], x1);
                                    f32x4_fma(s1_2, k[18], x2);
                                    f32x4_fma(s2_0, k[36], x0);
                                    f32x4_fma(s2_1, k[36], x1);
                                    f32x4_fma(s2_2, k[36], x2);
                                }
                                {
                                    const float *x = &X[162 * g + 81 * c + 9 * i + j + 18 * m
                                            - 18];
                                    const float *k = &K[54 * g + 18 * f + 9 * c + 3 * m + 1];
                                    convgen_launder(x);
                                    f32x4 x0;
                                    f32x4_load(x0, x);
                                    f32x4 x1;
                                    f32x4_load(x1, x + 4);
                                    f32x4 x2;
                                    f32x4_load_lanes(x2, x + 8, 0, 1);
                                    f32x4_fma(s0_0, k[0], x0);
                                    f32x4_fma(s0_1, k[0], x1);
                                    f32x4_fma(s0_2, k[0], x2);
                                    f32x4_fma(s1_0, k[18], x0);
                                    f32x4_fma(s1_1, k[18], x1);
                                    f32x4_fma(s1_2, k[18], x2);
                                    f32x4_fma(s2_0, k[36], x0);
                                    f32x4_fma(s2_1, k[36], x1);
                                    f32x4_fma(s2_2, k[36], x2);
                                }
                                {
                                    const float *x = &X[162 * g + 81 * c + 9 * i + j + 18 * m
                                            - 16];
                                    const float *k = &K[54 * g + 18 * f + 9 * c + 3 * m + 2];
                                    convgen_launder(x);
                                    f32x4 x0;
                                    f32x4_load(x0, x);
                                    f32x4 x1;
                                    f32x4_load_lanes(x1, x + 4, 0, 3);
                                    f32x4_fma(s0_0, k[0], x0);
                                    f32x4_fma(s0_1, k[0], x1);
                                    f32x4_fma(s1_0, k[18], x0);
                                    f32x4_fma(s1_1, k[18], x1);
                                    f32x4_fma(s2_0, k[36], x0);
                                    f32x4_fma(s2_1, k[36], x1);
                                }
                            }
                        }
                        float *o = &O[243 * g + 81 * f + 9 * i + j];
                        f32x4_store(o, s0_0);
                        f32x4_store(o + 4, s0_1);
                        f32x4_store_first(o + 8, 1, s0_2);
                        f32x4_store(o + 81, s1_0);
                        f32x4_store(o + 85, s1_1);
                        f32x4_store_first(o + 89, 1, s1_2);
                        f32x4_store(o + 162, s2_0);
                        f32x4_store(o + 166, s2_1);
                        f32x4_store_first(o + 170, 1, s2_2);
                    }
                }
            }
        }
    }
}

/* dX[2*g+c,p,q] = sum(f,i,j,m,n | i+2*m-2 = p, j+2*n-2 = q) K[3*g+f,c,m,n] * dO[3*g+f,i,j] */
void dilated_groups_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t g = 0; g < 2; ++g) {
        for (ptrdiff_t p = 0; p < 9; ++p) {
            const ptrdiff_t m_begin = p > 6 ? (p - 5) / 2 : 0;
            const ptrdiff_t m_end = p < 2 ? (p + 4) / 2 : 3;
            {
                const ptrdiff_t q = 0;
                {
                    const ptrdiff_t c = 0;
                    {
                        f32x4 s0_0, s0_1, s0_2, s1_0, s1_1, s1_2;
                        f32x4_zero(s0_0);
                        f32x4_zero(s0_1);
                        f32x4_zero(s0_2);
                        f32x4_zero(s1_0);
                        f32x4_zero(s1_1);
                        f32x4_zero(s1_2);
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            for (ptrdiff_t f = 0; f < 3; ++f) {
                                {
                                    const float *x = &dO[243 * g + 81 * f + 9 * p + q + 20
                                            - 18 * m];
                                    const float *k = &K[54 * g + 18 * f + 9 * c + 3 * m];
                                    convgen_launder(x);
                                    f32x4 x0;
                                    f32x4_load(x0, x);
                                    f32x4 x1;
                                    f32x4_load_lanes(x1, x + 4, 0, 3);
                                    f32x4_fma(s0_0, k[0], x0);
                                    f32x4_fma(s0_1, k[0], x1);
                                    f32x4_fma(s1_0, k[9], x0);
                                    f32x4_fma(s1_1, k[9], x1);
                                }
                                {
                                    const float *x = &dO[243 * g + 81 * f + 9 * p + q + 18
                                            - 18 * m];
                                    const float *k = &K[54 * g + 18 * f + 9 * c + 3 * m + 1];
                                    convgen_launder(x);
                                    f32x4 x0;
                                    f32x4_load(x0, x);
                                    f32x4 x1;
                                    f32x4_load(x1, x + 4);
                                    f32x4 x2;
                                    f32x4_load_lanes(x2, x + 8, 0, 1);
                                    f32x4_fma(s0_0, k[0], x0);
                                    f32x4_fma(s0_1, k[0], x1);
                                    f32x4_fma(s0_2, k[0], x2);
                                    f32x4_fma(s1_0, k[9], x0);
                                    f32x4_fma(s1_1, k[9], x1);
                                    f32x4_fma(s1_2, k[9], x2);
                                }
                                {
                                    const float *x = &dO[243 * g + 81 * f + 9 * p + q + 18
                                            - 18 * m];
                                    const float *k = &K[54 * g + 18 * f + 9 * c + 3 * m + 2];
                                    convgen_launder(x);
                                    f32x4 x0;
                                    f32x4_load_lanes(x0, x, 2, 4);
                                    f32x4 x1;
                                    f32x4_load(x1, x + 2);
                                    f32x4 x2;
                                    f32x4_load_lanes(x2, x + 6, 0, 1);
                                    f32x4_fma(s0_0, k[0], x0);
                                    f32x4_fma(s0_1, k[0], x1);
                                    f32x4_fma(s0_2, k[0], x2);
                                    f32x4_fma(s1_0, k[9], x0);
                                    f32x4_fma(s1_1, k[9], x1);
                                    f32x4_fma(s1_2, k[9], x2);
                                }
                            }
                        }
                        float *o = &dX[162 * g + 81 * c + 9 * p + q];
                        f32x4_store(o, s0_0);
                        f32x4_store(o + 4, s0_1);
                        f32x4_store_first(o + 8, 1, s0_2);
                        f32x4_store(o + 81, s1_0);
                        f32x4_store(o + 85, s1_1);
                        f32x4_store_first(o + 89, 1, s1_2);
                    }
                }
            }
        }
    }
}

/* dK[3*g+f,c,m,n] = sum(i,j) dO[3*g+f,i,j] * X[2*g+c,i+2*m-2,j+2*n-2] */
void dilated_groups_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *V = (float *)workspace;
    float *D = ((float *)workspace) + 648;
    for (ptrdiff_t g = 0; g < 2; ++g) {
        {
            const ptrdiff_t f = 0;
            for (ptrdiff_t p = 0; p < 80; p += 4) {
                f32x4 t0, t1, t2;
                f32x4_load(t0, &dO[243 * g + 81 * f + p]);
                f32x4_load(t1, &dO[243 * g + 81 * f + p + 81]);
                f32x4_load(t2, &dO[243 * g + 81 * f + p + 162]);
                f32x4_store_columns(&V[324 * g + 81 * f + 4 * p], 4, 4, 3, t0, t1, t2, t0);
            }
            {
                const ptrdiff_t p = 80;
                for (ptrdiff_t v = 0; v < 3; ++v) {
                    V[324 * g + 81 * f + 4 * p + v] = dO[243 * g + 81 * f + p + 81 * v];
                }
            }
            for (ptrdiff_t p = 0; p < 81; ++p) {
                {
                    const ptrdiff_t v = 3;
                    V[324 * g + 81 * f + 4 * p + v] = 0;
                }
            }
        }
    }
    for (ptrdiff_t g = 0; g < 2; ++g) {
        {
            const ptrdiff_t f = 0;
            {
                f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0;
                float *o = &D[0];
                f32x4_zero(s0_0);
                f32x4_zero(s1_0);
                f32x4_zero(s2_0);
                f32x4_zero(s3_0);
                f32x4_zero(s4_0);
                f32x4_zero(s5_0);
                f32x4_zero(s6_0);
                f32x4_zero(s7_0);
                f32x4_zero(s8_0);
                {
                    const ptrdiff_t i = 0;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s8_0, x[0], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s8_0, x[0], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j - 2];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[81], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j - 2];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[81], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j - 2];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[81], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                }
                {
                    const ptrdiff_t i = 1;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s8_0, x[0], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s8_0, x[0], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j - 2];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[81], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j - 2];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[81], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j - 2];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[81], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                }
                for (ptrdiff_t i = 2; i < 7; ++i) {
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j - 18];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[81], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[83], y0);
                        f32x4_fma(s8_0, x[18], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j - 18];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[81], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[83], y0);
                        f32x4_fma(s8_0, x[18], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s4_0, x[4], y0);
                        f32x4_fma(s5_0, x[85], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                }
                {
                    const ptrdiff_t i = 7;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j - 18];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[81], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[83], y0);
                        f32x4_fma(s8_0, x[18], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j - 18];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[81], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[83], y0);
                        f32x4_fma(s8_0, x[18], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s4_0, x[4], y0);
                        f32x4_fma(s5_0, x[85], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                }
                {
                    const ptrdiff_t i = 8;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j - 18];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[81], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[83], y0);
                        f32x4_fma(s8_0, x[18], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j - 18];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[81], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[83], y0);
                        f32x4_fma(s8_0, x[18], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s4_0, x[4], y0);
                        f32x4_fma(s5_0, x[85], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j - 20];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[81], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[83], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[99], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                }
                f32x4_store(o, s0_0);
                f32x4_store(o + 36, s1_0);
                f32x4_store(o + 4, s2_0);
                f32x4_store(o + 40, s3_0);
                f32x4_store(o + 8, s4_0);
                f32x4_store(o + 44, s5_0);
                f32x4_store(o + 12, s6_0);
                f32x4_store(o + 48, s7_0);
                f32x4_store(o + 16, s8_0);
            }
            {
                f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0;
                float *o = &D[52];
                f32x4_zero(s0_0);
                f32x4_zero(s1_0);
                f32x4_zero(s2_0);
                f32x4_zero(s3_0);
                f32x4_zero(s4_0);
                f32x4_zero(s5_0);
                f32x4_zero(s6_0);
                f32x4_zero(s7_0);
                f32x4_zero(s8_0);
                {
                    const ptrdiff_t i = 0;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                    }
                }
                {
                    const ptrdiff_t i = 1;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                    }
                }
                for (ptrdiff_t i = 2; i < 7; ++i) {
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                        f32x4_fma(s7_0, x[-61], y0);
                        f32x4_fma(s8_0, x[20], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[-65], y0);
                        f32x4_fma(s4_0, x[16], y0);
                        f32x4_fma(s5_0, x[-63], y0);
                        f32x4_fma(s6_0, x[18], y0);
                    }
                }
                {
                    const ptrdiff_t i = 7;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                    }
                }
                {
                    const ptrdiff_t i = 8;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 1;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    for (ptrdiff_t j = 2; j < 7; ++j) {
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[-79], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 7;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                    }
                    {
                        const ptrdiff_t j = 8;
                        const float *x = &X[162 * g + 9 * i + j + 81];
                        const float *y = &V[324 * g + 81 * f + 36 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                    }
                }
                f32x4_store(o, s0_0);
                f32x4_store(o + -32, s1_0);
                f32x4_store(o + 4, s2_0);
                f32x4_store(o + -28, s3_0);
                f32x4_store(o + 8, s4_0);
                f32x4_store(o + -24, s5_0);
                f32x4_store(o + 12, s6_0);
                f32x4_store(o + -20, s7_0);
                f32x4_store(o + 16, s8_0);
            }
            for (ptrdiff_t r = 0; r < 16; r += 4) {
                f32x4 t0, t1, t2, t3;
                f32x4_load(t0, &D[4 * r]);
                f32x4_load(t1, &D[4 * r + 4]);
                f32x4_load(t2, &D[4 * r + 8]);
                f32x4_load(t3, &D[4 * r + 12]);
                f32x4_store_columns(&dK[54 * g + 18 * f + r], 18, 3, 4, t0, t1, t2, t3);
            }
            for (ptrdiff_t r = 16; r < 18; ++r) {
                for (ptrdiff_t v = 0; v < 3; ++v) {
                    dK[54 * g + 18 * f + r + 18 * v] = D[4 * r + v];
                }
            }
        }
    }
}

/* db[3*g+f] = sum(i,j) dO[3*g+f,i,j] */
void dilated_groups_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0_0 = dO[0], dO_0_0_1 = dO[1], dO_0_0_2 = dO[2], dO_0_0_3 = dO[3],
        dO_0_0_4 = dO[4], dO_0_0_5 = dO[5], dO_0_0_6 = dO[6], dO_0_0_7 = dO[7], dO_0_0_8 = dO[8];
    const float dO_0_1_0 = dO[9], dO_0_1_1 = dO[10], dO_0_1_2 = dO[11], dO_0_1_3 = dO[12],
        dO_0_1_4 = dO[13], dO_0_1_5 = dO[14], dO_0_1_6 = dO[15], dO_0_1_7 = dO[16],
        dO_0_1_8 = dO[17];
    const float dO_0_2_0 = dO[18], dO_0_2_1 = dO[19], dO_0_2_2 = dO[20], dO_0_2_3 = dO[21],
        dO_0_2_4 = dO[22], dO_0_2_5 = dO[23], dO_0_2_6 = dO[24], dO_0_2_7 = dO[25],
        dO_0_2_8 = dO[26];
    const float dO_0_3_0 = dO[27], dO_0_3_1 = dO[28], dO_0_3_2 = dO[29], dO_0_3_3 = dO[30],
        dO_0_3_4 = dO[31], dO_0_3_5 = dO[32], dO_0_3_6 = dO[33], dO_0_3_7 = dO[34],
        dO_0_3_8 = dO[35];
    const float dO_0_4_0 = dO[36], dO_0_4_1 = dO[37], dO_0_4_2 = dO[38], dO_0_4_3 = dO[39],
        dO_0_4_4 = dO[40], dO_0_4_5 = dO[41], dO_0_4_6 = dO[42], dO_0_4_7 = dO[43],
        dO_0_4_8 = dO[44];
    const float dO_0_5_0 = dO[45], dO_0_5_1 = dO[46], dO_0_5_2 = dO[47], dO_0_5_3 = dO[48],
        dO_0_5_4 = dO[49], dO_0_5_5 = dO[50], dO_0_5_6 = dO[51], dO_0_5_7 = dO[52],
        dO_0_5_8 = dO[53];
    const float dO_0_6_0 = dO[54], dO_0_6_1 = dO[55], dO_0_6_2 = dO[56], dO_0_6_3 = dO[57],
        dO_0_6_4 = dO[58], dO_0_6_5 = dO[59], dO_0_6_6 = dO[60], dO_0_6_7 = dO[61],
        dO_0_6_8 = dO[62];
    const float dO_0_7_0 = dO[63], dO_0_7_1 = dO[64], dO_0_7_2 = dO[65], dO_0_7_3 = dO[66],
        dO_0_7_4 = dO[67], dO_0_7_5 = dO[68], dO_0_7_6 = dO[69], dO_0_7_7 = dO[70],
        dO_0_7_8 = dO[71];
    const float dO_0_8_0 = dO[72], dO_0_8_1 = dO[73], dO_0_8_2 = dO[74], dO_0_8_3 = dO[75],
        dO_0_8_4 = dO[76], dO_0_8_5 = dO[77], dO_0_8_6 = dO[78], dO_0_8_7 = dO[79],
        dO_0_8_8 = dO[80];
    const float dO_1_0_0 = dO[81], dO_1_0_1 = dO[82], dO_1_0_2 = dO[83], dO_1_0_3 = dO[84],
        dO_1_0_4 = dO[85], dO_1_0_5 = dO[86], dO_1_0_6 = dO[87], dO_1_0_7 = dO[88],
        dO_1_0_8 = dO[89];
    const float dO_1_1_0 = dO[90], dO_1_1_1 = dO[91], dO_1_1_2 = dO[92], dO_1_1_3 = dO[93],
        dO_1_1_4 = dO[94], dO_1_1_5 = dO[95], dO_1_1_6 = dO[96], dO_1_1_7 = dO[97],
        dO_1_1_8 = dO[98];
    const float dO_1_2_0 = dO[99], dO_1_2_1 = dO[100], dO_1_2_2 = dO[101], dO_1_2_3 = dO[102],
        dO_1_2_4 = dO[103], dO_1_2_5 = dO[104], dO_1_2_6 = dO[105], dO_1_2_7 = dO[106],
        dO_1_2_8 = dO[107];
    const float dO_1_3_0 = dO[108], dO_1_3_1 = dO[109], dO_1_3_2 = dO[110], dO_1_3_3 = dO[111],
        dO_1_3_4 = dO[112], dO_1_3_5 = dO[113], dO_1_3_6 = dO[114], dO_1_3_7 = dO[115],
        dO_1_3_8 = dO[116];
    const float dO_1_4_0 = dO[117], dO_1_4_1 = dO[118], dO_1_4_2 = dO[119], dO_1_4_3 = dO[120],
        dO_1_4_4 = dO[121], dO_1_4_5 = dO[122], dO_1_4_6 = dO[123], dO_1_4_7 = dO[124],
        dO_1_4_8 = dO[125];
    const float dO_1_5_0 = dO[126], dO_1_5_1 = dO[127], dO_1_5_2 = dO[128], dO_1_5_3 = dO[129],
        dO_1_5_4 = dO[130], dO_1_5_5 = dO[131], dO_1_5_6 = dO[132], dO_1_5_7 = dO[133],
        dO_1_5_8 = dO[134];
    const float dO_1_6_0 = dO[135], dO_1_6_1 = dO[136], dO_1_6_2 = dO[137], dO_1_6_3 = dO[138],
        dO_1_6_4 = dO[139], dO_1_6_5 = dO[140], dO_1_6_6 = dO[141], dO_1_6_7 = dO[142],
        dO_1_6_8 = dO[143];
    const float dO_1_7_0 = dO[144], dO_1_7_1 = dO[145], dO_1_7_2 = dO[146], dO_1_7_3 = dO[147],
        dO_1_7_4 = dO[148], dO_1_7_5 = dO[149], dO_1_7_6 = dO[150], dO_1_7_7 = dO[151],
        dO_1_7_8 = dO[152];
    const float dO_1_8_0 = dO[153], dO_1_8_1 = dO[154], dO_1_8_2 = dO[155], dO_1_8_3 = dO[156],
        dO_1_8_4 = dO[157], dO_1_8_5 = dO[158], dO_1_8_6 = dO[159], dO_1_8_7 = dO[160],
        dO_1_8_8 = dO[161];
    const float dO_2_0_0 = dO[162], dO_2_0_1 = dO[163], dO_2_0_2 = dO[164], dO_2_0_3 = dO[165],
        dO_2_0_4 = dO[166], dO_2_0_5 = dO[167], dO_2_0_6 = dO[168], dO_2_0_7 = dO[169],
        dO_2_0_8 = dO[170];
    const float dO_2_1_0 = dO[171], dO_2_1_1 = dO[172], dO_2_1_2 = dO[173], dO_2_1_3 = dO[174],
        dO_2_1_4 = dO[175], dO_2_1_5 = dO[176], dO_2_1_6 = dO[177], dO_2_1_7 = dO[178],
        dO_2_1_8 = dO[179];
    const float dO_2_2_0 = dO[180], dO_2_2_1 = dO[181], dO_2_2_2 = dO[182], dO_2_2_3 = dO[183],
        dO_2_2_4 = dO[184], dO_2_2_5 = dO[185], dO_2_2_6 = dO[186], dO_2_2_7 = dO[187],
        dO_2_2_8 = dO[188];
    const float dO_2_3_0 = dO[189], dO_2_3_1 = dO[190], dO_2_3_2 = dO[191], dO_2_3_3 = dO[192],
        dO_2_3_4 = dO[193], dO_2_3_5 = dO[194], dO_2_3_6 = dO[195], dO_2_3_7 = dO[196],
        dO_2_3_8 = dO[197];
    const float dO_2_4_0 = dO[198], dO_2_4_1 = dO[199], dO_2_4_2 = dO[200], dO_2_4_3 = dO[201],
        dO_2_4_4 = dO[202], dO_2_4_5 = dO[203], dO_2_4_6 = dO[204], dO_2_4_7 = dO[205],
        dO_2_4_8 = dO[206];
    const float dO_2_5_0 = dO[207], dO_2_5_1 = dO[208], dO_2_5_2 = dO[209], dO_2_5_3 = dO[210],
        dO_2_5_4 = dO[211], dO_2_5_5 = dO[212], dO_2_5_6 = dO[213], dO_2_5_7 = dO[214],
        dO_2_5_8 = dO[215];
    const float dO_2_6_0 = dO[216], dO_2_6_1 = dO[217], dO_2_6_2 = dO[218], dO_2_6_3 = dO[219],
        dO_2_6_4 = dO[220], dO_2_6_5 = dO[221], dO_2_6_6 = dO[222], dO_2_6_7 = dO[223],
        dO_2_6_8 = dO[224];
    const float dO_2_7_0 = dO[225], dO_2_7_1 = dO[226], dO_2_7_2 = dO[227], dO_2_7_3 = dO[228],
        dO_2_7_4 = dO[229], dO_2_7_5 = dO[230], dO_2_7_6 = dO[231], dO_2_7_7 = dO[232],
        dO_2_7_8 = dO[233];
    const float dO_2_8_0 = dO[234], dO_2_8_1 = dO[235], dO_2_8_2 = dO[236], dO_2_8_3 = dO[237],
        dO_2_8_4 = dO[238], dO_2_8_5 = dO[239], dO_2_8_6 = dO[240], dO_2_8_7 = dO[241],
        dO_2_8_8 = dO[242];
    const float dO_3_0_0 = dO[243], dO_3_0_1 = dO[244], dO_3_0_2 = dO[245], dO_3_0_3 = dO[246],
        dO_3_0_4 = dO[247], dO_3_0_5 = dO[248], dO_3_0_6 = dO[249], dO_3_0_7 = dO[250],
        dO_3_0_8 = dO[251];
    const float dO_3_1_0 = dO[252], dO_3_1_1 = dO[253], dO_3_1_2 = dO[254], dO_3_1_3 = dO[255],
        dO_3_1_4 = dO[256], dO_3_1_5 = dO[257], dO_3_1_6 = dO[258], dO_3_1_7 = dO[259],
        dO_3_1_8 = dO[260];
    const float dO_3_2_0 = dO[261], dO_3_2_1 = dO[262], dO_3_2_2 = dO[263], dO_3_2_3 = dO[264],
        dO_3_2_4 = dO[265], dO_3_2_5 = dO[266], dO_3_2_6 = dO[267], dO_3_2_7 = dO[268],
        dO_3_2_8 = dO[269];
    const float dO_3_3_0 = dO[270], dO_3_3_1 = dO[271], dO_3_3_2 = dO[272], dO_3_3_3 = dO[273],
        dO_3_3_4 = dO[274], dO_3_3_5 = dO[275], dO_3_3_6 = dO[276], dO_3_3_7 = dO[277],
        dO_3_3_8 = dO[278];
    const float dO_3_4_0 = dO[279], dO_3_4_1 = dO[280], dO_3_4_2 = dO[281], dO_3_4_3 = dO[282],
        dO_3_4_4 = dO[283], dO_3_4_5 = dO[284], dO_3_4_6 = dO[285], dO_3_4_7 = dO[286],
        dO_3_4_8 = dO[287];
    const float dO_3_5_0 = dO[288], dO_3_5_1 = dO[289], dO_3_5_2 = dO[290], dO_3_5_3 = dO[291],
        dO_3_5_4 = dO[292], dO_3_5_5 = dO[293], dO_3_5_6 = dO[294], dO_3_5_7 = dO[295],
        dO_3_5_8 = dO[296];
    const float dO_3_6_0 = dO[297], dO_3_6_1 = dO[298], dO_3_6_2 = dO[299], dO_3_6_3 = dO[300],
        dO_3_6_4 = dO[301], dO_3_6_5 = dO[302], dO_3_6_6 = dO[303], dO_3_6_7 = dO[304],
        dO_3_6_8 = dO[305];
    const float dO_3_7_0 = dO[306], dO_3_7_1 = dO[307], dO_3_7_2 = dO[308], dO_3_7_3 = dO[309],
        dO_3_7_4 = dO[310], dO_3_7_5 = dO[311], dO_3_7_6 = dO[312], dO_3_7_7 = dO[313],
        dO_3_7_8 = dO[314];
    const float dO_3_8_0 = dO[315], dO_3_8_1 = dO[316], dO_3_8_2 = dO[317], dO_3_8_3 = dO[318],
        dO_3_8_4 = dO[319], dO_3_8_5 = dO[320], dO_3_8_6 = dO[321], dO_3_8_7 = dO[322],
        dO_3_8_8 = dO[323];
    const float dO_4_0_0 = dO[324], dO_4_0_1 = dO[325], dO_4_0_2 = dO[326], dO_4_0_3 = dO[327],
        dO_4_0_4 = dO[328], dO_4_0_5 = dO[329], dO_4_0_6 = dO[330], dO_4_0_7 = dO[331],
        dO_4_0_8 = dO[332];
    const float dO_4_1_0 = dO[333], dO_4_1_1 = dO[334], dO_4_1_2 = dO[335], dO_4_1_3 = dO[336],
        dO_4_1_4 = dO[337], dO_4_1_5 = dO[338], dO_4_1_6 = dO[339], dO_4_1_7 = dO[340],
        dO_4_1_8 = dO[341];
    const float dO_4_2_0 = dO[342], dO_4_2_1 = dO[343], dO_4_2_2 = dO[344], dO_4_2_3 = dO[345],
        dO_4_2_4 = dO[346], dO_4_2_5 = dO[347], dO_4_2_6 = dO[348], dO_4_2_7 = dO[349],
        dO_4_2_8 = dO[350];
    const float dO_4_3_0 = dO[351], dO_4_3_1 = dO[352], dO_4_3_2 = dO[353], dO_4_3_3 = dO[354],
        dO_4_3_4 = dO[355], dO_4_3_5 = dO[356], dO_4_3_6 = dO[357], dO_4_3_7 = dO[358],
        dO_4_3_8 = dO[359];
    const float dO_4_4_0 = dO[360], dO_4_4_1 = dO[361], dO_4_4_2 = dO[362], dO_4_4_3 = dO[363],
        dO_4_4_4 = dO[364], dO_4_4_5 = dO[365], dO_4_4_6 = dO[366], dO_4_4_7 = dO[367],
        dO_4_4_8 = dO[368];
    const float dO_4_5_0 = dO[369], dO_4_5_1 = dO[370], dO_4_5_2 = dO[371], dO_4_5_3 = dO[372],
        dO_4_5_4 = dO[373], dO_4_5_5 = dO[374], dO_4_5_6 = dO[375], dO_4_5_7 = dO[376],
        dO_4_5_8 = dO[377];
    const float dO_4_6_0 = dO[378], dO_4_6_1 = dO[379], dO_4_6_2 = dO[380], dO_4_6_3 = dO[381],
        dO_4_6_4 = dO[382], dO_4_6_5 = dO[383], dO_4_6_6 = dO[384], dO_4_6_7 = dO[385],
        dO_4_6_8 = dO[386];
    const float dO_4_7_0 = dO[387], dO_4_7_1 = dO[388], dO_4_7_2 = dO[389], dO_4_7_3 = dO[390],
        dO_4_7_4 = dO[391], dO_4_7_5 = dO[392], dO_4_7_6 = dO[393], dO_4_7_7 = dO[394],
        dO_4_7_8 = dO[395];
    const float dO_4_8_0 = dO[396], dO_4_8_1 = dO[397], dO_4_8_2 = dO[398], dO_4_8_3 = dO[399],
        dO_4_8_4 = dO[400], dO_4_8_5 = dO[401], dO_4_8_6 = dO[402], dO_4_8_7 = dO[403],
        dO_4_8_8 = dO[404];
    const float dO_5_0_0 = dO[405], dO_5_0_1 = dO[406], dO_5_0_2 = dO[407], dO_5_0_3 = dO[408],
        dO_5_0_4 = dO[409], dO_5_0_5 = dO[410], dO_5_0_6 = dO[411], dO_5_0_7 = dO[412],
        dO_5_0_8 = dO[413];
    const float dO_5_1_0 = dO[414], dO_5_1_1 = dO[415], dO_5_1_2 = dO[416], dO_5_1_3 = dO[417],
        dO_5_1_4 = dO[418], dO_5_1_5 = dO[419], dO_5_1_6 = dO[420], dO_5_1_7 = dO[421],
        dO_5_1_8 = dO[422];
    const float dO_5_2_0 = dO[423], dO_5_2_1 = dO[424], dO_5_2_2 = dO[425], dO_5_2_3 = dO[426],
        dO_5_2_4 = dO[427], dO_5_2_5 = dO[428], dO_5_2_6 = dO[429], dO_5_2_7 = dO[430],
        dO_5_2_8 = dO[431];
    const float dO_5_3_0 = dO[432], dO_5_3_1 = dO[433], dO_5_3_2 = dO[434], dO_5_3_3 = dO[435],
        dO_5_3_4 = dO[436], dO_5_3_5 = dO[437], dO_5_3_6 = dO[438], dO_5_3_7 = dO[439],
        dO_5_3_8 = dO[440];
    const float dO_5_4_0 = dO[441], dO_5_4_1 = dO[442], dO_5_4_2 = dO[443], dO_5_4_3 = dO[444],
        dO_5_4_4 = dO[445], dO_5_4_5 = dO[446], dO_5_4_6 = dO[447], dO_5_4_7 = dO[448],
        dO_5_4_8 = dO[449];
    const float dO_5_5_0 = dO[450], dO_5_5_1 = dO[451], dO_5_5_2 = dO[452], dO_5_5_3 = dO[453],
        dO_5_5_4 = dO[454], dO_5_5_5 = dO[455], dO_5_5_6 = dO[456], dO_5_5_7 = dO[457],
        dO_5_5_8 = dO[458];
    const float dO_5_6_0 = dO[459], dO_5_6_1 = dO[460], dO_5_6_2 = dO[461], dO_5_6_3 = dO[462],
        dO_5_6_4 = dO[463], dO_5_6_5 = dO[464], dO_5_6_6 = dO[465], dO_5_6_7 = dO[466],
        dO_5_6_8 = dO[467];
    const float dO_5_7_0 = dO[468], dO_5_7_1 = dO[469], dO_5_7_2 = dO[470], dO_5_7_3 = dO[471],
        dO_5_7_4 = dO[472], dO_5_7_5 = dO[473], dO_5_7_6 = dO[474], dO_5_7_7 = dO[475],
        dO_5_7_8 = dO[476];
    const float dO_5_8_0 = dO[477], dO_5_8_1 = dO[478], dO_5_8_2 = dO[479], dO_5_8_3 = dO[480],
        dO_5_8_4 = dO[481], dO_5_8_5 = dO[482], dO_5_8_6 = dO[483], dO_5_8_7 = dO[484],
        dO_5_8_8 = dO[485];

    /* db_0 */ db[0] = dO_0_0_0 + dO_0_0_1 + dO_0_0_2 + dO_0_0_3 + dO_0_0_4 + dO_0_0_5 + dO_0_0_6
        + dO_0_0_7 + dO_0_0_8 + dO_0_1_0 + dO_0_1_1 + dO_0_1_2 + dO_0_1_3 + dO_0_1_4 + dO_0_1_5
        + dO_0_1_6 + dO_0_1_7 + dO_0_1_8 + dO_0_2_0 + dO_0_2_1 + dO_0_2_2 + dO_0_2_3 + dO_0_2_4
        + dO_0_2_5 + dO_0_2_6 + dO_0_2_7 + dO_0_2_8 + dO_0_3_0 + dO_0_3_1 + dO_0_3_2 + dO_0_3_3
        + dO_0_3_4 + dO_0_3_5 + dO_0_3_6 + dO_0_3_7 + dO_0_3_8 + dO_0_4_0 + dO_0_4_1 + dO_0_4_2
        + dO_0_4_3 + dO_0_4_4 + dO_0_4_5 + dO_0_4_6 + dO_0_4_7 + dO_0_4_8 + dO_0_5_0 + dO_0_5_1
        + dO_0_5_2 + dO_0_5_3 + dO_0_5_4 + dO_0_5_5 + dO_0_5_6 + dO_0_5_7 + dO_0_5_8 + dO_0_6_0
        + dO_0_6_1 + dO_0_6_2 + dO_0_6_3 + dO_0_6_4 + dO_0_6_5 + dO_0_6_6 + dO_0_6_7 + dO_0_6_8
        + dO_0_7_0 + dO_0_7_1 + dO_0_7_2 + dO_0_7_3 + dO_0_7_4 + dO_0_7_5 + dO_0_7_6 + dO_0_7_7
        + dO_0_7_8 + dO_0_8_0 + dO_0_8_1 + dO_0_8_2 + dO_0_8_3 + dO_0_8_4 + dO_0_8_5 + dO_0_8_6
        + dO_0_8_7 + dO_0_8_8;
    /* db_1 */ db[1] = dO_1_0_0 + dO_1_0_1 + dO_1_0_2 + dO_1_0_3 + dO_1_0_4 + dO_1_0_5 + dO_1_0_6
        + dO_1_0_7 + dO_1_0_8 + dO_1_1_0 + dO_1_1_1 + dO_1_1_2 + dO_1_1_3 + dO_1_1_4 + dO_1_1_5
        + dO_1_1_6 + dO_1_1_7 + dO_1_1_8 + dO_1_2_0 + dO_1_2_1 + dO_1_2_2 + dO_1_2_3 + dO_1_2_4
        + dO_1_2_5 + dO_1_2_6 + dO_1_2_7 + dO_1_2_8 + dO_1_3_0 + dO_1_3_1 + dO_1_3_2 + dO_1_3_3
        + dO_1_3_4 + dO_1_3_5 + dO_1_3_6 + dO_1_3_7 + dO_1_3_8 + dO_1_4_0 + dO_1_4_1 + dO_1_4_2
        + dO_1_4_3 + dO_1_4_4 + dO_1_4_5 + dO_1_4_6 + dO_1_4_7 + dO_1_4_8 + dO_1_5_0 + dO_1_5_1
        + dO_1_5_2 + dO_1_5_3 + dO_1_5_4 + dO_1_5_5 + dO_1_5_6 + dO_1_5_7 + dO_1_5_8 + dO_1_6_0
        + dO_1_6_1 + dO_1_6_2 + dO_1_6_3 + dO_1_6_4 + dO_1_6_5 + dO_1_6_6 + dO_1_6_7 + dO_1_6_8
        + dO_1_7_0 + dO_1_7_1 + dO_1_7_2 + dO_1_7_3 + dO_1_7_4 + dO_1_7_5 + dO_1_7_6 + dO_1_7_7
        + dO_1_7_8 + dO_1_8_0 + dO_1_8_1 + dO_1_8_2 + dO_1_8_3 + dO_1_8_4 + dO_1_8_5 + dO_1_8_6
        + dO_1_8_7 + dO_1_8_8;
    /* db_2 */ db[2] = dO_2_0_0 + dO_2_0_1 + dO_2_0_2 + dO_2_0_3 + dO_2_0_4 + dO_2_0_5 + dO_2_0_6
        + dO_2_0_7 + dO_2_0_8 + dO_2_1_0 + dO_2_1_1 + dO_2_1_2 + dO_2_1_3 + dO_2_1_4 + dO_2_1_5
        + dO_2_1_6 + dO_2_1_7 + dO_2_1_8 + dO_2_2_0 + dO_2_2_1 + dO_2_2_2 + dO_2_2_3 + dO_2_2_4
        + dO_2_2_5 + dO_2_2_6 + dO_2_2_7 + dO_2_2_8 + dO_2_3_0 + dO_2_3_1 + dO_2_3_2 + dO_2_3_3
        + dO_2_3_4 + dO_2_3_5 + dO_2_3_6 + dO_2_3_7 + dO_2_3_8 + dO_2_4_0 + dO_2_4_1 + dO_2_4_2
        + dO_2_4_3 + dO_2_4_4 + dO_2_4_5 + dO_2_4_6 + dO_2_4_7 + dO_2_4_8 + dO_2_5_0 + dO_2_5_1
        + dO_2_5_2 + dO_2_5_3 + dO_2_5_4 + dO_2_5_5 + dO_2_5_6 + dO_2_5_7 + dO_2_5_8 + dO_2_6_0
        + dO_2_6_1 + dO_2_6_2 + dO_2_6_3 + dO_2_6_4 + dO_2_6_5 + dO_2_6_6 + dO_2_6_7 + dO_2_6_8
        + dO_2_7_0 + dO_2_7_1 + dO_2_7_2 + dO_2_7_3 + dO_2_7_4 + dO_2_7_5 + dO_2_7_6 + dO_2_7_7
        + dO_2_7_8 + dO_2_8_0 + dO_2_8_1 + dO_2_8_2 + dO_2_8_3 + dO_2_8_4 + dO_2_8_5 + dO_2_8_6
        + dO_2_8_7 + dO_2_8_8;
    /* db_3 */ db[3] = dO_3_0_0 + dO_3_0_1 + dO_3_0_2 + dO_3_0_3 + dO_3_0_4 + dO_3_0_5 + dO_3_0_6
        + dO_3_0_7 + dO_3_0_8 + dO_3_1_0 + dO_3_1_1 + dO_3_1_2 + dO_3_1_3 + dO_3_1_4 + dO_3_1_5
        + dO_3_1_6 + dO_3_1_7 + dO_3_1_8 + dO_3_2_0 + dO_3_2_1 + dO_3_2_2 + dO_3_2_3 + dO_3_2_4
        + dO_3_2_5 + dO_3_2_6 + dO_3_2_7 + dO_3_2_8 + dO_3_3_0 + dO_3_3_1 + dO_3_3_2 + dO_3_3_3
        + dO_3_3_4 + dO_3_3_5 + dO_3_3_6 + dO_3_3_7 + dO_3_3_8 + dO_3_4_0 + dO_3_4_1 + dO_3_4_2
        + dO_3_4_3 + dO_3_4_4 + dO_3_4_5 + dO_3_4_6 + dO_3_4_7 + dO_3_4_8 + dO_3_5_0 + dO_3_5_1
        + dO_3_5_2 + dO_3_5_3 + dO_3_5_4 + dO_3_5_5 + dO_3_5_6 + dO_3_5_7 + dO_3_5_8 + dO_3_6_0
        + dO_3_6_1 + dO_3_6_2 + dO_3_6_3 + dO_3_6_4 + dO_3_6_5 + dO_3_6_6 + dO_3_6_7 + dO_3_6_8
        + dO_3_7_0 + dO_3_7_1 + dO_3_7_2 + dO_3_7_3 + dO_3_7_4 + dO_3_7_5 + dO_3_7_6 + dO_3_7_7
        + dO_3_7_8 + dO_3_8_0 + dO_3_8_1 + dO_3_8_2 + dO_3_8_3 + dO_3_8_4 + dO_3_8_5 + dO_3_8_6
        + dO_3_8_7 + dO_3_8_8;
    /* db_4 */ db[4] = dO_4_0_0 + dO_4_0_1 + dO_4_0_2 + dO_4_0_3 + dO_4_0_4 + dO_4_0_5 + dO_4_0_6
        + dO_4_0_7 + dO_4_0_8 + dO_4_1_0 + dO_4_1_1 + dO_4_1_2 + dO_4_1_3 + dO_4_1_4 + dO_4_1_5
        + dO_4_1_6 + dO_4_1_7 + dO_4_1_8 + dO_4_2_0 + dO_4_2_1 + dO_4_2_2 + dO_4_2_3 + dO_4_2_4
        + dO_4_2_5 + dO_4_2_6 + dO_4_2_7 + dO_4_2_8 + dO_4_3_0 + dO_4_3_1 + dO_4_3_2 + dO_4_3_3
        + dO_4_3_4 + dO_4_3_5 + dO_4_3_6 + dO_4_3_7 + dO_4_3_8 + dO_4_4_0 + dO_4_4_1 + dO_4_4_2
        + dO_4_4_3 + dO_4_4_4 + dO_4_4_5 + dO_4_4_6 + dO_4_4_7 + dO_4_4_8 + dO_4_5_0 + dO_4_5_1
        + dO_4_5_2 + dO_4_5_3 + dO_4_5_4 + dO_4_5_5 + dO_4_5_6 + dO_4_5_7 + dO_4_5_8 + dO_4_6_0
        + dO_4_6_1 + dO_4_6_2 + dO_4_6_3 + dO_4_6_4 + dO_4_6_5 + dO_4_6_6 + dO_4_6_7 + dO_4_6_8
        + dO_4_7_0 + dO_4_7_1 + dO_4_7_2 + dO_4_7_3 + dO_4_7_4 + dO_4_7_5 + dO_4_7_6 + dO_4_7_7
        + dO_4_7_8 + dO_4_8_0 + dO_4_8_1 + dO_4_8_2 + dO_4_8_3 + dO_4_8_4 + dO_4_8_5 + dO_4_8_6
        + dO_4_8_7 + dO_4_8_8;
    /* db_5 */ db[5] = dO_5_0_0 + dO_5_0_1 + dO_5_0_2 + dO_5_0_3 + dO_5_0_4 + dO_5_0_5 + dO_5_0_6
        + dO_5_0_7 + dO_5_0_8 + dO_5_1_0 + dO_5_1_1 + dO_5_1_2 + dO_5_1_3 + dO_5_1_4 + dO_5_1_5
        + dO_5_1_6 + dO_5_1_7 + dO_5_1_8 + dO_5_2_0 + dO_5_2_1 + dO_5_2_2 + dO_5_2_3 + dO_5_2_4
        + dO_5_2_5 + dO_5_2_6 + dO_5_2_7 + dO_5_2_8 + dO_5_3_0 + dO_5_3_1 + dO_5_3_2 + dO_5_3_3
        + dO_5_3_4 + dO_5_3_5 + dO_5_3_6 + dO_5_3_7 + dO_5_3_8 + dO_5_4_0 + dO_5_4_1 + dO_5_4_2
        + dO_5_4_3 + dO_5_4_4 + dO_5_4_5 + dO_5_4_6 + dO_5_4_7 + dO_5_4_8 + dO_5_5_0 + dO_5_5_1
        + dO_5_5_2 + dO_5_5_3 + dO_5_5_4 + dO_5_5_5 + dO_5_5_6 + dO_5_5_7 + dO_5_5_8 + dO_5_6_0
        + dO_5_6_1 + dO_5_6_2 + dO_5_6_3 + dO_5_6_4 + dO_5_6_5 + dO_5_6_6 + dO_5_6_7 + dO_5_6_8
        + dO_5_7_0 + dO_5_7_1 + dO_5_7_2 + dO_5_7_3 + dO_5_7_4 + dO_5_7_5 + dO_5_7_6 + dO_5_7_7
        + dO_5_7_8 + dO_5_8_0 + dO_5_8_1 + dO_5_8_2 + dO_5_8_3 + dO_5_8_4 + dO_5_8_5 + dO_5_8_6
        + dO_5_8_7 + dO_5_8_8;
}
