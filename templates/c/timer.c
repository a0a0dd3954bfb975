/* What a benchmark asks of C: how long calls take by the clock of the thread, and what the core can do.
 *
 * Fused products run on independent sums in registers; a copy moves memory that no cache holds. */
#define _POSIX_C_SOURCE 199309L
#include <stddef.h>
#include <string.h>
#include <time.h>

typedef void pass3(void *, void *, void *);
typedef void pass4(void *, void *, void *, void *);
typedef void pass5(void *, void *, void *, void *, void *);

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double convgen_time_pass(void (*pass)(void), void **arrays, int count, long repeats)
{
    const double start = seconds();
    for (long r = 0; r < repeats; ++r) {
        if (count == 2)
            ((void (*)(void *, void *))pass)(arrays[0], arrays[1]);
        else if (count == 3)
            ((pass3 *)pass)(arrays[0], arrays[1], arrays[2]);
        else if (count == 4)
            ((pass4 *)pass)(arrays[0], arrays[1], arrays[2], arrays[3]);
        else
            ((pass5 *)pass)(arrays[0], arrays[1], arrays[2], arrays[3], arrays[4]);
    }
    return seconds() - start;
}

double convgen_time_handle(void (*run)(void *), void *handle, long repeats)
{
    const double start = seconds();
    for (long r = 0; r < repeats; ++r)
        run(handle);
    return seconds() - start;
}

double convgen_time_copy(void *to, const void *from, size_t size, long repeats)
{
    const double start = seconds();
    for (long r = 0; r < repeats; ++r) {
        memcpy(to, from, size);
        __asm__ volatile("" : : "r"(to) : "memory");
    }
    return seconds() - start;
}

#ifndef LANES
#define LANES 16
#endif
typedef float vector __attribute__((vector_size(4 * LANES)));

/* The sums are returned through `sink`, so that no product is left out. */
double convgen_time_products(float *sink, long repeats)
{
    vector s0 = {1}, s1 = {2}, s2 = {3}, s3 = {4}, s4 = {5}, s5 = {6}, s6 = {7}, s7 = {8}, s8 = {9}, s9 = {10};
    vector s10 = {11}, s11 = {12}, factor, term;
    for (int l = 0; l < LANES; ++l) {
        factor[l] = 0.99f;
        term[l] = 0.01f;
    }
    const double start = seconds();
    for (long r = 0; r < repeats; ++r) {
        s0 = s0 * factor + term;
        s1 = s1 * factor + term;
        s2 = s2 * factor + term;
        s3 = s3 * factor + term;
        s4 = s4 * factor + term;
        s5 = s5 * factor + term;
        s6 = s6 * factor + term;
        s7 = s7 * factor + term;
        s8 = s8 * factor + term;
        s9 = s9 * factor + term;
        s10 = s10 * factor + term;
        s11 = s11 * factor + term;
    }
    const double taken = seconds() - start;
    vector sum = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
    sink[0] = sum[0];
    return taken;
}
