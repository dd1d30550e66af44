#!/bin/sh
# A matrix of minutes by a Slurm job array: N shards, then one job that merges them when all have
# gone well; waits for the end. The bytes are those of one run.
#
# usage: run.sh N OUT.csv OPTIONS-OF-MATRIX...
# The files named must be seen by all nodes under the same names; ISOGAP names the command where it
# is not on the path.
set -eu
shards=$1
out=$2
shift 2
here=$(dirname "$(realpath "$0")")
isogap=${ISOGAP:-isogap}
parts=
for i in $(seq "$shards"); do parts="$parts $out.part$i.csv"; done
array=$(sbatch --parsable --export=ALL --array="1-$shards" "$here/matrix.sbatch" "$out" "$@")
# --wait: until the last job has ended, with its exit code.
sbatch --wait --parsable --export=ALL --job-name=isogap-merge --output="$out.merge.log" \
    --dependency="afterok:$array" --kill-on-invalid-dep=yes \
    --wrap "'$isogap' matrix merge $parts --overwrite -o '$out' && rm $parts" >/dev/null || {
    echo "the matrix was not made: see matrix-${array}_*.log and $out.merge.log" >&2
    exit 1
}
