#!/bin/sh
# All tests, from a bare Debian 12 to the closing line of the test runner.
# Sanitizers (address, undefined) are on. Options are those of ctest: tests/run.sh -R travel
set -eu
cd "$(dirname "$0")/.."
examples/setup.sh tests
cmake --preset debug
cmake --build --preset debug
exec ctest --preset debug --parallel 2 --no-tests=error "$@"
