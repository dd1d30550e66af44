#!/bin/bash
# Travel time: isogap and the peers that are installed, on the same files in one run.
#   tests/bench/travel.sh [-b BUILD] [-d DIR] [-r ROWS] [-c COLS] [-s SITES] [PEER...]
# DIR keeps the inputs (cost.tif in s/cell, dem.tif, src.xy "x|y"); they are made when absent.
# Peers: rcost rcostk rwalk skimage saga terra; those not named or not installed are left out by name.
# A peer that takes longer than PEER_SECONDS (1800) or runs out of memory is named as such, with its seconds.
# SAGA and terra take other weights at the sources, so their times are set beside ours, not their minutes.
# Prints times, ns and bytes a cell, ratios and whether the results agree. Asserts no times.
# CHECK=1 compares with a plain heap; bench_travel prove DIR every way of searching with a Dijkstra.
set -u
BUILD=build/release DIR=bench-travel ROWS=2000 COLS=2000 SITES=150
while getopts b:d:r:c:s: option; do
    case $option in
    b) BUILD=$OPTARG ;; d) DIR=$OPTARG ;; r) ROWS=$OPTARG ;; c) COLS=$OPTARG ;; s) SITES=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
PEERS=${*:-rcost rcostk rwalk skimage saga terra}
. "$(dirname "$0")/table.sh"
BENCH=$BUILD/tests/bench/bench_travel ISOGAP=$BUILD/tools/isogap
[ -x "$BENCH" ] && [ -x "$ISOGAP" ] || { echo "build first: no $BENCH or $ISOGAP"; exit 2; }

[ -e "$DIR/cost.tif" ] || "$BENCH" make "$DIR" "$ROWS" "$COLS" "$SITES" || exit 1
[ -e "$DIR/src.xy" ] || awk '{print $3 "|" $4}' "$DIR/src.txt" >"$DIR/src.xy"
awk -F'|' 'BEGIN {print "code,easting,northing"} {printf "S%06d,%s,%s\n", NR, $1, $2}' \
    "$DIR/src.xy" >"$DIR/sites.csv"
cells=$(gdalinfo "$DIR/cost.tif" | sed -n 's/^Size is \([0-9]*\), \([0-9]*\)/\1 \2/p' |
    awk '{print $1 * $2}')

# timed NAME COMMAND...: wall seconds into $took, peak memory into $peak
timed() {
    local name=$1 file
    shift
    file=$DIR/$name.time
    limited "$file" "$@" >"$DIR/$name.log" 2>&1 || { echo "$name $ended: see $DIR/$name.log"; return 1; }
    read -r took peak < <(tail -1 "$file")
    awk -v n="$name" -v t="$took" -v m="$peak" -v c="$cells" 'BEGIN {
        printf "%-34s    %9.2f s %9.1f ns a cell, %.1f bytes a cell\n", n, t, t * 1e9 / c,
            m * 1024 / c}'
}

echo "== the search alone, in one process"
"$BENCH" solve "$DIR" ${CHECK:+check} | tee "$DIR/solve.log"
solve_of() { # seconds of the first line with this name and the most threads
    awk -v n="$1" 'index($0, n) == 1 {t = substr($0, 35); split(t, f, " "); s = f[2]} END {print s}' \
        "$DIR/solve.log"
}

echo "== GeoTIFF to GeoTIFF"
timed isogap "$ISOGAP" travel --cost "$DIR/cost.tif" --cost-unit s/cell --corners allow \
    --walk none --sites "$DIR/sites.csv" --overwrite -o "$DIR/isogap.tif" || exit 1
whole=$took

ratio() { # NAME PEER_SECONDS OUR_SECONDS WHAT
    awk -v n="$1" -v p="$2" -v o="$3" -v w="$4" \
        'BEGIN {printf "  %s takes %.0f times as long as %s\n", n, p / o, w}'
    row "$4" "$3" "$1" "$2"
}

gone() { # NAME OUR_SECONDS WHAT: a peer that came to no result
    row "$3" "$2" "$1" "$ended"
}

grass_ready() {
    command -v grass >/dev/null || { echo "grass: not installed, left out"; return 1; }
    G=$DIR/grassdb/PERMANENT
    [ -d "$DIR/grassdb" ] && return
    grass -e -c "$DIR/cost.tif" "$DIR/grassdb" >/dev/null 2>&1 || return 1
    for r in cost dem; do
        grass "$G" --exec r.in.gdal -o input="$DIR/$r.tif" output=$r memory=2000 >/dev/null 2>&1
    done
    grass "$G" --exec v.in.ascii input="$DIR/src.xy" output=src separator=pipe >/dev/null 2>&1
    grass "$G" --exec g.region raster=cost >/dev/null 2>&1
    grass "$G" --exec r.mapcalc expression="fric=cost/100.0" >/dev/null 2>&1
}
further_inputs() { # for r.walk, SAGA and terra
    [ -e "$DIR/walk.tif" ] && [ -e "$DIR/terra_cost.tif" ] && [ -e "$DIR/src.tif" ] ||
        /usr/bin/python3 "$(dirname "$0")/further_inputs.py" "$DIR"
}
grass_out() { # MAP: as GeoTIFF
    grass "$G" --exec r.out.gdal -cf input="o_$1" output="$DIR/$1.tif" type=Float32 --o \
        >/dev/null 2>&1
}

echo "== peers"
for peer in $PEERS; do
    case $peer in
    rcost)
        grass_ready || continue
        timed rcost grass "$G" --exec r.cost -n input=cost output=o_rcost start_points=src \
            memory=8000 --o || { gone "r.cost whole" "$(solve_of '8 neighbours  ')" "the search"; continue; }
        ratio "r.cost whole" "$took" "$(solve_of '8 neighbours  ')" "the search"
        ratio "r.cost whole" "$took" "$whole" "isogap from GeoTIFF to GeoTIFF"
        grass_out rcost && "$BENCH" compare "$DIR/rcost.tif" "$DIR/isogap.tif"
        ;;
    rcostk)
        grass_ready || continue
        timed rcostk grass "$G" --exec r.cost -nk input=cost output=o_rcostk start_points=src \
            memory=8000 --o || { gone "r.cost -k" "$(solve_of '16 neighbours')" "16 neighbours"; continue; }
        ratio "r.cost -k" "$took" "$(solve_of '16 neighbours')" "16 neighbours"
        ratio "r.cost -k" "$took" "$(solve_of 'exact')" "exact"
        ;;
    rwalk)
        grass_ready || continue
        timed rwalk grass "$G" --exec r.walk -n elevation=dem friction=fric output=o_rwalk \
            start_points=src memory=8000 --o ||
            { gone "r.walk" "$(solve_of "Langmuir")" "the search by its model"; continue; }
        ratio "r.walk" "$took" "$(solve_of "Langmuir")" "the search by its model"
        grass_out rwalk && further_inputs || continue
        walk=$took
        timed isogap_walk "$ISOGAP" travel --cost "$DIR/walk.tif" --cost-unit s/m --walk langmuir --direction from \
            --corners allow --sites "$DIR/sites.csv" --overwrite -o "$DIR/walked.tif" || continue
        ratio "r.walk" "$walk" "$took" "isogap's walk from GeoTIFF to GeoTIFF"
        "$BENCH" compare "$DIR/rwalk.tif" "$DIR/walked.tif"
        ;;
    skimage)
        python=/usr/bin/python3
        $python -c 'import skimage.graph, osgeo' 2>/dev/null ||
            { echo "skimage: not installed, left out"; continue; }
        timed skimage $python "$(dirname "$0")/peer_skimage.py" "$DIR" ||
            { gone "scikit-image's solve" "$(solve_of '8 neighbours  ')" "the search"; continue; }
        cat "$DIR/skimage.log"
        ratio "scikit-image's solve" "$(awk '/^solve/ {print $2}' "$DIR/skimage.log")" \
            "$(solve_of '8 neighbours  ')" "the search"
        ;;
    saga)
        command -v saga_cmd >/dev/null || { echo "saga: not installed, left out"; continue; }
        further_inputs || continue
        for name in cost src; do
            [ -f "$DIR/$name.sgrd" ] ||
                saga_cmd io_gdal 0 -FILES="$DIR/$name.tif" -GRIDS="$DIR/$name.sgrd" >/dev/null 2>&1
        done
        timed saga saga_cmd grid_analysis 0 -DEST_TYPE=1 -DEST_GRID="$DIR/src.sgrd" \
            -COST="$DIR/cost.sgrd" -COST_MIN=0.01 -ACCUMULATED="$DIR/saga.sgrd" \
            -ALLOCATION="$DIR/saga_sites.sgrd" ||
            { gone "SAGA's accumulated cost" "$(solve_of '8 neighbours  ')" "the search"; continue; }
        ratio "SAGA's accumulated cost" "$took" "$(solve_of '8 neighbours  ')" "the search"
        ;;
    terra)
        Rscript -e 'library(terra)' >/dev/null 2>&1 || { echo "terra: not installed, left out"; continue; }
        further_inputs || continue
        timed terra Rscript -e "library(terra); d <- costDist(rast('$DIR/terra_cost.tif'), target=0,
            maxiter=500, filename='$DIR/terra.tif', overwrite=TRUE, datatype='FLT4S')" ||
            { gone "terra's costDist" "$(solve_of '8 neighbours  ')" "the search"; continue; }
        ratio "terra's costDist" "$took" "$(solve_of '8 neighbours  ')" "the search"
        ;;
    *) echo "$peer: no such peer" ;;
    esac
done
