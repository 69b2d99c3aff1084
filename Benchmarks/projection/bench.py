"""The cohort engine beside the plain C loop of the same equations (peer.c), one thread each.

Rates are "shared" where all ages have one matrix of rates and profiles that are multiples of it, as a
factored baseline has, and "apart" where every five-year group has a matrix of its own, as the plain loop
has in any case. Flows are kept by five-year groups in both. Of the first region 1 to 6 % of an age move in
a year, of the last 1.6 or, as a country that nobody has met, 7.6 times as many.

usage: bench.py            (after swift build -c release --build-tests)
"""

import os
import pathlib
import subprocess
import tempfile

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
environment = {**os.environ, "AGYN_TIME": "1"}
# One suite after the other: side by side each would take the other's processor.
said = subprocess.run(
    ["swift", "test", "-c", "release", "--skip-build", "--no-parallel", "--filter",
     "timeBesideThePlainLoop|ScenarioSpeedTests"],
    cwd=root, env=environment, capture_output=True, text=True, check=True).stdout
ours = [line.split()[1:] for line in said.splitlines() if line.startswith("BENCH ")]
walls = [line.split()[1:] for line in said.splitlines() if line.startswith("WALL ")]
with tempfile.TemporaryDirectory() as folder:
    peer = pathlib.Path(folder) / "peer"
    subprocess.run(["cc", "-O3", "-o", peer, here / "peer.c", "-lm"], check=True)
    print(f"{'form':<12}{'rates':<8}{'regions':>8}{'last moves':>12}{'ours, ms':>12}{'C, ms':>12}{'ratio':>8}   populations apart")
    for form, rates, regions, more, milliseconds, population in ours:
        draws = 20 if regions == "20" else 1
        theirs = subprocess.run(
            [peer, form, regions, "25", str(draws), more], capture_output=True, text=True, check=True
        ).stdout.split()
        apart = abs(float(population) / float(theirs[1]) - 1)
        ratio = float(theirs[0]) / float(milliseconds)
        print(f"{form:<12}{rates:<8}{regions:>8}{1 + float(more):>10.1f} x{float(milliseconds):>12.2f}"
              f"{float(theirs[0]):>12.2f}{ratio:>8.2f}   {apart:.1e}")
for form, rates, regions, more, draws, wall, _ in walls:
    print(f"{form}, rates {rates}, {regions} regions, of the last {1 + float(more):.1f} x as many move, 25 years, "
          f"{draws} draws on two threads: {float(wall):.2f} s")
for line in said.splitlines():
    if line.startswith("QUESTION "):
        print(line.removeprefix("QUESTION "))
