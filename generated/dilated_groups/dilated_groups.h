/* convgen 0.1.0 spec: input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2
 *
 * Written by
 *     convgen generate --spec "input=9x9 kernel=3x3 in-channels=4 out-channels=6 padding=2x2 dilation=2x2 groups=2" \
 *         --target c --dtype float32 --name dilated_groups
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[2*g+c,p,q]    CHW   4 x 9 x 9
 *     K[3*g+f,c,m,n]  OIHW  6 x 2 x 3 x 3
 *     b[3*g+f]        O     6
 *     O[3*g+f,i,j]    CHW   6 x 9 x 9
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           tiled        6,348      6,348  19  b, then (m, c, n)
 *     backward_data     tiled        6,348      6,348  27  0, then (m, f, n)
 *     backward_weights  tiled        6,348      6,348  81  0, then (i, j)
 *     backward_bias     unrolled         0        480  81  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     backward_weights         2,880 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef DILATED_GROUPS_H
#define DILATED_GROUPS_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[3*g+f,i,j] = b[3*g+f] + sum(c,m,n) K[3*g+f,c,m,n] * X[2*g+c,i+2*m-2,j+2*n-2] */
void dilated_groups_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[2*g+c,p,q] = sum(f,i,j,m,n | i+2*m-2 = p, j+2*n-2 = q) K[3*g+f,c,m,n] * dO[3*g+f,i,j] */
void dilated_groups_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[3*g+f,c,m,n] = sum(i,j) dO[3*g+f,i,j] * X[2*g+c,i+2*m-2,j+2*n-2] */
void dilated_groups_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

/* db[3*g+f] = sum(i,j) dO[3*g+f,i,j] */
void dilated_groups_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
