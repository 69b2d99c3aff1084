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

static void sum_plain(size_t rows, size_t columns, const double *rates, double *sums) {
  memset(sums, 0, columns * sizeof(double));
  for (size_t j = 0; j < rows; j++)
    for (size_t i = 0; i < columns; i++) sums[i] += rates[j * columns + i];
}

static void people_plain(size_t rows, size_t groups, size_t width, const double *weights,
                         const double *first, const double *last, double *people) {
  for (size_t i = 0; i < rows; i++)
    for (size_t lane = 0; lane < 4 * groups; lane++) {
      size_t k = i * 4 * groups + lane, from = i * 4 * width + lane;
      people[k] = weights[k] * (first[from] + last[from]);
    }
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

AVX2 static void people_avx2(size_t rows, size_t groups, size_t width, const double *weights,
                             const double *first, const double *last, double *people) {
  for (size_t i = 0; i < rows; i++)
    for (size_t q = 0; q < groups; q++) {
      size_t k = (i * groups + q) * 4, from = (i * width + q) * 4;
      __m256d both = _mm256_add_pd(_mm256_loadu_pd(first + from), _mm256_loadu_pd(last + from));
      _mm256_storeu_pd(people + k, _mm256_mul_pd(_mm256_loadu_pd(weights + k), both));
    }
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

void agyn_column_sums(size_t rows, size_t columns, const double *rates, double *sums) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) { sum_avx2(rows, columns, rates, sums); return; }
#endif
  sum_plain(rows, columns, rates, sums);
}

void agyn_set_people(size_t rows, size_t groups, size_t width, const double *weights,
                     const double *first, const double *last, double *people) {
#if defined(__x86_64__)
  if (agyn_has_avx2()) { people_avx2(rows, groups, width, weights, first, last, people); return; }
#endif
  people_plain(rows, groups, width, weights, first, last, people);
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
