"""Automatic series models of agyn beside statsforecast: CPU milliseconds a series, and their ratio.

Usage: python3 bench.py panel FILE          write the panel (1,000 monthly series of 120 values)
       python3 bench.py peer FILE           time statsforecast on its first series
       python3 bench.py both FILE AGYN      time both and print the ratios

The panel is ours: level, trend, a monthly season and autocorrelated noise from a linear congruential
generator, the same on every machine. statsforecast (PyPI, 2.1.1) runs in this process with one job, its
import apart. agyn runs `series forecast --json` as one process; its time is that of the process, reading
and start included. Times are CPU times of one thread, so that other work on the machine counts little.
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
# Model of agyn, class of statsforecast, how many series are timed.
PAIRS = [("auto-arima", "AutoARIMA", 8), ("auto-ets", "AutoETS", 40), ("seasonal-naive", "SeasonalNaive", 200)]


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
            yield (f"s{i:04d}", f"{2015 + t // 12}-{t % 12 + 1:02d}",
                   level + slope * t + size * math.sin(2 * math.pi * t / SEASON) + noise)


def write(path, rows):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["unique_id", "ds", "y"])
        out.writerows((a, b, repr(c)) for a, b, c in rows)


def first(path, count):
    keep = {f"s{i:04d}" for i in range(count)}
    with open(path) as file:
        return [(r["unique_id"], r["ds"], float(r["y"])) for r in csv.DictReader(file)
                if r["unique_id"] in keep]


def peer(path):
    import pandas as pd
    import statsforecast
    from statsforecast import StatsForecast, models
    times = {}
    for _, name, count in PAIRS:
        frame = pd.DataFrame(first(path, count), columns=["unique_id", "ds", "y"])
        frame["ds"] = pd.to_datetime(frame["ds"])
        engine = StatsForecast(models=[getattr(models, name)(season_length=SEASON)], freq="MS", n_jobs=1)
        start = time.process_time()
        engine.forecast(df=frame, h=HORIZON, level=[80, 95])
        times[name] = 1000 * (time.process_time() - start) / count
        print(f"statsforecast {statsforecast.__version__} {name}: {times[name]:.2f} ms/series", flush=True)
    return times


def ours(path, agyn):
    times = {}
    for name, _, count in PAIRS:
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "panel.csv")
            write(file, first(path, count))
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                [agyn, "series", "forecast", file, "--model", name, "--season", str(SEASON),
                 "--horizon", str(HORIZON), "--level", "80,95", "--json"],
                check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        times[name] = 1000 * seconds / count
        print(f"agyn {name}: {times[name]:.2f} ms/series", flush=True)
    return times


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("panel", "peer", "both"):
        sys.exit(__doc__)
    path = sys.argv[2]
    if sys.argv[1] == "panel" or not os.path.exists(path):
        write(path, panel())
    if sys.argv[1] == "peer":
        peer(path)
    if sys.argv[1] == "both":
        mine, theirs = ours(path, sys.argv[3]), peer(path)
        for model, name, _ in PAIRS:
            print(f"{model}: statsforecast / agyn = {theirs[name] / mine[model]:.1f}")


if __name__ == "__main__":
    main()
