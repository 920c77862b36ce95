#!/bin/sh
# Builds signal and its table in the folder out; what it needs meanwhile is in the folder work.
set -eu
cd "$(dirname "$0")"
mkdir -p work out
awk 'BEGIN { for (n = 0; n < 80000; n++) printf "%06d an unfolded flag\n", n }' > work/unfolded.txt
sort -r work/unfolded.txt > work/folded.txt
od -A n -t x1 -v pictures.bin > out/signals.table
cat words.txt >> out/signals.table
cp signal.sh out/signal
chmod 755 out/signal
echo "built: signal, with $(grep -c '' out/signals.table) lines in its table"
