/* The plain C loop of the equations CohortEngine solves, as a peer: dense loops over origins and
 * destinations, rates scaled in every draw, flows kept by five-year age groups, one thread.
 * usage: peer FORM REGIONS YEARS DRAWS MORE      FORM: transition or movement
 * MORE is the part by which more people leave the last region than the first, of which 5 % times a profile leave.
 * Prints milliseconds a draw (fastest of five) and the population at the end of the last draw. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AGES = 101, GROUPS = 21 };

static int n;
static double *people, *survival, *emigration, *immigration, *fertility, *level, *scaled, *flows, *next;
static double profile[AGES];

#define CELL(s, a, r) (((r) * 2 + (s)) * AGES + (a))
#define RATE(t, g, j, i) (t)[((size_t)(g) * n + (j)) * n + (i)]

static double *array(size_t count) {
  double *values = calloc(count, sizeof *values);
  if (!values) exit(1);
  return values;
}

/* The invented country of the engine's speed test. */
static void fill(double more) {
  for (int r = 0; r < n; r++) {
    for (int s = 0; s < 2; s++) {
      for (int a = 0; a < AGES; a++) {
        double x = a;
        int c = CELL(s, a, r);
        people[c] = (4000 + 900 * r) * exp(-x * x / 5000) + 0.37;
        survival[c] = fmax(0.3, 1 - 0.0005 * exp(0.075 * x) - 0.0001 * r);
        emigration[c] = 0.002 * exp(-fabs(x - 27) / 20);
        immigration[c] = (5 + r) * exp(-fabs(x - 30) / 15);
      }
    }
    for (int a = 15; a < 50; a++) fertility[r * AGES + a] = 0.15 * exp(-(a - 28.0) * (a - 28.0) / 60);
  }
  for (int a = 0; a < AGES; a++) profile[a] = 0.2 + exp(-fabs(a - 24.0) / 12);
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++) if (j != i) sum += 1.0 / (1 + abs(j - i));
    for (int g = 0; g < GROUPS; g++)
      for (int j = 0; j < n; j++)
        RATE(level, g, j, i) = j == i ? 0 : 0.05 * (1 + more / (n - 1) * i) / (1 + abs(j - i)) / sum;
  }
}

static void transition(int s, int a, const double *start, double *end) {
  int g = a / 5;
  for (int j = 0; j < n; j++) end[j] = 0;
  for (int i = 0; i < n; i++) {
    double alive = start[i] * survival[CELL(s, a, i)];
    double stays = alive * (1 - emigration[CELL(s, a, i)]);
    for (int j = 0; j < n; j++) {
      double moved = profile[a] * RATE(scaled, g, j, i) * alive;
      RATE(flows, g, j, i) += moved;
      end[j] += moved;
      stays -= moved;
    }
    end[i] += stays;
  }
}

/* Eq. 3 by the fixed point n1 = n0 - M (n0 + n1) / 2, until the identity holds to 1e-8. */
static void movement(int s, int a, const double *start, double *end) {
  static double rate[1024 * 1024], out[1024], lived[1024];
  int g = a / 5, h = (a - 1) / 5;
  for (int i = 0; i < n; i++) out[i] = 0;
  for (int j = 0; j < n; j++)
    for (int i = 0; i < n; i++) {
      double r = 0.5 * (profile[a - 1] * RATE(scaled, h, j, i) + profile[a] * RATE(scaled, g, j, i));
      rate[(size_t)j * n + i] = r;
      out[i] += r;
    }
  for (int i = 0; i < n; i++) {
    double S = survival[CELL(s, a, i)];
    out[i] += 2 * (1 - S) / (1 + S) + 0.5 * (emigration[CELL(s, a - 1, i)] + emigration[CELL(s, a, i)]);
    end[i] = start[i];
  }
  for (int pass = 0; pass < 200; pass++) {
    double change = 0;
    for (int i = 0; i < n; i++) lived[i] = 0.5 * (start[i] + end[i]);
    for (int j = 0; j < n; j++) {
      double in = 0;
      for (int i = 0; i < n; i++) in += rate[(size_t)j * n + i] * lived[i];
      double value = start[j] - out[j] * lived[j] + in;
      change = fmax(change, fabs(value - end[j]));
      end[j] = value;
    }
    if (change < 1e-8) break;
  }
  for (int j = 0; j < n; j++)
    for (int i = 0; i < n; i++)
      RATE(flows, g, j, i) += rate[(size_t)j * n + i] * 0.5 * (start[i] + end[i]);
}

static void year(int moves) {
  static double start[1024], end[1024];
  memset(flows, 0, sizeof(double) * GROUPS * n * n);
  for (int s = 0; s < 2; s++)
    for (int a = 1; a < AGES; a++) {
      for (int i = 0; i < n; i++)
        start[i] = people[CELL(s, a - 1, i)] + (a == AGES - 1 ? people[CELL(s, a, i)] : 0);
      if (moves) movement(s, a, start, end); else transition(s, a, start, end);
      for (int i = 0; i < n; i++) next[CELL(s, a, i)] = end[i] + immigration[CELL(s, a, i)];
    }
  for (int r = 0; r < n; r++) {
    double births = 0;
    for (int a = 15; a < 50; a++)
      births += fertility[r * AGES + a] * 0.5 * (people[CELL(1, a, r)] + next[CELL(1, a, r)] - immigration[CELL(1, a, r)]);
    for (int s = 0; s < 2; s++)
      next[CELL(s, 0, r)] = births * (s ? 1 : 1.06) / 2.06 * survival[CELL(s, 0, r)] + immigration[CELL(s, 0, r)];
  }
  double *swap = people; people = next; next = swap;
}

int main(int count, char **arguments) {
  if (count != 6) return 64;
  int moves = strcmp(arguments[1], "movement") == 0, years = atoi(arguments[3]), draws = atoi(arguments[4]);
  n = atoi(arguments[2]);
  size_t cells = (size_t)2 * AGES * n, table = (size_t)GROUPS * n * n;
  people = array(cells); next = array(cells); survival = array(cells); emigration = array(cells);
  immigration = array(cells); fertility = array((size_t)AGES * n);
  level = array(table); scaled = array(table); flows = array(table);
  fill(atof(arguments[5]));
  double *launch = array(cells), best = 1e9, total = 0;
  memcpy(launch, people, cells * sizeof(double));
  for (int turn = 0; turn < 5; turn++) {
    struct timespec a, b;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
    for (int k = 0; k < draws; k++) {
      memcpy(people, launch, cells * sizeof(double));
      double factor = 1 + 0.001 * (k % 20);
      for (size_t m = 0; m < table; m++) scaled[m] = level[m] * factor;
      for (int t = 0; t < years; t++) year(moves);
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
    best = fmin(best, ((b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6) / draws);
  }
  for (size_t c = 0; c < cells; c++) total += people[c];
  printf("%.4f %.6f\n", best, total);
  return 0;
}
