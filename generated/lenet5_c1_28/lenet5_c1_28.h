/* convgen 0.1.0 spec: input=28x28 kernel=5x5 in-channels=1 out-channels=6 padding=2x2
 *
 * Written by
 *     convgen generate --spec "input=28x28 kernel=5x5 in-channels=1 out-channels=6 padding=2x2" \
 *         --target c --dtype float32 --name lenet5_c1_28
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[0,p,q]    CHW   1 x 28 x 28
 *     K[f,0,m,n]  OIHW  6 x 1 x 5 x 5
 *     b[f]        O     6
 *     O[f,i,j]    CHW   6 x 28 x 28
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form   products  additions    n  order of each sum
 *     forward           tiled   107,736    107,736   26  b, then (m, n)
 *     backward_data     tiled   107,736    107,736  150  0, then (m, f, n)
 *     backward_weights  tiled   107,736    107,736  784  0, then (i, j)
 *     backward_bias     loops         0      4,704  784  0, then (i, j)
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     backward_weights        25,888 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef LENET5_C1_28_H
#define LENET5_C1_28_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[f,i,j] = b[f] + sum(m,n) K[f,0,m,n] * X[0,i+m-2,j+n-2] */
void lenet5_c1_28_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[0,p,q] = sum(f,i,j,m,n | i+m-2 = p, j+n-2 = q) K[f,0,m,n] * dO[f,i,j] */
void lenet5_c1_28_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[f,0,m,n] = sum(i,j) dO[f,i,j] * X[0,i+m-2,j+n-2] */
void lenet5_c1_28_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

/* db[f] = sum(i,j) dO[f,i,j] */
void lenet5_c1_28_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
