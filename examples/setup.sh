#!/bin/sh
# Install what isogap builds and runs with, where it is missing. Debian 12; asks for root by sudo.
#   examples/setup.sh           what the build and the command need
#   examples/setup.sh tests     also what the tests need
set -eu

packages="cmake ninja-build gcc libc6-dev pkg-config libgdal-dev libproj-dev libgeos-dev libshp-dev
libcsv-dev libfyaml-dev libjansson-dev libzip-dev libexpat1-dev zlib1g-dev libzstd-dev libsqlite3-dev libssl-dev
libseccomp-dev coinor-libcbc-dev libcairo2-dev libpango1.0-dev libqpdf-dev libcmocka-dev
proj-data fonts-dejavu-core"
if [ "${1:-}" = tests ]; then
    packages="$packages bats gdal-bin python3-gdal sqlite3 jq poppler-utils qpdf locales-all"
fi

missing=""
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

root=""
[ "$(id -u)" = 0 ] || root=sudo
echo "Installing:$missing"
$root apt-get update -q
# shellcheck disable=SC2086 # a list of words is meant
$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
