"""Pages of a report whose every name is hostile: nothing of a name becomes markup, and Chromium runs no
script and asks for nothing, with the pages' own policy and without it.

still.py ISOGAP GEODATA SHARED: lines that begin with "not:" are faults; exit 77 without Chromium, after
the pages have been taken apart all the same."""
import csv
import html
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ISOGAP, GEODATA, SHARED = sys.argv[1:4]
RUN = "document.documentElement.setAttribute('data-ran','1')"
NAMES = [
    f"<script>{RUN}</script>", f'" onmouseover="{RUN}', f"' onfocus='{RUN}' autofocus x='",
    f"<img src=x onerror=\"{RUN}\">", f"</title><svg/onload=\"{RUN}\">", f"]]>--></style><script>{RUN}</script>",
    f"</option></select><script>{RUN}</script>", f"javascript:{RUN}", "<img src=http://isogap.invalid/a.png>",
    "<link rel=stylesheet href=//isogap.invalid/a.css>", "<style>@import 'http://isogap.invalid/b.css'</style>",
    "<iframe src=http://isogap.invalid/c></iframe>", "{{body}}{{style}}{{policy}}", "{0}{1}{9}", "A &amp; B & C",
    "../../../etc/passwd", "a\\b:c*?d", "..", "CON", "\u0645\u0631\u062d\u0628\u0627 (ward) 12", "\u05d0\u05d1 <b>x</b>",
    "a\u202eb\u2066c\u200e", "zero\u200bwidth\u200d\ufeffjoined", "\U0001f3d9\ufe0f \U0001f469\u200d\u2695\ufe0f ward",
    "Very " * 39 + "Long", "n" * 200, "tab\tand\nline", "X", "%s%n%00", "\u0174\u0177 Llanfair-\u00e9\u0300",
]
TAGS = set("""html head meta title style body main nav h1 h2 h3 p ul li a dl dt dd div table caption thead tbody tr th
    td figure figcaption details summary label select optgroup option svg g desc path circle rect line text tspan defs
    pattern clippath polyline polygon use""".split())
ATTRIBUTES = re.compile(r"^(?!on|src|action|formaction|srcdoc|srcset|poster|background|data|xlink)[a-z0-9:-]+$")


class Reader(html.parser.HTMLParser):
    """Collects what a page is made of, as a browser takes it apart."""

    def __init__(self):
        super().__init__()
        self.faults, self.text, self.style = [], [], False

    def handle_starttag(self, tag, attributes):
        self.style = tag == "style"
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attributes:
            if not ATTRIBUTES.match(name):
                self.faults.append(f"<{tag} {name}>")
            if name in ("href", "style", "fill") and re.search(r"^\s*(\w+:|//)|url\((?!#)", value or ""):
                self.faults.append(f"{name}={value}")

    def handle_data(self, data):
        if self.style and re.search(r"@import|url\(", data):
            self.faults.append("style that fetches")
        self.text.append(data)

    def handle_endtag(self, tag):
        self.style = False


def corpus():
    """Names of the shared corpus of bad inputs, where it is at hand."""
    for name in ("html_names.csv", "path_names.csv"):
        path = os.path.join(SHARED, "badinputs", "tables", name)
        if not os.path.exists(path):
            print(f"skipped: no {name}")
            continue
        with open(path, encoding="utf-8", newline="") as file:
            yield from (row["name"] for row in csv.DictReader(file) if not row["name"].startswith("Oldbridge"))


def make_pages(names):
    sample = os.path.join(GEODATA, "sample")
    subprocess.run(["ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", "wards.geojson",
                    os.path.join(sample, "wards25.shp")], check=True)
    with open("wards.geojson", encoding="utf-8") as file:
        wards = json.load(file)
    wards["features"].sort(key=lambda f: f["properties"]["WD25CD"])
    for i, feature in enumerate(wards["features"]):
        feature["properties"]["WD25NM"] = names[i % len(names)]
        feature["properties"]["LAD25NM"] = names[0]
    with open("wards.geojson", "w", encoding="utf-8") as file:
        json.dump(wards, file)
    with open(os.path.join(sample, "lsoa21.geojson"), encoding="utf-8") as file:
        areas = json.load(file)
    for i, feature in enumerate(areas["features"]):
        feature["properties"]["LSOA21NM"] = names[i % len(names)]
    with open("areas.geojson", "w", encoding="utf-8") as file:
        json.dump(areas, file)
    with open(os.path.join(sample, "clinics.csv"), encoding="utf-8", newline="") as file:
        sites = list(csv.DictReader(file))
    for i, site in enumerate(sites):
        site["name"] = names[i % len(names)]
    with open("sites.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(sites[0]))
        writer.writeheader()
        writer.writerows(sites)
    quoted = json.dumps(names[0])
    with open("plan.yaml", "w", encoding="utf-8") as file:
        file.write(f"""plan: {quoted}
attribution: {json.dumps(names[3])}
areas: {{file: areas.geojson, source: {quoted}, date: {json.dumps(names[4])}}}
wards: {{file: wards.geojson}}
tables:
  - file: {sample}/indicators_lsoa21.csv
    columns: {{Adults who smoke (%): smokers}}
population: {{file: {sample}/population21_lsoa21_age_sex.csv, column: Total}}
sites: {{file: sites.csv}}
travel: {{mode: straight, cell: 400, thresholds: [10, 20]}}
indicators:
  - {{value: smokers, title: {json.dumps(names[1])}, unit: {json.dumps(names[2])}, polarity: low, benchmark: 12.5}}
outputs: {{geopackage: out.gpkg}}
""")
    subprocess.run([ISOGAP, "report", "--plan", "plan.yaml", "--all", "--format", "html", "-o", "r", "--quiet"],
                   check=True, stderr=subprocess.DEVNULL)


def shown(name):
    """A name as a page has it: marks that turn text replaced, line ends as blanks."""
    return re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "\ufffd", name).replace("\n", " ").replace("\t", " ")


def take_apart(names):
    faults = 0
    text = ""
    for name in sorted(os.listdir("r")):
        if not name.endswith(".html"):
            continue
        reader = Reader()
        with open("r/" + name, encoding="utf-8") as file:
            reader.feed(file.read())
        text += "".join(reader.text) if name == "index.html" else ""
        for fault in reader.faults[:3]:
            print(f"not: {name}: {fault}")
        faults += len(reader.faults)
    wards = names[:30]
    for name in wards:
        if " ".join(shown(name).split()) not in " ".join(text.replace("\u2068", "").replace("\u2069", "").split()):
            print(f"not: the index does not show {ascii(name[:60])}")
            faults += 1
    return faults


def chromium(binary, page, policy=True):
    """The page as it stands after loading, what the browser was asked for, what it complained of."""
    copy = os.path.abspath("page.html")
    with open(page, encoding="utf-8") as file:
        text = file.read()
    if not policy:
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    with open(copy, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run(
        [binary, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + os.path.abspath("profile"),
         "--enable-logging=stderr", "--log-net-log=" + os.path.abspath("net.json"), "--dump-dom", "file://" + copy],
        capture_output=True, text=True, errors="replace", timeout=120)
    with open("net.json", encoding="utf-8", errors="replace") as file:
        hosts = set(re.findall(r'"url":"(?:https?|wss?|ftp)://([^/"]*)', file.read()))
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line or "Refused" in line]
    root = re.search(r"<html[^>]*>", done.stdout)
    return (root.group(0) if root else ""), hosts, said


def in_chromium(binary):
    """What Chromium asks for of its own accord is what it asks for with pages of no name."""
    with open("empty.html", "w", encoding="utf-8") as file:
        file.write("<!DOCTYPE html><html><body></body></html>")
    with open("control.html", "w", encoding="utf-8") as file:
        file.write(f"<!DOCTYPE html><html><body><script>{RUN}</script>"
                   '<img src="http://isogap.invalid/x.png"></body></html>')
    own = chromium(binary, "empty.html")[1]
    root, hosts, _ = chromium(binary, "control.html")
    own |= hosts - {"isogap.invalid"}
    if "data-ran" not in root or "isogap.invalid" not in hosts:
        print(f"not: a script and a request of the control page go unseen: {root} {hosts}")
        return 1
    faults = 0
    pages = ["index.html", "summary.html", "E05990001.html", "E05990007.html"]
    for page in pages:
        for policy in (True, False):
            root, hosts, said = chromium(binary, "r/" + page, policy)
            bad = ([f"no page: {root}"] if "lang=" not in root else []) + (["a script ran"] if "data-ran" in root else [])
            bad += [f"asks for {host}" for host in hosts - own] + said[:2]
            for fault in bad:
                print(f"not: {page}, {'with' if policy else 'without'} its policy: {fault}")
            faults += len(bad)
    print(f"{len(pages)} pages in Chromium, each with its policy and without")
    return faults


def main():
    names = (list(corpus()) + NAMES)
    wards = NAMES[:24] + [n for n in names if n not in NAMES][:6]
    folder = tempfile.mkdtemp()
    before = os.getcwd()
    os.chdir(folder)
    try:
        make_pages(wards + [n for n in names if n not in wards])
        faults = take_apart(wards)
        binary = os.environ.get("CHROMIUM") or shutil.which("chromium")
        if binary and not faults:
            faults += in_chromium(binary)
    finally:
        os.chdir(before)
        shutil.rmtree(folder)
    if faults:
        return 1
    if not binary:
        print("skipped: no Chromium")
    return 0 if binary else 77


sys.exit(main())
