#!/usr/bin/env bash
# Makes .venv with the Python packages of a requirements file; does nothing when they are there.
# usage: Tools/python_env.sh REQUIREMENTS
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=$1
stamp=.venv/.installed-$(basename "$requirements")
[ -f "$stamp" ] && cmp -s "$requirements" "$stamp" && exit 0
if [ ! -x .venv/bin/python3 ]; then
  python3 -m venv .venv 2>/dev/null || /usr/bin/python3 -m venv .venv
fi
echo "  Installing Python packages of $requirements" >&2
.venv/bin/python3 -m pip install --quiet --disable-pip-version-check -r "$requirements"
cp "$requirements" "$stamp"
