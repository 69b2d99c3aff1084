#include "CVecMath.h"
#include <math.h>

void agyn_exp(size_t n, const double *in, double *out) {
  for (size_t k = 0; k < n; k++) out[k] = exp(in[k]);
}

void agyn_log(size_t n, const double *in, double *out) {
  for (size_t k = 0; k < n; k++) out[k] = log(in[k]);
}
