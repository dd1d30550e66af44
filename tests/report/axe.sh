#!/bin/sh
# Optional: pages of the made-up county under axe-core. Skipped by name where node, its packages or
# Chromium are absent. usage: axe.sh ISOGAP GEODATA [NODE_MODULES]
set -eu
isogap=$1
geodata=$2
here=$(cd "$(dirname "$0")" && pwd)
export NODE_PATH="${3:-${NODE_PATH:-$here/node_modules}}"
chromium=${CHROMIUM:-$(command -v chromium || true)}
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
[ -n "$chromium" ] || { echo "skipped: no Chromium"; exit 77; }
[ -d "$NODE_PATH/axe-core" ] && [ -d "$NODE_PATH/puppeteer-core" ] || {
    echo "skipped: no axe-core and puppeteer-core in $NODE_PATH (npm install axe-core puppeteer-core)"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$isogap" report --plan "$geodata/plan.yaml" --all --format html -o "$work" --quiet
CHROMIUM=$chromium node "$here/axe.js" "$work"/index.html "$work"/method.html "$work"/summary.html \
    "$work"/E05990001.html "$work"/E05990002.html "$work"/E06990001.html
