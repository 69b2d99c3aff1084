#!/usr/bin/env python3
"""Writes accuracy.csv: what special functions and distributions should give, and how near.

Values by mpmath with 50 digits (up to 420 where a tail probability is a difference), from formulas
other than those of the kernel: power series with positive terms, closed forms, mpmath's own functions.

The tolerance of a row is absolute and follows from the problem, not from the program. With
u = 2^-53 a result v may be off by |v| u (C + 4 L + 4 K):
  C   operations: 8 for closed forms, 60 for series, fractions and inverses;
  L   |ln v| for probabilities: the exponent of a tail is rounded before it is raised; for beta
      functions with a shape below 10 the larger of a |ln x| and b |ln y|, which enter separately;
      the complement of a probability near 1 adds 8 / shape, rounded eight times at most;
  K   |d ln v / d ln x| wherever the argument itself is a rounded quotient or product.
Quantiles: the same error of the probability, divided by the density. Logarithms: |v| is at least 1.
"""
import csv, os, sys
import mpmath
from mpmath import mp, mpf, exp, log, sqrt, pi, erfc, gamma, loggamma, log1p, expm1, beta

DIGITS = 50
U = mpf(2) ** -53
rows = []


def put(name, args, value, tolerance):
    value = mpf(value)
    if value != 0 and not (mpf("1e-305") < abs(value) < mpf("1e305")):
        return
    args = [repr(float(a)) for a in args] + [""] * (4 - len(args))
    rows.append([name, *args, repr(float(value)), "%.3e" % float(tolerance)])


def relative(name, args, value, C, L=0, K=0):
    put(name, args, value, abs(value) * U * (C + 4 * L + 4 * K))


def logarithm(name, args, value, C, scale=0):
    put(name, args, value, max(1, abs(value), scale) * U * C)


def lower_gamma_series(a, x):
    term = total = mpf(1)
    n = mpf(a)
    while term > total * mpf(10) ** (-mp.dps):
        n += 1
        term *= x / n
        total += term
    return exp(a * log(x) - x - loggamma(a + 1)) * total


def gamma_tails(a, x):
    """P, Q and x dP/dx, each to 40 digits."""
    a, x = mpf(a), mpf(x)
    with mp.workdps(360 if a < x <= 3 * a + 100 else 60):
        if x > 3 * a + 100:
            q = mpmath.gammainc(a, x, regularized=True)
            p = 1 - q
        else:
            p = lower_gamma_series(a, x)
            q = 1 - p
        d = exp(a * log(x) - x - loggamma(a))
    return p, q, d


def beta_series(a, b, x, y):
    term = total = mpf(1)
    n = mpf(0)
    while True:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
        if term < total * mpf(10) ** (-mp.dps) and (a + b + n) * x < (a + 1 + n):
            break
    return exp(a * log(x) + b * log(y) + loggamma(a + b) - loggamma(a + 1) - loggamma(b)) * total


def beta_tails(a, b, x, y=None):
    """I, 1 - I and x y dI/dx."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    below = x < a / (a + b)
    # A series needs more digits only where the other tail is much smaller than its own.
    with mp.workdps(70):
        y = 1 - x if y is None else mpf(y)
        d = exp(a * log(x) + b * log(y) + loggamma(a + b) - loggamma(a) - loggamma(b))
    if (below and x < 0.99) or (not below and y >= 0.99):
        with mp.workdps(70 if below else 350):
            p = beta_series(a, b, x, y)
            return p, 1 - p, d
    with mp.workdps(350 if below else 70):
        q = beta_series(b, a, y, x)
        return 1 - q, q, d


def special():
    for x in [1e-300, 1e-20, 1e-5, 0.1, 0.5, 0.9, 0.9999, 1.0001, 1.3, 1.4616, 1.4616321449683622, 1.9,
              1.9999, 2.0001, 2.9, 3.5, 7, 9.99, 10.01, 33.3, 171.6, 1e4, 1e8, 1e15, 1e200]:
        X = mpf(x)
        relative("logGamma", [x], loggamma(X), 8)
        relative("digamma", [x], mpmath.digamma(X), 20 if abs(x - 1.46163) > 1e-3 else 40)
        if x > 1e-100:
            relative("trigamma", [x], mpmath.polygamma(1, X), 20)
    for a in [1e-8, 1e-3, 0.3, 1, 2.5, 9.9, 10.1, 50, 1e3, 1e6, 1e10]:
        for b in [1e-3, 0.5, 1, 3, 15, 200, 1e5, 1e8]:
            v = loggamma(mpf(a)) + loggamma(mpf(b)) - loggamma(mpf(a) + mpf(b))
            logarithm("logBeta", [a, b], v, 60)
    for n, k in [(5, 2), (20, 10), (100, 3), (1000, 500), (10**6, 10), (10**6, 499_999), (10**9, 7)]:
        logarithm("logChoose", [n, k], log(mpmath.binomial(n, k)) if n < 10**7 else
                  loggamma(mpf(n) + 1) - loggamma(mpf(k) + 1) - loggamma(mpf(n) - k + 1), 60)
    for n in [0, 1, 2, 10, 170, 171, 10**6]:
        logarithm("logFactorial", [n], loggamma(mpf(n) + 1), 8)
    for z in [-37.5, -37, -30, -20.123, -10.7, -6, -5.03, -3, -1.5, -1, -0.3, -1e-5, 0, 1e-10, 0.2,
              0.67, 1, 2.2, 4, 6, 8.2, 15.3, 38]:
        Z = mpf(z)
        p = erfc(-Z / sqrt(mpf(2))) / 2
        relative("normalCumulative", [z], p, 16)
        relative("normalComplementary", [z], erfc(Z / sqrt(mpf(2))) / 2, 16)
        relative("normalDensity", [z], exp(-Z * Z / 2) / sqrt(2 * pi), 8)
        logp = log1p(-erfc(Z / sqrt(mpf(2))) / 2) if z > 0 else log(p)
        relative("normalLogCumulative", [z], logp, 16)
    for z in [-1e3, -1e6, -38.5, -100]:
        Z = mpf(z)
        with mp.workdps(60):
            v = -Z * Z / 2 - log(-Z) - log(2 * pi) / 2 + log1p(sum(
                (-1) ** k * mpmath.fac2(2 * k - 1) / Z ** (2 * k) for k in range(1, 40)))
        relative("normalLogCumulative", [z], v, 16)
    for x in [-20, -3, -0.5, 0, 1e-5, 0.7, 2, 5, 10.3, 24.9, 25.1, 60, 1e4, 1e10]:
        X = mpf(x)
        relative("erfcx", [x], exp(X * X) * erfc(X), 16)
    for p in [1e-300, 1e-200, 1e-100, 1e-50, 1e-20, 1e-12, 1e-10, 1e-6, 0.001, 0.01, 0.07, 0.0749,
              0.0751, 0.1, 0.25, 0.4, 0.49999, 0.5000001, 0.6, 0.75, 0.925, 0.926, 0.99, 0.99999,
              1 - 1e-10]:
        P = mpf(p)
        with mp.workdps(340):
            start = mpf(float(mpmath.sqrt(2)) * (mpmath.erfinv(2 * P - 1) if 1e-12 < p else
                        -sqrt(-log(P) - log(sqrt(-4 * pi * log(P))))))
            z = mpmath.findroot(lambda t: log(erfc(-t / sqrt(mpf(2))) / 2) - log(P), start, tol=1e-60)
        relative("normalQuantile", [p], z, 24)
        relative("normalUpperQuantile", [p], -z, 24)
    for x in [-800, -745, -40, -1, -1e-8, 0, 1e-8, 1, 30, 700, 1e5]:
        X = mpf(x)
        relative("log1pExp", [x], log1p(exp(X)), 8)
        relative("logistic", [x], 1 / (1 + exp(-X)), 8)
        if x < 0:
            with mp.workdps(400):
                v = log(-expm1(X)) if x > -1 else log1p(-exp(X))
            relative("log1mExp", [x], v, 8)
    for p in [1e-300, 1e-5, 0.2, 0.26, 0.4999, 0.500001, 0.7, 0.76, 1 - 1e-9]:
        relative("logit", [p], log(mpf(p) / (1 - mpf(p))), 16)


GAMMA_POINTS = [(a, f) for a in [1e-10, 1e-3, 0.1, 0.5, 0.99, 1, 2.5, 9.5, 10.5, 40, 300.25]
                for f in [1e-200, 1e-20, 1e-3, 0.1, 0.4, 0.8, 0.999, 1.0, 1.05, 1.3, 2, 5, 15, 60, 500]]
GAMMA_POINTS += [(a, f) for a in [1e4, 99_999, 100_001]
                 for f in [1 + s / a ** 0.5 for s in (-33, -20, -6, -1, 0, 0.3, 2, 8, 25, 36)]]
GAMMA_POINTS += [(2e6, 1 + s / 2e6 ** 0.5) for s in (-35, -9, 0, 1, 6)]


def incomplete_gamma():
    for a, f in GAMMA_POINTS:
        x = float(f) * a if a > 1 else float(f)
        if x > a + 750 + 40 * a ** 0.5:
            continue
        p, q, d = gamma_tails(a, x)
        relative("gammaP", [a, x], p, 60, abs(log(p)))
        if q > mpf("1e-305"):
            relative("gammaQ", [a, x], q, 60, abs(log(q)))
        inverse("gammaPInverse", "gammaQInverse", [a], x, p, q, d / x, 60)


def inverse(lower, upper, args, x, p, q, f, C, K=0):
    """Both quantiles at the double nearest to p and q, by one Newton step from x."""
    for name, tail, sign in [(lower, p, 1), (upper, q, -1)]:
        t = float(tail)
        if not 1e-300 < t < 0.9 or f == 0 or (1e-305 > abs(x) > 0):
            continue
        at = mpf(x) - sign * (tail - mpf(t)) / f
        error = tail / f * U * (C + 4 * abs(log(tail)) + 4 * K) + C * U * abs(x)
        if at > 0 or x < 0:
            put(name, [*args, t], at, error)


BETA_SHAPES = [(1e-3, 2), (0.02, 0.03), (0.5, 0.5), (1, 1), (0.5, 3), (2, 0.3), (1.5, 1.5), (9, 11),
               (12, 10.5), (40, 0.5), (300, 0.5), (200, 5), (5, 2000), (1e4, 3e4), (1e5, 2e5),
               (2e5, 0.5), (1e5, 20)]


def beta_points(a, b):
    mean, sd = a / (a + b), (a * b / (a + b) ** 2 / (a + b + 1)) ** 0.5
    near = [mean + s * sd for s in (-36, -20, -8, -3, -1, -0.2, 0, 0.5, 2, 5, 12, 30)]
    fixed = [1e-250, 1e-30, 1e-6, 0.01, 0.3, 0.5, 0.8, 0.99] if max(a, b) < 500 else []
    return sorted(x for x in near + fixed if 0 < x < 0.9999999)


def incomplete_beta():
    for a, b in BETA_SHAPES:
        for x in beta_points(a, b):
            if b < 1 and x > 0.9999 and a < 1000:
                continue
            p, q, d = beta_tails(a, b, x)
            small = 8 * max(1, 1 / min(a, b))
            size = max(abs(a * log(mpf(x))), abs(b * log1p(-mpf(x)))) if min(a, b) < 10 else 0
            relative("betaI", [a, b, x], p, 60, max(size, abs(log(p))))
            relative("betaIComplement", [a, b, x], q, 60 + small, max(size, abs(log(q))))
            inverse("betaIInverse", "betaIComplementInverse", [a, b], x, p, q, d / x / (1 - mpf(x)),
                    60 + small, size)


def distribution(name, args, x, p, q, f, C=60, K=0, logscale=0):
    """Density and both tails at x, and both quantiles."""
    logarithm(name + ".logDensity", [*args, x], log(f), C + 4 * K / max(1, abs(log(f))), logscale)
    kp, kq = (abs(x) * f / p, abs(x) * f / q) if K else (0, 0)
    relative(name + ".cumulative", [*args, x], p, C, abs(log(p)), K * kp)
    if q > mpf("1e-305"):
        relative(name + ".complementary", [*args, x], q, C, abs(log(q)), K * kq)


def continuous():
    tails = [-37, -20, -8, -3, -1, -0.1, 0.2, 1.5, 4, 9, 25, 36]
    for z in tails:
        x = 3 + 2 * float(z)
        Z = (mpf(x) - 3) / 2
        p, q = erfc(-Z / sqrt(mpf(2))) / 2, erfc(Z / sqrt(mpf(2))) / 2
        f = exp(-Z * Z / 2) / sqrt(2 * pi) / 2
        distribution("Normal", [3, 2], x, p, q, f)
        inverse("Normal.quantile", "Normal.upperQuantile", [3, 2], x, p, q, f, 60)
        x = float(exp(mpf(z) / 2 + 1))
        Z = (log(mpf(x)) - 1) / mpf("0.5")
        p, q = erfc(-Z / sqrt(mpf(2))) / 2, erfc(Z / sqrt(mpf(2))) / 2
        f = exp(-Z * Z / 2) / sqrt(2 * pi) / mpf("0.5") / x
        distribution("LogNormal", [1, 0.5], x, p, q, f, 60, 2 + abs(log(mpf(x))))
        inverse("LogNormal.quantile", "LogNormal.upperQuantile", [1, 0.5], x, p, q, f, 60,
                2 + abs(log(mpf(x))))
    for nu in [0.3, 1, 2, 4.5, 30, 400, 1e6]:
        for t in [-1e60, -1e12, -300, -30, -8, -2.2, -0.5, -1e-5, 0.01, 1.1, 3, 12, 37, 1e4, 1e30]:
            N, T = mpf(nu), mpf(t)
            if nu > 100 and abs(t) > 60:
                continue
            with mp.workdps(420):
                s = T * T / N
                tail = (beta_series(N / 2, mpf(1) / 2, 1 / (1 + s), s / (1 + s)) if s > 0.01 else
                        1 - beta_series(mpf(1) / 2, N / 2, s / (1 + s), 1 / (1 + s))) / 2
                p, q = (tail, 1 - tail) if t < 0 else (1 - tail, tail)
                f = exp(-(N + 1) / 2 * log1p(s)) / sqrt(N) / beta(mpf(1) / 2, N / 2)
            if min(p, q) > mpf("1e-300"):
                distribution("StudentT", [nu], t, p, q, f, 60, 0, abs(log(f)))
                inverse("StudentT.quantile", "StudentT.upperQuantile", [nu], t, p, q, f, 60, 1)
    for d1, d2 in [(1, 1), (3, 0.5), (5, 12), (40, 7), (300, 800), (0.4, 30)]:
        for x in [1e-100, 1e-9, 0.01, 0.4, 1, 1.7, 6, 40, 1e4, 1e15]:
            with mp.workdps(70):
                r = mpf(x) * d1 / mpf(d2)
                p, q, d = beta_tails(mpf(d1) / 2, mpf(d2) / 2, r / (1 + r), 1 / (1 + r))
            if min(p, q) < mpf("1e-300"):
                continue
            distribution("F", [d1, d2], x, p, q, d / x, 60, 1)
            inverse("F.quantile", "F.upperQuantile", [d1, d2], x, p, q, d / x, 60, 1)
    for shape, rate in [(0.05, 3), (0.7, 0.1), (1, 5), (6.3, 2.7), (25, 1e-3), (5000, 7)]:
        for f in [1e-60, 1e-4, 0.2, 0.7, 0.97, 1.1, 1.6, 4, 20, 100]:
            x = float(f) * shape / rate
            if x * rate > shape + 750 + 40 * shape ** 0.5:
                continue
            p, q, d = gamma_tails(shape, mpf(x) * mpf(rate))
            if min(p, q) < mpf("1e-300"):
                continue
            distribution("Gamma", [shape, rate], x, p, q, d / x, 60, 1)
            inverse("Gamma.quantile", "Gamma.upperQuantile", [shape, rate], x, p, q, d / x, 60, 1)
            if rate == 5:
                p, q, d = gamma_tails(mpf(7) / 2, mpf(x) / 2)
                distribution("ChiSquare", [7], x, p, q, d / x, 60)
    for a, b in BETA_SHAPES:
        for x in beta_points(a, b):
            if (b < 1 and x > 0.9999 and a < 1000):
                continue
            p, q, d = beta_tails(a, b, x)
            if min(p, q) < mpf("1e-300"):
                continue
            v = log(d / x / (1 - mpf(x)))
            logarithm("Beta.logDensity", [a, b, x], v, 60, max(abs(a * log(mpf(x))), abs(b * log1p(-mpf(x))))
                      if min(a, b) < 10 else abs(v))
    elementary()


def elementary():
    for x in [-700, -60, -3, -0.01, 0.5, 2, 30, 650]:
        X = mpf(x)
        e = exp(-abs(X))
        p, q = (e / (1 + e), 1 / (1 + e)) if x < 0 else (1 / (1 + e), e / (1 + e))
        f = e / (1 + e) ** 2
        distribution("Logistic", [0, 1], x, p, q, f, 16)
        inverse("Logistic.quantile", "Logistic.upperQuantile", [0, 1], x, p, q, f, 16)
        p, q = (e / 2, 1 - e / 2) if x < 0 else (1 - e / 2, e / 2)
        distribution("Laplace", [0, 1], x, p, q, e / 2, 16)
        inverse("Laplace.quantile", "Laplace.upperQuantile", [0, 1], x, p, q, e / 2, 16)
    for x in [1e-300, 1e-10, 0.1, 1, 5, 200]:
        X = mpf(3) * mpf(x)
        p, q, f = -expm1(-X), exp(-X), 3 * exp(-X)
        if q > 1e-300:
            distribution("Exponential", [3], x, p, q, f, 16, 1)
            inverse("Exponential.quantile", "Exponential.upperQuantile", [3], x, p, q, f, 16)
    for x in [-1.5, -1, 0, 0.5, 1.25, 3.75]:
        X = mpf(x)
        p = (X + 2) ** 2 / 18 if x <= 1 else 1 - (4 - X) ** 2 / 18
        f = (X + 2) / 9 if x <= 1 else (4 - X) / 9
        distribution("Triangular", [-2, 1, 4], x, p, 1 - p, f, 16)
        inverse("Triangular.quantile", "Triangular.upperQuantile", [-2, 1, 4], x, p, 1 - p, f, 16)
        p = (X + 2) / 6
        distribution("Uniform", [-2, 4], x, p, 1 - p, mpf(1) / 6, 16)
        inverse("Uniform.quantile", "Uniform.upperQuantile", [-2, 4], x, p, 1 - p, mpf(1) / 6, 16)


def counts():
    for m in [1e-8, 0.3, 4, 25.5, 900, 1e5, 2e7]:
        sd = m ** 0.5
        ks = sorted({max(0, int(m + s * sd)) for s in (-30, -12, -4, -1, 0, 1, 3, 8, 20, 33)} | {0, 1, 7})
        for k in ks:
            v = k * log(mpf(m)) - m - loggamma(mpf(k) + 1)
            logarithm("Poisson.logDensity", [m, k], v, 60 + abs(k - m) / max(1, abs(v)))
            if m > 1e6 and abs(k - m) > 1.5 * sd:
                continue
            p, q, d = gamma_tails(k + 1, m)
            if min(p, q) > mpf("1e-300"):
                relative("Poisson.cumulative", [m, k], q, 60, abs(log(q)))
                relative("Poisson.complementary", [m, k], p, 60, abs(log(p)))
    for n, pr in [(1, 0.3), (10, 0.5), (60, 0.01), (1000, 0.9), (10**6, 0.001), (2 * 10**7, 0.25)]:
        sd = (n * pr * (1 - pr)) ** 0.5
        ks = sorted({min(n, max(0, int(n * pr + s * sd))) for s in (-25, -6, -2, 0, 1, 4, 12, 30)} | {0, n})
        for k in ks:
            P = mpf(pr)
            v = loggamma(mpf(n) + 1) - loggamma(mpf(k) + 1) - loggamma(mpf(n) - k + 1) + k * log(P) \
                + (n - k) * log1p(-P)
            logarithm("Binomial.logDensity", [n, pr, k], v,
                      60 + 2 * abs(k - n * pr) / max(1, abs(v)) / (1 - pr))
            if k < n and n < 10**7:
                up, low, d = beta_tails(k + 1, n - k, P)
                if min(low, up) > mpf("1e-300"):
                    relative("Binomial.cumulative", [n, pr, k], low, 60, abs(log(low)))
                    relative("Binomial.complementary", [n, pr, k], up, 60, abs(log(up)))
    for m, r in [(0.01, 0.5), (3, 0.02), (3, 1e6), (50, 4.5), (4000, 30), (1e6, 2.5)]:
        sd = (m + m * m / r) ** 0.5
        ks = sorted({max(0, int(m + s * sd)) for s in (-2, -0.9, -0.2, 0, 1, 3, 10)} | {0, 1, 12})
        for k in ks:
            M, R = mpf(m), mpf(r)
            v = loggamma(k + R) - loggamma(R) - loggamma(mpf(k) + 1) - R * log1p(M / R) - k * log1p(R / M)
            logarithm("NegativeBinomial.logDensity", [m, r, k], v, 60 + 4 * abs(k - m) / max(1, abs(v)) *
                      (R / (R + M)))
            low, up, d = beta_tails(R, k + 1, R / (R + M), M / (R + M))
            if min(low, up) > mpf("1e-300"):
                small = 8 * max(1, 1 / r)
                relative("NegativeBinomial.cumulative", [m, r, k], low, 60, abs(log(low)), d / low)
                relative("NegativeBinomial.complementary", [m, r, k], up, 60 + small, abs(log(up)), d / up)


if __name__ == "__main__":
    mp.dps = DIGITS
    for part in (special, incomplete_gamma, incomplete_beta, continuous, counts):
        part()
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "accuracy.csv"), "w", newline="") as file:
        file.write("# accuracy references; make_references.py, mpmath %s, %d digits\n"
                   % (mpmath.__version__, DIGITS))
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["function", "a", "b", "c", "d", "value", "tolerance"])
        out.writerows(rows)
    print(len(rows), "rows", file=sys.stderr)
