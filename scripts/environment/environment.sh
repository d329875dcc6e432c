# shellcheck shell=bash
# Where filebus is built and tested: on this system if it has or offers the packages, otherwise in our own Debian 13 root (root.sh,
# enter.sh). Sourced by the scripts. Reports on stderr what it does.
#
#   environment_need SECTION     of packages.txt, with the sections above it (default: viewer)
#   environment_prepare          creates the environment, or adds what it lacks
#   environment_exec COMMAND…    replaces this shell by COMMAND in that environment
#   environment_run COMMAND…     runs COMMAND there and returns its status

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

say() { printf 'filebus: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

. "$checkout/scripts/environment/packages.sh"
. "$checkout/scripts/environment/root.sh"
. "$checkout/scripts/environment/enter.sh"

environment_need() {
    section=$1
    readarray -t packages < <(packages_up_to "$section")
}
environment_need viewer

# Sets environment_kind to system or root, and completes that environment. A second run waits for the first.
environment_prepare() {
    environment_find && return
    [[ -z ${FILEBUS_ENVIRONMENT_ROOT:-} ]] || fail "packages are missing, and nothing can be added from inside $FILEBUS_ENVIRONMENT_ROOT; run this outside of scripts/shell."
    local lock
    mkdir -p "$cache" 2>/dev/null && { exec {lock}>"$cache/lock"; } 2>/dev/null \
        || fail "cannot write to $cache; set XDG_CACHE_HOME to a directory in which you have write permission."
    flock -n "$lock" || { say "another run is creating the environment; waiting for it"; flock "$lock"; }
    environment_find || environment_make
    exec {lock}>&-
}

# bash runs a trap only between commands, so commands that must end at once run through interruptible().
environment_make() {
    trap environment_abandon EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if system_offers_packages; then
        install_packages "${packages[@]}"
        environment_kind=system
    else
        root_make
        environment_kind=root
    fi
    trap - EXIT HUP INT TERM
}

environment_abandon() {
    trap '' HUP INT TERM
    if [[ -n ${worker:-} ]]; then kill -- "-$worker" 2>/dev/null && wait; fi
    root_discard
}

# Runs COMMAND… in a process group of its own, which environment_abandon ends.
interruptible() {
    set -m
    "$@" </dev/null &
    set +m
    worker=$!
    wait "$worker"
}

# Whether there is an environment. Needs no network and prints nothing.
environment_find() {
    if ! command -v dpkg-query >/dev/null || [[ -z $(missing_packages "${packages[@]}") ]]; then
        environment_kind=system
    elif command -v bwrap >/dev/null && root_find; then
        environment_kind=root
    else
        return 1
    fi
}

environment_exec() {
    environment_prepare
    if [[ $environment_kind == root ]]; then root_exec "$@"; else exec "$@"; fi
}

environment_run() { ( environment_exec "$@" ); }
