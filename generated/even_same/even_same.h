/* convgen 0.1.0 spec: input=6x6 kernel=4x2 padding=1:2x0:1
 *
 * Written by
 *     convgen generate --spec "input=6x6 kernel=4x2 padding=1:2x0:1" \
 *         --target c --dtype float32 --name even_same
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,q]  HW  6 x 6
 *     K[m,n]  HW  4 x 2
 *     b[0]    O   1
 *     O[i,j]  HW  6 x 6
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           unrolled       220        220   9  as written
 *     backward_data     unrolled       220        184   8  as written
 *     backward_weights  unrolled       220        212  36  as written
 *     backward_bias     unrolled         0         35  36  as written
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

#ifndef EVEN_SAME_H
#define EVEN_SAME_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[i,j] = b[0] + sum(m,n) K[m,n] * X[i+m-1,j+n] */
void even_same_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[p,q] = sum(i,j,m,n | i+m-1 = p, j+n = q) K[m,n] * dO[i,j] */
void even_same_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[m,n] = sum(i,j) dO[i,j] * X[i+m-1,j+n] */
void even_same_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK);

/* db[0] = sum(i,j) dO[i,j] */
void even_same_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
