#!/bin/sh
# The check of files must be able to fail: break a small tree in each of its ways and see it say so.
# usage: break_files.sh CHECK
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
git init -q . 2>/dev/null || { echo "skipped: no git"; exit 77; }
mkdir lib lib/room
echo 'set(SOURCES room/one.c)' >lib/CMakeLists.txt
echo '// One.' >lib/room/one.c
git add .
"$1" . >/dev/null || { echo "a sound tree is blamed"; exit 1; }
try() { # check, what must be said, file
    git add .
    if said=$("$1" .); then
        echo "not noticed: $2"
        exit 1
    fi
    case $said in
    *"$2"*) ;;
    *) echo "wanted '$2' in: $said"; exit 1 ;;
    esac
    git rm -qf "$3"
}
echo '// Two.' >lib/room/two.c
try "$1" 'lib/room/two.c: no CMakeLists.txt builds it' lib/room/two.c
echo 'int three;' >lib/three.h
try "$1" 'lib/three.h: does not open with a line comment' lib/three.h
mkdir tests
echo '// One in another folder.' >tests/one.c
try "$1" 'tests/one.c: no CMakeLists.txt builds it' tests/one.c
echo "each breach was noticed"
