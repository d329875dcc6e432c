#!/usr/bin/env bash
# share_lost.sh PROGRAM DIRECTORY…: feeds 1 GiB to a producer as fast as it reads, while a consumer writes to a file. Which share
# of the chunks is lost, and is every loss counted?
set -eu
program=$1
shift
export LC_ALL=C

measure() {
    local bus=$1/bus received=$1/received expected=$((1 << 30)) start end
    "$program" --filename "$bus" consumer -v --from 1 >"$received" 2>"$1/consumer.log" &
    local consumer=$!
    trap 'kill "$consumer" 2>/dev/null || true; rm -rf "$1"' RETURN
    start=$(date +%s%N)
    # Numbered lines of 16 bytes, so that the output can be checked.
    awk 'BEGIN { for (i = 0; i < 67108864; ++i) printf "%015d\n", i }' | "$program" --filename "$bus" producer -v 2>"$1/producer.log"
    end=$(date +%s%N)
    local published last
    published=$(grep -oE 'published [0-9]+' "$1/producer.log" | cut -d' ' -f2)
    for _ in $(seq 100); do # until the newest chunk has arrived
        last=$(tail -c 16 "$received")
        [[ $last == 000000067108863 ]] && break
        sleep 0.1
    done
    kill -TERM "$consumer"
    wait "$consumer" || true
    local seen lost
    seen=$(grep -oE 'received [0-9]+' "$1/consumer.log" | tail -n 1 | cut -d' ' -f2)
    lost=$(grep -oE '; lost: [0-9]+' "$1/consumer.log" | tail -n 1 | cut -d' ' -f3)
    printf '%-20s %10d %10d %10d %8.3f %10s %8.0f %s\n' "$(dirname "$1")" "$published" "$seen" "$lost" \
        "$(awk "BEGIN { print 100 * $lost / $published }")" "$([[ $((seen + lost)) == "$published" ]] && echo yes || echo NO)" \
        "$(awk "BEGIN { print $expected / 1048576 / (($end - $start) / 1e9) }")" \
        "$(awk '{ if ($1 + 0 != expected) breaks++; expected = $1 + 1 } END { print breaks + 0 }' "$received")"
}

printf '%-20s %10s %10s %10s %8s %10s %8s %s\n' '1 GiB in' published seen lost '% lost' accounted MiB/s 'breaks in what arrived'
for place in "$@"; do
    measure "$(mktemp -d "$place/filebus-bench-XXXXXX")"
done
