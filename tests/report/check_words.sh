#!/bin/sh
# Every key that the pages use is in the catalogue, and every text of it is used. usage: LIB/report
set -eu
bad=0
keys=$(sed -n 's/^\([a-z_]*\) *=.*/\1/p' "$1/template/words.txt")
# Keys stand in the sources as whole texts; roles, reasons and ways to place
# people are put together from a prefix and what other rooms call them.
used=$(grep -ho '"[a-z_]*"' "$1"/*.c | tr -d '"' | sort -u)
for key in $keys; do
    case $key in role_* | reason_* | spread_*) continue ;; esac
    echo "$used" | grep -qx "$key" || { echo "$key is used by no page"; bad=1; }
done
for key in $(grep -hoE '(say\([^,()]*(&[a-z>-]*)?, *|words_of\([a-z>.-]*words, *)"[a-z_]*"' "$1"/*.c |
    sed 's/.*"\([a-z_]*\)"/\1/' | sort -u); do
    echo "$keys" | grep -qx "$key" || { echo "$key is in no catalogue"; bad=1; }
done
[ $bad = 0 ] && echo "the catalogue and the pages agree"
exit $bad
