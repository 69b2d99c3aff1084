#!/usr/bin/env bash
# Installs what the build needs and is not there yet: Debian packages only. Says what to do otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v swift >/dev/null 2>&1; then
  echo "error: no Swift toolchain found; install Swift 6.3 or later from swift.org and put 'swift' on the PATH." >&2
  exit 69
fi

packages=(libopenblas-pthread-dev liblapacke-dev libsqlite3-dev libzstd-dev zlib1g-dev
  libexpat1-dev libxlsxwriter-dev libssl-dev pkg-config python3 python3-venv fonts-dejavu-core)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command="apt-get install -y --no-install-recommends ${missing[*]}"
if ! command -v apt-get >/dev/null 2>&1; then
  echo "error: this machine is not Debian; install what these packages hold: ${missing[*]}" >&2
  exit 69
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "error: these Debian packages are missing and installing them needs root; run:" >&2
  echo "  sudo apt-get update && sudo $command" >&2
  exit 69
fi
echo "  Installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update && $command; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  echo "error: could not install the packages; run: apt-get update && $command" >&2
  exit 69
fi
