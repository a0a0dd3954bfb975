/* convgen 0.1.0 spec: input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1 layout=HWC
 *
 * Written by
 *     convgen generate --spec "input=4x5 kernel=3x3 in-channels=2 out-channels=3 padding=1x1 layout=HWC" \
 *         --target c --dtype float32 --name layout_hwc
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q,c]    HWC   4 x 5 x 2
 *     K[m,n,c,f]  HWIO  3 x 3 x 2 x 3
 *     b[f]        O     3
 *     O[i,j,f]    HWC   4 x 5 x 3
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           tiled          780        780  19  b, then (m, n, c)
 *     backward_data     loops          780        780  27  0, then (m, n, f)
 *     backward_weights  tiled          780        780  20  0, then (i, j)
 *     backward_bias     unrolled         0         57  20  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                    288 bytes
 *     backward_weights           320 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef LAYOUT_HWC_H
#define LAYOUT_HWC_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[i+m-1,j+n-1,c] */
void layout_hwc_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O, void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 288 bytes. */
void layout_hwc_pack_weights_forward(const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void layout_hwc_forward_packed(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT W,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[i,j,f] */
void layout_hwc_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[m,n,c,f] = sum(i,j) dO[i,j,f] * X[i+m-1,j+n-1,c] */
void layout_hwc_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

/* db[f] = sum(i,j) dO[i,j,f] */
void layout_hwc_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
