/* convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=4 out-channels=4 padding=1x1 groups=4
 *
 * Written by
 *     convgen generate --spec "input=8x8 kernel=3x3 in-channels=4 out-channels=4 padding=1x1 groups=4" \
 *         --target c --dtype float32 --name depthwise
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[g,p,q]    CHW   4 x 8 x 8
 *     K[g,0,m,n]  OIHW  4 x 1 x 3 x 3
 *     b[g]        O     4
 *     O[g,i,j]    CHW   4 x 8 x 8
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           tiled        1,936      1,936  10  b, then (m, n)
 *     backward_data     tiled        1,936      1,936   9  0, then (m, n)
 *     backward_weights  tiled        1,936      1,936  64  0, then (i, j) in lanes, by halves
 *     backward_bias     unrolled         0        252  64  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef DEPTHWISE_H
#define DEPTHWISE_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[g,i,j] = b[g] + sum(m,n) K[g,0,m,n] * X[g,i+m-1,j+n-1] */
void depthwise_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[g,p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[g,0,m,n] * dO[g,i,j] */
void depthwise_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[g,0,m,n] = sum(i,j) dO[g,i,j] * X[g,i+m-1,j+n-1] */
void depthwise_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK);

/* db[g] = sum(i,j) dO[g,i,j] */
void depthwise_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
