#!/bin/sh
# Pages of every ward of a plan, HTML and PDF: seconds, peak memory, pages a second, and how many times
# as long as a copy of the same bytes takes. A second run shows what going on costs when all is done.
#
# usage: report.sh ISOGAP PLAN [FOLDER]
set -eu
isogap=$1
plan=$2
[ -x /usr/bin/time ] || { echo "skipped: /usr/bin/time is not there"; exit 77; }
folder=${3:-$(mktemp -d)}
[ $# -ge 3 ] || trap 'rm -rf "$folder"' EXIT
timed() { # name, command
    name=$1
    shift
    /usr/bin/time -o "$folder/time" -f '%e %U %M' "$@" >"$folder/$name.out" 2>"$folder/$name.log" || {
        tail -3 "$folder/$name.log"
        exit 1
    }
    read -r seconds user peak <"$folder/time"
}
timed all "$isogap" report --plan "$plan" --all -o "$folder/pages" --quiet --json
pages=$(find "$folder/pages" -name '*.html' -o -name '*.pdf' | wc -l)
size=$(du -sk "$folder/pages" | cut -f1)
echo "all pages: $seconds s ($user s of work), $pages files, $((size / 1024)) MiB, peak $((peak / 1024)) MiB"
all=$seconds
timed again "$isogap" report --plan "$plan" --all -o "$folder/pages" --quiet --json
echo "again, all there: $seconds s, peak $((peak / 1024)) MiB"
timed copy sh -c "cp -r '$folder/pages' '$folder/copy' && sync -f '$folder/copy'"
echo "copy of the same bytes: $seconds s"
echo "$all $seconds" | awk '{ printf "all pages take %.1f times the copy\n", ($2 > 0) ? $1 / $2 : 0 }'
