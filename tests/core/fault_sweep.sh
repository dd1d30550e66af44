#!/bin/bash
# Walk through the faults of one command: each call that touches its output, then each that reads
# its inputs, fails once and from then on. After each run the output must be the old one (or
# absent) with a message and the right exit code, or the new one, whole; nothing else may lie in
# its folder.
#
#   fault_sweep.sh -s SHIM.so -o OUTPUT [-i INPUT_FOLDER] [-a ALLOC_SHIM.so] [-m MOST] -- COMMAND...
#
# OUTPUT is written by COMMAND into a folder of its own; it is overwritten (give --overwrite).
# MOST points are tried of each kind, spread evenly (default: all). Prints the number of points;
# exit 1 when one was wrong.
set -u
shim="" output="" inputs="" alloc="" most=0
while getopts "s:o:i:a:m:" flag; do
    case $flag in
    s) shim=$OPTARG ;;
    o) output=$OPTARG ;;
    i) inputs=$(realpath "$OPTARG") ;;
    a) alloc=$OPTARG ;;
    m) most=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
folder=$(realpath "$(dirname "$output")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0"

"$@" >"$scratch/out" 2>"$scratch/err" || { cat "$scratch/err"; echo "fails without a fault"; exit 1; }
cp "$output" "$scratch/new"
echo "an old file" >"$scratch/old"
names=$(ls -A "$folder")
points=0 wrong=0

complain() {
    wrong=$((wrong + 1))
    echo "WRONG: $kind $error $mode at $at: $1"
    sed 's/^/    /' "$scratch/err" | head -n 5
}

# one CODES COMMAND...: run it with the faults in the environment and look at what it left.
one() {
    local codes=$1 code
    shift
    cp "$scratch/old" "$output"
    "$@" >"$scratch/out" 2>"$scratch/err"
    code=$?
    points=$((points + 1))
    if [ $code = 0 ]; then
        cmp -s "$output" "$scratch/new" || complain "exit 0, and the output is not the new one"
    else
        cmp -s "$output" "$scratch/old" || complain "exit $code, and the output is not the old one"
        [[ " $codes " == *" $code "* ]] || complain "exit $code, not one of: $codes"
        [ -s "$scratch/err" ] || complain "exit $code without a message"
    fi
    [ "$(ls -A "$folder")" = "$names" ] || {
        complain "left behind: $(ls -A "$folder" | tr '\n' ' ')"
        find "$folder" -maxdepth 1 -name '.isogap-*' -delete
        rm -f "$folder"/.*.lock
    }
}

# sweep CODES COMMAND...: count the calls, then let each of them fail.
sweep() {
    local codes=$1 count step
    shift
    mode=once at=0
    cp "$scratch/old" "$output"
    ISOGAP_FAULT_AT=0 ISOGAP_FAULT_ALLOC_AT=0 ISOGAP_FAULT_COUNT="$scratch/count" "$@" \
        >"$scratch/out" 2>"$scratch/err"
    count=$(cat "$scratch/count")
    step=1
    [ "$most" -gt 0 ] && [ "$count" -gt "$most" ] && step=$(((count + most - 1) / most))
    for mode in once on; do
        for ((at = 1; at <= count; at += step)); do
            export ISOGAP_FAULT_AT=$at ISOGAP_FAULT_ALLOC_AT=$at ISOGAP_FAULT_MODE=$mode
            one "$codes" "$@"
            unset ISOGAP_FAULT_AT ISOGAP_FAULT_ALLOC_AT ISOGAP_FAULT_MODE
        done
        [ "$error" = EINTR ] && break # for ever would be a loop without end
    done
}

with_shim() {
    kind=$1 error=$2
    ISOGAP_FAULT_CALLS=$1 ISOGAP_FAULT_ERROR=$2 ISOGAP_FAULT_UNDER=$3 sweep "$4" \
        env LD_PRELOAD="$shim" "${@:5}"
}

for kind in open write fsync rename ftruncate close; do
    with_shim $kind EIO "$folder" "5" "$@"
done
with_shim write ENOSPC "$folder" "5" "$@"
with_shim write EINTR "$folder" "" "$@"
with_shim fsync EINTR "$folder" "5" "$@" # SQLite gives up at one; nothing is lost by it
with_shim write short "$folder" "" "$@"
if [ -n "$inputs" ]; then
    with_shim open EACCES "$inputs" "3" "$@"
    with_shim read EIO "$inputs" "3" "$@"
    with_shim read EINTR "$inputs" "" "$@"
    with_shim read short "$inputs" "" "$@"
fi
if [ -n "$alloc" ]; then
    kind=memory error=ENOMEM
    sweep "6" env LD_PRELOAD="$alloc" "$@"
fi
echo "$points points, $wrong wrong"
[ $wrong = 0 ] && [ $points -gt 0 ]
