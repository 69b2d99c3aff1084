"""Series models of agyn beside statsforecast: CPU milliseconds a series, their ratio, and wall time on two cores.

Usage: python3 bench.py panel FILE                  write our own panel (1,000 monthly series of 120 values)
       python3 bench.py peer FILE                   time statsforecast on its first series
       python3 bench.py both FILE AGYN [MODEL ...]  time both and print the ratios; all models where none is named
       python3 bench.py scale AGYN                  automatic Theta on 1,000, 10,000 and 100,000 series
       python3 bench.py sampler AGYN                the hierarchical panel sampler on 52 units

FILE has the columns unique_id, ds and y, or unique_id, t (0, 1, … from January 2015) and y. Our own panel has level,
trend, a monthly season and autocorrelated noise from a linear congruential generator, the same on every machine.
statsforecast (PyPI, 2.1.1) runs in this process with one job, its import apart; agyn runs `series forecast --json` as
one process on all cores. Its time is given twice: that of the whole process, start, reading and writing included, and
that of the models alone, which is the process' less that of the mean one step ahead on the same file. The peer is
given its series in memory, so the second is the like for like. Both run on as many of the first series as their
columns say, because the slow ones would take the peer an hour. CPU times, so that other work on the machine counts
little; wall times are those of the same run with agyn and of a second one with two jobs with the peer.
"""
import csv
import io
import math
import os
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
    "auto-theta": ("AutoTheta", {}, 1000, 60, 12),
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
    """Milliseconds a series of the process and of the models alone, by model."""
    times = {}
    for name in names:
        used, wall, count = run(path, agyn, name, MODELS[name][2])
        reading, _, _ = run(path, agyn, name, MODELS[name][2], reads_only=True)
        times[name] = (1000 * used / count, 1000 * max(used - reading, 1e-4) / count)
        print(f"{name:24} {times[name][0]:10.3f} ms CPU/series of {count}, {times[name][1]:.3f} without start and "
              f"reading; {1000 * wall / count:10.3f} ms wall/series", flush=True)
    return times


def run(path, agyn, name, count, reads_only=False):
    """CPU seconds, wall seconds, series; with `reads_only` the mean one step ahead: reading and little else."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "panel.csv")
        rows, count = first(path, count)
        write(file, rows)
        used, wall, _ = process(
            [agyn, "series", "forecast", file, "--model", "mean" if reads_only else name, "--season", str(SEASON),
             "--horizon", "1" if reads_only else str(HORIZON), "--level", "80,95", "--json"])
    return used, wall, count


def process(command, accepted=(0,)):
    """CPU seconds, wall seconds and the most memory in MB of a command whose output nobody reads."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in accepted:
        sys.exit(f"exit code {child.returncode}: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024


def scale(agyn):
    """Automatic Theta on panels that repeat ours under other names; the forecasts go to a file."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows((a, b, repr(c)) for a, b, c in panel())
    body = lines.getvalue()
    times = {}
    with tempfile.TemporaryDirectory() as folder:
        file, target = os.path.join(folder, "panel.csv"), os.path.join(folder, "forecast.csv")
        for copies in (1, 10, 100):
            with open(file, "w") as out:
                out.write("unique_id,ds,y\n")
                for copy in range(copies):
                    out.write(body.replace("\ns", f"\nc{copy:03d}.").replace("s", f"c{copy:03d}.", 1))
            used, wall, memory = process(
                [agyn, "series", "forecast", file, "--model", "auto-theta", "--season", str(SEASON), "--horizon",
                 str(HORIZON), "--level", "80,95", "--output", target, "--format", "csv"])
            count = copies * SERIES
            times[count] = 1000 * used / count
            print(f"auto-theta, {count:7} series: {times[count]:.3f} ms CPU/series, {1000 * wall / count:.3f} ms "
                  f"wall/series, at most {memory:.0f} MB (goal 1024)", flush=True)
    most, least = times[100 * SERIES], times[SERIES]
    print(f"auto-theta: 100,000 series take {most / least:.2f} times as long each as 1,000 (goal 1)")


def sampler(agyn):
    """CPU microseconds of a sweep: the difference of two warm-ups, one chain, our own 52 units of 17 years."""
    state = 17
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "rates.csv")
        rows = []
        for i in range(52):
            centre, rate = (i % 13 - 4) * 1.1, 0.0
            for year in range(2001, 2018):
                total = 0.0
                for _ in range(12):
                    state = (6364136223846793005 * state + 1442695040888963407) % 2**64
                    total += (state >> 11) / 2**53
                rate = 0.6 * rate + (0.5 + 0.1 * (i % 10)) * (total - 6)
                rows.append((f"u{i:02d}", str(year), centre + rate))
        write(file, rows)
        used = {}
        for warmup in (1000, 21000):
            command = [agyn, "series", "panel", file, "--horizon", "1", "--per", "1000", "--chains", "1", "--warmup",
                       str(warmup), "--samples", "1000", "--json"]
            # One short chain is not enough to trust, which the exit code says.
            used[warmup] = process(command, accepted=(0, 1))[0]
    sweep = 1e6 * (used[21000] - used[1000]) / 20000
    print(f"hierarchical panel: {sweep:.1f} µs CPU a sweep over 52 units (goal 30; bayesMig's recorded 3,200)")


def table(names, mine, theirs):
    print(f"{'model':24} {'statsforecast':>13} {'agyn':>9} {'ratio':>7} {'alone':>9} {'ratio':>7} {'goal':>5}")
    for name in names:
        whole, alone = mine[name]
        print(f"{name:24} {theirs[name]:13.3f} {whole:9.3f} {theirs[name] / whole:7.1f} {alone:9.3f} "
              f"{theirs[name] / alone:7.1f} {MODELS[name][4]:5}")


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("panel", "peer", "both", "scale", "sampler"):
        sys.exit(__doc__)
    if sys.argv[1] in ("scale", "sampler"):
        return {"scale": scale, "sampler": sampler}[sys.argv[1]](sys.argv[2])
    path = sys.argv[2]
    if sys.argv[1] == "panel" or not os.path.exists(path):
        write(path, panel())
    names = sys.argv[4:] or list(MODELS)
    if sys.argv[1] == "peer":
        peer(path, names)
    if sys.argv[1] == "both":
        table(names, ours(path, sys.argv[3], names), peer(path, names))
    return None


if __name__ == "__main__":
    main()
