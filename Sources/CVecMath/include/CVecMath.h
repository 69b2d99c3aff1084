#pragma once
#include <stddef.h>

// Elementwise exponential and natural logarithm over arrays, through glibc's vector library where the
// processor has AVX2 and FMA and through the scalar functions elsewhere. `out` may equal `in`.
// Error at most 4 ulp; special values (infinities, NaN, zero) as exp(3) and log(3) define them.
// The result for a value does not depend on its place in the array.
void agyn_exp(size_t n, const double *in, double *out);
void agyn_log(size_t n, const double *in, double *out);

// 1 where the vector routines are in use, 0 where the scalar ones are.
int agyn_vector_math(void);
