#!/usr/bin/env bash
# The part of scripts/demo that runs in the environment: demo-run.sh FILEBUS
set -u
export LC_ALL=C
filebus=$1
seconds=5
slow=3 # which consumer

# The bus lies in memory if possible. The data kept for the comparison may be too much for that.
memory=/dev/shm
[[ -d $memory && -w $memory ]] || memory=${TMPDIR:-/tmp}
bus_directory=$(mktemp -d "$memory/filebus-demo.XXXXXX") && kept=$(mktemp -d "${TMPDIR:-/tmp}/filebus-demo.XXXXXX") || exit 1
bus=$bus_directory/bus

clean_up() {
    trap '' INT TERM HUP
    stop_jobs
    rm -rf "$bus_directory" "$kept"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

stop_jobs() {
    local jobs
    jobs=$(jobs -p)
    # shellcheck disable=SC2086
    [[ -z $jobs ]] || kill $jobs 2>/dev/null
    wait
}

consume() { exec "$filebus" -v --filename "$bus" consumer 2>"$kept/log.$1"; }

# Reads 64 KiB at most ten times per second.
read_slowly() { while (($(head -c 65536 | tee -a "$1" | wc -c))); do sleep 0.1; done; }

start_consumers() {
    local name
    for name in 1 2; do consume $name >"$kept/got.$name" & done
    consume $slow | read_slowly "$kept/got.$slow" &
}

# In the background, because a trap runs only after a foreground command has ended.
produce() {
    timeout $seconds strings /dev/urandom | tee "$kept/sent" \
        | "$filebus" -v --filename "$bus" producer --lines 2>"$kept/log.producer" &
    wait $!
}

# Whether a consumer printed only lines that were sent, in the order in which they were sent. Its last line may be incomplete, because
# the consumer was stopped. The appended empty string keeps awk from comparing lines as numbers.
was_sent() {
    head -n -1 "$kept/got.$1" | awk -v sent="$kept/sent" '
        { do { if ((getline line < sent) <= 0) { foreign = 1; exit } } while (line "" != $0 "") }
        END { exit foreign || NR == 0 }'
}

# The last line of its log: "received N chunks, M bytes; lost: K".
report() {
    local name=$1 chunks bytes lost verdict=yes
    read -r chunks bytes lost < <(tail -n 1 "$kept/log.$name" \
        | sed -n 's/.*received \([0-9]*\) chunks\{0,1\}, \([0-9]*\) bytes; lost: \([0-9]*\).*/\1 \2 \3/p')
    ((${chunks:-0} > 0)) && was_sent "$name" || verdict=NO
    ((name != slow)) || name="$name (slow)"
    printf '%-9s %8s %11s %8s KB/s %8s   %s\n' "$name" "${chunks:-?}" "${bytes:-?}" $((${bytes:-0} / seconds / 1000)) \
        "${lost:-?}" "$verdict"
    [[ $verdict == yes ]]
}

echo "strings /dev/urandom | filebus --filename $bus producer --lines, for $seconds seconds"
start_consumers
produce
stop_jobs
sed -n 's/.*published/The producer published/p' "$kept/log.producer" | tail -n 1
printf '%-9s %8s %11s %13s %8s   %s\n' consumer chunks bytes rate lost 'only what was sent'
failures=0
for name in 1 2 3; do report $name || failures=$((failures + 1)); done
if ((failures)); then
    echo "filebus: $failures of 3 consumers did not receive what was sent; their messages:" >&2
    tail -n 3 "$kept"/log.* >&2
    exit 1
fi
