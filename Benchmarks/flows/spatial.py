#!/usr/bin/env python3
"""The exact spatial autoregression of flows between 1,000 origins and 1,000 destinations. No peer at hand fits it: the
recorded goal, 6 s, is printed beside.

usage: spatial.py AGYN [--areas 1000] [--repeats 3] [--seed 0]

Areas lie at random in a square and neighbour their six nearest; flows are log-normal around a gravity law. Form 9 has the
three spatial lags (origin, destination, both) and is fitted by its exact likelihood. Prints the median of the repeats:
the fit, and the whole process with reading the million rows.
"""
import argparse
import csv
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy

GOAL = 6.0


def write(path, header, columns):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(zip(*columns))


def invent(folder, areas, seed):
    source = numpy.random.default_rng(seed)
    places = source.random((areas, 2))
    apart = numpy.sqrt(((places[:, None] - places[None]) ** 2).sum(2))
    people = numpy.exp(source.normal(10, 1, areas))
    names = [f"A{k:04}" for k in range(areas)]
    nearest = numpy.argsort(apart, 1)[:, 1:7]
    write(folder / "links.csv", ["area", "neighbour"],
          [[names[k] for k in range(areas) for _ in range(6)], [names[n] for row in nearest for n in row]])
    write(folder / "areas.csv", ["name", "people"], [names, people])
    origin, destination = numpy.divmod(numpy.arange(areas * areas), areas)
    distance = apart[origin, destination]
    flow = numpy.exp(0.8 * numpy.log(people[origin]) + 0.7 * numpy.log(people[destination])
                     - numpy.log(distance + 0.01) - 8 + source.normal(0, 1, areas * areas))
    write(folder / "flows.csv", ["orig", "dest", "flow", "distance"],
          [[names[k] for k in origin], [names[k] for k in destination], flow, distance])


parser = argparse.ArgumentParser()
parser.add_argument("agyn")
parser.add_argument("--areas", type=int, default=1000)
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--seed", type=int, default=0)
options = parser.parse_args()
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    invent(folder, options.areas, options.seed)
    fits, walls = [], []
    for _ in range(options.repeats):
        start = time.perf_counter()
        done = subprocess.run(
            [options.agyn, "flows", "spatial", folder / "flows.csv", "--response", "log(flow+1)", "--areas",
             folder / "areas.csv", "--area", "name", "--neighbours", folder / "links.csv", "--destination-terms",
             "log(people)", "--origin-terms", "log(people)", "--pair-terms", "log(distance+0.01)", "--form", "9",
             "--impact-draws", "0", "--json"],
            capture_output=True, text=True, check=True)
        walls.append(time.perf_counter() - start)
        fits.append(json.loads(done.stdout)["timing"]["fit_seconds"])
    fit, wall = statistics.median(fits), statistics.median(walls)
    print(f"{options.areas} x {options.areas} areas: fit {fit:.2f} s, process {wall:.2f} s; goal {GOAL:.0f} s, "
          f"goal over fit {GOAL / fit:.2f}")
