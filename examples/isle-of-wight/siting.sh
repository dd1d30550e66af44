#!/bin/sh
# Where should the next two GP surgeries of the Isle of Wight be, what does equity cost, and who
# loses when one closes? usage: siting.sh [OUTPUT_FOLDER [DATA_FOLDER]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-siting}
data=${2:-$here/../../../shared/data}
ISOGAP=${ISOGAP:-isogap}
mkdir -p "$out"
cd "$out"

areas=$data/boundaries/lsoa11/E06000046.geojson
wards=$data/boundaries/ward25/E06000046.geojson
people=$data/population/population20_lsoa11_single_year.csv.gz
imd=$data/deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv
header=code,name,national_grouping,health_geography,address1,address2,address3,address4,address5
header=$header,postcode,opened,closed,status,sub_type,commissioner,joined,left,telephone,null1,null2
header=$header,null3,amended,null4,provider,null5,setting,null6

deciles='Index of Multiple Deprivation (IMD) Decile'
isogap() { "$ISOGAP" "$@" --overwrite --progress none; }
practices() { # a command with the active GP practices of epraccur as its sites
    isogap "$@" --header "$header" --where status=A,setting=4 --sites-key code --name name \
        --postcode postcode --postcodes "$data/postcodes/codepoint_open/po.csv" --clip-sites
}

# 1. The ground: minutes on foot over 50 m cells.
isogap cost --mode walk --extent "$areas" --buffer 1000 --cell 50 \
    --roads "$data/roads/iow_os_opendata_renumbered.osm.pbf" \
    --landcover "$data/landcover/iow_TidalWater4326.shp,$data/landcover/iow_Woodland4326.shp" \
    --dem "$data/dem/os_terrain50" --residents -o walk.tif

# 2. Candidates: the centre of each of the 39 wards, as its boundary file gives it.
ogr2ogr -f CSV -overwrite -sql 'SELECT WD25CD AS code, WD25NM AS name, BNG_E AS easting,
    BNG_N AS northing FROM "E06000046"' wards.csv "$wards"

# 3. Minutes of each LSOA to each practice and to each candidate.
practices matrix --cost walk.tif --sites "$data/nhs_sites/epraccur.csv" --areas "$areas" \
    --population "$people" --population-column total_population -o practices.csv
isogap matrix --cost walk.tif --sites wards.csv --areas "$areas" --snap 1000 \
    --population "$people" --population-column total_population -o candidates.csv
for corners in allow strict; do # the same with the other rules of barriers, for --stability-matrix
    practices matrix --cost walk.tif --sites "$data/nhs_sites/epraccur.csv" --areas "$areas" \
        --population "$people" --population-column total_population --corners $corners -o part.csv
    isogap matrix --cost walk.tif --sites wards.csv --areas "$areas" --snap 1000 \
        --population "$people" --population-column total_population --corners $corners -o more.csv
    { cat part.csv; tail -n +2 more.csv; } >$corners.csv
    rm part.csv more.csv
done
open=$(tail -n +2 practices.csv | cut -d, -f2 | sort -u | paste -sd, -)

# 4. Two more beside all practices as they are: for the mean, for CORE20, for the slope.
for objective in p-median core20-mean least-sii; do
    isogap site --matrix practices.csv,candidates.csv --areas "$areas" --demand "$people" \
        --population-column total_population --groups "$imd" --deprivation "$deciles" \
        --existing "$open" --open 2 --objective "$objective" --price-of-equity \
        --frontier "$objective-frontier.csv" --plot "$objective.png" --stability \
        --stability-matrix corners-allow=allow.csv,corners-strict=strict.csv \
        --sites wards.csv -o "$objective.gpkg" --json >"$objective.json"
done

# 5. Before and after, with a page each: the two that are best for the mean open; a practice closes.
opened=$(tr -d ' \n"' <p-median.json | sed 's/.*,opened:\[\([^]]*\)\].*/\1/')
assess() { # TITLE AFTER FOLDER, and what else
    title=$1 after=$2 folder=$3
    shift 3
    isogap assess --matrix practices.csv,candidates.csv --areas "$areas" --demand "$people" \
        --population-column total_population --groups "$imd" --deprivation "$deciles" \
        --before "$open" --after "$after" --thresholds 10,20,30 --title "$title" "$@" -o "$folder"
}
assess "Two more surgeries on the Isle of Wight" "$open,$opened" opened
assess "One surgery closed on the Isle of Wight" "$open" closed --close "${CLOSE:-J84019}"
