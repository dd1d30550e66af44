"""Hold a trace against the files that it names: each traced line must have that text in that column,
and the arithmetic of each formula must give the number in the output.

prove_trace.py TRACE [OUTPUT] [--words] prints how many cells were looked up and how many sums were
made; with --words there need be none, where every formula names a method."""
import csv
import gzip
import hashlib
import json
import math
import re
import sqlite3
import sys
import zipfile

csv.field_size_limit(1 << 24)


def rows_of(path):
    """Rows of a trace or an output as dictionaries of texts."""
    if path.endswith(".gpkg") or ".gpkg|" in path:
        path, _, layer = path.partition("|layername=")
        with sqlite3.connect(path) as db:
            db.row_factory = sqlite3.Row
            return [{k: "" if r[k] is None else r[k] for k in r.keys() if k != "geom"}
                    for r in db.execute(f'SELECT * FROM "{layer or "isogap_trace"}"')]
    return list(csv.DictReader(open(path, newline="")))


def bytes_of(file):
    if file.endswith(".gz"):
        return gzip.open(file).read()
    if file.endswith(".zip"):
        with zipfile.ZipFile(file) as z:
            return z.read(z.namelist()[0])
    return open(file, "rb").read()


def decoded(data):
    for name in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            pass


class Csv:
    """Cells of a CSV by the line on which their row begins, and any text of its headers."""

    def __init__(self, file):
        text = decoded(bytes_of(file))
        lines = text.splitlines(True)
        separator = max(",;\t|", key=lambda c: min(line.count(c) for line in lines[:3]))
        reader = csv.reader(lines, delimiter=separator)
        self.rows, before = {}, 0
        for row in reader:
            self.rows[before + 1] = row
            before = reader.line_num
        self.header = next(r for r in self.rows.values() if len(r) > 1)

    def cell(self, line, column):
        return self.rows[line][self.header.index(column)].strip(" \u00a0\u200b")


class GeoPackage:
    def __init__(self, file):
        self.db = sqlite3.connect(file)
        self.layer = self.db.execute("SELECT table_name FROM gpkg_contents WHERE data_type IN "
                                     "('features', 'attributes')").fetchone()[0]

    def cell(self, line, column):
        return self.db.execute(f'SELECT "{column}" FROM "{self.layer}" WHERE rowid = ?',
                               (line,)).fetchone()[0]


class GeoJson:
    def __init__(self, file):
        self.features = json.loads(decoded(bytes_of(file)))["features"]

    def cell(self, line, column):
        return self.features[line - 1]["properties"][column]


def open_input(file):
    if file.endswith(".gpkg"):
        return GeoPackage(file)
    if file.endswith("json"):
        return GeoJson(file)
    return Csv(file)


def plain(text):
    """A text of the trace; a CSV has an apostrophe before what a spreadsheet would run."""
    return text[1:] if re.match(r"'[-=+@]", str(text)) else text


def number(text):
    text = str(text).replace(",", "").replace("\u202f", "").rstrip("%")
    return float(text)


def same_text(have, traced):
    if str(have if have is not None else "") == str(traced):
        return True
    try:
        return float(have) == float(traced)
    except (TypeError, ValueError):
        return False


def value_of(formula, rows):
    """The number that a formula gives, or None where it holds more than arithmetic."""

    def fill(piece, rows):
        def operand(match):
            name = match[1]
            if name == "weight":
                return repr(float(rows[0]["weight"]))
            found = [number(plain(r["text"])) for r in rows if r["operand"] == name]
            return repr(math.fsum(found))
        return re.sub(r"\{([^}]*)\}", operand, piece)

    def terms(match):
        by_term = {}
        for r in rows:
            by_term.setdefault(r["term"], []).append(r)
        return "(" + " + ".join("(" + fill(match[1], t) + ")" for t in by_term.values()) + ")"

    try:
        text = fill(re.sub(r"\[([^]]*)\]", terms, formula), rows).replace(" x ", " * ")
    except ValueError:
        return None
    if re.search(r"[^-+*/(). 0-9e]", text):
        return None
    try:
        return eval(text)
    except (SyntaxError, ZeroDivisionError):
        return None


def main():
    names = [a for a in sys.argv[1:] if a != "--words"]
    trace, output = names[0], names[1] if len(names) > 1 else None
    rows = rows_of(trace)
    files, cells, sums = {}, 0, 0
    for r in rows:
        if not r["file"]:
            continue
        path = r["file"].partition("|")[0]
        if r["sha256"] and path not in files:
            assert hashlib.sha256(open(path, "rb").read()).hexdigest() == r["sha256"], path
        if r["line"] == "":
            continue
        if path not in files:
            files[path] = open_input(path)
        have = files[path].cell(int(r["line"]), r["column"])
        assert same_text(have, plain(r["text"])), (r, have)
        cells += 1
    numbers = {}
    for r in rows:
        numbers.setdefault((r["layer"], r["area"], r["output_row"], r["output_column"]), []).append(r)
    for key, operands in numbers.items():
        if operands[0]["value"] == "":
            continue  # missing, or a word
        made, value = value_of(operands[0]["formula"], operands), float(operands[0]["value"])
        if made is None:
            continue
        assert abs(made - value) <= 1e-9 * max(abs(made), abs(value), 1e-300), (key, made, value)
        sums += 1
    if output:
        out = rows_of(output)
        for (layer, area, row, column), operands in numbers.items():
            if row == "" or operands[0]["formula"].startswith("is "):
                continue
            shown = out[int(row) - 1][column]
            assert (shown == "" and operands[0]["value"] == "") or \
                float(shown) == float(operands[0]["value"]), (area, column, shown, operands[0])
    print(f"{len(numbers)} numbers, {cells} cells looked up, {sums} sums made")
    assert cells and (sums or "--words" in sys.argv)


main()
