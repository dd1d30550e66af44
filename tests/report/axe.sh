#!/bin/sh
# Optional: pages of the made-up county under axe-core, and the box of their index by keyboard. Skipped by name where node, its packages or
# Chromium are absent. usage: axe.sh ISOGAP GEODATA [NODE_MODULES]
set -eu
isogap=$1
geodata=$2
here=$(cd "$(dirname "$0")" && pwd)
chromium=${CHROMIUM:-$(command -v chromium || true)}
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
packages=$here/node_modules
[ -d "$packages" ] || packages=$(npm root --global 2>/dev/null || true)
export NODE_PATH="${3:-${NODE_PATH:-$packages}}"
[ -n "$chromium" ] || { echo "skipped: no Chromium"; exit 77; }
[ -d "$NODE_PATH/axe-core" ] && [ -d "$NODE_PATH/puppeteer-core" ] || {
    echo "skipped: no axe-core and puppeteer-core in $NODE_PATH (npm install --global axe-core puppeteer-core)"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$isogap" report --plan "$geodata/plan.yaml" --all --format html -o "$work" --quiet
CHROMIUM=$chromium node "$here/axe.js" "$work"/index.html "$work"/method.html "$work"/summary.html \
    "$work"/E05990001.html "$work"/E05990002.html "$work"/E06990001.html
CHROMIUM=$chromium node "$here/find.js" "$work"/index.html E05990002 E05990002.html Sands E05990015.html \
    E06990002 11 "Over C" E05990025.html
