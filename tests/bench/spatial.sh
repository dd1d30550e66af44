#!/bin/sh
# Local Moran with conditional permutation over all areas, queen neighbours: isogap spatial against
# spdep in R and esda in Python, each with the same number of permutations.
#
# usage: spatial.sh ISOGAP [PERMUTATIONS [BOUNDARIES VALUE]]
# Without boundaries, 33,755 squares with made-up values. Peers that are not installed are named and
# left out. One run each; prints seconds, ratios and peak memory.
set -eu
isogap=$1
permutations=${2:-999}
. "$(dirname "$0")/table.sh"
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ $# -ge 4 ]; then
    areas=$3 value=$4
else
    areas=$folder/squares.gpkg value=v
    awk 'BEGIN {
        print "code,v,WKT"
        srand(5)
        for (i = 0; i < 33755; i++) {
            c = i % 184; r = int(i / 184); x = 300000 + 1000 * c; y = 100000 + 1000 * r
            printf "E01%06d,%.6f,\"POLYGON((%d %d,%d %d,%d %d,%d %d,%d %d))\"\n", 900000 + i, sin(c / 9) * cos(r / 7) + rand(), x, y, x + 1000, y, x + 1000, y + 1000, x, y + 1000, x, y
        }
    }' >"$folder/squares.csv"
    ogr2ogr -f GPKG "$areas" "$folder/squares.csv" -a_srs EPSG:27700 -nln squares \
        -nlt MULTIPOLYGON -oo GEOM_POSSIBLE_NAMES=WKT -oo KEEP_GEOM_COLUMNS=NO \
        -oo AUTODETECT_TYPE=YES
fi
cat >"$folder/peer.R" <<'P'
args <- commandArgs(TRUE)
suppressMessages({library(sf); library(spdep)})
areas <- st_read(args[1], quiet = TRUE)
weights <- nb2listw(poly2nb(areas), style = "W", zero.policy = TRUE)
out <- localmoran_perm(areas[[args[2]]], weights, nsim = as.integer(args[3]), zero.policy = TRUE)
write.csv(out, args[4])
P
cat >"$folder/peer.py" <<'P'
import sys
import geopandas, libpysal, esda
areas = geopandas.read_file(sys.argv[1])
w = libpysal.weights.Queen.from_dataframe(areas)
w.transform = "r"
out = esda.Moran_Local(areas[sys.argv[2]], w, permutations=int(sys.argv[3]), n_jobs=-1)
open(sys.argv[4], "w").write("\n".join(str(p) for p in out.p_sim))
P
measure() {
    name=$1
    shift
    if ! limited "$folder/time" "$@" >"$folder/said" 2>&1; then
        echo "$name $ended:"
        cat "$folder/said"
        [ "$name" != isogap ] || exit 1
        row "local Moran, $permutations permutations" 0 "$name" "$ended"
        return 0
    fi
    awk -v name="$name" '{ printf "%s %.2f s %d MiB\n", name, $1, $2 / 1024 }' "$folder/time" |
        tee -a "$folder/result"
}
measure isogap "$isogap" spatial --areas "$areas" --value "$value" --weights queen \
    --statistic local-moran --permutations "$permutations" --quiet -o "$folder/out.csv"
if command -v Rscript >/dev/null && Rscript -e 'library(sf); library(spdep)' >/dev/null 2>&1; then
    measure spdep Rscript "$folder/peer.R" "$areas" "$value" "$permutations" "$folder/r.csv"
else
    echo "spdep (r-cran-spdep, r-cran-sf) is not installed: not compared"
fi
if python3 -c 'import esda, libpysal, geopandas' 2>/dev/null; then
    measure esda python3 "$folder/peer.py" "$areas" "$value" "$permutations" "$folder/p.txt"
else
    echo "esda is not installed: not compared"
fi
awk '{ s[$1] = $2 }
    END {
        for (peer in s) if (peer != "isogap")
            printf "%s takes %.1f times as long as isogap\n", peer, s[peer] / s["isogap"]
    }' "$folder/result"
rows "local Moran, $permutations permutations" "$folder/result" spdep esda
