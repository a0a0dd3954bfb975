/* A convolution of two spatial axes as one writes it first: every size a constant of the compiler's command,
 * NCHW and OIHW, no tiles, no vectors. What a kernel should at least be ahead of. */
#include <string.h>

#define X_AT(n, g, c, x, y) X[((((n) * G + (g)) * C + (c)) * H_IN + (x)) * W_IN + (y)]
#define K_AT(g, f, c, u, v) K[((((g) * F + (f)) * C + (c)) * H_TAPS + (u)) * W_TAPS + (v)]
#define O_AT(n, g, f, i, j) O[((((n) * G + (g)) * F + (f)) * H_OUT + (i)) * W_OUT + (j)]

#define EACH(index, size) for (long index = 0; index < (size); ++index)

/* Every product of the definition whose entry of X is inside. */
#define PRODUCTS(statement)                                                                       \
    EACH(n, N) EACH(g, G) EACH(f, F) EACH(c, C) EACH(u, H_TAPS) EACH(v, W_TAPS) EACH(i, H_OUT) {  \
        const long x = H_STRIDE * i + H_DILATION * u - H_BEFORE;                                  \
        if (x < 0 || x >= H_IN)                                                                   \
            continue;                                                                             \
        EACH(j, W_OUT) {                                                                          \
            const long y = W_STRIDE * j + W_DILATION * v - W_BEFORE;                              \
            if (y >= 0 && y < W_IN)                                                               \
                statement;                                                                        \
        }                                                                                         \
    }

void naive_forward(
    const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O)
{
    EACH(n, N) EACH(g, G) EACH(f, F) EACH(i, H_OUT) EACH(j, W_OUT)
        O_AT(n, g, f, i, j) = b[g * F + f];
    PRODUCTS(O_AT(n, g, f, i, j) += K_AT(g, f, c, u, v) * X_AT(n, g, c, x, y))
}

void naive_backward_data(const float *restrict K, const float *restrict O, float *restrict X)
{
    memset(X, 0, sizeof(float) * N * G * C * H_IN * W_IN);
    PRODUCTS(X_AT(n, g, c, x, y) += K_AT(g, f, c, u, v) * O_AT(n, g, f, i, j))
}

void naive_backward_weights(const float *restrict X, const float *restrict O, float *restrict K)
{
    EACH(g, G) EACH(f, F) EACH(c, C) EACH(u, H_TAPS) EACH(v, W_TAPS) {
        float sum = 0;
        EACH(n, N) EACH(i, H_OUT) {
            const long x = H_STRIDE * i + H_DILATION * u - H_BEFORE;
            if (x < 0 || x >= H_IN)
                continue;
            EACH(j, W_OUT) {
                const long y = W_STRIDE * j + W_DILATION * v - W_BEFORE;
                if (y >= 0 && y < W_IN)
                    sum += O_AT(n, g, f, i, j) * X_AT(n, g, c, x, y);
            }
        }
        K_AT(g, f, c, u, v) = sum;
    }
}
