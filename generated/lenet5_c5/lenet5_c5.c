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
 *     forward           loops       48,000     48,000  401  b, then (c, m, n)
 *     backward_data     loops       48,000     48,000  120  0, then (f, m, n)
 *     backward_weights  loops       48,000     48,000    1  0
 *     backward_bias     unrolled         0          0    1  as written
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

#include "lenet5_c5.h"

#include <stddef.h>

/* O[f,0,0] = b[f] + sum(c,m,n) K[f,c,m,n] * X[c,m,n] */
void lenet5_c5_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    /* f = 0 .. 111 */
    for (ptrdiff_t f = 0; f < 112; f += 16) {
        float sum[16];
        for (ptrdiff_t v = 0; v < 16; ++v)
            sum[v] = b[f + v];
        for (ptrdiff_t c = 0; c < 16; ++c)
            for (ptrdiff_t m = 0; m < 5; ++m)
                for (ptrdiff_t n = 0; n < 5; ++n)
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        sum[v] += K[(f + v) * 400 + c * 25 + m * 5 + n] * X[c * 25 + m * 5 + n];
        for (ptrdiff_t v = 0; v < 16; ++v)
            O[f + v] = sum[v];
    }
    /* f = 112 .. 119 */
    {
        float sum[8];
        for (ptrdiff_t v = 0; v < 8; ++v)
            sum[v] = b[v + 112];
        for (ptrdiff_t c = 0; c < 16; ++c)
            for (ptrdiff_t m = 0; m < 5; ++m)
                for (ptrdiff_t n = 0; n < 5; ++n)
                    for (ptrdiff_t v = 0; v < 8; ++v)
                        sum[v] += K[(v + 112) * 400 + c * 25 + m * 5 + n] * X[c * 25 + m * 5 + n];
        for (ptrdiff_t v = 0; v < 8; ++v)
            O[v + 112] = sum[v];
    }
}

/* dX[c,p,q] = sum(f,m,n | m = p, n = q) K[f,c,m,n] * dO[f,0,0] */
void lenet5_c5_backward_data(const float *restrict K, const float *restrict dO, float *restrict dX)
{
    for (ptrdiff_t p = 0; p < 5; ++p) {
        const ptrdiff_t m_begin = p > 0 ? p : 0;
        const ptrdiff_t m_end = p < 4 ? p + 1 : 5;
        for (ptrdiff_t q = 0; q < 5; ++q) {
            const ptrdiff_t n_begin = q > 0 ? q : 0;
            const ptrdiff_t n_end = q < 4 ? q + 1 : 5;
            float sum[16];
            for (ptrdiff_t v = 0; v < 16; ++v)
                sum[v] = 0.0f;
            for (ptrdiff_t f = 0; f < 120; ++f)
                for (ptrdiff_t m = m_begin; m < m_end; ++m)
                    for (ptrdiff_t n = n_begin; n < n_end; ++n)
                        for (ptrdiff_t v = 0; v < 16; ++v)
                            sum[v] += K[f * 400 + v * 25 + m * 5 + n] * dO[f + p - m + q - n];
            for (ptrdiff_t v = 0; v < 16; ++v)
                dX[v * 25 + p * 5 + q] = sum[v];
        }
    }
}

/* dK[f,c,m,n] = dO[f,0,0] * X[c,m,n] */
void lenet5_c5_backward_weights(
    const float *restrict X, const float *restrict dO, float *restrict dK)
{
    for (ptrdiff_t c = 0; c < 16; ++c) {
        for (ptrdiff_t m = 0; m < 5; ++m) {
            for (ptrdiff_t n = 0; n < 5; ++n) {
                /* f = 0 .. 111 */
                for (ptrdiff_t f = 0; f < 112; f += 16) {
                    float sum[16];
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        sum[v] += dO[f + v] * X[c * 25 + m * 5 + n];
                    for (ptrdiff_t v = 0; v < 16; ++v)
                        dK[(f + v) * 400 + c * 25 + m * 5 + n] = sum[v];
                }
                /* f = 112 .. 119 */
                {
                    float sum[8];
                    for (ptrdiff_t v = 0; v < 8; ++v)
                        sum[v] = 0.0f;
                    for (ptrdiff_t v = 0; v < 8; ++v)
                        sum[v] += dO[v + 112] * X[c * 25 + m * 5 + n];
                    for (ptrdiff_t v = 0; v < 8; ++v)
                        dK[(v + 112) * 400 + c * 25 + m * 5 + n] = sum[v];
                }
            }
        }
    }
}

/* db[f] = dO[f,0,0] */
void lenet5_c5_backward_bias(const float *restrict dO, float *restrict db)
{
    const float dO_000_0_0 = dO[0];
    const float dO_001_0_0 = dO[1];
    const float dO_002_0_0 = dO[2];
    const float dO_003_0_0 = dO[3];
    const float dO_004_0_0 = dO[4];
    const float dO_005_0_0 = dO[5];
    const float dO_006_0_0 = dO[6];
    const float dO_007_0_0 = dO[7];
    const float dO_008_0_0 = dO[8];
    const float dO_009_0_0 = dO[9];
    const float dO_010_0_0 = dO[10];
    const float dO_011_0_0 = dO[11];
    const float dO_012_0_0 = dO[12];
    const float dO_013_0_0 = dO[13];
    const float dO_014_0_0 = dO[14];
    const float dO_015_0_0 = dO[15];
    const float dO_016_0_0 = dO[16];
    const float dO_017_0_0 = dO[17];
    const float dO_018_0_0 = dO[18];
    const float dO_019_0_0 = dO[19];
    const float dO_020_0_0 = dO[20];
    const float dO_021_0_0 = dO[21];
    const float dO_022_0_0 = dO[22];
    const float dO_023_0_0 = dO[23];
    const float dO_024_0_0 = dO[24];
    const float dO_025_0_0 = dO[25];
    const float dO_026_0_0 = dO[26];
    const float dO_027_0_0 = dO[27];
    const float dO_028_0_0 = dO[28];
    const float dO_029_0_0 = dO[29];
    const float dO_030_0_0 = dO[30];
    const float dO_031_0_0 = dO[31];
    const float dO_032_0_0 = dO[32];
    const float dO_033_0_0 = dO[33];
    const float dO_034_0_0 = dO[34];
    const float dO_035_0_0 = dO[35];
    const float dO_036_0_0 = dO[36];
    const float dO_037_0_0 = dO[37];
    const float dO_038_0_0 = dO[38];
    const float dO_039_0_0 = dO[39];
    const float dO_040_0_0 = dO[40];
    const float dO_041_0_0 = dO[41];
    const float dO_042_0_0 = dO[42];
    const float dO_043_0_0 = dO[43];
    const float dO_044_0_0 = dO[44];
    const float dO_045_0_0 = dO[45];
    const float dO_046_0_0 = dO[46];
    const float dO_047_0_0 = dO[47];
    const float dO_048_0_0 = dO[48];
    const float dO_049_0_0 = dO[49];
    const float dO_050_0_0 = dO[50];
    const float dO_051_0_0 = dO[51];
    const float dO_052_0_0 = dO[52];
    const float dO_053_0_0 = dO[53];
    const float dO_054_0_0 = dO[54];
    const float dO_055_0_0 = dO[55];
    const float dO_056_0_0 = dO[56];
    const float dO_057_0_0 = dO[57];
    const float dO_058_0_0 = dO[58];
    const float dO_059_0_0 = dO[59];
    const float dO_060_0_0 = dO[60];
    const float dO_061_0_0 = dO[61];
    const float dO_062_0_0 = dO[62];
    const float dO_063_0_0 = dO[63];
    const float dO_064_0_0 = dO[64];
    const float dO_065_0_0 = dO[65];
    const float dO_066_0_0 = dO[66];
    const float dO_067_0_0 = dO[67];
    const float dO_068_0_0 = dO[68];
    const float dO_069_0_0 = dO[69];
    const float dO_070_0_0 = dO[70];
    const float dO_071_0_0 = dO[71];
    const float dO_072_0_0 = dO[72];
    const float dO_073_0_0 = dO[73];
    const float dO_074_0_0 = dO[74];
    const float dO_075_0_0 = dO[75];
    const float dO_076_0_0 = dO[76];
    const float dO_077_0_0 = dO[77];
    const float dO_078_0_0 = dO[78];
    const float dO_079_0_0 = dO[79];
    const float dO_080_0_0 = dO[80];
    const float dO_081_0_0 = dO[81];
    const float dO_082_0_0 = dO[82];
    const float dO_083_0_0 = dO[83];
    const float dO_084_0_0 = dO[84];
    const float dO_085_0_0 = dO[85];
    const float dO_086_0_0 = dO[86];
    const float dO_087_0_0 = dO[87];
    const float dO_088_0_0 = dO[88];
    const float dO_089_0_0 = dO[89];
    const float dO_090_0_0 = dO[90];
    const float dO_091_0_0 = dO[91];
    const float dO_092_0_0 = dO[92];
    const float dO_093_0_0 = dO[93];
    const float dO_094_0_0 = dO[94];
    const float dO_095_0_0 = dO[95];
    const float dO_096_0_0 = dO[96];
    const float dO_097_0_0 = dO[97];
    const float dO_098_0_0 = dO[98];
    const float dO_099_0_0 = dO[99];
    const float dO_100_0_0 = dO[100];
    const float dO_101_0_0 = dO[101];
    const float dO_102_0_0 = dO[102];
    const float dO_103_0_0 = dO[103];
    const float dO_104_0_0 = dO[104];
    const float dO_105_0_0 = dO[105];
    const float dO_106_0_0 = dO[106];
    const float dO_107_0_0 = dO[107];
    const float dO_108_0_0 = dO[108];
    const float dO_109_0_0 = dO[109];
    const float dO_110_0_0 = dO[110];
    const float dO_111_0_0 = dO[111];
    const float dO_112_0_0 = dO[112];
    const float dO_113_0_0 = dO[113];
    const float dO_114_0_0 = dO[114];
    const float dO_115_0_0 = dO[115];
    const float dO_116_0_0 = dO[116];
    const float dO_117_0_0 = dO[117];
    const float dO_118_0_0 = dO[118];
    const float dO_119_0_0 = dO[119];

    /* db_000 */ db[0] = dO_000_0_0;
    /* db_001 */ db[1] = dO_001_0_0;
    /* db_002 */ db[2] = dO_002_0_0;
    /* db_003 */ db[3] = dO_003_0_0;
    /* db_004 */ db[4] = dO_004_0_0;
    /* db_005 */ db[5] = dO_005_0_0;
    /* db_006 */ db[6] = dO_006_0_0;
    /* db_007 */ db[7] = dO_007_0_0;
    /* db_008 */ db[8] = dO_008_0_0;
    /* db_009 */ db[9] = dO_009_0_0;
    /* db_010 */ db[10] = dO_010_0_0;
    /* db_011 */ db[11] = dO_011_0_0;
    /* db_012 */ db[12] = dO_012_0_0;
    /* db_013 */ db[13] = dO_013_0_0;
    /* db_014 */ db[14] = dO_014_0_0;
    /* db_015 */ db[15] = dO_015_0_0;
    /* db_016 */ db[16] = dO_016_0_0;
    /* db_017 */ db[17] = dO_017_0_0;
    /* db_018 */ db[18] = dO_018_0_0;
    /* db_019 */ db[19] = dO_019_0_0;
    /* db_020 */ db[20] = dO_020_0_0;
    /* db_021 */ db[21] = dO_021_0_0;
    /* db_022 */ db[22] = dO_022_0_0;
    /* db_023 */ db[23] = dO_023_0_0;
    /* db_024 */ db[24] = dO_024_0_0;
    /* db_025 */ db[25] = dO_025_0_0;
    /* db_026 */ db[26] = dO_026_0_0;
    /* db_027 */ db[27] = dO_027_0_0;
    /* db_028 */ db[28] = dO_028_0_0;
    /* db_029 */ db[29] = dO_029_0_0;
    /* db_030 */ db[30] = dO_030_0_0;
    /* db_031 */ db[31] = dO_031_0_0;
    /* db_032 */ db[32] = dO_032_0_0;
    /* db_033 */ db[33] = dO_033_0_0;
    /* db_034 */ db[34] = dO_034_0_0;
    /* db_035 */ db[35] = dO_035_0_0;
    /* db_036 */ db[36] = dO_036_0_0;
    /* db_037 */ db[37] = dO_037_0_0;
    /* db_038 */ db[38] = dO_038_0_0;
    /* db_039 */ db[39] = dO_039_0_0;
    /* db_040 */ db[40] = dO_040_0_0;
    /* db_041 */ db[41] = dO_041_0_0;
    /* db_042 */ db[42] = dO_042_0_0;
    /* db_043 */ db[43] = dO_043_0_0;
    /* db_044 */ db[44] = dO_044_0_0;
    /* db_045 */ db[45] = dO_045_0_0;
    /* db_046 */ db[46] = dO_046_0_0;
    /* db_047 */ db[47] = dO_047_0_0;
    /* db_048 */ db[48] = dO_048_0_0;
    /* db_049 */ db[49] = dO_049_0_0;
    /* db_050 */ db[50] = dO_050_0_0;
    /* db_051 */ db[51] = dO_051_0_0;
    /* db_052 */ db[52] = dO_052_0_0;
    /* db_053 */ db[53] = dO_053_0_0;
    /* db_054 */ db[54] = dO_054_0_0;
    /* db_055 */ db[55] = dO_055_0_0;
    /* db_056 */ db[56] = dO_056_0_0;
    /* db_057 */ db[57] = dO_057_0_0;
    /* db_058 */ db[58] = dO_058_0_0;
    /* db_059 */ db[59] = dO_059_0_0;
    /* db_060 */ db[60] = dO_060_0_0;
    /* db_061 */ db[61] = dO_061_0_0;
    /* db_062 */ db[62] = dO_062_0_0;
    /* db_063 */ db[63] = dO_063_0_0;
    /* db_064 */ db[64] = dO_064_0_0;
    /* db_065 */ db[65] = dO_065_0_0;
    /* db_066 */ db[66] = dO_066_0_0;
    /* db_067 */ db[67] = dO_067_0_0;
    /* db_068 */ db[68] = dO_068_0_0;
    /* db_069 */ db[69] = dO_069_0_0;
    /* db_070 */ db[70] = dO_070_0_0;
    /* db_071 */ db[71] = dO_071_0_0;
    /* db_072 */ db[72] = dO_072_0_0;
    /* db_073 */ db[73] = dO_073_0_0;
    /* db_074 */ db[74] = dO_074_0_0;
    /* db_075 */ db[75] = dO_075_0_0;
    /* db_076 */ db[76] = dO_076_0_0;
    /* db_077 */ db[77] = dO_077_0_0;
    /* db_078 */ db[78] = dO_078_0_0;
    /* db_079 */ db[79] = dO_079_0_0;
    /* db_080 */ db[80] = dO_080_0_0;
    /* db_081 */ db[81] = dO_081_0_0;
    /* db_082 */ db[82] = dO_082_0_0;
    /* db_083 */ db[83] = dO_083_0_0;
    /* db_084 */ db[84] = dO_084_0_0;
    /* db_085 */ db[85] = dO_085_0_0;
    /* db_086 */ db[86] = dO_086_0_0;
    /* db_087 */ db[87] = dO_087_0_0;
    /* db_088 */ db[88] = dO_088_0_0;
    /* db_089 */ db[89] = dO_089_0_0;
    /* db_090 */ db[90] = dO_090_0_0;
    /* db_091 */ db[91] = dO_091_0_0;
    /* db_092 */ db[92] = dO_092_0_0;
    /* db_093 */ db[93] = dO_093_0_0;
    /* db_094 */ db[94] = dO_094_0_0;
    /* db_095 */ db[95] = dO_095_0_0;
    /* db_096 */ db[96] = dO_096_0_0;
    /* db_097 */ db[97] = dO_097_0_0;
    /* db_098 */ db[98] = dO_098_0_0;
    /* db_099 */ db[99] = dO_099_0_0;
    /* db_100 */ db[100] = dO_100_0_0;
    /* db_101 */ db[101] = dO_101_0_0;
    /* db_102 */ db[102] = dO_102_0_0;
    /* db_103 */ db[103] = dO_103_0_0;
    /* db_104 */ db[104] = dO_104_0_0;
    /* db_105 */ db[105] = dO_105_0_0;
    /* db_106 */ db[106] = dO_106_0_0;
    /* db_107 */ db[107] = dO_107_0_0;
    /* db_108 */ db[108] = dO_108_0_0;
    /* db_109 */ db[109] = dO_109_0_0;
    /* db_110 */ db[110] = dO_110_0_0;
    /* db_111 */ db[111] = dO_111_0_0;
    /* db_112 */ db[112] = dO_112_0_0;
    /* db_113 */ db[113] = dO_113_0_0;
    /* db_114 */ db[114] = dO_114_0_0;
    /* db_115 */ db[115] = dO_115_0_0;
    /* db_116 */ db[116] = dO_116_0_0;
    /* db_117 */ db[117] = dO_117_0_0;
    /* db_118 */ db[118] = dO_118_0_0;
    /* db_119 */ db[119] = dO_119_0_0;
}
