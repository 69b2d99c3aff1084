#include "CVecMath.h"
#include <string.h>

// Sums over origins for up to twelve cohorts at once, the inner loop of a multiregional projection.
// The order of the terms of every sum is that of the origins, whatever the tile.

static void add_plain(size_t destinations, size_t origins, size_t groups, const double *rates,
                      size_t rate_lead, const double *people, double *sums, size_t sum_lead) {
  size_t width = 4 * groups;
  for (size_t j = 0; j < destinations; j++)
    for (size_t i = 0; i < origins; i++) {
      double rate = rates[j * rate_lead + i];
      for (size_t lane = 0; lane < width; lane++)
        sums[j * sum_lead + lane] += rate * people[i * width + lane];
    }
}

static void scale_plain(size_t rows, size_t columns, const double *rates, const double *movers,
                        double *flows, double *row_sums) {
  for (size_t j = 0; j < rows; j++) {
    double lanes[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < columns; i++) {
      double moved = rates[j * columns + i] * movers[i];
      flows[j * columns + i] += moved;
      lanes[i % 4] += moved;
    }
    row_sums[j] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  }
}

static void sum_plain(size_t rows, size_t columns, const double *rates, double *sums) {
  memset(sums, 0, columns * sizeof(double));
  for (size_t j = 0; j < rows; j++)
    for (size_t i = 0; i < columns; i++) sums[i] += rates[j * columns + i];
}

static int settle_plain(size_t rows, size_t width, const double *arrivals, const double *inverse,
                        const double *tolerance, double *current) {
  int is_large = 0;
  for (size_t i = 0; i < rows; i++)
    for (size_t lane = 0; lane < 4 * width; lane++) {
      size_t k = i * 4 * width + lane;
      double next = arrivals[k] * inverse[k];
      double change = next - current[k];
      is_large |= change * change > tolerance[lane];
      current[k] = next;
    }
  return is_large;
}

static void people_plain(size_t rows, size_t groups, size_t width, const double *weights,
                         const double *first, const double *last, double *people) {
  for (size_t i = 0; i < rows; i++)
    for (size_t lane = 0; lane < 4 * groups; lane++) {
      size_t k = i * 4 * groups + lane, from = i * 4 * width + lane;
      people[k] = weights[k] * (first[from] + last[from]);
    }
}

static int survive_plain(size_t rows, size_t width, const double *counted, const double *initial,
                         const double *mortality, const double *emigration, const double *weights,
                         const double *out, double *staying, double *movable, double *dead,
                         double *abroad) {
  int is_overdrawn = 0;
  for (size_t i = 0; i < rows; i++) {
    double died[4] = {0, 0, 0, 0}, left[4] = {0, 0, 0, 0};
    for (size_t lane = 0; lane < 4 * width; lane++) {
      size_t k = i * 4 * width + lane;
      double m = mortality[k], e = emigration[k], w = weights[k];
      double alive = initial[k] * ((2 - m) / (2 + m)), gone = e + w * out[i];
      died[lane % 4] += counted[lane] * (initial[k] - alive);
      left[lane % 4] += counted[lane] * (alive * e);
      movable[k] = w * alive;
      staying[k] = alive * (1 - gone);
      is_overdrawn |= m > 2 || gone > 1;
    }
    dead[i] += (died[0] + died[1]) + (died[2] + died[3]);
    abroad[i] += (left[0] + left[1]) + (left[2] + left[3]);
  }
  return is_overdrawn;
}

static int above_plain(size_t cells, const double *a, const double *b, const double *c,
                       double limit) {
  int is_above = 0;
  for (size_t k = 0; k < cells; k++) is_above |= a[k] + b[k] + c[k] > limit;
  return is_above;
}

static void out_plain(size_t rows, size_t groups, size_t width, const double *weights,
                      const double *out, double *sums) {
  for (size_t i = 0; i < rows; i++)
    for (size_t lane = 0; lane < 4 * groups; lane++)
      sums[i * 4 * width + lane] += weights[i * 4 * groups + lane] * (2 * out[i]);
}

static double begin_plain(size_t rows, size_t width, const double *initial,
                          const double *mortality, const double *emigration, double *current,
                          double *constant, double *inverse, double *largest) {
  double kappa = 0;
  memset(largest, 0, 4 * width * sizeof(double));
  for (size_t i = 0; i < rows; i++)
    for (size_t lane = 0; lane < 4 * width; lane++) {
      size_t k = i * 4 * width + lane;
      double half_out = 0.5 * current[k];
      double half = 0.5 * (mortality[k] + emigration[k]) + half_out;
      double reciprocal = 1 / (1 + half), rest = (1 - half) * initial[k];
      double share = half_out * reciprocal;
      constant[k] = rest;
      inverse[k] = reciprocal;
      current[k] = (rest + 2 * half_out * initial[k]) * reciprocal;
      if (share > kappa) kappa = share;
      if (initial[k] > largest[lane]) largest[lane] = initial[k];
    }
  return kappa;
}

static void book_plain(size_t rows, size_t width, const double *counted, const double *initial,
                       const double *current, const double *mortality, const double *emigration,
                       double *dead, double *abroad) {
  for (size_t i = 0; i < rows; i++) {
    double died[4] = {0, 0, 0, 0}, left[4] = {0, 0, 0, 0};
    for (size_t lane = 0; lane < 4 * width; lane++) {
      size_t k = i * 4 * width + lane;
      double lived = 0.5 * counted[lane] * (initial[k] + current[k]);
      died[lane % 4] += mortality[k] * lived;
      left[lane % 4] += emigration[k] * lived;
    }
    dead[i] += (died[0] + died[1]) + (died[2] + died[3]);
    abroad[i] += (left[0] + left[1]) + (left[2] + left[3]);
  }
}

static void count_plain(size_t rows, size_t groups, const double *counted, const double *people,
                        double *movers) {
  for (size_t i = 0; i < rows; i++) {
    double sum[4] = {0, 0, 0, 0};
    for (size_t lane = 0; lane < 4 * groups; lane++)
      sum[lane % 4] += counted[lane] * people[i * 4 * groups + lane];
    movers[i] += (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
}

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,fma")))

// DESTINATIONS × GROUPS accumulators; they and one value of each operand fit the sixteen registers.
#define TILE(name, DESTINATIONS, GROUPS)                                                      \
  AVX2 static inline void name(size_t origins, const double *rates, size_t rate_lead,         \
                               const double *people, double *sums, size_t sum_lead) {         \
    __m256d sum[DESTINATIONS][GROUPS];                                                        \
    _Pragma("clang loop unroll(full)")                                                        \
    for (int j = 0; j < DESTINATIONS; j++)                                                    \
      _Pragma("clang loop unroll(full)")                                                      \
      for (int q = 0; q < GROUPS; q++) sum[j][q] = _mm256_loadu_pd(sums + j * sum_lead + 4 * q); \
    for (size_t i = 0; i < origins; i++) {                                                    \
      __m256d lanes[GROUPS];                                                                  \
      _Pragma("clang loop unroll(full)")                                                      \
      for (int q = 0; q < GROUPS; q++) lanes[q] = _mm256_loadu_pd(people + (i * GROUPS + q) * 4); \
      _Pragma("clang loop unroll(full)")                                                      \
      for (int j = 0; j < DESTINATIONS; j++) {                                                \
        __m256d rate = _mm256_broadcast_sd(rates + j * rate_lead + i);                        \
        _Pragma("clang loop unroll(full)")                                                    \
        for (int q = 0; q < GROUPS; q++) sum[j][q] = _mm256_fmadd_pd(rate, lanes[q], sum[j][q]); \
      }                                                                                       \
    }                                                                                         \
    _Pragma("clang loop unroll(full)")                                                        \
    for (int j = 0; j < DESTINATIONS; j++)                                                    \
      _Pragma("clang loop unroll(full)")                                                      \
      for (int q = 0; q < GROUPS; q++) _mm256_storeu_pd(sums + j * sum_lead + 4 * q, sum[j][q]); \
  }

TILE(tile_4_3, 4, 3)
TILE(tile_1_3, 1, 3)
TILE(tile_4_2, 4, 2)
TILE(tile_1_2, 1, 2)
TILE(tile_8_1, 8, 1)
TILE(tile_1_1, 1, 1)

#define ROWS(DESTINATIONS, GROUPS)                                                            \
  for (; j + DESTINATIONS <= destinations; j += DESTINATIONS)                                 \
    tile_##DESTINATIONS##_##GROUPS(origins, rates + j * rate_lead, rate_lead, people,         \
                                   sums + j * sum_lead, sum_lead)

AVX2 static void add_avx2(size_t destinations, size_t origins, size_t groups, const double *rates,
                          size_t rate_lead, const double *people, double *sums, size_t sum_lead) {
  size_t j = 0;
  switch (groups) {
    case 1: ROWS(8, 1); ROWS(1, 1); break;
    case 2: ROWS(4, 2); ROWS(1, 2); break;
    default: ROWS(4, 3); ROWS(1, 3);
  }
}

AVX2 static int settle_avx2(size_t rows, size_t width, const double *arrivals,
                            const double *inverse, const double *tolerance, double *current) {
  __m256d is_large = _mm256_setzero_pd();
  for (size_t i = 0; i < rows; i++)
    for (size_t q = 0; q < width; q++) {
      size_t k = (i * width + q) * 4;
      __m256d next = _mm256_mul_pd(_mm256_loadu_pd(arrivals + k), _mm256_loadu_pd(inverse + k));
      __m256d change = _mm256_sub_pd(next, _mm256_loadu_pd(current + k));
      __m256d above = _mm256_cmp_pd(_mm256_mul_pd(change, change),
                                    _mm256_loadu_pd(tolerance + 4 * q), _CMP_GT_OQ);
      is_large = _mm256_or_pd(is_large, above);
      _mm256_storeu_pd(current + k, next);
    }
  return _mm256_movemask_pd(is_large) != 0;
}

AVX2 static void people_avx2(size_t rows, size_t groups, size_t width, const double *weights,
                             const double *first, const double *last, double *people) {
  for (size_t i = 0; i < rows; i++)
    for (size_t q = 0; q < groups; q++) {
      size_t k = (i * groups + q) * 4, from = (i * width + q) * 4;
      __m256d both = _mm256_add_pd(_mm256_loadu_pd(first + from), _mm256_loadu_pd(last + from));
      _mm256_storeu_pd(people + k, _mm256_mul_pd(_mm256_loadu_pd(weights + k), both));
    }
}

AVX2 static double sum_of(__m256d x) {
  double lanes[4];
  _mm256_storeu_pd(lanes, x);
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

AVX2 static int survive_avx2(size_t rows, size_t width, const double *counted,
                             const double *initial, const double *mortality,
                             const double *emigration, const double *weights, const double *out,
                             double *staying, double *movable, double *dead, double *abroad) {
  __m256d one = _mm256_set1_pd(1), two = _mm256_set1_pd(2), over = _mm256_setzero_pd();
  for (size_t i = 0; i < rows; i++) {
    __m256d died = _mm256_setzero_pd(), left = _mm256_setzero_pd();
    __m256d leaving = _mm256_broadcast_sd(out + i);
    for (size_t q = 0; q < width; q++) {
      size_t k = (i * width + q) * 4;
      __m256d n = _mm256_loadu_pd(initial + k), m = _mm256_loadu_pd(mortality + k);
      __m256d e = _mm256_loadu_pd(emigration + k), w = _mm256_loadu_pd(weights + k);
      __m256d each = _mm256_loadu_pd(counted + 4 * q);
      __m256d share = _mm256_div_pd(_mm256_sub_pd(two, m), _mm256_add_pd(two, m));
      __m256d alive = _mm256_mul_pd(n, share);
      __m256d gone = _mm256_add_pd(e, _mm256_mul_pd(w, leaving));
      died = _mm256_add_pd(died, _mm256_mul_pd(each, _mm256_sub_pd(n, alive)));
      left = _mm256_add_pd(left, _mm256_mul_pd(each, _mm256_mul_pd(alive, e)));
      _mm256_storeu_pd(movable + k, _mm256_mul_pd(w, alive));
      _mm256_storeu_pd(staying + k, _mm256_mul_pd(alive, _mm256_sub_pd(one, gone)));
      over = _mm256_or_pd(over, _mm256_cmp_pd(m, two, _CMP_GT_OQ));
      over = _mm256_or_pd(over, _mm256_cmp_pd(gone, one, _CMP_GT_OQ));
    }
    dead[i] += sum_of(died);
    abroad[i] += sum_of(left);
  }
  return _mm256_movemask_pd(over) != 0;
}

// `cells` is a multiple of four.
AVX2 static int above_avx2(size_t cells, const double *a, const double *b, const double *c,
                           double limit) {
  __m256d over = _mm256_setzero_pd(), most = _mm256_set1_pd(limit);
  for (size_t k = 0; k < cells; k += 4) {
    __m256d all = _mm256_add_pd(_mm256_add_pd(_mm256_loadu_pd(a + k), _mm256_loadu_pd(b + k)),
                                _mm256_loadu_pd(c + k));
    over = _mm256_or_pd(over, _mm256_cmp_pd(all, most, _CMP_GT_OQ));
  }
  return _mm256_movemask_pd(over) != 0;
}

AVX2 static void out_avx2(size_t rows, size_t groups, size_t width, const double *weights,
                          const double *out, double *sums) {
  for (size_t i = 0; i < rows; i++) {
    __m256d twice = _mm256_set1_pd(2 * out[i]);
    for (size_t q = 0; q < groups; q++) {
      double *sum = sums + (i * width + q) * 4;
      __m256d moved = _mm256_mul_pd(_mm256_loadu_pd(weights + (i * groups + q) * 4), twice);
      _mm256_storeu_pd(sum, _mm256_add_pd(_mm256_loadu_pd(sum), moved));
    }
  }
}

AVX2 static double begin_avx2(size_t rows, size_t width, const double *initial,
                              const double *mortality, const double *emigration, double *current,
                              double *constant, double *inverse, double *largest) {
  __m256d one = _mm256_set1_pd(1), half = _mm256_set1_pd(0.5), two = _mm256_set1_pd(2);
  __m256d kappa = _mm256_setzero_pd(), most[3] = {kappa, kappa, kappa};
  for (size_t i = 0; i < rows; i++)
    for (size_t q = 0; q < width; q++) {
      size_t k = (i * width + q) * 4;
      __m256d n = _mm256_loadu_pd(initial + k);
      __m256d out = _mm256_mul_pd(half, _mm256_loadu_pd(current + k));
      __m256d lost = _mm256_add_pd(_mm256_loadu_pd(mortality + k), _mm256_loadu_pd(emigration + k));
      __m256d all = _mm256_add_pd(_mm256_mul_pd(half, lost), out);
      __m256d reciprocal = _mm256_div_pd(one, _mm256_add_pd(one, all));
      __m256d rest = _mm256_mul_pd(_mm256_sub_pd(one, all), n);
      __m256d leavers = _mm256_mul_pd(_mm256_mul_pd(two, out), n);
      _mm256_storeu_pd(constant + k, rest);
      _mm256_storeu_pd(inverse + k, reciprocal);
      _mm256_storeu_pd(current + k, _mm256_mul_pd(_mm256_add_pd(rest, leavers), reciprocal));
      kappa = _mm256_max_pd(kappa, _mm256_mul_pd(out, reciprocal));
      most[q] = _mm256_max_pd(most[q], n);
    }
  for (size_t q = 0; q < width; q++) _mm256_storeu_pd(largest + 4 * q, most[q]);
  double lanes[4], top = 0;
  _mm256_storeu_pd(lanes, kappa);
  for (int lane = 0; lane < 4; lane++)
    if (lanes[lane] > top) top = lanes[lane];
  return top;
}

AVX2 static void book_avx2(size_t rows, size_t width, const double *counted,
                           const double *initial, const double *current, const double *mortality,
                           const double *emigration, double *dead, double *abroad) {
  __m256d half = _mm256_set1_pd(0.5);
  for (size_t i = 0; i < rows; i++) {
    __m256d died = _mm256_setzero_pd(), left = _mm256_setzero_pd();
    for (size_t q = 0; q < width; q++) {
      size_t k = (i * width + q) * 4;
      __m256d both = _mm256_add_pd(_mm256_loadu_pd(initial + k), _mm256_loadu_pd(current + k));
      __m256d lived = _mm256_mul_pd(_mm256_mul_pd(half, _mm256_loadu_pd(counted + 4 * q)), both);
      died = _mm256_add_pd(died, _mm256_mul_pd(_mm256_loadu_pd(mortality + k), lived));
      left = _mm256_add_pd(left, _mm256_mul_pd(_mm256_loadu_pd(emigration + k), lived));
    }
    dead[i] += sum_of(died);
    abroad[i] += sum_of(left);
  }
}

AVX2 static void count_avx2(size_t rows, size_t groups, const double *counted,
                            const double *people, double *movers) {
  for (size_t i = 0; i < rows; i++) {
    __m256d sum = _mm256_setzero_pd();
    for (size_t q = 0; q < groups; q++)
      sum = _mm256_add_pd(sum, _mm256_mul_pd(_mm256_loadu_pd(counted + 4 * q),
                                             _mm256_loadu_pd(people + (i * groups + q) * 4)));
    movers[i] += sum_of(sum);
  }
}

AVX2 static void scale_avx2(size_t rows, size_t columns, const double *rates, const double *movers,
                            double *flows, double *row_sums) {
  for (size_t j = 0; j < rows; j++) {
    const double *rate = rates + j * columns;
    double *flow = flows + j * columns;
    __m256d sum = _mm256_setzero_pd();
    size_t i = 0;
    for (; i + 4 <= columns; i += 4) {
      __m256d moved = _mm256_mul_pd(_mm256_loadu_pd(rate + i), _mm256_loadu_pd(movers + i));
      _mm256_storeu_pd(flow + i, _mm256_add_pd(_mm256_loadu_pd(flow + i), moved));
      sum = _mm256_add_pd(sum, moved);
    }
    double lanes[4];
    _mm256_storeu_pd(lanes, sum);
    for (; i < columns; i++) {
      double moved = rate[i] * movers[i];
      flow[i] += moved;
      lanes[i % 4] += moved;
    }
    row_sums[j] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  }
}

AVX2 static void sum_avx2(size_t rows, size_t columns, const double *rates, double *sums) {
  size_t i = 0;
  for (; i + 4 <= columns; i += 4) {
    __m256d sum = _mm256_setzero_pd();
    for (size_t j = 0; j < rows; j++)
      sum = _mm256_add_pd(sum, _mm256_loadu_pd(rates + j * columns + i));
    _mm256_storeu_pd(sums + i, sum);
  }
  for (; i < columns; i++) {
    sums[i] = 0;
    for (size_t j = 0; j < rows; j++) sums[i] += rates[j * columns + i];
  }
}
#endif

void agyn_add_moves(size_t destinations, size_t origins, size_t groups, const double *rates,
                    size_t rate_lead, const double *people, double *sums, size_t sum_lead) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) {
    add_avx2(destinations, origins, groups, rates, rate_lead, people, sums, sum_lead);
    return;
  }
#endif
  add_plain(destinations, origins, groups, rates, rate_lead, people, sums, sum_lead);
}

void agyn_scale_columns(size_t rows, size_t columns, const double *rates, const double *movers,
                        double *flows, double *row_sums) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) { scale_avx2(rows, columns, rates, movers, flows, row_sums); return; }
#endif
  scale_plain(rows, columns, rates, movers, flows, row_sums);
}

void agyn_column_sums(size_t rows, size_t columns, const double *rates, double *sums) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) { sum_avx2(rows, columns, rates, sums); return; }
#endif
  sum_plain(rows, columns, rates, sums);
}

int agyn_settle(size_t rows, size_t width, const double *arrivals, const double *inverse,
                const double *tolerance, double *current) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) return settle_avx2(rows, width, arrivals, inverse, tolerance, current);
#endif
  return settle_plain(rows, width, arrivals, inverse, tolerance, current);
}

void agyn_set_people(size_t rows, size_t groups, size_t width, const double *weights,
                     const double *first, const double *last, double *people) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) { people_avx2(rows, groups, width, weights, first, last, people); return; }
#endif
  people_plain(rows, groups, width, weights, first, last, people);
}

int agyn_survive(size_t rows, size_t width, const double *counted, const double *initial,
                 const double *mortality, const double *emigration, const double *weights,
                 const double *out, double *staying, double *movable, double *dead,
                 double *abroad) {
#if defined(__x86_64__)
  if (agyn_has_avx2())
    return survive_avx2(rows, width, counted, initial, mortality, emigration, weights, out, staying,
                        movable, dead, abroad);
#endif
  return survive_plain(rows, width, counted, initial, mortality, emigration, weights, out, staying,
                       movable, dead, abroad);
}

int agyn_above(size_t cells, const void *a, const void *b, const void *c, double limit) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) return above_avx2(cells, a, b, c, limit);
#endif
  return above_plain(cells, a, b, c, limit);
}

void agyn_add_out(size_t rows, size_t groups, size_t width, const void *weights, size_t offset,
                  const double *out, size_t row, void *sums, size_t group) {
  const double *weight = (const double *)weights + 4 * offset;
  double *sum = (double *)sums + 4 * group;
#if defined(__x86_64__)
  if (agyn_has_avx2()) { out_avx2(rows, groups, width, weight, out + row, sum); return; }
#endif
  out_plain(rows, groups, width, weight, out + row, sum);
}

double agyn_begin(size_t rows, size_t width, const void *initial, const void *mortality,
                  const void *emigration, void *current, void *constant, void *inverse,
                  void *largest) {
#if defined(__x86_64__)
  if (agyn_has_avx2())
    return begin_avx2(rows, width, initial, mortality, emigration, current, constant, inverse,
                      largest);
#endif
  return begin_plain(rows, width, initial, mortality, emigration, current, constant, inverse,
                     largest);
}

void agyn_book(size_t rows, size_t width, const void *counted, size_t group, const void *initial,
               const void *current, const void *mortality, const void *emigration, double *dead,
               double *abroad) {
  const double *each = (const double *)counted + 4 * group;
#if defined(__x86_64__)
  if (agyn_has_avx2()) {
    book_avx2(rows, width, each, initial, current, mortality, emigration, dead, abroad);
    return;
  }
#endif
  book_plain(rows, width, each, initial, current, mortality, emigration, dead, abroad);
}

void agyn_count_movers(size_t rows, size_t groups, const void *counted, size_t group,
                       const void *people, size_t slot, double *movers, size_t row) {
  const double *each = (const double *)counted + 4 * group;
  const double *moving = (const double *)people + 4 * slot;
#if defined(__x86_64__)
  if (agyn_has_avx2()) { count_avx2(rows, groups, each, moving, movers + row); return; }
#endif
  count_plain(rows, groups, each, moving, movers + row);
}
