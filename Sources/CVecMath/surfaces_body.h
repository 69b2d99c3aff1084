// Steps of a projection over whole surfaces and tables of moves, included once for each set of
// instructions as blocks_body.h is. No include guard.

TARGET static void NAME(flows)(size_t rows, const double *rates, const double *movers, int is_first,
                               double *flows, double *sums) {
  for (size_t j = 0; j < rows; j++) {
    const double *rate = rates + j * rows;
    double *flow = flows + j * rows;
    lanes sum = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) {
      lanes moved = *(const lanes *)(rate + i) * *(const lanes *)(movers + i);
      *(lanes *)(flow + i) = is_first ? moved : *(lanes *)(flow + i) + moved;
      sum += moved;
    }
    for (; i < rows; i++) {
      double moved = rate[i] * movers[i];
      flow[i] = is_first ? moved : flow[i] + moved;
      sum[i % 4] += moved;
    }
    sums[j] += (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
}

TARGET static void NAME(age)(size_t rows, size_t ages, const double *persons,
                             const double *immigration, double early, double *aged, double *sums) {
  for (size_t i = 0; i < rows; i++) {
    lanes sum[2] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    double rest = 0;
    for (size_t sex = 0; sex < 2; sex++) {
      const double *from = persons + (2 * i + sex) * ages;
      const double *coming = immigration + (2 * i + sex) * ages;
      double *to = aged + (2 * i + sex) * ages + 1;
      size_t k = 0;
      for (; k + 8 < ages; k += 8)
        for (int h = 0; h < 2; h++) {
          lanes here = *(const lanes *)(from + k + 4 * h);
          sum[h] += here;
          *(lanes *)(to + k + 4 * h) = here + early * *(const lanes *)(coming + k + 4 * h);
        }
      for (; k + 1 < ages; k++) {
        rest += from[k];
        to[k] = from[k] + early * coming[k];
      }
      rest += from[k];
      to[k - 1] += from[k] + early * coming[k];
    }
    lanes all = sum[0] + sum[1];
    sums[i] = ((all[0] + all[1]) + (all[2] + all[3])) + rest;
  }
}

TARGET static int64_t NAME(arrive)(size_t rows, size_t length, const double *end,
                                   const double *immigration, double late, double *persons,
                                   double *totals, double *coming) {
  truths negative = {0, 0, 0, 0};
  int64_t count = 0;
  for (size_t i = 0; i < rows; i++) {
    lanes total = {0, 0, 0, 0}, sum = total;
    double total_rest = 0, sum_rest = 0;
    size_t k = i * length, last = k + length;
    for (; k + 4 <= last; k += 4) {
      lanes new = *(const lanes *)(immigration + k);
      lanes here = *(const lanes *)(end + k) + late * new;
      *(lanes *)(persons + k) = here;
      negative += here < 0;
      total += here;
      sum += new;
    }
    for (; k < last; k++) {
      double here = end[k] + late * immigration[k];
      persons[k] = here;
      count += here < 0;
      total_rest += here;
      sum_rest += immigration[k];
    }
    totals[i] = ((total[0] + total[1]) + (total[2] + total[3])) + total_rest;
    coming[i] = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + sum_rest;
  }
  return count - (negative[0] + negative[1] + negative[2] + negative[3]);
}

TARGET static void NAME(births)(size_t rows, size_t ages, const double *fertility,
                                const double *first, const double *end, const double *immigration,
                                double both, double *births) {
  for (size_t i = 0; i < rows; i++) {
    const double *rate = fertility + i * ages;
    size_t girls = (2 * i + 1) * ages, k = 1;
    lanes sum = {0, 0, 0, 0};
    double rest = 0;
    for (; k + 4 < ages; k += 4) {
      size_t cell = girls + k;
      lanes women = *(const lanes *)(first + cell) + *(const lanes *)(end + cell)
                    + both * *(const lanes *)(immigration + cell);
      sum += *(const lanes *)(rate + k) * women;
    }
    for (; k + 1 < ages; k++)
      rest += rate[k] * (first[girls + k] + end[girls + k] + both * immigration[girls + k]);
    births[i] += ((sum[0] + sum[1]) + (sum[2] + sum[3])) + rest;
  }
}

TARGET static void NAME(age_sums)(size_t rows, size_t ages, size_t from, size_t to,
                                  const double *x, double *sums) {
  for (size_t i = 0; i < rows; i++) {
    lanes sum[2] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    double rest = 0;
    for (size_t sex = 0; sex < 2; sex++) {
      const double *row = x + (2 * i + sex) * ages;
      size_t k = from;
      for (; k + 4 <= to; k += 4) sum[sex] += *(const lanes *)(row + k);
      for (; k < to; k++) rest += row[k];
    }
    lanes all = sum[0] + sum[1];
    sums[i] = ((all[0] + all[1]) + (all[2] + all[3])) + rest;
  }
}

TARGET static void NAME(scale_rows)(size_t rows, size_t columns, const double *x,
                                    const double *factors, double *result) {
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; k < columns; k++) result[i * columns + k] = x[i * columns + k] * factors[i];
}

TARGET static void NAME(scale_columns)(size_t rows, size_t columns, const double *x,
                                       const double *factors, double *result) {
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; k < columns; k++) result[i * columns + k] = x[i * columns + k] * factors[k];
}

TARGET static int NAME(move)(size_t cells, double persons, const double *shares, double cap,
                             double *from, double *to) {
  truths is_short = {0, 0, 0, 0};
  size_t k = 0;
  for (; k + 4 <= cells; k += 4)
    is_short |= persons * *(const lanes *)(shares + k) > cap * *(const lanes *)(from + k);
  int64_t is_any = is_short[0] | is_short[1] | is_short[2] | is_short[3];
  for (; k < cells; k++) is_any |= persons * shares[k] > cap * from[k];
  if (is_any) return 0;
  for (k = 0; k + 4 <= cells; k += 4) {
    lanes moved = persons * *(const lanes *)(shares + k);
    *(lanes *)(from + k) -= moved;
    *(lanes *)(to + k) += moved;
  }
  for (; k < cells; k++) {
    double moved = persons * shares[k];
    from[k] -= moved;
    to[k] += moved;
  }
  return 1;
}
