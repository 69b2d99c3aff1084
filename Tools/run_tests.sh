#!/usr/bin/env bash
# All tests, in release configuration: the suites, then the program from outside.
set -euo pipefail
cd "$(dirname "$0")/.."
Tools/python_env.sh Tools/requirements.txt
Tools/chart_bundle.sh
# A browser looks at the report; without root it is not installed and that test says it was not run.
if ! command -v chromium >/dev/null && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "  Installing chromium" >&2
  (apt-get update && apt-get install -y --no-install-recommends chromium chromium-driver) >/dev/null 2>&1 || true
fi
export AGYN_SHARED=${AGYN_SHARED:-$PWD/../shared} AGYN_PYTHON=$PWD/.venv/bin/python3
# `swift test` alone would compile all again for testing what is not public, which no suite does.
swift build -c release --build-tests
swift test -c release --skip-build
swift build -c release --product agyn
.venv/bin/python3 Tests/Program/test_program.py
.venv/bin/python3 Tests/Program/test_scenarios.py
.venv/bin/python3 Tests/Program/test_projections.py
.venv/bin/python3 Tests/Program/test_flows.py
.venv/bin/python3 Tests/Program/test_tables.py
.venv/bin/python3 Tests/Program/test_adding.py
