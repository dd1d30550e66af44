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

# Seconds that a command may take.
PEER_SECONDS=${PEER_SECONDS:-1800}

limited() { # FILE COMMAND...: seconds and KiB into FILE. False: $ended says how it came to nothing, FILE's last line when
    limited_file=$1
    shift
    limited_code=0
    /usr/bin/time -f '%e %M' -o "$limited_file" timeout -k 10 "$PEER_SECONDS" "$@" || limited_code=$?
    limited_took=$(tail -1 "$limited_file" | awk '{ print $1 }')
    case $limited_code in
    0) return 0 ;;
    124) ended="stopped after $limited_took s" ;;
    137) ended="killed after $limited_took s, out of memory" ;;
    *) ended="failed after $limited_took s" ;;
    esac
    return 1
}
