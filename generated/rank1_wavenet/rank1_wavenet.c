/* convgen 0.1.0 spec: input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC
 *
 * Written by
 *     convgen generate --spec "input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC" \
 *         --target c --dtype float32 --name rank1_wavenet
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,c]    WC   32 x 4
 *     K[m,c,f]  WIO  2 x 4 x 4
 *     b[f]      O    4
 *     O[i,f]    WC   32 x 4
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           tiled          960        960   9  b, then (m, c)
 *     backward_data     tiled          960        960   8  0, then (m, f)
 *     backward_weights  tiled          960        960  32  0, then (i)
 *     backward_bias     unrolled         0        124  32  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     backward_data              128 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "rank1_wavenet.h"

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

/* O[i,f] = b[f] + sum(c,m) K[m,c,f] * X[i+4*m-4,c] */
void rank1_wavenet_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    {
        const ptrdiff_t i = 0;
        {
            const ptrdiff_t f = 0;
            {
                f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0, s10_0;
                const float *a = &b[f];
                convgen_launder(a);
                f32x4_load(s0_0, a);
                s1_0 = s0_0;
                s2_0 = s0_0;
                s3_0 = s0_0;
                s4_0 = s0_0;
                s5_0 = s0_0;
                s6_0 = s0_0;
                s7_0 = s0_0;
                s8_0 = s0_0;
                s9_0 = s0_0;
                s10_0 = s0_0;
                {
                    const float *x = &X[4 * i];
                    const float *w = &K[f];
                    convgen_launder(x);
                    convgen_launder(w);
                    for (ptrdiff_t c = 0; c < 4; ++c) {
                        f32x4 w0;
                        f32x4_load(w0, &w[4 * c]);
                        f32x4_fma(s4_0, x[c], w0);
                        f32x4_fma(s5_0, x[c + 4], w0);
                        f32x4_fma(s6_0, x[c + 8], w0);
                        f32x4_fma(s7_0, x[c + 12], w0);
                        f32x4_fma(s8_0, x[c + 16], w0);
                        f32x4_fma(s9_0, x[c + 20], w0);
                        f32x4_fma(s10_0, x[c + 24], w0);
                    }
                }
                {
                    const float *x = &X[4 * i];
                    const float *w = &K[f + 16];
                    convgen_launder(x);
                    convgen_launder(w);
                    for (ptrdiff_t c = 0; c < 4; ++c) {
                        f32x4 w0;
                        f32x4_load(w0, &w[4 * c]);
                        f32x4_fma(s0_0, x[c], w0);
                        f32x4_fma(s1_0, x[c + 4], w0);
                        f32x4_fma(s2_0, x[c + 8], w0);
                        f32x4_fma(s3_0, x[c + 12], w0);
                        f32x4_fma(s4_0, x[c + 16], w0);
                        f32x4_fma(s5_0, x[c + 20], w0);
                        f32x4_fma(s6_0, x[c + 24], w0);
                        f32x4_fma(s7_0, x[c + 28], w0);
                        f32x4_fma(s8_0, x[c + 32], w0);
                        f32x4_fma(s9_0, x[c + 36], w0);
                        f32x4_fma(s10_0, x[c + 40], w0);
                    }
                }
                float *o = &O[f + 4 * i];
                f32x4_store(o, s0_0);
                f32x4_store(o + 4, s1_0);
                f32x4_store(o + 8, s2_0);
                f32x4_store(o + 12, s3_0);
                f32x4_store(o + 16, s4_0);
                f32x4_store(o + 20, s5_0);
                f32x4_store(o + 24, s6_0);
                f32x4_store(o + 28, s7_0);
                f32x4_store(o + 32, s8_0);
                f32x4_store(o + 36, s9_0);
                f32x4_store(o + 40, s10_0);
            }
        }
    }
    {
        const ptrdiff_t i = 11;
        {
            const ptrdiff_t f = 0;
            {
                f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0, s10_0;
                const float *a = &b[f];
                convgen_launder(a);
                f32x4_load(s0_0, a);
                s1_0 = s0_0;
                s2_0 = s0_0;
                s3_0 = s0_0;
                s4_0 = s0_0;
                s5_0 = s0_0;
                s6_0 = s0_0;
                s7_0 = s0_0;
                s8_0 = s0_0;
                s9_0 = s0_0;
                s10_0 = s0_0;
                for (ptrdiff_t m = 0; m < 2; ++m) {
                    {
                        const float *x = &X[4 * i + 16 * m - 16];
                        const float *w = &K[f + 16 * m];
                        convgen_launder(x);
                        convgen_launder(w);
                        for (ptrdiff_t c = 0; c < 4; ++c) {
                            f32x4 w0;
                            f32x4_load(w0, &w[4 * c]);
                            f32x4_fma(s0_0, x[c], w0);
                            f32x4_fma(s1_0, x[c + 4], w0);
                            f32x4_fma(s2_0, x[c + 8], w0);
                            f32x4_fma(s3_0, x[c + 12], w0);
                            f32x4_fma(s4_0, x[c + 16], w0);
                            f32x4_fma(s5_0, x[c + 20], w0);
                            f32x4_fma(s6_0, x[c + 24], w0);
                            f32x4_fma(s7_0, x[c + 28], w0);
                            f32x4_fma(s8_0, x[c + 32], w0);
                            f32x4_fma(s9_0, x[c + 36], w0);
                            f32x4_fma(s10_0, x[c + 40], w0);
                        }
                    }
                }
                float *o = &O[f + 4 * i];
                f32x4_store(o, s0_0);
                f32x4_store(o + 4, s1_0);
                f32x4_store(o + 8, s2_0);
                f32x4_store(o + 12, s3_0);
                f32x4_store(o + 16, s4_0);
                f32x4_store(o + 20, s5_0);
                f32x4_store(o + 24, s6_0);
                f32x4_store(o + 28, s7_0);
                f32x4_store(o + 32, s8_0);
                f32x4_store(o + 36, s9_0);
                f32x4_store(o + 40, s10_0);
            }
        }
    }
    {
        const ptrdiff_t i = 22;
        {
            const ptrdiff_t f = 0;
            {
                f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0, s9_0;
                const float *a = &b[f];
                convgen_launder(a);
                f32x4_load(s0_0, a);
                s1_0 = s0_0;
                s2_0 = s0_0;
                s3_0 = s0_0;
                s4_0 = s0_0;
                s5_0 = s0_0;
                s6_0 = s0_0;
                s7_0 = s0_0;
                s8_0 = s0_0;
                s9_0 = s0_0;
                for (ptrdiff_t m = 0; m < 2; ++m) {
                    {
                        const float *x = &X[4 * i + 16 * m - 16];
                        const float *w = &K[f + 16 * m];
                        convgen_launder(x);
                        convgen_launder(w);
                        for (ptrdiff_t c = 0; c < 4; ++c) {
                            f32x4 w0;
                            f32x4_load(w0, &w[4 * c]);
                            f32x4_fma(s0_0, x[c], w0);
                            f32x4_fma(s1_0, x[c + 4], w0);
                            f32x4_fma(s2_0, x[c + 8], w0);
                            f32x4_fma(s3_0, x[c + 12], w0);
                            f32x4_fma(s4_0, x[c + 16], w0);
                            f32x4_fma(s5_0, x[c + 20], w0);
                            f32x4_fma(s6_0, x[c + 24], w0);
                            f32x4_fma(s7_0, x[c + 28], w0);
                            f32x4_fma(s8_0, x[c + 32], w0);
                            f32x4_fma(s9_0, x[c + 36], w0);
                        }
                    }
                }
                float *o = &O[f + 4 * i];
                f32x4_store(o, s0_0);
                f32x4_store(o + 4, s1_0);
                f32x4_store(o + 8, s2_0);
                f32x4_store(o + 12, s3_0);
                f32x4_store(o + 16, s4_0);
                f32x4_store(o + 20, s5_0);
                f32x4_store(o + 24, s6_0);
                f32x4_store(o + 28, s7_0);
                f32x4_store(o + 32, s8_0);
                f32x4_store(o + 36, s9_0);
            }
        }
    }
}

/* Packs K for backward_data into the 128 bytes of W. */
void rank1_wavenet_pack_weights_backward_data(const float *restrict K, float *restrict W)
{
    {
        const ptrdiff_t c = 0;
        for (ptrdiff_t m = 0; m < 2; ++m) {
            {
                const ptrdiff_t f = 0;
                f32x4 t0, t1, t2, t3;
                f32x4_load(t0, &K[f + 4 * c + 16 * m]);
                f32x4_load(t1, &K[f + 4 * c + 16 * m + 4]);
                f32x4_load(t2, &K[f + 4 * c + 16 * m + 8]);
                f32x4_load(t3, &K[f + 4 * c + 16 * m + 12]);
                f32x4_store_columns(&W[4 * f + 8 * c + 16 * m], 4, 4, 4, t0, t1, t2, t3);
            }
        }
    }
}

/* dX[p,c] = sum(f,i,m | i+4*m-4 = p) K[m,c,f] * dO[i,f] */
void rank1_wavenet_backward_data_packed(
    const float *restrict W, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 22; p += 11) {
        {
            const ptrdiff_t c = 0;
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
                for (ptrdiff_t m = 0; m < 2; ++m) {
                    {
                        const float *x = &dO[4 * p + 16 - 16 * m];
                        const float *w = &W[8 * c + 16 * m];
                        convgen_launder(x);
                        convgen_launder(w);
                        for (ptrdiff_t f = 0; f < 4; ++f) {
                            f32x4 w0;
                            f32x4_load(w0, &w[4 * f]);
                            f32x4_fma(s0_0, x[f], w0);
                            f32x4_fma(s1_0, x[f + 4], w0);
                            f32x4_fma(s2_0, x[f + 8], w0);
                            f32x4_fma(s3_0, x[f + 12], w0);
                            f32x4_fma(s4_0, x[f + 16], w0);
                            f32x4_fma(s5_0, x[f + 20], w0);
                            f32x4_fma(s6_0, x[f + 24], w0);
                            f32x4_fma(s7_0, x[f + 28], w0);
                            f32x4_fma(s8_0, x[f + 32], w0);
                            f32x4_fma(s9_0, x[f + 36], w0);
                            f32x4_fma(s10_0, x[f + 40], w0);
                        }
                    }
                }
                float *o = &dX[c + 4 * p];
                f32x4_store(o, s0_0);
                f32x4_store(o + 4, s1_0);
                f32x4_store(o + 8, s2_0);
                f32x4_store(o + 12, s3_0);
                f32x4_store(o + 16, s4_0);
                f32x4_store(o + 20, s5_0);
                f32x4_store(o + 24, s6_0);
                f32x4_store(o + 28, s7_0);
                f32x4_store(o + 32, s8_0);
                f32x4_store(o + 36, s9_0);
                f32x4_store(o + 40, s10_0);
            }
        }
    }
    {
        const ptrdiff_t p = 22;
        {
            const ptrdiff_t c = 0;
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
                {
                    const float *x = &dO[4 * p + 16];
                    const float *w = &W[8 * c];
                    convgen_launder(x);
                    convgen_launder(w);
                    for (ptrdiff_t f = 0; f < 4; ++f) {
                        f32x4 w0;
                        f32x4_load(w0, &w[4 * f]);
                        f32x4_fma(s0_0, x[f], w0);
                        f32x4_fma(s1_0, x[f + 4], w0);
                        f32x4_fma(s2_0, x[f + 8], w0);
                        f32x4_fma(s3_0, x[f + 12], w0);
                        f32x4_fma(s4_0, x[f + 16], w0);
                        f32x4_fma(s5_0, x[f + 20], w0);
                    }
                }
                {
                    const float *x = &dO[4 * p];
                    const float *w = &W[8 * c + 16];
                    convgen_launder(x);
                    convgen_launder(w);
                    for (ptrdiff_t f = 0; f < 4; ++f) {
                        f32x4 w0;
                        f32x4_load(w0, &w[4 * f]);
                        f32x4_fma(s0_0, x[f], w0);
                        f32x4_fma(s1_0, x[f + 4], w0);
                        f32x4_fma(s2_0, x[f + 8], w0);
                        f32x4_fma(s3_0, x[f + 12], w0);
                        f32x4_fma(s4_0, x[f + 16], w0);
                        f32x4_fma(s5_0, x[f + 20], w0);
                        f32x4_fma(s6_0, x[f + 24], w0);
                        f32x4_fma(s7_0, x[f + 28], w0);
                        f32x4_fma(s8_0, x[f + 32], w0);
                        f32x4_fma(s9_0, x[f + 36], w0);
                    }
                }
                float *o = &dX[c + 4 * p];
                f32x4_store(o, s0_0);
                f32x4_store(o + 4, s1_0);
                f32x4_store(o + 8, s2_0);
                f32x4_store(o + 12, s3_0);
                f32x4_store(o + 16, s4_0);
                f32x4_store(o + 20, s5_0);
                f32x4_store(o + 24, s6_0);
                f32x4_store(o + 28, s7_0);
                f32x4_store(o + 32, s8_0);
                f32x4_store(o + 36, s9_0);
            }
        }
    }
}

/* The same on K as it is. */
void rank1_wavenet_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX, void *restrict workspace)
{
    float *W = (float *)workspace;
    rank1_wavenet_pack_weights_backward_data(K, W);
    rank1_wavenet_backward_data_packed(W, dO, dX);
}

/* dK[m,c,f] = sum(i) dO[i,f] * X[i+4*m-4,c] */
void rank1_wavenet_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    {
        const ptrdiff_t f = 0;
        {
            f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0;
            float *o = &dK[f];
            f32x4_zero(s0_0);
            f32x4_zero(s1_0);
            f32x4_zero(s2_0);
            f32x4_zero(s3_0);
            f32x4_zero(s4_0);
            f32x4_zero(s5_0);
            f32x4_zero(s6_0);
            f32x4_zero(s7_0);
            {
                const ptrdiff_t i = 0;
                const float *x = &X[4 * i];
                const float *y = &dO[f + 4 * i];
                f32x4 y0;
                convgen_launder(x);
                f32x4_load(y0, y);
                f32x4_fma(s4_0, x[0], y0);
                f32x4_fma(s5_0, x[1], y0);
                f32x4_fma(s6_0, x[2], y0);
                f32x4_fma(s7_0, x[3], y0);
            }
            {
                const ptrdiff_t i = 1;
                const float *x = &X[4 * i];
                const float *y = &dO[f + 4 * i];
                f32x4 y0;
                convgen_launder(x);
                f32x4_load(y0, y);
                f32x4_fma(s4_0, x[0], y0);
                f32x4_fma(s5_0, x[1], y0);
                f32x4_fma(s6_0, x[2], y0);
                f32x4_fma(s7_0, x[3], y0);
            }
            {
                const ptrdiff_t i = 2;
                const float *x = &X[4 * i];
                const float *y = &dO[f + 4 * i];
                f32x4 y0;
                convgen_launder(x);
                f32x4_load(y0, y);
                f32x4_fma(s4_0, x[0], y0);
                f32x4_fma(s5_0, x[1], y0);
                f32x4_fma(s6_0, x[2], y0);
                f32x4_fma(s7_0, x[3], y0);
            }
            {
                const ptrdiff_t i = 3;
                const float *x = &X[4 * i];
                const float *y = &dO[f + 4 * i];
                f32x4 y0;
                convgen_launder(x);
                f32x4_load(y0, y);
                f32x4_fma(s4_0, x[0], y0);
                f32x4_fma(s5_0, x[1], y0);
                f32x4_fma(s6_0, x[2], y0);
                f32x4_fma(s7_0, x[3], y0);
            }
            for (ptrdiff_t i = 4; i < 32; ++i) {
                const float *x = &X[4 * i - 16];
                const float *y = &dO[f + 4 * i];
                f32x4 y0;
                convgen_launder(x);
                f32x4_load(y0, y);
                f32x4_fma(s0_0, x[0], y0);
                f32x4_fma(s1_0, x[1], y0);
                f32x4_fma(s2_0, x[2], y0);
                f32x4_fma(s3_0, x[3], y0);
                f32x4_fma(s4_0, x[16], y0);
                f32x4_fma(s5_0, x[17], y0);
                f32x4_fma(s6_0, x[18], y0);
                f32x4_fma(s7_0, x[19], y0);
            }
            f32x4_store(o, s0_0);
            f32x4_store(o + 4, s1_0);
            f32x4_store(o + 8, s2_0);
            f32x4_store(o + 12, s3_0);
            f32x4_store(o + 16, s4_0);
            f32x4_store(o + 20, s5_0);
            f32x4_store(o + 24, s6_0);
            f32x4_store(o + 28, s7_0);
        }
    }
}

/* db[f] = sum(i) dO[i,f] */
void rank1_wavenet_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_00_0 = dO[0], dO_00_1 = dO[1], dO_00_2 = dO[2], dO_00_3 = dO[3];
    const float dO_01_0 = dO[4], dO_01_1 = dO[5], dO_01_2 = dO[6], dO_01_3 = dO[7];
    const float dO_02_0 = dO[8], dO_02_1 = dO[9], dO_02_2 = dO[10], dO_02_3 = dO[11];
    const float dO_03_0 = dO[12], dO_03_1 = dO[13], dO_03_2 = dO[14], dO_03_3 = dO[15];
    const float dO_04_0 = dO[16], dO_04_1 = dO[17], dO_04_2 = dO[18], dO_04_3 = dO[19];
    const float dO_05_0 = dO[20], dO_05_1 = dO[21], dO_05_2 = dO[22], dO_05_3 = dO[23];
    const float dO_06_0 = dO[24], dO_06_1 = dO[25], dO_06_2 = dO[26], dO_06_3 = dO[27];
    const float dO_07_0 = dO[28], dO_07_1 = dO[29], dO_07_2 = dO[30], dO_07_3 = dO[31];
    const float dO_08_0 = dO[32], dO_08_1 = dO[33], dO_08_2 = dO[34], dO_08_3 = dO[35];
    const float dO_09_0 = dO[36], dO_09_1 = dO[37], dO_09_2 = dO[38], dO_09_3 = dO[39];
    const float dO_10_0 = dO[40], dO_10_1 = dO[41], dO_10_2 = dO[42], dO_10_3 = dO[43];
    const float dO_11_0 = dO[44], dO_11_1 = dO[45], dO_11_2 = dO[46], dO_11_3 = dO[47];
    const float dO_12_0 = dO[48], dO_12_1 = dO[49], dO_12_2 = dO[50], dO_12_3 = dO[51];
    const float dO_13_0 = dO[52], dO_13_1 = dO[53], dO_13_2 = dO[54], dO_13_3 = dO[55];
    const float dO_14_0 = dO[56], dO_14_1 = dO[57], dO_14_2 = dO[58], dO_14_3 = dO[59];
    const float dO_15_0 = dO[60], dO_15_1 = dO[61], dO_15_2 = dO[62], dO_15_3 = dO[63];
    const float dO_16_0 = dO[64], dO_16_1 = dO[65], dO_16_2 = dO[66], dO_16_3 = dO[67];
    const float dO_17_0 = dO[68], dO_17_1 = dO[69], dO_17_2 = dO[70], dO_17_3 = dO[71];
    const float dO_18_0 = dO[72], dO_18_1 = dO[73], dO_18_2 = dO[74], dO_18_3 = dO[75];
    const float dO_19_0 = dO[76], dO_19_1 = dO[77], dO_19_2 = dO[78], dO_19_3 = dO[79];
    const float dO_20_0 = dO[80], dO_20_1 = dO[81], dO_20_2 = dO[82], dO_20_3 = dO[83];
    const float dO_21_0 = dO[84], dO_21_1 = dO[85], dO_21_2 = dO[86], dO_21_3 = dO[87];
    const float dO_22_0 = dO[88], dO_22_1 = dO[89], dO_22_2 = dO[90], dO_22_3 = dO[91];
    const float dO_23_0 = dO[92], dO_23_1 = dO[93], dO_23_2 = dO[94], dO_23_3 = dO[95];
    const float dO_24_0 = dO[96], dO_24_1 = dO[97], dO_24_2 = dO[98], dO_24_3 = dO[99];
    const float dO_25_0 = dO[100], dO_25_1 = dO[101], dO_25_2 = dO[102], dO_25_3 = dO[103];
    const float dO_26_0 = dO[104], dO_26_1 = dO[105], dO_26_2 = dO[106], dO_26_3 = dO[107];
    const float dO_27_0 = dO[108], dO_27_1 = dO[109], dO_27_2 = dO[110], dO_27_3 = dO[111];
    const float dO_28_0 = dO[112], dO_28_1 = dO[113], dO_28_2 = dO[114], dO_28_3 = dO[115];
    const float dO_29_0 = dO[116], dO_29_1 = dO[117], dO_29_2 = dO[118], dO_29_3 = dO[119];
    const float dO_30_0 = dO[120], dO_30_1 = dO[121], dO_30_2 = dO[122], dO_30_3 = dO[123];
    const float dO_31_0 = dO[124], dO_31_1 = dO[125], dO_31_2 = dO[126], dO_31_3 = dO[127];

    /* db_0 */ db[0] = dO_00_0 + dO_01_0 + dO_02_0 + dO_03_0 + dO_04_0 + dO_05_0 + dO_06_0
        + dO_07_0 + dO_08_0 + dO_09_0 + dO_10_0 + dO_11_0 + dO_12_0 + dO_13_0 + dO_14_0 + dO_15_0
        + dO_16_0 + dO_17_0 + dO_18_0 + dO_19_0 + dO_20_0 + dO_21_0 + dO_22_0 + dO_23_0 + dO_24_0
        + dO_25_0 + dO_26_0 + dO_27_0 + dO_28_0 + dO_29_0 + dO_30_0 + dO_31_0;
    /* db_1 */ db[1] = dO_00_1 + dO_01_1 + dO_02_1 + dO_03_1 + dO_04_1 + dO_05_1 + dO_06_1
        + dO_07_1 + dO_08_1 + dO_09_1 + dO_10_1 + dO_11_1 + dO_12_1 + dO_13_1 + dO_14_1 + dO_15_1
        + dO_16_1 + dO_17_1 + dO_18_1 + dO_19_1 + dO_20_1 + dO_21_1 + dO_22_1 + dO_23_1 + dO_24_1
        + dO_25_1 + dO_26_1 + dO_27_1 + dO_28_1 + dO_29_1 + dO_30_1 + dO_31_1;
    /* db_2 */ db[2] = dO_00_2 + dO_01_2 + dO_02_2 + dO_03_2 + dO_04_2 + dO_05_2 + dO_06_2
        + dO_07_2 + dO_08_2 + dO_09_2 + dO_10_2 + dO_11_2 + dO_12_2 + dO_13_2 + dO_14_2 + dO_15_2
        + dO_16_2 + dO_17_2 + dO_18_2 + dO_19_2 + dO_20_2 + dO_21_2 + dO_22_2 + dO_23_2 + dO_24_2
        + dO_25_2 + dO_26_2 + dO_27_2 + dO_28_2 + dO_29_2 + dO_30_2 + dO_31_2;
    /* db_3 */ db[3] = dO_00_3 + dO_01_3 + dO_02_3 + dO_03_3 + dO_04_3 + dO_05_3 + dO_06_3
        + dO_07_3 + dO_08_3 + dO_09_3 + dO_10_3 + dO_11_3 + dO_12_3 + dO_13_3 + dO_14_3 + dO_15_3
        + dO_16_3 + dO_17_3 + dO_18_3 + dO_19_3 + dO_20_3 + dO_21_3 + dO_22_3 + dO_23_3 + dO_24_3
        + dO_25_3 + dO_26_3 + dO_27_3 + dO_28_3 + dO_29_3 + dO_30_3 + dO_31_3;
}
