#!/usr/bin/env bash
# Makes a Python environment with the packages of a requirements file; does nothing when they are there.
# usage: Tools/python_env.sh REQUIREMENTS [FOLDER]   (FOLDER: .venv)
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=$1
folder=${2:-.venv}
stamp=$folder/.installed-$(basename "$requirements")
[ -f "$stamp" ] && cmp -s "$requirements" "$stamp" && exit 0
if [ ! -x "$folder/bin/python3" ]; then
  python3 -m venv "$folder" 2>/dev/null || /usr/bin/python3 -m venv "$folder"
fi
echo "  Installing Python packages of $requirements" >&2
"$folder/bin/python3" -m pip install --quiet --disable-pip-version-check -r "$requirements"
cp "$requirements" "$stamp"
