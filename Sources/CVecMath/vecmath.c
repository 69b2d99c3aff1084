#include "CVecMath.h"
#include <math.h>
#include <string.h>

// glibc's libmvec exports its vector routines under the names of the x86-64 vector function ABI:
// `d` AVX2, `N` unmasked, `4` lanes, `v` one vector argument. No header declares them.
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))

__m256d _ZGVdN4v_exp(__m256d) AVX2;
__m256d _ZGVdN4v_log(__m256d) AVX2;

// The last one to three elements go through the same vector routine, padded with 1, so that a value
// has the same bits wherever it stands in an array.
#define ELEMENTWISE(name, routine)                                        \
  AVX2 static void name(size_t n, const double *in, double *out) {        \
    size_t k = 0;                                                         \
    for (; k + 4 <= n; k += 4)                                            \
      _mm256_storeu_pd(out + k, routine(_mm256_loadu_pd(in + k)));        \
    if (k < n) {                                                          \
      double lanes[4] = {1, 1, 1, 1};                                     \
      memcpy(lanes, in + k, (n - k) * sizeof(double));                    \
      _mm256_storeu_pd(lanes, routine(_mm256_loadu_pd(lanes)));           \
      memcpy(out + k, lanes, (n - k) * sizeof(double));                   \
    }                                                                     \
  }

ELEMENTWISE(exp_avx2, _ZGVdN4v_exp)
ELEMENTWISE(log_avx2, _ZGVdN4v_log)

// libmvec's AVX2 code also uses FMA.
int agyn_has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

int agyn_vector_math(void) { return agyn_has_avx2(); }

void agyn_exp(size_t n, const double *in, double *out) {
  if (agyn_has_avx2()) { exp_avx2(n, in, out); return; }
  for (size_t k = 0; k < n; k++) out[k] = exp(in[k]);
}

void agyn_log(size_t n, const double *in, double *out) {
  if (agyn_has_avx2()) { log_avx2(n, in, out); return; }
  for (size_t k = 0; k < n; k++) out[k] = log(in[k]);
}

#else

int agyn_has_avx2(void) { return 0; }

int agyn_vector_math(void) { return 0; }

void agyn_exp(size_t n, const double *in, double *out) {
  for (size_t k = 0; k < n; k++) out[k] = exp(in[k]);
}

void agyn_log(size_t n, const double *in, double *out) {
  for (size_t k = 0; k < n; k++) out[k] = log(in[k]);
}

#endif
