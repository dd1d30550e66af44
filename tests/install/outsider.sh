#!/bin/sh
# Install to an empty prefix, then build and run examples/c against it as an outsider would:
# once by CMake's find_package, once by pkg-config.  usage: outsider.sh SOURCE
set -eu
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DISOGAP_TESTS=OFF \
    -DCMAKE_INSTALL_PREFIX="$work/prefix" >/dev/null
cmake --build "$work/build" >/dev/null
cmake --install "$work/build" >/dev/null

cmake -S "$source/examples/c" -B "$work/examples" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DCMAKE_C_FLAGS="-Wall -Wextra -Werror" >/dev/null
cmake --build "$work/examples" >/dev/null

check() { # name, what must be printed
    case $2 in
    *"$3"*) echo "$1: ok" ;;
    *) echo "$1: wanted '$3' in: $2"; exit 1 ;;
    esac
}
# By hand: (2,0) is 100 m of open ground and 100 m half road, 216 s; (2,1) a diagonal, 255.8 s.
check walk "$("$work/examples/walk")" "   3.6   4.3"
check slope "$("$work/examples/slope")" "SII -18.383459 (-21.745429 to -15.021488)"
check slope "$("$work/examples/slope")" "RII 0.431411 (0.364563 to 0.505978)"
check areas "$("$work/examples/areas" "$source/geodata/sample/lsoa21.geojson" "$source/geodata/sample/iod2025_file1.csv")" \
    "matched, 0 without row"

libdir=$(find "$work/prefix" -name pkgconfig -printf '%h\n')
PKG_CONFIG_PATH=$libdir/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # a list of words is meant
cc -std=c11 -Wall -Wextra -Werror "$source/examples/c/slope.c" -o "$work/slope" \
    $(pkg-config --cflags --libs isogap) -Wl,-rpath,"$libdir"
check pkg-config "$("$work/slope")" "SII -18.383459"
for header in "$work"/prefix/include/isogap/isogap.h "$work"/prefix/include/isogap/*/*.h; do
    cc -std=c11 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -x c "$header"
done
if "$work/prefix/bin/isogap" --version; then echo "installed command: ok"; fi
exported=$(nm -D --defined-only "$libdir"/libisogap.so | awk '{print $3}' | grep -vE '^(ig_|_edata|_end|__bss_start)' || true)
[ -z "$exported" ] || { echo "exported beside ig_: $exported"; exit 1; }
