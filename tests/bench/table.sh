# Sourced by the benches. Where TABLE is set, it is a file whose lines run.sh prints at its end as one table.

row() { # WORK SECONDS PEER PEER_SECONDS
    [ -n "${TABLE:-}" ] || return 0
    printf '%s\t%s\t%s\t%s\n' "$@" >>"$TABLE"
}

rows() { # WORK RESULT PEER...: of a file of "name seconds ...", isogap's own line against each peer's
    rows_work=$1 rows_result=$2
    shift 2
    rows_own=$(awk '$1 == "isogap" { print $2 }' "$rows_result")
    for rows_peer in "$@"; do
        rows_took=$(awk -v name="$rows_peer" '$1 == name { print $2 }' "$rows_result")
        [ -z "$rows_took" ] || row "$rows_work" "$rows_own" "$rows_peer" "$rows_took"
    done
}
