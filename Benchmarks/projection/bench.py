"""The cohort engine beside the plain C loop of the same equations (peer.c), one thread each, and whole questions.

Rates are "shared" where all ages have one matrix of rates and profiles that are multiples of it, as a
factored baseline has, and "apart" where every five-year group has a matrix of its own, as the plain loop
has in any case. Flows are kept by five-year groups in both. Of the first region 1 to 6 % of an age move in
a year, of the last 1.6 or, as a country that nobody has met, 7.6 times as many.

Every figure is a median of five. Beside it stands the project's bar, on two quiet cores.

usage: bench.py            (after swift build -c release --build-tests, and --product agyn)
"""

import os
import pathlib
import statistics
import subprocess
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
agyn = root / ".build" / "release" / "agyn"
environment = {**os.environ, "AGYN_TIME": "1"}
# Wall seconds of all draws on two threads, by form, regions and draws.
BARS = {("transition", "20", "1000"): 0.6, ("movement", "20", "1000"): 2.5, ("movement", "220", "100"): 5.0,
        ("transition", "220", "100"): 5.0}
QUESTION_BARS = {"five variants": "8 s", "Shapley values": "10 s", "one projection": "10 ms"}


def bar(value, limit, unit):
    """How a figure stands to its bar."""
    return f"bar {limit:g} {unit}, {'met' if value <= limit else 'missed'}"


def measured(*arguments):
    """Median wall seconds and largest resident megabytes of five runs of the program."""
    seconds, megabytes = [], []
    for _ in range(5):
        start = time.monotonic()
        process = subprocess.Popen([agyn, *arguments], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.monotonic() - start)
        megabytes.append(usage.ru_maxrss / 1024)
        if status != 0:
            raise SystemExit(f"agyn {' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return statistics.median(seconds), max(megabytes)


# One suite after the other: side by side each would take the other's processor.
said = subprocess.run(
    ["swift", "test", "-c", "release", "--skip-build", "--no-parallel", "--filter",
     "CohortEngineSpeedTests|ScenarioSpeedTests"],
    cwd=root, env=environment, capture_output=True, text=True, check=True).stdout
ours = [line.split()[1:] for line in said.splitlines() if line.startswith("BENCH ")]
walls = [line.split()[1:] for line in said.splitlines() if line.startswith("WALL ")]
cells = {}
with tempfile.TemporaryDirectory() as folder:
    peer = pathlib.Path(folder) / "peer"
    subprocess.run(["cc", "-O3", "-o", peer, here / "peer.c", "-lm"], check=True)
    print(f"{'form':<12}{'rates':<8}{'regions':>8}{'last moves':>12}{'ours, ms':>12}{'C, ms':>12}{'ratio':>8}"
          f"{'ns a cell':>12}   populations apart")
    for form, rates, regions, more, milliseconds, population in ours:
        draws = 20 if regions == "20" else 1
        theirs = [subprocess.run(
            [peer, form, regions, "25", str(draws), more], capture_output=True, text=True, check=True
        ).stdout.split() for _ in range(5)]
        plain = statistics.median(float(one[0]) for one in theirs)
        apart = abs(float(population) / float(theirs[0][1]) - 1)
        # A cell of the table of moves: origin, destination, sex, age and year.
        cell = 1e6 * float(milliseconds) / (int(regions) ** 2 * 2 * 101 * 25)
        cells[form, rates, regions, more] = cell
        print(f"{form:<12}{rates:<8}{regions:>8}{1 + float(more):>10.1f} x{float(milliseconds):>12.2f}"
              f"{plain:>12.2f}{plain / float(milliseconds):>8.2f}{cell:>12.3f}   {apart:.1e}")
print("bar of the ratio: 2 or more")
for (form, rates, regions, more), cell in cells.items():
    if regions == "220":
        small = next(value for key, value in cells.items() if key[:3] == (form, rates, "20"))
        print(f"{form}, rates {rates}, last region {1 + float(more):.1f} x: a cell costs {cell / small:.2f} times as much with "
              f"220 regions as with 20; {bar(cell / small, 2, 'times')}")
for form, rates, regions, more, draws, wall, _ in walls:
    limit = BARS.get((form, regions, draws))
    print(f"{form}, rates {rates}, {regions} regions, of the last {1 + float(more):.1f} x as many move, 25 years, "
          f"{draws} draws on two threads: {float(wall):.2f} s" + (f"; {bar(float(wall), limit, 's')}" if limit else ""))
for line in said.splitlines():
    if line.startswith("QUESTION "):
        text = line.removeprefix("QUESTION ")
        known = next((limit for name, limit in QUESTION_BARS.items() if text.startswith(name)), None)
        print(text + (f"; bar {known}" if known else ""))
seconds, _ = measured("scenario", "check", "scenarios/1-foreign-labour-quota.yaml")
print(f"scenario check of the bundled quota question, whole process: {1000 * seconds:.0f} ms; {bar(1000 * seconds, 50, 'ms')}")
seconds, megabytes = measured("project", "--draws", "1000", "--threads", "2")
print(f"project, 20 regions, 20 years, 1000 draws, with all tables, whole process: {seconds:.2f} s, peak {megabytes:.0f} MB; "
      f"{bar(megabytes, 1024, 'MB')}")
