#!/usr/bin/env bash
# Runs the fuzz targets for SECONDS in total, two at a time. Called by scripts/fuzz.
set -eu
seconds=$1
targets=(chunkformat metadata rawformat spoolnames)
at_once=2
cd build/fuzz
corpus=$PWD/corpus finds=$PWD/finds
filebus=$PWD/../demo/bin/filebus

# Chunks of real buses: those of the original, and one created here.
make_seeds() {
    local bus=seeds/bus chunk
    rm -rf seeds
    mkdir -p seeds/chunkformat seeds/metadata seeds/spoolnames "$finds"
    for target in "${targets[@]}"; do mkdir -p "$corpus/$target"; done
    head -c 3000 "$filebus" | "$filebus" --filename $bus producer --block-size 700
    "$filebus" --filename $bus --lossless consumer --name log --timeout 0.01 2>/dev/null || true
    cp ../../tests/data/fixtures/*.bus $bus.d/history/* seeds/chunkformat
    for chunk in "$bus".d/history/*; do tar xOf "$chunk" filebus.json >"seeds/metadata/${chunk##*/}"; done
    find $bus.d -mindepth 1 -type d -exec sh -c 'ls -a "$1" >"seeds/spoolnames/${1##*/}"' sh {} \;
    ln -s chunkformat seeds/rawformat
}

fuzz() {
    local target=$1
    "bin/fuzz_$target" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=1024 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="$finds/$target-" "$corpus/$target" "seeds/$target" >"$target.log" 2>&1 || { cat "$target.log"; return 1; }
    echo "$target: $(sed -n 's/stat::number_of_executed_units: *//p' "$target.log") executions"
}

make_seeds
seconds=$((seconds * at_once / ${#targets[@]}))
failures=0
for ((i = 0; i < ${#targets[@]}; i += at_once)); do
    running=()
    for target in "${targets[@]:i:at_once}"; do fuzz "$target" & running+=($!); done
    for job in "${running[@]}"; do wait "$job" || failures=$((failures + 1)); done
done
((failures == 0)) || { echo "filebus: $failures of ${#targets[@]} fuzz targets found something; it is in $finds" >&2; exit 1; }
