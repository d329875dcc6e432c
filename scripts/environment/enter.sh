# shellcheck shell=bash
# Runs commands in a Debian 13 root: /usr, /etc and the like are those of the root, all other directories are those of this system.
# Sourced by environment.sh.

# bubblewrap stays between a command and its parent and forwards no signals. It therefore only builds the mount namespace, around a
# process that waits. This shell then enters the namespace and becomes the command: a single process, with the same standard streams,
# signals and exit status.
root_exec() {
    local directory identity waiting holder mounts user
    directory=$(pwd -P 2>/dev/null) && identity=$(stat -c %d:%i . 2>/dev/null) && [[ $directory -ef . ]] \
        || fail "the current directory no longer exists; change to another one."
    root_sees "$checkout" || fail "the Debian 13 root has its own version of the directory that holds $checkout; move the checkout elsewhere."
    # shellcheck disable=SC2016
    exec {waiting}< <(root_mount /bin/sh -c 'echo $$; exec sleep 60' </dev/null 2>&1)
    local mounter=$!
    read -r -u "$waiting" holder || true
    [[ $holder =~ ^[0-9]+$ ]] || fail "cannot enter $root: ${holder:-no message from bubblewrap}. $(root_entry_remedy)"
    exec {mounts}<"/proc/$holder/ns/mnt" {user}<"/proc/$holder/ns/user" {waiting}<&-
    kill "$holder"
    wait "$mounter" 2>/dev/null || true

    local enter=(--mount="/proc/self/fd/$mounts")
    [[ $(id -u) == 0 ]] || enter+=(--user="/proc/self/fd/$user" --preserve-credentials)
    root_environment
    # shellcheck disable=SC2016
    exec nsenter "${enter[@]}" /bin/bash -c "exec $mounts<&- $user<&-"'
        cd "$1" 2>/dev/null && [ "$(stat -c %d:%i .)" = "$2" ] || {
            printf "filebus: %s is not visible in the Debian 13 root, which has its own directory there; change to another one.\n" \
                "$1" >&2
            exit 1
        }
        shift 2
        exec "$@"' bash "$directory" "$identity" "$@"
}

# Variables that name files in /usr of this system are useless in the root. The time zone is not.
root_environment() {
    local zone
    unset LD_LIBRARY_PATH LD_PRELOAD LIBRARY_PATH CPATH PKG_CONFIG_PATH CMAKE_PREFIX_PATH PYTHONHOME PYTHONPATH QT_PLUGIN_PATH
    [[ -z ${TMPDIR:-} ]] || root_sees "$TMPDIR" || unset TMPDIR
    zone=$(readlink -f /etc/localtime) || true
    [[ $zone != */zoneinfo/* ]] || export TZ=${TZ:-${zone#*/zoneinfo/}}
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin FILEBUS_ENVIRONMENT_ROOT=$root
}

root_entry_remedy() {
    if [[ $(id -u) == 0 ]]; then echo "Allow this process to mount."; else echo "Allow user namespaces, or run this as root."; fi
}

# Whether a directory of this system has its own path in the root.
root_sees() {
    local path
    path=$(readlink -f "$1") || return
    case $path/ in
        /usr/src/* | /usr/local/src/*) ;;
        / | /bin/* | /sbin/* | /lib/* | /lib32/* | /lib64/* | /libx32/* | /usr/* | /etc/* | /proc/* | /sys/*) return 1 ;;
    esac
}

# Mounts every directory in which a user may have files. The top directory itself cannot be shared, so it is read-only.
root_mount() {
    local path mounts=()
    for path in /*; do
        root_sees_top "$path" || continue
        if [[ -L $path ]]; then mounts+=(--symlink "$(readlink "$path")" "$path"); else mounts+=(--bind "$path" "$path"); fi
    done
    for path in /usr/src /usr/local/src; do
        [[ ! -d $path || ! -d $root$path ]] || mounts+=(--bind "$path" "$path")
    done
    for path in /var/lib/dpkg /var/lib/apt /var/cache/apt /var/cache/fontconfig /var/cache/ldconfig; do
        [[ ! -d $path || ! -d $root$path ]] || mounts+=(--ro-bind "$root$path" "$path")
    done
    for path in /etc/passwd /etc/group /etc/hosts /etc/resolv.conf /etc/machine-id /usr/lib/locale; do
        [[ ! -e $path || ! -e $root$path ]] || mounts+=(--ro-bind "$path" "$path")
    done
    exec bwrap --die-with-parent --tmpfs / --ro-bind "$root/usr" /usr --ro-bind "$root/etc" /etc \
        --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
        --dev-bind /dev /dev --bind /proc /proc --ro-bind /sys /sys "${mounts[@]}" --remount-ro / -- "$@"
}

root_sees_top() {
    case $1 in
        /bin | /sbin | /lib | /lib32 | /lib64 | /libx32 | /usr | /etc | /proc | /sys | /dev) return 1 ;;
        *) [[ -d $1 || -L $1 ]] ;;
    esac
}
