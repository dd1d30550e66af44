#!/bin/sh
# Is the house as its plan says?  usage: check_rooms.sh LIB ROOMS
#   1. no room includes a header of a room that it may not call, nor another's private header;
#   2. compute rooms, and the grid's arithmetic, include no header of GDAL, PROJ or GEOS, neither
#      themselves nor through a header of ours.
set -eu
lib=$1
rooms=$2
bad=0
say() {
    echo "$1"
    bad=1
}

for folder in "$lib"/*/; do
    room=$(basename "$folder")
    line=$(grep "^$room:" "$rooms") || { say "$room: not in $(basename "$rooms")"; continue; }
    allowed=" ${line#*:} core $room "
    for file in "$folder"*.c "$folder"*.h; do
        [ -e "$file" ] || continue
        for header in $(sed -n 's|^#include "\.\./\([a-z_]*/[a-z_]*\.h\)".*|\1|p' "$file"); do
            other=${header%%/*}
            case $allowed in
            *" $other "*) ;;
            *) say "$room/$(basename "$file") includes $header: $room may not call $other" ;;
            esac
            case $header in
            core/inside.h) ;;
            *_internal.h) say "$room/$(basename "$file") includes $header, which is private" ;;
            esac
        done
    done
done

# All headers of ours that a file reaches, by following includes.
reached() {
    todo=$1
    seen=""
    while [ -n "$todo" ]; do
        file=${todo%% *}
        case $todo in *" "*) todo=${todo#* } ;; *) todo="" ;; esac
        case " $seen " in *" $file "*) continue ;; esac
        seen="$seen $file"
        for header in $(sed -n 's|^#include "\([^"]*\)".*|\1|p' "$file"); do
            next=$(dirname "$file")/$header
            [ -e "$next" ] && todo="$todo${todo:+ }$(realpath "$next")"
        done
    done
    echo "$seen"
}

foreign='^#include <(gdal|ogr|cpl|proj|geos|gnm|shapefil)[a-z_]*\.h>'
for file in "$lib"/travel/*.[ch] "$lib"/rates/*.[ch] "$lib"/inequality/*.[ch] \
    "$lib"/spatial/*.[ch] "$lib"/siting/*.[ch] "$lib"/classify/*.[ch] "$lib"/grid/frame.c \
    "$lib"/grid/line.c "$lib"/grid/coverage.c "$lib"/grid/resample.c "$lib"/grid/grid.h; do
    [ -e "$file" ] || continue
    for header in $(reached "$(realpath "$file")"); do
        found=$(grep -E "$foreign" "$header" || true)
        [ -z "$found" ] || say "$file reaches $header, which has: $found"
    done
done
[ $bad = 0 ] && echo "the rooms keep to their plan"
exit $bad
