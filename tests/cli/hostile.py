"""Tables that are wrong in one way each, given to every command that reads tables. Whatever comes, a
run ends with a known exit code within its time, names the file, and writes neither NaN nor infinity
nor a 0 in place of a gap.

hostile.py ISOGAP [EACH] prints one line for each case and command that does not hold; EACH 6 tries
every sixth of them."""
import json
import os
import re
import subprocess
import sys
import tempfile

ISOGAP = sys.argv[1]
EACH = int(sys.argv[2]) if len(sys.argv) > 2 else 1
HEAD = "code,group,age,year,count,people,value,lower,upper,se,ref,refpeople"
ROWS = [["E0100000%d" % i, "ABC"[i % 3], "%d-%d" % (5 * i, 5 * i + 4), str(2010 + i), str(12 + i), str(1000 + 10 * i),
         str(10 + i * i % 7), str(8 + i * i % 7), str(12 + i * i % 7), "0.5", str(5 + i), str(2000)] for i in range(1, 9)]


def table(rows=ROWS, head=HEAD, sep=",", end="\n"):
    return (head.replace(",", sep) + end + end.join(sep.join(r) for r in rows) + end).encode()


def changed(row, **cells):
    names = HEAD.split(",")
    rows = [list(r) for r in ROWS]
    for name, text in cells.items():
        rows[row][names.index(name)] = text
    return table(rows)


def every(**cells):
    names = HEAD.split(",")
    rows = [list(r) for r in ROWS]
    for r in rows:
        for name, text in cells.items():
            r[names.index(name)] = text
    return table(rows)


def duplicate():
    return table(ROWS + [ROWS[0]])


# name: bytes, exit codes allowed, what an error must mention (or None)
OK, BAD = {0}, {3}
CASES = {
    "empty": (b"", BAD, r"empty"),
    "blank lines": (b"\n\n\n", BAD | {2}, None),
    "header only": (table([]), BAD, r"no (data )?rows"),
    "header without end": (HEAD.encode(), BAD, r"no (data )?rows"),
    "bom": (b"\xef\xbb\xbf" + table(), OK | BAD, None),
    "utf16 little": (b"\xff\xfe" + table().decode().encode("utf-16le"), OK | BAD, r"UTF-16"),
    "utf16 big": (b"\xfe\xff" + table().decode().encode("utf-16be"), OK | BAD, r"UTF-16"),
    "semicolons": (table(sep=";"), OK | BAD, None),
    "tabs": (table(sep="\t"), OK | BAD, None),
    "decimal commas": (table(sep=";").replace(b"0.5", b"0,5").replace(b";12;", b";12,0;"), OK | BAD, None),
    "carriage returns only": (table(end="\r"), OK | BAD, None),
    "crlf without a last": (table(end="\r\n")[:-2], OK | BAD, None),
    "line break in quotes": (changed(2, group='"A\nB"'), OK | BAD, None),
    "quote never closed": (changed(2, group='"A'), BAD, r"quot"),
    "quote in the middle": (changed(2, group='A"B'), OK | BAD, None),
    "nul byte": (changed(2, group="A\0B"), BAD, r"NUL"),
    "nul in a number": (changed(2, count="1\x002"), BAD, r"NUL"),
    "ragged short": (table().replace(b",1000\n", b"\n", 1) + b"E01000099,A,1\n", BAD, r"field"),
    "ragged long": (table() + b"E01000099" + b",1" * 30 + b"\n", BAD, r"field"),
    "huge field": (changed(2, group="x" * (2 << 20)), BAD | {6}, r"MiB|bytes|field"),
    "very long number": (changed(2, count="1" * 400), BAD, r"line|range|number"),
    "many columns": (b",".join(b"c%d" % i for i in range(3000)) + b"\n" + b",".join(b"1" for _ in range(3000)) + b"\n",
                     BAD | {2, 6}, r"column"),
    "two columns of one name": (table(head=HEAD.replace("group", "count")), BAD, r"count"),
    "latin bytes": (changed(2, group="A").replace(b",A,", b",\xeb\xe2,", 1), OK | BAD, None),
    "bad utf8": (changed(2, group="A").replace(b",A,", b",\xc0\x80,", 1), OK | BAD, None),
    "bidirectional": (changed(2, group="A\u202eB"), OK | BAD, None),
    "formula": (changed(2, group="=1+1"), OK | BAD, None),
    "nan": (changed(2, count="NaN", value="NaN"), BAD, r"NaN|number|line 4"),
    "inf": (changed(2, count="Infinity", value="inf"), BAD, r"[Ii]nf|number|line 4"),
    "1e400": (changed(2, count="1e400", value="1e400"), BAD, r"1e400|range|line 4"),
    "hex": (changed(2, count="0x1F", value="0x1F"), BAD, r"0x1F|line 4"),
    "negative count": (changed(2, count="-5"), OK | BAD, r"-5|negative"),
    "minus 999": (changed(2, count="-999", people="-999"), OK | BAD, r"-999|negative"),
    "count above people": (changed(2, count="99999"), OK | BAD, r"larger|above|line|population"),
    "no people": (changed(2, people="0"), OK | BAD, None),
    "nobody at all": (every(people="0"), OK | BAD, None),
    "no count": (every(count="0"), OK | BAD, None),
    "all suppressed": (every(count="*", people="*", value="*"), OK | BAD, None),
    "one suppressed": (changed(2, count="*", value="c"), OK | BAD, None),
    "under five": (changed(2, count="<5", value="1-7"), OK | BAD, None),
    "blank cells": (changed(2, count="", value="", people=""), OK | BAD, None),
    "all blank": (every(count="", value="", people=""), OK | BAD, None),
    "unknown word": (changed(2, count="lots", value="lots"), OK | BAD, r"lots"),
    "percent and bare": (changed(2, value="11.0%", count="5%"), BAD, r"%"),
    "thousands": (changed(2, people='"1,020"'), OK | BAD, None),
    "mixed groupings": (changed(2, people='"10,20"'), BAD, r"10,20|people"),
    "duplicate key": (duplicate(), OK | BAD, None),
    "duplicate key that differs": (table(ROWS + [["e01000001 "] + ROWS[3][1:]]), OK | BAD, None),
    "mixed vintages": (table(ROWS + [["E01033768"] + ROWS[3][1:], ["E01004766"] + ROWS[2][1:]]), OK | BAD, None),
    "one row": (table(ROWS[:1]), OK | BAD, None),
    "one group": (every(group="A"), OK | BAD, None),
    "all ties": (every(value="10", lower="8", upper="12", count="12", people="1000"), OK | BAD, None),
    "all zero": (every(value="0", lower="0", upper="0", count="0", se="0"), OK | BAD, None),
    "limits crossed": (changed(2, lower="20", upper="1"), OK | BAD, r"limit|line 4"),
    "negative error": (changed(2, se="-1"), OK | BAD, r"below 0|line 4"),
    "not a table": (bytes(range(256)) * 40, BAD | {2, 6}, None),
    "a zip of nothing": (b"PK\x05\x06" + b"\0" * 18, BAD | {2, 6}, None),
    "a gzip cut": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc", BAD | {2, 6}, None),
    "pdf": (b"%PDF-1.4\n", BAD | {2}, None),
    "html": (b"<!DOCTYPE html><html><body>not found</body></html>\n", BAD | {2}, None),
    "json": (b'{"a": 1}', BAD | {2}, None),
    "vrt": (b"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/http://x/y.csv</SrcDataSource>"
            b"</OGRVRTLayer></OGRVRTDataSource>", BAD | {2, 4}, None),
}

AREAS = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
         "features": [{"type": "Feature", "properties": {"code": r[0]}, "geometry": {"type": "Polygon", "coordinates": [
             [[430000 + 100 * i, 380000], [430100 + 100 * i, 380000], [430100 + 100 * i, 380100], [430000 + 100 * i, 380100],
              [430000 + 100 * i, 380000]]]}} for i, r in enumerate(ROWS)]}

LIMITS = "--lower lower --upper upper".split()
COMMANDS = {
    "join": "join --areas areas.geojson --table T --columns count,people,value --min-match 0",
    "convert": "convert --table T --lookup lookup.csv --from code --to new --counts count --rates value:people --split-by equal",
    "convert best fit": "convert --table T --lookup lookup.csv --from code --to new --counts count,people --rates value --method both --split-by equal",
    "rate": "rates --table T --method rate --count count --population people",
    "proportion": "rates --table T --method proportion --count count --population people --by group --totals",
    "protected": "rates --table T --method rate --count count --population people --by group,year --totals --disclosure hes",
    "dsr": "rates --table T --method dsr --count count --population people --age age --standard standard.csv",
    "isr": "rates --table T --method isr --count count --population people --reference-count ref --reference-population refpeople",
    "life": "rates --table T --method life-expectancy --count count --population people --age age",
    "mean": "rates --table T --method mean --value value --by group",
    "compare": "compare --table T --value value --lower lower --upper upper --benchmark 10 --polarity low --quantiles 3",
    "compare code": "compare --table T --value value --lower lower --upper upper --benchmark E01000001",
    "funnel": "compare --table T --funnel proportion --count count --population people",
    "neighbours": "compare --table T --neighbours 2 --features value,count",
    "trend": "trend --table T --series group --period year --value value --lower lower --upper upper --polarity low",
    "inequality": "inequality --table T --value value --population people --se se",
    "inequality log": "inequality --table T --value value --population people --transform log",
    "inequality logit": "inequality --table T --value value --population people --type proportion --transform logit --lower lower --upper upper",
    "inequality unordered": "inequality --table T --value value --population people --unordered --group group --by group",
    "classify": "classify --table T --value value --method fisher-jenks --classes 3",
    "spatial": "spatial --areas areas.geojson --table T --value value --weights queen --statistic moran --min-match 0",
    "gini of places": "spatial --areas areas.geojson --table T --value value --weights knn:2 --statistic gi-star --min-match 0",
    "check": "check T",
}


# the columns that are wrong, where it is one or two
ABOUT = {"very long number": ["count"], "two columns of one name": ["count"], "mixed groupings": ["people"],
         "1e400": ["count", "value"], "nan": ["count", "value"], "inf": ["count", "value"], "hex": ["count", "value"],
         "percent and bare": ["count", "value"], "nul in a number": ["count"], "one row": ["neighbours"]}


def numbers_in(text):
    return re.findall(r"(?i)(?<![a-z])(?:-?nan|-?inf(?:inity)?)(?![a-z])", text)


def main():
    os.chdir(tempfile.mkdtemp())
    json.dump(AREAS, open("areas.geojson", "w"))
    open("lookup.csv", "w").write("code,new\n" + "".join(f"{r[0]},N{i // 2}\n" for i, r in enumerate(ROWS)) + "E01000001,N3\n")
    open("standard.csv", "w").write("age,people\n" + "".join(f"{r[2]},5000\n" for r in ROWS))
    runs = wrong = 0
    pairs = [(case, name) for case in CASES for name in COMMANDS]
    chosen = set(pairs[::EACH])
    for case, (data, codes, mention) in CASES.items():
        open("t.csv", "wb").write(data)
        for name, command in COMMANDS.items():
            if (case, name) not in chosen:
                continue
            words = [("t.csv" if w == "T" else w) for w in command.split()]
            out = "" if words[0] == "check" else "out.csv"
            if out and os.path.exists(out):
                os.remove(out)
            try:
                r = subprocess.run([ISOGAP, *words, *(["-o", out] if out else [])], capture_output=True, timeout=20)
            except subprocess.TimeoutExpired:
                print(f"{case} / {name}: hangs")
                wrong += 1
                continue
            runs += 1
            said = (r.stdout + r.stderr).decode(errors="replace")
            faults = []
            allowed = codes | {0, 3} if words[0] == "check" else codes | {3}
            wanted = mention
            # a column that the command does not read may hold anything
            if ABOUT.get(case) and not any(re.search(rf"(?<![-\\w]){c}\\b", command) for c in ABOUT[case]):
                allowed |= {0, 2, 3}
                wanted = None
            if r.returncode not in allowed | ({2} if "column" in said or "there are" in said else set()):
                faults.append(f"exit {r.returncode}")
            if "Sanitizer" in said or r.returncode < 0 or r.returncode >= 100 or r.returncode == 7:
                faults.append("crash")
            if r.returncode in (2, 3, 4, 6) and words[0] != "check":
                if "t.csv" not in said and "areas.geojson" not in said and "--" not in said:
                    faults.append("file not named: " + said.strip()[:150])
                if wanted and codes == BAD and not re.search(wanted, said):
                    faults.append("not mentioned: " + said.strip()[:200])
                if out and os.path.exists(out):
                    faults.append("an output after an error")
            if out and os.path.exists(out):
                text = open(out, encoding="utf-8").read()
                if numbers_in(re.sub(r'"[^"]*"', "", text)):
                    faults.append("NaN or inf in the output")
            if re.search(r"(?i)[=:,(] ?-?nan\b", said) and case != "nan":
                faults.append("nan in the words: " + re.search(r".*nan.*", said, re.I)[0][:160])
            for f in faults:
                wrong += 1
                print(f"{case} / {name}: {f}")
    print(f"{runs} runs of {len(CASES)} tables, {wrong} wrong")
    sys.exit(wrong > 0)


main()
