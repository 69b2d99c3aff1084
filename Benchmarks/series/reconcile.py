"""Reconciliation of 421 series, a total and 20 groups over 400 at the bottom, beside hierarchicalforecast.

usage: reconcile.py            (after swift build -c release --build-tests)

"mint-shrink" is the covariance shrunk from 72 errors of every series and the reconciliation of 8 steps; "non-negative"
the reconciliation of 2 steps by the structure's variances with no bottom series below zero. Both sides draw normal
numbers of their own in the same way, so the work is alike and the numbers are not; that the numbers are the peer's is
a test (SharedCoherenceTests). CPU time of the fastest of five, one thread, everything in memory.
"""

import os
import pathlib
import subprocess
import time

import hierarchicalforecast
import numpy as np
from hierarchicalforecast.methods import MinTrace

root = pathlib.Path(__file__).resolve().parent.parent.parent
said = subprocess.run(
    ["swift", "test", "-c", "release", "--skip-build", "--no-parallel", "--filter", "SeriesModelsTests.CoherenceTests"],
    cwd=root, env={**os.environ, "AGYN_TIME": "1"}, capture_output=True, text=True, check=True).stdout
ours = {line.split()[1]: float(line.split()[-1]) for line in said.splitlines() if line.startswith("RECONCILE ")}

count, groups = 400, 20
summing = np.vstack([
    np.ones((1, count)), [[float(j % groups == g) for j in range(count)] for g in range(groups)], np.eye(count)])
draw = np.random.default_rng(7)
insample = draw.normal(size=(len(summing), 72))
work = {
    "mint-shrink": (MinTrace("mint_shrink", num_threads=1), draw.normal(size=(len(summing), 8)),
                    {"y_insample": insample, "y_hat_insample": np.zeros_like(insample)}),
    "non-negative": (MinTrace("wls_struct", nonnegative=True, num_threads=1), 3 * draw.normal(size=(len(summing), 2)) + 1, {}),
}
print(f"hierarchicalforecast {hierarchicalforecast.__version__}")
print(f"{'work':<14}{'ours, ms':>10}{'peer, ms':>10}{'ratio':>8}")
for name, (method, base, more) in work.items():
    times = []
    for _ in range(5):
        start = time.process_time()
        found = method.fit_predict(S=summing, y_hat=base, **more)["mean"]
        times.append(time.process_time() - start)
    assert np.abs(summing @ found[-count:] - found).max() < 1e-6, name
    assert name != "non-negative" or found[-count:].min() > -1e-9
    theirs = 1000 * min(times)
    print(f"{name:<14}{ours[name]:>10.1f}{theirs:>10.1f}{theirs / ours[name]:>8.1f}", flush=True)
