/* convgen 0.1.0 spec: input=32x32 kernel=3x3 in-channels=16 out-channels=32 stride=2x2 padding=1x1 bias=no
 *
 * Written by
 *     convgen generate --spec "input=32x32 kernel=3x3 in-channels=16 out-channels=32 stride=2x2 padding=1x1 bias=no" \
 *         --target c --dtype float32 --name resnet20_stage2_down
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   16 x 32 x 32
 *     K[f,c,m,n]  OIHW  32 x 16 x 3 x 3
 *     O[f,i,j]    CHW   32 x 16 x 16
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form    products  additions    n  order of each sum
 *     forward           tiled  1,131,008  1,131,008  144  0, then (m, n, c)
 *     backward_data     tiled  1,131,008  1,131,008  288  0, then (m, f, n)
 *     backward_weights  tiled  1,131,008  1,131,008  256  0, then (i, j)
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                 18,432 bytes
 *     backward_weights       102,912 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef RESNET20_STAGE2_DOWN_H
#define RESNET20_STAGE2_DOWN_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[f,i,j] = sum(c,m,n) K[f,c,m,n] * X[c,2*i+m-1,2*j+n-1] */
void resnet20_stage2_down_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT O,
    void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 18,432 bytes. */
void resnet20_stage2_down_pack_weights_forward(
    const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void resnet20_stage2_down_forward_packed(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT W, float *CONVGEN_RESTRICT O);

/* dX[c,p,q] = sum(f,i,j,m,n | 2*i+m-1 = p, 2*j+n-1 = q) K[f,c,m,n] * dO[f,i,j] */
void resnet20_stage2_down_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[f,c,m,n] = sum(i,j) dO[f,i,j] * X[c,2*i+m-1,2*j+n-1] */
void resnet20_stage2_down_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
