#!/bin/sh
# signal WORD: the flags that spell the word.
set -eu
here=$(dirname "$(readlink -f "$0")")
word=$(echo "${1:?WORD is missing}" | tr a-z A-Z)
flags=
while [ -n "$word" ]; do
  letter=${word%"${word#?}"}
  word=${word#?}
  flag=$(sed -n "s/^$letter = //p" "$here/signals.table")
  flags="$flags${flags:+ }${flag:-?}"
done
echo "$flags"
