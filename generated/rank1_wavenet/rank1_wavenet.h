/* convgen 0.1.0 spec: input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC
 *
 * Written by
 *     convgen generate --spec "input=32 kernel=2 in-channels=4 out-channels=4 padding=4:0 dilation=4 layout=WC" \
 *         --target c --dtype float32 --name rank1_wavenet
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[p,c]    WC   32 x 4
 *     K[m,c,f]  WIO  2 x 4 x 4
 *     b[f]      O    4
 *     O[i,f]    WC   32 x 4
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions   n  order of each sum
 *     forward           tiled          960        960   9  b, then (m, c)
 *     backward_data     tiled          960        960   8  0, then (m, f)
 *     backward_weights  tiled          960        960  32  0, then (i)
 *     backward_bias     unrolled         0        124  32  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     backward_data              128 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef RANK1_WAVENET_H
#define RANK1_WAVENET_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[i,f] = b[f] + sum(c,m) K[m,c,f] * X[i+4*m-4,c] */
void rank1_wavenet_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[p,c] = sum(f,i,m | i+4*m-4 = p) K[m,c,f] * dO[i,f] */
void rank1_wavenet_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX,
    void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 128 bytes. */
void rank1_wavenet_pack_weights_backward_data(
    const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void rank1_wavenet_backward_data_packed(
    const float *CONVGEN_RESTRICT W, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[m,c,f] = sum(i) dO[i,f] * X[i+4*m-4,c] */
void rank1_wavenet_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK);

/* db[f] = sum(i) dO[i,f] */
void rank1_wavenet_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
