#!/bin/sh
# Faults and signals over whole commands: join to a GeoPackage, a shapefile and CSV.
#   fault_commands.sh ISOGAP GEODATA SHIM FOLDER_OF_SWEEPS POINTS [ALLOC_SHIM]
# POINTS of each kind of call are tried; 0 for all of them.
set -eu
isogap=$1 geodata=$2 shim=$3 sweeps=$4 points=$5 alloc=${6:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in" "$work/out"
cp "$geodata"/sample/wards25.* "$geodata/sample/nomis_bulk_tenure_wards.csv" "$work/in"
failed=0
for suffix in gpkg shp csv; do
    echo "join to .$suffix"
    set -- "$isogap" join --areas "$work/in/wards25.shp" \
        --table "$work/in/nomis_bulk_tenure_wards.csv" --overwrite -o "$work/out/a.$suffix"
    "$sweeps/fault_sweep.sh" -s "$shim" ${alloc:+-a "$alloc"} -m "$points" -i "$work/in" \
        -o "$work/out/a.$suffix" -- "$@" || failed=1
    "$sweeps/kill_sweep.sh" -o "$work/out/a.$suffix" -n 7 -- "$@" || failed=1
    rm -f "$work"/out/*
done
exit $failed
