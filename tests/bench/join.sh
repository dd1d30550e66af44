#!/bin/sh
# Reading a Fingertips-shaped table of about a million rows, choosing one sex, age and period, and
# joining it to all boundaries, into a GeoPackage: isogap join against pandas with geopandas and
# against ogr2ogr with SQL.
#
# usage: join.sh ISOGAP [BOUNDARIES.gpkg KEY]
# Without boundaries, 33,755 squares are made. 30 rows for each area: 5 periods, 3 sexes, 2 ages.
# Best of three, in turn, on one machine; prints seconds, ratios and peak memory.
set -eu
isogap=$1
. "$(dirname "$0")/table.sh"
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
for python in /usr/bin/python3 python3; do
    "$python" -c 'import geopandas' 2>/dev/null && break
    python=
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ $# -ge 3 ]; then
    areas=$2 key=$3
else
    areas=$folder/squares.gpkg key=code
    awk 'BEGIN {
        print "code,WKT"
        for (i = 0; i < 33755; i++) {
            x = 300000 + 1000 * (i % 184); y = 100000 + 1000 * int(i / 184)
            printf "E01%06d,\"POLYGON((%d %d,%d %d,%d %d,%d %d,%d %d))\"\n", 900000 + i, x, y, x + 1000, y, x + 1000, y + 1000, x, y + 1000, x, y
        }
    }' >"$folder/squares.csv"
    ogr2ogr -f GPKG "$areas" "$folder/squares.csv" -a_srs EPSG:27700 -nln squares \
        -nlt MULTIPOLYGON -oo GEOM_POSSIBLE_NAMES=WKT -oo KEEP_GEOM_COLUMNS=NO
fi
layer=$(ogrinfo -q "$areas" | sed -n '1s/^1: \(.*\) (.*/\1/p')
ogr2ogr -f CSV "$folder/keys.csv" "$areas" -select "$key"
tail -n +2 "$folder/keys.csv" | tr -d '"\r' | cut -d, -f1 | awk '
    { code[NR] = $1 }
    END {
        print "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,Compared to England value or percentiles,Compared to Region value or percentiles,Time period Sortable,New data,Compared to goal"
        split("Male,Female,Persons", sex, ","); split("All ages,65+ yrs", age, ",")
        for (p = 2019; p <= 2023; p++) for (s = 1; s <= 3; s++) for (a = 1; a <= 2; a++)
            for (i = 1; i <= NR; i++) {
                v = ((i * 7919 + p * 31 + s * 17 + a) % 9973) / 100
                printf "90000,\"Emergency admissions, made up\",E12000002,North West,%s,Area %d,LSOA,%s,%s,,,%d,%.4f,%.4f,%.4f,%.4f,%.4f,%d,%d,,No significant change,Similar,Similar,%d0000,,\n", code[i], i, sex[s], age[a], p, v, v * .9, v * 1.1, v * .8, v * 1.2, v * 15, 1500 + i % 700, p
            }
    }' >"$folder/rows.csv"
echo "$(($(wc -l <"$folder/rows.csv") - 1)) rows, $(($(wc -l <"$folder/keys.csv") - 1)) areas"
cat >"$folder/peer.py" <<'P'
import sys
import geopandas
import pandas
areas, key, table, out = sys.argv[1:]
t = pandas.read_csv(table)
t = t[(t["Sex"] == "Persons") & (t["Age"] == "All ages") & (t["Time period"] == 2023)]
frame = geopandas.read_file(areas).merge(t[["Area Code", "Value", "Count"]], left_on=key,
                                         right_on="Area Code", how="left", validate="one_to_one")
frame.to_file(out, driver="GPKG")
P
measure() { # name, command: keeps each run's seconds and peak
    name=$1
    shift
    rm -f "$folder"/out.*
    [ ! -e "$folder/$name.gone" ] || return 0
    if ! limited "$folder/time" "$@" >"$folder/said" 2>&1; then
        echo "$name $ended:"
        cat "$folder/said"
        [ "$name" != isogap ] || exit 1
        touch "$folder/$name.gone"
        row "join of a million rows" 0 "$name" "$ended"
        return 0
    fi
    cat "$folder/time" >>"$folder/$name.times"
}
cat >"$folder/peer.sh" <<'P'
set -eu
ogr2ogr -f GPKG "$1/out.work.gpkg" "$2" -nln areas
ogr2ogr -f GPKG -update "$1/out.work.gpkg" "$1/rows.csv" -nln rows
ogr2ogr -f GPKG "$1/out.gpkg" "$1/out.work.gpkg" -nln areas -sql "select a.*, t.Value, t.\"Count\" from areas a
left join (select \"Area Code\" as area, Value, \"Count\" from rows where Sex = 'Persons' and Age = 'All ages'
and \"Time period\" = '2023') t on t.area = a.\"$3\""
P
for _ in 1 2 3; do
    measure isogap "$isogap" join --areas "$areas" --areas-key "$key" --table "$folder/rows.csv" \
        --table-key 'Area Code' --where 'Sex=Persons,Age=All ages,Time period=2023' \
        --columns Value,Count --quiet -o "$folder/out.gpkg"
    measure ogr2ogr sh "$folder/peer.sh" "$folder" "$areas" "$key"
    [ -z "$python" ] || measure pandas "$python" "$folder/peer.py" "$areas" "$key" \
        "$folder/rows.csv" "$folder/out.gpkg"
done
for name in isogap ogr2ogr pandas; do
    [ ! -e "$folder/$name.times" ] || awk -v name="$name" '
        NR == 1 || $1 < s { s = $1 } $2 > m { m = $2 }
        END { printf "%s %.2f s %d MiB\n", name, s, m / 1024 }' "$folder/$name.times"
done | tee "$folder/result"
awk '{ s[$1] = $2 }
    END {
        if (s["ogr2ogr"]) printf "ogr2ogr takes %.1f times as long as isogap\n", s["ogr2ogr"] / s["isogap"]
        if (s["pandas"]) printf "pandas and geopandas take %.1f times as long as isogap\n", s["pandas"] / s["isogap"]
        else print "geopandas is not installed: not compared"
    }' "$folder/result"
rows "join of a million rows" "$folder/result" ogr2ogr pandas
