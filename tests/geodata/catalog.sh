#!/bin/sh
# Every file of geodata/sample stands in catalog.csv with its checksum, and none that is not there.
set -eu
cd "$1"
find sample -type f | LC_ALL=C sort | while read -r file; do
    sum=$(sha256sum "$file" | cut -c1-64)
    grep -q "^$file,.*,$sum\$" catalog.csv || { echo "catalog.csv: no row for $file $sum"; exit 1; }
done
grep '^sample/' catalog.csv | cut -d, -f1 | while read -r file; do
    [ -f "$file" ] || { echo "catalog.csv: $file is not there"; exit 1; }
done
