#!/usr/bin/env python3
"""Poisson with fixed effects: agyn beside pyfixest on one invented panel.

usage: compare.py AGYN [--regions 60] [--years 6] [--repeats 3]

Writes an origin-destination panel with a fifth of zeros, fits
`flow ~ log(distance) + contig | orig^year + dest^year` with both programs and prints the fastest of the
repeats, the ratio, and how far the coefficients are apart. Agyn's time is its own fit_seconds, without
reading; pyfixest's is the call on a data frame already in memory. pyfixest comes from PyPI; without it only
agyn is timed.
"""
import argparse
import csv
import json
import math
import os
import random
import subprocess
import tempfile
import time


def panel(path, regions, years):
    source = random.Random(1)
    place = [(source.random(), source.random()) for _ in range(regions)]
    size = [math.exp(source.gauss(0, 1)) for _ in range(regions)]
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["orig", "dest", "year", "flow", "distance", "contig"])
        for year in range(years):
            for i in range(regions):
                for j in range(regions):
                    if i == j:
                        continue
                    d = 1000 * math.dist(place[i], place[j]) + 1
                    contig = int(d < 120)
                    mean = 40 * size[i] * size[j] * (d / 300) ** -1.1 * math.exp(0.4 * contig)
                    mean *= math.exp(source.gauss(0, 0.7))
                    flow = 0 if source.random() < 0.2 else int(mean)
                    out.writerow([f"r{i:03}", f"r{j:03}", 2000 + year, flow, f"{d:.6f}", contig])


def ours(agyn, path):
    formula = "flow ~ log(distance) + contig | orig^year + dest^year"
    command = [agyn, "flows", "fit", path, "--formula", formula, "--vcov", "hetero", "--json"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    estimates = {c["term"]: c["estimate"] for c in answer["coefficients"]}
    return answer["timing"]["fit_seconds"], estimates


def theirs(path):
    try:
        import numpy
        import pandas
        import pyfixest
    except ImportError:
        return None
    table = pandas.read_csv(path)
    table["ld"] = numpy.log(table["distance"])
    start = time.perf_counter()
    fit = pyfixest.fepois("flow ~ ld + contig | orig^year + dest^year", table, vcov="hetero")
    return time.perf_counter() - start, dict(fit.coef())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("agyn")
    options.add_argument("--regions", type=int, default=60)
    options.add_argument("--years", type=int, default=6)
    options.add_argument("--repeats", type=int, default=3)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "panel.csv")
        panel(path, options.regions, options.years)
        rows = options.regions * (options.regions - 1) * options.years
        mine = [ours(options.agyn, path) for _ in range(options.repeats)]
        print(f"rows {rows}: agyn {min(t for t, _ in mine):.3f} s")
        peer = [theirs(path) for _ in range(options.repeats)]
        if peer[0] is None:
            print("pyfixest is not installed: not compared")
            return
        best = min(t for t, _ in peer)
        print(f"pyfixest {best:.3f} s, {best / min(t for t, _ in mine):.1f} times agyn's")
        apart = max(
            abs(mine[0][1]["log(distance)"] / peer[0][1]["ld"] - 1),
            abs(mine[0][1]["contig"] / peer[0][1]["contig"] - 1))
        print(f"coefficients apart by {apart:.1e} (relative)")


if __name__ == "__main__":
    main()
