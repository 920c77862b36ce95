#!/bin/sh
# sextant HARBOUR: where it lies, as the compiled chart has it.
set -eu
chart=/usr/local/share/harbours.chart
sides=/usr/share/sextant-tables/sides.txt
if [ "$(head -n 1 "$chart")" != CHART1 ]; then
  echo "sextant: $chart is not compiled" >&2
  exit 1
fi
line=$(tail -n +2 "$chart" | tr 'n-za-m' 'a-z' | grep "^${1:?HARBOUR is missing} ") || {
  echo "sextant: $1 is not in $chart" >&2
  exit 1
}
side() { sed -n "s/^$1 = //p" "$sides"; }
set -- $line
echo "$1: $2 $(side N), $3 $(side E)"
