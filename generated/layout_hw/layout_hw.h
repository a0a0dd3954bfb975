/* convgen 0.1.0 spec: input=4x5 kernel=3x3 padding=1x1
 *
 * Written by
 *     convgen generate --spec "input=4x5 kernel=3x3 padding=1x1" \
 *         --target c --dtype float32 --name layout_hw
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q]  HW  4 x 5
 *     K[m,n]  HW  3 x 3
 *     b[0]    O   1
 *     O[i,j]  HW  4 x 5
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           unrolled       130        130  10  as written
 *     backward_data     unrolled       130        110   9  as written
 *     backward_weights  unrolled       130        121  20  as written
 *     backward_bias     unrolled         0         19  20  as written
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

#ifndef LAYOUT_HW_H
#define LAYOUT_HW_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-1,j+n-1] */
void layout_hw_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[p,q] = sum(i,j,m,n | i+m-1 = p, j+n-1 = q) K[m,n] * dO[i,j] */
void layout_hw_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[m,n] = sum(i,j) dO[i,j] * X[i+m-1,j+n-1] */
void layout_hw_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK);

/* db[0] = sum(i,j) dO[i,j] */
void layout_hw_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
