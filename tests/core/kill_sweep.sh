#!/bin/bash
# Kill a command at many moments of its run: whatever the moment, the output is the old one or the
# new one, whole. Stopped by TERM or INT it also takes its temporary files away and exits 128 + n.
#
#   kill_sweep.sh -o OUTPUT [-n RUNS] -- COMMAND...
#
# OUTPUT is written by COMMAND into a folder of its own; it is overwritten (give --overwrite).
set -u
output="" runs=20
while getopts "o:n:" flag; do
    case $flag in
    o) output=$OPTARG ;;
    n) runs=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
folder=$(dirname "$output")
scratch=$(mktemp -d)
# A child killed before it became the command runs this too: only the script itself tidies.
trap '[ "$BASHPID" != $$ ] || rm -rf "$scratch"' EXIT

began=$(date +%s%N)
"$@" >"$scratch/out" 2>"$scratch/err" || { cat "$scratch/err"; echo "fails by itself"; exit 1; }
micro=$((($(date +%s%N) - began) / 1000))
cp "$output" "$scratch/new"
echo "an old file" >"$scratch/old"
names=$(ls -A "$folder")
wrong=0 stopped=0
for signal in KILL TERM INT; do
    for ((i = 0; i < runs; i++)); do
        cp "$scratch/old" "$output"
        # A child of a script ignores INT unless it is given back to it.
        env --default-signal=INT "$@" >"$scratch/out" 2>"$scratch/err" &
        pid=$!
        sleep "$(awk -v i="$i" -v n="$runs" -v t="$micro" 'BEGIN { print t / 1e6 * i * 1.2 / n }')"
        kill -$signal $pid 2>/dev/null
        wait $pid 2>/dev/null
        code=$?
        why=""
        cmp -s "$output" "$scratch/old" || cmp -s "$output" "$scratch/new" || why="torn output"
        if [ $signal = KILL ]; then
            find "$folder" -maxdepth 1 -name '.isogap-*' -delete
            rm -f "$folder"/.*.lock
        elif [ $code != 0 ]; then
            number=$(kill -l $signal)
            [ $code = $((128 + number)) ] || why="exit $code after $signal"
            cmp -s "$output" "$scratch/old" || why="exit $code, and the output is not the old one"
        fi
        [ $code = 0 ] || stopped=$((stopped + 1))
        [ $code != 0 ] || cmp -s "$output" "$scratch/new" || why="exit 0 without the new output"
        [ "$(ls -A "$folder")" = "$names" ] || {
            why="left behind: $(ls -A "$folder" | tr '\n' ' ')"
            find "$folder" -maxdepth 1 -name '.isogap-*' -delete
            rm -f "$folder"/.*.lock
        }
        [ -z "$why" ] && continue
        wrong=$((wrong + 1))
        echo "WRONG: $signal at run $i of $runs: $why"
        head -n 3 "$scratch/err" | sed 's/^/    /'
    done
done
echo "$((3 * runs)) runs, $stopped stopped, $wrong wrong"
[ $wrong = 0 ] && [ $stopped -gt 0 ]
