#!/usr/bin/env bash
# All tests, in release configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
Tools/python_env.sh Tools/requirements.txt
export AGYN_SHARED=${AGYN_SHARED:-$PWD/../shared} AGYN_PYTHON=$PWD/.venv/bin/python3
swift build -c release --build-tests
swift test -c release --skip-build
