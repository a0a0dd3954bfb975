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

#ifndef WINOGRAD_H
#define WINOGRAD_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[i+m-1,j+n-1,c] */
void winograd_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O, void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 4,096 bytes. */
void winograd_pack_weights_forward(const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void winograd_forward_packed(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT W,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O, void *CONVGEN_RESTRICT workspace);

/* dX[p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[i,j,f] */
void winograd_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX,
    void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 4,096 bytes. */
void winograd_pack_weights_backward_data(
    const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void winograd_backward_data_packed(
    const float *CONVGEN_RESTRICT W, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX,
    void *CONVGEN_RESTRICT workspace);

/* dK[m,n,c,f] = sum(i,j) dO[i,j,f] * X[i+m-1,j+n-1,c] */
void winograd_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK);

/* db[f] = sum(i,j) dO[i,j,f] */
void winograd_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
