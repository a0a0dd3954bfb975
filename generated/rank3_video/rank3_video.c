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
 *     forward           loops       14,520     14,520   82  b, then (c, m, n, t)
 *     backward_data     loops       14,520     14,520  108  0, then (f, m, j, t)
 *     backward_weights  loops       14,520     14,520   64  0, then (i, j, l)
 *     backward_bias     unrolled         0        252   64  as written
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

#include "rank3_video.h"

#include <stddef.h>

/* O[f,i,j,l] = b[f] + sum(c,m,n,t) K[f,c,m,n,t] * X[c,i+m-1,2*j+n-1,2*l+t-1] */
void rank3_video_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    for (ptrdiff_t i = 0; i < 4; ++i) {
        const ptrdiff_t m_begin = i < 1 ? 1 - i : 0;
        const ptrdiff_t m_end = i > 2 ? 5 - i : 3;
        for (ptrdiff_t j = 0; j < 4; ++j) {
            const ptrdiff_t n_begin = j < 1 ? 1 - 2 * j : 0;
            for (ptrdiff_t l = 0; l < 4; ++l) {
                const ptrdiff_t t_begin = l < 1 ? 1 - 2 * l : 0;
                float sum[4];
                for (ptrdiff_t v = 0; v < 4; ++v)
                    sum[v] = b[v];
                for (ptrdiff_t c = 0; c < 3; ++c)
                    for (ptrdiff_t m = m_begin; m < m_end; ++m)
                        for (ptrdiff_t n = n_begin; n < 3; ++n)
                            for (ptrdiff_t t = t_begin; t < 3; ++t)
                                for (ptrdiff_t v = 0; v < 4; ++v)
                                    sum[v] += K[v * 81 + c * 27 + m * 9 + n * 3 + t]
                                        * X[c * 256 + (i + m - 1) * 64 + (2 * j + n - 1) * 8
                                            + 2 * l + t - 1];
                for (ptrdiff_t v = 0; v < 4; ++v)
                    O[v * 64 + i * 16 + j * 4 + l] = sum[v];
            }
        }
    }
}

/* dX[c,p,q,s] = sum(f,i,j,l,m,n,t | i+m-1 = p, 2*j+n-1 = q, 2*l+t-1 = s) K[f,c,m,n,t]
 *     * dO[f,i,j,l] */
void rank3_video_backward_data(
    const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t c = 0; c < 3; ++c) {
        for (ptrdiff_t p = 0; p < 4; ++p) {
            const ptrdiff_t m_begin = p > 2 ? p - 2 : 0;
            const ptrdiff_t m_end = p < 1 ? p + 2 : 3;
            for (ptrdiff_t q = 0; q < 8; ++q) {
                const ptrdiff_t j_begin = q > 1 ? q / 2 : 0;
                const ptrdiff_t j_end = q < 5 ? (q + 3) / 2 : 4;
                /* s = 0, 2 .. 6 */
                {
                    float sum[4];
                    for (ptrdiff_t v = 0; v < 4; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t f = 0; f < 4; ++f)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t j = j_begin; j < j_end; ++j)
                                for (ptrdiff_t v = 0; v < 4; ++v)
                                    sum[v] += K[f * 81 + c * 27 + m * 9 + (q + 1 - 2 * j) * 3 + 1]
                                        * dO[f * 64 + (p + 1 - m) * 16 + j * 4 + v];
                    for (ptrdiff_t v = 0; v < 4; ++v)
                        dX[c * 256 + p * 64 + q * 8 + 2 * v] = sum[v];
                }
                /* s = 1, 3 .. 5 */
                {
                    float sum[3];
                    for (ptrdiff_t v = 0; v < 3; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t f = 0; f < 4; ++f)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t j = j_begin; j < j_end; ++j)
                                for (ptrdiff_t w = 0; w < 2; ++w)
                                    for (ptrdiff_t v = 0; v < 3; ++v)
                                        sum[v] += K[f * 81 + c * 27 + m * 9 + (q + 1 - 2 * j) * 3
                                                + 2 * w]
                                            * dO[f * 64 + (p + 1 - m) * 16 + j * 4 + v + 1 - w];
                    for (ptrdiff_t v = 0; v < 3; ++v)
                        dX[c * 256 + p * 64 + q * 8 + 2 * v + 1] = sum[v];
                }
                /* s = 7 */
                {
                    float sum = 0.0f;
                    for (ptrdiff_t f = 0; f < 4; ++f)
                        for (ptrdiff_t m = m_begin; m < m_end; ++m)
                            for (ptrdiff_t j = j_begin; j < j_end; ++j)
                                sum += K[f * 81 + c * 27 + m * 9 + (q + 1 - 2 * j) * 3 + 2]
                                    * dO[f * 64 + (p + 1 - m) * 16 + j * 4 + 3];
                    dX[c * 256 + p * 64 + q * 8 + 7] = sum;
                }
            }
        }
    }
}

/* dK[f,c,m,n,t] = sum(i,j,l) dO[f,i,j,l] * X[c,i+m-1,2*j+n-1,2*l+t-1] */
void rank3_video_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 3; ++c) {
        for (ptrdiff_t m = 0; m < 3; ++m) {
            const ptrdiff_t i_begin = m < 1 ? 1 - m : 0;
            const ptrdiff_t i_end = m > 1 ? 5 - m : 4;
            for (ptrdiff_t n = 0; n < 3; ++n) {
                const ptrdiff_t j_begin = n < 1 ? (2 - n) / 2 : 0;
                for (ptrdiff_t t = 0; t < 3; ++t) {
                    const ptrdiff_t l_begin = t < 1 ? (2 - t) / 2 : 0;
                    float sum[4];
                    for (ptrdiff_t v = 0; v < 4; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t i = i_begin; i < i_end; ++i)
                        for (ptrdiff_t j = j_begin; j < 4; ++j)
                            for (ptrdiff_t l = l_begin; l < 4; ++l)
                                for (ptrdiff_t v = 0; v < 4; ++v)
                                    sum[v] += dO[v * 64 + i * 16 + j * 4 + l]
                                        * X[c * 256 + (i + m - 1) * 64 + (2 * j + n - 1) * 8
                                            + 2 * l + t - 1];
                    for (ptrdiff_t v = 0; v < 4; ++v)
                        dK[v * 81 + c * 27 + m * 9 + n * 3 + t] = sum[v];
                }
            }
        }
    }
}

/* db[f] = sum(i,j,l) dO[f,i,j,l] */
void rank3_video_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_0_0_0_0 = dO[0], dO_0_0_0_1 = dO[1], dO_0_0_0_2 = dO[2], dO_0_0_0_3 = dO[3];
    const float dO_0_0_1_0 = dO[4], dO_0_0_1_1 = dO[5], dO_0_0_1_2 = dO[6], dO_0_0_1_3 = dO[7];
    const float dO_0_0_2_0 = dO[8], dO_0_0_2_1 = dO[9], dO_0_0_2_2 = dO[10], dO_0_0_2_3 = dO[11];
    const float dO_0_0_3_0 = dO[12], dO_0_0_3_1 = dO[13], dO_0_0_3_2 = dO[14], dO_0_0_3_3 = dO[15];
    const float dO_0_1_0_0 = dO[16], dO_0_1_0_1 = dO[17], dO_0_1_0_2 = dO[18], dO_0_1_0_3 = dO[19];
    const float dO_0_1_1_0 = dO[20], dO_0_1_1_1 = dO[21], dO_0_1_1_2 = dO[22], dO_0_1_1_3 = dO[23];
    const float dO_0_1_2_0 = dO[24], dO_0_1_2_1 = dO[25], dO_0_1_2_2 = dO[26], dO_0_1_2_3 = dO[27];
    const float dO_0_1_3_0 = dO[28], dO_0_1_3_1 = dO[29], dO_0_1_3_2 = dO[30], dO_0_1_3_3 = dO[31];
    const float dO_0_2_0_0 = dO[32], dO_0_2_0_1 = dO[33], dO_0_2_0_2 = dO[34], dO_0_2_0_3 = dO[35];
    const float dO_0_2_1_0 = dO[36], dO_0_2_1_1 = dO[37], dO_0_2_1_2 = dO[38], dO_0_2_1_3 = dO[39];
    const float dO_0_2_2_0 = dO[40], dO_0_2_2_1 = dO[41], dO_0_2_2_2 = dO[42], dO_0_2_2_3 = dO[43];
    const float dO_0_2_3_0 = dO[44], dO_0_2_3_1 = dO[45], dO_0_2_3_2 = dO[46], dO_0_2_3_3 = dO[47];
    const float dO_0_3_0_0 = dO[48], dO_0_3_0_1 = dO[49], dO_0_3_0_2 = dO[50], dO_0_3_0_3 = dO[51];
    const float dO_0_3_1_0 = dO[52], dO_0_3_1_1 = dO[53], dO_0_3_1_2 = dO[54], dO_0_3_1_3 = dO[55];
    const float dO_0_3_2_0 = dO[56], dO_0_3_2_1 = dO[57], dO_0_3_2_2 = dO[58], dO_0_3_2_3 = dO[59];
    const float dO_0_3_3_0 = dO[60], dO_0_3_3_1 = dO[61], dO_0_3_3_2 = dO[62], dO_0_3_3_3 = dO[63];
    const float dO_1_0_0_0 = dO[64], dO_1_0_0_1 = dO[65], dO_1_0_0_2 = dO[66], dO_1_0_0_3 = dO[67];
    const float dO_1_0_1_0 = dO[68], dO_1_0_1_1 = dO[69], dO_1_0_1_2 = dO[70], dO_1_0_1_3 = dO[71];
    const float dO_1_0_2_0 = dO[72], dO_1_0_2_1 = dO[73], dO_1_0_2_2 = dO[74], dO_1_0_2_3 = dO[75];
    const float dO_1_0_3_0 = dO[76], dO_1_0_3_1 = dO[77], dO_1_0_3_2 = dO[78], dO_1_0_3_3 = dO[79];
    const float dO_1_1_0_0 = dO[80], dO_1_1_0_1 = dO[81], dO_1_1_0_2 = dO[82], dO_1_1_0_3 = dO[83];
    const float dO_1_1_1_0 = dO[84], dO_1_1_1_1 = dO[85], dO_1_1_1_2 = dO[86], dO_1_1_1_3 = dO[87];
    const float dO_1_1_2_0 = dO[88], dO_1_1_2_1 = dO[89], dO_1_1_2_2 = dO[90], dO_1_1_2_3 = dO[91];
    const float dO_1_1_3_0 = dO[92], dO_1_1_3_1 = dO[93], dO_1_1_3_2 = dO[94], dO_1_1_3_3 = dO[95];
    const float dO_1_2_0_0 = dO[96], dO_1_2_0_1 = dO[97], dO_1_2_0_2 = dO[98], dO_1_2_0_3 = dO[99];
    const float dO_1_2_1_0 = dO[100], dO_1_2_1_1 = dO[101], dO_1_2_1_2 = dO[102],
        dO_1_2_1_3 = dO[103];
    const float dO_1_2_2_0 = dO[104], dO_1_2_2_1 = dO[105], dO_1_2_2_2 = dO[106],
        dO_1_2_2_3 = dO[107];
    const float dO_1_2_3_0 = dO[108], dO_1_2_3_1 = dO[109], dO_1_2_3_2 = dO[110],
        dO_1_2_3_3 = dO[111];
    const float dO_1_3_0_0 = dO[112], dO_1_3_0_1 = dO[113], dO_1_3_0_2 = dO[114],
        dO_1_3_0_3 = dO[115];
    const float dO_1_3_1_0 = dO[116], dO_1_3_1_1 = dO[117], dO_1_3_1_2 = dO[118],
        dO_1_3_1_3 = dO[119];
    const float dO_1_3_2_0 = dO[120], dO_1_3_2_1 = dO[121], dO_1_3_2_2 = dO[122],
        dO_1_3_2_3 = dO[123];
    const float dO_1_3_3_0 = dO[124], dO_1_3_3_1 = dO[125], dO_1_3_3_2 = dO[126],
        dO_1_3_3_3 = dO[127];
    const float dO_2_0_0_0 = dO[128], dO_2_0_0_1 = dO[129], dO_2_0_0_2 = dO[130],
        dO_2_0_0_3 = dO[131];
    const float dO_2_0_1_0 = dO[132], dO_2_0_1_1 = dO[133], dO_2_0_1_2 = dO[134],
        dO_2_0_1_3 = dO[135];
    const float dO_2_0_2_0 = dO[136], dO_2_0_2_1 = dO[137], dO_2_0_2_2 = dO[138],
        dO_2_0_2_3 = dO[139];
    const float dO_2_0_3_0 = dO[140], dO_2_0_3_1 = dO[141], dO_2_0_3_2 = dO[142],
        dO_2_0_3_3 = dO[143];
    const float dO_2_1_0_0 = dO[144], dO_2_1_0_1 = dO[145], dO_2_1_0_2 = dO[146],
        dO_2_1_0_3 = dO[147];
    const float dO_2_1_1_0 = dO[148], dO_2_1_1_1 = dO[149], dO_2_1_1_2 = dO[150],
        dO_2_1_1_3 = dO[151];
    const float dO_2_1_2_0 = dO[152], dO_2_1_2_1 = dO[153], dO_2_1_2_2 = dO[154],
        dO_2_1_2_3 = dO[155];
    const float dO_2_1_3_0 = dO[156], dO_2_1_3_1 = dO[157], dO_2_1_3_2 = dO[158],
        dO_2_1_3_3 = dO[159];
    const float dO_2_2_0_0 = dO[160], dO_2_2_0_1 = dO[161], dO_2_2_0_2 = dO[162],
        dO_2_2_0_3 = dO[163];
    const float dO_2_2_1_0 = dO[164], dO_2_2_1_1 = dO[165], dO_2_2_1_2 = dO[166],
        dO_2_2_1_3 = dO[167];
    const float dO_2_2_2_0 = dO[168], dO_2_2_2_1 = dO[169], dO_2_2_2_2 = dO[170],
        dO_2_2_2_3 = dO[171];
    const float dO_2_2_3_0 = dO[172], dO_2_2_3_1 = dO[173], dO_2_2_3_2 = dO[174],
        dO_2_2_3_3 = dO[175];
    const float dO_2_3_0_0 = dO[176], dO_2_3_0_1 = dO[177], dO_2_3_0_2 = dO[178],
        dO_2_3_0_3 = dO[179];
    const float dO_2_3_1_0 = dO[180], dO_2_3_1_1 = dO[181], dO_2_3_1_2 = dO[182],
        dO_2_3_1_3 = dO[183];
    const float dO_2_3_2_0 = dO[184], dO_2_3_2_1 = dO[185], dO_2_3_2_2 = dO[186],
        dO_2_3_2_3 = dO[187];
    const float dO_2_3_3_0 = dO[188], dO_2_3_3_1 = dO[189], dO_2_3_3_2 = dO[190],
        dO_2_3_3_3 = dO[191];
    const float dO_3_0_0_0 = dO[192], dO_3_0_0_1 = dO[193], dO_3_0_0_2 = dO[194],
        dO_3_0_0_3 = dO[195];
    const float dO_3_0_1_0 = dO[196], dO_3_0_1_1 = dO[197], dO_3_0_1_2 = dO[198],
        dO_3_0_1_3 = dO[199];
    const float dO_3_0_2_0 = dO[200], dO_3_0_2_1 = dO[201], dO_3_0_2_2 = dO[202],
        dO_3_0_2_3 = dO[203];
    const float dO_3_0_3_0 = dO[204], dO_3_0_3_1 = dO[205], dO_3_0_3_2 = dO[206],
        dO_3_0_3_3 = dO[207];
    const float dO_3_1_0_0 = dO[208], dO_3_1_0_1 = dO[209], dO_3_1_0_2 = dO[210],
        dO_3_1_0_3 = dO[211];
    const float dO_3_1_1_0 = dO[212], dO_3_1_1_1 = dO[213], dO_3_1_1_2 = dO[214],
        dO_3_1_1_3 = dO[215];
    const float dO_3_1_2_0 = dO[216], dO_3_1_2_1 = dO[217], dO_3_1_2_2 = dO[218],
        dO_3_1_2_3 = dO[219];
    const float dO_3_1_3_0 = dO[220], dO_3_1_3_1 = dO[221], dO_3_1_3_2 = dO[222],
        dO_3_1_3_3 = dO[223];
    const float dO_3_2_0_0 = dO[224], dO_3_2_0_1 = dO[225], dO_3_2_0_2 = dO[226],
        dO_3_2_0_3 = dO[227];
    const float dO_3_2_1_0 = dO[228], dO_3_2_1_1 = dO[229], dO_3_2_1_2 = dO[230],
        dO_3_2_1_3 = dO[231];
    const float dO_3_2_2_0 = dO[232], dO_3_2_2_1 = dO[233], dO_3_2_2_2 = dO[234],
        dO_3_2_2_3 = dO[235];
    const float dO_3_2_3_0 = dO[236], dO_3_2_3_1 = dO[237], dO_3_2_3_2 = dO[238],
        dO_3_2_3_3 = dO[239];
    const float dO_3_3_0_0 = dO[240], dO_3_3_0_1 = dO[241], dO_3_3_0_2 = dO[242],
        dO_3_3_0_3 = dO[243];
    const float dO_3_3_1_0 = dO[244], dO_3_3_1_1 = dO[245], dO_3_3_1_2 = dO[246],
        dO_3_3_1_3 = dO[247];
    const float dO_3_3_2_0 = dO[248], dO_3_3_2_1 = dO[249], dO_3_3_2_2 = dO[250],
        dO_3_3_2_3 = dO[251];
    const float dO_3_3_3_0 = dO[252], dO_3_3_3_1 = dO[253], dO_3_3_3_2 = dO[254],
        dO_3_3_3_3 = dO[255];

    /* db_0 */ db[0] = dO_0_0_0_0 + dO_0_0_0_1 + dO_0_0_0_2 + dO_0_0_0_3 + dO_0_0_1_0 + dO_0_0_1_1
        + dO_0_0_1_2 + dO_0_0_1_3 + dO_0_0_2_0 + dO_0_0_2_1 + dO_0_0_2_2 + dO_0_0_2_3 + dO_0_0_3_0
        + dO_0_0_3_1 + dO_0_0_3_2 + dO_0_0_3_3 + dO_0_1_0_0 + dO_0_1_0_1 + dO_0_1_0_2 + dO_0_1_0_3
        + dO_0_1_1_0 + dO_0_1_1_1 + dO_0_1_1_2 + dO_0_1_1_3 + dO_0_1_2_0 + dO_0_1_2_1 + dO_0_1_2_2
        + dO_0_1_2_3 + dO_0_1_3_0 + dO_0_1_3_1 + dO_0_1_3_2 + dO_0_1_3_3 + dO_0_2_0_0 + dO_0_2_0_1
        + dO_0_2_0_2 + dO_0_2_0_3 + dO_0_2_1_0 + dO_0_2_1_1 + dO_0_2_1_2 + dO_0_2_1_3 + dO_0_2_2_0
        + dO_0_2_2_1 + dO_0_2_2_2 + dO_0_2_2_3 + dO_0_2_3_0 + dO_0_2_3_1 + dO_0_2_3_2 + dO_0_2_3_3
        + dO_0_3_0_0 + dO_0_3_0_1 + dO_0_3_0_2 + dO_0_3_0_3 + dO_0_3_1_0 + dO_0_3_1_1 + dO_0_3_1_2
        + dO_0_3_1_3 + dO_0_3_2_0 + dO_0_3_2_1 + dO_0_3_2_2 + dO_0_3_2_3 + dO_0_3_3_0 + dO_0_3_3_1
        + dO_0_3_3_2 + dO_0_3_3_3;
    /* db_1 */ db[1] = dO_1_0_0_0 + dO_1_0_0_1 + dO_1_0_0_2 + dO_1_0_0_3 + dO_1_0_1_0 + dO_1_0_1_1
        + dO_1_0_1_2 + dO_1_0_1_3 + dO_1_0_2_0 + dO_1_0_2_1 + dO_1_0_2_2 + dO_1_0_2_3 + dO_1_0_3_0
        + dO_1_0_3_1 + dO_1_0_3_2 + dO_1_0_3_3 + dO_1_1_0_0 + dO_1_1_0_1 + dO_1_1_0_2 + dO_1_1_0_3
        + dO_1_1_1_0 + dO_1_1_1_1 + dO_1_1_1_2 + dO_1_1_1_3 + dO_1_1_2_0 + dO_1_1_2_1 + dO_1_1_2_2
        + dO_1_1_2_3 + dO_1_1_3_0 + dO_1_1_3_1 + dO_1_1_3_2 + dO_1_1_3_3 + dO_1_2_0_0 + dO_1_2_0_1
        + dO_1_2_0_2 + dO_1_2_0_3 + dO_1_2_1_0 + dO_1_2_1_1 + dO_1_2_1_2 + dO_1_2_1_3 + dO_1_2_2_0
        + dO_1_2_2_1 + dO_1_2_2_2 + dO_1_2_2_3 + dO_1_2_3_0 + dO_1_2_3_1 + dO_1_2_3_2 + dO_1_2_3_3
        + dO_1_3_0_0 + dO_1_3_0_1 + dO_1_3_0_2 + dO_1_3_0_3 + dO_1_3_1_0 + dO_1_3_1_1 + dO_1_3_1_2
        + dO_1_3_1_3 + dO_1_3_2_0 + dO_1_3_2_1 + dO_1_3_2_2 + dO_1_3_2_3 + dO_1_3_3_0 + dO_1_3_3_1
        + dO_1_3_3_2 + dO_1_3_3_3;
    /* db_2 */ db[2] = dO_2_0_0_0 + dO_2_0_0_1 + dO_2_0_0_2 + dO_2_0_0_3 + dO_2_0_1_0 + dO_2_0_1_1
        + dO_2_0_1_2 + dO_2_0_1_3 + dO_2_0_2_0 + dO_2_0_2_1 + dO_2_0_2_2 + dO_2_0_2_3 + dO_2_0_3_0
        + dO_2_0_3_1 + dO_2_0_3_2 + dO_2_0_3_3 + dO_2_1_0_0 + dO_2_1_0_1 + dO_2_1_0_2 + dO_2_1_0_3
        + dO_2_1_1_0 + dO_2_1_1_1 + dO_2_1_1_2 + dO_2_1_1_3 + dO_2_1_2_0 + dO_2_1_2_1 + dO_2_1_2_2
        + dO_2_1_2_3 + dO_2_1_3_0 + dO_2_1_3_1 + dO_2_1_3_2 + dO_2_1_3_3 + dO_2_2_0_0 + dO_2_2_0_1
        + dO_2_2_0_2 + dO_2_2_0_3 + dO_2_2_1_0 + dO_2_2_1_1 + dO_2_2_1_2 + dO_2_2_1_3 + dO_2_2_2_0
        + dO_2_2_2_1 + dO_2_2_2_2 + dO_2_2_2_3 + dO_2_2_3_0 + dO_2_2_3_1 + dO_2_2_3_2 + dO_2_2_3_3
        + dO_2_3_0_0 + dO_2_3_0_1 + dO_2_3_0_2 + dO_2_3_0_3 + dO_2_3_1_0 + dO_2_3_1_1 + dO_2_3_1_2
        + dO_2_3_1_3 + dO_2_3_2_0 + dO_2_3_2_1 + dO_2_3_2_2 + dO_2_3_2_3 + dO_2_3_3_0 + dO_2_3_3_1
        + dO_2_3_3_2 + dO_2_3_3_3;
    /* db_3 */ db[3] = dO_3_0_0_0 + dO_3_0_0_1 + dO_3_0_0_2 + dO_3_0_0_3 + dO_3_0_1_0 + dO_3_0_1_1
        + dO_3_0_1_2 + dO_3_0_1_3 + dO_3_0_2_0 + dO_3_0_2_1 + dO_3_0_2_2 + dO_3_0_2_3 + dO_3_0_3_0
        + dO_3_0_3_1 + dO_3_0_3_2 + dO_3_0_3_3 + dO_3_1_0_0 + dO_3_1_0_1 + dO_3_1_0_2 + dO_3_1_0_3
        + dO_3_1_1_0 + dO_3_1_1_1 + dO_3_1_1_2 + dO_3_1_1_3 + dO_3_1_2_0 + dO_3_1_2_1 + dO_3_1_2_2
        + dO_3_1_2_3 + dO_3_1_3_0 + dO_3_1_3_1 + dO_3_1_3_2 + dO_3_1_3_3 + dO_3_2_0_0 + dO_3_2_0_1
        + dO_3_2_0_2 + dO_3_2_0_3 + dO_3_2_1_0 + dO_3_2_1_1 + dO_3_2_1_2 + dO_3_2_1_3 + dO_3_2_2_0
        + dO_3_2_2_1 + dO_3_2_2_2 + dO_3_2_2_3 + dO_3_2_3_0 + dO_3_2_3_1 + dO_3_2_3_2 + dO_3_2_3_3
        + dO_3_3_0_0 + dO_3_3_0_1 + dO_3_3_0_2 + dO_3_3_0_3 + dO_3_3_1_0 + dO_3_3_1_1 + dO_3_3_1_2
        + dO_3_3_1_3 + dO_3_3_2_0 + dO_3_3_2_1 + dO_3_3_2_2 + dO_3_3_2_3 + dO_3_3_3_0 + dO_3_3_3_1
        + dO_3_3_3_2 + dO_3_3_3_3;
}
