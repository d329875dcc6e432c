# shellcheck shell=bash
# Where filebus is built and tested: on this system, if it has the packages or offers them,
# else in a Debian 13 root of our own (root.sh). Sourced by the scripts; says what it does on stderr.
#
#   environment_prepare          makes the environment, if it is not there
#   environment_exec COMMAND…    replaces this shell by COMMAND in that environment
#   environment_run COMMAND…     runs COMMAND there and returns its status

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
package_list=$checkout/scripts/environment/packages.txt
readarray -t packages < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$package_list")

say() { printf 'filebus: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

. "$checkout/scripts/environment/root.sh"

# Sets environment_kind to system or root, and makes that environment complete. Whoever comes second waits for the first.
environment_prepare() {
    environment_find && return
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
    if ! index_offers_packages && [[ $(id -u) == 0 ]]; then update_index; fi
    if index_offers_packages; then
        install_packages "${packages[@]}"
        environment_kind=system
    else
        if [[ -d $root ]]; then install_packages bubblewrap; else root_make; fi
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
    [[ -n ${environment_kind:-} ]] && return
    if ! command -v dpkg-query >/dev/null || [[ -z $(missing_packages "${packages[@]}") ]]; then
        environment_kind=system
    elif [[ -d $root ]] && command -v bwrap >/dev/null; then
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

# The names of the packages that are not installed, on one line.
missing_packages() {
    local package installed missing=()
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package},' "$@" 2>/dev/null) || true
    for package in "$@"; do
        [[ ,$installed == *",installed $package,"* ]] || missing+=("$package")
    done
    printf '%s' "${missing[*]}"
}

index_offers_packages() { apt-cache show libkf6archive-dev >/dev/null 2>&1; }

update_index() {
    say "reading the system's package index (apt-get update)"
    apt_run "the package index cannot be read; the first run needs the network" interruptible apt-get update
}

install_packages() {
    local missing
    missing=$(missing_packages "$@")
    [[ -z $missing ]] && return
    [[ $(id -u) == 0 ]] || fail "packages are missing; as root, run: apt-get install $missing"
    say "installing $missing"
    # shellcheck disable=SC2086
    apt_run "the packages cannot be installed; the first run needs the network, and room on the disk" \
        env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}

# apt_run SENTENCE COMMAND…: what apt-get says goes to a log, which stays only if it fails.
apt_run() {
    local sentence=$1 log=$cache/apt-get.log
    shift
    until "$@" >"$log" 2>&1 </dev/null; do
        grep -q 'Could not get lock' "$log" || fail "$sentence. Log: $log"
        say "another program has locked the package system; trying again in 10 seconds"
        interruptible sleep 10
    done
    rm -f "$log"
}
