#!/bin/sh
# Where the bounds of `site` stand at the size of a region and of England, with straight-line minutes
# (on foot, 4.8 km/h) where roads are missing; and against the textbook's models through CBC on
# thinned North West places (skipped by name without cbc).
#
# usage: siting.sh BENCH_SITING DATA [SECONDS]
# DATA: the folder that siting.py reads; SECONDS: time limit of each answer, 600 without.
set -eu
bench=$1
data=$2
seconds=${3:-600}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/siting.py" "$data" "$folder"
cd "$folder"

echo "North West: LSOAs to GP practices, 20 open"
for objective in p-median mclp p-center worst-quintile core20-mean core20-coverage; do
    "$bench" north_west.demand north_west.sites 4.8 1e9 "$objective" 20 30 "$seconds"
done
for objective in core20-mean worst-quintile least-sii least-gap; do
    "$bench" north_west.demand north_west.sites 4.8 1e9 "$objective" 20 30 "$seconds" .01
done
echo "England: LSOAs to 6,500 of their centres, 50 open; 30 km/h, pairs up to 100 km"
"$bench" england.demand england.sites 30 200 p-median 50 30 "$seconds"
"$bench" england.demand england.sites 30 200 mclp 50 30 "$seconds"

command -v cbc >/dev/null || { echo "skipped: cbc is not there"; exit 77; }
thin() { # FILE ROWS: evenly
    awk -v n="$2" -v m="$(wc -l <"$1")" 'int(NR * n / m) != int((NR - 1) * n / m)' "$1"
}
for size in "500 150" "1000 300"; do
    set -- $size
    thin north_west.demand "$1" >d
    thin north_west.sites "$2" >s
    for open in 5 20 40; do
        echo "$1 x $2, $open open: here, then the textbook through CBC"
        "$bench" d s 4.8 1e9 p-median "$open" 0 "$seconds"
        python3 "$here/textbook.py" d s 4.8 1e9 p-median "$open" 0 >model.lp
        cbc model.lp seconds "$seconds" solve quit | awk -v people="$(awk '{ n += $1 } END { print n }' d)" '
            /^Objective value:/ { value = $3 / people }
            /Wallclock seconds/ { time = $NF; sub(/\).*/, "", time) }
            /^Result/ { result = $0 }
            END { printf "textbook: value %.9g, %s s, %s\n", value, time, result }'
    done
done
