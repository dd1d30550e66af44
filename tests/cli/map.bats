# map: choropleths that open styled, and their pictures, on the made-up county.

setup() {
    cd "$BATS_TEST_TMPDIR"
    areas=$GEODATA/sample/lsoa21.geojson
    iod=$GEODATA/sample/iod2025_file1.csv
    indicators=$GEODATA/sample/indicators_lsoa21.csv
    decile='"Index of Multiple Deprivation (IMD) Decile"=decile'
}

json() {
    python3 -c 'import json, sys; print(eval(sys.argv[2], {"j": json.load(open(sys.argv[1]))}))' "$1" "$2"
}

sql() {
    python3 -c 'import sqlite3, sys
print(*[v for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]) for v in r])' "$1" "$2"
}

@test "the layer has the name of the areas' layer, each area once, and a style shown by default" {
    "$ISOGAP" map --areas "$areas" --table "$iod" --columns "$decile" --value decile \
        --method equal --classes 5 --reverse -o map.gpkg --json >out.json
    [ "$(json out.json 'j["layer"], j["areas"], j["matched"]')" = "('lsoa21', 300, 300)" ]
    [ "$(json out.json 'j["outputs"]')" = "['map.gpkg']" ]
    [ "$(json out.json 'sum(j["maps"][0]["counts"])')" = "300" ]
    [ "$(json out.json 'j["maps"][0]["upper_bounds"]')" = "[2.8, 4.6, 6.4, 8.2, 10]" ]
    [ "$(sql map.gpkg 'select count(*), count(distinct LSOA21CD), min(decile)+0.5, max(decile)+0.5 from lsoa21')" = "300 300 1.5 10.5" ]
    [ "$(sql map.gpkg 'select f_table_name, useAsDefault from layer_styles')" = "lsoa21 1" ]
    [ "$(sql map.gpkg 'select count(*) from isogap_unmatched_areas')" = "0" ]
}

@test "areas without a value stay in the layer and get a class of their own" {
    "$ISOGAP" map --areas "$areas" --table "$indicators" --columns '"Adults who smoke (%)"=smokers' \
        --value smokers --method fisher-jenks -o map.gpkg --png map.png --svg map.svg --json >out.json
    [ "$(json out.json 'j["maps"][0]["missing"]')" = "25" ]
    [ "$(json out.json 'sum(j["maps"][0]["counts"])')" = "275" ]
    [ "$(sql map.gpkg 'select count(*) from lsoa21 where smokers is null and smokers_status<>"ok"')" = "25" ]
    [ "$(sql map.gpkg 'select styleName, useAsDefault from layer_styles order by 1')" = "smokers 1 smokers graduated 0" ]
    [ "$(head -c 4 map.png | tail -c 3)" = "PNG" ]
    grep -q '>No data</text>' map.svg
    # 18 that are not known, 7 that were suppressed (* and [c]).
    grep -q '>18</text>' map.svg
    grep -q '>7</text>' map.svg
}

@test "several values are several styles of one layer" {
    "$ISOGAP" map --areas "$areas" --table "$iod" --columns "$decile" --table "$indicators" \
        --columns '"Adults who smoke (%)"=smokers' --value smokers,decile -o map.gpkg --json >out.json
    [ "$(json out.json '[m["value"] for m in j["maps"]]')" = "['smokers', 'decile']" ]
    [ "$(json out.json 'len(j["tables"])')" = "2" ]
    [ "$(sql map.gpkg 'select styleName from layer_styles where useAsDefault')" = "smokers" ]
    [ "$(sql map.gpkg 'select count(*) from layer_styles')" = "3" ]
}

@test "the areas' own columns need no table, and breaks alone are the manual method" {
    "$ISOGAP" map --areas "$areas" --value BNG_N --breaks 425000,430000,435000 -o map.gpkg --json >out.json
    [ "$(json out.json 'j["maps"][0]["method"]')" = "manual" ]
    # Values above the last bound get a class more: none is dropped.
    [ "$(json out.json 'sum(j["maps"][0]["counts"]), len(j["maps"][0]["counts"])')" = "(300, 4)" ]
    [ "$(sql map.gpkg 'select count(*) from pragma_table_info("lsoa21") where name="status"')" = "0" ]
}

@test "all outputs are the same bytes for other threads, locale, zone and folder" {
    make() {
        "$ISOGAP" map --areas "$areas" --table "$indicators" --columns '"Adults who smoke (%)"=smokers' \
            --value smokers --outlines "$GEODATA/sample/wards25.shp" -o map.gpkg --png map.png \
            --svg map.svg --project map.qgz --sites "$GEODATA/sample/clinics.csv" --sites-kind gps \
            --centre 15 --quiet "$@"
        "$ISOGAP" map --areas "$areas" --table "$indicators" --columns '"Adults who smoke (%)"=smokers' \
            --value smokers -o map.shp --quiet "$@"
    }
    make
    mkdir other
    cd other
    (umask 077 && TZ=Pacific/Auckland LC_ALL=de_DE.UTF-8 make --threads 2)
    for file in map.*; do
        cmp "$file" "../$file"
    done
}

@test "a column that is not there is named with the nearest, and nothing is written" {
    run "$ISOGAP" map --areas "$areas" --table "$iod" --columns "$decile" --value decil -o map.gpkg --png map.png
    [ "$status" -eq 2 ]
    [[ "$output" == *decil* && "$output" == *"did you mean decile"* ]]
    [ ! -e map.gpkg ] && [ ! -e map.png ]
}

@test "text has no classes" {
    run "$ISOGAP" map --areas "$areas" --value LSOA21NM -o map.gpkg
    [ "$status" -eq 3 ]
    [[ "$output" == *LSOA21NM* && "$output" == *text* ]]
    [ ! -e map.gpkg ]
}

@test "there must be something to write, and a project needs its GeoPackage" {
    run "$ISOGAP" map --areas "$areas" --value BNG_N
    [ "$status" -eq 2 ]
    [[ "$output" == *"-o FILE.gpkg"* ]]
    run "$ISOGAP" map --areas "$areas" --value BNG_N --png map.png --project map.qgz
    [ "$status" -eq 2 ]
    [ ! -e map.png ]
}

@test "an unknown palette is refused with those there are" {
    run "$ISOGAP" map --areas "$areas" --value BNG_N --palette Rainbow -o map.gpkg
    [ "$status" -eq 2 ]
    [[ "$output" == *Rainbow* && "$output" == *YlGnBu* ]]
}

@test "an output that is there already is kept" {
    echo mine >map.png
    run "$ISOGAP" map --areas "$areas" --value BNG_N --png map.png
    [ "$status" -eq 4 ]
    [ "$(cat map.png)" = mine ]
}

@test "sites are drawn and counted in the legend" {
    "$ISOGAP" map --areas "$areas" --value BNG_N --sites "$GEODATA/sample/clinics.csv" \
        --sites-label "GP surgeries" --svg map.svg
    grep -q '>GP surgeries</text>' map.svg
    grep -q 'Abbey Street Surgery' map.svg
}

@test "values of several columns share classes that are made from all of them" {
    printf 'code,y1,y2\n' >years.csv
    python3 - "$areas" >>years.csv <<'P'
import json, sys
for i, f in enumerate(json.load(open(sys.argv[1]))["features"]):
    print("%s,%d,%d" % (f["properties"]["LSOA21CD"], i % 10, 10 + i % 30))
P
    "$ISOGAP" map --areas "$areas" --table years.csv --value y1,y2 --method equal --classes 4 \
        --shared-classes -o shared.gpkg --json >out.json
    # 0 to 39 in four: the same bounds for both, each with its own counts.
    [ "$(json out.json '[m["upper_bounds"] for m in j["maps"]]')" = "[[9.75, 19.5, 29.25, 39], [9.75, 19.5, 29.25, 39]]" ]
    [ "$(json out.json 'j["maps"][0]["counts"]')" = "[300, 0, 0, 0]" ]
    [ "$(json out.json 'j["maps"][1]["counts"]')" = "[0, 100, 100, 100]" ]
    [ "$(json out.json 'j["maps"][0]["colours"] == j["maps"][1]["colours"]')" = True ]
}

@test "classes kept in a table are held in another year, whose higher values join the last" {
    printf 'code,y1,y2\n' >years.csv
    python3 - "$areas" >>years.csv <<'P'
import json, sys
for i, f in enumerate(json.load(open(sys.argv[1]))["features"]):
    print("%s,%d,%d" % (f["properties"]["LSOA21CD"], i % 10, i % 15))
P
    "$ISOGAP" map --areas "$areas" --table years.csv --value y1 --method equal --classes 3 \
        --classes-to classes.csv -o first.gpkg --json >first.json
    [ "$(head -2 classes.csv | tail -1)" = '1,0,3,120,#edf8b1' ]
    [ "$(json first.json 'j["outputs"]')" = "['first.gpkg', 'classes.csv']" ]
    "$ISOGAP" map --areas "$areas" --table years.csv --value y2 --classes-from classes.csv \
        -o second.gpkg --json >second.json
    [ "$(json second.json 'j["maps"][0]["upper_bounds"]')" = "[3, 6, 14]" ]
    [ "$(json second.json 'j["maps"][0]["counts"]')" = "[80, 60, 160]" ]
    [ "$(json second.json 'j["maps"][0]["colours"]')" = "$(json first.json 'j["maps"][0]["colours"]')" ]
    # classify writes such a table too
    "$ISOGAP" classify --table years.csv --value y1 --method equal --classes 3 -o other.csv
    "$ISOGAP" map --areas "$areas" --table years.csv --value y2 --classes-from other.csv -o third.gpkg
    cmp second.gpkg third.gpkg
    # two sources of classes, a table without any, bounds that do not rise
    run "$ISOGAP" map --areas "$areas" --table years.csv --value y2 --classes-from other.csv --breaks 1,2 -o no.gpkg
    [ "$status" -eq 2 ]
    run "$ISOGAP" map --areas "$areas" --table years.csv --value y2 --classes-from years.csv -o no.gpkg
    [ "$status" -eq 3 ]
    [[ "$output" == *"no column upper"* ]]
    printf 'upper\n3\n3\n' >flat.csv
    run "$ISOGAP" map --areas "$areas" --table years.csv --value y2 --classes-from flat.csv -o no.gpkg
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 3"*"does not rise"* ]]
    run "$ISOGAP" map --areas "$areas" --table years.csv --value y2 --classes-from other.csv --classes-to other.csv --overwrite
    [ "$status" -eq 4 ]
    [ ! -e no.gpkg ]
}

@test "more classes than a palette keeps apart for all eyes are told" {
    "$ISOGAP" map --areas "$areas" --table "$iod" --columns "$decile" --value decile --method equal --classes 6 --palette GnBu -o six.gpkg 2>said
    grep -q "palette GnBu.*up to 5 classes" said
    "$ISOGAP" map --areas "$areas" --table "$iod" --columns "$decile" --value decile --method equal --classes 5 --palette GnBu -o five.gpkg 2>said
    if grep "look alike" said; then false; fi
}

@test "classes lie alike on both sides of the centre, in a palette of two sides" {
    printf 'code,v,lo,hi\n' >change.csv
    python3 - "$areas" >>change.csv <<'P'
import json, sys
for i, f in enumerate(json.load(open(sys.argv[1]))["features"]):
    v = i % 13 - 4  # -4 to 8
    print("%s,%d,%g,%g" % (f["properties"]["LSOA21CD"], v, v - 1.5, v + 1.5))
P
    "$ISOGAP" map --areas "$areas" --table change.csv --value v --method equal --classes 4 \
        --centre 0 --lower lo --upper hi -o change.gpkg --png change.png --json >out.json
    # Distances of 0 to 8 in two: 4 and 8 on each side; below -4 there is nothing.
    [ "$(json out.json 'j["maps"][0]["upper_bounds"]')" = "[0, 4, 8]" ]
    # The middle two of PuOr's four and its last: the pale ones touch the centre.
    [ "$(json out.json 'j["maps"][0]["colours"]')" = "['#fdb863', '#b2abd2', '#5e3c99']" ]
    # -1, 0 and 1 are within 1.5 of the centre.
    [ "$(json out.json 'j["maps"][0]["unclear"]')" = "69" ]
    grep -aq 'Limits include 0' change.gpkg
    run "$ISOGAP" map --areas "$areas" --table change.csv --value v --centre 0 --palette PuBu -o no.gpkg
    [ "$status" -eq 2 ]
    [[ "$output" == *PuBu* && "$output" == *PuOr* ]]
    run "$ISOGAP" map --areas "$areas" --table change.csv --value v --lower lo --upper hi -o no.gpkg
    [ "$status" -eq 2 ]
    [[ "$output" == *--centre* ]]
    [ ! -e no.gpkg ]
}

@test "suppressed values are hatched apart from unknown ones, and labels carry the unit" {
    printf 'code,v\n' >some.csv
    python3 - "$areas" >>some.csv <<'P'
import json, sys
for i, f in enumerate(json.load(open(sys.argv[1]))["features"]):
    print("%s,%s" % (f["properties"]["LSOA21CD"], "*" if i < 7 else "" if i < 10 else i))
P
    "$ISOGAP" map --areas "$areas" --table some.csv --value v --unit minutes -o some.gpkg --svg some.svg \
        --json >out.json
    [ "$(json out.json 'j["maps"][0]["missing"], j["maps"][0]["suppressed"]')" = "(10, 7)" ]
    sql some.gpkg 'select styleQML from layer_styles where useAsDefault' >qml
    grep -q 'diagonal_x' qml
    grep -q 'label="Suppressed"' qml
    grep -q ' minutes"' qml
    grep -q '>Suppressed</text>' some.svg
    grep -q '>No data</text>' some.svg
}

@test "sites by kind and outlines are layers with styles of their own, and the project groups values" {
    "$ISOGAP" map --areas "$areas" --table "$iod" --columns "$decile" --value decile,BNG_N \
        --sites "$GEODATA/sample/clinics.csv" --sites-kind gps --outlines "$GEODATA/sample/wards25.shp" \
        -o over.gpkg --project over.qgs --json >out.json
    [ "$(sql over.gpkg 'select table_name from gpkg_contents where data_type="features" order by 1')" = "lsoa21 sites wards25" ]
    [ "$(sql over.gpkg 'select count(*) from sites where kind is not null')" = "14" ]
    # The kind is that of the site's own row.
    [ "$(sql over.gpkg 'select kind from sites where site="ZZ0002"')" = "5" ]
    [ "$(sql over.gpkg 'select count(*) from layer_styles where useAsDefault')" = "3" ]
    python3 - <<'P'
import xml.etree.ElementTree as x
root = x.parse("over.qgs").getroot()
tree = root.find("layer-tree-group")
assert [e.get("name") for e in tree] == ["Sites", "Boundaries", "Values"], [e.get("name") for e in tree]
assert [e.get("checked") for e in tree[2]] == ["Qt::Checked", "Qt::Unchecked"]
kinds = [i.get("type") for i in root.find("Layouts/Layout").iter("LayoutItem")]
assert sorted(kinds) == ["65638", "65639", "65641", "65641", "65641", "65642", "65646"], kinds
P
    run "$ISOGAP" map --areas "$areas" --value BNG_N --sites "$GEODATA/sample/clinics.csv" \
        --sites-kind gp -o no.gpkg
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    [[ "$output" == *gps* ]]
    [ ! -e no.gpkg ]
}

@test "names that hold markup, quotes and expressions come back from every writer as they are" {
    python3 - "$areas" <<'P'
import json, sys
name = "O'Neil & \"Sons\" <script>alert(1)</script> ]]> [% 1/0 %] \u202eabc ../x =1+1"
areas = json.load(open(sys.argv[1]))
areas["features"] = areas["features"][:4]
with open("bad.csv", "w", encoding="utf-8") as f:
    f.write('code,"%s"\n' % name.replace('"', '""'))
    for i, a in enumerate(areas["features"]):
        a["properties"]["LSOA21NM"] = name
        f.write("%s,%d\n" % (a["properties"]["LSOA21CD"], i))
json.dump(areas, open("bad.geojson", "w"))
open("name", "w", encoding="utf-8").write(name)
P
    value=$(python3 -c 'print("\"" + open("name", encoding="utf-8").read().replace("\"", "\"\"") + "\"")')
    "$ISOGAP" map --areas bad.geojson --areas-name LSOA21NM --table bad.csv --value "$value" \
        --classes 2 --title "$(cat name)" --outlines bad.geojson --outlines-label "$(cat name)" \
        -o bad.gpkg --svg bad.svg --png bad.png --project bad.qgz --overwrite
    "$ISOGAP" map --areas bad.geojson --areas-name LSOA21NM --table bad.csv --value "$value" \
        --classes 2 -o bad.shp
    python3 - <<'P'
import csv, glob, sqlite3, xml.etree.ElementTree as x, zipfile
name = open("name", encoding="utf-8").read()
base = sqlite3.connect("bad.gpkg")
columns = [c[1] for c in base.execute("pragma table_info(lsoa21)")]
assert name in columns, columns
assert {r[0] for r in base.execute("select LSOA21NM from lsoa21")} == {name}
for style, qml, sld in base.execute("select styleName, styleQML, styleSLD from layer_styles"):
    x.fromstring(qml.split("\n", 1)[1])
    names = {e.text for e in x.fromstring(sld).iter("{http://www.opengis.net/ogc}PropertyName")}
    assert names == ({name} if style != "outlines" else set()), (style, names)
qml = [q for q, in base.execute("select styleQML from layer_styles where styleName <> 'outlines'")][0]
assert x.fromstring(qml.split("\n", 1)[1]).find("renderer-v2").get("attr") == \
    '"%s"' % name.replace('"', '""')
svg = x.parse("bad.svg").getroot()
assert not [e for e in svg.iter() if e.tag.endswith("}script")]
assert any("O'Neil" in (e.text or "") for e in svg.iter())
project = x.fromstring(zipfile.ZipFile("bad.qgz").read("bad.qgs").split(b"\n", 1)[1])
assert project.get("projectname") == name
assert name in [e.get("name") for e in project.iter("layer-tree-layer")]
labels = [e.get("labelText") for e in project.iter("LayoutItem") if e.get("labelText")]
assert any(t.replace("\u2060", "") == name and "[%" not in t for t in labels), labels
assert open("bad.png", "rb").read(4)[1:] == b"PNG"
assert glob.glob("bad.dbf") and glob.glob("bad.cpg") and glob.glob("bad.prj")
table = [f for f in glob.glob("bad*.csv") if f != "bad.csv"]
assert any(name in row for f in table for row in csv.reader(open(f, encoding="utf-8"))), table
P
}

@test "pictures of a place in England show where it lies; of the made-up county, at sea, they do not" {
    printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:27700"}},"features":[' >iow.geojson
    printf '{"type":"Feature","properties":{"code":"E01017290","v":%d},"geometry":{"type":"Polygon","coordinates":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]}}]}' \
        3 445000 85000 452000 85000 452000 92000 445000 85000 >>iow.geojson
    "$ISOGAP" map --areas iow.geojson --value v --svg iow.svg
    grep -q '<title>Where the map lies</title>' iow.svg
    "$ISOGAP" map --areas "$areas" --value BNG_N --svg sea.svg
    ! grep -q 'Where the map lies' sea.svg
}

@test "all letters stand out from the page by WCAG AA, and lines by the rule for graphics" {
    "$ISOGAP" map --areas "$areas" --value BNG_N --subtitle Below --sites "$GEODATA/sample/clinics.csv" \
        --outlines "$GEODATA/sample/wards25.shp" --svg map.svg
    python3 - <<'P'
import xml.etree.ElementTree as x
def light(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
def contrast(colour):
    return 1.05 / (light(colour) + 0.05)
root = x.parse("map.svg").getroot()
letters = {e.get("fill") for e in root.iter() if e.tag.endswith("}text")}
assert letters and all(contrast(c) >= 4.5 for c in letters), [(c, contrast(c)) for c in letters]
lines = {e.get("stroke") for e in root.iter() if e.get("stroke") and e.get("stroke-width")}
fills = {e.get("fill") for e in root.iter() if e.tag.endswith("}path")}
# The rims of areas and of the legend; white rims belong to sites, others have the area's colour.
rims = {c for c in lines if c != "#ffffff" and c not in fills}
assert rims and all(contrast(c) >= 3 for c in rims), [(c, contrast(c)) for c in rims]
P
}

@test "names of sites never lie on each other, and one that finds no room is left out" {
    printf 'code,name,easting,northing\n' >near.csv
    for i in 1 2 3 4 5 6 7 8 9; do
        echo "ZZ000$i,Surgery number $i of the same street,$((572000 + i * 3)),$((430000 + i * 2))" >>near.csv
    done
    echo "ZZ0010,Alone,566000,425000" >>near.csv
    "$ISOGAP" map --areas "$areas" --value BNG_N --sites near.csv --svg near.svg
    python3 - <<'P'
import xml.etree.ElementTree as x
boxes = []
for e in x.parse("near.svg").getroot().iter():
    if e.tag.endswith("}text") and (e.text.startswith("Surgery") or e.text == "Alone"):
        left, base = float(e.get("x")), float(e.get("y"))
        boxes.append((left, base - float(e.get("font-size")), left + float(e.get("textLength")), base))
assert 2 <= len(boxes) <= 5, boxes
for i, a in enumerate(boxes):
    for b in boxes[:i]:
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)
P
}

@test "a layer whose name holds a bar, a backslash or 300 characters gets one that QGIS opens styled" {
    python3 - "$areas" <<'P'
import json, sys
for file, name in (("bar.geojson", "a|layername=\\b"), ("long.geojson", "\u00e9" * 300)):
    areas = json.load(open(sys.argv[1]))
    areas.update(features=areas["features"][:4], name=name)
    json.dump(areas, open(file, "w"))
P
    "$ISOGAP" map --areas bar.geojson --value BNG_N --classes 2 -o bar.gpkg --project bar.qgz
    "$ISOGAP" map --areas long.geojson --value BNG_N --classes 2 -o long.gpkg
    python3 - <<'P'
import sqlite3, zipfile
def layers(path):
    base = sqlite3.connect(path)
    names = {n for n, in base.execute("select table_name from gpkg_geometry_columns")}
    assert names == {n for n, in base.execute("select f_table_name from layer_styles")}, names
    return names
assert layers("bar.gpkg") == {"a_layername=_b"}, layers("bar.gpkg")
assert layers("long.gpkg") == {"\u00e9" * 200}
assert b"|layername=a_layername=_b<" in zipfile.ZipFile("bar.qgz").read("bar.qgs")
P
}
