// The pass of theta.c over two groups of four lanes, included once for each set of instructions. No include guard.

TARGET static void NAME(theta_sums)(size_t n, size_t uncounted, const double *y, const double *intercept,
                                    const double *slope, const double *alphas, double *sums) {
  lanes alpha[2], kept[2], inverse[2], power[2], level[2];
  lanes xx[2], xg[2], gg[2], xz[2], gz[2], zz[2];
  for (int k = 0; k < 2; k++) {
    lanes zero = {0, 0, 0, 0};
    alpha[k] = *(const lanes *)(alphas + 4 * k);
    kept[k] = 1 - alpha[k];
    inverse[k] = 1 / alpha[k];
    power[k] = zero + 1;
    level[k] = xx[k] = xg[k] = gg[k] = xz[k] = gz[k] = zz[k] = zero;
  }
  for (size_t t = 0; t < n; t++)
    for (int k = 0; k < 2; k++) {
      lanes after = power[k] * kept[k];
      if (t >= uncounted) {
        lanes g = power[k] * intercept[t] + (1 - after) * inverse[k] * slope[t], z = y[t] - level[k];
        xx[k] += power[k] * power[k];
        xg[k] += power[k] * g;
        gg[k] += g * g;
        xz[k] += power[k] * z;
        gz[k] += g * z;
        zz[k] += z * z;
      }
      level[k] = alpha[k] * y[t] + kept[k] * level[k];
      power[k] = after;
    }
  lanes *out = (lanes *)sums;
  for (int k = 0; k < 2; k++) {
    out[k] = xx[k];
    out[2 + k] = xg[k];
    out[4 + k] = gg[k];
    out[6 + k] = xz[k];
    out[8 + k] = gz[k];
    out[10 + k] = zz[k];
  }
}
