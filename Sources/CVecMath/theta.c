#include "CVecMath.h"

// Sums of products of a Theta model under eight smoothing weights. Lanes are rounded as each alone: no sum of products
// is fused, whatever the processor.

#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));

#define TARGET
#define NAME(x) x##_plain
#include "theta_body.h"
#undef NAME
#undef TARGET

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#define NAME(x) x##_avx2
#include "theta_body.h"
#undef NAME
#undef TARGET
#endif

void agyn_theta_sums(size_t n, size_t uncounted, const double *y, const double *intercept,
                     const double *slope, const double *alphas, double *sums) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) {
    theta_sums_avx2(n, uncounted, y, intercept, slope, alphas, sums);
    return;
  }
#endif
  theta_sums_plain(n, uncounted, y, intercept, slope, alphas, sums);
}
