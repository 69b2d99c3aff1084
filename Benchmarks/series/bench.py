"""Series models of agyn beside statsforecast: CPU milliseconds a series, their ratio, and wall time on two cores.

Usage: python3 bench.py panel FILE                  write our own panel (1,000 monthly series of 120 values)
       python3 bench.py peer FILE                   time statsforecast on its first series
       python3 bench.py both FILE AGYN [MODEL ...]  time both and print the ratios; all models where none is named

FILE has the columns unique_id, ds and y, or unique_id, t (0, 1, … from January 2015) and y. Our own panel has level,
trend, a monthly season and autocorrelated noise from a linear congruential generator, the same on every machine.
statsforecast (PyPI, 2.1.1) runs in this process with one job, its import apart; agyn runs `series forecast --json` as
one process on all cores, and its time is that of the process, start, reading and writing included, of which a run of
the mean one step ahead tells the share. Both run on as many of the first series as their columns say, because the
slow ones would take the peer an hour. CPU times, so that other work on the machine counts little; wall times are
those of the same run with agyn and of a second one with two jobs with the peer.
"""
import csv
import math
import os
import resource
import subprocess
import sys
import tempfile
import time

SERIES, LENGTH, SEASON, HORIZON = 1000, 120, 12, 12
# Model of agyn; class of statsforecast and its arguments; how many series are timed here and there; the goal.
MODELS = {
    "auto-arima": ("AutoARIMA", {}, 100, 8, 40),
    "auto-ets": ("AutoETS", {}, 200, 40, 15),
    "dynamic-optimised-theta": ("DynamicOptimizedTheta", {}, 1000, 200, 15),
    "holt-winters": ("HoltWinters", {}, 1000, 100, 30),
    "arima(0,1,1)(0,1,1)": ("ARIMA", {"order": (0, 1, 1), "seasonal_order": (0, 1, 1)}, 400, 60, 30),
    "seasonal-naive": ("SeasonalNaive", {}, 1000, 1000, 20),
}


def panel():
    state = 20260401
    for i in range(SERIES):
        level, slope, size = 100 + i % 50, 0.1 * (i % 7), 2 + i % 11
        noise = 0.0
        for t in range(LENGTH):
            total = 0.0
            for _ in range(12):
                state = (6364136223846793005 * state + 1442695040888963407) % 2**64
                total += (state >> 11) / 2**53
            noise = 0.6 * noise + (total - 6)
            yield (f"s{i:05d}", month(t), level + slope * t + size * math.sin(2 * math.pi * t / SEASON) + noise)


def month(t):
    return f"{2015 + t // 12}-{t % 12 + 1:02d}"


def write(path, rows):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["unique_id", "ds", "y"])
        out.writerows((a, b, repr(c)) for a, b, c in rows)


def first(path, count):
    keep, rows = {}, []
    with open(path) as file:
        for r in csv.DictReader(file):
            if r["unique_id"] not in keep and len(keep) == count:
                continue
            keep[r["unique_id"]] = True
            rows.append((r["unique_id"], r["ds"] if "ds" in r else month(int(r["t"])), float(r["y"])))
    return rows, len(keep)


def peer(path, names):
    import pandas as pd
    import statsforecast
    from statsforecast import StatsForecast, models
    print(f"statsforecast {statsforecast.__version__}")
    times = {}
    for name in names:
        kind, arguments, _, count, _ = MODELS[name]
        rows, count = first(path, count)
        frame = pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
        frame["ds"] = pd.to_datetime(frame["ds"])
        model = getattr(models, kind)(season_length=SEASON, **arguments)
        cpu, wall = time.process_time(), time.perf_counter()
        StatsForecast(models=[model], freq="MS", n_jobs=1).forecast(df=frame, h=HORIZON, level=[80, 95])
        cpu, wall = time.process_time() - cpu, time.perf_counter()
        StatsForecast(models=[model], freq="MS", n_jobs=2).forecast(df=frame, h=HORIZON, level=[80, 95])
        wall = time.perf_counter() - wall
        times[name] = 1000 * cpu / count
        print(f"{kind:24} {times[name]:10.3f} ms CPU/series of {count}, {1000 * wall / count:10.3f} ms wall/series, "
              "two jobs", flush=True)
    return times


def ours(path, agyn, names):
    times = {}
    for name in names:
        used, wall, count = run(path, agyn, name, MODELS[name][2])
        reading, _, _ = run(path, agyn, name, MODELS[name][2], reads_only=True)
        times[name] = 1000 * used / count
        print(f"{name:24} {times[name]:10.3f} ms CPU/series of {count}, of it reading {1000 * reading / count:.3f}; "
              f"{1000 * wall / count:10.3f} ms wall/series", flush=True)
    return times


def run(path, agyn, name, count, reads_only=False):
    """CPU seconds, wall seconds, series; with `reads_only` the mean one step ahead: reading and little else."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "panel.csv")
        rows, count = first(path, count)
        write(file, rows)
        command = [agyn, "series", "forecast", file, "--model", "mean" if reads_only else name, "--season", str(SEASON),
                   "--horizon", "1" if reads_only else str(HORIZON), "--level", "80,95", "--json"]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall, count


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("panel", "peer", "both"):
        sys.exit(__doc__)
    path = sys.argv[2]
    if sys.argv[1] == "panel" or not os.path.exists(path):
        write(path, panel())
    names = sys.argv[4:] or list(MODELS)
    if sys.argv[1] == "peer":
        peer(path, names)
    if sys.argv[1] == "both":
        mine, theirs = ours(path, sys.argv[3], names), peer(path, names)
        for name in names:
            print(f"{name}: statsforecast / agyn = {theirs[name] / mine[name]:.1f} (goal {MODELS[name][4]})")


if __name__ == "__main__":
    main()
