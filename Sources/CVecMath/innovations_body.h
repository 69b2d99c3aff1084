// The recursion of innovations.c for GROUPS groups of four lanes, included once for each number and set of
// instructions. No include guard.

// `a = T a + K g`; without an autoregression T only moves up.
TARGET static inline void NAME(innovations_move)(size_t size, int has_phi, const lanes *phi,
                                                 const lanes *gain, const lanes *first,
                                                 const lanes *g, lanes *a) {
  if (has_phi)
    for (size_t i = 0; i < size; i++)
      for (size_t k = 0; k < GROUPS; k++) {
        size_t place = i * GROUPS + k;
        a[place] = phi[place] * first[k] + a[place + GROUPS] + gain[place] * g[k];
      }
  else
    for (size_t i = 0; i < size; i++)
      for (size_t k = 0; k < GROUPS; k++) {
        size_t place = i * GROUPS + k;
        a[place] = a[place + GROUPS] + gain[place] * g[k];
      }
}

TARGET static int NAME(innovations)(size_t n, size_t size, const double *y, const double *x,
                                    int has_phi, const lanes *phi, lanes *gain, lanes *direction,
                                    lanes *a, lanes *b, lanes *variance, double *sums) {
  lanes scale[GROUPS], yy[GROUPS], xy[GROUPS], xx[GROUPS], product[GROUPS], logs[GROUPS];
  lanes g[GROUPS], h[GROUPS], first[GROUPS], second[GROUPS];
  lanes z[GROUPS], change[GROUPS], next[GROUPS], step[GROUPS], share[GROUPS];
  truths is_live[GROUPS];
  int failed = 0, any_live = 1;
  for (size_t k = 0; k < GROUPS; k++) {
    lanes zero = {0, 0, 0, 0}, one = zero + 1;
    scale[k] = -1 / variance[k];
    yy[k] = xy[k] = xx[k] = logs[k] = zero;
    product[k] = one;
    is_live[k] = zero == zero;
  }
  for (size_t t = 0; t < n; t++) {
    for (size_t k = 0; k < GROUPS; k++) {
      lanes inverse = 1 / variance[k], v = y[t] - a[k];
      yy[k] += v * v * inverse;
      g[k] = v * inverse;
      first[k] = a[k];
      if (x) {
        lanes u = x[t] - b[k];
        xy[k] += v * u * inverse;
        xx[k] += u * u * inverse;
        h[k] = u * inverse;
        second[k] = b[k];
      }
      product[k] *= variance[k];
      truths is_far = (product[k] > 1e200) | (product[k] < 1e-200);
      if (is_far[0] | is_far[1] | is_far[2] | is_far[3])
        for (int lane = 0; lane < 4; lane++)
          if (is_far[lane]) {
            logs[k][lane] += log(product[k][lane]);
            product[k][lane] = 1;
          }
    }
    if (x) NAME(innovations_move)(size, has_phi, phi, gain, second, h, b);
    if (!any_live) {
      NAME(innovations_move)(size, has_phi, phi, gain, first, g, a);
      continue;
    }
    // Lanes that stand still have z = 0, which changes nothing.
    for (size_t k = 0; k < GROUPS; k++) {
      z[k] = (lanes)((truths)direction[k] & is_live[k]);
      step[k] = scale[k] * z[k];
      change[k] = step[k] * z[k];
      next[k] = variance[k] + change[k];
      share[k] = z[k] / next[k];
    }
    if (has_phi)
      for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k < GROUPS; k++) {
          size_t place = i * GROUPS + k;
          lanes before = gain[place], moved = phi[place] * z[k] + direction[place + GROUPS];
          a[place] = phi[place] * first[k] + a[place + GROUPS] + before * g[k];
          lanes after = before + moved * step[k];
          gain[place] = after;
          direction[place] = moved - after * share[k];
        }
    else
      for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k < GROUPS; k++) {
          size_t place = i * GROUPS + k;
          lanes before = gain[place], moved = direction[place + GROUPS];
          a[place] = a[place + GROUPS] + before * g[k];
          lanes after = before + moved * step[k];
          gain[place] = after;
          direction[place] = moved - after * share[k];
        }
    any_live = 0;
    for (size_t k = 0; k < GROUPS; k++) {
      scale[k] += scale[k] * change[k] / variance[k];
      variance[k] = next[k];
      truths is_lost = is_live[k] & ~(next[k] > 0.999);
      lanes size_of_change = (lanes)((truths)change[k] & INT64_MAX);
      truths may_rest = is_live[k] & (size_of_change < 1e-14 * next[k]);
      for (int lane = 0; lane < 4; lane++) {
        if (is_lost[lane]) {
          failed |= 1 << (4 * k + lane);
          is_live[k][lane] = 0;
        } else if (may_rest[lane]) {
          double sum = 0;
          for (size_t i = 0; i <= size; i++) {
            double d = direction[i * GROUPS + k][lane];
            sum += d * d;
          }
          if (sum * fabs(scale[k][lane]) < 1e-14) is_live[k][lane] = 0;
        }
      }
      any_live |= (is_live[k][0] | is_live[k][1] | is_live[k][2] | is_live[k][3]) != 0;
    }
  }
  for (size_t k = 0; k < GROUPS; k++)
    for (size_t lane = 0; lane < 4; lane++) {
      double *own = sums + 4 * (4 * k + lane);
      own[0] = yy[k][lane];
      own[1] = xy[k][lane];
      own[2] = xx[k][lane];
      own[3] = logs[k][lane] + log(product[k][lane]);
    }
  return failed;
}
