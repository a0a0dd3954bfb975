/* convgen 0.1.0 spec: input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC
 *
 * Written by
 *     convgen generate --spec "input=8x8 kernel=3x3 in-channels=3 out-channels=6 stride=2x2 padding=0:1x0:1 groups=3 layout=HWC" \
 *         --target c --dtype float32 --name depthwise_multiplier
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q,g]        HWC   8 x 8 x 3
 *     K[m,n,0,2*g+f]  HWIO  3 x 3 x 1 x 6
 *     b[2*g+f]        O     6
 *     O[i,j,2*g+f]    HWC   4 x 4 x 6
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           loops          726        726  10  b, then (m, n)
 *     backward_data     loops          726        726  18  0, then (i, j, f)
 *     backward_weights  loops          726        726  16  0, then (i, j)
 *     backward_bias     unrolled         0         90  16  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef DEPTHWISE_MULTIPLIER_H
#define DEPTHWISE_MULTIPLIER_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[i,j,2*g+f] = b[2*g+f] + sum(m,n) K[m,n,0,2*g+f] * X[2*i+m,2*j+n,g] */
void depthwise_multiplier_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[p,q,g] = sum(f,i,j,m,n | 2*i+m = p, 2*j+n = q) K[m,n,0,2*g+f] * dO[i,j,2*g+f] */
void depthwise_multiplier_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[m,n,0,2*g+f] = sum(i,j) dO[i,j,2*g+f] * X[2*i+m,2*j+n,g] */
void depthwise_multiplier_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK);

/* db[2*g+f] = sum(i,j) dO[i,j,2*g+f] */
void depthwise_multiplier_backward_bias(
    const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
