#pragma once
#include <stddef.h>
#include <stdint.h>

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

// `sums[i] = Σ_j rates[j, i]`.
void agyn_column_sums(size_t rows, size_t columns, const double *rates, double *sums);

// `people = weights · (first + last)`; rows of weights and people have `groups` groups and are packed,
// those of `first` and `last` lie `width` groups apart.
void agyn_set_people(size_t rows, size_t groups, size_t width, const double *weights,
                     const double *first, const double *last, double *people);

// The routines below take arrays of groups of four lanes of doubles; `offset`, `group` and `slot` count
// groups from the start of an array.

// 1 where `a + b + c` is above the limit in some of the cells, a multiple of four.
int agyn_above(size_t cells, const void *a, const void *b, const void *c, double limit);

// `sums += 2 weights out[row]`; rows of weights are packed, those of sums lie `width` groups apart.
void agyn_add_out(size_t rows, size_t groups, size_t width, const void *weights, size_t offset,
                  const double *out, size_t row, void *sums, size_t group);

// Steps over blocks of cohorts, `rows` regions by `width` groups of four lanes, at most 3. `cells` are
// 32-bit positions in a row of a surface, four a group. Arrays of blocks are packed by row; those over
// all groups of a projection start at `group`.

// Moves of a class that a block takes part in: where its matrix starts, the groups of the block it
// covers, where their weights and their moving people start, in groups.
struct agyn_term {
  size_t matrix, first, groups, offset, slot;
};

// Brings the cells of three surfaces into blocks.
void agyn_take(size_t rows, size_t width, size_t length, const void *cells, size_t group,
               const double *first, const double *second, const double *third, void *a, void *b,
               void *c);

// What stays the same in all passes of a solution. `current` holds out-rates and is replaced by the
// first guess. With `half = (m + e + out) / 2`: `constant = (1 - half) initial`,
// `inverse = 1 / (1 + half)`, the guess `(constant + arriving) inverse`. Arriving are `out initial`; where
// there is a block before, whose arrivals, constant, `leaving` and persons at start and end (`exposed`) are
// still in place, those moves of the four lanes of the same group whose leavers are most like those of the
// lane, by least squares. `leaving` is set to `out / 2`, `largest` to the largest number of persons of each
// lane; the result is the largest `out inverse / 2`.
double agyn_begin(size_t rows, size_t width, const void *initial, const void *mortality,
                  const void *emigration, int has_before, const void *before,
                  const void *exposed, void *current, void *constant, void *inverse, void *leaving,
                  void *largest);

// One pass over the destinations, three at a time, each using what the pass has found before it:
// `current = (constant + moves) inverse`, then `people = weights (initial + current)`. 1 where the square
// of a change is above the tolerance of its lane. `arrivals` is left with constant and moves. The first
// term covers all groups.
int agyn_pass(size_t rows, size_t width, const double *rates, const void *terms, size_t term,
              size_t count, const void *weights, const void *initial, const void *constant,
              const void *inverse, const void *tolerance, void *current, void *people,
              void *arrivals);

// `current -= part (current - second)` in every lane, with the part that makes the next change of three
// iterates smallest where changes shrink alike: `bend . change / bend . bend`, with the change from the
// second to the last and its difference to the one before. None where that is not from -1 to 0.
void agyn_extrapolate(size_t rows, size_t width, const void *first, const void *second,
                      void *current);

// Closes a solution: everybody who moves, as `people` has it, arrives, and is taken off where they
// leave, so that the end follows from what is booked whatever error `current` has left. Books deaths and
// emigrants by lane and row, rates times the mean of both ends; sets `both` to the persons whose moves
// these are, start and `current`; brings the end to its surface. Where it `refuses`, it is 1 and books
// nothing if a cell would end below zero in a lane that nobody was below zero in.
int agyn_finish(size_t rows, size_t width, size_t length, const void *cells, const void *counted,
                 size_t group, const double *rates, const void *terms, size_t term, size_t count,
                 const void *initial, const void *current, const void *mortality,
                 const void *emigration, const void *leaving, const void *constant,
                 const void *people, void *arrivals, void *both, void *dead, void *abroad,
                 double *end, int refuses);

// Survives the cohorts of a block and moves them once. With `alive = persons (2 - m) / (2 + m)` and
// `gone = e + w out[row]`, those who stay are `alive (1 - gone)` and those who may move `w alive`. 1 where
// some m is above 2 or some `gone` above 1.
int agyn_move_shares_of_block(size_t rows, size_t width, size_t length, const void *cells,
                              const void *counted, size_t group, const double *persons,
                              const double *mortality, const double *emigration,
                              const void *weights, size_t offset, const double *out, size_t row,
                              const double *rates, size_t matrix, void *alive, void *people,
                              void *staying, void *dead, void *abroad, double *end);

// Adds to the movers of each row, for items from `first` on that name movers and a group of the block,
// the weights of the item times the exposed people of the group.
void agyn_count(size_t rows, size_t width, const void *counts, size_t first, size_t items,
                const void *weights, const void *exposed, double *movers);

// Moves of one square matrix, `rates[j, i] movers[i]`, set where they are the first of their table and
// added where not; and to `sums[j]` what the row of j gains.
void agyn_flows(size_t rows, const double *rates, size_t matrix, const double *movers, size_t row,
                int is_first, double *flows, size_t table, double *sums);

// Surfaces of `rows` by two sexes by `ages`. Persons and a part of the immigrants by the age they end
// the step in, the last two groups together; `sums` of the persons by row. Age 0 is left alone.
void agyn_age(size_t rows, size_t ages, const double *persons, const double *immigration,
              double early, double *aged, double *sums);

// `persons = end + late immigration` with the sums by row of persons and immigration; the number of
// cells below zero.
int64_t agyn_arrive(size_t rows, size_t length, const double *end, const double *immigration,
                    double late, double *persons, double *totals, double *coming);

// Adds to `births[row]` the fertility of ages 1 to the one before the open, times women at both ends:
// `first + end + both immigration`.
void agyn_births(size_t rows, size_t ages, const double *fertility, const double *first,
                 const double *end, const double *immigration, double both, double *births);

// `sums` of ages from .. to - 1 of both sexes by row.
void agyn_age_sums(size_t rows, size_t ages, size_t from, size_t to, const double *x,
                   double *sums);

// `result = x factor`, one factor a row, or one a column.
void agyn_scale_rows(size_t rows, size_t columns, const double *x, const double *factors,
                     size_t first, double *result);
void agyn_scale_columns(size_t rows, size_t columns, const double *x, const double *factors,
                        size_t first, double *result);

// Moves `persons shares` from cells to others unless some would give more than the part `cap`; 1 where
// it was done.
int agyn_move(size_t cells, double persons, const double *shares, double cap, double *from,
              double *to);

// Innovations of `y`, and of a regressor, under the ARMA processes of `4 · groups` lanes, groups 1 or 2, whose gains
// and variances change by matrices of rank one. `phi` (not read without `has_phi`) and `gain` have `size` rows of
// groups, `direction`, `a` and `b` one more, of zeros; all but `phi` and `y` are overwritten. `sums` gets Σ v²/F, Σ vu/F, Σ u²/F and Σ ln F of each
// lane. The bit of a lane is set in the result where precision is lost.
int agyn_innovations(size_t n, size_t size, size_t groups, const double *y, const double *x,
                     int has_regressor, int has_phi, const void *phi, void *gain, void *direction,
                     void *a, void *b, void *variance, double *sums);

// Under each of eight weights α, with p = (1 - α)^t, the line's pull g = p intercept[t] + (1 - p (1 - α))/α slope[t]
// and z the value less what is smoothed of those before it: Σ p², Σ p g, Σ g², Σ p z, Σ g z and Σ z² over all but
// the first `uncounted` values, eight of each.
void agyn_theta_sums(size_t n, size_t uncounted, const double *y, const double *intercept,
                     const double *slope, const double *alphas, double *sums);
