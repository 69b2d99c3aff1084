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
