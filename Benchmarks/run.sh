#!/usr/bin/env bash
# Compares agyn with its peers on the same work on this machine and prints the ratios.
# usage: [LARGE=1] Benchmarks/run.sh   (after `swift build -c release`; `make bench` does both)
# LARGE=1 adds the panel of five million rows.
set -euo pipefail
cd "$(dirname "$0")/.."
agyn=.build/release/agyn
environment=.venv-benchmarks

if [ ! -x "$agyn" ]; then
  echo "error: $agyn is not there; run: swift build -c release --product agyn" >&2
  exit 69
fi
Tools/python_env.sh Benchmarks/requirements.txt "$environment"

# One thread for everybody: the ratios are those of the algorithms, not of the cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1
export RAYON_NUM_THREADS=1
python=$environment/bin/python3
panel=$(mktemp -d)
trap 'rm -rf "$panel"' EXIT

echo "Flows: Poisson with fixed effects beside pyfixest"
"$python" Benchmarks/flows/compare.py "$agyn"
echo
echo "Flows: two and three fixed effects on large panels beside pyfixest, all threads"
env -u OMP_NUM_THREADS -u OPENBLAS_NUM_THREADS -u MKL_NUM_THREADS -u NUMBA_NUM_THREADS \
  -u RAYON_NUM_THREADS "$python" Benchmarks/flows/panel.py "$agyn"
if [ -n "${LARGE:-}" ]; then
  env -u OMP_NUM_THREADS -u OPENBLAS_NUM_THREADS "$python" Benchmarks/flows/panel.py "$agyn" --large
fi
echo
echo "Flows: balancing of a large table beside numpy and ipfn"
"$python" Benchmarks/flows/balance.py "$agyn"
echo
echo "Flows: a spatial autoregression of a million flows"
"$python" Benchmarks/flows/spatial.py "$agyn"
echo
if ls .build/release/*.xctest >/dev/null 2>&1; then
  echo "Projection: the cohort engine beside a plain C loop"
  python3 Benchmarks/projection/bench.py
else
  echo "Projection: left out; it needs swift build -c release --build-tests" >&2
fi
echo
echo "Series: automatic models beside statsforecast"
"$python" Benchmarks/series/bench.py both "$panel/panel.csv" "$agyn"
python3 Benchmarks/series/bench.py scale "$agyn"
python3 Benchmarks/series/bench.py sampler "$agyn"
echo
if ls .build/release/*.xctest >/dev/null 2>&1; then
  echo "Series: reconciliation beside hierarchicalforecast"
  "$python" -W ignore Benchmarks/series/reconcile.py
else
  echo "Series: reconciliation left out; it needs swift build -c release --build-tests" >&2
fi
