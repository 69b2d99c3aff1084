#!/usr/bin/env bash
# Makes share/vega-bundle.js once. Without it the report still opens, with tables instead of charts.
set -uo pipefail
cd "$(dirname "$0")/.."
[ -f share/vega-bundle.js ] && exit 0
if ! Tools/python_env.sh Tools/requirements-charts.txt || ! .venv/bin/python3 Tools/make_chart_bundle.py share/; then
  rm -f share/vega-bundle.js
  echo "warning: the chart library could not be made; the report will show tables. Run 'make bundle' to try again." >&2
fi
exit 0
