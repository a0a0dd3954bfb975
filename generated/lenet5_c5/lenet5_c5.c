/* convgen 0.1.0 spec: input=5x5 kernel=5x5 in-channels=16 out-channels=120
 *
 * Written by
 *     convgen generate --spec "input=5x5 kernel=5x5 in-channels=16 out-channels=120" \
 *         --target c --dtype float32 --name lenet5_c5
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   16 x 5 x 5
 *     K[f,c,m,n]  OIHW  120 x 16 x 5 x 5
 *     b[f]        O     120
 *     O[f,0,0]    CHW   120 x 1 x 1
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions    n  order of each sum
 *     forward           tiled       48,000     48,000  401  b, then (m, n, c)
 *     backward_data     tiled       48,000     48,000  120  0, then (m, n, f)
 *     backward_weights  tiled       48,000     48,000    1  0
 *     backward_bias     unrolled         0          0    1  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                192,000 bytes
 *     backward_data          192,000 bytes
 *     backward_weights        19,200 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "lenet5_c5.h"

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

/* Packs K for forward into the 192000 bytes of W. */
void lenet5_c5_pack_weights_forward(const float *restrict K, float *restrict W)
{
    for (ptrdiff_t f = 0; f < 120; f += 24) {
        for (ptrdiff_t v = 0; v < 24; v += 4) {
            for (ptrdiff_t r = 0; r < 400; r += 4) {
                f32x4 t0, t1, t2, t3;
                f32x4_load(t0, &K[400 * f + r + 400 * v]);
                f32x4_load(t1, &K[400 * f + r + 400 * v + 400]);
                f32x4_load(t2, &K[400 * f + r + 400 * v + 800]);
                f32x4_load(t3, &K[400 * f + r + 400 * v + 1200]);
                f32x4_store_columns(&W[400 * f + 24 * r + v], 24, 4, 4, t0, t1, t2, t3);
            }
        }
    }
}

/* O[f,0,0] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,m,n] */
void lenet5_c5_forward_packed(
    const float *restrict X, const float *restrict W, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t f = 0; f < 120; f += 24) {
        {
            const ptrdiff_t i = 0;
            {
                const ptrdiff_t j = 0;
                {
                    f32x4 s0_0, s0_1, s0_2, s0_3, s0_4, s0_5;
                    const float *a = &b[f];
                    convgen_launder(a);
                    f32x4_load(s0_0, a);
                    f32x4_load(s0_1, a + 4);
                    f32x4_load(s0_2, a + 8);
                    f32x4_load(s0_3, a + 12);
                    f32x4_load(s0_4, a + 16);
                    f32x4_load(s0_5, a + 20);
                    for (ptrdiff_t m = 0; m < 5; ++m) {
                        for (ptrdiff_t n = 0; n < 5; ++n) {
                            {
                                const float *x = &X[5 * i + j + 5 * m + n];
                                const float *w = &W[400 * f + 120 * m + 24 * n];
                                convgen_launder(x);
                                convgen_launder(w);
                                for (ptrdiff_t c = 0; c < 16; ++c) {
                                    f32x4 w0, w1, w2, w3, w4, w5;
                                    f32x4_load(w0, &w[600 * c]);
                                    f32x4_load(w1, &w[600 * c + 4]);
                                    f32x4_load(w2, &w[600 * c + 8]);
                                    f32x4_load(w3, &w[600 * c + 12]);
                                    f32x4_load(w4, &w[600 * c + 16]);
                                    f32x4_load(w5, &w[600 * c + 20]);
                                    f32x4_fma(s0_0, x[25 * c], w0);
                                    f32x4_fma(s0_1, x[25 * c], w1);
                                    f32x4_fma(s0_2, x[25 * c], w2);
                                    f32x4_fma(s0_3, x[25 * c], w3);
                                    f32x4_fma(s0_4, x[25 * c], w4);
                                    f32x4_fma(s0_5, x[25 * c], w5);
                                }
                            }
                        }
                    }
                    float *o = &O[f + i + j];
                    f32x4_store_columns(o, 1, 4, 1, s0_0, s0_0, s0_0, s0_0);
                    f32x4_store_columns(o + 4, 1, 4, 1, s0_1, s0_1, s0_1, s0_1);
                    f32x4_store_columns(o + 8, 1, 4, 1, s0_2, s0_2, s0_2, s0_2);
                    f32x4_store_columns(o + 12, 1, 4, 1, s0_3, s0_3, s0_3, s0_3);
                    f32x4_store_columns(o + 16, 1, 4, 1, s0_4, s0_4, s0_4, s0_4);
                    f32x4_store_columns(o + 20, 1, 4, 1, s0_5, s0_5, s0_5, s0_5);
                }
            }
        }
    }
}

/* The same on K as it is. */
void lenet5_c5_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O,
    void *restrict workspace)
{
    float *W = (float *)workspace;
    lenet5_c5_pack_weights_forward(K, W);
    lenet5_c5_forward_packed(X, W, b, O);
}

/* Packs K for backward_data into the 192000 bytes of W. */
void lenet5_c5_pack_weights_backward_data(const float *restrict K, float *restrict W)
{
    for (ptrdiff_t c = 0; c < 16; c += 8) {
        for (ptrdiff_t f = 0; f < 120; ++f) {
            for (ptrdiff_t v = 0; v < 8; v += 4) {
                for (ptrdiff_t r = 0; r < 24; r += 4) {
                    f32x4 t0, t1, t2, t3;
                    f32x4_load(t0, &K[400 * f + 25 * c + r + 25 * v]);
                    f32x4_load(t1, &K[400 * f + 25 * c + r + 25 * v + 25]);
                    f32x4_load(t2, &K[400 * f + 25 * c + r + 25 * v + 50]);
                    f32x4_load(t3, &K[400 * f + 25 * c + r + 25 * v + 75]);
                    f32x4_store_columns(&W[8 * f + 3000 * c + 960 * r + v], 960, 4, 4, t0, t1, t2,
                            t3);
                }
            }
            {
                const ptrdiff_t r = 24;
                for (ptrdiff_t v = 0; v < 8; ++v) {
                    W[8 * f + 3000 * c + 960 * r + v] = K[400 * f + 25 * c + r + 25 * v];
                }
            }
        }
    }
}

/* dX[c,p,q] = sum(f,m,n | m = p, n = q) K[f,c,m,n] * dO[f,0,0] */
void lenet5_c5_backward_data_packed(
    const float *restrict W, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t c = 0; c < 16; c += 8) {
        for (ptrdiff_t p = 0; p < 5; ++p) {
            const ptrdiff_t m_begin = p > 0 ? p : 0;
            const ptrdiff_t m_end = p < 4 ? p + 1 : 5;
            {
                const ptrdiff_t q = 0;
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
                            const float *x = &dO[p + q - m];
                            const float *w = &W[3000 * c + 4800 * m];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 120; ++f) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * f]);
                                f32x4_load(w1, &w[8 * f + 4]);
                                f32x4_fma(s0_0, x[f], w0);
                                f32x4_fma(s0_1, x[f], w1);
                            }
                        }
                        {
                            const float *x = &dO[p + q - m];
                            const float *w = &W[3000 * c + 4800 * m + 960];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 120; ++f) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * f]);
                                f32x4_load(w1, &w[8 * f + 4]);
                                f32x4_fma(s1_0, x[f], w0);
                                f32x4_fma(s1_1, x[f], w1);
                            }
                        }
                        {
                            const float *x = &dO[p + q - m];
                            const float *w = &W[3000 * c + 4800 * m + 1920];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 120; ++f) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * f]);
                                f32x4_load(w1, &w[8 * f + 4]);
                                f32x4_fma(s2_0, x[f], w0);
                                f32x4_fma(s2_1, x[f], w1);
                            }
                        }
                        {
                            const float *x = &dO[p + q - m];
                            const float *w = &W[3000 * c + 4800 * m + 2880];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 120; ++f) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * f]);
                                f32x4_load(w1, &w[8 * f + 4]);
                                f32x4_fma(s3_0, x[f], w0);
                                f32x4_fma(s3_1, x[f], w1);
                            }
                        }
                        {
                            const float *x = &dO[p + q - m];
                            const float *w = &W[3000 * c + 4800 * m + 3840];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 120; ++f) {
                                f32x4 w0, w1;
                                f32x4_load(w0, &w[8 * f]);
                                f32x4_load(w1, &w[8 * f + 4]);
                                f32x4_fma(s4_0, x[f], w0);
                                f32x4_fma(s4_1, x[f], w1);
                            }
                        }
                    }
                    float *o = &dX[25 * c + 5 * p + q];
                    f32x4_store_columns(o, 25, 4, 4, s0_0, s1_0, s2_0, s3_0);
                    f32x4_store_columns(o + 4, 25, 4, 1, s4_0, s4_0, s4_0, s4_0);
                    f32x4_store_columns(o + 100, 25, 4, 4, s0_1, s1_1, s2_1, s3_1);
                    f32x4_store_columns(o + 104, 25, 4, 1, s4_1, s4_1, s4_1, s4_1);
                }
            }
        }
    }
}

/* The same on K as it is. */
void lenet5_c5_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX, void *restrict workspace)
{
    float *W = (float *)workspace;
    lenet5_c5_pack_weights_backward_data(K, W);
    lenet5_c5_backward_data_packed(W, dO, dX);
}

/* dK[f,c,m,n] = dO[f,0,0] * X[c,m,n] */
void lenet5_c5_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK, void *restrict workspace)
{
    float *D = (float *)workspace;
    for (ptrdiff_t f = 0; f < 120; f += 12) {
        for (ptrdiff_t m = 0; m < 5; ++m) {
            for (ptrdiff_t n = 0; n < 5; ++n) {
                for (ptrdiff_t c = 0; c < 16; c += 4) {
                    {
                        f32x4 s0_0, s0_1, s0_2, s1_0, s1_1, s1_2, s2_0, s2_1, s2_2, s3_0, s3_1,
                                s3_2;
                        float *o = &D[300 * c + 60 * m + 12 * n];
                        f32x4_zero(s0_0);
                        f32x4_zero(s0_1);
                        f32x4_zero(s0_2);
                        f32x4_zero(s1_0);
                        f32x4_zero(s1_1);
                        f32x4_zero(s1_2);
                        f32x4_zero(s2_0);
                        f32x4_zero(s2_1);
                        f32x4_zero(s2_2);
                        f32x4_zero(s3_0);
                        f32x4_zero(s3_1);
                        f32x4_zero(s3_2);
                        {
                            const ptrdiff_t i = 0;
                            {
                                const ptrdiff_t j = 0;
                                const float *x = &X[25 * c + 5 * i + j + 5 * m + n];
                                const float *y = &dO[f + i + j];
                                f32x4 y0, y1, y2;
                                f32x4_load(y0, y);
                                f32x4_load(y1, y + 4);
                                f32x4_load(y2, y + 8);
                                f32x4_fma(s0_0, x[0], y0);
                                f32x4_fma(s0_1, x[0], y1);
                                f32x4_fma(s0_2, x[0], y2);
                                f32x4_fma(s1_0, x[25], y0);
                                f32x4_fma(s1_1, x[25], y1);
                                f32x4_fma(s1_2, x[25], y2);
                                f32x4_fma(s2_0, x[50], y0);
                                f32x4_fma(s2_1, x[50], y1);
                                f32x4_fma(s2_2, x[50], y2);
                                f32x4_fma(s3_0, x[75], y0);
                                f32x4_fma(s3_1, x[75], y1);
                                f32x4_fma(s3_2, x[75], y2);
                            }
                        }
                        f32x4_store(o, s0_0);
                        f32x4_store(o + 4, s0_1);
                        f32x4_store(o + 8, s0_2);
                        f32x4_store(o + 300, s1_0);
                        f32x4_store(o + 304, s1_1);
                        f32x4_store(o + 308, s1_2);
                        f32x4_store(o + 600, s2_0);
                        f32x4_store(o + 604, s2_1);
                        f32x4_store(o + 608, s2_2);
                        f32x4_store(o + 900, s3_0);
                        f32x4_store(o + 904, s3_1);
                        f32x4_store(o + 908, s3_2);
                    }
                }
            }
        }
        for (ptrdiff_t r = 0; r < 400; r += 4) {
            f32x4 t0, t1, t2, t3;
            f32x4_load(t0, &D[12 * r]);
            f32x4_load(t1, &D[12 * r + 12]);
            f32x4_load(t2, &D[12 * r + 24]);
            f32x4_load(t3, &D[12 * r + 36]);
            f32x4_store_columns(&dK[400 * f + r], 400, 4, 4, t0, t1, t2, t3);
            f32x4_load(t0, &D[12 * r + 4]);
            f32x4_load(t1, &D[12 * r + 16]);
            f32x4_load(t2, &D[12 * r + 28]);
            f32x4_load(t3, &D[12 * r + 40]);
            f32x4_store_columns(&dK[400 * f + r + 1600], 400, 4, 4, t0, t1, t2, t3);
            f32x4_load(t0, &D[12 * r + 8]);
            f32x4_load(t1, &D[12 * r + 20]);
            f32x4_load(t2, &D[12 * r + 32]);
            f32x4_load(t3, &D[12 * r + 44]);
            f32x4_store_columns(&dK[400 * f + r + 3200], 400, 4, 4, t0, t1, t2, t3);
        }
    }
}

/* db[f] = dO[f,0,0] */
void lenet5_c5_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_000_0_0 = dO[0];
    const float dO_001_0_0 = dO[1];
    const float dO_002_0_0 = dO[2];
    const float dO_003_0_0 = dO[3];
    const float dO_004_0_0 = dO[4];
    const float dO_005_0_0 = dO[5];
    const float dO_006_0_0 = dO[6];
    const float dO_007_0_0 = dO[7];
    const float dO_008_0_0 = dO[8];
    const float dO_009_0_0 = dO[9];
    const float dO_010_0_0 = dO[10];
    const float dO_011_0_0 = dO[11];
    const float dO_012_0_0 = dO[12];
    const float dO_013_0_0 = dO[13];
    const float dO_014_0_0 = dO[14];
    const float dO_015_0_0 = dO[15];
    const float dO_016_0_0 = dO[16];
    const float dO_017_0_0 = dO[17];
    const float dO_018_0_0 = dO[18];
    const float dO_019_0_0 = dO[19];
    const float dO_020_0_0 = dO[20];
    const float dO_021_0_0 = dO[21];
    const float dO_022_0_0 = dO[22];
    const float dO_023_0_0 = dO[23];
    const float dO_024_0_0 = dO[24];
    const float dO_025_0_0 = dO[25];
    const float dO_026_0_0 = dO[26];
    const float dO_027_0_0 = dO[27];
    const float dO_028_0_0 = dO[28];
    const float dO_029_0_0 = dO[29];
    const float dO_030_0_0 = dO[30];
    const float dO_031_0_0 = dO[31];
    const float dO_032_0_0 = dO[32];
    const float dO_033_0_0 = dO[33];
    const float dO_034_0_0 = dO[34];
    const float dO_035_0_0 = dO[35];
    const float dO_036_0_0 = dO[36];
    const float dO_037_0_0 = dO[37];
    const float dO_038_0_0 = dO[38];
    const float dO_039_0_0 = dO[39];
    const float dO_040_0_0 = dO[40];
    const float dO_041_0_0 = dO[41];
    const float dO_042_0_0 = dO[42];
    const float dO_043_0_0 = dO[43];
    const float dO_044_0_0 = dO[44];
    const float dO_045_0_0 = dO[45];
    const float dO_046_0_0 = dO[46];
    const float dO_047_0_0 = dO[47];
    const float dO_048_0_0 = dO[48];
    const float dO_049_0_0 = dO[49];
    const float dO_050_0_0 = dO[50];
    const float dO_051_0_0 = dO[51];
    const float dO_052_0_0 = dO[52];
    const float dO_053_0_0 = dO[53];
    const float dO_054_0_0 = dO[54];
    const float dO_055_0_0 = dO[55];
    const float dO_056_0_0 = dO[56];
    const float dO_057_0_0 = dO[57];
    const float dO_058_0_0 = dO[58];
    const float dO_059_0_0 = dO[59];
    const float dO_060_0_0 = dO[60];
    const float dO_061_0_0 = dO[61];
    const float dO_062_0_0 = dO[62];
    const float dO_063_0_0 = dO[63];
    const float dO_064_0_0 = dO[64];
    const float dO_065_0_0 = dO[65];
    const float dO_066_0_0 = dO[66];
    const float dO_067_0_0 = dO[67];
    const float dO_068_0_0 = dO[68];
    const float dO_069_0_0 = dO[69];
    const float dO_070_0_0 = dO[70];
    const float dO_071_0_0 = dO[71];
    const float dO_072_0_0 = dO[72];
    const float dO_073_0_0 = dO[73];
    const float dO_074_0_0 = dO[74];
    const float dO_075_0_0 = dO[75];
    const float dO_076_0_0 = dO[76];
    const float dO_077_0_0 = dO[77];
    const float dO_078_0_0 = dO[78];
    const float dO_079_0_0 = dO[79];
    const float dO_080_0_0 = dO[80];
    const float dO_081_0_0 = dO[81];
    const float dO_082_0_0 = dO[82];
    const float dO_083_0_0 = dO[83];
    const float dO_084_0_0 = dO[84];
    const float dO_085_0_0 = dO[85];
    const float dO_086_0_0 = dO[86];
    const float dO_087_0_0 = dO[87];
    const float dO_088_0_0 = dO[88];
    const float dO_089_0_0 = dO[89];
    const float dO_090_0_0 = dO[90];
    const float dO_091_0_0 = dO[91];
    const float dO_092_0_0 = dO[92];
    const float dO_093_0_0 = dO[93];
    const float dO_094_0_0 = dO[94];
    const float dO_095_0_0 = dO[95];
    const float dO_096_0_0 = dO[96];
    const float dO_097_0_0 = dO[97];
    const float dO_098_0_0 = dO[98];
    const float dO_099_0_0 = dO[99];
    const float dO_100_0_0 = dO[100];
    const float dO_101_0_0 = dO[101];
    const float dO_102_0_0 = dO[102];
    const float dO_103_0_0 = dO[103];
    const float dO_104_0_0 = dO[104];
    const float dO_105_0_0 = dO[105];
    const float dO_106_0_0 = dO[106];
    const float dO_107_0_0 = dO[107];
    const float dO_108_0_0 = dO[108];
    const float dO_109_0_0 = dO[109];
    const float dO_110_0_0 = dO[110];
    const float dO_111_0_0 = dO[111];
    const float dO_112_0_0 = dO[112];
    const float dO_113_0_0 = dO[113];
    const float dO_114_0_0 = dO[114];
    const float dO_115_0_0 = dO[115];
    const float dO_116_0_0 = dO[116];
    const float dO_117_0_0 = dO[117];
    const float dO_118_0_0 = dO[118];
    const float dO_119_0_0 = dO[119];

    /* db_000 */ db[0] = dO_000_0_0;
    /* db_001 */ db[1] = dO_001_0_0;
    /* db_002 */ db[2] = dO_002_0_0;
    /* db_003 */ db[3] = dO_003_0_0;
    /* db_004 */ db[4] = dO_004_0_0;
    /* db_005 */ db[5] = dO_005_0_0;
    /* db_006 */ db[6] = dO_006_0_0;
    /* db_007 */ db[7] = dO_007_0_0;
    /* db_008 */ db[8] = dO_008_0_0;
    /* db_009 */ db[9] = dO_009_0_0;
    /* db_010 */ db[10] = dO_010_0_0;
    /* db_011 */ db[11] = dO_011_0_0;
    /* db_012 */ db[12] = dO_012_0_0;
    /* db_013 */ db[13] = dO_013_0_0;
    /* db_014 */ db[14] = dO_014_0_0;
    /* db_015 */ db[15] = dO_015_0_0;
    /* db_016 */ db[16] = dO_016_0_0;
    /* db_017 */ db[17] = dO_017_0_0;
    /* db_018 */ db[18] = dO_018_0_0;
    /* db_019 */ db[19] = dO_019_0_0;
    /* db_020 */ db[20] = dO_020_0_0;
    /* db_021 */ db[21] = dO_021_0_0;
    /* db_022 */ db[22] = dO_022_0_0;
    /* db_023 */ db[23] = dO_023_0_0;
    /* db_024 */ db[24] = dO_024_0_0;
    /* db_025 */ db[25] = dO_025_0_0;
    /* db_026 */ db[26] = dO_026_0_0;
    /* db_027 */ db[27] = dO_027_0_0;
    /* db_028 */ db[28] = dO_028_0_0;
    /* db_029 */ db[29] = dO_029_0_0;
    /* db_030 */ db[30] = dO_030_0_0;
    /* db_031 */ db[31] = dO_031_0_0;
    /* db_032 */ db[32] = dO_032_0_0;
    /* db_033 */ db[33] = dO_033_0_0;
    /* db_034 */ db[34] = dO_034_0_0;
    /* db_035 */ db[35] = dO_035_0_0;
    /* db_036 */ db[36] = dO_036_0_0;
    /* db_037 */ db[37] = dO_037_0_0;
    /* db_038 */ db[38] = dO_038_0_0;
    /* db_039 */ db[39] = dO_039_0_0;
    /* db_040 */ db[40] = dO_040_0_0;
    /* db_041 */ db[41] = dO_041_0_0;
    /* db_042 */ db[42] = dO_042_0_0;
    /* db_043 */ db[43] = dO_043_0_0;
    /* db_044 */ db[44] = dO_044_0_0;
    /* db_045 */ db[45] = dO_045_0_0;
    /* db_046 */ db[46] = dO_046_0_0;
    /* db_047 */ db[47] = dO_047_0_0;
    /* db_048 */ db[48] = dO_048_0_0;
    /* db_049 */ db[49] = dO_049_0_0;
    /* db_050 */ db[50] = dO_050_0_0;
    /* db_051 */ db[51] = dO_051_0_0;
    /* db_052 */ db[52] = dO_052_0_0;
    /* db_053 */ db[53] = dO_053_0_0;
    /* db_054 */ db[54] = dO_054_0_0;
    /* db_055 */ db[55] = dO_055_0_0;
    /* db_056 */ db[56] = dO_056_0_0;
    /* db_057 */ db[57] = dO_057_0_0;
    /* db_058 */ db[58] = dO_058_0_0;
    /* db_059 */ db[59] = dO_059_0_0;
    /* db_060 */ db[60] = dO_060_0_0;
    /* db_061 */ db[61] = dO_061_0_0;
    /* db_062 */ db[62] = dO_062_0_0;
    /* db_063 */ db[63] = dO_063_0_0;
    /* db_064 */ db[64] = dO_064_0_0;
    /* db_065 */ db[65] = dO_065_0_0;
    /* db_066 */ db[66] = dO_066_0_0;
    /* db_067 */ db[67] = dO_067_0_0;
    /* db_068 */ db[68] = dO_068_0_0;
    /* db_069 */ db[69] = dO_069_0_0;
    /* db_070 */ db[70] = dO_070_0_0;
    /* db_071 */ db[71] = dO_071_0_0;
    /* db_072 */ db[72] = dO_072_0_0;
    /* db_073 */ db[73] = dO_073_0_0;
    /* db_074 */ db[74] = dO_074_0_0;
    /* db_075 */ db[75] = dO_075_0_0;
    /* db_076 */ db[76] = dO_076_0_0;
    /* db_077 */ db[77] = dO_077_0_0;
    /* db_078 */ db[78] = dO_078_0_0;
    /* db_079 */ db[79] = dO_079_0_0;
    /* db_080 */ db[80] = dO_080_0_0;
    /* db_081 */ db[81] = dO_081_0_0;
    /* db_082 */ db[82] = dO_082_0_0;
    /* db_083 */ db[83] = dO_083_0_0;
    /* db_084 */ db[84] = dO_084_0_0;
    /* db_085 */ db[85] = dO_085_0_0;
    /* db_086 */ db[86] = dO_086_0_0;
    /* db_087 */ db[87] = dO_087_0_0;
    /* db_088 */ db[88] = dO_088_0_0;
    /* db_089 */ db[89] = dO_089_0_0;
    /* db_090 */ db[90] = dO_090_0_0;
    /* db_091 */ db[91] = dO_091_0_0;
    /* db_092 */ db[92] = dO_092_0_0;
    /* db_093 */ db[93] = dO_093_0_0;
    /* db_094 */ db[94] = dO_094_0_0;
    /* db_095 */ db[95] = dO_095_0_0;
    /* db_096 */ db[96] = dO_096_0_0;
    /* db_097 */ db[97] = dO_097_0_0;
    /* db_098 */ db[98] = dO_098_0_0;
    /* db_099 */ db[99] = dO_099_0_0;
    /* db_100 */ db[100] = dO_100_0_0;
    /* db_101 */ db[101] = dO_101_0_0;
    /* db_102 */ db[102] = dO_102_0_0;
    /* db_103 */ db[103] = dO_103_0_0;
    /* db_104 */ db[104] = dO_104_0_0;
    /* db_105 */ db[105] = dO_105_0_0;
    /* db_106 */ db[106] = dO_106_0_0;
    /* db_107 */ db[107] = dO_107_0_0;
    /* db_108 */ db[108] = dO_108_0_0;
    /* db_109 */ db[109] = dO_109_0_0;
    /* db_110 */ db[110] = dO_110_0_0;
    /* db_111 */ db[111] = dO_111_0_0;
    /* db_112 */ db[112] = dO_112_0_0;
    /* db_113 */ db[113] = dO_113_0_0;
    /* db_114 */ db[114] = dO_114_0_0;
    /* db_115 */ db[115] = dO_115_0_0;
    /* db_116 */ db[116] = dO_116_0_0;
    /* db_117 */ db[117] = dO_117_0_0;
    /* db_118 */ db[118] = dO_118_0_0;
    /* db_119 */ db[119] = dO_119_0_0;
}
