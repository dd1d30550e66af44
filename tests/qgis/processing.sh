#!/bin/sh
# The Processing plugin in QGIS without a screen: listed by qgis_process, run with progress, cancelled.
# usage: processing.sh ISOGAP SOURCE_FOLDER. Exit 77: QGIS is not there.
set -eu
ISOGAP=$1
source=$2
for python in /usr/bin/python3 python3; do
    "$python" -c 'import qgis.core' 2>/dev/null && break
    python=
done
[ -n "$python" ] || { echo "skipped: QGIS (python3-qgis) is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A profile of its own; the present one is left alone.
mkdir -m 700 "$folder/home" "$folder/out"
HOME=$folder/home
XDG_RUNTIME_DIR=$folder/home
QT_QPA_PLATFORM=offscreen
QGIS_PLUGINPATH=$source/tools/qgis
PYTHONDONTWRITEBYTECODE=1
export ISOGAP HOME XDG_RUNTIME_DIR QT_QPA_PLATFORM QGIS_PLUGINPATH PYTHONDONTWRITEBYTECODE
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME

version=$(sed -n 's/^version=//p' "$source/tools/qgis/isogap/metadata.txt")
[ "isogap $version" = "$("$ISOGAP" --version)" ] || { echo "the plugin is of another version"; exit 1; }

cp "$source/geodata/plan.yaml" "$folder/out/plan.yaml"
ln -s "$source/geodata/sample" "$folder/out/sample"
"$python" "$source/tests/qgis/check_processing.py" "$source/tools/qgis" "$source/geodata/sample" \
    "$folder/out"

process=$(command -v qgis_process.bin || true)
[ -n "$process" ] || { echo "qgis_process.bin is not there: not run through it"; exit 0; }
"$process" plugins enable isogap >"$folder/enabled" 2>&1 || { cat "$folder/enabled"; exit 1; }
grep -q '^qgisMaximumVersion=4' "$source/tools/qgis/isogap/metadata.txt" # unset, it is 3.99
"$process" list >"$folder/list" 2>"$folder/errors"
for command in $("$ISOGAP" --json-usage | "$python" -c \
    'import json, sys; print(*[c["name"] for c in json.load(sys.stdin)["commands"]])'); do
    grep -q "isogap:$command" "$folder/list" || { echo "isogap:$command is not listed"; exit 1; }
done
data=$source/geodata/sample
"$process" run isogap:join --AREAS="$data/lsoa21.geojson" --TABLE="$data/iod2025_file1.csv" \
    --OUTPUT="$folder/out/joined.gpkg" >"$folder/joined" 2>&1 || { cat "$folder/joined"; exit 1; }
grep -q "^OUTPUT:.*joined.gpkg" "$folder/joined"
"$process" run isogap:travel --COST="$folder/out/walk.tif" --SITES="$data/clinics.csv" \
    --MAX_MINUTES=30 --OUTPUT="$folder/out/again.tif" >"$folder/travel" 2>&1 ||
    { cat "$folder/travel"; exit 1; }
[ -s "$folder/out/again.tif" ]
"$process" run isogap:gap --ACCESS="$folder/out/access.gpkg" --GROUPS="$data/iod2025_file1.csv" \
    --DEPRIVATION="Index of Multiple Deprivation (IMD) Decile" --OUTPUT="$folder/out/again.csv" \
    >"$folder/gap" 2>&1 || { cat "$folder/gap"; exit 1; }
grep -q core20 "$folder/out/again.csv"
"$process" run isogap:map --AREAS="$folder/out/joined.gpkg" --TABLE="$data/indicators_lsoa21.csv" \
    --COLUMNS='"Adults who smoke (%)"=smokers' --VALUE=smokers --METHOD=fisher-jenks \
    --OUTPUT="$folder/out/smokers.gpkg" >"$folder/map" 2>&1 || { cat "$folder/map"; exit 1; }
"$python" - "$folder/out/smokers.gpkg" <<'PY'
import sqlite3, sys
assert sqlite3.connect(sys.argv[1]).execute("select count(*) from layer_styles").fetchone()[0] > 0
PY
if "$process" run isogap:map --AREAS="$data/lsoa21.geojson" --VALUE=none \
    --OUTPUT="$folder/out/none.gpkg" >"$folder/wrong" 2>&1; then
    echo "a column that is not there was mapped"
    exit 1
fi
grep -q "there is no column" "$folder/wrong"
echo "qgis_process: lists every command, runs join, travel, gap and map"
