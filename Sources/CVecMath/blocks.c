#include "CVecMath.h"

// Steps over blocks of up to twelve cohorts in groups of four lanes, and over surfaces. The same text serves processors
// with fused multiply-add and those without; a sum of products rounds once a term with it and twice
// without it, and depends on nothing else.

typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t truths __attribute__((vector_size(32)));
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE int side_by_side(const int32_t *cell) {
  return cell[1] == cell[0] + 1 && cell[2] == cell[0] + 2 && cell[3] == cell[0] + 3;
}

#define TARGET
#define NAME(x) x##_plain
#include "blocks_body.h"
#include "surfaces_body.h"
#undef TARGET
#undef NAME

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(x) x##_fma
#include "blocks_body.h"
#include "surfaces_body.h"
#undef TARGET
#undef NAME
#define CALL(x, ...) (agyn_has_avx2() ? x##_fma(__VA_ARGS__) : x##_plain(__VA_ARGS__))
#else
#define CALL(x, ...) x##_plain(__VA_ARGS__)
#endif

void agyn_take(size_t rows, size_t width, size_t length, const void *cells, size_t group,
               const double *first, const double *second, const double *third, void *a, void *b,
               void *c) {
  CALL(take, rows, width, length, (const int32_t *)cells + 4 * group, first, second, third, a, b, c);
}

double agyn_begin(size_t rows, size_t width, const void *initial, const void *mortality,
                  const void *emigration, int has_before, const void *before,
                  const void *exposed, void *current, void *constant, void *inverse, void *leaving,
                  void *largest) {
  return CALL(begin, rows, width, initial, mortality, emigration, has_before, before, exposed,
              current, constant, inverse, leaving, largest);
}

int agyn_pass(size_t rows, size_t width, const double *rates, const void *terms, size_t term,
              size_t count, const void *weights, const void *initial, const void *constant,
              const void *inverse, const void *tolerance, void *current, void *people,
              void *arrivals) {
  return CALL(pass, rows, width, rates, (const struct agyn_term *)terms + term, count, weights,
              initial, constant, inverse, tolerance, current, people, arrivals);
}

void agyn_extrapolate(size_t rows, size_t width, const void *first, const void *second,
                      void *current) {
  CALL(extrapolate, rows, width, first, second, current);
}

int agyn_finish(size_t rows, size_t width, size_t length, const void *cells, const void *counted,
                 size_t group, const double *rates, const void *terms, size_t term, size_t count,
                 const void *initial, const void *current, const void *mortality,
                 const void *emigration, const void *leaving, const void *constant,
                 const void *people, void *arrivals, void *both, void *dead, void *abroad,
                 double *end, int refuses) {
  return CALL(finish, rows, width, length, (const int32_t *)cells + 4 * group,
              (const lanes *)counted + group, rates, (const struct agyn_term *)terms + term, count,
              initial, current, mortality, emigration, leaving, constant, people, arrivals, both,
              dead, abroad, end, refuses);
}

int agyn_move_shares_of_block(size_t rows, size_t width, size_t length, const void *cells,
                              const void *counted, size_t group, const double *persons,
                              const double *mortality, const double *emigration,
                              const void *weights, size_t offset, const double *out, size_t row,
                              const double *rates, size_t matrix, void *alive, void *people,
                              void *staying, void *dead, void *abroad, double *end) {
  return CALL(shares, rows, width, length, (const int32_t *)cells + 4 * group,
              (const lanes *)counted + group, persons, mortality, emigration,
              (const lanes *)weights + offset, out + row, rates + matrix, alive, people, staying,
              dead, abroad, end);
}

void agyn_count(size_t rows, size_t width, const void *counts, size_t first, size_t items,
                const void *weights, const void *exposed, double *movers) {
  CALL(count, rows, width, (const int32_t *)counts + 2 * first, items,
       (const lanes *)weights + first * rows, exposed, movers);
}

void agyn_flows(size_t rows, const double *rates, size_t matrix, const double *movers, size_t row,
                int is_first, double *flows, size_t table, double *sums) {
  CALL(flows, rows, rates + matrix, movers + row, is_first, flows + table, sums);
}

void agyn_age(size_t rows, size_t ages, const double *persons, const double *immigration,
              double early, double *aged, double *sums) {
  CALL(age, rows, ages, persons, immigration, early, aged, sums);
}

int64_t agyn_arrive(size_t rows, size_t length, const double *end, const double *immigration,
                    double late, double *persons, double *totals, double *coming) {
  return CALL(arrive, rows, length, end, immigration, late, persons, totals, coming);
}

void agyn_births(size_t rows, size_t ages, const double *fertility, const double *first,
                 const double *end, const double *immigration, double both, double *births) {
  CALL(births, rows, ages, fertility, first, end, immigration, both, births);
}

void agyn_age_sums(size_t rows, size_t ages, size_t from, size_t to, const double *x,
                   double *sums) {
  CALL(age_sums, rows, ages, from, to, x, sums);
}

void agyn_scale_rows(size_t rows, size_t columns, const double *x, const double *factors,
                     size_t first, double *result) {
  CALL(scale_rows, rows, columns, x, factors + first, result);
}

void agyn_scale_columns(size_t rows, size_t columns, const double *x, const double *factors,
                        size_t first, double *result) {
  CALL(scale_columns, rows, columns, x, factors + first, result);
}

int agyn_move(size_t cells, double persons, const double *shares, double cap, double *from,
              double *to) {
  return CALL(move, cells, persons, shares, cap, from, to);
}
