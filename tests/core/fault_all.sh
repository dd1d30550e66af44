#!/bin/bash
# Faults over every kind of output: each call that touches the output, each that reads an input,
# fails in turn. A long proof, apart from the ordinary tests (minutes to hours).
#   tests/core/fault_all.sh [POINTS [PRESET]]     POINTS of each kind of call; 0, the default: all
set -eu
cd "$(dirname "$0")/../.."
points=${1:-0} build=build/${2:-debug}
sample=$PWD/geodata/sample isogap=$PWD/$build/tools/isogap
shim=$PWD/$build/tests/core/libfault_shim.so alloc=$PWD/$build/tests/core/libfault_alloc.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in" "$work/out"
cp "$sample"/lsoa21.geojson "$sample"/iod2025_file1.csv "$work/in"
cd "$work/in"
"$isogap" cost --mode walk --extent lsoa21.geojson --cell 200 -o cost.tif --quiet
printf 'code,x,y\n' >sites.csv
gdalinfo cost.tif | awk -F'[(,)]' '/^Center/ { printf "A,%.0f,%.0f\n", $2, $3 }' >>sites.csv
"$isogap" travel --cost cost.tif --sites sites.csv --crs EPSG:27700 --snap 5000 -o minutes.tif --quiet
"$isogap" access --areas lsoa21.geojson --travel minutes.tif -o access.csv --quiet
failed=0

# sweep OUTPUT COMMAND [OPTION...]
sweep() {
    local out=$1
    shift
    echo "$1 to .${out##*.}"
    "$OLDPWD/tests/core/fault_sweep.sh" -s "$shim" ${alloc_there:+-a "$alloc"} -m "$points" \
        -i "$work/in" -o "$work/out/$out" -- \
        "$isogap" "$@" --overwrite --threads 1 -o "$work/out/$out" || failed=1
    rm -rf "$work"/out/*
}

alloc_there=
[ ! -e "$alloc" ] || alloc_there=1
decile='"Index of Multiple Deprivation (IMD) Decile"=imd_decile'
for suffix in gpkg shp csv xlsx geojson; do
    sweep "a.$suffix" join --areas lsoa21.geojson --table iod2025_file1.csv --columns "$decile"
done
sweep a.tif cost --mode walk --extent lsoa21.geojson --cell 500
sweep a.tif travel --cost cost.tif --sites sites.csv --crs EPSG:27700 --snap 5000
sweep a.gpkg isochrone --cost cost.tif --sites sites.csv --crs EPSG:27700 --snap 5000 --minutes 20,60
sweep a.csv access --areas lsoa21.geojson --travel minutes.tif
sweep a.csv gap --access access.csv --groups iod2025_file1.csv \
    --deprivation "Index of Multiple Deprivation (IMD) Decile"
sweep a.gpkg map --areas lsoa21.geojson --table iod2025_file1.csv --columns "$decile" \
    --value imd_decile --classes 5
sweep a.csv classify --table iod2025_file1.csv \
    --value "Index of Multiple Deprivation (IMD) Rank" --classes 5
exit $failed
