#!/usr/bin/env bash
# A researcher's first hour with flow models, as the README tells it: three files of different shape.
# usage: docs/first-hour.sh   (after `make refresh`; AGYN names another program)
set -euo pipefail
cd "$(dirname "$0")/.."
agyn=${AGYN:-.build/release/agyn}
files=docs/first-hour
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

say() { printf '\n# %s\n' "$*"; }

say "1. Fit. One row a pair, commas."
"$agyn" flows fit $files/austria-2006.csv --formula 'flow ~ log(distance) | orig + dest' \
  --vcov dyadic:orig,dest
say "The same as Wilson's doubly-constrained model: one number, one elasticity."
"$agyn" flows interact $files/austria-2006.csv --constraint doubly --deterrence power

say "2. Test. Is the variance right? Is the form?"
"$agyn" flows test $files/austria-2006.csv --formula 'flow ~ log(outflow) + log(inflow) + log(distance)' \
  --against-family negbin2

say "3. Compare. Side by side on one sample, for the article in LaTeX."
"$agyn" flows compare $files/austria-2006.csv --formula 'flow ~ log(outflow) + log(inflow) + log(distance)' \
  --formula 'flow ~ log(distance) | orig' --formula 'flow ~ log(distance) | orig + dest' --stars
"$agyn" flows compare $files/austria-2006.csv --formula 'flow ~ log(distance) | orig + dest' \
  --family poisson --family negbin2 --output "$out/models.tex"
say "and look: residuals, observed against fitted, a rootogram."
"$agyn" flows fit $files/austria-2006.csv --formula 'flow ~ log(outflow) + log(inflow) + log(distance)' \
  --chart "$out/fit.vl.json" --limit 4

say "4. Predict, with intervals, into a file."
"$agyn" flows predict $files/austria-2006.csv --formula 'flow ~ log(distance) | orig + dest' \
  --output "$out/fitted.csv"
head -3 "$out/fitted.csv"

say "5. What if the road between Lower Austria and Vienna were a fifth shorter, and who moves then?"
"$agyn" flows scenario $files/austria-2006.csv --formula 'flow ~ log(distance) | orig + dest' \
  --change 'distance[orig=AT12, dest=AT13] * 0.8' --change 'distance[orig=AT13, dest=AT12] * 0.8' \
  --closure partial --closure doubly --output "$out/scenario.csv"

say "6. Backtest. Semicolons, one row a pair and period, other names."
"$agyn" flows backtest $files/central-asia.csv --origin from --destination to --period period \
  --flow migrants --origins 3
say "and forecast the next five years."
"$agyn" flows forecast $files/central-asia.csv --origin from --destination to --period period \
  --flow migrants --limit 5

say "7. A wide table with tabulators: describe it, take it apart."
"$agyn" flows indices $files/italy-2000.tsv
"$agyn" flows components $files/italy-2000.tsv --limit 6
"$agyn" flows chart $files/italy-2000.tsv --kind chord --output "$out/italy.vg.json"

say "8. Export. Parquet for the notebook, JSON for a program."
"$agyn" flows predict $files/austria-2006.csv --formula 'flow ~ log(distance) | orig + dest' \
  --output "$out/fitted.parquet"
"$agyn" flows fit $files/austria-2006.csv --formula 'flow ~ log(distance) | orig + dest' --json |
  head -8
ls -l "$out" | awk 'NR > 1 {print $5, $9}'
