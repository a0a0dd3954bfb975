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
 *     forward           loops          960        960   9  b, then (m, c)
 *     backward_data     loops          960        960   8  0, then (m, f)
 *     backward_weights  loops          960        960  32  0, then (i)
 *     backward_bias     unrolled         0        124  32  as written
 *
 * A sum of n terms has an error of at most n u / (1 - n u) times the sum of their magnitudes,
 * u = 2^-24, in any order, with or without fused multiply-adds, plus n 2^-149 where products
 * underflow; no partial sum may overflow. Infinities and NaN go through the operations executed.
 *
 * Forms; a pass has the first that suits it, unless another was asked for
 *     unrolled  straight-line, every product written out; for up to 512 terms
 *     loops     constant bounds, sums in registers in the order of the letters, the last fastest;
 *               no product with padding; for everything larger
 */

#include "rank1_wavenet.h"

#include <stddef.h>

/* O[i,f] = b[f] + sum(c,m) K[m,c,f] * X[i+4*m-4,c] */
void rank1_wavenet_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t i = 0; i < 32; ++i) {
        const ptrdiff_t m_begin = i < 4 ? (7 - i) / 4 : 0;
        float sum[4];
        for (ptrdiff_t v = 0; v < 4; ++v)
            sum[v] = b[v];
        for (ptrdiff_t m = m_begin; m < 2; ++m)
            for (ptrdiff_t c = 0; c < 4; ++c)
                for (ptrdiff_t v = 0; v < 4; ++v)
                    sum[v] += K[m * 16 + c * 4 + v] * X[(i + 4 * m - 4) * 4 + c];
        for (ptrdiff_t v = 0; v < 4; ++v)
            O[i * 4 + v] = sum[v];
    }
}

/* dX[p,c] = sum(f,i,m | i+4*m-4 = p) K[m,c,f] * dO[i,f] */
void rank1_wavenet_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 32; ++p) {
        const ptrdiff_t m_begin = p > 27 ? (p - 24) / 4 : 0;
        float sum[4];
        for (ptrdiff_t v = 0; v < 4; ++v)
            sum[v] = 0.0f;
        for (ptrdiff_t m = m_begin; m < 2; ++m)
            for (ptrdiff_t f = 0; f < 4; ++f)
                for (ptrdiff_t v = 0; v < 4; ++v)
                    sum[v] += K[m * 16 + v * 4 + f] * dO[(p + 4 - 4 * m) * 4 + f];
        for (ptrdiff_t v = 0; v < 4; ++v)
            dX[p * 4 + v] = sum[v];
    }
}

/* dK[m,c,f] = sum(i) dO[i,f] * X[i+4*m-4,c] */
void rank1_wavenet_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t m = 0; m < 2; ++m) {
        const ptrdiff_t i_begin = m < 1 ? 4 - 4 * m : 0;
        for (ptrdiff_t c = 0; c < 4; ++c) {
            float sum[4];
            for (ptrdiff_t v = 0; v < 4; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t i = i_begin; i < 32; ++i)
                for (ptrdiff_t v = 0; v < 4; ++v)
                    sum[v] += dO[i * 4 + v] * X[(i + 4 * m - 4) * 4 + c];
            for (ptrdiff_t v = 0; v < 4; ++v)
                dK[m * 16 + c * 4 + v] = sum[v];
        }
    }
}

/* db[f] = sum(i) dO[i,f] */
void rank1_wavenet_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_00_0 = dO[0], dO_00_1 = dO[1], dO_00_2 = dO[2], dO_00_3 = dO[3];
    const float dO_01_0 = dO[4], dO_01_1 = dO[5], dO_01_2 = dO[6], dO_01_3 = dO[7];
    const float dO_02_0 = dO[8], dO_02_1 = dO[9], dO_02_2 = dO[10], dO_02_3 = dO[11];
    const float dO_03_0 = dO[12], dO_03_1 = dO[13], dO_03_2 = dO[14], dO_03_3 = dO[15];
    const float dO_04_0 = dO[16], dO_04_1 = dO[17], dO_04_2 = dO[18], dO_04_3 = dO[19];
    const float dO_05_0 = dO[20], dO_05_1 = dO[21], dO_05_2 = dO[22], dO_05_3 = dO[23];
    const float dO_06_0 = dO[24], dO_06_1 = dO[25], dO_06_2 = dO[26], dO_06_3 = dO[27];
    const float dO_07_0 = dO[28], dO_07_1 = dO[29], dO_07_2 = dO[30], dO_07_3 = dO[31];
    const float dO_08_0 = dO[32], dO_08_1 = dO[33], dO_08_2 = dO[34], dO_08_3 = dO[35];
    const float dO_09_0 = dO[36], dO_09_1 = dO[37], dO_09_2 = dO[38], dO_09_3 = dO[39];
    const float dO_10_0 = dO[40], dO_10_1 = dO[41], dO_10_2 = dO[42], dO_10_3 = dO[43];
    const float dO_11_0 = dO[44], dO_11_1 = dO[45], dO_11_2 = dO[46], dO_11_3 = dO[47];
    const float dO_12_0 = dO[48], dO_12_1 = dO[49], dO_12_2 = dO[50], dO_12_3 = dO[51];
    const float dO_13_0 = dO[52], dO_13_1 = dO[53], dO_13_2 = dO[54], dO_13_3 = dO[55];
    const float dO_14_0 = dO[56], dO_14_1 = dO[57], dO_14_2 = dO[58], dO_14_3 = dO[59];
    const float dO_15_0 = dO[60], dO_15_1 = dO[61], dO_15_2 = dO[62], dO_15_3 = dO[63];
    const float dO_16_0 = dO[64], dO_16_1 = dO[65], dO_16_2 = dO[66], dO_16_3 = dO[67];
    const float dO_17_0 = dO[68], dO_17_1 = dO[69], dO_17_2 = dO[70], dO_17_3 = dO[71];
    const float dO_18_0 = dO[72], dO_18_1 = dO[73], dO_18_2 = dO[74], dO_18_3 = dO[75];
    const float dO_19_0 = dO[76], dO_19_1 = dO[77], dO_19_2 = dO[78], dO_19_3 = dO[79];
    const float dO_20_0 = dO[80], dO_20_1 = dO[81], dO_20_2 = dO[82], dO_20_3 = dO[83];
    const float dO_21_0 = dO[84], dO_21_1 = dO[85], dO_21_2 = dO[86], dO_21_3 = dO[87];
    const float dO_22_0 = dO[88], dO_22_1 = dO[89], dO_22_2 = dO[90], dO_22_3 = dO[91];
    const float dO_23_0 = dO[92], dO_23_1 = dO[93], dO_23_2 = dO[94], dO_23_3 = dO[95];
    const float dO_24_0 = dO[96], dO_24_1 = dO[97], dO_24_2 = dO[98], dO_24_3 = dO[99];
    const float dO_25_0 = dO[100], dO_25_1 = dO[101], dO_25_2 = dO[102], dO_25_3 = dO[103];
    const float dO_26_0 = dO[104], dO_26_1 = dO[105], dO_26_2 = dO[106], dO_26_3 = dO[107];
    const float dO_27_0 = dO[108], dO_27_1 = dO[109], dO_27_2 = dO[110], dO_27_3 = dO[111];
    const float dO_28_0 = dO[112], dO_28_1 = dO[113], dO_28_2 = dO[114], dO_28_3 = dO[115];
    const float dO_29_0 = dO[116], dO_29_1 = dO[117], dO_29_2 = dO[118], dO_29_3 = dO[119];
    const float dO_30_0 = dO[120], dO_30_1 = dO[121], dO_30_2 = dO[122], dO_30_3 = dO[123];
    const float dO_31_0 = dO[124], dO_31_1 = dO[125], dO_31_2 = dO[126], dO_31_3 = dO[127];

    /* db_0 */ db[0] = dO_00_0 + dO_01_0 + dO_02_0 + dO_03_0 + dO_04_0 + dO_05_0 + dO_06_0
        + dO_07_0 + dO_08_0 + dO_09_0 + dO_10_0 + dO_11_0 + dO_12_0 + dO_13_0 + dO_14_0 + dO_15_0
        + dO_16_0 + dO_17_0 + dO_18_0 + dO_19_0 + dO_20_0 + dO_21_0 + dO_22_0 + dO_23_0 + dO_24_0
        + dO_25_0 + dO_26_0 + dO_27_0 + dO_28_0 + dO_29_0 + dO_30_0 + dO_31_0;
    /* db_1 */ db[1] = dO_00_1 + dO_01_1 + dO_02_1 + dO_03_1 + dO_04_1 + dO_05_1 + dO_06_1
        + dO_07_1 + dO_08_1 + dO_09_1 + dO_10_1 + dO_11_1 + dO_12_1 + dO_13_1 + dO_14_1 + dO_15_1
        + dO_16_1 + dO_17_1 + dO_18_1 + dO_19_1 + dO_20_1 + dO_21_1 + dO_22_1 + dO_23_1 + dO_24_1
        + dO_25_1 + dO_26_1 + dO_27_1 + dO_28_1 + dO_29_1 + dO_30_1 + dO_31_1;
    /* db_2 */ db[2] = dO_00_2 + dO_01_2 + dO_02_2 + dO_03_2 + dO_04_2 + dO_05_2 + dO_06_2
        + dO_07_2 + dO_08_2 + dO_09_2 + dO_10_2 + dO_11_2 + dO_12_2 + dO_13_2 + dO_14_2 + dO_15_2
        + dO_16_2 + dO_17_2 + dO_18_2 + dO_19_2 + dO_20_2 + dO_21_2 + dO_22_2 + dO_23_2 + dO_24_2
        + dO_25_2 + dO_26_2 + dO_27_2 + dO_28_2 + dO_29_2 + dO_30_2 + dO_31_2;
    /* db_3 */ db[3] = dO_00_3 + dO_01_3 + dO_02_3 + dO_03_3 + dO_04_3 + dO_05_3 + dO_06_3
        + dO_07_3 + dO_08_3 + dO_09_3 + dO_10_3 + dO_11_3 + dO_12_3 + dO_13_3 + dO_14_3 + dO_15_3
        + dO_16_3 + dO_17_3 + dO_18_3 + dO_19_3 + dO_20_3 + dO_21_3 + dO_22_3 + dO_23_3 + dO_24_3
        + dO_25_3 + dO_26_3 + dO_27_3 + dO_28_3 + dO_29_3 + dO_30_3 + dO_31_3;
}
