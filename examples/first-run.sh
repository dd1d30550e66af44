#!/bin/sh
# The main job on the made-up county of geodata/: installs what is missing, builds, runs.
set -eu
cd "$(dirname "$0")/.."
examples/setup.sh
cmake --preset release -DISOGAP_TESTS=OFF
cmake --build --preset release
out=out/merrowshire
mkdir -p "$out/tables" "$out/maps"
build/release/tools/isogap run geodata/plan.yaml --overwrite

cat <<EOF

Made, below $(pwd)/$out:
$(cd "$out" && find . -type f | sort | sed 's|^\./|  |')

Open the .gpkg file in QGIS (Layer > Add Layer > Add Vector Layer, or drag it in): its layers
come styled. The .png files are the maps, the .csv files the tables; NAME.run.json is the record.
EOF
