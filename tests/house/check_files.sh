#!/bin/sh
# Does each C file say what it is, and is it built?  usage: check_files.sh ROOT
#   1. it opens with a line comment;
#   2. a .c is named by a CMakeLists.txt of its folder or of one above (fuzz_NAME.c as ig_fuzz(NAME),
#      the examples by their names alone).
# Exit 77 outside a checkout.
set -eu
export LC_ALL=C
cd "$1"
files=$(git ls-files -- '*.c' '*.h' 2>/dev/null) || { echo "skipped: no checkout"; exit 77; }
[ -n "$files" ] || { echo "skipped: no checkout"; exit 77; }
bad=0
say() {
    echo "$1"
    bad=1
}

# Every word of every CMakeLists.txt, as a path from the root: "lib core/crs.c" is lib/core/crs.c.
named=$(git ls-files -- 'CMakeLists.txt' '*/CMakeLists.txt' | while read -r build; do
    folder=$(dirname "$build")
    tr -s ' \t()"' '\n' <"$build" | sed "s|^|$folder/|; s|^\./||"
done | sort -u)

for file in $files; do
    [ -f "$file" ] || continue # taken away and not yet committed
    case $(head -n 1 "$file") in
    //*) ;;
    *) say "$file: does not open with a line comment" ;;
    esac
done

list=$(mktemp)
trap 'rm -f "$list"' EXIT
git ls-files -- '*.c' | sort >"$list"
for file in $(printf '%s\n' "$named" | comm -13 - "$list"); do
    folder=$(dirname "$file") stem=$(basename "$file" .c)
    case $file in
    tests/fuzz/fuzz_*) stem=${stem#fuzz_} ;;
    examples/*) ;;
    *) stem= ;;
    esac
    if [ -n "$stem" ] && printf '%s\n' "$named" | grep -qxF "$folder/$stem"; then continue; fi
    say "$file: no CMakeLists.txt builds it"
done
[ $bad = 0 ] && echo "each C file says what it is and is built"
exit $bad
