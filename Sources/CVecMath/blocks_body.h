// Steps of a projection over blocks of cohorts, included once for each set of instructions. TARGET is
// the attribute of the set and NAME(x) the name of a routine in it. No include guard.

// What four cells of a row hold, which mostly stand side by side.
#define LANES_OF(row, cell, is_run)                                                            \
  ((is_run) ? *(const lanes *)((row) + (cell)[0])                                              \
            : (lanes){(row)[(cell)[0]], (row)[(cell)[1]], (row)[(cell)[2]], (row)[(cell)[3]]})

#define PUT_LANES(row, cell, is_run, value)                                                    \
  do {                                                                                         \
    lanes put = (value);                                                                       \
    if (is_run) *(lanes *)((row) + (cell)[0]) = put;                                           \
    else for (int lane = 0; lane < 4; lane++) (row)[(cell)[lane]] = put[lane];                 \
  } while (0)

TARGET static void NAME(take)(size_t rows, size_t width, size_t length, const int32_t *cells,
                              const double *first, const double *second, const double *third,
                              lanes *a, lanes *b, lanes *c) {
  for (size_t q = 0; q < width; q++) {
    const int32_t *cell = cells + 4 * q;
    int is_run = side_by_side(cell);
    for (size_t i = 0; i < rows; i++) {
      size_t place = i * width + q, row = i * length;
      a[place] = LANES_OF(first + row, cell, is_run);
      b[place] = LANES_OF(second + row, cell, is_run);
      c[place] = LANES_OF(third + row, cell, is_run);
    }
  }
}

// People moving out of rows: weights times the sum of both ends.
TARGET INLINE void NAME(expose)(size_t first, size_t height, size_t width,
                                const struct agyn_term *terms, size_t count, const lanes *weights,
                                const lanes *initial, const lanes *current, lanes *people) {
  for (size_t t = 0; t < count; t++)
    for (size_t j = first; j < first + height; j++)
      for (size_t q = 0; q < terms[t].groups; q++) {
        size_t place = j * width + terms[t].first + q, k = j * terms[t].groups + q;
        people[terms[t].slot + k] = weights[terms[t].offset + k] * (initial[place] + current[place]);
      }
}

// The arrivals of a lane as those of four lanes solved before, in the parts that bring the leavers they
// follow from nearest to the leavers that follow from them: least squares by LDL' of the normal equations,
// without lanes that are nearly made of others. Leavers are `half (initial + inverse (rest + arrivals))`,
// with `half` half of the out-rates. Sets `inverse` and the parts.
TARGET INLINE void NAME(alike)(size_t rows, size_t width, const lanes *initial,
                               const lanes *mortality, const lanes *emigration,
                               const lanes *out, const lanes *before, const lanes *constant,
                               const lanes *leaving, const lanes *exposed, lanes *inverse,
                               lanes *part) {
  const lanes zero = {0, 0, 0, 0};
  lanes gram[4][4], right[4], lower[4][4], pivot[4], reciprocal[4];
  UNROLL for (int a = 0; a < 4; a++) {
    right[a] = zero;
    UNROLL for (int b = 0; b < 4; b++) gram[a][b] = zero;
  }
  for (size_t k = 0; k < rows * width; k += width) {
    lanes half = 0.5 * out[k], all = half + 0.5 * (mortality[k] + emigration[k]);
    lanes share = 1 / (1 + all), came = before[k] - constant[k], left = leaving[k] * exposed[k];
    lanes goes = half * (initial[k] + share * ((1 - all) * initial[k])), apart[4];
    inverse[k] = share;
    share = half * share;
    UNROLL for (int a = 0; a < 4; a++) {
      apart[a] = left[a] - share * came[a];
      right[a] += apart[a] * goes;
      UNROLL for (int b = 0; b <= a; b++) gram[a][b] += apart[a] * apart[b];
    }
  }
  UNROLL for (int a = 0; a < 4; a++) {
    lanes d = gram[a][a];
    UNROLL for (int b = 0; b < a; b++) d -= lower[a][b] * lower[a][b] * pivot[b];
    pivot[a] = d;
    reciprocal[a] = (lanes)((truths)(1 / d) & (d > 1e-11 * gram[a][a]));
    UNROLL for (int c = a + 1; c < 4; c++) {
      lanes e = gram[c][a];
      UNROLL for (int b = 0; b < a; b++) e -= lower[c][b] * lower[a][b] * pivot[b];
      lower[c][a] = e * reciprocal[a];
    }
    UNROLL for (int b = 0; b < a; b++) right[a] -= lower[a][b] * right[b];
  }
  lanes sum = zero;
  UNROLL for (int a = 3; a >= 0; a--) {
    part[a] = right[a] * reciprocal[a];
    UNROLL for (int b = a + 1; b < 4; b++) part[a] -= lower[b][a] * part[b];
    sum += part[a];
  }
  // None where squares were too large to have a sum.
  UNROLL for (int a = 0; a < 4; a++) part[a] = (lanes)((truths)part[a] & (sum - sum == 0));
}

TARGET static double NAME(begin)(size_t rows, size_t width, const lanes *initial,
                                 const lanes *mortality, const lanes *emigration, int has_before,
                                 const lanes *before, const lanes *exposed, lanes *current,
                                 lanes *constant, lanes *inverse, lanes *leaving,
                                 lanes *largest) {
  lanes kappa = {0, 0, 0, 0};
  for (size_t q = 0; q < width; q++) {
    lanes most = {0, 0, 0, 0}, part[4];
    if (has_before)
      NAME(alike)(rows, width, initial + q, mortality + q, emigration + q, current + q, before + q,
                  constant + q, leaving + q, exposed + q, inverse + q, part);
    for (size_t i = 0; i < rows; i++) {
      size_t k = i * width + q;
      lanes n = initial[k], out = current[k], half_out = 0.5 * out;
      lanes half = half_out + 0.5 * (mortality[k] + emigration[k]), rest = (1 - half) * n;
      lanes arriving = out * n, reciprocal;
      if (has_before) {
        lanes came = before[k] - constant[k];
        arriving = part[0] * came[0] + part[1] * came[1] + part[2] * came[2] + part[3] * came[3];
        reciprocal = inverse[k];
      } else reciprocal = 1 / (1 + half);
      lanes share = half_out * reciprocal;
      leaving[k] = half_out;
      constant[k] = rest;
      inverse[k] = reciprocal;
      current[k] = (rest + arriving) * reciprocal;
      kappa = (lanes)(((truths)share & (share > kappa)) | ((truths)kappa & ~(share > kappa)));
      most = (lanes)(((truths)n & (n > most)) | ((truths)most & ~(n > most)));
    }
    largest[q] = most;
  }
  double top = 0;
  for (int lane = 0; lane < 4; lane++)
    if (kappa[lane] > top) top = kappa[lane];
  return top;
}

// Adds what arrives at `height` destinations from all origins to `groups` groups of their sums.
TARGET INLINE void NAME(tile)(size_t height, size_t groups, size_t origins, const double *rates,
                              const lanes *people, lanes *sums, size_t lead) {
  lanes sum[3][3];
  UNROLL for (size_t j = 0; j < height; j++)
    UNROLL for (size_t q = 0; q < groups; q++) sum[j][q] = sums[j * lead + q];
  for (size_t i = 0; i < origins; i++) {
    UNROLL for (size_t j = 0; j < height; j++) {
      double rate = rates[j * origins + i];
      UNROLL for (size_t q = 0; q < groups; q++) sum[j][q] += rate * people[i * groups + q];
    }
  }
  UNROLL for (size_t j = 0; j < height; j++)
    UNROLL for (size_t q = 0; q < groups; q++) sums[j * lead + q] = sum[j][q];
}

// The same for one group, whose origins are summed in three parts: three sums alone would wait for each other.
TARGET INLINE void NAME(column)(size_t height, size_t origins, const double *rates,
                                const lanes *people, lanes *sums, size_t lead) {
  lanes sum[3][3];
  UNROLL for (size_t j = 0; j < height; j++) {
    sum[j][0] = sums[j * lead];
    sum[j][1] = sum[j][2] = (lanes){0, 0, 0, 0};
  }
  size_t i = 0;
  for (; i + 3 <= origins; i += 3)
    UNROLL for (size_t j = 0; j < height; j++)
      UNROLL for (size_t p = 0; p < 3; p++) sum[j][p] += rates[j * origins + i + p] * people[i + p];
  for (; i < origins; i++)
    UNROLL for (size_t j = 0; j < height; j++) sum[j][0] += rates[j * origins + i] * people[i];
  UNROLL for (size_t j = 0; j < height; j++) sums[j * lead] = sum[j][0] + sum[j][1] + sum[j][2];
}

// Three destinations by three groups keep nine sums, twice as many operands and a rate in the sixteen
// registers; four by three leave room for one operand less and take twice as long (Zen 4).
#define TILES(height)                                                                           \
  switch (groups) {                                                                            \
    case 1: NAME(column)(height, origins, rates, people, sums, lead); break;                   \
    case 2: NAME(tile)(height, 2, origins, rates, people, sums, lead); break;                  \
    default: NAME(tile)(height, 3, origins, rates, people, sums, lead);                        \
  }

TARGET static void NAME(tiles)(size_t height, size_t groups, size_t origins, const double *rates,
                               const lanes *people, lanes *sums, size_t lead) {
  switch (height) {
    case 1: TILES(1); break;
    case 2: TILES(2); break;
    default: TILES(3);
  }
}
#undef TILES

// The rows of `height` destinations in a pass: what arrives through the first term, which covers all
// groups, stays in registers until it is settled.
TARGET INLINE void NAME(settle)(size_t height, size_t width, size_t rows, size_t first,
                                const double *rates, const lanes *weights, const lanes *initial,
                                const lanes *from, const lanes *inverse, const lanes *tolerance,
                                lanes *current, lanes *people, lanes *arrivals,
                                truths *is_large) {
  lanes sum[3][3];
  truths large = *is_large;
  size_t start = first * width;
  UNROLL for (size_t j = 0; j < height; j++)
    UNROLL for (size_t q = 0; q < width; q++) sum[j][q] = from[start + j * width + q];
  for (size_t i = 0; i < rows; i++)
    UNROLL for (size_t j = 0; j < height; j++) {
      double rate = rates[j * rows + i];
      UNROLL for (size_t q = 0; q < width; q++) sum[j][q] += rate * people[i * width + q];
    }
  UNROLL for (size_t j = 0; j < height; j++)
    UNROLL for (size_t q = 0; q < width; q++) {
      size_t place = start + j * width + q;
      lanes next = sum[j][q] * inverse[place], change = next - current[place];
      large |= change * change > tolerance[q];
      arrivals[place] = sum[j][q];
      current[place] = next;
      people[place] = weights[place] * (initial[place] + next);
    }
  *is_large = large;
}

#define SETTLE(height, width)                                                                  \
  NAME(settle)(height, width, rows, first, rates + terms->matrix + first * rows,               \
               weights + terms->offset, initial, from, inverse, tolerance, current,            \
               people + terms->slot, arrivals, &is_large)
#define SETTLES(height)                                                                        \
  switch (width) {                                                                             \
    case 1: SETTLE(height, 1); break;                                                          \
    case 2: SETTLE(height, 2); break;                                                          \
    default: SETTLE(height, 3);                                                                \
  }

TARGET static int NAME(pass)(size_t rows, size_t width, const double *rates,
                             const struct agyn_term *terms, size_t count, const lanes *weights,
                             const lanes *initial, const lanes *constant, const lanes *inverse,
                             const lanes *tolerance, lanes *current, lanes *people,
                             lanes *arrivals) {
  truths is_large = {0, 0, 0, 0};
  const lanes *from = count > 1 ? arrivals : constant;
  for (size_t first = 0; first < rows; first += 3) {
    size_t height = rows - first < 3 ? rows - first : 3, start = first * width;
    for (size_t k = 0; count > 1 && k < height * width; k++)
      arrivals[start + k] = constant[start + k];
    for (size_t t = 1; t < count; t++)
      NAME(tiles)(height, terms[t].groups, rows, rates + terms[t].matrix + first * rows,
                  people + terms[t].slot, arrivals + start + terms[t].first, width);
    switch (height) {
      case 1: SETTLES(1); break;
      case 2: SETTLES(2); break;
      default: SETTLES(3);
    }
    NAME(expose)(first, height, width, terms + 1, count - 1, weights, initial, current, people);
  }
  return (is_large[0] | is_large[1] | is_large[2] | is_large[3]) != 0;
}
#undef SETTLE
#undef SETTLES

// Aitken's step for vectors: of three iterates the last goes on as the last two changes point. Changes that
// shrink by one half or more ask for at most the last once more; any other part is what rounding left.
TARGET static void NAME(extrapolate)(size_t rows, size_t width, const lanes *first,
                                     const lanes *second, lanes *current) {
  for (size_t q = 0; q < width; q++) {
    lanes product = {0, 0, 0, 0}, square = product;
    for (size_t place = q; place < rows * width; place += width) {
      lanes change = current[place] - second[place];
      lanes bend = change - (second[place] - first[place]);
      product += bend * change;
      square += bend * bend;
    }
    lanes part = product / square;
    part = (lanes)((truths)part & (square > 0) & (part >= -1) & (part <= 0));
    for (size_t place = q; place < rows * width; place += width)
      current[place] -= part * (current[place] - second[place]);
  }
}

// Whether a cell would end below zero in a lane that nobody was below zero in.
TARGET INLINE int NAME(is_short)(size_t rows, size_t width, const lanes *initial,
                                 const lanes *current, const lanes *leaving,
                                 const lanes *arrivals) {
  truths is_below = {0, 0, 0, 0};
  for (size_t q = 0; q < width; q++) {
    truths ends = {0, 0, 0, 0}, starts = ends;
    for (size_t place = q; place < rows * width; place += width) {
      ends |= arrivals[place] - leaving[place] * current[place] < 0;
      starts |= initial[place] < 0;
    }
    is_below |= ends & ~starts;
  }
  return (is_below[0] | is_below[1] | is_below[2] | is_below[3]) != 0;
}

TARGET static int NAME(finish)(size_t rows, size_t width, size_t length, const int32_t *cells,
                               const lanes *counted, const double *rates,
                               const struct agyn_term *terms, size_t count, const lanes *initial,
                               const lanes *current, const lanes *mortality,
                               const lanes *emigration, const lanes *leaving,
                               const lanes *constant, const lanes *people, lanes *arrivals,
                               lanes *both, lanes *dead, lanes *abroad, double *end, int refuses) {
  for (size_t k = 0; k < rows * width; k++) arrivals[k] = constant[k];
  for (size_t t = 0; t < count; t++)
    for (size_t first = 0; first < rows; first += 3)
      NAME(tiles)(rows - first < 3 ? rows - first : 3, terms[t].groups, rows,
                  rates + terms[t].matrix + first * rows, people + terms[t].slot,
                  arrivals + first * width + terms[t].first, width);
  if (refuses && NAME(is_short)(rows, width, initial, current, leaving, arrivals)) return 1;
  for (size_t q = 0; q < width; q++) {
    const int32_t *cell = cells + 4 * q;
    int is_run = side_by_side(cell);
    for (size_t i = 0; i < rows; i++) {
      size_t place = i * width + q;
      lanes m = mortality[place], e = emigration[place], persons = initial[place];
      lanes last = (arrivals[place] - leaving[place] * current[place]) / (1 + 0.5 * (m + e));
      lanes lived = 0.5 * counted[q] * (persons + last);
      both[place] = persons + current[place];
      dead[i] += m * lived;
      abroad[i] += e * lived;
      PUT_LANES(end + i * length, cell, is_run, last);
    }
  }
  return 0;
}

TARGET static int NAME(shares)(size_t rows, size_t width, size_t length, const int32_t *cells,
                               const lanes *counted, const double *persons,
                               const double *mortality, const double *emigration,
                               const lanes *weights, const double *out, const double *rates,
                               lanes *alive, lanes *people, lanes *staying, lanes *dead,
                               lanes *abroad, double *end) {
  truths is_overdrawn = {0, 0, 0, 0};
  for (size_t q = 0; q < width; q++) {
    const int32_t *cell = cells + 4 * q;
    int is_run = side_by_side(cell);
    for (size_t i = 0; i < rows; i++) {
      size_t place = i * width + q, row = i * length;
      lanes n = LANES_OF(persons + row, cell, is_run), m = LANES_OF(mortality + row, cell, is_run);
      lanes e = LANES_OF(emigration + row, cell, is_run), w = weights[place];
      lanes survivors = n * ((2 - m) / (2 + m)), gone = e + w * out[i];
      dead[i] += counted[q] * (n - survivors);
      abroad[i] += counted[q] * (survivors * e);
      alive[place] = survivors;
      people[place] = w * survivors;
      staying[place] = survivors * (1 - gone);
      is_overdrawn |= (m > 2) | (gone > 1);
    }
  }
  for (size_t first = 0; first < rows; first += 3) {
    size_t height = rows - first < 3 ? rows - first : 3;
    NAME(tiles)(height, width, rows, rates + first * rows, people, staying + first * width, width);
  }
  for (size_t q = 0; q < width; q++) {
    const int32_t *cell = cells + 4 * q;
    int is_run = side_by_side(cell);
    for (size_t i = 0; i < rows; i++)
      PUT_LANES(end + i * length, cell, is_run, staying[i * width + q]);
  }
  return (is_overdrawn[0] | is_overdrawn[1] | is_overdrawn[2] | is_overdrawn[3]) != 0;
}

TARGET static void NAME(count)(size_t rows, size_t width, const int32_t *counts, size_t items,
                               const lanes *weights, const lanes *exposed, double *movers) {
  for (size_t k = 0; k < items; k++) {
    const lanes *weight = weights + k * rows, *person = exposed + counts[2 * k + 1];
    double *sum = movers + (size_t)counts[2 * k] * rows;
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      lanes a = weight[i] * person[i * width], b = weight[i + 1] * person[(i + 1) * width];
      lanes c = weight[i + 2] * person[(i + 2) * width], d = weight[i + 3] * person[(i + 3) * width];
      lanes ab = __builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7);
      lanes cd = __builtin_shufflevector(c, d, 0, 4, 2, 6) + __builtin_shufflevector(c, d, 1, 5, 3, 7);
      *(lanes *)(sum + i) += __builtin_shufflevector(ab, cd, 0, 1, 4, 5)
                             + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    }
    for (; i < rows; i++) {
      lanes a = weight[i] * person[i * width];
      sum[i] += (a[0] + a[1]) + (a[2] + a[3]);
    }
  }
}

#undef LANES_OF
#undef PUT_LANES
