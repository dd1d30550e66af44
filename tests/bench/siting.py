#!/usr/bin/env python3
"""Places for the siting bench: siting.py DATA DIR. Writes north_west.demand, north_west.sites,
england.demand and england.sites ("people x y decile" and "x y", EPSG:27700).

Demand: LSOA 2011 with mid-2020 people at the published centre of each (not weighted by people) and
its decile of IMD 2019.
Sites of the North West: active GP practices at their postcode, where Code-Point Open puts it in one
of the region's districts. Sites of England: of the centres in order of code those at i with
floor(i * 6500 / n) rising, 6,500 of them.
"""
import csv, gzip, io, subprocess, sys, zipfile

data, out = sys.argv[1:3]
people = {}
with gzip.open(f"{data}/population/population20_lsoa11_single_year.csv.gz", "rt") as f:
    for row in csv.DictReader(f):
        if row["lsoa11_code"].startswith("E01"):
            people[row["lsoa11_code"]] = int(row["total_population"])
place = {}
with open(f"{data}/lookups/geo-lookups_lsoa_latlong.csv") as f:
    for row in csv.DictReader(f):
        for code in (row["LSOACD"], row["lsoa11cd"]):
            if code in people:
                place.setdefault(code, (row["longitude"], row["latitude"]))
codes = sorted(c for c in people if c in place)
shift = subprocess.run(["gdaltransform", "-s_srs", "EPSG:4326", "-t_srs", "EPSG:27700"], text=True,
                       input="".join("%s %s\n" % place[c] for c in codes), capture_output=True, check=True)
xy = dict(zip(codes, (line.split()[:2] for line in shift.stdout.splitlines())))

decile = {}
with open(f"{data}/deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv", encoding="utf-8-sig") as f:
    for row in csv.DictReader(f):
        decile[row["LSOA code (2011)"]] = row["Index of Multiple Deprivation (IMD) Decile"]

region = set()
with open(f"{data}/lookups/geo-lookups_la_all_codes.csv") as f:
    for row in csv.DictReader(f):
        if row["RGNCD"] == "E12000002":
            region.update((row["LADCD"], row["LADCD_ACTIVE"]))
north_west = set()
with open(f"{data}/lookups/lookup_lsoa11_lsoa21_ltla22.csv") as f:
    for row in csv.DictReader(f):
        if row["ltla22_code"] in region:
            north_west.add(row["lsoa11_code"])
postcode = {}
with zipfile.ZipFile(f"{data}/postcodes/codepo_gb_nw_po_le_pe.zip") as z:
    for name in z.namelist():
        if name.lower().endswith(".csv") and "/CSV/" in name:
            for row in csv.reader(io.TextIOWrapper(z.open(name), "latin-1")):
                postcode[row[0].replace(" ", "")] = (row[2], row[3], row[8])
practices = {}
with open(f"{data}/nhs_sites/epraccur.csv", encoding="latin-1") as f:
    for row in csv.reader(f):
        at = postcode.get(row[9].replace(" ", ""))
        if row[12] == "A" and row[25] == "4" and at and at[2] in region:
            practices[row[0]] = at[:2]

def write(name, rows):
    with open(f"{out}/{name}", "w") as f:
        f.writelines(" ".join(map(str, row)) + "\n" for row in rows)
    print(name, len(rows))

write("north_west.demand", [(people[c], *xy[c], decile.get(c, 0)) for c in codes if c in north_west])
write("north_west.sites", [practices[c] for c in sorted(practices)])
write("england.demand", [(people[c], *xy[c], decile.get(c, 0)) for c in codes])
n = len(codes)
write("england.sites", [xy[c] for i, c in enumerate(codes) if i * 6500 // n != (i - 1) * 6500 // n])
