/* convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=8 out-channels=8 padding=1x1 layout=HWC
 *
 * Written by
 *     convgen generate --spec "input=8x8 kernel=3x3 in-channels=8 out-channels=8 padding=1x1 layout=HWC" \
 *         --target c --dtype float32 --name winograd --isa avx2 --algorithm winograd:2
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q,c]    HWC   8 x 8 x 8
 *     K[m,n,c,f]  HWIO  3 x 3 x 8 x 8
 *     b[f]        O     8
 *     O[i,j,f]    HWC   8 x 8 x 8
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           winograd    18,624     24,640  73  F(2x2, 3x3): (c) of transformed data, then back
 *     backward_data     winograd    18,624     24,128  72  F(2x2, 3x3): (f) of transformed data, then back
 *     backward_weights  tiled       30,976     30,976  64  0, then (i, j)
 *     backward_bias     loops            0        512  64  0, then (i, j)
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 * forward by F(2x2, 3x3): an entry has an error of at most 1.9e-5 times
 *     max|X| sum|K| + |b|, the maximum over what its tile meets and the sum over the weights of its
 *     channel; or 4.6e-6 times sum|X| |K| + |b| over all pairs of these for each summed channel;
 *     19 roundings on the longest way. What is said above of n, underflow and infinities is not for it:
 *     no value that is computed on the way may underflow or overflow; an infinity or NaN reaches every
 *     entry of which it is a factor, and may make NaN of others: one in X of all that share a tile
 *     with those, one in K of all entries of its channel.
 * backward_data by F(2x2, 3x3): an entry has an error of at most 1.8e-5 times
 *     max|dO| sum|K|, the maximum over what its tile meets and the sum over the weights of its
 *     channel; or 4.3e-6 times sum|dO| |K| over all pairs of these for each summed channel;
 *     18 roundings on the longest way. What is said above of n, underflow and infinities is not for it:
 *     no value that is computed on the way may underflow or overflow; an infinity or NaN reaches every
 *     entry of which it is a factor, and may make NaN of others: one in dO of all that share a tile
 *     with those, one in K of all entries of its channel.
 *
 * Laid out for the instruction set 'avx2': vectors of up to 32 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                     21,760 bytes
 *     backward_data               21,760 bytes
 *     forward_packed              17,664 bytes beside packed weights
 *     backward_data_packed        17,664 bytes beside packed weights
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 *     winograd  F(2x2, 3x3), 2.25 times fewer products of transformed tiles; when asked for
 */

#include "winograd.h"

#include <stddef.h>

#ifndef CONVGEN_PORTABLE
#ifdef __FLT_EVAL_METHOD__
#if __FLT_EVAL_METHOD__ > 0
#define CONVGEN_PORTABLE /* no vector takes a scalar that is computed in a wider type */
#endif
#endif
#endif

#ifndef CONVGEN_F32X8
#define CONVGEN_F32X8
/* f32x8: 8 numbers side by side. Every macro is a statement.
 * The fast and the portable definitions mean the same; CONVGEN_PORTABLE asks for the latter. */
#if defined(__has_builtin) && !defined(CONVGEN_PORTABLE)
#if __has_builtin(__builtin_shufflevector)
#define CONVGEN_F32X8_SHUFFLES
#endif
#endif
#if defined(__GNUC__) && !defined(CONVGEN_PORTABLE)
typedef float f32x8 __attribute__((vector_size(32)));
typedef float f32x8_unaligned
    __attribute__((vector_size(32), aligned(4), may_alias));
#define f32x8_lane(v, l) (v)[l]
#define f32x8_zero(v) ((v) = (f32x8){0})
#define f32x8_splat(v, a) ((v) = (a) - (f32x8){0})
#define f32x8_load(v, p) ((v) = *(const f32x8_unaligned *)(p))
#define f32x8_store(p, v) (*(f32x8_unaligned *)(p) = (v))
#define f32x8_fma(s, a, v) ((s) += (a) * (v))
#define f32x8_add_product(s, u, v) ((s) += (u) * (v))
#else
typedef struct {
    float lane[8];
} f32x8;
#define f32x8_lane(v, l) (v).lane[l]
#define f32x8_each(statement) \
    do { \
        for (int l_ = 0; l_ < 8; ++l_) \
            statement; \
    } while (0)
#define f32x8_zero(v) f32x8_each((v).lane[l_] = 0)
#define f32x8_splat(v, a) f32x8_each((v).lane[l_] = (a))
#define f32x8_load(v, p) f32x8_each((v).lane[l_] = (p)[l_])
#define f32x8_store(p, v) f32x8_each((p)[l_] = (v).lane[l_])
#define f32x8_fma(s, a, v) f32x8_each((s).lane[l_] += (a) * (v).lane[l_])
#define f32x8_add_product(s, u, v) f32x8_each((s).lane[l_] += (u).lane[l_] * (v).lane[l_])
#endif
#define f32x8_load_each(v, p, step, from, to) \
    do { \
        f32x8_zero(v); \
        for (int l_ = (from); l_ < (to); ++l_) \
            f32x8_lane(v, l_) = (p)[(l_ - (from)) * (step)]; \
    } while (0)
#define f32x8_store_each(p, step, n, v) \
    do { \
        for (int l_ = 0; l_ < (n); ++l_) \
            (p)[l_ * (step)] = f32x8_lane(v, l_); \
    } while (0)
#ifdef CONVGEN_F32X8_SHUFFLES
#define f32x8_add_upper4(v) \
    ((v) += __builtin_shufflevector((v), (v), 4, 5, 6, 7, 0, 1, 2, 3))
#define f32x8_add_upper2(v) \
    ((v) += __builtin_shufflevector((v), (v), 2, 3, 4, 5, 6, 7, 0, 1))
#define f32x8_add_upper1(v) \
    ((v) += __builtin_shufflevector((v), (v), 1, 2, 3, 4, 5, 6, 7, 0))
#else
#define f32x8_add_upper4(v) \
    do { \
        for (int l_ = 0; l_ < 4; ++l_) \
            f32x8_lane(v, l_) += f32x8_lane(v, l_ + 4); \
    } while (0)
#define f32x8_add_upper2(v) \
    do { \
        for (int l_ = 0; l_ < 2; ++l_) \
            f32x8_lane(v, l_) += f32x8_lane(v, l_ + 2); \
    } while (0)
#define f32x8_add_upper1(v) \
    do { \
        for (int l_ = 0; l_ < 1; ++l_) \
            f32x8_lane(v, l_) += f32x8_lane(v, l_ + 1); \
    } while (0)
#endif
#define f32x8_add_lanes(total, v) \
    do { \
        f32x8 t_; \
        t_ = (v); \
        f32x8_add_upper4(t_); \
        f32x8_add_upper2(t_); \
        f32x8_add_upper1(t_); \
        (total) += f32x8_lane(t_, 0); \
    } while (0)
#if defined(__AVX512VL__) && !defined(CONVGEN_PORTABLE)
#define f32x8_mask(n) ((unsigned char)((1u << (n)) - 1u))
#define f32x8_load_first(v, p, n) \
    ((v) = __builtin_ia32_loadups256_mask((const void *)(p), (f32x8){0}, \
        f32x8_mask(n)))
#define f32x8_load_lanes(v, p, from, to) \
    ((v) = __builtin_ia32_loadups256_mask((const void *)((p) - (from)), (f32x8){0}, \
        (unsigned char)(f32x8_mask(to) ^ f32x8_mask(from))))
#define f32x8_store_first(p, n, v) \
    __builtin_ia32_storeups256_mask((void *)(p), (v), f32x8_mask(n))
#else
#define f32x8_load_first(v, p, n) f32x8_load_each(v, p, 1, 0, n)
#define f32x8_load_lanes(v, p, from, to) f32x8_load_each(v, p, 1, from, to)
#define f32x8_store_first(p, n, v) f32x8_store_each(p, 1, n, v)
#endif
#ifdef CONVGEN_F32X8_SHUFFLES
/* Every second number of two vectors, which share one so that neither reads further. */
#define f32x8_load_evens(v, p) \
    do { \
        f32x8 low_, high_; \
        f32x8_load(low_, p); \
        f32x8_load(high_, (p) + 7); \
        (v) = __builtin_shufflevector(low_, high_, \
            0, 2, 4, 6, 9, 11, 13, 15); \
    } while (0)
#if defined(__AVX512VL__)
#define f32x8_within(n) ((n) < 0 ? 0 : (n) < 8 ? (n) : 8)
#define f32x8_lanes(from, to) \
    ((unsigned char)(f32x8_mask(f32x8_within(to)) ^ f32x8_mask(f32x8_within(from))))
/* The same for some lanes; gcc 12 would drop a mask whose lanes nothing keeps, hence the asm. */
#define f32x8_load_some_evens(v, p, from, to) \
    do { \
        f32x8 low_, high_; \
        low_ = __builtin_ia32_loadups256_mask( \
            (const void *)((p) - 2 * (from)), (f32x8){0}, \
            f32x8_lanes(2 * (from), 2 * (to) - 1)); \
        high_ = __builtin_ia32_loadups256_mask( \
            (const void *)((p) - 2 * (from) + 8), (f32x8){0}, \
            f32x8_lanes(2 * (from) - 8, 2 * (to) - 9)); \
        __asm__("" : "+v"(low_), "+v"(high_)); \
        (v) = __builtin_shufflevector(low_, high_, \
            0, 2, 4, 6, 8, 10, 12, 14); \
    } while (0)
#define f32x8_store_evens(p, n, v) \
    do { \
        const f32x8 v_ = (v); \
        __builtin_ia32_storeups256_mask((void *)(p), \
            __builtin_shufflevector(v_, v_, 0, 0, 1, 1, 2, 2, 3, 3), \
            f32x8_lanes(0, 2 * (n) - 1) & 0x5555); \
        if ((n) > 4) \
            __builtin_ia32_storeups256_mask((void *)((p) + 8), \
                __builtin_shufflevector(v_, v_, \
                    4, 4, 5, 5, 6, 6, 7, 7), \
                f32x8_lanes(0, 2 * (n) - 9) & 0x5555); \
    } while (0)
#else
#define f32x8_load_some_evens(v, p, from, to) f32x8_load_each(v, p, 2, from, to)
#define f32x8_store_evens(p, n, v) f32x8_store_each(p, 2, n, v)
#endif
#define f32x8_load_apart(v, p, step, from, to) \
    do { \
        if ((step) != 2) \
            f32x8_load_each(v, p, step, from, to); \
        else if ((from) == 0 && (to) == 8) \
            f32x8_load_evens(v, p); \
        else \
            f32x8_load_some_evens(v, p, from, to); \
    } while (0)
#define f32x8_store_apart(p, step, n, v) \
    do { \
        if ((step) != 2) \
            f32x8_store_each(p, step, n, v); \
        else \
            f32x8_store_evens(p, n, v); \
    } while (0)
#else
#define f32x8_load_apart(v, p, step, from, to) f32x8_load_each(v, p, step, from, to)
#define f32x8_store_apart(p, step, n, v) f32x8_store_each(p, step, n, v)
#endif
#endif

#ifndef CONVGEN_F32X8_COMBINES
#define CONVGEN_F32X8_COMBINES
/* Sums and multiples of whole vectors. */
#if defined(__GNUC__) && !defined(CONVGEN_PORTABLE)
#define f32x8_add(s, u) ((s) += (u))
#define f32x8_subtract(s, u) ((s) -= (u))
#define f32x8_multiply(v, a, u) ((v) = (a) * (u))
#else
#define f32x8_add(s, u) f32x8_each((s).lane[l_] += (u).lane[l_])
#define f32x8_subtract(s, u) f32x8_each((s).lane[l_] += -(u).lane[l_])
#define f32x8_multiply(v, a, u) f32x8_each((v).lane[l_] = (a) * (u).lane[l_])
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

/* Packs K for forward into the 4096 bytes of W. */
void winograd_pack_weights_forward(const float *restrict K, float *restrict W)
{
    {
        const ptrdiff_t f = 0;
        for (ptrdiff_t c = 0; c < 8; ++c) {
            {
                float S[128];
                for (ptrdiff_t q = 0; q < 3; ++q) {
                    f32x8 a0, a1, a2;
                    f32x8_load(a0, &K[f + 8 * c + 64 * q]);
                    f32x8_load(a1, &K[f + 8 * c + 64 * q + 192]);
                    f32x8_load(a2, &K[f + 8 * c + 64 * q + 384]);
                    f32x8 d0, d1, d2, d3;
                    f32x8_multiply(d0, -1.0f, a0);
                    f32x8_multiply(d1, 0.5f, a0);
                    f32x8_fma(d1, 0.5f, a2);
                    d2 = d1;
                    f32x8_fma(d2, 0.5f, a1);
                    d3 = d1;
                    f32x8_fma(d3, -0.5f, a1);
                    f32x8_store(&S[8 * q], d0);
                    f32x8_store(&S[8 * q + 32], d2);
                    f32x8_store(&S[8 * q + 64], d3);
                    f32x8_store(&S[8 * q + 96], a2);
                }
                for (ptrdiff_t p = 0; p < 4; ++p) {
                    f32x8 a0, a1, a2;
                    f32x8_load(a0, &S[32 * p]);
                    f32x8_load(a1, &S[32 * p + 8]);
                    f32x8_load(a2, &S[32 * p + 16]);
                    f32x8 d0, d1, d2, d3;
                    f32x8_multiply(d0, -1.0f, a0);
                    f32x8_multiply(d1, 0.5f, a0);
                    f32x8_fma(d1, 0.5f, a2);
                    d2 = d1;
                    f32x8_fma(d2, 0.5f, a1);
                    d3 = d1;
                    f32x8_fma(d3, -0.5f, a1);
                    f32x8_store(&W[128 * f + 8 * c + 256 * p], d0);
                    f32x8_store(&W[128 * f + 8 * c + 256 * p + 64], d2);
                    f32x8_store(&W[128 * f + 8 * c + 256 * p + 128], d3);
                    f32x8_store(&W[128 * f + 8 * c + 256 * p + 192], a2);
                }
            }
        }
    }
}

/* O[i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[i+m-1,j+n-1,c] */
void winograd_forward_packed(
    const float *restrict X, const float *restrict W, const float *restrict b, float *restrict O,
    void *restrict workspace)
{
    float *V = (float *)workspace; /* transformed data of a block of tiles */
    float *M = V + 2048; /* their products with W, summed over channels */
    float *S = M + 2048; /* a row of tiles on its way in or out */
    {
        const ptrdiff_t u = 0;
        {
            const ptrdiff_t v = 0;
            /* Data: rows of X, zeros outside of it, to S; transformed axis by axis, to V. */
            {
                const ptrdiff_t c = 0;
                for (ptrdiff_t r = 0; r < 4; ++r) {
                    for (ptrdiff_t p = 0; p < 4; ++p) {
                        const ptrdiff_t i = p + 2 * r + 2 * u - 1;
                        const ptrdiff_t n = (i >= 0) + (i < 8) == 2 ? 9 : 1;
                        {
                            const ptrdiff_t s = 0;
                            f32x8 a0;
                            f32x8_zero(a0);
                            f32x8_store(&S[80 * p + 8 * s], a0);
                        }
                        for (ptrdiff_t s = 1; s < n; ++s) {
                            f32x8 a0;
                            f32x8_load(a0, &X[c + 64 * i + 8 * s + 16 * v - 8]);
                            f32x8_store(&S[80 * p + 8 * s], a0);
                        }
                        for (ptrdiff_t s = n; s < 10; ++s) {
                            f32x8 a0;
                            f32x8_zero(a0);
                            f32x8_store(&S[80 * p + 8 * s], a0);
                        }
                    }
                    for (ptrdiff_t s = 0; s < 10; ++s) {
                        f32x8 a0, a1, a2, a3;
                        f32x8_load(a0, &S[8 * s]);
                        f32x8_load(a1, &S[8 * s + 80]);
                        f32x8_load(a2, &S[8 * s + 160]);
                        f32x8_load(a3, &S[8 * s + 240]);
                        f32x8 d0, d1, d2, d3;
                        d0 = a2;
                        f32x8_subtract(d0, a0);
                        d1 = a2;
                        f32x8_add(d1, a1);
                        d2 = a2;
                        f32x8_subtract(d2, a1);
                        d3 = a3;
                        f32x8_subtract(d3, a1);
                        f32x8_store(&S[8 * s], d0);
                        f32x8_store(&S[8 * s + 80], d1);
                        f32x8_store(&S[8 * s + 160], d2);
                        f32x8_store(&S[8 * s + 240], d3);
                    }
                    for (ptrdiff_t p = 0; p < 4; ++p) {
                        for (ptrdiff_t t = 0; t < 4; ++t) {
                            f32x8 a0, a1, a2, a3;
                            f32x8_load(a0, &S[80 * p + 16 * t]);
                            f32x8_load(a1, &S[80 * p + 16 * t + 8]);
                            f32x8_load(a2, &S[80 * p + 16 * t + 16]);
                            f32x8_load(a3, &S[80 * p + 16 * t + 24]);
                            f32x8 d0, d1, d2, d3;
                            d0 = a2;
                            f32x8_subtract(d0, a0);
                            d1 = a2;
                            f32x8_add(d1, a1);
                            d2 = a2;
                            f32x8_subtract(d2, a1);
                            d3 = a3;
                            f32x8_subtract(d3, a1);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t], d0);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t + 128], d1);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t + 256], d2);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t + 384], d3);
                        }
                    }
                }
            }
            {
                const ptrdiff_t f = 0;
                /* Products: for each place of a transformed tile a matrix product, to M. */
                for (ptrdiff_t k = 0; k < 16; ++k) {
                    for (ptrdiff_t t = 0; t < 16; t += 8) {
                        {
                            f32x8 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0;
                            f32x8_zero(s0_0);
                            f32x8_zero(s1_0);
                            f32x8_zero(s2_0);
                            f32x8_zero(s3_0);
                            f32x8_zero(s4_0);
                            f32x8_zero(s5_0);
                            f32x8_zero(s6_0);
                            f32x8_zero(s7_0);
                            const float *x = &V[8 * t + 128 * k];
                            const float *w = &W[128 * f + 64 * k];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t c = 0; c < 8; ++c) {
                                f32x8 w0;
                                f32x8_load(w0, &w[8 * c]);
                                f32x8_fma(s0_0, x[c], w0);
                                f32x8_fma(s1_0, x[c + 8], w0);
                                f32x8_fma(s2_0, x[c + 16], w0);
                                f32x8_fma(s3_0, x[c + 24], w0);
                                f32x8_fma(s4_0, x[c + 32], w0);
                                f32x8_fma(s5_0, x[c + 40], w0);
                                f32x8_fma(s6_0, x[c + 48], w0);
                                f32x8_fma(s7_0, x[c + 56], w0);
                            }
                            float *o = &M[8 * t + 128 * k];
                            f32x8_store(o, s0_0);
                            f32x8_store(o + 8, s1_0);
                            f32x8_store(o + 16, s2_0);
                            f32x8_store(o + 24, s3_0);
                            f32x8_store(o + 32, s4_0);
                            f32x8_store(o + 40, s5_0);
                            f32x8_store(o + 48, s6_0);
                            f32x8_store(o + 56, s7_0);
                        }
                    }
                }
                /* Results: M transformed back axis by axis, by way of S to O. */
                {
                    const ptrdiff_t m = 0;
                    f32x8 b0;
                    f32x8_load(b0, &b[f + m]);
                    for (ptrdiff_t r = 0; r < 4; ++r) {
                        for (ptrdiff_t p = 0; p < 4; ++p) {
                            for (ptrdiff_t t = 0; t < 4; ++t) {
                                f32x8 a0, a1, a2, a3;
                                f32x8_load(a0, &M[512 * p + 32 * r + m + 8 * t]);
                                f32x8_load(a1, &M[512 * p + 32 * r + m + 8 * t + 128]);
                                f32x8_load(a2, &M[512 * p + 32 * r + m + 8 * t + 256]);
                                f32x8_load(a3, &M[512 * p + 32 * r + m + 8 * t + 384]);
                                f32x8 d0, d1;
                                d0 = a0;
                                f32x8_add(d0, a1);
                                f32x8_add(d0, a2);
                                d1 = a1;
                                f32x8_add(d1, a3);
                                f32x8_subtract(d1, a2);
                                f32x8_store(&S[64 * p + 16 * t], d0);
                                f32x8_store(&S[64 * p + 16 * t + 8], d1);
                            }
                        }
                        for (ptrdiff_t s = 0; s < 8; ++s) {
                            f32x8 a0, a1, a2, a3;
                            f32x8_load(a0, &S[8 * s]);
                            f32x8_load(a1, &S[8 * s + 64]);
                            f32x8_load(a2, &S[8 * s + 128]);
                            f32x8_load(a3, &S[8 * s + 192]);
                            f32x8 d0, d1;
                            d0 = a0;
                            f32x8_add(d0, a1);
                            f32x8_add(d0, a2);
                            d1 = a1;
                            f32x8_add(d1, a3);
                            f32x8_subtract(d1, a2);
                            f32x8_store(&S[8 * s], d0);
                            f32x8_store(&S[8 * s + 64], d1);
                        }
                        for (ptrdiff_t p = 0; p < 2; ++p) {
                            for (ptrdiff_t s = 0; s < 8; ++s) {
                                f32x8 a0;
                                f32x8_load(a0, &S[64 * p + 8 * s]);
                                f32x8_add(a0, b0);
                                f32x8_store(&O[f + 64 * p + 8 * s + 128 * r + 128 * u + 16 * v
                                        + m], a0);
                            }
                        }
                    }
                }
            }
        }
    }
}

/* The same on K as it is. */
void winograd_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O,
    void *restrict workspace)
{
    float *W = (float *)workspace;
    winograd_pack_weights_forward(K, W);
    winograd_forward_packed(X, W, b, O, W + 1024);
}

/* Packs K for backward_data into the 4096 bytes of W. */
void winograd_pack_weights_backward_data(const float *restrict K, float *restrict W)
{
    {
        const ptrdiff_t c = 0;
        for (ptrdiff_t f = 0; f < 8; ++f) {
            {
                float S[128];
                for (ptrdiff_t q = 0; q < 3; ++q) {
                    f32x8 a0, a1, a2;
                    f32x8_load_apart(a0, &K[f + 8 * c + 512 - 64 * q], 8, 0, 8);
                    f32x8_load_apart(a1, &K[f + 8 * c + 320 - 64 * q], 8, 0, 8);
                    f32x8_load_apart(a2, &K[f + 8 * c + 128 - 64 * q], 8, 0, 8);
                    f32x8 d0, d1, d2, d3;
                    f32x8_multiply(d0, -1.0f, a0);
                    f32x8_multiply(d1, 0.5f, a0);
                    f32x8_fma(d1, 0.5f, a2);
                    d2 = d1;
                    f32x8_fma(d2, 0.5f, a1);
                    d3 = d1;
                    f32x8_fma(d3, -0.5f, a1);
                    f32x8_store(&S[8 * q], d0);
                    f32x8_store(&S[8 * q + 32], d2);
                    f32x8_store(&S[8 * q + 64], d3);
                    f32x8_store(&S[8 * q + 96], a2);
                }
                for (ptrdiff_t p = 0; p < 4; ++p) {
                    f32x8 a0, a1, a2;
                    f32x8_load(a0, &S[32 * p]);
                    f32x8_load(a1, &S[32 * p + 8]);
                    f32x8_load(a2, &S[32 * p + 16]);
                    f32x8 d0, d1, d2, d3;
                    f32x8_multiply(d0, -1.0f, a0);
                    f32x8_multiply(d1, 0.5f, a0);
                    f32x8_fma(d1, 0.5f, a2);
                    d2 = d1;
                    f32x8_fma(d2, 0.5f, a1);
                    d3 = d1;
                    f32x8_fma(d3, -0.5f, a1);
                    f32x8_store(&W[8 * f + 128 * c + 256 * p], d0);
                    f32x8_store(&W[8 * f + 128 * c + 256 * p + 64], d2);
                    f32x8_store(&W[8 * f + 128 * c + 256 * p + 128], d3);
                    f32x8_store(&W[8 * f + 128 * c + 256 * p + 192], a2);
                }
            }
        }
    }
}

/* dX[p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[i,j,f] */
void winograd_backward_data_packed(
    const float *restrict W, const float *restrict dO, float *restrict dX, void *restrict workspace)
{
    float *V = (float *)workspace; /* transformed data of a block of tiles */
    float *M = V + 2048; /* their products with W, summed over channels */
    float *S = M + 2048; /* a row of tiles on its way in or out */
    {
        const ptrdiff_t u = 0;
        {
            const ptrdiff_t v = 0;
            /* Data: rows of dO, zeros outside of it, to S; transformed axis by axis, to V. */
            {
                const ptrdiff_t c = 0;
                for (ptrdiff_t r = 0; r < 4; ++r) {
                    for (ptrdiff_t p = 0; p < 4; ++p) {
                        const ptrdiff_t i = p + 2 * r + 2 * u - 1;
                        const ptrdiff_t n = (i >= 0) + (i < 8) == 2 ? 9 : 1;
                        {
                            const ptrdiff_t s = 0;
                            f32x8 a0;
                            f32x8_zero(a0);
                            f32x8_store(&S[80 * p + 8 * s], a0);
                        }
                        for (ptrdiff_t s = 1; s < n; ++s) {
                            f32x8 a0;
                            f32x8_load(a0, &dO[c + 64 * i + 8 * s + 16 * v - 8]);
                            f32x8_store(&S[80 * p + 8 * s], a0);
                        }
                        for (ptrdiff_t s = n; s < 10; ++s) {
                            f32x8 a0;
                            f32x8_zero(a0);
                            f32x8_store(&S[80 * p + 8 * s], a0);
                        }
                    }
                    for (ptrdiff_t s = 0; s < 10; ++s) {
                        f32x8 a0, a1, a2, a3;
                        f32x8_load(a0, &S[8 * s]);
                        f32x8_load(a1, &S[8 * s + 80]);
                        f32x8_load(a2, &S[8 * s + 160]);
                        f32x8_load(a3, &S[8 * s + 240]);
                        f32x8 d0, d1, d2, d3;
                        d0 = a2;
                        f32x8_subtract(d0, a0);
                        d1 = a2;
                        f32x8_add(d1, a1);
                        d2 = a2;
                        f32x8_subtract(d2, a1);
                        d3 = a3;
                        f32x8_subtract(d3, a1);
                        f32x8_store(&S[8 * s], d0);
                        f32x8_store(&S[8 * s + 80], d1);
                        f32x8_store(&S[8 * s + 160], d2);
                        f32x8_store(&S[8 * s + 240], d3);
                    }
                    for (ptrdiff_t p = 0; p < 4; ++p) {
                        for (ptrdiff_t t = 0; t < 4; ++t) {
                            f32x8 a0, a1, a2, a3;
                            f32x8_load(a0, &S[80 * p + 16 * t]);
                            f32x8_load(a1, &S[80 * p + 16 * t + 8]);
                            f32x8_load(a2, &S[80 * p + 16 * t + 16]);
                            f32x8_load(a3, &S[80 * p + 16 * t + 24]);
                            f32x8 d0, d1, d2, d3;
                            d0 = a2;
                            f32x8_subtract(d0, a0);
                            d1 = a2;
                            f32x8_add(d1, a1);
                            d2 = a2;
                            f32x8_subtract(d2, a1);
                            d3 = a3;
                            f32x8_subtract(d3, a1);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t], d0);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t + 128], d1);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t + 256], d2);
                            f32x8_store(&V[c + 512 * p + 32 * r + 8 * t + 384], d3);
                        }
                    }
                }
            }
            {
                const ptrdiff_t c = 0;
                /* Products: for each place of a transformed tile a matrix product, to M. */
                for (ptrdiff_t k = 0; k < 16; ++k) {
                    for (ptrdiff_t t = 0; t < 16; t += 8) {
                        {
                            f32x8 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0;
                            f32x8_zero(s0_0);
                            f32x8_zero(s1_0);
                            f32x8_zero(s2_0);
                            f32x8_zero(s3_0);
                            f32x8_zero(s4_0);
                            f32x8_zero(s5_0);
                            f32x8_zero(s6_0);
                            f32x8_zero(s7_0);
                            const float *x = &V[8 * t + 128 * k];
                            const float *w = &W[128 * c + 64 * k];
                            convgen_launder(x);
                            convgen_launder(w);
                            for (ptrdiff_t f = 0; f < 8; ++f) {
                                f32x8 w0;
                                f32x8_load(w0, &w[8 * f]);
                                f32x8_fma(s0_0, x[f], w0);
                                f32x8_fma(s1_0, x[f + 8], w0);
                                f32x8_fma(s2_0, x[f + 16], w0);
                                f32x8_fma(s3_0, x[f + 24], w0);
                                f32x8_fma(s4_0, x[f + 32], w0);
                                f32x8_fma(s5_0, x[f + 40], w0);
                                f32x8_fma(s6_0, x[f + 48], w0);
                                f32x8_fma(s7_0, x[f + 56], w0);
                            }
                            float *o = &M[8 * t + 128 * k];
                            f32x8_store(o, s0_0);
                            f32x8_store(o + 8, s1_0);
                            f32x8_store(o + 16, s2_0);
                            f32x8_store(o + 24, s3_0);
                            f32x8_store(o + 32, s4_0);
                            f32x8_store(o + 40, s5_0);
                            f32x8_store(o + 48, s6_0);
                            f32x8_store(o + 56, s7_0);
                        }
                    }
                }
                /* Results: M transformed back axis by axis, by way of S to dX. */
                {
                    const ptrdiff_t m = 0;
                    for (ptrdiff_t r = 0; r < 4; ++r) {
                        for (ptrdiff_t p = 0; p < 4; ++p) {
                            for (ptrdiff_t t = 0; t < 4; ++t) {
                                f32x8 a0, a1, a2, a3;
                                f32x8_load(a0, &M[512 * p + 32 * r + m + 8 * t]);
                                f32x8_load(a1, &M[512 * p + 32 * r + m + 8 * t + 128]);
                                f32x8_load(a2, &M[512 * p + 32 * r + m + 8 * t + 256]);
                                f32x8_load(a3, &M[512 * p + 32 * r + m + 8 * t + 384]);
                                f32x8 d0, d1;
                                d0 = a0;
                                f32x8_add(d0, a1);
                                f32x8_add(d0, a2);
                                d1 = a1;
                                f32x8_add(d1, a3);
                                f32x8_subtract(d1, a2);
                                f32x8_store(&S[64 * p + 16 * t], d0);
                                f32x8_store(&S[64 * p + 16 * t + 8], d1);
                            }
                        }
                        for (ptrdiff_t s = 0; s < 8; ++s) {
                            f32x8 a0, a1, a2, a3;
                            f32x8_load(a0, &S[8 * s]);
                            f32x8_load(a1, &S[8 * s + 64]);
                            f32x8_load(a2, &S[8 * s + 128]);
                            f32x8_load(a3, &S[8 * s + 192]);
                            f32x8 d0, d1;
                            d0 = a0;
                            f32x8_add(d0, a1);
                            f32x8_add(d0, a2);
                            d1 = a1;
                            f32x8_add(d1, a3);
                            f32x8_subtract(d1, a2);
                            f32x8_store(&S[8 * s], d0);
                            f32x8_store(&S[8 * s + 64], d1);
                        }
                        for (ptrdiff_t p = 0; p < 2; ++p) {
                            for (ptrdiff_t s = 0; s < 8; ++s) {
                                f32x8 a0;
                                f32x8_load(a0, &S[64 * p + 8 * s]);
                                f32x8_store(&dX[c + 64 * p + 8 * s + 128 * r + 128 * u + 16 * v
                                        + m], a0);
                            }
                        }
                    }
                }
            }
        }
    }
}

/* The same on K as it is. */
void winograd_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX, void *restrict workspace)
{
    float *W = (float *)workspace;
    winograd_pack_weights_backward_data(K, W);
    winograd_backward_data_packed(W, dO, dX, W + 1024);
}

/* dK[m,n,c,f] = sum(i,j) dO[i,j,f] * X[i+m-1,j+n-1,c] */
void winograd_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t m = 0; m < 3; ++m) {
        const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
        const ptrdiff_t i_end = m > 1 ? 9 - m : 8;
        for (ptrdiff_t n = 0; n < 3; ++n) {
            const ptrdiff_t j_begin = n < 1 ? 1 - n : 0;
            const ptrdiff_t j_end = n > 1 ? 9 - n : 8;
            {
                const ptrdiff_t f = 0;
                {
                    const ptrdiff_t c = 0;
                    {
                        f32x8 s0_0, s1_0, s2_0, s3_0, s4_0, s5_0, s6_0, s7_0;
                        float *o = &dK[f + 8 * c + 192 * m + 64 * n];
                        f32x8_zero(s0_0);
                        f32x8_zero(s1_0);
                        f32x8_zero(s2_0);
                        f32x8_zero(s3_0);
                        f32x8_zero(s4_0);
                        f32x8_zero(s5_0);
                        f32x8_zero(s6_0);
                        f32x8_zero(s7_0);
                        for (ptrdiff_t i = i_begin; i < i_end; ++i) {
                            for (ptrdiff_t j = j_begin; j < j_end; ++j) {
                                const float *x = &X[c + 64 * i + 8 * j + 64 * m + 8 * n - 72];
                                const float *y = &dO[f + 64 * i + 8 * j];
                                f32x8 y0;
                                f32x8_load(y0, y);
                                f32x8_fma(s0_0, x[0], y0);
                                f32x8_fma(s1_0, x[1], y0);
                                f32x8_fma(s2_0, x[2], y0);
                                f32x8_fma(s3_0, x[3], y0);
                                f32x8_fma(s4_0, x[4], y0);
                                f32x8_fma(s5_0, x[5], y0);
                                f32x8_fma(s6_0, x[6], y0);
                                f32x8_fma(s7_0, x[7], y0);
                            }
                        }
                        f32x8_store(o, s0_0);
                        f32x8_store(o + 8, s1_0);
                        f32x8_store(o + 16, s2_0);
                        f32x8_store(o + 24, s3_0);
                        f32x8_store(o + 32, s4_0);
                        f32x8_store(o + 40, s5_0);
                        f32x8_store(o + 48, s6_0);
                        f32x8_store(o + 56, s7_0);
                    }
                }
            }
        }
    }
}

/* db[f] = sum(i,j) dO[i,j,f] */
void winograd_backward_bias(const float *restrict dO, float *restrict db)
{
    float sum[8];
    for (ptrdiff_t v = 0; v < 8; ++v)
        sum[v] = 0.0f;
    for (ptrdiff_t i = 0; i < 8; ++i)
        for (ptrdiff_t j = 0; j < 8; ++j)
            for (ptrdiff_t v = 0; v < 8; ++v)
                sum[v] += dO[i * 64 + j * 8 + v];
    for (ptrdiff_t v = 0; v < 8; ++v)
        db[v] = sum[v];
}
