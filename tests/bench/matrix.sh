#!/bin/sh
# Minutes from areas to each of many sites, within a limit: isogap matrix against one run of GRASS
# r.cost a site (timed on a few sites and multiplied; skipped by name without GRASS). The two agree
# on the cells that a site reaches.
#
# usage: matrix.sh ISOGAP FOLDER [MINUTES]
# FOLDER: cost.tif (seconds a cell), pop.tif, zones.gpkg with the key `code`, src.txt (row col x y).
set -eu
isogap=$1
grid=$2
limit=${3:-30}
. "$(dirname "$0")/table.sh"
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk 'BEGIN { print "code,easting,northing" } { printf "S%05d,%s,%s\n", NR, $3, $4 }' \
    "$grid/src.txt" >"$folder/sites.csv"
sites=$(wc -l <"$grid/src.txt")

# matrix SITES.csv: whole seconds and peak, the search's own seconds from its message.
matrix() {
    /usr/bin/time -f '%e %M' -o "$folder/time" "$isogap" matrix --cost "$grid/cost.tif" \
        --cost-unit s/cell --sites "$1" --areas "$grid/zones.gpkg" --areas-key code \
        --population "$grid/pop.tif" --max-minutes "$limit" -o "$folder/m.csv" --overwrite \
        >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
    solve=$(sed -n 's/.* sites in \([0-9.]*\) s.*/\1/p' "$folder/said")
    read -r whole peak <"$folder/time"
}
matrix "$folder/sites.csv"
rows=$(wc -l <"$folder/m.csv")
printf 'matrix: %s sites x %s minutes, %s pairs: search and means %s s, whole run %s s, %s MiB\n' \
    "$sites" "$limit" "$((rows - 1))" "$solve" "$whole" "$((peak / 1024))"

# Ten thousand sites: those of the grid again and again (each is searched by itself).
awk -F, 'NR == 1 { print; next } { line[NR - 1] = $2 "," $3 }
    END { for (i = 0; i < 10000; i++) printf "T%05d,%s\n", i, line[i % (NR - 1) + 1] }' \
    "$folder/sites.csv" >"$folder/many.csv"
first=$solve
matrix "$folder/many.csv"
rows=$(wc -l <"$folder/m.csv")
printf 'matrix: 10000 sites x %s minutes, %s pairs: search and means %s s, whole run %s s, %s MiB\n' \
    "$limit" "$((rows - 1))" "$solve" "$whole" "$((peak / 1024))"

command -v grass >/dev/null || { echo "skipped by name: GRASS r.cost (not installed)"; exit 0; }
few=3
cat >"$folder/peer.sh" <<P
r.in.gdal -o --quiet input="$grid/cost.tif" output=cost
g.region raster=cost
P
# r.cost knows no minutes; its own limit is max_cost, beyond which it still gives the last cells.
awk -v few=$few -v limit="$limit" 'NR <= few {
    printf "date +%%s.%%N\nr.cost --quiet --overwrite input=cost output=t start_coordinates=%s,%s max_cost=%g memory=4000\ndate +%%s.%%N\n", $3, $4, limit * 60
    printf "r.mapcalc --quiet --overwrite expression=\"u=if(t<=%g,1,null())\"\n", limit * 60
    printf "r.univar -g map=u | sed -n \"s/^n=/cells /p\"\n" }' "$grid/src.txt" >>"$folder/peer.sh"
grass --tmp-location EPSG:27700 --exec sh "$folder/peer.sh" >"$folder/peer" 2>"$folder/peer.err" ||
    { cat "$folder/peer.err"; exit 1; }
each=$(awk '/^[0-9.]+$/ { if (start) { sum += $1 - start; n++; start = 0 } else start = $1 }
    END { printf "%.3f", sum / n }' "$folder/peer")
awk -v each="$each" -v n="$sites" -v solve="$first" 'BEGIN {
    printf "GRASS r.cost: %.2f s a site, %.0f s for all: %.0f x isogap\n", each, each * n, each * n / solve }'
row "matrix of $sites sites, search and means" "$first" "r.cost, once a site (from $few)" \
    "$(awk -v each="$each" -v n="$sites" 'BEGIN { print each * n }')"
i=0
grep '^cells' "$folder/peer" | while read -r _ cells; do
    i=$((i + 1))
    sed -n "1p;$((i + 1))p" "$folder/sites.csv" >"$folder/one.csv"
    own=$("$isogap" travel --cost "$grid/cost.tif" --cost-unit s/cell --sites "$folder/one.csv" \
        --corners allow --max-minutes "$limit" -o "$folder/t.tif" --overwrite --json 2>/dev/null |
        sed -n 's/.*"cells_reached": \([0-9]*\).*/\1/p')
    awk -v a="$own" -v b="$cells" -v i=$i 'BEGIN {
        d = (a - b) / b; if (d < 0) d = -d
        printf "site %d: %d cells within, r.cost %d: %s\n", i, a, b, d < 1e-4 ? "agree" : "DIFFER" }'
done
