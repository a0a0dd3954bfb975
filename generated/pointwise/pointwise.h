/* convgen 0.1.0 spec: input=4x4 kernel=1x1 in-channels=3 out-channels=5 bias=no
 *
 * Written by
 *     convgen generate --spec "input=4x4 kernel=1x1 in-channels=3 out-channels=5 bias=no" \
 *         --target c --dtype float32 --name pointwise
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   3 x 4 x 4
 *     K[f,c,0,0]  OIHW  5 x 3 x 1 x 1
 *     O[f,i,j]    CHW   5 x 4 x 4
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           unrolled       240        160   3  as written
 *     backward_data     unrolled       240        192   5  as written
 *     backward_weights  unrolled       240        225  16  as written
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

#ifndef POINTWISE_H
#define POINTWISE_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[f,i,j] = sum(c) K[f,c,0,0] * X[c,i,j] */
void pointwise_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT O);

/* dX[c,p,q] = sum(f,i,j | i = p, j = q) K[f,c,0,0] * dO[f,i,j] */
void pointwise_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[f,c,0,0] = sum(i,j) dO[f,i,j] * X[c,i,j] */
void pointwise_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
