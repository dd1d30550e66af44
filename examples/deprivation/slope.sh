#!/bin/sh
# How unequal is income deprivation between the tenths of England's small areas? The slope index of
# the IoD 2025 income score by IMD decile, weighted by the people of mid-2020 carried to LSOA 2021.
#
# usage: slope.sh ISOGAP POPULATION20.csv LOOKUP.csv IOD2025.csv [FOLDER]
#   POPULATION20  mid-2020 estimates by LSOA 2011 (columns lsoa11_code, total_population)
#   LOOKUP        LSOA 2011 to 2021 (lsoa11_code, lsoa21_code, change_code)
#   IOD2025       scores and deciles by LSOA 2021 (lsoa21_code, IMD_decile, Income_score)
# The lookup has no weights for LSOAs that split: their people go to the parts equally, counted.
set -eu
isogap=$1 population=$2 lookup=$3 iod=$4 folder=${5:-.}
"$isogap" convert --table "$population" --table-key lsoa11_code --lookup "$lookup" \
    --from lsoa11_code --to lsoa21_code --counts total_population=people --split-by equal \
    -o "$folder/people21.csv" --overwrite
# By small area: each LSOA is a group of its own, ranked by the decile it is in.
python3 - "$folder" "$iod" <<'P'
import csv, sys
folder, iod = sys.argv[1:]
people = {r["area"]: r["people"] for r in csv.DictReader(open(folder + "/people21.csv"))}
with open(folder + "/areas.csv", "w", newline="") as out:
    w = csv.writer(out)
    w.writerow(["area", "decile", "score", "people"])
    for r in csv.DictReader(open(iod)):
        w.writerow([r["lsoa21_code"], r["IMD_decile"], r["Income_score"], people[r["lsoa21_code"]]])
P
"$isogap" inequality --table "$folder/areas.csv" --value score --population people --rank decile \
    --measures sii,rii,ci,gini,theil --within decile -o "$folder/inequality.csv" --overwrite
cat "$folder/inequality.csv"
