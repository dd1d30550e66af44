#!/bin/sh
# The main job on the made-up county of geodata/: installs what is missing, builds, runs.
set -eu
cd "$(dirname "$0")/.."
examples/setup.sh
cmake --preset release -DISOGAP_TESTS=OFF
cmake --build --preset release
build/release/tools/isogap run geodata/plan.yaml --overwrite

cat <<EOF

Made, in $(pwd)/geodata:
$(cd geodata && find . -path './merrowshire*' -type f | sort | sed 's|^\./|  |')

Open merrowshire.gpkg in QGIS (Layer > Add Layer > Add Vector Layer, or drag it in): its layers
come styled. The .png files are the maps, the .csv files the tables; merrowshire.run.json is the
record of the run.
EOF
