# shellcheck shell=bash
# A Debian 13 root in the user's cache, for systems whose packages have no KArchive for Qt 6.
# mmdebstrap makes it, bubblewrap mounts it. Sourced by environment.sh.

home=${HOME-~} # bash knows it even where the variable is unset
cache=${XDG_CACHE_HOME:-$home/.cache}/filebus
root=$cache/debian-13-$(printf '%s\n' "${packages[@]}" | sha256sum | cut -c1-12)
root_megabytes=3000

# Makes the root, under the lock of environment_prepare. It gets its name only when it is complete.
root_make() {
    root_check_rights
    install_packages mmdebstrap bubblewrap
    root_check_space
    say "making a Debian 13 root in $root (about 1.5 GB, once; a minute or two)"
    root_discard
    mkdir -p "$root.part/tmp" "$root.part/root"
    interruptible root_fill >"$root.log" 2>&1 || root_explain
    mv -T "$root.part/root" "$root"
    root_discard
    rm -f "$root.log"
}

# By way of a tar stream, so that without root rights, too, every file ends up the user's own.
root_fill() (
    set -o pipefail
    list=$(IFS=,; echo "${packages[*]}")
    TMPDIR=$root.part/tmp LC_ALL=C.UTF-8 mmdebstrap --mode="$(root_mode)" --variant=minbase --include="$list" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --format=tar trixie - | tar -x --no-same-owner --exclude='./dev/*' -C "$root.part/root"
)

root_mode() { if [[ $(id -u) == 0 ]]; then echo root; else echo unshare; fi; }

# In unshare mode what mmdebstrap leaves when it is killed belongs to subordinate user ids.
root_discard() {
    [[ -e $root.part ]] || return 0
    rm -rf --one-file-system "$root.part" 2>/dev/null || mmdebstrap --unshare-helper rm -rf --one-file-system "$root.part"
}

root_check_rights() {
    [[ $(id -u) == 0 ]] && return
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
        || fail "$cache has ${free// /} MB free and the root takes $root_megabytes while it is made; make room, or set XDG_CACHE_HOME."
}

root_explain() {
    local log=$root.log
    grep -qE 'No space left|enough free space' "$log" && fail "the disk of $cache is full; make room, or set XDG_CACHE_HOME. Log: $log"
    grep -qE 'Could not resolve|Could not connect|Cannot initiate|Failed to fetch|Unable to connect|Temporary failure' "$log" \
        && fail "Debian's packages cannot be reached; the first run needs the network. Log: $log"
    fail "the Debian 13 root could not be made: $(grep -E '^E:' "$log" | head -n 1) Log: $log"
}

# bubblewrap stays between a command and its parent and passes no signal on. So it only builds the mount
# namespace, around a process that waits; this shell then enters that namespace and becomes the command:
# one process, and so the same standard streams, signals and exit status.
root_exec() {
    local waiting holder mounts user directory
    directory=$(root_sees "$(pwd -P 2>/dev/null)") || directory=$checkout
    root_sees "${TMPDIR:-}" >/dev/null || unset TMPDIR
    # shellcheck disable=SC2016
    exec {waiting}< <(root_mount /bin/sh -c 'echo $$; exec sleep 60' </dev/null 2>&1)
    local mounter=$!
    read -r -u "$waiting" holder || true
    [[ $holder =~ ^[0-9]+$ ]] || fail "$root cannot be entered: ${holder:-bubblewrap says nothing}. $(root_entry_remedy)"
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

# Prints the directory if it is seen in the root under its own path.
root_sees() {
    case $1/ in "$checkout"/* | /tmp/* | /dev/shm/*) printf '%s' "$1" ;; *) return 1 ;; esac
}

root_entry_remedy() {
    if [[ $(id -u) == 0 ]]; then echo "Allow this process to mount."; else echo "Allow user namespaces, or run this as root."; fi
}

# The root directory itself is empty and writable, so that the checkout can lie anywhere. bubblewrap would make the parents of
# the checkout for their owner alone, and programs of the build are run as other users, too.
root_mount() {
    local x11=${XAUTHORITY:-$home/.Xauthority} parent parents=()
    for ((parent = 1; parent < ${#checkout}; parent++)); do
        [[ ${checkout:parent:1} != / || $checkout == /tmp/* || $checkout == /dev/* ]] || parents+=(--dir "${checkout:0:parent}")
    done
    exec bwrap --die-with-parent --tmpfs / --tmpfs "$home" \
        --ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc --ro-bind "$root/var/lib/dpkg" /var/lib/dpkg \
        --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
        --ro-bind /etc/passwd /etc/passwd --ro-bind /etc/group /etc/group \
        --dev-bind /dev /dev --bind /proc /proc --ro-bind /sys /sys --tmpfs /run --tmpfs /var/tmp \
        "${parents[@]}" --bind /tmp /tmp --bind-try /dev/shm /dev/shm --ro-bind-try "$x11" "$x11" --bind "$checkout" "$checkout" -- "$@"
}
