#!/usr/bin/env bash
# All tests, in release configuration: the suites, then the program from outside.
set -euo pipefail
cd "$(dirname "$0")/.."
Tools/python_env.sh Tools/requirements.txt
Tools/chart_bundle.sh
export AGYN_SHARED=${AGYN_SHARED:-$PWD/../shared} AGYN_PYTHON=$PWD/.venv/bin/python3
swift test -c release
swift build -c release --product agyn
.venv/bin/python3 Tests/Program/test_program.py
.venv/bin/python3 Tests/Program/test_adding.py
