# shellcheck shell=bash
# Debian 13 roots in the user's cache, for systems without packages of KArchive for Qt 6. mmdebstrap creates the first root. Larger ones
# are created from it with apt-get, and share its files. Sourced by environment.sh.

home=${HOME:-$(unset HOME; echo ~)} # bash knows it even if the variable is unset
cache=${XDG_CACHE_HOME:-$home/.cache}
[[ $cache == /* ]] || cache=$home/.cache
cache=$cache/filebus
root_megabytes=3000

root_of() { printf '%s/debian-13-%s' "$cache" "$(packages_up_to "$1" | sha256sum | cut -c1-12)"; }

# Sets root to the existing root with the most packages, if it has those that are needed.
root_find() {
    local candidate enough=
    root=
    for candidate in "${package_sections[@]}"; do
        [[ $candidate != "$section" ]] || enough=yes
        [[ -z $enough || ! -d $(root_of "$candidate") ]] || root=$(root_of "$candidate")
    done
    [[ -n $root ]]
}

# Sets base to the existing root with the most packages among those that lack some, if there is one.
root_below() {
    local candidate
    for candidate in "${package_sections[@]}"; do
        [[ $candidate != "$section" ]] || return 0
        [[ ! -d $(root_of "$candidate") ]] || base=$(root_of "$candidate")
    done
}

# Creates the root, under the lock of environment_prepare. It gets its name only once it is complete.
root_make() {
    root_check_rights
    root_find && return # only bubblewrap was missing
    local base=
    root_below
    root=$(root_of "$section")
    root_check_space
    root_discard
    mkdir -p "$root.part/tmp" "$root.part/root"
    if [[ -n $base ]]; then
        say "adding packages to the Debian 13 root, in $root (once; takes about half a minute)"
        interruptible root_grow "$base" >"$root.log" 2>&1 || root_explain
    else
        say "creating a Debian 13 root in $root (1 to 1.6 GB, once; takes a minute or two)"
        interruptible root_fill >"$root.log" 2>&1 || root_explain
    fi
    mv -T "$root.part/root" "$root"
    root_discard
    rm -f "$root.log"
}

# Uses a tar stream, so that every file belongs to the user, even without root.
root_fill() (
    set -o pipefail
    list=$(printf '%s\n' "${packages[@]%% *}" | paste -sd,)
    TMPDIR=$root.part/tmp LC_ALL=C.UTF-8 mmdebstrap --mode="$(root_mode)" --variant=minbase --include="$list" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
        --format=tar trixie - | tar -x --no-same-owner --exclude='./dev/*' -C "$root.part/root"
)

# The files of packages are replaced, never changed, so both roots can share them. All others are copied.
root_grow() (
    set -e
    cp -a --link "$1/usr" "$root.part/root/usr"
    find "$1" -mindepth 1 -maxdepth 1 ! -name usr -exec cp -a -t "$root.part/root" {} +
    cat /etc/resolv.conf >"$root.part/root/etc/resolv.conf" || true
    proxies=$(apt-config dump | sed -n 's/^\(Acquire::https\{0,1\}::Proxy\) "\(.*\)";$/-o\n\1=\2/p')
    # shellcheck disable=SC2016
    root_as_its_owner --mount bash -euc '
        cd "$1"
        readarray -t options <<<"$2"
        shift 2
        mount --rbind /dev dev
        mount --rbind /proc proc
        export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
        printf "#!/bin/sh\nexit 101\n" >usr/sbin/policy-rc.d
        chmod 755 usr/sbin/policy-rc.d
        [[ -n ${options[0]} ]] || options=()
        options+=(-o APT::Sandbox::User=root) # /tmp may belong to root alone
        chroot . apt-get "${options[@]}" update
        chroot . apt-get "${options[@]}" install -y --no-remove --no-install-recommends "$@"
        chroot . apt-get clean
        rm -rf usr/sbin/policy-rc.d var/lib/apt/lists/*
        find . -xdev \( -path ./dev -o -path ./proc \) -prune -o ! -uid 0 -exec chown -h 0:0 {} +' \
        bash "$root.part/root" "$proxies" "${packages[@]%% *}"
)

# Runs a command as root, or in a user namespace that maps the user to root and the subordinate ids to other users.
root_as_its_owner() {
    local rights=()
    [[ $(id -u) == 0 ]] || rights=(--map-root-user --map-auto)
    unshare "${rights[@]}" --fork "$@"
}

root_mode() { if [[ $(id -u) == 0 ]]; then echo root; else echo unshare; fi; }

# Without root, files left by a killed run may belong to subordinate user ids.
root_discard() {
    [[ -n ${root:-} && -e $root.part ]] || return 0
    rm -rf --one-file-system "$root.part" 2>/dev/null || root_as_its_owner rm -rf --one-file-system "$root.part"
}

root_check_rights() {
    if [[ $(id -u) == 0 ]]; then
        install_packages mmdebstrap bubblewrap
        return
    fi
    install_packages mmdebstrap bubblewrap uidmap
    unshare --user --map-root-user true 2>/dev/null \
        || fail "user namespaces are forbidden here; run this as root, or allow them (sysctl kernel.unprivileged_userns_clone=1)."
    grep -q "^$(id -un):" /etc/subuid && grep -q "^$(id -un):" /etc/subgid \
        || fail "you have no subordinate ids; as root, run: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
}

root_check_space() {
    local free
    free=$(df --output=avail -m "$cache" | tail -n 1)
    ((free >= root_megabytes)) \
        || fail "$cache has ${free// /} MB free, but creating the root takes $root_megabytes MB; free some space, or set XDG_CACHE_HOME."
}

root_explain() {
    local log=$root.log
    grep -qE 'No space left|enough free space' "$log" && fail "the disk of $cache is full; free some space, or set XDG_CACHE_HOME. Log: $log"
    grep -qE 'Could not resolve|Could not connect|Cannot initiate|Failed to fetch|Unable to connect|Temporary failure|Unable to locate package' "$log" \
        && fail "cannot reach the packages of Debian; the first run needs the network. Log: $log"
    fail "cannot create the Debian 13 root: $(grep -E '^E:' "$log" | head -n 1) Log: $log"
}
