#!/usr/bin/env python3
"""Balancing of a large table: agyn beside a numpy loop and ipfn, on one seed and in one run.

usage: balance.py AGYN [--size 1000] [--repeats 5] [--seed 0]

The seed table is lognormal with sigma 3 and 30 % zeros; its margins are those of the table times
lognormal factors. Seeds are taken in turn until plain sweeps need a hundred or more. All three work to 1e-9
of every margin: numpy on two scaling vectors with two products by the table a sweep, one thread;
ipfn on the table itself, for five sweeps that are then scaled to the number numpy needs, since
it has no stop on margins; agyn with its own fit_seconds, without reading. Prints the fastest of
the repeats, the ratios, and how far the tables of agyn and numpy are apart.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import csv
import json
import subprocess
import tempfile
import time

import numpy

TOLERANCE = 1e-9


def problem(size, seed):
    source = numpy.random.default_rng(seed)
    table = numpy.exp(3 * source.standard_normal((size, size)))
    table[source.random((size, size)) < 0.3] = 0
    rows = table.sum(1) * numpy.exp(source.standard_normal(size))
    columns = table.sum(0) * numpy.exp(source.standard_normal(size))
    return table, rows, columns * (rows.sum() / columns.sum())


def loop(table, rows, columns):
    b = numpy.ones(len(columns))
    sweeps = 0
    while True:
        a = rows / (table @ b)
        sums = a @ table
        sweeps += 1
        if numpy.max(numpy.abs(b * sums / columns - 1)) <= TOLERANCE:
            return a[:, None] * table * b[None, :], sweeps
        b = columns / sums


def timed(work, repeats):
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def write(path, header, lines):
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(lines)


def ours(agyn, folder, table, rows, columns, repeats):
    names = [f"r{k:04}" for k in range(len(rows))]
    paths = [os.path.join(folder, name) for name in ("seed.csv", "rows.csv", "columns.csv")]
    write(
        paths[0], ["from"] + names,
        ([name] + [repr(float(x)) for x in line] for name, line in zip(names, table)))
    for path, totals in zip(paths[1:], (rows, columns)):
        write(path, ["area", "total"], ([n, repr(float(x))] for n, x in zip(names, totals)))
    command = [
        agyn, "flows", "balance", paths[0], "--rows", paths[1], "--columns", paths[2],
        "--tolerance", str(TOLERANCE), "--json"]
    best = float("inf")
    for _ in range(repeats):
        run = subprocess.run(command, capture_output=True)
        if run.returncode != 0 and b"tolerance" in run.stderr:
            # Programs without the option work to 1e-11, which is more.
            command = [x for x in command if x not in ("--tolerance", str(TOLERANCE))]
            run = subprocess.run(command, capture_output=True)
        run.check_returncode()
        answer = json.loads(run.stdout)
        best = min(best, answer["timing"]["fit_seconds"])
    values = numpy.array([flow["value"] for flow in answer["flows"]])
    return best, answer["fit"]["sweeps"], values.reshape(table.shape, order="F")


def peer(table, rows, columns, sweeps):
    try:
        from ipfn import ipfn
    except ImportError:
        return None
    few = 5
    work = ipfn.ipfn(
        table.copy(), [rows, columns], [[0], [1]], convergence_rate=0, max_iteration=few)
    start = time.perf_counter()
    work.iteration()
    return (time.perf_counter() - start) / few * sweeps


def main():
    options = argparse.ArgumentParser()
    options.add_argument("agyn")
    options.add_argument("--size", type=int, default=1000)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--seed", type=int, default=0)
    options = options.parse_args()
    for seed in range(options.seed, options.seed + 100):
        table, rows, columns = problem(options.size, seed)
        if loop(table, rows, columns)[1] >= 100:
            break
    theirs, (expected, sweeps) = timed(lambda: loop(table, rows, columns), options.repeats)
    with tempfile.TemporaryDirectory() as folder:
        mine, rounds, found = ours(
            options.agyn, folder, table, rows, columns, options.repeats)
    slow = peer(table, rows, columns, sweeps)
    print(f"{options.size} x {options.size}, seed {seed}: agyn {mine:.4f} s, {rounds} rounds")
    print(f"numpy {theirs:.4f} s, {sweeps} sweeps: {theirs / mine:.1f} times agyn's")
    if slow is None:
        print("ipfn is not installed: not compared")
    else:
        print(f"ipfn {slow:.2f} s: {slow / mine:.0f} times agyn's")
    apart = numpy.max(numpy.abs(found - expected)) / numpy.max(expected)
    print(f"tables apart by {apart:.1e} of the largest cell")


if __name__ == "__main__":
    main()
