#!/bin/sh
# A choropleth of England from boundaries and a table to a GeoPackage, joined, classed, styled and
# indexed, against geopandas doing the same (without style) and against ogr2ogr copying the boundaries.
#
# usage: choropleth.sh ISOGAP BOUNDARIES.gpkg KEY [TABLE.csv TABLE_KEY VALUE]
# BOUNDARIES: the zones of a bench grid, or any LSOA layer; without TABLE one is made with 12 columns.
# Boundaries in longitude and latitude are taken to the National Grid by all three.
# Best of three, in turn, on one machine; prints seconds, ratios and peak memory.
set -eu
isogap=$1
areas=$2
key=$3
for python in /usr/bin/python3 python3; do
    "$python" -c 'import geopandas' 2>/dev/null && break
    python=
done
. "$(dirname "$0")/table.sh"
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ $# -ge 6 ]; then
    table=$4 table_key=$5 value=$6
else
    table=$folder/table.csv table_key=lsoa value=v0
    ogr2ogr -f CSV "$folder/keys.csv" "$areas" -select "$key"
    # Twelve columns, the rows in another order than the areas.
    tail -n +2 "$folder/keys.csv" | tr -d '"\r' | awk -v OFS=, '
        { code[NR] = $1 }
        END {
            line = "lsoa"
            for (k = 0; k < 12; k++) line = line ",v" k
            print line
            step = 7919
            while (NR % step == 0) step += 2
            for (i = 0; i < NR; i++) {
                row = code[(i * step) % NR + 1]
                for (k = 0; k < 12; k++)
                    row = row "," sprintf("%.4f", ((i + 1) * (k + 3) * 2654435.761) % 200)
                print row
            }
        }' >"$table"
fi
cat >"$folder/peer.py" <<'PY'
import sys
import geopandas
import pandas
areas, key, table, table_key, value, out = sys.argv[1:]
frame = geopandas.read_file(areas).merge(pandas.read_csv(table), left_on=key, right_on=table_key,
                                         how="left", validate="one_to_one")
if frame.crs and frame.crs.is_geographic:
    frame = frame.to_crs(27700)
frame["class"] = pandas.qcut(frame[value], 5, labels=False, duplicates="drop")
frame.to_file(out, driver="GPKG")
PY

to_grid=
ogrinfo -so -al "$areas" | grep -q '^GEOGCRS\|^GEOGCS' && to_grid="-t_srs EPSG:27700"

measure() { # name, command: keeps the least seconds and the greatest peak
    name=$1
    shift
    rm -f "$folder"/out.*
    [ ! -e "$folder/$name.gone" ] || return 0
    if ! limited "$folder/time" "$@" >"$folder/said" 2>&1; then
        echo "$name $ended:"
        cat "$folder/said"
        [ "$name" != isogap ] || exit 1
        touch "$folder/$name.gone"
        row "choropleth of England" 0 "$name" "$ended"
        return 0
    fi
    cat "$folder/time" >>"$folder/$name.times"
}
for _ in 1 2 3; do
    measure isogap "$isogap" map --areas "$areas" --areas-key "$key" --table "$table" \
        --table-key "$table_key" --value "$value" --quiet -o "$folder/out.gpkg"
    measure ogr2ogr ogr2ogr $to_grid "$folder/out.gpkg" "$areas"
    [ -z "$python" ] || measure geopandas "$python" "$folder/peer.py" "$areas" "$key" "$table" \
        "$table_key" "$value" "$folder/out.gpkg"
done
for name in isogap ogr2ogr geopandas; do
    [ ! -e "$folder/$name.times" ] || awk -v name="$name" '
        NR == 1 || $1 < s { s = $1 } $2 > m { m = $2 }
        END { printf "%s %.2f s %d MiB\n", name, s, m / 1024 }' "$folder/$name.times"
done | tee "$folder/result"
awk '{ s[$1] = $2 }
    END {
        if (s["ogr2ogr"]) printf "isogap takes %.2f times as long as a bare copy by ogr2ogr\n", s["isogap"] / s["ogr2ogr"]
        if (s["geopandas"]) printf "geopandas takes %.1f times as long as isogap\n",
            s["geopandas"] / s["isogap"]
        else print "geopandas is not installed: not compared"
    }' "$folder/result"
rows "choropleth of England" "$folder/result" ogr2ogr geopandas
