#!/bin/sh
# Maps of the made-up county and of a layer with gaps, opened in QGIS and checked by the validator
# of GeoPackages. usage: run.sh ISOGAP SOURCE_FOLDER. Exit 77: QGIS is not there.
set -eu
isogap=$1
source=$2
data=$source/geodata/sample
for python in /usr/bin/python3 python3; do
    "$python" -c 'import qgis.core' 2>/dev/null && break
    python=
done
[ -n "$python" ] || { echo "skipped: QGIS (python3-qgis) is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$isogap" map --areas "$data/lsoa21.geojson" --table "$data/iod2025_file1.csv" \
    --columns '"Index of Multiple Deprivation (IMD) Rank"=imd_rank,"Index of Multiple Deprivation (IMD) Decile"=imd_decile' \
    --value imd_rank,imd_decile --method fisher-jenks --classes 5 --palette YlGnBu --reverse \
    --project "$folder/whole.qgz" -o "$folder/whole.gpkg"
"$isogap" map --areas "$data/lsoa21.geojson" --table "$data/indicators_lsoa21.csv" \
    --columns '"Adults who smoke (%)"="smokers, ""%""",#6=fuel' \
    --value fuel --classes 4 --palette PuOr --project "$folder/gaps.qgz" -o "$folder/gaps.gpkg"

# Changes on both sides of 0 with limits, gaps of two kinds, sites by kind, outlines, two values,
# names that would be expressions or markup.
"$python" - "$data/lsoa21.geojson" "$folder" <<'PY'
import json, math, sys
with open(sys.argv[2] + "/change.csv", "w") as f:
    f.write("code,change,low,high,\"b \"\"x\"\" [% 1/0 %] <i>\"\n")
    for i, area in enumerate(json.load(open(sys.argv[1]))["features"]):
        v = 8 * math.sin(i / 30)
        shown = "*" if i % 17 == 0 else "" if i % 23 == 0 else round(v, 2)
        f.write("%s,%s,%g,%g,%d\n" % (area["properties"]["LSOA21CD"], shown, v - 1.5, v + 1.5, i % 40))
PY
"$isogap" map --areas "$data/lsoa21.geojson" --table "$folder/change.csv" \
    --value '"change","b ""x"" [% 1/0 %] <i>"' --centre 0 --lower low --upper high --classes 6 \
    --unit minutes --sites "$data/clinics.csv" --sites-kind gps --outlines "$data/wards25.shp" \
    --title "Change <b>&amp; [% 1/0 %] 'x' \"y\"" \
    --project "$folder/change.qgz" -o "$folder/change.gpkg"

# The main job: areas, wards, isochrones and sites, each with a style of its own.
cp "$source/geodata/plan.yaml" "$folder/plan.yaml"
ln -s "$data" "$folder/sample"
"$isogap" run "$folder/plan.yaml"

# A change of sites: the change of each area on a scale with its middle at none.
"$isogap" cost --mode walk --cell 100 --extent "$data/lsoa21.geojson" -o "$folder/cost.tif"
"$isogap" assess --areas "$data/lsoa21.geojson" --population "$data/population21_lsoa21_age_sex.csv" \
    --population-column Total --cost "$folder/cost.tif" --before "$data/clinics.csv" --close ZZ0001 \
    -o "$folder/papers"
mv "$folder/papers/assess.gpkg" "$folder/assess.gpkg"

validator=$("$python" -c 'import osgeo_utils.samples.validate_gpkg as v; print(v.__file__)' \
    2>/dev/null || true)
# The style beside a raster of minutes is found by QGIS, which makes the same SLD of it as lies there.
"$python" - "$folder/merrowshire_minutes_walk.tif" <<'PY'
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsRasterLayer
application = QgsApplication([], False)
application.initQgis()
layer = QgsRasterLayer(sys.argv[1], "minutes")
good = layer.isValid() and layer.renderer().type() == "singlebandpseudocolor"
print("minutes:", layer.renderer().type())
import xml.etree.ElementTree as xml
def entries(path):
    return [(e.get("color"), e.get("quantity"), e.get("label"))
            for e in xml.parse(path).iter("{http://www.opengis.net/sld}ColorMapEntry")]
beside = sys.argv[1].replace(".tif", ".sld")
made = beside.replace(".sld", "_qgis.sld")
layer.saveSldStyle(made)
good = good and len(entries(beside)) > 1 and entries(beside) == entries(made)
sys.stdout.flush()
os._exit(0 if good else 1)
PY
for name in whole gaps change merrowshire assess; do
    [ -z "$validator" ] || "$python" "$validator" --extra -k --warning-as-error "$folder/$name.gpkg"
    project=$folder/$name.qgz
    [ -e "$project" ] || project=
    "$python" "$source/tests/qgis/check_styles.py" "$folder/$name.gpkg" "$folder" $project
    # Kept for whoever wants to look.
    [ -z "${QGIS_PICTURES:-}" ] || for png in "$folder"/*.png; do
        cp "$png" "$QGIS_PICTURES/$name-$(basename "$png")"
    done
done
