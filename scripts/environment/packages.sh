# shellcheck shell=bash
# The list of packages, and how to install them on the system. Sourced by environment.sh.

package_list=$checkout/scripts/environment/packages.txt
package_sections=(program cluster viewer test develop)

# The lines of a section and of the sections above it: a package, or alternatives.
packages_up_to() {
    sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$package_list" | awk -v last="[$1]" '
        /^\[/ { if (done) exit; done = $0 == last; next }
        { print }'
}

# The packages that are not installed, on one line; for alternatives, the first one.
missing_packages() {
    local line package installed alternatives missing=()
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package},' 2>/dev/null) || true
    for line in "$@"; do
        IFS='| ' read -ra alternatives <<<"$line"
        for package in "${alternatives[@]}"; do
            [[ ,$installed == *",installed $package,"* ]] && continue 2
        done
        missing+=("${alternatives[0]}")
    done
    printf '%s' "${missing[*]}"
}

index_offers_packages() { apt-cache show libkf6archive-dev >/dev/null 2>&1; }
index_is_empty() { ! apt-cache show apt >/dev/null 2>&1; }

# Debian 13 or later has the packages. For other systems, only the index shows that.
is_late_debian() (
    # shellcheck disable=SC1091
    . /etc/os-release 2>/dev/null && [[ ${ID:-} == debian ]] && ((${VERSION_ID:-99} >= 13))
)
is_early_debian() (
    # shellcheck disable=SC1091
    . /etc/os-release 2>/dev/null && [[ ${ID:-} == debian ]] && ((${VERSION_ID:-99} < 13))
)

# Whether the packages can be installed on this system. An ordinary user cannot update the index; the message says what root must do.
system_offers_packages() {
    index_offers_packages && return
    if [[ $(id -u) == 0 ]]; then
        update_index
        index_offers_packages || ! is_late_debian || fail "cannot read the package index; the first run needs the network."
        index_offers_packages
    elif is_late_debian; then
        true
    elif index_is_empty && ! is_early_debian; then
        fail "the package index of the system is empty; as root, run: apt-get update"
    else
        false
    fi
}

# A failure is not fatal, because the existing index may be enough.
update_index() {
    ((${index_updated:-0})) && return
    say "updating the package index of the system (apt-get update)"
    interruptible apt-get update >/dev/null 2>&1 || true
    index_updated=1
}

install_packages() {
    local missing
    missing=$(missing_packages "$@")
    [[ -z $missing ]] && return
    [[ $(id -u) == 0 ]] \
        || fail "packages are missing; as root, run: apt-get update && apt-get install --no-install-recommends $missing"
    update_index
    say "installing $missing"
    # shellcheck disable=SC2086
    apt_run "cannot install the packages; the first run needs the network and disk space" \
        env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-remove --no-install-recommends $missing
}

# apt_run SENTENCE COMMAND…: writes the output of apt-get to a log, which is kept only on failure.
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
