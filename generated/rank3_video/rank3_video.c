/* convgen 0.1.0 spec: input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1
 *
 * Written by
 *     convgen generate --spec "input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1" \
 *         --target c --dtype float32 --name rank3_video
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q,s]    CDHW   3 x 4 x 8 x 8
 *     K[f,c,m,n,t]  OIDHW  4 x 3 x 3 x 3 x 3
 *     b[f]          O      4
 *     O[f,i,j,l]    CDHW   4 x 4 x 4 x 4
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions    n  order of each sum
 *     forward           tiled       14,520     14,520   82  b, then (m, n, t, c)
 *     backward_data     tiled       14,520     14,520  108  0, then (m, n, f, t)
 *     backward_weights  tiled       14,520     14,520   64  0, then (i, j, l)
 *     backward_bias     unrolled         0        252   64  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                  1,296 bytes
 *     backward_weights         2,320 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "rank3_video.h"

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

/* Packs K for forward into the 1296 bytes of W. */
void rank3_video_pack_weights_forward(const float *restrict K, float *restrict W)
{
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t r = 0; r < 80; r += 4) {
            f32x4 t0, t1, t2, t3;
            f32x4_load(t0, &K[81 * f + r]);
            f32x4_load(t1, &K[81 * f + r + 81]);
            f32x4_load(t2, &K[81 * f + r + 162]);
            f32x4_load(t3, &K[81 * f + r + 243]);
            f32x4_store_columns(&W[81 * f + 4 * r], 4, 4, 4, t0, t1, t2, t3);
        }
        {
            const ptrdiff_t r = 80;
            for (ptrdiff_t v = 0; v < 4; ++v) {
                W[81 * f + 4 * r + v] = K[81 * f + r + 81 * v];
            }
        }
    }
}

/* O[f,i,j,l] = b[f] + sum(c,m,n,t) K[f,c,m,n,t] * X[c,i+m-1,2*j+n-1,2*l+t-1] */
void rank3_video_forward_packed(
    const float *restrict X, const float *restrict W, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t i = 0; i < 4; ++i) {
        const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
        const ptrdiff_t m_end = i > 2 ? 5 - i : 3;
        for (ptrdiff_t j = 0; j < 4; ++j) {
            const ptrdiff_t n_begin = j < 1 ? 1 - 2 * j : 0;
            {
                const ptrdiff_t l = 0;
                {
                    const ptrdiff_t f = 0;
                    {
                        f32x4 s0_0, s1_0, s2_0, s3_0;
                        const float *a = &b[f];
                        convgen_launder(a);
                        f32x4_load(s0_0, a);
                        s1_0 = s0_0;
                        s2_0 = s0_0;
                        s3_0 = s0_0;
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            for (ptrdiff_t n = n_begin; n < 3; ++n) {
                                {
                                    const float *x = &X[64 * i + 16 * j + 2 * l + 64 * m + 8 * n
                                            - 71];
                                    const float *w = &W[81 * f + 36 * m + 12 * n];
                                    convgen_launder(x);
                                    convgen_launder(w);
                                    for (ptrdiff_t c = 0; c < 3; ++c) {
                                        f32x4 w0;
                                        f32x4_load(w0, &w[108 * c]);
                                        f32x4_fma(s1_0, x[256 * c], w0);
                                        f32x4_fma(s2_0, x[256 * c + 2], w0);
                                        f32x4_fma(s3_0, x[256 * c + 4], w0);
                                    }
                                }
                                {
                                    const float *x = &X[64 * i + 16 * j + 2 * l + 64 * m + 8 * n
                                            - 72];
                                    const float *w = &W[81 * f + 36 * m + 12 * n + 4];
                                    convgen_launder(x);
                                    convgen_launder(w);
                                    for (ptrdiff_t c = 0; c < 3; ++c) {
                                        f32x4 w0;
                                        f32x4_load(w0, &w[108 * c]);
                                        f32x4_fma(s0_0, x[256 * c], w0);
                                        f32x4_fma(s1_0, x[256 * c + 2], w0);
                                        f32x4_fma(s2_0, x[256 * c + 4], w0);
                                        f32x4_fma(s3_0, x[256 * c + 6], w0);
                                    }
                                }
                                {
                                    const float *x = &X[64 * i + 16 * j + 2 * l + 64 * m + 8 * n
                                            - 71];
                                    const float *w = &W[81 * f + 36 * m + 12 * n + 8];
                                    convgen_launder(x);
                                    convgen_launder(w);
                                    for (ptrdiff_t c = 0; c < 3; ++c) {
                                        f32x4 w0;
                                        f32x4_load(w0, &w[108 * c]);
                                        f32x4_fma(s0_0, x[256 * c], w0);
                                        f32x4_fma(s1_0, x[256 * c + 2], w0);
                                        f32x4_fma(s2_0, x[256 * c + 4], w0);
                                        f32x4_fma(s3_0, x[256 * c + 6], w0);
                                    }
                                }
                            }
                        }
                        float *o = &O[64 * f + 16 * i + 4 * j + l];
                        f32x4_store_columns(o, 64, 4, 4, s0_0, s1_0, s2_0, s3_0);
                    }
                }
            }
        }
    }
}

/* The same on K as it is. */
void rank3_video_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O,
    void *restrict workspace)
{
    float *W = (float *)workspace;
    rank3_video_pack_weights_forward(K, W);
    rank3_video_forward_packed(X, W, b, O);
}

/* dX[c,p,q,s] = sum(f,i,j,l,m,n,t | i+m-1 = p, 2*j+n-1 = q, 2*l+t-1 = s) K[f,c,m,n,t]
 *     * dO[f,i,j,l] */
void rank3_video_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 4; ++p) {
        const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
        const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
        for (ptrdiff_t v = 0; v < 4; ++v) {
            {
                const ptrdiff_t w = 0;
                {
                    const ptrdiff_t c = 0;
                    {
                        f32x4 s0_0, s1_0, s2_0;
                        f32x4_zero(s0_0);
                        f32x4_zero(s1_0);
                        f32x4_zero(s2_0);
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            {
                                const ptrdiff_t n = 0;
                                for (ptrdiff_t f = 0; f < 4; ++f) {
                                    {
                                        const float *x = &dO[64 * f + 16 * p + 4 * v + w + 16
                                                - 16 * m - 4 * n];
                                        const float *k = &K[81 * f + 27 * c + 9 * m + 6 * n + 4];
                                        convgen_launder(x);
                                        f32x4 x0;
                                        f32x4_load(x0, x);
                                        f32x4_fma(s0_0, k[0], x0);
                                        f32x4_fma(s1_0, k[27], x0);
                                        f32x4_fma(s2_0, k[54], x0);
                                    }
                                }
                            }
                        }
                        float *o = &dX[256 * c + 64 * p + 16 * v + 2 * w];
                        f32x4_store_apart(o, 2, 4, s0_0);
                        f32x4_store_apart(o + 256, 2, 4, s1_0);
                        f32x4_store_apart(o + 512, 2, 4, s2_0);
                    }
                }
            }
        }
    }
    for (ptrdiff_t p = 0; p < 4; ++p) {
        const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
        const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
        for (ptrdiff_t v = 0; v < 4; ++v) {
            {
                const ptrdiff_t w = 0;
                {
                    const ptrdiff_t c = 0;
                    {
                        f32x4 s0_0, s1_0, s2_0;
                        f32x4_zero(s0_0);
                        f32x4_zero(s1_0);
                        f32x4_zero(s2_0);
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            {
                                const ptrdiff_t n = 0;
                                for (ptrdiff_t f = 0; f < 4; ++f) {
                                    {
                                        const float *x = &dO[64 * f + 16 * p + 4 * v + w + 17
                                                - 16 * m - 4 * n];
                                        const float *k = &K[81 * f + 27 * c + 9 * m + 6 * n + 3];
                                        convgen_launder(x);
                                        f32x4 x0;
                                        f32x4_load_lanes(x0, x, 0, 3);
                                        f32x4_fma(s0_0, k[0], x0);
                                        f32x4_fma(s1_0, k[27], x0);
                                        f32x4_fma(s2_0, k[54], x0);
                                    }
                                    {
                                        const float *x = &dO[64 * f + 16 * p + 4 * v + w + 16
                                                - 16 * m - 4 * n];
                                        const float *k = &K[81 * f + 27 * c + 9 * m + 6 * n + 5];
                                        convgen_launder(x);
                                        f32x4 x0;
                                        f32x4_load(x0, x);
                                        f32x4_fma(s0_0, k[0], x0);
                                        f32x4_fma(s1_0, k[27], x0);
                                        f32x4_fma(s2_0, k[54], x0);
                                    }
                                }
                            }
                        }
                        float *o = &dX[256 * c + 64 * p + 16 * v + 2 * w + 1];
                        f32x4_store_apart(o, 2, 4, s0_0);
                        f32x4_store_apart(o + 256, 2, 4, s1_0);
                        f32x4_store_apart(o + 512, 2, 4, s2_0);
                    }
                }
            }
        }
    }
    for (ptrdiff_t p = 0; p < 4; ++p) {
        const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
        const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
        for (ptrdiff_t v = 0; v < 4; ++v) {
            const ptrdiff_t n_begin = v > 2 ? v - 2 : 0;
            {
                const ptrdiff_t w = 0;
                {
                    const ptrdiff_t c = 0;
                    {
                        f32x4 s0_0, s1_0, s2_0;
                        f32x4_zero(s0_0);
                        f32x4_zero(s1_0);
                        f32x4_zero(s2_0);
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            for (ptrdiff_t n = n_begin; n < 2; ++n) {
                                for (ptrdiff_t f = 0; f < 4; ++f) {
                                    {
                                        const float *x = &dO[64 * f + 16 * p + 4 * v + w + 20
                                                - 16 * m - 4 * n];
                                        const float *k = &K[81 * f + 27 * c + 9 * m + 6 * n + 1];
                                        convgen_launder(x);
                                        f32x4 x0;
                                        f32x4_load(x0, x);
                                        f32x4_fma(s0_0, k[0], x0);
                                        f32x4_fma(s1_0, k[27], x0);
                                        f32x4_fma(s2_0, k[54], x0);
                                    }
                                }
                            }
                        }
                        float *o = &dX[256 * c + 64 * p + 16 * v + 2 * w + 8];
                        f32x4_store_apart(o, 2, 4, s0_0);
                        f32x4_store_apart(o + 256, 2, 4, s1_0);
                        f32x4_store_apart(o + 512, 2, 4, s2_0);
                    }
                }
            }
        }
    }
    for (ptrdiff_t p = 0; p < 4; ++p) {
        const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
        const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
        for (ptrdiff_t v = 0; v < 4; ++v) {
            const ptrdiff_t n_begin = v > 2 ? v - 2 : 0;
            {
                const ptrdiff_t w = 0;
                {
                    const ptrdiff_t c = 0;
                    {
                        f32x4 s0_0, s1_0, s2_0;
                        f32x4_zero(s0_0);
                        f32x4_zero(s1_0);
                        f32x4_zero(s2_0);
                        for (ptrdiff_t m = m_begin; m < m_end; ++m) {
                            for (ptrdiff_t n = n_begin; n < 2; ++n) {
                                for (ptrdiff_t f = 0; f < 4; ++f) {
                                    {
                                        const float *x = &dO[64 * f + 16 * p + 4 * v + w + 21
                                                - 16 * m - 4 * n];
                                        const float *k = &K[81 * f + 27 * c + 9 * m + 6 * n];
                                        convgen_launder(x);
                                        f32x4 x0;
                                        f32x4_load_lanes(x0, x, 0, 3);
                                        f32x4_fma(s0_0, k[0], x0);
                                        f32x4_fma(s1_0, k[27], x0);
                                        f32x4_fma(s2_0, k[54], x0);
                                    }
                                    {
                                        const float *x = &dO[64 * f + 16 * p + 4 * v + w + 20
                                                - 16 * m - 4 * n];
                                        const float *k = &K[81 * f + 27 * c + 9 * m + 6 * n + 2];
                                        convgen_launder(x);
                                        f32x4 x0;
                                        f32x4_load(x0, x);
                                        f32x4_fma(s0_0, k[0], x0);
                                        f32x4_fma(s1_0, k[27], x0);
                                        f32x4_fma(s2_0, k[54], x0);
                                    }
                                }
                            }
                        }
                        float *o = &dX[256 * c + 64 * p + 16 * v + 2 * w + 9];
                        f32x4_store_apart(o, 2, 4, s0_0);
                        f32x4_store_apart(o + 256, 2, 4, s1_0);
                        f32x4_store_apart(o + 512, 2, 4, s2_0);
                    }
                }
            }
        }
    }
}

/* dK[f,c,m,n,t] = sum(i,j,l) dO[f,i,j,l] * X[c,i+m-1,2*j+n-1,2*l+t-1] */
void rank3_video_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *V = (float *)workspace;
    float *D = ((float *)workspace) + 256;
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t p = 0; p < 64; p += 4) {
            f32x4 t0, t1, t2, t3;
            f32x4_load(t0, &dO[64 * f + p]);
            f32x4_load(t1, &dO[64 * f + p + 64]);
            f32x4_load(t2, &dO[64 * f + p + 128]);
            f32x4_load(t3, &dO[64 * f + p + 192]);
            f32x4_store_columns(&V[64 * f + 4 * p], 4, 4, 4, t0, t1, t2, t3);
        }
    }
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t m = 0; m < 3; ++m) {
            const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
            const ptrdiff_t i_end = m > 1 ? 5 - m : 4;
            for (ptrdiff_t n = 0; n < 3; ++n) {
                const ptrdiff_t j_begin = n < 1 ? (2 - n) / 2 : 0;
                {
                    f32x4 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0, s8_0;
                    float *o = &D[36 * m + 12 * n];
                    f32x4_zero(s0_0);
                    f32x4_zero(s1_0);
                    f32x4_zero(s2_0);
                    f32x4_zero(s3_0);
                    f32x4_zero(s4_0);
                    f32x4_zero(s5_0);
                    f32x4_zero(s6_0);
                    f32x4_zero(s7_0);
                    f32x4_zero(s8_0);
                    for (ptrdiff_t i = i_begin; i < i_end; ++i) {
                        for (ptrdiff_t j = j_begin; j < 4; ++j) {
                            {
                                const ptrdiff_t l = 0;
                                const float *x = &X[64 * i + 16 * j + 2 * l + 64 * m + 8 * n
                                        - 72];
                                const float *y = &V[64 * f + 64 * i + 16 * j + 4 * l];
                                f32x4 y0;
                                convgen_launder(x);
                                f32x4_load(y0, y);
                                f32x4_fma(s3_0, x[0], y0);
                                f32x4_fma(s4_0, x[256], y0);
                                f32x4_fma(s5_0, x[512], y0);
                                f32x4_fma(s6_0, x[1], y0);
                                f32x4_fma(s7_0, x[257], y0);
                                f32x4_fma(s8_0, x[513], y0);
                            }
                            for (ptrdiff_t l = 1; l < 4; ++l) {
                                const float *x = &X[64 * i + 16 * j + 2 * l + 64 * m + 8 * n
                                        - 73];
                                const float *y = &V[64 * f + 64 * i + 16 * j + 4 * l];
                                f32x4 y0;
                                convgen_launder(x);
                                f32x4_load(y0, y);
                                f32x4_fma(s0_0, x[0], y0);
                                f32x4_fma(s1_0, x[256], y0);
                                f32x4_fma(s2_0, x[512], y0);
                                f32x4_fma(s3_0, x[1], y0);
                                f32x4_fma(s4_0, x[257], y0);
                                f32x4_fma(s5_0, x[513], y0);
                                f32x4_fma(s6_0, x[2], y0);
                                f32x4_fma(s7_0, x[258], y0);
                                f32x4_fma(s8_0, x[514], y0);
                            }
                        }
                    }
                    f32x4_store(o, s0_0);
                    f32x4_store(o + 108, s1_0);
                    f32x4_store(o + 216, s2_0);
                    f32x4_store(o + 4, s3_0);
                    f32x4_store(o + 112, s4_0);
                    f32x4_store(o + 220, s5_0);
                    f32x4_store(o + 8, s6_0);
                    f32x4_store(o + 116, s7_0);
                    f32x4_store(o + 224, s8_0);
                }
            }
        }
        for (ptrdiff_t r = 0; r < 80; r += 4) {
            f32x4 t0, t1, t2, t3;
            f32x4_load(t0, &D[4 * r]);
            f32x4_load(t1, &D[4 * r + 4]);
            f32x4_load(t2, &D[4 * r + 8]);
            f32x4_load(t3, &D[4 * r + 12]);
            f32x4_store_columns(&dK[81 * f + r], 81, 4, 4, t0, t1, t2, t3);
        }
        {
            const ptrdiff_t r = 80;
            for (ptrdiff_t v = 0; v < 4; ++v) {
                dK[81 * f + r + 81 * v] = D[4 * r + v];
            }
        }
    }
}

/* db[f] = sum(i,j,l) dO[f,i,j,l] */
void rank3_video_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0_0_0 = dO[0], dO_0_0_0_1 = dO[1], dO_0_0_0_2 = dO[2], dO_0_0_0_3 = dO[3];
    const float dO_0_0_1_0 = dO[4], dO_0_0_1_1 = dO[5], dO_0_0_1_2 = dO[6], dO_0_0_1_3 = dO[7];
    const float dO_0_0_2_0 = dO[8], dO_0_0_2_1 = dO[9], dO_0_0_2_2 = dO[10], dO_0_0_2_3 = dO[11];
    const float dO_0_0_3_0 = dO[12], dO_0_0_3_1 = dO[13], dO_0_0_3_2 = dO[14], dO_0_0_3_3 = dO[15];
    const float dO_0_1_0_0 = dO[16], dO_0_1_0_1 = dO[17], dO_0_1_0_2 = dO[18], dO_0_1_0_3 = dO[19];
    const float dO_0_1_1_0 = dO[20], dO_0_1_1_1 = dO[21], dO_0_1_1_2 = dO[22], dO_0_1_1_3 = dO[23];
    const float dO_0_1_2_0 = dO[24], dO_0_1_2_1 = dO[25], dO_0_1_2_2 = dO[26], dO_0_1_2_3 = dO[27];
    const float dO_0_1_3_0 = dO[28], dO_0_1_3_1 = dO[29], dO_0_1_3_2 = dO[30], dO_0_1_3_3 = dO[31];
    const float dO_0_2_0_0 = dO[32], dO_0_2_0_1 = dO[33], dO_0_2_0_2 = dO[34], dO_0_2_0_3 = dO[35];
    const float dO_0_2_1_0 = dO[36], dO_0_2_1_1 = dO[37], dO_0_2_1_2 = dO[38], dO_0_2_1_3 = dO[39];
    const float dO_0_2_2_0 = dO[40], dO_0_2_2_1 = dO[41], dO_0_2_2_2 = dO[42], dO_0_2_2_3 = dO[43];
    const float dO_0_2_3_0 = dO[44], dO_0_2_3_1 = dO[45], dO_0_2_3_2 = dO[46], dO_0_2_3_3 = dO[47];
    const float dO_0_3_0_0 = dO[48], dO_0_3_0_1 = dO[49], dO_0_3_0_2 = dO[50], dO_0_3_0_3 = dO[51];
    const float dO_0_3_1_0 = dO[52], dO_0_3_1_1 = dO[53], dO_0_3_1_2 = dO[54], dO_0_3_1_3 = dO[55];
    const float dO_0_3_2_0 = dO[56], dO_0_3_2_1 = dO[57], dO_0_3_2_2 = dO[58], dO_0_3_2_3 = dO[59];
    const float dO_0_3_3_0 = dO[60], dO_0_3_3_1 = dO[61], dO_0_3_3_2 = dO[62], dO_0_3_3_3 = dO[63];
    const float dO_1_0_0_0 = dO[64], dO_1_0_0_1 = dO[65], dO_1_0_0_2 = dO[66], dO_1_0_0_3 = dO[67];
    const float dO_1_0_1_0 = dO[68], dO_1_0_1_1 = dO[69], dO_1_0_1_2 = dO[70], dO_1_0_1_3 = dO[71];
    const float dO_1_0_2_0 = dO[72], dO_1_0_2_1 = dO[73], dO_1_0_2_2 = dO[74], dO_1_0_2_3 = dO[75];
    const float dO_1_0_3_0 = dO[76], dO_1_0_3_1 = dO[77], dO_1_0_3_2 = dO[78], dO_1_0_3_3 = dO[79];
    const float dO_1_1_0_0 = dO[80], dO_1_1_0_1 = dO[81], dO_1_1_0_2 = dO[82], dO_1_1_0_3 = dO[83];
    const float dO_1_1_1_0 = dO[84], dO_1_1_1_1 = dO[85], dO_1_1_1_2 = dO[86], dO_1_1_1_3 = dO[87];
    const float dO_1_1_2_0 = dO[88], dO_1_1_2_1 = dO[89], dO_1_1_2_2 = dO[90], dO_1_1_2_3 = dO[91];
    const float dO_1_1_3_0 = dO[92], dO_1_1_3_1 = dO[93], dO_1_1_3_2 = dO[94], dO_1_1_3_3 = dO[95];
    const float dO_1_2_0_0 = dO[96], dO_1_2_0_1 = dO[97], dO_1_2_0_2 = dO[98], dO_1_2_0_3 = dO[99];
    const float dO_1_2_1_0 = dO[100], dO_1_2_1_1 = dO[101], dO_1_2_1_2 = dO[102],
        dO_1_2_1_3 = dO[103];
    const float dO_1_2_2_0 = dO[104], dO_1_2_2_1 = dO[105], dO_1_2_2_2 = dO[106],
        dO_1_2_2_3 = dO[107];
    const float dO_1_2_3_0 = dO[108], dO_1_2_3_1 = dO[109], dO_1_2_3_2 = dO[110],
        dO_1_2_3_3 = dO[111];
    const float dO_1_3_0_0 = dO[112], dO_1_3_0_1 = dO[113], dO_1_3_0_2 = dO[114],
        dO_1_3_0_3 = dO[115];
    const float dO_1_3_1_0 = dO[116], dO_1_3_1_1 = dO[117], dO_1_3_1_2 = dO[118],
        dO_1_3_1_3 = dO[119];
    const float dO_1_3_2_0 = dO[120], dO_1_3_2_1 = dO[121], dO_1_3_2_2 = dO[122],
        dO_1_3_2_3 = dO[123];
    const float dO_1_3_3_0 = dO[124], dO_1_3_3_1 = dO[125], dO_1_3_3_2 = dO[126],
        dO_1_3_3_3 = dO[127];
    const float dO_2_0_0_0 = dO[128], dO_2_0_0_1 = dO[129], dO_2_0_0_2 = dO[130],
        dO_2_0_0_3 = dO[131];
    const float dO_2_0_1_0 = dO[132], dO_2_0_1_1 = dO[133], dO_2_0_1_2 = dO[134],
        dO_2_0_1_3 = dO[135];
    const float dO_2_0_2_0 = dO[136], dO_2_0_2_1 = dO[137], dO_2_0_2_2 = dO[138],
        dO_2_0_2_3 = dO[139];
    const float dO_2_0_3_0 = dO[140], dO_2_0_3_1 = dO[141], dO_2_0_3_2 = dO[142],
        dO_2_0_3_3 = dO[143];
    const float dO_2_1_0_0 = dO[144], dO_2_1_0_1 = dO[145], dO_2_1_0_2 = dO[146],
        dO_2_1_0_3 = dO[147];
    const float dO_2_1_1_0 = dO[148], dO_2_1_1_1 = dO[149], dO_2_1_1_2 = dO[150],
        dO_2_1_1_3 = dO[151];
    const float dO_2_1_2_0 = dO[152], dO_2_1_2_1 = dO[153], dO_2_1_2_2 = dO[154],
        dO_2_1_2_3 = dO[155];
    const float dO_2_1_3_0 = dO[156], dO_2_1_3_1 = dO[157], dO_2_1_3_2 = dO[158],
        dO_2_1_3_3 = dO[159];
    const float dO_2_2_0_0 = dO[160], dO_2_2_0_1 = dO[161], dO_2_2_0_2 = dO[162],
        dO_2_2_0_3 = dO[163];
    const float dO_2_2_1_0 = dO[164], dO_2_2_1_1 = dO[165], dO_2_2_1_2 = dO[166],
        dO_2_2_1_3 = dO[167];
    const float dO_2_2_2_0 = dO[168], dO_2_2_2_1 = dO[169], dO_2_2_2_2 = dO[170],
        dO_2_2_2_3 = dO[171];
    const float dO_2_2_3_0 = dO[172], dO_2_2_3_1 = dO[173], dO_2_2_3_2 = dO[174],
        dO_2_2_3_3 = dO[175];
    const float dO_2_3_0_0 = dO[176], dO_2_3_0_1 = dO[177], dO_2_3_0_2 = dO[178],
        dO_2_3_0_3 = dO[179];
    const float dO_2_3_1_0 = dO[180], dO_2_3_1_1 = dO[181], dO_2_3_1_2 = dO[182],
        dO_2_3_1_3 = dO[183];
    const float dO_2_3_2_0 = dO[184], dO_2_3_2_1 = dO[185], dO_2_3_2_2 = dO[186],
        dO_2_3_2_3 = dO[187];
    const float dO_2_3_3_0 = dO[188], dO_2_3_3_1 = dO[189], dO_2_3_3_2 = dO[190],
        dO_2_3_3_3 = dO[191];
    const float dO_3_0_0_0 = dO[192], dO_3_0_0_1 = dO[193], dO_3_0_0_2 = dO[194],
        dO_3_0_0_3 = dO[195];
    const float dO_3_0_1_0 = dO[196], dO_3_0_1_1 = dO[197], dO_3_0_1_2 = dO[198],
        dO_3_0_1_3 = dO[199];
    const float dO_3_0_2_0 = dO[200], dO_3_0_2_1 = dO[201], dO_3_0_2_2 = dO[202],
        dO_3_0_2_3 = dO[203];
    const float dO_3_0_3_0 = dO[204], dO_3_0_3_1 = dO[205], dO_3_0_3_2 = dO[206],
        dO_3_0_3_3 = dO[207];
    const float dO_3_1_0_0 = dO[208], dO_3_1_0_1 = dO[209], dO_3_1_0_2 = dO[210],
        dO_3_1_0_3 = dO[211];
    const float dO_3_1_1_0 = dO[212], dO_3_1_1_1 = dO[213], dO_3_1_1_2 = dO[214],
        dO_3_1_1_3 = dO[215];
    const float dO_3_1_2_0 = dO[216], dO_3_1_2_1 = dO[217], dO_3_1_2_2 = dO[218],
        dO_3_1_2_3 = dO[219];
    const float dO_3_1_3_0 = dO[220], dO_3_1_3_1 = dO[221], dO_3_1_3_2 = dO[222],
        dO_3_1_3_3 = dO[223];
    const float dO_3_2_0_0 = dO[224], dO_3_2_0_1 = dO[225], dO_3_2_0_2 = dO[226],
        dO_3_2_0_3 = dO[227];
    const float dO_3_2_1_0 = dO[228], dO_3_2_1_1 = dO[229], dO_3_2_1_2 = dO[230],
        dO_3_2_1_3 = dO[231];
    const float dO_3_2_2_0 = dO[232], dO_3_2_2_1 = dO[233], dO_3_2_2_2 = dO[234],
        dO_3_2_2_3 = dO[235];
    const float dO_3_2_3_0 = dO[236], dO_3_2_3_1 = dO[237], dO_3_2_3_2 = dO[238],
        dO_3_2_3_3 = dO[239];
    const float dO_3_3_0_0 = dO[240], dO_3_3_0_1 = dO[241], dO_3_3_0_2 = dO[242],
        dO_3_3_0_3 = dO[243];
    const float dO_3_3_1_0 = dO[244], dO_3_3_1_1 = dO[245], dO_3_3_1_2 = dO[246],
        dO_3_3_1_3 = dO[247];
    const float dO_3_3_2_0 = dO[248], dO_3_3_2_1 = dO[249], dO_3_3_2_2 = dO[250],
        dO_3_3_2_3 = dO[251];
    const float dO_3_3_3_0 = dO[252], dO_3_3_3_1 = dO[253], dO_3_3_3_2 = dO[254],
        dO_3_3_3_3 = dO[255];

    /* db_0 */ db[0] = dO_0_0_0_0 + dO_0_0_0_1 + dO_0_0_0_2 + dO_0_0_0_3 + dO_0_0_1_0 + dO_0_0_1_1
        + dO_0_0_1_2 + dO_0_0_1_3 + dO_0_0_2_0 + dO_0_0_2_1 + dO_0_0_2_2 + dO_0_0_2_3 + dO_0_0_3_0
        + dO_0_0_3_1 + dO_0_0_3_2 + dO_0_0_3_3 + dO_0_1_0_0 + dO_0_1_0_1 + dO_0_1_0_2 + dO_0_1_0_3
        + dO_0_1_1_0 + dO_0_1_1_1 + dO_0_1_1_2 + dO_0_1_1_3 + dO_0_1_2_0 + dO_0_1_2_1 + dO_0_1_2_2
        + dO_0_1_2_3 + dO_0_1_3_0 + dO_0_1_3_1 + dO_0_1_3_2 + dO_0_1_3_3 + dO_0_2_0_0 + dO_0_2_0_1
        + dO_0_2_0_2 + dO_0_2_0_3 + dO_0_2_1_0 + dO_0_2_1_1 + dO_0_2_1_2 + dO_0_2_1_3 + dO_0_2_2_0
        + dO_0_2_2_1 + dO_0_2_2_2 + dO_0_2_2_3 + dO_0_2_3_0 + dO_0_2_3_1 + dO_0_2_3_2 + dO_0_2_3_3
        + dO_0_3_0_0 + dO_0_3_0_1 + dO_0_3_0_2 + dO_0_3_0_3 + dO_0_3_1_0 + dO_0_3_1_1 + dO_0_3_1_2
        + dO_0_3_1_3 + dO_0_3_2_0 + dO_0_3_2_1 + dO_0_3_2_2 + dO_0_3_2_3 + dO_0_3_3_0 + dO_0_3_3_1
        + dO_0_3_3_2 + dO_0_3_3_3;
    /* db_1 */ db[1] = dO_1_0_0_0 + dO_1_0_0_1 + dO_1_0_0_2 + dO_1_0_0_3 + dO_1_0_1_0 + dO_1_0_1_1
        + dO_1_0_1_2 + dO_1_0_1_3 + dO_1_0_2_0 + dO_1_0_2_1 + dO_1_0_2_2 + dO_1_0_2_3 + dO_1_0_3_0
        + dO_1_0_3_1 + dO_1_0_3_2 + dO_1_0_3_3 + dO_1_1_0_0 + dO_1_1_0_1 + dO_1_1_0_2 + dO_1_1_0_3
        + dO_1_1_1_0 + dO_1_1_1_1 + dO_1_1_1_2 + dO_1_1_1_3 + dO_1_1_2_0 + dO_1_1_2_1 + dO_1_1_2_2
        + dO_1_1_2_3 + dO_1_1_3_0 + dO_1_1_3_1 + dO_1_1_3_2 + dO_1_1_3_3 + dO_1_2_0_0 + dO_1_2_0_1
        + dO_1_2_0_2 + dO_1_2_0_3 + dO_1_2_1_0 + dO_1_2_1_1 + dO_1_2_1_2 + dO_1_2_1_3 + dO_1_2_2_0
        + dO_1_2_2_1 + dO_1_2_2_2 + dO_1_2_2_3 + dO_1_2_3_0 + dO_1_2_3_1 + dO_1_2_3_2 + dO_1_2_3_3
        + dO_1_3_0_0 + dO_1_3_0_1 + dO_1_3_0_2 + dO_1_3_0_3 + dO_1_3_1_0 + dO_1_3_1_1 + dO_1_3_1_2
        + dO_1_3_1_3 + dO_1_3_2_0 + dO_1_3_2_1 + dO_1_3_2_2 + dO_1_3_2_3 + dO_1_3_3_0 + dO_1_3_3_1
        + dO_1_3_3_2 + dO_1_3_3_3;
    /* db_2 */ db[2] = dO_2_0_0_0 + dO_2_0_0_1 + dO_2_0_0_2 + dO_2_0_0_3 + dO_2_0_1_0 + dO_2_0_1_1
        + dO_2_0_1_2 + dO_2_0_1_3 + dO_2_0_2_0 + dO_2_0_2_1 + dO_2_0_2_2 + dO_2_0_2_3 + dO_2_0_3_0
        + dO_2_0_3_1 + dO_2_0_3_2 + dO_2_0_3_3 + dO_2_1_0_0 + dO_2_1_0_1 + dO_2_1_0_2 + dO_2_1_0_3
        + dO_2_1_1_0 + dO_2_1_1_1 + dO_2_1_1_2 + dO_2_1_1_3 + dO_2_1_2_0 + dO_2_1_2_1 + dO_2_1_2_2
        + dO_2_1_2_3 + dO_2_1_3_0 + dO_2_1_3_1 + dO_2_1_3_2 + dO_2_1_3_3 + dO_2_2_0_0 + dO_2_2_0_1
        + dO_2_2_0_2 + dO_2_2_0_3 + dO_2_2_1_0 + dO_2_2_1_1 + dO_2_2_1_2 + dO_2_2_1_3 + dO_2_2_2_0
        + dO_2_2_2_1 + dO_2_2_2_2 + dO_2_2_2_3 + dO_2_2_3_0 + dO_2_2_3_1 + dO_2_2_3_2 + dO_2_2_3_3
        + dO_2_3_0_0 + dO_2_3_0_1 + dO_2_3_0_2 + dO_2_3_0_3 + dO_2_3_1_0 + dO_2_3_1_1 + dO_2_3_1_2
        + dO_2_3_1_3 + dO_2_3_2_0 + dO_2_3_2_1 + dO_2_3_2_2 + dO_2_3_2_3 + dO_2_3_3_0 + dO_2_3_3_1
        + dO_2_3_3_2 + dO_2_3_3_3;
    /* db_3 */ db[3] = dO_3_0_0_0 + dO_3_0_0_1 + dO_3_0_0_2 + dO_3_0_0_3 + dO_3_0_1_0 + dO_3_0_1_1
        + dO_3_0_1_2 + dO_3_0_1_3 + dO_3_0_2_0 + dO_3_0_2_1 + dO_3_0_2_2 + dO_3_0_2_3 + dO_3_0_3_0
        + dO_3_0_3_1 + dO_3_0_3_2 + dO_3_0_3_3 + dO_3_1_0_0 + dO_3_1_0_1 + dO_3_1_0_2 + dO_3_1_0_3
        + dO_3_1_1_0 + dO_3_1_1_1 + dO_3_1_1_2 + dO_3_1_1_3 + dO_3_1_2_0 + dO_3_1_2_1 + dO_3_1_2_2
        + dO_3_1_2_3 + dO_3_1_3_0 + dO_3_1_3_1 + dO_3_1_3_2 + dO_3_1_3_3 + dO_3_2_0_0 + dO_3_2_0_1
        + dO_3_2_0_2 + dO_3_2_0_3 + dO_3_2_1_0 + dO_3_2_1_1 + dO_3_2_1_2 + dO_3_2_1_3 + dO_3_2_2_0
        + dO_3_2_2_1 + dO_3_2_2_2 + dO_3_2_2_3 + dO_3_2_3_0 + dO_3_2_3_1 + dO_3_2_3_2 + dO_3_2_3_3
        + dO_3_3_0_0 + dO_3_3_0_1 + dO_3_3_0_2 + dO_3_3_0_3 + dO_3_3_1_0 + dO_3_3_1_1 + dO_3_3_1_2
        + dO_3_3_1_3 + dO_3_3_2_0 + dO_3_3_2_1 + dO_3_3_2_2 + dO_3_3_2_3 + dO_3_3_3_0 + dO_3_3_3_1
        + dO_3_3_3_2 + dO_3_3_3_3;
}
