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

// 1 where the processor has AVX2 and FMA and the routines use them.
int agyn_has_avx2(void);

// `sums[j, lane] += Σ_i rates[j, i] people[i, lane]` for `4 · groups` lanes, groups 1, 2 or 3. Rows of
// rates lie `rate_lead` apart, rows of sums `sum_lead`, rows of people are packed.
void agyn_add_moves(size_t destinations, size_t origins, size_t groups, const double *rates,
                    size_t rate_lead, const double *people, double *sums, size_t sum_lead);

// `flows[j, i] += rates[j, i] movers[i]`, and what was added to row j to `row_sums[j]`.
void agyn_scale_columns(size_t rows, size_t columns, const double *rates, const double *movers,
                        double *flows, double *row_sums);

// `sums[i] = Σ_j rates[j, i]`.
void agyn_column_sums(size_t rows, size_t columns, const double *rates, double *sums);

// `current = arrivals · inverse` over rows of `width` groups of four lanes; 1 where the square of a
// change is above the tolerance of its lane. Arrays of rows are packed; `tolerance` is one row.
int agyn_settle(size_t rows, size_t width, const double *arrivals, const double *inverse,
                const double *tolerance, double *current);

// `people = weights · (first + last)`; rows of weights and people have `groups` groups and are packed,
// those of `first` and `last` lie `width` groups apart.
void agyn_set_people(size_t rows, size_t groups, size_t width, const double *weights,
                     const double *first, const double *last, double *people);

// One step of survival, then of leaving, over rows of `width` groups of four lanes. With
// `alive = initial (2 − m) / (2 + m)` and `gone = e + w out[row]`: `movable = w alive`,
// `staying = alive (1 − gone)`; to `dead[row]` and `abroad[row]` what died and emigrated, each lane as
// often as `counted` says. 1 where some m is above 2 or some `gone` above 1.
int agyn_survive(size_t rows, size_t width, const double *counted, const double *initial,
                 const double *mortality, const double *emigration, const double *weights,
                 const double *out, double *staying, double *movable, double *dead,
                 double *abroad);

// The routines below take arrays of groups of four lanes of doubles; `offset`, `group` and `slot` count
// groups from the start of an array.

// 1 where `a + b + c` is above the limit in some of the cells, a multiple of four.
int agyn_above(size_t cells, const void *a, const void *b, const void *c, double limit);

// `sums += 2 weights out[row]`; rows of weights are packed, those of sums lie `width` groups apart.
void agyn_add_out(size_t rows, size_t groups, size_t width, const void *weights, size_t offset,
                  const double *out, size_t row, void *sums, size_t group);

// What stays the same in all passes of a solution over rows of `width` groups, at most 3. `current`
// holds out-rates and is replaced by the first guess. With `half = (m + e + out) / 2`:
// `constant = (1 - half) initial`, `inverse = 1 / (1 + half)`, the guess
// `(constant + out initial) inverse`; the largest number of persons of each lane, and the largest
// `out inverse / 2` as the result.
double agyn_begin(size_t rows, size_t width, const void *initial, const void *mortality,
                  const void *emigration, void *current, void *constant, void *inverse,
                  void *largest);

// Adds to `dead[row]` and `abroad[row]` rates times the mean of both ends, each lane as often as
// `counted` says.
void agyn_book(size_t rows, size_t width, const void *counted, size_t group, const void *initial,
               const void *current, const void *mortality, const void *emigration, double *dead,
               double *abroad);

// Adds to `movers` the sums of `counted people` over packed rows of `groups` groups.
void agyn_count_movers(size_t rows, size_t groups, const void *counted, size_t group,
                       const void *people, size_t slot, double *movers, size_t row);
