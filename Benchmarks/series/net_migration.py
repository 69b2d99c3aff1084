"""Net migration rates of the world's areas, forecast by agyn from earlier years: scores and coverage.

Usage: python3 net_migration.py AGYN FILE.csv [FIRST-ORIGIN ...]

FILE.csv has the columns country, year and cnmr_per1000, one row an area and year (World Population Prospects
2024 of the United Nations, CC BY 3.0 IGO, 236 areas from 1950 on). `agyn series panel` sees the years up to each
origin alone (1993, 1998, 2003, 2008, 2013 where none is given) and forecasts ten. What the model is was chosen at
the origins 1968, 1973, 1978, 1983 and 1988. The CRPS is twice the mean pinball loss of 98 quantiles from the
intervals of 2, 4, …, 98 per cent; the interval score is that of 95 per cent; means over areas and steps, then over
origins. CPU time is that of the process, reading included.
"""
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile

HORIZON = 10
ORIGINS = (1993, 1998, 2003, 2008, 2013)
LEVELS = list(range(2, 100, 2))


def forecast(agyn, rates, origin):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rates.csv")
        with open(path, "w", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(["unique_id", "ds", "y"])
            out.writerows((area, year, y) for (area, year), y in rates.items() if year <= origin)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Exit code 1 says that chains have not mixed by the strictest rule; it is printed.
        answer = subprocess.run(
            [agyn, "series", "panel", path, "--horizon", str(HORIZON), "--level",
             ",".join(map(str, [*LEVELS, 95])), "--json"], stdout=subprocess.PIPE)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if answer.returncode not in (0, 1):
        sys.exit(answer.returncode)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(answer.stdout), used


def pinball(y, quantile, level):
    return (y - quantile) * (level - (y < quantile))


def main():
    agyn, path = sys.argv[1:3]
    origins = [int(x) for x in sys.argv[3:]] or ORIGINS
    with open(path, encoding="utf-8") as file:
        rates = {(r["country"], int(r["year"])): float(r["cnmr_per1000"]) for r in csv.DictReader(file)}
    print("goals                      CRPS 4.6   interval score 72   coverage 0.78-0.82, 0.93-0.97")
    sums = [0.0] * 4
    for origin in origins:
        answer, used = forecast(agyn, rates, origin)
        crps = score = inside80 = inside95 = count = 0
        for one in answer["series"]:
            for step in one["forecast"]:
                y = rates.get((one["unique_id"], int(step["ds"])))
                if y is None:
                    continue
                lower, upper = step["lower"], step["upper"]
                losses = [pinball(y, lower[str(k)], 0.5 - k / 200) + pinball(y, upper[str(k)], 0.5 + k / 200)
                          for k in LEVELS]
                crps += 2 * sum(losses) / (2 * len(LEVELS))
                low, high = lower["95"], upper["95"]
                score += high - low + 40 * (max(low - y, 0) + max(y - high, 0))
                inside80 += lower["80"] <= y <= upper["80"]
                inside95 += low <= y <= high
                count += 1
        row = [crps / count, score / count, inside80 / count, inside95 / count]
        sums = [a + b / len(origins) for a, b in zip(sums, row)]
        mixed = answer["convergence"]["has_mixed"]
        print(f"{origin} {count:6} values  {row[0]:10.3f} {row[1]:16.2f} {row[2]:18.3f} {row[3]:12.3f}"
              f"   {used:.1f} s CPU, {'mixed' if mixed else 'not mixed'}", flush=True)
    print(f"mean                 {sums[0]:10.3f} {sums[1]:16.2f} {sums[2]:18.3f} {sums[3]:12.3f}")


if __name__ == "__main__":
    main()
