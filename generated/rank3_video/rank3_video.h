/* convgen 0.1.0 spec: input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1
 *
 * Written by
 *     convgen generate --spec "input=4x8x8 kernel=3x3x3 in-channels=3 out-channels=4 stride=1x2x2 padding=1x1x1" \
 *         --target c --dtype float32 --name rank3_video
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q,s]    CDHW   3 x 4 x 8 x 8
 *     K[f,c,m,n,t]  OIDHW  4 x 3 x 3 x 3 x 3
 *     b[f]          O      4
 *     O[f,i,j,l]    CDHW   4 x 4 x 4 x 4
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions    n  order of each sum
 *     forward           tiled       14,520     14,520   82  b, then (m, n, t, c)
 *     backward_data     tiled       14,520     14,520  108  0, then (m, n, f, t)
 *     backward_weights  tiled       14,520     14,520   64  0, then (i, j, l)
 *     backward_bias     unrolled         0        252   64  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                  1,296 bytes
 *     backward_weights         2,320 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef RANK3_VIDEO_H
#define RANK3_VIDEO_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[f,i,j,l] = b[f] + sum(c,m,n,t) K[f,c,m,n,t] * X[c,i+m-1,2*j+n-1,2*l+t-1] */
void rank3_video_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O, void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 1,296 bytes. */
void rank3_video_pack_weights_forward(const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void rank3_video_forward_packed(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT W,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[c,p,q,s] = sum(f,i,j,l,m,n,t | i+m-1 = p, 2*j+n-1 = q, 2*l+t-1 = s) K[f,c,m,n,t]
 *     * dO[f,i,j,l] */
void rank3_video_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[f,c,m,n,t] = sum(i,j,l) dO[f,i,j,l] * X[c,i+m-1,2*j+n-1,2*l+t-1] */
void rank3_video_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

/* db[f] = sum(i,j,l) dO[f,i,j,l] */
void rank3_video_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
