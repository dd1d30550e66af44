#!/bin/sh
# The room check must be able to fail: break a copy of lib in each of its ways and see it say so.
# usage: break_rooms.sh CHECK LIB ROOMS
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
try() { # file, line to add, what must be said
    rm -rf "$work/lib"
    cp -r "$2" "$work/lib"
    printf '%s\n' "$4" >>"$work/lib/$3"
    if said=$("$1" "$work/lib" "$rooms"); then
        echo "not noticed: $4 in $3"
        exit 1
    fi
    case $said in
    *"$5"*) ;;
    *) echo "wanted '$5' in: $said"; exit 1 ;;
    esac
}
rooms=$3
try "$1" "$2" rates/rate.c '#include "../area/area.h"' 'rates may not call area'
try "$1" "$2" rates/rate.c '#include <gdal.h>' 'gdal.h'
try "$1" "$2" spatial/spatial.h '#include <ogr_api.h>' 'ogr_api.h'
try "$1" "$2" area/area.h '#include "../rates/rates_internal.h"' 'which is private'
echo "each breach was noticed"
