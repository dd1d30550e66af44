# Files as they are downloaded: each recognised by its content, its total checked by python's csv.

setup() {
    cd "$BATS_TEST_TMPDIR"
}

same() { python3 -c "assert abs($1 - ($2)) < 1e-6 * (1 + abs($2)), ($1, $2)"; }

# Minimal workbooks: rows of texts and numbers by sheet.
books() {
    cat >books.py <<'P'
import zipfile
from xml.sax.saxutils import escape
def xlsx(path, sheets):
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>')
        z.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>' + "".join('<sheet name="%s" sheetId="%d" r:id="rId%d"/>' % (n, i, i) for i, (n, _) in enumerate(sheets, 1)) + "</sheets></workbook>")
        z.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join('<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>' % (i, i) for i in range(1, len(sheets) + 1)) + "</Relationships>")
        for i, (_, rows) in enumerate(sheets, 1):
            out = []
            for r, row in enumerate(rows, 1):
                cells = []
                for c, v in enumerate(row):
                    ref = (chr(65 + c) if c < 26 else chr(64 + c // 26) + chr(65 + c % 26)) + str(r)
                    if v is None: continue
                    cells.append('<c r="%s"><v>%r</v></c>' % (ref, v) if isinstance(v, (int, float)) else '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (ref, escape(v)))
                out.append('<row r="%d">%s</row>' % (r, "".join(cells)))
            z.writestr("xl/worksheets/sheet%d.xml" % i, '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>' % "".join(out))
def ods(path, sheets):
    ns = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = ""
    for name, rows in sheets:
        body += '<table:table table:name="%s">' % name
        for row in rows:
            body += "<table:table-row>"
            for v in row:
                if v is None: body += "<table:table-cell/>"
                elif isinstance(v, (int, float)): body += '<table:table-cell office:value-type="float" office:value="%r"><text:p>%r</text:p></table:table-cell>' % (v, v)
                else: body += '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>' % escape(v)
            body += "</table:table-row>"
        body += "</table:table>"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        z.writestr("content.xml", '<office:document-content %s><office:body><office:spreadsheet>%s</office:spreadsheet></office:body></office:document-content>' % (ns, body))
codes = ["E0100%04d" % i for i in range(1, 101)]
iod = [["LSOA code (2011)", "LSOA name (2011)", "Local Authority District code (2013)", "Local Authority District name (2013)", "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)", "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"]]
iod += [[c, "Somewhere %03dA" % i, "E09000001", "Somewhere", 37 * i % 101, 1 + i % 10] for i, c in enumerate(codes)]
xlsx("iod2015.xlsx", [("Notes", [["Indices of Deprivation 2015"], ["This file holds ranks and deciles."]]), ("IMD 2015", iod)])
ages = [[c, "Somewhere", 10 * i, *[i] * 91] for i, c in enumerate(codes)]
head = ["LSOA Code", "LSOA Name", "All Ages", *range(90), "90+"]
title = [["Mid-2020 population estimates, persons"], ["Source: a made-up county"], [None], [None]]
xlsx("mye.xlsx", [("Contents", [["Contents"]]), ("Mid-2020 Persons", title + [head] + ages)])
ods("mye.ods", [("Persons", title + [head] + ages)])
P
    python3 books.py
}

@test "IoD 2015 as a workbook, the sheet of notes passed over" {
    books
    rank='Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)'
    run "$ISOGAP" rates --quiet --table iod2015.xlsx --method mean --value "$rank" -o out.csv
    [ "$status" -eq 0 ]
    same "$(python3 -c 'import csv; print(next(csv.DictReader(open("out.csv")))["value"])')" "$(python3 -c 'print(sum(37 * i % 101 for i in range(100)) / 100)')"
}

@test "single years of age below titles in XLSX and ODS, in bands" {
    books
    for file in mye.xlsx mye.ods; do
        run "$ISOGAP" rates --quiet --table $file --bands 0-15,16-64,65+ --method mean --value 65+ -o out.csv --overwrite
        [ "$status" -eq 0 ]
        same "$(python3 -c 'import csv; print(next(csv.DictReader(open("out.csv")))["value"])')" "26 * 49.5"
    done
    run "$ISOGAP" rates --quiet --table mye.xlsx --bands 0-95 --method mean --value 0-95
    [ "$status" -eq 3 ]
    run "$ISOGAP" rates --quiet --table mye.xlsx --bands young --method mean --value young
    [ "$status" -eq 2 ]
}

# Every file of tables in the shared data: the sum of a column through isogap against python's csv.
@test "each published table is read without a hint beyond the choice of indicator" {
    [ -d "$SHARED/data" ] || skip "the shared data is not here"
    python3 - "$SHARED/data" "$ISOGAP" <<'P'
import csv, gzip, io, subprocess, sys
data, isogap = sys.argv[1:]
def rows(path, skip=0):
    raw = gzip.open(path, "rb").read() if path.endswith(".gz") else open(path, "rb").read()
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    return lines[skip:]
def number(text):
    try: return float(text.replace(",", ""))
    except ValueError: return None
# file, column by number from 1, rows to choose, header rows of the file
files = [("fingertips/indicators-CountyUA.data.csv", 18, {"Time period": "2016", "Category": "", "Area Type": "County & UA", "Age": "All ages"}, 1),
         ("fingertips/ncmp_ward14_2011-12_2013-14.csv", 6, {}, 4),
         ("fingertips/ncmp_ward14_2011-12_2013-14.csv", 13, {}, 4),
         ("nomis/bulk_census2011_bedrooms_ward11.csv", 5, {}, 1),
         ("nomis/nomis_api_claimant_count_lsoa11_jan2016.csv", 8, {}, 1),
         ("nomis/nomis_api_employment_rate_lad_2016-17_crlf.csv", 6, {"MEASURES_NAME": "Variable"}, 1),
         ("nomis/nomis_api_jsa_rate_lad_jan2018_quoted.csv", 7, {}, 1),
         ("nomis/nomis_bulk_qs102ew_density_lsoa11_part.csv", 5, {}, 1),
         ("nomis/nomis_bulk_qs701ew_travel_to_work_lsoa11_part.csv", 6, {}, 1),
         ("deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv", 5, {}, 1),
         ("deprivation/File_2_-_IoD2019_Domains_of_Deprivation.csv", 7, {}, 1),
         ("deprivation/File_6_-_IoD2019_Population_Denominators.csv", 6, {}, 1),
         ("deprivation/IoD2019_lad_summaries_long.csv", 6, {"index_domain": "Income"}, 1),
         ("deprivation/imd2019_england_lsoa11_indicators.csv.gz", 2, {}, 1),
         ("deprivation/imd2025_england_lsoa21.csv", 18, {}, 1),
         ("deprivation/imd2025_england_lsoa21_subdomains.csv.gz", 2, {}, 1),
         ("population/population20_lsoa11_single_year.csv.gz", 3, {}, 1),
         ("population/trafford_mid2022_population_by_age_all_geographies.csv", 6, {"sex": "Persons"}, 1),
         ("population/trafford_census2021_general_health_lsoa21_long.csv", 9, {"measure": "Count"}, 1)]
seen = 0
for path, column, where, heads in files:
    full = data + "/" + path
    table = rows(full)
    header = table[heads - 1]
    want, n = 0.0, 0
    where = {k: v for k, v in where.items() if any(r[header.index(k)] == v for r in table[heads:] if len(r) > header.index(k))}
    for r in table[heads:]:
        if not r or any(r[header.index(k)] != v for k, v in where.items()): continue
        v = number(r[column - 1])
        if v is not None: want, n = want + v, n + 1
    command = [isogap, "rates", "--quiet", "--table", full, "--method", "mean", "--value", "#%d" % column]
    if where: command += ["--where", ",".join('"%s"="%s"' % p for p in where.items())]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (path, done.stderr)
    got = next(csv.DictReader(io.StringIO(done.stdout)))
    assert n and abs(float(got["value"]) - want / n) <= 1e-9 * (1 + abs(want / n)), (path, got, want / n)
    seen += 1
print(seen, "tables compared")
P
}

@test "an extract of Local Health: titles above, notes below, words for what is missing" {
    cat >lh.csv <<'E'
"Local Health - Indicators: maps, data and charts"
"Deaths from all causes, all ages, standardised mortality ratio (2015 - 2019)"

"Code","Label","Deaths from all causes, all ages","Lower limit","Upper limit","Events"
"E05012345","Abbey","101.2","92.1","111.0","452"
"E05012346","Brook, North","88","70.2","109.1","81"
"E05012347","Castle","","",""," "

"Source: Office for Health Improvement and Disparities, 2021"
"Values are ratios to England = 100"
E
    "$ISOGAP" rates --table lh.csv --method mean --value '"Deaths from all causes, all ages"' -o out.csv 2>said
    grep -q "the last 2 lines are taken as notes" said
    python3 - <<'P'
import csv
row, = csv.DictReader(open("out.csv"))
assert abs(float(row["value"]) - (101.2 + 88) / 2) < 1e-12
P
    # a row cut short is still refused: no blank line stands above it
    printf 'code,a,b\nE05012345,1,2\nE05012346\n' >cut.csv
    run "$ISOGAP" rates --table cut.csv --method mean --value a
    [ "$status" -eq 3 ]
    [[ "$output" == *"line 3"*"1 fields found, 3 expected"* ]]
    # a note with a line break in it, and a table of one column, are left alone
    printf 'code,a\nE05012345,1\n\n"note\nof two lines"\n' >two.csv
    run "$ISOGAP" rates --table two.csv --method mean --value a
    [ "$status" -eq 3 ]
}

@test "a spreadsheet of OpenDocument without a header takes its names by option" {
    python3 - <<'P'
import zipfile
rows = [["A81001", "Surgery One", "10", "A"], ["A81002", "Surgery Two", "20", "C"], ["A81003", "Surgery Three", "30", "A"]]
def cell(x):
    kind = f'office:value-type="float" office:value="{x}"' if x.isdigit() else 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{x}</text:p></table:table-cell>"
names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
body = "".join("<table:table-row>" + "".join(map(cell, r)) + "</table:table-row>" for r in rows)
with zipfile.ZipFile("p.ods", "w") as z:
    z.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
    z.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2">'
               f'<office:body><office:spreadsheet><table:table table:name="practices">{body}</table:table>'
               "</office:spreadsheet></office:body></office:document-content>")
P
    "$ISOGAP" rates --table p.ods --header code,name,n,status --where status=A --method mean --value n -o out.csv --quiet
    python3 -c "
import csv
row, = csv.DictReader(open('out.csv'))
assert float(row['value']) == 20"
    run "$ISOGAP" rates --table p.ods --header code,name,n --method mean --value n
    [[ "$output" == *"cells right of the header in 3 rows"* ]]
}
