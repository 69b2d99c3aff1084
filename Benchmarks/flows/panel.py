#!/usr/bin/env python3
"""Poisson with two and three fixed effects on large panels: agyn beside pyfixest, on one file.

usage: panel.py AGYN [--shapes 1e5 4.5e5 1e6 5e6 difficult quarterly] [--effects 3] [--repeats 5] [--seed 1]
       panel.py AGYN --large

--large is the five million rows with what they are to be read against: shapes 4.5e5 and 5e6 without pyfixest, and
then how flat the work is, the time a row and inner sweep of the one by that of the other.

Shapes are balanced origin-destination panels of about so many rows over four years with 20 % zeros, a
quarterly one of 20 regions and 40 quarters, and a difficult one: 3,000 areas that send only to
areas near them on a line, each pair seen for a few of 40 years, so that levels have from one to
thousands of rows and hang together by long chains. Flows are invented: Poisson of a gravity mean with
log-normal sizes and scatter, from numpy's generator with the seed.

Both programs fit `flow ~ cost + treaty | orig^year + dest^year (+ orig^dest)` with standard errors
robust to heteroscedasticity. Fit times are agyn's own fit_seconds and, for pyfixest, the call on a data
frame in memory after a small fit that lets it compile; whole processes begin with the start of the
program or of Python and read the file. Medians of the repeats, of fewer for rows above 2,000,000;
both may use as many threads as they like. Bytes a row are the peak resident memory of agyn less
that of a fit to a file of 18 rows. R fixest 0.12 took 1.8 s for 998,000 rows and
three effects on another machine (recorded, not run).
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

BALANCED = {"1e5": (159, 4), "4.5e5": (336, 4), "1e6": (500, 4), "5e6": (1118, 4),
            "quarterly": (20, 40)}
RECORDED = {"1e6": "R fixest 0.12, recorded on another machine: 1.8 s"}

PEER = """
import json, sys, time
start = time.perf_counter()
import pandas, pyfixest
table = pandas.read_csv(sys.argv[1])
seconds = []
formula = sys.argv[2]
if int(sys.argv[3]) > 0:
    pyfixest.fepois(formula, table.head(2000), vcov="hetero")
for _ in range(max(1, int(sys.argv[3]))):
    begin = time.perf_counter()
    fit = pyfixest.fepois(formula, table, vcov="hetero")
    seconds.append(time.perf_counter() - begin)
print(json.dumps({"seconds": seconds, "coef": [float(x) for x in fit.coef()]}))
"""


def balanced(regions, years, source):
    i, j, t = numpy.meshgrid(
        numpy.arange(regions), numpy.arange(regions), numpy.arange(years), indexing="ij")
    keep = (i != j).ravel()
    i, j, t = i.ravel()[keep], j.ravel()[keep], t.ravel()[keep]
    place = source.random((regions, 2))
    apart = 1000 * numpy.hypot(*(place[i] - place[j]).T) + 1
    return i, j, t, apart


def difficult(source, areas=3000, years=40, degree=25):
    count = areas * degree
    i = source.integers(0, areas, count)
    step = source.geometric(0.08, count) * source.choice([-1, 1], count)
    j = i + step
    keep = (j >= 0) & (j < areas)
    pairs = numpy.unique(numpy.stack([i[keep], j[keep]], 1), axis=0)
    length = numpy.minimum(years, source.geometric(1 / 14, len(pairs)))
    first = (source.random(len(pairs)) * (years - length + 1)).astype(int)
    row = numpy.repeat(numpy.arange(len(pairs)), length)
    inside = numpy.arange(len(row)) - numpy.repeat(numpy.cumsum(length) - length, length)
    i, j = pairs[row].T
    return i, j, first[row] + inside, 20.0 * abs(i - j)


def write(path, shape, seed):
    source = numpy.random.default_rng(seed)
    if shape == "difficult":
        i, j, t, apart = difficult(source)
    else:
        i, j, t, apart = balanced(*BALANCED[shape], source)
    areas = max(i.max(), j.max()) + 1
    size = source.standard_normal(areas)
    rows = len(i)
    cost = source.standard_normal(rows)
    treaty = ((7 * i + 3 * j) % 11 < 2 * (t % 6)) & ((i + j) % 3 == 0)
    eta = numpy.log(40) + size[i] + size[j] - 1.1 * numpy.log(apart / 300)
    eta += -0.3 * cost + 0.2 * treaty + 0.5 * source.standard_normal(rows)
    flow = source.poisson(numpy.exp(numpy.minimum(eta, 18)))
    flow[source.random(rows) < 0.2] = 0
    import pandas

    names = numpy.array([f"r{k:04}" for k in range(areas)])
    pandas.DataFrame(
        {"orig": names[i], "dest": names[j], "year": 1980 + t, "flow": flow,
         "cost": numpy.round(cost, 6), "treaty": treaty.astype(int)}
    ).to_csv(path, index=False)
    return rows, float(numpy.mean(flow == 0))


# A process begins with the memory of the one it was forked from, so that a small one has to start it.
LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - start
with open(sys.argv[1], "w") as file:
    json.dump([seconds, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)], file)
"""


class Failed(Exception):
    """A program that ended with an error."""


def measured(command):
    """Seconds of the whole process, its peak resident memory in bytes, and what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report")
        run = subprocess.run(
            [sys.executable, "-S", "-c", LAUNCHER, report, *command], capture_output=True)
        with open(report) as file:
            seconds, memory, code = json.load(file)
    if code != 0:
        raise Failed(f"{os.path.basename(command[0])} failed: {run.stderr.decode()[-300:]}")
    return seconds, memory, run.stdout


def ours(agyn, path, formula, repeats):
    command = [agyn, "flows", "fit", path, "--formula", formula, "--vcov", "hetero",
               "--few-clusters", "none", "--json"]
    runs = [measured(command) for _ in range(repeats)]
    answers = [json.loads(run[2]) for run in runs]
    return {
        "fit": statistics.median(a["timing"]["fit_seconds"] for a in answers),
        "whole": statistics.median(run[0] for run in runs),
        "memory": max(run[1] for run in runs),
        "coef": [c["estimate"] for c in answers[0]["coefficients"]],
        "iterations": answers[0]["fit"]["iterations"],
        "sweeps": answers[0]["fit"].get("sweeps"),
    }


def theirs(path, formula, repeats):
    try:
        import pyfixest  # noqa: F401
    except ImportError:
        return None
    base = [sys.executable, "-c", PEER, path, formula]
    warm = json.loads(measured(base + [str(repeats)])[2])
    whole = [measured(base + ["0"])[0] for _ in range(repeats)]
    return {
        "fit": statistics.median(warm["seconds"]), "whole": statistics.median(whole),
        "coef": warm["coef"]}


def floor(agyn, folder):
    path = os.path.join(folder, "few.csv")
    with open(path, "w") as file:
        file.write("orig,dest,year,flow,cost,treaty\n")
        for k in range(18):
            i, j, t = k // 6, k // 2 % 3, k % 2
            file.write(f"r{i},r{j},{1980 + t},{3 + 5 * k % 7},{k * k % 5 / 10},{k * k % 3}\n")
    command = [agyn, "flows", "fit", path, "--formula", "flow ~ cost | orig", "--few-clusters", "none", "--json"]
    return measured(command)[1]


def compare(options, folder, shape):
    path = os.path.join(folder, "panel.csv")
    rows, zeros = write(path, shape, options.seed)
    effects = "orig^year + dest^year" + (" + orig^dest" if options.effects == 3 else "")
    formula = f"flow ~ cost + treaty | {effects}"
    repeats = options.repeats if rows < 2_000_000 else min(options.repeats, 3)
    mine = ours(options.agyn, path, formula, repeats)
    bytes_a_row = (mine["memory"] - floor(options.agyn, folder)) / rows
    print(f"{shape}: {rows} rows, {zeros:.0%} zeros, {options.effects} effects, load {os.getloadavg()[0]:.1f}")
    print(
        f"  agyn      fit {mine['fit']:.3f} s, whole process {mine['whole']:.3f} s, "
        f"{bytes_a_row:.0f} bytes a row, {mine['fit'] / rows * 1e9:.0f} ns a row"
        + (f", {mine['fit'] / rows / mine['sweeps'] * 1e9:.1f} ns a row and sweep"
           if mine["sweeps"] else ""))
    if shape in RECORDED and options.effects == 3:
        print(f"  {RECORDED[shape]}")
    each = mine["fit"] / rows / mine["sweeps"] * 1e9 if mine["sweeps"] else None
    if not options.alone:
        beside(options, path, formula, rows, repeats, mine)
    return each


def beside(options, path, formula, rows, repeats, mine):
    try:
        peer = theirs(path, formula, repeats if rows < 2_000_000 else 1)
    except Failed as failure:
        print(f"  pyfixest: not compared; {failure}", flush=True)
        return
    if peer is None:
        print("  pyfixest is not installed: not compared")
        return
    apart = max(abs(a / b - 1) for a, b in zip(mine["coef"], peer["coef"]))
    print(f"  pyfixest  fit {peer['fit']:.3f} s, whole process {peer['whole']:.3f} s")
    print(
        f"  ratio     fit {peer['fit'] / mine['fit']:.1f}, "
        f"whole process {peer['whole'] / mine['whole']:.1f}; coefficients apart by {apart:.1e}",
        flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("agyn")
    options.add_argument("--shapes", nargs="+", choices=[*BALANCED, "difficult"],
                         default=["quarterly", "1e5", "4.5e5", "1e6", "difficult"])
    options.add_argument("--effects", type=int, choices=[2, 3], default=3)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--alone", action="store_true", help="without pyfixest")
    options.add_argument("--large", action="store_true",
                         help="shapes 4.5e5 and 5e6 without pyfixest, and how flat the time a row and sweep is")
    options = options.parse_args()
    if options.large:
        options.shapes, options.alone = ["4.5e5", "5e6"], True
    each = {}
    for shape in options.shapes:
        with tempfile.TemporaryDirectory() as folder:
            each[shape] = compare(options, folder, shape)
    if each.get("4.5e5") and each.get("5e6"):
        print(f"flatness: {each['5e6'] / each['4.5e5']:.2f}, the time a row and inner sweep of 5e6 rows by that of "
              "4.5e5", flush=True)


if __name__ == "__main__":
    main()
