#!/bin/sh
# Does anything lie at the project's root that has no business there?  usage: check_top.sh ROOT
# Exit 77 outside a checkout.
set -eu
cd "$1"
files=$(git ls-files 2>/dev/null) || { echo "skipped: no checkout"; exit 77; }
[ -n "$files" ] || { echo "skipped: no checkout"; exit 77; }
strays=$(echo "$files" | cut -d/ -f1 | sort -u |
    grep -vxE 'lib|tools|geodata|tests|examples|CMakeLists\.txt|README\.md|LICENSE|CHANGELOG\.md|CMakePresets\.json|\..*' || true)
[ -z "$strays" ] || { echo "at the root, and not of it:"; echo "$strays"; exit 1; }
echo "the root holds what it should"
