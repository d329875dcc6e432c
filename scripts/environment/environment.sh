# shellcheck shell=bash
# Where filebus is built and tested: on this system, if it has the packages or offers them,
# else in a Debian 13 root of our own (root.sh, enter.sh). Sourced by the scripts; says what it does on stderr.
#
#   environment_need SECTION     of packages.txt, with those above it; viewer, if this is not called
#   environment_prepare          makes the environment, or adds to it, if it lacks something
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

# Sets environment_kind to system or root, and makes that environment complete. Whoever comes second waits for the first.
environment_prepare() {
    environment_find && return
    [[ -z ${FILEBUS_ROOT:-} ]] || fail "this runs in $FILEBUS_ROOT, to which nothing can be added; run it outside of scripts/shell."
    local lock
    mkdir -p "$cache" 2>/dev/null && { exec {lock}>"$cache/lock"; } 2>/dev/null \
        || fail "$cache cannot be written; set XDG_CACHE_HOME to a directory that you may write to."
    flock -n "$lock" || { say "another run makes the environment; waiting for it"; flock "$lock"; }
    environment_find || environment_make
    exec {lock}>&-
}

# bash runs a trap only between commands, so what may be ended at once goes through interruptible().
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

# Whether there is an environment. Needs no network and says nothing.
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
