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

#ifndef LAYOUT_NHWC_H
#define LAYOUT_NHWC_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[e,i,j,f] = b[f] + sum(c,m,n) K[m,n,c,f] * X[e,i+m-1,j+n-1,c] */
void layout_nhwc_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O, void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 288 bytes. */
void layout_nhwc_pack_weights_forward(const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void layout_nhwc_forward_packed(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT W,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[e,p,q,c] = sum(f,i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n,c,f] * dO[e,i,j,f] */
void layout_nhwc_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[m,n,c,f] = sum(e,i,j) dO[e,i,j,f] * X[e,i+m-1,j+n-1,c] */
void layout_nhwc_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

/* db[f] = sum(e,i,j) dO[e,i,j,f] */
void layout_nhwc_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
