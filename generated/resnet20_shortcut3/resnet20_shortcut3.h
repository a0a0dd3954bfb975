/* convgen 0.1.0 spec: input=16x16 kernel=1x1 in-channels=32 out-channels=64 stride=2x2 bias=no
 *
 * Written by
 *     convgen generate --spec "input=16x16 kernel=1x1 in-channels=32 out-channels=64 stride=2x2 bias=no" \
 *         --target c --dtype float32 --name resnet20_shortcut3
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   32 x 16 x 16
 *     K[f,c,0,0]  OIHW  64 x 32 x 1 x 1
 *     O[f,i,j]    CHW   64 x 8 x 8
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form   products  additions   n  order of each sum
 *     forward           tiled   131,072    131,072  32  0, then (c)
 *     backward_data     tiled   131,072    131,072  64  0, then (f)
 *     backward_weights  tiled   131,072    131,072  64  0, then (i, j)
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                  8,192 bytes
 *     backward_weights        50,176 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef RESNET20_SHORTCUT3_H
#define RESNET20_SHORTCUT3_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[f,i,j] = sum(c) K[f,c,0,0] * X[c,2*i,2*j] */
void resnet20_shortcut3_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT O,
    void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 8,192 bytes. */
void resnet20_shortcut3_pack_weights_forward(
    const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void resnet20_shortcut3_forward_packed(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT W, float *CONVGEN_RESTRICT O);

/* dX[c,p,q] = sum(f,i,j | 2*i = p, 2*j = q) K[f,c,0,0] * dO[f,i,j] */
void resnet20_shortcut3_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[f,c,0,0] = sum(i,j) dO[f,i,j] * X[c,2*i,2*j] */
void resnet20_shortcut3_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
