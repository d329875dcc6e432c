#!/usr/bin/env bash
# screenshots-run.sh PROGRAMS PICTURES: takes one picture of each state of the viewer. Called by scripts/screenshots.
set -eu
programs=$(readlink -f "$1")
mkdir -p "$2"
pictures=$(readlink -f "$2")
place=$(mktemp -d /dev/shm/filebus-screenshots.XXXXXX)
buses=$place/run
mkdir -m 700 "$buses" "$place/runtime"
export XDG_RUNTIME_DIR=$place/runtime LC_ALL=C.UTF-8 TZ=UTC
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$place"' EXIT

start_display() {
    mkfifo "$place/display"
    Xvfb -displayfd 3 -screen 0 1280x820x24 3>"$place/display" 2>/dev/null &
    display_server=$!
    read -r display <"$place/display"
    export DISPLAY=:$display
}

# measure SECONDS INTERVAL: prints the readings of a sensor.
measure() {
    local i
    for ((i = 0; i < $1 * 1000 / $2; i++)); do
        printf '{"sensor":"outside","celsius":%d.%d,"humidity":%d,"at":{"lat":50.11,"lon":8.68},"sample":%d}\n' \
            $((18 + i / 9 % 6)) $((i * 7 % 10)) $((52 + i / 5 % 8)) "$i"
        sleep "$(printf '0.%03d' "$2")"
    done
}

# speak BUS [OPTIONS]: publishes the lines of standard input.
speak() { local bus=$1; shift; "$programs/filebus" --filename "$buses/$bus" producer --lines "$@"; }

# look NAME SCHEME BUS…: opens the viewer with its own settings. SCHEME is 1 (light) or 2 (dark).
look() {
    export XDG_CONFIG_HOME=$place/config-$1
    mkdir -p "$XDG_CONFIG_HOME/filebus"
    printf 'scheme=%s\n' "$2" >"$XDG_CONFIG_HOME/filebus/filebus-viewer.conf"
    (cd "$buses" && exec "$programs/filebus-viewer" "${@:3}") &
    viewer=$!
    timeout 20 xdotool search --sync --onlyvisible --pid "$viewer" >/dev/null || true
    window=$(xdotool search --onlyvisible --name filebus-viewer | tail -n 1)
    xdotool windowfocus "$window"
}

press() { xdotool key --window "$window" "$@"; }
click() { xdotool mousemove "$1" "$2" click 1; }

picture() {
    xdotool mousemove 1279 819
    sleep 0.5
    import -window root "$pictures/$1.png"
    kill "$viewer"
    wait "$viewer" 2>/dev/null || true
}

# While the viewer is stopped, more chunks are published than the history keeps.
lose() {
    kill -STOP "$viewer"
    measure 1 40 | speak "$1" --history 4
    kill -CONT "$viewer"
}

steady() {
    measure 14 50 | speak temperature.bus &
    look steady 1 temperature.bus
    sleep 9
    click 400 420
    sleep 1
    picture steady
}

loss() {
    measure 60 250 | speak temperature.bus --history 4 &
    look loss 1 temperature.bus
    for seconds in 12 3 14 2; do sleep "$seconds"; lose temperature.bus; done
    press ctrl+5
    click 500 590
    sleep 0.2
    picture loss
}

paused() {
    measure 12 50 | speak temperature.bus &
    look paused 1 temperature.bus
    sleep 4
    click 400 420
    press ctrl+p
    sleep 4
    picture paused
}

dark() {
    measure 14 40 | speak temperature.bus &
    head -c 200000 /dev/urandom | "$programs/filebus" --filename "$buses/camera.bus" producer --block-size 4096 --gather 0.2 &
    look dark 2 camera.bus temperature.bus
    sleep 7
    click 400 420
    sleep 1
    picture dark
}

search() {
    measure 12 40 | speak temperature.bus &
    look search 1 temperature.bus
    sleep 5
    press ctrl+f
    xdotool type --window "$window" '"celsius":2'
    sleep 1
    picture search
}

error() {
    measure 1 500 | speak broken.bus
    truncate -s 700 "$buses/broken.bus"
    measure 8 100 | speak temperature.bus &
    look error 1 temperature.bus later.bus broken.bus
    sleep 3
    picture error
}

waiting() {
    look waiting 1 later.bus
    sleep 2
    picture waiting
}

empty() {
    look empty 1
    sleep 1
    picture empty
}

producers() {
    cp tests/data/cases/program-is-html.bus "$buses/temperature.bus"
    look producers 1 temperature.bus
    "$programs/filebus" --filename "$buses/temperature.bus" consumer --lossless --name archive >/dev/null &
    measure 6 100 | speak temperature.bus &
    measure 6 400 | speak temperature.bus &
    sleep 4
    click 945 172
    picture producers
}

subscribers() {
    measure 1 500 | speak temperature.bus
    "$programs/filebus" --filename "$buses/temperature.bus" consumer --lossless --name archive >/dev/null &
    "$programs/filebus" --filename "$buses/temperature.bus" consumer --lossless >/dev/null &
    timeout 1 "$programs/filebus" --filename "$buses/temperature.bus" consumer --lossless --name away >/dev/null || true
    look subscribers 1 temperature.bus
    measure 6 100 | speak temperature.bus &
    sleep 4
    click 1030 172
    picture subscribers
}

exporting() {
    measure 4 40 | speak temperature.bus &
    look exporting 1 temperature.bus
    sleep 4
    press ctrl+e
    sleep 1
    picture exporting
}

settings() {
    look settings 1 temperature.bus
    sleep 1
    press ctrl+comma
    sleep 1
    picture settings
}

# A bus on a file system whose server has stopped, beside a bus that works.
silent() {
    mkdir "$buses/far" "$place/server"
    bindfs -f "$place/server" "$buses/far" &
    local server=$!
    until mountpoint -q "$buses/far"; do sleep 0.1; done
    measure 3 100 | speak far/temperature.bus
    measure 20 100 | speak near.bus &
    look silent 1 near.bus far/temperature.bus
    sleep 2
    kill -STOP "$server"
    sleep 6
    picture silent
    kill -CONT "$server"
    umount "$buses/far"
}

start_display
for state in ${SCREENSHOTS:-steady loss paused dark search error waiting empty producers subscribers exporting settings silent}; do
    # shellcheck disable=SC2046
    kill $(jobs -p | grep -vx "$display_server") 2>/dev/null || true
    rm -rf "${buses:?}"/*
    "$state"
    printf '%s\n' "$pictures/$state.png"
done
