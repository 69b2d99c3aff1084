#include <math.h>

#include "CVecMath.h"

// Innovations of one series under the ARMA processes of several lanes. Lanes are rounded as each alone: no sum of
// products is fused, whatever the processor.

#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t truths __attribute__((vector_size(32)));

#define TARGET
#define GROUPS 1
#define NAME(x) x##_plain_1
#include "innovations_body.h"
#undef GROUPS
#undef NAME
#define GROUPS 2
#define NAME(x) x##_plain_2
#include "innovations_body.h"
#undef GROUPS
#undef NAME
#undef TARGET

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#define GROUPS 1
#define NAME(x) x##_avx2_1
#include "innovations_body.h"
#undef GROUPS
#undef NAME
#define GROUPS 2
#define NAME(x) x##_avx2_2
#include "innovations_body.h"
#undef GROUPS
#undef NAME
#undef TARGET
#define CALL(groups, ...) \
  (agyn_has_avx2() ? innovations_avx2_##groups(__VA_ARGS__) : innovations_plain_##groups(__VA_ARGS__))
#else
#define CALL(groups, ...) innovations_plain_##groups(__VA_ARGS__)
#endif

int agyn_innovations(size_t n, size_t size, size_t groups, const double *y, const double *x,
                     int has_regressor, int has_phi, const void *phi, void *gain, void *direction,
                     void *a, void *b, void *variance, double *sums) {
  if (!has_regressor) x = NULL;
  return groups == 1
    ? CALL(1, n, size, y, x, has_phi, phi, gain, direction, a, b, variance, sums)
    : CALL(2, n, size, y, x, has_phi, phi, gain, direction, a, b, variance, sums);
}
