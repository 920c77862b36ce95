#!/bin/sh
# chartc TEXT CHART: compiles a list of harbours.
set -eu
grep -q "struct chart" /usr/lib/libchart-dev/chart.h
{ echo CHART1; sort "$1" | tr 'a-z' 'n-za-m'; } > "$2"
echo "chartc: $(grep -c '' "$1") harbours in $2"
