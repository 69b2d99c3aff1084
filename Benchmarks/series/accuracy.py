"""Accuracy and coverage of agyn's models on the M3 competition, by its official scoring.

Usage: python3 accuracy.py AGYN FOLDER [MODEL] [ORIGINS]

FOLDER holds m3_yearly.csv.gz, m3_quarterly.csv.gz and m3_monthly.csv.gz (columns id, train and test, values
apart by blanks; Makridakis and Hibon 2000, as in the R package Mcomp). MODEL is a name of `agyn series
forecast` (combination where absent). Each model sees the training values alone; `--calibrate ORIGINS`
(1 where absent) widens intervals by errors inside them, pooled over the file. Means over points, then over
series; CPU time is that of the process, reading included.
"""
import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile

SEASONS = {"yearly": 1, "quarterly": 4, "monthly": 12}
# The project's goals: sMAPE, MASE.
GOALS = {"yearly": (15.6, 2.56), "quarterly": (8.95, 1.09), "monthly": (13.6, 0.84)}


def date(season, t):
    if season == 1:
        return str(1900 + t)
    if season == 4:
        return f"{1950 + t // 4}-Q{t % 4 + 1}"
    return f"{1950 + t // 12}-{t % 12 + 1:02d}"


def read(path):
    with gzip.open(path, "rt") as file:
        return [(row["id"], [float(x) for x in row["train"].split()], [float(x) for x in row["test"].split()])
                for row in csv.DictReader(file)]


def forecast(agyn, series, season, model, origins):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m3.csv")
        with open(path, "w", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(["unique_id", "ds", "y"])
            for name, train, _ in series:
                out.writerows((name, date(season, t), repr(y)) for t, y in enumerate(train))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = subprocess.run(
            [agyn, "series", "forecast", path, "--model", model, "--season", str(season), "--horizon",
             str(len(series[0][2])), "--level", "80,95", "--calibrate", str(origins), "--json"],
            check=True, stdout=subprocess.PIPE)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {s["unique_id"]: s["forecast"] for s in json.loads(answer.stdout)["series"]}, used


def main():
    agyn, folder = sys.argv[1:3]
    model = sys.argv[3] if len(sys.argv) > 3 else "combination"
    origins = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    print(f"{model}, intervals {f'calibrated by {origins} origins pooled over the file' if origins else 'its own'}")
    print("            series    sMAPE (goal)    MASE (goal)   cover 80  cover 95  CPU ms a series")
    for period, season in SEASONS.items():
        series = read(os.path.join(folder, f"m3_{period}.csv.gz"))
        steps, used = forecast(agyn, series, season, model, origins)
        smape = mase = inside80 = inside95 = points = 0
        for name, train, test in series:
            ahead = steps[name]
            scale = sum(abs(b - a) for a, b in zip(train, train[season:])) / (len(train) - season)
            errors = [abs(y - f["mean"]) for y, f in zip(test, ahead)]
            smape += sum(200 * e / (abs(y) + abs(f["mean"])) for e, y, f in zip(errors, test, ahead)) / len(test)
            mase += sum(errors) / len(test) / scale
            inside80 += sum(f["lower"]["80"] <= y <= f["upper"]["80"] for y, f in zip(test, ahead))
            inside95 += sum(f["lower"]["95"] <= y <= f["upper"]["95"] for y, f in zip(test, ahead))
            points += len(test)
        n = len(series)
        bars = GOALS[period]
        print(f"{period:10} {n:7} {smape / n:9.3f} ({bars[0]:5.2f}) {mase / n:7.3f} ({bars[1]:4.2f})"
              f" {inside80 / points:9.3f} {inside95 / points:9.3f} {1000 * used / n:12.1f}", flush=True)


if __name__ == "__main__":
    main()
