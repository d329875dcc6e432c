# A Debian 13 root in the user's cache, for systems whose packages have no KArchive for Qt 6.
# mmdebstrap makes it, bubblewrap mounts it. Sourced by environment.sh.

root_cache=${XDG_CACHE_HOME:-${HOME:?HOME must name a directory for the cache}/.cache}/filebus
root=$root_cache/debian-13-$(printf '%s\n' "${packages[@]}" | sha256sum | cut -c1-12)
root_megabytes=3000

root_exists() { [[ -d $root ]]; }

# Makes the root, once: whoever comes second waits and finds it. It gets its name only when it is complete.
root_make() {
    mkdir -p "$root_cache" 2>/dev/null || fail "$root_cache cannot be made; set XDG_CACHE_HOME to a directory that you may write to."
    exec {root_lock}>"$root.lock"
    flock -n "$root_lock" || { say "another run is making $root; waiting for it"; flock "$root_lock"; }
    root_exists || root_create
    exec {root_lock}>&-
}

root_create() {
    root_check_rights
    install_packages mmdebstrap bubblewrap
    root_check_space
    local scratch=$root.part log=$root.log
    root_discard "$scratch"
    mkdir -p "$scratch/tmp" "$scratch/root"
    trap 'root_discard "$root.part"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    say "making a Debian 13 root in $root (about 1.5 GB, once; a minute or two)"
    root_fill "$scratch" >"$log" 2>&1 || root_explain "$log"
    mv -T "$scratch/root" "$root"
    root_discard "$scratch"
    trap - EXIT INT TERM
    rm -f "$log"
}

# By way of a tar stream, so that without root rights, too, every file ends up the user's own.
root_fill() (
    set -o pipefail
    list=$(IFS=,; echo "${packages[*]}")
    TMPDIR=$1/tmp LC_ALL=C.UTF-8 mmdebstrap --mode="$(root_mode)" --variant=minbase --include="$list" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --format=tar trixie - </dev/null | tar -x --no-same-owner --exclude='./dev/*' -C "$1/root"
)

root_mode() { if [[ $(id -u) == 0 ]]; then echo root; else echo unshare; fi; }

root_check_rights() {
    [[ $(id -u) == 0 ]] && return
    local missing
    missing=$(missing_packages mmdebstrap bubblewrap uidmap)
    [[ -z $missing ]] || fail "packages are missing; as root, run: apt-get install $missing"
    unshare --user --map-root-user true 2>/dev/null \
        || fail "user namespaces are forbidden here; run this as root, or allow them (sysctl kernel.unprivileged_userns_clone=1)."
}

root_check_space() {
    local free
    free=$(df --output=avail -m "$root_cache" | tail -n 1)
    ((free >= root_megabytes)) \
        || fail "$root_cache has ${free// /} MB free and the root takes $root_megabytes while it is made; make room, or set XDG_CACHE_HOME."
}

root_explain() {
    local log=$1
    grep -qE 'No space left' "$log" && fail "the disk of $root_cache is full; make room, or set XDG_CACHE_HOME. Log: $log"
    grep -qE 'Could not resolve|Could not connect|Cannot initiate|Failed to fetch|Unable to connect|Temporary failure' "$log" \
        && fail "Debian's packages cannot be reached; the first run needs the network. Log: $log"
    fail "the Debian 13 root could not be made: $(grep -E '^E:' "$log" | tail -n 1) Log: $log"
}

# In unshare mode what mmdebstrap leaves when it is killed belongs to subordinate user ids.
root_discard() {
    [[ -e $1 ]] || return 0
    rm -rf --one-file-system "$1" 2>/dev/null || mmdebstrap --unshare-helper rm -rf --one-file-system "$1"
}

# bubblewrap stays between a command and its parent and passes no signal on. So it only builds the mount
# namespace, around a process that waits; this shell then enters that namespace and becomes the command:
# one process, and so the same standard streams, signals and exit status.
root_exec() {
    local waiting holder mounts user directory=$PWD
    [[ $directory == "$checkout"* || $directory == /tmp* || $directory == /dev/shm* ]] || directory=$checkout
    # shellcheck disable=SC2016
    exec {waiting}< <(root_mount /bin/sh -c 'echo $$; exec sleep 60' </dev/null)
    local mounter=$!
    read -r -u "$waiting" holder || fail "bubblewrap could not enter $root; see the line above."
    exec {mounts}<"/proc/$holder/ns/mnt" {user}<"/proc/$holder/ns/user" {waiting}<&-
    kill "$holder"
    wait "$mounter" 2>/dev/null || true

    local enter=(--mount="/proc/self/fd/$mounts")
    [[ $(id -u) == 0 ]] || enter+=(--user="/proc/self/fd/$user" --preserve-credentials)
    unset LD_LIBRARY_PATH LD_PRELOAD LIBRARY_PATH CPATH PKG_CONFIG_PATH CMAKE_PREFIX_PATH PYTHONHOME PYTHONPATH
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    # shellcheck disable=SC2016
    exec nsenter "${enter[@]}" /bin/bash -c "exec $mounts<&- $user<&-"'; cd "$1" && shift && exec "$@"' \
        bash "$directory" "$@"
}

# The root directory itself is empty and writable, so that the checkout can lie anywhere.
root_mount() {
    local x11=()
    [[ -n ${XAUTHORITY:-} && -e $XAUTHORITY ]] && x11=(--ro-bind "$XAUTHORITY" "$XAUTHORITY")
    exec bwrap --die-with-parent --tmpfs / \
        --ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc --ro-bind "$root/var/lib/dpkg" /var/lib/dpkg \
        --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
        --ro-bind /etc/passwd /etc/passwd --ro-bind /etc/group /etc/group \
        --dev-bind /dev /dev --bind /proc /proc --ro-bind /sys /sys --tmpfs /run --tmpfs /var/tmp --tmpfs "$HOME" \
        --bind /tmp /tmp --bind-try /dev/shm /dev/shm "${x11[@]}" --bind "$checkout" "$checkout" -- "$@"
}
