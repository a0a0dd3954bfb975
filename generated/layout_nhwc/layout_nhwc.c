/* convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1 layout=NHWC
 *
 * Written by
 *     convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 batch=2 padding=1x1 layout=NHWC" \
 *         --target c --dtype float32 --name layout_nhwc
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[e,p,q,c]  NHWC  2 x 4 x 5 x 2
 *     K[m,n,c,f]  HWIO  3 x 3 x 2 x 3
 *     b[f]        O     3
 *     O[e,i,j,f]  NHWC  2 x 4 x 5 x 3
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           tiled        1,560      1,560  19  b, then (m, n, c)
 *     backward_data     loops        1,560      1,560  27  0, then (m, n, f)
 *     backward_weights  tiled        1,560      1,560  40  0, then (e, i, j)
 *     backward_bias     unrolled         0        117  40  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                    288 bytes
 *     backward_weights           640 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "layout_nhwc.h"

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

/* Packs K for forward into the 288 bytes of W. */
void layout_nhwc_pack_weights_forward(const float *restrict K, float *restrict W)
{
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t m = 0; m < 3; ++m) {
            for (ptrdiff_t n = 0; n < 3; ++n) {
                for (ptrdiff_t c = 0; c < 2; ++c) {
                    for (ptrdiff_t v = 0; v < 3; ++v) {
                        W[18 * f + 4 * c + v + 24 * m + 8 * n] = K[f + 3 * c + v + 18 * m
                                + 6 * n];
                    }
                    {
                        const ptrdiff_t v = 3;
                        W[18 * f + 4 * c + v + 24 * m + 8 * n] = 0;
                    }
                }
            }
        }
    }
}

/* O[e,i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[e,i+m-1,j+n-1,c] */
void layout_nhwc_forward_packed(
    const float *restrict X, const float *restrict W, const float *restrict b, float *restrict O)
{
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t e = 0; e < 2; ++e) {
            for (ptrdiff_t i = 0; i < 4; ++i) {
                const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
                const ptrdiff_t m_end = i > 2 ? 5 - i : 3;
                {
                    const ptrdiff_t j = 0;
                    {
                        f32x4 s0_0, s1_0, s2_0, s3_0, s4_0;
                        const float *a = &b[f];
                        convgen_launder(a);
                        f32x4_load_first(s0_0, a, 3);
                        s1_0 = s0_0;
                        s2_0 = s0_0;
                        s3_0 = s0_0;
                        s4_0 = s0_0;
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            {
                                const float *x = &X[40 * e + 10 * i + 2 * j + 10 * m - 10];
                                const float *w = &W[18 * f + 24 * m];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t c = 0; c < 2; ++c) {
                                    f32x4 w0;
                                    f32x4_load(w0, &w[4 * c]);
                                    f32x4_fma(s1_0, x[c], w0);
                                    f32x4_fma(s2_0, x[c + 2], w0);
                                    f32x4_fma(s3_0, x[c + 4], w0);
                                    f32x4_fma(s4_0, x[c + 6], w0);
                                }
                            }
                            {
                                const float *x = &X[40 * e + 10 * i + 2 * j + 10 * m - 10];
                                const float *w = &W[18 * f + 24 * m + 8];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t c = 0; c < 2; ++c) {
                                    f32x4 w0;
                                    f32x4_load(w0, &w[4 * c]);
                                    f32x4_fma(s0_0, x[c], w0);
                                    f32x4_fma(s1_0, x[c + 2], w0);
                                    f32x4_fma(s2_0, x[c + 4], w0);
                                    f32x4_fma(s3_0, x[c + 6], w0);
                                    f32x4_fma(s4_0, x[c + 8], w0);
                                }
                            }
                            {
                                const float *x = &X[40 * e + 10 * i + 2 * j + 10 * m - 8];
                                const float *w = &W[18 * f + 24 * m + 16];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t c = 0; c < 2; ++c) {
                                    f32x4 w0;
                                    f32x4_load(w0, &w[4 * c]);
                                    f32x4_fma(s0_0, x[c], w0);
                                    f32x4_fma(s1_0, x[c + 2], w0);
                                    f32x4_fma(s2_0, x[c + 4], w0);
                                    f32x4_fma(s3_0, x[c + 6], w0);
                                }
                            }
                        }
                        float *o = &O[60 * e + f + 15 * i + 3 * j];
                        f32x4_store_first(o, 3, s0_0);
                        f32x4_store_first(o + 3, 3, s1_0);
                        f32x4_store_first(o + 6, 3, s2_0);
                        f32x4_store_first(o + 9, 3, s3_0);
                        f32x4_store_first(o + 12, 3, s4_0);
                    }
                }
            }
        }
    }
}

/* The same on K as it is. */
void layout_nhwc_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O,
    void *restrict workspace)
{
    float *W = (float *)workspace;
    layout_nhwc_pack_weights_forward(K, W);
    layout_nhwc_forward_packed(X, W, b, O);
}

/* dX[e,p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[e,i,j,f] */
void layout_nhwc_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t e = 0; e < 2; ++e) {
        for (ptrdiff_t p = 0; p < 4; ++p) {
            const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
            const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
            for (ptrdiff_t q = 0; q < 5; ++q) {
                const ptrdiff_t n_begin = q > 3 ? q - 3 : 0;
                const ptrdiff_t n_end = q < 1 ? q + 2 : 3;
                float sum[2];
                for (ptrdiff_t v = 0; v < 2; ++v)
                    sum[v] = 0.0f;
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = n_begin; n < n_end; ++n)
                        for (ptrdiff_t f = 0; f < 3; ++f)
                            for (ptrdiff_t v = 0; v < 2; ++v)
                                sum[v] += K[m * 18 + n * 6 + v * 3 + f]
                                    * dO[e * 60 + (p + 1 - m) * 15 + (q + 1 - n) * 3 + f];
                for (ptrdiff_t v = 0; v < 2; ++v)
                    dX[e * 40 + p * 10 + q * 2 + v] = sum[v];
            }
        }
    }
}

/* dK[m,n,c,f] = sum(e,i,j) dO[e,i,j,f] * X[e,i+m-1,j+n-1,c] */
void layout_nhwc_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *V = (float *)workspace;
    for (ptrdiff_t e = 0; e < 2; ++e) {
        {
            const ptrdiff_t f = 0;
            for (ptrdiff_t p = 0; p < 20; ++p) {
                for (ptrdiff_t v = 0; v < 3; ++v) {
                    V[80 * e + 20 * f + 4 * p + v] = dO[60 * e + f + 3 * p + v];
                }
            }
            for (ptrdiff_t p = 0; p < 20; ++p) {
                {
                    const ptrdiff_t v = 3;
                    V[80 * e + 20 * f + 4 * p + v] = 0;
                }
            }
        }
    }
    {
        const ptrdiff_t f = 0;
        {
            f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0;
            float *o = &dK[f];
            f32x4_zero(s0_0);
            f32x4_zero(s1_0);
            f32x4_zero(s2_0);
            f32x4_zero(s3_0);
            f32x4_zero(s4_0);
            f32x4_zero(s5_0);
            f32x4_zero(s6_0);
            f32x4_zero(s7_0);
            f32x4_zero(s8_0);
            for (ptrdiff_t e = 0; e < 2; ++e) {
                {
                    const ptrdiff_t i = 0;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[40 * e + 10 * i + 2 * j];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s8_0, x[0], y0);
                    }
                    for (ptrdiff_t j = 1; j < 4; ++j) {
                        const float *x = &X[40 * e + 10 * i + 2 * j - 2];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[1], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 4;
                        const float *x = &X[40 * e + 10 * i + 2 * j - 2];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s6_0, x[0], y0);
                        f32x4_fma(s7_0, x[1], y0);
                        f32x4_fma(s8_0, x[2], y0);
                    }
                }
                for (ptrdiff_t i = 1; i < 3; ++i) {
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[40 * e + 10 * i + 2 * j - 10];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[1], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[3], y0);
                        f32x4_fma(s8_0, x[10], y0);
                    }
                    for (ptrdiff_t j = 1; j < 4; ++j) {
                        const float *x = &X[40 * e + 10 * i + 2 * j - 12];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[3], y0);
                        f32x4_fma(s4_0, x[4], y0);
                        f32x4_fma(s5_0, x[5], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                    {
                        const ptrdiff_t j = 4;
                        const float *x = &X[40 * e + 10 * i + 2 * j - 12];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[3], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                }
                {
                    const ptrdiff_t i = 3;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[40 * e + 10 * i + 2 * j - 10];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s2_0, x[0], y0);
                        f32x4_fma(s3_0, x[1], y0);
                        f32x4_fma(s4_0, x[2], y0);
                        f32x4_fma(s5_0, x[3], y0);
                        f32x4_fma(s8_0, x[10], y0);
                    }
                    for (ptrdiff_t j = 1; j < 4; ++j) {
                        const float *x = &X[40 * e + 10 * i + 2 * j - 12];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[3], y0);
                        f32x4_fma(s4_0, x[4], y0);
                        f32x4_fma(s5_0, x[5], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                    {
                        const ptrdiff_t j = 4;
                        const float *x = &X[40 * e + 10 * i + 2 * j - 12];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[3], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                }
            }
            f32x4_store_first(o, 3, s0_0);
            f32x4_store_first(o + 3, 3, s1_0);
            f32x4_store_first(o + 6, 3, s2_0);
            f32x4_store_first(o + 9, 3, s3_0);
            f32x4_store_first(o + 12, 3, s4_0);
            f32x4_store_first(o + 15, 3, s5_0);
            f32x4_store_first(o + 18, 3, s6_0);
            f32x4_store_first(o + 21, 3, s7_0);
            f32x4_store_first(o + 24, 3, s8_0);
        }
        {
            f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0;
            float *o = &dK[f + 27];
            f32x4_zero(s0_0);
            f32x4_zero(s1_0);
            f32x4_zero(s2_0);
            f32x4_zero(s3_0);
            f32x4_zero(s4_0);
            f32x4_zero(s5_0);
            f32x4_zero(s6_0);
            f32x4_zero(s7_0);
            f32x4_zero(s8_0);
            for (ptrdiff_t e = 0; e < 2; ++e) {
                {
                    const ptrdiff_t i = 0;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[9], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                    for (ptrdiff_t j = 1; j < 4; ++j) {
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[7], y0);
                        f32x4_fma(s4_0, x[8], y0);
                        f32x4_fma(s5_0, x[9], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                    {
                        const ptrdiff_t j = 4;
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[7], y0);
                        f32x4_fma(s4_0, x[8], y0);
                        f32x4_fma(s5_0, x[9], y0);
                        f32x4_fma(s6_0, x[10], y0);
                    }
                }
                for (ptrdiff_t i = 1; i < 3; ++i) {
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s5_0, x[9], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                    for (ptrdiff_t j = 1; j < 4; ++j) {
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                        f32x4_fma(s3_0, x[7], y0);
                        f32x4_fma(s4_0, x[8], y0);
                        f32x4_fma(s5_0, x[9], y0);
                        f32x4_fma(s6_0, x[10], y0);
                        f32x4_fma(s7_0, x[11], y0);
                        f32x4_fma(s8_0, x[12], y0);
                    }
                    {
                        const ptrdiff_t j = 4;
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s3_0, x[7], y0);
                        f32x4_fma(s4_0, x[8], y0);
                        f32x4_fma(s5_0, x[9], y0);
                        f32x4_fma(s6_0, x[10], y0);
                    }
                }
                {
                    const ptrdiff_t i = 3;
                    {
                        const ptrdiff_t j = 0;
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    for (ptrdiff_t j = 1; j < 4; ++j) {
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                        f32x4_fma(s1_0, x[1], y0);
                        f32x4_fma(s2_0, x[2], y0);
                    }
                    {
                        const ptrdiff_t j = 4;
                        const float *x = &X[40 * e + 10 * i + 2 * j + 1];
                        const float *y = &V[80 * e + 20 * f + 20 * i + 4 * j];
                        f32x4 y0;
                        convgen_launder(x);
                        f32x4_load(y0, y);
                        f32x4_fma(s0_0, x[0], y0);
                    }
                }
            }
            f32x4_store_first(o, 3, s0_0);
            f32x4_store_first(o + 3, 3, s1_0);
            f32x4_store_first(o + 6, 3, s2_0);
            f32x4_store_first(o + 9, 3, s3_0);
            f32x4_store_first(o + 12, 3, s4_0);
            f32x4_store_first(o + 15, 3, s5_0);
            f32x4_store_first(o + 18, 3, s6_0);
            f32x4_store_first(o + 21, 3, s7_0);
            f32x4_store_first(o + 24, 3, s8_0);
        }
    }
}

/* db[f] = sum(e,i,j) dO[e,i,j,f] */
void layout_nhwc_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0_0_0 = dO[0], dO_0_0_0_1 = dO[1], dO_0_0_0_2 = dO[2];
    const float dO_0_0_1_0 = dO[3], dO_0_0_1_1 = dO[4], dO_0_0_1_2 = dO[5];
    const float dO_0_0_2_0 = dO[6], dO_0_0_2_1 = dO[7], dO_0_0_2_2 = dO[8];
    const float dO_0_0_3_0 = dO[9], dO_0_0_3_1 = dO[10], dO_0_0_3_2 = dO[11];
    const float dO_0_0_4_0 = dO[12], dO_0_0_4_1 = dO[13], dO_0_0_4_2 = dO[14];
    const float dO_0_1_0_0 = dO[15], dO_0_1_0_1 = dO[16], dO_0_1_0_2 = dO[17];
    const float dO_0_1_1_0 = dO[18], dO_0_1_1_1 = dO[19], dO_0_1_1_2 = dO[20];
    const float dO_0_1_2_0 = dO[21], dO_0_1_2_1 = dO[22], dO_0_1_2_2 = dO[23];
    const float dO_0_1_3_0 = dO[24], dO_0_1_3_1 = dO[25], dO_0_1_3_2 = dO[26];
    const float dO_0_1_4_0 = dO[27], dO_0_1_4_1 = dO[28], dO_0_1_4_2 = dO[29];
    const float dO_0_2_0_0 = dO[30], dO_0_2_0_1 = dO[31], dO_0_2_0_2 = dO[32];
    const float dO_0_2_1_0 = dO[33], dO_0_2_1_1 = dO[34], dO_0_2_1_2 = dO[35];
    const float dO_0_2_2_0 = dO[36], dO_0_2_2_1 = dO[37], dO_0_2_2_2 = dO[38];
    const float dO_0_2_3_0 = dO[39], dO_0_2_3_1 = dO[40], dO_0_2_3_2 = dO[41];
    const float dO_0_2_4_0 = dO[42], dO_0_2_4_1 = dO[43], dO_0_2_4_2 = dO[44];
    const float dO_0_3_0_0 = dO[45], dO_0_3_0_1 = dO[46], dO_0_3_0_2 = dO[47];
    const float dO_0_3_1_0 = dO[48], dO_0_3_1_1 = dO[49], dO_0_3_1_2 = dO[50];
    const float dO_0_3_2_0 = dO[51], dO_0_3_2_1 = dO[52], dO_0_3_2_2 = dO[53];
    const float dO_0_3_3_0 = dO[54], dO_0_3_3_1 = dO[55], dO_0_3_3_2 = dO[56];
    const float dO_0_3_4_0 = dO[57], dO_0_3_4_1 = dO[58], dO_0_3_4_2 = dO[59];
    const float dO_1_0_0_0 = dO[60], dO_1_0_0_1 = dO[61], dO_1_0_0_2 = dO[62];
    const float dO_1_0_1_0 = dO[63], dO_1_0_1_1 = dO[64], dO_1_0_1_2 = dO[65];
    const float dO_1_0_2_0 = dO[66], dO_1_0_2_1 = dO[67], dO_1_0_2_2 = dO[68];
    const float dO_1_0_3_0 = dO[69], dO_1_0_3_1 = dO[70], dO_1_0_3_2 = dO[71];
    const float dO_1_0_4_0 = dO[72], dO_1_0_4_1 = dO[73], dO_1_0_4_2 = dO[74];
    const float dO_1_1_0_0 = dO[75], dO_1_1_0_1 = dO[76], dO_1_1_0_2 = dO[77];
    const float dO_1_1_1_0 = dO[78], dO_1_1_1_1 = dO[79], dO_1_1_1_2 = dO[80];
    const float dO_1_1_2_0 = dO[81], dO_1_1_2_1 = dO[82], dO_1_1_2_2 = dO[83];
    const float dO_1_1_3_0 = dO[84], dO_1_1_3_1 = dO[85], dO_1_1_3_2 = dO[86];
    const float dO_1_1_4_0 = dO[87], dO_1_1_4_1 = dO[88], dO_1_1_4_2 = dO[89];
    const float dO_1_2_0_0 = dO[90], dO_1_2_0_1 = dO[91], dO_1_2_0_2 = dO[92];
    const float dO_1_2_1_0 = dO[93], dO_1_2_1_1 = dO[94], dO_1_2_1_2 = dO[95];
    const float dO_1_2_2_0 = dO[96], dO_1_2_2_1 = dO[97], dO_1_2_2_2 = dO[98];
    const float dO_1_2_3_0 = dO[99], dO_1_2_3_1 = dO[100], dO_1_2_3_2 = dO[101];
    const float dO_1_2_4_0 = dO[102], dO_1_2_4_1 = dO[103], dO_1_2_4_2 = dO[104];
    const float dO_1_3_0_0 = dO[105], dO_1_3_0_1 = dO[106], dO_1_3_0_2 = dO[107];
    const float dO_1_3_1_0 = dO[108], dO_1_3_1_1 = dO[109], dO_1_3_1_2 = dO[110];
    const float dO_1_3_2_0 = dO[111], dO_1_3_2_1 = dO[112], dO_1_3_2_2 = dO[113];
    const float dO_1_3_3_0 = dO[114], dO_1_3_3_1 = dO[115], dO_1_3_3_2 = dO[116];
    const float dO_1_3_4_0 = dO[117], dO_1_3_4_1 = dO[118], dO_1_3_4_2 = dO[119];

    /* db_0 */ db[0] = dO_0_0_0_0 + dO_0_0_1_0 + dO_0_0_2_0 + dO_0_0_3_0 + dO_0_0_4_0 + dO_0_1_0_0
        + dO_0_1_1_0 + dO_0_1_2_0 + dO_0_1_3_0 + dO_0_1_4_0 + dO_0_2_0_0 + dO_0_2_1_0 + dO_0_2_2_0
        + dO_0_2_3_0 + dO_0_2_4_0 + dO_0_3_0_0 + dO_0_3_1_0 + dO_0_3_2_0 + dO_0_3_3_0 + dO_0_3_4_0
        + dO_1_0_0_0 + dO_1_0_1_0 + dO_1_0_2_0 + dO_1_0_3_0 + dO_1_0_4_0 + dO_1_1_0_0 + dO_1_1_1_0
        + dO_1_1_2_0 + dO_1_1_3_0 + dO_1_1_4_0 + dO_1_2_0_0 + dO_1_2_1_0 + dO_1_2_2_0 + dO_1_2_3_0
        + dO_1_2_4_0 + dO_1_3_0_0 + dO_1_3_1_0 + dO_1_3_2_0 + dO_1_3_3_0 + dO_1_3_4_0;
    /* db_1 */ db[1] = dO_0_0_0_1 + dO_0_0_1_1 + dO_0_0_2_1 + dO_0_0_3_1 + dO_0_0_4_1 + dO_0_1_0_1
        + dO_0_1_1_1 + dO_0_1_2_1 + dO_0_1_3_1 + dO_0_1_4_1 + dO_0_2_0_1 + dO_0_2_1_1 + dO_0_2_2_1
        + dO_0_2_3_1 + dO_0_2_4_1 + dO_0_3_0_1 + dO_0_3_1_1 + dO_0_3_2_1 + dO_0_3_3_1 + dO_0_3_4_1
        + dO_1_0_0_1 + dO_1_0_1_1 + dO_1_0_2_1 + dO_1_0_3_1 + dO_1_0_4_1 + dO_1_1_0_1 + dO_1_1_1_1
        + dO_1_1_2_1 + dO_1_1_3_1 + dO_1_1_4_1 + dO_1_2_0_1 + dO_1_2_1_1 + dO_1_2_2_1 + dO_1_2_3_1
        + dO_1_2_4_1 + dO_1_3_0_1 + dO_1_3_1_1 + dO_1_3_2_1 + dO_1_3_3_1 + dO_1_3_4_1;
    /* db_2 */ db[2] = dO_0_0_0_2 + dO_0_0_1_2 + dO_0_0_2_2 + dO_0_0_3_2 + dO_0_0_4_2 + dO_0_1_0_2
        + dO_0_1_1_2 + dO_0_1_2_2 + dO_0_1_3_2 + dO_0_1_4_2 + dO_0_2_0_2 + dO_0_2_1_2 + dO_0_2_2_2
        + dO_0_2_3_2 + dO_0_2_4_2 + dO_0_3_0_2 + dO_0_3_1_2 + dO_0_3_2_2 + dO_0_3_3_2 + dO_0_3_4_2
        + dO_1_0_0_2 + dO_1_0_1_2 + dO_1_0_2_2 + dO_1_0_3_2 + dO_1_0_4_2 + dO_1_1_0_2 + dO_1_1_1_2
        + dO_1_1_2_2 + dO_1_1_3_2 + dO_1_1_4_2 + dO_1_2_0_2 + dO_1_2_1_2 + dO_1_2_2_2 + dO_1_2_3_2
        + dO_1_2_4_2 + dO_1_3_0_2 + dO_1_3_1_2 + dO_1_3_2_2 + dO_1_3_3_2 + dO_1_3_4_2;
}
