#!/bin/sh
# Every fault of reading a file (plain, gzip, zip) and writing one, by core alone.
#   fault_core.sh FAULT_COPY SHIM FAULT_SWEEP [ALLOC_SHIM]
set -eu
copy=$1 shim=$2 sweep=$3 alloc=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in" "$work/out"
seq 1 20000 >"$work/in/plain.csv"
gzip -k "$work/in/plain.csv"

# The shim must strike at all: without this the sweep would praise a program never hurt.
code=0
ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD="$shim" ISOGAP_FAULT_CALLS=fsync \
    ISOGAP_FAULT_AT=1 "$copy" "$work/in/plain.csv" "$work/out/copy.csv" 2>"$work/err" || code=$?
[ "$code" = 5 ] && grep -q "Input/output error" "$work/err"
[ ! -e "$work/out/copy.csv" ]

for input in plain.csv plain.csv.gz; do
    "$sweep" -s "$shim" ${alloc:+-a "$alloc"} -i "$work/in" -o "$work/out/copy.csv" -- \
        "$copy" "$work/in/$input" "$work/out/copy.csv"
done
