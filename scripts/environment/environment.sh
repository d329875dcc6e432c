# Where filebus is built and tested: on this system, if it has the packages or offers them,
# else in a Debian 13 root of our own (root.sh). Sourced by the scripts; says what it does on stderr.
#
#   environment_exec COMMAND…    replaces this shell by COMMAND in that environment
#   environment_run COMMAND…     runs COMMAND there and returns its status

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
package_list=$checkout/scripts/environment/packages.txt
readarray -t packages < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$package_list")

say() { printf 'filebus: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

. "$checkout/scripts/environment/root.sh"

# The names of the packages that are not installed, on one line.
missing_packages() {
    local package missing=()
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    printf '%s' "${missing[*]}"
}

index_offers_packages() { apt-cache show libkf6archive-dev >/dev/null 2>&1; }

update_index() {
    say "reading the system's package index (apt-get update)"
    apt-get -qq update >&2 || fail "the package index cannot be read; is there a network? See the lines above."
}

install_packages() {
    local missing
    missing=$(missing_packages "$@")
    [[ -z $missing ]] && return
    [[ $(id -u) == 0 ]] || fail "packages are missing; as root, run: apt-get install $missing"
    say "installing $missing"
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >&2 </dev/null \
        || fail "the packages cannot be installed; is there a network and space on the disk? See the lines above."
}

# Sets environment_kind to system or root, and makes that environment complete.
environment_prepare() {
    [[ -n ${environment_kind:-} ]] && return
    environment_kind=system
    command -v dpkg-query >/dev/null || { say "not a Debian system: taking cmake, Qt 6 and KArchive as they are"; return; }
    [[ -z $(missing_packages "${packages[@]}") ]] && return
    if ! root_exists; then
        if ! index_offers_packages && [[ $(id -u) == 0 ]]; then update_index; fi
        if index_offers_packages; then install_packages "${packages[@]}"; return; fi
        root_make
    fi
    environment_kind=root
}

environment_exec() {
    environment_prepare
    if [[ $environment_kind == root ]]; then root_exec "$@"; else exec "$@"; fi
}

environment_run() { ( environment_exec "$@" ); }
