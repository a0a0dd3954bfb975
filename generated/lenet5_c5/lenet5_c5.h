/* convgen 0.1.0 spec: input=5x5 kernel=5x5 in-channels=16 out-channels=120
 *
 * Written by
 *     convgen generate --spec "input=5x5 kernel=5x5 in-channels=16 out-channels=120" \
 *         --target c --dtype float32 --name lenet5_c5
 *
 * Arrays of float32, contiguous, the last axis fastest; a gradient is shaped as its array
 *     X[c,p,q]    CHW   16 x 5 x 5
 *     K[f,c,m,n]  OIHW  120 x 16 x 5 x 5
 *     b[f]        O     120
 *     O[f,0,0]    CHW   120 x 1 x 1
 *
 * An index outside its array reads 0.
 *
 * Operations as executed, and n, the terms of the longest sum
 *     pass              form      products  additions    n  order of each sum
 *     forward           tiled       48,000     48,000  401  b, then (m, n, c)
 *     backward_data     tiled       48,000     48,000  120  0, then (m, n, f)
 *     backward_weights  tiled       48,000     48,000    1  0
 *     backward_bias     unrolled         0          0    1  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. An infinity or NaN reaches every result of which it is a
 * factor; where its partner's index lies outside its array, the result may be NaN too; no other is.
 *
 * Laid out for the instruction set 'portable': vectors of up to 16 bytes
 * Scratch memory that a pass is given, aligned as its numbers are or better
 *     forward                192,000 bytes
 *     backward_data          192,000 bytes
 *     backward_weights        19,200 bytes
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     tiled     tiles of sums in vector registers, lanes along channels, in the order of the
 *               letters, the last fastest; products with padding in idle lanes alone; for channels
 *               that fill vectors
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#ifndef LENET5_C5_H
#define LENET5_C5_H

#ifdef __cplusplus
#define CONVGEN_RESTRICT __restrict
extern "C" {
#else
#define CONVGEN_RESTRICT restrict
#endif

/* O[f,0,0] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,m,n] */
void lenet5_c5_forward(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT K,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O, void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 192,000 bytes. */
void lenet5_c5_pack_weights_forward(const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void lenet5_c5_forward_packed(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT W,
    const float *CONVGEN_RESTRICT b, float *CONVGEN_RESTRICT O);

/* dX[c,p,q] = sum(f,m,n | m = p, n = q) K[f,c,m,n] * dO[f,0,0] */
void lenet5_c5_backward_data(
    const float *CONVGEN_RESTRICT K, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX,
    void *CONVGEN_RESTRICT workspace);

/* The same in two steps; the first is needed once for each K and writes 192,000 bytes. */
void lenet5_c5_pack_weights_backward_data(
    const float *CONVGEN_RESTRICT K, float *CONVGEN_RESTRICT W);
void lenet5_c5_backward_data_packed(
    const float *CONVGEN_RESTRICT W, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dX);

/* dK[f,c,m,n] = dO[f,0,0] * X[c,m,n] */
void lenet5_c5_backward_weights(
    const float *CONVGEN_RESTRICT X, const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT dK,
    void *CONVGEN_RESTRICT workspace);

/* db[f] = dO[f,0,0] */
void lenet5_c5_backward_bias(const float *CONVGEN_RESTRICT dO, float *CONVGEN_RESTRICT db);

#undef CONVGEN_RESTRICT
#ifdef __cplusplus
}
#endif

#endif
